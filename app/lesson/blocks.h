// The blocks of a lesson that are more than prose, read from their lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/lesson/front_matter.h"
#include "app/lesson/lesson.h"

namespace lesson {

// The first word behind a fence: raft, goal, hint, predict, focus.
bool is_special(std::string_view word);

// Each takes a fenced block, and appends what is wrong to `complaints`. A complaint may begin with
// its column: "7: …".
Goal read_goal(const Block& block, const std::string& file, std::vector<Complaint>& complaints);
Predict read_predict(const Block& block, const std::string& file,
                     std::vector<Complaint>& complaints);
Focus read_focus(const Block& block, std::vector<Complaint>& complaints);
Hint read_hint(const Block& block, const std::string& file, std::vector<Complaint>& complaints);

}  // namespace lesson
