// One run of a campaign: a cluster, its clients and its faults, all made from a seed; every check
// along the way; then everything is mended, and the cluster must come to rest. What it does are
// commands that the session records, so that anybody can replay what was found.
#pragma once

#include <optional>
#include <string>

#include "app/campaign/plan.h"
#include "app/session/run_scenario.h"

namespace campaign {

// How a run ended.
struct Outcome {
  session::Exit exit = session::Exit::kOk;
  std::optional<check::Property> property;  // that was violated
  std::uint64_t event = 0;                  // in which
  sim::Instant at;
  std::string text;  // one sentence; kOk: empty, or what stays unknown
};

struct Played {
  Outcome outcome;
  session::Session session;  // right behind what was violated, or at the end
};

Played play(const RunSpec& spec);

// "raftarium fuzz --seeds 7..7 --profile network": makes the run once more.
std::string command_of(const RunSpec& spec);

// How the run stands: the first violation, what clients saw included.
Outcome outcome_of(session::Session& session);

}  // namespace campaign
