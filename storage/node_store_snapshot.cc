// Compaction, and snapshots on their way in: rows of old entries, chunks that arrive, the install.
#include <algorithm>
#include <string>
#include <string_view>

#include "kv/snapshot.h"
#include "storage/node_database.h"
#include "storage/schema.h"

namespace storage {

std::uint64_t NodeStore::compacted_rows() const {
  return log_.first_index().value - std::min(first_row_, log_.first_index()).value;
}

Status NodeStore::delete_compacted(std::uint64_t rows_max) {
  const std::uint64_t waiting = compacted_rows();
  if (waiting == 0 || rows_max == 0) return ok();
  const raft::Index end{first_row_.value + std::min(waiting, rows_max)};
  raft::Index first = log_.first_index();
  const auto delete_rows = [&](Database& database) -> Status {
    RAFT_TRY(database.delete_rows.bind(1, end.value).run());
    // Not `end`: behind an installed snapshot there is a gap between old rows and new ones.
    RAFT_TRY_ASSIGN(const bool any, database.first_row.step());
    if (any) first = {database.first_row.number(0)};
    database.first_row.reset();
    return ok();
  };
  RAFT_TRY(transact("deleting rows of compacted entries", delete_rows));
  first_row_ = first;
  if (disk_ != nullptr) disk_->mended_log(0, first.value);
  return ok();
}

Status NodeStore::stage_chunk(const kv::SnapshotId& id, std::uint64_t number,
                              std::string_view bytes) {
  if (number == 0 || number > id.chunks) {
    return Error{Code::kInvalidArgument, "chunk " + std::to_string(number) + " of a snapshot of " +
                                             std::to_string(id.chunks) + " chunks"};
  }
  const auto write_rows = [&](Database& database) -> Status {
    RAFT_TRY(database.delete_other_chunks.bind(1, id.index.value)
                 .bind(2, id.term.value)
                 .bind(3, id.chunks)
                 .run());
    return database.put_chunk.bind(1, number)
        .bind(2, id.index.value)
        .bind(3, id.term.value)
        .bind(4, id.chunks)
        .bind(5, checksum(id, number, bytes))
        .bind_blob(6, bytes)
        .run();
  };
  RAFT_TRY(transact("keeping chunk " + std::to_string(number) + " of a snapshot", write_rows));
  if (!staged_ || staged_->id != id) staged_ = kv::StagedSnapshot{id, {}};
  auto& numbers = staged_->numbers;
  const auto place = std::lower_bound(numbers.begin(), numbers.end(), number);
  if (place == numbers.end() || *place != number) numbers.insert(place, number);
  return ok();
}

Status NodeStore::read_staged(const TakeChunk& take) const {
  if (!staged_ || !staged_->complete()) {
    return Error{Code::kNotFound, "not all chunks of a snapshot are there"};
  }
  DiskGuard guard(disk_);
  RAFT_TRY_ASSIGN(Database * database, this->database());
  return read_chunks(*database, staged_->id, false, take);
}

// With `remove` each goes when it is taken, within the transaction: what is written next finds room
// where it was, and the file does not grow by another state.
Status NodeStore::read_chunks(Database& database, const kv::SnapshotId& id, bool remove,
                              const TakeChunk& take) {
  for (std::uint64_t number = 1; number <= id.chunks; ++number) {
    Statement& chunk = database.get_chunk.bind(1, number);
    RAFT_TRY_ASSIGN(const bool found, chunk.step());
    const auto taken = [&]() -> Status {
      if (!found) return corrupt("snapshot_chunks", "row " + std::to_string(number) + " is gone");
      const kv::SnapshotId its{{chunk.number(0)}, {chunk.number(1)}, chunk.number(2)};
      if (its != id || chunk.number(3) != checksum(id, number, chunk.view(4))) {
        return corrupt("snapshot_chunks",
                       "row " + std::to_string(number) + " does not match its checksum");
      }
      return take(chunk.view(4));
    };
    const Status done = taken();
    chunk.reset();
    RAFT_TRY(done);
    if (remove) RAFT_TRY(database.delete_chunk.bind(1, number).run());
  }
  return ok();
}

Status NodeStore::discard_staged() {
  if (!staged_) return ok();
  RAFT_TRY(transact("dropping chunks of a snapshot", [](Database& database) {
    return database.connection.execute("DELETE FROM snapshot_chunks");
  }));
  staged_.reset();
  return ok();
}

Status NodeStore::install(Database& database, const kv::SnapshotWrite& snapshot, StoredMeta& meta) {
  // Rows up to the snapshot's index are as those of any compacted entry: they wait for their
  // deletion. Those behind it conflict, or the core would not have taken the snapshot.
  RAFT_TRY(database.cut_log.bind(1, raft::next_index(snapshot.index).value).run());
  for (const char* clear : {"DELETE FROM kv", "DELETE FROM sessions"}) {
    RAFT_TRY(database.connection.execute(clear));
  }
  meta = {};
  meta.truncated_index = snapshot.index;
  meta.truncated_term = snapshot.term;
  meta.applied = snapshot.index;
  meta.applied_term = snapshot.term;
  meta.config = snapshot.config;
  meta.conf_version = snapshot.stream.conf_version;
  kv::StreamReader reader(
      [&](const std::string& key, const kv::Row& row) { return put_row(database, key, row, meta); },
      [&](std::uint64_t client, const kv::Session& session) {
        return put_session(database, client, session, meta);
      });
  RAFT_TRY(read_chunks(database, snapshot.id(), true,
                       [&](std::string_view chunk) { return reader.feed(chunk); }));
  RAFT_TRY(reader.finish(snapshot.stream));
  return write_meta(database, meta);
}

}  // namespace storage
