// What the fuzzers start from, and each input that has found a mistake, as a test of every build.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "app/session/recording.h"
#include "tests/fuzz/targets.h"

namespace fuzz {
namespace {

class Corpus : public testing::TestWithParam<Target> {};

TEST_P(Corpus, IsPlayed) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(RAFTARIUM_CORPUS) / GetParam().name)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  ASSERT_FALSE(files.empty());
  for (const std::filesystem::path& file : files) {
    SCOPED_TRACE(file.string());
    const auto bytes = session::read_file(file.string(), 16 << 20);
    ASSERT_TRUE(bytes.has_value()) << bytes.error().message;
    GetParam().run(*bytes);
    GetParam().run(std::string_view(*bytes).substr(0, bytes->size() / 2));
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Corpus, testing::ValuesIn(kTargets),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace fuzz
