// Each file of tests/scenarios/mistakes shows what a mistake breaks, and that nothing breaks
// without it (docs/testing.md, "Scenarios of mistakes").
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "raft/mistakes.h"
#include "tests/session/session_test.h"

namespace session {
namespace {

const std::filesystem::path kFolder = RAFTARIUM_SCENARIOS "/mistakes";

// Shown on bare cores, in tests/raft/mistakes_test.cc: the tank has no schedule for them. The
// timer's breaks liveness, which is not checked yet.
const std::set<std::string> kBareCores = {"commit-by-own-last", "stable-without-term",
                                          "any-message-resets-timer"};

std::vector<std::string> names() {
  std::set<std::string> sorted;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    sorted.insert(entry.path().stem().string());
  }
  return {sorted.begin(), sorted.end()};
}

bool ends_with(const std::string& line, std::string_view end) {
  return line.size() >= end.size() && line.compare(line.size() - end.size(), end.size(), end) == 0;
}

// The same schedule with the right rule: mistakes are off, lines that end in `# wrong` are left
// out, what stands behind `#right ` is played, and nothing may be violated. Line numbers stay.
std::string with_the_right_rule(const std::string& text) {
  constexpr std::string_view kRight = "#right ";
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.rfind("mistake ", 0) == 0 || ends_with(line, "# wrong")) line.clear();
    if (line.rfind(kRight, 0) == 0) line = line.substr(kRight.size());
    if (line.rfind("expect first violation ", 0) == 0) line = "expect no violations";
    out += line + "\n";
  }
  return out;
}

class MistakeScenario : public testing::TestWithParam<std::string> {};

TEST_P(MistakeScenario, BreaksWhatItSaysAndNothingWithTheRightRule) {
  const std::string path = (kFolder / (GetParam() + ".scenario")).string();
  const auto text = read_file(path, 1 << 20);
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_NE(text->find("\nmistake " + GetParam() + " on\n"), std::string::npos);
  EXPECT_NE(text->find("\nexpect first violation "), std::string::npos);

  const RunOutcome wrong = run_scenario_text(*text, GetParam() + ".scenario", {});
  EXPECT_EQ(wrong.exit, Exit::kOk) << wrong.message;

  const RunOutcome right = run_scenario_text(with_the_right_rule(*text),
                                             GetParam() + ".scenario with the right rule", {});
  EXPECT_EQ(right.exit, Exit::kOk) << right.message;
}

INSTANTIATE_TEST_SUITE_P(All, MistakeScenario, testing::ValuesIn(names()),
                         [](const testing::TestParamInfo<std::string>& shown) {
                           std::string word = shown.param;
                           for (char& c : word) c = c == '-' ? '_' : c;
                           return word;
                         });

TEST(MistakeScenarios, EveryMistakeThatIsBuiltHasOne) {
  const std::vector<std::string> shown = names();
  for (std::uint8_t i = 0; i < raft::kMistakes; ++i) {
    const auto mistake = static_cast<raft::Mistake>(i);
    const std::string name(raft::mistake_name(mistake));
    const bool expected = raft::mistake_is_built(mistake) && kBareCores.count(name) == 0;
    EXPECT_EQ(std::count(shown.begin(), shown.end(), name), expected ? 1 : 0) << name;
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
