// Each interaction file, played with its outputs taken out, must come out as it stands. The files
// in tests/conformance are etcd's recordings, those in tests/interact our own.
#include "app/interact/run.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "app/interact/file.h"

namespace interact {
namespace {

std::vector<std::string> interaction_files() {
  std::vector<std::string> names;
  for (const char* folder : {"conformance", "interact"}) {
    const std::filesystem::path path = std::filesystem::path(RAFTARIUM_TESTS_DIR) / folder;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (entry.path().extension() == ".txt" && entry.path().stem() != "CMakeLists") {
        names.push_back(std::string(folder) + "/" + entry.path().stem().string());
      }
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string read(const std::string& name) {
  std::filesystem::path path = std::filesystem::path(RAFTARIUM_TESTS_DIR) / name;
  path += ".txt";
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string play(const std::string& text) {
  std::string out;
  const Status status = run(text, [&](std::string_view part) { out += part; });
  EXPECT_TRUE(status) << status.error().message;
  return out;
}

// The text without any expected output, so that nothing can be copied.
std::string stripped(const std::string& text) {
  const auto file = parse_file(text);
  EXPECT_TRUE(file);
  std::string out;
  for (const Directive& directive : file->directives) {
    out += directive.lead + directive.head + "----\n\n";
  }
  return out + file->tail;
}

class InteractionFile : public testing::TestWithParam<std::string> {};

TEST_P(InteractionFile, ComesOutAsItStands) {
  const std::string expected = read(GetParam());
  ASSERT_GT(expected.size(), 100u);
  EXPECT_EQ(play(stripped(expected)), expected);
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, InteractionFile, testing::ValuesIn(interaction_files()), test_name);

TEST(InteractTest, ThereAreFilesOfBothKinds) {
  const std::vector<std::string> names = interaction_files();
  const auto ours = std::count_if(names.begin(), names.end(), [](const std::string& name) {
    return name.substr(0, 9) == "interact/";
  });
  EXPECT_EQ(names.size() - static_cast<std::size_t>(ours), 10u);
  EXPECT_GE(ours, 40);
}

}  // namespace
}  // namespace interact
