// Facts that say no to a person: what was asked for was not done.
#pragma once

#include "app/sim/fact.h"

namespace sim {

bool is_refusal(const Fact& fact);

}  // namespace sim
