// The log as the core sees it: truncated prefix, durable entries, entries under way to the disk,
// and entries not yet handed out. All entries are kept in memory (shared with storage and
// messages), so that reading the log cannot fail; storage is read at the start and asked for
// snapshots and for how far it has compacted. Owned by `Raft`.
//
//   truncated | durable | under way to the disk | new |
//             ^first    ^durable                ^handed out      ^last
//             applied <= applying <= committed <= last;  applying <= durable
#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "raft/entry_list.h"
#include "raft/storage.h"

namespace raft {

class RaftLog {
 public:
  // Reads the stored log. `applied` is how far the state machine has come on its own account.
  // Errors: kCorruption if what is stored contradicts itself; those of storage.
  static Result<RaftLog> load(const Storage& storage, const HardState& hard_state, Index applied,
                              std::optional<LogEnd> lost_end = {});
  // Goes on over another storage with equal content.
  void rebind(const Storage& storage) { storage_ = &storage; }
  const Storage& storage() const { return *storage_; }

  // Storage may compact at any time, but never lags behind: a snapshot that is not durable yet is
  // already the beginning of this log.
  Index first_index() const { return std::max(entries_.first_index(), storage_->first_index()); }
  Index last_index() const { return entries_.last_index(); }
  Term last_term() const { return term_or_zero(last_index()); }
  Index committed() const { return committed_; }
  Index applying() const { return applying_; }
  Index applied() const { return applied_; }
  Index durable() const { return durable_; }
  const SnapshotPtr& pending_snapshot() const { return pending_snapshot_; }

  // REQUIRES: first_index() <= index <= last_index().
  const EntryPtr& entry(Index index) const { return entries_.at(index); }
  // False if the entry was truncated or does not exist. Known down to first_index() - 1.
  bool knows_term(Index index) const {
    return index <= last_index() && next_index(index) >= entries_.first_index();
  }
  // The entry's term, 0 where it is not known.
  Term term_or_zero(Index index) const {
    if (entries_.contains(index)) return entries_.at(index)->term;
    return next_index(index) == entries_.first_index() ? truncated_term_ : Term{0};
  }
  bool matches(Index index, Term term) const {
    return knows_term(index) && term_or_zero(index) == term;
  }
  std::vector<EntryPtr> entries(Index first, std::uint64_t max_bytes) const {
    return entries_.range(first, entries_.end_index(), max_bytes);
  }
  // True if a log that ends in this entry is at least as up-to-date as this one (paper
  // section 5.4.1).
  bool is_up_to_date(Index index, Term term) const;
  // The highest entry at or below `index` whose term is at most `term`, and its term: where two
  // logs may still agree (thesis section 4.1.2). Entries of unknown term count as candidates with
  // term 0.
  std::pair<Index, Term> find_conflict_by_term(Index index, Term term) const;
  // True while entries that this member stored once, and may have vouched for, are lost by rot. It
  // must not lead then, nor help to elect a member whose log is older than its own was (the rule of
  // "protocol-aware recovery", FAST'18); it goes on as soon as a leader has sent them again.
  bool damaged() const { return lost_end_.has_value(); }
  // Committed entries up to here are held: all of them unless the log is damaged.
  Index held_commit() const { return std::min(committed_, last_index()); }
  // True if (applied, committed] holds a membership change.
  bool has_unapplied_config_change() const;

  // REQUIRES: entry->index == last_index() + 1.
  void push_back(EntryPtr entry);
  // REQUIRES: committed() < index. What was under way to the disk from there on no longer counts.
  void truncate_from(Index index);
  // REQUIRES: committed() <= index <= last_index().
  void commit_to(Index index);
  // Mistake commit-without-floor alone lowers it.
  void lower_commit(Index index);
  // The snapshot replaces the log.
  void restore(SnapshotPtr snapshot);

  // Work for the disk that was not handed out yet.
  bool has_next_write() const { return handed_out_ < last_index() || has_next_snapshot(); }
  bool has_next_snapshot() const { return pending_snapshot_ != nullptr && !snapshot_handed_out_; }
  // Behind what `out` has already.
  void take_next_entries(std::vector<EntryPtr>& out);
  SnapshotPtr take_next_snapshot();
  // True if not all is durable, handed out or not.
  bool has_unstable() const { return durable_ < last_index(); }
  // The disk holds everything up to this entry. Ignored unless the log still has it: a later leader
  // may have replaced it since the write began.
  enum class Stable { kAdvanced, kMissing, kReplaced };
  Stable stable_to(Index index, Term term);
  void snapshot_stable(Index index);

  // Committed and durable entries that were not handed out yet. None while a snapshot waits for the
  // disk. `max_bytes` bounds what is handed out and not yet applied.
  bool has_next_committed(std::uint64_t max_bytes) const;
  void take_next_committed(std::uint64_t max_bytes, std::vector<EntryPtr>& out);
  // Mistake page-limit-skips: all that could be handed out counts as handed out.
  void skip_committed();
  Index handed_out() const { return handed_out_; }
  // REQUIRES: index <= committed().
  void applied_to(Index index);

  // With true, committed entries are handed out before they are durable: only for a caller that
  // writes each Ready before it applies it (Config::apply_unstable).
  void set_apply_unstable(bool apply_unstable) { apply_unstable_ = apply_unstable; }
  // Drops what storage has compacted meanwhile.
  void follow_compaction();

 private:
  explicit RaftLog(const Storage& storage) : storage_(&storage) {}
  Index end_of_applicable() const {
    return next_index(apply_unstable_ ? committed_ : std::min(committed_, durable_));
  }

  const Storage* storage_;
  EntryList entries_;
  Term truncated_term_;  // of entry entries_.first_index() - 1
  Index durable_;
  Index handed_out_;
  Index committed_;
  Index applying_;  // handed out for application
  Index applied_;
  std::uint64_t applying_bytes_ = 0;  // of (applied_, applying_]
  // The limit stopped the last hand-out short: the next waits until some of it is applied.
  bool applying_paused_ = false;
  SnapshotPtr pending_snapshot_;  // not yet durable
  bool snapshot_handed_out_ = false;
  bool apply_unstable_ = false;
  std::optional<LogEnd> lost_end_;  // where the log ended before rot took entries from it
};

}  // namespace raft
