#include "tests/sim/sim_test.h"

namespace {

using namespace sim_test;

TEST(Faults, AnotherLeadsWhenTheLeaderCrashesAndTheWriteIsKept) {
  sim::Cluster cluster = boot(21);
  const sim::NodeId first = elect(cluster);
  act(cluster, put("x", "1"));
  run(cluster, 10);
  act(cluster, sim::Crash{first});
  EXPECT_EQ(cluster.view().node(first)->state, sim::NodeState::kDown);
  EXPECT_EQ(leader(cluster), raft::kNoNode);
  const sim::NodeId second = elect(cluster);
  EXPECT_NE(second, first);
  act(cluster, sim::Restart{first});
  run(cluster, 30);
  EXPECT_EQ(value_on(cluster, first.value, "x"), "1");
  EXPECT_EQ(cluster.view().node(first)->role, sim::RoleName::kFollower);
}

TEST(Faults, ALeaderInTheMinorityDoesNotCommit) {
  sim::Cluster cluster = boot(22);
  const sim::NodeId old = elect(cluster);
  const sim::NodeId mate{old.value % 5 + 1};
  act(cluster, sim::Partition{{{old, mate}}});
  const auto commit = cluster.view().node(old)->commit;
  sim::Request write = put("x", "1");
  write.via = old;
  act(cluster, write);
  run(cluster, 60);
  auto view = cluster.view();
  EXPECT_EQ(view.node(old)->commit, commit);
  EXPECT_EQ(view.node(old)->role, sim::RoleName::kLeader);
  EXPECT_NE(view.leader, old);
  EXPECT_EQ(view.requests[0].outcome, sim::Outcome::kPending);
  EXPECT_FALSE(view.partition.empty());
  act(cluster, sim::Heal{});
  run(cluster, 40);
  view = cluster.view();
  EXPECT_EQ(view.node(old)->role, sim::RoleName::kFollower);
  EXPECT_EQ(view.node(old)->last, view.node(view.leader)->last);
  EXPECT_EQ(value_on(cluster, old.value, "x"), "(absent)");
}

TEST(Faults, AMessageToANodeThatIsDownIsLostOnArrival) {
  sim::Cluster cluster = boot(23);
  const sim::NodeId led = elect(cluster);
  const sim::NodeId other{led.value % 5 + 1};
  act(cluster, sim::Crash{other});
  Recorder recorder;
  cluster.set_fact_sink(&recorder);
  run(cluster, 5);
  std::uint64_t lost = 0;
  for (const auto& fact : recorder.facts) {
    if (fact.kind != sim::FactKind::kDrop) continue;
    EXPECT_EQ(fact.to.node, other);
    EXPECT_EQ(fact.text, "its receiver is down");
    ++lost;
  }
  EXPECT_GT(lost, 0u);
}

TEST(Faults, APausedNodeHandlesLaterWhatArrived) {
  sim::Cluster cluster = boot(24);
  const sim::NodeId led = elect(cluster);
  run(cluster, 5);
  const sim::NodeId other{led.value % 5 + 1};
  act(cluster, sim::Pause{other});
  const auto elapsed = cluster.view().node(other)->timer->elapsed;
  act(cluster, put("x", "1"));
  run(cluster, 30);
  auto view = cluster.view();
  EXPECT_EQ(view.node(other)->state, sim::NodeState::kPaused);
  EXPECT_EQ(view.node(other)->timer->elapsed, elapsed);
  EXPECT_EQ(value_on(cluster, other.value, "x"), "(absent)");
  act(cluster, sim::Resume{other});
  run(cluster, 10);
  EXPECT_EQ(value_on(cluster, other.value, "x"), "1");
}

TEST(Faults, HeldMessagesWaitAndGoOn) {
  sim::Cluster cluster = boot(25);
  const sim::NodeId led = elect(cluster);
  run(cluster, 5);
  const sim::Endpoint from{led, 0};
  const sim::Endpoint to{{led.value % 5 + 1}, 0};
  act(cluster, sim::Hold{from, to});
  run(cluster, 5);
  std::uint64_t held = 0;
  for (const auto& message : cluster.view().messages) {
    if (message.from == from && message.to == to) {
      EXPECT_FALSE(message.due);
      ++held;
    }
  }
  EXPECT_GE(held, 4u);
  act(cluster, sim::Release{from, to});
  run(cluster, 2);
  for (const auto& message : cluster.view().messages) EXPECT_TRUE(message.due);
}

TEST(Faults, SingleMessagesAreDeliveredDroppedDoubledAndDelayed) {
  sim::Cluster cluster = boot(26);
  elect(cluster);
  while (cluster.view().messages.size() < 2) cluster.step();
  const auto first = cluster.view().messages[0];
  act(cluster, sim::DelayBy{{first.id, "", {}, {}, 1}, {5000}});
  auto view = cluster.view();
  EXPECT_EQ(view.messages[0].due->millis, first.due->millis + 5000);
  act(cluster, sim::Duplicate{{first.id, "", {}, {}, 1}});
  view = cluster.view();
  EXPECT_EQ(view.messages.back().due, view.messages[0].due);
  EXPECT_TRUE(view.messages.back().duplicate);
  const std::uint64_t copy = view.messages.back().id;
  act(cluster, sim::Drop{{copy, "", {}, {}, 1}});
  EXPECT_FALSE(cluster.execute(sim::Drop{{copy, "", {}, {}, 1}}));
  const sim::MessageSelector by_type{0, std::string(first.type), first.from, first.to, 1};
  act(cluster, sim::Deliver{by_type});
  for (const auto& message : cluster.view().messages) EXPECT_NE(message.id, first.id);
}

TEST(Faults, AOneWayCutLosesOneDirection) {
  sim::Cluster cluster = boot(27);
  const sim::NodeId led = elect(cluster);
  run(cluster, 5);
  const sim::Endpoint from{{led.value % 5 + 1}, 0};
  act(cluster, sim::Cut{from, {led, 0}, false});
  Recorder recorder;
  cluster.set_fact_sink(&recorder);
  run(cluster, 4);
  for (const auto& fact : recorder.facts) {
    if (fact.kind == sim::FactKind::kDrop) {
      EXPECT_EQ(fact.from, from);
    }
    if (fact.kind == sim::FactKind::kReceive) {
      EXPECT_NE(fact.from, from);
    }
  }
  EXPECT_TRUE(std::any_of(recorder.facts.begin(), recorder.facts.end(),
                          [](const auto& fact) { return fact.kind == sim::FactKind::kDrop; }));
}

TEST(Faults, TheTimerThatIsSetFiresFirst) {
  sim::Cluster cluster = boot(28);
  act(cluster, sim::SetTimer{{3}, 2});
  EXPECT_EQ(elect(cluster), sim::NodeId{3});
}

TEST(Faults, ACopyOfTheNetworkMessageIsHandledTwiceWithoutHarm) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    sim::Cluster cluster = boot(seed);
    act(cluster, sim::SetNetwork{"adversarial"});
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(cluster.execute(put("k" + std::to_string(i % 3), std::to_string(i))));
      run(cluster, 40);
    }
    act(cluster, sim::SetNetwork{"perfect"});
    run(cluster, 200);
    const auto view = cluster.view();
    for (const auto& node : view.nodes) {
      EXPECT_EQ(node.state, sim::NodeState::kUp) << "seed " << seed << ": " << node.reason;
      EXPECT_EQ(*node.rows, *view.nodes[0].rows) << "seed " << seed;
    }
  }
}

}  // namespace
