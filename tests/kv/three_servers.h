// Three servers with a network in the test's hand: a leader whose log is compacted, and a follower
// that needs a snapshot.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kv/server.h"
#include "storage/node_store.h"
#include "storage/sim_disk.h"

namespace kv_test {

using kv::ChunkVerdict;
using kv::Op;

inline constexpr std::uint64_t kChunk = 100;

struct Node {
  storage::SimDisk disk;
  std::optional<kv::Server> server;
};

// Three nodes; every write is durable at once. Raft's messages travel at once between those that
// are linked; chunks and their answers wait in `chunks` and `replies`.
class SnapshotTest : public testing::Test {
 protected:
  void SetUp() override {
    for (std::uint64_t id = 1; id <= 3; ++id) open(id);
    linked_ = {1, 2, 3};
    ASSERT_TRUE(at(1).raft().campaign());
    settle();
    ASSERT_EQ(at(1).raft().role(), raft::Role::kLeader);
  }

  void open(std::uint64_t id) {
    Node& node = nodes_[id];
    node.server.reset();
    raft::ConfState config;
    config.voters = {{1}, {2}, {3}};
    auto store = node.disk.bytes_used() == 0 ? storage::NodeStore::create(node.disk, config, {})
                                             : storage::NodeStore::open(node.disk, {});
    ASSERT_TRUE(store) << store.error().message;
    raft::Config core;
    core.id = {id};
    core.rng = raft::Rng(id);
    core.election_tick = 1000;
    kv::ServerOptions options;
    options.snapshot.chunk_bytes = kChunk;
    options.snapshot.window = window_;
    options.snapshot.streams = streams_;
    options.snapshot.rate = rate_;
    auto server = kv::Server::open({core, options}, *std::move(store), nullptr);
    ASSERT_TRUE(server) << server.error().message;
    node.server.emplace(*std::move(server));
  }

  kv::Server& at(std::uint64_t id) { return *nodes_[id].server; }

  // One node's Ready loop to its end.
  void run(std::uint64_t id) {
    kv::Server& server = at(id);
    while (server.has_chunk() || server.has_work()) {
      auto round = server.has_chunk() ? server.stage_chunk() : server.persist_ready();
      ASSERT_TRUE(round) << round.error().message;
      nodes_[id].disk.complete_all();
      if (round->wrote) server.log_durable(round->number);
      for (raft::Message& message : round->messages) mail_.push_back(std::move(message));
      ASSERT_TRUE(server.apply_committed());
      nodes_[id].disk.complete_all();
    }
    for (kv::SyncedMessage& synced : server.take_synced_messages()) {
      mail_.push_back(std::move(synced.message));
    }
    for (auto& chunk : server.take_chunks()) chunks_.push_back(chunk);
    for (auto& reply : server.take_chunk_replies()) replies_.push_back(reply);
    for (auto& note : server.take_notes()) notes_.push_back(note);
    transfers_ += server.take_transfers_begun().size();
  }

  // Delivers Raft's messages until nothing moves.
  void settle() {
    for (std::uint64_t id = 1; id <= 3; ++id) run(id);
    while (!mail_.empty()) {
      const raft::Message message = mail_.front();
      mail_.pop_front();
      ASSERT_NE(message.type, raft::MessageType::kSnapshot);
      if (linked_.count(message.to.value) == 0 || linked_.count(message.from.value) == 0) continue;
      (void)at(message.to.value).raft().step(message);
      run(message.to.value);
    }
  }

  void tick() {
    for (std::uint64_t id = 1; id <= 3; ++id) at(id).tick();
    settle();
    for (std::uint64_t id = 1; id <= 3; ++id) {
      ASSERT_TRUE(at(id).maintain());
      nodes_[id].disk.complete_all();
    }
    settle();
  }

  kv::Answer ask(std::uint64_t id, const kv::Command& command) {
    at(id).request(++ticket_, {}, command);
    settle();
    for (const kv::Answer& answer : at(id).take_answers()) {
      if (answer.ticket == ticket_) return answer;
    }
    ADD_FAILURE() << "no answer";
    return {};
  }

  void lead(std::uint64_t id) {
    ASSERT_TRUE(at(id).raft().campaign());
    settle();
    ASSERT_EQ(at(id).raft().role(), raft::Role::kLeader);
  }

  void put(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      at(1).request(++ticket_, {}, {Op::kPut, "k" + std::to_string(i), std::string(30, 'v')});
      settle();
    }
  }

  // n3 misses 20 entries and a compaction: it needs a snapshot of several chunks.
  void leave_n3_behind() {
    linked_ = {1, 2};
    put(20);
    ASSERT_TRUE(at(1).compact({}));
    settle();
    linked_ = {1, 2, 3};
    for (int i = 0; i < 5 && chunks_.empty(); ++i) tick();
    ASSERT_FALSE(chunks_.empty());
    ASSERT_GT(chunks_.front()->count, 5u);
  }

  void deliver(const kv::SnapshotChunk& chunk) {
    at(chunk.to.value).receive(chunk);
    settle();
  }
  void deliver_reply(const kv::ChunkReply& reply) {
    at(reply.to.value).receive(reply);
    settle();
  }

  // Both kinds, until nothing is left.
  void deliver_all() {
    while (!chunks_.empty() || !replies_.empty()) {
      if (!chunks_.empty()) {
        const auto chunk = chunks_.front();
        chunks_.pop_front();
        deliver(*chunk);
      } else {
        const auto reply = replies_.front();
        replies_.pop_front();
        deliver_reply(*reply);
      }
    }
  }

  kv::ChunkPtr deliver_all_but_the_last() {
    for (;;) {
      const auto chunk = chunks_.front();
      chunks_.pop_front();
      if (chunk->number == chunk->count) return chunk;
      deliver(*chunk);
      for (const auto& reply : std::exchange(replies_, {})) deliver_reply(*reply);
    }
  }

  // n3 has the chunk on its disk, and its core has not heard of it.
  Result<kv::Round> stage_durably(const kv::SnapshotChunk& chunk) {
    at(3).receive(chunk);
    auto round = at(3).stage_chunk();
    nodes_[3].disk.complete_all();
    return round;
  }

  void expect_caught_up() {
    for (int i = 0; i < 3; ++i) tick();
    deliver_all();
    EXPECT_EQ(at(3).rows(), at(1).rows());
    EXPECT_EQ(at(3).sessions(), at(1).sessions());
    EXPECT_EQ(at(3).applied(), at(1).applied());
    EXPECT_EQ(at(3).store().conf_version(), at(1).store().conf_version());
    const auto& store = static_cast<const storage::NodeStore&>(at(3).store());
    EXPECT_EQ(store.problems(), std::vector<std::string>{});
  }

  std::uint64_t buffered() {
    std::uint64_t bytes = 0;
    for (const auto& transfer : at(1).snapshots().transfers()) bytes += transfer.buffered_bytes;
    return bytes;
  }

  std::map<std::uint64_t, Node> nodes_;
  std::set<std::uint64_t> linked_;
  std::deque<raft::Message> mail_;
  std::deque<kv::ChunkPtr> chunks_;
  std::deque<kv::ReplyPtr> replies_;
  std::vector<std::string> notes_;
  std::uint64_t transfers_ = 0;
  std::uint64_t window_ = 4;
  std::uint64_t streams_ = 2;
  std::uint64_t rate_ = 0;
  kv::Ticket ticket_ = 0;
};

}  // namespace kv_test
