// The classic ways to get Raft wrong, each shown on bare cores: committing by counting what is of
// an older term, two votes in a term, committing past what a message confirms, truncating on an old
// append; and what a core does with things that only a broken disk can cause.
#include "tests/raft/harness.h"

namespace raft::test {
namespace {

using M = MessageType;

// Paper figure 8. n1 led term 2 and brought its entry to n2; n5 led term 3; n1 leads again in term
// 4 and brings entry 2 of term 2 to a majority. It must not commit it: n5 could still win and
// overwrite it.
TEST(SafetyTest, AnOldEntryIsNotCommittedByCounting) {
  Core leader(1, {.voters = ids(5), .log = {1, 2}, .hard_state = {{3}, {0}, {1}}});
  leader.make_leader();
  ASSERT_EQ(leader->term(), Term{4});
  for (const std::uint64_t from : {2u, 3u}) {
    EXPECT_TRUE(leader.step({.type = M::kAppendReply, .from = {from}, .term = {4}, .index = {2}}));
  }
  EXPECT_EQ(leader.committed(), 1u);
  const Event* held = leader.recorder().last(EventKind::kCommitHeld);
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(held->reason, Reason::kOldTermNotCounted);
  EXPECT_EQ(held->index, Index{2});
  EXPECT_EQ(held->members, ids(3));
  // With an entry of its own term on a majority all before it are committed too.
  for (const std::uint64_t from : {2u, 3u}) {
    EXPECT_TRUE(leader.step({.type = M::kAppendReply, .from = {from}, .term = {4}, .index = {3}}));
  }
  EXPECT_EQ(leader.committed(), 3u);
}

// And that n5, in that situation, does win: the whole of figure 8, with the overwriting.
TEST(SafetyTest, Figure8TheOldEntryIsIndeedOverwritten) {
  const std::vector<std::uint64_t> logs[] = {{1, 2}, {1, 2}, {1}, {1}, {1, 3}};
  std::vector<std::unique_ptr<Core>> cores;
  for (std::uint64_t id = 1; id <= 5; ++id) {
    cores.push_back(std::make_unique<Core>(
        id, CoreOptions{.voters = ids(5), .log = logs[id - 1], .hard_state = {{3}, {5}, {1}}}));
  }
  Network network(std::move(cores));
  network.isolate(5);
  network.ignore(M::kAppend);
  EXPECT_TRUE(network.campaign(1));
  ASSERT_EQ(network[1]->role(), Role::kLeader);
  ASSERT_EQ(network[1]->term(), Term{4});
  // Of its appends only the one with entry 2 reaches n3.
  EXPECT_TRUE(network[3].step({.type = M::kAppend,
                               .from = {1},
                               .term = {4},
                               .log_term = {1},
                               .index = {1},
                               .entries = {make_entry(2, 2)}}));
  for (const std::uint64_t from : {2u, 3u}) {
    EXPECT_TRUE(
        network[1].step({.type = M::kAppendReply, .from = {from}, .term = {4}, .index = {2}}));
  }
  EXPECT_EQ(network[1].committed(), 1u);
  network[3].take_messages();
  network[1].take_messages();
  network.recover();
  network.isolate(1);
  EXPECT_TRUE(network.campaign(5));  // term 4, in which they voted for n1
  EXPECT_TRUE(network.campaign(5));
  ASSERT_EQ(network[5]->role(), Role::kLeader);
  for (std::uint64_t id = 2; id <= 5; ++id) {
    EXPECT_EQ(network[id].log_terms(), (std::vector<std::uint64_t>{1, 3, 5})) << id;
    EXPECT_EQ(network[id].committed(), 3u);
  }
}

TEST(SafetyTest, OneVoteInATermAlsoAcrossARestart) {
  Core voter(1, {.voters = ids(3)});
  const auto ask = [](Core& core, std::uint64_t from) {
    EXPECT_TRUE(core.step({.type = M::kVote, .from = {from}, .term = {1}}));
    const std::vector<Message> sent = core.take_messages();
    EXPECT_EQ(sent.size(), 1u);
    return !sent.at(0).reject;
  };
  EXPECT_TRUE(ask(voter, 2));
  EXPECT_FALSE(ask(voter, 3));
  const Event* refused = voter.recorder().last(EventKind::kVoteRefused);
  ASSERT_NE(refused, nullptr);
  EXPECT_EQ(refused->reason, Reason::kAlreadyVoted);
  EXPECT_TRUE(ask(voter, 2));  // the answer may have been lost
  Core restarted(1, {}, voter.storage());
  EXPECT_FALSE(ask(restarted, 3));
  EXPECT_TRUE(ask(restarted, 2));
}

TEST(SafetyTest, SteppingDownDoesNotForgetTheVote) {
  Core core(1, {.voters = ids(3)});
  EXPECT_TRUE(core.campaign());
  EXPECT_TRUE(core.step({.type = M::kHeartbeat, .from = {2}, .term = {1}}));
  ASSERT_EQ(core->role(), Role::kFollower);
  EXPECT_EQ(core->vote(), NodeId{1});
  core.take_messages();
  EXPECT_TRUE(core.step({.type = M::kVote, .from = {3}, .term = {1}}));
  EXPECT_TRUE(core.take_messages().at(0).reject);
}

TEST(SafetyTest, VotesOfAnEarlierElectionDoNotCount) {
  Core core(1, {.voters = ids(3)});
  EXPECT_TRUE(core.campaign());
  EXPECT_TRUE(core.campaign());
  ASSERT_EQ(core->term(), Term{2});
  EXPECT_TRUE(core.step({.type = M::kVoteReply, .from = {2}, .term = {1}}));
  EXPECT_EQ(core->role(), Role::kCandidate);
  EXPECT_EQ(core.recorder().last(EventKind::kMessageIgnored)->reason, Reason::kTermOlder);
  // Neither does the same voter's answer twice.
  Core five(1, {.voters = ids(5)});
  EXPECT_TRUE(five.campaign());
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(five.step({.type = M::kVoteReply, .from = {2}, .term = {1}}));
  }
  EXPECT_EQ(five->role(), Role::kCandidate);
}

// The follower holds an entry of an older leader behind what the message confirms.
TEST(SafetyTest, AFollowerCommitsNoFurtherThanTheMessageConfirms) {
  Core follower(2, {.voters = ids(3), .log = {1, 1, 1}});
  EXPECT_TRUE(follower.step({.type = M::kAppend,
                             .from = {3},
                             .term = {2},
                             .log_term = {1},
                             .index = {1},
                             .commit = {3}}));
  EXPECT_EQ(follower.committed(), 1u);
  // It acknowledges no more than that either, or the leader would count entries that are not its
  // own.
  const std::vector<Message> sent = follower.take_messages();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].index, Index{1});
}

TEST(SafetyTest, AnOldAppendTruncatesNothing) {
  Core follower(2, {.voters = ids(3)});
  const std::vector<EntryPtr> entries = make_log({1, 1, 1});
  EXPECT_TRUE(follower.step(
      {.type = M::kAppend, .from = {1}, .term = {1}, .commit = {0}, .entries = entries}));
  EXPECT_TRUE(follower.step(
      {.type = M::kAppend, .from = {1}, .term = {1}, .commit = {0}, .entries = {entries[0]}}));
  EXPECT_EQ(follower.last_index(), 3u);
  EXPECT_EQ(follower.recorder().count(EventKind::kTruncated), 0u);
}

TEST(SafetyTest, AConflictTruncatesAndSaysWhy) {
  Core follower(2, {.voters = ids(3), .log = {1, 1, 1}, .hard_state = {{1}, {0}, {1}}});
  EXPECT_TRUE(follower.step({.type = M::kAppend,
                             .from = {3},
                             .term = {2},
                             .log_term = {1},
                             .index = {1},
                             .entries = {make_entry(2, 2)}}));
  EXPECT_EQ(follower.log_terms(), (std::vector<std::uint64_t>{1, 2}));
  const Event* truncated = follower.recorder().last(EventKind::kTruncated);
  ASSERT_NE(truncated, nullptr);
  EXPECT_EQ(truncated->index, Index{2});
  EXPECT_EQ(truncated->term, Term{1});
  EXPECT_EQ(truncated->other_term, Term{2});
  const Event* appended = follower.recorder().last(EventKind::kAppended);
  ASSERT_NE(appended, nullptr);
  EXPECT_EQ(appended->index, Index{2});
  EXPECT_EQ(appended->other_index, Index{2});
}

TEST(SafetyTest, AnAppendBelowTheCommitIndexIsAnsweredWithIt) {
  Core follower(2, {.voters = ids(3), .log = {1, 1, 1}, .hard_state = {{1}, {0}, {3}}});
  EXPECT_TRUE(follower.step({.type = M::kAppend,
                             .from = {3},
                             .term = {2},
                             .log_term = {1},
                             .index = {1},
                             .entries = {make_entry(2, 2)}}));
  EXPECT_EQ(follower.log_terms(), (std::vector<std::uint64_t>{1, 1, 1}));
  const std::vector<Message> sent = follower.take_messages();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_FALSE(sent[0].reject);
  EXPECT_EQ(sent[0].index, Index{3});
}

// From here on: what only a broken disk can cause. The core stops, with a reason, and does nothing
// more.
void expect_halted(Core& core) {
  EXPECT_NE(core->halted(), nullptr);
  const Event* event = core.recorder().last(EventKind::kHalted);
  ASSERT_NE(event, nullptr);
  EXPECT_STREQ(event->text, core->halted());
  core.take_messages();
  const Term term = core->term();
  for (int i = 0; i < 50; ++i) core.tick();
  EXPECT_EQ(core->term(), term);
  EXPECT_EQ(core.step({.type = M::kHeartbeat, .from = {2}, .term = {9}}).error().code,
            Code::kCorruption);
  EXPECT_EQ(core.propose("x").error().code, Code::kCorruption);
  EXPECT_EQ(core.campaign().error().code, Code::kCorruption);
  EXPECT_FALSE(core->has_ready());
  EXPECT_TRUE(core.take_messages().empty());
}

TEST(SafetyTest, HaltsIfTheLeaderKnowsEntriesHereThatAreGone) {
  Core core(1, {.voters = ids(3), .log = {1, 1}});
  EXPECT_EQ(
      core.step({.type = M::kHeartbeat, .from = {2}, .term = {1}, .commit = {3}}).error().code,
      Code::kCorruption);
  expect_halted(core);
}

}  // namespace
}  // namespace raft::test
