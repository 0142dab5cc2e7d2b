// Why something happened: from a fact back along its causes, and on to what it led to.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "app/scene/ring.h"
#include "app/sim/fact.h"

namespace ui {

// The fact and what led to it, newest first: each the cause of the one before. A send and its
// receipt are one step, told by the receipt.
std::vector<const sim::Fact*> causes_of(const std::deque<sim::Fact>& facts, std::uint64_t id,
                                        std::size_t most);
// What the fact led to directly, oldest first.
std::vector<const sim::Fact*> effects_of(const std::deque<sim::Fact>& facts, std::uint64_t id,
                                         std::size_t most);

// Ids of the fact and of all that led to it, ascending: of an election each counted vote, of a
// commit each answer of the majority.
std::vector<std::uint64_t> causal_past(const std::deque<sim::Fact>& facts, std::uint64_t id);

scene::Target target_of(const sim::Fact& fact);

}  // namespace ui
