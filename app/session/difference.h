// Where two runs part: two branches of a recording, or two recordings.
#pragma once

#include <cstddef>
#include <string>

#include "app/session/recording.h"
#include "app/session/session.h"

namespace session {

struct Difference {
  bool equal = true;
  sim::Position at;   // where they first differ, in the first run; equal: its end
  std::string field;  // path into the state as `--state` prints it: "nodes/2/term"; or "end"
  std::string first, second;  // the field in each, as JSON; of "end" the positions in words
};

// The first world event behind which the states of two branches are not the same; plays both.
// Errors: those of Session::replay(); kUnavailable if cancelled. REQUIRES: there are such branches.
Result<Difference> first_difference(const Recording& a, std::size_t branch_a, const Recording& b,
                                    std::size_t branch_b, const Progress& progress = {});
// Of the active branches.
Result<Difference> first_difference(const Recording& a, const Recording& b,
                                    const Progress& progress = {});

}  // namespace session
