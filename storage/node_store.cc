#include "storage/node_store.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "raft/assert.h"
#include "storage/schema.h"
#include "storage/sim_vfs.h"
#include "storage/sqlite.h"

namespace storage {
namespace {

std::string text(raft::Index index) { return std::to_string(index.value); }

std::string quoted(std::string_view key) {
  constexpr std::size_t kShown = 40;
  std::string out = "\"";
  for (const char c : key.substr(0, kShown)) out += (c >= ' ' && c < 127) ? c : '?';
  return out + (key.size() > kShown ? "…\"" : "\"");
}

Error corrupt(std::string_view table, std::string message) {
  return {Code::kCorruption, "node database, table " + std::string(table) + ": " + message};
}

Error with_context(std::string_view where, const Error& error) {
  return {error.code, "node database, " + std::string(where) + ": " + error.message};
}

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

// The connection first: statements must go before it.
struct NodeStore::Database {
  Connection connection;
  Statement begin, commit, rollback;
  Statement insert_log, cut_log, log_checksum;
  Statement put_hard_state, put_meta;
  Statement kv_checksum, put_kv, delete_kv;
  Statement session_checksum, put_session, delete_session;

  Status prepare() {
    const std::pair<Statement*, const char*> all[] = {
        {&begin, "BEGIN IMMEDIATE"},
        {&commit, "COMMIT"},
        {&rollback, "ROLLBACK"},
        {&insert_log,
         "INSERT INTO log(idx, term, type, checksum, data) VALUES(?1, ?2, ?3, ?4, ?5)"},
        {&cut_log, "DELETE FROM log WHERE idx >= ?1"},
        {&log_checksum, "SELECT checksum FROM log WHERE idx = ?1"},
        {&put_hard_state, "REPLACE INTO hard_state VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
        {&put_meta, "REPLACE INTO meta VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"},
        {&kv_checksum, "SELECT checksum FROM kv WHERE key = ?1"},
        {&put_kv, "REPLACE INTO kv(key, idx, checksum, value) VALUES(?1, ?2, ?3, ?4)"},
        {&delete_kv, "DELETE FROM kv WHERE key = ?1"},
        {&session_checksum, "SELECT checksum FROM sessions WHERE client = ?1"},
        {&put_session,
         "REPLACE INTO sessions(client, sequence, idx, checksum, result) VALUES(?1, ?2, ?3, ?4, "
         "?5)"},
        {&delete_session, "DELETE FROM sessions WHERE client = ?1"},
    };
    for (const auto& [statement, sql] : all) {
      RAFT_TRY_ASSIGN(*statement, connection.prepare(sql));
    }
    return ok();
  }
};

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
    RAFT_TRY(store->write_hard_state(*store->database_, {}, {}, 0));
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
      copy.row.last_checksum = static_cast<std::uint32_t>(rows.number(5));
      copy.intact =
          rows.number(5) <= UINT32_MAX && rows.number(6) == checksum(copy.number, copy.row);
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
      if (Result<raft::ConfState> config = decode_config(rows.bytes(7)); config) {
        copy.row.config = *std::move(config);
        copy.intact =
            rows.number(3) <= UINT32_MAX && rows.number(8) == checksum(copy.number, copy.row);
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
  return ok();
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

// --- Reading
// ---------------------------------------------------------------------------------------

Result<raft::InitialState> NodeStore::initial_state() const {
  raft::InitialState state{hard_state_, meta_->config};
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
  return Error{Code::kUnavailable, "no snapshot is ready"};
}

raft::Index NodeStore::applied() const { return meta_->applied; }
raft::Term NodeStore::applied_term() const { return meta_->applied_term; }
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
      return corrupt("kv", "row " + quoted(key) + " does not match its checksum");
    }
    sum += expected;
    if (!result.emplace(key, std::move(row)).second) {
      return corrupt("kv", "row " + quoted(key) + " is there twice");
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
  DiskGuard guard(*disk_);
  RAFT_TRY_ASSIGN(Database * database, this->database());
  std::uint64_t sum = 0;
  Result<kv::Rows> rows = read_rows(database->connection, sum);
  return checked_rows("kv", *meta_, std::move(rows), sum,
                      database->connection.query_number(kSessionsSum));
}

Result<kv::Sessions> NodeStore::load_sessions() const {
  DiskGuard guard(*disk_);
  RAFT_TRY_ASSIGN(Database * database, this->database());
  std::uint64_t sum = 0;
  Result<kv::Sessions> rows = read_sessions(database->connection, sum);
  return checked_rows("sessions", *meta_, std::move(rows), sum,
                      database->connection.query_number(kKvSum));
}

std::vector<std::string> NodeStore::problems() const {
  std::vector<std::string> found = notes_;
  DiskGuard guard(*disk_);
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

template <class Body>
Status NodeStore::transact(const std::string& what, const Body& body) {
  DiskGuard guard(*disk_);
  RAFT_TRY_ASSIGN(Database * database, this->database());
  // Behind it, since it may have opened the connection: what the opening drew leaves no trace.
  disk_->begin_transaction();
  reset_sqlite_random();
  const auto run = [&]() -> Status {
    RAFT_TRY(database->begin.run());
    RAFT_TRY(body(*database));
    return database->commit.run();
  };
  Status done = run();
  if (done) return done;
  Error error = with_context(what, done.error());
  after_failure(error);
  return error;
}

void NodeStore::after_failure(const Error& error) {
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

Status NodeStore::check_entries(const std::vector<raft::EntryPtr>& entries) const {
  if (entries.empty()) return ok();
  raft::Index expected = entries.front()->index;
  if (expected < log_.first_index() || expected > log_.end_index()) {
    return Error{Code::kInvalidArgument, "entry " + text(expected) + " cannot follow a log of " +
                                             text(log_.first_index()) + " to " +
                                             text(log_.last_index())};
  }
  for (const raft::EntryPtr& entry : entries) {
    if (entry->index != expected) {
      return Error{Code::kInvalidArgument, "entries to write have a gap: " + text(entry->index) +
                                               " where " + text(expected) + " is due"};
    }
    expected = raft::next_index(expected);
  }
  if (raft::previous_index(expected) < meta_->applied) {
    return Error{Code::kInvalidArgument,
                 "a log that ends at " + text(raft::previous_index(expected)) +
                     " would lose applied entries up to " + text(meta_->applied)};
  }
  return ok();
}

Status NodeStore::write_hard_state(Database& database, const raft::HardState& hard_state,
                                   raft::Index last, std::uint32_t last_checksum) {
  const StoredHardState row{hard_state, last, last_checksum};
  for (const std::uint64_t copy : {1U, 2U}) {
    RAFT_TRY(database.put_hard_state.bind(1, copy)
                 .bind(2, hard_state.term.value)
                 .bind(3, hard_state.vote.value)
                 .bind(4, hard_state.commit.value)
                 .bind(5, last.value)
                 .bind(6, last_checksum)
                 .bind(7, checksum(copy, row))
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
                 .bind_text(8, config)
                 .bind(9, checksum(copy, meta))
                 .run());
  }
  return ok();
}

Status NodeStore::write_log(const kv::LogWrite& write) {
  if (!write.hard_state && write.entries.empty()) return ok();
  RAFT_TRY(check_entries(write.entries));
  const raft::HardState hard_state = write.hard_state.value_or(hard_state_);
  std::uint32_t chain = last_checksum_;
  raft::Index last = log_.last_index();

  // Term, vote, entries and truncation in one transaction: with two, a crash between them could
  // leave a vote without its term (raft-requirements on atomic hard state).
  const auto write_rows = [&](Database& database) -> Status {
    if (!write.entries.empty()) {
      const raft::Index first = write.entries.front()->index;
      if (first <= log_.last_index()) {
        RAFT_TRY(database.cut_log.bind(1, first.value).run());
        chain = meta_->truncated_checksum;
        if (first > log_.first_index()) {
          database.log_checksum.bind(1, raft::previous_index(first).value);
          RAFT_TRY_ASSIGN(const bool found, database.log_checksum.step());
          if (!found)
            return corrupt("log", "row " + text(raft::previous_index(first)) + " is gone");
          chain = static_cast<std::uint32_t>(database.log_checksum.number(0));
          database.log_checksum.reset();
        }
      }
      for (const raft::EntryPtr& entry : write.entries) {
        chain = checksum(chain, *entry);
        RAFT_TRY(database.insert_log.bind(1, entry->index.value)
                     .bind(2, entry->term.value)
                     .bind(3, static_cast<std::uint64_t>(entry->type))
                     .bind(4, chain)
                     .bind_blob(5, entry->data)
                     .run());
      }
      last = write.entries.back()->index;
    }
    return write_hard_state(database, hard_state, last, chain);
  };
  RAFT_TRY(transact("writing the log", write_rows));

  if (!write.entries.empty()) log_.truncate_from(write.entries.front()->index);
  for (const raft::EntryPtr& entry : write.entries) log_.push_back(entry);
  last_checksum_ = chain;
  hard_state_ = hard_state;
  return ok();
}

Status NodeStore::check_apply(const kv::ApplyWrite& write) const {
  if (write.applied < meta_->applied || write.applied > log_.last_index()) {
    return Error{Code::kInvalidArgument, "the applied index cannot become " + text(write.applied) +
                                             ": it is " + text(meta_->applied) +
                                             " and the log ends at " + text(log_.last_index())};
  }
  for (const auto& [key, row] : write.rows) {
    if (key.size() > kKeyBytesMax) {
      return Error{Code::kInvalidArgument, "key " + quoted(key) + " is longer than 1 KiB"};
    }
    if (row && row->value.size() > kValueBytesMax) {
      return Error{Code::kInvalidArgument,
                   "the value of key " + quoted(key) + " is longer than 1 MiB"};
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
      if (!row) {
        RAFT_TRY(database.delete_kv.bind_blob(1, key).run());
        continue;
      }
      const std::uint32_t crc = checksum(key, *row);
      meta.content_sum += crc;
      RAFT_TRY(database.put_kv.bind_blob(1, key)
                   .bind(2, row->index.value)
                   .bind(3, crc)
                   .bind_blob(4, row->value)
                   .run());
    }
    for (const auto& [client, session] : write.sessions) {
      RAFT_TRY(subtract(database.session_checksum.bind(1, client)));
      if (!session) {
        RAFT_TRY(database.delete_session.bind(1, client).run());
        continue;
      }
      const std::uint32_t crc = checksum(client, *session);
      meta.content_sum += crc;
      RAFT_TRY(database.put_session.bind(1, client)
                   .bind(2, session->sequence)
                   .bind(3, session->index.value)
                   .bind(4, crc)
                   .bind_blob(5, session->result)
                   .run());
    }
    return write_meta(database, meta);
  };
  RAFT_TRY(transact("applying up to " + text(write.applied), write_rows));

  *meta_ = std::move(meta);
  return ok();
}

}  // namespace storage
