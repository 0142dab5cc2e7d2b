// Compaction: what is proposed, what is cut at once and what is deleted later.
#include "tests/kv/one_server.h"

namespace {

using namespace kv_test;

class LogGcTest : public ServerTest {
 protected:
  void put(std::uint64_t count, const std::string& value = "1") {
    for (std::uint64_t i = 0; i < count; ++i) ask({Op::kPut, "k" + std::to_string(i % 7), value});
  }

  std::uint64_t first() const { return server_->store().first_index().value; }
};

TEST_F(LogGcTest, OnlyALeaderProposesIt) {
  const auto refused = server_->compact({});
  ASSERT_TRUE(refused);
  EXPECT_EQ(*refused, ErrorKind::kNotLeader);
}

TEST_F(LogGcTest, WhatIsNotAppliedStays) {
  lead();
  put(5);
  EXPECT_FALSE(server_->compact(raft::next_index(server_->applied())));
  ASSERT_TRUE(server_->compact({4}));
  run();
  EXPECT_EQ(first(), 5u);
  EXPECT_EQ(server_->store().term({4})->value, 1u);
  EXPECT_EQ(server_->store().term({3}).error().code, Code::kNotFound);
  // Below the first entry: nothing.
  const raft::Index last = server_->raft().last_index();
  ASSERT_TRUE(server_->compact({2}));
  run();
  EXPECT_EQ(server_->raft().last_index(), last);
}

TEST_F(LogGcTest, ByDefaultAllButTheLastAppliedEntryGoes) {
  lead();
  put(9);
  const raft::Index applied = server_->applied();
  ASSERT_TRUE(server_->compact({}));
  run();
  EXPECT_EQ(first(), applied.value);
}

TEST_F(LogGcTest, TheTruncatedStateSurvivesACrashAndSoDoTheEntriesBehindIt) {
  lead();
  put(20);
  ASSERT_TRUE(server_->compact({15}));
  run();
  const auto rows = server_->rows();
  server_.reset();
  disk_.crash(raft::Rng(5), storage::Lose::kUnsynced);
  open();
  EXPECT_EQ(first(), 16u);
  EXPECT_EQ(server_->store().term({15})->value, 1u);
  EXPECT_EQ(server_->rows(), rows);
  lead();
  put(3);
  const auto& store = static_cast<const storage::NodeStore&>(server_->store());
  EXPECT_EQ(store.problems(), std::vector<std::string>{});
}

// Compaction and its truncated state are one transaction with the applied index: after a crash
// before it is durable the log is whole again.
TEST_F(LogGcTest, ACrashBeforeItIsDurableBringsTheEntriesBack) {
  lead();
  put(20);
  ASSERT_TRUE(server_->compact({15}));
  auto round = server_->persist_ready();
  ASSERT_TRUE(round);
  disk_.complete_all();
  server_->log_durable(round->number);
  ASSERT_TRUE(server_->persist_ready());
  ASSERT_TRUE(server_->apply_committed());
  ASSERT_EQ(first(), 16u);
  server_.reset();
  disk_.crash(raft::Rng(6), storage::Lose::kUnsynced);
  open();
  EXPECT_EQ(first(), 1u);
  EXPECT_EQ(server_->store().last_index(), (raft::Index{22}));
}

TEST_F(LogGcTest, RowsAreDeletedInPiecesOneATick) {
  lead();
  put(600);
  ASSERT_TRUE(server_->compact({590}));
  run();
  const auto& store = static_cast<const storage::NodeStore&>(server_->store());
  EXPECT_TRUE(store.compacted_rows() > 0);
  std::uint64_t ticks = 0;
  while (store.compacted_rows() > 0 && ticks < 100) {
    const std::uint64_t before = disk_.transactions();
    tick();
    ++ticks;
    EXPECT_LE(disk_.transactions(), before + 1);
    ask({Op::kPut, "x", std::to_string(ticks)});  // service goes on
  }
  EXPECT_EQ(ticks, 3u);
  EXPECT_EQ(store.problems(), std::vector<std::string>{});
}

TEST_F(LogGcTest, ByCountTheLogStaysWithinTwiceTheLimit) {
  options_.log_gc_count = 10;
  open();
  lead();
  for (int i = 0; i < 100; ++i) {
    put(1);
    tick();
    EXPECT_LE(server_->applied().value - (first() - 1), 20u);
  }
  EXPECT_GT(first(), 80u);
}

TEST_F(LogGcTest, BySizeTheLogStaysNearTheLimit) {
  options_.log_gc_bytes = 10000;
  open();
  lead();
  for (int i = 0; i < 100; ++i) {
    put(1, std::string(1000, 'v'));
    tick();
    EXPECT_LE(server_->applied().value - (first() - 1), 20u);
  }
  EXPECT_GT(first(), 80u);
}

}  // namespace
