// Opening and formatting a node's database: who it is, what it holds, whether that fits together.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "raft/assert.h"
#include "storage/frozen_state.h"
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
NodeStore::NodeStore(SimDisk* disk, std::string path, const Options& options)
    : disk_(disk),
      path_(std::move(path)),
      options_(options),
      meta_(std::make_unique<StoredMeta>()) {
  if (disk_ != nullptr) generation_ = disk_->generation();
}

NodeStore::~NodeStore() {
  if (database_ == nullptr) return;
  // A process that lost power or died of a disk error tidies nothing up. Closing may try to roll
  // back and to delete a journal by its name, so SQLite meets an empty disk then. (On plain files
  // what was not flushed is rolled back, as the next open would.)
  const bool died = disk_ != nullptr && (lost_power() || !failure_.empty());
  SimDisk nowhere;
  DiskGuard guard(died ? &nowhere : disk_);
  database_.reset();
  // An empty journal says nothing; in a folder it looks as if something were left to be done.
  const std::string journal = path_ + "-journal";
  std::error_code error;
  if (!path_.empty() && std::filesystem::file_size(journal, error) == 0 && !error) {
    std::filesystem::remove(journal, error);
  }
}

Result<std::string> NodeStore::file_bytes(const std::string& path) {
  const auto close = [](std::FILE* file) { return std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> in(std::fopen(path.c_str(), "rb"), close);
  if (in == nullptr) return Error{Code::kIo, path + " cannot be read"};
  std::string bytes;
  char piece[4096];
  for (std::size_t got = 1; got > 0;) {
    got = std::fread(piece, 1, sizeof piece, in.get());
    bytes.append(piece, got);
  }
  if (std::ferror(in.get()) != 0) return Error{Code::kIo, path + " cannot be read"};
  return bytes;
}

std::uint64_t NodeStore::file_size(const std::string& path) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(path, error);
  return error ? 0 : bytes;
}

void NodeStore::remove(const std::string& path) {
  std::error_code error;
  std::filesystem::remove(path + "-journal", error);
  std::filesystem::remove(path, error);
}

// --- Opening -------------------------------------------------------------------------------------

void NodeStore::begin_on_disk() const {
  if (disk_ != nullptr) disk_->begin_transaction();
  reset_sqlite_random();
}

Status NodeStore::connect(bool create) const {
  if (!register_sim_vfs()) return Error{Code::kIo, "sqlite could not be initialised"};
  auto database = std::make_unique<Database>();
  const bool simulated = disk_ != nullptr;
  if (simulated) promised_ = disk_->identity().power_safe_overwrite;
  RAFT_TRY_ASSIGN(database->connection,
                  Connection::open(simulated ? kFileName : path_,
                                   simulated ? kSimVfsName : kSystemVfsName, create));
  // Somebody may look at the file with a tool of their own meanwhile.
  if (!simulated) RAFT_TRY(database->connection.execute("PRAGMA busy_timeout=10000"));
  // Settings of the connection, not kept in the file except page_size. docs/storage.md says why
  // each.
  for (const char* pragma :
       {"PRAGMA page_size=4096", "PRAGMA temp_store=MEMORY", "PRAGMA mmap_size=0",
        "PRAGMA cell_size_check=ON", "PRAGMA locking_mode=NORMAL", "PRAGMA synchronous=FULL"}) {
    RAFT_TRY(database->connection.execute(pragma));
  }
  // A page cache that spills writes at moments that depend on what it has cached, and on a
  // simulated disk a reopened store must make the same calls as one that ran through. On a plain
  // file it keeps the install of a large snapshot from lying in memory.
  if (simulated) RAFT_TRY(database->connection.execute("PRAGMA cache_spill=OFF"));
  RAFT_TRY(database->connection.execute(journal_pragma(options_.journal_mode)));
  database_ = std::move(database);
  return ok();
}

Result<NodeStore::Database*> NodeStore::database() const {
  if (!failure_.empty()) return Error{Code::kIo, failure_};
  if (lost_power()) {
    return Error{Code::kIo, "node database: the node lost power since it was opened"};
  }
  if (database_ == nullptr) {
    if (disk_ != nullptr && !disk_->exists(kFileName))
      return Error{Code::kIo, "node database: the file is gone"};
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
    // What a formatting left that was cut short is no database.
    auto before = open(disk, options);
    if (before) {
      return Error{Code::kInvalidArgument,
                   std::string("the disk holds a node database already (") + kFileName + ")"};
    }
    if (before.error().code != Code::kNotFound) return before.error();
    (void)disk.remove(kJournalName, false);
    (void)disk.remove(kFileName, true);
  }
  return created(std::unique_ptr<NodeStore>(new NodeStore(&disk, "", options)), config);
}

Result<std::unique_ptr<NodeStore>> NodeStore::create(const std::string& path,
                                                     const raft::ConfState& config,
                                                     const Options& options) {
  if (std::filesystem::exists(path)) {
    auto before = open(path, options);
    if (before) return Error{Code::kInvalidArgument, path + " is there already"};
    if (before.error().code != Code::kNotFound) return before.error();
    remove(path);
  }
  return created(std::unique_ptr<NodeStore>(new NodeStore(nullptr, path, options)), config);
}

Result<std::unique_ptr<NodeStore>> NodeStore::created(std::unique_ptr<NodeStore> store,
                                                      const raft::ConfState& config) {
  SimDisk* disk = store->disk_;
  DiskGuard guard(disk);
  store->begin_on_disk();
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
    if (disk != nullptr) {
      (void)disk->remove(kJournalName, false);
      (void)disk->remove(kFileName, true);
    }
    return with_context("formatting", formatted.error());
  }
  if (disk != nullptr) disk->complete_all();
  return store;
}

Result<std::unique_ptr<NodeStore>> NodeStore::open(SimDisk& disk, const Options& options) {
  if (!disk.exists(kFileName)) {
    return Error{Code::kNotFound,
                 std::string("the disk holds no node database (") + kFileName + ")"};
  }
  return opened(std::unique_ptr<NodeStore>(new NodeStore(&disk, "", options)));
}

Result<std::unique_ptr<NodeStore>> NodeStore::open(const std::string& path,
                                                   const Options& options) {
  if (!std::filesystem::exists(path)) return Error{Code::kNotFound, path + " is not there"};
  FrozenFile::remove_leftovers(path);
  return opened(std::unique_ptr<NodeStore>(new NodeStore(nullptr, path, options)));
}

Result<std::unique_ptr<NodeStore>> NodeStore::opened(std::unique_ptr<NodeStore> store) {
  DiskGuard guard(store->disk_);
  store->begin_on_disk();  // recovery may write
  if (Status connected = store->connect(false); !connected) {
    return with_context("opening", connected.error());
  }
  RAFT_TRY(store->check_identity(*store->database_));
  if (Status prepared = store->database_->prepare(); !prepared) {
    return with_context("preparing", prepared.error());
  }
  RAFT_TRY(store->read_state(*store->database_, ReadLog::kAlways));
  if (store->damage_ && store->options_.rot_truncates) RAFT_TRY(store->cut_at_damage());
  return store;
}

std::unique_ptr<NodeStore> NodeStore::clone(SimDisk& copy) const {
  std::unique_ptr<NodeStore> store(new NodeStore(&copy, "", options_));
  store->log_ = log_;
  store->last_checksum_ = last_checksum_;
  store->hard_state_ = hard_state_;
  *store->meta_ = *meta_;
  store->damage_ = damage_;
  store->first_row_ = first_row_;
  store->staged_ = staged_;
  store->offered_ = offered_;
  store->snapshot_wanted_ = snapshot_wanted_;
  store->notes_ = notes_;
  store->failure_ = failure_;
  if (lost_power()) {
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
  if (application == 0) {
    RAFT_TRY_ASSIGN(const std::uint64_t objects, number("SELECT count(*) FROM sqlite_schema"));
    if (objects == 0) {
      return Error{Code::kNotFound,
                   std::string(kFileName) + " is empty: a formatting that was cut short"};
    }
  }
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
      if (name != table.name) return corrupt(shown_key(name), "does not belong to the schema");
      if (objects.bytes(1) != table.sql) return corrupt(table.name, "has other columns");
    }
    RAFT_TRY_ASSIGN(const bool more, objects.step());
    if (more) return corrupt(shown_key(objects.bytes(0)), "does not belong to the schema");
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
      !damage_ && log_.last_index() == stored.last_index && last_checksum_ == stored.last_checksum;
  if (read_log_rows == ReadLog::kAlways || !same_end) RAFT_TRY(read_log(database, stored));
  if ((meta_->applied > log_.last_index() && !damage_) || meta_->applied < meta_->truncated_index) {
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

// Mistake rot-truncates. Even it does not take back what is applied.
Status NodeStore::cut_at_damage() {
  if (meta_->applied > log_.last_index()) return ok();
  const raft::Index first = damage_->first;
  StoredHardState left{hard_state_, log_.last_index(), last_term(), last_checksum_};
  left.hard_state.commit = std::min(left.hard_state.commit, left.last_index);
  const auto cut = [&](Database& database) -> Status {
    RAFT_TRY(database.cut_log.bind(1, first.value).run());
    return write_hard_state(database, left);
  };
  RAFT_TRY(transact("cutting a damaged log", cut));
  hard_state_ = left.hard_state;
  damage_.reset();
  if (disk_ != nullptr) disk_->mended_log(first.value, UINT64_MAX);
  return ok();
}

// Reads up to the end, or to the first row that rot has touched. That one is no torn tail (PAR,
// FAST'18): nothing in TRUNCATE mode leaves one, and hard_state says where the log ended.
Status NodeStore::read_log(Database& database, const StoredHardState& stored) {
  log_.reset(raft::next_index(meta_->truncated_index));
  damage_.reset();
  last_checksum_ = meta_->truncated_checksum;
  const auto damaged = [&](std::string what) {
    damage_ = LogDamage{log_.end_index(),
                        {stored.last_index, stored.last_term},
                        stored.last_checksum,
                        "node database, table log: " + std::move(what)};
    return ok();
  };
  const auto read = [&]() -> Status {
    RAFT_TRY_ASSIGN(Statement rows,
                    database.connection.prepare("SELECT idx, term, type, checksum, data FROM log "
                                                "WHERE idx > ?1 AND idx <= ?2 ORDER BY idx"));
    rows.bind(1, meta_->truncated_index.value).bind(2, stored.last_index.value);
    for (;;) {
      RAFT_TRY_ASSIGN(const bool row, rows.step());
      if (!row) {
        if (log_.last_index() >= stored.last_index) return ok();
        return damaged("its rows end at index " + text(log_.last_index()) +
                       ", but hard_state says that index " + text(stored.last_index) +
                       " was stored");
      }
      const raft::Index index{rows.number(0)};
      if (index != log_.end_index()) {
        return damaged("row " + text(log_.end_index()) + " is missing, row " + text(index) +
                       " follows");
      }
      raft::Entry entry{{rows.number(1)}, index, raft::EntryType::kNormal, rows.bytes(4)};
      const std::uint64_t type = rows.number(2);
      entry.type = static_cast<raft::EntryType>(type);
      const std::uint32_t chain = checksum(last_checksum_, entry);
      const bool known_type = type <= static_cast<std::uint64_t>(raft::EntryType::kConfChangeV2);
      if (!known_type || rows.number(3) != chain) {
        return damaged("row " + text(index) + " does not match its checksum");
      }
      last_checksum_ = chain;
      log_.push_back(std::make_shared<const raft::Entry>(std::move(entry)));
    }
  };
  if (Status done = read(); !done) {
    return with_context("table log, behind row " + text(log_.last_index()), done.error());
  }
  // Whoever stored these rows stored a hard state with them: the one that is read is an old one,
  // and with it the vote (a write that went astray).
  RAFT_TRY_ASSIGN(Statement behind, database.connection.prepare(
                                        "SELECT idx FROM log WHERE idx > ?1 ORDER BY idx LIMIT 1"));
  RAFT_TRY_ASSIGN(const bool any_behind, behind.bind(1, stored.last_index.value).step());
  if (any_behind) {
    return corrupt("log", "row " + std::to_string(behind.number(0)) + " lies behind index " +
                              text(stored.last_index) +
                              ", where the log ends by hard_state: that is an old one");
  }
  if (!damage_ && last_checksum_ != stored.last_checksum) {
    return corrupt("log", "row " + text(log_.last_index()) +
                              " is intact, but not the one that was stored there last");
  }
  return ok();
}

}  // namespace storage
