#include "app/ui/checks.h"

#include <algorithm>

#include "app/check/checker_set.h"
#include "app/scene/display_list.h"
#include "app/scene/tr.h"

namespace ui {
namespace {

using check::Property;
using scene::tr_later;

ChecksView empty_view(const std::vector<check::Violation>& violations) {
  ChecksView view;
  view.violations = &violations;
  for (std::uint64_t i = 0; i < check::kProperties; ++i) {
    CheckRow row;
    row.property = static_cast<Property>(i);
    row.expected = true;
    for (std::size_t place = 0; place < violations.size(); ++place) {
      if (violations[place].property != row.property) continue;
      if (row.times++ == 0) row.first = place;
      row.expected = row.expected && violations[place].expected;
    }
    if (row.times > 0) row.state = CheckState::kViolated;
    view.rows.push_back(row);
  }
  return view;
}

void count(ChecksView& view) {
  for (const CheckRow& row : view.rows) {
    view.held += row.state == CheckState::kHeld;
    view.broken += row.state == CheckState::kViolated;
    view.unexpected += row.state == CheckState::kViolated && !row.expected;
  }
}

}  // namespace

PropertyWords words_of(Property property) {
  switch (property) {
    case Property::kElectionSafety:
      return {tr_later("Election safety"), tr_later("At most one leader is elected in a term."),
              "§5.2"};
    case Property::kLeaderAppendOnly:
      return {tr_later("Leader append-only"),
              tr_later("A leader only appends to its log: it removes nothing."), "§5.3"};
    case Property::kLogMatching:
      return {tr_later("Log matching"),
              tr_later("Two logs that hold the same index and term are the same up to there."),
              "§5.3"};
    case Property::kLeaderCompleteness:
      return {tr_later("Leader completeness"),
              tr_later("What was committed in a term is in the log of every later leader."),
              "§5.4"};
    case Property::kStateMachineSafety:
      return {tr_later("State machine safety"),
              tr_later("All nodes apply the same entry at the same index."), "§5.4.3"};
    case Property::kMonotonic:
      return {tr_later("Monotonic figures"),
              tr_later("Term, commit, match and applied index never go back."), "fig. 2"};
    case Property::kVoteOnce:
      return {tr_later("One vote a term"),
              tr_later("A node votes for one candidate in a term, restarts included."), "§5.2"};
    case Property::kDurableBeforeAck:
      return {tr_later("Durable before answering"),
              tr_later("A vote or an entry is on the disk before anybody is told so."), "fig. 2"};
    case Property::kDiskLogMatching:
      return {tr_later("Disk log matching"),
              tr_later("The logs on the disks match each other as those in memory do."), "§5.3"};
    case Property::kAppliedEqualsLog:
      return {tr_later("Store equals log"),
              tr_later("Each store is what its log up to the applied index makes of an empty one."),
              "§2"};
    case Property::kOneOutcome:
      return {tr_later("One outcome"),
              tr_later("A request has one outcome, and takes effect at most once."), "§8"};
    case Property::kMembership:
      return {tr_later("Membership"),
              tr_later("Two configurations in force never decide apart from each other."), "§6"};
    case Property::kLinearizability:
      return {tr_later("Linearizability"),
              tr_later(
                  "What clients saw can be put in an order that one single store could have made."),
              "§8"};
    case Property::kLiveness:
      return {tr_later("Liveness"),
              tr_later("A majority that can talk elects a leader and serves requests."), "§5.6"};
  }
  return {};
}

const CheckRow* ChecksView::row(Property property) const {
  for (const CheckRow& row : rows) {
    if (row.property == property) return &row;
  }
  return nullptr;
}

const CheckRow* ChecksView::first_unexpected() const {
  const CheckRow* best = nullptr;
  for (const CheckRow& row : rows) {
    if (row.state != CheckState::kViolated || row.expected) continue;
    if (best == nullptr || row.first < best->first) best = &row;
  }
  return best;
}

ChecksView checks_of(const session::Session& session, const std::optional<HistoryCheck>& history) {
  ChecksView view = empty_view(session.violations());
  for (CheckRow& row : view.rows) {
    if (row.state == CheckState::kViolated) continue;
    if (row.property == Property::kLinearizability) {
      row.state = CheckState::kOnRequest;
      row.why = tr_later("decided when you ask: it may take a while");
      if (!history) continue;
      const bool held = history->verdict == check::Verdict::kLinearizable;
      row.state = held ? CheckState::kHeld : CheckState::kUnknown;
      if (!held) row.why = history->text;
      // What came since is not looked at.
      if (held && history->event < session.position().events) {
        row.state = CheckState::kOnRequest;
        row.why = "held up to event " + scene::grouped(history->event);
      }
    } else if (!check::CheckerSet::covers(row.property)) {
      row.state = CheckState::kNotChecked;
      row.why = tr_later("this version does not check it");
    }
  }
  count(view);
  return view;
}

ChecksView checks_of(const check::TraceReport& report) {
  ChecksView view = empty_view(report.violations);
  for (CheckRow& row : view.rows) {
    if (row.state == CheckState::kViolated) continue;
    const auto& checked = report.checked;
    if (std::find(checked.begin(), checked.end(), row.property) != checked.end()) continue;
    row.state = CheckState::kNotChecked;
    row.why = tr_later("a trace does not hold what it needs");
    for (const check::NotChecked& missing : report.not_checked) {
      if (missing.property == row.property) row.why = missing.why;
    }
  }
  count(view);
  return view;
}

}  // namespace ui
