// One server on its own, on a real database: a cluster of one needs no network.
#pragma once

#include <gtest/gtest.h>

#include <optional>

#include "kv/server.h"
#include "storage/node_store.h"
#include "storage/sim_disk.h"

namespace kv_test {

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
    auto server = kv::Server::open({config, options_}, *std::move(store), nullptr);
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

  void tick() {
    server_->tick();
    run();
    ASSERT_TRUE(server_->maintain());
    disk_.complete_all();
  }

  Answer ask(const Command& command) {
    server_->request(++ticket_, {}, command);
    run();
    auto answers = server_->take_answers();
    EXPECT_EQ(answers.size(), 1u);
    if (answers.empty()) return {};
    EXPECT_EQ(answers.front().ticket, ticket_);
    return answers.front();
  }

  kv::ServerOptions options_;
  storage::SimDisk disk_;
  std::optional<kv::Server> server_;
  kv::Ticket ticket_ = 0;
};

}  // namespace kv_test
