// Schedules that broke other implementations around compaction and snapshots.
#include "tests/kv/three_servers.h"

namespace {

using namespace kv_test;

class KnownBugs : public SnapshotTest {
 protected:
  void catch_up() {
    for (int i = 0; i < 40 && at(3).applied() < at(1).applied(); ++i) {
      tick();
      deliver_all();
    }
    expect_caught_up();
  }
};

// willemt/raft #118 (1): previous index 0 taken as "always matches" after compaction.
TEST_F(KnownBugs, TheFirstAppendComesAgainBehindASnapshot) {
  leave_n3_behind();
  deliver_all();
  catch_up();
  const raft::Index first = at(3).store().first_index();
  const raft::Index last = at(3).store().last_index();
  raft::Message append;
  append.type = raft::MessageType::kAppend;
  append.from = {1};
  append.to = {3};
  append.term = at(1).raft().term();
  append.entries = {std::make_shared<const raft::Entry>(
      raft::Entry{at(1).raft().term(), {1}, raft::EntryType::kNormal, ""})};
  ASSERT_TRUE(at(3).raft().step(append));
  settle();
  EXPECT_EQ(at(3).store().first_index(), first);
  EXPECT_EQ(at(3).store().last_index(), last);
  expect_caught_up();
}

// willemt/raft #118 (2), RedisLabs/raft #47, hashicorp/raft #697: a follower exactly one entry
// behind the snapshot, with a tail of its own there. It must not commit that tail, and one snapshot
// is enough.
TEST_F(KnownBugs, OneEntryBehindTheSnapshotWithAConflictingTail) {
  put(3);
  linked_ = {1, 2, 3};
  lead(3);
  linked_ = {1, 2};
  // n3 appends entries that nobody else gets.
  const raft::Index shared = at(3).raft().last_index();
  for (int i = 0; i < 3; ++i) {
    at(3).request(++ticket_, {}, {Op::kPut, "never", std::to_string(i)});
    run(3);
  }
  mail_.clear();
  lead(1);  // its first entry takes the place of n3's
  put(5);
  ASSERT_TRUE(at(1).compact(raft::next_index(shared)));
  settle();
  ASSERT_EQ(at(1).store().first_index().value, shared.value + 2);
  linked_ = {1, 2, 3};
  catch_up();
  EXPECT_EQ(at(3).rows().count("never"), 0u);
  EXPECT_EQ(transfers_, 1u);
}

// willemt/raft #118 (4): loading a snapshot set the term to the snapshot's.
TEST_F(KnownBugs, ASnapshotOfAnOlderTermDoesNotLowerTheTerm) {
  linked_ = {1, 2};
  put(10);
  // The state is of term 1; its leader is of term 3 when it sends it.
  lead(2);
  lead(1);
  const raft::Term term = at(1).raft().term();
  ASSERT_TRUE(at(1).compact({8}));
  settle();
  linked_ = {1, 2, 3};
  catch_up();
  EXPECT_EQ(at(3).raft().term(), term);
  nodes_[3].server.reset();
  nodes_[3].disk.crash(raft::Rng(1), storage::Lose::kUnsynced);
  open(3);
  EXPECT_EQ(at(3).raft().term(), term);
}

// hashicorp/raft #248: an own snapshot that was in the making finished behind a newer one that was
// installed meanwhile.
TEST_F(KnownBugs, AnOwnSnapshotInTheMakingEndsWithTheInstallOfAnother) {
  linked_ = {1, 2};
  put(20);
  ASSERT_TRUE(at(1).compact({}));
  settle();
  linked_ = {1, 2, 3};
  for (int i = 0; i < 5 && !at(1).snapshots().making(); ++i) {
    for (std::uint64_t id = 1; id <= 3; ++id) at(id).tick();
    settle();
  }
  ASSERT_TRUE(at(1).snapshots().making());
  // n1 is deposed at this moment, and comes back to a cluster that has compacted much more.
  linked_ = {2, 3};
  chunks_.clear();
  lead(2);
  for (int i = 0; i < 40 && at(3).applied() < at(2).applied(); ++i) {
    tick();
    deliver_all();
  }
  for (int i = 0; i < 10; ++i) ask(2, {Op::kPut, "later", std::to_string(i)});
  ASSERT_TRUE(at(2).compact({}));
  settle();
  for (int i = 0; i < 30; ++i) tick();
  linked_ = {1, 2, 3};
  for (int i = 0; i < 40 && at(1).applied() < at(2).applied(); ++i) {
    tick();
    deliver_all();
  }
  const raft::Index first = at(1).store().first_index();
  EXPECT_GT(first.value, 21u);
  EXPECT_EQ(at(1).rows(), at(2).rows());
  for (int i = 0; i < 30; ++i) tick();
  EXPECT_GE(at(1).store().first_index(), first);
  EXPECT_TRUE(at(1).snapshots().idle());
}

// curvine #676: the table of clients was not part of the snapshot, so a retry took effect twice.
TEST_F(KnownBugs, ARetryBehindASnapshotTakesEffectOnce) {
  const kv::Command increment{Op::kAppend, "n", "i", std::nullopt, 9, 1};
  linked_ = {1, 2};
  EXPECT_EQ(ask(1, increment).output, (kv::Output{true, "i"}));
  put(20);
  ASSERT_TRUE(at(1).compact({}));
  settle();
  linked_ = {1, 2, 3};
  catch_up();
  ASSERT_EQ(transfers_, 1u);
  lead(3);
  EXPECT_EQ(ask(3, increment).output, (kv::Output{true, "i"}));
  EXPECT_EQ(at(3).rows().at("n").value, "i");
}

// etcd-io/raft #31: the term of a compacted entry read as 0, and an empty append was sent with it.
TEST_F(KnownBugs, AppendsDuringATransferNeverSpeakOfCompactedEntries) {
  leave_n3_behind();
  const raft::Index index = chunks_.front()->snapshot->index;
  for (int i = 0; i < 10; ++i) {
    for (std::uint64_t id = 1; id <= 3; ++id) at(id).tick();
    at(1).request(++ticket_, {}, {Op::kPut, "x", std::to_string(i)});
    run(1);
    for (const raft::Message& message : mail_) {
      if (message.type != raft::MessageType::kAppend || message.to.value != 3) continue;
      EXPECT_GE(message.index, index);
      EXPECT_GT(message.log_term.value, 0u);
    }
    settle();
  }
  deliver_all();
  catch_up();
}

}  // namespace
