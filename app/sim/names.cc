// The words and figures of the simulator's values.
#include "app/sim/fact.h"
#include "app/sim/network.h"
#include "app/sim/time.h"
#include "app/sim/view.h"

namespace sim {
namespace {

std::string three_digits(std::uint64_t fraction) {
  std::string digits = std::to_string(fraction);
  return std::string(3 - digits.size(), '0') + digits;
}

}  // namespace

std::string screen_text(Instant at) {
  return std::to_string(at.millis / 1000) + "." + three_digits(at.millis % 1000);
}

std::string short_text(Duration d) {
  std::string text = std::to_string(d.millis / 1000);
  if (d.millis % 1000 == 0) return text;
  text += "." + three_digits(d.millis % 1000);
  while (text.back() == '0') text.pop_back();
  return text;
}

std::optional<LinkQuality> network_preset(std::string_view name) {
  if (name == "perfect") return LinkQuality{{{500}, {500}}, {0, 1}, {0, 1}};
  if (name == "lan") return LinkQuality{};
  if (name == "wan") return LinkQuality{{{1000}, {3000}}, {1, 200}, {1, 500}};
  if (name == "lossy") return LinkQuality{{{200}, {2000}}, {1, 10}, {1, 50}};
  if (name == "adversarial") return LinkQuality{{{200}, {8000}}, {1, 5}, {1, 4}};
  return std::nullopt;
}

std::string change_text(const raft::ConfChangeSingle& change) {
  const std::string node = std::to_string(change.node.value);
  switch (change.type) {
    case raft::ConfChangeType::kAddNode:
      return "+" + node;
    case raft::ConfChangeType::kRemoveNode:
      return "-" + node;
    case raft::ConfChangeType::kAddLearner:
      return "~" + node;
    case raft::ConfChangeType::kUpdateNode:
      return "=" + node;
  }
  return node;
}

std::string describe(const Request& request) {
  switch (request.operation) {
    case Operation::kPut:
      return "put " + request.key + "=" + request.value;
    case Operation::kGet:
      return "get " + request.key;
    case Operation::kDelete:
      return "delete " + request.key;
    case Operation::kCas:
      return "cas " + request.key + "=" + request.expect.value_or("absent") + " to " +
             request.value;
    case Operation::kAppend:
      return "append " + request.key + "+" + request.value;
    case Operation::kScan:
      return "scan " + request.key + " " + request.value;
    case Operation::kReadIndex:
      return "read-index";
  }
  return "";
}

std::string_view fact_kind_name(FactKind kind) {
  switch (kind) {
    case FactKind::kStart:
      return "start";
    case FactKind::kCrash:
      return "crash";
    case FactKind::kRestart:
      return "restart";
    case FactKind::kPause:
      return "pause";
    case FactKind::kResume:
      return "resume";
    case FactKind::kHalt:
      return "halt";
    case FactKind::kTerm:
      return "term";
    case FactKind::kRole:
      return "role";
    case FactKind::kVote:
      return "vote";
    case FactKind::kAppend:
      return "append";
    case FactKind::kApply:
      return "apply";
    case FactKind::kTruncate:
      return "truncate";
    case FactKind::kCommit:
      return "commit";
    case FactKind::kDurable:
      return "durable";
    case FactKind::kSnapshot:
      return "snapshot";
    case FactKind::kSend:
      return "send";
    case FactKind::kReceive:
      return "receive";
    case FactKind::kDrop:
      return "drop";
    case FactKind::kDuplicate:
      return "duplicate";
    case FactKind::kConfig:
      return "config";
    case FactKind::kCommand:
      return "command";
    case FactKind::kRequest:
      return "request";
    case FactKind::kNote:
      return "note";
  }
  return "note";
}

std::string_view node_state_name(NodeState state) {
  switch (state) {
    case NodeState::kUp:
      return "up";
    case NodeState::kDown:
      return "down";
    case NodeState::kPaused:
      return "paused";
    case NodeState::kHalted:
      return "halted";
  }
  return "up";
}

std::string_view role_name(RoleName role) {
  switch (role) {
    case RoleName::kNone:
      return "none";
    case RoleName::kFollower:
      return "follower";
    case RoleName::kPreCandidate:
      return "pre-candidate";
    case RoleName::kCandidate:
      return "candidate";
    case RoleName::kLeader:
      return "leader";
    case RoleName::kLearner:
      return "learner";
  }
  return "none";
}

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPending:
      return "pending";
    case Outcome::kOk:
      return "ok";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kDropped:
      return "dropped";
    case Outcome::kUnknown:
      return "unknown";
  }
  return "unknown";
}

const raft::ConfState* ClusterView::members() const {
  if (const NodeView* leading = node(leader)) return &leading->config;
  const NodeView* best = nullptr;
  for (const NodeView& candidate : nodes) {
    if (best == nullptr || candidate.applied > best->applied) best = &candidate;
  }
  return best == nullptr ? nullptr : &best->config;
}

const NodeView* ClusterView::node(NodeId id) const {
  for (const NodeView& candidate : nodes) {
    if (candidate.id == id) return &candidate;
  }
  return nullptr;
}

}  // namespace sim
