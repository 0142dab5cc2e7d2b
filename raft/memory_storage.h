// raft::Storage in memory: for tests, bare cores and throughput runs. A value: copies share chunks.
// What is written is there at once; whoever simulates a disk decides when to call.
#pragma once

#include <vector>

#include "raft/entry_list.h"
#include "raft/storage.h"

namespace raft {

class MemoryStorage : public Storage {
 public:
  MemoryStorage() = default;
  // An empty log of a cluster with these voters (ascending).
  static MemoryStorage with_voters(std::vector<NodeId> voters);

  Result<InitialState> initial_state() const override;
  Result<std::vector<EntryPtr>> entries(Index first, Index end,
                                        std::uint64_t max_bytes) const override;
  Result<Term> term(Index index) const override;
  Index first_index() const override { return log_.first_index(); }
  Index last_index() const override { return log_.last_index(); }
  Result<SnapshotPtr> snapshot() const override;

  void set_hard_state(const HardState& hard_state) { hard_state_ = hard_state; }
  void set_config(ConfState config) { config_ = std::move(config); }
  // Replaces what is stored from the first entry's index on. Entries that are compacted already are
  // skipped. Errors: kInvalidArgument if it would leave a gap.
  Status append(const std::vector<EntryPtr>& entries);
  // The snapshot replaces the whole log. Errors: kInvalidArgument if it is older than the one here.
  Status apply_snapshot(SnapshotPtr snapshot);
  // Takes note of the state machine's state at `index`; the log stays. Errors: kNotFound if it is
  // older than the newest snapshot, kUnavailable if it is past the log.
  Status create_snapshot(Index index, ConfState config, std::string data);
  // Drops the entries up to and including `index`. Errors: kNotFound if they are gone already,
  // kUnavailable if the log does not reach so far.
  Status compact(Index index);

  const HardState& hard_state() const { return hard_state_; }
  const EntryList& log() const { return log_; }

 private:
  HardState hard_state_;
  ConfState config_;
  SnapshotPtr snapshot_;  // null: none yet
  Term truncated_term_;   // of entry first_index() - 1
  EntryList log_;
};

}  // namespace raft
