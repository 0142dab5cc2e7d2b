#include "app/campaign/healing.h"

#include <algorithm>

#include "app/scenario/predicate.h"

namespace campaign {
namespace {

constexpr sim::Duration kLastWork = sim::ticks(50);    // of the clients, on the healed cluster
constexpr sim::Duration kPatience = sim::ticks(1000);  // to come to rest
constexpr sim::Duration kLook = sim::ticks(1);         // how often one looks

// Whether the node's disk was made to lose what it had stored.
bool was_damaged(const session::Session& session, sim::NodeId node) {
  const std::string disk = "disk n" + std::to_string(node.value) + " ";
  const auto commands = session.commands();
  return std::any_of(commands.begin(), commands.end(), [&](const auto& command) {
    const std::string& line = command.line;
    return line.starts_with(disk + "rot") || line.starts_with(disk + "misdirect") ||
           line.starts_with(disk + "lie");
  });
}

// What cannot be done just then need not be done.
void try_to(session::Session& session, const sim::Command& command) { (void)session.act(command); }

void mend_everything(session::Session& session) {
  try_to(session, sim::Heal{});
  try_to(session, sim::SetNetwork{"lan"});
  // A trap that waits would strike yet.
  for (const sim::ArmedTrap& trap : session.cluster().traps()) {
    try_to(session, sim::Crash{trap.crash.node});
  }
  const std::vector<sim::NodeView> nodes = session.view().nodes;
  for (const sim::NodeView& node : nodes) {
    if (node.clock != sim::Ratio{1, 1}) try_to(session, sim::SetClock{node.id, {1, 1}});
    if (!node.disk_faults.empty()) {
      try_to(session, sim::DiskFault{node.id, sim::DiskFaultKind::kOk});
    }
    if (node.state == sim::NodeState::kPaused) try_to(session, sim::Resume{node.id});
    if (node.state == sim::NodeState::kDown || node.state == sim::NodeState::kHalted) {
      try_to(session, sim::Restart{node.id});
    }
  }
}

// A joint phase that waits for its end gets it; members that were removed go.
void tidy_up(session::Session& session) {
  const sim::ClusterView& view = session.view();
  if (view.leader == raft::kNoNode) return;
  const raft::ConfState members = *view.members();
  if (!members.outgoing.empty() && !members.auto_leave) {
    try_to(session, sim::Change{});
    return;
  }
  const auto is_in = [](const std::vector<sim::NodeId>& list, sim::NodeId node) {
    return std::count(list.begin(), list.end(), node) != 0;
  };
  std::vector<sim::NodeId> gone;
  for (const sim::NodeView& node : view.nodes) {
    const bool member = is_in(members.voters, node.id) || is_in(members.outgoing, node.id) ||
                        is_in(members.learners, node.id) || is_in(members.learners_next, node.id);
    if (!member && node.state == sim::NodeState::kUp) gone.push_back(node.id);
  }
  for (const sim::NodeId node : gone) try_to(session, sim::Crash{node});
}

std::optional<std::string> missing(session::Session& session) {
  for (const sim::NodeView& node : session.view().nodes) {
    if (node.state == sim::NodeState::kHalted && !was_damaged(session, node.id)) {
      return "n" + std::to_string(node.id.value) + " is halted: " + node.reason;
    }
  }
  const scenario::Predicate converged{scenario::Converged{}};
  if (session.holds(converged)) return std::nullopt;
  return "not converged: " + scenario::explain(converged, session.view());
}

// Nullopt also if a property was violated on the way.
std::optional<std::string> wait_for_rest(session::Session& session) {
  const sim::Instant end = session.position().at + kPatience;
  while (auto still = missing(session)) {
    if (session.position().at >= end) {
      return *still + ", " + sim::short_text(kPatience) + " ticks after all was mended";
    }
    tidy_up(session);
    if (!run_safely(session, session.position().at + kLook)) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

const check::Violation* first_violation(const session::Session& session) {
  for (const check::Violation& violation : session.violations()) {
    if (!violation.expected) return &violation;
  }
  return nullptr;
}

bool run_safely(session::Session& session, sim::Instant at) {
  std::size_t seen = 0;
  const auto violated = [&] {
    const std::size_t found = session.violations().size();
    if (found == seen) return false;
    seen = found;
    return first_violation(session) != nullptr;
  };
  if (violated()) return false;
  while (const auto next = session.next_instant()) {
    if (*next >= at) break;
    if (!session.step_event()) break;
    if (violated()) return false;
  }
  session.run_until(at);
  return true;
}

std::optional<std::string> heal_and_demand(session::Session& session) {
  session.bookmark(kHealingBookmark);
  mend_everything(session);
  if (!run_safely(session, session.position().at + kLastWork)) return std::nullopt;
  try_to(session, sim::Workload{});
  if (auto still = wait_for_rest(session)) return still;
  if (first_violation(session) != nullptr) return std::nullopt;
  sim::Request write;
  write.key = "healed";
  write.value = "1";
  try_to(session, write);
  return wait_for_rest(session);
}

}  // namespace campaign
