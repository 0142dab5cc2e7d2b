// What clients asked, as bars on one time axis: a row a client, from call to return, and where in
// it the operation took effect. Below lies the value of the key, which shows what a right answer
// was at each moment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/scene/ring.h"
#include "app/scene/tape.h"

namespace scene {

enum class BarLook : std::uint8_t {
  kDone,     // answered
  kOpen,     // not yet
  kUnknown,  // nobody knows: open to the right
  kRefused,  // never took effect: a struck label, no bar
  kNoPlace   // no order explains it
};

struct HistoryBar {
  std::uint64_t request = 0;
  std::string label;  // "put x 1", "get x = 1"
  sim::Instant from{}, to{};
  BarLook look = BarLook::kDone;
  bool read = false;
  bool in_smallest = false;  // it belongs to the smallest part that cannot be ordered
  std::optional<sim::Instant> effect{};
  raft::Term term{};  // of the entry, or of the node that answered
};

struct HistoryLane {
  std::uint64_t client = 0;
  std::vector<HistoryBar> bars;  // by call
};

// The key's value from an instant on; nullopt: absent.
struct HistoryValue {
  sim::Instant from{};
  std::optional<std::string> value{};
};

struct HistoryInput {
  Box box;
  bool small = false;
  double from = 0, to = 1;  // ticks that are shown
  sim::Instant now;
  std::string key;
  std::vector<HistoryLane> lanes;
  std::vector<HistoryValue> values;
  std::vector<TapeBand> bands;
  std::vector<sim::Instant> cuts;
  std::uint64_t selected = 0, hovered = 0;  // requests
};

struct HistoryLayout {
  Box plot;
  float band_y = 0, lane_y = 0, lane_step = 58, value_y = 0;
  double from = 0, to = 1;
  std::size_t lanes = 0;  // that there is room for
  float x_of(sim::Instant at) const;
  double tick_at(float x) const;
};
HistoryLayout layout_history(const HistoryInput& input);

// A bar that answers to the mouse.
struct HistoryHit {
  std::uint64_t request = 0;
  Box box;
};
void build_history(const HistoryInput& input, const Theme& theme, DisplayList& list,
                   std::vector<HistoryHit>& hits);

}  // namespace scene
