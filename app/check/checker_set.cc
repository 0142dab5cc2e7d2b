#include "app/check/checker_set.h"

namespace check {

void CheckerSet::on_fact(const sim::Fact& fact) {
  if (fact.kind == sim::FactKind::kCrash && !fact.text.empty()) {
    findings_.add_cause("crash " + name(fact.node) + " lose=disk");
  }
  if (fact.kind == sim::FactKind::kCommand && fact.node != raft::kNoNode) {
    findings_.add_cause("disk " + name(fact.node) + " " + fact.text);
  }
  elections_.on_fact(fact, model_, findings_);
  logs_.on_fact(fact, model_, findings_);
  state_machine_.on_fact(fact, model_, findings_);
  monotonic_.on_fact(fact, model_, findings_);
  durability_.on_fact(fact, model_, findings_);
  disk_logs_.on_fact(fact, model_, findings_);
  outcomes_.on_fact(fact, findings_);
  membership_.on_fact(fact, model_, findings_);
  liveness_.on_fact(fact);
  model_.update(fact);
}

void CheckerSet::after_event(const sim::ClusterView& view) {
  state_machine_.after_event(view, model_, findings_);
  monotonic_.after_event(view, findings_);
  liveness_.after_event(view, findings_);
}

bool CheckerSet::covers(Property property) {
  switch (property) {
    case Property::kElectionSafety:
    case Property::kLeaderAppendOnly:
    case Property::kLogMatching:
    case Property::kLeaderCompleteness:
    case Property::kStateMachineSafety:
    case Property::kMonotonic:
    case Property::kVoteOnce:
    case Property::kDurableBeforeAck:
    case Property::kDiskLogMatching:
    case Property::kAppliedEqualsLog:
    case Property::kOneOutcome:
    case Property::kMembership:
    case Property::kLiveness:
      return true;
    case Property::kLinearizability:
      return false;
  }
  return false;
}

}  // namespace check
