// What a majority has decided. Pure functions over a configuration; while it is joint (thesis
// section 4.3) both halves must agree.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "raft/message.h"
#include "raft/progress.h"
#include "raft/types.h"

namespace raft {

enum class VoteResult : std::uint8_t { kPending, kLost, kWon };

// What each member voted, ascending by member, without duplicates.
using Votes = std::vector<std::pair<NodeId, bool>>;
// The leader's book of all members, ascending by member.
using ProgressMap = std::vector<std::pair<NodeId, Progress>>;

// Null if there is none.
inline const Progress* find_progress(const ProgressMap& progress, NodeId id) {
  for (const auto& [member, peer] : progress) {
    if (member == id) return &peer;
  }
  return nullptr;
}
inline Progress* find_progress(ProgressMap& progress, NodeId id) {
  return const_cast<Progress*>(find_progress(std::as_const(progress), id));
}

constexpr std::uint64_t majority_of(std::uint64_t voters) { return voters / 2 + 1; }

// The highest index that a majority of `voters` holds. Without voters it is the highest there is,
// so that the empty half of a plain configuration does not hold the other back.
Index majority_index(std::span<const NodeId> voters, const ProgressMap& progress);
Index committed_index(const ConfState& config, const ProgressMap& progress);

// Without voters the vote is won, for the same reason.
VoteResult majority_vote(std::span<const NodeId> voters, const Votes& votes);
VoteResult vote_result(const ConfState& config, const Votes& votes);

// True if a quorum was heard from since the last check; `self` always was.
bool quorum_active(const ConfState& config, const ProgressMap& progress, NodeId self);

// Voters of either half, ascending.
std::vector<NodeId> voter_ids(const ConfState& config);
// Voters and learners, ascending.
std::vector<NodeId> member_ids(const ConfState& config);
bool is_voter(const ConfState& config, NodeId id);
bool is_learner(const ConfState& config, NodeId id);
inline bool is_member(const ConfState& config, NodeId id) {
  return is_voter(config, id) || is_learner(config, id);
}

}  // namespace raft
