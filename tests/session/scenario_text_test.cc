#include "app/session/scenario_text.h"

#include "tests/session/scenario_files.h"
#include "tests/session/session_test.h"

namespace session {
namespace {

// The run of `text`, told as a scenario and played: the same state at the end.
void comes_back(std::string_view text, const std::string& name = "test") {
  RunOutcome first = run_scenario_text(text, name, {});
  ASSERT_TRUE(first.session) << name << ": " << first.message;
  const Recording recording = first.session->recording();
  const auto told = scenario_text(recording, "disks");
  ASSERT_TRUE(told.has_value()) << name << ": " << told.error().message;
  const RunOutcome second = run_scenario_text(*told, name, {});
  ASSERT_TRUE(second.session) << name << ": " << second.message << "\n" << *told;
  EXPECT_EQ(second.session->position(), first.session->position()) << name << "\n" << *told;
  EXPECT_EQ(second.session->cluster().digest(), first.session->cluster().digest()) << name << "\n"
                                                                                   << *told;
  EXPECT_EQ(second.session->violations().size(), first.session->violations().size()) << name;
  // Violations that were expected are so again.
  const Exit as_told = first.exit == Exit::kFailed ? Exit::kOk : first.exit;
  EXPECT_EQ(second.exit, as_told) << name << ": " << second.message << "\n" << *told;
}

TEST(ScenarioText, OfARunDoesTheSame) { comes_back(kRun); }

TEST(ScenarioText, KeepsSettingsOfOneNodeAndOfAll) {
  comes_back(
      "seed 7\nset election-tick 20\nset n2 heartbeat-tick 3\nset client-timeout 7\n"
      "tick 60\nput a 1\ntick 9\n");
}

TEST(ScenarioText, WhatWasSetWhileItRanIsNoHeader) {
  comes_back("seed 7\nsay \"begin\"\nset sync-latency 2\ntick 40\n");
}

TEST(ScenarioText, WhatWasSaidIsKept) {
  const RunOutcome outcome =
      run_scenario_text("seed 7\nuntil leader any within 60\nsay \"it leads\"\n", "test", {});
  const std::vector<Mark> marks = outcome.session->marks();
  ASSERT_EQ(marks.size(), 1u);
  EXPECT_EQ(marks[0].kind, MarkKind::kNote);
  EXPECT_EQ(marks[0].text, "it leads");
  comes_back("seed 7\nsay \"begin\"\nset sync-latency 2\ntick 40\nsay \"end\"\n");
}

TEST(ScenarioText, StandsBetweenTheEventsOfOneInstant) {
  comes_back(
      "seed 3\nset tick-phase aligned\ntick 40\nstep 2\ncrash n1\nstep\nrestart n1\nstep 3\n");
}

TEST(ScenarioText, OfEveryExampleDoesTheSame) {
  for (const std::string_view folder : {"commands", "predicates", "mistakes"}) {
    for (const std::string& name : scenario_names(folder)) {
      comes_back(read_scenario(folder, name), std::string(folder) + "/" + name);
    }
  }
}

}  // namespace
}  // namespace session
