// A fact: what happened, why, and what came of it; and the list of causes that checks share.
#include <algorithm>

#include "app/scene/fact_sign.h"
#include "app/ui/causes.h"
#include "app/ui/panels/panels.h"

namespace ui {

using scene::Anchor;
using scene::Face;
using scene::Style;

float draw_chain(PanelContext& c, Surface& s, const std::string& name, float x, float y, float w,
                 const std::vector<const sim::Fact*>& chain,
                 const std::vector<std::uint64_t>& marked) {
  const scene::Theme& t = s.t();
  const float step = c.layout.tabbed ? 46 : 49;
  for (std::size_t i = 0; i < chain.size(); ++i, y += step) {
    const sim::Fact& fact = *chain[i];
    if (!s.visible({x, y - 16, w, step})) continue;
    const sim::Narration words = c.run.words(fact);
    const bool mark = std::find(marked.begin(), marked.end(), fact.id) != marked.end();
    const scene::Box row{x - 8, y - 16, w + 16, step - 4};
    const std::string id = name + ":" + std::to_string(fact.id);
    const Touch touch = s.touch(id, row);
    s.tip(id, touch,
          {words.what, words.reason.empty() ? tr("Click to choose it") : words.reason, words.rule});
    const bool chosen = c.state.selected == target_of(fact);
    if (chosen || touch.hovered) {
      s.list().rect(
          row, 6,
          {.fill = t.select, .stroke = chosen ? t.accent : scene::Color{}, .width = 2 * t.line});
    }
    if (i + 1 < chain.size())
      s.list().line({x + 9, y + 12}, {x + 9, y + step - 18}, {.stroke = t.mesh, .width = 1.5f});
    scene::draw_fact_sign(s.pen(), x + 9, y - 2, fact, 9);
    const Style mono{.size = 13, .color = t.ink3, .face = Face::kMono, .anchor = Anchor::kEnd};
    const std::string when = sim::screen_text(fact.at);
    const std::string which = fact.message != 0 && fact.kind != sim::FactKind::kRequest
                                  ? "m" + std::to_string(fact.message)
                                  : scene::grouped(fact.event);
    s.list().text(x + w, y, when, mono);
    s.list().text(x + w, y + 18, which, mono);
    s.list().text_within(x + 30, y, words.what, w - 44 - s.list().width(when, mono),
                         {.size = 14, .color = mark ? t.danger : t.ink, .weight = 600});
    const std::string why = words.reason.empty() ? std::string(words.rule) : words.reason;
    s.list().text_within(x + 30, y + 19, why, w - 44 - s.list().width(which, mono),
                         {.size = 13, .color = t.ink2});
    if (touch.clicked) c.state.selected = target_of(fact);
  }
  return y;
}

float draw_fact_inspector(PanelContext& c, Surface& s, float y) {
  const scene::Theme& t = s.t();
  const bool tight = c.layout.tabbed;
  const float x = pane_margin(c.layout), w = s.w() - 2 * x;
  const sim::Fact* fact = scene::find_fact(c.run.facts, c.state.selected.fact);
  if (fact == nullptr) {
    return paragraph(s, x, y + 38,
                     tr("This lies further back than the facts that are kept around the present."),
                     w, {.size = 14, .color = t.ink2}, 21);
  }
  y += tight ? 32 : 38;
  const sim::Narration words = c.run.words(*fact);
  scene::draw_fact_sign(s.pen(), x + 13, y - 6, *fact, 12);
  const Style title{.size = 18, .color = t.ink, .weight = 600};
  y = paragraph(s, x + 40, y, words.what, w - 40, title, 24) - 24;
  if (!words.reason.empty())
    y = paragraph(s, x + 40, y + 22, words.reason, w - 40, {.size = 14, .color = t.ink2}, 19) - 19;
  if (!words.rule.empty())
    s.list().text(x + w, y + (tight ? 16.0f : 20.0f), words.rule,
                  {.size = 13, .color = t.ink3, .anchor = Anchor::kEnd});
  y += tight ? 30 : 36;
  std::vector<Figure> figures = {{tr("event"), scene::grouped(fact->event)},
                                 {tr("tick"), sim::screen_text(fact->at)}};
  if (fact->node.value != 0) {
    figures.push_back({tr("node"), scene::node_name(fact->node)});
    figures.push_back({tr("its term"), std::to_string(fact->term.value)});
  } else if (fact->message != 0) {
    figures.push_back({tr("message"), "m" + std::to_string(fact->message)});
  }
  draw_figures(s, x, y, figures, 4, w / 4, tight ? 46 : 56, tight ? 15 : 18);
  y += tight ? 50 : 58;
  draw_rule(s, x, y - 12, w);
  const auto chain = causes_of(c.run.facts, fact->id, 12);
  y += 12;
  if (chain.size() > 1) {
    draw_section(s, x, y, w, tr("Because"), tr("newest first"));
    y = draw_chain(c, s, "cause", x, y + 30, w, {chain.begin() + 1, chain.end()}, {});
  } else {
    draw_section(s, x, y, w, tr("Because"));
    s.list().text_within(x, y + 24,
                         tr(fact->cause == 0 ? "Nothing led to it: time passed, or somebody acted."
                                             : "Its cause lies further back than what is kept."),
                         w, {.size = 13, .color = t.ink2});
    y += 48;
  }
  const auto effects = effects_of(c.run.facts, fact->id, 8);
  if (!effects.empty()) {
    y += 8;
    draw_section(s, x, y, w, tr("What came of it"), tr("oldest first"));
    y = draw_chain(c, s, "effect", x, y + 30, w, effects, {});
  }
  return y;
}

}  // namespace ui
