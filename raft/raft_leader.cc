// The leader: proposals, replication, the commit rule (paper sections 5.3 and 5.4.2).
#include <algorithm>
#include <utility>

#include "raft/raft.h"

namespace raft {

Status Raft::propose(EntryType type, std::string data) {
  if (halted_ != nullptr) return Error{Code::kCorruption, halted_};
  if (role_ != Role::kLeader || find_progress(progress_, config_.id) == nullptr) {
    Entry entry;
    entry.type = type;
    entry.data = std::move(data);
    return handle_proposal({.type = MessageType::kPropose,
                            .from = config_.id,
                            .entries = {std::make_shared<const Entry>(std::move(entry))}});
  }
  append_own(type, std::move(data));
  broadcast_append();
  return ok();
}

Status Raft::drop_proposal(Reason reason, const char* text) {
  tell({.kind = EventKind::kProposalDropped,
        .reason = reason,
        .peer = leader_,
        .role = role_,
        .term = term_});
  return Error{Code::kUnavailable, text};
}

// A proposal of this node or, forwarded, of another.
Status Raft::handle_proposal(const Message& message) {
  if (role_ == Role::kLeader) {
    if (find_progress(progress_, config_.id) == nullptr) {
      return drop_proposal(Reason::kNotMember,
                           "the proposal was dropped: this leader is no longer a member");
    }
    for (const EntryPtr& entry : message.entries) append_own(entry->type, entry->data);
    broadcast_append();
    return ok();
  }
  if (leader_ == kNoNode) {
    return drop_proposal(Reason::kNoLeader, "the proposal was dropped: no leader is known");
  }
  if (config_.disable_proposal_forwarding || message.from == leader_) {
    return drop_proposal(Reason::kForwardingDisabled,
                         "the proposal was dropped: this node does not lead");
  }
  Message forwarded = message;
  forwarded.to = leader_;
  send(std::move(forwarded));
  return ok();
}

// Appends to the own log. The leader counts it only when its disk holds it (see persisted()).
void Raft::append_own(EntryType type, std::string data) {
  const Index index = next_index(log_.last_index());
  log_.push_back(std::make_shared<const Entry>(Entry{term_, index, type, std::move(data)}));
  tell({.kind = EventKind::kAppended, .term = term_, .index = index, .other_index = index});
  // One acknowledgement to itself speaks for all entries of the next write.
  to_self_.erase(
      std::remove_if(to_self_.begin(), to_self_.end(),
                     [](const Message& m) { return m.type == MessageType::kAppendReply; }),
      to_self_.end());
  send({.type = MessageType::kAppendReply, .to = config_.id, .index = index});
  // Mistake: a crash before the disk has it takes away a copy that was counted.
  if (wrong(Mistake::kLeaderCountsUnsynced)) {
    Progress* own = find_progress(progress_, config_.id);
    if (own != nullptr && own->maybe_update(index)) maybe_commit();
  }
}

void Raft::broadcast_append() {
  for (auto& [id, peer] : progress_) {
    if (id != config_.id) owe_append(id, peer, true);
  }
}

// Appends leave with the next Ready, one per follower: what is proposed until then shares the
// message.
void Raft::owe_append(NodeId to, Progress& peer, bool even_if_empty) {
  if (!config_.coalesce_appends) {
    send_append(to, peer, even_if_empty);
    return;
  }
  peer.owed = true;
  peer.owed_empty = peer.owed_empty || even_if_empty;
}

void Raft::flush_appends() {
  if (role_ != Role::kLeader) return;
  for (auto& [id, peer] : progress_) {
    if (!peer.owed) continue;
    peer.owed = false;
    if (!send_append(id, peer, std::exchange(peer.owed_empty, false))) continue;
    // More than one message only where a size limit cuts them.
    while (send_append(id, peer, false)) {
    }
  }
}

bool Raft::append_sendable(const Progress& peer, bool even_if_empty) const {
  if (peer.is_paused()) return false;
  // A snapshot to one that does not answer anyway would only be lost.
  if (!log_.knows_term(previous_index(peer.next))) return peer.recently_active;
  // With a full window only an empty message goes out, so that lost ones are noticed.
  const bool full =
      peer.state == ProgressState::kReplicate && peer.inflights.full(config_.max_inflight_messages);
  return even_if_empty || (!full && peer.next <= log_.last_index());
}

// Sends the follower what it lacks, at most max_size_per_message. False if nothing was sent.
bool Raft::send_append(NodeId to, Progress& peer, bool even_if_empty) {
  if (!append_sendable(peer, even_if_empty)) return false;
  const Index previous = previous_index(peer.next);
  if (!log_.knows_term(previous)) return send_snapshot(to, peer);
  std::vector<EntryPtr> entries;
  const bool may_carry = peer.state != ProgressState::kReplicate ||
                         !peer.inflights.full(config_.max_inflight_messages);
  if (may_carry && peer.next <= log_.last_index()) {
    entries = log_.entries(peer.next, config_.max_size_per_message);
  }
  const std::uint64_t count = entries.size();
  send({.type = MessageType::kAppend,
        .to = to,
        .log_term = log_.term_or_zero(previous),
        .index = previous,
        .commit = log_.committed(),
        .entries = std::move(entries)});
  peer.sent_entries(count, config_.max_inflight_messages);
  peer.sent_commit = log_.committed();
  return true;
}

// What the follower needs is compacted away: it gets a snapshot instead, if it answers at all.
bool Raft::send_snapshot(NodeId to, Progress& peer) {
  Result<SnapshotPtr> snapshot = log_.storage().snapshot();
  if (!snapshot) {
    // In the making: asked again with the next answer. Anything else is a broken disk.
    if (snapshot.error().code != Code::kUnavailable) halt("the disk cannot read the snapshot");
    return false;
  }
  const Index index = (*snapshot)->index;
  if (next_index(index) < log_.first_index()) return false;  // a newer one must be on its way
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
  for (auto& [id, peer] : progress_) {
    if (id == config_.id) continue;
    peer.sent_commit = std::min(peer.match, log_.committed());
    send({.type = MessageType::kHeartbeat, .to = id, .commit = peer.sent_commit});
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
  // Mistake: the log may have grown since the follower answered.
  const bool by_own_last = wrong(Mistake::kMatchFromOwnLast) && message.from != config_.id;
  const Index acked = by_own_last ? log_.last_index() : message.index;
  // Mistake: answers may come late.
  if (wrong(Mistake::kMatchMayFall)) peer.match = std::min(peer.match, acked);
  const bool news = peer.maybe_update(acked);
  // A probe that is answered shows where the follower stands, even if it is old news.
  if (!news && !(peer.state == ProgressState::kProbe && peer.match == message.index)) {
    if (message.from != config_.id) {
      tell({.kind = EventKind::kMessageIgnored,
            .reason = Reason::kStaleReply,
            .peer = message.from,
            .term = message.term,
            .index = message.index,
            .other_term = term_});
    }
    return;
  }
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
  } else if (message.from != config_.id && peer.can_raise_commit(log_.committed())) {
    owe_append(message.from, peer, true);
  }
  if (message.from == config_.id) return;
  if (!config_.coalesce_appends) {
    while (send_append(message.from, peer, false)) {
    }
  } else {
    owe_append(message.from, peer, false);
  }
}

// Lost messages leave a gap between what was sent ahead and what arrived: find out where it is.
void Raft::report_unreachable(NodeId peer) {
  Progress* progress = find_progress(progress_, peer);
  if (halted_ != nullptr || role_ != Role::kLeader || progress == nullptr) return;
  if (progress->state == ProgressState::kReplicate) progress->become_probe();
}

void Raft::report_snapshot(NodeId peer, bool delivered) {
  Progress* progress = find_progress(progress_, peer);
  if (halted_ != nullptr || role_ != Role::kLeader || progress == nullptr) return;
  if (progress->state != ProgressState::kSnapshot) return;
  if (!delivered) progress->pending_snapshot = {};
  progress->become_probe();
  // Delivered: its acknowledgement is to come. Failed: not again before the next heartbeat.
  progress->paused = true;
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
  owe_append(message.from, peer, true);
}

void Raft::handle_heartbeat_reply(const Message& message, Progress& peer) {
  peer.paused = false;
  if (peer.match < log_.last_index() || peer.state == ProgressState::kProbe) {
    owe_append(message.from, peer, true);
  }
}

// The commit rule. True if the commit index moved.
bool Raft::maybe_commit() {
  const Index majority = committed_index(members_, progress_);
  const Index before = log_.committed();
  if (majority <= before || !log_.knows_term(majority)) return false;
  Event event{.kind = EventKind::kCommitAdvanced,
              .reason = Reason::kHeldByMajority,
              .term = log_.term_or_zero(majority),
              .index = majority,
              .other_index = before};
  if (observer_ != nullptr) {
    for (const auto& [id, peer] : progress_) {
      if (peer.match >= majority && is_voter(members_, id)) event.members.push_back(id);
    }
  }
  // A leader counts replicas only for entries of its own term; older ones become committed along
  // with them (thesis section 3.6.2, paper section 5.4.2 and figure 8). Without this check an entry
  // that a majority holds could still be overwritten.
  if (log_.term_or_zero(majority) != term_ && !wrong(Mistake::kCommitOldTermByCount)) {
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
