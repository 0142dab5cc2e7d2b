// The switches of one core. Defaults are the paper's and the lab's.
#pragma once

#include <cstdint>

#include "raft/mistakes.h"
#include "raft/rng.h"
#include "raft/types.h"

namespace raft {

inline constexpr std::uint64_t kNoLimit = UINT64_MAX;

struct Config {
  NodeId id;  // not 0
  // Ticks without a leader's message before a follower campaigns; the limit is drawn uniformly from
  // [election_tick, 2 * election_tick - 1] at each reset (paper 5.2). > heartbeat_tick.
  std::uint64_t election_tick = 10;
  std::uint64_t heartbeat_tick = 1;  // ticks between a leader's heartbeats. > 0
  Index applied;                     // what the state machine has already applied at the start
  // Thesis 9.6: ask for votes before raising the term.
  bool pre_vote = false;
  // Thesis 6.2: a leader that hears no quorum for an election timeout steps down.
  bool check_quorum = false;
  std::uint64_t max_size_per_message = kNoLimit;          // bytes; 0: one entry per message
  std::uint64_t max_committed_size_per_ready = kNoLimit;  // bytes
  std::uint64_t max_inflight_messages = 256;              // appends under way per follower. > 0
  bool fast_backtracking = true;                          // thesis 4.1.2
  // A follower drops proposals instead of passing them on to the leader it knows.
  bool disable_proposal_forwarding = false;
  // One append per follower and Ready, with all that is new; false: one per proposal, as etcd
  // sends.
  bool coalesce_appends = true;
  // Hand out committed entries that are not durable here yet: only for a caller that writes each
  // Ready before it applies it, as etcd's synchronous mode does.
  bool apply_unstable = false;
  MistakeSet mistakes;  // wrong rules that are switched on
  Rng rng;              // draws the election limits
};

}  // namespace raft
