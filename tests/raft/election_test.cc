// Pre-vote (thesis section 9.6), check-quorum (6.2) and what elections tell the observer.
#include "tests/raft/harness.h"

namespace raft::test {
namespace {

using M = MessageType;

void with_pre_vote(Config& config) { config.pre_vote = true; }
void with_check_quorum(Config& config) { config.check_quorum = true; }

TEST(PreVoteTest, AskingChangesNeitherTermNorVote) {
  Core core(1, {.voters = ids(3), .more = with_pre_vote});
  core.make_follower(4, 2);
  EXPECT_TRUE(core.campaign());
  EXPECT_EQ(core->role(), Role::kPreCandidate);
  EXPECT_EQ(core->term(), Term{4});
  EXPECT_EQ(core->vote(), kNoNode);
  const std::vector<Message> sent = core.take_messages();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].type, M::kPreVote);
  EXPECT_EQ(sent[0].term, Term{5});
}

TEST(PreVoteTest, AGrantBindsNobodyAndCarriesTheTermAskedFor) {
  Core voter(1, {.voters = ids(3)});
  voter.make_follower(4, 0);
  voter.tick();
  const std::uint64_t elapsed = voter->status().timer.elapsed;
  for (const std::uint64_t from : {2u, 3u}) {
    EXPECT_TRUE(voter.step({.type = M::kPreVote, .from = {from}, .term = {5}}));
    const std::vector<Message> sent = voter.take_messages();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].type, M::kPreVoteReply);
    EXPECT_FALSE(sent[0].reject);
    EXPECT_EQ(sent[0].term, Term{5});
  }
  EXPECT_EQ(voter->term(), Term{4});
  EXPECT_EQ(voter->vote(), kNoNode);
  EXPECT_EQ(voter->status().timer.elapsed, elapsed);
}

TEST(PreVoteTest, ARefusalCarriesTheVotersOwnTerm) {
  Core voter(1, {.voters = ids(3), .log = {3}});
  voter.make_follower(4, 0);
  EXPECT_TRUE(voter.step({.type = M::kPreVote, .from = {2}, .term = {5}}));  // its log is older
  std::vector<Message> sent = voter.take_messages();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_TRUE(sent[0].reject);
  EXPECT_EQ(sent[0].term, Term{4});
  EXPECT_TRUE(voter.step({.type = M::kPreVote, .from = {2}, .term = {3}}));  // of a lower term
  sent = voter.take_messages();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_TRUE(sent[0].reject);
  EXPECT_EQ(sent[0].term, Term{4});
}

TEST(PreVoteTest, AMajorityStartsTheRealElection) {
  Network network(3, with_pre_vote);
  EXPECT_TRUE(network.campaign(1));
  EXPECT_EQ(network[1]->role(), Role::kLeader);
  for (std::uint64_t id = 1; id <= 3; ++id) EXPECT_EQ(network[id]->term(), Term{1});
}

TEST(PreVoteTest, APreVoteThatComesLateDoesNotCountAsAVote) {
  Core core(1, {.voters = ids(5), .more = with_pre_vote});
  EXPECT_TRUE(core.campaign());
  for (const std::uint64_t from : {2u, 3u}) {
    EXPECT_TRUE(core.step({.type = M::kPreVoteReply, .from = {from}, .term = {1}}));
  }
  ASSERT_EQ(core->role(), Role::kCandidate);
  for (const std::uint64_t from : {4u, 5u}) {
    EXPECT_TRUE(core.step({.type = M::kPreVoteReply, .from = {from}, .term = {1}}));
  }
  EXPECT_EQ(core->role(), Role::kCandidate);
  EXPECT_EQ(core->term(), Term{1});
  EXPECT_EQ(core->votes().size(), 1u);
}

TEST(PreVoteTest, ANodeThatWasCutOffDoesNotDeposeTheLeader) {
  for (const bool pre_vote : {true, false}) {
    Network network(3, [pre_vote](Config& config) { config.pre_vote = pre_vote; });
    EXPECT_TRUE(network.campaign(1));
    const Term term = network[1]->term();
    network.isolate(3);
    EXPECT_TRUE(network.propose(1, "x"));
    for (int i = 0; i < 60; ++i) network[3].tick();
    network[3].take_messages();
    EXPECT_EQ(network[3]->term() > term, !pre_vote);
    network.recover();
    EXPECT_TRUE(network.campaign(3));  // its log is behind, it cannot win
    EXPECT_EQ(network[1]->role() == Role::kLeader, pre_vote);
    EXPECT_EQ(network[1]->term() == term, pre_vote);
  }
}

TEST(PreVoteTest, OfTwoThatWouldOneIsElected) {
  Network network(3, with_pre_vote);
  network.cut(1, 3);
  EXPECT_TRUE(network.campaign(1));
  EXPECT_TRUE(network.campaign(3));
  EXPECT_EQ(network[1]->role(), Role::kLeader);
  EXPECT_EQ(network[3]->role(), Role::kFollower);  // refused by 2, whose log is newer
  EXPECT_EQ(network[3]->term(), Term{1});          // the refusal carries it
}

TEST(CheckQuorumTest, ALeaderThatHearsNoMajorityStepsDown) {
  Core leader(1, {.voters = ids(3), .more = with_check_quorum});
  leader.make_leader();
  const Term term = leader->term();
  // All count as not heard at first; the answers of one of two keep it in office.
  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(leader.step({.type = M::kHeartbeatReply, .from = {2}, .term = leader->term()}));
    for (int i = 0; i < 10; ++i) leader.tick();
    ASSERT_EQ(leader->role(), Role::kLeader) << round;
  }
  for (int i = 0; i < 10; ++i) leader.tick();
  EXPECT_EQ(leader->role(), Role::kFollower);
  EXPECT_EQ(leader->term(), term);
  EXPECT_EQ(leader->leader(), kNoNode);
  EXPECT_EQ(leader.recorder().last(EventKind::kRoleChanged)->reason, Reason::kQuorumLost);
}

TEST(CheckQuorumTest, WithoutItALeaderStays) {
  Core leader(1, {.voters = ids(3)});
  leader.make_leader();
  for (int i = 0; i < 100; ++i) leader.tick();
  EXPECT_EQ(leader->role(), Role::kLeader);
}

TEST(CheckQuorumTest, AVoterThatHeardItsLeaderDoesNotAnswer) {
  Core voter(1, {.voters = ids(3), .more = with_check_quorum});
  EXPECT_TRUE(voter.step({.type = M::kHeartbeat, .from = {2}, .term = {1}}));
  voter.take_messages();
  EXPECT_TRUE(voter.step({.type = M::kVote, .from = {3}, .term = {5}}));
  EXPECT_TRUE(voter.take_messages().empty());
  EXPECT_EQ(voter->term(), Term{1});
  // A transfer, ordered by the leader itself, overrides that.
  Core asked(1, {.voters = ids(3), .more = with_check_quorum});
  EXPECT_TRUE(asked.step({.type = M::kHeartbeat, .from = {2}, .term = {1}}));
  asked.take_messages();
  EXPECT_TRUE(asked.step(
      {.type = M::kVote, .from = {3}, .term = {2}, .context = std::string(kCampaignTransfer)}));
  EXPECT_FALSE(asked.take_messages().at(0).reject);
  // One base election timeout later it answers.
  Core later(1, {.voters = ids(3), .more = with_check_quorum});
  EXPECT_TRUE(later.step({.type = M::kHeartbeat, .from = {2}, .term = {1}}));
  later->set_timer(100);
  for (int i = 0; i < 10; ++i) later.tick();
  later.take_messages();
  EXPECT_TRUE(later.step({.type = M::kVote, .from = {3}, .term = {5}}));
  EXPECT_FALSE(later.take_messages().at(0).reject);
}

TEST(CheckQuorumTest, AMemberStuckAtAHigherTermFreesItself) {
  Network network(3, with_check_quorum);
  for (std::uint64_t id = 2; id <= 3; ++id) {
    for (int i = 0; i < 9; ++i) network[id].tick();
  }
  EXPECT_TRUE(network.campaign(1));
  network.isolate(3);
  for (int i = 0; i < 25; ++i) network[3].tick();
  network[3].take_messages();
  ASSERT_GT(network[3]->term(), network[1]->term());
  network.recover();
  network.beat(1);  // n3 answers with its term, n1 steps down
  EXPECT_EQ(network[1]->role(), Role::kFollower);
  EXPECT_EQ(network[1]->term(), network[3]->term());
}

TEST(ElectionEventsTest, AWonElectionIsToldStepByStep) {
  Core core(1, {.voters = ids(3), .log = {1}});
  EXPECT_TRUE(core.campaign());
  EXPECT_TRUE(core.step({.type = M::kVoteReply, .from = {2}, .term = {2}, .reject = true}));
  EXPECT_TRUE(core.step({.type = M::kVoteReply, .from = {3}, .term = {2}}));
  std::vector<EventKind> kinds;
  for (const Event& event : core.recorder().events) kinds.push_back(event.kind);
  const std::vector<EventKind> expected{EventKind::kTermChanged, EventKind::kRoleChanged,
                                        EventKind::kVoteCounted, EventKind::kVoteCounted,
                                        EventKind::kVoteCounted, EventKind::kRoleChanged,
                                        EventKind::kAppended,    EventKind::kDurable};
  EXPECT_EQ(kinds, expected);
  EXPECT_EQ(core.recorder().events[0].reason, Reason::kAskedToCampaign);
  const Event& last_vote = core.recorder().events[4];
  EXPECT_EQ(last_vote.peer, NodeId{3});
  EXPECT_EQ(last_vote.other_index, Index{2});  // granted
  EXPECT_EQ(last_vote.index, Index{1});        // refused
  EXPECT_EQ(core.recorder().events[5].reason, Reason::kWonElection);
}

TEST(ElectionEventsTest, ARefusalNamesBothLogs) {
  Core voter(1, {.voters = ids(3), .log = {1, 2, 2}});
  EXPECT_TRUE(
      voter.step({.type = M::kVote, .from = {3}, .term = {3}, .log_term = {2}, .index = {2}}));
  const Event* event = voter.recorder().last(EventKind::kVoteRefused);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->reason, Reason::kLogOlder);
  EXPECT_EQ(event->term, Term{2});
  EXPECT_EQ(event->index, Index{2});
  EXPECT_EQ(event->other_term, Term{2});
  EXPECT_EQ(event->other_index, Index{3});
}

TEST(ElectionEventsTest, ARefusedRequestDoesNotResetTheTimerAGrantedOneDoes) {
  Core voter(1, {.voters = ids(3), .log = {1}});
  for (int i = 0; i < 5; ++i) voter.tick();
  EXPECT_TRUE(voter.step({.type = M::kVote, .from = {3}, .term = {1}}));
  EXPECT_EQ(voter->status().timer.elapsed, 5u);
  EXPECT_TRUE(
      voter.step({.type = M::kVote, .from = {2}, .term = {1}, .log_term = {1}, .index = {1}}));
  EXPECT_EQ(voter->status().timer.elapsed, 0u);
}

}  // namespace
}  // namespace raft::test
