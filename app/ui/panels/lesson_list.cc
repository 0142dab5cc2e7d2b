// The lessons that come with the program, in the lesson's place; and the bar that leads back to a
// lesson where the pane has its place.
#include <algorithm>

#include "app/ui/lesson_run.h"
#include "app/ui/panels/panels.h"

namespace ui {

void draw_lesson_list(PanelContext& c) {
  Pane s(c.gui, "###lessons", c.layout.lesson, c.gui.theme->panel, true);
  const scene::Theme& t = s.t();
  const float x = c.layout.tabbed || c.layout.small ? 20.0f : 32.0f, w = s.w() - 2 * x;
  s.list().text(x, 50, tr("Lessons"), {.size = 22, .color = t.ink, .weight = 600});
  const std::string key(info(Action::kLessons).keys);
  const Touch close = s.touch("lessons.close", {x + w - 34, 26, 38, 32});
  s.tip("lessons.close", close, {tr("Close the list [{1}]", key), "", ""});
  keycap(s, x + w - keycap_width(s, key), 44, key, close.hovered ? t.ink : t.ink3);
  if (close.clicked) c.out.actions.push_back(Action::kLessons);
  float y = 76;
  if (c.lessons.empty()) {
    y = paragraph(
        s, x, y + 16,
        tr("None are found, neither beside the source tree nor in share/raftarium/lessons. A "
           "lesson is a file: File, Open… takes it."),
        w, {.size = 14, .color = t.ink2}, 20);
  }
  for (const LessonEntry& entry : c.lessons) {
    const scene::Box box{x - 10, y, w + 20, 52};
    const std::string name = "lesson.open:" + entry.name;
    const Touch touch = s.touch(name, box);
    s.tip(name, touch, {entry.goal, tr("Opening it starts a run of its own."), ""});
    const bool here = c.run.lesson != nullptr && c.run.lesson->path() == entry.path;
    if (touch.hovered || here) s.list().rect(box, 7, {.fill = t.select});
    s.list().text(
        x + 22, y + 23, entry.number,
        {.size = 14, .color = t.ink2, .face = scene::Face::kMono, .anchor = scene::Anchor::kEnd});
    s.list().text_within(x + 36, y + 23, entry.title, w - 96,
                         {.size = 15, .color = t.ink, .weight = 600});
    s.list().text(x + w, y + 23, std::to_string(entry.minutes) + " min",
                  {.size = 13, .color = t.ink3, .anchor = scene::Anchor::kEnd});
    s.list().text_within(x + 36, y + 42, entry.goal, w - 36, {.size = 13, .color = t.ink2});
    if (touch.clicked) c.out.open_path = entry.path;
    y += 54;
  }
  s.content(y + 12);
  s.flush();
  const float edge = c.layout.lesson.x > 0 ? 0.5f : s.w() - 0.5f;
  s.list().line({edge, 0}, {edge, std::max(s.h(), y + 12)}, {.stroke = t.divider, .width = 1});
}

void draw_lesson_bar(PanelContext& c, const LessonRun& run) {
  Pane s(c.gui, "###lesson_bar", c.layout.lesson_bar, c.gui.theme->select);
  const scene::Theme& t = s.t();
  const float x = pane_margin(c.layout);
  const Touch touch = s.touch("lesson.bar", {0, 0, s.w(), s.h()});
  s.tip("lesson.bar", touch, {tr("Back to the text of the lesson"), "", ""});
  const std::string text = tr("{1}, step {2} of {3}", run.number(), run.walk().step() + 1,
                              run.walk().lesson().steps.size());
  scene::draw_icon(s.pen(), scene::Icon::kBook, x + 8, s.h() / 2, touch.hovered ? t.accent : t.ink);
  s.list().text(x + 28, s.h() / 2 + 5, text,
                {.size = 14, .color = touch.hovered ? t.accent : t.ink, .weight = 600});
  if (touch.clicked)
    c.out.actions.push_back(c.state.faults_open && !c.layout.tabbed ? Action::kFaults
                                                                    : Action::kInspector);
}

}  // namespace ui
