// A run as shrinking sees it: a list of commands with their moments, to be played in whole or in
// part.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "app/check/violation.h"
#include "app/session/session.h"

namespace campaign {

// A command at its moment: behind every event before `at` and so many at that very instant.
struct Step {
  sim::Instant at;
  std::uint64_t behind = 0;
  sim::Command command;
};

struct Candidate {
  sim::ClusterConfig config;
  session::DiskImages disk_images;
  std::vector<Step> steps;
  sim::Instant end;  // what has not failed before it has not failed
};

// What has to fail in the same way.
struct Goal {
  check::Property property = check::Property::kElectionSafety;
  bool first = true;  // nothing else was violated before it
  // It is the phase of healing in which it failed; the phase is not a part of the candidate, but
  // made anew behind its end.
  bool healing = false;
};

// What is left of a candidate that fails.
struct Failure {
  session::Session session;  // right behind the violation, or where the healing gave up
  std::vector<Step> steps;   // that could be carried out
  sim::Instant end;          // of its commands and of what they led to
};

// Plays it. Commands that cannot be done are left out. Nullopt: it does not fail in the same way.
std::optional<Failure> play(const Candidate& candidate, const Goal& goal);

// The active branch. Errors: as Session::start(), and kCorruption for a command that cannot be
// done.
Result<Candidate> candidate_of(const session::Recording& recording);

}  // namespace campaign
