// A log entry in full, for people.
#pragma once

#include <string>

#include "app/sim/view.h"

namespace ui {

// "put x=5, request 3 of c1", "opens term 4", "changes the members: +n6". Long values are cut.
std::string entry_words(const raft::Entry& entry);
// Which nodes hold that very entry: "on n1 n2 n4, 3 of 5".
std::string holders_words(const sim::ClusterView& view, const raft::Entry& entry);

}  // namespace ui
