#include "app/sim/cluster.h"

#include "tests/sim/sim_test.h"

namespace {

using namespace sim_test;

TEST(Cluster, BootsWithEmptyLogsAtTickZero) {
  const sim::Cluster cluster = boot(1);
  const auto view = cluster.view();
  EXPECT_EQ(view.position.at.millis, 0u);
  EXPECT_EQ(view.position.events, 0u);
  for (const auto& node : view.nodes) {
    EXPECT_EQ(node.term.value, 0u);
    EXPECT_EQ(node.last.value, 0u);
    EXPECT_EQ(node.first.value, 1u);
    EXPECT_EQ(node.pending_epochs, 0u);
    ASSERT_TRUE(node.timer);
    EXPECT_GE(node.timer->limit, 10u);
    EXPECT_LE(node.timer->limit, 19u);
  }
}

TEST(Cluster, ElectsOneLeaderPerTermForManySeeds) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    sim::Cluster cluster = boot(seed);
    Recorder recorder;
    cluster.set_fact_sink(&recorder);
    elect(cluster);
    run(cluster, 30);
    std::map<std::uint64_t, std::uint64_t> leaders;
    for (const auto& fact : recorder.facts) {
      if (fact.kind != sim::FactKind::kRole || fact.core.role != raft::Role::kLeader) continue;
      const auto [at, fresh] = leaders.try_emplace(fact.term.value, fact.node.value);
      EXPECT_TRUE(fresh || at->second == fact.node.value) << "seed " << seed;
    }
    EXPECT_FALSE(leaders.empty());
  }
}

TEST(Cluster, AWriteReachesFiveDatabases) {
  sim::Cluster cluster = boot(7);
  elect(cluster);
  act(cluster, put("x", "1"));
  run(cluster, 10);
  for (std::uint64_t node = 1; node <= 5; ++node) EXPECT_EQ(value_on(cluster, node, "x"), "1");
  const auto view = cluster.view();
  ASSERT_EQ(view.requests.size(), 1u);
  EXPECT_EQ(view.requests[0].outcome, sim::Outcome::kOk);
  EXPECT_EQ(view.requests[0].client, 1u);
}

TEST(Cluster, EventsAreOrderedAndCountedFromOne) {
  sim::Cluster cluster = boot(3);
  Recorder recorder;
  cluster.set_fact_sink(&recorder);
  std::uint64_t before = 0;
  for (int i = 0; i < 3000; ++i) {
    const sim::Instant due = cluster.next_instant();
    cluster.step();
    EXPECT_EQ(cluster.position().events, ++before);
    EXPECT_EQ(cluster.position().at, due);
    ASSERT_TRUE(cluster.has_next());
    EXPECT_GE(cluster.next_instant(), due);
  }
  for (std::size_t i = 0; i < recorder.facts.size(); ++i) {
    if (i > 0) {
      EXPECT_EQ(recorder.facts[i].id, recorder.facts[i - 1].id + 1);
    }
    EXPECT_LT(recorder.facts[i].cause, recorder.facts[i].id);
  }
}

TEST(Cluster, ARefusedCommandChangesNothing) {
  sim::Cluster cluster = boot(1);
  run(cluster, 5);
  const auto digest = cluster.digest();
  const auto position = cluster.position();
  const sim::Command wrong[] = {
      sim::Crash{{6}},
      sim::Restart{{1}},
      sim::Resume{{1}},
      sim::Drop{{999, "", {}, {}, 1}},
      sim::Partition{{{{1}, {1}}}},
      sim::SetNetwork{"perfekt"},
      sim::SetOption{{}, "election-tick", "1"},
      sim::SetClock{{1}, {0, 1}},
      sim::Cut{{{1}, 0}, {{1}, 0}, true},
      sim::Partition{{{{1}, {7}}}},
  };
  for (const auto& command : wrong) {
    const Status done = cluster.execute(command);
    ASSERT_FALSE(done) << command.index();
    EXPECT_FALSE(done.error().message.empty());
  }
  EXPECT_EQ(cluster.digest(), digest);
  EXPECT_EQ(cluster.position(), position);
}

// Every reply that a follower sends waits for its disk: the facts show the durable one as its cause
// or as an older one.
TEST(Cluster, RepliesLeaveAfterTheSyncThatTheyPromise) {
  sim::Cluster cluster = boot(11);
  Recorder recorder;
  cluster.set_fact_sink(&recorder);
  elect(cluster);
  act(cluster, put("x", "1"));
  run(cluster, 10);
  std::map<std::uint64_t, std::uint64_t> durable;
  std::uint64_t checked = 0;
  for (const auto& fact : recorder.facts) {
    if (fact.kind == sim::FactKind::kDurable) durable[fact.node.value] = fact.core.index.value;
    if (fact.kind == sim::FactKind::kCommit && fact.node != raft::kNoNode &&
        fact.role == raft::Role::kLeader) {
      std::uint64_t holders = 0;
      for (const auto& [node, index] : durable) holders += index >= fact.core.index.value ? 1 : 0;
      EXPECT_GE(holders, 3u) << "commit " << fact.core.index.value;
      ++checked;
    }
  }
  EXPECT_GE(checked, 2u);
}

TEST(Cluster, AVoteIsOnDiskBeforeItsReplyLeaves) {
  sim::Cluster cluster = boot(5);
  ASSERT_TRUE(cluster.execute(sim::SetOption{{}, "sync-latency", "3"}));
  Recorder recorder;
  cluster.set_fact_sink(&recorder);
  elect(cluster);
  std::map<std::uint64_t, sim::Instant> granted;
  std::uint64_t replies = 0;
  for (const auto& fact : recorder.facts) {
    if (fact.kind == sim::FactKind::kVote && fact.core.kind == raft::EventKind::kVoteGranted) {
      granted[fact.node.value] = fact.at;
    }
    if (fact.kind == sim::FactKind::kSend && fact.message_type == "vote-reply" &&
        granted.count(fact.node.value) != 0) {
      EXPECT_GE((fact.at - granted[fact.node.value]).millis, 3000u);
      ++replies;
    }
  }
  EXPECT_GE(replies, 2u);
}

// A second copy of an append writes nothing; its answer waits for the write of the first, and yet
// it is the second copy that it answers.
TEST(Cluster, AnAnswerNamesTheMessageThatItAnswers) {
  sim::Cluster cluster = boot(11);
  elect(cluster);
  run(cluster, 5);
  Recorder recorder;
  cluster.set_fact_sink(&recorder);
  act(cluster, sim::SetOption{{}, "sync-latency", "3"});
  act(cluster, put("x", "1"));
  const auto append = [&] {
    for (const auto& message : cluster.view().messages) {
      if (message.type == "append") return message.id;
    }
    return std::uint64_t{0};
  };
  while (append() == 0) cluster.step();
  act(cluster, sim::Duplicate{{append(), {}, {}, {}, 1}});
  run(cluster, 6);

  std::map<std::uint64_t, sim::Fact> by_id;
  for (const auto& fact : recorder.facts) by_id[fact.id] = fact;
  std::map<std::uint64_t, std::uint64_t> answers;  // message that was received, answers to it
  for (const auto& fact : recorder.facts) {
    if (fact.kind != sim::FactKind::kSend || fact.message_type != "append-reply") continue;
    sim::Fact cause = fact;
    while (cause.cause != 0 && cause.kind != sim::FactKind::kReceive) cause = by_id[cause.cause];
    if (cause.kind == sim::FactKind::kReceive) ++answers[cause.message];
  }
  EXPECT_GE(answers.size(), 5u);  // four appends and a copy
  for (const auto& [message, count] : answers) EXPECT_EQ(count, 1u) << "m" << message;
}

}  // namespace
