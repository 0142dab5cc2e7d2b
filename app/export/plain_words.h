// Words for what the language of scenarios says in a word of its own: how a request ended, and what
// somebody did to the network, which no fact tells.
#pragma once

#include <optional>
#include <vector>

#include "app/scene/ring.h"
#include "app/session/session.h"
#include "app/sim/fact.h"

namespace exporter {

// sim::narrate(), and the end of a request as a sentence.
sim::Narration plain_words(const sim::Fact& fact);

// The last cut or healing up to `now`, unless a later event than `since` came after it.
std::optional<scene::Told> network_told(const std::vector<session::Milestone>& milestones,
                                        const sim::Position& now, std::uint64_t since);

}  // namespace exporter
