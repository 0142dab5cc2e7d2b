// Reads without the log (thesis section 6.4), and the traps of raft libraries in them.
#include "raft/read_index.h"

#include "tests/raft/harness.h"

namespace raft::test {
namespace {

using M = MessageType;

std::unique_ptr<Core> leader_of(std::uint64_t count, std::function<void(Config&)> more = {}) {
  auto core = std::make_unique<Core>(1, CoreOptions{.voters = ids(count), .more = std::move(more)});
  core->make_leader();
  for (std::uint64_t id = 2; id <= count; ++id) {
    EXPECT_TRUE(core->step({.type = M::kAppendReply, .from = {id}, .term = {1}, .index = {1}}));
  }
  core->take_messages();
  return core;
}

std::string context_to(Core& core, std::uint64_t to) {
  std::string context;
  for (const Message& message : core.take_messages()) {
    if (message.type == M::kHeartbeat && message.to.value == to) context = message.context;
  }
  return context;
}

void answer(Core& core, std::uint64_t from, const std::string& context) {
  EXPECT_TRUE(core.step(
      {.type = M::kHeartbeatReply, .from = {from}, .term = core->term(), .context = context}));
}

TEST(ReadIndexTest, TheIndexIsThatOfTheRequestNotOfTheAnswers) {
  auto core = leader_of(3);
  EXPECT_TRUE((*core)->read_index("r"));
  const std::string context = context_to(*core, 2);
  EXPECT_TRUE(core->propose("later"));
  EXPECT_TRUE(core->step({.type = M::kAppendReply, .from = {3}, .term = {1}, .index = {2}}));
  ASSERT_EQ(core->committed(), 2u);
  EXPECT_TRUE(core->take_reads().empty());
  answer(*core, 2, context);
  EXPECT_EQ(core->take_reads(), (std::vector<ReadState>{{{1}, "r"}}));
}

TEST(ReadIndexTest, AnAnswerToAnOlderHeartbeatConfirmsNothing) {
  auto core = leader_of(3);
  EXPECT_TRUE((*core)->read_index("first"));
  const std::string first = context_to(*core, 2);
  answer(*core, 2, first);
  EXPECT_EQ(core->take_reads().size(), 1u);
  // The same user's context once more: the late second answer to the first must not confirm it.
  EXPECT_TRUE((*core)->read_index("first"));
  answer(*core, 3, first);
  answer(*core, 3, "");
  EXPECT_TRUE(core->take_reads().empty());
  answer(*core, 3, context_to(*core, 3));
  EXPECT_EQ(core->take_reads().size(), 1u);
}

TEST(ReadIndexTest, AConfirmationSpeaksForAllEarlierReads) {
  auto core = leader_of(3);
  EXPECT_TRUE((*core)->read_index("a"));
  EXPECT_TRUE((*core)->read_index("b"));
  const std::string context = context_to(*core, 2);  // of the newest
  answer(*core, 2, context);
  EXPECT_EQ(core->take_reads(), (std::vector<ReadState>{{{1}, "a"}, {{1}, "b"}}));
}

TEST(ReadIndexTest, ReadsDoNotSurviveAChangeOfTerm) {
  auto core = leader_of(3);
  EXPECT_TRUE((*core)->read_index("r"));
  const std::string context = context_to(*core, 2);
  (*core)->become_follower({2}, {2}, Reason::kHigherTermSeen, {2});
  core->settle();
  core->make_leader();
  ASSERT_EQ((*core)->role(), Role::kLeader);
  answer(*core, 2, context);
  answer(*core, 3, context);
  EXPECT_TRUE(core->take_reads().empty());
}

// TestReadOnlyForNewLeader: before an entry of its own term is committed it cannot know what is.
TEST(ReadIndexTest, ANewLeaderKeepsReadsBack) {
  Core core(1, {.voters = ids(3), .log = {1}, .hard_state = {{1}, {}, {0}}});
  core.make_leader();
  EXPECT_TRUE(core->read_index("r"));
  EXPECT_EQ(context_to(core, 2), "");
  EXPECT_TRUE(core.take_reads().empty());
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {2}, .index = {2}}));
  const std::string context = context_to(core, 2);
  EXPECT_NE(context, "");
  answer(core, 2, context);
  EXPECT_EQ(core.take_reads(), (std::vector<ReadState>{{{2}, "r"}}));
}

TEST(ReadIndexTest, LearnersDoNotConfirm) {
  Core core(1, {.voters = ids(2)});
  EXPECT_TRUE(core->apply_conf_change({{}, {{ConfChangeType::kAddLearner, {3}}}, ""}));
  core.make_leader();
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {1}}));
  core.take_messages();
  EXPECT_TRUE(core->read_index("r"));
  const std::string context = context_to(core, 3);
  answer(core, 3, context);
  EXPECT_TRUE(core.take_reads().empty());
  answer(core, 2, context);
  EXPECT_EQ(core.take_reads().size(), 1u);
}

TEST(ReadIndexTest, AFollowerAsksItsLeaderAndDropsWithoutOne) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  EXPECT_TRUE(network[2]->read_index("far"));
  network.deliver();
  EXPECT_EQ(network[2].take_reads(), (std::vector<ReadState>{{{1}, "far"}}));
  Core alone(1, {.voters = ids(3)});
  EXPECT_TRUE(alone->read_index("lost"));
  EXPECT_TRUE(alone.take_messages().empty());
  EXPECT_TRUE(alone.take_reads().empty());
}

TEST(ReadIndexTest, ASingleVoterAnswersAtOnceUnlessItWasRemoved) {
  Core core(1, {.voters = ids(1)});
  core.make_leader();
  EXPECT_TRUE(core->read_index("r"));
  EXPECT_EQ(core.take_reads().size(), 1u);
  Core removed(
      1, {.voters = ids(2), .more = [](Config& config) { config.step_down_on_removal = false; }});
  removed.make_leader();
  EXPECT_TRUE(removed.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {1}}));
  EXPECT_TRUE(removed->apply_conf_change({{}, {{ConfChangeType::kRemoveNode, {1}}}, ""}));
  EXPECT_TRUE(removed->read_index("r"));
  EXPECT_TRUE(removed.take_reads().empty());
}

std::unique_ptr<Core> lease_leader(bool from_answers) {
  return leader_of(3, [from_answers](Config& config) {
    config.check_quorum = true;
    config.read_mode = ReadMode::kLease;
    config.lease_from_answers = from_answers;
  });
}

TEST(LeaseTest, EtcdsRuleAnswersWhoeverLeads) {
  auto core = lease_leader(false);
  EXPECT_TRUE((*core)->read_index("r"));
  EXPECT_EQ(core->take_reads().size(), 1u);
}

TEST(LeaseTest, WithoutAnAnsweredHeartbeatTheReadGoesTheSafeWay) {
  auto core = lease_leader(true);
  EXPECT_TRUE((*core)->read_index("r"));
  EXPECT_TRUE(core->take_reads().empty());
  answer(*core, 2, context_to(*core, 2));
  EXPECT_EQ(core->take_reads().size(), 1u);
}

TEST(LeaseTest, HoldsAnElectionTimeoutFromTheSendingOfTheHeartbeat) {
  auto core = lease_leader(true);
  core->tick();  // the heartbeat leaves at tick 1
  const std::string context = context_to(*core, 2);
  for (int i = 0; i < 5; ++i) core->tick();
  answer(*core, 2, context);  // late: handled long ago, perhaps
  EXPECT_TRUE((*core)->read_index("at 6"));
  EXPECT_EQ(core->take_reads().size(), 1u);
  // Tick 11: an election timeout of 10 behind the sending, not behind the answer.
  for (int i = 0; i < 4; ++i) core->tick();
  EXPECT_TRUE((*core)->read_index("at 10"));
  EXPECT_EQ(core->take_reads().size(), 1u);
  core->tick();
  ASSERT_EQ((*core)->role(), Role::kLeader);
  EXPECT_TRUE((*core)->read_index("at 11"));
  EXPECT_TRUE(core->take_reads().empty());
}

TEST(LeaseTest, ATransferEndsIt) {
  auto core = lease_leader(true);
  core->tick();
  answer(*core, 2, context_to(*core, 2));
  EXPECT_TRUE((*core)->transfer_leader({3}));
  EXPECT_TRUE((*core)->read_index("r"));
  EXPECT_TRUE(core->take_reads().empty());
}

}  // namespace
}  // namespace raft::test
