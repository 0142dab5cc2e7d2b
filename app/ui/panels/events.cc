#include <algorithm>
#include <cmath>

#include "app/ui/panels/panels.h"

namespace ui {

void draw_events(PanelContext& c, const scene::Box& box) {
  c.events.update(c.run.facts, c.state.event_filter);
  const scene::Theme& t = *c.gui.theme;
  const float x = pane_margin(c.layout);
  constexpr float kHead = 46, kRow = 42;
  {
    Pane s(c.gui, "###events_head", {box.x, box.y, box.w, kHead}, t.panel);
    InputOptions options;
    options.hint = "filter: n3, vote, refused…";
    options.mono = false;
    input(s, "events.filter", {x, 8, s.w() - 2 * x - 74, 30}, c.state.event_filter, options);
    const std::string count = scene::grouped(c.events.lines().size());
    s.list().text(
        s.w() - x, 28, count,
        {.size = 13, .color = t.ink3, .face = scene::Face::kMono, .anchor = scene::Anchor::kEnd});
  }
  Pane s(c.gui, "###events_list", {box.x, box.y + kHead, box.w, std::max(1.0f, box.h - kHead)},
         t.panel, true);
  const auto& lines = c.events.lines();
  if (lines.empty()) {
    s.list().text(x, 26,
                  c.state.event_filter.empty() ? "Nothing has happened yet. Space lets time pass."
                                               : "No event matches. Clear the filter.",
                  {.size = 14, .color = t.ink2});
    return;
  }
  const float w = s.w() - 2 * x;
  // Newest first; the height is given, since from 2^24 pixels on the clipper would guess it
  // wrongly.
  ImGuiListClipper clipper;
  const float row_px = std::round(kRow * c.gui.k);
  ImGui::SetCursorPos({0, 0});
  clipper.Begin(static_cast<int>(lines.size()), row_px);
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const EventLine& line = lines[lines.size() - 1 - static_cast<std::size_t>(i)];
      const float y = static_cast<float>(i) * row_px / c.gui.k;
      ImGui::SetCursorPosY(static_cast<float>(i) * row_px);
      ImGui::Dummy({1, row_px});
      const std::string when = sim::screen_text(line.at);
      const scene::Style mono{
          .size = 13, .color = t.ink3, .face = scene::Face::kMono, .anchor = scene::Anchor::kEnd};
      s.list().text(x + w, y + 18, when, mono);
      s.list().text_within(x, y + 18, line.what, w - s.list().width(when, mono) - 12,
                           {.size = 14, .color = t.ink});
      if (!line.why.empty())
        s.list().text_within(x, y + 35, line.why, w, {.size = 13, .color = t.ink2});
      const scene::Point mouse = s.mouse();
      if (ImGui::IsWindowHovered() && mouse.y >= y && mouse.y < y + kRow) {
        s.list().rect({6, y + 2, s.w() - 16, kRow - 2}, 5, {.stroke = t.divider, .width = 1});
        c.gui.tip =
            Tip{line.what, line.why.empty() ? "event " + scene::grouped(line.event) : line.why,
                line.rule};
        c.gui.tip_owner = "events:" + std::to_string(line.id);
        if (ImGui::IsMouseClicked(ImGuiMouseButton_Left) && line.node.value != 0) {
          c.state.selected = {};
          c.state.selected.kind = scene::Target::Kind::kNode;
          c.state.selected.node = line.node;
        }
      }
    }
  }
}

}  // namespace ui
