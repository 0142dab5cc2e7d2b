// TinyKV's raftstore tests on our cluster, in virtual time: its tick of 50 ms is one tick here.
// Every run is checked three ways: each client sees its own writes at once, the safety properties
// hold along the way, and the history of all clients is linearizable.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/check/checker_set.h"
#include "app/sim/cluster.h"
#include "raft/rng.h"

namespace lab {

inline constexpr std::uint64_t kElectionTimeout = 10;

struct Case {
  const char* name;
  std::uint64_t clients = 1;
  bool unreliable = false;
  bool crash = false;
  bool partitions = false;
  std::uint64_t max_log = 0;  // entries; 0: logs are not compacted
};

// A cluster of stores with checks that run along.
class Lab : public sim::FactSink {
 public:
  Lab(std::uint64_t seed, std::uint64_t nodes, std::uint64_t log_gc_count);

  sim::Cluster& cluster() { return *cluster_; }
  void act(const sim::Command& command);
  // Time passes; requests that end are noted in finished().
  void run(std::uint64_t ticks) { run_until(cluster_->position().at + sim::ticks(ticks)); }
  void run_until(sim::Instant at);
  // One event, or to `at` if nothing is due before. False: it is `at`.
  bool step(sim::Instant at);
  std::deque<std::uint64_t>& finished() { return finished_; }

  sim::NodeId leader();
  // Asks and waits, at most 5 s of the lab; fails if there is no answer.
  sim::RequestView ask(sim::Request request);
  void put(const std::string& key, const std::string& value);
  std::string get(const std::string& key);
  // What the store of this node has applied; "(absent)".
  std::string stored(std::uint64_t node, const std::string& key) const;
  // Every message between nodes is lost with this chance from now on.
  void lose(sim::Ratio loss);

  // No property is violated and the history is linearizable.
  void expect_clean();
  void on_fact(const sim::Fact& fact) override;

 private:
  std::optional<sim::Cluster> cluster_;
  check::CheckerSet checkers_;
  std::uint64_t seed_;
  std::deque<std::uint64_t> finished_;
};

// GenericTest(part, nclients, unreliable, crash, partitions, maxraftlog); the lab plays three
// rounds.
void generic_test(const Case& test, std::uint64_t seed, int rounds);

}  // namespace lab
