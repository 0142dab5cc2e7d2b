// The switches of one core. Defaults are the paper's and the lab's.
#pragma once

#include <cstdint>

#include "raft/mistakes.h"
#include "raft/rng.h"
#include "raft/types.h"

namespace raft {

inline constexpr std::uint64_t kNoLimit = UINT64_MAX;

// How a ReadIndex request is answered (thesis section 6.4). Safe: after a majority has answered a
// heartbeat that was sent behind the request. Lease: at once, from the commit index, which is right
// only while clocks drift little; needs check_quorum.
enum class ReadMode : std::uint8_t { kSafe, kLease };

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
  // Encoded bytes of the entries in one append, always at least one entry; 0: one entry a message.
  std::uint64_t max_size_per_message = kNoLimit;
  // Encoded bytes of entries handed out for application and not yet reported as applied, always at
  // least one entry.
  std::uint64_t max_committed_size_per_ready = kNoLimit;
  // Appends with entries under way per follower (thesis section 10.2.2). > 0
  std::uint64_t max_inflight_messages = 256;
  // Bytes of commands under way per follower; the append that crosses the limit is still sent. 0:
  // none; else not below max_size_per_message.
  std::uint64_t max_inflight_bytes = 0;
  // Bytes of commands in a leader's log that are not applied: a proposal that would exceed them is
  // dropped, unless nothing else waits. 0: none.
  std::uint64_t max_uncommitted_size = 0;
  // Thesis 4.1.2: a refusal says where to look next, so that one probe per term is enough.
  bool fast_backtracking = true;
  // A follower drops proposals instead of passing them on to the leader it knows.
  bool disable_proposal_forwarding = false;
  ReadMode read_mode = ReadMode::kSafe;
  // Lease reads are answered at once only while a majority has answered a heartbeat that was sent
  // less than election_tick own ticks ago (thesis section 6.4.1); else they go the safe way. Off:
  // whoever leads answers, as in etcd.
  bool lease_from_answers = true;
  // Thesis chapter 4: a leader appends a membership change only if no other is pending and it fits
  // the configuration (only leaving a joint one, only entering outside it); what does not becomes
  // an empty entry. Off: whatever is proposed is appended.
  bool conf_change_validation = true;
  // A leader that applies its own removal or demotion steps down. Off: it leads on, without
  // counting itself (thesis 4.2.2).
  bool step_down_on_removal = true;
  // One append per follower and Ready, with all that is new; false: one per proposal, as etcd
  // sends.
  bool coalesce_appends = true;
  // Hand out committed entries that are not durable here yet: only for a caller that writes each
  // Ready before it applies it, as etcd's synchronous mode does.
  bool apply_unstable = false;
  // Ready::messages_after_sync has what this node tells itself, too (its own vote, its own
  // entries): the caller hands it back with RawNode::step_own() once it is durable. Each Ready is
  // then reported for itself by persisted(), in any order, or never. Off: persisted() does both.
  bool hand_out_own_messages = false;
  MistakeSet mistakes;  // wrong rules that are switched on
  Rng rng;              // draws the election limits
};

}  // namespace raft
