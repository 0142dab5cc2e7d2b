// Disks that fail, lie, rot and run full, and what nodes make of it.
#include "raft/rng.h"
#include "tests/sim/sim_test.h"

namespace {

using namespace sim_test;
using Kind = sim::DiskFaultKind;

sim::DiskFault fault(sim::NodeId node, Kind kind) { return sim::DiskFault{node, kind}; }
sim::DiskFault rot_log(sim::NodeId node, std::uint64_t index) {
  sim::DiskFault command{node, Kind::kRotLog};
  command.index = index;
  return command;
}

// A cluster with a leader and some writes, everything applied everywhere.
sim::Cluster busy(std::uint64_t seed, std::uint64_t nodes = 5) {
  sim::Cluster cluster = boot(seed, nodes);
  elect(cluster);
  for (int i = 1; i <= 5; ++i) {
    act(cluster, put("k" + std::to_string(i), std::to_string(i)));
    run(cluster, 5);
  }
  run(cluster, 10);
  return cluster;
}

sim::NodeId follower(const sim::Cluster& cluster) {
  return {leader(cluster).value % cluster.config().nodes + 1};
}

sim::NodeView node(const sim::Cluster& cluster, sim::NodeId id) { return *cluster.view().node(id); }

std::string log_text(const sim::Cluster& cluster, sim::NodeId id) {
  const auto view = cluster.view();
  const auto* n = view.node(id);
  std::string out;
  for (raft::Index i = n->first; i <= n->last; i = raft::next_index(i)) {
    const auto entry = n->log->entry(i);
    out += std::to_string(entry->term.value) + ":" + entry->data + ";";
  }
  return out;
}

// A disk whose rotten rows are gone is a healthy one. One that was listed for ever made a cluster
// that was led look as if it were not (`raftarium fuzz --seeds 2..2 --profile disk`).
TEST(DiskFaults, RotIsListedUntilItsRowIsGone) {
  sim::Cluster cluster = busy(41);
  const sim::NodeId victim = follower(cluster);
  act(cluster, rot_log(victim, 3));
  act(cluster, sim::Compact{leader(cluster)});
  run(cluster, 10);
  ASSERT_GT(node(cluster, victim).first.value, 3u);
  EXPECT_EQ(node(cluster, victim).disk_faults, std::vector<std::string>{});

  // A row of the state machine, which a snapshot replaces with all others.
  sim::DiskFault rot_kv{victim, Kind::kRotKv};
  rot_kv.key = "k1";
  act(cluster, rot_kv);
  act(cluster, rot_log(victim, node(cluster, victim).last.value));
  EXPECT_EQ(node(cluster, victim).disk_faults.size(), 2u);
  act(cluster, sim::Partition{{{victim}}});
  for (const char* key : {"k5", "k6", "k7"}) {
    act(cluster, put(key, "6"));
    run(cluster, 20);
  }
  act(cluster, sim::Compact{leader(cluster)});
  run(cluster, 10);
  act(cluster, sim::Heal{});
  run(cluster, 80);
  EXPECT_EQ(value_on(cluster, victim.value, "k7"), "6");
  EXPECT_EQ(node(cluster, victim).disk_faults, std::vector<std::string>{});
}

TEST(DiskFaults, ADamagedLogIsKeptToldAndRefilledByTheLeaderThatHadItsAcknowledgement) {
  for (const bool one_by_one : {false, true}) {
    sim::Cluster cluster = busy(41);
    if (one_by_one) act(cluster, sim::SetOption{{}, "max-size-per-msg", "0"});
    const sim::NodeId victim = follower(cluster);
    const std::string whole = log_text(cluster, victim);
    act(cluster, rot_log(victim, 3));
    EXPECT_EQ(node(cluster, victim).disk_faults, std::vector<std::string>{"rot log 3"});
    act(cluster, sim::Crash{victim});
    EXPECT_NE(node(cluster, victim).reason.find("row 3 does not match its checksum"),
              std::string::npos)
        << node(cluster, victim).reason;
    const sim::NodeId led = leader(cluster);
    act(cluster, sim::Restart{victim});
    auto view = node(cluster, victim);
    EXPECT_EQ(view.state, sim::NodeState::kUp);
    EXPECT_NE(view.reason.find("damaged from entry 3 on"), std::string::npos) << view.reason;
    EXPECT_EQ(view.last.value, 2u);
    EXPECT_EQ(*view.rows, *node(cluster, led).rows);
    run(cluster, 15);
    view = node(cluster, victim);
    EXPECT_EQ(view.state, sim::NodeState::kUp);
    EXPECT_EQ(view.reason, "");
    EXPECT_TRUE(view.disk_faults.empty());
    EXPECT_EQ(log_text(cluster, victim), whole);
    EXPECT_EQ(leader(cluster), led);
    EXPECT_EQ(node(cluster, victim).term, node(cluster, led).term);
  }
}

// With every row behind the damage cut off, n3 could win and the write would be gone.
TEST(DiskFaults, ADamagedNodeHelpsNoOlderLogToWin) {
  sim::Cluster cluster = boot(42, 3);
  const sim::NodeId led = elect(cluster);
  run(cluster, 10);
  const sim::NodeId second{led.value % 3 + 1};
  const sim::NodeId third{second.value % 3 + 1};
  act(cluster, sim::Partition{{{led, second}, {third}}});
  act(cluster, put("x", "kept"));
  run(cluster, 8);
  ASSERT_EQ(cluster.view().requests[0].outcome, sim::Outcome::kOk);
  act(cluster, rot_log(second, node(cluster, second).last.value));
  act(cluster, sim::Crash{led});
  act(cluster, sim::Crash{second});
  act(cluster, sim::Restart{second});
  act(cluster, sim::Heal{});
  run(cluster, 100);
  EXPECT_EQ(leader(cluster), raft::kNoNode) << "two nodes, one too old and one damaged";
  EXPECT_EQ(node(cluster, second).state, sim::NodeState::kUp);
  act(cluster, sim::Restart{led});
  run(cluster, 100);
  for (std::uint64_t id = 1; id <= 3; ++id) EXPECT_EQ(value_on(cluster, id, "x"), "kept");
  EXPECT_EQ(node(cluster, second).reason, "");
}

// One good copy of each entry is enough, whoever holds it.
TEST(DiskFaults, FourDamagedLogsAreRefilledFromTheFifth) {
  sim::Cluster cluster = busy(43);
  const sim::NodeId good = follower(cluster);
  const std::string whole = log_text(cluster, good);
  for (std::uint64_t id = 1; id <= 5; ++id) {
    if (id == good.value) continue;
    act(cluster, rot_log({id}, 1 + id));
    act(cluster, sim::Crash{{id}});
    act(cluster, sim::Restart{{id}});
  }
  run(cluster, 120);
  EXPECT_EQ(leader(cluster), good);
  for (std::uint64_t id = 1; id <= 5; ++id) {
    EXPECT_EQ(log_text(cluster, {id}).substr(0, whole.size()), whole) << id;
    EXPECT_EQ(node(cluster, {id}).reason, "") << id;
  }
}

// The leader does not hold the lost entries any more; what it sends in their place may be no newer
// than what the damaged node has applied.
TEST(DiskFaults, ADamagedLogIsReplacedByASnapshotWhereTheLeaderHasCompacted) {
  sim::Cluster cluster = busy(54);
  const sim::NodeId victim = follower(cluster);
  const sim::NodeId led = leader(cluster);
  act(cluster, rot_log(victim, 3));
  act(cluster, sim::Crash{victim});
  act(cluster, sim::Compact{led, 0});
  run(cluster, 10);
  ASSERT_GT(node(cluster, led).first.value, 4u);
  act(cluster, sim::Restart{victim});
  EXPECT_EQ(node(cluster, victim).last.value, 2u);
  run(cluster, 60);
  EXPECT_EQ(node(cluster, victim).state, sim::NodeState::kUp);
  EXPECT_EQ(node(cluster, victim).reason, "");
  EXPECT_EQ(*node(cluster, victim).rows, *node(cluster, led).rows);
  EXPECT_EQ(node(cluster, victim).snapshot_index, node(cluster, led).applied);
  act(cluster, put("after", "1"));
  run(cluster, 10);
  EXPECT_EQ(value_on(cluster, victim.value, "after"), "1");
}

// A crash while the log is being refilled loses nothing of what was intact or refilled.
TEST(DiskFaults, CrashesDuringTheRefillDoNoHarm) {
  for (std::uint64_t nth = 1; nth <= 24; ++nth) {
    sim::Cluster cluster = busy(44);
    act(cluster, sim::SetOption{{}, "max-size-per-msg", "0"});
    const sim::NodeId victim = follower(cluster);
    const std::string whole = log_text(cluster, victim);
    act(cluster, rot_log(victim, 2));
    act(cluster, rot_log(victim, 4));
    act(cluster, sim::Crash{victim});
    act(cluster, sim::Restart{victim});
    sim::Crash trap{victim};
    trap.at = sim::CrashPoint::kIo;
    trap.nth = nth;
    act(cluster, trap);
    run(cluster, 10);
    if (node(cluster, victim).state == sim::NodeState::kDown) act(cluster, sim::Restart{victim});
    run(cluster, 30);
    EXPECT_EQ(node(cluster, victim).state, sim::NodeState::kUp) << node(cluster, victim).reason;
    EXPECT_EQ(node(cluster, victim).reason, "") << nth;
    EXPECT_EQ(log_text(cluster, victim), whole) << nth;
  }
}

TEST(DiskFaults, OneRottenVoteIsReadFromItsCopyAndTwoHaltTheNode) {
  sim::Cluster cluster = busy(45);
  const sim::NodeId victim = follower(cluster);
  const auto before = node(cluster, victim);
  act(cluster, fault(victim, Kind::kRotVote));
  act(cluster, sim::Crash{victim});
  act(cluster, sim::Restart{victim});
  EXPECT_EQ(node(cluster, victim).state, sim::NodeState::kUp);
  EXPECT_EQ(node(cluster, victim).vote, before.vote);
  EXPECT_EQ(node(cluster, victim).term, before.term);
  act(cluster, fault(victim, Kind::kRotVote));
  act(cluster, sim::Crash{victim});
  act(cluster, sim::Restart{victim});
  EXPECT_EQ(node(cluster, victim).state, sim::NodeState::kHalted);
  EXPECT_NE(node(cluster, victim).reason.find("hard_state: neither row"), std::string::npos)
      << node(cluster, victim).reason;
}

TEST(DiskFaults, RotInTheStateMachineIsNamedByItsKey) {
  sim::Cluster cluster = busy(46);
  const sim::NodeId victim = follower(cluster);
  sim::DiskFault command{victim, Kind::kRotKv};
  command.key = "k2";
  act(cluster, command);
  act(cluster, sim::Crash{victim});
  act(cluster, sim::Restart{victim});
  EXPECT_EQ(node(cluster, victim).state, sim::NodeState::kHalted);
  EXPECT_NE(node(cluster, victim).reason.find("\"k2\" does not match"), std::string::npos)
      << node(cluster, victim).reason;
  command.key = "nobody";
  EXPECT_FALSE(cluster.execute(command));
  EXPECT_FALSE(cluster.execute(rot_log(victim, 400)));
}

TEST(DiskFaults, ALeaderWithAFullDiskStepsDownAndComesBackWithoutARestart) {
  sim::Cluster cluster = busy(47);
  const sim::NodeId led = leader(cluster);
  const auto before = node(cluster, led);
  act(cluster, fault(led, Kind::kFull));
  sim::Request write = put("x", "1");
  act(cluster, write);
  run(cluster, 60);
  EXPECT_EQ(node(cluster, led).state, sim::NodeState::kUp);
  EXPECT_NE(node(cluster, led).reason.find("disk is full"), std::string::npos);
  EXPECT_NE(leader(cluster), led);
  EXPECT_NE(leader(cluster), raft::kNoNode);
  EXPECT_EQ(cluster.view().requests.back().outcome, sim::Outcome::kOk);
  // What its disk holds is what it held.
  sim::Cluster other = cluster.clone();
  act(other, sim::Crash{led});
  EXPECT_EQ(node(other, led).term, before.term);
  EXPECT_EQ(node(other, led).vote, before.vote);
  EXPECT_EQ(node(other, led).last, before.last);
  act(cluster, fault(led, Kind::kOk));
  run(cluster, 10);
  EXPECT_EQ(node(cluster, led).reason, "");
  EXPECT_EQ(value_on(cluster, led.value, "x"), "1");
  EXPECT_EQ(log_text(cluster, led), log_text(cluster, leader(cluster)));
}

TEST(DiskFaults, WhenAllDisksAreFullAllWaitAndThenGoOn) {
  sim::Cluster cluster = busy(48);
  for (std::uint64_t id = 1; id <= 5; ++id) act(cluster, fault({id}, Kind::kFull));
  act(cluster, put("x", "1"));
  run(cluster, 100);
  for (std::uint64_t id = 1; id <= 5; ++id) {
    EXPECT_NE(node(cluster, {id}).state, sim::NodeState::kHalted) << node(cluster, {id}).reason;
  }
  for (std::uint64_t id = 1; id <= 5; ++id) act(cluster, fault({id}, Kind::kOk));
  run(cluster, 120);
  for (std::uint64_t id = 1; id <= 5; ++id) EXPECT_EQ(value_on(cluster, id, "x"), "1");
}

TEST(DiskFaults, ADiskThatFillsAtAnyByteLosesNothing) {
  const std::uint64_t used = node(busy(49), {1}).disk_bytes;
  for (std::uint64_t room = 0; room < 20000; room += 900) {
    sim::Cluster cluster = busy(49);
    const sim::NodeId victim = leader(cluster);
    sim::DiskFault full{victim, Kind::kFullAt};
    full.bytes = used + room;
    act(cluster, full);
    for (int i = 0; i < 6; ++i) {
      act(cluster, put("big" + std::to_string(i), std::string(1500, 'v')));
      run(cluster, 20);
    }
    act(cluster, fault(victim, Kind::kOk));
    run(cluster, 60);
    EXPECT_EQ(node(cluster, victim).state, sim::NodeState::kUp) << room;
    for (int i = 0; i < 6; ++i) {
      EXPECT_EQ(value_on(cluster, victim.value, "big" + std::to_string(i)).size(), 1500u) << room;
    }
  }
}

TEST(DiskFaults, AReadErrorHaltsTheNodeAndItComesBack) {
  sim::Cluster cluster = busy(50);
  const sim::NodeId victim = follower(cluster);
  act(cluster, fault(victim, Kind::kReadError));
  act(cluster, put("x", "1"));
  run(cluster, 10);
  EXPECT_EQ(node(cluster, victim).state, sim::NodeState::kHalted);
  EXPECT_TRUE(node(cluster, victim).disk_faults.empty()) << "it was for once";
  act(cluster, sim::Restart{victim});
  run(cluster, 10);
  EXPECT_EQ(value_on(cluster, victim.value, "x"), "1");

  sim::DiskFault always{victim, Kind::kReadError};
  always.always = true;
  act(cluster, always);
  act(cluster, put("x", "2"));
  run(cluster, 10);
  act(cluster, sim::Restart{victim});
  EXPECT_EQ(node(cluster, victim).state, sim::NodeState::kHalted);
  act(cluster, fault(victim, Kind::kOk));
  act(cluster, sim::Restart{victim});
  run(cluster, 10);
  EXPECT_EQ(value_on(cluster, victim.value, "x"), "2");
}

// A misdirected write is found at the next start, or it did no harm.
TEST(DiskFaults, AMisdirectedWriteIsNeverTakenForGood) {
  std::uint64_t noticed = 0;
  for (std::uint64_t after = 0; after < 40; ++after) {
    sim::Cluster cluster = busy(51);
    const sim::NodeId victim = follower(cluster);
    sim::DiskFault misdirect{victim, Kind::kMisdirect};
    misdirect.after = after;
    act(cluster, misdirect);
    // Later writes would put the page right again.
    for (int i = 0; i < 9 && !node(cluster, victim).disk_faults.empty(); ++i) {
      act(cluster, put("y" + std::to_string(i), std::to_string(i)));
      run(cluster, 5);
    }
    if (node(cluster, victim).state == sim::NodeState::kUp) act(cluster, sim::Crash{victim});
    act(cluster, sim::Restart{victim});
    if (!node(cluster, victim).reason.empty()) ++noticed;
    run(cluster, 30);
    if (node(cluster, victim).state == sim::NodeState::kHalted) continue;
    EXPECT_EQ(*node(cluster, victim).rows, *node(cluster, leader(cluster)).rows) << after;
    EXPECT_EQ(log_text(cluster, victim), log_text(cluster, leader(cluster))) << after;
  }
  EXPECT_GT(noticed, 3u);
  EXPECT_LT(noticed, 40u);
}

// A majority that lies loses what was acknowledged: outside Raft's assumptions.
TEST(DiskFaults, WhatLyingDisksAcknowledgedIsGoneAfterTheCrash) {
  sim::Cluster cluster = busy(52);
  for (std::uint64_t id = 1; id <= 5; ++id) act(cluster, fault({id}, Kind::kLie));
  const auto last = node(cluster, {1}).last;
  act(cluster, put("x", "1"));
  run(cluster, 10);
  ASSERT_EQ(cluster.view().requests.back().outcome, sim::Outcome::kOk);
  sim::Cluster honest = cluster.clone();
  for (std::uint64_t id = 1; id <= 5; ++id) act(cluster, sim::Crash{{id}});
  for (std::uint64_t id = 1; id <= 5; ++id) EXPECT_EQ(node(cluster, {id}).last, last) << id;
  // Behind the end of the lie one sync stores all.
  for (std::uint64_t id = 1; id <= 5; ++id) act(honest, fault({id}, Kind::kOk));
  act(honest, put("y", "1"));
  run(honest, 10);
  for (std::uint64_t id = 1; id <= 5; ++id) act(honest, sim::Crash{{id}});
  for (std::uint64_t id = 1; id <= 5; ++id) EXPECT_EQ(value_on(honest, id, "x"), "1");
}

// SQLite is told of the promise: its journal then begins with 512 bytes instead of a whole sector.
TEST(DiskFaults, APromiseOfTheDiskCountsAtOnce) {
  const auto room_needed = [](const char* promise) {
    for (std::uint64_t room = 0;; room += 512) {
      sim::Cluster cluster = busy(53);
      const sim::NodeId victim = follower(cluster);
      act(cluster, sim::SetOption{victim, "power-safe-overwrite", promise});
      sim::DiskFault full{victim, Kind::kFullAt};
      full.bytes = node(cluster, victim).disk_bytes + room;
      act(cluster, full);
      act(cluster, put("x", "1"));
      run(cluster, 10);
      if (node(cluster, victim).reason.empty()) return room;
    }
  };
  EXPECT_GT(room_needed("off"), room_needed("on") + 2048);
}

// A copy opens its databases anew, the original has pages in its cache: with rot and failing reads
// both must go the same way.
TEST(DiskFaults, ACopyGoesTheSameWayWhateverItsDisksDo) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    sim::Cluster cluster = busy(seed);
    raft::Rng rng(seed, 77);
    for (int round = 0; round < 12; ++round) {
      const sim::NodeId victim{1 + rng.below(5)};
      switch (rng.below(9)) {
        case 0:
          (void)cluster.execute(rot_log(victim, 1 + rng.below(8)));
          break;
        case 1:
          (void)cluster.execute(fault(victim, Kind::kRotVote));
          break;
        case 2:
          (void)cluster.execute(fault(victim, Kind::kReadError));
          break;
        case 3: {
          sim::DiskFault misdirect{victim, Kind::kMisdirect};
          misdirect.after = rng.below(6);
          (void)cluster.execute(misdirect);
          break;
        }
        case 4:
          (void)cluster.execute(fault(victim, Kind::kLie));
          break;
        case 5:
          (void)cluster.execute(fault(victim, Kind::kFull));
          break;
        case 6:
          (void)cluster.execute(
              sim::SetOption{victim, "power-safe-overwrite", rng.chance(1, 2) ? "on" : "off"});
          break;
        case 7:
          (void)cluster.execute(fault(victim, Kind::kOk));
          break;
        default:
          (void)cluster.execute(sim::Crash{victim});
          break;
      }
      (void)cluster.execute(put("z", std::to_string(round)));
      sim::Cluster copy = cluster.clone();
      const std::uint64_t ticks = 1 + rng.below(15);
      run(copy, ticks);
      run(cluster, ticks);
      ASSERT_EQ(copy.digest(), cluster.digest()) << "seed " << seed << ", round " << round;
      if (rng.chance(1, 2)) {
        (void)copy.execute(sim::Restart{victim});
        (void)cluster.execute(sim::Restart{victim});
        ASSERT_EQ(copy.digest(), cluster.digest()) << "seed " << seed << ", round " << round;
      }
    }
  }
}

}  // namespace
