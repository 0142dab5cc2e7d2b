// What lanes and charts show of a run, gathered from the facts that are kept and from the clients'
// requests. Follows the facts as they come; starts anew when time went back.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/sim/fact.h"
#include "app/sim/view.h"

namespace ui {

// Kinds of messages that the chart counts, in its order.
enum class TrafficKind : std::uint8_t { kAppend, kHeartbeat, kVote, kSnapshot, kClient };
inline constexpr std::size_t kTrafficKinds = 5;

class RunFigures {
 public:
  // Where an operation took effect: the first node that applied its entry, or for a read the node
  // that answered.
  struct Effect {
    sim::Instant at;
    raft::Term term;
    raft::Index index{};  // of its entry: several are applied at once, in this order; 0: a read
  };
  struct Latency {
    sim::Instant at;  // when it was committed
    std::uint64_t millis = 0;
    raft::Term term;
  };
  // What a node's log held from an instant on.
  struct Held {
    sim::Instant at;
    raft::Index first{1}, last, commit;
    bool leads = false;
    raft::Term term;
  };
  struct Traffic {
    std::uint64_t tick = 0;  // whole ticks
    raft::Term term;         // of most of them; 0: clients
    std::uint64_t count = 0;
  };

  void update(const std::deque<sim::Fact>& facts, const sim::ClusterView& view);

  std::optional<Effect> effect_of(const sim::RequestView& request) const;
  const std::vector<Latency>& latencies() const { return latencies_; }
  // By node, ascending in time.
  const std::map<raft::NodeId, std::vector<Held>>& held() const { return held_; }
  const std::vector<Traffic>& traffic(TrafficKind kind) const {
    return traffic_[static_cast<std::size_t>(kind)];
  }
  // The first instant that the facts which are kept tell about.
  sim::Instant first() const { return first_; }

 private:
  void take(const sim::Fact& fact);
  void hold(const sim::Fact& fact);
  void applied(const sim::Fact& fact);
  void settle(const raft::Entry& entry);
  void counted(const sim::Fact& fact);

  std::uint64_t seen_ = 0, oldest_ = 0;  // ids
  sim::Instant first_;
  // (client, sequence) to the first application of its entry.
  std::map<std::pair<std::uint64_t, std::uint64_t>, Effect> effects_;
  std::map<std::uint64_t, std::vector<Effect>> answers_;  // by client, ascending
  // When a leader appended which command. Of two leaders that fill one place one has its entry
  // committed: the commit says up to where, and whoever applies first says which.
  std::map<std::pair<raft::Index, raft::Term>, sim::Instant> waiting_;
  std::vector<std::pair<raft::Index, sim::Instant>> commits_;  // highest of leaders, ascending
  raft::Index settled_;                                        // applied somewhere
  std::vector<Latency> latencies_;
  std::map<raft::NodeId, std::vector<Held>> held_;
  std::vector<Traffic> traffic_[kTrafficKinds];
  // Of each request its number among its client's.
  std::map<std::uint64_t, std::uint64_t> calls_;
  std::vector<std::uint64_t> sequence_;  // by request id
};

}  // namespace ui
