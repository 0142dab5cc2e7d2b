#include "app/check/liveness.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/check/model.h"

namespace check {
namespace {

constexpr std::uint64_t kTimeoutsWithoutLeader = 10;
constexpr std::uint64_t kTimeoutsWithoutOutcome = 12;

std::uint16_t bit(sim::NodeId node) { return static_cast<std::uint16_t>(1u << (node.value - 1)); }

bool more_than_half(const std::vector<sim::NodeId>& of, std::uint16_t nodes) {
  const auto in = std::count_if(of.begin(), of.end(),
                                [nodes](sim::NodeId id) { return (nodes & bit(id)) != 0; });
  return 2 * static_cast<std::uint64_t>(in) > of.size();
}

std::vector<sim::NodeId> list_of(std::uint16_t nodes) {
  std::vector<sim::NodeId> out;
  for (std::uint64_t id = 1; id <= sim::kMaxNodes; ++id) {
    if ((nodes & bit({id})) != 0) out.push_back({id});
  }
  return out;
}

std::string names_of(std::uint16_t nodes) {
  std::string out;
  for (const sim::NodeId id : list_of(nodes)) out += (out.empty() ? "" : " ") + name(id);
  return out;
}

sim::Duration times(sim::Duration timeout, std::uint64_t n) { return {timeout.millis * n}; }

}  // namespace

void LivenessChecks::on_fact(const sim::Fact& fact) {
  using sim::FactKind;
  switch (fact.kind) {
    case FactKind::kReceive:
      // A client's request; one that asks again is not yet answered.
      if (fact.from.client != 0 && fact.role == raft::Role::kLeader) {
        open_.try_emplace({fact.to.node, fact.from.client}, fact.at);
      }
      return;
    case FactKind::kSend:
      if (fact.to.client != 0) open_.erase({fact.from.node, fact.to.client});
      return;
    case FactKind::kRequest:  // a new one, or the outcome of the one before
      std::erase_if(open_, [&](const auto& open) { return open.first.second == fact.client; });
      return;
    case FactKind::kRole:
    case FactKind::kCrash:
    case FactKind::kHalt:
      if (fact.kind == FactKind::kRole && fact.role == raft::Role::kLeader) return;
      std::erase_if(open_, [&](const auto& open) { return open.first.first == fact.node; });
      return;
    case FactKind::kStart:
    case FactKind::kRestart:
    case FactKind::kPause:
    case FactKind::kResume:
    case FactKind::kTerm:
    case FactKind::kVote:
    case FactKind::kAppend:
    case FactKind::kApply:
    case FactKind::kTruncate:
    case FactKind::kCommit:
    case FactKind::kDurable:
    case FactKind::kSnapshot:
    case FactKind::kDrop:
    case FactKind::kDuplicate:
    case FactKind::kConfig:
    case FactKind::kCommand:
    case FactKind::kNote:
      return;
  }
}

void LivenessChecks::after_event(const sim::ClusterView& view, Findings& findings) {
  if (update_situation(view)) look_again(view.position.at);
  find_leaderless(view.position, findings);
  if (open_.empty()) return nearness_.clear();
  see_who_comes_nearer(view);
  find_unanswered(view.position, findings);
}

// Where a follower's log joins may take a round trip per entry to find (paper section 5.3, without
// what it calls an optimization), and as long again to fill what it lacks. Both end: a probe falls
// no lower than the log's begin, and what is counted of the match index ends at the goal.
void LivenessChecks::see_who_comes_nearer(const sim::ClusterView& view) {
  for (auto at = nearness_.begin(); at != nearness_.end();) {
    const auto owes = open_.lower_bound({at->first, 0});
    at =
        owes == open_.end() || owes->first.first != at->first ? nearness_.erase(at) : std::next(at);
  }
  sim::NodeId before;
  for (const auto& [whose, since] : open_) {
    const sim::NodeView* leader = view.node(whose.first);
    if (whose.first == before || leader == nullptr) continue;
    before = whose.first;
    const auto [place, first_look] = nearness_.try_emplace(whose.first);
    Nearness& nearness = place->second;
    if (first_look) nearness.goal = leader->last;
    nearness.peers.resize(view.nodes.back().id.value);
    for (const sim::ProgressView& peer : leader->progress) {
      const raft::Progress& now = peer.progress;
      if (peer.node.value > nearness.peers.size()) continue;
      Nearness::Peer& known = nearness.peers[peer.node.value - 1];
      const bool anew = !known.known || now.match < known.match;  // it was removed, and is back
      const bool probed = now.state == raft::ProgressState::kProbe && now.next < known.next;
      const bool filled = now.match > known.match && known.match < nearness.goal;
      if (anew) known = {true, now.next, now.match, known.changed};
      if (!anew && (probed || filled)) known.changed = view.position.at;
      if (probed) known.next = now.next;
      known.match = now.match;
    }
  }
}

// In place: after nearly every event it is what it was.
bool LivenessChecks::update_situation(const sim::ClusterView& view) {
  // By id: members that were added may leave gaps. Who is not there is not healthy.
  const std::size_t places = view.nodes.empty() ? 0 : view.nodes.back().id.value;
  bool changed = situation_.nodes.size() != places;
  situation_.nodes.resize(places);
  const sim::NodeView* newest = nullptr;
  std::uint64_t next = 1;
  const auto put = [&](std::uint64_t id, const Situation::Node& now) {
    Situation::Node& known = situation_.nodes[id - 1];
    changed = changed || known != now;
    known = now;
  };
  for (const sim::NodeView& node : view.nodes) {
    for (; next < node.id.value; ++next) put(next, {});
    next = node.id.value + 1;
    const bool up = node.state == sim::NodeState::kUp;
    put(node.id.value, {up && node.disk_faults.empty(), up && node.role == sim::RoleName::kLeader,
                        node.term.value, node.hears, node.options.election_tick});
    if (newest == nullptr || node.applied > newest->applied) newest = &node;
  }
  // The members: those of the leader of the highest term, else of who has applied most.
  if (const sim::NodeView* leader = view.node(view.leader)) newest = leader;
  const raft::ConfState none;
  const raft::ConfState& members = newest != nullptr ? newest->config : none;
  if (situation_.config != members) {
    situation_.config = members;
    changed = true;
  }
  return changed;
}

bool LivenessChecks::is_majority(const raft::ConfState& config, Nodes nodes) {
  // In a joint phase, of both (thesis section 4.3).
  return more_than_half(config.voters, nodes) &&
         (config.outgoing.empty() || more_than_half(config.outgoing, nodes));
}

bool LivenessChecks::is_healthy(const Situation& situation, Nodes nodes) {
  for (const sim::NodeId id : list_of(nodes)) {
    const Situation::Node& node = situation.nodes[id.value - 1];
    const Nodes others = static_cast<Nodes>(nodes & ~bit(id));
    if (!node.healthy || (node.hears & others) != others) return false;
  }
  return true;
}

// Which majorities are healthy now, and who leads them. What held before goes on.
void LivenessChecks::look_again(sim::Instant now) {
  Nodes members = 0;
  for (const auto* list : {&situation_.config.voters, &situation_.config.outgoing}) {
    for (const sim::NodeId id : *list) {
      if (id.value <= situation_.nodes.size()) members = static_cast<Nodes>(members | bit(id));
    }
  }
  std::vector<Majority> found;
  // Every set of members, the largest first.
  for (Nodes nodes = members; nodes != 0; nodes = static_cast<Nodes>((nodes - 1) & members)) {
    if (!is_majority(situation_.config, nodes) || !is_healthy(situation_, nodes)) continue;
    const auto before = std::find_if(majorities_.begin(), majorities_.end(),
                                     [&](const Majority& m) { return m.nodes == nodes; });
    Majority majority{nodes, now, {}, {}};
    std::uint64_t highest = 0;
    for (const sim::NodeId id : list_of(nodes)) {
      const Situation::Node& node = situation_.nodes[id.value - 1];
      highest = std::max(highest, node.term);
      majority.timeout = std::max(majority.timeout, sim::ticks(node.election_tick));
    }
    for (const sim::NodeId id : list_of(nodes)) {
      const Situation::Node& node = situation_.nodes[id.value - 1];
      if (node.leads && node.term == highest) majority.leader = id;
    }
    if (before != majorities_.end()) majority.healthy_since = before->healthy_since;
    found.push_back(majority);
  }
  majorities_ = std::move(found);
  const bool led = std::any_of(majorities_.begin(), majorities_.end(),
                               [](const Majority& m) { return m.leader != raft::kNoNode; });
  if (led_ && !led) leaderless_since_ = now;
  led_ = led;
}

void LivenessChecks::find_leaderless(const sim::Position& now, Findings& findings) {
  if (led_) return;
  for (const Majority& majority : majorities_) {
    const sim::Duration limit = times(majority.timeout, kTimeoutsWithoutLeader);
    const sim::Instant since = std::max(majority.healthy_since, leaderless_since_);
    if (since + limit > now.at) continue;
    Violation violation;
    violation.property = Property::kLiveness;
    violation.event = now.events;
    violation.at = now.at;
    violation.text = "for " + sim::short_text(limit) + " ticks " + names_of(majority.nodes) +
                     ", a majority, heard each other, and none of them led";
    violation.earlier = {
        0, {}, since, names_of(majority.nodes) + " hear each other and nobody of them leads"};
    violation.later = {0, {}, now.at, "still nobody of them leads"};
    violation.nodes = list_of(majority.nodes);
    findings.add(std::move(violation));
    leaderless_since_ = now.at;  // told once for all of them; the next time after as long again
    return;
  }
}

void LivenessChecks::find_unanswered(const sim::Position& now, Findings& findings) {
  for (auto& [whose, since] : open_) {
    const auto& [leader, client] = whose;
    for (const Majority& majority : majorities_) {
      if (majority.leader != leader) continue;
      const sim::Duration limit = times(majority.timeout, kTimeoutsWithoutOutcome);
      sim::Instant from = std::max(since, majority.healthy_since);
      if (from + limit > now.at) continue;
      if (const auto nearness = nearness_.find(leader); nearness != nearness_.end()) {
        for (const sim::NodeId id : list_of(majority.nodes)) {
          if (id.value > nearness->second.peers.size()) break;
          from = std::max(from, nearness->second.peers[id.value - 1].changed);
        }
      }
      if (from + limit > now.at) continue;
      Violation violation;
      violation.property = Property::kLiveness;
      violation.event = now.events;
      violation.at = now.at;
      violation.text = "for " + sim::short_text(limit) + " ticks " + name(leader) +
                       " led and heard a majority, " + names_of(majority.nodes) +
                       ", and a request of c" + std::to_string(client) + " got no outcome";
      violation.earlier = {0, leader, since,
                           name(leader) + " gets a request of c" + std::to_string(client)};
      violation.later = {0, leader, now.at, "it still has no outcome"};
      violation.nodes = list_of(majority.nodes);
      findings.add(std::move(violation));
      since = now.at;  // told once; the next time after as long again
      break;
    }
  }
}

}  // namespace check
