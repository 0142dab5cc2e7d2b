#include "storage/database_check.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>

#include "kv/command.h"
#include "storage/node_store.h"
#include "storage/schema.h"
#include "storage/sim_vfs.h"
#include "storage/sqlite.h"

namespace storage {
namespace {

constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kHeaderBytes = 100;
constexpr std::size_t kWriteVersionAt = 18;
constexpr std::size_t kReadVersionAt = 19;
constexpr char kWriteAheadLog = 2;
constexpr std::int64_t kHeapBytes = 256ll << 20;
// Steps of SQLite's virtual machine. A row takes about 30 bytes at least, and is looked at by a few
// queries of some ten steps each; more than this no honest file needs.
constexpr std::uint64_t kStepsAtLeast = 10'000'000;
constexpr std::uint64_t kStepsPerByte = 4;
// Terms and indexes beyond come from no run; so no sum of them overflows.
constexpr std::uint64_t kNumbersMost = 1ull << 48;
// What ids a cluster may have is the simulator's business; this keeps lists short.
constexpr std::size_t kMembersMost = 100;

// SQLite's limit of memory is one per process.
class HeapLimit {
 public:
  HeapLimit() : before_(sqlite3_hard_heap_limit64(kHeapBytes)) {}
  ~HeapLimit() { sqlite3_hard_heap_limit64(before_); }
  HeapLimit(const HeapLimit&) = delete;
  HeapLimit& operator=(const HeapLimit&) = delete;

 private:
  sqlite3_int64 before_;
};

Error refused(std::string message) { return {Code::kCorruption, std::move(message)}; }

std::string shown(std::string_view name) {
  constexpr std::size_t kShown = 40;
  std::string out = "\"";
  for (const char c : name.substr(0, kShown)) out += (c >= ' ' && c < 127) ? c : '?';
  return out + (name.size() > kShown ? "…\"" : "\"");
}

// As the sentence goes on behind the name of a file.
std::string plain(std::string_view message) {
  constexpr std::string_view kOurs = "node database, ";
  constexpr std::string_view kTheirs = "sqlite: ";
  if (message.substr(0, kOurs.size()) == kOurs) message.remove_prefix(kOurs.size());
  if (message.substr(0, kTheirs.size()) != kTheirs) return std::string(message);
  return "is damaged: " + std::string(message.substr(kTheirs.size()));
}

// What the bytes say before SQLite has seen them.
Status check_header(std::string_view bytes) {
  if (bytes.empty()) return refused("is empty, and no database");
  if (bytes.size() > kMaxDatabaseBytes) {
    return refused("is larger than 256 MiB, which no node database is");
  }
  if (bytes.substr(0, kMagic.size()) != kMagic) return refused("is not an SQLite database");
  if (bytes.size() < kHeaderBytes) return refused("ends within its header");
  if (bytes[kWriteVersionAt] == kWriteAheadLog || bytes[kReadVersionAt] == kWriteAheadLog) {
    return refused(
        "is in WAL mode, so part of it may lie in another file; turn it into one file with: "
        "sqlite3 FILE 'PRAGMA journal_mode=DELETE'");
  }
  return ok();
}

Status check_identity(Connection& connection) {
  RAFT_TRY_ASSIGN(const std::uint64_t application,
                  connection.query_number("PRAGMA application_id"));
  if (application != kApplicationId) {
    return refused("is a database, but not one of a Raftarium node: its application_id is " +
                   std::to_string(application) + ", not " + std::to_string(kApplicationId));
  }
  RAFT_TRY_ASSIGN(const std::uint64_t version, connection.query_number("PRAGMA user_version"));
  if (version != kSchemaVersion) {
    return Error{Code::kVersion,
                 "has schema version " + std::to_string(version) + ", this program reads version " +
                     std::to_string(kSchemaVersion) +
                     (version > kSchemaVersion ? "; open it with a newer Raftarium" : "")};
  }
  return ok();
}

// Our own tables word for word and nothing else, so that no view, trigger, generated column or
// index with an expression gets through.
Status check_schema(Connection& connection) {
  RAFT_TRY_ASSIGN(
      Statement objects,
      connection.prepare("SELECT name, type, tbl_name, sql FROM sqlite_schema ORDER BY name"));
  for (const Table& table : tables()) {
    RAFT_TRY_ASSIGN(const bool row, objects.step());
    const std::string name = row ? objects.bytes(0) : "";
    // Both lists are in the order of names.
    if (!row || name > table.name) {
      return refused("lacks the table " + shown(table.name) + " of a node database");
    }
    if (name != table.name) {
      return refused("holds " + shown(name) + ", which does not belong into a node database");
    }
    if (objects.bytes(1) != "table" || objects.bytes(2) != name || objects.bytes(3) != table.sql) {
      return refused("has a table " + shown(name) + " with other columns than a node database");
    }
  }
  RAFT_TRY_ASSIGN(const bool more, objects.step());
  if (more) {
    return refused("holds " + shown(objects.bytes(0)) +
                   ", which does not belong into a node database");
  }
  return ok();
}

Status check_pages(Connection& connection) {
  RAFT_TRY_ASSIGN(Statement check, connection.prepare("PRAGMA quick_check(1)"));
  RAFT_TRY_ASSIGN(const bool row, check.step());
  const std::string said = row ? check.bytes(0) : "nothing";
  if (said == "ok") return ok();
  return refused("is damaged: " + said);
}

// Each step only once the ones before it are passed.
Status check_file(SimDisk& disk, std::string_view bytes) {
  const DiskGuard guard(disk);
  RAFT_TRY_ASSIGN(Connection connection,
                  Connection::open_stranger(NodeStore::kFileName, kSimVfsName,
                                            kStepsAtLeast + kStepsPerByte * bytes.size()));
  RAFT_TRY(check_identity(connection));
  RAFT_TRY(check_schema(connection));
  return check_pages(connection);
}

Status check_members(const raft::ConfState& config) {
  const std::array lists = {&config.voters, &config.outgoing, &config.learners,
                            &config.learners_next};
  for (const std::vector<raft::NodeId>* list : lists) {
    if (list->size() > kMembersMost) return refused("table meta: config names too many members");
    const bool nobody = std::find(list->begin(), list->end(), raft::kNoNode) != list->end();
    if (nobody) return refused("table meta: config names a node 0");
  }
  return ok();
}

// Checksums prove that rows are as somebody wrote them, not that a node wrote them.
Status check_sense(const NodeStore& store) {
  const raft::HardState& hard_state = store.hard_state();
  if (std::max({hard_state.term.value, hard_state.vote.value, store.last_index().value,
                store.truncated_term().value}) > kNumbersMost) {
    return refused("has a term, a vote or an index that no run reaches");
  }
  if (hard_state.commit > store.last_index()) {
    return refused("table hard_state: commit index " + std::to_string(hard_state.commit.value) +
                   " lies behind the end of the log, " + std::to_string(store.last_index().value));
  }
  RAFT_TRY(check_members(store.config()));
  raft::Term last = store.truncated_term();
  const raft::EntryList& log = store.log();
  for (raft::Index at = log.first_index(); at <= log.last_index(); at = raft::next_index(at)) {
    const raft::Entry& entry = *log.at(at);
    const std::string row = "table log, row " + std::to_string(at.value) + ": ";
    if (entry.term < last) return refused(row + "its term is lower than the one before");
    if (entry.term.value == 0) return refused(row + "its term is 0");
    last = entry.term;
    if (entry.type != raft::EntryType::kNormal || entry.data.empty()) continue;
    if (const auto command = kv::decode(entry.data); !command) {
      return refused(row + command.error().message);
    }
  }
  if (last > hard_state.term) {
    return refused("table hard_state: term " + std::to_string(hard_state.term.value) +
                   " is lower than the last entry's, " + std::to_string(last.value));
  }
  if (store.applied() > store.initial_state()->hard_state.commit) {
    return refused("table meta: more is applied than committed");
  }
  return ok();
}

}  // namespace

DatabaseReport check_database(std::string_view bytes) {
  DatabaseReport report;
  const auto fail = [&report](const Error& error) {
    report.problems.push_back(plain(error.message));
    report.usable = false;
    return report;
  };
  if (const Status header = check_header(bytes); !header) return fail(header.error());
  if (!register_sim_vfs()) return fail({Code::kIo, "cannot be checked: sqlite does not start"});
  const HeapLimit limit;
  SimDisk disk;
  disk.put_file(NodeStore::kFileName, bytes);
  if (const Status file = check_file(disk, bytes); !file) return fail(file.error());
  const auto store = NodeStore::open(disk, {});
  if (!store) return fail(store.error());
  report.problems = (*store)->problems();
  // What remains are copies of rows that the open could do without.
  report.usable = report.problems == (*store)->notes();
  for (std::string& problem : report.problems) problem = plain(problem);
  // A node would start and be refilled by its peers; whoever sends a file should send a whole one.
  if ((*store)->damage()) return report;
  if (const Status sense = check_sense(**store); !sense) return fail(sense.error());
  return report;
}

Status usable_database(std::string_view bytes) {
  DatabaseReport report = check_database(bytes);
  if (report.usable) return ok();
  return refused(std::move(report.problems.front()));
}

}  // namespace storage
