// The leader: proposals, replication, the commit rule (paper sections 5.3 and 5.4.2).
#include <algorithm>

#include "raft/raft.h"

namespace raft {

Status Raft::propose(std::string data) {
  if (halted_ != nullptr) return Error{Code::kCorruption, halted_};
  if (role_ != Role::kLeader) {
    tell({.kind = EventKind::kProposalDropped, .reason = Reason::kNoLeader, .term = term_});
    return Error{Code::kUnavailable, "raft proposal dropped"};
  }
  append_own(std::move(data));
  broadcast_append();
  return ok();
}

// Appends to the own log. The leader counts it only when its disk holds it (see persisted()).
void Raft::append_own(std::string data) {
  const Index index = next_index(log_.last_index());
  log_.push_back(
      std::make_shared<const Entry>(Entry{term_, index, EntryType::kNormal, std::move(data)}));
  tell({.kind = EventKind::kAppended, .term = term_, .index = index, .other_index = index});
  // One acknowledgement to itself speaks for all entries of the next write.
  to_self_.erase(
      std::remove_if(to_self_.begin(), to_self_.end(),
                     [](const Message& m) { return m.type == MessageType::kAppendReply; }),
      to_self_.end());
  send({.type = MessageType::kAppendReply, .to = config_.id, .index = index});
}

void Raft::broadcast_append() {
  for (auto& [id, peer] : progress_) {
    if (id != config_.id) owe_append(id, true);
  }
}

// Appends leave with the next Ready, one per follower: what is proposed until then shares the
// message.
void Raft::owe_append(NodeId to, bool even_if_empty) {
  Progress& peer = *find_progress(progress_, to);
  peer.owed = true;
  peer.owed_empty = peer.owed_empty || even_if_empty;
}

void Raft::flush_appends() {
  if (role_ != Role::kLeader) return;
  for (auto& [id, peer] : progress_) {
    if (!peer.owed) continue;
    const bool even_if_empty = peer.owed_empty;
    peer.owed = false;
    peer.owed_empty = false;
    if (!send_append(id, peer, even_if_empty)) continue;
    while (send_append(id, peer, false)) {
    }
  }
}

// Sends the follower what it lacks, at most max_size_per_message. False if nothing was sent.
bool Raft::send_append(NodeId to, Progress& peer, bool even_if_empty) {
  if (peer.is_paused()) return false;
  const Index previous = previous_index(peer.next);
  if (peer.next < log_.first_index() || !log_.knows_term(previous)) return send_snapshot(to, peer);
  std::vector<EntryPtr> entries;
  const bool may_carry = peer.state != ProgressState::kReplicate ||
                         !peer.inflights.full(config_.max_inflight_messages);
  if (may_carry && peer.next <= log_.last_index()) {
    entries = log_.entries(peer.next, config_.max_size_per_message);
  }
  if (entries.empty() && !even_if_empty) return false;
  const std::uint64_t count = entries.size();
  send({.type = MessageType::kAppend,
        .to = to,
        .log_term = log_.term_or_zero(previous),
        .index = previous,
        .commit = log_.committed(),
        .entries = std::move(entries)});
  peer.sent_entries(count, config_.max_inflight_messages);
  peer.sent_commit =
      std::max(peer.sent_commit, std::min(log_.committed(), previous_index(peer.next)));
  return true;
}

// What the follower needs is compacted away: it gets a snapshot instead, if it answers at all.
bool Raft::send_snapshot(NodeId to, Progress& peer) {
  if (!peer.recently_active) return false;
  Result<SnapshotPtr> snapshot = log_.storage().snapshot();
  if (!snapshot) return false;  // in the making: asked again with the next answer
  const Index index = (*snapshot)->index;
  peer.become_snapshot(index);
  tell({.kind = EventKind::kSnapshotSent,
        .reason = Reason::kLogCompacted,
        .peer = to,
        .term = term_,
        .index = index});
  send({.type = MessageType::kSnapshot, .to = to, .snapshot = *std::move(snapshot)});
  return true;
}

// Never the leader's own commit index: a follower may hold a conflicting entry there.
void Raft::broadcast_heartbeat() {
  for (const auto& [id, peer] : progress_) {
    if (id == config_.id) continue;
    send({.type = MessageType::kHeartbeat,
          .to = id,
          .commit = std::min(peer.match, log_.committed())});
  }
}

// Thesis section 6.2: a leader that hears no quorum for an election timeout may have been deposed.
void Raft::check_quorum() {
  const bool active = quorum_active(members_, progress_, config_.id);
  for (auto& [id, peer] : progress_) {
    if (id != config_.id) peer.recently_active = false;
  }
  if (!active) become_follower(term_, kNoNode, Reason::kQuorumLost, kNoNode);
}

void Raft::handle_append_reply(const Message& message, Progress& peer) {
  const bool was_paused = peer.is_paused();
  const bool news = peer.maybe_update(message.index);
  // A probe that is answered shows where the follower stands, even if it is old news.
  if (!news && !(peer.state == ProgressState::kProbe && peer.match == message.index)) return;
  if (news && message.from != config_.id) {
    tell({.kind = EventKind::kProgressChanged,
          .peer = message.from,
          .term = term_,
          .index = peer.match,
          .other_index = peer.next});
  }
  switch (peer.state) {
    case ProgressState::kProbe:
      peer.become_replicate();
      break;
    case ProgressState::kSnapshot:
      if (next_index(peer.match) >= log_.first_index()) {
        peer.become_probe();
        peer.become_replicate();
      }
      break;
    case ProgressState::kReplicate:
      peer.inflights.free_through(message.index);
      break;
  }
  if (maybe_commit()) {
    broadcast_append();
  } else if (message.from != config_.id &&
             (was_paused || peer.can_raise_commit(log_.committed()))) {
    owe_append(message.from, true);
  }
  if (message.from != config_.id) owe_append(message.from, false);
}

void Raft::handle_append_refusal(const Message& message, Progress& peer) {
  Index probe_at = message.reject_hint;
  if (config_.fast_backtracking && message.log_term.value > 0) {
    // The leader jumps over its own entries of later terms, too.
    probe_at = log_.find_conflict_by_term(message.reject_hint, message.log_term).first;
  }
  if (!peer.maybe_decrease_to(message.index, probe_at)) {
    tell({.kind = EventKind::kMessageIgnored,
          .reason = Reason::kStaleReply,
          .peer = message.from,
          .term = message.term,
          .index = message.index});
    return;
  }
  if (peer.state == ProgressState::kReplicate) peer.become_probe();
  tell({.kind = EventKind::kProgressLowered,
        .peer = message.from,
        .term = term_,
        .index = message.index,
        .other_index = peer.next});
  owe_append(message.from, true);
}

void Raft::handle_heartbeat_reply(const Message& message, Progress& peer) {
  peer.paused = false;
  if (peer.match < log_.last_index() || peer.state == ProgressState::kProbe) {
    owe_append(message.from, true);
  }
}

// The commit rule. True if the commit index moved.
bool Raft::maybe_commit() {
  const Index majority = committed_index(members_, progress_);
  const Index before = log_.committed();
  if (majority <= before) return false;
  Event event{.kind = EventKind::kCommitAdvanced,
              .reason = Reason::kHeldByMajority,
              .term = log_.term_or_zero(majority),
              .index = majority,
              .other_index = before};
  if (observer_ != nullptr) {
    for (const auto& [id, peer] : progress_) {
      if (peer.match >= majority) event.members.push_back(id);
    }
  }
  // A leader counts replicas only for entries of its own term; older ones become committed along
  // with them (thesis section 3.6.2, paper section 5.4.2 and figure 8). Without this check an entry
  // that a majority holds could still be overwritten.
  if (log_.term_or_zero(majority) != term_) {
    if (majority > held_) {
      held_ = majority;
      event.kind = EventKind::kCommitHeld;
      event.reason = Reason::kOldTermNotCounted;
      event.other_term = term_;
      tell(std::move(event));
    }
    return false;
  }
  log_.commit_to(majority);
  tell(std::move(event));
  return true;
}

}  // namespace raft
