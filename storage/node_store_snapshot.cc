// Compaction, and snapshots on their way in: rows of old entries, chunks that arrive, the install.
#include <algorithm>

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

Result<std::string> NodeStore::read_staged() const {
  if (!staged_ || !staged_->complete()) {
    return Error{Code::kNotFound, "not all chunks of a snapshot are there"};
  }
  DiskGuard guard(disk_);
  RAFT_TRY_ASSIGN(Database * database, this->database());
  RAFT_TRY_ASSIGN(Statement rows,
                  database->connection.prepare(
                      "SELECT number, checksum, data FROM snapshot_chunks ORDER BY number"));
  std::string all;
  for (const std::uint64_t number : staged_->numbers) {
    RAFT_TRY_ASSIGN(const bool row, rows.step());
    const std::string bytes = row ? rows.bytes(2) : std::string();
    if (!row || rows.number(0) != number ||
        rows.number(1) != checksum(staged_->id, number, bytes)) {
      return corrupt("snapshot_chunks",
                     "row " + std::to_string(number) + " does not match its checksum");
    }
    all += bytes;
  }
  return all;
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
  for (const char* clear :
       {"DELETE FROM kv", "DELETE FROM sessions", "DELETE FROM snapshot_chunks"}) {
    RAFT_TRY(database.connection.execute(clear));
  }
  meta = {};
  meta.truncated_index = snapshot.index;
  meta.truncated_term = snapshot.term;
  meta.applied = snapshot.index;
  meta.applied_term = snapshot.term;
  meta.config = snapshot.config;
  meta.conf_version = snapshot.conf_version;
  for (const auto& [key, row] : snapshot.rows) RAFT_TRY(put_row(database, key, row, meta));
  for (const auto& [client, session] : snapshot.sessions) {
    RAFT_TRY(put_session(database, client, session, meta));
  }
  return write_meta(database, meta);
}

}  // namespace storage
