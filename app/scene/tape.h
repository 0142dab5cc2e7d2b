// The whole run as one band: who led when, where nobody did, and what was done to the cluster.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/scene/glyphs.h"
#include "app/sim/time.h"

namespace scene {

struct TapeBand {
  sim::Instant from, to;
  raft::Term term;
  raft::NodeId leader;
};

enum class TapeMark : std::uint8_t {
  kCrash,
  kRestart,
  kPause,
  kResume,
  kHalt,
  kCut,
  kHeal,
  kWrite,
  kBookmark,
  kViolation
};

struct TapeEvent {
  sim::Instant at;
  TapeMark mark = TapeMark::kWrite;
};

// A branch that is not open: a thin lane from where it leaves to its end.
struct KeptBranch {
  std::string name;
  std::size_t number = 0;
  sim::Instant fork, tip;
};
inline constexpr std::size_t kMostKeptLanes = 3;
inline constexpr float kKeptLane = 18;  // height of one, with the gap to the next

struct TapeInput {
  Box box;  // of the lane with its axis; the label stands in it at the left
  std::string name = "this run";
  std::vector<TapeBand> bands;  // gaps between them: nobody leads
  std::vector<TapeEvent> events;
  sim::Instant now;
  std::vector<KeptBranch> kept;  // the first kMostKeptLanes are drawn
  sim::Instant known;  // what lies between it and the tip nobody has played since it was opened
  std::optional<sim::Instant> differs;  // where the run that it is compared with parts
  std::optional<std::size_t> compared;  // kept[i]: at full strength
  sim::Instant tip;  // not before `now`: what lies between has been, and will be again
};

// Time to scene units and back: two inverse functions.
struct TapeScale {
  float x0 = 0, x1 = 1;
  std::uint64_t span = 1;  // thousandths of a tick
  float x_of(sim::Instant at) const;
  sim::Instant instant_at(float x) const;
};
TapeScale tape_scale(const TapeInput& input);

// Of the lane of kept[i], from the fork to the end, a little larger than what is seen.
Box kept_lane(const TapeInput& input, std::size_t i);

// Of its name at the left.
Box kept_name(const TapeInput& input, std::size_t i);

void build_tape(const TapeInput& input, const Theme& theme, DisplayList& list);

}  // namespace scene
