// What a receiver will make of a message that is under way, as things stand: each step with its
// reason. Nothing is carried out; the state that is seen is enough.
#pragma once

#include <string>
#include <vector>

#include "app/sim/view.h"

namespace ui {

struct ForecastStep {
  std::string what;  // "Refuses the entries"
  std::string why;   // "its entry 7 is of term 2, not 3"
  std::string rule;  // section of the paper
};

struct Forecast {
  enum class Answer : std::uint8_t { kNone, kYes, kNo };
  std::vector<ForecastStep> steps;
  Answer answer = Answer::kNone;
  bool appends = false;      // entries enter its log
  bool truncates = false;    // entries leave it
  std::uint64_t commit = 0;  // its commit index afterwards, if it rises; else 0
  bool sure = true;  // false: it is not known (a mistake is on, a trace does not tell enough)
};

Forecast forecast(const sim::ClusterView& view, const sim::MessageView& message);

}  // namespace ui
