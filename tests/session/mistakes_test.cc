// Each file of tests/scenarios/mistakes shows what a mistake breaks, and that nothing breaks
// without it (docs/testing.md, "Scenarios of mistakes").
#include "raft/mistakes.h"

#include "tests/session/scenario_files.h"

namespace session {
namespace {

// Shown on bare cores, in tests/raft/mistakes_test.cc: the tank has no schedule for them.
const std::set<std::string> kBareCores = {"commit-by-own-last", "stable-without-term"};

class MistakeScenario : public testing::TestWithParam<std::string> {};

TEST_P(MistakeScenario, BreaksWhatItSaysAndNothingWithTheRightRule) {
  const std::string text = read_scenario("mistakes", GetParam());
  EXPECT_NE(text.find("\nmistake " + GetParam() + " on\n"), std::string::npos);
  EXPECT_NE(text.find("\nexpect first violation "), std::string::npos);

  const RunOutcome wrong = run_scenario_text(text, GetParam(), {});
  EXPECT_EQ(wrong.exit, Exit::kOk) << wrong.message;

  const RunOutcome right =
      run_scenario_text(with_the_right_rule(text), GetParam() + " with the right rule", {});
  EXPECT_EQ(right.exit, Exit::kOk) << right.message;
}

INSTANTIATE_TEST_SUITE_P(All, MistakeScenario, testing::ValuesIn(scenario_names("mistakes")),
                         [](const testing::TestParamInfo<std::string>& shown) {
                           return test_name(shown.param);
                         });

TEST(MistakeScenarios, EveryMistakeHasOne) {
  const std::vector<std::string> shown = scenario_names("mistakes");
  for (std::uint8_t i = 0; i < raft::kMistakes; ++i) {
    const std::string name(raft::mistake_name(static_cast<raft::Mistake>(i)));
    EXPECT_EQ(std::count(shown.begin(), shown.end(), name), kBareCores.count(name) == 0 ? 1 : 0)
        << name;
  }
}

TEST(Mistakes, AreListedRecordedAndPartOfTheDigest) {
  Session session = finished_run();
  const sim::Digest before = session.cluster().digest();
  ASSERT_TRUE(session.execute(statement("mistake vote-twice on n2")));
  ASSERT_TRUE(session.execute(statement("mistake no-dedupe on")));
  EXPECT_NE(session.cluster().digest(), before);
  EXPECT_EQ(session.commands().back().line, "mistake no-dedupe on");
  using raft::Mistake;
  EXPECT_EQ(session.view().node({2})->mistakes.list(),
            (std::vector<Mistake>{Mistake::kVoteTwice, Mistake::kNoDedupe}));
  EXPECT_EQ(session.view().node({3})->mistakes.list(), std::vector<Mistake>{Mistake::kNoDedupe});
  ASSERT_TRUE(session.execute(statement("mistake vote-twice off")));
  EXPECT_EQ(session.view().node({2})->mistakes.list(), std::vector<Mistake>{Mistake::kNoDedupe});
  // They are of the program, not of the process: a restart does not heal it.
  ASSERT_TRUE(session.execute(statement("crash n2")));
  ASSERT_TRUE(session.execute(statement("restart n2")));
  EXPECT_TRUE(session.view().node({2})->mistakes.has(Mistake::kNoDedupe));
  const auto replayed = Session::replay(session.recording());
  EXPECT_TRUE(replayed.has_value()) << replayed.error().message;
}

}  // namespace
}  // namespace session
