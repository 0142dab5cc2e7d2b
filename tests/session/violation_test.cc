// What the checkers find in a run, how the run ends by it, and what a recording keeps of it.
#include <nlohmann/json.hpp>

#include "app/session/state_json.h"
#include "tests/session/session_test.h"

namespace session {
namespace {

// n1 loses its disk and with it what n1 and n2 had committed: n3, whose log is empty, is elected.
const std::string kLostDisk = R"(seed 4
nodes 3
timer n1 1
until leader n1 within 40
crash n3
put x 1
until result r1 = ok within 40
crash n1 lose=disk
crash n2
restart n1
restart n3
until leader any within 100
)";

// Nothing is wrong with the logs, but n5 answers from the past.
const std::string kStaleRead = R"(seed 4
timer n1 1
until leader n1 within 40
put x 1
until converged within 40
cut n5->*
cut *->n5
put x 2
until result r2 = ok within 60
get x via n5 read=local as c2
until result r3 = ok within 10
)";

RunOutcome run(const std::string& text) { return run_scenario_text(text, "test", {}); }

bool says(const RunOutcome& outcome, std::string_view words) {
  return outcome.message.find(words) != std::string::npos;
}

TEST(Violations, AreFoundAndSayHowTheRunEnded) {
  const RunOutcome outcome = run(kLostDisk + "tick 5\n");
  EXPECT_EQ(outcome.exit, Exit::kViolated);
  EXPECT_TRUE(says(outcome, "test: violated: leader-completeness at tick ")) << outcome.message;
  EXPECT_TRUE(says(outcome, "cause: crash n1 lose=disk")) << outcome.message;
  // It did not stop the run.
  const std::vector<check::Violation>& found = outcome.session->violations();
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].property, check::Property::kLeaderCompleteness);
  EXPECT_FALSE(found[0].expected);
  EXPECT_GE(outcome.session->position().at, found[0].at + sim::ticks(5));
}

class Told : public Listener {
 public:
  void on_fact(const sim::Fact&) override {}
  void on_begin(const scenario::Statement&, const sim::Position&) override {}
  void on_done(const scenario::Statement&, const sim::Position&, bool) override { ++statements; }
  void on_violation(const check::Violation& violation) override {
    said.emplace_back(violation.property, statements);
  }
  std::vector<std::pair<check::Property, int>> said;
  int statements = 0;
};

// Within the statement in which they happen, each once.
TEST(Violations, AreToldAtOnce) {
  Told told;
  const RunOutcome outcome = run_scenario_text(kLostDisk + "tick 1\n", "test", {{}, &told});
  ASSERT_EQ(told.said.size(), outcome.session->violations().size());
  EXPECT_EQ(told.said[0], std::pair(check::Property::kLeaderCompleteness, told.statements - 2));
}

TEST(Violations, OfARightRunThereAreNone) {
  const RunOutcome outcome = run(std::string(kRun) + "expect no violations\nexpect linearizable\n");
  EXPECT_EQ(outcome.exit, Exit::kOk) << outcome.message;
  EXPECT_TRUE(outcome.session->violations().empty());
}

TEST(Violations, ExpectedOnesDoNotCount) {
  for (const std::string line :
       {"expect violation leader-completeness", "expect first violation leader-completeness"}) {
    const RunOutcome outcome = run(kLostDisk + line + "\n");
    EXPECT_EQ(outcome.exit, Exit::kOk) << line << ": " << outcome.message;
    for (const check::Violation& found : outcome.session->violations()) {
      EXPECT_TRUE(found.expected);
    }
  }
}

// Of later properties, too, but only behind `first`.
TEST(Violations, FirstExpectsAllThatFollows) {
  const std::string later = "get x\nuntil result r2 = ok within 60\n";
  const RunOutcome one = run(kLostDisk + "expect violation leader-completeness\n" + later);
  EXPECT_EQ(one.exit, Exit::kViolated);
  EXPECT_TRUE(says(one, "violated: state-machine-safety")) << one.message;
  const RunOutcome all = run(kLostDisk + "expect first violation leader-completeness\n" + later);
  EXPECT_EQ(all.exit, Exit::kOk) << all.message;
  EXPECT_EQ(all.session->violations().back().property, check::Property::kLinearizability);
}

TEST(Violations, ExpectationsThatFailStopTheRun) {
  struct Case {
    std::string text;
    Exit exit;
    std::string words;
  };
  const std::string right = "until leader any within 60\n";
  const std::string expected = kLostDisk + "expect first violation leader-completeness\n";
  for (const Case& c : {
           Case{right + "expect violation monotonic", Exit::kFailed,
                "test:2:1: expect violation monotonic failed at tick "},
           Case{right + "expect first violation monotonic", Exit::kFailed, "nothing was violated"},
           Case{expected + "expect no violations", Exit::kFailed,
                "expect no violations failed at tick "},
           Case{expected + "expect violation monotonic", Exit::kFailed,
                "the first was leader-completeness at tick "},
           Case{expected + "expect first violation state-machine-safety", Exit::kFailed,
                "the first was leader-completeness at tick "},
           // What was violated, unexpected, was earlier than the failure.
           Case{kLostDisk + "expect leader n9", Exit::kViolated, "expect failed at tick "},
           Case{kStaleRead + "expect linearizable", Exit::kNotLinearizable,
                "expect linearizable failed at tick "},
           Case{kStaleRead + "expect violation linearizability\nexpect linearizable",
                Exit::kNotLinearizable, "expect linearizable failed at tick "},
       }) {
    const RunOutcome outcome = run(c.text + "\n");
    EXPECT_EQ(outcome.exit, c.exit) << c.text;
    EXPECT_TRUE(says(outcome, c.words)) << c.text << "\n" << outcome.message;
  }
}

TEST(Violations, LinearizabilityHasTheTimeOfTheReturn) {
  const RunOutcome outcome = run(kStaleRead + "tick 20\n");
  EXPECT_EQ(outcome.exit, Exit::kNotLinearizable);
  const std::vector<check::Violation>& found = outcome.session->violations();
  ASSERT_EQ(found.size(), 1u);
  RunOutcome there = run(kStaleRead);
  EXPECT_EQ(found[0].at, there.session->position().at);
  EXPECT_EQ(found[0].event, there.session->position().events);
  // It is found again, and told once.
  there.session->check_linearizability();
  EXPECT_EQ(there.session->violations().size(), 1u);
}

TEST(Violations, StandInTheState) {
  RunOutcome outcome = run(kLostDisk + "expect violation leader-completeness\n");
  const auto state = nlohmann::ordered_json::parse(state_json(*outcome.session, {}));
  ASSERT_EQ(state["violations"].size(), outcome.session->violations().size());
  const auto& first = state["violations"][0];
  EXPECT_EQ(first["property"], "leader-completeness");
  EXPECT_EQ(first["event"], outcome.session->violations()[0].event);
  EXPECT_EQ(first["expected"], true);
  EXPECT_EQ(first.size(), 4u);
}

TEST(Violations, TheRecordingKeepsWhatWasExpected) {
  const RunOutcome outcome =
      run(kLostDisk + "expect first violation leader-completeness\ntick 5\n");
  const Recording recording = outcome.session->recording();
  ASSERT_EQ(recording.main.marks.size(), 1u);
  EXPECT_EQ(recording.main.marks[0].kind, MarkKind::kExpectation);
  EXPECT_EQ(recording.main.marks[0].text, "expect first violation leader-completeness");
  const auto loaded = decode_recording(encode_recording(recording), "f");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->recording, recording);
  auto again = Session::replay(loaded->recording);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->recording(), recording);
  EXPECT_EQ(again->violations(), outcome.session->violations());
  EXPECT_EQ(conclude(*again, "f").exit, Exit::kOk);
  // What is said later holds for what was violated before.
  const std::uint64_t event = again->violations()[0].event;
  auto before = Session::replay(loaded->recording, AtEvent{event});
  ASSERT_TRUE(before.has_value());
  ASSERT_EQ(before->violations().size(), 1u);
  EXPECT_EQ(conclude(*before, "f").exit, Exit::kOk);
}

TEST(Violations, MarksThatExpectNothingAreRefused) {
  Recording recording = finished_run().recording();
  recording.main.marks[0].kind = MarkKind::kExpectation;
  recording.main.marks[0].text = "expect leader n1";
  const auto loaded = decode_recording(encode_recording(recording), "f");
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().code, Code::kCorruption);
}

}  // namespace
}  // namespace session
