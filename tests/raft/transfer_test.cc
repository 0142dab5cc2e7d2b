// Leadership transfer: TinyKV's 3A tests by name (MsgTransferLeader to a node is transfer_leader()
// there), and forgetting a leader.
#include "tests/raft/harness.h"

namespace raft::test {
namespace {

using M = MessageType;

void transfer(Network& network, std::uint64_t at, std::uint64_t to) {
  EXPECT_TRUE(network[at]->transfer_leader({to}));
  network.deliver();
}

void expect_leads(Network& network, std::uint64_t leader) {
  for (std::uint64_t id = 1; id <= 3; ++id) {
    EXPECT_EQ(network[id]->role() == Role::kLeader, id == leader) << "node " << id;
  }
  EXPECT_EQ(network[leader]->leader(), NodeId{leader});
}

TEST(TransferTest, TestLeaderTransferToUpToDateNode3A) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  transfer(network, 1, 2);
  expect_leads(network, 2);
  EXPECT_TRUE(network.propose(2, "x"));
  transfer(network, 2, 1);
  expect_leads(network, 1);
}

TEST(TransferTest, TestLeaderTransferToUpToDateNodeFromFollower3A) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  transfer(network, 2, 2);
  expect_leads(network, 2);
  EXPECT_TRUE(network.propose(2, "x"));
  transfer(network, 1, 1);
  expect_leads(network, 1);
}

TEST(TransferTest, TestLeaderTransferToSlowFollower3A) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  network.isolate(3);
  EXPECT_TRUE(network.propose(1, "x"));
  network.recover();
  ASSERT_EQ(network[1]->mutable_progress({3})->match, Index{1});
  transfer(network, 1, 3);
  expect_leads(network, 3);
  EXPECT_EQ(network[3].last_index(), 3u);
}

TEST(TransferTest, TestLeaderTransferAfterSnapshot3A) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  network.isolate(3);
  EXPECT_TRUE(network.propose(1, "x"));
  MemoryStorage& storage = network[1].storage();
  EXPECT_TRUE(storage.create_snapshot({2}, network[1]->members(), "state"));
  EXPECT_TRUE(storage.compact({2}));
  network.recover();
  network[1]->mutable_progress({3})->recently_active = true;
  // First the snapshot; its answer says that 3 has everything, and the order follows.
  transfer(network, 1, 3);
  network.beat(1);
  expect_leads(network, 3);
}

TEST(TransferTest, TestLeaderTransferToSelf3A) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  transfer(network, 1, 1);
  expect_leads(network, 1);
  EXPECT_EQ(network[1]->transferee(), kNoNode);
}

TEST(TransferTest, TestLeaderTransferToNonExistingNode3A) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  transfer(network, 1, 4);
  expect_leads(network, 1);
  EXPECT_EQ(network[1]->transferee(), kNoNode);
}

TEST(TransferTest, TestLeaderTransferRemoveNode3A) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  network.ignore(M::kTimeoutNow);
  transfer(network, 1, 3);
  EXPECT_EQ(network[1]->transferee(), NodeId{3});
  EXPECT_TRUE(network[1]->apply_conf_change({{}, {{ConfChangeType::kRemoveNode, {3}}}, ""}));
  EXPECT_EQ(network[1]->role(), Role::kLeader);
  EXPECT_EQ(network[1]->transferee(), kNoNode);
}

TEST(TransferTest, TestLeaderTransferReceiveHigherTermVote3A) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  network.isolate(3);
  transfer(network, 1, 3);
  EXPECT_EQ(network[1]->transferee(), NodeId{3});
  EXPECT_TRUE(network.campaign(2));
  EXPECT_EQ(network[1]->role(), Role::kFollower);
  EXPECT_EQ(network[1]->leader(), NodeId{2});
  EXPECT_EQ(network[1]->transferee(), kNoNode);
}

TEST(TransferTest, TestLeaderTransferBack3A) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  network.isolate(3);
  transfer(network, 1, 3);
  EXPECT_FALSE(network.propose(1, "refused"));
  transfer(network, 1, 1);
  expect_leads(network, 1);
  EXPECT_EQ(network[1]->transferee(), kNoNode);
  EXPECT_TRUE(network.propose(1, "taken"));
}

TEST(TransferTest, TestLeaderTransferSecondTransferToAnotherNode3A) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  network.isolate(3);
  transfer(network, 1, 3);
  transfer(network, 1, 2);
  expect_leads(network, 2);
}

TEST(TransferTest, TestTransferNonMember3A) {
  Core core(1, {.voters = {{2}, {3}, {4}}});
  EXPECT_TRUE(core.step({.type = M::kTimeoutNow, .from = {2}, .term = {1}}));
  EXPECT_TRUE(core.step({.type = M::kVoteReply, .from = {2}, .term = {1}}));
  EXPECT_TRUE(core.step({.type = M::kVoteReply, .from = {3}, .term = {1}}));
  EXPECT_EQ(core->role(), Role::kFollower);
}

// What is proposed during a transfer could keep the target from being up to date for ever.
TEST(TransferTest, ProposalsAreRefusedWhileItLastsAndNotLonger) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  network.isolate(3);
  transfer(network, 1, 3);
  const std::uint64_t last = network[1].last_index();
  EXPECT_FALSE(network.propose(1, "refused"));
  EXPECT_EQ(network[1].last_index(), last);
  for (int i = 0; i < 10; ++i) network[1].tick();
  EXPECT_EQ(network[1]->role(), Role::kLeader);
  EXPECT_TRUE(network.propose(1, "taken"));
}

TEST(TransferTest, TheOrderOverridesLeasesAndSkipsThePreVote) {
  Network network(3, [](Config& config) {
    config.check_quorum = true;
    config.pre_vote = true;
  });
  EXPECT_TRUE(network.campaign(1));
  transfer(network, 1, 2);
  expect_leads(network, 2);
  EXPECT_EQ(network[2]->term(), Term{2});
}

TEST(TransferTest, ALearnerIsNoTarget) {
  Core core(1, {.voters = ids(1)});
  EXPECT_TRUE(core->apply_conf_change({{}, {{ConfChangeType::kAddLearner, {2}}}, ""}));
  core.make_leader();
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {1}}));
  core.take_messages();
  EXPECT_TRUE(core->transfer_leader({2}));
  EXPECT_EQ(core->transferee(), kNoNode);
  EXPECT_TRUE(core.take_messages().empty());
}

TEST(ForgetLeaderTest, AFollowerThatForgotItsLeaderGrantsPreVotesAgain) {
  Core core(2, {.voters = ids(3), .more = [](Config& config) {
                  config.check_quorum = true;
                  config.pre_vote = true;
                }});
  core.make_follower(1, 1);
  const Message request{.type = M::kPreVote, .from = {3}, .term = {2}};
  EXPECT_TRUE(core.step(request));
  EXPECT_TRUE(core.take_messages().empty());
  EXPECT_TRUE(core->forget_leader());
  EXPECT_EQ(core->term(), Term{1});
  EXPECT_TRUE(core.step(request));
  EXPECT_EQ(core.take_messages().size(), 1u);
  // The next message of the leader restores it.
  EXPECT_TRUE(core.step({.type = M::kHeartbeat, .from = {1}, .term = {1}}));
  EXPECT_EQ(core->leader(), NodeId{1});
}

TEST(ForgetLeaderTest, NotOnALeaderAndNotWithLeaseReads) {
  Core leader(1, {.voters = ids(1)});
  leader.make_leader();
  EXPECT_TRUE(leader->forget_leader());
  EXPECT_EQ(leader->leader(), NodeId{1});
  Core core(2, {.voters = ids(3), .more = [](Config& config) {
                  config.check_quorum = true;
                  config.read_mode = ReadMode::kLease;
                }});
  core.make_follower(1, 1);
  EXPECT_FALSE(core->forget_leader());
  EXPECT_EQ(core->leader(), NodeId{1});
}

}  // namespace
}  // namespace raft::test
