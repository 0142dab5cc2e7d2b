// liveness: while some majority of the members is up and hears each other, one of them leads, and a
// request that waits at that leader gets its outcome. Violated when a majority has been healthy
// (up, unpaused, whole and lossless links both ways with a delay of at most 2 ticks, healthy disks)
// for 10 election timeouts without a break, and in all that time no member of it led in a term not
// below that of the others; or for 12, and a request was open at its leader all the while and none
// of them came nearer to the leader's log (a long way, where each step takes a round trip). Where
// several majorities are healthy, a leader of any is one for all: it can serve clients. Plain Raft
// breaks it in some topologies (Howard 2020): that is what pre-vote and check-quorum are for.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "app/check/violation.h"
#include "app/sim/view.h"

namespace check {

class LivenessChecks {
 public:
  void on_fact(const sim::Fact& fact);
  // What it costs: a look at each node; more only when a role, a term, a link or a disk has
  // changed.
  void after_event(const sim::ClusterView& view, Findings& findings);

 private:
  using Nodes = std::uint16_t;  // a set, bit i - 1 for node i

  // What decides whether a majority is healthy and led.
  struct Situation {
    struct Node {
      bool healthy = false;
      bool leads = false;
      std::uint64_t term = 0;
      Nodes hears = 0;
      std::uint64_t election_tick = 0;
      bool operator==(const Node&) const = default;
    };
    std::vector<Node> nodes;  // [i] is n(i+1)
    raft::ConfState config;
    bool operator==(const Situation&) const = default;
  };

  // A majority that is healthy.
  struct Majority {
    Nodes nodes = 0;
    sim::Instant healthy_since;
    sim::NodeId leader;     // of its nodes, in a term not below the others'
    sim::Duration timeout;  // the longest election timeout of its nodes
  };

  // How near the others are to a leader's log while it owes an outcome.
  struct Nearness {
    struct Peer {
      bool known = false;
      raft::Index next;      // the lowest that was probed
      raft::Index match;     // the highest
      sim::Instant changed;  // when one of them last was
    };
    raft::Index goal;         // the end of the leader's log when it began to owe: no move of it
    std::vector<Peer> peers;  // [i] is n(i+1)
  };

  // True if it is no longer what it was.
  bool update_situation(const sim::ClusterView& view);
  static bool is_healthy(const Situation& situation, Nodes nodes);
  static bool is_majority(const raft::ConfState& config, Nodes nodes);
  void look_again(sim::Instant now);
  void see_who_comes_nearer(const sim::ClusterView& view);
  void find_leaderless(const sim::Position& now, Findings& findings);
  void find_unanswered(const sim::Position& now, Findings& findings);

  Situation situation_;
  std::vector<Majority> majorities_;
  bool led_ = false;               // a healthy majority has a leader
  sim::Instant leaderless_since_;  // meaningful while none has
  // Since when a leader has had a client's request without an answer: (leader, client).
  std::map<std::pair<sim::NodeId, std::uint64_t>, sim::Instant> open_;
  std::map<sim::NodeId, Nearness> nearness_;  // by leader, of those in `open_`
};

}  // namespace check
