// The leader's knowledge of one follower's log. Value type; owned by `Raft`, meaningful only while leading.
#pragma once

#include <cstdint>
#include <deque>

#include "raft/types.h"

namespace raft {

// How eagerly to send (etcd). Probe: one message per heartbeat; Replicate: pipelined; Snapshot: paused.
enum class ProgressState : std::uint8_t { kProbe, kReplicate, kSnapshot };

// Appends under way to one follower: the last index of each, oldest first.
struct Inflights {
  std::deque<Index> last_indexes;
  bool operator==(const Inflights&) const = default;
};

struct Progress {
  // Highest entry known to be on the follower. Never decreases within a term.
  Index match;
  // Next entry to send. Invariant: match < next. Entries in (match, next) are in flight.
  Index next{1};
  ProgressState state = ProgressState::kProbe;
  Index pending_snapshot;      // 0: none
  bool recently_active = false;  // heard from since the last quorum check
  bool paused = false;           // probe: a message is out, wait for an answer or a heartbeat's
  bool is_learner = false;
  Inflights inflights;
  bool operator==(const Progress&) const = default;
};

}  // namespace raft
