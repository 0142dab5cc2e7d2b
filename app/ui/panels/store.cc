#include <algorithm>

#include "app/ui/panels/panels.h"

namespace ui {

float draw_store(PanelContext& c, Surface& s, float y) {
  const scene::Theme& t = s.t();
  if (c.run.trace != nullptr) {
    return paragraph(
        s, pane_margin(c.layout), y + 24,
        tr("The state machines are not in a trace; what was applied is in the events."),
        s.w() - 2 * pane_margin(c.layout), {.size = 14, .color = t.ink2}, 20);
  }
  const float x = pane_margin(c.layout), w = s.w() - 2 * x;
  const sim::NodeView* node = shown_node(c);
  if (node == nullptr || node->rows == nullptr) return y;
  const bool down = node->state == sim::NodeState::kDown;
  s.list().text(x, y + 14,
                tr(down ? "on {1}, as its disk has it" : "on {1}", scene::node_name(node->id)),
                {.size = 13, .color = t.ink3});
  s.list().text(x + w, y + 14,
                tr(node->rows->size() == 1 ? "{1} key" : "{1} keys", node->rows->size()),
                {.size = 13, .color = t.ink3, .anchor = scene::Anchor::kEnd});
  y += 36;
  if (node->rows->empty()) {
    const float end = s.list().text(x, y, tr("No key yet."), {.size = 14, .color = t.ink2}) + 6;
    const float e =
        s.list().text(end, y, "put x 1", {.size = 14, .color = t.ink, .face = scene::Face::kMono});
    const float f = s.list().text(e + 6, y, tr("writes one"), {.size = 14, .color = t.ink2});
    keycap(s, f + 8, y - 5, "/", t.ink3);
    return y + 20;
  }
  constexpr float kRow = 26;
  const scene::Style mono{.size = 15, .color = t.ink, .face = scene::Face::kMono};
  const float key_w = std::min(150.0f, w * 0.34f);
  // Rows out of sight are skipped: a store may have very many.
  for (const auto& [key, row] : *node->rows) {
    if (s.visible({x, y - kRow, w, 2 * kRow})) {
      s.list().text_within(x, y, key.empty() ? "\"\"" : key, key_w - 10, mono);
      const std::string from = std::to_string(row.index.value);
      scene::Style right = mono;
      right.anchor = scene::Anchor::kEnd;
      s.list().text(x + w, y, from, right);
      const float from_w = s.list().width(from, mono);
      s.list().text(x + w - from_w - 6, y, tr("from"),
                    {.size = 13, .color = t.ink3, .anchor = scene::Anchor::kEnd});
      s.list().text_within(x + key_w, y, row.value, w - key_w - from_w - 50, mono);
    }
    y += kRow;
  }
  return y - kRow + 14;
}

}  // namespace ui
