// A cluster with the checkers that have followed it from the boot on, copied as one: a checkpoint.
// What the clients saw (the history) is part of the cluster.
#pragma once

#include <memory>
#include <vector>

#include "app/check/checker_set.h"
#include "app/sim/cluster.h"

namespace session {

// What a cluster that has just booted would have told of its nodes: that they start, with which log
// and members. It boots before anybody can listen.
std::vector<sim::Fact> start_facts(const sim::Cluster& booted);

class World : private sim::FactSink {
 public:
  explicit World(sim::Cluster booted);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  // Goes on in the same way; tells nobody.
  std::unique_ptr<World> clone() const;

  // Told each fact behind the checkers. Not owned; null: nobody.
  void tell(sim::FactSink* observer) { observer_ = observer; }

  // One world event each, with its checks. Errors: it cannot be done; nothing has changed.
  Status execute(const sim::Command& command);
  void step();  // REQUIRES: cluster().has_next()
  void advance_clock(sim::Instant at) { cluster_.advance_clock(at); }

  const sim::Cluster& cluster() const { return cluster_; }
  sim::Position position() const { return cluster_.position(); }
  check::CheckerSet& checkers() { return checkers_; }
  const check::CheckerSet& checkers() const { return checkers_; }
  // Memory that this one takes and `before`, an earlier state of the same run, does not: an
  // estimate.
  std::uint64_t bytes_beyond(const World& before) const;

 private:
  World(sim::Cluster cluster, check::CheckerSet checkers);
  void on_fact(const sim::Fact& fact) override;

  sim::Cluster cluster_;
  check::CheckerSet checkers_;
  sim::FactSink* observer_ = nullptr;
};

}  // namespace session
