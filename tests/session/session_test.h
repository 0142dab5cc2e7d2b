// A finished run to look at, shared by the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "app/scenario/parser.h"
#include "app/session/run_scenario.h"

namespace session {

inline constexpr std::string_view kRun = R"(seed 42
nodes 3
set n2 sync-latency 0.3
until leader any within 60
bookmark "a leader"
put x 1
until result r1 = ok within 60
pause n3
put "\xff" "two words" as c2
tick 20
resume n3
bookmark "n3 is back"
tick 1500
partition {n1} {n2 n3}
tick 30.5
heal
)";

inline Session finished_run(std::string_view text = kRun) {
  RunOutcome outcome = run_scenario_text(text, "test", {});
  EXPECT_EQ(outcome.exit, Exit::kOk) << outcome.message;
  return std::move(*outcome.session);
}

inline scenario::Statement statement(std::string_view line) {
  auto parsed = scenario::parse_statement(line, "test");
  EXPECT_TRUE(parsed.has_value()) << parsed.error().message;
  return *std::move(parsed);
}

}  // namespace session
