// What a crash takes from a node, and what it must not take.
#include "raft/rng.h"
#include "tests/sim/sim_test.h"

namespace {

using namespace sim_test;

TEST(Disk, AnEntryThatWasNotDurableIsLostInTheCrash) {
  sim::Cluster cluster = boot(31);
  const sim::NodeId led = elect(cluster);
  run(cluster, 10);
  for (std::uint64_t id = 1; id <= 5; ++id) act(cluster, sim::SetOption{{id}, "sync-latency", "4"});
  const auto last = cluster.view().node(led)->last;
  sim::Request write = put("x", "1");
  write.via = led;
  act(cluster, write);
  while (cluster.view().node(led)->last == last) cluster.step();
  EXPECT_EQ(cluster.view().node(led)->durable, last);
  act(cluster, sim::Crash{led});
  EXPECT_EQ(cluster.view().node(led)->last, last);
  EXPECT_EQ(cluster.view().requests[0].outcome, sim::Outcome::kPending);
}

TEST(Disk, LoseNothingKeepsWhatWasWritten) {
  sim::Cluster cluster = boot(31);
  const sim::NodeId led = elect(cluster);
  run(cluster, 10);
  act(cluster, sim::SetOption{{}, "sync-latency", "4"});
  const auto last = cluster.view().node(led)->last;
  sim::Request write = put("x", "1");
  write.via = led;
  act(cluster, write);
  while (cluster.view().node(led)->last == last) cluster.step();
  act(cluster, sim::Crash{led, sim::Lose::kNothing});
  EXPECT_EQ(cluster.view().node(led)->last, raft::next_index(last));
}

// Outside Raft's assumptions: the leader has counted entries that the node no longer holds. It
// halts and says so; a new leader, which counts anew, fills it again.
TEST(Disk, ANodeThatLostItsDiskComesBackEmpty) {
  sim::Cluster cluster = boot(32);
  const sim::NodeId led = elect(cluster);
  act(cluster, put("x", "1"));
  run(cluster, 10);
  const sim::NodeId other{led.value % 5 + 1};
  act(cluster, sim::Crash{other, sim::Lose::kDisk});
  EXPECT_EQ(cluster.view().node(other)->last.value, 0u);
  act(cluster, sim::Restart{other});
  EXPECT_EQ(cluster.view().node(other)->state, sim::NodeState::kUp);
  run(cluster, 20);
  EXPECT_EQ(cluster.view().node(other)->state, sim::NodeState::kHalted);
  EXPECT_FALSE(cluster.view().node(other)->reason.empty());
  act(cluster, sim::Crash{led});
  elect(cluster);
  act(cluster, sim::Restart{other});
  run(cluster, 20);
  EXPECT_EQ(cluster.view().node(other)->state, sim::NodeState::kUp);
  EXPECT_EQ(value_on(cluster, other.value, "x"), "1");
}

// The promise of the whole: whatever crashes when, what a client was told is kept.
TEST(Disk, AcknowledgedWritesSurviveCrashesAtAnyMoment) {
  std::uint64_t acknowledged_in_all = 0;
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    sim::Cluster cluster = boot(seed);
    act(cluster, sim::SetOption{{}, "sync-latency", "0.9"});
    raft::Rng rng(seed, 99);
    std::map<std::string, std::uint64_t> last_written;
    for (std::uint64_t round = 1; round <= 60; ++round) {
      const std::string key = "k" + std::to_string(rng.below(3));
      (void)cluster.execute(put(key, std::to_string(round)));
      const std::uint64_t steps = rng.below(120);
      for (std::uint64_t i = 0; i < steps && cluster.has_next(); ++i) cluster.step();
      const sim::NodeId victim{1 + rng.below(5)};
      const auto view = cluster.view();
      if (view.node(victim)->state == sim::NodeState::kUp) {
        act(cluster, sim::Crash{victim});
      } else {
        act(cluster, sim::Restart{victim});
      }
    }
    for (const auto& node : cluster.view().nodes) {
      if (node.state == sim::NodeState::kDown) act(cluster, sim::Restart{node.id});
    }
    run(cluster, 400);
    const auto view = cluster.view();
    // Per key: the newest acknowledged write is there, unless a newer one, of unknown outcome, is.
    std::map<std::string, std::uint64_t> newest;
    for (const auto& request : view.requests) {
      if (request.outcome != sim::Outcome::kOk) continue;
      ++acknowledged_in_all;
      auto& at = newest[request.request.key];
      at = std::max(at, request.id);
    }
    for (const auto& node : view.nodes) {
      ASSERT_EQ(node.state, sim::NodeState::kUp) << "seed " << seed << ": " << node.reason;
      EXPECT_EQ(*node.rows, *view.nodes[0].rows) << "seed " << seed;
      for (const auto& [key, id] : newest) {
        const auto row = node.rows->find(key);
        ASSERT_NE(row, node.rows->end()) << "seed " << seed << " lost " << key;
        const auto& acknowledged = view.requests[id - 1];
        const std::uint64_t written = std::stoull(row->second.value);
        const auto& present = view.requests[written - 1];
        // A write called before the acknowledged one had returned may have come after it.
        EXPECT_TRUE(written >= id || !present.returned ||
                    present.returned->millis >= acknowledged.called.millis)
            << "seed " << seed << ": " << key << " is " << written << ", acknowledged " << id;
      }
    }
  }
  EXPECT_GT(acknowledged_in_all, 300u);
}

TEST(Disk, AClusterBootsFromTheDatabasesOfAnother) {
  sim::Cluster cluster = boot(33);
  const sim::NodeId led = elect(cluster);
  act(cluster, put("x", "1"));
  run(cluster, 10);
  act(cluster, sim::Crash{led});
  std::vector<std::string> databases;
  for (std::uint64_t id = 1; id <= 5; ++id) {
    auto database = cluster.database({id});
    ASSERT_TRUE(database) << database.error().message;
    databases.push_back(*database);
  }
  auto second = sim::Cluster::boot(cluster.config(), databases);
  ASSERT_TRUE(second) << second.error().message;
  for (std::uint64_t id = 1; id <= 5; ++id) {
    EXPECT_EQ(value_on(*second, id, "x"), "1");
    EXPECT_EQ(second->view().nodes[id - 1].pending_epochs, 0u);
  }
  EXPECT_EQ(second->view().term, cluster.view().term);
  elect(*second);
  databases[2][5000] = static_cast<char>(databases[2][5000] ^ 0x40);
  databases[3] = "no database at all";
  EXPECT_FALSE(sim::Cluster::boot(cluster.config(), databases));
}

TEST(Disk, ATrapSpringsAtItsMoment) {
  for (const sim::CrashPoint point :
       {sim::CrashPoint::kBeforeSync, sim::CrashPoint::kAfterSync, sim::CrashPoint::kMidApply}) {
    sim::Cluster cluster = boot(34);
    const sim::NodeId led = elect(cluster);
    run(cluster, 10);
    const auto before = *cluster.view().node(led);
    act(cluster, sim::Crash{led, sim::Lose::kUnsynced, point});
    EXPECT_TRUE(cluster.view().node(led)->trap);
    sim::Request write = put("x", "1");
    write.via = led;
    act(cluster, write);
    run(cluster, 5);
    const auto after = *cluster.view().node(led);
    EXPECT_EQ(after.state, sim::NodeState::kDown);
    EXPECT_FALSE(after.trap);
    if (point == sim::CrashPoint::kBeforeSync) {
      EXPECT_EQ(after.last, before.last);
    } else {
      EXPECT_EQ(after.last, raft::next_index(before.last));
    }
    // The apply transaction was written, not durable: its epochs were all at risk.
    EXPECT_EQ(cluster.view().requests[0].outcome, sim::Outcome::kPending);
  }
}

TEST(Disk, ATrapThatWaitsInVainExpires) {
  sim::Cluster cluster = boot(35);
  elect(cluster);
  run(cluster, 10);
  act(cluster, sim::Crash{{1}, sim::Lose::kUnsynced, sim::CrashPoint::kMidApply});
  run(cluster, 50);
  EXPECT_FALSE(cluster.view().nodes[0].trap_expired);
  run(cluster, 1);
  EXPECT_TRUE(cluster.view().nodes[0].trap_expired);
  act(cluster, put("x", "1"));
  run(cluster, 10);
  EXPECT_EQ(cluster.view().nodes[0].state, sim::NodeState::kUp);
}

TEST(Disk, ThePowerGoesOffBeforeTheNthCall) {
  for (std::uint64_t nth = 1; nth <= 40; ++nth) {
    sim::Cluster cluster = boot(36);
    elect(cluster);
    run(cluster, 10);
    act(cluster, sim::Crash{{2}, sim::Lose::kUnsynced, sim::CrashPoint::kIo, nth});
    for (int i = 0; i < 4; ++i) {
      act(cluster, put("x", std::to_string(i)));
      run(cluster, 5);
    }
    ASSERT_EQ(cluster.view().nodes[1].state, sim::NodeState::kDown) << nth;
    act(cluster, sim::Restart{{2}});
    run(cluster, 20);
    ASSERT_EQ(cluster.view().nodes[1].state, sim::NodeState::kUp) << cluster.view().nodes[1].reason;
    EXPECT_EQ(value_on(cluster, 2, "x"), "3");
  }
}

TEST(Disk, AFailedSyncHaltsTheNodeAndARestartBringsItBack) {
  sim::Cluster cluster = boot(37);
  elect(cluster);
  run(cluster, 10);
  act(cluster, sim::DiskFault{{2}, sim::DiskFaultKind::kSyncError});
  act(cluster, put("x", "1"));
  run(cluster, 10);
  ASSERT_EQ(cluster.view().nodes[1].state, sim::NodeState::kHalted);
  EXPECT_FALSE(cluster.view().nodes[1].reason.empty());
  act(cluster, sim::DiskFault{{2}, sim::DiskFaultKind::kOk});
  act(cluster, sim::Restart{{2}});
  run(cluster, 20);
  EXPECT_EQ(value_on(cluster, 2, "x"), "1");
}

}  // namespace
