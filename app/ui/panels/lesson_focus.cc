// What a lesson asks to look at: a light on nodes and links, frames around panels.
#include <algorithm>

#include "app/ui/imgui_back_end.h"
#include "app/ui/lesson_run.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

const lesson::Focus* focus_of(const PanelContext& c) {
  if (c.run.lesson == nullptr || c.run.lesson->away) return nullptr;
  return c.run.lesson->walk().focus();
}

// Where a panel stands in this layout; an empty box: it is not to be seen.
scene::Box place_of(const PanelContext& c, const std::string& panel) {
  const Layout& l = c.layout;
  if (panel == "ring" || panel == "sequence") return l.stage;
  if (panel == "logs") return l.has_logs ? l.logs : scene::Box{};
  if (panel == "console" || panel == "tape") return l.time;
  if (panel == "faults") return l.has_faults ? l.faults : scene::Box{};
  if (panel == "lesson") return l.has_lesson ? l.lesson : scene::Box{};
  return l.has_pane ? l.pane : scene::Box{};
}

}  // namespace

void draw_ring_focus(PanelContext& c, Surface& s, const scene::Box& box, bool small) {
  const lesson::Focus* focus = focus_of(c);
  if (focus == nullptr) return;
  const scene::Theme& t = s.t();
  const scene::RingLayout ring = scene::layout_ring(c.view, box, small);
  const auto place = [&](raft::NodeId node) -> const scene::Point* {
    const auto found = ring.places.find(node);
    return found == ring.places.end() ? nullptr : &found->second;
  };
  for (const lesson::FocusItem& item : focus->items) {
    if (item.kind == lesson::FocusKind::kLink) {
      const scene::Point *from = place(item.node), *to = place(item.to);
      if (from == nullptr || to == nullptr) continue;
      const scene::Lane lane = scene::lane(*from, *to, ring.r + 26, ring.lane_offset);
      s.list().line(lane.from, lane.to,
                    {.stroke = t.accent.faded(0.16f), .width = 2 * ring.message_r});
    } else if (item.kind == lesson::FocusKind::kNode) {
      const scene::Point* at = place(item.node);
      if (at == nullptr) continue;
      // Outside of the role's rings, and not over the card.
      const float width = 5 * t.line, r = ring.r + ring.card_gap - 4 - width / 2;
      s.list().circle(at->x, at->y, r, {.stroke = t.accent.faded(0.4f), .width = width});
    }
  }
}

std::vector<std::uint64_t> focused_entries(const PanelContext& c) {
  std::vector<std::uint64_t> out;
  if (const lesson::Focus* focus = focus_of(c)) {
    for (const lesson::FocusItem& item : focus->items)
      if (item.kind == lesson::FocusKind::kLog) out.push_back(item.index);
  }
  return out;
}

void draw_panel_focus(PanelContext& c) {
  const lesson::Focus* focus = focus_of(c);
  if (focus == nullptr) return;
  scene::DisplayList list(*c.gui.fonts);
  for (const lesson::FocusItem& item : focus->items) {
    if (item.kind != lesson::FocusKind::kPanel) continue;
    const scene::Box box = place_of(c, item.panel);
    if (box.w <= 0) continue;
    list.rect({box.x + 1.5f, box.y + 1.5f, box.w - 3, box.h - 3}, 4,
              {.stroke = c.gui.theme->accent, .width = 2 * c.gui.theme->line});
  }
  draw(list, *ImGui::GetForegroundDrawList(), {0, 0}, *c.gui.fonts);
}

}  // namespace ui
