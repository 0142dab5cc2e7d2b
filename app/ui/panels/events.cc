#include <algorithm>
#include <cmath>

#include "app/scene/fact_sign.h"
#include "app/ui/causes.h"
#include "app/ui/panels/panels.h"

namespace ui {

void draw_events(PanelContext& c, const scene::Box& box) {
  c.events.update(c.run.facts, c.state.event_filter,
                  [&](const sim::Fact& fact) { return c.run.words(fact); });
  const scene::Theme& t = *c.gui.theme;
  const float x = pane_margin(c.layout);
  EventFilter& filter = c.state.event_filter;
  constexpr float kHead = 82, kRow = 42;
  {
    Pane s(c.gui, "###events_head", {box.x, box.y, box.w, kHead}, t.panel);
    InputOptions options;
    options.hint = tr("n3, t2, vote, refused…");
    options.mono = false;
    input(s, "events.filter", {x, 8, s.w() - 2 * x - 74, 30}, filter.text, options);
    const std::string count = scene::grouped(c.events.lines().size());
    s.list().text(
        s.w() - x, 28, count,
        {.size = 13, .color = t.ink3, .face = scene::Face::kMono, .anchor = scene::Anchor::kEnd});
    // Whose, and of which kind.
    float at = x;
    for (const sim::NodeView& node : c.view.nodes) {
      const std::string name = scene::node_name(node.id);
      const float w = s.list().width(name, {.size = 13, .weight = 600}) + 12;
      if (at + w > s.w() - x - 110) break;
      const bool on = names_node(filter.text, node.id);
      if (button(s, "events.node:" + name, {at, 46, w, 26},
                 {.label = name,
                  .kind = on ? ButtonKind::kChosen : ButtonKind::kQuiet,
                  .tip = {tr("Only what happened at {1}", name), "", ""}}))
        filter.text = with_node_toggled(filter.text, node.id);
      at += w + 2;
    }
    constexpr const char* kGroups[] = {tr_later("all kinds"), tr_later("decisions"),
                                       tr_later("messages"), tr_later("disk"), tr_later("clients")};
    const auto group = static_cast<std::size_t>(filter.group);
    if (button(s, "events.group", {s.w() - x - 104, 46, 104, 26},
               {.label = tr(kGroups[group]),
                .kind = group == 0 ? ButtonKind::kPlain : ButtonKind::kChosen,
                .tip = {tr("Which kinds are listed; a click takes the next"),
                        tr("Decisions, messages, disk, clients"), ""}}))
      filter.group = static_cast<EventGroup>((group + 1) % std::size(kGroups));
  }
  Pane s(c.gui, "###events_list", {box.x, box.y + kHead, box.w, std::max(1.0f, box.h - kHead)},
         t.panel, true);
  const auto& lines = c.events.lines();
  if (lines.empty()) {
    paragraph(s, x, 26,
              tr(filter == EventFilter{} ? "Nothing has happened yet. Space lets time pass."
                                         : "No event matches. Clear the filter."),
              s.w() - 2 * x, {.size = 14, .color = t.ink2}, 20);
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
      const bool chosen =
          c.state.selected.kind == scene::Target::Kind::kFact && c.state.selected.fact == line.id;
      if (chosen)
        s.list().rect({6, y + 2, s.w() - 16, kRow - 2}, 5,
                      {.fill = t.select, .stroke = t.accent, .width = 1.5f * t.line});
      const sim::Fact* fact = scene::find_fact(c.run.facts, line.id);
      if (fact != nullptr) scene::draw_fact_sign(s.pen(), x + 8, y + 20, *fact, 8);
      constexpr float kSign = 26;
      s.list().text(x + w, y + 18, when, mono);
      s.list().text_within(x + kSign, y + 18, line.what,
                           w - kSign - s.list().width(when, mono) - 12,
                           {.size = 14, .color = t.ink});
      const std::string event = scene::grouped(line.event);
      s.list().text(x + w, y + 35, event, mono);
      if (!line.why.empty())
        s.list().text_within(x + kSign, y + 35, line.why,
                             w - kSign - s.list().width(event, mono) - 12,
                             {.size = 13, .color = t.ink2});
      c.gui.widgets.add("event:" + std::to_string(line.id), s.at(6, y), s.at(s.w() - 16, y + kRow),
                        true);
      const scene::Point mouse = s.mouse();
      if (ImGui::IsWindowHovered() && mouse.y >= y && mouse.y < y + kRow) {
        s.list().rect({6, y + 2, s.w() - 16, kRow - 2}, 5, {.stroke = t.divider, .width = 1});
        c.gui.tip = Tip{line.what,
                        line.why.empty() ? tr("event {1}", scene::grouped(line.event)) : line.why,
                        line.rule};
        c.gui.tip_owner = "events:" + std::to_string(line.id);
        if (ImGui::IsMouseClicked(ImGuiMouseButton_Left) && fact != nullptr)
          c.state.selected = target_of(*fact);
      }
    }
  }
}

}  // namespace ui
