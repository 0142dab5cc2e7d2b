// docs/scenario.md is true: every example runs, and every command has one.
#include <algorithm>
#include <filesystem>
#include <set>

#include "tests/session/session_test.h"

namespace session {
namespace {

struct Example {
  std::string text;
  std::string place;
};

std::vector<Example> examples(const std::string& document, const std::string& folder) {
  std::vector<Example> out;
  std::size_t at = 0;
  while ((at = document.find("```scenario\n", at)) != std::string::npos) {
    const std::size_t begin = at + 12;
    const std::size_t end = document.find("```", begin);
    const auto line = std::count(document.begin(), document.begin() + static_cast<long>(at), '\n');
    out.push_back(
        {document.substr(begin, end - begin), folder + "/scenario.md+" + std::to_string(line + 1)});
    at = end + 3;
  }
  return out;
}

TEST(Documentation, EveryExampleRunsAndEveryCommandHasOne) {
  const auto document = read_file(RAFTARIUM_DOCS "/scenario.md", 1 << 20);
  ASSERT_TRUE(document.has_value()) << document.error().message;
  // What the example of `disk-images` starts from.
  const std::string folder = testing::TempDir() + "raftarium_docs";
  std::filesystem::create_directories(folder + "/databases");
  const Session donor = finished_run("seed 3\nuntil leader any\nput x 1\ntick 20\n");
  for (std::uint64_t id = 1; id <= 5; ++id) {
    const auto database = donor.cluster().database({id});
    ASSERT_TRUE(database.has_value()) << database.error().message;
    const std::string name = folder + "/databases/n" + std::to_string(id) + ".sqlite";
    ASSERT_TRUE(write_file(name, *database).has_value());
  }
  std::set<std::string> used;
  for (const Example& example : examples(*document, folder)) {
    const RunOutcome outcome = run_scenario_text(example.text, example.place, {});
    EXPECT_EQ(outcome.exit, Exit::kOk) << outcome.message << "\n" << example.text;
    std::size_t at = 0;
    while (at < example.text.size()) {
      const std::size_t end = example.text.find('\n', at);
      const std::string line = example.text.substr(at, end - at);
      used.insert(line.substr(0, line.find(' ')));
      at = end + 1;
    }
  }
  for (const scenario::CommandHelp& help : scenario::command_help()) {
    EXPECT_TRUE(!help.in_files || used.count(std::string(help.word)) == 1) << help.word;
    EXPECT_NE(document->find(std::string(help.word)), std::string::npos) << help.word;
  }
}

}  // namespace
}  // namespace session
