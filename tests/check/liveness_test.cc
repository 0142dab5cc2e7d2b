// liveness, by hand-made views: which majorities are healthy, since when, and who leads them.
#include <gtest/gtest.h>

#include "app/check/checker_set.h"
#include "app/check/liveness.h"

namespace check_test {
namespace {

using check::Property;

// Three nodes that hear each other, with an election timeout of 10 ticks.
class Watch {
 public:
  Watch() {
    for (std::uint64_t id = 1; id <= 3; ++id) {
      sim::NodeView node;
      node.id = {id};
      node.term = {1};
      node.hears = static_cast<std::uint16_t>(0b111 & ~(1u << (id - 1)));
      node.config.voters = {{1}, {2}, {3}};
      view_.nodes.push_back(node);
    }
  }

  sim::NodeView& node(std::uint64_t id) { return view_.nodes[id - 1]; }

  void lead(std::uint64_t id, std::uint64_t term) {
    node(id).role = sim::RoleName::kLeader;
    node(id).term = {term};
  }

  // An event at this instant.
  void at(std::uint64_t tick) {
    view_.position.at = sim::Instant{} + sim::ticks(tick);
    ++view_.position.events;
    checks_.after_event(view_, findings_);
  }

  void client_message(sim::FactKind kind, std::uint64_t node, std::uint64_t tick) {
    sim::Fact fact;
    fact.kind = kind;
    fact.node = {node};
    fact.at = sim::Instant{} + sim::ticks(tick);
    fact.role = raft::Role::kLeader;
    const sim::Endpoint client{{}, 1};
    const sim::Endpoint server{{node}, 0};
    fact.from = kind == sim::FactKind::kReceive ? client : server;
    fact.to = kind == sim::FactKind::kReceive ? server : client;
    checks_.on_fact(fact);
  }

  const std::vector<check::Violation>& found() const { return findings_.list(); }

 private:
  sim::ClusterView view_;
  check::LivenessChecks checks_;
  check::Findings findings_;
};

TEST(Liveness, AHealthyMajorityWithoutALeaderForTenTimeouts) {
  Watch watch;
  watch.at(0);
  watch.at(99);
  EXPECT_TRUE(watch.found().empty());
  watch.at(100);
  ASSERT_EQ(watch.found().size(), 1u);
  EXPECT_EQ(watch.found().front().property, Property::kLiveness);
  EXPECT_EQ(watch.found().front().text,
            "for 100 ticks n1 n2 n3, a majority, heard each other, and none of them led");
  // Told again only after as long again.
  watch.at(199);
  EXPECT_EQ(watch.found().size(), 1u);
  watch.at(200);
  EXPECT_EQ(watch.found().size(), 2u);
}

TEST(Liveness, ALeaderOrABreakStartsTheTimeAnew) {
  for (const char* what : {"leader", "down", "paused", "link", "disk"}) {
    Watch watch;
    watch.at(0);
    watch.node(3).state = sim::NodeState::kDown;  // so that n1 and n2 are the only majority
    watch.at(50);
    const sim::NodeView before = watch.node(1);
    const std::string_view word = what;
    if (word == "leader") watch.lead(1, 1);
    if (word == "down") watch.node(1).state = sim::NodeState::kDown;
    if (word == "paused") watch.node(1).state = sim::NodeState::kPaused;
    if (word == "link") watch.node(1).hears = 0b100;
    if (word == "disk") watch.node(1).disk_faults = {"sync-error"};
    watch.at(60);
    watch.node(1) = before;
    watch.at(61);
    watch.at(160);
    EXPECT_TRUE(watch.found().empty()) << what;
    watch.at(161);
    EXPECT_EQ(watch.found().size(), 1u) << what;
  }
}

TEST(Liveness, ALeaderOfAnOlderTermIsNone) {
  for (const bool both : {true, false}) {
    Watch watch;
    watch.lead(1, 1);
    watch.node(2).term = {2};
    if (both) watch.node(3).term = {2};
    watch.at(0);
    watch.at(100);
    // n1 and n3, a majority, may still serve clients.
    EXPECT_EQ(watch.found().size(), both ? 1u : 0u);
  }
}

// n1 and n3 do not hear each other, and n2 hears both: n1 leads n1 and n2, and n2 and n3 need none.
TEST(Liveness, ALeaderOfOneMajorityIsEnough) {
  Watch watch;
  watch.lead(1, 1);
  watch.node(1).hears = 0b010;
  watch.node(3).hears = 0b010;
  watch.at(0);
  watch.at(1000);
  EXPECT_TRUE(watch.found().empty());
}

TEST(Liveness, ALeaderThatIsHeardAndHearsNobodyIsNone) {
  Watch watch;
  watch.lead(1, 1);
  watch.node(1).hears = 0;
  watch.at(0);
  watch.at(100);
  ASSERT_EQ(watch.found().size(), 1u);
  EXPECT_EQ(watch.found().front().nodes, (std::vector<raft::NodeId>{{2}, {3}}));
}

TEST(Liveness, ARequestAtItsLeaderGetsAnOutcomeWithinTwelveTimeouts) {
  for (const bool answered : {false, true}) {
    Watch watch;
    watch.lead(1, 1);
    watch.at(0);
    watch.client_message(sim::FactKind::kReceive, 1, 10);
    watch.at(20);
    if (answered) watch.client_message(sim::FactKind::kSend, 1, 21);
    watch.at(129);
    EXPECT_TRUE(watch.found().empty());
    watch.at(130);
    EXPECT_EQ(watch.found().size(), answered ? 0u : 1u);
    watch.at(131);
    EXPECT_EQ(watch.found().size(), answered ? 0u : 1u);
  }
}

// Without fast backtracking a leader asks once per entry where a log joins its own, and that may be
// hundreds of entries back (`raftarium fuzz --seeds 10..10 --profile membership`).
TEST(Liveness, ALeaderThatFindsOutWhereALogJoinsIsNotAtAStandstill) {
  Watch watch;
  watch.lead(1, 1);
  watch.node(1).last = {400};
  watch.node(1).progress = {{{1}, {}, {}}, {{2}, {}, {}}, {{3}, {}, {}}};
  const auto peers = [&](raft::Index match, raft::Index next, raft::ProgressState state) {
    for (const std::size_t i : {1u, 2u}) {
      raft::Progress& peer = watch.node(1).progress[i].progress;
      peer.match = match;
      peer.next = next;
      peer.state = state;
    }
  };
  peers({}, {400}, raft::ProgressState::kProbe);
  watch.at(0);
  watch.client_message(sim::FactKind::kReceive, 1, 10);
  // It probes, one entry a tick.
  for (std::uint64_t tick = 10; tick <= 300; ++tick) {
    peers({}, {410 - tick}, raft::ProgressState::kProbe);
    watch.at(tick);
  }
  EXPECT_TRUE(watch.found().empty());
  // It fills what is lacking.
  for (std::uint64_t tick = 301; tick <= 500; ++tick) {
    peers({tick - 200}, {tick - 199}, raft::ProgressState::kReplicate);
    watch.at(tick);
  }
  EXPECT_TRUE(watch.found().empty());
  // Then nothing more.
  for (std::uint64_t tick = 501; tick <= 619; ++tick) watch.at(tick);
  EXPECT_TRUE(watch.found().empty());
  watch.at(620);
  EXPECT_EQ(watch.found().size(), 1u);
}

// It goes to and fro, or what moves is behind what was there when it began to owe: no nearer.
TEST(Liveness, WhatMovesAndComesNoNearerIsAStandstill) {
  for (const bool to_and_fro : {true, false}) {
    Watch watch;
    watch.lead(1, 1);
    watch.node(1).last = {400};
    watch.node(1).progress = {{{1}, {}, {}}, {{2}, {}, {}}, {{3}, {}, {}}};
    raft::Progress& peer = watch.node(1).progress[1].progress;
    watch.client_message(sim::FactKind::kReceive, 1, 0);
    for (std::uint64_t tick = 0; tick <= 130; ++tick) {
      if (to_and_fro) {
        peer.next = {400 - tick % 2};
      } else {
        peer.match = {400 + tick};
      }
      watch.at(tick);
    }
    EXPECT_EQ(watch.found().size(), 1u) << to_and_fro;
  }
}

TEST(Liveness, NobodyOwesAnythingWithoutAMajority) {
  Watch watch;
  watch.node(2).state = sim::NodeState::kDown;
  watch.node(3).state = sim::NodeState::kDown;
  watch.at(0);
  watch.at(1000);
  EXPECT_TRUE(watch.found().empty());
}

}  // namespace
}  // namespace check_test
