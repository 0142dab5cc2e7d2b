#include "raft/quorum.h"

#include <algorithm>
#include <array>
#include <functional>

namespace raft {
namespace {

bool contains(const std::vector<NodeId>& ids, NodeId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// A cluster has at most nine members here; more only cost an allocation.
constexpr std::size_t kUsualVoters = 9;

bool majority_active(std::span<const NodeId> voters, const ProgressMap& progress, NodeId self) {
  if (voters.empty()) return true;
  std::uint64_t active = 0;
  for (const NodeId id : voters) {
    const Progress* peer = find_progress(progress, id);
    if (id == self || (peer != nullptr && peer->recently_active)) ++active;
  }
  return active >= majority_of(voters.size());
}

}  // namespace

Index majority_index(std::span<const NodeId> voters, const ProgressMap& progress) {
  if (voters.empty()) return {UINT64_MAX};
  std::array<Index, kUsualVoters> usual{};
  std::vector<Index> many;
  std::span<Index> matches(usual);
  if (voters.size() > usual.size()) {
    many.resize(voters.size());
    matches = many;
  }
  matches = matches.first(voters.size());
  // Both ascend, so that one walk through the book finds them all.
  auto peer = progress.begin();
  for (std::size_t i = 0; i < voters.size(); ++i) {
    while (peer != progress.end() && peer->first < voters[i]) ++peer;
    const bool known = peer != progress.end() && peer->first == voters[i];
    matches[i] = known ? peer->second.match : Index{0};
  }
  std::sort(matches.begin(), matches.end(), std::greater<>());
  return matches[majority_of(voters.size()) - 1];
}

Index committed_index(const ConfState& config, const ProgressMap& progress) {
  return std::min(majority_index(config.voters, progress),
                  majority_index(config.outgoing, progress));
}

VoteResult majority_vote(std::span<const NodeId> voters, const Votes& votes) {
  if (voters.empty()) return VoteResult::kWon;
  std::uint64_t granted = 0;
  std::uint64_t rejected = 0;
  for (const auto& [voter, vote] : votes) {
    if (std::find(voters.begin(), voters.end(), voter) == voters.end()) continue;
    ++(vote ? granted : rejected);
  }
  const std::uint64_t needed = majority_of(voters.size());
  if (granted >= needed) return VoteResult::kWon;
  return voters.size() - rejected >= needed ? VoteResult::kPending : VoteResult::kLost;
}

VoteResult vote_result(const ConfState& config, const Votes& votes) {
  const VoteResult incoming = majority_vote(config.voters, votes);
  const VoteResult outgoing = majority_vote(config.outgoing, votes);
  if (incoming == VoteResult::kLost || outgoing == VoteResult::kLost) return VoteResult::kLost;
  return incoming == outgoing ? incoming : VoteResult::kPending;
}

bool quorum_active(const ConfState& config, const ProgressMap& progress, NodeId self) {
  return majority_active(config.voters, progress, self) &&
         majority_active(config.outgoing, progress, self);
}

std::vector<NodeId> voter_ids(const ConfState& config) {
  std::vector<NodeId> ids = config.voters;
  ids.insert(ids.end(), config.outgoing.begin(), config.outgoing.end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

std::vector<NodeId> member_ids(const ConfState& config) {
  std::vector<NodeId> ids = voter_ids(config);
  ids.insert(ids.end(), config.learners.begin(), config.learners.end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

bool is_voter(const ConfState& config, NodeId id) {
  return contains(config.voters, id) || contains(config.outgoing, id);
}

bool is_learner(const ConfState& config, NodeId id) { return contains(config.learners, id); }

}  // namespace raft
