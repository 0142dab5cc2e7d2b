#include "app/session/difference.h"

#include "tests/session/session_test.h"

namespace {

using session::Difference;
using session::first_difference;

session::Recording played(const char* text) { return session::finished_run(text).recording(); }

TEST(DifferenceTest, EqualRunsAreEqualUpToTheEnd) {
  const auto one = played("seed 3\ntick 40\nput x 1\ntick 20\n");
  const auto found = first_difference(one, one);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->equal);
  EXPECT_EQ(found->at, session::end_position(one.main));
}

TEST(DifferenceTest, NamesTheEventOfTheCommandAtWhichTheyPart) {
  const auto one = played("seed 3\ntick 40\nput x 1\ntick 20\ncrash n1\ntick 30\n");
  const auto other = played("seed 3\ntick 40\nput x 1\ntick 20\ncrash n2\ntick 30\n");
  const auto found = first_difference(one, other);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->equal);
  // Behind the crash, and not before.
  EXPECT_EQ(found->at.events, one.main.commands[1].at.events + 1);
  EXPECT_EQ(found->field.substr(0, 8), "nodes/0/") << found->field;
}

// The digests recorded at the commands are alike; the difference lies in an event between.
TEST(DifferenceTest, FindsTheEventBetweenTheCommands) {
  const auto one = played("seed 3\ntick 40\nlink *->* delay=0.5\ntick 30\n");
  const auto other = played("seed 3\ntick 40\nlink *->* delay=0.6\ntick 30\n");
  const auto found = first_difference(one, other);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->equal);
  EXPECT_GE(found->at.events, one.main.commands[0].at.events + 1);
  EXPECT_LT(found->at.events, session::end_position(one.main).events);
}

TEST(DifferenceTest, ARunThatGoesOnLongerDiffersAtTheEnd) {
  const auto one = played("seed 3\ntick 40\n");
  const auto other = played("seed 3\ntick 60\n");
  const auto found = first_difference(one, other);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->equal);
  EXPECT_EQ(found->field, "end");
  EXPECT_EQ(found->at, session::end_position(one.main));
}

TEST(DifferenceTest, AnotherSeedDiffersFromTheStart) {
  const auto found = first_difference(played("seed 3\ntick 5\n"), played("seed 4\ntick 5\n"));
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->equal);
  EXPECT_EQ(found->at.events, 0u);
  EXPECT_FALSE(found->field.empty());
}

}  // namespace
