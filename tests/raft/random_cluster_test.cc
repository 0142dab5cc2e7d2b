// Clusters of bare cores in whatever happens to them: nothing unsafe follows, and when it is over
// they go on. The events are a list of numbers, so that a failing one is cut down to what matters.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>

#include "raft/wire.h"
#include "tests/raft/random_cluster.h"

namespace raft::test {
namespace {

// Before the first property reads it. The seed is fixed, so that a failure is one everywhere;
// RC_PARAMS="seed=7 max_success=5000" looks further.
[[maybe_unused]] const int kSeeded = setenv("RC_PARAMS", "seed=20", 0);

rc::Gen<std::vector<std::uint32_t>> events(std::size_t count) {
  return rc::gen::container<std::vector<std::uint32_t>>(
      count, rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, 10'000'000)));
}

RandomCluster::Options some_options() {
  const auto flip = [] { return *rc::gen::arbitrary<bool>(); };
  RandomCluster::Options options;
  options.voters = *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint64_t>(1, 6));
  options.nodes = std::min<std::uint64_t>(7, std::max<std::uint64_t>(3, options.voters + 2));
  options.pre_vote = flip();
  options.check_quorum = flip();
  options.coalesce = flip();
  options.small_limits = flip();
  return options;
}

RC_GTEST_PROP(RandomCluster, StaysSafeAndGoesOnWhenItIsOver, ()) {
  const RandomCluster::Options options = some_options();
  RandomCluster cluster(options);
  for (const std::uint32_t event : *events(1200)) {
    cluster.act(event);
    if (!cluster.violation().empty()) RC_FAIL(cluster.violation());
  }
  cluster.calm(400);
  RC_ASSERT(cluster.violation() == "");
  // Without pre-vote a node that does not know that it was removed may hold elections for ever.
  if (!options.pre_vote) return;
  RawNode* leader = cluster.leader();
  if (leader == nullptr) RC_FAIL("nobody leads");
  const Index last = leader->last_index();
  RC_ASSERT(leader->propose("the end").has_value());
  cluster.calm(100);
  RC_ASSERT(cluster.violation() == "");
  leader = cluster.leader();
  if (leader == nullptr) RC_FAIL("nobody leads");
  RC_ASSERT(leader->commit() > last);
}

RC_GTEST_PROP(RandomCluster, ACloneGoesTheSameWay, ()) {
  RandomCluster cluster(some_options());
  for (const std::uint32_t event : *events(300)) cluster.act(event);
  RandomCluster copy = cluster.clone();
  const auto same = [&] {
    RC_ASSERT(copy.messages().size() == cluster.messages().size());
    for (std::size_t i = 0; i < copy.messages().size(); ++i) {
      RC_ASSERT(encode(copy.messages()[i]) == encode(cluster.messages()[i]));
    }
    for (std::uint64_t id = 1; id <= cluster.nodes(); ++id) {
      RC_ASSERT(copy.describe(id) == cluster.describe(id));
    }
  };
  same();
  // The original first, then the copy: what one does must not be seen by the other.
  const auto rest = *events(200);
  for (const std::uint32_t event : rest) cluster.act(event);
  for (const std::uint32_t event : rest) copy.act(event);
  same();
}

// The checks must be able to fail: rules that are switched off on purpose are found out.
TEST(RandomClusterTest, WrongRulesAreFoundOut) {
  for (const Mistake mistake :
       {Mistake::kVoteTwice, Mistake::kVoteWithoutLogCheck, Mistake::kApplyOnAppend,
        Mistake::kAppendAlwaysTruncates, Mistake::kAckBeforeSync, Mistake::kVoteNotDurable,
        Mistake::kCommitWithoutFloor}) {
    bool found = false;
    for (std::uint64_t seed = 1; seed <= 3000 && !found; ++seed) {
      RandomCluster::Options options;
      options.mistakes.set(mistake, true);
      RandomCluster cluster(options);
      Rng rng(seed);
      for (int i = 0; i < 1500 && cluster.violation().empty(); ++i) {
        cluster.act(static_cast<std::uint32_t>(rng.below(10'000'000)));
      }
      found = !cluster.violation().empty();
    }
    EXPECT_TRUE(found) << mistake_name(mistake);
  }
}

}  // namespace
}  // namespace raft::test
