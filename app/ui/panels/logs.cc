#include <algorithm>
#include <cmath>
#include <utility>

#include "app/scene/log_cells.h"
#include "app/ui/entry_words.h"
#include "app/ui/panels/panels.h"

namespace ui {

void draw_logs(PanelContext& c, const scene::Box& box) {
  Pane s(c.gui, "###logs", box, c.gui.theme->panel);
  LogsState& state = c.state.logs;
  scene::LogsInput input;
  input.panel = {0, 0, s.w(), s.h()};
  input.small = c.layout.small;
  input.selected =
      c.state.selected.kind == scene::Target::Kind::kNode ? c.state.selected.node : raft::NodeId{};
  input.changed = c.changed;
  const scene::LogsLayout g = scene::layout_logs(c.view, input.panel, input.small);
  const auto tail = static_cast<double>(scene::log_scroll_end(c.view, g));
  input.pointed = focused_entries(c);
  if (const auto show = std::exchange(state.show, std::nullopt)) {
    const auto columns = static_cast<double>(g.columns), place = static_cast<double>(*show);
    const double left = state.follow ? tail : state.first;
    if (place < left || place >= left + columns) {
      state.first = std::clamp(place - columns / 2, 1.0, tail);
      state.follow = state.first >= tail;
    }
  }

  // What the lines in the rows are, said by the heads of their figures.
  const std::pair<const char*, const char*> kLines[] = {
      {tr_later("Durable: up to here the entries are on the node's disk"),
       tr_later("The dashed line with a square")},
      {tr_later("Commit: up to here entries never change, as far as this node knows"),
       tr_later("The upright bar with a flag")},
      {tr_later("Applied: up to here entries are in its key-value store"),
       tr_later("The short bar at the foot")}};
  for (int k = 0; k < 3 && g.figures; ++k) {
    const float right = g.numbers + static_cast<float>(k) * g.number_step;
    const std::string name = "logs.head." + std::to_string(k);
    s.tip(name, s.touch(name, {right - g.number_step + 8, 8, g.number_step - 6, 26}, true, false),
          {tr(kLines[k].first), tr(kLines[k].second), ""});
  }
  const Touch touch = s.touch("logs", input.panel, true, false);
  const ImGuiIO& io = ImGui::GetIO();
  const double first = state.follow ? tail : std::clamp(state.first, 1.0, tail);
  double moved = first;
  if (touch.hovered && (io.MouseWheel != 0 || io.MouseWheelH != 0))
    moved -= static_cast<double>(io.MouseWheel + io.MouseWheelH) * 3;
  input.first = static_cast<std::uint64_t>(first);
  const scene::LogsHit hit = scene::hit_logs(c.view, input, s.mouse());
  if (touch.held && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) state.dragging_bar = hit.in_bar;
  if (!touch.held) state.dragging_bar = false;
  if (touch.held && state.dragging_bar) {
    const double share =
        std::clamp(static_cast<double>((s.mouse().x - g.bar.x) / g.bar.w), 0.0, 1.0);
    moved =
        share * static_cast<double>(scene::last_index(c.view)) - static_cast<double>(g.columns) / 2;
  } else if (touch.held && io.MouseDelta.x != 0) {
    moved -= static_cast<double>(io.MouseDelta.x / (g.column * s.gui().k));
  }
  if (moved != first) {
    state.first = std::clamp(moved, 1.0, tail);
    state.follow = state.first >= tail - 0.01;
    input.first = static_cast<std::uint64_t>(state.first);
  }
  input.hovered_index = touch.hovered ? hit.index : std::nullopt;
  state.hovered = input.hovered_index;
  scene::build_logs(c.view, input, s.t(), s.list());
  s.list().line({0, 0.5f}, {s.w(), 0.5f}, {.stroke = s.t().divider, .width = 1});

  if (touch.clicked && hit.node && !hit.in_bar && ImGui::GetMouseDragDelta().x == 0) {
    c.state.selected = {};
    c.state.selected.kind = scene::Target::Kind::kNode;
    c.state.selected.node = *hit.node;
    c.state.keyboard_focus = false;
    c.state.pane_open = true;
    if (c.layout.has_logs) c.state.page = Page::kInspector;
  }
  if (!touch.hovered || !hit.node || !hit.index) return;
  const sim::NodeView* node = c.view.node(*hit.node);
  if (node == nullptr || *hit.index > node->last.value) return;
  const scene::CellView cell = scene::cell_view(*node, *hit.index, c.view.node(c.view.leader));
  const std::string where =
      tr("Entry {1} · term {2} on {3}", *hit.index, cell.term.value, scene::node_name(node->id));
  Tip tip{where, "", "§5.3"};
  switch (cell.state) {
    case scene::CellState::kMissing:
      return;
    case scene::CellState::kCompacted:
      tip = {tr("Up to {1} the log of {2} is a snapshot", node->snapshot_index.value,
                scene::node_name(node->id)),
             "", "§7"};
      break;
    case scene::CellState::kUnsynced:
      tip.more = tr("Appended; a crash would lose it until the disk has synced");
      break;
    case scene::CellState::kHeld:
      tip.more = tr("Appended; the trace does not tell whether the disk has it");
      break;
    case scene::CellState::kDurable:
      tip.more = tr("On its disk, not known to be committed");
      break;
    case scene::CellState::kCommitted:
      tip.more = tr("Committed as this node knows it: it never changes");
      break;
    case scene::CellState::kApplied:
      tip.more = tr("Committed and applied to its key-value store");
      break;
    case scene::CellState::kConflict:
      tip.more = tr("The leader holds another entry here: this one will be overwritten");
      break;
  }
  const raft::EntryPtr entry = node->log != nullptr && *hit.index >= node->first.value
                                   ? node->log->entry({*hit.index})
                                   : nullptr;
  if (entry != nullptr) {
    tip.what += ": " + entry_words(*entry);
    tip.more += "; " + holders_words(c.view, *entry);
  }
  s.tip("logs:" + std::to_string(node->id.value) + ":" + std::to_string(*hit.index), touch, tip);
}

}  // namespace ui
