#include "raft/raft_log.h"

#include <algorithm>
#include <string>

#include "raft/assert.h"

namespace raft {
namespace {

std::string text(Index index) { return std::to_string(index.value); }

Error corrupt(std::string message) { return Error{Code::kCorruption, std::move(message)}; }

}  // namespace

Result<RaftLog> RaftLog::load(const Storage& storage, const HardState& hard_state, Index applied,
                              std::optional<LogEnd> lost_end) {
  RaftLog log(storage);
  log.lost_end_ = lost_end;
  const Index first = storage.first_index();
  const Index last = storage.last_index();
  if (first.value == 0 || last < previous_index(first)) {
    return corrupt("the stored log goes from entry " + text(first) + " to entry " + text(last));
  }
  RAFT_TRY_ASSIGN(log.truncated_term_, storage.term(previous_index(first)));
  log.entries_.reset(first);
  if (first <= last) {
    RAFT_TRY_ASSIGN(std::vector<EntryPtr> stored,
                    storage.entries(first, next_index(last), UINT64_MAX));
    Term term = log.truncated_term_;
    for (EntryPtr& entry : stored) {
      if (entry->index != log.entries_.end_index()) {
        return corrupt("entry " + text(log.entries_.end_index()) +
                       " is missing from the stored log, entry " + text(entry->index) +
                       " stands in its place");
      }
      if (entry->term < term || entry->term > hard_state.term) {
        return corrupt("stored entry " + text(entry->index) + " has term " +
                       std::to_string(entry->term.value) + ", which is not between " +
                       std::to_string(term.value) + " (of the entry before) and " +
                       std::to_string(hard_state.term.value) + " (the stored term)");
      }
      term = entry->term;
      log.entries_.push_back(std::move(entry));
    }
    if (log.last_index() != last) {
      return corrupt("the stored log ends at entry " + text(log.last_index()) + " instead of " +
                     text(last));
    }
  }
  // A commit index may be written without a sync, so that it may be behind what was applied.
  log.applied_ = std::max(applied, previous_index(first));
  log.applying_ = log.applied_;
  log.committed_ = std::max(hard_state.commit, log.applied_);
  if (log.applied_ > last && !lost_end) {
    return corrupt("the state machine has applied entry " + text(log.applied_) +
                   ", but the stored log ends at entry " + text(last));
  }
  if (log.committed_ > last && !lost_end) {
    return corrupt("the stored commit index " + text(log.committed_) +
                   " is beyond the last stored entry " + text(last));
  }
  log.durable_ = last;
  log.handed_out_ = last;
  return log;
}

bool RaftLog::is_up_to_date(Index index, Term term) const {
  const LogEnd own{last_index(), last_term()};
  return LogEnd{index, term} >= std::max(own, lost_end_.value_or(own));
}

std::pair<Index, Term> RaftLog::find_conflict_by_term(Index index, Term term) const {
  Index i = index;
  while (i.value > 0) {
    if (!knows_term(i)) return {i, Term{0}};
    const Term own = term_or_zero(i);
    if (own <= term) return {i, own};
    i = previous_index(i);
  }
  return {Index{0}, Term{0}};
}

bool RaftLog::has_unapplied_config_change() const {
  for (Index i = next_index(applied_); i <= committed_; i = next_index(i)) {
    if (entries_.contains(i) && entries_.at(i)->type != EntryType::kNormal) return true;
  }
  return false;
}

void RaftLog::push_back(EntryPtr entry) {
  if (lost_end_ && LogEnd{entry->index, entry->term} >= *lost_end_) lost_end_.reset();
  entries_.push_back(std::move(entry));
}

void RaftLog::truncate_from(Index index) {
  RAFT_ASSERT(index > committed_);
  entries_.truncate_from(index);
  durable_ = std::min(durable_, last_index());
  handed_out_ = std::min(handed_out_, last_index());
}

void RaftLog::commit_to(Index index) {
  RAFT_ASSERT(index >= committed_ && index <= last_index());
  committed_ = index;
}

void RaftLog::lower_commit(Index index) { committed_ = std::min(committed_, index); }

void RaftLog::skip_committed() { applying_ = previous_index(end_of_applicable()); }

void RaftLog::restore(SnapshotPtr snapshot) {
  entries_.reset(next_index(snapshot->index));
  truncated_term_ = snapshot->term;
  durable_ = snapshot->index;
  handed_out_ = snapshot->index;
  committed_ = std::max(committed_, snapshot->index);  // above it only while entries are lost
  if (lost_end_ && LogEnd{snapshot->index, snapshot->term} >= *lost_end_) lost_end_.reset();
  pending_snapshot_ = std::move(snapshot);
  snapshot_handed_out_ = false;
}

void RaftLog::take_next_entries(std::vector<EntryPtr>& out) {
  if (handed_out_ == last_index()) return;
  entries_.copy_range(next_index(handed_out_), entries_.end_index(), UINT64_MAX, out);
  handed_out_ = last_index();
}

SnapshotPtr RaftLog::take_next_snapshot() {
  if (!has_next_snapshot()) return nullptr;
  snapshot_handed_out_ = true;
  return pending_snapshot_;
}

RaftLog::Stable RaftLog::stable_to(Index index, Term term) {
  if (index <= durable_ || index > last_index()) return Stable::kMissing;
  if (index > handed_out_ || !matches(index, term)) return Stable::kReplaced;
  durable_ = index;
  return Stable::kAdvanced;
}

void RaftLog::snapshot_stable(Index index) {
  if (pending_snapshot_ == nullptr || pending_snapshot_->index != index) return;
  pending_snapshot_ = nullptr;
  snapshot_handed_out_ = false;
  // The caller installs a snapshot before it reports it, and never applies it entry by entry.
  applying_ = std::max(applying_, index);
  applied_ = std::max(applied_, index);
  if (applying_ == applied_) {
    applying_bytes_ = 0;
    applying_paused_ = false;
  }
}

bool RaftLog::has_next_committed(std::uint64_t max_bytes) const {
  if (pending_snapshot_ != nullptr || applying_paused_) return false;
  if (next_index(applying_) >= end_of_applicable()) return false;
  return max_bytes == UINT64_MAX || applying_bytes_ == 0 || applying_bytes_ < max_bytes;
}

void RaftLog::take_next_committed(std::uint64_t max_bytes, std::vector<EntryPtr>& out) {
  if (!has_next_committed(max_bytes)) return;
  const Index first = std::max(next_index(applying_), entries_.first_index());
  const bool limited = max_bytes != UINT64_MAX;
  const auto taken = static_cast<std::ptrdiff_t>(out.size());
  entries_.copy_range(first, end_of_applicable(),
                      limited ? max_bytes - std::min(max_bytes, applying_bytes_) : max_bytes, out);
  applying_ = out.back()->index;
  if (limited) {
    for (auto it = out.begin() + taken; it != out.end(); ++it) {
      applying_bytes_ += encoded_size(**it);
    }
    applying_paused_ = next_index(applying_) < end_of_applicable();
  }
}

void RaftLog::applied_to(Index index) {
  RAFT_ASSERT(index <= committed_);
  if (index <= applied_) return;
  if (applying_bytes_ > 0) {
    for (Index i = next_index(applied_); i <= index; i = next_index(i)) {
      if (!entries_.contains(i)) continue;
      applying_bytes_ -= std::min(applying_bytes_, encoded_size(*entries_.at(i)));
    }
  }
  applied_ = index;
  applying_ = std::max(applying_, applied_);
  if (applying_ == applied_) applying_bytes_ = 0;
  applying_paused_ = false;
}

void RaftLog::follow_compaction() {
  const Index first = storage_->first_index();
  // Never past what is applied: the rest is still to be handed out.
  const Index through = std::min(previous_index(first), applied_);
  if (through < entries_.first_index() || through > last_index()) return;
  truncated_term_ = term_or_zero(through);
  entries_.compact_through(through);
}

}  // namespace raft
