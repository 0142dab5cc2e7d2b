// What a majority has decided, also of two halves.
#include "raft/quorum.h"

#include "tests/raft/harness.h"

namespace raft::test {
namespace {

TEST(QuorumTest, TheCommittedIndexIsHeldByAMajorityAndTheNextIsNot) {
  Rng rng(3);
  for (int round = 0; round < 2000; ++round) {
    const std::uint64_t count = 1 + rng.below(20);
    ProgressMap progress;
    for (const NodeId id : ids(count)) {
      Progress peer;
      peer.match = {rng.below(6)};
      progress.emplace_back(id, peer);
    }
    const auto held_by = [&](const std::vector<NodeId>& voters, Index index) {
      return std::count_if(voters.begin(), voters.end(),
                           [&](NodeId id) { return find_progress(progress, id)->match >= index; });
    };
    const auto majority_holds = [&](const std::vector<NodeId>& voters, Index index) {
      return 2 * held_by(voters, index) > static_cast<std::ptrdiff_t>(voters.size());
    };
    ConfState config;
    for (const NodeId id : ids(count)) {
      if (rng.chance(2, 3)) config.voters.push_back(id);
      if (rng.chance(1, 3)) config.outgoing.push_back(id);
    }
    if (config.voters.empty()) continue;
    const Index committed = committed_index(config, progress);
    const auto both_hold = [&](Index index) {
      return majority_holds(config.voters, index) &&
             (config.outgoing.empty() || majority_holds(config.outgoing, index));
    };
    EXPECT_TRUE(both_hold(committed));
    EXPECT_FALSE(both_hold(next_index(committed)));
  }
}

TEST(QuorumTest, VotesOfBothHalvesAreNeeded) {
  ConfState config;
  config.voters = ids(3);
  EXPECT_EQ(vote_result(config, {{{1}, true}}), VoteResult::kPending);
  EXPECT_EQ(vote_result(config, {{{1}, true}, {{3}, true}}), VoteResult::kWon);
  EXPECT_EQ(vote_result(config, {{{1}, false}, {{3}, false}}), VoteResult::kLost);
  config.outgoing = {{3}, {4}, {5}};
  EXPECT_EQ(vote_result(config, {{{1}, true}, {{3}, true}}), VoteResult::kPending);
  EXPECT_EQ(vote_result(config, {{{1}, true}, {{3}, true}, {{4}, true}}), VoteResult::kWon);
  EXPECT_EQ(vote_result(config, {{{1}, true}, {{3}, true}, {{4}, false}, {{5}, false}}),
            VoteResult::kLost);
  // Who is no voter has no vote.
  EXPECT_EQ(vote_result({.voters = ids(3), .outgoing = {}, .learners = {}, .learners_next = {}},
                        {{{1}, true}, {{9}, true}}),
            VoteResult::kPending);
}

}  // namespace
}  // namespace raft::test
