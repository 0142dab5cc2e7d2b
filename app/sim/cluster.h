// Five nodes, their disks, the network between them and their clients, in one process and one queue
// of events. Same seed and same commands give the same run, whatever the compiler.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/sim/command.h"
#include "app/sim/config.h"
#include "app/sim/fact.h"
#include "app/sim/time.h"
#include "app/sim/view.h"
#include "raft/result.h"

namespace sim {

// 128 bits over the logical state, never over file bytes.
struct Digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Digest&) const = default;
  std::string text() const;  // 32 hex digits
};

// A digest with two bytes of the digest of each part of the state, so that two states that differ
// can be told where.
struct Fingerprint {
  Digest digest;
  std::string parts;
  bool operator==(const Fingerprint&) const = default;
};
// "n3 log", "messages": the first part in which they differ; empty: none, or they are not
// comparable.
std::string fingerprint_difference(std::string_view parts, std::string_view other_parts);

class FactSink {
 public:
  virtual ~FactSink() = default;
  virtual void on_fact(const Fact& fact) = 0;
};

// A crash that waits for its moment, at most up to the deadline.
struct ArmedTrap {
  Crash crash;
  Instant deadline;
};

class Cluster {
 public:
  // Boots the nodes; their first writes are durable at tick 0. Errors: kInvalidArgument for a bad
  // config.
  static Result<Cluster> boot(ClusterConfig config);
  // The same, but node i starts on databases[i - 1]: the bytes of a file that database() gave, or
  // empty for a new node. Errors: kCorruption, kVersion if one of them is none of ours or damaged.
  static Result<Cluster> boot(ClusterConfig config, const std::vector<std::string>& databases);
  Cluster(Cluster&&) noexcept;
  Cluster& operator=(Cluster&&) noexcept;
  ~Cluster();
  // An independent copy that goes on in the same way.
  Cluster clone() const;

  // Facts go there from now on; null: nowhere. Not owned. Copies start without a sink.
  void set_fact_sink(FactSink* sink);

  // Carries out one command at the current instant: one world event. Errors: kInvalidArgument or
  // kNotFound if it cannot be done (no such node, node already down, message not in flight); then
  // nothing has changed and nothing was counted.
  Status execute(const Command& command);

  // Handles the next item of the queue: one world event.
  void step();
  // Instant of the next item. There is always one while a node is up or a client waits.
  bool has_next() const;
  Instant next_instant() const;  // REQUIRES: has_next()
  // Moves time to `at` without handling anything. REQUIRES: no item is due before `at`.
  void advance_clock(Instant at);
  // All items with instant < `at`, then time is `at`.
  void run_until(Instant at);

  // The node's database as a file, recovered if a crash cut a transaction short. kNotFound: no such
  // node, or its disk is lost.
  Result<std::string> database(NodeId node) const;

  Position position() const;
  const ClusterConfig& config() const;
  std::vector<ArmedTrap> traps() const;  // not sprung so far, expired ones included
  ClusterView view() const;
  // The same without configuration, messages, links and requests: what it costs does not grow with
  // the run. Kept between events, and brought up to date where nodes were touched since: as cheap
  // after each event as that event was. Valid until the cluster's next event.
  const ClusterView& nodes_view() const;
  // The request with this id; null if there is none. Valid until the cluster's next event.
  const RequestView* request(std::uint64_t id) const;
  std::uint64_t request_count() const;  // ids are 1 to this
  Digest digest() const;
  Fingerprint fingerprint() const;
  // Memory that this cluster takes and `before`, an earlier state of the same run, does not: an
  // estimate.
  std::uint64_t bytes_beyond(const Cluster& before) const;

  struct State;  // cluster_state.h; nobody's outside cluster*.cc

 private:
  explicit Cluster(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sim
