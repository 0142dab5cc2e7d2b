// tests/scenarios/commands and predicates have a file for each: it shows what the word does, and in
// lines `#fails EXIT COLUMN LINE` what is an error. liveness: topologies in which plain Raft stands
// still (docs/testing.md).
#include "app/scenario/parser.h"
#include "tests/session/scenario_files.h"

namespace session {
namespace {

constexpr std::string_view kFails = "#fails ";

// "commands/put"
std::vector<std::string> example_names() {
  std::vector<std::string> names;
  for (const std::string_view folder : {"commands", "predicates"}) {
    for (const std::string& name : scenario_names(folder)) {
      names.push_back(std::string(folder) + "/" + name);
    }
  }
  return names;
}

class ExampleScenario : public testing::TestWithParam<std::string> {};

TEST_P(ExampleScenario, ShowsTheWordAndItsErrors) {
  const std::string text = read_scenario("", GetParam());
  const RunOutcome good = run_scenario_text(text, GetParam(), {});
  EXPECT_EQ(good.exit, Exit::kOk) << good.message;

  const std::vector<std::string> lines = lines_of(text);
  std::size_t errors = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!begins_with(lines[i], kFails)) continue;
    ++errors;
    // "#fails 1 6 tick soon": at this place, with exit 1 and the fault in column 6.
    std::string rest = lines[i].substr(kFails.size());
    const std::string exit = rest.substr(0, rest.find(' '));
    rest = rest.substr(exit.size() + 1);
    const std::string column = rest.substr(0, rest.find(' '));
    std::vector<std::string> changed = lines;
    changed[i] = rest.substr(column.size() + 1);
    const RunOutcome bad = run_scenario_text(joined(changed), "f", {});
    EXPECT_EQ(std::to_string(static_cast<int>(bad.exit)), exit) << lines[i] << "\n" << bad.message;
    const std::string place = "f:" + std::to_string(i + 1) + ":" + column + ": ";
    EXPECT_TRUE(begins_with(bad.message, place)) << lines[i] << "\n" << bad.message;
  }
  EXPECT_GT(errors, 0u);
}

INSTANTIATE_TEST_SUITE_P(All, ExampleScenario, testing::ValuesIn(example_names()),
                         [](const testing::TestParamInfo<std::string>& shown) {
                           std::string name = test_name(shown.param);
                           std::replace(name.begin(), name.end(), '/', '_');
                           return name;
                         });

// `disk-images` needs databases (tests/session/disk_images_test.cc).
TEST(ExampleScenarios, EveryCommandHasOne) {
  const std::vector<std::string> shown = scenario_names("commands");
  for (const scenario::CommandHelp& help : scenario::command_help()) {
    const std::string word(help.word);
    const bool exists = std::find(shown.begin(), shown.end(), word) != shown.end();
    EXPECT_EQ(exists, help.in_files && word != "disk-images") << word;
    if (!exists) continue;
    const std::vector<std::string> lines = lines_of(read_scenario("commands", word));
    EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
      return line == word || begins_with(line, word + " ");
    })) << word;
  }
}

class LivenessScenario : public testing::TestWithParam<std::string> {};

TEST_P(LivenessScenario, PlainRaftStandsStillAndPreVoteWithCheckQuorumDoesNot) {
  const std::string text = read_scenario("liveness", GetParam());
  const RunOutcome plain = run_scenario_text(text, GetParam(), {});
  EXPECT_EQ(plain.exit, Exit::kOk) << plain.message;

  std::vector<std::string> unexpected = lines_of(text);
  for (std::string& line : unexpected) {
    if (begins_with(line, "expect first violation ")) line.clear();
  }
  EXPECT_EQ(run_scenario_text(joined(unexpected), GetParam(), {}).exit, Exit::kNoProgress);

  const RunOutcome right = run_scenario_text(with_the_right_rule(text), GetParam(), {});
  EXPECT_EQ(right.exit, Exit::kOk) << right.message;
}

INSTANTIATE_TEST_SUITE_P(All, LivenessScenario, testing::ValuesIn(scenario_names("liveness")),
                         [](const testing::TestParamInfo<std::string>& shown) {
                           return test_name(shown.param);
                         });

}  // namespace
}  // namespace session
