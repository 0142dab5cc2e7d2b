// Each property: a run that this property alone catches, and its harmless twin.
#include <gtest/gtest.h>

#include "tests/check/story.h"

namespace check_test {
namespace {

using Names = std::vector<std::string>;

TEST(ElectionSafety, TwoLeadersOfOneTerm) {
  Story story;
  story.lead(1, 3);
  story.lead(2, 3);
  ASSERT_EQ(story.broken(), Names{"election-safety"});
  const auto& found = story.checkers.violations().front();
  EXPECT_EQ(found.text, "term 3 has two leaders: n1 and n2");
  EXPECT_EQ(found.earlier.id, 2u);
  EXPECT_EQ(found.later.id, 4u);
  EXPECT_EQ(found.later.text, "n2 leads term 3");
  EXPECT_EQ(found.event, 4u);
  EXPECT_EQ(found.nodes, (std::vector<raft::NodeId>{{1}, {2}}));

  Story twin;
  twin.lead(1, 3);
  twin.lead(2, 4);
  ASSERT_EQ(twin.broken(), Names{});
}

TEST(LeaderAppendOnly, ALeaderRemovesOrOverwrites) {
  for (const bool overwrite : {false, true}) {
    Story story;
    story.lead(1, 1);
    story.append(1, {entry(1, 1, "a"), entry(2, 1, "b")});
    if (overwrite) {
      story.append(1, {entry(2, 2, "c")});
    } else {
      story.truncate(1, 2);
    }
    ASSERT_EQ(story.broken(), Names{"leader-append-only"});
    EXPECT_EQ(story.checkers.violations().front().earlier.id, 3u);
  }
  Story twin;
  twin.lead(1, 1);
  twin.append(1, {entry(1, 1, "a"), entry(2, 1, "b")});
  twin.role(1, raft::Role::kFollower);
  twin.truncate(1, 2);
  twin.append(1, {entry(2, 2, "c")});
  ASSERT_EQ(twin.broken(), Names{});
}

TEST(LogMatching, OneIndexAndTermWithTwoContents) {
  Story story;
  story.append(1, {entry(1, 1, "a"), entry(2, 1, "b")});
  story.append(2, {entry(1, 1, "a"), entry(2, 1, "other")});
  ASSERT_EQ(story.broken(), Names{"log-matching"});
  EXPECT_EQ(story.checkers.violations().front().text, "entry 2 (term 1) of n2 is not that of n1");
  Story twin;
  twin.append(1, {entry(1, 1, "a"), entry(2, 1, "b")});
  twin.append(2, {entry(1, 1, "a"), entry(2, 2, "other")});
  ASSERT_EQ(twin.broken(), Names{});
}

TEST(LogMatching, OneEntryBehindTwoTerms) {
  Story story;
  story.append(1, {entry(1, 1, "a"), entry(2, 3, "b")});
  story.append(2, {entry(1, 2, "z")});
  story.append(2, {entry(2, 3, "b")});
  ASSERT_EQ(story.broken(), Names{"log-matching"});
  Story twin;
  twin.append(1, {entry(1, 1, "a"), entry(2, 3, "b")});
  twin.append(2, {entry(1, 2, "z")});
  twin.append(2, {entry(1, 1, "a"), entry(2, 3, "b")});
  ASSERT_EQ(twin.broken(), Names{});
}

TEST(LogMatching, ADiskThatGivesBackSomethingElse) {
  Story story;
  story.append(1, {entry(1, 1, "a"), entry(2, 1, "b")});
  story.durable(1);
  story.crash(1);
  story.restart(1, {}, {entry(1, 1, "a"), entry(2, 1, "rot")});
  ASSERT_EQ(story.broken(), Names{"log-matching"});
}

// What the memories hold is the same; what went to the disks is not.
TEST(DiskLogMatching, OneEntryWithTwoContentsOnTwoDisks) {
  for (const bool differ : {true, false}) {
    Story story;
    story.append(1, {entry(1, 1, "a")});
    story.append(2, {entry(1, 1, "a")});
    for (std::uint64_t node = 1; node <= 2; ++node) {
      sim::Fact stored;
      stored.core.index = {1};
      stored.entries = {entry(1, 1, differ && node == 2 ? "other" : "a")};
      story.tell(node, FactKind::kDurable, stored);
    }
    ASSERT_EQ(story.broken(), differ ? Names{"disk-log-matching"} : Names{});
    if (!differ) continue;
    EXPECT_EQ(story.checkers.violations().front().text,
              "entry 1 (term 1) of the disk of n2 is not that of the disk of n1");
  }
}

TEST(LeaderCompleteness, ALaterLeaderLacksWhatWasCommitted) {
  for (const bool lacks : {true, false}) {
    Story story;
    story.lead(1, 1);
    story.append(1, {entry(1, 1, "a")});
    if (!lacks) story.append(3, {entry(1, 1, "a")});
    story.durable(1);
    story.commit(1, 1, {{1}, {2}});
    story.lead(3, 2);
    ASSERT_EQ(story.broken(), lacks ? Names{"leader-completeness"} : Names{});
    if (!lacks) continue;
    const auto& found = story.checkers.violations().front();
    EXPECT_EQ(found.text,
              "n3, leader of term 2, lacks entry 1 (term 1), which n1 committed in term 1");
    EXPECT_EQ(found.earlier.text, "n1 commits entry 1 (term 1) in term 1");
  }
}

// The old leader commits after the new one was elected: the same contradiction, seen the other way.
TEST(LeaderCompleteness, AnOldLeaderCommitsWhatTheNewOneLacks) {
  for (const bool lacks : {true, false}) {
    Story story;
    story.lead(1, 1);
    story.append(1, {entry(1, 1, "a")});
    if (!lacks) story.append(3, {entry(1, 1, "a")});
    story.durable(1);
    story.lead(3, 2);
    story.append(3, {entry(lacks ? 1 : 2, 2, "b")});
    story.commit(1, 1, {{1}, {2}});
    ASSERT_EQ(story.broken(), lacks ? Names{"leader-completeness"} : Names{});
  }
}

// Figure 8 of the paper: counted in term 4, it counts from term 4 on, not from its own.
TEST(LeaderCompleteness, AnEntryIsCommittedInTheTermOfWhoCountsIt) {
  Story story;
  story.lead(1, 2);
  story.append(1, {entry(1, 2, "a")});
  story.durable(1);
  story.lead(5, 3);
  story.lead(1, 4);
  story.commit(1, 1, {{1}, {2}, {3}});
  ASSERT_EQ(story.broken(), Names{});
  story.lead(5, 5);
  ASSERT_EQ(story.broken(), Names{"leader-completeness"});
}

TEST(StateMachineSafety, TwoEntriesAppliedAtOneIndex) {
  Story story;
  story.apply(1, {put(1, 1, "x", "1")});
  story.apply(2, {put(1, 2, "x", "2")});
  ASSERT_EQ(story.broken(), Names{"state-machine-safety"});
  EXPECT_EQ(story.checkers.violations().front().text,
            "n2 applies entry 1 (term 2) where n1 applied entry 1 (term 1)");
  Story twin;
  twin.apply(1, {put(1, 1, "x", "1")});
  twin.apply(2, {put(1, 1, "x", "1")});
  ASSERT_EQ(twin.broken(), Names{});
}

TEST(Monotonic, TermCommitAndAppliedDoNotFall) {
  Story term;
  term.term(1, 5);
  term.term(1, 4);
  ASSERT_EQ(term.broken(), Names{"monotonic"});
  EXPECT_EQ(term.checkers.violations().front().text, "the term of n1 fell from 5 to 4");

  Story commit;
  commit.commit(1, 5);
  commit.commit(1, 4);
  ASSERT_EQ(commit.broken(), Names{"monotonic"});

  Story applied;
  applied.apply(1, {entry(1, 1), entry(2, 1)});
  applied.nodes[1].applied = {1};
  applied.tell(1, FactKind::kReceive);
  ASSERT_EQ(applied.broken(), Names{"monotonic"});

  Story twin;
  twin.term(1, 4);
  twin.commit(1, 4);
  twin.term(1, 5);
  twin.commit(1, 5);
  ASSERT_EQ(twin.broken(), Names{});
}

TEST(Monotonic, ARestartFallsBackToTheDiskAndNoFurther) {
  for (const std::uint64_t read_back : {4u, 3u}) {
    Story story;
    story.term(1, 4);
    story.apply(1, {entry(1, 1), entry(2, 1)});
    story.durable(1);
    story.term(1, 6);
    story.commit(1, 9);
    story.apply(1, {entry(3, 1)});
    story.crash(1);
    story.restart(1, {.term = {read_back}, .applied = {2}});
    ASSERT_EQ(story.broken(), read_back == 4 ? Names{} : Names{"monotonic"});
  }
  Story applied;
  applied.apply(1, {entry(1, 1), entry(2, 1)});
  applied.durable(1);
  applied.crash(1);
  applied.restart(1, {.applied = {1}});
  ASSERT_EQ(applied.broken(), Names{"monotonic"});
}

TEST(Monotonic, MatchIndexesDoNotFallWithinATerm) {
  const kv::Rows rows;
  for (const bool same_term : {true, false}) {
    Story story;
    story.lead(1, 1);
    sim::ProgressView peer;
    peer.node = {2};
    peer.progress.match = {7};
    auto view = story.view_of(1, rows);
    view.nodes[0].progress = {peer};
    story.checkers.after_event(view);
    if (!same_term) story.lead(1, 2);
    peer.progress.match = {6};
    story.tell(1, FactKind::kReceive);
    view = story.view_of(1, rows);
    view.nodes[0].progress = {peer};
    story.checkers.after_event(view);
    ASSERT_EQ(story.broken(), same_term ? Names{"monotonic"} : Names{});
  }
}

TEST(VoteOnce, TwoVotesThatCount) {
  Story story;
  story.term(1, 2);
  story.vote(1, 2);
  story.durable(1);
  story.vote(1, 3);
  ASSERT_EQ(story.broken(), Names{}) << "a vote in memory does not count yet";
  story.durable(1);
  ASSERT_EQ(story.broken(), Names{"vote-once"});
  EXPECT_EQ(story.checkers.violations().front().text, "n1 gave its vote in term 2 to n2 and to n3");
}

TEST(VoteOnce, OverARestart) {
  for (const bool was_durable : {true, false}) {
    Story story;
    story.term(1, 2);
    story.durable(1);
    story.vote(1, 2);
    if (was_durable) story.durable(1);
    story.crash(1);
    story.restart(1, {.term = {2}});
    story.vote(1, 3);
    story.durable(1);
    story.grant(1, 3);
    ASSERT_EQ(story.broken(), was_durable ? Names{"vote-once"} : Names{});
  }
}

TEST(VoteOnce, AReplyThatHasLeftCounts) {
  Story story;
  story.term(1, 2);
  story.vote(1, 2);
  story.grant(1, 2);  // too early: another property
  story.crash(1);
  story.restart(1, {.term = {2}});
  story.vote(1, 3);
  story.durable(1);
  ASSERT_EQ(story.broken(), (Names{"durable-before-ack", "vote-once"}));
}

TEST(DurableBeforeAck, AcknowledgedEntries) {
  for (const bool waits : {true, false}) {
    Story story;
    story.term(2, 1);
    story.durable(2);
    story.append(2, {entry(1, 1, "a"), entry(2, 1, "b")});
    if (waits) story.durable(2);
    story.acknowledge(2, 1, 2);
    ASSERT_EQ(story.broken(), waits ? Names{} : Names{"durable-before-ack"});
  }
}

// The disk is long enough, but what it holds there is what was replaced.
TEST(DurableBeforeAck, TheDiskHoldsAnotherEntryThere) {
  for (const bool waits : {true, false}) {
    Story story;
    story.term(2, 1);
    story.append(2, {entry(1, 1, "a"), entry(2, 1, "b")});
    story.term(2, 2);
    story.durable(2);
    story.truncate(2, 2);
    story.append(2, {entry(2, 2, "c")});
    if (waits) story.durable(2);
    story.acknowledge(2, 1, 2);
    ASSERT_EQ(story.broken(), waits ? Names{} : Names{"durable-before-ack"});
  }
}

TEST(DurableBeforeAck, TheTermOfAnAcknowledgement) {
  Story story;
  story.append(2, {entry(1, 1, "a")});
  story.durable(2);
  story.term(2, 4);
  story.acknowledge(2, 1, 1);
  ASSERT_EQ(story.broken(), Names{"durable-before-ack"});
}

TEST(DurableBeforeAck, GrantedVotes) {
  for (const bool waits : {true, false}) {
    Story story;
    story.term(2, 1);
    story.vote(2, 1);
    if (waits) story.durable(2);
    story.grant(2, 1);
    ASSERT_EQ(story.broken(), waits ? Names{} : Names{"durable-before-ack"});
  }
}

TEST(DurableBeforeAck, WhatANodeCountsOfItself) {
  for (const bool waits : {true, false}) {
    Story candidate;
    candidate.term(1, 1);
    candidate.vote(1, 1);
    if (waits) candidate.durable(1);
    candidate.count_own_vote(1);
    EXPECT_EQ(candidate.broken(), waits ? Names{} : Names{"durable-before-ack"});

    Story leader;
    leader.lead(1, 1);
    leader.append(1, {entry(1, 1, "a")});
    if (waits) leader.durable(1);
    leader.commit(1, 1, {{1}, {2}});
    EXPECT_EQ(leader.broken(), waits ? Names{} : Names{"durable-before-ack"});
  }
  Story others;  // a leader may commit by its followers alone (thesis 10.2.1)
  others.lead(1, 1);
  others.append(1, {entry(1, 1, "a")});
  others.commit(1, 1, {{2}, {3}});
  EXPECT_EQ(others.broken(), Names{});
}

TEST(AppliedEqualsLog, ARowThatTheLogDoesNotExplain) {
  const kv::Rows right{{"x", {"1", {1}}}};
  const kv::Rows wrong_value{{"x", {"2", {1}}}};
  const kv::Rows wrong_index{{"x", {"1", {9}}}};
  const kv::Rows missing;
  const kv::Rows extra{{"x", {"1", {1}}}, {"y", {"1", {1}}}};
  for (const auto& [rows, good] :
       {std::pair(&right, true), std::pair(&wrong_value, false), std::pair(&wrong_index, false),
        std::pair(&missing, false), std::pair(&extra, false)}) {
    Story story;
    story.apply(1, {put(1, 1, "x", "1")});
    story.checkers.after_event(story.view_of(1, *rows));
    ASSERT_EQ(story.broken(), good ? Names{} : Names{"applied-equals-log"});
  }
}

TEST(AppliedEqualsLog, ANodeBehindIsComparedWithItsOwnPlace) {
  const kv::Rows old{{"x", {"1", {1}}}};
  const kv::Rows now{{"x", {"2", {2}}}};
  Story story;
  story.apply(1, {put(1, 1, "x", "1"), put(2, 1, "x", "2")});
  story.checkers.after_event(story.view_of(1, now));
  story.apply(2, {put(1, 1, "x", "1")});
  story.checkers.after_event(story.view_of(2, old));
  ASSERT_EQ(story.broken(), Names{});
}

TEST(AppliedEqualsLog, ARetryThatTakesEffectTwice) {
  const kv::Rows once{{"x", {"1", {1}}}};
  const kv::Rows twice{{"x", {"1", {2}}}};
  for (const bool right : {true, false}) {
    Story story;
    story.apply(1, {put(1, 1, "x", "1", 7, 1), put(2, 1, "x", "1", 7, 1)});
    story.checkers.after_event(story.view_of(1, right ? once : twice));
    ASSERT_EQ(story.broken(), right ? Names{} : Names{"applied-equals-log"});
  }
}

TEST(AppliedEqualsLog, AnEntryIsSkipped) {
  Story story;
  story.apply(1, {entry(1, 1)});
  story.apply(1, {entry(3, 1)});
  ASSERT_EQ(story.broken(), Names{"applied-equals-log"});
}

TEST(AppliedEqualsLog, RowsReadBackAfterARestart) {
  const kv::Rows right{{"x", {"1", {1}}}};
  const kv::Rows rot{{"x", {"!", {1}}}};
  for (const bool good : {true, false}) {
    Story story;
    story.append(1, {put(1, 1, "x", "1")});
    story.durable(1);
    story.crash(1);
    // Its last apply was never told, but is on the disk.
    story.restart(1, {.applied = {1}}, {put(1, 1, "x", "1")});
    story.checkers.after_event(story.view_of(1, good ? right : rot));
    ASSERT_EQ(story.broken(), good ? Names{} : Names{"applied-equals-log"});
  }
}

TEST(OneOutcome, ARequestEndsTwice) {
  Story story;
  story.request(1, 1, "put x=1");
  story.request(1, 1, "ok");
  ASSERT_EQ(story.broken(), Names{});
  story.request(1, 1, "refused not-leader");
  ASSERT_EQ(story.broken(), Names{"one-outcome"});
}

TEST(OneOutcome, AServerAnswersOnce) {
  const sim::Endpoint client{{}, 1};
  const sim::Endpoint node{{3}, 0};
  Story story;
  story.client_message(FactKind::kReceive, client, node);
  story.client_message(FactKind::kSend, node, client);
  ASSERT_EQ(story.broken(), Names{});
  story.client_message(FactKind::kSend, node, client);
  ASSERT_EQ(story.broken(), Names{"one-outcome"});
}

TEST(OneOutcome, WhatWasRefusedDoesNotTakeEffect) {
  for (const bool refused_first : {true, false}) {
    for (const char* outcome : {"refused not-leader", "dropped", "ok", "unknown"}) {
      Story story;
      story.request(1, 4, "put x=1");
      if (refused_first) story.request(1, 4, outcome);
      story.apply(1, {put(1, 1, "x", "1", 4, 1)});
      if (!refused_first) story.request(1, 4, outcome);
      const std::string said = outcome;
      const bool wrong = said == "refused not-leader" || said == "dropped";
      ASSERT_EQ(story.broken(), wrong ? Names{"one-outcome"} : Names{}) << outcome;
    }
  }
}

TEST(CheckerSet, SeveralInOneEventStandInTheOrderOfTheProperties) {
  Story story;
  story.term(2, 3);
  story.lead(1, 3);
  story.same_event = true;
  story.commit(2, 4);
  story.commit(2, 3);                  // monotonic
  story.role(2, raft::Role::kLeader);  // election-safety, told later
  ASSERT_EQ(story.broken(), (Names{"election-safety", "monotonic"}));
}

TEST(CheckerSet, ExpectedOnesAreMarkedBeforeAndAfter) {
  Story story;
  story.lead(1, 3);
  story.lead(2, 3);
  EXPECT_FALSE(story.checkers.violations()[0].expected);
  story.checkers.expect(Property::kElectionSafety);
  EXPECT_TRUE(story.checkers.violations()[0].expected);
  story.lead(3, 3);
  EXPECT_TRUE(story.checkers.violations()[1].expected);
  story.term(3, 1);
  EXPECT_FALSE(story.checkers.violations()[2].expected);
}

TEST(CheckerSet, ALostDiskIsNamedAsTheCause) {
  Story story;
  story.term(5, 2);
  story.vote(5, 1);
  story.durable(5);
  story.crash(5, "its disk is lost");
  story.restart(5, {});
  ASSERT_EQ(story.broken(), Names{});
  story.term(5, 2);
  story.vote(5, 2);
  story.durable(5);
  ASSERT_EQ(story.broken(), Names{"vote-once"});
  const std::string& text = story.checkers.violations()[0].text;
  EXPECT_NE(text.find("; cause: crash n5 lose=disk"), std::string::npos) << text;
}

raft::ConfState members(std::vector<raft::NodeId> voters, std::vector<raft::NodeId> outgoing = {}) {
  raft::ConfState config;
  config.voters = std::move(voters);
  config.outgoing = std::move(outgoing);
  return config;
}

EntryPtr change(std::uint64_t index, std::uint64_t term) {
  raft::Entry made;
  made.index = {index};
  made.term = {term};
  made.type = raft::EntryType::kConfChangeV2;
  return std::make_shared<const raft::Entry>(std::move(made));
}

// n1 leads five voters, elected as it should be.
Story five_voters() {
  Story story;
  for (std::uint64_t id = 1; id <= 5; ++id) {
    sim::Fact start;
    start.config = members({{1}, {2}, {3}, {4}, {5}});
    story.tell(id, FactKind::kStart, start);
  }
  story.term(1, 1);
  story.role(1, raft::Role::kCandidate);
  for (std::uint64_t voter = 1; voter <= 3; ++voter) {
    sim::Fact counted;
    counted.has_core = true;
    counted.core.kind = raft::EventKind::kVoteCounted;
    counted.core.peer = {voter};
    counted.core.granted = true;
    story.same_event = true;
    if (voter == 1) {
      story.vote(1, 1);
      story.durable(1);
    }
    story.tell(1, FactKind::kNote, counted);
    story.same_event = false;
  }
  story.role(1, raft::Role::kLeader);
  return story;
}

void configure(Story& story, std::uint64_t node, raft::ConfState config) {
  sim::Fact fact;
  fact.config = std::move(config);
  story.tell(node, FactKind::kConfig, fact);
}

TEST(Membership, AChangeDoesNotWaitForTheOneBeforeIt) {
  for (const bool waits : {false, true}) {
    Story story = five_voters();
    story.append(1, {change(1, 1)});
    story.durable(1);
    if (waits) {
      story.commit(1, 1, {{1}, {2}, {3}});
      story.apply(1, {change(1, 1)});
    }
    story.append(1, {change(2, 1)});
    ASSERT_EQ(story.broken(), waits ? Names{} : Names{"membership"});
    if (waits) continue;
    EXPECT_EQ(story.checkers.violations()[0].text,
              "n1 appends a change of members, entry 2, before it has applied that of entry 1");
    EXPECT_EQ(story.checkers.violations()[0].earlier.text,
              "n1 appends a change of members, entry 1");
  }
}

TEST(Membership, AnEntryIsCommittedWithoutAMajorityOfTheOldVoters) {
  for (const bool both : {false, true}) {
    Story story = five_voters();
    configure(story, 1, members({{1}, {6}, {7}}, {{1}, {2}, {3}, {4}, {5}}));
    story.append(1, {entry(1, 1, "")});
    story.durable(1);
    std::vector<raft::NodeId> holders{{1}, {6}, {7}};
    if (both) holders.insert(holders.end(), {{2}, {3}});
    story.commit(1, 1, holders);
    ASSERT_EQ(story.broken(), both ? Names{} : Names{"membership"});
    if (both) continue;
    EXPECT_EQ(
        story.checkers.violations()[0].text,
        "n1 commits entry 1, which n1 n6 n7 hold: no majority of n1 n2 n3 n4 n5 and n1 n6 n7");
  }
}

TEST(Membership, ANodeLeadsWithTheVotesOfAMinority) {
  Story story = five_voters();
  ASSERT_EQ(story.broken(), Names{});
  story.term(2, 2);
  story.nodes[2].role = raft::Role::kLeader;
  sim::Fact leads;
  leads.has_core = true;
  leads.core.kind = raft::EventKind::kRoleChanged;
  leads.core.role = raft::Role::kLeader;
  story.tell(2, FactKind::kRole, leads);
  ASSERT_EQ(story.broken(), Names{"membership"});
  EXPECT_EQ(story.checkers.violations()[0].text,
            "n2 leads term 2 with the votes of nobody: no majority of n1 n2 n3 n4 n5");
}

TEST(Membership, WhoHasNoVoteCampaigns) {
  Story story = five_voters();
  configure(story, 5, members({{1}, {2}, {3}, {4}}));
  ASSERT_EQ(story.broken(), Names{});
  story.term(5, 2);
  story.role(5, raft::Role::kCandidate);
  ASSERT_EQ(story.broken(), Names{"membership"});
}

TEST(Membership, ALeapWithoutAJointConfiguration) {
  for (const bool joint : {false, true}) {
    Story story = five_voters();
    if (joint) configure(story, 1, members({{1}, {2}, {3}}, {{1}, {2}, {3}, {4}, {5}}));
    configure(story, 1, members({{1}, {2}, {3}}));
    ASSERT_EQ(story.broken(), joint ? Names{} : Names{"membership"});
    if (joint) continue;
    EXPECT_EQ(story.checkers.violations()[0].text,
              "n1 goes from the members n1 n2 n3 n4 n5 to n1 n2 n3: majorities of the two need not "
              "meet");
  }
}

TEST(Membership, TwoNodesMakeDifferentThingsOfTheSameChange) {
  for (const bool differ : {true, false}) {
    Story story = five_voters();
    for (std::uint64_t node = 1; node <= 2; ++node) {
      story.append(node, {change(1, 1)});
      story.durable(node);
      story.commit(node, 1);
      const bool other = node == 2 && differ;
      configure(story, node, members({{1}, {2}, {3}, other ? raft::NodeId{5} : raft::NodeId{4}}));
      story.apply(node, {change(1, 1)});
    }
    ASSERT_EQ(story.broken(), differ ? Names{"membership"} : Names{});
    if (!differ) continue;
    EXPECT_EQ(
        story.checkers.violations()[0].text,
        "behind the change of entry 1 n2 has the members n1 n2 n3 n5, but n1 has n1 n2 n3 n4");
  }
}

TEST(CheckerSet, ACopyGoesOnByItself) {
  Story story;
  story.append(1, {entry(1, 1, "a")});
  story.lead(1, 1);
  Story copy = story;
  copy.lead(2, 1);
  ASSERT_EQ(copy.broken(), Names{"election-safety"});
  copy.append(2, {entry(1, 1, "b")});
  story.append(2, {entry(1, 1, "a")});
  ASSERT_EQ(story.broken(), Names{});
}

TEST(Properties, NamesAreThoseOfTheScenarioLanguage) {
  for (std::uint8_t i = 0; i < check::kProperties; ++i) {
    const auto property = static_cast<Property>(i);
    EXPECT_EQ(check::property_of(check::property_name(property)), property);
  }
  EXPECT_EQ(check::property_name(Property::kDurableBeforeAck), "durable-before-ack");
  EXPECT_EQ(check::property_of("nonsense"), std::nullopt);
}

}  // namespace
}  // namespace check_test
