// What a member does with its leader's messages (paper figure 2, AppendEntries; section 5.3).
#include <algorithm>

#include "raft/raft.h"

namespace raft {
namespace {

// The snapshot as one that ends in the entry which this log has at its last index.
SnapshotPtr with_term_of(const RaftLog& log, Snapshot snapshot) {
  if (snapshot.index <= log.last_index()) snapshot.term = log.term_or_zero(snapshot.index);
  return std::make_shared<const Snapshot>(std::move(snapshot));
}

}  // namespace

// A message of the current term's leader: a candidate gives up, a follower learns whom it follows,
// and the timer starts again.
void Raft::follow(const Message& message) {
  if (role_ != Role::kFollower) {
    become_follower(term_, message.from, Reason::kLeaderHeard, message.from);
  } else if (leader_ != message.from) {
    leader_ = message.from;
    // With a new leader a new limit, so that followers whose timers fired together do not do so
    // again. etcd keeps the limit, and so does whoever drives its timers by hand.
    if (!config_.hand_out_own_messages) reset_timer();
    set_role(Role::kFollower, Reason::kLeaderHeard, message.from);
  }
  timer_.elapsed = 0;
}

void Raft::handle_append(const Message& message) {
  if (message.index < log_.held_commit()) {
    // Old news. What is committed is held, so this much can be acknowledged.
    tell({.kind = EventKind::kMessageIgnored,
          .reason = Reason::kAlreadyCommitted,
          .peer = message.from,
          .term = message.term,
          .index = message.index,
          .other_term = term_,
          .other_index = log_.committed()});
    post(MessageType::kAppendReply, message.from).index = log_.held_commit();
    return;
  }
  if (!log_.matches(message.index, message.log_term)) return refuse_append(message);

  // The first entry that this log does not have. A shorter append, late or doubled, must not cut
  // what is behind it (paper section 5.3; figure 2, step 3: "if an existing entry conflicts").
  auto next = message.entries.begin();
  while (next != message.entries.end() && log_.matches((*next)->index, (*next)->term)) ++next;
  // Mistake: a conflict costs everything behind the commit index, not just what conflicts.
  if (wrong(Mistake::kRollbackToCommit) && next != message.entries.end() &&
      (*next)->index <= log_.last_index() && (*next)->index > log_.committed()) {
    cut_behind(log_.committed());
    if (!log_.matches(message.index, message.log_term)) return refuse_append(message);
    next = message.entries.begin();
  }
  if (next != message.entries.end()) {
    const Index first = (*next)->index;
    if (first <= log_.held_commit()) {
      return halt("the leader's log contradicts an entry that is committed here");
    }
    if (first <= log_.last_index()) {
      const Term own = log_.term_or_zero(first);
      note({.kind = StepKind::kConflictFound,
            .term = own,
            .other_term = (*next)->term,
            .number = first.value});
      if (first <= next_index(log_.durable())) {
        note({.kind = StepKind::kUnstableReplaced, .number = first.value});
      }
      log_.truncate_from(first);
      tell({.kind = EventKind::kTruncated,
            .reason = Reason::kConflict,
            .peer = message.from,
            .term = own,
            .index = first,
            .other_term = (*next)->term});
    }
    for (; next != message.entries.end(); ++next) log_.push_back(*next);
    if (observed()) {
      tell({.kind = EventKind::kAppended,
            .reason = Reason::kLeaderSaid,
            .peer = message.from,
            .term = log_.last_term(),
            .index = first,
            .other_index = log_.last_index()});
    }
  } else if (wrong(Mistake::kAppendAlwaysTruncates)) {
    // Mistake: what stands behind the message's last entry is no conflict.
    cut_behind({message.index.value + message.entries.size()});
    if (halted_ != nullptr) return;
  }
  // The message vouches for its own entries and what is before them, not for what this log may hold
  // behind them (paper figure 2: "min(leaderCommit, index of last new entry)").
  const Index vouched{message.index.value + message.entries.size()};
  Index commit = std::min(message.commit, vouched);
  // Mistakes: its own last entry may be one that the leader never had; what is appended is not
  // committed.
  if (wrong(Mistake::kCommitByOwnLast)) commit = std::min(message.commit, log_.last_index());
  if (wrong(Mistake::kApplyOnAppend)) commit = vouched;
  commit_from_leader(commit, message.from);
  post(MessageType::kAppendReply, message.from).index = vouched;
}

// Only mistakes cut what does not conflict.
void Raft::cut_behind(Index vouched) {
  const Index first = next_index(vouched);
  if (first > log_.last_index()) return;
  if (first <= log_.committed()) {
    return halt("it was about to cut entries that are committed here");
  }
  const Term own = log_.term_or_zero(first);
  log_.truncate_from(first);
  tell({.kind = EventKind::kTruncated, .reason = Reason::kConflict, .term = own, .index = first});
}

void Raft::refuse_append(const Message& message) {
  const bool missing = message.index > log_.last_index();
  note({.kind = StepKind::kAppendRejected, .message = &message});
  tell({.kind = EventKind::kAppendRefused,
        .reason = missing ? Reason::kPreviousMissing : Reason::kPreviousDiffers,
        .peer = message.from,
        .term = message.log_term,
        .index = message.index,
        .other_term = log_.term_or_zero(message.index),
        .other_index = log_.last_index()});
  Message reply{.type = MessageType::kAppendReply,
                .to = message.from,
                .index = message.index,
                .reject = true};
  if (log_.damaged() && missing) {
    // The leader may count on entries that are lost here, so that it must be told.
    reply.context = kLostEntries;
    reply.reject_hint = log_.last_index();
  } else if (config_.fast_backtracking) {
    // The highest place where the logs may agree: one probe per term instead of one per entry.
    const auto [hint, hint_term] =
        log_.find_conflict_by_term(std::min(message.index, log_.last_index()), message.log_term);
    reply.reject_hint = hint;
    reply.log_term = hint_term;
  } else {
    reply.reject_hint = previous_index(message.index);
  }
  send(std::move(reply));
}

void Raft::handle_heartbeat(const Message& message) {
  if (message.commit > log_.last_index() && log_.damaged()) {
    Message lost = message;
    lost.index = message.commit;
    refuse_append(lost);
  } else if (message.commit > log_.last_index()) {
    return halt("the leader has counted entries that this node does not hold");
  }
  commit_from_leader(std::min(message.commit, log_.last_index()), message.from);
  post(MessageType::kHeartbeatReply, message.from).context = message.context;
}

void Raft::commit_from_leader(Index commit, NodeId leader) {
  const Index before = log_.committed();
  // Mistake: a new leader may not know yet how far its predecessor had come.
  if (wrong(Mistake::kCommitWithoutFloor) && commit < before) return log_.lower_commit(commit);
  if (commit <= before) return;
  log_.commit_to(commit);
  if (!observed()) return;
  tell({.kind = EventKind::kCommitAdvanced,
        .reason = Reason::kLeaderSaid,
        .peer = leader,
        .term = term_,
        .index = commit,
        .other_index = before});
}

// Paper section 7. The answer says how far this node is, whether it took the snapshot or not.
void Raft::handle_snapshot(const Message& message) {
  const bool restored = restore(message);
  note({.kind = StepKind::kSnapshotHandled, .message = &message, .flag = restored});
  send({.type = MessageType::kAppendReply,
        .to = message.from,
        .index = restored ? log_.last_index() : log_.held_commit()});
}

// False if the log needs no snapshot, or this node may not take it.
bool Raft::restore(const Message& message) {
  const SnapshotPtr& snapshot = message.snapshot;
  const NodeId from = message.from;
  const auto ignored = [&](Reason reason) {
    tell({.kind = EventKind::kMessageIgnored,
          .reason = reason,
          .peer = from,
          .term = snapshot->term,
          .index = snapshot->index,
          .other_term = term_,
          .other_index = log_.committed()});
    return false;
  };
  // Mistake: what the log holds behind the snapshot's last entry is thrown away with the rest.
  const bool replaces = wrong(Mistake::kSnapshotReplacesLog) && snapshot->index >= log_.applied();
  // A damaged log may lack what it knows to be committed; the state machine never goes back.
  const Index needed =
      log_.damaged() ? previous_index(std::max(log_.applied(), Index{1})) : Index{};
  if (snapshot->index <= std::max(log_.held_commit(), needed) && !replaces) {
    return ignored(Reason::kAlreadyCommitted);
  }
  if (!is_member(snapshot->config, config_.id)) return ignored(Reason::kNotMember);
  if (log_.matches(snapshot->index, snapshot->term) && !replaces) {
    // The log has all of it (paper section 7, figure 13, step 6: "retain log entries following
    // it"): only learn that it is committed.
    commit_from_leader(snapshot->index, from);
    return ignored(Reason::kAlreadyCommitted);
  }
  note({.kind = StepKind::kRestoreStarts, .message = &message});
  SnapshotPtr taken = snapshot;
  // Mistake: an entry that contradicts the snapshot's last one is left where it stands.
  if (wrong(Mistake::kSnapshotKeepsConflict)) taken = with_term_of(log_, *snapshot);
  log_.restore(std::move(taken));
  // Mistake: the leader's term is that of its message, not that of the snapshot's last entry.
  if (wrong(Mistake::kSnapshotSetsTerm)) {
    term_ = snapshot->term;
    vote_ = kNoNode;
  }
  load_members(snapshot->config);
  note({.kind = StepKind::kConfigSwitched});
  note({.kind = StepKind::kRestored, .message = &message});
  tell({.kind = EventKind::kSnapshotRestored,
        .peer = from,
        .term = snapshot->term,
        .index = snapshot->index});
  tell({.kind = EventKind::kConfigChanged, .index = snapshot->index, .members = members_.voters});
  return true;
}

}  // namespace raft
