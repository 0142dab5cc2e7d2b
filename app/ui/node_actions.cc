#include "app/ui/node_actions.h"

#include <algorithm>

#include "app/scene/ring.h"
#include "app/scene/tr.h"

namespace ui {
namespace {

using scene::tr;
using scene::tr_later;

using sim::DiskFaultKind;
using sim::NodeState;

bool stopped(const sim::NodeView& node) {
  return node.state == NodeState::kDown || node.state == NodeState::kHalted;
}

std::optional<DiskFaultKind> disk_fault_of(Action action) {
  switch (action) {
    case Action::kDiskFull:
      return DiskFaultKind::kFull;
    case Action::kDiskWriteError:
      return DiskFaultKind::kWriteError;
    case Action::kDiskSyncError:
      return DiskFaultKind::kSyncError;
    case Action::kDiskReadError:
      return DiskFaultKind::kReadError;
    case Action::kDiskMisdirect:
      return DiskFaultKind::kMisdirect;
    case Action::kDiskLie:
      return DiskFaultKind::kLie;
    case Action::kDiskRotEntry:
      return DiskFaultKind::kRotLog;
    case Action::kDiskRotVote:
      return DiskFaultKind::kRotVote;
    case Action::kDiskRotKey:
      return DiskFaultKind::kRotKv;
    case Action::kDiskOk:
      return DiskFaultKind::kOk;
    default:
      return std::nullopt;
  }
}

std::optional<sim::Command> disk_command(DiskFaultKind kind, const sim::NodeView& node) {
  sim::DiskFault fault{node.id, kind};
  if (kind == DiskFaultKind::kRotLog) {
    fault.index = std::min(node.durable.value, node.last.value);
    if (fault.index < node.first.value || fault.index == 0) return std::nullopt;
  }
  if (kind == DiskFaultKind::kRotKv) {
    if (node.rows == nullptr || node.rows->empty()) return std::nullopt;
    fault.key = node.rows->begin()->first;
  }
  return sim::Command{fault};
}

sim::Command change(raft::ConfChangeType type, raft::NodeId node) {
  sim::Change command;
  command.change.changes.push_back({type, node});
  return sim::Command{command};
}

// The lowest name that nobody has; 0: there are nine.
raft::NodeId free_name(const sim::ClusterView& view) {
  for (std::uint64_t id = 1; id <= sim::kMaxNodes; ++id) {
    if (view.node({id}) == nullptr) return {id};
  }
  return {};
}

enum class Part : std::uint8_t { kNone, kLearner, kVoter };
Part part_of(const sim::ClusterView& view, raft::NodeId id) {
  const raft::ConfState* members = view.members();
  if (members == nullptr) return Part::kNone;
  const auto in = [id](const std::vector<raft::NodeId>& list) {
    return std::find(list.begin(), list.end(), id) != list.end();
  };
  if (in(members->voters)) return Part::kVoter;
  return in(members->learners) || in(members->learners_next) ? Part::kLearner : Part::kNone;
}

std::string_view english_label(Action action, const sim::NodeView& node) {
  if (action == Action::kCrashOrRestart && stopped(node)) return tr_later("Restart it");
  if (action == Action::kPauseOrResume && node.state == NodeState::kPaused)
    return tr_later("Resume it");
  return info(action).brief;
}

}  // namespace

bool is_node_action(Action action) { return info(action).page != NodePage::kNone; }

std::optional<sim::Command> node_command(Action action, const sim::NodeView& node,
                                         const sim::ClusterView& view) {
  if (const auto kind = disk_fault_of(action)) return disk_command(*kind, node);
  const auto crash = [&node](sim::CrashPoint at, sim::Lose lose = sim::Lose::kUnsynced) {
    sim::Crash command{node.id, lose};
    command.at = at;
    return sim::Command{command};
  };
  switch (action) {
    case Action::kCrashOrRestart:
      if (stopped(node)) return sim::Command{sim::Restart{node.id}};
      return sim::Command{sim::Crash{node.id}};
    case Action::kPauseOrResume:
      if (node.state == NodeState::kPaused) return sim::Command{sim::Resume{node.id}};
      return sim::Command{sim::Pause{node.id}};
    case Action::kCampaign:
      return sim::Command{sim::Campaign{node.id}};
    case Action::kTransfer:
      return sim::Command{sim::Transfer{node.id}};
    case Action::kCutOff:
      return sim::Command{sim::Partition{{{node.id}}}};
    case Action::kTimer:
      return sim::Command{sim::SetTimer{node.id, 1}};
    case Action::kForgetLeader:
      return sim::Command{sim::ForgetLeader{node.id}};
    case Action::kReadIndex: {
      sim::Request index;
      index.operation = sim::Operation::kReadIndex;
      index.via = node.id;
      return sim::Command{index};
    }
    case Action::kCrashBeforeSync:
      return crash(sim::CrashPoint::kBeforeSync);
    case Action::kCrashAfterSync:
      return crash(sim::CrashPoint::kAfterSync);
    case Action::kCrashMidApply:
      return crash(sim::CrashPoint::kMidApply);
    case Action::kCrashLoseDisk:
      return crash(sim::CrashPoint::kNow, sim::Lose::kDisk);
    case Action::kMakeVoter:
      return change(raft::ConfChangeType::kAddNode, node.id);
    case Action::kMakeLearner:
      return change(raft::ConfChangeType::kAddLearner, node.id);
    case Action::kRemoveMember:
      return change(raft::ConfChangeType::kRemoveNode, node.id);
    case Action::kAddNode: {
      const raft::NodeId name = free_name(view);
      if (name == raft::kNoNode) return std::nullopt;
      return change(raft::ConfChangeType::kAddNode, name);
    }
    default:
      return std::nullopt;
  }
}

std::string why_node_off(Action action, const sim::NodeView& node, const sim::ClusterView& view) {
  const std::string name = scene::node_name(node.id);
  const std::string runs = stopped(node) ? tr("{1} does not run", name) : "";
  const std::string acts = !runs.empty()                      ? runs
                           : node.state == NodeState::kPaused ? tr("{1} is paused", name)
                                                              : "";
  if (disk_fault_of(action)) {
    if (node_command(action, node, view)) return "";
    return action == Action::kDiskRotEntry ? tr("{1} has no durable entry", name)
                                           : tr("{1} holds no key", name);
  }
  const std::string led = view.leader == raft::kNoNode ? tr("No node leads") : "";
  switch (action) {
    case Action::kPauseOrResume:
    case Action::kCrashBeforeSync:
    case Action::kCrashAfterSync:
    case Action::kCrashMidApply:
    case Action::kCrashLoseDisk:
      return runs;
    case Action::kCampaign:
    case Action::kReadIndex:
      return acts;
    case Action::kTimer:
      if (!acts.empty()) return acts;
      return node.role == sim::RoleName::kLeader ? tr("{1} leads: it has no election timer", name)
                                                 : "";
    case Action::kForgetLeader:
      if (!acts.empty()) return acts;
      return node.leader == raft::kNoNode || node.leader == node.id ? tr("{1} follows nobody", name)
                                                                    : "";
    case Action::kTransfer:
      if (!led.empty()) return led;
      return view.leader == node.id ? tr("{1} leads already", name) : runs;
    case Action::kMakeVoter:
      if (!led.empty()) return led;
      return part_of(view, node.id) == Part::kVoter ? tr("{1} votes already", name) : "";
    case Action::kMakeLearner:
      if (!led.empty()) return led;
      return part_of(view, node.id) == Part::kLearner ? tr("{1} is a learner already", name) : "";
    case Action::kRemoveMember:
      if (!led.empty()) return led;
      return part_of(view, node.id) == Part::kNone ? tr("{1} is no member", name) : "";
    case Action::kAddNode:
      if (!led.empty()) return led;
      return free_name(view) == raft::kNoNode ? tr("A cluster has nine nodes at most") : "";
    default:
      return "";
  }
}

std::string node_label(Action action, const sim::NodeView& node) {
  return tr(english_label(action, node));
}

std::string named_label(Action action, const sim::NodeView& node) {
  std::string label(english_label(action, node));
  const std::string name = scene::node_name(node.id);
  if (const std::size_t its = label.find(" its ");
      its != std::string::npos && label.find(" it ") == std::string::npos) {
    label.replace(its + 1, 3, name + "'s");
    return scene::tr_sentence(label);
  }
  if (const std::size_t it = label.find(" it "); it != std::string::npos) {
    label.replace(it + 1, 2, name);
    return scene::tr_sentence(label);
  }
  if (label.size() > 3 && label.compare(label.size() - 3, 3, " it") == 0)
    label.replace(label.size() - 2, 2, name);
  return scene::tr_sentence(label);
}

}  // namespace ui
