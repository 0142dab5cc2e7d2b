// Snapshots in a whole cluster: chunks on the tank's network, faults upon them, copies in between.
#include <map>

#include "raft/rng.h"
#include "tests/sim/sim_test.h"

namespace {

using namespace sim_test;

void set(sim::Cluster& cluster, const std::string& key, const std::string& value) {
  act(cluster, sim::SetOption{{}, key, value});
}

// Three nodes; n1 leads, n3 is down and needs a snapshot of many chunks when it comes back.
sim::Cluster with_a_late_node(std::uint64_t seed, std::uint64_t values = 12) {
  sim::Cluster cluster = boot(seed, 3);
  set(cluster, "snapshot-chunk", "64");
  act(cluster, sim::Campaign{{1}});
  run(cluster, 5);
  EXPECT_EQ(leader(cluster), sim::NodeId{1});
  act(cluster, sim::Crash{{3}});
  for (std::uint64_t i = 0; i < values; ++i) {
    act(cluster, put("k" + std::to_string(i), std::string(50, 'v')));
    run(cluster, 5);
  }
  act(cluster, sim::Compact{{1}, 0});
  run(cluster, 5);
  EXPECT_GT(cluster.view().nodes[0].first.value, values);
  act(cluster, sim::Restart{{3}});
  return cluster;
}

std::uint64_t begun(const sim::Cluster& cluster, std::uint64_t to) {
  std::uint64_t count = 0;
  for (const auto& snapshots : cluster.view().snapshots) {
    if (snapshots.to.value == to) count += snapshots.count;
  }
  return count;
}

bool has_caught_up(const sim::Cluster& cluster) {
  const auto view = cluster.view();
  return *view.nodes[2].rows == *view.nodes[0].rows &&
         view.nodes[2].applied == view.nodes[0].applied;
}

TEST(Snapshots, TravelInChunksThatOneSees) {
  sim::Cluster cluster = with_a_late_node(21);
  Recorder recorder;
  cluster.set_fact_sink(&recorder);
  run(cluster, 60);
  EXPECT_TRUE(has_caught_up(cluster));
  EXPECT_EQ(begun(cluster, 3), 1u);
  std::uint64_t sent = 0;
  std::uint64_t count = 0;
  std::vector<std::string> notes;
  for (const auto& fact : recorder.facts) {
    EXPECT_NE(fact.message_type, "snapshot");  // MsgSnap itself never travels
    if (fact.kind == sim::FactKind::kSend && fact.message_type == "snapshot-chunk") {
      ++sent;
      count = fact.chunks;
      EXPECT_NE(sim::narrate(fact).what.find("chunk " + std::to_string(fact.chunk) + " of"),
                std::string::npos);
    }
    if (fact.kind == sim::FactKind::kNote && !fact.has_core) notes.push_back(fact.text);
  }
  EXPECT_GT(count, 8u);
  EXPECT_GE(sent, count);
  ASSERT_GE(notes.size(), 4u);
  EXPECT_EQ(notes[0].find("makes a snapshot of its state at entry"), 0u);
}

TEST(Snapshots, TheWindowBoundsWhatIsInFlight) {
  sim::Cluster cluster = with_a_late_node(22);
  set(cluster, "snapshot-window", "2");
  std::uint64_t most = 0;
  for (int i = 0; i < 3000 && !has_caught_up(cluster); ++i) {
    cluster.step();
    std::uint64_t chunks = 0;
    for (const auto& message : cluster.view().messages) {
      chunks += message.type == "snapshot-chunk" ? 1 : 0;
    }
    most = std::max(most, chunks);
  }
  EXPECT_TRUE(has_caught_up(cluster));
  EXPECT_EQ(most, 2u);
}

TEST(Snapshots, TheRateBoundsWhatIsSentInATick) {
  sim::Cluster cluster = with_a_late_node(23);
  set(cluster, "snapshot-rate", "64");
  Recorder recorder;
  cluster.set_fact_sink(&recorder);
  run(cluster, 60);
  EXPECT_TRUE(has_caught_up(cluster));
  std::map<std::uint64_t, std::uint64_t> chunks;  // by tick
  for (const auto& fact : recorder.facts) {
    if (fact.kind == sim::FactKind::kSend && fact.message_type == "snapshot-chunk") {
      ++chunks[fact.at.millis / 1000];
    }
  }
  EXPECT_GT(chunks.size(), 8u);
  for (const auto& [tick, count] : chunks) EXPECT_LE(count, 2u) << tick;
}

TEST(Snapshots, OnlySoManyStreamsRunAtATime) {
  sim::Cluster cluster = boot(24);
  set(cluster, "snapshot-chunk", "64");
  set(cluster, "snapshot-streams", "1");
  act(cluster, sim::Campaign{{1}});
  run(cluster, 5);
  act(cluster, sim::Crash{{4}});
  act(cluster, sim::Crash{{5}});
  for (int i = 0; i < 10; ++i) {
    act(cluster, put("k" + std::to_string(i), std::string(50, 'v')));
    run(cluster, 5);
  }
  act(cluster, sim::Compact{{1}, 0});
  run(cluster, 5);
  act(cluster, sim::Restart{{4}});
  act(cluster, sim::Restart{{5}});
  bool waited = false;
  for (int i = 0; i < 4000; ++i) {
    cluster.step();
    std::uint64_t running = 0;
    const auto view = cluster.nodes_view();
    for (const auto& transfer : view.nodes[0].transfers) {
      running += transfer.waiting ? 0 : 1;
      waited = waited || transfer.waiting;
    }
    EXPECT_LE(running, 1u);
  }
  EXPECT_TRUE(waited);
  EXPECT_EQ(begun(cluster, 4), 1u);
  EXPECT_EQ(begun(cluster, 5), 1u);
  EXPECT_EQ(value_on(cluster, 4, "k9"), value_on(cluster, 1, "k9"));
  EXPECT_EQ(value_on(cluster, 5, "k9"), value_on(cluster, 1, "k9"));
}

TEST(Snapshots, ALossyNetworkOnlySlowsThem) {
  for (std::uint64_t seed = 30; seed < 36; ++seed) {
    sim::Cluster cluster = with_a_late_node(seed);
    act(cluster, sim::SetNetwork{"lossy"});
    run(cluster, 400);
    act(cluster, sim::SetNetwork{"lan"});
    run(cluster, 60);
    EXPECT_TRUE(has_caught_up(cluster)) << "seed " << seed;
  }
}

TEST(Snapshots, ANewLeaderBeginsAnew) {
  sim::Cluster cluster = boot(25);
  set(cluster, "snapshot-chunk", "64");
  set(cluster, "snapshot-rate", "64");
  act(cluster, sim::Campaign{{1}});
  run(cluster, 5);
  act(cluster, sim::Crash{{5}});
  for (int i = 0; i < 10; ++i) {
    act(cluster, put("k" + std::to_string(i), std::string(50, 'v')));
    run(cluster, 5);
  }
  act(cluster, sim::Compact{{1}, 0});
  run(cluster, 5);
  act(cluster, sim::Restart{{5}});
  for (int i = 0; i < 3000 && cluster.nodes_view().nodes[4].staged_chunks < 3; ++i) cluster.step();
  EXPECT_GE(cluster.nodes_view().nodes[4].staged_chunks, 3u);
  act(cluster, sim::Crash{{1}});
  run(cluster, 200);
  const sim::NodeId led = leader(cluster);
  EXPECT_NE(led, sim::NodeId{1});
  EXPECT_EQ(value_on(cluster, 5, "k9"), std::string(50, 'v'));
  EXPECT_EQ(begun(cluster, 5), 2u);
  EXPECT_EQ(cluster.nodes_view().nodes[4].staged_of, 0u);
}

TEST(Snapshots, ACrashWithAChunkStagedKeepsWhatIsDurable) {
  sim::Cluster cluster = with_a_late_node(26);
  act(cluster, sim::Crash{{3}, sim::Lose::kUnsynced, sim::CrashPoint::kSnapshotChunk, 4});
  for (int i = 0; i < 3000; ++i) {
    if (cluster.nodes_view().nodes[2].state == sim::NodeState::kDown) break;
    cluster.step();
  }
  ASSERT_EQ(cluster.nodes_view().nodes[2].state, sim::NodeState::kDown);
  act(cluster, sim::Restart{{3}});
  const auto staged = cluster.nodes_view().nodes[2].staged_chunks;
  EXPECT_GE(staged, 1u);
  run(cluster, 100);
  EXPECT_TRUE(has_caught_up(cluster));
  EXPECT_EQ(begun(cluster, 3), 1u);
}

TEST(Snapshots, ACopyInMidTransferGoesTheSameWay) {
  for (std::uint64_t seed = 40; seed < 44; ++seed) {
    sim::Cluster cluster = with_a_late_node(seed);
    act(cluster, sim::SetNetwork{"lossy"});
    for (int i = 0; i < 3000 && cluster.nodes_view().nodes[0].transfers.empty(); ++i) {
      cluster.step();
    }
    ASSERT_FALSE(cluster.nodes_view().nodes[0].transfers.empty());
    for (std::uint64_t i = 0; i < 30 + 10 * (seed - 40); ++i) cluster.step();
    sim::Cluster copy = cluster.clone();
    ASSERT_EQ(copy.digest(), cluster.digest());
    for (int i = 0; i < 600; ++i) {
      cluster.step();
      copy.step();
      ASSERT_EQ(copy.digest(), cluster.digest()) << "seed " << seed << ", step " << i;
    }
    run(cluster, 200);
    run(copy, 200);
    EXPECT_EQ(copy.digest(), cluster.digest());
    EXPECT_TRUE(has_caught_up(cluster));
  }
}

}  // namespace
