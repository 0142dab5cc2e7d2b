// Where everything stands, in units (a sixteenth of an em). One layout, the same on every screen;
// below 70 em of width the side panes become tabs, below 45 em one tab takes the place of the logs.
#pragma once

#include "app/scene/tape.h"

namespace ui {

struct Layout {
  float w = 0, h = 0;
  bool small = false;   // sizes of a window below 70 em, also used where height is scarce
  bool tabbed = false;  // below 70 em: side panes are pages of the right pane
  bool narrow = false;  // below 45 em: the pages stand in the place of the logs
  scene::Box header, rail, faults, lesson, lesson_bar, stage, logs, pane, time;
  bool has_pane = false, has_rail = false, has_faults = false, has_logs = false, has_lesson = false,
       has_lesson_bar = false;
};

// A lesson stands at the left in a window this wide; in others it has the place of the pane while
// that is closed.
inline constexpr float kLessonBesideFrom = 1440;

struct LayoutWishes {
  bool pane = true;
  bool faults = false;
  bool lesson = false;
  std::size_t lanes = 0;  // of branches that are kept, below the tape
  bool logs_page = true;  // narrow: the logs are the chosen page
};

Layout layout_window(float w, float h, const LayoutWishes& wishes);

}  // namespace ui
