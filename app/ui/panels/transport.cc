#include <algorithm>
#include <cmath>

#include "app/scene/tape.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

Tip tip_for(Action action) {
  const ActionInfo& row = info(action);
  std::string what = tr(row.what);
  if (!row.keys.empty()) what += " [" + std::string(row.keys) + "]";
  return {what, tr(row.more), ""};
}

// Where in a trace one stands, to be dragged; what there is to say stands beside it.
void draw_trace_place(PanelContext& c, Surface& s, const scene::Box& box) {
  const scene::Theme& t = s.t();
  const TraceRun& trace = *c.run.trace;
  const float lines = static_cast<float>(trace.lines());
  const std::string of = tr("of {1} lines", scene::grouped(trace.lines()));
  const scene::Style style{.size = 13, .color = t.ink2};
  const float w = std::min(420.0f, box.w - s.list().width(of, style) - 40);
  float end = box.x;
  if (w > 60) {
    const float value = static_cast<float>(trace.position()) / lines;
    const float now = slider(s, "trace.place", box.x + 8, box.y + 15, w, value);
    if (now != value)
      c.out.trace_line = static_cast<std::size_t>(std::lround(static_cast<double>(now * lines)));
    end += w + 26;
  }
  s.list().text(end, box.y + 20, of, style);
  end += s.list().width(of, style) + 20;
  const std::string& note = c.state.notice;
  if (!note.empty() && box.right() - end > 60)
    s.list().text_within(end, box.y + 20, note, box.right() - end, {.size = 13, .color = t.ink3});
}

}  // namespace

void draw_time(PanelContext& c) {
  Pane s(c.gui, "###time", c.layout.time, c.gui.theme->panel);
  const scene::Theme& t = s.t();
  UiState& state = c.state;
  const bool small = c.layout.small;
  const float pad = c.layout.tabbed ? 16 : 24, cy = small ? 23 : 24;
  s.list().line({0, 0.5f}, {s.w(), 0.5f}, {.stroke = t.divider, .width = 1});

  float x = pad;
  const struct {
    Action action;
    scene::Icon icon;
    const char* name;
    bool primary;
  } buttons[] = {
      {Action::kEventBack, scene::Icon::kStepBack, "event_back", false},
      {Action::kPlayPause, state.playing ? scene::Icon::kPause : scene::Icon::kPlay, "play", true},
      {Action::kOneEvent, scene::Icon::kStep, "event", false},
      {Action::kOneTick, scene::Icon::kTick, "tick", false}};
  for (const auto& b : buttons) {
    const float w = b.primary ? 44 : 34;
    ButtonOptions options;
    options.icon = &b.icon;
    options.kind = b.primary ? ButtonKind::kPrimary : ButtonKind::kPlain;
    options.tip = tip_for(b.action);
    if (button(s, b.name, {x, cy - 15, w, 30}, options)) c.out.actions.push_back(b.action);
    x += w + 6;
  }
  x += 14;
  s.list().text(x, cy + 5, tr("speed"), {.size = 13, .color = t.ink2});
  const float slide = c.layout.tabbed ? 64 : 110;
  const float steps = static_cast<float>(kSpeeds.size() - 1);
  const float value =
      slider(s, "speed", x + 50, cy, slide, static_cast<float>(state.speed) / steps);
  state.speed = std::clamp(static_cast<int>(std::lround(value * steps)), 0,
                           static_cast<int>(kSpeeds.size()) - 1);
  x += slide + 68;
  const scene::Style mono{
      .size = 14, .color = state.slowed ? t.warn : t.ink, .face = scene::Face::kMono};
  s.list().text(x, cy + 5, kSpeeds[static_cast<std::size_t>(state.speed)].label, mono);
  const Touch speed = s.touch("speed.value", {x - 4, cy - 14, 54, 28}, true, false);
  s.tip("speed.value", speed,
        {tr("Speed {1}: at 1, ten ticks pass in a second",
            kSpeeds[static_cast<std::size_t>(state.speed)].label),
         state.slowed ? tr("The simulation cannot keep pace: time passes more slowly") : "", ""});
  x += 62;
  if (state.slowed) {
    scene::draw_warning(s.pen(), x - 4, cy, 0.9f, t.warn, false);
    x += 16;
  }
  s.list().line({x, cy - 12}, {x, cy + 12}, {.stroke = t.divider, .width = 1});
  x += 14;
  const bool past = c.run.trace == nullptr && c.tape.input.now < c.tape.input.tip;
  const std::string event =
      past ? tr("tick {1} of {2}", sim::short_text({c.view.position.at.millis}),
                sim::short_text({c.tape.input.tip.millis}))
           : tr(c.run.trace != nullptr ? "line {1}" : "event {1}",
                scene::grouped(c.view.position.events));
  const float event_w = s.list().width(event, {.size = 14});
  if (!c.layout.narrow)
    s.list().text(s.w() - pad, cy + 5, event,
                  {.size = 14,
                   .color = past ? t.warn : t.ink2,
                   .weight = past ? 600 : 400,
                   .anchor = scene::Anchor::kEnd});
  if (past) {
    // The past looks like the past, wherever one looks in this pane.
    s.list().line({0, 2}, {s.w(), 2}, {.stroke = t.warn, .width = 4});
    s.tip("past", s.touch("past", {s.w() - pad - event_w, cy - 14, event_w, 28}),
          {tr("This is the past: what follows is known"),
           tr("Acting here makes a branch, and the other future stays. End goes to the tip."), ""});
  }
  const float right = c.layout.narrow ? s.w() - pad : s.w() - pad - std::max(event_w, 90.0f) - 18;
  if (right - x > 60 && c.run.trace != nullptr) {
    draw_trace_place(c, s, {x, cy - 15, right - x, 30});
  } else if (right - x > 60) {
    draw_console(c, s, {x, cy - 15, right - x, 30});
  }

  scene::TapeInput& input = c.tape.input;
  input.box = {pad, small ? 41.0f : 46.0f, s.w() - 2 * pad, 72};
  scene::build_tape(input, t, s.list());
  const scene::TapeScale scale = scene::tape_scale(input);
  const Touch tape = s.touch("tape", {scale.x0 - 6, input.box.y + 4, scale.x1 - scale.x0 + 12, 44});
  if (tape.held) {
    const sim::Instant wanted = std::min(scale.instant_at(s.mouse().x), input.tip);
    if (wanted != input.now) c.out.go_to = wanted;
  }
  for (std::size_t i = 0; i < std::min(input.kept.size(), scene::kMostKeptLanes); ++i) {
    const scene::KeptBranch& branch = input.kept[i];
    const std::string name = "branch." + std::to_string(branch.number);
    const Touch lane = s.touch(name, scene::kept_lane(input, i));
    const scene::Box label = scene::kept_name(input, i);
    const scene::Box sign{label.right() - 20, label.y, 18, label.h};
    const Touch compares = s.touch(name + ".compare", sign, true, false);
    scene::draw_not_equal(s.pen(), sign.x + 9, sign.y + sign.h / 2, 6.5f,
                          compares.hovered || input.compared == i);
    if (compares.clicked) c.out.compare_with = branch.number;
    const Touch words = s.touch(name + ".name", label, true, false);
    if (words.hovered || lane.hovered)
      s.list().line({label.x + 4, label.bottom() - 2}, {label.right() - 8, label.bottom() - 2},
                    {.stroke = t.accent.faded(0.7f), .width = 1.2f});
    if (lane.clicked || words.clicked) c.out.open_branch = branch.number;
    const Tip tip{
        tr("Branch {1}, up to tick {2}", branch.name, sim::short_text({branch.tip.millis})),
        // While two are compared N goes to where they part.
        tr(c.compare ? "A click opens it." : "A click opens it; N goes from branch to branch."),
        ""};
    s.tip(name, lane, tip);
    s.tip(name + ".name", words, tip);
    // The sign lies on the name: its own tip comes last.
    s.tip(name + ".compare", compares,
          {tr("Compare {1}, which is open, with {2}", input.name, branch.name),
           tr("Both side by side, at the same tick. V takes one branch after the other."), ""});
  }
  s.tip("tape", tape,
        {tr("The run: drag to go to any moment"), tr("Home, End, Left and Right go, too."), ""});
}

}  // namespace ui
