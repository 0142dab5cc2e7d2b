// A position in a run, in words.
#pragma once

#include <string>

#include "app/sim/time.h"

namespace session {

// "tick 12.5, event 311".
std::string position_text(const sim::Position& at);

}  // namespace session
