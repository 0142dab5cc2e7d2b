// Databases on the simulated disk, every epoch at once durable, and on a plain file.
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/bench/cores.h"

namespace bench {
namespace {

constexpr std::uint64_t kTransactions = 5'000;
constexpr std::uint64_t kOpens = 200;
constexpr std::uint64_t kSyncs = 400;
constexpr std::uint64_t kEntries = 15'000;

raft::ConfState members() { return {{{1}, {2}, {3}, {4}, {5}}, {}, {}, {}, false}; }

struct Database {
  storage::SimDisk disk;
  std::unique_ptr<storage::NodeStore> store;
  raft::Index last;

  Status create() {
    RAFT_TRY_ASSIGN(store, storage::NodeStore::create(disk, members(), {}));
    return ok();
  }
  // One transaction that appends `count` entries of 16 bytes.
  Status append(std::uint64_t count) {
    kv::LogWrite write;
    for (std::uint64_t i = 0; i < count; ++i) {
      last = raft::next_index(last);
      write.entries.push_back(std::make_shared<const raft::Entry>(
          raft::Entry{{1}, last, raft::EntryType::kNormal, std::string(16, 'v')}));
    }
    RAFT_TRY(store->write_log(write));
    disk.complete_all();
    return ok();
  }
};

Status appends(const Emit& emit, std::uint64_t entries) {
  Database database;
  RAFT_TRY(database.create());
  RAFT_TRY(database.append(entries));
  const std::uint64_t transactions = kTransactions / (entries == 1 ? 1 : 10);
  const Stopwatch watch;
  for (std::uint64_t i = 0; i < transactions; ++i) RAFT_TRY(database.append(entries));
  watch.emit(emit, "storage-append-16B-" + std::to_string(entries), transactions);
  return ok();
}

// Whole cores whose every Ready with something to store is one transaction of its node, with 64
// commands outstanding.
Status windows(const Emit& emit) {
  const Variant variant{"raftarium-sql", true, false, true};
  RAFT_TRY(measure(emit, variant, "3n-16B-window", 3, 16, kEntries, window));
  return measure(emit, variant, "5n-16B-window", 5, 16, kEntries, window);
}

Status applies(const Emit& emit) {
  Database database;
  RAFT_TRY(database.create());
  RAFT_TRY(database.append(kTransactions));
  const Stopwatch watch;
  for (std::uint64_t i = 1; i <= kTransactions; ++i) {
    kv::ApplyWrite write;
    write.applied = {i};
    write.applied_term = {1};
    write.rows = {{"k" + std::to_string(i % 8), kv::Row{std::string(16, 'v'), {i}}}};
    RAFT_TRY(database.store->write_apply(write));
    database.disk.complete_all();
  }
  watch.emit(emit, "storage-apply-16B", kTransactions);
  return ok();
}

Status opens(const Emit& emit) {
  Database database;
  RAFT_TRY(database.create());
  RAFT_TRY(database.append(1000));
  const Stopwatch watch;
  for (std::uint64_t i = 0; i < kOpens; ++i) {
    storage::SimDisk copy = database.disk;
    RAFT_TRY_ASSIGN(const auto store, storage::NodeStore::open(copy, {}));
    if (store->last_index() != database.last) return Error{Code::kCorruption, "entries are lost"};
  }
  watch.emit(emit, "storage-open-1000", kOpens);
  return ok();
}

Status creates(const Emit& emit) {
  const Stopwatch watch;
  for (std::uint64_t i = 0; i < kOpens; ++i) {
    Database database;
    RAFT_TRY(database.create());
  }
  watch.emit(emit, "storage-create", kOpens);
  return ok();
}

// A folder below the present one, gone at the end: a temporary one may lie in memory.
class Folder {
 public:
  Folder() {
    std::string name = "raftarium-bench-XXXXXX";
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Folder() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove_all(path_, error);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The limit: what the disk takes for one page. Returns nanoseconds.
Result<double> raw_syncs(const Emit& emit, const std::string& folder) {
  const int file = ::open((folder + "/raw").c_str(), O_CREAT | O_RDWR, 0600);
  if (file < 0) return Error{Code::kIo, folder + "/raw cannot be written"};
  const std::string page(4096, 'p');
  bool done = true;
  const Stopwatch watch;
  for (std::uint64_t i = 0; i < kSyncs; ++i) {
    done = done && ::pwrite(file, page.data(), page.size(), 0) == 4096 && ::fdatasync(file) == 0;
  }
  watch.emit(emit, "storage-file-fdatasync", kSyncs);
  const double each = watch.wall() / static_cast<double>(kSyncs);
  ::close(file);
  if (!done) return Error{Code::kIo, folder + "/raw cannot be synced"};
  return each;
}

// A write of one entry each, `group` of them with one wait for the disk; per entry. Returns
// nanoseconds.
Result<double> file_appends(const Emit& emit, const std::string& folder, std::uint64_t group) {
  const std::string path = folder + "/n" + std::to_string(group) + ".sqlite";
  RAFT_TRY_ASSIGN(const auto store, storage::NodeStore::create(path, members(), {}));
  store->hold_commits();
  std::uint64_t index = 0;
  const std::uint64_t rounds = kSyncs / 4;
  const Stopwatch watch;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    for (std::uint64_t j = 0; j < group; ++j) {
      kv::LogWrite write;
      write.entries.push_back(std::make_shared<const raft::Entry>(
          raft::Entry{{1}, {++index}, raft::EntryType::kNormal, std::string(16, 'v')}));
      RAFT_TRY(store->write_log(write));
    }
    RAFT_TRY(store->flush());
  }
  watch.emit(emit, "storage-file-append-16B-group-" + std::to_string(group), index);
  return watch.wall() / static_cast<double>(index);
}

Status files(const Emit& emit) {
  const Folder folder;
  if (folder.path().empty()) return Error{Code::kIo, "no folder can be made here"};
  RAFT_TRY_ASSIGN(const double sync, raw_syncs(emit, folder.path()));
  RAFT_TRY_ASSIGN(const double one, file_appends(emit, folder.path(), 1));
  RAFT_TRY_ASSIGN(const double grouped, file_appends(emit, folder.path(), 64));
  emit(figure("storage-file-append-16B-group-1", "fdatasyncs", one / sync));
  emit(figure("storage-file-append-16B-group-64", "fdatasyncs", grouped / sync));
  emit(figure("storage-file-append-16B-group-64", "times_faster", one / grouped));
  return ok();
}

}  // namespace

Status run_storage(const Emit& emit) {
  RAFT_TRY(appends(emit, 1));
  RAFT_TRY(appends(emit, 64));
  RAFT_TRY(windows(emit));
  RAFT_TRY(applies(emit));
  RAFT_TRY(opens(emit));
  RAFT_TRY(creates(emit));
  return files(emit);
}

}  // namespace bench
