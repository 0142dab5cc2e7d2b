// Puts the core's decisions into words, for the inspector, the event list, narration and traces.
#pragma once

#include <string>
#include <string_view>

#include "raft/observer.h"

namespace raft {

// Why, in one clause in plain words, lower case, no period: "its last entry (term 2, index 5) is
// older than mine (term 2, index 7)". "I" is the node that decided. Empty if the event needs no
// reason.
std::string describe(const Event& event);

// Where the rule behind it stands: "§5.4.1" is the paper's, "thesis §9.6" the dissertation's. Empty
// if it is not in either.
std::string_view rule(const Event& event);

}  // namespace raft
