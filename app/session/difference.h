// Where two runs part: two branches of a recording, or two recordings.
#pragma once

#include <string>

#include "app/session/session.h"

namespace session {

struct RunDifference {
  bool equal = true;
  sim::Position at;   // right behind the first event that is not the same, or where one run ends
  std::string field;  // "n3 term", "requests"; "end": one goes on where the other ends
  std::string first, second;  // its value in each, as text; may be empty
};

// Errors: those of playing them, kUnavailable if cancelled. REQUIRES: there are such branches.
Result<RunDifference> first_difference(const Recording& a, std::size_t branch_a, const Recording& b,
                                       std::size_t branch_b, const Progress& progress = {});

// The first field in which two states differ; `field` is empty if nothing that one sees does.
RunDifference view_difference(const sim::ClusterView& a, const sim::ClusterView& b);

}  // namespace session
