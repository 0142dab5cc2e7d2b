// The lab's tests of the paper's rules, by their names there (TinyKV, raft_paper_test.go).
#include <set>

#include "tests/raft/harness.h"

namespace raft::test {
namespace {

using M = MessageType;

constexpr std::uint64_t kElectionTick = 10;

// A leader whose empty entry is committed, with no messages left.
void make_leader_with_committed_entry(Core& core, std::uint64_t count) {
  core.make_leader();
  for (std::uint64_t id = 2; id <= count; ++id) {
    EXPECT_TRUE(core.step({.type = M::kAppendReply,
                           .from = {id},
                           .term = core->term(),
                           .index = core->log().last_index()}));
  }
  ASSERT_EQ(core->log().committed(), core->log().last_index());
  core.take_messages();
  core.take_committed();
  core.take_written();
}

Message acknowledgement(const Message& append) {
  return {.type = M::kAppendReply,
          .to = append.from,
          .from = append.to,
          .term = append.term,
          .index = {append.index.value + append.entries.size()}};
}

void updates_term_from_message(Role role) {
  Core core(1, {.voters = ids(3)});
  if (role == Role::kFollower) core.make_follower(1, 2);
  if (role == Role::kCandidate) core.make_candidate();
  if (role == Role::kLeader) core.make_leader();
  EXPECT_TRUE(core.step({.type = M::kAppend, .from = {2}, .term = {2}}));
  EXPECT_EQ(core->term(), Term{2});
  EXPECT_EQ(core->role(), Role::kFollower);
}

TEST(RaftPaperTest, TestFollowerUpdateTermFromMessage2AA) {
  updates_term_from_message(Role::kFollower);
}
TEST(RaftPaperTest, TestCandidateUpdateTermFromMessage2AA) {
  updates_term_from_message(Role::kCandidate);
}
TEST(RaftPaperTest, TestLeaderUpdateTermFromMessage2AA) {
  updates_term_from_message(Role::kLeader);
}

TEST(RaftPaperTest, TestStartAsFollower2AA) {
  Core core(1, {.voters = ids(3)});
  EXPECT_EQ(core->role(), Role::kFollower);
}

TEST(RaftPaperTest, TestLeaderBcastBeat2AA) {
  Core core(1, {.voters = ids(3)});
  core.make_leader();
  core.tick();
  const std::vector<Message> expected{{.type = M::kHeartbeat, .to = {2}, .from = {1}, .term = {1}},
                                      {.type = M::kHeartbeat, .to = {3}, .from = {1}, .term = {1}}};
  EXPECT_EQ(core.take_messages(), expected);
}

void starts_one_election(Role role) {
  Core core(1, {.voters = ids(3)});
  if (role == Role::kFollower) core.make_follower(1, 2);
  if (role == Role::kCandidate) core.make_candidate();
  for (std::uint64_t i = 1; i < 2 * kElectionTick; ++i) core.tick();
  EXPECT_EQ(core->term(), Term{2});
  EXPECT_EQ(core->role(), Role::kCandidate);
  ASSERT_EQ(core->votes().size(), 1u);
  EXPECT_EQ(core->votes()[0], (std::pair<NodeId, bool>{{1}, true}));
  const std::vector<Message> expected{{.type = M::kVote, .to = {2}, .from = {1}, .term = {2}},
                                      {.type = M::kVote, .to = {3}, .from = {1}, .term = {2}}};
  EXPECT_EQ(core.take_messages(), expected);
}

TEST(RaftPaperTest, TestFollowerStartElection2AA) { starts_one_election(Role::kFollower); }
TEST(RaftPaperTest, TestCandidateStartNewElection2AA) { starts_one_election(Role::kCandidate); }

TEST(RaftPaperTest, TestLeaderElectionInOneRoundRPC2AA) {
  const struct {
    std::uint64_t size;
    std::vector<std::pair<std::uint64_t, bool>> votes;
    Role role;
  } rows[] = {
      {1, {}, Role::kLeader},
      {3, {{2, true}, {3, true}}, Role::kLeader},
      {3, {{2, true}}, Role::kLeader},
      {5, {{2, true}, {3, true}, {4, true}, {5, true}}, Role::kLeader},
      {5, {{2, true}, {3, true}, {4, true}}, Role::kLeader},
      {5, {{2, true}, {3, true}}, Role::kLeader},
      {3, {}, Role::kCandidate},
      {5, {{2, true}}, Role::kCandidate},
      {5, {{2, false}, {3, false}}, Role::kCandidate},
      {5, {}, Role::kCandidate},
  };
  for (const auto& row : rows) {
    Core core(1, {.voters = ids(row.size)});
    EXPECT_TRUE(core.campaign());
    for (const auto& [voter, granted] : row.votes) {
      EXPECT_TRUE(core.step(
          {.type = M::kVoteReply, .from = {voter}, .term = core->term(), .reject = !granted}));
    }
    EXPECT_EQ(core->role(), row.role) << row.size << " nodes, " << row.votes.size() << " answers";
    EXPECT_EQ(core->term(), Term{1});
  }
}

TEST(RaftPaperTest, TestFollowerVote2AA) {
  const struct {
    std::uint64_t vote, candidate;
    bool reject;
  } rows[] = {{0, 1, false}, {0, 2, false}, {1, 1, false},
              {2, 2, false}, {1, 2, true},  {2, 1, true}};
  for (const auto& row : rows) {
    // The lab has node 1 answer a request of node 1; a node sends itself none, so node 3 answers
    // here.
    Message request{.type = M::kVote, .from = {row.candidate}, .term = {1}};
    Core voter(3, {.voters = ids(3), .hard_state = {{1}, {row.vote}, {0}}});
    EXPECT_TRUE(voter.step(request));
    const std::vector<Message> expected{{.type = M::kVoteReply,
                                         .to = {row.candidate},
                                         .from = {3},
                                         .term = {1},
                                         .reject = row.reject}};
    EXPECT_EQ(voter.take_messages(), expected) << row.vote << " " << row.candidate;
  }
}

TEST(RaftPaperTest, TestCandidateFallback2AA) {
  for (const std::uint64_t term : {1u, 2u}) {
    Core core(1, {.voters = ids(3)});
    EXPECT_TRUE(core.campaign());
    ASSERT_EQ(core->role(), Role::kCandidate);
    EXPECT_TRUE(core.step({.type = M::kAppend, .from = {2}, .term = {term}}));
    EXPECT_EQ(core->role(), Role::kFollower);
    EXPECT_EQ(core->term(), Term{term});
  }
}

void election_timeout_is_randomized(Role role) {
  Core core(1, {.voters = ids(3)});
  std::set<std::uint64_t> timeouts;
  for (std::uint64_t round = 0; round < 50 * kElectionTick; ++round) {
    if (role == Role::kFollower) core.make_follower(core->term().value + 1, 2);
    if (role == Role::kCandidate) core.make_candidate();
    std::uint64_t ticks = 0;
    while (core.take_messages().empty()) {
      core.tick();
      ++ticks;
    }
    timeouts.insert(ticks);
  }
  for (std::uint64_t ticks = kElectionTick + 1; ticks < 2 * kElectionTick; ++ticks) {
    EXPECT_EQ(timeouts.count(ticks), 1u) << ticks;
  }
  EXPECT_EQ(*timeouts.begin(), kElectionTick);
  EXPECT_EQ(*timeouts.rbegin(), 2 * kElectionTick - 1);
}

TEST(RaftPaperTest, TestFollowerElectionTimeoutRandomized2AA) {
  election_timeout_is_randomized(Role::kFollower);
}
TEST(RaftPaperTest, TestCandidateElectionTimeoutRandomized2AA) {
  election_timeout_is_randomized(Role::kCandidate);
}

void election_timeouts_seldom_conflict(Role role) {
  std::vector<std::unique_ptr<Core>> cores;
  for (std::uint64_t id = 1; id <= 5; ++id) {
    cores.push_back(std::make_unique<Core>(id, CoreOptions{.voters = ids(5), .seed = id}));
  }
  int conflicts = 0;
  for (int round = 0; round < 1000; ++round) {
    for (auto& core : cores) {
      if (role == Role::kFollower) core->make_follower(core->raft().term().value + 1, 0);
      if (role == Role::kCandidate) core->make_candidate();
    }
    int timeouts = 0;
    while (timeouts == 0) {
      for (auto& core : cores) {
        core->tick();
        if (!core->take_messages().empty()) ++timeouts;
      }
    }
    if (timeouts > 1) ++conflicts;
  }
  EXPECT_LE(conflicts, 300);
}

TEST(RaftPaperTest, TestFollowersElectionTimeoutNonconflict2AA) {
  election_timeouts_seldom_conflict(Role::kFollower);
}
TEST(RaftPaperTest, TestCandidatesElectionTimeoutNonconflict2AA) {
  election_timeouts_seldom_conflict(Role::kCandidate);
}

TEST(RaftPaperTest, TestLeaderStartReplication2AB) {
  Core core(1, {.voters = ids(3)});
  make_leader_with_committed_entry(core, 3);
  const Index last = core->log().last_index();
  EXPECT_TRUE(core.propose("some data"));
  EXPECT_EQ(core->log().last_index(), next_index(last));
  EXPECT_EQ(core->log().committed(), last);
  const EntryPtr entry = core->log().entry(next_index(last));
  EXPECT_EQ(*entry, (Entry{{1}, next_index(last), EntryType::kNormal, "some data"}));
  std::vector<Message> expected;
  for (const std::uint64_t to : {2u, 3u}) {
    expected.push_back({.type = M::kAppend,
                        .to = {to},
                        .from = {1},
                        .term = {1},
                        .log_term = {1},
                        .index = last,
                        .commit = last,
                        .entries = {entry}});
  }
  EXPECT_EQ(core.take_messages(), expected);
  EXPECT_EQ(core.take_written(), std::vector<EntryPtr>{entry});
}

TEST(RaftPaperTest, TestLeaderCommitEntry2AB) {
  Core core(1, {.voters = ids(3)});
  make_leader_with_committed_entry(core, 3);
  const Index last = core->log().last_index();
  EXPECT_TRUE(core.propose("some data"));
  for (const Message& message : core.take_messages()) {
    EXPECT_TRUE(core.step(acknowledgement(message)));
  }
  EXPECT_EQ(core->log().committed(), next_index(last));
  const std::vector<EntryPtr> committed = core.take_committed();
  ASSERT_EQ(committed.size(), 1u);
  EXPECT_EQ(*committed[0], (Entry{{1}, next_index(last), EntryType::kNormal, "some data"}));
  const std::vector<Message> sent = core.take_messages();
  ASSERT_EQ(sent.size(), 2u);
  for (std::size_t i = 0; i < sent.size(); ++i) {
    EXPECT_EQ(sent[i].to, NodeId{i + 2});
    EXPECT_EQ(sent[i].type, M::kAppend);
    EXPECT_EQ(sent[i].commit, next_index(last));
  }
}

TEST(RaftPaperTest, TestLeaderAcknowledgeCommit2AB) {
  const struct {
    std::uint64_t size;
    std::vector<std::uint64_t> acceptors;
    bool committed;
  } rows[] = {
      {1, {}, true},     {3, {}, false},       {3, {2}, true},
      {3, {2, 3}, true}, {5, {}, false},       {5, {2}, false},
      {5, {2, 3}, true}, {5, {2, 3, 4}, true}, {5, {2, 3, 4, 5}, true},
  };
  for (const auto& row : rows) {
    Core core(1, {.voters = ids(row.size)});
    make_leader_with_committed_entry(core, row.size);
    const Index last = core->log().last_index();
    EXPECT_TRUE(core.propose("some data"));
    for (const Message& message : core.take_messages()) {
      if (std::count(row.acceptors.begin(), row.acceptors.end(), message.to.value) == 0) continue;
      EXPECT_TRUE(core.step(acknowledgement(message)));
    }
    EXPECT_EQ(core->log().committed() > last, row.committed)
        << row.size << " nodes, " << row.acceptors.size() << " acknowledgements";
  }
}

TEST(RaftPaperTest, TestLeaderCommitPrecedingEntries2AB) {
  const std::vector<std::uint64_t> logs[] = {{}, {2}, {1, 2}, {1}};
  for (const std::vector<std::uint64_t>& log : logs) {
    Core core(1, {.voters = ids(3), .log = log, .hard_state = {{2}, {0}, {0}}});
    core.make_leader();
    ASSERT_EQ(core->term(), Term{3});
    EXPECT_TRUE(core.propose("some data"));
    // The appends went out while the leader probed; a member acknowledges all of its log.
    for (const std::uint64_t from : {2u, 3u}) {
      EXPECT_TRUE(core.step({.type = M::kAppendReply,
                             .from = {from},
                             .term = {3},
                             .index = core->log().last_index()}));
    }
    std::vector<EntryPtr> expected = make_log(log);
    expected.push_back(make_entry(3, log.size() + 1));
    expected.push_back(make_entry(3, log.size() + 2, "some data"));
    const std::vector<EntryPtr> committed = core.take_committed();
    ASSERT_EQ(committed.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(*committed[i], *expected[i]);
  }
}

TEST(RaftPaperTest, TestFollowerCommitEntry2AB) {
  const struct {
    std::vector<std::string> data;
    std::uint64_t commit;
  } rows[] = {{{"some data"}, 1},
              {{"some data", "some data2"}, 2},
              {{"some data2", "some data"}, 2},
              {{"some data", "some data2"}, 1}};
  for (const auto& row : rows) {
    Core core(1, {.voters = ids(3)});
    core.make_follower(1, 2);
    std::vector<EntryPtr> entries;
    for (const std::string& data : row.data) {
      entries.push_back(make_entry(1, entries.size() + 1, data));
    }
    EXPECT_TRUE(core.step({.type = M::kAppend,
                           .from = {2},
                           .term = {1},
                           .commit = {row.commit},
                           .entries = entries}));
    EXPECT_EQ(core.committed(), row.commit);
    entries.resize(row.commit);
    EXPECT_EQ(core.take_committed(), entries);
  }
}

TEST(RaftPaperTest, TestFollowerCheckMessageType_MsgAppend2AB) {
  const struct {
    std::uint64_t term, index;
    bool reject;
  } rows[] = {{0, 0, false}, {1, 1, false}, {2, 2, false}, {1, 2, true}, {3, 3, true}};
  for (const auto& row : rows) {
    Core core(1, {.voters = ids(3), .log = {1, 2}, .hard_state = {{2}, {0}, {1}}});
    core.make_follower(2, 2);
    EXPECT_TRUE(core.step({.type = M::kAppend,
                           .from = {2},
                           .term = {2},
                           .log_term = {row.term},
                           .index = {row.index}}));
    const std::vector<Message> sent = core.take_messages();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].term, Term{2});
    EXPECT_EQ(sent[0].reject, row.reject) << row.term << " " << row.index;
  }
}

// The lab's messages have term 2 and entries of terms 3 and 4. No leader has entries of a term
// above its own, and this core refuses such messages, so they have term 4 here; the expectations
// are the same.
TEST(RaftPaperTest, TestFollowerAppendEntries2AB) {
  const struct {
    std::uint64_t index, term;
    std::vector<EntryPtr> entries;
    std::vector<std::uint64_t> log;
    std::size_t written;
  } rows[] = {
      {2, 2, {make_entry(3, 3)}, {1, 2, 3}, 1},
      {1, 1, {make_entry(3, 2), make_entry(4, 3)}, {1, 3, 4}, 2},
      {0, 0, {make_entry(1, 1)}, {1, 2}, 0},
      {0, 0, {make_entry(3, 1)}, {3}, 1},
  };
  for (const auto& row : rows) {
    Core core(1, {.voters = ids(3), .log = {1, 2}});
    core.make_follower(2, 2);
    EXPECT_TRUE(core.step({.type = M::kAppend,
                           .from = {2},
                           .term = {4},
                           .log_term = {row.term},
                           .index = {row.index},
                           .entries = row.entries}));
    EXPECT_EQ(core.log_terms(), row.log);
    const std::vector<EntryPtr> written = core.take_written();
    EXPECT_EQ(written, (std::vector<EntryPtr>(
                           row.entries.begin(),
                           row.entries.begin() + static_cast<std::ptrdiff_t>(row.written))));
  }
}

TEST(RaftPaperTest, TestLeaderSyncFollowerLog2AB) {
  const std::vector<std::uint64_t> leader_log{1, 1, 1, 4, 4, 5, 5, 6, 6, 6};
  const std::vector<std::uint64_t> followers[] = {
      {1, 1, 1, 4, 4, 5, 5, 6, 6},
      {1, 1, 1, 4},
      {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6},
      {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7},
      {1, 1, 1, 4, 4, 4, 4},
      {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3},
  };
  for (const bool fast : {true, false}) {
    for (const std::vector<std::uint64_t>& follower_log : followers) {
      std::vector<std::unique_ptr<Core>> cores;
      const auto more = [fast](Config& config) { config.fast_backtracking = fast; };
      cores.push_back(std::make_unique<Core>(
          1,
          CoreOptions{
              .voters = ids(3), .log = leader_log, .hard_state = {{8}, {0}, {10}}, .more = more}));
      cores.push_back(std::make_unique<Core>(
          2,
          CoreOptions{
              .voters = ids(3), .log = follower_log, .hard_state = {{7}, {0}, {0}}, .more = more}));
      cores.push_back(nullptr);
      Network network(std::move(cores));
      EXPECT_TRUE(network.campaign(1));
      // The follower may have the newer log, so it takes the vote of the third.
      EXPECT_TRUE(network.step(1, {.type = M::kVoteReply, .from = {3}, .term = {9}}));
      EXPECT_TRUE(network.propose(1, "foo"));
      EXPECT_EQ(network[1]->role(), Role::kLeader);
      EXPECT_EQ(network[2].log_terms(), network[1].log_terms());
      EXPECT_EQ(network[2].log_data(), network[1].log_data());
      EXPECT_EQ(network[2].last_index(), 12u);
    }
  }
}

TEST(RaftPaperTest, TestVoteRequest2AB) {
  const std::vector<std::uint64_t> logs[] = {{1}, {1, 2}};
  for (const std::vector<std::uint64_t>& log : logs) {
    const std::uint64_t term = log.back() + 1;
    Core core(1, {.voters = ids(3)});
    EXPECT_TRUE(
        core.step({.type = M::kAppend, .from = {2}, .term = {term - 1}, .entries = make_log(log)}));
    core.take_messages();
    for (std::uint64_t i = 1; i < 2 * kElectionTick; ++i) core.tick();
    std::vector<Message> expected;
    for (const std::uint64_t to : {2u, 3u}) {
      expected.push_back({.type = M::kVote,
                          .to = {to},
                          .from = {1},
                          .term = {term},
                          .log_term = {log.back()},
                          .index = {log.size()}});
    }
    EXPECT_EQ(core.take_messages(), expected);
  }
}

// The lab's ninth row has a voter with the log [t2, t1]. Terms never fall along a log, and this
// core refuses to start over such a one, so the row has [t1, t2] here; the expectation is the same.
TEST(RaftPaperTest, TestVoter2AB) {
  const struct {
    std::vector<std::uint64_t> log;
    std::uint64_t log_term, index;
    bool reject;
  } rows[] = {
      {{1}, 1, 1, false}, {{1}, 1, 2, false}, {{1, 1}, 1, 1, true},
      {{1}, 2, 1, false}, {{1}, 2, 2, false}, {{1, 1}, 2, 1, false},
      {{2}, 1, 1, true},  {{2}, 1, 2, true},  {{1, 2}, 1, 1, true},
  };
  for (const auto& row : rows) {
    Core core(1, {.voters = ids(2), .log = row.log});
    EXPECT_TRUE(core.step({.type = M::kVote,
                           .from = {2},
                           .term = {3},
                           .log_term = {row.log_term},
                           .index = {row.index}}));
    const std::vector<Message> sent = core.take_messages();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].type, M::kVoteReply);
    EXPECT_EQ(sent[0].reject, row.reject);
  }
}

TEST(RaftPaperTest, TestLeaderOnlyCommitsLogFromCurrentTerm2AB) {
  const struct { std::uint64_t acked, commit; } rows[] = {{1, 0}, {2, 0}, {3, 3}};
  for (const auto& row : rows) {
    Core core(1, {.voters = ids(2), .log = {1, 2}});
    core.make_leader();
    ASSERT_EQ(core->term(), Term{3});
    EXPECT_TRUE(core.propose("some data"));
    core.take_messages();
    EXPECT_TRUE(
        core.step({.type = M::kAppendReply, .from = {2}, .term = {3}, .index = {row.acked}}));
    EXPECT_EQ(core.committed(), row.commit);
  }
}

}  // namespace
}  // namespace raft::test
