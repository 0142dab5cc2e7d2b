#include "raft/memory_storage.h"

#include <algorithm>
#include <string>
#include <utility>

namespace raft {
namespace {

std::string text(Index index) { return std::to_string(index.value); }

}  // namespace

MemoryStorage MemoryStorage::with_voters(std::vector<NodeId> voters) {
  MemoryStorage storage;
  storage.config_.voters = std::move(voters);
  return storage;
}

Result<InitialState> MemoryStorage::initial_state() const {
  InitialState state{hard_state_, config_};
  state.hard_state.commit = std::max(state.hard_state.commit, previous_index(log_.first_index()));
  return state;
}

Result<std::vector<EntryPtr>> MemoryStorage::entries(Index first, Index end,
                                                     std::uint64_t max_bytes) const {
  if (first < log_.first_index()) {
    return Error{Code::kNotFound, "entry " + text(first) + " was compacted; the log starts at " +
                                      text(log_.first_index())};
  }
  if (end > log_.end_index() || first > end) {
    return Error{Code::kUnavailable, "entries from " + text(first) + " to before " + text(end) +
                                         " were asked for; the log ends at " +
                                         text(log_.last_index())};
  }
  return log_.range(first, end, max_bytes);
}

Result<Term> MemoryStorage::term(Index index) const {
  if (next_index(index) == log_.first_index()) return truncated_term_;
  if (index < log_.first_index()) {
    return Error{Code::kNotFound, "entry " + text(index) + " was compacted; the log starts at " +
                                      text(log_.first_index())};
  }
  if (!log_.contains(index)) {
    return Error{Code::kUnavailable,
                 "entry " + text(index) + " is past the log's end " + text(log_.last_index())};
  }
  return log_.at(index)->term;
}

Result<SnapshotPtr> MemoryStorage::snapshot() const {
  if (snapshot_ == nullptr) return Error{Code::kUnavailable, "there is no snapshot yet"};
  return snapshot_;
}

Status MemoryStorage::append(const std::vector<EntryPtr>& entries) {
  for (const EntryPtr& entry : entries) {
    if (entry->index < log_.first_index()) continue;
    if (entry->index > log_.end_index()) {
      return Error{Code::kInvalidArgument, "entry " + text(entry->index) +
                                               " would leave a gap behind entry " +
                                               text(log_.last_index())};
    }
    if (entry->index < log_.end_index()) log_.truncate_from(entry->index);
    log_.push_back(entry);
  }
  return ok();
}

Status MemoryStorage::apply_snapshot(SnapshotPtr snapshot) {
  if (snapshot_ != nullptr && snapshot_->index >= snapshot->index) {
    return Error{Code::kInvalidArgument, "the snapshot at " + text(snapshot->index) +
                                             " is not newer than the one at " +
                                             text(snapshot_->index)};
  }
  log_.reset(next_index(snapshot->index));
  truncated_term_ = snapshot->term;
  config_ = snapshot->config;
  snapshot_ = std::move(snapshot);
  return ok();
}

Status MemoryStorage::create_snapshot(Index index, ConfState config, std::string data) {
  if (snapshot_ != nullptr && index <= snapshot_->index) {
    return Error{Code::kNotFound, "there is a snapshot at " + text(snapshot_->index) + " already"};
  }
  RAFT_TRY_ASSIGN(const Term entry_term, term(index));
  snapshot_ = std::make_shared<const Snapshot>(
      Snapshot{index, entry_term, std::move(config), std::move(data)});
  return ok();
}

Status MemoryStorage::compact(Index index) {
  RAFT_TRY_ASSIGN(const Term entry_term, term(index));
  if (index < log_.first_index()) {
    return Error{Code::kNotFound, "entry " + text(index) + " was compacted already"};
  }
  log_.compact_through(index);
  truncated_term_ = entry_term;
  return ok();
}

}  // namespace raft
