// Same seed and commands, same digests; a copy goes the same way.
#include "raft/rng.h"
#include "tests/sim/sim_test.h"

namespace {

using namespace sim_test;

// A busy run with faults of every kind, a digest each few events.
std::vector<std::string> busy_run(std::uint64_t seed, std::uint64_t rounds, sim::FactSink* sink,
                                  bool on_the_way = true) {
  sim::Cluster cluster = boot(seed);
  cluster.set_fact_sink(sink);
  raft::Rng rng(seed, 7);
  std::vector<std::string> digests;
  auto node = [&] { return sim::NodeId{1 + rng.below(5)}; };
  EXPECT_TRUE(cluster.execute(sim::SetNetwork{"lossy"}));
  // Logs are short and snapshots of many chunks, so that transfers are under way, too.
  EXPECT_TRUE(cluster.execute(sim::SetOption{{}, "log-gc-count", "6"}));
  EXPECT_TRUE(cluster.execute(sim::SetOption{{}, "snapshot-chunk", "20"}));
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const sim::NodeId a = node();
    const sim::NodeId b = node();
    switch (rng.below(12)) {
      case 0:
        (void)cluster.execute(sim::Crash{a});
        break;
      case 1:
        (void)cluster.execute(sim::Restart{a});
        break;
      case 2:
        (void)cluster.execute(sim::Pause{a});
        break;
      case 3:
        (void)cluster.execute(sim::Resume{a});
        break;
      case 4:
        (void)cluster.execute(sim::Partition{{{a}}});
        break;
      case 5:
        (void)cluster.execute(sim::Heal{});
        break;
      case 6:
        (void)cluster.execute(sim::Cut{{a, 0}, {b, 0}, false});
        break;
      case 7:
        (void)cluster.execute(sim::Hold{{a, 0}, {b, 0}});
        break;
      case 8:
        (void)cluster.execute(sim::SetClock{a, {3, 2}});
        break;
      case 9: {
        const sim::NodeId other{1 + rng.below(7)};
        const bool learner = rng.chance(1, 3);
        raft::ConfChange change;
        change.changes.push_back(
            {learner ? raft::ConfChangeType::kAddLearner : raft::ConfChangeType::kAddNode, other});
        (void)cluster.execute(sim::Change{change, false});
        break;
      }
      case 10:
        (void)cluster.execute(get("k" + std::to_string(rng.below(4))));
        break;
      default:
        (void)cluster.execute(put("k" + std::to_string(rng.below(4)), std::to_string(round)));
    }
    const std::uint64_t steps = rng.below(80);
    for (std::uint64_t i = 0; i < steps && cluster.has_next(); ++i) cluster.step();
    if (on_the_way || round + 1 == rounds) digests.push_back(cluster.digest().text());
  }
  return digests;
}

TEST(Determinism, TheSameRunTwice) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    EXPECT_EQ(busy_run(seed, 60, nullptr), busy_run(seed, 60, nullptr)) << "seed " << seed;
  }
  EXPECT_NE(busy_run(1, 10, nullptr), busy_run(2, 10, nullptr));
}

TEST(Determinism, LookingChangesNothing) {
  Recorder recorder;
  EXPECT_EQ(busy_run(3, 60, &recorder), busy_run(3, 60, nullptr));
  EXPECT_FALSE(recorder.facts.empty());
}

// The digest of a fixed run: g++ and clang++, release and sanitizers must all give this one. It
// changes only together with the model version.
TEST(Determinism, AKnownRunHasAKnownDigest) {
  EXPECT_EQ(sim::kModelVersion, 5u);
  EXPECT_EQ(busy_run(42, 80, nullptr).back(), "96f5088132330659b7b6fa304b93e795");
}

// A copy that knows nothing of earlier digests must come to the same.
TEST(Determinism, DigestsOnTheWayChangeNoDigest) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto last = [&](std::uint64_t rounds, bool on_the_way) {
      return busy_run(seed, rounds, nullptr, on_the_way).back();
    };
    for (const std::uint64_t rounds : {5u, 17u, 60u}) {
      EXPECT_EQ(last(rounds, true), last(rounds, false)) << "seed " << seed;
    }
  }
}

TEST(Determinism, ADifferenceHasAName) {
  sim::Cluster one = boot(1);
  act(one, put("x", "1"));
  run(one, 30);
  sim::Cluster two = one.clone();
  EXPECT_EQ(one.fingerprint(), two.fingerprint());
  act(two, sim::Pause{{3}});
  const std::string parts = one.fingerprint().parts;
  EXPECT_EQ(sim::fingerprint_difference(parts, two.fingerprint().parts), "n3 process");
  EXPECT_EQ(sim::fingerprint_difference(parts, parts), "");
  act(one, sim::Cut{{{1}, 0}, {{2}, 0}, false});
  EXPECT_EQ(sim::fingerprint_difference(one.fingerprint().parts, two.fingerprint().parts),
            "network");
}

TEST(Determinism, ACopyGoesTheSameWayAndLeavesTheOriginalAlone) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    sim::Cluster cluster = boot(seed);
    act(cluster, sim::SetNetwork{"lossy"});
    act(cluster, put("x", "1"));
    run(cluster, 15);
    act(cluster, sim::Crash{{2}});
    act(cluster, put("x", "2"));
    run(cluster, 10);
    sim::Cluster copy = cluster.clone();
    ASSERT_EQ(copy.digest(), cluster.digest());
    const auto before = cluster.digest();
    auto go_on = [](sim::Cluster& which) {
      act(which, sim::Restart{{2}});
      act(which, put("y", "3"));
      for (int i = 0; i < 2000; ++i) which.step();
      act(which, sim::Crash{{4}});
      run(which, 30);
      return which.digest();
    };
    const auto far = go_on(copy);
    EXPECT_EQ(cluster.digest(), before);
    EXPECT_EQ(go_on(cluster), far) << "seed " << seed;
  }
}

}  // namespace
