// A store's connection with its statements, and how its errors read. Internal to storage.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "storage/node_store.h"
#include "storage/sim_vfs.h"
#include "storage/sqlite.h"

namespace storage {

inline std::string text(raft::Index index) { return std::to_string(index.value); }

inline std::string shown_key(std::string_view key) {
  constexpr std::size_t kShown = 40;
  std::string out = "\"";
  for (const char c : key.substr(0, kShown)) out += (c >= ' ' && c < 127) ? c : '?';
  return out + (key.size() > kShown ? "…\"" : "\"");
}

inline Error corrupt(std::string_view table, std::string message) {
  return {Code::kCorruption, "node database, table " + std::string(table) + ": " + message};
}

inline Error with_context(std::string_view where, const Error& error) {
  return {error.code, "node database, " + std::string(where) + ": " + error.message};
}

// The connection first: statements must go before it.
struct NodeStore::Database {
  Connection connection;
  Statement begin, commit, rollback;
  Statement insert_log, cut_log, log_checksum;
  Statement put_hard_state, put_meta;
  Statement kv_checksum, put_kv, delete_kv;
  Statement session_checksum, put_session, delete_session;
  Statement first_row, delete_rows;
  Statement put_chunk, get_chunk, delete_chunk, delete_other_chunks;
  // kRowsAtOnce rows of the log in one statement: half of what a row costs is its statement's
  // beginning and end. Prepared at the first write of so many, which few runs of the simulator
  // have.
  static constexpr std::size_t kRowsAtOnce = 16;
  std::optional<Statement> insert_log_rows;

  Result<Statement*> insert_many() {
    if (!insert_log_rows) {
      std::string sql = "REPLACE INTO log(idx, term, type, checksum, data) VALUES";
      for (std::size_t row = 0; row < kRowsAtOnce; ++row) {
        sql += row == 0 ? "(?, ?, ?, ?, ?)" : ", (?, ?, ?, ?, ?)";
      }
      RAFT_TRY_ASSIGN(insert_log_rows, connection.prepare(sql.c_str()));
    }
    return &*insert_log_rows;
  }

  Status prepare() {
    const std::pair<Statement*, const char*> all[] = {
        {&begin, "BEGIN IMMEDIATE"},
        {&commit, "COMMIT"},
        {&rollback, "ROLLBACK"},
        {&insert_log,
         "REPLACE INTO log(idx, term, type, checksum, data) VALUES(?1, ?2, ?3, ?4, ?5)"},
        {&cut_log, "DELETE FROM log WHERE idx >= ?1"},
        {&log_checksum, "SELECT checksum FROM log WHERE idx = ?1"},
        {&put_hard_state, "REPLACE INTO hard_state VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"},
        {&put_meta, "REPLACE INTO meta VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"},
        {&kv_checksum, "SELECT checksum FROM kv WHERE key = ?1"},
        {&put_kv, "REPLACE INTO kv(key, idx, checksum, value) VALUES(?1, ?2, ?3, ?4)"},
        {&delete_kv, "DELETE FROM kv WHERE key = ?1"},
        {&session_checksum, "SELECT checksum FROM sessions WHERE client = ?1"},
        {&put_session,
         "REPLACE INTO sessions(client, sequence, idx, checksum, result) VALUES(?1, ?2, ?3, ?4, "
         "?5)"},
        {&delete_session, "DELETE FROM sessions WHERE client = ?1"},
        {&first_row, "SELECT idx FROM log ORDER BY idx LIMIT 1"},
        {&delete_rows, "DELETE FROM log WHERE idx < ?1"},
        {&put_chunk,
         "REPLACE INTO snapshot_chunks(number, idx, term, chunks, checksum, data) VALUES(?1, ?2, "
         "?3, ?4, ?5, ?6)"},
        {&get_chunk,
         "SELECT idx, term, chunks, checksum, data FROM snapshot_chunks WHERE number = ?1"},
        {&delete_chunk, "DELETE FROM snapshot_chunks WHERE number = ?1"},
        {&delete_other_chunks,
         "DELETE FROM snapshot_chunks WHERE idx <> ?1 OR term <> ?2 OR chunks <> ?3"},
    };
    for (const auto& [statement, sql] : all) {
      RAFT_TRY_ASSIGN(*statement, connection.prepare(sql));
    }
    return ok();
  }
};

template <class Body>
Status NodeStore::transact(const std::string& what, const Body& body) {
  DiskGuard guard(disk_);
  // Another process would read the disk where this one has it in its cache, and ask what it
  // promises.
  if (disk_ != nullptr &&
      (disk_->reads_differ() || disk_->identity().power_safe_overwrite != promised_)) {
    database_.reset();
  }
  RAFT_TRY_ASSIGN(Database * database, this->database());
  // Behind it, since it may have opened the connection: what the opening drew leaves no trace.
  if (!holding_) begin_on_disk();
  const bool alone = !holding_;
  const auto run = [&]() -> Status {
    if (!holding_) RAFT_TRY(database->begin.run());
    holding_ = holds_commits_;
    RAFT_TRY(body(*database));
    return holding_ ? ok() : database->commit.run();
  };
  Status done = run();
  if (done) return done;
  Error error = with_context(what, done.error());
  // Writes that share the transaction go with it, and their caller was told that they are there.
  if (!alone) error.code = Code::kIo;
  after_failure(error);
  return error;
}

}  // namespace storage
