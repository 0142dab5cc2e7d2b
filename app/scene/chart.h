// Small plots on one time axis: title at the left, unit and the figure now at the right, no legend,
// no frame. Dots and bars have the colour of the term they belong to; rows tell nodes and kinds
// apart.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/scene/glyphs.h"
#include "app/sim/time.h"

namespace scene {

struct ChartDot {
  double tick = 0;
  double value = 0;
  raft::Term term;  // 0: grey
};

// A step line or bars, by ascending tick.
struct ChartRow {
  std::string label;
  std::string now;     // the figure at the present
  bool leads = false;  // a crown beside the label
  std::vector<ChartDot> points;
};

// A span above the rows, with its name where there is room.
struct ChartBand {
  double from = 0, to = 0;  // ticks
  raft::Term term;
  std::string label;
};

enum class ChartKind : std::uint8_t { kDots, kBars, kSteps };

struct ChartInput {
  Box box;
  ChartKind kind = ChartKind::kDots;
  std::string title, unit;
  double from = 0, to = 1;  // ticks
  double now = 0;
  std::vector<ChartRow> rows;  // kDots: one
  bool banded = false;         // kSteps: a line of bands lies above the rows
  std::vector<ChartBand> bands;
  std::vector<double> cuts;  // ticks
  bool median = false;       // kDots: a line with its figure
  std::string empty;         // said where there is nothing to draw
};

// The median of what lies in the span; nullopt without values.
std::optional<double> median_of(const std::vector<ChartDot>& points, double from, double to);

void build_chart(const ChartInput& input, const Theme& theme, DisplayList& list);

}  // namespace scene
