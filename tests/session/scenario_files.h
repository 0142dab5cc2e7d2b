// The scenarios of a folder, and the ways in which tests vary them (docs/testing.md).
#pragma once

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/session/session_test.h"

namespace session {

inline std::filesystem::path scenario_path(std::string_view folder, std::string_view name) {
  return std::filesystem::path(RAFTARIUM_SCENARIOS) / folder / (std::string(name) + ".scenario");
}

// Names without ending, in order.
inline std::vector<std::string> scenario_names(std::string_view folder) {
  std::set<std::string> sorted;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(RAFTARIUM_SCENARIOS) / folder)) {
    sorted.insert(entry.path().stem().string());
  }
  return {sorted.begin(), sorted.end()};
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

inline std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

inline std::string read_scenario(std::string_view folder, std::string_view name) {
  const auto text = read_file(scenario_path(folder, name).string(), 1 << 20);
  EXPECT_TRUE(text.has_value()) << text.error().message;
  return text.has_value() ? *text : "";
}

inline bool begins_with(const std::string& line, std::string_view begin) {
  return line.rfind(begin, 0) == 0;
}

// The same schedule with the right rule: mistakes are off, lines that end in `# wrong` are left
// out, what stands behind `#right ` is played, and nothing may be violated. Line numbers stay.
inline std::string with_the_right_rule(const std::string& text) {
  constexpr std::string_view kWrong = "# wrong";
  constexpr std::string_view kRight = "#right ";
  std::vector<std::string> lines = lines_of(text);
  for (std::string& line : lines) {
    const bool wrong = line.size() >= kWrong.size() &&
                       line.compare(line.size() - kWrong.size(), kWrong.size(), kWrong) == 0;
    if (begins_with(line, "mistake ") || wrong) line.clear();
    if (begins_with(line, kRight)) line = line.substr(kRight.size());
    if (begins_with(line, "expect first violation ")) line = "expect no violations";
  }
  return joined(lines);
}

// For names of parameterized tests.
inline std::string test_name(std::string name) {
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
}

}  // namespace session
