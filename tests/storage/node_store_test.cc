#include "storage/node_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/crc32c.h"
#include "storage/sim_vfs.h"

namespace storage {
namespace {

using raft::Index;
using raft::Term;

raft::EntryPtr entry(std::uint64_t index, std::uint64_t term, std::string data = "") {
  return std::make_shared<const raft::Entry>(
      raft::Entry{{term}, {index}, raft::EntryType::kNormal, std::move(data)});
}

raft::ConfState three_voters() { return {{{1}, {2}, {3}}, {}, {}, {}, false}; }

std::unique_ptr<NodeStore> created(SimDisk& disk) {
  auto store = NodeStore::create(disk, three_voters(), {});
  EXPECT_TRUE(store) << store.error().message;
  return *std::move(store);
}

std::unique_ptr<NodeStore> opened(SimDisk& disk) {
  auto store = NodeStore::open(disk, {});
  EXPECT_TRUE(store) << store.error().message;
  if (!store) return nullptr;
  return *std::move(store);
}

Error open_error(SimDisk& disk) {
  auto store = NodeStore::open(disk, {});
  EXPECT_FALSE(store);
  return store ? Error{Code::kIo, ""} : store.error();
}

// What an open says about a damaged disk: an error, or a log that ends before the damage.
std::string complaint(SimDisk& disk) {
  auto store = NodeStore::open(disk, {});
  if (!store) {
    EXPECT_EQ(store.error().code, Code::kCorruption);
    return store.error().message;
  }
  return (*store)->damage() ? (*store)->damage()->text : "";
}

void expect_ok(const Status& status) { EXPECT_TRUE(status) << status.error().message; }

void expect_same(const NodeStore& a, const NodeStore& b) {
  EXPECT_TRUE(a.log() == b.log());
  EXPECT_EQ(a.hard_state(), b.hard_state());
  EXPECT_EQ(a.applied(), b.applied());
  EXPECT_EQ(a.applied_term(), b.applied_term());
  EXPECT_EQ(a.config(), b.config());
  EXPECT_EQ(*a.load_rows(), *b.load_rows());
  EXPECT_EQ(*a.load_sessions(), *b.load_sessions());
}

// Five entries in two terms, two rows, a session, a configuration of four.
void fill(NodeStore& store) {
  expect_ok(
      store.write_log({.hard_state = raft::HardState{{1}, {2}, {0}},
                       .entries = {entry(1, 1), entry(2, 1, "put a"), entry(3, 1, "put b")}}));
  expect_ok(store.write_log({.hard_state = raft::HardState{{2}, {3}, {3}},
                             .entries = {entry(4, 2), entry(5, 2, std::string("\0x", 2))}}));
  kv::ApplyWrite apply;
  apply.applied = {4};
  apply.applied_term = {2};
  apply.rows = {{"a", kv::Row{"1", {2}}},
                {std::string("b\0", 2), kv::Row{std::string(6000, 'v'), {3}}}};
  apply.sessions = {{UINT64_MAX, kv::Session{7, "ok", {3}}}};
  apply.config = raft::ConfState{.voters = {{1}, {2}, {3}},
                                 .outgoing = {{1}, {2}, {4}},
                                 .learners = {{5}},
                                 .learners_next = {{4}},
                                 .auto_leave = true};
  expect_ok(store.write_apply(apply));
}

// Runs SQL on the database of a disk, past all checks.
void tamper(SimDisk& disk, const std::string& sql) {
  DiskGuard guard(disk);
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open_v2(NodeStore::kFileName, &db, SQLITE_OPEN_READWRITE, kSimVfsName),
            SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(db);
  sqlite3_close(db);
  disk.complete_all();
}

// The first column of the first row, as text.
std::string query(SimDisk disk, const std::string& sql) {
  DiskGuard guard(disk);
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open_v2(NodeStore::kFileName, &db, SQLITE_OPEN_READWRITE, kSimVfsName),
            SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr), SQLITE_OK);
  EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW);
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
  std::string result = text != nullptr ? text : "";
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return result;
}

TEST(NodeStore, ANewNodeKnowsOnlyTheConfiguration) {
  SimDisk disk;
  const auto store = created(disk);
  EXPECT_EQ(disk.pending_epochs(), 0U) << "the formatting is durable";
  const auto state = store->initial_state();
  ASSERT_TRUE(state);
  EXPECT_EQ(state->hard_state, raft::HardState{});
  EXPECT_EQ(state->config, three_voters());
  EXPECT_EQ(store->first_index(), Index{1});
  EXPECT_EQ(store->last_index(), Index{0});
  EXPECT_EQ(store->applied(), Index{0});
  EXPECT_TRUE(store->load_rows()->empty());
  EXPECT_TRUE(store->load_sessions()->empty());
  EXPECT_EQ(store->term({0})->value, 0U);
  EXPECT_EQ(store->snapshot().error().code, Code::kUnavailable);
  EXPECT_TRUE(store->problems().empty());
}

TEST(NodeStore, WhatWasWrittenIsReadBackByTheNextProcess) {
  SimDisk disk;
  {
    const auto store = created(disk);
    fill(*store);
  }
  disk.complete_all();
  disk.crash(raft::Rng(1), Lose::kUnsynced);
  const auto store = opened(disk);
  ASSERT_NE(store, nullptr);
  EXPECT_EQ(store->hard_state(), (raft::HardState{{2}, {3}, {3}}));
  EXPECT_EQ(store->initial_state()->hard_state.commit, Index{4})
      << "what was applied was committed";
  EXPECT_EQ(store->initial_state()->config.outgoing, (std::vector<raft::NodeId>{{1}, {2}, {4}}));
  EXPECT_TRUE(store->config().auto_leave);
  EXPECT_EQ(store->applied(), Index{4});
  EXPECT_EQ(store->applied_term(), Term{2});
  EXPECT_EQ(store->last_index(), Index{5});
  EXPECT_EQ(store->log().at({5})->data, std::string("\0x", 2));
  EXPECT_EQ(store->term({3})->value, 1U);
  EXPECT_EQ(store->term({4})->value, 2U);
  const auto rows = store->load_rows();
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(std::string("b\0", 2)), (kv::Row{std::string(6000, 'v'), {3}}));
  EXPECT_EQ(store->load_sessions()->at(UINT64_MAX), (kv::Session{7, "ok", {3}}));
  EXPECT_TRUE(store->problems().empty());
  EXPECT_TRUE(store->notes().empty());
}

TEST(NodeStore, EntriesAreCutByBytesAndRefusedOutsideTheLog) {
  SimDisk disk;
  const auto store = created(disk);
  fill(*store);
  EXPECT_EQ(store->entries({1}, {6}, UINT64_MAX)->size(), 5U);
  EXPECT_EQ(store->entries({2}, {6}, 0)->size(), 1U) << "always at least one";
  EXPECT_EQ(store->entries({0}, {2}, 100).error().code, Code::kNotFound);
  EXPECT_EQ(store->entries({1}, {7}, 100).error().code, Code::kUnavailable);
  EXPECT_EQ(store->term({6}).error().code, Code::kUnavailable);
}

TEST(NodeStore, AConflictingTailIsReplaced) {
  SimDisk disk;
  const auto store = created(disk);
  for (std::uint64_t i = 1; i <= 6; ++i) {
    expect_ok(store->write_log({.hard_state = {}, .entries = {entry(i, 1, "old")}}));
  }
  expect_ok(store->write_log({.hard_state = raft::HardState{{3}, {1}, {2}},
                              .entries = {entry(3, 3, "new"), entry(4, 3)}}));
  EXPECT_EQ(store->last_index(), Index{4});
  expect_ok(store->write_log({.hard_state = {}, .entries = {entry(5, 3, "more")}}));
  const auto again = opened(disk);
  ASSERT_NE(again, nullptr);
  expect_same(*store, *again);
  EXPECT_EQ(again->log().at({2})->data, "old");
  EXPECT_EQ(again->log().at({3})->data, "new");
  EXPECT_EQ(again->last_index(), Index{5});

  expect_ok(store->write_log({.hard_state = {}, .entries = {entry(1, 4, "all new")}}));
  const auto third = opened(disk);
  ASSERT_NE(third, nullptr);
  EXPECT_EQ(third->last_index(), Index{1});
  EXPECT_EQ(third->log().at({1})->data, "all new");
}

TEST(NodeStore, RowsAndSessionsAreReplacedAndDeleted) {
  SimDisk disk;
  const auto store = created(disk);
  fill(*store);
  kv::ApplyWrite apply;
  apply.applied = {5};
  apply.applied_term = {2};
  apply.rows = {{"a", kv::Row{"2", {5}}},
                {"c", kv::Row{"", {5}}},
                {"c", std::nullopt},
                {"never there", std::nullopt},
                {std::string("b\0", 2), std::nullopt}};
  apply.sessions = {{UINT64_MAX, std::nullopt}, {3, kv::Session{1, "", {5}}}};
  expect_ok(store->write_apply(apply));
  const auto again = opened(disk);
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(*again->load_rows(), (kv::Rows{{"a", {"2", {5}}}}));
  EXPECT_EQ(*again->load_sessions(), (kv::Sessions{{3, {1, "", {5}}}}));
  EXPECT_EQ(again->config(), store->config()) << "no new one was given";
}

TEST(NodeStore, RefusesWhatCannotFollow) {
  SimDisk disk;
  const auto store = created(disk);
  fill(*store);
  const std::uint64_t before = disk.content_hash();
  const auto refused = [](const Status& status) {
    return !status && status.error().code == Code::kInvalidArgument;
  };
  EXPECT_TRUE(refused(store->write_log({.hard_state = {}, .entries = {entry(7, 2)}})));
  EXPECT_TRUE(refused(store->write_log({.hard_state = {}, .entries = {entry(0, 2)}})));
  EXPECT_TRUE(refused(store->write_log({.hard_state = {}, .entries = {entry(6, 2), entry(8, 2)}})));
  EXPECT_TRUE(refused(store->write_log({.hard_state = {}, .entries = {entry(2, 3)}})))
      << "4 is applied and would be lost";
  kv::ApplyWrite apply;
  apply.applied = {6};
  EXPECT_TRUE(refused(store->write_apply(apply)));
  apply.applied = {3};
  EXPECT_TRUE(refused(store->write_apply(apply)));
  apply.applied = {5};
  apply.rows = {{std::string(1025, 'k'), kv::Row{"", {5}}}};
  EXPECT_TRUE(refused(store->write_apply(apply)));
  apply.rows = {{"k", kv::Row{std::string((1 << 20) + 1, 'v'), {5}}}};
  EXPECT_TRUE(refused(store->write_apply(apply)));
  EXPECT_EQ(disk.content_hash(), before);
  EXPECT_EQ(store->last_index(), Index{5});
}

TEST(NodeStore, OneTransactionPerWriteAndNoneForNothing) {
  SimDisk disk;
  const auto store = created(disk);
  const std::uint64_t transactions = disk.transactions();
  expect_ok(store->write_log({}));
  EXPECT_EQ(disk.transactions(), transactions);
  expect_ok(
      store->write_log({.hard_state = raft::HardState{{1}, {1}, {0}}, .entries = {entry(1, 1)}}));
  EXPECT_EQ(disk.transactions(), transactions + 1);
  EXPECT_EQ(disk.transaction_epochs(), 4U)
      << "journal, its header, database, end of the journal: docs/storage.md";
  EXPECT_FALSE(disk.has_unsynced_writes()) << "the last sync covers the commit";
}

TEST(NodeStore, TheLargestValueFitsInOneTransaction) {
  SimDisk disk;
  const auto store = created(disk);
  const std::string big(1 << 20, 'v');
  expect_ok(store->write_log({.hard_state = {}, .entries = {entry(1, 1, big), entry(2, 1, big)}}));
  EXPECT_EQ(disk.transaction_epochs(), 4U) << "the page cache does not spill";
  kv::ApplyWrite apply;
  apply.applied = {2};
  for (int i = 0; i < 5; ++i) {
    apply.rows.emplace_back(std::string(1023, 'k') + std::to_string(i), kv::Row{big, {2}});
  }
  expect_ok(store->write_apply(apply));
  EXPECT_EQ(disk.transaction_epochs(), 4U);
  const auto again = opened(disk);
  ASSERT_NE(again, nullptr);
  expect_same(*store, *again);
}

TEST(NodeStore, ACloneGoesItsOwnWayWithTheSameBytes) {
  SimDisk disk({.seed = 3, .node = 1});
  const auto store = created(disk);
  fill(*store);
  SimDisk copy = disk;
  const auto clone = store->clone(copy);
  expect_same(*store, *clone);
  EXPECT_TRUE(disk == copy) << "cloning and reading change nothing";
  const auto go_on = [](NodeStore& on) {
    for (std::uint64_t i = 6; i < 60; ++i) {
      expect_ok(on.write_log({.hard_state = raft::HardState{{i}, {1}, {4}},
                              .entries = {entry(i, i, std::string(i * 7, 'x'))}}));
      kv::ApplyWrite apply;
      apply.applied = {i};
      apply.applied_term = {i};
      apply.rows = {{"k" + std::to_string(i % 11), kv::Row{std::string(i * 5, 'y'), {i}}}};
      expect_ok(on.write_apply(apply));
    }
  };
  go_on(*store);
  EXPECT_FALSE(disk == copy);
  EXPECT_EQ(clone->last_index(), Index{5});
  // A warm connection and one that was just opened must leave the same bytes and make the same
  // calls: else a run would differ after a seek.
  go_on(*clone);
  EXPECT_TRUE(disk == copy);
  EXPECT_EQ(disk.content_hash(), copy.content_hash());
}

TEST(NodeStore, TheSameSeedGivesTheSameBytesWhateverOthersDraw) {
  const auto run = [](std::uint64_t seed, bool disturbed) {
    SimDisk disk({.seed = seed, .node = 1});
    const auto store = created(disk);
    for (std::uint64_t i = 1; i <= 50; ++i) {
      if (disturbed) {
        unsigned char other[3];
        sqlite3_randomness(3, other);
      }
      expect_ok(store->write_log({.hard_state = {}, .entries = {entry(i, 1, "data")}}));
    }
    disk.crash(raft::Rng(seed, 9), Lose::kUnsynced);
    return disk.content_hash();
  };
  EXPECT_EQ(run(1, false), run(1, false));
  EXPECT_EQ(run(1, false), run(1, true));
  EXPECT_NE(run(1, false), run(2, false)) << "journal headers differ";
}

TEST(NodeStore, AfterACrashTheOldStoreTouchesNothing) {
  SimDisk disk;
  auto store = created(disk);
  fill(*store);
  disk.complete_all();
  disk.crash(raft::Rng(1), Lose::kUnsynced);
  const SimDisk before = disk;
  const Status status = store->write_log({.hard_state = {}, .entries = {entry(6, 2)}});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kIo);
  EXPECT_EQ(store->last_index(), Index{5});
  store.reset();
  EXPECT_TRUE(disk == before);
}

TEST(NodeStore, DyingInsideATransactionLeavesTheJournalToTheNextProcess) {
  for (const auto mode : {NodeStore::JournalMode::kTruncate, NodeStore::JournalMode::kPersist,
                          NodeStore::JournalMode::kDelete}) {
    // Each call of the transaction in turn is the last that is not made.
    for (std::uint64_t call = 1;; ++call) {
      SimDisk disk;
      auto store = *NodeStore::create(disk, three_voters(), {.journal_mode = mode});
      fill(*store);
      disk.complete_all();
      disk.set_faults({.power_off_at_call = disk.mutating_calls() + call});
      const Status status = store->write_log({.hard_state = {}, .entries = {entry(6, 2, "new")}});
      if (status) {
        EXPECT_GT(call, 8U) << "the trap must have sprung inside the transaction";
        break;
      }
      EXPECT_EQ(status.error().code, Code::kIo);
      disk.crash(raft::Rng(call), Lose::kNothing);
      const SimDisk before = disk;
      store.reset();
      ASSERT_TRUE(disk == before) << "call " << call;
      const auto again = opened(disk);
      ASSERT_NE(again, nullptr) << "call " << call;
      EXPECT_TRUE(again->problems().empty());
      EXPECT_TRUE(again->last_index() == Index{5} || again->last_index() == Index{6});
    }
  }
}

// --- Disk errors
// ------------------------------------------------------------------------------------

TEST(NodeStoreErrors, AFullDiskChangesNothingAndNeedsNoRestart) {
  SimDisk disk;
  const auto store = created(disk);
  fill(*store);
  const auto twin = opened(disk);
  for (std::uint64_t room = 0; room < 200'000; room += 10'000) {
    disk.set_faults({.capacity_bytes = disk.bytes_used() + room});
    const Status status =
        store->write_log({.hard_state = {}, .entries = {entry(6, 2, std::string(300'000, 'x'))}});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Code::kUnavailable) << status.error().message;
    kv::ApplyWrite apply;
    apply.applied = {5};
    apply.rows = {{"big", kv::Row{std::string(250'000, 'x'), {5}}}};
    const Status applied = store->write_apply(apply);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().code, Code::kUnavailable);
    EXPECT_EQ(store->last_index(), Index{5});
    EXPECT_EQ(store->applied(), Index{4});
  }
  disk.set_faults({});
  expect_same(*store, *twin);
  expect_ok(store->write_log({.hard_state = {}, .entries = {entry(6, 2, "fits")}}));
  const auto again = opened(disk);
  ASSERT_NE(again, nullptr);
  expect_same(*store, *again);
  EXPECT_EQ(again->log().at({6})->data, "fits");
}

TEST(NodeStoreErrors, AFailedWriteOrSyncStopsTheStoreAndLosesNothingAcknowledged) {
  for (const bool sync : {false, true}) {
    for (std::uint64_t skip = 0;; ++skip) {
      SimDisk disk;
      auto store = created(disk);
      fill(*store);
      disk.complete_all();
      DiskFaults faults;
      (sync ? faults.syncs : faults.writes) = FailCalls{.skip = skip, .times = 1};
      disk.set_faults(faults);
      const Status status = store->write_log({.hard_state = {}, .entries = {entry(6, 2, "new")}});
      if (status) {
        EXPECT_GE(skip, 4U);
        break;
      }
      EXPECT_EQ(status.error().code, Code::kIo);
      // Memory shows what the database shows.
      SimDisk as_read = disk;
      as_read.crash(raft::Rng(1), Lose::kNothing);
      const auto shown = opened(as_read);
      ASSERT_NE(shown, nullptr);
      EXPECT_TRUE(store->log() == shown->log()) << (sync ? "sync " : "write ") << skip;
      // No second try: nobody knows what the first left on the disk.
      const Status second = store->write_log({.hard_state = {}, .entries = {entry(6, 2, "new")}});
      ASSERT_FALSE(second);
      EXPECT_EQ(second.error().code, Code::kIo);
      disk.complete_all();
      disk.crash(raft::Rng(skip), Lose::kUnsynced);
      store.reset();
      const auto again = opened(disk);
      ASSERT_NE(again, nullptr);
      EXPECT_TRUE(again->problems().empty());
      EXPECT_TRUE(again->last_index() == Index{5} || again->last_index() == Index{6});
      EXPECT_EQ(again->log().at({5})->data, std::string("\0x", 2));
    }
  }
}

TEST(NodeStoreErrors, AFullDiskCannotBeFormattedAndIsLeftEmpty) {
  SimDisk disk;
  disk.set_faults({.capacity_bytes = 10'000});
  const auto store = NodeStore::create(disk, three_voters(), {});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Code::kUnavailable) << store.error().message;
  disk.set_faults({});
  EXPECT_NE(created(disk), nullptr);
}

// --- Databases that are not what they should be
// -----------------------------------------------------

TEST(NodeStoreOpen, AnEmptyDiskHasNoDatabase) {
  SimDisk disk;
  EXPECT_EQ(open_error(disk).code, Code::kNotFound);
}

TEST(NodeStoreOpen, CreatingTwiceIsRefused) {
  SimDisk disk;
  const auto store = created(disk);
  const auto second = NodeStore::create(disk, three_voters(), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::kInvalidArgument);
}

TEST(NodeStoreOpen, ForeignFilesAreRefused) {
  SimDisk text;
  text.put_file(NodeStore::kFileName, std::string(5000, 'x'));
  EXPECT_EQ(open_error(text).code, Code::kCorruption);

  SimDisk disk;
  created(disk);
  tamper(disk, "PRAGMA application_id=7");
  const Error error = open_error(disk);
  EXPECT_EQ(error.code, Code::kCorruption);
  EXPECT_NE(error.message.find("not a Raftarium node database"), std::string::npos)
      << error.message;
}

TEST(NodeStoreOpen, ANewerSchemaAsksForANewerProgram) {
  SimDisk disk;
  created(disk);
  tamper(disk, "PRAGMA user_version=3");
  const Error error = open_error(disk);
  EXPECT_EQ(error.code, Code::kVersion);
  EXPECT_NE(error.message.find("schema version 3"), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("newer Raftarium"), std::string::npos) << error.message;
}

TEST(NodeStoreOpen, OtherSchemaObjectsAreRefused) {
  for (const char* sql : {"CREATE VIEW v AS SELECT 1", "CREATE TABLE zzz(a)", "DROP TABLE sessions",
                          "CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM kv; END",
                          "ALTER TABLE kv ADD COLUMN more ANY"}) {
    SimDisk disk;
    created(disk);
    tamper(disk, sql);
    EXPECT_EQ(open_error(disk).code, Code::kCorruption) << sql;
  }
}

struct Damage {
  const char* sql;
  const char* message;  // part of it
};

TEST(NodeStoreOpen, DamagedRowsAreNamed) {
  const Damage all[] = {
      {"UPDATE log SET data = x'7075742063' WHERE idx = 2", "table log: row 2 does not match"},
      {"UPDATE log SET term = 2 WHERE idx = 3", "table log: row 3 does not match"},
      {"UPDATE log SET checksum = checksum + 1 WHERE idx = 4", "table log: row 4 does not match"},
      {"DELETE FROM log WHERE idx = 2", "table log: row 2 is missing"},
      {"DELETE FROM log WHERE idx = 1", "table log: row 1 is missing"},
      {"DELETE FROM log WHERE idx = 5", "end at index 4, but hard_state says that index 5"},
      {"DELETE FROM log", "end at index 0"},
      {"UPDATE hard_state SET vote = 1", "table hard_state: neither row"},
      {"DELETE FROM hard_state", "table hard_state: neither row"},
      {"UPDATE meta SET applied = 1", "table meta: neither row"},
      {"UPDATE meta SET config = '1,2;;;'", "table meta: neither row"},
  };
  for (const Damage& damage : all) {
    SimDisk disk;
    fill(*created(disk));
    tamper(disk, damage.sql);
    const std::string said = complaint(disk);
    EXPECT_NE(said.find(damage.message), std::string::npos) << damage.sql << ": " << said;
  }
}

TEST(NodeStoreOpen, DamagedRowsOfTheStateMachineAreNamedWhenTheyAreRead) {
  const Damage all[] = {
      {"UPDATE kv SET value = x'32' WHERE key = x'61'", "table kv: row \"a\" does not match"},
      {"UPDATE kv SET idx = 1 WHERE key = x'61'", "table kv: row \"a\" does not match"},
      {"DELETE FROM kv WHERE key = x'61'", "were lost"},
      {"UPDATE sessions SET sequence = 8", "table sessions: row 18446744073709551615"},
      {"DELETE FROM sessions", "were lost"},
  };
  for (const Damage& damage : all) {
    SimDisk disk;
    fill(*created(disk));
    tamper(disk, damage.sql);
    const auto store = opened(disk);
    ASSERT_NE(store, nullptr);
    const auto rows = store->load_rows();
    const auto sessions = store->load_sessions();
    EXPECT_FALSE(rows && sessions) << damage.sql;
    const std::string message = !rows ? rows.error().message : sessions.error().message;
    EXPECT_TRUE(message.find(damage.message) != std::string::npos ||
                sessions.error().message.find(damage.message) != std::string::npos)
        << damage.sql << ": " << message;
    EXPECT_FALSE(store->problems().empty());
  }
}

TEST(NodeStoreOpen, OneDamagedCopyIsNotedAndMendedByTheNextWrite) {
  for (const char* sql :
       {"UPDATE hard_state SET vote = 1 WHERE copy = 1", "DELETE FROM hard_state WHERE copy = 2",
        "UPDATE meta SET applied = 9 WHERE copy = 2"}) {
    SimDisk disk;
    fill(*created(disk));
    tamper(disk, sql);
    {
      const auto store = opened(disk);
      ASSERT_NE(store, nullptr) << sql;
      EXPECT_EQ(store->notes().size(), 1U) << sql;
      EXPECT_EQ(store->hard_state().vote, raft::NodeId{3});
      EXPECT_EQ(store->applied(), Index{4});
      expect_ok(store->write_log({.hard_state = store->hard_state(), .entries = {}}));
      kv::ApplyWrite apply;
      apply.applied = {4};
      apply.applied_term = {2};
      expect_ok(store->write_apply(apply));
    }
    const auto again = opened(disk);
    ASSERT_NE(again, nullptr);
    EXPECT_TRUE(again->notes().empty()) << sql;
  }
}

// Rows that were right once, as a disk leaves them that lost a write or put it elsewhere: each
// matches its own checksum, and only together they are wrong.
TEST(NodeStoreOpen, AStaleLogRowIsFoundByTheRowBehindIt) {
  SimDisk disk;
  const auto store = created(disk);
  expect_ok(
      store->write_log({.hard_state = {}, .entries = {entry(1, 1), entry(2, 1), entry(3, 1)}}));
  const std::string checksum = query(disk, "SELECT checksum FROM log WHERE idx = 2");
  expect_ok(store->write_log({.hard_state = {}, .entries = {entry(2, 2), entry(3, 2)}}));
  tamper(disk, "UPDATE log SET term = 1, checksum = " + checksum + " WHERE idx = 2");
  const std::string said = complaint(disk);
  EXPECT_NE(said.find("table log: row 3 does not match"), std::string::npos) << said;
}

// The last row has none behind it; hard_state remembers it.
TEST(NodeStoreOpen, AStaleLastRowIsRefused) {
  SimDisk disk;
  const auto store = created(disk);
  expect_ok(store->write_log({.hard_state = {}, .entries = {entry(1, 1), entry(2, 1)}}));
  const std::string checksum = query(disk, "SELECT checksum FROM log WHERE idx = 2");
  expect_ok(store->write_log({.hard_state = {}, .entries = {entry(2, 2)}}));
  tamper(disk, "UPDATE log SET term = 1, checksum = " + checksum + " WHERE idx = 2");
  const std::string said = complaint(disk);
  EXPECT_NE(said.find("row 2 is intact, but not the one"), std::string::npos) << said;
}

// An old hard state, as a lost write leaves it: the log has gone on since, and the vote may have.
TEST(NodeStoreOpen, AnOldHardStateIsRefused) {
  SimDisk disk;
  const auto store = created(disk);
  expect_ok(
      store->write_log({.hard_state = raft::HardState{{1}, {2}, {}}, .entries = {entry(1, 1)}}));
  tamper(disk, "CREATE TABLE old AS SELECT * FROM hard_state");
  expect_ok(
      store->write_log({.hard_state = raft::HardState{{2}, {3}, {}}, .entries = {entry(2, 2)}}));
  tamper(disk, "DELETE FROM hard_state; INSERT INTO hard_state SELECT * FROM old; DROP TABLE old");
  const std::string said = complaint(disk);
  EXPECT_NE(said.find("row 2 lies behind index 1"), std::string::npos) << said;
}

// Rot is no torn tail: rows behind the damage stay until a leader has sent the log again.
TEST(NodeStoreDamage, EntriesMendTheirRowsAndWhatIsBehindThemStays) {
  SimDisk disk;
  fill(*created(disk));
  tamper(disk, "UPDATE log SET data = x'00' WHERE idx = 2");
  tamper(disk, "UPDATE log SET data = x'00' WHERE idx = 4");
  auto store = opened(disk);
  ASSERT_TRUE(store->damage());
  EXPECT_EQ(store->damage()->first, Index{2});
  EXPECT_EQ(store->damage()->end, (raft::LogEnd{{5}, {2}}));
  EXPECT_EQ(store->last_index(), Index{1});
  EXPECT_EQ(store->applied(), Index{4});
  EXPECT_EQ(store->initial_state()->lost_end, store->damage()->end);
  EXPECT_EQ(store->problems().size(), 1u);

  // Term and vote change; the record of where the log ended stays.
  expect_ok(store->write_log({.hard_state = raft::HardState{{3}, {1}, {4}}, .entries = {}}));
  expect_ok(store->write_log({.hard_state = {}, .entries = {entry(2, 1, "put a")}}));
  EXPECT_EQ(store->damage()->first, Index{3});
  EXPECT_EQ(query(disk, "SELECT count(*) FROM log"), "5");
  // The next process finds row 3 as good as it always was.
  store = opened(disk);
  EXPECT_EQ(store->damage()->first, Index{4});
  EXPECT_EQ(store->last_index(), Index{3});
  EXPECT_EQ(store->hard_state().vote, raft::NodeId{1});
  expect_ok(store->write_log({.hard_state = {}, .entries = {entry(4, 2)}}));
  EXPECT_TRUE(store->damage());
  store = opened(disk);
  EXPECT_FALSE(store->damage());
  EXPECT_EQ(store->last_index(), Index{5});
  EXPECT_TRUE(store->problems().empty());
}

TEST(NodeStoreDamage, ANewerLogTakesThePlaceOfTheLostOne) {
  SimDisk disk;
  fill(*created(disk));
  tamper(disk, "DELETE FROM log WHERE idx = 3");
  auto store = opened(disk);
  expect_ok(store->write_log({.hard_state = raft::HardState{{3}, {1}, {2}},
                              .entries = {entry(3, 1, "put b"), entry(4, 3)}}));
  EXPECT_FALSE(store->damage());
  EXPECT_EQ(query(disk, "SELECT count(*) FROM log"), "4");
  store = opened(disk);
  EXPECT_FALSE(store->damage());
  EXPECT_EQ(store->last_index(), Index{4});
  EXPECT_EQ(*store->term({4}), Term{3});
}

TEST(NodeStoreOpen, TwoIntactCopiesThatDifferAreRefused) {
  SimDisk disk;
  const auto store = created(disk);
  expect_ok(store->write_log({.hard_state = raft::HardState{{1}, {2}, {0}}, .entries = {}}));
  const std::string checksum = query(disk, "SELECT checksum FROM hard_state WHERE copy = 2");
  expect_ok(store->write_log({.hard_state = raft::HardState{{1}, {3}, {0}}, .entries = {}}));
  tamper(disk, "UPDATE hard_state SET vote = 2, checksum = " + checksum + " WHERE copy = 2");
  const Error error = open_error(disk);
  EXPECT_EQ(error.code, Code::kCorruption);
  EXPECT_NE(error.message.find("hard_state: rows 1 and 2 differ"), std::string::npos)
      << error.message;
}

TEST(NodeStoreOpen, ABitThatFlipsInALogRowIsFound) {
  SimDisk disk;
  {
    const auto store = created(disk);
    expect_ok(
        store->write_log({.hard_state = {}, .entries = {entry(1, 1, "needle in a haystack")}}));
  }
  const std::size_t at = disk.contents(NodeStore::kFileName)->find("needle");
  ASSERT_NE(at, std::string::npos);
  disk.flip(NodeStore::kFileName, at + 3, 0x10);
  const std::string said = complaint(disk);
  EXPECT_NE(said.find("table log: row 1"), std::string::npos) << said;
}

// SQLite's own checks see few of these (about 5 % of the harmful ones in an experiment); with ours
// no flip may change what is read without an error.
TEST(NodeStoreOpen, NoFlippedBitChangesWhatIsReadUnnoticed) {
  SimDisk good;
  const auto store = created(good);
  fill(*store);
  for (std::uint64_t i = 6; i < 40; ++i) {
    expect_ok(store->write_log({.hard_state = raft::HardState{{3}, {2}, {5}},
                                .entries = {entry(i, 3, std::string(90, 'd'))}}));
    kv::ApplyWrite apply;
    apply.applied = {i};
    apply.applied_term = {3};
    apply.rows = {{"key" + std::to_string(i), kv::Row{std::string(60, 'v'), {i}}}};
    apply.sessions = {{i, kv::Session{1, "ok", {i}}}};
    expect_ok(store->write_apply(apply));
  }
  good.complete_all();
  const kv::Rows rows = *store->load_rows();
  const kv::Sessions sessions = *store->load_sessions();
  const std::uint64_t size = good.contents(NodeStore::kFileName)->size();
  raft::Rng rng(11);
  int refused = 0;
  int harmless = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    SimDisk disk = good;
    const std::uint64_t at = rng.below(size);
    const std::uint64_t bit = rng.below(8);
    disk.flip(NodeStore::kFileName, at, static_cast<unsigned char>(1U << bit));
    const auto again = NodeStore::open(disk, {});
    if (!again) {
      ++refused;
      continue;
    }
    const auto its_rows = (*again)->load_rows();
    const auto its_sessions = (*again)->load_sessions();
    if (!its_rows || !its_sessions || (*again)->damage()) {
      ++refused;
      continue;
    }
    ++harmless;
    EXPECT_TRUE((*again)->log() == store->log()) << "byte " << at << " bit " << bit;
    EXPECT_EQ((*again)->hard_state(), store->hard_state()) << "byte " << at << " bit " << bit;
    EXPECT_EQ((*again)->applied(), store->applied()) << "byte " << at << " bit " << bit;
    EXPECT_EQ((*again)->config(), store->config()) << "byte " << at << " bit " << bit;
    EXPECT_TRUE(*its_rows == rows) << "byte " << at << " bit " << bit;
    EXPECT_TRUE(*its_sessions == sessions) << "byte " << at << " bit " << bit;
  }
  EXPECT_GT(refused, 500);
  EXPECT_GT(harmless, 100) << "most bytes are free space";
}

// Many entries of one write go into the table by statements of several rows.
TEST(NodeStore, WritesOfAnyNumberOfEntriesAreKept) {
  for (const std::uint64_t count : {1U, 15U, 16U, 17U, 33U}) {
    SimDisk disk;
    auto store = *NodeStore::create(disk, {{{1}}, {}, {}, {}, false}, {});
    const auto append = [&](std::uint64_t first, std::uint64_t term) {
      kv::LogWrite write;
      for (std::uint64_t i = first; i < first + count; ++i) {
        write.entries.push_back(std::make_shared<const raft::Entry>(raft::Entry{
            {term}, {i}, raft::EntryType::kNormal, std::to_string(i) + std::string(i % 7, 'x')}));
      }
      EXPECT_TRUE(store->write_log(write)) << count;
    };
    append(1, 1);
    append(count + 1, 1);
    append(count, 2);  // replaces the last of the first and nearly all of the second
    const raft::EntryList log = store->log();
    EXPECT_EQ(log.last_index(), raft::Index{2 * count - 1});
    store = *NodeStore::open(disk, {});
    EXPECT_TRUE(store->log() == log) << count;
    EXPECT_TRUE(store->problems().empty()) << count;
  }
}

// By its definition, bit by bit; every length, since eight bytes are taken at a time.
TEST(Crc32c, IsTheCastagnoliChecksum) {
  const auto bit_by_bit = [](std::uint32_t crc, std::string_view bytes) {
    crc = ~crc;
    for (const char c : bytes) {
      crc ^= static_cast<unsigned char>(c);
      for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78U : 0U);
    }
    return ~crc;
  };
  EXPECT_EQ(crc32c(0, std::string_view("123456789")), 0xE3069283U);
  const std::string text = "\xff\x80 what is summed up, \x01 and what is behind it";
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const std::string_view bytes = std::string_view(text).substr(0, length);
    EXPECT_EQ(crc32c(7, bytes), bit_by_bit(7, bytes)) << length;
    EXPECT_EQ(crc32c_by_tables(7, bytes), bit_by_bit(7, bytes)) << length;
  }
  EXPECT_EQ(crc32c(7, std::uint64_t{0x6867666564636261}), bit_by_bit(7, "abcdefgh"));
  EXPECT_EQ(crc32c_by_tables(7, std::uint64_t{0x6867666564636261}), bit_by_bit(7, "abcdefgh"));
}

}  // namespace
}  // namespace storage
