#include "tests/sim/sim_test.h"

namespace {

using namespace sim_test;

TEST(Clients, FindTheLeaderByHint) {
  sim::Cluster cluster = boot(41);
  const sim::NodeId led = elect(cluster);
  run(cluster, 5);
  act(cluster, put("x", "1"));
  run(cluster, 10);
  auto view = cluster.view();
  EXPECT_EQ(view.requests[0].outcome, sim::Outcome::kOk);
  Recorder recorder;
  cluster.set_fact_sink(&recorder);
  act(cluster, get("x"));
  run(cluster, 10);
  view = cluster.view();
  EXPECT_EQ(view.requests[1].outcome, sim::Outcome::kOk);
  EXPECT_EQ(view.requests[1].output, "1");
  // The second time it asks its last known leader first, and nobody else.
  for (const auto& fact : recorder.facts) {
    if (fact.kind == sim::FactKind::kSend && fact.message_type == "request") {
      EXPECT_EQ(fact.to.node, led);
    }
  }
}

TEST(Clients, TheLowestFreeClientAsks) {
  sim::Cluster cluster = boot(42);
  act(cluster, put("x", "1"));
  act(cluster, put("x", "2"));
  auto view = cluster.view();
  EXPECT_EQ(view.requests[0].client, 1u);
  EXPECT_EQ(view.requests[1].client, 2u);
  sim::Request third = put("x", "3");
  third.client = 2;
  EXPECT_FALSE(cluster.execute(third));
}

TEST(Clients, SentViaANodeItIsRefusedThereWithoutRetry) {
  sim::Cluster cluster = boot(43);
  const sim::NodeId led = elect(cluster);
  run(cluster, 5);
  sim::Request request = put("x", "1");
  request.via = {led.value % 5 + 1};
  act(cluster, request);
  run(cluster, 5);
  const auto view = cluster.view();
  EXPECT_EQ(view.requests[0].outcome, sim::Outcome::kRefused);
  EXPECT_EQ(view.requests[0].reason, "not-leader");
}

TEST(Clients, TenTimeOutsMakeTheOutcomeUnknown) {
  sim::Cluster cluster = boot(44);
  for (std::uint64_t id = 1; id <= 5; ++id) act(cluster, sim::Crash{{id}});
  act(cluster, put("x", "1"));
  run(cluster, 199);
  EXPECT_EQ(cluster.view().requests[0].outcome, sim::Outcome::kPending);
  run(cluster, 2);
  EXPECT_EQ(cluster.view().requests[0].outcome, sim::Outcome::kUnknown);
  EXPECT_FALSE(cluster.view().requests[0].returned);
}

// One lost request must not shut the leader out for ever: the others only point to it.
TEST(Clients, ANodeThatDidNotAnswerIsAskedAgainATimeOutLater) {
  sim::Cluster cluster = boot(45);
  const sim::NodeId led = elect(cluster);
  run(cluster, 5);
  act(cluster, put("x", "1"));
  run(cluster, 10);
  act(cluster, sim::Cut{{raft::kNoNode, 1}, {led, 0}, false});
  act(cluster, put("x", "2"));
  act(cluster, sim::Heal{});
  Recorder recorder;
  cluster.set_fact_sink(&recorder);
  run(cluster, 39);
  EXPECT_EQ(cluster.view().requests[1].outcome, sim::Outcome::kPending);
  for (const auto& fact : recorder.facts) {
    if (fact.kind == sim::FactKind::kSend && fact.message_type == "request") {
      EXPECT_NE(fact.to.node, led);
    }
  }
  run(cluster, 10);
  EXPECT_EQ(leader(cluster), led);
  EXPECT_EQ(cluster.view().requests[1].outcome, sim::Outcome::kOk);
}

TEST(Clients, ARetryAcrossALeaderChangeTakesEffectOnce) {
  std::uint64_t retried = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    sim::Cluster cluster = boot(seed);
    const sim::NodeId led = elect(cluster);
    run(cluster, 5);
    sim::Request append = put("n", "i");
    append.operation = sim::Operation::kAppend;
    act(cluster, append);
    // The entry is applied at the leader, then it dies before the client has its answer.
    while (value_on(cluster, led.value, "n") == "(absent)") cluster.step();
    act(cluster, sim::Crash{led});
    for (const auto& message : cluster.view().messages) {
      if (message.to.client != 0) act(cluster, sim::Drop{{message.id, "", {}, {}, 1}});
    }
    run(cluster, 200);
    const auto view = cluster.view();
    ASSERT_EQ(view.requests[0].outcome, sim::Outcome::kOk) << "seed " << seed;
    EXPECT_EQ(view.requests[0].output, "i") << "seed " << seed;
    for (const auto& node : view.nodes) {
      if (node.state != sim::NodeState::kUp) continue;
      EXPECT_EQ(value_on(cluster, node.id.value, "n"), "i") << "seed " << seed;
      ++retried;
    }
  }
  EXPECT_EQ(retried, 80u);
}

// The network doubles a request; one copy is refused, the other arrives when the node leads.
TEST(Clients, ACopyOfARefusedRequestNeverTakesEffect) {
  sim::Cluster cluster = boot(47);
  const sim::NodeId led = elect(cluster);
  run(cluster, 5);
  const sim::NodeId other{led.value % 5 + 1};
  sim::Request request = put("x", "1");
  request.via = other;
  act(cluster, request);
  const auto sent = cluster.view().messages.back();
  ASSERT_EQ(sent.type, "request");
  act(cluster, sim::Duplicate{{sent.id, "", {}, {}, 1}});
  const std::uint64_t copy = cluster.view().messages.back().id;
  act(cluster, sim::DelayBy{{copy, "", {}, {}, 1}, sim::ticks(100)});
  run(cluster, 5);
  ASSERT_EQ(cluster.view().requests[0].outcome, sim::Outcome::kRefused);
  act(cluster, sim::Campaign{other});
  run(cluster, 20);
  ASSERT_EQ(leader(cluster), other);
  act(cluster, sim::Deliver{{copy, "", {}, {}, 1}});
  run(cluster, 20);
  EXPECT_EQ(value_on(cluster, other.value, "x"), "(absent)");
}

TEST(Clients, ALocalReadMayBeStale) {
  sim::Cluster cluster = boot(46);
  const sim::NodeId led = elect(cluster);
  act(cluster, put("x", "1"));
  run(cluster, 10);
  const sim::NodeId cut{led.value % 5 + 1};
  act(cluster, sim::Partition{{{cut}}});
  act(cluster, put("x", "2"));
  run(cluster, 10);
  sim::Request read = get("x");
  read.read = sim::ReadMode::kLocal;
  read.via = cut;
  act(cluster, read);
  run(cluster, 3);
  const auto view = cluster.view();
  EXPECT_EQ(view.requests[2].outcome, sim::Outcome::kOk);
  EXPECT_EQ(view.requests[2].output, "1");
}

TEST(Clients, AScanBringsTheRowsOfItsRange) {
  sim::Cluster cluster = boot(47);
  elect(cluster);
  for (const char* key : {"a", "b", "c"}) {
    act(cluster, put(key, "1"));
    run(cluster, 10);
  }
  sim::Request scan = get("b");
  scan.operation = sim::Operation::kScan;
  scan.value = "z";
  act(cluster, scan);
  run(cluster, 10);
  const auto view = cluster.view();
  ASSERT_EQ(view.requests.back().outcome, sim::Outcome::kOk);
  using Rows = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(view.requests.back().rows, (Rows{{"b", "1"}, {"c", "1"}}));
}

TEST(Clients, AWorkloadMayScan) {
  sim::Cluster cluster = boot(48);
  sim::Workload workload{3, {}};
  workload.options.think = {{1000}, {3000}};
  workload.options.operations = {sim::Operation::kPut, sim::Operation::kScan};
  act(cluster, workload);
  run(cluster, 200);
  std::uint64_t scans = 0;
  for (const auto& request : cluster.view().requests) {
    const bool scan = request.request.operation == sim::Operation::kScan;
    if (scan && request.outcome == sim::Outcome::kOk && !request.rows.empty()) ++scans;
  }
  EXPECT_GT(scans, 10u);
}

TEST(Compaction, EveryNodeShortensItsLog) {
  sim::Cluster cluster = boot(49);
  const sim::NodeId led = elect(cluster);
  for (int i = 0; i < 6; ++i) {
    act(cluster, put("x", std::to_string(i)));
    run(cluster, 10);
  }
  const auto last = cluster.view().node(led)->last;
  act(cluster, sim::Compact{led, 4});
  EXPECT_FALSE(cluster.execute(sim::Compact{led, last.value + 5}));
  run(cluster, 10);
  for (const auto& node : cluster.view().nodes) {
    EXPECT_EQ(node.first.value, 5u);
    EXPECT_EQ(node.snapshot_index.value, 4u);
    EXPECT_GT(node.snapshot_term.value, 0u);
  }
  // At a follower nothing happens.
  act(cluster, sim::Compact{{led.value % 5 + 1}, 6});
  run(cluster, 10);
  EXPECT_EQ(cluster.view().node(led)->first.value, 5u);
}

}  // namespace
