// Decides whether a history is linearizable: whether all operations can be put into one order that
// keeps to their times and explains every output (Herlihy and Wing 1990; search of Wing and Gong
// with Lowe's cache). Keys are independent of each other, so each is decided alone. The effort is
// counted in steps, not in seconds: the same history has the same answer everywhere.
#pragma once

#include <cstdint>
#include <string>

#include "app/check/history.h"

namespace check {

enum class Verdict : std::uint8_t { kLinearizable, kNotLinearizable, kUnknown };

struct LinearizabilityReport {
  Verdict verdict = Verdict::kLinearizable;
  std::string key;  // kNotLinearizable: of the unexplained operation; kUnknown: the first undecided
  // kNotLinearizable: position in the history of the operation whose return is the first that
  // cannot be explained: without it, and with all that returned later still open, there is an
  // order.
  std::uint64_t operation = 0;
  std::string text;  // a sentence for people; empty if linearizable
  std::uint64_t steps = 0;
};

inline constexpr std::uint64_t kLinearizabilitySteps = 2000000;

LinearizabilityReport check_linearizability(const History& history,
                                            std::uint64_t max_steps = kLinearizabilitySteps);

}  // namespace check
