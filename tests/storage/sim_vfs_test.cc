#include "storage/sim_vfs.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

namespace storage {
namespace {

// A file opened as SQLite opens it.
class RawFile {
 public:
  RawFile(const char* name, int flags) {
    sqlite3_vfs* vfs = sqlite3_vfs_find(kSimVfsName);
    memory_.resize(static_cast<std::size_t>(vfs->szOsFile) / 8 + 1);
    code = vfs->xOpen(vfs, name, file(), flags, nullptr);
  }
  ~RawFile() {
    if (file()->pMethods != nullptr) file()->pMethods->xClose(file());
  }
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;
  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(memory_.data()); }
  const sqlite3_io_methods* methods() { return file()->pMethods; }
  int code = 0;

 private:
  std::vector<std::uint64_t> memory_;
};

constexpr int kCreate = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_DB;

class SimVfs : public testing::Test {
 protected:
  SimVfs() : disk({.seed = 5, .node = 2}) { EXPECT_TRUE(register_sim_vfs()); }
  SimDisk disk;
};

TEST_F(SimVfs, IsTheDefaultAndTheSystemsStaysReachable) {
  EXPECT_STREQ(sqlite3_vfs_find(nullptr)->zName, kSimVfsName);
  EXPECT_NE(sqlite3_vfs_find("unix"), nullptr);
}

TEST_F(SimVfs, ServesNoFileWithoutADisk) {
  RawFile file("a", kCreate);
  EXPECT_EQ(file.code, SQLITE_CANTOPEN);
  EXPECT_EQ(file.methods(), nullptr);
}

TEST_F(SimVfs, ZeroFillsShortReads) {
  DiskGuard guard(disk);
  RawFile file("a", kCreate);
  ASSERT_EQ(file.code, SQLITE_OK);
  ASSERT_EQ(file.methods()->xWrite(file.file(), "abc", 3, 0), SQLITE_OK);
  std::string buffer(8, '#');
  EXPECT_EQ(file.methods()->xRead(file.file(), buffer.data(), 8, 1), SQLITE_IOERR_SHORT_READ);
  EXPECT_EQ(buffer, std::string("bc\0\0\0\0\0\0", 8));
  EXPECT_EQ(file.methods()->xRead(file.file(), buffer.data(), 2, 1), SQLITE_OK);
  sqlite3_int64 size = 0;
  EXPECT_EQ(file.methods()->xFileSize(file.file(), &size), SQLITE_OK);
  EXPECT_EQ(size, 3);
  EXPECT_EQ(file.methods()->xTruncate(file.file(), 5), SQLITE_OK) << "a truncation that grows";
  EXPECT_EQ(disk.contents("a"), std::string("abc\0\0", 5));
}

TEST_F(SimVfs, DeletesAndTellsWhatExists) {
  DiskGuard guard(disk);
  sqlite3_vfs* vfs = sqlite3_vfs_find(nullptr);
  { RawFile file("a", kCreate); }
  int there = -1;
  EXPECT_EQ(vfs->xAccess(vfs, "a", SQLITE_ACCESS_EXISTS, &there), SQLITE_OK);
  EXPECT_EQ(there, 1);
  EXPECT_EQ(vfs->xDelete(vfs, "a", 1), SQLITE_OK);
  EXPECT_EQ(disk.pending_epochs(), 1U);
  EXPECT_EQ(vfs->xDelete(vfs, "a", 1), SQLITE_IOERR_DELETE_NOENT);
  RawFile gone("a", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB);
  EXPECT_EQ(gone.code, SQLITE_CANTOPEN);
}

TEST_F(SimVfs, HandlesAreVoidAfterACrashAndUnderAnotherDisk) {
  DiskGuard guard(disk);
  RawFile file("a", kCreate);
  ASSERT_EQ(file.methods()->xWrite(file.file(), "abc", 3, 0), SQLITE_OK);
  char buffer[3];
  {
    SimDisk other = disk;
    DiskGuard elsewhere(other);
    EXPECT_EQ(file.methods()->xRead(file.file(), buffer, 3, 0), SQLITE_IOERR_READ);
    EXPECT_EQ(file.methods()->xWrite(file.file(), "xyz", 3, 0), SQLITE_IOERR_WRITE);
    EXPECT_EQ(other.contents("a"), "abc");
  }
  EXPECT_EQ(file.methods()->xRead(file.file(), buffer, 3, 0), SQLITE_OK) << "guards nest";
  disk.crash(raft::Rng(1), Lose::kNothing);
  EXPECT_EQ(file.methods()->xRead(file.file(), buffer, 3, 0), SQLITE_IOERR_READ);
  EXPECT_EQ(file.methods()->xWrite(file.file(), "xyz", 3, 0), SQLITE_IOERR_WRITE);
  EXPECT_EQ(file.methods()->xSync(file.file(), 0), SQLITE_IOERR_FSYNC);
  EXPECT_EQ(file.methods()->xTruncate(file.file(), 0), SQLITE_IOERR_TRUNCATE);
  EXPECT_EQ(disk.contents("a"), "abc");
}

TEST_F(SimVfs, TemporaryFilesNeverTouchTheDisk) {
  DiskGuard guard(disk);
  RawFile file(nullptr, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_DELETEONCLOSE);
  ASSERT_EQ(file.code, SQLITE_OK);
  ASSERT_EQ(file.methods()->xWrite(file.file(), "abc", 3, 0), SQLITE_OK);
  char buffer[3];
  EXPECT_EQ(file.methods()->xRead(file.file(), buffer, 3, 0), SQLITE_OK);
  EXPECT_EQ(std::string(buffer, 3), "abc");
  EXPECT_EQ(disk.mutating_calls(), 0U);
}

TEST_F(SimVfs, SaysWhetherOverwritesArePowerSafe) {
  DiskGuard guard(disk);
  RawFile file("a", kCreate);
  EXPECT_EQ(file.methods()->xDeviceCharacteristics(file.file()), 0);
  EXPECT_EQ(file.methods()->xSectorSize(file.file()), 4096);
  SimDisk safe({.power_safe_overwrite = true});
  DiskGuard other(safe);
  RawFile on_safe("a", kCreate);
  EXPECT_EQ(on_safe.methods()->xDeviceCharacteristics(on_safe.file()),
            SQLITE_IOCAP_POWERSAFE_OVERWRITE);
}

TEST_F(SimVfs, RandomNumbersDependOnSeedNodeAndTransactionAlone) {
  const auto draw = [](SimDisk& from) {
    DiskGuard guard(from);
    reset_sqlite_random();
    std::uint64_t number = 0;
    sqlite3_randomness(8, &number);
    return number;
  };
  SimDisk same({.seed = 5, .node = 2});
  SimDisk other_node({.seed = 5, .node = 3});
  disk.begin_transaction();
  same.begin_transaction();
  other_node.begin_transaction();
  const std::uint64_t first = draw(disk);
  EXPECT_NE(draw(other_node), first);
  EXPECT_EQ(draw(same), first) << "whatever others drew in between";
  same.begin_transaction();
  EXPECT_NE(draw(same), first);
}

TEST_F(SimVfs, ADatabaseWrittenThroughItIsReadBack) {
  DiskGuard guard(disk);
  const auto open = [] {
    sqlite3* raw = nullptr;
    EXPECT_EQ(sqlite3_open("x.db", &raw), SQLITE_OK);
    return std::unique_ptr<sqlite3, decltype(&sqlite3_close)>(raw, sqlite3_close);
  };
  {
    const auto db = open();
    ASSERT_EQ(sqlite3_exec(db.get(), "CREATE TABLE t(a); INSERT INTO t VALUES(41), (42)", nullptr,
                           nullptr, nullptr),
              SQLITE_OK);
  }
  EXPECT_TRUE(disk.exists("x.db"));
  const auto db = open();
  sqlite3_stmt* statement = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(db.get(), "SELECT sum(a) FROM t", -1, &statement, nullptr),
            SQLITE_OK);
  ASSERT_EQ(sqlite3_step(statement), SQLITE_ROW);
  EXPECT_EQ(sqlite3_column_int(statement, 0), 83);
  sqlite3_finalize(statement);
}

}  // namespace
}  // namespace storage
