#include "app/campaign/nemesis.h"

#include <algorithm>

namespace campaign {

using raft::NodeId;

Nemesis::Nemesis(session::Session& session, const Plan& plan)
    : session_(session),
      plan_(plan),
      rng_(plan.config.seed, static_cast<std::uint64_t>(Stream::kTroubles)) {
  for (const auto& [kind, weight] : plan.troubles) weights_ += weight;
  // Mostly there is a leader to begin with.
  const std::uint64_t begin = rng_.below(40);
  next_trouble_ = session.position().at + sim::ticks(begin);
}

sim::Instant Nemesis::next() const {
  sim::Instant next = next_trouble_;
  for (const Due& due : due_) next = std::min(next, due.at);
  return next;
}

void Nemesis::act() {
  const sim::Instant now = session_.position().at;
  for (std::size_t i = 0; i < due_.size();) {
    if (due_[i].at > now) {
      ++i;
      continue;
    }
    const Due due = due_[i];
    due_.erase(due_.begin() + static_cast<std::ptrdiff_t>(i));
    finish(due);
  }
  if (next_trouble_ > now) return;
  begin_trouble();
  const std::uint64_t pause = rng_.between(plan_.pause.low.millis, plan_.pause.high.millis);
  next_trouble_ = now + sim::Duration{std::max<std::uint64_t>(pause / 1000, 1) * 1000};
}

void Nemesis::finish(const Due& due) {
  if (due.trap) {
    const auto traps = session_.cluster().traps();
    const auto& crash = std::get<sim::Crash>(due.command);
    const bool waits = std::any_of(traps.begin(), traps.end(), [&](const sim::ArmedTrap& armed) {
      return armed.crash.node == crash.node;
    });
    if (!waits) return;
  }
  doing(due.command);
}

void Nemesis::begin_trouble() {
  if (weights_ == 0) return;
  std::uint64_t drawn = rng_.below(weights_);
  for (const auto& [kind, weight] : plan_.troubles) {
    if (drawn < weight) return begin(kind);
    drawn -= weight;
  }
}

void Nemesis::begin(Trouble trouble) {
  switch (trouble) {
    case Trouble::kCrash:
      return crash();
    case Trouble::kPowerCut:
      return power_cut();
    case Trouble::kTrap:
      return trap();
    case Trouble::kPause:
      return pause();
    case Trouble::kPartition:
      return partition();
    case Trouble::kCut:
      return cut();
    case Trouble::kMesh:
      return mesh();
    case Trouble::kLink:
      return link();
    case Trouble::kHold:
      return hold();
    case Trouble::kMessage:
      return message();
    case Trouble::kDuel:
      return duel();
    case Trouble::kCampaign:
      doing(sim::Campaign{any_node()});
      return;
    case Trouble::kTransfer:
      doing(sim::Transfer{any_node()});
      return;
    case Trouble::kForget:
      doing(sim::ForgetLeader{any_node()});
      return;
    case Trouble::kCompact:
      doing(sim::Compact{session_.view().leader});
      return;
    case Trouble::kReadIndex: {
      sim::Request request;
      request.operation = sim::Operation::kReadIndex;
      request.via = any_node();
      doing(request);
      return;
    }
    case Trouble::kClock: {
      constexpr sim::Ratio kRates[] = {{1, 2}, {2, 3}, {9, 10}, {10, 9}, {3, 2}, {2, 1}};
      const NodeId node = any_node();
      doing(sim::SetClock{node, kRates[rng_.below(std::size(kRates))]},
            sim::SetClock{node, {1, 1}});
      return;
    }
    case Trouble::kDiskError:
      return disk_error();
    case Trouble::kDiskFull:
      return full_disk();
    case Trouble::kRot:
      return rot();
    case Trouble::kMisdirect: {
      sim::DiskFault fault{fragile_node(), sim::DiskFaultKind::kMisdirect};
      fault.after = rng_.below(6);
      doing(fault);
      return;
    }
    case Trouble::kChange:
      return change();
  }
}

void Nemesis::crash() {
  const NodeId node = leader_or_any();
  const bool gentle = rng_.chance(1, 5);
  doing(sim::Crash{node, gentle ? sim::Lose::kNothing : sim::Lose::kUnsynced}, sim::Restart{node});
}

void Nemesis::power_cut() {
  for (const NodeId node : in_some_order()) {
    if (doing(sim::Crash{node})) later(sim::Restart{node}, some_time());
  }
}

void Nemesis::trap() {
  using sim::CrashPoint;
  constexpr CrashPoint kPoints[] = {CrashPoint::kBeforeSync,    CrashPoint::kBeforeSync,
                                    CrashPoint::kAfterSync,     CrashPoint::kMidApply,
                                    CrashPoint::kSnapshotChunk, CrashPoint::kIo};
  sim::Crash crash{any_node()};
  crash.at = kPoints[rng_.below(std::size(kPoints))];
  const bool counted = crash.at == CrashPoint::kSnapshotChunk || crash.at == CrashPoint::kIo;
  if (counted) crash.nth = rng_.between(1, crash.at == CrashPoint::kIo ? 40 : 3);
  if (rng_.chance(1, 6)) crash.lose = sim::Lose::kNothing;
  if (!doing(crash)) return;
  // A trap that waits in vain would be a failed expectation.
  const std::uint64_t patience = sim::kTrapPatience.millis - 1000;
  const std::uint64_t back = patience + some_time().millis;
  later(sim::Crash{crash.node}, {patience}, true);
  later(sim::Restart{crash.node}, some_time());
  later(sim::Restart{crash.node}, {back});
}

void Nemesis::pause() {
  const NodeId node = leader_or_any();
  doing(sim::Pause{node}, sim::Resume{node});
}

void Nemesis::partition() {
  std::vector<NodeId> nodes = in_some_order();
  const NodeId alone = leader_or_any();
  const bool one = rng_.chance(1, 3);
  std::vector<std::vector<NodeId>> groups(one ? 1 : rng_.between(1, 2));
  for (const NodeId node : nodes) {
    const std::uint64_t group = one ? (node == alone ? 0 : 1) : rng_.below(groups.size() + 1);
    if (group < groups.size()) groups[group].push_back(node);  // the others form one more
  }
  std::erase_if(groups, [](const auto& group) { return group.empty(); });
  if (groups.empty()) return;
  for (auto& group : groups) std::sort(group.begin(), group.end());
  doing(sim::Partition{groups}, sim::Heal{});
}

void Nemesis::cut() {
  const std::vector<NodeId> nodes = in_some_order();
  if (nodes.size() < 2) return;
  const sim::Endpoint from{rng_.chance(1, 2) ? leader_or_any() : nodes[0]};
  const sim::Endpoint to{nodes[0] == from.node ? nodes[1] : nodes[0]};
  const bool both = rng_.chance(1, 3);
  doing(sim::Cut{from, to, both}, sim::Mend{from, to, both});
}

void Nemesis::mesh() {
  const std::vector<NodeId> nodes = in_some_order();
  const bool star = rng_.chance(1, 2);
  sim::LinksOnly mesh;
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    const NodeId other = star ? nodes[0] : nodes[i - 1];
    mesh.links.emplace_back(std::min(other, nodes[i]), std::max(other, nodes[i]));
  }
  doing(mesh, sim::Heal{});
}

void Nemesis::link() {
  const std::vector<NodeId> nodes = in_some_order();
  if (nodes.size() < 2) return;
  sim::SetLink link{{nodes[0]}, {nodes[1]}, {}, {}, {}};
  const std::uint64_t kind = rng_.below(3);
  const std::uint64_t slow = rng_.between(2, 12);
  if (kind == 0) link.delay = sim::DelayRange{{200}, sim::ticks(slow)};
  if (kind == 1) link.loss = sim::Ratio{1, slow / 2 + 1};
  if (kind == 2) link.duplicate = sim::Ratio{1, 2};
  doing(link, sim::SetNetwork{plan_.network});
}

void Nemesis::hold() {
  const std::vector<NodeId> nodes = in_some_order();
  if (nodes.size() < 2) return;
  const sim::Endpoint from{nodes[0]};
  const sim::Endpoint to{nodes[1]};
  doing(sim::Hold{from, to}, sim::Release{from, to});
}

void Nemesis::message() {
  const sim::ClusterView& view = session_.view();
  if (view.messages.empty()) return;
  const sim::MessageView& chosen = view.messages[rng_.below(view.messages.size())];
  // By type and place rather than by number: that stays right when earlier commands are left out.
  sim::MessageSelector selector{0, std::string(chosen.type), chosen.from, chosen.to, 0};
  for (const sim::MessageView& other : view.messages) {
    const bool alike =
        other.type == chosen.type && other.from == chosen.from && other.to == chosen.to;
    if (alike && other.id <= chosen.id) ++selector.nth;
  }
  const std::uint64_t by = rng_.between(1, 30);
  switch (rng_.below(4)) {
    case 0:
      doing(sim::Drop{selector});
      return;
    case 1:
      doing(sim::Duplicate{selector});
      doing(sim::DelayBy{selector, sim::ticks(by)});
      return;
    case 2:
      doing(sim::DelayBy{selector, sim::ticks(by)});
      return;
    default:
      doing(sim::Deliver{selector});
      return;
  }
}

void Nemesis::duel() {
  const std::vector<NodeId> nodes = in_some_order();
  const std::size_t count = std::min<std::size_t>(nodes.size(), rng_.between(1, 3));
  const std::uint64_t in = rng_.between(1, 3);
  for (std::size_t i = 0; i < count; ++i) doing(sim::SetTimer{nodes[i], in});
}

void Nemesis::change() {
  const raft::ConfState* members = session_.view().members();
  if (members == nullptr) return;
  raft::ConfChange change;
  if (!members->outgoing.empty() && !members->auto_leave) {  // the joint phase has to be ended
    doing(sim::Change{change});
    return;
  }
  const auto is_in = [](const std::vector<NodeId>& list, NodeId node) {
    return std::count(list.begin(), list.end(), node) != 0;
  };
  constexpr std::uint64_t kLastNode = 7;
  std::uint64_t voters = members->voters.size();
  const std::uint64_t count = rng_.chance(1, 3) ? rng_.between(2, 3) : 1;
  std::vector<NodeId> named;
  for (std::uint64_t i = 0; i < count; ++i) {
    const NodeId node{rng_.between(1, kLastNode)};
    if (is_in(named, node)) continue;
    named.push_back(node);
    const bool votes = is_in(members->voters, node);
    const bool learner = rng_.chance(1, 4);
    raft::ConfChangeSingle single{raft::ConfChangeType::kAddNode, node};
    if (votes || is_in(members->learners, node)) {
      if (votes && voters <= 3) continue;  // fewer would lose their majority at the next crash
      if (votes || learner) {
        single.type =
            learner ? raft::ConfChangeType::kAddLearner : raft::ConfChangeType::kRemoveNode;
      }
      if (votes) --voters;
    } else if (learner) {
      single.type = raft::ConfChangeType::kAddLearner;
    }
    change.changes.push_back(single);
  }
  if (change.changes.empty()) return;
  const bool first_version = change.changes.size() == 1 && rng_.chance(1, 4);
  if (!first_version && rng_.chance(1, 4)) {
    change.transition =
        rng_.chance(1, 2) ? raft::ConfTransition::kImplicit : raft::ConfTransition::kExplicit;
  }
  doing(sim::Change{change, first_version});
}

void Nemesis::rot() {
  const NodeId node = fragile_node();
  const sim::NodeView* view = session_.view().node(node);
  sim::DiskFault fault{node};
  const std::uint64_t kind = rng_.below(4);
  if (kind < 2 && view->last >= view->first) {
    fault.kind = sim::DiskFaultKind::kRotLog;
    fault.index = rng_.between(view->first.value, view->last.value);
  } else if (kind == 2 || view->rows->empty()) {
    fault.kind = sim::DiskFaultKind::kRotVote;
  } else {
    fault.kind = sim::DiskFaultKind::kRotKv;
    const std::uint64_t which = rng_.below(view->rows->size());
    fault.key = std::next(view->rows->begin(), static_cast<std::ptrdiff_t>(which))->first;
  }
  if (!doing(fault)) return;
  // It is seen when the disk is read. A leader that does not know of it would lead on, and count as
  // one that is not healthy.
  doing(sim::Crash{node}, sim::Restart{node});
}

void Nemesis::disk_error() {
  using sim::DiskFaultKind;
  constexpr DiskFaultKind kKinds[] = {DiskFaultKind::kWriteError, DiskFaultKind::kSyncError,
                                      DiskFaultKind::kSyncError, DiskFaultKind::kReadError};
  sim::DiskFault fault{any_node()};
  fault.kind = kKinds[rng_.below(std::size(kKinds))];
  const std::uint64_t after = rng_.below(12);
  if (fault.kind != DiskFaultKind::kReadError) fault.after = after;
  fault.always = rng_.chance(1, 3);
  if (!doing(fault)) return;
  const sim::Duration end = some_time();
  later(sim::DiskFault{fault.node, DiskFaultKind::kOk}, end);
  later(sim::Restart{fault.node}, end);
}

void Nemesis::full_disk() {
  sim::DiskFault fault{leader_or_any(), sim::DiskFaultKind::kFull};
  if (rng_.chance(1, 2)) {
    fault.kind = sim::DiskFaultKind::kFullAt;
    const std::uint64_t room = rng_.below(20);
    fault.bytes = session_.view().node(fault.node)->disk_bytes + 4096 * room;
  }
  doing(fault, sim::DiskFault{fault.node, sim::DiskFaultKind::kOk});
}

void Nemesis::doing(const sim::Command& command, const sim::Command& after) {
  const sim::Duration time = some_time();
  if (doing(command)) later(after, time);
}

void Nemesis::later(const sim::Command& command, sim::Duration in, bool trap) {
  due_.push_back({session_.position().at + in, command, trap});
}

// In whole ticks: that is easier to read.
sim::Duration Nemesis::some_time() {
  return sim::ticks(
      rng_.between(plan_.lasting.low.millis / 1000, plan_.lasting.high.millis / 1000));
}

NodeId Nemesis::any_node() {
  const auto& nodes = session_.view().nodes;
  return nodes[rng_.below(nodes.size())].id;
}

NodeId Nemesis::fragile_node() { return plan_.fragile[rng_.below(plan_.fragile.size())]; }

NodeId Nemesis::leader_or_any() {
  const NodeId any = any_node();
  const NodeId leader = session_.view().leader;
  return leader != raft::kNoNode && rng_.chance(1, 2) ? leader : any;
}

std::vector<NodeId> Nemesis::in_some_order() {
  std::vector<NodeId> out;
  for (const sim::NodeView& node : session_.view().nodes) out.push_back(node.id);
  for (std::size_t i = out.size(); i > 1; --i) std::swap(out[i - 1], out[rng_.below(i)]);
  return out;
}

}  // namespace campaign
