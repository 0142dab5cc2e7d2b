// One server on its own, on a real database: a cluster of one needs no network.
#include "kv/server.h"

#include <gtest/gtest.h>

#include "storage/node_store.h"
#include "storage/sim_disk.h"

namespace {

using kv::Answer;
using kv::Command;
using kv::ErrorKind;
using kv::Op;

class ServerTest : public testing::Test {
 protected:
  void SetUp() override { open(); }

  void open() {
    raft::ConfState alone;
    alone.voters = {raft::NodeId{1}};
    auto store = disk_.bytes_used() == 0 ? storage::NodeStore::create(disk_, alone, {})
                                         : storage::NodeStore::open(disk_, {});
    ASSERT_TRUE(store) << store.error().message;
    raft::Config config;
    config.id = {1};
    config.rng = raft::Rng(1);
    auto server = kv::Server::open({config}, *std::move(store), nullptr);
    ASSERT_TRUE(server) << server.error().message;
    server_.emplace(*std::move(server));
  }

  void lead() {
    ASSERT_TRUE(server_->raft().campaign());
    run();
    ASSERT_EQ(server_->raft().role(), raft::Role::kLeader);
  }

  // Runs the Ready loop; every write is durable at once.
  void run() {
    while (server_->has_work()) {
      auto round = server_->persist_ready();
      ASSERT_TRUE(round) << round.error().message;
      disk_.complete_all();
      if (round->wrote) server_->log_durable(round->number);
      ASSERT_TRUE(server_->apply_committed());
      disk_.complete_all();
    }
  }

  Answer ask(const Command& command) {
    server_->request(++ticket_, {}, command, false);
    run();
    auto answers = server_->take_answers();
    EXPECT_EQ(answers.size(), 1u);
    if (answers.empty()) return {};
    EXPECT_EQ(answers.front().ticket, ticket_);
    return answers.front();
  }

  storage::SimDisk disk_;
  std::optional<kv::Server> server_;
  kv::Ticket ticket_ = 0;
};

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
    server_->request(++ticket_, header, {Op::kPut, "x", "1"}, false);
    auto answers = server_->take_answers();
    return answers.empty() ? ErrorKind::kNone : answers.front().error;
  };
  EXPECT_EQ(refused({raft::NodeId{2}, {}, {}}), ErrorKind::kStoreNotMatch);
  EXPECT_EQ(refused({{}, {}, 2}), ErrorKind::kEpochNotMatch);
  EXPECT_EQ(refused({raft::NodeId{1}, raft::Term{1}, 1}), ErrorKind::kNone);
}

TEST_F(ServerTest, AnAnswerWaitsForTheDisk) {
  lead();
  server_->request(1, {}, {Op::kPut, "x", "1"}, false);
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
  server_->request(1, {}, {Op::kRead, "x"}, true);
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
  other.request(1, {}, {Op::kPut, "x", "2"}, false);
  auto round = other.persist_ready();
  ASSERT_TRUE(round);
  copy.complete_all();
  other.log_durable(round->number);
  ASSERT_TRUE(other.persist_ready());
  ASSERT_TRUE(other.apply_committed());
  EXPECT_EQ(other.rows(), server_->rows());
}

}  // namespace
