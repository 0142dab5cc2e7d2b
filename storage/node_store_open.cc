// Opening and formatting a node's database: who it is, what it holds, whether that fits together.
#include <algorithm>
#include <optional>
#include <utility>

#include "raft/assert.h"
#include "storage/node_database.h"
#include "storage/schema.h"
#include "storage/sim_vfs.h"

namespace storage {
namespace {

// One of the two rows that a table keeps of the same thing.
template <class Row>
struct Copy {
  std::uint64_t number = 0;
  Row row;
  bool intact = false;
};

// The row to believe. Both are written in one transaction, so two intact ones are equal.
template <class Row>
Result<Row> choose_copy(const char* table, const std::vector<Copy<Row>>& copies,
                        std::vector<std::string>& notes) {
  const Copy<Row>* good = nullptr;
  std::uint64_t intact = 0;
  for (const Copy<Row>& copy : copies) {
    if (!copy.intact) continue;
    if (good != nullptr && !(good->row == copy.row)) {
      return corrupt(table, "rows 1 and 2 differ, though both are intact");
    }
    good = &copy;
    ++intact;
  }
  if (good == nullptr) return corrupt(table, "neither row 1 nor row 2 matches its checksum");
  if (intact < 2) {
    notes.push_back("node database, table " + std::string(table) + ": row " +
                    std::to_string(3 - good->number) + " is damaged or missing; row " +
                    std::to_string(good->number) + " was used");
  }
  return good->row;
}

const char* journal_pragma(NodeStore::JournalMode mode) {
  switch (mode) {
    case NodeStore::JournalMode::kTruncate:
      return "PRAGMA journal_mode=TRUNCATE";
    case NodeStore::JournalMode::kPersist:
      return "PRAGMA journal_mode=PERSIST";
    case NodeStore::JournalMode::kDelete:
      return "PRAGMA journal_mode=DELETE";
  }
  RAFT_ASSERT(false);
  return nullptr;
}

}  // namespace
NodeStore::NodeStore(SimDisk& disk, const Options& options)
    : disk_(&disk),
      generation_(disk.generation()),
      options_(options),
      meta_(std::make_unique<StoredMeta>()) {}

NodeStore::~NodeStore() {
  if (database_ == nullptr) return;
  // A process that lost power or died of a disk error tidies nothing up. Closing may try to roll
  // back and to delete a journal by its name, so SQLite meets an empty disk then.
  const bool died = disk_->generation() != generation_ || !failure_.empty();
  SimDisk nowhere;
  DiskGuard guard(died ? nowhere : *disk_);
  database_.reset();
}
// --- Opening -------------------------------------------------------------------------------------

Status NodeStore::connect(bool create) const {
  if (!register_sim_vfs()) return Error{Code::kIo, "sqlite could not be initialised"};
  auto database = std::make_unique<Database>();
  RAFT_TRY_ASSIGN(database->connection, Connection::open(kFileName, kSimVfsName, create));
  // Settings of the connection, not kept in the file except page_size. docs/storage.md says why
  // each.
  for (const char* pragma :
       {"PRAGMA page_size=4096", "PRAGMA temp_store=MEMORY", "PRAGMA mmap_size=0",
        "PRAGMA cell_size_check=ON", "PRAGMA locking_mode=NORMAL", "PRAGMA synchronous=FULL",
        // A page cache that spills would write at moments that depend on what it has cached, and a
        // reopened store must make the same calls as one that ran through.
        "PRAGMA cache_spill=OFF"}) {
    RAFT_TRY(database->connection.execute(pragma));
  }
  RAFT_TRY(database->connection.execute(journal_pragma(options_.journal_mode)));
  database_ = std::move(database);
  return ok();
}

Result<NodeStore::Database*> NodeStore::database() const {
  if (!failure_.empty()) return Error{Code::kIo, failure_};
  if (disk_->generation() != generation_) {
    return Error{Code::kIo, "node database: the node lost power since it was opened"};
  }
  if (database_ == nullptr) {
    if (!disk_->exists(kFileName)) return Error{Code::kIo, "node database: the file is gone"};
    RAFT_TRY(connect(false));
    if (Status prepared = database_->prepare(); !prepared) {
      database_.reset();
      return with_context("preparing", prepared.error());
    }
  }
  return database_.get();
}

Result<std::unique_ptr<NodeStore>> NodeStore::create(SimDisk& disk, const raft::ConfState& config,
                                                     const Options& options) {
  if (disk.exists(kFileName)) {
    return Error{Code::kInvalidArgument,
                 std::string("the disk holds a node database already (") + kFileName + ")"};
  }
  std::unique_ptr<NodeStore> store(new NodeStore(disk, options));
  DiskGuard guard(disk);
  disk.begin_transaction();
  reset_sqlite_random();
  RAFT_TRY(store->connect(true));
  Connection& connection = store->database_->connection;
  // One transaction: a crash leaves an empty file or a whole database.
  std::string sql = "BEGIN IMMEDIATE; PRAGMA application_id=" + std::to_string(kApplicationId) +
                    "; PRAGMA user_version=" + std::to_string(kSchemaVersion) + ";";
  for (const Table& table : tables()) sql += std::string(table.sql) + ";";
  const auto format = [&]() -> Status {
    // Only here: where a commit deletes the journal, the directory must be durable too, or the
    // journal could come back and undo the formatting.
    RAFT_TRY(connection.execute("PRAGMA synchronous=EXTRA"));
    RAFT_TRY(connection.execute(sql.c_str()));
    RAFT_TRY(store->database_->prepare());
    RAFT_TRY(store->write_hard_state(*store->database_, {}));
    StoredMeta meta;
    meta.config = config;
    RAFT_TRY(store->write_meta(*store->database_, meta));
    *store->meta_ = std::move(meta);
    RAFT_TRY(store->database_->commit.run());
    return connection.execute("PRAGMA synchronous=FULL");
  };
  if (Status formatted = format(); !formatted) {
    store->failure_ = formatted.error().message;
    (void)disk.remove(kJournalName, false);
    (void)disk.remove(kFileName, true);
    return with_context("formatting", formatted.error());
  }
  disk.complete_all();
  return store;
}

Result<std::unique_ptr<NodeStore>> NodeStore::open(SimDisk& disk, const Options& options) {
  if (!disk.exists(kFileName)) {
    return Error{Code::kNotFound,
                 std::string("the disk holds no node database (") + kFileName + ")"};
  }
  std::unique_ptr<NodeStore> store(new NodeStore(disk, options));
  DiskGuard guard(disk);
  disk.begin_transaction();  // recovery may write
  reset_sqlite_random();
  if (Status connected = store->connect(false); !connected) {
    return with_context("opening", connected.error());
  }
  RAFT_TRY(store->check_identity(*store->database_));
  if (Status prepared = store->database_->prepare(); !prepared) {
    return with_context("preparing", prepared.error());
  }
  RAFT_TRY(store->read_state(*store->database_, ReadLog::kAlways));
  return store;
}

std::unique_ptr<NodeStore> NodeStore::clone(SimDisk& copy) const {
  std::unique_ptr<NodeStore> store(new NodeStore(copy, options_));
  store->log_ = log_;
  store->last_checksum_ = last_checksum_;
  store->hard_state_ = hard_state_;
  *store->meta_ = *meta_;
  store->first_row_ = first_row_;
  store->staged_ = staged_;
  store->offered_ = offered_;
  store->snapshot_wanted_ = snapshot_wanted_;
  store->notes_ = notes_;
  store->failure_ = failure_;
  if (disk_->generation() != generation_) {
    store->failure_ = "node database: the node lost power since it was opened";
  }
  return store;
}

Status NodeStore::check_identity(Database& database) const {
  const auto number = [&](const char* sql) -> Result<std::uint64_t> {
    Result<std::uint64_t> value = database.connection.query_number(sql);
    if (!value) return with_context("header", value.error());
    return value;
  };
  RAFT_TRY_ASSIGN(const std::uint64_t application, number("PRAGMA application_id"));
  if (application != kApplicationId) {
    return Error{Code::kCorruption,
                 std::string(kFileName) +
                     " is not a Raftarium node database: its application_id is " +
                     std::to_string(application) + ", not " + std::to_string(kApplicationId)};
  }
  RAFT_TRY_ASSIGN(const std::uint64_t version, number("PRAGMA user_version"));
  if (version != kSchemaVersion) {
    return Error{Code::kVersion,
                 std::string(kFileName) + " has schema version " + std::to_string(version) +
                     ", this program reads version " + std::to_string(kSchemaVersion) +
                     (version > kSchemaVersion ? "; open it with a newer Raftarium" : "")};
  }
  // Nothing but our own tables, word for word: no view, trigger or generated column gets through.
  const auto schema = [&]() -> Status {
    RAFT_TRY_ASSIGN(Statement objects, database.connection.prepare(
                                           "SELECT name, sql FROM sqlite_schema ORDER BY name"));
    for (const Table& table : tables()) {
      RAFT_TRY_ASSIGN(const bool row, objects.step());
      if (!row) return corrupt(table.name, "is missing");
      const std::string name = objects.bytes(0);
      if (name != table.name) return corrupt(quoted(name), "does not belong to the schema");
      if (objects.bytes(1) != table.sql) return corrupt(table.name, "has other columns");
    }
    RAFT_TRY_ASSIGN(const bool more, objects.step());
    if (more) return corrupt(quoted(objects.bytes(0)), "does not belong to the schema");
    return ok();
  };
  Status checked = schema();
  if (!checked && checked.error().message.starts_with("sqlite:")) {
    return with_context("schema", checked.error());
  }
  return checked;
}

Status NodeStore::read_state(Database& database, ReadLog read_log_rows) {
  const auto read_hard_state = [&]() -> Result<std::vector<Copy<StoredHardState>>> {
    std::vector<Copy<StoredHardState>> copies;
    RAFT_TRY_ASSIGN(Statement rows,
                    database.connection.prepare("SELECT * FROM hard_state WHERE copy IN (1, 2)"));
    for (;;) {
      RAFT_TRY_ASSIGN(const bool row, rows.step());
      if (!row) return copies;
      Copy<StoredHardState> copy;
      copy.number = rows.number(0);
      copy.row.hard_state = {{rows.number(1)}, {rows.number(2)}, {rows.number(3)}};
      copy.row.last_index = {rows.number(4)};
      copy.row.last_term = {rows.number(5)};
      copy.row.last_checksum = static_cast<std::uint32_t>(rows.number(6));
      copy.intact =
          rows.number(6) <= UINT32_MAX && rows.number(7) == checksum(copy.number, copy.row);
      copies.push_back(copy);
    }
  };
  const auto read_meta = [&]() -> Result<std::vector<Copy<StoredMeta>>> {
    std::vector<Copy<StoredMeta>> copies;
    RAFT_TRY_ASSIGN(Statement rows,
                    database.connection.prepare("SELECT * FROM meta WHERE copy IN (1, 2)"));
    for (;;) {
      RAFT_TRY_ASSIGN(const bool row, rows.step());
      if (!row) return copies;
      Copy<StoredMeta> copy;
      copy.number = rows.number(0);
      copy.row.truncated_index = {rows.number(1)};
      copy.row.truncated_term = {rows.number(2)};
      copy.row.truncated_checksum = static_cast<std::uint32_t>(rows.number(3));
      copy.row.applied = {rows.number(4)};
      copy.row.applied_term = {rows.number(5)};
      copy.row.content_sum = rows.number(6);
      copy.row.conf_version = rows.number(7);
      if (Result<raft::ConfState> config = decode_config(rows.bytes(8)); config) {
        copy.row.config = *std::move(config);
        copy.intact =
            rows.number(3) <= UINT32_MAX && rows.number(9) == checksum(copy.number, copy.row);
      }
      copies.push_back(std::move(copy));
    }
  };
  notes_.clear();
  auto hard_state_rows = read_hard_state();
  if (!hard_state_rows) return with_context("table hard_state", hard_state_rows.error());
  RAFT_TRY_ASSIGN(const StoredHardState stored,
                  choose_copy("hard_state", *hard_state_rows, notes_));
  auto meta_rows = read_meta();
  if (!meta_rows) return with_context("table meta", meta_rows.error());
  RAFT_TRY_ASSIGN(*meta_, choose_copy("meta", *meta_rows, notes_));
  hard_state_ = stored.hard_state;
  const bool same_end =
      log_.last_index() == stored.last_index && last_checksum_ == stored.last_checksum;
  if (read_log_rows == ReadLog::kAlways || !same_end) {
    RAFT_TRY(read_log(database, last_checksum_));
  }
  if (log_.last_index() != stored.last_index || last_checksum_ != stored.last_checksum) {
    return corrupt("log", "its rows end at index " + text(log_.last_index()) +
                              ", but hard_state says that index " + text(stored.last_index) +
                              " was stored");
  }
  if (meta_->applied > log_.last_index() || meta_->applied < meta_->truncated_index) {
    return corrupt("meta", "the applied index " + text(meta_->applied) + " is outside the log, " +
                               text(meta_->truncated_index) + " to " + text(log_.last_index()));
  }
  RAFT_TRY_ASSIGN(const bool any_row, database.first_row.step());
  first_row_ = any_row ? raft::Index{database.first_row.number(0)} : log_.first_index();
  database.first_row.reset();
  return read_staged_numbers(database);
}

Status NodeStore::read_staged_numbers(Database& database) {
  staged_.reset();
  RAFT_TRY_ASSIGN(Statement rows,
                  database.connection.prepare(
                      "SELECT number, idx, term, chunks FROM snapshot_chunks ORDER BY number"));
  for (;;) {
    RAFT_TRY_ASSIGN(const bool row, rows.step());
    if (!row) return ok();
    const kv::SnapshotId id{{rows.number(1)}, {rows.number(2)}, rows.number(3)};
    if (!staged_) staged_ = kv::StagedSnapshot{id, {}};
    if (staged_->id != id || rows.number(0) == 0 || rows.number(0) > id.chunks) {
      // Rot; the sender has it all. The next chunk to arrive, or an install, clears the table.
      notes_.push_back("node database, table snapshot_chunks: row " +
                       std::to_string(rows.number(0)) +
                       " does not belong to the others; what was "
                       "received of the snapshot is not used");
      staged_.reset();
      return ok();
    }
    staged_->numbers.push_back(rows.number(0));
  }
}

Status NodeStore::read_log(Database& database, std::uint32_t& last_checksum) {
  log_.reset(raft::next_index(meta_->truncated_index));
  last_checksum = meta_->truncated_checksum;
  const auto read = [&]() -> Status {
    RAFT_TRY_ASSIGN(
        Statement rows,
        database.connection.prepare(
            "SELECT idx, term, type, checksum, data FROM log WHERE idx > ?1 ORDER BY idx"));
    rows.bind(1, meta_->truncated_index.value);
    for (;;) {
      RAFT_TRY_ASSIGN(const bool row, rows.step());
      if (!row) return ok();
      const raft::Index index{rows.number(0)};
      if (index != log_.end_index()) {
        return corrupt("log", "row " + text(log_.end_index()) + " is missing, row " + text(index) +
                                  " follows");
      }
      raft::Entry entry{{rows.number(1)}, index, raft::EntryType::kNormal, rows.bytes(4)};
      const std::uint64_t type = rows.number(2);
      entry.type = static_cast<raft::EntryType>(type);
      last_checksum = checksum(last_checksum, entry);
      const bool known_type = type <= static_cast<std::uint64_t>(raft::EntryType::kConfChangeV2);
      if (!known_type || rows.number(3) != last_checksum) {
        return corrupt("log", "row " + text(index) + " does not match its checksum");
      }
      log_.push_back(std::make_shared<const raft::Entry>(std::move(entry)));
    }
  };
  Status done = read();
  if (!done && done.error().message.starts_with("sqlite:")) {
    return with_context("table log, behind row " + text(log_.last_index()), done.error());
  }
  return done;
}

}  // namespace storage
