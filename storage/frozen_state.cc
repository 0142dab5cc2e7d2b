#include "storage/frozen_state.h"

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "kv/snapshot.h"
#include "storage/node_database.h"

namespace storage {

namespace {

// Beside the database, so that there is room for it where there is room for that.
constexpr std::string_view kFrozen = "-frozen-";

}  // namespace

Result<std::shared_ptr<const FrozenFile>> FrozenFile::copy_of(const std::string& database) {
  std::string path;
  std::error_code error;
  for (std::uint64_t i = 1; path.empty() || std::filesystem::exists(path, error); ++i) {
    path = database + std::string(kFrozen) + std::to_string(i);
  }
  auto copy = std::make_shared<const FrozenFile>(path);
  if (!std::filesystem::copy_file(database, path, error)) {
    return Error{Code::kIo, "copying " + database + " to " + path + ": " + error.message()};
  }
  return copy;
}

void FrozenFile::remove_leftovers(const std::string& database) {
  const std::filesystem::path path(database);
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const std::string begins = path.filename().string() + std::string(kFrozen);
  std::error_code error;
  std::vector<std::filesystem::path> left;
  for (std::filesystem::directory_iterator at(folder, error), end; at != end; at.increment(error)) {
    if (at->path().filename().string().rfind(begins, 0) == 0) left.push_back(at->path());
    if (error) break;
  }
  for (const std::filesystem::path& file : left) std::filesystem::remove(file, error);
}

FrozenFile::~FrozenFile() {
  std::error_code error;
  std::filesystem::remove(path_, error);
}

// The connection first: statements must go before it.
struct FrozenState::Database {
  Connection connection;
  Statement first_row, next_row, first_session, next_session;
};

FrozenState::FrozenState(const SimDisk& disk, StoredMeta meta, bool checked)
    : disk_(disk), meta_(std::move(meta)), checked_(checked) {
  disk_.set_faults({});
}

FrozenState::FrozenState(std::shared_ptr<const FrozenFile> file, StoredMeta meta, bool checked)
    : file_(std::move(file)), meta_(std::move(meta)), checked_(checked) {}

FrozenState::~FrozenState() {
  DiskGuard guard(disk());
  database_.reset();
}

std::unique_ptr<kv::StateView> FrozenState::clone() const {
  auto copy = file_ == nullptr ? std::make_unique<FrozenState>(disk_, meta_, checked_)
                               : std::make_unique<FrozenState>(file_, meta_, checked_);
  copy->at_ = at_;
  return copy;
}

Result<FrozenState::Database*> FrozenState::database() {
  if (database_) return database_.get();
  auto database = std::make_unique<Database>();
  RAFT_TRY_ASSIGN(database->connection,
                  file_ == nullptr ? Connection::open(NodeStore::kFileName, kSimVfsName, false)
                                   : Connection::open(file_->path(), kSystemVfsName, false));
  // A small cache: each page is read about once.
  for (const char* pragma : {"PRAGMA query_only=ON", "PRAGMA cache_size=-64", "PRAGMA mmap_size=0",
                             "PRAGMA temp_store=MEMORY"}) {
    RAFT_TRY(database->connection.execute(pragma));
  }
  const std::pair<Statement*, const char*> all[] = {
      {&database->first_row, "SELECT key, idx, checksum, value FROM kv ORDER BY key LIMIT 1"},
      {&database->next_row,
       "SELECT key, idx, checksum, value FROM kv WHERE key > ?1 ORDER BY key LIMIT 1"},
      {&database->first_session,
       "SELECT client, sequence, idx, checksum, result FROM sessions ORDER BY client LIMIT 1"},
      {&database->next_session,
       "SELECT client, sequence, idx, checksum, result FROM sessions WHERE client > ?1 ORDER BY "
       "client LIMIT 1"},
  };
  for (const auto& [statement, sql] : all) {
    RAFT_TRY_ASSIGN(*statement, database->connection.prepare(sql));
  }
  database_ = std::move(database);
  return database_.get();
}

Result<bool> FrozenState::read_row(Database& database, std::string& out) {
  Statement& next = at_.key ? database.next_row.bind_blob(1, *at_.key) : database.first_row;
  RAFT_TRY_ASSIGN(const bool found, next.step());
  if (!found) return false;
  std::string key = next.bytes(0);
  const kv::Row row{next.bytes(3), {next.number(1)}};
  const std::uint64_t stored = next.number(2);
  next.reset();
  // What rotted here must not spread (reliability row 43).
  if (checked_ && stored != checksum(key, row)) {
    return corrupt("kv", "row " + shown_key(key) + " does not match its checksum");
  }
  at_.sum += stored;
  kv::append_row(out, key, row);
  at_.key = std::move(key);
  return true;
}

Result<bool> FrozenState::read_session(Database& database, std::string& out) {
  Statement& next =
      at_.client ? database.next_session.bind(1, *at_.client) : database.first_session;
  RAFT_TRY_ASSIGN(const bool found, next.step());
  if (!found) return false;
  const std::uint64_t client = next.number(0);
  const kv::Session session{next.number(1), next.bytes(4), {next.number(2)}};
  const std::uint64_t stored = next.number(3);
  next.reset();
  if (checked_ && stored != checksum(client, session)) {
    return corrupt("sessions", "row " + std::to_string(client) + " does not match its checksum");
  }
  at_.sum += stored;
  kv::append_session(out, client, session);
  at_.client = client;
  return true;
}

Result<bool> FrozenState::read(std::string& out, std::uint64_t max_bytes) {
  DiskGuard guard(disk());
  RAFT_TRY_ASSIGN(Database * database, this->database());
  const std::size_t before = out.size();
  while (out.size() - before < max_bytes) {
    if (!at_.in_sessions) {
      RAFT_TRY_ASSIGN(const bool row, read_row(*database, out));
      at_.in_sessions = !row;
      continue;
    }
    RAFT_TRY_ASSIGN(const bool session, read_session(*database, out));
    if (session) continue;
    if (checked_ && at_.sum != meta_.content_sum) {
      return corrupt("kv",
                     "rows of kv or sessions were lost: their checksums do not add up to "
                     "what meta says");
    }
    return false;
  }
  return true;
}

Result<std::unique_ptr<kv::StateView>> NodeStore::freeze(bool checked) {
  if (!failure_.empty()) return Error{Code::kIo, failure_};
  if (disk_ == nullptr) {
    RAFT_TRY(flush());
    RAFT_TRY_ASSIGN(auto file, FrozenFile::copy_of(path_));
    return std::unique_ptr<kv::StateView>(
        std::make_unique<FrozenState>(std::move(file), *meta_, checked));
  }
  return std::unique_ptr<kv::StateView>(std::make_unique<FrozenState>(*disk_, *meta_, checked));
}

}  // namespace storage
