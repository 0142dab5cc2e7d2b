#include "app/check/smallest.h"

#include <algorithm>

namespace check {
namespace {

constexpr std::size_t kMostOperations = 300;
constexpr std::uint64_t kSteps = 200000;

// Whether every value that somebody read was written by one of them: else a missing write alone
// would explain nothing.
bool writes_are_there(const History& part) {
  for (const Operation& read : part.operations) {
    if (read.op != HistoryOp::kGet || read.effect != Effect::kDone || !read.output) continue;
    const bool written =
        std::any_of(part.operations.begin(), part.operations.end(), [&](const Operation& write) {
          return write.op != HistoryOp::kGet && write.op != HistoryOp::kDelete &&
                 (write.op == HistoryOp::kAppend
                      ? write.output == read.output ||
                            read.output->find(write.value) != std::string::npos
                      : write.value == *read.output);
        });
    if (!written) return false;
  }
  return true;
}

bool cannot_be_ordered(const History& part) {
  return check_linearizability(part, kSteps).verdict == Verdict::kNotLinearizable;
}

}  // namespace

std::vector<std::size_t> smallest_unordered(const History& history,
                                            const LinearizabilityReport& report) {
  if (report.verdict != Verdict::kNotLinearizable || report.operation >= history.operations.size())
    return {};
  const Operation& culprit = history.operations[static_cast<std::size_t>(report.operation)];
  History part;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < history.operations.size(); ++i) {
    const Operation& one = history.operations[i];
    if (one.key != culprit.key || one.effect == Effect::kNever || one.call > culprit.returned)
      continue;
    part.operations.push_back(one);
    places.push_back(i);
  }
  if (places.size() > kMostOperations || !cannot_be_ordered(part)) return {};
  // One after the other is left out if the rest still cannot be ordered; the latest ones first, so
  // that what remains is early and close together.
  for (std::size_t i = places.size(); i-- > 0;) {
    if (places[i] == report.operation) continue;
    History less = part;
    less.operations.erase(less.operations.begin() + static_cast<std::ptrdiff_t>(i));
    if (!writes_are_there(less) || !cannot_be_ordered(less)) continue;
    part = std::move(less);
    places.erase(places.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return places;
}

}  // namespace check
