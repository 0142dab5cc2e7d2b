// The lab's tests of elections (2AA) and replication (2AB), by their names there (TinyKV,
// raft_test.go). Where they expect a node to count itself at once, the harness makes its writes
// durable at once.
#include "tests/raft/harness.h"

namespace raft::test {
namespace {

using M = MessageType;

std::unique_ptr<Core> alive(std::uint64_t id, std::uint64_t count) {
  return std::make_unique<Core>(id, CoreOptions{.voters = ids(count), .seed = id});
}

// Cores 1..count, of which those from `first_dead` on are dead.
Network partly_dead(std::uint64_t count, std::uint64_t dead) {
  std::vector<std::unique_ptr<Core>> cores;
  for (std::uint64_t id = 1; id <= count; ++id) {
    // In the lab's tables the dead ones come right after the first.
    cores.push_back(id > 1 && id <= 1 + dead ? nullptr : alive(id, count));
  }
  return Network(std::move(cores));
}

TEST(RaftTest, TestProgressLeader2AB) {
  Core core(1, {.voters = ids(2)});
  core.make_leader();
  for (std::uint64_t i = 0; i < 5; ++i) {
    const Progress& own = *core->mutable_progress({1});
    EXPECT_EQ(own.match.value, i + 1);
    EXPECT_EQ(own.next, next_index(own.match));
    EXPECT_TRUE(core.propose("foo"));
  }
}

TEST(RaftTest, TestLeaderElection2AA) {
  const struct {
    std::uint64_t count, dead;
    Role role;
  } rows[] = {{3, 0, Role::kLeader},
              {3, 1, Role::kLeader},
              {3, 2, Role::kCandidate},
              {4, 2, Role::kCandidate},
              {5, 2, Role::kLeader}};
  for (const auto& row : rows) {
    Network network = partly_dead(row.count, row.dead);
    EXPECT_TRUE(network.campaign(1));
    EXPECT_EQ(network[1]->role(), row.role) << row.count << " nodes, " << row.dead << " dead";
    EXPECT_EQ(network[1]->term(), Term{1});
  }
}

TEST(RaftTest, TestLeaderCycle2AA) {
  Network network(3);
  for (std::uint64_t campaigner = 1; campaigner <= 3; ++campaigner) {
    EXPECT_TRUE(network.campaign(campaigner));
    for (std::uint64_t id = 1; id <= 3; ++id) {
      EXPECT_EQ(network[id]->role(), id == campaigner ? Role::kLeader : Role::kFollower);
    }
  }
}

TEST(RaftTest, TestLeaderElectionOverwriteNewerLogs2AB) {
  std::vector<std::unique_ptr<Core>> cores;
  const std::vector<std::uint64_t> logs[] = {{1}, {1}, {2}};
  for (std::uint64_t id = 1; id <= 3; ++id) {
    cores.push_back(std::make_unique<Core>(id, CoreOptions{.voters = ids(5), .log = logs[id - 1]}));
  }
  for (std::uint64_t id = 4; id <= 5; ++id) {
    cores.push_back(
        std::make_unique<Core>(id, CoreOptions{.voters = ids(5), .hard_state = {{2}, {3}, {0}}}));
  }
  Network network(std::move(cores));

  EXPECT_TRUE(network.campaign(1));
  EXPECT_EQ(network[1]->role(), Role::kFollower);
  EXPECT_EQ(network[1]->term(), Term{2});

  EXPECT_TRUE(network.campaign(1));
  EXPECT_EQ(network[1]->role(), Role::kLeader);
  EXPECT_EQ(network[1]->term(), Term{3});
  for (std::uint64_t id = 1; id <= 5; ++id) {
    EXPECT_EQ(network[id].log_terms(), (std::vector<std::uint64_t>{1, 3})) << id;
  }
}

TEST(RaftTest, TestVoteFromAnyState2AA) {
  for (const Role role : {Role::kFollower, Role::kCandidate, Role::kLeader}) {
    Core core(1, {.voters = ids(3)});
    if (role == Role::kFollower) core.make_follower(1, 3);
    if (role == Role::kCandidate) core.make_candidate();
    if (role == Role::kLeader) core.make_leader();
    const Term new_term{core->term().value + 1};
    EXPECT_TRUE(core.step(
        {.type = M::kVote, .from = {2}, .term = new_term, .log_term = new_term, .index = {42}}));
    const std::vector<Message> sent = core.take_messages();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].type, M::kVoteReply);
    EXPECT_FALSE(sent[0].reject);
    EXPECT_EQ(core->role(), Role::kFollower);
    EXPECT_EQ(core->term(), new_term);
    EXPECT_EQ(core->vote(), NodeId{2});
  }
}

TEST(RaftTest, TestLogReplication2AB) {
  for (const bool second_leader : {false, true}) {
    Network network(3);
    EXPECT_TRUE(network.campaign(1));
    EXPECT_TRUE(network.propose(1, "somedata"));
    std::vector<std::string> proposals{"somedata"};
    if (second_leader) {
      EXPECT_TRUE(network.campaign(2));
      EXPECT_TRUE(network.propose(2, "somedata2"));
      proposals.push_back("somedata2");
    }
    for (std::uint64_t id = 1; id <= 3; ++id) {
      EXPECT_EQ(network[id].committed(), second_leader ? 4u : 2u) << id;
      std::vector<std::string> data;
      for (const EntryPtr& entry : network[id].take_committed()) {
        if (!entry->data.empty()) data.push_back(entry->data);
      }
      EXPECT_EQ(data, proposals) << id;
    }
  }
}

TEST(RaftTest, TestSingleNodeCommit2AB) {
  Network network(1);
  EXPECT_TRUE(network.campaign(1));
  EXPECT_TRUE(network.propose(1, "some data"));
  EXPECT_TRUE(network.propose(1, "some data"));
  EXPECT_EQ(network[1].committed(), 3u);
}

TEST(RaftTest, TestCommitWithoutNewTermEntry2AB) {
  Network network(5);
  EXPECT_TRUE(network.campaign(1));
  for (const std::uint64_t other : {3u, 4u, 5u}) network.cut(1, other);
  EXPECT_TRUE(network.propose(1, "some data"));
  EXPECT_TRUE(network.propose(1, "some data"));
  EXPECT_EQ(network[1].committed(), 1u);
  network.recover();
  // The empty entry of the new leader commits all before it.
  EXPECT_TRUE(network.campaign(2));
  EXPECT_EQ(network[1].committed(), 4u);
}

TEST(RaftTest, TestCommitWithHeartbeat2AB) {
  Network network(5);
  EXPECT_TRUE(network.campaign(1));
  network.isolate(5);
  EXPECT_TRUE(network.propose(1, "some data"));
  EXPECT_TRUE(network.propose(1, "some data"));
  EXPECT_EQ(network[5].committed(), 1u);
  network.recover();
  network.beat(1);
  EXPECT_EQ(network[5].committed(), 3u);
}

TEST(RaftTest, TestDuelingCandidates2AB) {
  Network network(3);
  network.cut(1, 3);
  EXPECT_TRUE(network.campaign(1));
  EXPECT_TRUE(network.campaign(3));
  EXPECT_EQ(network[1]->role(), Role::kLeader);
  EXPECT_EQ(network[3]->role(), Role::kCandidate);
  network.recover();
  // Its higher term deposes the leader, its shorter log keeps it from winning.
  EXPECT_TRUE(network.campaign(3));
  for (std::uint64_t id = 1; id <= 3; ++id) {
    EXPECT_EQ(network[id]->role(), Role::kFollower) << id;
    EXPECT_EQ(network[id]->term(), Term{2}) << id;
  }
  for (std::uint64_t id = 1; id <= 2; ++id) {
    EXPECT_EQ(network[id].log_terms(), std::vector<std::uint64_t>{1});
    EXPECT_EQ(network[id].committed(), 1u);
  }
  EXPECT_EQ(network[3].last_index(), 0u);
}

TEST(RaftTest, TestCandidateConcede2AB) {
  Network network(3);
  network.isolate(1);
  EXPECT_TRUE(network.campaign(1));
  EXPECT_TRUE(network.campaign(3));
  network.recover();
  network.beat(3);
  EXPECT_TRUE(network.propose(3, "force follower"));
  network.beat(3);
  EXPECT_EQ(network[1]->role(), Role::kFollower);
  EXPECT_EQ(network[1]->term(), Term{1});
  for (std::uint64_t id = 1; id <= 3; ++id) {
    EXPECT_EQ(network[id].log_terms(), (std::vector<std::uint64_t>{1, 1}));
    EXPECT_EQ(network[id].log_data(), (std::vector<std::string>{"", "force follower"}));
    EXPECT_EQ(network[id].committed(), 2u);
  }
}

TEST(RaftTest, TestSingleNodeCandidate2AA) {
  Network network(1);
  EXPECT_TRUE(network.campaign(1));
  EXPECT_EQ(network[1]->role(), Role::kLeader);
}

TEST(RaftTest, TestOldMessages2AB) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  EXPECT_TRUE(network.campaign(2));
  EXPECT_TRUE(network.campaign(1));
  // The old leader pretends to append in its term 2.
  EXPECT_TRUE(network.step(1, {.type = M::kAppend,
                               .from = {2},
                               .term = {2},
                               .log_term = {2},
                               .index = {2},
                               .entries = {make_entry(2, 3)}}));
  EXPECT_TRUE(network.propose(1, "somedata"));
  for (std::uint64_t id = 1; id <= 3; ++id) {
    EXPECT_EQ(network[id].log_terms(), (std::vector<std::uint64_t>{1, 2, 3, 3}));
    EXPECT_EQ(network[id].log_data().back(), "somedata");
    EXPECT_EQ(network[id].committed(), 4u);
  }
}

TEST(RaftTest, TestProposal2AB) {
  const struct {
    std::uint64_t count, dead;
    bool success;
  } rows[] = {{3, 0, true}, {3, 1, true}, {3, 2, false}, {4, 2, false}, {5, 2, true}};
  for (const auto& row : rows) {
    Network network = partly_dead(row.count, row.dead);
    EXPECT_TRUE(network.campaign(1));
    EXPECT_EQ(network.propose(1, "somedata").has_value(), row.success);
    for (std::uint64_t id = 1; id <= row.count; ++id) {
      if (!network.alive(id)) continue;
      EXPECT_EQ(network[id].log_data(), row.success ? (std::vector<std::string>{"", "somedata"})
                                                    : std::vector<std::string>{});
      EXPECT_EQ(network[id].committed(), row.success ? 2u : 0u);
    }
    EXPECT_EQ(network[1]->term(), Term{1});
  }
}

TEST(RaftTest, TestHandleMessageType_MsgAppend2AB) {
  const auto message = [](std::uint64_t term, std::uint64_t log_term, std::uint64_t index,
                          std::uint64_t commit, std::vector<EntryPtr> entries = {}) {
    return Message{.type = M::kAppend,
                   .from = {2},
                   .term = {term},
                   .log_term = {log_term},
                   .index = {index},
                   .commit = {commit},
                   .entries = std::move(entries)};
  };
  const struct {
    Message message;
    std::uint64_t last_index, commit;
    bool reject;
  } rows[] = {
      // The log must match at the previous entry.
      {message(3, 3, 2, 3), 2, 0, true},
      {message(3, 3, 3, 3), 2, 0, true},
      // New entries, and conflicts.
      {message(2, 1, 1, 1), 2, 1, false},
      {message(2, 0, 0, 1, {make_entry(2, 1)}), 1, 1, false},
      {message(2, 2, 2, 3, {make_entry(2, 3), make_entry(2, 4)}), 4, 3, false},
      {message(2, 2, 2, 4, {make_entry(2, 3)}), 3, 3, false},
      {message(2, 1, 1, 4, {make_entry(2, 2)}), 2, 2, false},
      // The commit index: what the message confirms, and no further.
      {message(2, 1, 1, 3), 2, 1, false},
      {message(2, 1, 1, 3, {make_entry(2, 2)}), 2, 2, false},
      {message(2, 2, 2, 3), 2, 2, false},
      {message(2, 2, 2, 4), 2, 2, false},
  };
  int row_number = 0;
  for (const auto& row : rows) {
    ++row_number;
    Core core(1, {.voters = ids(1), .log = {1, 2}});
    core.make_follower(2, 0);
    EXPECT_TRUE(core.step(row.message));
    EXPECT_EQ(core.last_index(), row.last_index) << row_number;
    EXPECT_EQ(core.committed(), row.commit) << row_number;
    const std::vector<Message> sent = core.take_messages();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].type, M::kAppendReply);
    EXPECT_EQ(sent[0].reject, row.reject) << row_number;
  }
}

TEST(RaftTest, TestRecvMessageType_MsgRequestVote2AB) {
  const struct {
    Role role;
    std::uint64_t index, log_term, vote;
    bool reject;
  } rows[] = {
      {Role::kFollower, 0, 0, 0, true},  {Role::kFollower, 0, 1, 0, true},
      {Role::kFollower, 0, 2, 0, true},  {Role::kFollower, 0, 3, 0, false},
      {Role::kFollower, 1, 0, 0, true},  {Role::kFollower, 1, 1, 0, true},
      {Role::kFollower, 1, 2, 0, true},  {Role::kFollower, 1, 3, 0, false},
      {Role::kFollower, 2, 0, 0, true},  {Role::kFollower, 2, 1, 0, true},
      {Role::kFollower, 2, 2, 0, false}, {Role::kFollower, 2, 3, 0, false},
      {Role::kFollower, 3, 0, 0, true},  {Role::kFollower, 3, 1, 0, true},
      {Role::kFollower, 3, 2, 0, false}, {Role::kFollower, 3, 3, 0, false},
      {Role::kFollower, 3, 2, 2, false}, {Role::kFollower, 3, 2, 1, true},
      {Role::kLeader, 3, 3, 1, true},    {Role::kCandidate, 3, 3, 1, true},
  };
  int row_number = 0;
  for (const auto& row : rows) {
    ++row_number;
    const std::uint64_t term = std::max<std::uint64_t>(2, row.log_term);
    // A candidate or leader comes about in the term in question and has voted for itself.
    const bool follower = row.role == Role::kFollower;
    Core core(1, {.voters = ids(2),
                  .log = {2, 2},
                  .hard_state = {{follower ? term : term - 1}, {follower ? row.vote : 0}, {0}}});
    if (row.role == Role::kCandidate) core.make_candidate();
    if (row.role == Role::kLeader) core.make_leader();
    ASSERT_EQ(core->term(), Term{term});
    ASSERT_EQ(core->vote(), NodeId{row.vote});
    EXPECT_TRUE(core.step({.type = M::kVote,
                           .from = {2},
                           .term = {term},
                           .log_term = {row.log_term},
                           .index = {row.index}}));
    const std::vector<Message> sent = core.take_messages();
    ASSERT_EQ(sent.size(), 1u) << row_number;
    EXPECT_EQ(sent[0].type, M::kVoteReply);
    EXPECT_EQ(sent[0].reject, row.reject) << row_number;
  }
}

TEST(RaftTest, TestAllServerStepdown2AB) {
  const struct {
    Role role;
    std::uint64_t last_index;
  } rows[] = {{Role::kFollower, 0}, {Role::kCandidate, 0}, {Role::kLeader, 1}};
  for (const auto& row : rows) {
    Core core(1, {.voters = ids(3)});
    if (row.role == Role::kFollower) core.make_follower(1, 0);
    if (row.role == Role::kCandidate) core.make_candidate();
    if (row.role == Role::kLeader) core.make_leader();
    for (const M type : {M::kVote, M::kAppend}) {
      EXPECT_TRUE(core.step({.type = type, .from = {2}, .term = {3}, .log_term = {3}}));
      EXPECT_EQ(core->role(), Role::kFollower);
      EXPECT_EQ(core->term(), Term{3});
      EXPECT_EQ(core.last_index(), row.last_index);
      EXPECT_EQ(core->leader(), type == M::kVote ? kNoNode : NodeId{2});
    }
  }
}

void candidate_resets_term(M type) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  EXPECT_EQ(network[3]->role(), Role::kFollower);
  network.isolate(3);
  EXPECT_TRUE(network.campaign(2));
  EXPECT_TRUE(network.campaign(1));
  EXPECT_EQ(network[1]->role(), Role::kLeader);
  for (int i = 0; i < 20 && network[3]->role() != Role::kCandidate; ++i) network[3].tick();
  ASSERT_EQ(network[3]->role(), Role::kCandidate);
  network[3].take_messages();
  network.recover();
  EXPECT_TRUE(network.step(3, {.type = type, .from = {1}, .term = network[1]->term()}));
  EXPECT_EQ(network[3]->role(), Role::kFollower);
  EXPECT_EQ(network[3]->term(), network[1]->term());
}

TEST(RaftTest, TestCandidateResetTermMessageType_MsgHeartbeat2AA) {
  candidate_resets_term(M::kHeartbeat);
}

TEST(RaftTest, TestCandidateResetTermMessageType_MsgAppend2AA) {
  candidate_resets_term(M::kAppend);
}

// The lab has a heartbeat of a lower term answered with the higher one. As in etcd, this core does
// so only with check-quorum or pre-vote on, and otherwise ignores it; here node 3 has check-quorum.
TEST(RaftTest, TestDisruptiveFollower2AA) {
  std::vector<std::unique_ptr<Core>> cores;
  for (std::uint64_t id = 1; id <= 3; ++id) {
    cores.push_back(std::make_unique<Core>(
        id, CoreOptions{.voters = ids(3), .seed = id, .more = [id](Config& config) {
                          config.check_quorum = id == 3;
                        }}));
    cores.back()->make_follower(1, 0);
  }
  Network network(std::move(cores));
  EXPECT_TRUE(network.campaign(1));
  EXPECT_EQ(network[1]->term(), Term{2});
  for (int i = 0; i < 20 && network[3]->role() != Role::kCandidate; ++i) network[3].tick();
  EXPECT_EQ(network[3]->term(), Term{3});
  network[3].take_messages();  // its requests for votes are delayed
  EXPECT_TRUE(network.step(3, {.type = M::kHeartbeat, .from = {1}, .term = network[1]->term()}));
  EXPECT_EQ(network[1]->role(), Role::kFollower);
  EXPECT_EQ(network[3]->role(), Role::kCandidate);
  EXPECT_EQ(network[1]->term(), Term{3});
  EXPECT_EQ(network[2]->term(), Term{2});
  EXPECT_EQ(network[3]->term(), Term{3});
}

TEST(RaftTest, TestHeartbeatUpdateCommit2AB) {
  const struct { std::uint64_t failed, successful; } rows[] = {{1, 1}, {5, 3}, {5, 10}};
  for (const auto& row : rows) {
    Network network(3);
    EXPECT_TRUE(network.campaign(1));
    network.isolate(1);
    for (std::uint64_t i = 0; i < row.failed; ++i) EXPECT_TRUE(network.propose(1, "lost"));
    EXPECT_EQ(network[1].committed(), 1u);
    EXPECT_TRUE(network.campaign(2));
    for (std::uint64_t i = 0; i < row.successful; ++i) EXPECT_TRUE(network.propose(2, "kept"));
    EXPECT_EQ(network[2].committed(), 2 + row.successful);
    EXPECT_EQ(network[3].committed(), 2 + row.successful);
    network.recover();
    network.ignore(M::kAppend);
    network.beat(2);
    // Its own tail is not what the others committed at these places.
    EXPECT_EQ(network[1].committed(), 1u);
  }
}

TEST(RaftTest, TestRecvMessageType_MsgBeat2AA) {
  const struct {
    Role role;
    std::size_t sent;
  } rows[] = {{Role::kLeader, 2}, {Role::kCandidate, 0}, {Role::kFollower, 0}};
  for (const auto& row : rows) {
    Core core(1, {.voters = ids(3)});
    if (row.role == Role::kFollower) core.make_follower(1, 0);
    if (row.role == Role::kCandidate) core.make_candidate();
    if (row.role == Role::kLeader) core.make_leader();
    core.tick();  // with a heartbeat each tick a tick is the lab's MsgBeat
    const std::vector<Message> sent = core.take_messages();
    EXPECT_EQ(sent.size(), row.sent);
    for (const Message& message : sent) EXPECT_EQ(message.type, M::kHeartbeat);
  }
}

TEST(RaftTest, TestLeaderIncreaseNext2AB) {
  std::vector<std::unique_ptr<Core>> cores;
  cores.push_back(std::make_unique<Core>(1, CoreOptions{.voters = ids(3), .log = {1, 2, 3}}));
  cores.push_back(alive(2, 3));
  cores.push_back(alive(3, 3));
  Network network(std::move(cores));
  EXPECT_TRUE(network.campaign(1));
  EXPECT_TRUE(network.propose(1, "somedata"));
  EXPECT_EQ(network[1]->mutable_progress({2})->next, Index{3 + 1 + 1 + 1});
}

TEST(RaftTest, TestCampaignWhileLeader2AA) {
  Core core(1, {.voters = ids(1)});
  EXPECT_EQ(core->role(), Role::kFollower);
  EXPECT_TRUE(core.campaign());
  EXPECT_EQ(core->role(), Role::kLeader);
  const Term term = core->term();
  EXPECT_TRUE(core.campaign());
  EXPECT_EQ(core->role(), Role::kLeader);
  EXPECT_EQ(core->term(), term);
}

TEST(RaftTest, TestSplitVote2AA) {
  std::vector<std::unique_ptr<Core>> cores;
  for (std::uint64_t id = 1; id <= 3; ++id) {
    cores.push_back(alive(id, 3));
    cores.back()->make_follower(1, 0);
  }
  Network network(std::move(cores));
  EXPECT_TRUE(network.campaign(1));
  network.isolate(1);
  // At once: both stand before either request arrives.
  EXPECT_TRUE(network[2].campaign());
  EXPECT_TRUE(network[3].campaign());
  network.deliver();
  for (const std::uint64_t id : {2u, 3u}) {
    EXPECT_EQ(network[id]->term(), Term{3});
    EXPECT_EQ(network[id]->role(), Role::kCandidate);
  }
  EXPECT_TRUE(network.campaign(2));
  EXPECT_EQ(network[2]->term(), Term{4});
  EXPECT_EQ(network[3]->term(), Term{4});
  EXPECT_EQ(network[2]->role(), Role::kLeader);
  EXPECT_EQ(network[3]->role(), Role::kFollower);
}

}  // namespace
}  // namespace raft::test
