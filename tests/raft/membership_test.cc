// Membership changes: TinyKV's 3A tests by name, and the traps of changing members while running.
#include "raft/membership.h"

#include "raft/raw_node.h"
#include "tests/raft/harness.h"

namespace raft::test {
namespace {

using M = MessageType;

ConfChange change_of(std::vector<ConfChangeSingle> changes,
                     ConfTransition transition = ConfTransition::kAuto) {
  return {transition, std::move(changes), ""};
}
ConfChangeSingle add(std::uint64_t id) { return {ConfChangeType::kAddNode, {id}}; }
ConfChangeSingle learn(std::uint64_t id) { return {ConfChangeType::kAddLearner, {id}}; }
ConfChangeSingle drop(std::uint64_t id) { return {ConfChangeType::kRemoveNode, {id}}; }

std::vector<std::uint64_t> members(const Raft& raft) {
  std::vector<std::uint64_t> found;
  for (const auto& [id, peer] : raft.progress()) found.push_back(id.value);
  return found;
}

using Ids = std::vector<std::uint64_t>;

TEST(MembershipTest, TestAddNode3A) {
  Core core(1, {.voters = ids(1)});
  core.make_leader();
  EXPECT_TRUE(core->apply_conf_change(change_of({add(2)})));
  EXPECT_EQ(members(core.raft()), (Ids{1, 2}));
  // The new member is probed from the end of the log and counts as heard from (etcd).
  const Progress* peer = core->mutable_progress({2});
  EXPECT_EQ(peer->next, Index{1});
  EXPECT_TRUE(peer->recently_active);
  EXPECT_FALSE(core.take_messages().empty());
}

// Removing the last voter must not crash. TinyKV's raft is then empty; here, as in etcd, the change
// is refused, and the same on every member.
TEST(MembershipTest, TestRemoveNode3A) {
  Core core(1, {.voters = ids(2)});
  EXPECT_TRUE(core->apply_conf_change(change_of({drop(2)})));
  EXPECT_EQ(members(core.raft()), Ids{1});
  const Result<ConfState> last = core->apply_conf_change(change_of({drop(1)}));
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, Code::kInvalidArgument);
  EXPECT_EQ(members(core.raft()), Ids{1});
}

TEST(MembershipTest, TestCommitAfterRemoveNode3A) {
  Core core(1, {.voters = ids(2)});
  core.make_leader();
  EXPECT_TRUE(core->propose_conf_change(change_of({drop(2)}), true));
  EXPECT_TRUE(core.propose("hello"));
  EXPECT_EQ(core.committed(), 0u);
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {2}}));
  // The change is applied, and with it "hello" needs this node alone.
  const std::vector<EntryPtr> committed = core.take_committed();
  ASSERT_EQ(committed.size(), 3u);
  EXPECT_EQ(committed[1]->type, EntryType::kConfChange);
  EXPECT_EQ(committed[2]->data, "hello");
}

TEST(MembershipTest, ApplyingTheSameChangeTwiceChangesNothing) {
  Core core(1, {.voters = ids(1)});
  core.make_leader();
  EXPECT_TRUE(core->apply_conf_change(change_of({add(2)})));
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {1}}));
  EXPECT_TRUE(core->apply_conf_change(change_of({add(2)})));
  EXPECT_EQ(core->mutable_progress({2})->match, Index{1});
  EXPECT_TRUE(core->apply_conf_change(change_of({drop(3)})));
  EXPECT_EQ(members(core.raft()), (Ids{1, 2}));
}

TEST(MembershipTest, OnlyOneChangeIsOnTheWay) {
  Core core(1, {.voters = ids(3)});
  core.make_leader();
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {1}}));
  EXPECT_TRUE(core->propose_conf_change(change_of({drop(3)}), false));
  EXPECT_TRUE(core->propose_conf_change(change_of({add(4)}), false));
  EXPECT_EQ(core->log().entry({2})->type, EntryType::kConfChangeV2);
  EXPECT_EQ(core->log().entry({3})->type, EntryType::kNormal);
  EXPECT_EQ(core->log().entry({3})->data, "");
  // Once it is applied the next may come.
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {3}}));
  EXPECT_EQ(members(core.raft()), (Ids{1, 2}));
  EXPECT_TRUE(core->propose_conf_change(change_of({add(4)}), false));
  EXPECT_EQ(core->log().entry({4})->type, EntryType::kConfChangeV2);
}

// A leader does not know whether its log holds a change that it has not applied.
TEST(MembershipTest, ANewLeaderTakesNoChangeBeforeItsLogIsApplied) {
  Core core(1, {.voters = ids(3), .log = {1, 1}});
  core.make_leader();
  EXPECT_TRUE(core->propose_conf_change(change_of({add(4)}), true));
  EXPECT_EQ(core->log().entry({4})->type, EntryType::kNormal);
}

TEST(MembershipTest, ACommittedUnappliedChangeKeepsFromCampaigning) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(1));
  EXPECT_TRUE(storage.append({std::make_shared<const Entry>(
      Entry{{1}, {1}, EntryType::kConfChange, encode_conf_change_v1(change_of({add(2)}))})}));
  storage.set_hard_state({{1}, {}, {1}});
  RawNode node = make_node(1, storage);
  EXPECT_FALSE(node.campaign());
  EXPECT_EQ(node.role(), Role::kFollower);
  node.ready();
  EXPECT_TRUE(node.apply_conf_change(change_of({add(2)})));
  node.applied({1});
  EXPECT_TRUE(node.campaign());
}

TEST(MembershipTest, AJointConfigurationNeedsBothMajorities) {
  Core core(1, {.voters = ids(3)});
  core.make_leader();
  EXPECT_TRUE(core->apply_conf_change(
      change_of({add(4), add(5), drop(2), drop(3)}, ConfTransition::kExplicit)));
  EXPECT_EQ(core->members().voters, (std::vector<NodeId>{{1}, {4}, {5}}));
  EXPECT_EQ(core->members().outgoing, ids(3));
  for (const std::uint64_t id : {4u, 5u}) {
    EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {id}, .term = {1}, .index = {1}}));
  }
  EXPECT_EQ(core.committed(), 0u);
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {1}}));
  EXPECT_EQ(core.committed(), 1u);
}

TEST(MembershipTest, ADemotedVoterWaitsUntilTheJointPhaseEnds) {
  Core core(1, {.voters = ids(3)});
  EXPECT_TRUE(core->apply_conf_change(change_of({learn(2)}, ConfTransition::kExplicit)));
  EXPECT_EQ(core->members().learners_next, std::vector<NodeId>{{2}});
  EXPECT_TRUE(core->members().learners.empty());
  EXPECT_FALSE(core->mutable_progress({2})->is_learner);
  EXPECT_FALSE(core->apply_conf_change(change_of({add(4)})));
  EXPECT_TRUE(core->apply_conf_change(change_of({})));
  EXPECT_EQ(core->members().learners, std::vector<NodeId>{{2}});
  EXPECT_TRUE(core->members().outgoing.empty());
  EXPECT_TRUE(core->mutable_progress({2})->is_learner);
  EXPECT_FALSE(core->apply_conf_change(change_of({})));
}

// While a transfer blocks proposals the joint phase cannot be left; it is tried again.
TEST(MembershipTest, LeavingTheJointPhaseIsTriedAgainAfterATransfer) {
  Core core(1, {.voters = ids(3)});
  core.make_leader();
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {1}}));
  EXPECT_TRUE(core->propose_conf_change(change_of({add(4), drop(3)}), false));
  EXPECT_TRUE(core.propose("behind"));
  EXPECT_TRUE(core->transfer_leader({2}));
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {2}}));
  EXPECT_TRUE(core->members().auto_leave);
  EXPECT_EQ(core.last_index(), 3u);  // no proposal to leave
  for (int i = 0; i < 10; ++i) core.tick();
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {3}}));
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {4}, .term = {1}, .index = {3}}));
  EXPECT_EQ(core.last_index(), 4u);
  EXPECT_EQ(core->log().entry({4})->type, EntryType::kConfChangeV2);
}

// The entry that leaves it may stand in the log of a new leader, not yet applied.
TEST(MembershipTest, ANewLeaderLeavesTheJointPhaseWhenItHasAppliedItsLog) {
  Core core(1, {.voters = ids(3), .log = {1, 1}});
  EXPECT_TRUE(core->apply_conf_change(change_of({add(4), drop(3)})));
  core.make_leader();
  core->applied(Index{0});
  EXPECT_EQ(core.last_index(), 3u);
  for (const std::uint64_t id : {2u, 4u}) {
    EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {id}, .term = {2}, .index = {3}}));
  }
  EXPECT_EQ(core.committed(), 3u);
  EXPECT_EQ(core.last_index(), 4u);
  EXPECT_EQ(core->log().entry({4})->type, EntryType::kConfChangeV2);
}

TEST(MembershipTest, OnlyTheLeaderLeavesAJointPhase) {
  Core core(2, {.voters = ids(3)});
  core.make_follower(1, 1);
  EXPECT_TRUE(core->apply_conf_change(change_of({add(4), drop(3)})));
  core->applied(Index{0});
  EXPECT_TRUE(core.take_messages().empty());
  EXPECT_EQ(core.last_index(), 0u);
}

TEST(MembershipTest, ARemovedLeaderStepsDownOrLeadsOn) {
  for (const bool step_down : {true, false}) {
    Core core(1, {.voters = ids(2), .more = [step_down](Config& config) {
                    config.step_down_on_removal = step_down;
                  }});
    core.make_leader();
    EXPECT_TRUE(core->apply_conf_change(change_of({drop(1)})));
    EXPECT_EQ(core->role(), step_down ? Role::kFollower : Role::kLeader);
    EXPECT_EQ(core->term(), Term{1});
    EXPECT_FALSE(core.propose("x"));
  }
}

TEST(MembershipTest, LearnersDoNotCount) {
  Core core(1, {.voters = ids(1)});
  EXPECT_TRUE(core->apply_conf_change(change_of({add(2)})));
  EXPECT_TRUE(core->apply_conf_change(change_of({learn(3)})));
  core.make_leader();
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {3}, .term = {1}, .index = {1}}));
  EXPECT_EQ(core.committed(), 0u);
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {1}}));
  EXPECT_EQ(core.committed(), 1u);
}

TEST(MembershipTest, ALearnerVotesButDoesNotCampaign) {
  Core core(3, {.voters = ids(2)});
  EXPECT_TRUE(core->apply_conf_change(change_of({learn(3)})));
  for (int i = 0; i < 50; ++i) core.tick();
  EXPECT_EQ(core->role(), Role::kFollower);
  EXPECT_FALSE(core.campaign());
  EXPECT_TRUE(core.step({.type = M::kTimeoutNow, .from = {1}, .term = {1}}));
  EXPECT_EQ(core->role(), Role::kFollower);
  EXPECT_TRUE(core.step({.type = M::kVote, .from = {2}, .term = {2}}));
  const std::vector<Message> answers = core.take_messages();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_FALSE(answers[0].reject);
}

TEST(ConfChangeTest, ThereAndBack) {
  const ConfChange change{ConfTransition::kExplicit, {add(300), learn(2), drop(3)}, "ctx"};
  const auto v2 = decode_conf_change(EntryType::kConfChangeV2, encode_conf_change_v2(change));
  ASSERT_TRUE(v2);
  EXPECT_EQ(*v2, change);
  const ConfChange single{ConfTransition::kAuto, {drop(3)}, "c"};
  const auto v1 = decode_conf_change(EntryType::kConfChange, encode_conf_change_v1(single));
  ASSERT_TRUE(v1);
  EXPECT_EQ(*v1, single);
  EXPECT_EQ(encode_conf_change_v2({}), "");
  // Bytes as protobuf writes them (eraft.proto, ConfChange and ConfChangeV2).
  EXPECT_EQ(encode_conf_change_v1(single), std::string("\x08\x01\x10\x03\x1a\x01"
                                                       "c"));
  EXPECT_EQ(encode_conf_change_v2(change_of({add(2)})), std::string("\x12\x02\x10\x02"));
}

TEST(ConfChangeTest, BrokenBytesGiveAnError) {
  for (const std::string bytes : {"\x12", "\x12\x09\x01", "\x08\x07", "\xff\xff", "\x0d\x01"}) {
    EXPECT_FALSE(decode_conf_change(EntryType::kConfChangeV2, bytes)) << bytes.size();
  }
  Core core(1, {.voters = ids(1)});
  core.make_leader();
  EXPECT_FALSE(core->propose(EntryType::kConfChange, "\x0d\x01"));
  EXPECT_EQ(core.last_index(), 1u);
}

}  // namespace
}  // namespace raft::test
