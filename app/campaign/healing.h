// The second phase of a campaign's run: all that was broken is mended, and then the cluster must
// come to rest again. Faults that never stop would hide a cluster that stands still for ever.
#pragma once

#include <optional>
#include <string>

#include "app/session/session.h"

namespace campaign {

// Where in a recording the phase begins.
inline constexpr char kHealingBookmark[] = "everything heals";

// Every event before `at`, then now = `at`; stops right behind the first event that violates a
// property that nobody expected. False: it stopped, or had been violated before.
bool run_safely(session::Session& session, sim::Instant at);
// The first in time that nobody expected; null: none. Linearizability is among it only once it was
// checked.
const check::Violation* first_violation(const session::Session& session);

// Sets the bookmark, mends everything, lets the clients finish, and demands a leader, equal state
// everywhere, and that a write goes through. Nodes whose disk lost something may stay halted.
// Returns what is still missing in the end, as one sentence; nullopt: nothing, or a property was
// violated.
std::optional<std::string> heal_and_demand(session::Session& session);

}  // namespace campaign
