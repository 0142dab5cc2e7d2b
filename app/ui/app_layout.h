// Where everything stands, in units (a sixteenth of an em). One layout, the same on every screen;
// below 70 em of width the side panes become tabs, below 45 em one tab takes the place of the logs.
// The stage keeps a height in which the ring can be read; where the logs would take it they are a
// page of the pane.
#pragma once

#include "app/scene/tape.h"

namespace ui {

struct Layout {
  float w = 0, h = 0;
  bool small = false;       // sizes of a window below 70 em, also used where height is scarce
  bool tabbed = false;      // below 70 em: side panes are pages of the right pane
  bool narrow = false;      // below 45 em: the pages stand in the place of the logs
  bool logs_aside = false;  // the stage needs the height: the logs are a page of the pane
  bool beside = false;      // ring and sequence fit beside each other,
  bool stacked = false;     // or only above each other
  scene::Box header, rail, faults, lesson, lesson_bar, stage, logs, pane, time;
  scene::Box caption;  // of a demonstration
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
  bool both = false;      // ring and sequence
  bool demo = false;      // stage, caption and tape alone
  bool compare = false;   // two runs: they have the width of the pane in a small window
  // As somebody dragged them; 0: the sizes that fit most. Within what the window has room for.
  float pane_width = 0, logs_height = 0;
};

// A window has room for this many units at least, or else it is drawn smaller, down to what it is
// at a scale of 1: below it panes, cards and words lie over each other.
inline constexpr float kLeastWidth = 800, kLeastHeight = 540;

Layout layout_window(float w, float h, const LayoutWishes& wishes);

}  // namespace ui
