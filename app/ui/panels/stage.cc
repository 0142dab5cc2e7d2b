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
  input.lost = lost_messages(c.session.facts(), c.view.position.at);
  input.tick_share = c.tick_share;
  scene::Told told = narration(c.session.facts());
  if (!told.what.empty()) state.told = std::move(told);
  input.told = state.told;
  std::vector<scene::HitRegion> hits;
  scene::build_ring(c.view, input, s.t(), s.list(), hits);

  if (!c.layout.small) {
    s.list().text(24, 32,
                  state.heartbeat_replies ? "heartbeat answers shown" : "heartbeat answers hidden",
                  {.size = 13, .color = s.t().ink3});
  }
  const Touch touch = s.touch("stage", {0, 0, s.w(), s.h()});
  const scene::Target over = touch.hovered ? scene::hit(hits, s.mouse()) : scene::Target{};
  state.hovered = over;
  if (over.kind != scene::Target::Kind::kNone) s.tip(tip_name(over), touch, tip_of(c.view, over));
  if (touch.clicked) {
    state.selected = over;
    state.keyboard_focus = false;
    if (over.kind != scene::Target::Kind::kNone) {
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
      case scene::Target::Kind::kNone:
        break;
    }
    const ImVec2 at = s.at(p.x, p.y);
    c.gui.widgets.add(name, {at.x - 2, at.y - 2}, {at.x + 2, at.y + 2}, true);
  }
}

}  // namespace ui
