// The properties that are checked along the run: which hold, which broke, and how it came to that.
#include <algorithm>
#include <set>

#include "app/scene/fact_sign.h"
#include "app/ui/causes.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

using check::Property;
using scene::Anchor;
using scene::Face;
using scene::Style;

// Properties that broke, in the order of events; one row each.
float draw_broken(PanelContext& c, Surface& s, float x, float y, float w) {
  const scene::Theme& t = s.t();
  const ChecksView& checks = c.run.checks;
  std::vector<const CheckRow*> rows;
  for (const CheckRow& row : checks.rows) {
    if (row.state == CheckState::kViolated) rows.push_back(&row);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const CheckRow* a, const CheckRow* b) { return a->first < b->first; });
  const Style mono{.size = 13, .color = t.ink3, .face = Face::kMono, .anchor = Anchor::kEnd};
  for (const CheckRow* row : rows) {
    const check::Violation& violation = (*checks.violations)[row->first];
    const bool chosen = c.state.check_chosen == row->property;
    const std::string name = "check:" + std::string(check::property_name(row->property));
    const scene::Box box{x - 8, y - 17, w + 16, 26};
    const Touch touch = s.touch(name, box);
    s.tip(name, touch,
          {tr_sentence(violation.text), tr("Click to see the two facts that contradict"), ""});
    if (chosen || touch.hovered)
      s.list().rect(
          box, 5,
          {.fill = t.select, .stroke = chosen ? t.accent : scene::Color{}, .width = 2 * t.line});
    scene::draw_warning(s.pen(), x + 8, y - 4, 0.85f, t.danger, !row->expected);
    const std::string when = sim::screen_text(violation.at);
    s.list().text(x + w, y, when, mono);
    std::string event = tr("event {1}", scene::grouped(violation.event));
    if (row->times > 1) event += ", +" + std::to_string(row->times - 1);
    if (row->expected) event = tr("expected");
    const float end = x + w - std::max(70.0f, s.list().width(when, mono) + 14);
    const Style side{.size = 13, .color = t.ink3, .anchor = Anchor::kEnd};
    s.list().text(end, y, event, side);
    s.list().text_within(
        x + 26, y, check::property_name(row->property), end - s.list().width(event, side) - x - 36,
        {.size = 14, .color = t.ink, .face = Face::kMono, .weight = chosen ? 700 : 400});
    if (touch.clicked) c.state.check_chosen = row->property;
    y += 30;
  }
  return y;
}

// A property that holds, or that cannot be told.
float draw_row(PanelContext& c, Surface& s, const CheckRow& row, float x, float y, float w) {
  const scene::Theme& t = s.t();
  const PropertyWords words = words_of(row.property);
  const bool held = row.state == CheckState::kHeld;
  const Style rule{.size = 13, .color = t.ink3, .anchor = Anchor::kEnd};
  const std::string name = "check:" + std::string(check::property_name(row.property));
  const Style sentence{.size = 13, .color = held ? t.ink2 : t.ink3};
  const auto lines = wrapped(s.list().measure(), tr(words.sentence), w - 26, sentence);
  const bool asks = row.property == Property::kLinearizability && !held && c.run.trace == nullptr;
  const float h = 26 + 18 * static_cast<float>(lines.size() + (row.why.empty() ? 0 : 1));
  // Before the row, which it lies on.
  if (asks) {
    const float bw = button_width(s, tr("Check now"), "");
    if (button(s, "checks.history", {x + w - bw, y - 17, bw, 26},
               {.label = tr("Check now"),
                .tip = {tr("Search for an order that explains what the clients saw"),
                        tr("The history of every request up to now"), "§8"}}))
      c.out.check_history = true;
  } else {
    s.list().text(x + w, y, words.rule, rule);
  }
  const Touch touch = s.touch(name, {x - 8, y - 17, w + 16, h});
  s.tip(name, touch,
        {tr(words.sentence), held ? tr("Holds up to now") : tr_sentence(row.why),
         std::string(words.rule)});
  if (held) {
    scene::draw_icon(s.pen(), scene::Icon::kCheck, x + 8, y - 5, t.ink);
  } else {
    s.list().circle(x + 8, y - 5, 4.5f, s.pen().dotted(t.ink3, 1.6f, 3.5f));
  }
  s.list().text(x + 26, y, tr(words.title),
                {.size = 14, .color = held ? t.ink : t.ink2, .weight = 600});
  float line = y + 18;
  for (const std::string& text : lines) {
    s.list().text(x + 26, line, text, sentence);
    line += 18;
  }
  if (!row.why.empty()) {
    const std::string why = tr(row.state == CheckState::kNotChecked ? "not checked: {1}"
                               : row.state == CheckState::kUnknown  ? "unknown: {1}"
                                                                    : "on request: {1}",
                               tr_sentence(row.why));
    s.list().text_within(x + 26, line, why, w - 26, {.size = 13, .color = t.ink3});
  }
  return y + h;
}

// Who voted for whom in a term with two leaders: where the two majorities meet.
float draw_votes(PanelContext& c, Surface& s, raft::Term term, float x, float y, float w,
                 const check::FactNote& one, const check::FactNote& two) {
  const scene::Theme& t = s.t();
  std::map<raft::NodeId, std::set<raft::NodeId>> votes;  // candidate to voters
  for (const sim::Fact& fact : c.run.facts) {
    if (fact.term != term || fact.kind != sim::FactKind::kVote || fact.core.pre_vote) continue;
    if (fact.core.kind == raft::EventKind::kVoteGranted) votes[fact.core.peer].insert(fact.node);
  }
  const float dx = 26, x0 = x + w - dx * static_cast<float>(c.view.nodes.size());
  if (votes[one.node].empty() || votes[two.node].empty() || x0 < x + 120) return y;
  votes[one.node].insert(one.node);
  votes[two.node].insert(two.node);
  s.list().text(x, y + 12, tr("granted by"), {.size = 13, .color = t.ink3});
  for (std::size_t i = 0; i < c.view.nodes.size(); ++i) {
    const raft::NodeId voter = c.view.nodes[i].id;
    const float cx = x0 + dx * (static_cast<float>(i) + 0.5f);
    const bool both = votes[one.node].count(voter) > 0 && votes[two.node].count(voter) > 0;
    if (both)
      s.list().rect({cx - 12, y - 4, 24, 84}, 5,
                    {.fill = t.danger.faded(0.12f), .stroke = t.danger, .width = 1.6f * t.line});
    s.list().text(cx, y + 12, scene::node_name(voter),
                  {.size = 13, .color = both ? t.danger : t.ink3, .anchor = Anchor::kMiddle});
    float row = y + 36;
    for (const raft::NodeId leader : {one.node, two.node}) {
      if (votes[leader].count(voter) > 0) {
        s.list().circle(cx, row - 4, 7, {.fill = t.ink});
        s.list().line({cx - 3.5f, row - 4}, {cx + 3.5f, row - 4}, {.stroke = t.panel, .width = 2});
        s.list().line({cx, row - 7.5f}, {cx, row - 0.5f}, {.stroke = t.panel, .width = 2});
      } else {
        s.list().circle(cx, row - 4, 1.5f, {.fill = t.control});
      }
      row += 28;
    }
  }
  float row = y + 36;
  for (const raft::NodeId leader : {one.node, two.node}) {
    scene::draw_term_badge(s.pen(), x + 9, row - 4, 9, term);
    s.list().text(x + 28, row, tr("{1} as leader", scene::node_name(leader)),
                  {.size = 14, .color = t.ink, .weight = 600});
    row += 28;
  }
  return y + 96;
}

void draw_note(PanelContext& c, Surface& s, const std::string& name, const check::FactNote& note,
               float x, float y, float w) {
  const scene::Theme& t = s.t();
  if (note.text.empty()) return;
  const scene::Box row{x - 8, y - 17, w + 16, 28};
  const Touch touch = s.touch(name, row);
  s.tip(name, touch, {tr_sentence(note.text), tr("Click to choose it"), ""});
  const sim::Fact* fact = scene::find_fact(c.run.facts, note.id);
  const bool chosen = note.id != 0 && c.state.selected.kind == scene::Target::Kind::kFact &&
                      c.state.selected.fact == note.id;
  if (chosen || touch.hovered)
    s.list().rect(
        row, 5,
        {.fill = t.select, .stroke = chosen ? t.accent : scene::Color{}, .width = 2 * t.line});
  if (fact != nullptr) {
    scene::draw_fact_sign(s.pen(), x + 9, y - 4, *fact, 9);
  } else {
    s.list().circle(x + 9, y - 4, 5, s.pen().stroked(t.ink3, 1.6f));
  }
  const Style mono{.size = 13, .color = t.ink3, .face = Face::kMono, .anchor = Anchor::kEnd};
  const std::string when = sim::screen_text(note.at);
  s.list().text(x + w, y, when, mono);
  s.list().text_within(x + 30, y, tr_sentence(note.text), w - 44 - s.list().width(when, mono),
                       {.size = 14, .color = t.ink, .weight = 600});
  if (!touch.clicked) return;
  if (fact != nullptr) {
    c.state.selected = target_of(*fact);
  } else if (note.node.value != 0) {
    c.state.selected = {};
    c.state.selected.kind = scene::Target::Kind::kNode;
    c.state.selected.node = note.node;
  }
}

// The chosen violation: the two facts, the sentence, the chain.
float draw_violation(PanelContext& c, Surface& s, const check::Violation& violation, float x,
                     float y, float w) {
  const scene::Theme& t = s.t();
  const PropertyWords words = words_of(violation.property);
  s.list().text(x, y + 16, tr(words.title), {.size = 20, .color = t.ink, .weight = 600});
  s.list().text(x + w, y + 15, words.rule, {.size = 13, .color = t.ink3, .anchor = Anchor::kEnd});
  y = paragraph(s, x, y + 40, tr(words.sentence), w, {.size = 14, .color = t.ink2}, 19) + 2;
  const bool two = !violation.earlier.text.empty() && !violation.later.text.empty();
  if (c.run.trace != nullptr && violation.later.id != 0) {
    const float bw = button_width(s, tr("Go there"), "");
    if (button(
            s, "check.go", {x + w - bw, y - 18, bw, 26},
            {.label = tr("Go there"), .tip = {tr("Right behind the line that shows it"), "", ""}}))
      c.out.trace_line = static_cast<std::size_t>(violation.later.id);
  }
  s.list().text(x, y, tr(two ? "These two contradict:" : "This shows it:"),
                {.size = 13, .color = t.ink3});
  y += 26;
  draw_note(c, s, "check.earlier", violation.earlier, x, y, w);
  if (!violation.earlier.text.empty()) y += 30;
  draw_note(c, s, "check.later", violation.later, x, y, w);
  y += 22;
  if (violation.property == Property::kElectionSafety) {
    if (const sim::Fact* fact = scene::find_fact(c.run.facts, violation.later.id))
      y = draw_votes(c, s, fact->term, x, y, w, violation.earlier, violation.later);
  }
  y = paragraph(s, x, y + 6, tr_sentence(violation.text), w, {.size = 14, .color = t.danger}, 19) +
      4;
  if (violation.expected)
    y = paragraph(s, x, y + 2, tr("Somebody said that this would break."), w,
                  {.size = 13, .color = t.ink3}, 18);
  draw_rule(s, x, y, w);
  y += 26;
  draw_section(s, x, y, w, tr("How it came to this"), tr("newest first"));
  // What led to the one and to the other, as one story.
  std::vector<const sim::Fact*> chain = causes_of(c.run.facts, violation.later.id, 12);
  for (const sim::Fact* fact : causes_of(c.run.facts, violation.earlier.id, 6)) {
    if (std::find(chain.begin(), chain.end(), fact) == chain.end()) chain.push_back(fact);
  }
  std::sort(chain.begin(), chain.end(),
            [](const sim::Fact* a, const sim::Fact* b) { return a->id > b->id; });
  if (chain.empty()) {
    const bool ahead = c.run.trace != nullptr && violation.later.id > c.run.trace->position();
    return paragraph(
        s, x, y + 24,
        tr(ahead ? "It lies ahead in the trace." : "The facts that led there are no longer kept."),
        w, {.size = 13, .color = t.ink2}, 18);
  }
  return draw_chain(c, s, "chain", x, y + 30, w, chain, {violation.earlier.id, violation.later.id});
}

}  // namespace

float draw_checks(PanelContext& c, Surface& s, float y) {
  const scene::Theme& t = s.t();
  const float x = pane_margin(c.layout), w = s.w() - 2 * x;
  const ChecksView& checks = c.run.checks;
  y += 14;
  if (checks.broken > 0) {
    y = draw_broken(c, s, x, y + 4, w);
    const std::string name = "checks.more";
    const Touch touch = s.touch(name, {x - 8, y - 14, w + 16, 26});
    if (touch.hovered) s.list().rect({x - 8, y - 14, w + 16, 26}, 5, {.fill = t.select});
    scene::draw_icon(s.pen(), scene::Icon::kCheck, x + 8, y - 2, t.ink2);
    s.list().text(x + 26, y + 3, tr("{1} more hold", checks.held), {.size = 14, .color = t.ink2});
    s.list().text(x + w, y + 3, tr(c.state.checks_all ? "hide them" : "show all"),
                  {.size = 13, .color = t.ink3, .anchor = Anchor::kEnd});
    if (touch.clicked) c.state.checks_all = !c.state.checks_all;
    y += 32;
  } else {
    s.list().text(x, y + 2,
                  tr(c.run.trace != nullptr ? "{1} properties hold in the whole trace."
                                            : "{1} properties hold since event 1.",
                     checks.held),
                  {.size = 13, .color = t.ink3});
    y += 30;
  }
  if (checks.broken == 0 || c.state.checks_all) {
    for (const CheckState state : {CheckState::kHeld, CheckState::kOnRequest, CheckState::kUnknown,
                                   CheckState::kNotChecked}) {
      for (const CheckRow& row : checks.rows) {
        if (row.state == state) y = draw_row(c, s, row, x, y, w);
      }
    }
  }
  const CheckRow* chosen = checks.row(c.state.check_chosen);
  if (checks.broken == 0 || chosen == nullptr || chosen->state != CheckState::kViolated) return y;
  draw_rule(s, x, y - 8, w);
  return draw_violation(c, s, (*checks.violations)[chosen->first], x, y + 6, w);
}

}  // namespace ui
