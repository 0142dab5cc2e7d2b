// What stands between the two `---` lines at the head of a lesson.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lesson {

struct FrontMatter {
  std::string title;
  std::string goal;
  std::uint64_t minutes = 0;
  std::vector<std::uint64_t> needs;
  std::size_t lines = 0;  // that it takes, with both `---`
};

// An error for the line; `file` and number are put before it.
using Complaint = std::pair<std::size_t, std::string>;

// Appends what is wrong to `complaints`.
FrontMatter read_front_matter(std::string_view text, std::vector<Complaint>& complaints);

}  // namespace lesson
