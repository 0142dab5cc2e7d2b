// Log compaction (paper section 7): when the leader asks for it, and how a node carries it out
// without standing still.
#include <algorithm>

#include "kv/server.h"

namespace kv {
namespace {

// Deleted rows of one transaction: few enough that no write waits long behind them.
constexpr std::uint64_t kRowsPerPiece = 256;

}  // namespace

Result<ErrorKind> Server::compact(raft::Index last) {
  if (node_.role() != raft::Role::kLeader) return ErrorKind::kNotLeader;
  if (last > applied_) {
    return Error{Code::kInvalidArgument, "the log cannot be compacted through entry " +
                                             std::to_string(last.value) + ": only entries up to " +
                                             std::to_string(applied_.value) + " are applied"};
  }
  if (last.value == 0 && applied_.value > 0) last = raft::previous_index(applied_);
  if (last < store_->first_index()) return ErrorKind::kNone;
  Command command;
  command.op = Op::kCompact;
  command.compact_index = last;
  if (!node_.propose(encode(command))) return ErrorKind::kDropped;
  compact_proposed_ = last;
  return ErrorKind::kNone;
}

// Adds what was applied and takes off what was compacted since the last count.
void Server::count_log_bytes() {
  const raft::Index through = raft::previous_index(store_->first_index());
  if (counted_from_ < through) {
    // The entries are gone, so that the rest is counted anew: at most a log's length per
    // compaction.
    log_bytes_ = 0;
    counted_from_ = counted_to_ = through;
  }
  for (; counted_to_ < applied_; counted_to_ = raft::next_index(counted_to_)) {
    const raft::Index next = raft::next_index(counted_to_);
    if (next < node_.first_index()) continue;
    log_bytes_ += raft::encoded_size(*node_.entry(next));
  }
}

// The leader proposes compaction by count and by size. It spares what its followers still lack as
// far as half the limit allows: sending those entries is cheaper than sending a snapshot.
void Server::collect_log() {
  if (node_.role() != raft::Role::kLeader) {
    compact_proposed_ = {};
    return;
  }
  if (options_.log_gc_count == 0 && options_.log_gc_bytes == 0) return;
  const raft::Index start =
      std::max(raft::previous_index(store_->first_index()), compact_proposed_);
  if (applied_ <= start) return;
  const std::uint64_t count = applied_.value - start.value;
  const bool too_many = options_.log_gc_count > 0 && count >= options_.log_gc_count;
  bool too_large = false;
  if (options_.log_gc_bytes > 0) {
    count_log_bytes();
    too_large = log_bytes_ >= options_.log_gc_bytes && compact_proposed_ < store_->first_index();
  }
  if (count < 2 || (!too_many && !too_large)) return;
  raft::Index slowest = raft::previous_index(applied_);
  for (const auto& [id, progress] : node_.status().progress) {
    if (id != node_.id() && progress.recently_active) slowest = std::min(slowest, progress.match);
  }
  const raft::Index least{applied_.value - (count + 1) / 2};
  (void)compact(std::max(slowest, least));
}

// How far of `wanted` may go now.
raft::Index Server::compactable(raft::Index wanted, raft::Index applied) const {
  const raft::Index most = std::min(wanted, applied);
  return std::min(most, sender_.needed_from().value_or(most));
}

Result<bool> Server::maintain() {
  if (!maintenance_due_ || halted_ != nullptr) return false;
  maintenance_due_ = false;
  if (disk_is_full_) return false;  // what must be written first does not fit
  const auto written = [this](const Status& done) -> Result<bool> {
    if (done) return true;
    if (done.error().code == Code::kUnavailable)
      return false;  // no room; the next tick tries again
    halt("its disk did not take a piece of its housekeeping");
    return done.error();
  };
  // What was kept for a snapshot goes when that is over.
  if (const raft::Index through = compactable(compact_goal_, applied_);
      through >= store_->first_index()) {
    ApplyWrite write;
    write.applied = applied_;
    RAFT_TRY_ASSIGN(write.applied_term, node_.term_at(applied_));
    write.compact_to = through;
    const Result<bool> wrote = written(store_->write_apply(write));
    if (wrote && *wrote) {
      notes_.push_back("compacted its log through entry " + std::to_string(through.value));
    }
    return wrote;
  }
  if (store_->compacted_rows() > 0 && !staged_is_bad_) {
    return written(store_->delete_compacted(kRowsPerPiece));
  }
  // Chunks of a snapshot that nobody needs any more.
  const auto& staged = store_->staged();
  if (!staged) staged_is_bad_ = false;
  const bool in_use = verified_ != nullptr || unwritten_install_ != nullptr;
  const bool over = staged && arrived_.empty() && !in_use &&
                    staged->id.index <= std::min(applied_, held_commit());
  if (staged && (over || staged_is_bad_)) {
    staged_is_bad_ = false;
    return written(store_->discard_staged());
  }
  return false;
}

}  // namespace kv
