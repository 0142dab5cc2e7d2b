// Two branches side by side: a stage and logs for each, and between them, in words, where they part
// and what differs now. Nothing can be done to either meanwhile.
#include <algorithm>
#include <cmath>

#include "app/ui/panels/panels.h"

namespace ui {
namespace {

struct Side {
  const char* letter;
  std::string name;
  const sim::ClusterView& view;
  const std::deque<sim::Fact>& facts;
  bool ended = false;
};

std::vector<raft::NodeId> differing_nodes(const sim::ClusterView& view, const Differences& all) {
  std::vector<raft::NodeId> out;
  for (const sim::NodeView& node : view.nodes) {
    if (all.at(node.id)) out.push_back(node.id);
  }
  return out;
}

void draw_letter(Surface& s, float x, float y, const std::string& letter) {
  const scene::Theme& t = s.t();
  s.list().rect({x, y, 24, 24}, 5, {.stroke = t.ink, .width = 1.5f * t.line});
  s.list().text(x + 12, y + 17, letter,
                {.size = 14, .color = t.ink, .weight = 600, .anchor = scene::Anchor::kMiddle});
}

void draw_side(PanelContext& c, Surface& s, const scene::Box& box, const Side& side,
               const Differences& all) {
  const scene::Theme& t = s.t();
  constexpr float kTitle = 46;
  s.list().rect({box.x, box.y, box.w, kTitle}, 0, {.fill = t.panel});
  draw_letter(s, box.x + 16, box.y + 11, side.letter);
  const std::string facts = tr("term {1}   leader {2}   commit {3}", side.view.term.value,
                               scene::node_name(side.view.leader), side.view.commit.value);
  const scene::Style small{.size = 13, .color = t.ink2, .anchor = scene::Anchor::kEnd};
  const float w = s.list().width(facts, small);
  const bool fits = box.w - w > 170;
  if (fits) s.list().text(box.right() - 16, box.y + 28, facts, small);
  s.list().text_within(
      box.x + 52, box.y + 28.5f,
      side.ended
          ? tr("{1}, ended at {2}", side.name, sim::short_text({side.view.position.at.millis}))
          : side.name,
      box.w - 68 - (fits ? w + 12 : 0.0f), {.size = 15, .color = t.ink, .weight = 600});

  scene::RingInput input;
  input.stage = {box.x, box.y + kTitle, box.w, std::max(1.0f, box.h - kTitle)};
  input.small = true;
  input.selected =
      c.state.selected.kind == scene::Target::Kind::kNode ? c.state.selected : scene::Target{};
  input.show_heartbeat_replies = c.state.heartbeat_replies;
  input.lost = lost_messages(side.facts, side.view.position.at);
  input.told = narration(side.facts, [](const sim::Fact& fact) {
    sim::Narration words = plain_words(fact);
    words.what = tr_sentence(words.what);
    words.reason = tr_sentence(words.reason);
    return words;
  });
  input.differing = differing_nodes(side.view, all);
  if (c.compare->first()) input.differs_first = c.compare->first()->node;
  std::vector<scene::HitRegion> hits;
  scene::build_ring(side.view, input, t, s.list(), hits);
  const std::string name = std::string("compare.stage.") + side.letter;
  const Touch touch = s.touch(name, input.stage, true, false);
  const scene::Target over = touch.hovered ? scene::hit(hits, s.mouse()) : scene::Target{};
  if (touch.clicked)
    c.state.selected = over.kind == scene::Target::Kind::kNode ? over : scene::Target{};
}

void draw_side_logs(PanelContext& c, Surface& s, const scene::Box& box, const Side& side,
                    const Differences& all) {
  scene::LogsInput input;
  input.panel = box;
  input.small = true;
  input.title = side.letter;
  input.selected =
      c.state.selected.kind == scene::Target::Kind::kNode ? c.state.selected.node : raft::NodeId{};
  for (const Differing& one : all.fields) {
    if (one.durable || one.commit || one.applied)
      input.changed.push_back({one.node, one.durable, one.commit, one.applied});
  }
  for (const LogDifference& entry : all.entries) input.boxed.emplace_back(entry.node, entry.index);
  // Both show the same indexes.
  const std::uint64_t last =
      std::max(scene::last_index(c.view), scene::last_index(c.compare->b().view()));
  const scene::LogsLayout g = scene::layout_logs(side.view, box, true);
  input.first = last + 1 > g.columns ? last + 2 - g.columns : 1;
  scene::build_logs(side.view, input, s.t(), s.list());
}

// What A and B are there, under each other.
float draw_pair(Surface& s, float x, float y, float w, const std::string& a, const std::string& b) {
  const scene::Theme& t = s.t();
  for (const auto& [letter, words] : {std::pair{"A", a}, std::pair{"B", b}}) {
    s.list().text(x, y, letter, {.size = 13, .color = t.ink3, .weight = 600});
    y = paragraph(s, x + 22, y, words, w - 22, {.size = 14, .color = t.ink}, 19);
  }
  return y;
}

// Returns where the row of buttons ends but for its height.
float draw_buttons(PanelContext& c, Surface& s, float x, float y, float w) {
  float at = x;
  const struct {
    const char* name;
    std::string label, key;
  } buttons[] = {{"compare.first", tr("First difference"), "N"},
                 {"compare.open", tr("Open B"), ""},
                 {"compare.close", tr("Close"), "Esc"}};
  for (const auto& b : buttons) {
    const float wide = button_width(s, b.label, b.key);
    if (at + wide > x + w) {
      at = x;
      y += 38;
    }
    ButtonOptions options{.label = b.label, .key = b.key};
    const std::string name = b.name;
    options.enabled = name != "compare.first" || c.compare->first().has_value();
    if (name == "compare.first") options.kind = ButtonKind::kPrimary;
    if (button(s, name, {at, y, wide, 30}, options)) {
      if (name == "compare.open") c.out.open_branch = c.compare->other();
      if (name == "compare.close") c.out.close_comparison = true;
      if (name == "compare.first") c.out.actions.push_back(Action::kFirstDifference);
    }
    at += wide + 8;
  }
  return y;
}

void draw_words(PanelContext& c, Surface& s, const Differences& all) {
  const scene::Theme& t = s.t();
  Comparison& compare = *c.compare;
  const float x = c.layout.tabbed ? 14.0f : 22.0f, w = s.w() - 2 * x;
  const bool dense = c.layout.tabbed;
  float y = 38;
  // A low pane: what can be done stands above what is told.
  if (dense) y = draw_buttons(c, s, x, 8, w) + 56;
  scene::draw_not_equal(s.pen(), x + 11, y - 6, 11, true);
  s.list().text(x + 32, y, tr("Two runs"),
                {.size = dense ? 16.0f : 20.0f, .color = t.ink, .weight = 600});
  s.list().text(x + w, y, tr("read only"),
                {.size = 13, .color = t.ink3, .anchor = scene::Anchor::kEnd});
  y += dense ? 20 : 30;
  y = paragraph(s, x, y,
                tr("The same for {1} events, up to tick {2}", scene::grouped(compare.fork().events),
                   sim::screen_text(compare.fork().at)),
                w, {.size = 13, .color = t.ink2}, 18) +
      (dense ? 2.0f : 8.0f);

  const auto& first = compare.first();
  if (first) {
    const float top = y - 8;
    scene::DisplayList words(*c.gui.fonts);
    std::swap(words, s.list());  // its box is known when they are
    y += 14;
    s.list().text(x + 12, y, tr("First difference"), {.size = 14, .color = t.ink, .weight = 600});
    s.list().text(x + w - 12, y, tr("event {1}", scene::grouped(first->at.events)),
                  {.size = 13, .color = t.ink3, .anchor = scene::Anchor::kEnd});
    y = draw_pair(s, x + 12, y + 22, w - 24, tr_sentence(first->a), tr_sentence(first->b));
    if (!first->field.empty()) {
      const std::string field = tr_sentence(first->field) + ": ";
      y = draw_pair(s, x + 12, y + 4, w - 24, field + tr_sentence(first->in_a),
                    field + tr_sentence(first->in_b));
    }
    std::swap(words, s.list());
    s.list().rect({x, top, w, y - top - 4}, 7,
                  {.fill = t.sunken, .stroke = t.accent, .width = 2 * t.line});
    s.flush();
    std::swap(words, s.list());
    s.flush();
    y += 20;
  } else {
    y = paragraph(s, x, y + 8,
                  tr(compare.looked() ? "As far as both are recorded nothing differs"
                                      : "Looking for the first difference…"),
                  w, {.size = 14, .color = t.ink}, 19) +
        14;
  }

  s.list().text(x, y, tr("Different now"), {.size = 14, .color = t.ink, .weight = 600});
  const float column = std::min(92.0f, w * 0.25f);
  const float ax = x + w - 2 * column, bx = x + w - column;
  s.list().text(ax, y, "A", {.size = 13, .color = t.ink3, .weight = 600});
  s.list().text(bx, y, "B", {.size = 13, .color = t.ink3, .weight = 600});
  y += 22;
  for (const Differing& one : all.fields) {
    if (!s.visible({0, y - 20, s.w(), 26})) {
      y += 22;
      continue;
    }
    s.list().text_within(x, y, tr_sentence(one.what), ax - x - 8, {.size = 13, .color = t.ink2});
    s.list().text_within(ax, y, tr_sentence(one.a), column - 6,
                         {.size = 13, .color = t.ink, .face = scene::Face::kMono});
    s.list().text_within(bx, y, tr_sentence(one.b), column - 6,
                         {.size = 13, .color = t.ink, .face = scene::Face::kMono});
    y += 22;
  }
  if (all.fields.empty()) {
    // Stores, disks and what chance has in store may differ all the same.
    const bool parted = first && c.view.position.events >= first->at.events;
    s.list().text(x, y, tr(parted ? "Nothing of what is listed here" : "Nothing"),
                  {.size = 14, .color = t.ink2});
    y += 22;
  }
  scene::draw_icon(s.pen(), scene::Icon::kCheck, x + 7, y - 4, t.ink2, 0.8f);
  s.list().text_within(x + 22, y, tr("{1} fields are equal", all.equal), w - 22,
                       {.size = 13, .color = t.ink3});
  y += 26;

  s.list().text(x, y, tr("Where each ends"), {.size = 14, .color = t.ink, .weight = 600});
  y += 22;
  const sim::Position end_a =
      c.tape.input.tip.millis > 0 ? sim::Position{c.tape.input.tip, 0} : c.view.position;
  s.list().text(x, y, tr("tick"), {.size = 13, .color = t.ink2});
  const scene::Style mono{.size = 13, .color = t.ink, .face = scene::Face::kMono};
  s.list().text(ax, y, sim::short_text({end_a.at.millis}), mono);
  s.list().text(bx, y, sim::short_text({compare.b().tip().at.millis}), mono);
  y += 20;

  if (!dense) y = draw_buttons(c, s, x, y, w);
  s.content(y + 44);
}

}  // namespace

void draw_comparison(PanelContext& c) {
  const scene::Theme& t = *c.gui.theme;
  Comparison& compare = *c.compare;
  const sim::ClusterView& b = compare.b().view();
  const Differences all = differences(c.view, b);
  const Side sides[] = {{"A", compare.name_a(), c.view, c.run.facts, false},
                        {"B", compare.name_b(), b, compare.b().facts(), compare.ended()}};
  {
    Pane s(c.gui, "###stage", c.layout.stage, t.canvas);
    const float half = std::round(s.w() / 2);
    draw_side(c, s, {0, 0, half, s.h()}, sides[0], all);
    draw_side(c, s, {half, 0, s.w() - half, s.h()}, sides[1], all);
    s.list().line({half, 0}, {half, s.h()}, {.stroke = t.divider, .width = 1});
    s.flush();
  }
  const bool beside = !c.layout.has_pane;  // the words stand beside the logs
  const scene::Box& lower = c.layout.has_logs ? c.layout.logs : c.layout.pane;
  const float words = beside ? std::min(360.0f, lower.w * 0.42f) : 0;
  {
    Pane s(c.gui, "###compare_logs", {lower.x, lower.y, lower.w - words, lower.h}, t.panel);
    const float half = std::round(s.w() / 2);
    draw_side_logs(c, s, {0, 0, half, s.h()}, sides[0], all);
    draw_side_logs(c, s, {half, 0, s.w() - half, s.h()}, sides[1], all);
    s.list().line({half, 0}, {half, s.h()}, {.stroke = t.divider, .width = 1});
    s.list().line({0, 0.5f}, {s.w(), 0.5f}, {.stroke = t.divider, .width = 1});
    s.flush();
  }
  const scene::Box pane =
      beside ? scene::Box{lower.right() - words, lower.y, words, lower.h} : c.layout.pane;
  Pane s(c.gui, "###compare_words", pane, t.panel, true);
  draw_words(c, s, all);
  s.flush();
  s.list().line({0.5f, 0}, {0.5f, std::max(s.h(), 2000.0f)}, {.stroke = t.divider, .width = 1});
}

}  // namespace ui
