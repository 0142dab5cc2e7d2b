#include "raft/status_json.h"

namespace raft {
namespace {

std::string quoted(const std::string& text) { return '"' + text + '"'; }

std::string hex(NodeId id) {
  std::string digits;
  for (std::uint64_t rest = id.value; rest > 0; rest /= 16) {
    digits.insert(digits.begin(), "0123456789abcdef"[rest % 16]);
  }
  return quoted(digits.empty() ? "0" : digits);
}

std::string state_name(Role role) {
  switch (role) {
    case Role::kFollower:
      return "StateFollower";
    case Role::kPreCandidate:
      return "StatePreCandidate";
    case Role::kCandidate:
      return "StateCandidate";
    case Role::kLeader:
      return "StateLeader";
  }
  return "";
}

std::string state_name(ProgressState state) {
  switch (state) {
    case ProgressState::kProbe:
      return "StateProbe";
    case ProgressState::kReplicate:
      return "StateReplicate";
    case ProgressState::kSnapshot:
      return "StateSnapshot";
  }
  return "";
}

}  // namespace

std::string status_json(const NodeStatus& status) {
  std::string progress;
  for (const auto& [id, peer] : status.progress) {
    if (!progress.empty()) progress += ',';
    progress += hex(id) + ":{\"match\":" + std::to_string(peer.match.value) +
                ",\"next\":" + std::to_string(peer.next.value) +
                ",\"state\":" + quoted(state_name(peer.state)) + '}';
  }
  return "{\"id\":" + hex(status.id) + ",\"term\":" + std::to_string(status.hard_state.term.value) +
         ",\"vote\":" + hex(status.hard_state.vote) +
         ",\"commit\":" + std::to_string(status.hard_state.commit.value) +
         ",\"lead\":" + hex(status.soft_state.leader) +
         ",\"raftState\":" + quoted(state_name(status.soft_state.role)) +
         ",\"applied\":" + std::to_string(status.applied.value) + ",\"progress\":{" + progress +
         "},\"leadtransferee\":" + hex(status.transferee) + '}';
}

}  // namespace raft
