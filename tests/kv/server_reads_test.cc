// Reads without an entry (thesis section 6.4), and changes of members, on servers with real
// databases.
#include "tests/kv/three_servers.h"

namespace kv_test {
namespace {

using kv::ErrorKind;
using kv::ReadWay;

class ReadTest : public SnapshotTest {
 protected:
  void SetUp() override {
    SnapshotTest::SetUp();
    ask(1, {Op::kPut, "x", "1"});
  }
  // Answers that came out since.
  std::vector<kv::Answer> answers(std::uint64_t id) { return at(id).take_answers(); }
};

TEST_F(ReadTest, AReadMakesNoEntryUnlessItIsToBeOne) {
  const raft::Index last = at(1).raft().last_index();
  for (const ReadWay way : {ReadWay::kUsual, ReadWay::kIndex, ReadWay::kLease}) {
    at(1).request(50, {}, {Op::kRead, "x"}, way);
    settle();
    const auto got = answers(1);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].output, (kv::Output{true, "1"}));
    EXPECT_EQ(got[0].index, last);
    EXPECT_EQ(at(1).raft().last_index(), last);
  }
  at(1).request(51, {}, {Op::kRead, "x"}, ReadWay::kLog);
  settle();
  EXPECT_EQ(answers(1).size(), 1u);
  EXPECT_EQ(at(1).raft().last_index(), raft::next_index(last));
}

TEST_F(ReadTest, ALeaderThatHearsNobodyAnswersOnlyWhenItIsHeardAgain) {
  linked_ = {1};
  at(1).request(50, {}, {Op::kRead, "x"});
  tick();
  EXPECT_TRUE(answers(1).empty());
  EXPECT_EQ(at(1).open_reads(), 1u);
  linked_ = {1, 2};
  tick();
  ASSERT_EQ(answers(1).size(), 1u);
  EXPECT_EQ(at(1).open_reads(), 0u);
}

TEST_F(ReadTest, WhoLeadsNoMoreRefusesEachReadOnce) {
  linked_ = {1};
  at(1).request(50, {}, {Op::kRead, "x"});
  at(1).request(51, {}, {Op::kScan, "a", "z"});
  settle();
  linked_ = {2, 3};
  lead(2);
  linked_ = {1, 2, 3};
  tick();
  const auto got = answers(1);
  ASSERT_EQ(got.size(), 2u);
  for (const kv::Answer& answer : got) {
    EXPECT_EQ(answer.error, ErrorKind::kNotLeader);
    EXPECT_EQ(answer.hint, raft::NodeId{2});
  }
  tick();
  EXPECT_TRUE(answers(1).empty());
}

TEST_F(ReadTest, AFollowerAsksItsLeaderForAReadIndex) {
  at(3).read_index(60, {});
  settle();
  const auto got = answers(3);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].error, ErrorKind::kNone);
  EXPECT_EQ(got[0].output, (kv::Output{true, std::to_string(at(1).raft().commit().value)}));
  // Reads it refuses, as ever.
  at(3).request(61, {}, {Op::kRead, "x"});
  ASSERT_EQ(answers(3).size(), 1u);
}

TEST_F(ReadTest, ACloneHasTheSameReadsOpen) {
  linked_ = {1};
  at(1).request(50, {}, {Op::kRead, "x"});
  settle();
  storage::SimDisk copy = nodes_[1].disk;
  const auto& store = static_cast<const storage::NodeStore&>(at(1).store());
  EXPECT_EQ(at(1).clone(store.clone(copy), nullptr).open_reads(), 1u);
}

TEST_F(ReadTest, AChangeOfMembersIsStoredWithTheAppliedIndex) {
  raft::ConfChange learner;
  learner.changes.push_back({raft::ConfChangeType::kAddLearner, {3}});
  ASSERT_EQ(*at(2).change(learner, true), ErrorKind::kNotLeader);
  ASSERT_EQ(*at(1).change(learner, true), ErrorKind::kNone);
  settle();
  tick();
  for (std::uint64_t id = 1; id <= 3; ++id) {
    EXPECT_EQ(at(id).store().conf_version(), 2u) << id;
    open(id);  // as after a restart
    const raft::ConfState config = at(id).raft().status().config;
    EXPECT_EQ(config.voters, (std::vector<raft::NodeId>{{1}, {2}}));
    EXPECT_EQ(config.learners, (std::vector<raft::NodeId>{{3}}));
    EXPECT_EQ(at(id).store().conf_version(), 2u) << id;
  }
}

TEST_F(ReadTest, TheConfigurationTravelsWithASnapshot) {
  raft::ConfChange learner;
  learner.changes.push_back({raft::ConfChangeType::kAddLearner, {3}});
  linked_ = {1, 2};
  ASSERT_EQ(*at(1).change(learner, true), ErrorKind::kNone);
  settle();
  leave_n3_behind();
  deliver_all();
  expect_caught_up();
  EXPECT_EQ(at(3).store().conf_version(), 2u);
  EXPECT_EQ(at(3).raft().status().config.learners, (std::vector<raft::NodeId>{{3}}));
}

TEST_F(ReadTest, AHeaderOfAnEarlierConfigurationIsRefused) {
  raft::ConfChange learner;
  learner.changes.push_back({raft::ConfChangeType::kAddLearner, {3}});
  ASSERT_EQ(*at(1).change(learner, false), ErrorKind::kNone);
  settle();
  kv::Header header;
  header.conf_version = 1;
  at(1).request(70, header, {Op::kPut, "x", "2"});
  auto got = answers(1);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].error, ErrorKind::kEpochNotMatch);
  header.conf_version = 2;
  at(1).request(71, header, {Op::kPut, "x", "2"});
  settle();
  got = answers(1);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].error, ErrorKind::kNone);
}

}  // namespace
}  // namespace kv_test
