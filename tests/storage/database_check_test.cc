#include "storage/database_check.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>

#include "kv/command.h"
#include "storage/node_store.h"
#include "storage/sim_vfs.h"

namespace storage {
namespace {

std::string put(std::string key, std::string value) {
  kv::Command command;
  command.op = kv::Op::kPut;
  command.key = std::move(key);
  command.value = std::move(value);
  return kv::encode(command);
}

raft::EntryPtr entry(std::uint64_t index, std::uint64_t term, std::string data) {
  return std::make_shared<const raft::Entry>(
      raft::Entry{{term}, {index}, raft::EntryType::kNormal, std::move(data)});
}

// What a node may well have left: three entries, a row, a session. The parts may be replaced.
struct Left {
  raft::HardState hard_state{{2}, {3}, {3}};
  std::vector<raft::EntryPtr> entries = {entry(1, 1, ""), entry(2, 1, put("a", "1")),
                                         entry(3, 2, put("b", std::string(6000, 'v')))};
  raft::ConfState config{{{1}, {2}, {3}}, {}, {}, {}, false};
  std::uint64_t applied = 3;
};

// On a disk, with right checksums everywhere.
SimDisk disk_with(const Left& left) {
  SimDisk disk;
  auto store = NodeStore::create(disk, left.config, {});
  EXPECT_TRUE(store);
  EXPECT_TRUE((*store)->write_log({.hard_state = left.hard_state, .entries = left.entries}));
  kv::ApplyWrite apply;
  apply.applied = {left.applied};
  apply.applied_term = {2};
  apply.rows = {{"a", kv::Row{"1", {2}}}, {"b", kv::Row{std::string(6000, 'v'), {3}}}};
  apply.sessions = {{101, kv::Session{1, "ok", {3}}}};
  EXPECT_TRUE((*store)->write_apply(apply));
  disk.complete_all();
  return disk;
}

std::string file_of(const SimDisk& disk) { return disk.contents(NodeStore::kFileName).value(); }

// The file after somebody ran SQL on it, past all checks.
std::string tampered(const std::string& sql, const Left& left = {}) {
  SimDisk disk = disk_with(left);
  DiskGuard guard(disk);
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open_v2(NodeStore::kFileName, &db, SQLITE_OPEN_READWRITE, kSimVfsName),
            SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(db);
  sqlite3_close(db);
  disk.complete_all();
  return file_of(disk);
}

std::string first_problem(std::string_view bytes) {
  const DatabaseReport report = check_database(bytes);
  EXPECT_FALSE(report.usable);
  return report.problems.empty() ? "none" : report.problems.front();
}

TEST(DatabaseCheck, AWholeDatabaseHasNoProblem) {
  const DatabaseReport report = check_database(file_of(disk_with({})));
  EXPECT_TRUE(report.usable);
  EXPECT_TRUE(report.problems.empty()) << report.problems.front();
  EXPECT_TRUE(usable_database(file_of(disk_with({}))));
}

TEST(DatabaseCheck, WhatIsNoDatabaseIsRefusedBeforeItIsOpened) {
  const std::string good = file_of(disk_with({}));
  EXPECT_EQ(first_problem(""), "is empty, and no database");
  EXPECT_EQ(first_problem("seed 42\n"), "is not an SQLite database");
  EXPECT_EQ(first_problem(good.substr(0, 60)), "ends within its header");
  std::string wal = good;
  wal[18] = wal[19] = 2;
  EXPECT_NE(first_problem(wal).find("PRAGMA journal_mode=DELETE"), std::string::npos);
  EXPECT_NE(first_problem(good.substr(0, 4096 + 100)).find("damaged"), std::string::npos);
}

TEST(DatabaseCheck, AnotherProgramsDatabaseIsRefused) {
  EXPECT_NE(first_problem(tampered("PRAGMA application_id=7")).find("its application_id is 7"),
            std::string::npos);
  EXPECT_NE(first_problem(tampered("PRAGMA user_version=99")).find("newer Raftarium"),
            std::string::npos);
}

// Nothing of these may run, so they are found by their mere presence.
TEST(DatabaseCheck, ForeignObjectsAreRefused) {
  const char* const added[] = {
      ("CREATE VIEW endless AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x FROM c) "
       "SELECT x FROM c"),
      "CREATE TRIGGER evil AFTER INSERT ON kv BEGIN DELETE FROM log; END",
      "CREATE INDEX by_value ON kv(value)",
      "CREATE TABLE zoo(a)",
      "ANALYZE",
  };
  for (const char* sql : added) {
    EXPECT_NE(first_problem(tampered(sql)).find("does not belong into a node database"),
              std::string::npos)
        << sql;
  }
  EXPECT_NE(first_problem(tampered("DROP TABLE sessions")).find("lacks the table \"sessions\""),
            std::string::npos);
  EXPECT_NE(first_problem(tampered("ALTER TABLE kv ADD COLUMN more BLOB")).find("other columns"),
            std::string::npos);
  EXPECT_NE(
      first_problem(
          tampered(
              "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL) "
              "STRICT', 'NOT NULL, g BLOB AS (NULL)) STRICT') WHERE name = 'log'"))
          .find("other columns"),
      std::string::npos);
}

// Two tables of one and the same page.
TEST(DatabaseCheck, TablesThatShareTheirPagesAreRefused) {
  EXPECT_NE(first_problem(tampered("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage = "
                                   "(SELECT rootpage FROM sqlite_schema WHERE name = 'log') WHERE "
                                   "name = 'sessions'"))
                .find("is damaged"),
            std::string::npos);
}

TEST(DatabaseCheck, DamagedRowsAreNamed) {
  EXPECT_NE(first_problem(tampered("UPDATE log SET data = x'78' WHERE idx = 2")).find("row 2"),
            std::string::npos);
  EXPECT_NE(first_problem(tampered("UPDATE kv SET value = x'78'")).find("table kv"),
            std::string::npos);
  EXPECT_NE(first_problem(tampered("DELETE FROM sessions")).find("rows of kv or sessions"),
            std::string::npos);
}

TEST(DatabaseCheck, ADamagedCopyIsToldAndCanBeLivedWith) {
  const DatabaseReport report =
      check_database(tampered("UPDATE hard_state SET term = 9 WHERE copy = 1"));
  EXPECT_TRUE(report.usable);
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_NE(report.problems[0].find("row 2 was used"), std::string::npos);
}

// Every checksum is right here: somebody computed them.
TEST(DatabaseCheck, WhatNoNodeWouldWriteIsRefused) {
  const auto problem = [](const Left& left) { return first_problem(file_of(disk_with(left))); };
  Left left;
  left.hard_state.commit = {7};
  EXPECT_NE(problem(left).find("commit index 7"), std::string::npos);
  left = {};
  left.hard_state.term = {1};
  EXPECT_NE(problem(left).find("is lower than the last entry's"), std::string::npos);
  left = {};
  left.entries[1] = entry(2, 4, put("a", "1"));
  EXPECT_NE(problem(left).find("row 3: its term is lower"), std::string::npos);
  left = {};
  left.entries[1] = entry(2, 1, "no command");
  EXPECT_NE(problem(left).find("table log, row 2: "), std::string::npos);
  left = {};
  left.hard_state.term = {UINT64_MAX};
  EXPECT_NE(problem(left).find("that no run reaches"), std::string::npos);
  left = {};
  left.entries[0] = entry(1, 0, "");
  EXPECT_NE(problem(left).find("row 1: its term is 0"), std::string::npos);
  left = {};
  left.config.voters = {{0}, {1}};
  EXPECT_NE(problem(left).find("a node 0"), std::string::npos);
  left = {};
  left.config.learners.clear();
  for (std::uint64_t id = 10; id < 300; ++id) left.config.learners.push_back({id});
  EXPECT_NE(problem(left).find("too many members"), std::string::npos);
}

// Whatever a single changed byte makes of a file, it is refused, or its rows are what they were.
TEST(DatabaseCheck, NoChangedByteIsDangerous) {
  const std::string good = file_of(disk_with({}));
  raft::Rng rng(4, 4);
  std::uint64_t refused = 0;
  for (int i = 0; i < 300; ++i) {
    std::string bad = good;
    // Half of them in the parts where structure lies.
    const std::uint64_t page = rng.below(bad.size() / 4096);
    const std::uint64_t at = i % 2 == 0 ? page * 4096 + rng.below(120) : rng.below(bad.size());
    const std::uint64_t mask = 1 + rng.below(255);
    bad[at] = static_cast<char>(bad[at] ^ static_cast<char>(mask));
    refused += check_database(bad).usable ? 0 : 1;
  }
  EXPECT_GT(refused, 50U);
  EXPECT_TRUE(check_database(good).usable) << "nothing of them is left behind";
}

}  // namespace
}  // namespace storage
