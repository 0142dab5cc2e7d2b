#include <cmath>

#include "app/ui/imgui_back_end.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

std::string link_words(const sim::ClusterView& view, raft::NodeId from, raft::NodeId to) {
  for (const sim::LinkView& link : view.links) {
    if (link.from.node != from || link.to.node != to || link.from.client != 0 ||
        link.to.client != 0)
      continue;
    if (link.cut) return "Cut: what is sent here is lost at once";
    std::string words = "Delay " + sim::short_text(link.quality.delay.low) + " to " +
                        sim::short_text(link.quality.delay.high) + " ticks";
    if (link.quality.loss.numerator > 0) {
      words += ", loses " + std::to_string(link.quality.loss.numerator) + " in " +
               std::to_string(link.quality.loss.denominator);
    }
    return link.held ? "Held: messages wait. " + words : words;
  }
  return "";
}

Tip tip_of(const sim::ClusterView& view, const scene::Target& target) {
  switch (target.kind) {
    case scene::Target::Kind::kNode: {
      const sim::NodeView* node = view.node(target.node);
      if (node == nullptr) return {};
      std::string what = scene::node_name(node->id) + ", " + scene::role_label(*node) +
                         " of term " + std::to_string(node->term.value);
      if (node->state == sim::NodeState::kDown)
        what = scene::node_name(node->id) + " is down: only its disk remains";
      if (node->state == sim::NodeState::kHalted)
        what = scene::node_name(node->id) + " halted: " + node->reason;
      return {what, "Click to inspect, right-click to act on it", ""};
    }
    case scene::Target::Kind::kMessage: {
      const sim::MessageView* message = find_message(view, target.message);
      if (message == nullptr) return {};
      std::string what = std::string(message->type) + " m" + std::to_string(message->id) + ", " +
                         scene::endpoint_name(message->from) + " to " +
                         scene::endpoint_name(message->to);
      std::string more = scene::message_words(*message);
      if (more == message->type) more.clear();
      return {what, more.empty() ? "Click to see its fields" : more, ""};
    }
    case scene::Target::Kind::kLink:
      return {"Link " + scene::node_name(target.from) + " to " + scene::node_name(target.to),
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

// All hold; or which one broke, in a frame round the stage.
void draw_verdict(PanelContext& c, Surface& s) {
  const scene::Theme& t = s.t();
  const ChecksView& checks = c.run.checks;
  const bool small = c.layout.small;
  const float right = s.w() - (small ? 12.0f : 22.0f), y = small ? 8.0f : 18.0f;
  const auto open = [&](const std::string& name, const Touch& touch, const std::string& more) {
    s.tip(name, touch, {std::to_string(checks.held) + " properties hold up to now", more, ""});
    if (!touch.clicked) return;
    c.state.page = c.state.lower_page = Page::kChecks;
    c.state.pane_open = true;
  };
  const CheckRow* broken = checks.first_unexpected();
  if (broken == nullptr) {
    const std::string words = std::to_string(checks.held) + (small ? " hold" : " properties hold");
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
         checks.broken > 0 ? "What broke was expected to. Click for the list"
                           : "Click for the list");
    return;
  }
  // Two pulses when it is new.
  const auto share = static_cast<float>(std::abs(std::cos(c.state.alarm / 0.8 * 3.14159265)));
  const scene::Color frame = t.danger.faded(c.state.alarm > 0 ? 0.25f + 0.75f * share : 1);
  const float edge = 3 * std::min(t.line, 1.3f);
  s.list().rect({edge / 2, edge / 2, s.w() - edge, s.h() - edge}, 0,
                {.stroke = frame, .width = edge});
  std::string words = std::string(words_of(broken->property).title) + " is broken";
  if (!small) {
    words += "; the run goes on";
  } else {
    // The card of the node on top stands beside it.
    words = std::to_string(checks.unexpected) + " broken";
  }
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
  open("verdict", touch, "Click to see the two facts that contradict");
}

}  // namespace

const sim::MessageView* find_message(const sim::ClusterView& view, std::uint64_t id) {
  for (const sim::MessageView& message : view.messages) {
    if (message.id == id) return &message;
  }
  return nullptr;
}

void draw_stage(PanelContext& c) {
  Pane s(c.gui, "###stage", c.layout.stage, c.gui.theme->canvas);
  UiState& state = c.state;
  scene::RingInput input;
  input.stage = {0, 0, s.w(), s.h()};
  // The card of the first start lies right of the ring, never over a node.
  if (state.welcome_open && !c.layout.tabbed) input.stage.w = std::max(500.0f, s.w() - 596);
  input.small = c.layout.small;
  input.selected = state.selected;
  input.hovered = state.hovered;
  input.keyboard_focus = state.keyboard_focus;
  input.show_heartbeat_replies = state.heartbeat_replies;
  input.lost = lost_messages(c.run.facts, c.view.position.at);
  input.tick_share = c.tick_share;
  scene::Told told = narration(c.run.facts);
  if (!told.what.empty()) state.told = std::move(told);
  input.told = state.told;
  if (const CheckRow* row = c.run.checks.first_unexpected())
    input.broken = (*c.run.checks.violations)[row->first].nodes;
  std::vector<scene::HitRegion> hits;
  scene::build_ring(c.view, input, s.t(), s.list(), hits);

  if (!c.layout.small) {
    s.list().text(24, 32,
                  state.heartbeat_replies ? "heartbeat answers shown" : "heartbeat answers hidden",
                  {.size = 13, .color = s.t().ink3});
  }
  draw_verdict(c, s);
  const Touch touch = s.touch("stage", {0, 0, s.w(), s.h()});
  const scene::Target over = touch.hovered ? scene::hit(hits, s.mouse()) : scene::Target{};
  state.hovered = over;
  if (over.kind != scene::Target::Kind::kNone) s.tip(tip_name(over), touch, tip_of(c.view, over));
  if (touch.clicked) {
    state.selected = over;
    state.keyboard_focus = false;
    if (over.kind != scene::Target::Kind::kNone) {
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
  // Tests find what is on the stage by its name.
  for (const scene::HitRegion& region : hits) {
    scene::Point p = region.a;
    std::string name;
    switch (region.target.kind) {
      case scene::Target::Kind::kNode:
        name = "node:" + scene::node_name(region.target.node);
        break;
      case scene::Target::Kind::kMessage:
        name = "message:m" + std::to_string(region.target.message);
        break;
      case scene::Target::Kind::kLink:
        name = "link:" + scene::node_name(region.target.from) + "->" +
               scene::node_name(region.target.to);
        p = {region.a.x + (region.b.x - region.a.x) * 0.3f,
             region.a.y + (region.b.y - region.a.y) * 0.3f};
        break;
      case scene::Target::Kind::kFact:
      case scene::Target::Kind::kNone:
        break;
    }
    const ImVec2 at = s.at(p.x, p.y);
    c.gui.widgets.add(name, {at.x - 2, at.y - 2}, {at.x + 2, at.y + 2}, true);
  }
}

}  // namespace ui
