#include "storage/sqlite.h"

#include <sqlite3.h>

#include <utility>

#include "raft/assert.h"

namespace storage {
namespace {

// SQLite's code for one of ours; the sentence names what SQLite says.
Error failure(sqlite3* connection, int code) {
  Code ours = Code::kIo;
  switch (code & 0xFF) {
    case SQLITE_FULL:
      ours = Code::kUnavailable;
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:  // our SQL is right, so the schema it meets is not
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT:
      ours = Code::kCorruption;
      break;
    default:
      break;
  }
  std::string message = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  if ((code & 0xFF) == SQLITE_FULL) message = "the disk is full";
  if ((code & 0xFF) == SQLITE_INTERRUPT) message = "reading it takes too long for its size";
  return {ours, "sqlite: " + message};
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::bind(int parameter, std::uint64_t value) {
  const int code =
      sqlite3_bind_int64(statement_.get(), parameter, static_cast<sqlite3_int64>(value));
  RAFT_ASSERT(code == SQLITE_OK);
  return *this;
}

Statement& Statement::bind_blob(int parameter, std::string_view value) {
  // A null pointer would bind NULL, and an empty view may have one.
  const char* data = value.empty() ? "" : value.data();
  const int code = sqlite3_bind_blob(statement_.get(), parameter, data,
                                     static_cast<int>(value.size()), SQLITE_STATIC);
  RAFT_ASSERT(code == SQLITE_OK);
  return *this;
}

Statement& Statement::bind_text(int parameter, std::string_view value) {
  const char* data = value.empty() ? "" : value.data();
  const int code = sqlite3_bind_text(statement_.get(), parameter, data,
                                     static_cast<int>(value.size()), SQLITE_STATIC);
  RAFT_ASSERT(code == SQLITE_OK);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  // The message belongs to the last call, so it is fetched before the reset.
  sqlite3* connection = sqlite3_db_handle(statement_.get());
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  Error error = failure(connection, code);
  reset();
  return error;
}

Status Statement::run() {
  for (;;) {
    RAFT_TRY_ASSIGN(const bool row, step());
    if (!row) return ok();
  }
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::uint64_t Statement::number(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), column));
}

std::string Statement::bytes(int column) const { return std::string(view(column)); }

std::string_view Statement::view(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (data == nullptr || size <= 0) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

void Connection::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Result<Connection> Connection::open(const std::string& path, const char* vfs, bool create) {
  return open_with(path, vfs, SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0));
}

Result<Connection> Connection::open_with(const std::string& path, const char* vfs, int flags) {
  Connection result;
  sqlite3* raw = nullptr;
  flags |= SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, vfs);
  result.connection_.reset(raw);  // also after an error
  if (code != SQLITE_OK) return failure(raw, code);
  sqlite3_extended_result_codes(raw, 1);
  // A database may come from a stranger: nothing stored in it may run (reliability of imports).
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_limit(raw, SQLITE_LIMIT_ATTACHED, 0);
  return result;
}

namespace {

constexpr int kStepsPerCall = 1000;

int count_down(void* calls_left) {
  auto& left = *static_cast<std::uint64_t*>(calls_left);
  if (left == 0) return 1;  // the query fails with SQLITE_INTERRUPT
  --left;
  return 0;
}

}  // namespace

Result<Connection> Connection::open_stranger(const std::string& path, const char* vfs,
                                             std::uint64_t steps) {
  RAFT_TRY_ASSIGN(Connection result, open_with(path, vfs, SQLITE_OPEN_READONLY));
  sqlite3* raw = result.connection_.get();
  for (const int off : {SQLITE_DBCONFIG_DQS_DDL, SQLITE_DBCONFIG_DQS_DML,
                        SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, SQLITE_DBCONFIG_WRITABLE_SCHEMA}) {
    sqlite3_db_config(raw, off, 0, nullptr);
  }
  constexpr std::pair<int, int> kLimits[] = {
      {SQLITE_LIMIT_LENGTH, 16 << 20}, {SQLITE_LIMIT_SQL_LENGTH, 64 << 10},
      {SQLITE_LIMIT_COLUMN, 32},       {SQLITE_LIMIT_EXPR_DEPTH, 20},
      {SQLITE_LIMIT_VDBE_OP, 25'000},  {SQLITE_LIMIT_WORKER_THREADS, 0},
      {SQLITE_LIMIT_FUNCTION_ARG, 8},  {SQLITE_LIMIT_COMPOUND_SELECT, 4},
      {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
  };
  for (const auto& [limit, value] : kLimits) sqlite3_limit(raw, limit, value);
  result.calls_left_ = std::make_unique<std::uint64_t>(steps / kStepsPerCall);
  sqlite3_progress_handler(raw, kStepsPerCall, count_down, result.calls_left_.get());
  for (const char* pragma :
       {"PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON", "PRAGMA mmap_size=0"}) {
    RAFT_TRY(result.execute(pragma));
  }
  return result;
}

Status Connection::execute(const char* sql) {
  const int code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(connection_.get(), code);
  return ok();
}

Result<Statement> Connection::prepare(const char* sql) {
  Statement result;
  sqlite3_stmt* raw = nullptr;
  const int code =
      sqlite3_prepare_v3(connection_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  result.statement_.reset(raw);
  if (code != SQLITE_OK) return failure(connection_.get(), code);
  return result;
}

Result<std::uint64_t> Connection::query_number(const char* sql) {
  RAFT_TRY_ASSIGN(Statement statement, prepare(sql));
  RAFT_TRY_ASSIGN(const bool row, statement.step());
  return row ? statement.number(0) : 0;
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(connection_.get()) == 0; }

}  // namespace storage
