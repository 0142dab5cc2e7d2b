// What the checks say about the run that is shown, in plain words: held, violated, not checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/check/trace.h"
#include "app/check/violation.h"
#include "app/session/session.h"

namespace ui {

struct PropertyWords {
  std::string_view title;     // "Election safety"
  std::string_view sentence;  // what it promises
  std::string_view rule;      // section of the paper, or of the thesis
};
PropertyWords words_of(check::Property property);

enum class CheckState : std::uint8_t { kHeld, kViolated, kOnRequest, kUnknown, kNotChecked };

struct CheckRow {
  check::Property property = check::Property::kElectionSafety;
  CheckState state = CheckState::kHeld;
  std::size_t first = 0;  // kViolated: place of its first violation
  std::size_t times = 0;
  bool expected = false;  // all of them
  std::string why;        // kNotChecked, kUnknown, kOnRequest: why; else empty
};

struct ChecksView {
  std::vector<CheckRow> rows;                                 // in the order of the properties
  const std::vector<check::Violation>* violations = nullptr;  // not owned
  std::size_t held = 0;
  std::size_t broken = 0;      // properties
  std::size_t unexpected = 0;  // properties violated that nobody said would be
  const CheckRow* row(check::Property property) const;
  // The first property that broke, and that nobody expected to; null: none.
  const CheckRow* first_unexpected() const;
};

// `history`: what the last check of the clients' history said, and up to which event.
struct HistoryCheck {
  check::Verdict verdict = check::Verdict::kUnknown;
  std::string text;
  std::uint64_t event = 0;
  // Not linearizable: the request that no order explains, and those that together cannot be
  // ordered.
  std::uint64_t culprit = 0;
  std::vector<std::uint64_t> smallest{};
};
ChecksView checks_of(const session::Session& session, const std::optional<HistoryCheck>& history);
ChecksView checks_of(const check::TraceReport& report);

}  // namespace ui
