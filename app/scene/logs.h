// All logs side by side over shared index columns. Only what is in sight is built, so that a log of
// a million entries costs as much as one of twenty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/scene/glyphs.h"
#include "app/sim/view.h"

namespace scene {

struct LogsInput {
  Box panel;
  bool small = false;
  std::uint64_t first = 1;  // index of the leftmost column, see log_scroll_end()
  std::optional<std::uint64_t> hovered_index;
  raft::NodeId selected;  // 0: none
  // A figure that the last event changed: node, and which.
  struct Changed {
    raft::NodeId node;
    bool durable = false, commit = false, applied = false;
  };
  std::vector<Changed> changed;
  // Cells with a box round them, also where nothing is: what differs from another run.
  std::vector<std::pair<raft::NodeId, std::uint64_t>> boxed;
  // Framed over all rows: what somebody is asked to look at.
  std::vector<std::uint64_t> pointed;
  std::string title;  // empty: "Logs"
};

struct LogsLayout {
  float x0 = 0;       // left of the first column
  float column = 50;  // width of a column
  float cell_h = 28;
  float top = 0, step = 0;  // of the first row; from row to row
  std::uint64_t columns = 0;
  float numbers = 0;  // right edge of the first figure column
  float number_step = 72;
  bool figures = true;  // there is room for durable, commit and applied
  float gap = 2;
  float left = 0;  // text of the rows
  Box bar;         // shows the whole log when it is longer than the panel
};
LogsLayout layout_logs(const sim::ClusterView& view, Box panel, bool small);

// The largest index any node holds.
std::uint64_t last_index(const sim::ClusterView& view);
// Leftmost column at which the tail is in sight; 1 while everything fits.
std::uint64_t log_scroll_end(const sim::ClusterView& view, const LogsLayout& layout);

struct LogsHit {
  std::optional<raft::NodeId> node;
  std::optional<std::uint64_t> index;
  bool in_bar = false;
  float bar_share = 0;  // 0 to 1 along the bar
};
LogsHit hit_logs(const sim::ClusterView& view, const LogsInput& input, Point p);

void build_logs(const sim::ClusterView& view, const LogsInput& input, const Theme& theme,
                DisplayList& list);

}  // namespace scene
