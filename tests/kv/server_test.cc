#include "kv/server.h"

#include "tests/kv/one_server.h"

namespace {

using namespace kv_test;

TEST_F(ServerTest, AFollowerAnswersNotLeaderWithItsHint) {
  const Answer answer = ask({Op::kPut, "x", "1"});
  EXPECT_EQ(answer.error, ErrorKind::kNotLeader);
  EXPECT_EQ(answer.hint, raft::kNoNode);
}

TEST_F(ServerTest, OperationsOnOneKey) {
  lead();
  EXPECT_EQ(ask({Op::kRead, "x"}).output, (kv::Output{true, std::nullopt}));
  EXPECT_EQ(ask({Op::kPut, "x", "1"}).output, (kv::Output{}));
  EXPECT_EQ(ask({Op::kRead, "x"}).output, (kv::Output{true, "1"}));
  EXPECT_EQ(ask({Op::kAppend, "x", "2"}).output, (kv::Output{true, "12"}));
  EXPECT_EQ(ask({Op::kCas, "x", "3", std::string("1")}).output, (kv::Output{true, "false"}));
  EXPECT_EQ(ask({Op::kCas, "x", "3", std::string("12")}).output, (kv::Output{true, "true"}));
  EXPECT_EQ(ask({Op::kCas, "x", "4", std::nullopt}).output, (kv::Output{true, "false"}));
  EXPECT_EQ(ask({Op::kDelete, "x"}).output, (kv::Output{true, "true"}));
  EXPECT_EQ(ask({Op::kDelete, "x"}).output, (kv::Output{true, "false"}));
  EXPECT_EQ(ask({Op::kCas, "x", "5", std::nullopt}).output, (kv::Output{true, "true"}));
}

TEST_F(ServerTest, ARetriedRequestTakesEffectOnce) {
  lead();
  const Command increment{Op::kAppend, "n", "i", std::nullopt, 9, 1};
  EXPECT_EQ(ask(increment).output, (kv::Output{true, "i"}));
  EXPECT_EQ(ask(increment).output, (kv::Output{true, "i"}));
  Command next = increment;
  next.sequence = 2;
  EXPECT_EQ(ask(next).output, (kv::Output{true, "ii"}));
}

TEST_F(ServerTest, HeadersAreCheckedInOrder) {
  lead();
  auto refused = [&](kv::Header header) {
    server_->request(++ticket_, header, {Op::kPut, "x", "1"});
    auto answers = server_->take_answers();
    return answers.empty() ? ErrorKind::kNone : answers.front().error;
  };
  EXPECT_EQ(refused({raft::NodeId{2}, {}, {}}), ErrorKind::kStoreNotMatch);
  EXPECT_EQ(refused({{}, {}, 2}), ErrorKind::kEpochNotMatch);
  EXPECT_EQ(refused({raft::NodeId{1}, raft::Term{1}, 1}), ErrorKind::kNone);
}

TEST_F(ServerTest, AnAnswerWaitsForTheDisk) {
  lead();
  server_->request(1, {}, {Op::kPut, "x", "1"});
  auto round = server_->persist_ready();
  ASSERT_TRUE(round);
  ASSERT_TRUE(round->wrote);
  EXPECT_FALSE(server_->has_work());
  EXPECT_TRUE(server_->take_answers().empty());
  EXPECT_EQ(server_->rows().count("x"), 0u);
  disk_.complete_all();
  server_->log_durable(round->number);
  run();
  EXPECT_EQ(server_->take_answers().size(), 1u);
  EXPECT_EQ(server_->rows().at("x").value, "1");
}

TEST_F(ServerTest, RowsSessionsAndAppliedIndexComeBackTogether) {
  lead();
  ask({Op::kAppend, "n", "i", std::nullopt, 9, 1});
  const raft::Index applied = server_->applied();
  server_.reset();
  disk_.crash(raft::Rng(3), storage::Lose::kUnsynced);
  open();
  EXPECT_EQ(server_->applied(), applied);
  EXPECT_EQ(server_->rows().at("n").value, "i");
  lead();
  EXPECT_EQ(ask({Op::kAppend, "n", "i", std::nullopt, 9, 1}).output, (kv::Output{true, "i"}));
}

TEST_F(ServerTest, ALocalReadAnswersAtOnceWhoeverLeads) {
  server_->request(1, {}, {Op::kRead, "x"}, kv::ReadWay::kLocal);
  const auto answers = server_->take_answers();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers.front().error, ErrorKind::kNone);
  EXPECT_EQ(answers.front().output, (kv::Output{true, std::nullopt}));
}

TEST_F(ServerTest, ACloneGoesTheSameWay) {
  lead();
  ask({Op::kPut, "x", "1"});
  storage::SimDisk copy = disk_;
  const auto& store = static_cast<const storage::NodeStore&>(server_->store());
  kv::Server other = server_->clone(store.clone(copy), nullptr);
  ask({Op::kPut, "x", "2"});
  EXPECT_EQ(other.rows().at("x").value, "1");
  other.request(1, {}, {Op::kPut, "x", "2"});
  auto round = other.persist_ready();
  ASSERT_TRUE(round);
  copy.complete_all();
  other.log_durable(round->number);
  ASSERT_TRUE(other.persist_ready());
  ASSERT_TRUE(other.apply_committed());
  EXPECT_EQ(other.rows(), server_->rows());
}

TEST_F(ServerTest, AScanReadsARangeInOrder) {
  lead();
  for (const char* key : {"a", "b", "bb", "c"}) ask({Op::kPut, key, "1"});
  using Rows = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(ask({Op::kScan, "b", "c"}).output.rows, (Rows{{"b", "1"}, {"bb", "1"}, {"c", "1"}}));
  EXPECT_EQ(ask({Op::kScan, "bc", "bz"}).output.rows, Rows{});
  EXPECT_EQ(ask({Op::kScan, "c", "a"}).output.rows, Rows{});
}

TEST_F(ServerTest, ABatchIsAppliedTogetherAndOnce) {
  lead();
  Command batch;
  batch.op = Op::kBatch;
  batch.client = 4;
  batch.sequence = 1;
  batch.ops = {{Op::kPut, "x", "1"}, {Op::kAppend, "x", "2"}, {Op::kRead, "x"}, {Op::kDelete, "y"}};
  const kv::Output expected{
      false, std::nullopt, {}, {{}, {true, "12"}, {true, "12"}, {true, "false"}}};
  EXPECT_EQ(ask(batch).output, expected);
  EXPECT_EQ(ask(batch).output, expected);
  EXPECT_EQ(server_->rows().at("x").value, "12");
  // What it changed lies in one transaction.
  const std::uint64_t before = disk_.transactions();
  batch.sequence = 2;
  ask(batch);
  EXPECT_EQ(disk_.transactions(), before + 2);  // the log, then the rows
}

TEST_F(ServerTest, ABatchBeyondItsLimitsIsDropped) {
  lead();
  Command batch;
  batch.op = Op::kBatch;
  batch.ops.resize(kv::kMaxBatchOps + 1);
  EXPECT_EQ(ask(batch).error, ErrorKind::kDropped);
  batch.ops = {{Op::kPut, std::string(kv::kMaxKeyBytes + 1, 'k'), ""}};
  EXPECT_EQ(ask(batch).error, ErrorKind::kDropped);
}

// "oldest out, by log order": the limit travels in the log, so that every node forgets the same.
TEST_F(ServerTest, SessionsBeyondTheLimitAreForgottenOldestFirst) {
  options_.session_limit = 2;
  open();
  lead();
  for (std::uint64_t client : {7u, 8u, 7u, 9u}) {
    static std::uint64_t sequence = 0;
    ask({Op::kAppend, "x", "i", std::nullopt, client, ++sequence});
  }
  ASSERT_EQ(server_->sessions().size(), 2u);
  EXPECT_EQ(server_->sessions().count(8), 0u);
  const auto sessions = server_->sessions();
  server_.reset();
  disk_.crash(raft::Rng(1), storage::Lose::kUnsynced);
  open();
  EXPECT_EQ(server_->sessions(), sessions);
}

TEST_F(ServerTest, AWrongStoreIsToldBeforeAnythingElse) {
  // A follower, a stale term and a wrong configuration: the store comes first, then leadership.
  const auto refused = [&](kv::Header header) {
    server_->request(++ticket_, header, {Op::kPut, "x", "1"});
    return server_->take_answers().at(0).error;
  };
  EXPECT_EQ(refused({raft::NodeId{2}, raft::Term{0}, 2}), ErrorKind::kStoreNotMatch);
  EXPECT_EQ(refused({{}, raft::Term{0}, 2}), ErrorKind::kNotLeader);
  lead();
  server_.reset();
  open();
  lead();  // term 2
  EXPECT_EQ(refused({{}, raft::Term{0}, 2}), ErrorKind::kStaleCommand);
  EXPECT_EQ(refused({{}, raft::Term{1}, 2}), ErrorKind::kEpochNotMatch);
}

}  // namespace
