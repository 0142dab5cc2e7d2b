// Where two runs part: the first world event behind which their states are not the same.
#pragma once

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

// Plays both recordings again, several times: halves the stretch between the last digest that both
// recorded alike and the first that they did not. Runs that have parted are taken to stay apart.
// Errors: those of Session::replay(); kUnavailable if cancelled.
Result<Difference> first_difference(const Recording& a, const Recording& b,
                                    const Progress& progress = {});

}  // namespace session
