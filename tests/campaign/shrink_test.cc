#include "app/campaign/shrink.h"

#include <gtest/gtest.h>

#include "app/campaign/campaign.h"

namespace campaign {
namespace {

// A run with a mistake that fails early.
const session::Recording& failing() {
  static const session::Recording recording = [] {
    const Played run = play({1, 300, Profile::kNetwork, raft::Mistake::kVoteTwice});
    EXPECT_EQ(run.outcome.property, check::Property::kVoteOnce);
    return run.session.recording();
  }();
  return recording;
}

TEST(Shrink, KeepsThePropertyAndLeavesLittle) {
  const auto shrunk = shrink(failing());
  ASSERT_TRUE(shrunk) << shrunk.error().message;
  EXPECT_TRUE(shrunk->complete);
  EXPECT_EQ(shrunk->property, check::Property::kVoteOnce);
  EXPECT_LE(shrunk->after.commands, 4U) << size_text(shrunk->after);
  EXPECT_LT(shrunk->after.commands, shrunk->before.commands);
  EXPECT_LE(shrunk->after.nodes, 3U);
  EXPECT_LT(shrunk->after.events, shrunk->before.events);

  const auto replayed = session::Session::replay(shrunk->recording);
  ASSERT_TRUE(replayed) << replayed.error().message;
  ASSERT_FALSE(replayed->violations().empty());
  EXPECT_EQ(replayed->violations().front().property, check::Property::kVoteOnce);

  // Nothing that is left can be left out, and what is made is the same each time.
  const auto again = shrink(failing());
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->recording == shrunk->recording);
  const auto twice = shrink(shrunk->recording);
  ASSERT_TRUE(twice);
  EXPECT_EQ(twice->after, shrunk->after);
}

TEST(Shrink, WhatIsGivenUpIsTheSmallestSoFar) {
  RunSize told;
  const auto shrunk = shrink(failing(), [&](const RunSize& smallest, std::uint64_t runs) {
    told = smallest;
    return runs < 4;
  });
  ASSERT_TRUE(shrunk);
  EXPECT_FALSE(shrunk->complete);
  EXPECT_EQ(shrunk->runs, 4U);
  EXPECT_EQ(shrunk->after, told);
  const auto replayed = session::Session::replay(shrunk->recording);
  ASSERT_TRUE(replayed);
  EXPECT_EQ(replayed->violations().front().property, check::Property::kVoteOnce);
}

TEST(Shrink, WhereNothingFailsThereIsNothingToShrink) {
  auto session = session::Session::start({});
  ASSERT_TRUE(session);
  session->tick(sim::ticks(5));
  const auto shrunk = shrink(session->recording());
  ASSERT_FALSE(shrunk);
  EXPECT_EQ(shrunk.error().code, Code::kInvalidArgument);
}

TEST(Shrink, CommandsInTheMiddleOfAnInstantStayThere) {
  // Both happen at one instant, with an event between them.
  auto session = session::Session::start({});
  ASSERT_TRUE(session);
  ASSERT_TRUE(session->act(sim::SetMistake{raft::Mistake::kTermLostOnRestart, true, {}}));
  session->run_until({20'000});
  ASSERT_TRUE(session->step_event());
  ASSERT_TRUE(session->act(sim::Crash{{1}}));
  ASSERT_TRUE(session->act(sim::Restart{{1}}));
  ASSERT_FALSE(session->violations().empty());
  const auto shrunk = shrink(session->recording());
  ASSERT_TRUE(shrunk) << shrunk.error().message;
  EXPECT_EQ(shrunk->property, check::Property::kMonotonic);
  EXPECT_EQ(shrunk->after.commands, 3U) << "mistake, crash and restart are needed";
}

}  // namespace
}  // namespace campaign
