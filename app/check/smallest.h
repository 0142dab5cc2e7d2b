// The smallest part of a history that cannot be ordered: what a person has to look at.
#pragma once

#include <vector>

#include "app/check/linearizability.h"

namespace check {

// Positions in the history, ascending: operations on the key of the unexplained one which no order
// explains, from which none can be taken away without there being an order, and in which every
// value that is read has its write. Empty if the report says that all can be ordered, or if the key
// has so many operations that the search would take long.
std::vector<std::size_t> smallest_unordered(const History& history,
                                            const LinearizabilityReport& report);

}  // namespace check
