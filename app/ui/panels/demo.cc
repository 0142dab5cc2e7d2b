// Demo mode: the ring in the size of the window, a caption, the tape; for the last row of a lecture
// hall. A clicker's keys go from bookmark to bookmark.
#include <algorithm>

#include "app/ui/panels/panels.h"

namespace ui {
namespace {

// The last bookmark at the left, who leads at the right; both over the stage.
void draw_head(PanelContext& c) {
  const scene::Theme& t = *c.gui.theme;
  const UiState::Demo& demo = c.state.demo;
  if (!demo.title.empty()) {
    const float wide = std::max(80.0f, c.layout.w / 2 - 150);
    Pane s(c.gui, "###demo_title", {0, 0, wide, 56}, {});
    s.list().text_within(24, 28, demo.title, wide - 24,
                         {.size = 16, .color = t.ink, .weight = 600});
    float x = 24;
    constexpr std::size_t kMostDashes = 12;
    if (demo.of <= kMostDashes) {
      for (std::size_t i = 0; i < demo.of; ++i) {
        const scene::Box dash{x, 39, 16, 5};
        s.list().rect(dash, 2.5f,
                      i < demo.place ? scene::Paint{.fill = t.accent}
                                     : scene::Paint{.stroke = t.control, .width = 1.2f});
        x += 21;
      }
    } else {
      s.list().text(x, 47, tr("bookmark {1} of {2}", demo.place, demo.of),
                    {.size = 13, .color = t.ink2});
    }
  }
  const float wide = std::max(80.0f, c.layout.w / 2 - 150);
  Pane s(c.gui, "###demo_state", {c.layout.w - wide, 0, wide, 50}, {});
  float x = wide - 24;
  const std::string term = std::to_string(c.view.term.value);
  const scene::Style figure{
      .size = 18, .color = t.on_term(c.view.term), .face = scene::Face::kMono, .weight = 700};
  const float w = s.list().width(term, figure) + 18;
  s.list().rect({x - w, 10, w, 26}, 5,
                c.view.term.value == 0 ? scene::Paint{.stroke = t.control, .width = 1.6f}
                                       : s.pen().filled(t.term(c.view.term)));
  s.list().text(x - w + 9, 29.5f, term, figure);
  x -= w + 8;
  const std::string who = c.view.leader == raft::kNoNode
                              ? tr("no leader, term")
                              : tr("{1} leads term", scene::node_name(c.view.leader));
  s.list().text(x, 29, who,
                {.size = 16, .color = t.ink, .weight = 600, .anchor = scene::Anchor::kEnd});
}

void draw_caption(PanelContext& c) {
  const scene::Theme& t = *c.gui.theme;
  Pane s(c.gui, "###demo_caption", c.layout.caption, t.canvas);
  const scene::Told& told = c.state.told;
  const bool said = !c.state.demo.note.empty();
  const std::string& first = said ? c.state.demo.note : told.what;
  std::string second = said ? told.what : told.why;
  if (said && !told.why.empty()) second += "; " + told.why;
  s.list().rect({1, 1, s.w() - 2, s.h() - 2}, 8,
                {.fill = t.raised, .stroke = t.control, .width = 1.2f * t.line});
  s.list().rect({1, 1, 6, s.h() - 2}, 3, {.fill = t.accent});
  const float room = s.w() - 48;
  const scene::Style big{.size = 20, .color = t.ink, .weight = 600};
  const std::vector<std::string> lines = wrapped(s.list().measure(), first, room, big);
  float y = second.empty() && lines.size() < 2 ? s.h() / 2 + 7 : 32;
  for (std::size_t i = 0; i < std::min<std::size_t>(lines.size(), 2); ++i) {
    s.list().text_within(24, y, lines[i], room, big);
    y += 26;
  }
  if (second.empty()) return;
  const scene::Style small{.size = 15, .color = t.ink2};
  const std::vector<std::string> more = wrapped(s.list().measure(), second, room, small);
  const std::size_t fit = lines.size() > 1 ? 1 : 2;
  for (std::size_t i = 0; i < std::min(more.size(), fit); ++i) {
    // What is left of a long reason is cut where the room ends.
    std::string line = more[i];
    if (i + 1 == fit && more.size() > fit) line += " …";
    s.list().text_within(24, y + 2, line, room, small);
    y += 20;
  }
}

void draw_tape(PanelContext& c) {
  const scene::Theme& t = *c.gui.theme;
  Pane s(c.gui, "###demo_tape", c.layout.time, t.canvas);
  scene::TapeInput input = c.tape.input;
  input.kept.clear();
  input.name = tr(c.state.playing ? "playing" : "stopped");
  input.box = {24, 4, s.w() - 48, 60};
  scene::build_tape(input, t, s.list());
  const scene::TapeScale scale = scene::tape_scale(input);
  const Touch touch =
      s.touch("demo.tape", {scale.x0 - 6, 8, scale.x1 - scale.x0 + 12, 44}, true, false);
  if (touch.held) {
    const sim::Instant wanted = std::min(scale.instant_at(s.mouse().x), input.tip);
    if (wanted != input.now) c.out.go_to = wanted;
  }
  if (!c.state.notice.empty())
    s.list().text_within(24, 62, c.state.notice, s.w() - 48, {.size = 13, .color = t.ink2});
}

}  // namespace

void draw_demo(PanelContext& c) {
  draw_stage(c);
  draw_head(c);
  draw_caption(c);
  draw_tape(c);
}

}  // namespace ui
