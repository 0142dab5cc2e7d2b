// All checks that run along with a cluster (docs/checks.md). A plain value, copied with it. Hand it
// every fact, and the view after every world event; it says what broke. The cost of a fact goes
// with what the fact says (entries appended or applied), not with the length of the logs.
#pragma once

#include <optional>
#include <vector>

#include "app/check/durability.h"
#include "app/check/elections.h"
#include "app/check/entry_matcher.h"
#include "app/check/liveness.h"
#include "app/check/logs.h"
#include "app/check/membership.h"
#include "app/check/model.h"
#include "app/check/outcomes.h"
#include "app/check/progress.h"
#include "app/check/state_machine.h"
#include "app/check/violation.h"
#include "app/sim/fact.h"
#include "app/sim/view.h"

namespace check {

class CheckerSet {
 public:
  // REQUIRES: facts come in the order in which they were told, from the boot on.
  void on_fact(const sim::Fact& fact);
  void after_event(const sim::ClusterView& view);
  // In the order in which they are told; final once the event is over.
  const std::vector<Violation>& violations() const { return findings_.list(); }

  // A violation that somebody else found (linearizability, liveness).
  void add(Violation violation) { findings_.add(std::move(violation)); }
  // `expect violation NAME`; nullopt: of every property.
  void expect(std::optional<Property> property) { findings_.expect(property); }
  // Whether a property is among those that run along. Linearizability is not: it is decided on the
  // history, when asked.
  static bool covers(Property property);
  // See StateMachineChecks.
  void without_replay() { state_machine_.without_replay(); }

 private:
  Model model_;
  ElectionChecks elections_;
  LogChecks logs_;
  StateMachineChecks state_machine_;
  MonotonicChecks monotonic_;
  DurabilityChecks durability_;
  DiskLogChecks disk_logs_;
  OutcomeChecks outcomes_;
  MembershipChecks membership_;
  LivenessChecks liveness_;
  Findings findings_;
};

}  // namespace check
