// What the core tells about each decision, with its reason. It is told at the moment of the
// decision, while the state is already the new one. Observers never call back into the core.
#pragma once

#include <cstdint>
#include <vector>

#include "raft/message.h"
#include "raft/types.h"

namespace raft {

enum class Role : std::uint8_t { kFollower, kPreCandidate, kCandidate, kLeader };

enum class EventKind : std::uint8_t {
  kTermChanged,       // term: the new one
  kRoleChanged,       // role, leader: whom it follows now, peer: whose message led to it (0: none)
  kVoteGranted,       // this node voted; peer: candidate
  kVoteRefused,       // this node refused; peer: candidate
  kVoteCounted,       // a reply reached the candidate; peer: voter, other_index: granted so far,
                      // index: refused so far, granted
  kAppended,          // index: first new entry, other_index: last new entry
  kAppendRefused,     // peer: leader, index and term: previous entry of the message
  kTruncated,         // index: first entry removed, term: its term here, other_term: its term there
  kCommitAdvanced,    // index: new commit index, other_index: the old one, members: who holds it
  kCommitHeld,        // a majority holds `index` but it is of an older term (paper 5.4.2)
  kDurable,           // entries up to `index` are on disk
  kProgressChanged,   // leader only; peer, index: match, other_index: next
  kProgressLowered,   // leader only: peer refused `index`, next is now other_index
  kSnapshotSent,      // leader only; peer, index
  kSnapshotRestored,  // index, term
  kMessageIgnored,    // peer: sender
  kProposalDropped,
  kTransferStarted,  // peer: transferee
  kTransferAborted,
  kReadConfirmed,  // index
  kConfigChanged,  // members: incoming voters
  kHalted,         // the core refuses to go on: what it was handed cannot be
};

// Why. Numbers stand in Event's fields; `raft/reason.h` puts it into words.
enum class Reason : std::uint8_t {
  kNone,
  kElectionTimeout,  // its timer fired
  kAskedToCampaign,  // campaign command, or MsgTimeoutNow
  kHigherTermSeen,   // peer, term
  kWonElection,      // other_index grants of `index` needed
  kLostElection,
  kLeaderHeard,  // a message of the current leader reached a candidate or follower
  kQuorumLost,   // check-quorum
  kRemovedFromConfig,
  kLogUpToDate,      // granted: term, index: candidate's; other_term, other_index: own
  kLogOlder,         // refused: term, index: candidate's; other_term, other_index: own
  kAlreadyVoted,     // refused: other_index: for whom
  kTermOlder,        // message of an older term: term: its, other_term: own
  kLeaseNotExpired,  // refused: heard from the leader within the election timeout
  kNotPromotable,    // learner, removed, or a pending snapshot
  kPendingConfChange,
  kPreviousMissing,    // append: own log ends at other_index
  kPreviousDiffers,    // append: own term at index is other_term
  kAlreadyCommitted,   // append below the commit index
  kHeldByMajority,     // commit: members hold it
  kLeaderSaid,         // commit: learnt from peer's message
  kOldTermNotCounted,  // commit held: paper 5.4.2, figure 8
  kConflict,           // truncation
  kNoLeader,
  kTransferring,
  kForwardingDisabled,
  kTooMuchUncommitted,
  kNotMember,
  kLogCompacted,  // snapshot: next of the follower is below the first index
  kDiskFull,      // stepped down: it cannot store entries
  kEntriesLost,   // progress lowered: rot took what the peer had acknowledged
  kStaleReply,
  kUnknownPeer,
  kInconsistent,  // halted: see Event::text
};

struct Event {
  EventKind kind = EventKind::kTermChanged;
  Reason reason = Reason::kNone;
  NodeId peer{};
  Role role = Role::kFollower;
  NodeId leader{};
  bool granted = false;
  bool pre_vote = false;  // of vote events: it was a pre-vote
  Term term{};
  Index index{};
  Term other_term{};
  Index other_index{};
  std::vector<NodeId> members{};
  const char* text = "";  // kHalted only: one clause for people
};

// A place at which etcd's core writes a line into its log. Unlike events these are not decisions
// but steps; the interaction runner makes its log lines of them.
enum class StepKind : std::uint8_t {
  kBecameFollower,
  kBecamePreCandidate,
  kBecameCandidate,
  kBecameLeader,
  kStartsElection,
  kUnpromotable,
  kSentVoteRequest,    // message
  kReceivedVoteReply,  // message
  kCountedVotes,       // message (its type), number: granted, other_number: refused
  kHigherTerm,         // message
  kLowerTermIgnored,   // message
  kLeaseHolds,         // message: a vote request; number: ticks left
  kCastVote,           // message; told before the vote is recorded
  kRejectedVote,       // message
  kQuorumInactive,
  kAppendRejected,     // message: the append, at the follower
  kRejectionReceived,  // message: the answer, at the leader
  kProgressDecreased,  // peer, progress
  kSnapshotSent,       // peer, progress, number: its index, other_number: its term
  kSnapshotPauses,     // peer, progress
  kSnapshotRecovered,  // peer, progress
  kUnreachable,        // peer, progress
  kConflictFound,      // number: index, term: own, other_term: the leader's
  kUnstableReplaced,   // number: from this index
  kUnstableMissing,    // number: index
  kUnstableMismatch,   // number: index, term: reported, other_term: own
  kWriteOfOlderTerm,   // term: reported
  kRestoreStarts,      // message: the snapshot's
  kRestored,           // message; told once the snapshot is in the log
  kSnapshotHandled,    // message, flag: it was restored
  kConfigSwitched,
  kAutoLeave,
  kConfChangeIgnored,  // change, flag: of the first version, text: why, number, other_number
  kNoLeaderForProposal,
  kForgetsLeader,
  kForgetRefused,
  kTransferStarts,      // peer
  kTimeoutNowAtOnce,    // peer
  kTimeoutNowReceived,  // message
};

class Raft;
struct ConfChange;
struct Progress;

// Pointers hold during the call only.
struct Step {
  StepKind kind;
  const Raft* core = nullptr;  // to read its state as it is at that place
  const Message* message = nullptr;
  NodeId peer{};
  const Progress* progress = nullptr;
  Term term{};
  Term other_term{};
  std::uint64_t number = 0;
  std::uint64_t other_number = 0;
  const ConfChange* change = nullptr;
  bool flag = false;
  const char* text = "";
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void observe(const Event& event) = 0;
  virtual void step(const Step& /*step*/) {}
};

}  // namespace raft
