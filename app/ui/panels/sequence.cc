// The sequence view: zoom with the wheel, pan by dragging, click to choose.
#include "app/scene/sequence.h"

#include <algorithm>
#include <cmath>

#include "app/scene/fact_sign.h"
#include "app/ui/causes.h"
#include "app/ui/imgui_back_end.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

constexpr float kFewest = 2.5f, kMost = 900;  // units a tick

// What the chosen fact needs: it comes into sight, and its causes are lit.
void follow_choice(PanelContext& c, SequenceState& state, const scene::TimeAxis& axis,
                   double ticks) {
  const scene::Target& chosen = c.state.selected;
  const std::uint64_t id = chosen.kind == scene::Target::Kind::kFact ? chosen.fact : 0;
  if (id == state.shown) return;
  state.shown = id;
  state.lit.clear();
  const sim::Fact* fact = scene::find_fact(c.run.facts, id);
  if (fact == nullptr) return;
  state.lit = causal_past(c.run.facts, id);
  const double place = axis.place_of(fact->at);
  if (place > state.left + ticks * 0.03 && place < state.left + ticks * 0.97) return;
  state.left = place - ticks * 0.6;
  state.follow = false;
}

}  // namespace

void draw_sequence(PanelContext& c, Surface& s, const scene::Box& box,
                   std::vector<scene::HitRegion>& hits) {
  SequenceState& state = c.state.sequence;
  c.sequence.update(c.run.facts);
  const scene::TimeAxis axis(c.sequence, c.view.position.at, state.fold);
  scene::SequenceInput input;
  input.stage = box;
  input.small = c.layout.small || box.h < 400;
  input.below = box.y > 1;
  input.model = &c.sequence;
  input.facts = &c.run.facts;
  input.axis = &axis;
  for (const sim::NodeView& node : c.view.nodes) input.nodes.push_back(node.id);
  input.now = c.view.position.at;
  input.selected = c.state.selected;
  input.hovered = c.state.hovered;
  input.show_heartbeat_replies = c.state.heartbeat_replies;
  input.words = [&](const sim::Fact& fact) { return c.run.words(fact).what; };
  const float wide = scene::layout_sequence(input).plot.w;
  input.ticks = static_cast<double>(wide / state.zoom);
  const double now = axis.place_of(input.now);
  if (state.follow) state.left = now - input.ticks * 0.94;
  follow_choice(c, state, axis, input.ticks);
  const double begin = axis.place_of(c.sequence.first());
  const auto bounded = [&](double left) {
    return std::clamp(left, std::min(begin, now - input.ticks * 0.94) - 0.5,
                      now - input.ticks * 0.06);
  };
  state.left = bounded(state.left);

  // The button answers to the mouse before the picture it lies on, and is drawn after it.
  scene::DisplayList over_it(*c.gui.fonts);
  std::swap(over_it, s.list());
  const float button_w = button_width(s, tr("Now"), "");
  if (!state.follow &&
      button(s, "sequence.now", {box.right() - button_w - 16, box.bottom() - 40, button_w, 28},
             {.label = tr("Now"), .tip = {tr("Back to the present, and along with it"), "", ""}}))
    state.follow = true;
  std::swap(over_it, s.list());

  const Touch touch = s.touch("sequence", box, true, false);
  const ImGuiIO& io = ImGui::GetIO();
  const scene::Point mouse = s.mouse();
  input.left = state.left;
  if (touch.hovered && io.MouseWheel != 0) {
    const scene::SequenceLayout g = scene::layout_sequence(input);
    if (io.KeyShift) {
      state.left -= static_cast<double>(io.MouseWheel) * input.ticks * 0.08;
    } else {
      // What is under the mouse stays there.
      const double at = g.place_at(mouse.x);
      state.zoom = std::clamp(state.zoom * std::pow(1.2f, io.MouseWheel), kFewest, kMost);
      const double ticks = static_cast<double>(wide / state.zoom);
      state.left = at - static_cast<double>((mouse.x - g.plot.x) / g.plot.w) * ticks;
      input.ticks = ticks;
    }
    // Whoever zooms while time passes goes on watching the present.
    state.follow = state.follow && c.state.playing && !io.KeyShift;
    if (state.follow) state.left = now - input.ticks * 0.94;
  }
  if (touch.hovered && io.MouseWheelH != 0) {
    state.left -= static_cast<double>(io.MouseWheelH) * input.ticks * 0.08;
    state.follow = false;
  }
  // What brought the mouse here is no drag, however quickly the button followed.
  if (touch.held && !ImGui::IsMouseClicked(ImGuiMouseButton_Left) && io.MouseDelta.x != 0) {
    state.left -= static_cast<double>(io.MouseDelta.x / s.gui().k / state.zoom);
    state.follow = false;
    state.dragged = true;
  }
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) state.dragged = false;
  // Whoever drags the present back into sight follows it again.
  const double tail = now - input.ticks * 0.94;
  state.left = bounded(state.left);
  if (!state.follow && touch.held && state.left >= tail - 0.01 && state.left <= tail + 0.3)
    state.follow = true;
  input.left = state.left;
  input.lit = state.lit.empty() ? nullptr : &state.lit;
  scene::build_sequence(input, s.t(), s.list(), hits);

  const scene::Target over = touch.hovered ? scene::hit(hits, mouse) : scene::Target{};
  if (touch.hovered) c.state.hovered = over;
  if (over.kind == scene::Target::Kind::kFact) {
    if (const sim::Fact* fact = scene::find_fact(c.run.facts, over.fact)) {
      const sim::Narration words = c.run.words(*fact);
      const std::string when = sim::screen_text(fact->at);
      const std::string more =
          words.reason.empty() ? tr("tick {1}", when) : tr("tick {1}: {2}", when, words.reason);
      s.tip("sequence:" + std::to_string(fact->id), touch, {words.what, more, words.rule});
    }
  } else if (over.kind == scene::Target::Kind::kNode) {
    s.tip("sequence.node", touch,
          {tr("{1}, as it was at the left edge", scene::node_name(over.node)),
           tr("Click to inspect it now"), ""});
  }
  if (touch.clicked && !state.dragged) {
    c.state.selected = over;
    c.state.keyboard_focus = false;
    if (over.kind != scene::Target::Kind::kNone) {
      c.state.pane_open = true;
      c.state.inspector_folded = false;
      if (!c.layout.narrow) c.state.page = Page::kInspector;
    }
  }
  if (touch.right_clicked && over.kind == scene::Target::Kind::kNode) {
    c.state.selected = c.state.menu_target = over;
    c.state.menu_at = io.MousePos;
    c.state.context_asked = true;
  }
  s.flush();
  draw(over_it, *ImGui::GetWindowDrawList(), s.at(0, 0), *c.gui.fonts);
}

}  // namespace ui
