#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "app/scene/fact_sign.h"
#include "app/ui/imgui_back_end.h"
#include "app/ui/lesson_run.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

std::string link_words(const sim::ClusterView& view, raft::NodeId from, raft::NodeId to) {
  for (const sim::LinkView& link : view.links) {
    if (link.from.node != from || link.to.node != to || link.from.client != 0 ||
        link.to.client != 0)
      continue;
    if (link.cut) return tr("Cut: what is sent here is lost at once");
    const std::string low = sim::short_text(link.quality.delay.low),
                      high = sim::short_text(link.quality.delay.high);
    const sim::Ratio& loss = link.quality.loss;
    const std::string words = loss.numerator > 0 ? tr("Delay {1} to {2} ticks, loses {3} in {4}",
                                                      low, high, loss.numerator, loss.denominator)
                                                 : tr("Delay {1} to {2} ticks", low, high);
    return link.held ? tr("Held: messages wait. {1}", words) : words;
  }
  return "";
}

Tip tip_of(const sim::ClusterView& view, const scene::Target& target) {
  switch (target.kind) {
    case scene::Target::Kind::kNode: {
      const sim::NodeView* node = view.node(target.node);
      if (node == nullptr) return {};
      const std::string name = scene::node_name(node->id);
      std::string what =
          tr("{1}, {2} of term {3}", name, scene::role_label(*node), node->term.value);
      if (node->state == sim::NodeState::kDown)
        what = tr("{1} is down: only its disk remains", name);
      if (node->state == sim::NodeState::kHalted)
        what = tr("{1} halted: {2}", name, tr_sentence(node->reason));
      return {what, tr("Click to inspect, right-click to act on it"), ""};
    }
    case scene::Target::Kind::kMessage: {
      const sim::MessageView* message = find_message(view, target.message);
      if (message == nullptr) return {};
      std::string what = tr("{1} m{2}, {3} to {4}", message->type, message->id,
                            scene::endpoint_name(message->from), scene::endpoint_name(message->to));
      std::string more = scene::message_words(*message);
      if (more == message->type) more.clear();
      return {what, more.empty() ? tr("Click to see its fields") : more, ""};
    }
    case scene::Target::Kind::kLink:
      return {tr("Link {1} to {2}", scene::node_name(target.from), scene::node_name(target.to)),
              link_words(view, target.from, target.to), ""};
    case scene::Target::Kind::kFact:
    case scene::Target::Kind::kNone:
      return {};
  }
  return {};
}

std::string tip_name(const scene::Target& target) {
  return "stage:" + std::to_string(static_cast<int>(target.kind)) + ":" +
         std::to_string(target.node.value) + ":" + std::to_string(target.message) + ":" +
         std::to_string(target.from.value) + ":" + std::to_string(target.to.value);
}

// All hold; or which one broke, in a frame round the stage. Returns its left edge.
float draw_verdict(PanelContext& c, Surface& s) {
  const scene::Theme& t = s.t();
  const ChecksView& checks = c.run.checks;
  const bool small = c.layout.small;
  const float right = s.w() - (small ? 12.0f : 22.0f), y = small ? 8.0f : 18.0f;
  const auto open = [&](const std::string& name, const Touch& touch, const std::string& more) {
    s.tip(name, touch, {tr("{1} properties hold up to now", checks.held), more, ""});
    if (!touch.clicked) return;
    c.state.page = c.state.lower_page = Page::kChecks;
    c.state.pane_open = true;
  };
  const CheckRow* broken = checks.first_unexpected();
  if (broken == nullptr) {
    const std::string words =
        checks.broken == 0 ? tr(small ? "{1} hold" : "{1} properties hold", checks.held)
        : small            ? tr("{1} as expected", checks.broken)
                           : tr("{1} broken as expected, {2} hold", checks.broken, checks.held);
    const scene::Style style{.size = 13, .color = t.ink2, .anchor = scene::Anchor::kEnd};
    const float w = s.list().width(words, style);
    const scene::Box box{right - w - 30, y, w + 38, 28};
    const Touch touch = s.touch("verdict", box);
    if (touch.hovered) s.list().rect(box, 6, {.fill = t.select});
    if (checks.broken == 0)
      scene::draw_icon(s.pen(), scene::Icon::kCheck, right - w - 14, y + 14, t.ink2);
    if (checks.broken > 0)
      scene::draw_warning(s.pen(), right - w - 14, y + 15, 0.85f, t.danger, false);
    s.list().text(right, y + 18.5f, words, style);
    open("verdict", touch,
         tr(checks.broken > 0 ? "What broke was expected to. Click for the list"
                              : "Click for the list"));
    return box.x;
  }
  // Two pulses when it is new.
  const auto share = static_cast<float>(std::abs(std::cos(c.state.alarm / 0.8 * 3.14159265)));
  const scene::Color frame = t.danger.faded(c.state.alarm > 0 ? 0.25f + 0.75f * share : 1);
  const float edge = 3 * std::min(t.line, 1.3f);
  s.list().rect({edge / 2, edge / 2, s.w() - edge, s.h() - edge}, 0,
                {.stroke = frame, .width = edge});
  // In a small window the card of the node on top stands beside it.
  const std::string words =
      small ? tr("{1} broken", checks.unexpected)
            : tr(c.run.trace == nullptr ? "{1} is broken; the run goes on" : "{1} is broken",
                 tr(words_of(broken->property).title));
  const scene::Style style{.size = 13, .color = t.on_status, .weight = 600};
  const float w = s.list().width(words, style);
  const scene::Box box{right - w - 46, y, w + 46, 28};
  const Touch touch = s.touch("verdict", box);
  s.list().rect(
      box, 14,
      {.fill = t.danger, .stroke = touch.hovered ? t.ink : scene::Color{}, .width = 1.5f * t.line});
  scene::draw_warning(s.pen(), box.x + 20, y + 15, 0.8f, t.on_status, false);
  s.list().text(box.x + 34, y + 18.5f, words, style);
  if (touch.clicked) c.state.check_chosen = broken->property;
  open("verdict", touch, tr("Click to see the two facts that contradict"));
  return box.x;
}

}  // namespace

const sim::MessageView* find_message(const sim::ClusterView& view, std::uint64_t id) {
  for (const sim::MessageView& message : view.messages) {
    if (message.id == id) return &message;
  }
  return nullptr;
}

namespace {

// Ring, sequence, or both side by side; above each other where the stage is not wide.
struct StageBoxes {
  scene::Box ring, sequence;
  bool has_ring = false, has_sequence = false;
};
StageBoxes split_stage(StageView view, float w, float h, bool beside) {
  StageBoxes out;
  out.has_ring = view == StageView::kRing || view == StageView::kBoth;
  out.has_sequence = view == StageView::kSequence || view == StageView::kBoth;
  out.ring = out.sequence = {0, 0, w, h};
  if (view != StageView::kBoth) return out;
  if (beside) {
    const float middle = std::round(w * 0.48f);
    out.ring.w = middle;
    out.sequence = {middle, 0, w - middle, h};
  } else {
    const float middle = std::round(h * 0.54f);
    out.ring.h = middle;
    out.sequence = {0, middle, w, h - middle};
  }
  return out;
}

void draw_ring(PanelContext& c, Surface& s, const scene::Box& box, bool small,
               std::vector<scene::HitRegion>& hits) {
  UiState& state = c.state;
  scene::RingInput input;
  input.jumps = c.state.reduced_motion;
  input.stage = box;
  // The card of the first start lies right of the ring, never over a node.
  if (state.welcome_open && !c.layout.tabbed) input.stage.w = std::max(500.0f, box.w - 596);
  input.small = small;
  input.selected = state.selected;
  input.hovered = state.hovered;
  input.keyboard_focus = state.keyboard_focus;
  input.show_heartbeat_replies = state.heartbeat_replies;
  input.inbox = state.inbox && !state.playing;
  input.lost = lost_messages(c.run.facts, c.view.position.at);
  input.tick_share = c.tick_share;
  if (state.stage_view == StageView::kRing && !state.demo.on) input.told = state.told;
  if (const CheckRow* row = c.run.checks.first_unexpected())
    input.broken = (*c.run.checks.violations)[row->first].nodes;
  draw_ring_focus(c, s, input.stage, small);
  scene::build_ring(c.view, input, s.t(), s.list(), hits);
  draw_ring_focus(c, s, input.stage, small);

  const Touch touch = s.touch("stage", box, true, false);
  const scene::Target over = touch.hovered ? scene::hit(hits, s.mouse()) : scene::Target{};
  if (touch.hovered || state.stage_view == StageView::kRing) state.hovered = over;
  if (over.kind != scene::Target::Kind::kNone) s.tip(tip_name(over), touch, tip_of(c.view, over));
  if (touch.clicked) {
    state.selected = over;
    state.keyboard_focus = false;
    if (over.kind != scene::Target::Kind::kNone && !state.demo.on) {
      state.inspector_folded = false;
      state.pane_open = true;
      state.page = Page::kInspector;
    }
  }
  if (touch.right_clicked && over.kind != scene::Target::Kind::kNone) {
    state.selected = over;
    state.menu_target = over;
    state.menu_at = ImGui::GetIO().MousePos;
    state.context_asked = true;
  }
}

std::string place_name(const scene::Target& target) {
  switch (target.kind) {
    case scene::Target::Kind::kNode:
      return "node:" + scene::node_name(target.node);
    case scene::Target::Kind::kMessage:
      return "message:m" + std::to_string(target.message);
    case scene::Target::Kind::kLink:
      return "link:" + scene::node_name(target.from) + "->" + scene::node_name(target.to);
    case scene::Target::Kind::kFact:
      return "fact:" + std::to_string(target.fact);
    case scene::Target::Kind::kNone:
      return "";
  }
  return "";
}

// Tests find what is on the stage by its name; in other frames nobody asks.
void name_places(PanelContext& c, Surface& s, std::vector<scene::HitRegion> hits) {
  const ImVec2 origin = s.at(0, 0);
  const float k = c.gui.k;
  c.gui.widgets.add_later([hits = std::move(hits), origin, k](WidgetRegistry::Places& places) {
    // What is drawn later lies on top: of two of a name it is meant.
    for (auto region = hits.rbegin(); region != hits.rend(); ++region) {
      const float along = !region->is_lane                                    ? 0
                          : region->target.kind == scene::Target::Kind::kLink ? 0.3f
                                                                              : 0.5f;
      const ImVec2 at{origin.x + k * (region->a.x + (region->b.x - region->a.x) * along),
                      origin.y + k * (region->a.y + (region->b.y - region->a.y) * along)};
      places.emplace(place_name(region->target),
                     WidgetRegistry::Place{{at.x - 2, at.y - 2}, {at.x + 2, at.y + 2}, true});
    }
  });
}

// Wrong rules that are switched on: outlined, since they may break something and need not have.
// Returns the left edge of what it has drawn, or `right`.
float draw_mistakes(PanelContext& c, Surface& s, float right, float y) {
  if (c.run.lesson != nullptr && c.run.lesson->hides_mistakes()) return right;
  const scene::Theme& t = s.t();
  std::set<raft::Mistake> on;
  std::string where;
  for (const sim::NodeView& node : c.view.nodes) {
    const std::vector<raft::Mistake> list = node.mistakes.list();
    on.insert(list.begin(), list.end());
    if (!list.empty()) where += (where.empty() ? "" : " ") + scene::node_name(node.id);
  }
  if (on.empty()) return right;
  if (c.run.checks.first_unexpected() == nullptr) {
    const float edge = 3 * std::min(t.line, 1.3f);
    s.list().rect({edge / 2, edge / 2, s.w() - edge, s.h() - edge}, 0,
                  {.stroke = t.danger, .width = edge});
  }
  std::string words = tr("mistake: {1}", raft::mistake_name(*on.begin()));
  if (on.size() > 1) words = tr("{1} mistakes are on", on.size());
  if (c.layout.small) words = on.size() > 1 ? tr("{1} mistakes", on.size()) : tr("mistake");
  const scene::Style style{.size = 13, .color = t.danger, .weight = 500};
  const float w = s.list().width(words, style);
  // In a small window there is no room beside the verdict; in a large one it may lie over the
  // node on top.
  float top = c.layout.small ? y + 32 : y;
  const float end = c.layout.small ? s.w() - 12 : right;
  scene::Box box{end - w - 46, top, w + 46, 28};
  constexpr float kNodeOnTop = 84;
  const bool aside = !c.layout.small && box.x < s.w() / 2 + kNodeOnTop;
  if (aside) {
    top += c.view.partition.empty() ? 40.0f : 62.0f;  // below what the partition is
    box = {24, top, box.w, box.h};
  }
  const Touch touch = s.touch("mistakes", box, true, false);
  std::string names;
  for (const raft::Mistake mistake : on)
    names += (names.empty() ? "" : ", ") + std::string(raft::mistake_name(mistake));
  s.tip("mistakes", touch,
        {tr("Wrong rules are on at {1}: {2}", where, names),
         tr("They are switched with mistake NAME on|off"), ""});
  s.list().rect(box, 14, {.fill = t.canvas, .stroke = t.danger, .width = 1.5f * t.line});
  scene::draw_warning(s.pen(), box.x + 20, top + 15, 0.8f, t.danger, false);
  s.list().text(box.x + 34, top + 18.5f, words, style);
  return c.layout.small || aside ? right : box.x - 14;
}

// That time stands and one chooses; a click ends it. Returns the left edge.
float draw_inbox_banner(PanelContext& c, Surface& s, float right, float y) {
  if (!c.state.inbox || c.state.playing || c.state.stage_view == StageView::kSequence) return right;
  const scene::Theme& t = s.t();
  const std::string words =
      tr(c.layout.small || right < 800 ? "inbox" : "time stands: you choose what arrives next");
  const scene::Style style{.size = 13, .color = t.ink, .weight = 500};
  const float cap = keycap_width(s, "I");
  const float w = s.list().width(words, style) + cap + 56;
  // In a small window there is no room beside the verdict.
  const float top = c.layout.small ? y + 32 : y;
  const float end = c.layout.small ? s.w() - 12 : right;
  const scene::Box box{end - w, top, w, 28};
  const Touch touch = s.touch("inbox", box);
  s.list().rect(box, 14, {.fill = t.select, .stroke = touch.hovered ? t.accent : scene::Color{}});
  scene::draw_icon(s.pen(), scene::Icon::kPause, box.x + 18, top + 14, t.accent, 0.7f);
  s.list().text(box.x + 32, top + 18.5f, words, style);
  keycap(s, box.right() - cap - 12, top + 14, "I", t.ink2);
  s.tip("inbox", touch,
        {tr("Messages wait beside their receivers, the next due on top"),
         tr("Enter delivers the chosen one, Del drops it, D copies it, L delays it, K holds its "
            "link"),
         ""});
  if (touch.clicked) c.out.actions.push_back(Action::kInbox);
  return c.layout.small ? right : box.x - 14;
}

// What is lit in the sequence, and that Esc ends it.
void draw_past(PanelContext& c, Surface& s, float right, float y) {
  const scene::Theme& t = s.t();
  if (c.state.stage_view == StageView::kRing || c.state.stage_view == StageView::kHistory ||
      c.layout.small)
    return;
  if (c.state.selected.kind != scene::Target::Kind::kFact) return;
  const sim::Fact* fact = scene::find_fact(c.run.facts, c.state.selected.fact);
  if (fact == nullptr) return;
  const scene::Style style{.size = 13, .color = t.ink, .weight = 500};
  const float cap = keycap_width(s, "Esc");
  const std::string words =
      scene::shortened(s.list().measure(), tr("causal past of {1}", c.run.words(*fact).what),
                       std::max(60.0f, right - 560), style);
  const float w = s.list().width(words, style) + cap + 52;
  const scene::Box box{right - w, y, w, 28};
  s.list().rect(box, 14, {.fill = t.select});
  s.list().circle(box.x + 18, y + 14, 4, {.fill = t.accent});
  s.list().text(box.x + 32, y + 18.5f, words, style);
  keycap(s, box.right() - cap - 12, y + 14, "Esc", t.ink2);
}

}  // namespace

void draw_stage(PanelContext& c) {
  Pane s(c.gui, "###stage", c.layout.stage, c.gui.theme->canvas);
  UiState& state = c.state;
  const bool small = c.layout.small;
  scene::Told told = c.run.told(c.view.position);
  if (!told.what.empty()) state.told = std::move(told);
  const bool roomy = c.layout.beside || c.layout.stacked;
  if (!roomy && state.stage_view == StageView::kBoth) {
    state.stage_view = StageView::kSequence;
    state.notice =
        tr("ring and sequence need more room: close the pane [F4] or enlarge the window");
  }
  const StageView shown = state.stage_view;
  const StageBoxes boxes = split_stage(shown, s.w(), s.h(), c.layout.beside);

  if (state.demo.on) {
    std::vector<scene::HitRegion> shown_hits;
    if (boxes.has_ring) draw_ring(c, s, boxes.ring, s.h() < 450, shown_hits);
    if (boxes.has_sequence) draw_sequence(c, s, boxes.sequence, shown_hits);
    name_places(c, s, std::move(shown_hits));
    return;
  }

  // What lies on the stage answers to the mouse before it.
  const float x = small ? 12.0f : 24.0f, y = small ? 8.0f : 18.0f, h = small ? 26.0f : 28.0f;
  std::vector<std::string> views = {tr_later("Ring"), tr_later("Sequence")};
  std::vector<StageView> which = {StageView::kRing, StageView::kSequence};
  if (roomy) {
    views.emplace_back(tr_later("Both"));
    which.push_back(StageView::kBoth);
  }
  views.emplace_back(tr_later("History"));
  which.push_back(StageView::kHistory);
  const int at = static_cast<int>(std::find(which.begin(), which.end(), shown) - which.begin());
  const int view = segmented(s, "view", x, y, views, at, h);
  if (view != at) state.stage_view = which[static_cast<std::size_t>(view)];
  scene::DisplayList over(*c.gui.fonts);
  // It changes places with a list that has room.
  if (!c.gui.spare_lists.empty() && &c.gui.spare_lists.back().measure() == c.gui.fonts) {
    over = std::move(c.gui.spare_lists.back());
    c.gui.spare_lists.pop_back();
  }
  // Not where the card of the node on top, or a candidate's votes, may stand.
  const std::string hidden =
      tr(state.heartbeat_replies ? "heartbeat answers shown" : "heartbeat answers hidden");
  const scene::Style hidden_style{.size = 13, .color = s.t().ink3};
  const float hidden_x = x + segmented_width(s, views) + 24;
  const float hidden_end = hidden_x + s.list().width(hidden, hidden_style);
  if (!small && (shown == StageView::kSequence ||
                 (shown == StageView::kRing && hidden_end < s.w() / 2 - 190))) {
    s.list().text(hidden_x, y + 19, hidden, hidden_style);
  }
  const float right = draw_inbox_banner(c, s, draw_mistakes(c, s, draw_verdict(c, s) - 14, y), y);
  draw_past(c, s, right, y);
  // They are drawn behind the pictures all the same.
  std::swap(over, s.list());

  std::vector<scene::HitRegion> hits, ring_hits;
  hits.reserve(2048);
  if (shown == StageView::kHistory) draw_history(c, s, {0, 0, s.w(), s.h()});
  if (boxes.has_ring)
    draw_ring(c, s, boxes.ring, small || state.stage_view == StageView::kBoth, ring_hits);
  if (boxes.has_sequence) draw_sequence(c, s, boxes.sequence, hits);
  if (shown == StageView::kBoth) {
    const scene::Box& b = boxes.sequence;
    const scene::Point end = b.y > 0 ? scene::Point{b.right(), b.y} : scene::Point{b.x, b.bottom()};
    s.list().line({b.x, b.y}, end, {.stroke = s.t().divider, .width = 1});
  }
  // In both, a node is found in the ring.
  hits.insert(hits.end(), ring_hits.begin(), ring_hits.end());
  name_places(c, s, std::move(hits));
  s.flush();
  draw(over, *ImGui::GetWindowDrawList(), s.at(0, 0), *c.gui.fonts);
  over.clear();
  if (c.gui.spare_lists.empty()) c.gui.spare_lists.push_back(std::move(over));
}

}  // namespace ui
