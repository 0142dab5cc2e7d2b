// What the caller is asked to do, and what it reports back (raw_node.h says the order).
#include <algorithm>
#include <utility>

#include "raft/raft.h"

namespace raft {

bool Raft::has_ready() const {
  if (halted_ != nullptr) return false;
  if (!messages_.empty() || !messages_after_sync_.empty() || !read_states_.empty() ||
      to_self_.size() > to_self_taken_) {
    return true;
  }
  if (log_.has_next_write() || log_.has_next_committed(config_.max_committed_size_per_ready)) {
    return true;
  }
  if (told_soft_state_ != SoftState{leader_, role_}) return true;
  if (told_hard_state_ != HardState{term_, vote_, log_.committed()}) return true;
  return role_ == Role::kLeader && append_due();
}

bool Raft::append_due() const {
  return std::any_of(progress_.begin(), progress_.end(), [this](const auto& member) {
    const Progress& peer = member.second;
    return peer.owed && append_sendable(peer, peer.owed_empty);
  });
}

void Raft::ready(Ready& out) {
  out.id = {};
  out.soft_state.reset();
  out.hard_state.reset();
  out.read_states.clear();
  out.entries.clear();
  out.snapshot = nullptr;
  out.committed_entries.clear();
  out.messages.clear();
  out.messages_after_sync.clear();
  out.must_sync = false;
  if (halted_ == nullptr) flush_appends();
  if (halted_ != nullptr) return;
  if (const SoftState soft{leader_, role_}; soft != told_soft_state_) {
    out.soft_state = soft;
    told_soft_state_ = soft;
  }
  if (const HardState hard{term_, vote_, log_.committed()}; hard != told_hard_state_) {
    out.hard_state = hard;
    out.must_sync = hard.term != told_hard_state_.term || hard.vote != told_hard_state_.vote;
    told_hard_state_ = hard;
  }
  out.read_states.swap(read_states_);
  out.snapshot = log_.take_next_snapshot();
  log_.take_next_entries(out.entries);
  out.must_sync = out.must_sync || !out.entries.empty();
  log_.take_next_committed(config_.max_committed_size_per_ready, out.committed_entries);
  // Mistake: the rest of what is committed counts as handed out.
  if (wrong(Mistake::kPageLimitSkips) && !out.committed_entries.empty()) log_.skip_committed();
  out.messages.swap(messages_);
  out.messages_after_sync.swap(messages_after_sync_);
  out.id.number = next_ready_++;
  out.id.term = term_;
  if (log_.has_unstable()) {
    // Also if this Ready writes nothing: an earlier report may be void because the term has changed
    // since, and then this one speaks for its entries.
    out.id.last_index = log_.last_index();
    out.id.last_term = log_.last_term();
  }
  if (out.snapshot != nullptr) out.id.snapshot_index = out.snapshot->index;
  if (!config_.hand_out_own_messages) {
    outstanding_.push_back({out.id, to_self_.size() - to_self_taken_});
    to_self_taken_ = to_self_.size();
  }
}

// What the disk reports. A report of an older term is void for entries: a leader in between may
// have replaced them, and the same term and index may stand for another write ("ABA").
void Raft::stable(const ReadyId& id) {
  if (id.last_index.value > 0) {
    const bool any_term = wrong(Mistake::kStableWithoutTerm);  // mistake: no look at the terms
    const Term last_term = any_term ? log_.term_or_zero(id.last_index) : id.last_term;
    if (id.term != term_ && !any_term) {
      note({.kind = StepKind::kWriteOfOlderTerm, .term = id.term});
    } else {
      switch (log_.stable_to(id.last_index, last_term)) {
        case RaftLog::Stable::kAdvanced:
          if (observed()) {
            tell({.kind = EventKind::kDurable, .term = term_, .index = log_.durable()});
          }
          break;
        case RaftLog::Stable::kMissing:
          note({.kind = StepKind::kUnstableMissing, .number = id.last_index.value});
          break;
        case RaftLog::Stable::kReplaced:
          note({.kind = StepKind::kUnstableMismatch,
                .term = id.last_term,
                .other_term = log_.term_or_zero(id.last_index),
                .number = id.last_index.value});
          break;
      }
    }
  }
  // A snapshot that is installed stays so, whoever leads by now.
  if (id.snapshot_index.value > 0) {
    log_.snapshot_stable(id.snapshot_index);
    leave_joint_if_due();
  }
}

void Raft::persisted(const ReadyId& id) {
  if (halted_ != nullptr) return;
  if (config_.hand_out_own_messages) return stable(id);
  while (!outstanding_.empty() && outstanding_.front().id.number <= id.number) {
    const Outstanding done = outstanding_.front();
    outstanding_.erase(outstanding_.begin());
    stable(done.id);
    // Own votes and acknowledgements are messages like others: those of an older term are ignored.
    for (std::size_t i = 0; i < done.to_self; ++i) {
      // Not in its place: to handle it may add to the list.
      const Message message = std::move(to_self_[i]);
      if (message.type == MessageType::kAppendReply && message.index > log_.durable()) continue;
      const bool current = message.term == term_ || message.type == MessageType::kPreVoteReply;
      if (current && halted_ == nullptr) (void)step_in_role(message);
    }
    if (done.to_self == 0) continue;
    to_self_.erase(to_self_.begin(), to_self_.begin() + static_cast<std::ptrdiff_t>(done.to_self));
    to_self_taken_ -= done.to_self;
  }
}

void Raft::applied(Index index) {
  if (halted_ != nullptr) return;
  if (index > log_.committed()) return halt("more was applied than is committed");
  if (uncommitted_bytes_ > 0) {
    const Index first = std::max(next_index(log_.applied()), log_.first_index());
    for (Index i = first; i <= index; i = next_index(i)) {
      uncommitted_bytes_ -= std::min<std::uint64_t>(uncommitted_bytes_, log_.entry(i)->data.size());
    }
  }
  log_.applied_to(index);
  leave_joint_if_due();
}

NodeStatus Raft::status() const {
  NodeStatus status;
  status.id = config_.id;
  status.hard_state = {term_, vote_, log_.committed()};
  status.soft_state = {leader_, role_};
  status.applied = log_.applied();
  status.durable = log_.durable();
  status.timer = timer_;
  for (const auto& [voter, granted] : votes_) {
    (granted ? status.votes.granted : status.votes.rejected).push_back(voter);
  }
  status.config = members_;
  status.transferee = transferee_;
  if (role_ == Role::kLeader) status.progress = progress_;
  status.is_learner = is_learner(members_, config_.id);
  status.halted = halted_;
  return status;
}

}  // namespace raft
