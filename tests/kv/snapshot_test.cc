// Snapshots between servers: chunks that are lost, doubled, late, damaged; crashes; what the leader
// keeps and what it lets go.
#include "kv/snapshot.h"

#include <algorithm>

#include "tests/kv/three_servers.h"

namespace {

using namespace kv_test;

TEST_F(SnapshotTest, AFollowerGetsWhatTheLogNoLongerHas) {
  leave_n3_behind();
  deliver_all();
  expect_caught_up();
  EXPECT_EQ(transfers_, 1u);
  EXPECT_GT(at(3).store().first_index().value, 1u);
}

TEST_F(SnapshotTest, NoMoreThanAWindowIsUnderWayAndInMemory) {
  leave_n3_behind();
  std::uint64_t delivered = 0;
  while (!chunks_.empty()) {
    EXPECT_LE(chunks_.size(), window_);
    EXPECT_LE(buffered(), (window_ + 1) * kChunk + 100);  // and one row that was read past the last
    const auto chunk = chunks_.front();
    chunks_.pop_front();
    deliver(*chunk);
    ++delivered;
    while (!replies_.empty()) {
      const auto reply = replies_.front();
      replies_.pop_front();
      deliver_reply(*reply);
    }
  }
  EXPECT_GT(delivered, 5u);
  expect_caught_up();
}

TEST_F(SnapshotTest, WritesGoOnBesideIt) {
  leave_n3_behind();
  while (!chunks_.empty()) {
    put(1);
    deliver_all();
  }
  put(3);
  expect_caught_up();
  EXPECT_EQ(transfers_, 1u);
}

TEST_F(SnapshotTest, ChunksMayComeInAnyOrderAndTwice) {
  leave_n3_behind();
  while (!chunks_.empty()) {
    const auto chunk = chunks_.back();
    chunks_.pop_back();
    deliver(*chunk);
    deliver(*chunk);
    for (const auto& reply : std::exchange(replies_, {})) deliver_reply(*reply);
  }
  expect_caught_up();
  EXPECT_EQ(transfers_, 1u);
}

TEST_F(SnapshotTest, LostChunksAndAnswersAreSentAgain) {
  leave_n3_behind();
  std::uint64_t turn = 0;
  for (int round = 0; round < 300 && at(3).applied() < at(1).applied(); ++round) {
    for (const auto& chunk : std::exchange(chunks_, {})) {
      if (++turn % 3 != 0) deliver(*chunk);
    }
    for (const auto& reply : std::exchange(replies_, {})) {
      if (++turn % 3 != 0) deliver_reply(*reply);
    }
    tick();
  }
  expect_caught_up();
  EXPECT_EQ(transfers_, 1u);
}

TEST_F(SnapshotTest, ADamagedChunkIsAskedForAgain) {
  leave_n3_behind();
  kv::SnapshotChunk damaged = *chunks_.front();
  chunks_.pop_front();
  damaged.data[5] = static_cast<char>(damaged.data[5] ^ 1);
  deliver(damaged);
  ASSERT_EQ(replies_.size(), 1u);
  EXPECT_EQ(replies_.front()->verdict, ChunkVerdict::kDamaged);
  EXPECT_FALSE(at(3).store().staged());
  deliver_all();
  expect_caught_up();
}

// A sender that is wrong from end to end: the whole is checked once more before it is installed.
TEST_F(SnapshotTest, AWholeThatDoesNotMatchItsChecksumIsNotInstalled) {
  leave_n3_behind();
  const auto rows = at(3).rows();
  for (int round = 0; round < 100 && at(3).store().first_index().value == 1; ++round) {
    for (const auto& chunk : std::exchange(chunks_, {})) {
      kv::SnapshotChunk wrong = *chunk;
      if (wrong.number == 2) {
        wrong.data[20] = static_cast<char>(wrong.data[20] ^ 1);
        wrong.checksum = kv::checksum_of(wrong);
      }
      deliver(wrong);
    }
    for (const auto& reply : std::exchange(replies_, {})) deliver_reply(*reply);
  }
  EXPECT_EQ(at(3).rows(), rows);
  EXPECT_EQ(at(3).store().first_index(), (raft::Index{1}));
  tick();
  EXPECT_FALSE(at(3).store().staged());
  const auto told = [](const std::string& note) {
    return note.find("does not install the snapshot") == 0;
  };
  EXPECT_EQ(std::count_if(notes_.begin(), notes_.end(), told), 1);
}

TEST_F(SnapshotTest, AReceiverThatCrashesGoesOnWhereItsDiskIs) {
  leave_n3_behind();
  for (int i = 0; i < 3; ++i) {
    deliver(*chunks_.front());
    chunks_.pop_front();
  }
  replies_.clear();
  nodes_[3].server.reset();
  nodes_[3].disk.crash(raft::Rng(9), storage::Lose::kUnsynced);
  open(3);
  ASSERT_TRUE(at(3).store().staged());
  EXPECT_EQ(at(3).store().staged()->numbers.size(), 3u);
  for (int i = 0; i < 20 && at(3).applied() < at(1).applied(); ++i) {
    tick();
    deliver_all();
  }
  expect_caught_up();
  EXPECT_EQ(transfers_, 1u);
}

// Another leader's snapshot may end earlier than the one that was under way: it must not be taken
// for a late copy, or the follower would wait for ever.
TEST_F(SnapshotTest, ANewLeadersOlderSnapshotIsTaken) {
  leave_n3_behind();
  deliver(*chunks_.front());
  ASSERT_TRUE(at(3).store().staged());
  kv::SnapshotChunk other = *chunks_.front();
  auto older = std::make_shared<raft::Snapshot>(*other.snapshot);
  older->index = raft::previous_index(older->index);
  other.snapshot = older;
  other.checksum = kv::checksum_of(other);
  replies_.clear();
  deliver(other);  // of the same leader: late
  ASSERT_EQ(replies_.size(), 1u);
  EXPECT_EQ(replies_.front()->verdict, ChunkVerdict::kNotNeeded);
  other.term = {other.term.value + 1};
  other.checksum = kv::checksum_of(other);
  replies_.clear();
  deliver(other);
  ASSERT_EQ(replies_.size(), 1u);
  EXPECT_EQ(replies_.front()->verdict, ChunkVerdict::kStaged);
  EXPECT_EQ(at(3).store().staged()->id.index, older->index);
}

// The install reads the staged chunks: they must stay until it is through.
TEST_F(SnapshotTest, AnotherSnapshotDoesNotPushOutTheOneThatIsBeingInstalled) {
  leave_n3_behind();
  const kv::ChunkPtr last = deliver_all_but_the_last();
  const auto round = stage_durably(*last);
  ASSERT_TRUE(round) << round.error().message;
  kv::SnapshotChunk other = *last;
  auto newer = std::make_shared<raft::Snapshot>(*other.snapshot);
  newer->index = raft::next_index(newer->index);
  other.snapshot = newer;
  other.checksum = kv::checksum_of(other);
  at(3).receive(other);
  ASSERT_TRUE(at(3).has_chunk());
  at(3).log_durable(round->number);  // the core hears of the snapshot
  settle();
  EXPECT_EQ(at(3).halted(), nullptr);
  EXPECT_EQ(at(3).rows(), at(1).rows());
  EXPECT_EQ(at(3).store().first_index(), raft::next_index(last->snapshot->index));
}

TEST_F(SnapshotTest, AnInstallThatFindsNoRoomWaitsForIt) {
  leave_n3_behind();
  const kv::ChunkPtr last = deliver_all_but_the_last();
  auto round = stage_durably(*last);
  ASSERT_TRUE(round) << round.error().message;
  storage::DiskFaults full;
  full.capacity_bytes = nodes_[3].disk.bytes_used();
  nodes_[3].disk.set_faults(full);
  at(3).log_durable(round->number);
  settle();
  ASSERT_TRUE(at(3).disk_is_full());
  // Housekeeping finds room for what it does.
  nodes_[3].disk.set_faults({});
  ASSERT_TRUE(at(3).maintain());
  nodes_[3].disk.complete_all();
  ASSERT_TRUE(at(3).store().staged());
  EXPECT_TRUE(at(3).store().staged()->complete());
  round = at(3).persist_ready();
  ASSERT_TRUE(round) << round.error().message;
  at(3).log_durable(round->number);
  settle();
  EXPECT_FALSE(at(3).disk_is_full());
  EXPECT_EQ(at(3).rows(), at(1).rows());
}

// Log, rows, sessions, hard state and configuration change in one transaction (reliability rows 24
// and 25): wherever the power goes off, the node comes back with the old state or the new one.
TEST_F(SnapshotTest, AnInstallIsAllOrNothing) {
  leave_n3_behind();
  const kv::ChunkPtr last = deliver_all_but_the_last();
  const storage::SimDisk before = nodes_[3].disk;
  const kv::Rows old_rows = at(3).rows();
  std::uint64_t kept_old = 0;
  std::uint64_t call = 0;
  for (bool finished = false; !finished; ++call) {
    nodes_[3].server.reset();
    nodes_[3].disk = before;
    open(3);
    storage::DiskFaults faults;
    faults.power_off_at_call = nodes_[3].disk.mutating_calls() + call;
    nodes_[3].disk.set_faults(faults);
    at(3).receive(*last);
    finished = true;
    while (at(3).has_chunk() || at(3).has_work()) {
      auto round = at(3).has_chunk() ? at(3).stage_chunk() : at(3).persist_ready();
      if (!round || !at(3).apply_committed()) {
        finished = false;
        break;
      }
      nodes_[3].disk.complete_all();
      if (round->wrote) at(3).log_durable(round->number);
    }
    nodes_[3].server.reset();
    nodes_[3].disk.set_faults({});
    nodes_[3].disk.crash(raft::Rng(call), storage::Lose::kUnsynced);
    open(3);
    const bool is_new = at(3).store().first_index().value > 1;
    EXPECT_EQ(at(3).rows(), is_new ? at(1).rows() : old_rows) << "call " << call;
    EXPECT_EQ(at(3).applied(), is_new ? last->snapshot->index : at(3).applied());
    EXPECT_GE(at(3).raft().commit(), at(3).applied());
    kept_old += is_new ? 0 : 1;
  }
  EXPECT_GT(kept_old, 10u);
  EXPECT_GT(call, kept_old);
}

TEST_F(SnapshotTest, AChunkOfAnOlderTermIsRefused) {
  leave_n3_behind();
  const auto chunk = chunks_.front();
  chunks_.clear();
  raft::Message heartbeat;
  heartbeat.type = raft::MessageType::kHeartbeat;
  heartbeat.from = {2};
  heartbeat.to = {3};
  heartbeat.term = {9};
  ASSERT_TRUE(at(3).raft().step(heartbeat));
  run(3);
  mail_.clear();
  at(3).receive(*chunk);
  run(3);
  ASSERT_EQ(replies_.size(), 1u);
  EXPECT_EQ(replies_.front()->verdict, ChunkVerdict::kNotNeeded);
  EXPECT_EQ(replies_.front()->term, (raft::Term{9}));
  EXPECT_FALSE(at(3).store().staged());
}

// A node whose log has rotted knows that more is committed than it holds. It needs a snapshot that
// ends there all the same, and must not say that it has it.
TEST_F(SnapshotTest, ADamagedLogNeedsASnapshotUpToItsCommitIndex) {
  put(20);
  tick();
  ASSERT_EQ(at(3).applied(), at(1).applied());
  nodes_[3].server.reset();
  ASSERT_TRUE(nodes_[3].disk.rot({storage::RotKind::kLog, 3, {}}));
  open(3);
  ASSERT_LT(at(3).raft().last_index(), at(3).raft().commit());
  ASSERT_TRUE(at(1).compact({at(1).applied()}));
  settle();
  for (int i = 0; i < 10 && chunks_.empty(); ++i) tick();
  ASSERT_FALSE(chunks_.empty());
  // The same state, had it been frozen two entries earlier.
  kv::SnapshotChunk chunk = *chunks_.front();
  raft::Snapshot snapshot = *chunk.snapshot;
  snapshot.index = at(3).raft().commit();
  chunk.snapshot = std::make_shared<const raft::Snapshot>(snapshot);
  chunk.checksum = kv::checksum_of(chunk);
  deliver(chunk);
  ASSERT_FALSE(replies_.empty());
  EXPECT_EQ(replies_.front()->verdict, ChunkVerdict::kStaged);
  deliver_all();
  expect_caught_up();
  EXPECT_EQ(at(3).raft().last_index(), at(1).raft().last_index());
}

TEST_F(SnapshotTest, WhoHasItAlreadySaysSo) {
  leave_n3_behind();
  const auto first = chunks_.front();
  deliver_all();
  expect_caught_up();
  const auto rows = at(3).rows();
  deliver(*first);
  ASSERT_EQ(replies_.size(), 1u);
  EXPECT_EQ(replies_.front()->verdict, ChunkVerdict::kInstalled);
  EXPECT_EQ(at(3).rows(), rows);
}

TEST_F(SnapshotTest, ASilentReceiverIsGivenUpAndTriedAgainLater) {
  leave_n3_behind();
  EXPECT_EQ(at(1).raft().status().progress[2].second.state, raft::ProgressState::kSnapshot);
  // Patience is five election timeouts.
  for (int i = 0; i < 5010 && notes_.back().find("gives up") == std::string::npos; ++i) {
    chunks_.clear();
    at(1).tick();
    run(1);
    mail_.clear();
  }
  EXPECT_NE(notes_.back().find("gives up"), std::string::npos);
  chunks_.clear();
  for (int i = 0; i < 60 && at(3).applied() < at(1).applied(); ++i) {
    tick();
    deliver_all();
  }
  EXPECT_EQ(transfers_, 2u);
  expect_caught_up();
}

TEST_F(SnapshotTest, WhatItNeedsIsNotCompactedBeforeItIsThrough) {
  leave_n3_behind();
  const raft::Index index = chunks_.front()->snapshot->index;
  put(10);
  ASSERT_TRUE(at(1).compact({}));
  settle();
  EXPECT_EQ(at(1).store().first_index(), raft::next_index(index));
  EXPECT_GT(at(2).store().first_index(), raft::next_index(index));
  deliver_all();
  expect_caught_up();
  EXPECT_EQ(transfers_, 1u);  // the entries behind it were still there
  for (int i = 0; i < 30; ++i) tick();
  EXPECT_EQ(at(1).store().first_index(), at(2).store().first_index());
}

raft::ConfChange one_change(raft::ConfChangeType type, std::uint64_t node) {
  raft::ConfChange change;
  change.changes = {{type, {node}}};
  return change;
}

// n1 alone votes. n2, a learner, gets a snapshot made while n3 was no member; then n3 is one again,
// and that snapshot is of no use to it (`raftarium fuzz --seeds 1..1 --profile membership`).
class MemberAgainTest : public SnapshotTest, public testing::WithParamInterface<bool> {
 protected:
  void change(raft::ConfChangeType type, std::uint64_t node) {
    const auto done = at(1).change(one_change(type, node), false);
    ASSERT_TRUE(done && *done == kv::ErrorKind::kNone);
    settle();
  }
};

TEST_P(MemberAgainTest, GetsASnapshotThatSaysSo) {
  const bool still_making = GetParam();
  linked_ = {1, 2};
  change(raft::ConfChangeType::kRemoveNode, 3);
  change(raft::ConfChangeType::kAddLearner, 2);
  linked_ = {1};
  put(20);
  ASSERT_TRUE(at(1).compact({}));
  settle();
  linked_ = {1, 2};
  for (int i = 0; i < 30 && !at(1).snapshots().making(); ++i) tick();
  ASSERT_TRUE(at(1).snapshots().making());
  if (!still_making) {
    for (int i = 0; i < 5 && chunks_.empty(); ++i) tick();
    deliver_all();
    EXPECT_EQ(at(2).rows(), at(1).rows());
  }
  linked_ = {1, 2, 3};
  change(raft::ConfChangeType::kAddNode, 3);
  for (int i = 0; i < 30 && at(3).applied() < at(1).applied(); ++i) {
    tick();
    deliver_all();
  }
  EXPECT_EQ(at(2).applied(), at(1).applied());
  expect_caught_up();
}

INSTANTIATE_TEST_SUITE_P(SnapshotThatIs, MemberAgainTest, testing::Bool(),
                         [](const auto& way) { return way.param ? "InTheMaking" : "Made"; });

TEST_F(SnapshotTest, WhoIsRemovedInMidTransferIsForgotten) {
  leave_n3_behind();
  chunks_.clear();
  linked_ = {1, 2};
  ASSERT_TRUE(at(1).change(one_change(raft::ConfChangeType::kRemoveNode, 3), false));
  settle();
  put(10);
  ASSERT_TRUE(at(1).compact({}));
  for (int i = 0; i < 30; ++i) tick();
  EXPECT_TRUE(at(1).snapshots().idle());
  EXPECT_EQ(at(1).store().first_index(), at(2).store().first_index());
}

TEST_F(SnapshotTest, ALeaderThatIsDeposedStopsSending) {
  leave_n3_behind();
  raft::Message heartbeat;
  heartbeat.type = raft::MessageType::kHeartbeat;
  heartbeat.from = {2};
  heartbeat.to = {1};
  heartbeat.term = {9};
  ASSERT_TRUE(at(1).raft().step(heartbeat));
  run(1);
  EXPECT_TRUE(at(1).snapshots().idle());
}

TEST_F(SnapshotTest, ProposalsThatASnapshotCoversHaveAnOutcome) {
  // n1 leads on in a minority and proposes; the others go on without it and compact.
  linked_ = {2, 3};
  at(1).request(77, {}, {Op::kPut, "lost", "1"});
  run(1);
  mail_.clear();
  ASSERT_TRUE(at(2).raft().campaign());
  settle();
  ASSERT_EQ(at(2).raft().role(), raft::Role::kLeader);
  for (int i = 0; i < 10; ++i) {
    at(2).request(++ticket_, {}, {Op::kPut, "x", std::to_string(i)});
    settle();
  }
  ASSERT_TRUE(at(2).compact({}));
  settle();
  linked_ = {1, 2, 3};
  for (int i = 0; i < 20 && at(1).applied() < at(2).applied(); ++i) {
    tick();
    deliver_all();
  }
  EXPECT_EQ(at(1).rows(), at(2).rows());
  EXPECT_EQ(at(1).rows().count("lost"), 0u);
  std::uint64_t outcomes = 0;
  for (const auto& answer : at(1).take_answers()) {
    if (answer.ticket != 77) continue;
    ++outcomes;
    EXPECT_EQ(answer.error, kv::ErrorKind::kStaleCommand);
  }
  EXPECT_EQ(outcomes, 1u);
}

TEST_F(SnapshotTest, RottenRowsAreNotSent) {
  linked_ = {1, 2};
  put(20);
  ASSERT_TRUE(at(1).compact({}));
  settle();
  // The row's value, wherever it lies on the leader's disk.
  const auto file = nodes_[1].disk.contents(storage::NodeStore::kFileName);
  ASSERT_TRUE(file);
  for (auto at = file->find(std::string(30, 'v')); at != std::string::npos;
       at = file->find(std::string(30, 'v'), at + 1)) {
    nodes_[1].disk.flip(storage::NodeStore::kFileName, at, 0x01);
  }
  linked_ = {1, 2, 3};
  for (int i = 0; i < 40; ++i) tick();
  EXPECT_TRUE(chunks_.empty());
  EXPECT_EQ(transfers_, 0u);
  ASSERT_FALSE(notes_.empty());
  EXPECT_NE(notes_.back().find("does not match its checksum"), std::string::npos);
  EXPECT_EQ(at(1).raft().role(), raft::Role::kLeader);
}

TEST_F(SnapshotTest, ACopyInMidTransferGoesTheSameWay) {
  leave_n3_behind();
  for (int i = 0; i < 2; ++i) {
    deliver(*chunks_.front());
    chunks_.pop_front();
  }
  storage::SimDisk disk = nodes_[1].disk;
  kv::Server copy =
      at(1).clone(static_cast<const storage::NodeStore&>(at(1).store()).clone(disk), nullptr);
  const auto replies = replies_;
  for (const auto& reply : replies) {
    deliver_reply(*reply);
    copy.receive(*reply);
  }
  replies_.clear();
  EXPECT_EQ(copy.snapshots().transfers(), at(1).snapshots().transfers());
  auto chunks = copy.take_chunks();
  ASSERT_FALSE(chunks.empty());
  EXPECT_EQ(*chunks.back(), *chunks_.back());
}

}  // namespace
