// The tables of parts 2B and 2C. RAFTARIUM_LAB_SEEDS=N plays each with N seeds and three rounds, as
// the lab does (scripts/lab-tests); the fast suite plays one seed and one round.
#include <cstdlib>

#include "tests/lab/lab.h"

namespace {

using lab::Case;
using lab::Lab;

std::uint64_t seeds() {
  const char* asked = std::getenv("RAFTARIUM_LAB_SEEDS");
  return asked == nullptr ? 1 : std::strtoull(asked, nullptr, 10);
}

int rounds() { return std::getenv("RAFTARIUM_LAB_SEEDS") == nullptr ? 1 : 3; }

constexpr Case kCases[] = {
    {"TestBasic2B", 1, false, false, false, 0},
    {"TestConcurrent2B", 5, false, false, false, 0},
    {"TestUnreliable2B", 5, true, false, false, 0},
    {"TestManyPartitionsOneClient2B", 1, false, false, true, 0},
    {"TestManyPartitionsManyClients2B", 5, false, false, true, 0},
    {"TestPersistOneClient2B", 1, false, true, false, 0},
    {"TestPersistConcurrent2B", 5, false, true, false, 0},
    {"TestPersistConcurrentUnreliable2B", 5, true, true, false, 0},
    {"TestPersistPartition2B", 5, false, true, true, 0},
    {"TestPersistPartitionUnreliable2B", 5, true, true, true, 0},
    {"TestSnapshotRecover2C", 1, false, true, false, 100},
    {"TestSnapshotRecoverManyClients2C", 20, false, true, false, 100},
    {"TestSnapshotUnreliable2C", 5, true, false, false, 100},
    {"TestSnapshotUnreliableRecover2C", 5, true, true, false, 100},
    {"TestSnapshotUnreliableRecoverConcurrentPartition2C", 5, true, true, true, 100},
};

class Generic : public testing::TestWithParam<Case> {};

TEST_P(Generic, Passes) {
  for (std::uint64_t seed = 1; seed <= seeds() && !HasFailure(); ++seed) {
    lab::generic_test(GetParam(), seed, rounds());
  }
}

INSTANTIATE_TEST_SUITE_P(Lab, Generic, testing::ValuesIn(kCases),
                         [](const auto& one) { return std::string(one.param.name); });

std::vector<sim::NodeId> others(std::uint64_t nodes, const std::vector<sim::NodeId>& without) {
  std::vector<sim::NodeId> rest;
  for (std::uint64_t i = 1; i <= nodes; ++i) {
    bool there = false;
    for (const sim::NodeId node : without) there = there || node.value == i;
    if (!there) rest.push_back({i});
  }
  return rest;
}

TEST(Lab, TestOnePartition2B) {
  for (std::uint64_t seed = 1; seed <= seeds() && !HasFailure(); ++seed) {
    Lab test(seed, 5, 0);
    const sim::NodeId led = test.leader();
    test.run(20);
    // Leader and two others against two.
    std::vector<sim::NodeId> rest = others(5, {led});
    const std::vector<sim::NodeId> minority = {rest[0], rest[1]};
    test.act(sim::Partition{{{led, rest[2], rest[3]}, minority}});
    test.put("k1", "v1");
    EXPECT_EQ(test.get("k1"), "v1");
    test.run(10);
    for (const sim::NodeId node : minority) {
      EXPECT_EQ(test.stored(node.value, "k1"), "(absent)");
    }
    test.act(sim::Heal{});
    test.run(40);
    const sim::NodeId old = test.leader();
    // Leader and one other against three.
    rest = others(5, {old});
    test.act(sim::Partition{{{old, rest[0]}, {rest[1], rest[2], rest[3]}}});
    test.run(40);
    EXPECT_EQ(test.get("k1"), "v1");
    test.put("k1", "changed");
    EXPECT_EQ(test.stored(old.value, "k1"), "v1");
    EXPECT_EQ(test.stored(rest[0].value, "k1"), "v1");
    test.act(sim::Heal{});
    test.put("k2", "v2");
    test.run(40);
    EXPECT_EQ(test.stored(old.value, "k2"), "v2");
    EXPECT_EQ(test.stored(old.value, "k1"), "changed");
    test.expect_clean();
  }
}

TEST(Lab, TestOneSnapshot2C) {
  for (std::uint64_t seed = 1; seed <= seeds() && !HasFailure(); ++seed) {
    Lab test(seed, 3, 10);
    test.put("k1", "v1");
    test.put("k2", "v2");
    test.run(10);
    EXPECT_EQ(test.stored(1, "k1"), "v1");
    EXPECT_EQ(test.stored(1, "k2"), "v2");
    for (const auto& node : test.cluster().nodes_view().nodes) {
      EXPECT_EQ(node.snapshot_index.value, 0u);
    }
    test.act(sim::Partition{{{{1}}, {{2}, {3}}}});
    for (int i = 100; i < 115; ++i) test.put("k" + std::to_string(i), "v");
    sim::Request erase;
    erase.operation = sim::Operation::kDelete;
    erase.key = "k2";
    test.ask(erase);
    test.run(10);
    EXPECT_EQ(test.stored(1, "k100"), "(absent)");
    test.act(sim::Heal{});
    test.run(60);
    EXPECT_EQ(test.stored(1, "k1"), "v1");
    EXPECT_EQ(test.stored(1, "k100"), "v");
    EXPECT_EQ(test.stored(1, "k2"), "(absent)");  // the old data were cleared, not merged
    std::uint64_t to_n1 = 0;
    for (const auto& begun : test.cluster().view().snapshots) {
      if (begun.to.value == 1) to_n1 += begun.count;
    }
    EXPECT_GE(to_n1, 1u);
    test.act(sim::Crash{{1}});
    test.act(sim::Restart{{1}});
    test.run(20);
    EXPECT_EQ(test.stored(1, "k1"), "v1");
    for (const auto& node : test.cluster().nodes_view().nodes) {
      EXPECT_LE(node.applied.value - node.snapshot_index.value, 20u);
    }
    test.expect_clean();
  }
}

}  // namespace
