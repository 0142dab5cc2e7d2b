// Reading and writing: one transaction per write.
#include "storage/node_store.h"

#include <algorithm>
#include <span>
#include <utility>

#include "storage/node_database.h"
#include "storage/schema.h"
#include "storage/sim_vfs.h"

namespace storage {

// --- Reading
// ---------------------------------------------------------------------------------------

Result<raft::InitialState> NodeStore::initial_state() const {
  raft::InitialState state{hard_state_, meta_->config};
  if (damage_) state.lost_end = damage_->end;
  // A commit index alone costs no transaction, so the stored one may lag behind what was applied.
  state.hard_state.commit =
      std::max({state.hard_state.commit, meta_->applied, meta_->truncated_index});
  return state;
}

Result<std::vector<raft::EntryPtr>> NodeStore::entries(raft::Index first, raft::Index end,
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

Result<raft::Term> NodeStore::term(raft::Index index) const {
  if (index == meta_->truncated_index) return meta_->truncated_term;
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

Result<raft::SnapshotPtr> NodeStore::snapshot() const {
  if (offered_ != nullptr) return offered_;
  snapshot_wanted_ = true;
  return Error{Code::kUnavailable, "no snapshot is ready"};
}

raft::Index NodeStore::applied() const { return meta_->applied; }
raft::Term NodeStore::applied_term() const { return meta_->applied_term; }
std::uint64_t NodeStore::conf_version() const { return meta_->conf_version; }
raft::Term NodeStore::truncated_term() const { return meta_->truncated_term; }
const raft::ConfState& NodeStore::config() const { return meta_->config; }

namespace {

// What the sum of the checksums in `meta` is compared with takes both tables, so each load computes
// the sum of the other one from its checksum column alone.
constexpr const char* kKvSum = "SELECT coalesce(sum(checksum), 0) FROM kv";
constexpr const char* kSessionsSum = "SELECT coalesce(sum(checksum), 0) FROM sessions";

Result<kv::Rows> read_rows(Connection& connection, std::uint64_t& sum) {
  kv::Rows result;
  RAFT_TRY_ASSIGN(Statement rows,
                  connection.prepare("SELECT key, idx, checksum, value FROM kv ORDER BY key"));
  for (;;) {
    RAFT_TRY_ASSIGN(const bool more, rows.step());
    if (!more) return result;
    std::string key = rows.bytes(0);
    kv::Row row{rows.bytes(3), {rows.number(1)}};
    const std::uint32_t expected = checksum(key, row);
    if (rows.number(2) != expected) {
      return corrupt("kv", "row " + shown_key(key) + " does not match its checksum");
    }
    sum += expected;
    if (!result.emplace(key, std::move(row)).second) {
      return corrupt("kv", "row " + shown_key(key) + " is there twice");
    }
  }
}

Result<kv::Sessions> read_sessions(Connection& connection, std::uint64_t& sum) {
  kv::Sessions result;
  RAFT_TRY_ASSIGN(
      Statement rows,
      connection.prepare("SELECT client, sequence, idx, checksum, result FROM sessions"));
  for (;;) {
    RAFT_TRY_ASSIGN(const bool more, rows.step());
    if (!more) return result;
    const std::uint64_t client = rows.number(0);
    kv::Session session{rows.number(1), rows.bytes(4), {rows.number(2)}};
    const std::uint32_t expected = checksum(client, session);
    if (rows.number(3) != expected) {
      return corrupt("sessions", "row " + std::to_string(client) + " does not match its checksum");
    }
    sum += expected;
    if (!result.emplace(client, std::move(session)).second) {
      return corrupt("sessions", "row " + std::to_string(client) + " is there twice");
    }
  }
}

template <class Rows>
Result<Rows> checked_rows(const char* table, const StoredMeta& meta, Result<Rows> rows,
                          std::uint64_t sum, const Result<std::uint64_t>& other_sum) {
  if (!rows) {
    if (rows.error().message.starts_with("sqlite:")) {
      return with_context(std::string("table ") + table, rows.error());
    }
    return rows;
  }
  if (!other_sum) return with_context("tables kv and sessions", other_sum.error());
  if (sum + *other_sum != meta.content_sum) {
    return corrupt(table,
                   "rows of kv or sessions were lost: their checksums do not add up to "
                   "what meta says");
  }
  return rows;
}

}  // namespace

Result<kv::Rows> NodeStore::load_rows() const {
  DiskGuard guard(disk_);
  RAFT_TRY_ASSIGN(Database * database, this->database());
  std::uint64_t sum = 0;
  Result<kv::Rows> rows = read_rows(database->connection, sum);
  return checked_rows("kv", *meta_, std::move(rows), sum,
                      database->connection.query_number(kSessionsSum));
}

Result<kv::Sessions> NodeStore::load_sessions() const {
  DiskGuard guard(disk_);
  RAFT_TRY_ASSIGN(Database * database, this->database());
  std::uint64_t sum = 0;
  Result<kv::Sessions> rows = read_sessions(database->connection, sum);
  return checked_rows("sessions", *meta_, std::move(rows), sum,
                      database->connection.query_number(kKvSum));
}

std::vector<std::string> NodeStore::problems() const {
  std::vector<std::string> found = notes_;
  if (damage_) found.push_back(damage_->text);
  DiskGuard guard(disk_);
  const auto check = [&]() -> Status {
    RAFT_TRY_ASSIGN(Database * database, this->database());
    RAFT_TRY_ASSIGN(Statement rows, database->connection.prepare("PRAGMA integrity_check(100)"));
    for (;;) {
      RAFT_TRY_ASSIGN(const bool more, rows.step());
      if (!more) return ok();
      if (const std::string line = rows.bytes(0); line != "ok") found.push_back(line);
    }
  };
  if (Status checked = check(); !checked) found.push_back(checked.error().message);
  if (auto rows = load_rows(); !rows) found.push_back(rows.error().message);
  if (auto rows = load_sessions(); !rows) found.push_back(rows.error().message);
  return found;
}

// --- Writing
// ---------------------------------------------------------------------------------------

Status NodeStore::flush() {
  if (!holding_) return ok();
  DiskGuard guard(disk_);
  RAFT_TRY_ASSIGN(Database * database, this->database());
  holding_ = false;
  if (Status done = database->commit.run(); !done) {
    Error error = with_context("committing", done.error());
    error.code = Code::kIo;
    after_failure(error);
    return error;
  }
  return ok();
}

void NodeStore::after_failure(const Error& error) {
  holding_ = false;
  // SQLite has rolled back already after most errors; if this fails too, the connection is of no
  // use.
  if (database_->connection.in_transaction()) (void)database_->rollback.run().has_value();
  if (error.code != Code::kUnavailable) {
    // After a failed write or sync nobody knows what the disk holds (reliability: fsync failures).
    failure_ = error.message;
  }
  // A commit can fail at its very end and yet stand. What the database says now is what counts.
  if (Status read = read_state(*database_, ReadLog::kIfItEndsElsewhere);
      !read && failure_.empty()) {
    failure_ = read.error().message;
  }
}

Status NodeStore::check_log_write(const kv::LogWrite& write) const {
  raft::Index first = log_.first_index();
  raft::Index end = log_.end_index();
  raft::Index applied = meta_->applied;
  if (write.snapshot != nullptr) {
    if (write.snapshot->index < applied) {
      return Error{Code::kInvalidArgument, "a snapshot up to " + text(write.snapshot->index) +
                                               " is older than what is applied, " + text(applied)};
    }
    if (!staged_ || !staged_->complete() || staged_->id != write.snapshot->id()) {
      return Error{Code::kInvalidArgument, "not all chunks of the snapshot up to " +
                                               text(write.snapshot->index) + " are there"};
    }
    applied = write.snapshot->index;
    first = end = raft::next_index(applied);
  }
  if (write.entries.empty()) return ok();
  raft::Index expected = write.entries.front()->index;
  if (expected < first || expected > end) {
    return Error{Code::kInvalidArgument, "entry " + text(expected) + " cannot follow a log of " +
                                             text(first) + " to " +
                                             text(raft::previous_index(end))};
  }
  for (const raft::EntryPtr& entry : write.entries) {
    if (entry->index != expected) {
      return Error{Code::kInvalidArgument, "entries to write have a gap: " + text(entry->index) +
                                               " where " + text(expected) + " is due"};
    }
    expected = raft::next_index(expected);
  }
  if (raft::previous_index(expected) < applied && !damage_) {
    return Error{Code::kInvalidArgument, "a log that ends at " +
                                             text(raft::previous_index(expected)) +
                                             " would lose applied entries up to " + text(applied)};
  }
  return ok();
}

Result<std::uint32_t> NodeStore::insert_entries(Database& database,
                                                std::span<const raft::EntryPtr> entries,
                                                std::uint32_t chain) {
  const auto bind = [&chain](Statement& statement, int first_parameter, const raft::Entry& entry) {
    chain = checksum(chain, entry);
    statement.bind(first_parameter, entry.index.value)
        .bind(first_parameter + 1, entry.term.value)
        .bind(first_parameter + 2, static_cast<std::uint64_t>(entry.type))
        .bind(first_parameter + 3, chain)
        .bind_blob(first_parameter + 4, entry.data);
  };
  constexpr int kColumns = 5;
  for (; entries.size() >= Database::kRowsAtOnce;
       entries = entries.subspan(Database::kRowsAtOnce)) {
    RAFT_TRY_ASSIGN(Statement * many, database.insert_many());
    int parameter = 1;
    for (const raft::EntryPtr& entry : entries.first(Database::kRowsAtOnce)) {
      bind(*many, parameter, *entry);
      parameter += kColumns;
    }
    RAFT_TRY(many->run());
  }
  for (const raft::EntryPtr& entry : entries) {
    bind(database.insert_log, 1, *entry);
    RAFT_TRY(database.insert_log.run());
  }
  return chain;
}

Status NodeStore::write_hard_state(Database& database, const StoredHardState& row) {
  for (const std::uint64_t copy : {1U, 2U}) {
    RAFT_TRY(database.put_hard_state.bind(1, copy)
                 .bind(2, row.hard_state.term.value)
                 .bind(3, row.hard_state.vote.value)
                 .bind(4, row.hard_state.commit.value)
                 .bind(5, row.last_index.value)
                 .bind(6, row.last_term.value)
                 .bind(7, row.last_checksum)
                 .bind(8, checksum(copy, row))
                 .run());
  }
  return ok();
}

Status NodeStore::write_meta(Database& database, const StoredMeta& meta) {
  const std::string config = encode_config(meta.config);
  for (const std::uint64_t copy : {1U, 2U}) {
    RAFT_TRY(database.put_meta.bind(1, copy)
                 .bind(2, meta.truncated_index.value)
                 .bind(3, meta.truncated_term.value)
                 .bind(4, meta.truncated_checksum)
                 .bind(5, meta.applied.value)
                 .bind(6, meta.applied_term.value)
                 .bind(7, meta.content_sum)
                 .bind(8, meta.conf_version)
                 .bind_text(9, config)
                 .bind(10, checksum(copy, meta))
                 .run());
  }
  return ok();
}

Status NodeStore::write_log(const kv::LogWrite& write) {
  if (!write.hard_state && write.entries.empty() && write.snapshot == nullptr) return ok();
  RAFT_TRY(check_log_write(write));
  StoredMeta meta = *meta_;
  StoredHardState end{write.hard_state.value_or(hard_state_), log_.last_index(), last_term(),
                      last_checksum_};
  std::uint32_t chain = last_checksum_;
  bool still_damaged = damage_.has_value();
  // Rows of the log from here on are gone or written anew.
  raft::Index cut_from{UINT64_MAX};

  // Term, vote, entries and truncation in one transaction: with two, a crash between them could
  // leave a vote without its term (raft-requirements on atomic hard state).
  const auto write_rows = [&](Database& database) -> Status {
    if (write.snapshot != nullptr) {
      RAFT_TRY(install(database, *write.snapshot, meta));
      end.last_index = meta.truncated_index;
      end.last_term = meta.truncated_term;
      chain = meta.truncated_checksum;
    }
    if (!write.entries.empty()) {
      const raft::Index first = write.entries.front()->index;
      if (first <= end.last_index) {
        cut_from = first;
        RAFT_TRY(database.cut_log.bind(1, first.value).run());
        RAFT_TRY_ASSIGN(chain, chain_at(database, raft::previous_index(first)));
      }
      RAFT_TRY_ASSIGN(chain, insert_entries(database, write.entries, chain));
      end.last_index = write.entries.back()->index;
      end.last_term = write.entries.back()->term;
    }
    end.last_checksum = chain;
    if (damage_ && raft::LogEnd{end.last_index, end.last_term} < damage_->end) {
      // What was lost is still to come: the record of where the log ended stays.
      end.last_index = damage_->end.index;
      end.last_term = damage_->end.term;
      end.last_checksum = damage_->end_checksum;
    } else if (damage_) {
      still_damaged = false;
      cut_from = std::min(cut_from, raft::next_index(end.last_index));
      RAFT_TRY(database.cut_log.bind(1, raft::next_index(end.last_index).value).run());
    }
    return write_hard_state(database, end);
  };
  RAFT_TRY(transact("writing the log", write_rows));

  if (write.snapshot != nullptr) {
    *meta_ = std::move(meta);
    log_.reset(raft::next_index(write.snapshot->index));
    staged_.reset();
  }
  if (!write.entries.empty()) log_.truncate_from(write.entries.front()->index);
  for (const raft::EntryPtr& entry : write.entries) log_.push_back(entry);
  last_checksum_ = chain;
  hard_state_ = end.hard_state;
  if (disk_ != nullptr && !disk_->rots().empty()) {
    disk_->mended_vote();
    disk_->mended_log(cut_from.value, UINT64_MAX);
    if (!write.entries.empty()) {
      disk_->mended_log(write.entries.front()->index.value, write.entries.back()->index.value + 1);
    }
    if (write.snapshot != nullptr) {
      disk_->mended_rows();
      disk_->mended_log(raft::next_index(write.snapshot->index).value, UINT64_MAX);
    }
  }
  if (!still_damaged) {
    damage_.reset();
  } else {
    damage_->first = log_.end_index();
  }
  return ok();
}

raft::Term NodeStore::last_term() const {
  return log_.empty() ? meta_->truncated_term : log_.at(log_.last_index())->term;
}

// The checksum from which the chain goes on behind `index`.
Result<std::uint32_t> NodeStore::chain_at(Database& database, raft::Index index) const {
  if (index == meta_->truncated_index) return meta_->truncated_checksum;
  RAFT_TRY_ASSIGN(const bool found, database.log_checksum.bind(1, index.value).step());
  if (!found) return corrupt("log", "row " + text(index) + " is gone");
  const auto chain = static_cast<std::uint32_t>(database.log_checksum.number(0));
  database.log_checksum.reset();
  return chain;
}

Status NodeStore::check_apply(const kv::ApplyWrite& write) const {
  if (write.applied < meta_->applied || write.applied > log_.last_index()) {
    return Error{Code::kInvalidArgument, "the applied index cannot become " + text(write.applied) +
                                             ": it is " + text(meta_->applied) +
                                             " and the log ends at " + text(log_.last_index())};
  }
  if (write.compact_to > std::min(write.applied, log_.last_index())) {
    return Error{Code::kInvalidArgument, "entries up to " + text(write.compact_to) +
                                             " cannot be compacted: applied are those up to " +
                                             text(write.applied) + " of a log that ends at " +
                                             text(log_.last_index())};
  }
  for (const auto& [key, row] : write.rows) {
    if (key.size() > kKeyBytesMax) {
      return Error{Code::kInvalidArgument, "key " + shown_key(key) + " is longer than 1 KiB"};
    }
    if (row && row->value.size() > kValueBytesMax) {
      return Error{Code::kInvalidArgument,
                   "the value of key " + shown_key(key) + " is longer than 1 MiB"};
    }
  }
  return ok();
}

Status NodeStore::write_apply(const kv::ApplyWrite& write) {
  RAFT_TRY(check_apply(write));
  StoredMeta meta = *meta_;
  meta.applied = write.applied;
  meta.applied_term = write.applied_term;
  if (write.config) meta.config = *write.config;

  if (write.conf_version) meta.conf_version = *write.conf_version;

  // Takes the checksum of the row that `old` finds, if any, out of the sum.
  const auto subtract = [&meta](Statement& old) -> Status {
    RAFT_TRY_ASSIGN(const bool found, old.step());
    if (!found) return ok();
    meta.content_sum -= old.number(0);
    old.reset();
    return ok();
  };
  // Rows, sessions and applied index in one transaction: a retried request must find its session
  // exactly if its effect is there (thesis section 6.3).
  const auto write_rows = [&](Database& database) -> Status {
    for (const auto& [key, row] : write.rows) {
      RAFT_TRY(subtract(database.kv_checksum.bind_blob(1, key)));
      if (row) {
        RAFT_TRY(put_row(database, key, *row, meta));
      } else {
        RAFT_TRY(database.delete_kv.bind_blob(1, key).run());
      }
    }
    for (const auto& [client, session] : write.sessions) {
      RAFT_TRY(subtract(database.session_checksum.bind(1, client)));
      if (session) {
        RAFT_TRY(put_session(database, client, *session, meta));
      } else {
        RAFT_TRY(database.delete_session.bind(1, client).run());
      }
    }
    if (write.compact_to > meta.truncated_index) {
      RAFT_TRY_ASSIGN(meta.truncated_checksum, chain_at(database, write.compact_to));
      meta.truncated_index = write.compact_to;
      meta.truncated_term = log_.at(write.compact_to)->term;
    }
    return write_meta(database, meta);
  };
  RAFT_TRY(transact("applying up to " + text(write.applied), write_rows));

  *meta_ = std::move(meta);
  log_.compact_through(meta_->truncated_index);
  if (disk_ != nullptr && !disk_->rots().empty()) {
    for (const auto& [key, row] : write.rows) disk_->mended_row(key);
  }
  return ok();
}

Status NodeStore::put_row(Database& database, const std::string& key, const kv::Row& row,
                          StoredMeta& meta) {
  const std::uint32_t crc = checksum(key, row);
  meta.content_sum += crc;
  return database.put_kv.bind_blob(1, key)
      .bind(2, row.index.value)
      .bind(3, crc)
      .bind_blob(4, row.value)
      .run();
}

Status NodeStore::put_session(Database& database, std::uint64_t client, const kv::Session& session,
                              StoredMeta& meta) {
  const std::uint32_t crc = checksum(client, session);
  meta.content_sum += crc;
  return database.put_session.bind(1, client)
      .bind(2, session.sequence)
      .bind(3, session.index.value)
      .bind(4, crc)
      .bind_blob(5, session.result)
      .run();
}

}  // namespace storage
