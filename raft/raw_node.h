// One member's core as its caller sees it: hand it ticks, messages and proposals, take a Ready, do
// what it asks, report back. The order that makes it safe (durable before it counts):
//
//   1. persist ready.snapshot, ready.entries and ready.hard_state in one transaction;
//   2. send ready.messages at any time, ready.messages_after_sync only once that write and all
//      before it are durable (an answer may vouch for entries of an earlier write);
//   3. then persisted(ready.id);
//   4. apply ready.committed_entries, then applied(index of the last).
//
// Several Readies may be outstanding. A leader counts its own entry, and a candidate its own vote,
// only in persisted(). Plain copies do not compile, since a copy needs a storage of its own:
// clone().
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "raft/conf_change.h"
#include "raft/config.h"
#include "raft/message.h"
#include "raft/observer.h"
#include "raft/progress.h"
#include "raft/result.h"
#include "raft/storage.h"

namespace raft {

class Raft;

struct SoftState {
  NodeId leader;
  Role role = Role::kFollower;
  bool operator==(const SoftState&) const = default;
};

// Names one write. Carries what is needed to tell whether the entries written are still those of
// the log when the disk reports back: a later leader may have replaced them meanwhile.
struct ReadyId {
  std::uint64_t number = 0;  // from 1, in order
  Term term;                 // of the node when the Ready was taken
  // Last entry of the log, if some of it was not durable; 0: all was. Set also if this write has no
  // entries itself: then it speaks for those of earlier writes.
  Index last_index;
  Term last_term;
  Index snapshot_index;  // 0: none
  bool operator==(const ReadyId&) const = default;
};

struct ReadState {
  Index index;  // answer once applied has reached it
  std::string context;
  bool operator==(const ReadState&) const = default;
};

struct Ready {
  ReadyId id;
  std::optional<SoftState> soft_state;  // only if changed
  std::optional<HardState> hard_state;  // only if changed
  std::vector<ReadState> read_states;
  std::vector<EntryPtr> entries;  // to append; replaces what is stored from its first index on
  SnapshotPtr snapshot;           // to install before the entries; null: none
  std::vector<EntryPtr> committed_entries;   // to apply; all of them are durable here
  std::vector<Message> messages;             // may leave at once
  std::vector<Message> messages_after_sync;  // must wait for the write of this Ready
  bool must_sync = false;  // entries, term or vote changed (a snapshot is written in any case)
};

struct Timer {
  std::uint64_t elapsed = 0;  // ticks since the last reset
  std::uint64_t limit = 0;    // ticks at which a follower or candidate campaigns
  bool operator==(const Timer&) const = default;
};

struct VoteTally {
  std::vector<NodeId> granted;
  std::vector<NodeId> rejected;
  bool operator==(const VoteTally&) const = default;
};

// A copy of what one would look at; `progress` and `transferee` only on a leader.
struct NodeStatus {
  NodeId id;
  HardState hard_state;
  SoftState soft_state;
  Index applied;
  Index durable;  // last entry known to be on this node's disk
  Timer timer;
  VoteTally votes;
  NodeId transferee;
  ConfState config;
  std::vector<std::pair<NodeId, Progress>> progress;  // ascending by node, the leader included
  bool is_learner = false;
  const char* halted = nullptr;  // why this core refuses to go on; null: it runs
};

class RawNode {
 public:
  // `storage` must outlive the node; `observer` may be null. Errors: kInvalidArgument for a config
  // that cannot be, kCorruption for a storage whose state contradicts itself.
  static Result<RawNode> create(Config config, const Storage& storage, Observer* observer);
  RawNode(RawNode&&) noexcept;
  RawNode& operator=(RawNode&&) noexcept;
  RawNode(const RawNode&) = delete;
  RawNode& operator=(const RawNode&) = delete;
  ~RawNode();
  // The same state over another storage with equal content.
  RawNode clone(const Storage& storage, Observer* observer) const;

  void tick();
  // Starts an election now (MsgHup), whatever the timer says.
  Status campaign();
  // Errors: kUnavailable if dropped: no leader here, or a transfer is under way.
  Status propose(std::string data);
  // Proposes a membership change (thesis chapter 4); with `first_version` as an entry that nodes
  // without joint configurations understand: a single change, no transition. One that may not be
  // appended now leaves an empty entry (Config::conf_change_validation). Errors as propose();
  // kInvalidArgument for a first version that is none.
  Status propose_conf_change(const ConfChange& change, bool first_version = false);
  // The caller is applying a committed membership change, before applied() of its entry: it takes
  // effect now. Returns the new configuration, to be stored with the applied index. Errors:
  // kInvalidArgument if the change cannot be made; the configuration stays, as on every member.
  Result<ConfState> apply_conf_change(const ConfChange& change);
  // Asks for an index from which a read may be answered; it comes as a ReadState with this context
  // in a later Ready of this node, or never (no leader, or leadership lost): the caller times out.
  // `mode`: how this one is answered where this node leads; nullopt: as Config says.
  Status read_index(std::string context, std::optional<ReadMode> mode = std::nullopt);
  // Asks the leader, here or elsewhere, to hand leadership to `to`. Nothing follows if it cannot.
  Status transfer_leader(NodeId to);
  // A follower forgets its leader, without a change of term, until it hears of it again.
  Status forget_leader();
  // A message to this node itself that is durable now (Config::hand_out_own_messages).
  void step_own(const Message& message);
  // A message from another member. Errors: kInvalidArgument for local types, types that do not
  // exist and numbers that contradict each other, kNotFound for replies from a node that is no
  // member, kUnavailable for a proposal that is dropped. What contradicts the stored log halts the
  // node instead (status().halted).
  Status step(const Message& message);

  // What was sent to the peer did not arrive: no longer send ahead of its answers.
  void report_unreachable(NodeId peer);
  // How the sending of a snapshot to the peer ended; until then nothing else is sent to it.
  void report_snapshot(NodeId peer, bool delivered);

  bool has_ready() const;
  // Takes the work to do. Nothing of it is handed out twice.
  Ready ready();
  // The same, in the place of a Ready whose work is done: its vectors keep their capacity.
  void ready(Ready& out);
  // The write of that Ready is durable, and with it all earlier ones. Each Ready must be reported,
  // also one with nothing to write: it counts as durable as soon as all before it are. In order of
  // the numbers; several may be reported by the last.
  void persisted(const ReadyId& id);
  // The state machine has applied everything up to `index`.
  void applied(Index index);

  // The election timer fires `ticks` own ticks from now, until its next reset (`timer n3 4`).
  void set_timer(std::uint64_t ticks);
  // The election timer fires when `ticks` have passed since its last reset, until its next one.
  void set_timer_limit(std::uint64_t ticks);
  // With false this member neither leads nor campaigns until it is told otherwise, for `reason`; it
  // goes on as a follower. For a caller that cannot store entries at the moment.
  void set_may_lead(bool may_lead, Reason reason);
  // Takes over the fields that may change while running: election_tick (from the next timer reset
  // on), heartbeat_tick, limits, switches. id, applied and rng are ignored.
  void reconfigure(const Config& config);

  NodeId id() const;
  Role role() const;
  Term term() const;
  NodeId vote() const;
  NodeId leader() const;
  Index commit() const;
  Index last_index() const;  // of stored and not yet stored entries
  Index first_index() const;
  // Entry of the log, stored or not. REQUIRES: first_index() <= index <= last_index().
  EntryPtr entry(Index index) const;
  Result<Term> term_at(Index index) const;
  NodeStatus status() const;
  const MistakeSet& mistakes() const;  // wrong rules that are switched on
  std::uint64_t rng_state() const;     // for digests

 private:
  explicit RawNode(std::unique_ptr<Raft> raft);
  std::unique_ptr<Raft> raft_;
  // SoftState and HardState as last handed out live in Raft, so that a clone has them too.
};

}  // namespace raft
