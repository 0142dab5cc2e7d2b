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
  scene::Box header, rail, faults, stage, logs, pane, time;
  scene::Box caption;  // of a demonstration
  bool has_pane = false, has_rail = false, has_faults = false, has_logs = false;
};

struct LayoutWishes {
  bool pane = true;
  bool faults = false;
  std::size_t lanes = 0;  // of branches that are kept, below the tape
  bool both = false;      // ring and sequence
  bool demo = false;      // stage, caption and tape alone
  bool compare = false;   // two runs: they have the width of the pane in a small window
};

Layout layout_window(float w, float h, const LayoutWishes& wishes);

}  // namespace ui
