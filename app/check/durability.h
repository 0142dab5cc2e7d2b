// durable-before-ack: what a node promises is on its disk: entries it acknowledges, votes it
// grants, and, as leader or candidate, what it counts of itself (paper figure 2, "updated on stable
// storage before responding").
#pragma once

#include "app/check/model.h"

namespace check {

class DurabilityChecks {
 public:
  void on_fact(const sim::Fact& fact, const Model& model, Findings& findings) const;
};

}  // namespace check
