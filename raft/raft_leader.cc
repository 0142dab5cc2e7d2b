// The leader: proposals, replication, the commit rule (paper sections 5.3 and 5.4.2).
#include <algorithm>
#include <utility>

#include "raft/raft.h"

namespace raft {

Status Raft::propose(EntryType type, std::string data) {
  if (halted_ != nullptr) return Error{Code::kCorruption, halted_};
  log_.follow_compaction();
  if (role_ != Role::kLeader || type != EntryType::kNormal) {
    Entry entry;
    entry.type = type;
    entry.data = std::move(data);
    return handle_proposal({.type = MessageType::kPropose,
                            .from = config_.id,
                            .entries = {std::make_shared<const Entry>(std::move(entry))}});
  }
  RAFT_TRY(may_propose());
  if (!fits_uncommitted(data.size())) {
    return drop_proposal(Reason::kTooMuchUncommitted,
                         "the proposal was dropped: too much waits to be applied");
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

Status Raft::may_propose() {
  if (find_progress(progress_, config_.id) == nullptr) {
    return drop_proposal(Reason::kNotMember,
                         "the proposal was dropped: this leader is no longer a member");
  }
  if (transferee_ != kNoNode) {
    // What was appended now could keep the new leader from being up to date (thesis section 3.10).
    return drop_proposal(Reason::kTransferring,
                         "the proposal was dropped: leadership is being handed over");
  }
  return ok();
}

// An empty command always fits, and any does while nothing else waits: else it never would.
bool Raft::fits_uncommitted(std::uint64_t bytes) const {
  return config_.max_uncommitted_size == 0 || uncommitted_bytes_ == 0 || bytes == 0 ||
         uncommitted_bytes_ + bytes <= config_.max_uncommitted_size;
}

// A proposal of this node or, forwarded, of another.
Status Raft::handle_proposal(const Message& message) {
  if (role_ == Role::kLeader) {
    RAFT_TRY(may_propose());
    std::vector<EntryPtr> entries = message.entries;
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i]->type != EntryType::kNormal) {
        RAFT_TRY_ASSIGN(const ConfChange change,
                        decode_conf_change(entries[i]->type, entries[i]->data));
        if (refuse_change(change, entries[i]->type)) {
          // Its place in the log stays, the change does not: proposals are not undone.
          entries[i] = std::make_shared<const Entry>();
        } else {
          pending_change_ = {log_.last_index().value + i + 1};
        }
      }
      bytes += entries[i]->data.size();
    }
    if (!fits_uncommitted(bytes)) {
      return drop_proposal(Reason::kTooMuchUncommitted,
                           "the proposal was dropped: too much waits to be applied");
    }
    for (const EntryPtr& entry : entries) append_own(entry->type, entry->data);
    broadcast_append();
    return ok();
  }
  if (leader_ == kNoNode || role_ != Role::kFollower) {
    note({.kind = StepKind::kNoLeaderForProposal});
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
  uncommitted_bytes_ += data.size();
  log_.push_back(std::make_shared<const Entry>(Entry{term_, index, type, std::move(data)}));
  if (observed()) {
    tell({.kind = EventKind::kAppended, .term = term_, .index = index, .other_index = index});
  }
  // One acknowledgement to itself speaks for all entries of the next write.
  if (to_self_.size() > to_self_taken_ && to_self_.back().type == MessageType::kAppendReply) {
    to_self_.back().index = index;
    to_self_.back().term = term_;
  } else {
    post(MessageType::kAppendReply, config_.id).index = index;
  }
  // Mistake: a crash before the disk has it takes away a copy that was counted.
  if (wrong(Mistake::kLeaderCountsUnsynced)) {
    Progress* own = find_progress(progress_, config_.id);
    if (own != nullptr && own->maybe_update(index)) maybe_commit();
  }
}

// Never the leader's own commit index: a follower may hold a conflicting entry there.
// `read`: the number of the read whose confirmation is asked for, 0 for none.
void Raft::broadcast_heartbeat(std::uint64_t read) {
  if (lease_from_answers()) {
    if (read == 0) read = reads_.next_number();
    lease_.sent(read, ticks_, config_.election_tick);
  }
  const Context context = read_context(read);
  for (auto& [id, peer] : progress_) {
    if (id == config_.id) continue;
    peer.sent_commit = std::min(peer.match, log_.committed());
    Message& heartbeat = post(MessageType::kHeartbeat, id);
    heartbeat.commit = peer.sent_commit;
    heartbeat.context = context;
  }
}

// Thesis section 6.2: a leader that hears no quorum for an election timeout may have been deposed.
void Raft::check_quorum() {
  const bool active = quorum_active(members_, progress_, config_.id);
  if (!active) note({.kind = StepKind::kQuorumInactive});
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
    if (observed() && message.from != config_.id) {
      tell({.kind = EventKind::kMessageIgnored,
            .reason = Reason::kStaleReply,
            .peer = message.from,
            .term = message.term,
            .index = message.index,
            .other_term = term_});
    }
    return;
  }
  if (observed() && news && message.from != config_.id) {
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
      // Wherever its log joins this one again: it need not be the snapshot that was sent.
      if (next_index(peer.match) >= log_.first_index()) {
        note({.kind = StepKind::kSnapshotRecovered, .peer = message.from, .progress = &peer});
        peer.become_probe();
        peer.become_replicate();
      }
      break;
    case ProgressState::kReplicate:
      peer.inflights.free_through(message.index);
      break;
  }
  if (maybe_commit()) {
    release_held_reads();
    broadcast_append();
  } else if (message.from != config_.id && peer.can_raise_commit(log_.committed())) {
    owe_append(message.from, peer, true);
  }
  if (message.from == config_.id) return;
  if (config_.coalesce_appends) {
    owe_append(message.from, peer, false);
  } else {
    send_all(message.from, peer);
  }
  if (message.from == transferee_ && peer.match == log_.last_index()) {
    send_timeout_now(message.from);
  }
}

void Raft::handle_append_refusal(const Message& message, Progress& peer) {
  note({.kind = StepKind::kRejectionReceived, .message = &message});
  if (message.context == kLostEntries && message.reject_hint < peer.match) {
    // Rot took entries that the peer had acknowledged. They do not count any more, and it gets them
    // again. The only way in which match falls within a term.
    peer.match = message.reject_hint;
    peer.become_probe();
    tell({.kind = EventKind::kProgressLowered,
          .reason = Reason::kEntriesLost,
          .peer = message.from,
          .term = term_,
          .index = message.index,
          .other_index = peer.next});
    owe_append(message.from, peer, true);
    return;
  }
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
  note({.kind = StepKind::kProgressDecreased, .peer = message.from, .progress = &peer});
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
  confirm_reads(message.from, read_number(message.context));
}

// The commit rule. True if the commit index moved.
bool Raft::maybe_commit() {
  const Index majority = committed_index(members_, progress_);
  const Index before = log_.committed();
  if (majority <= before || !log_.knows_term(majority)) return false;
  const auto tell_with_holders = [&](Event event) {
    for (const auto& [id, peer] : progress_) {
      if (peer.match >= majority && is_voter(members_, id)) event.members.push_back(id);
    }
    tell(event);
  };
  // A leader counts replicas only for entries of its own term; older ones become committed along
  // with them (thesis section 3.6.2, paper section 5.4.2 and figure 8). Without this check an entry
  // that a majority holds could still be overwritten.
  if (log_.term_or_zero(majority) != term_ && !wrong(Mistake::kCommitOldTermByCount)) {
    if (majority > held_) {
      held_ = majority;
      tell_with_holders({.kind = EventKind::kCommitHeld,
                         .reason = Reason::kOldTermNotCounted,
                         .term = log_.term_or_zero(majority),
                         .index = majority,
                         .other_term = term_,
                         .other_index = before});
    }
    return false;
  }
  log_.commit_to(majority);
  if (observed()) {
    tell_with_holders({.kind = EventKind::kCommitAdvanced,
                       .reason = Reason::kHeldByMajority,
                       .term = log_.term_or_zero(majority),
                       .index = majority,
                       .other_index = before});
  }
  return true;
}

}  // namespace raft
