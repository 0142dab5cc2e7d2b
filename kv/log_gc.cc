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
raft::Index Server::compactable(raft::Index wanted) const { return std::min(wanted, applied_); }

Result<bool> Server::maintain() {
  if (!maintenance_due_ || halted_ != nullptr) return false;
  maintenance_due_ = false;
  if (store_->compacted_rows() == 0) return false;
  const Status done = store_->delete_compacted(kRowsPerPiece);
  if (done) return true;
  halt("its disk did not take a deletion of compacted entries");
  return done.error();
}

}  // namespace kv
