// What a person chose about the window, kept from one start to the next in an ini file of the
// user's config folder (XDG base directories). Values of runs are not here: they stand in
// recordings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "raft/result.h"

namespace ui {

struct Settings {
  std::string theme = "dark";   // dark, light, projector
  int scale = 0;                // per cent, 75 to 300; 0: as the screen says
  std::string language = "en";  // en, zh
  bool reduced_motion = false;
  int width = 0, height = 0;  // of the window in pixels; 0: as the screen allows
  // Of panes, in sixteenths of an em; 0: as the layout has it.
  int pane_width = 0, logs_height = 0;
  bool welcomed = false;  // the card of the first start was put away

  bool operator==(const Settings&) const = default;
};

// What the text of a settings file says; keys it lacks keep the value of `before`. A line that
// cannot be understood, or a value out of range, is left out and named in `remarks`.
Settings parse_settings(std::string_view text, const Settings& before,
                        std::vector<std::string>& remarks);
std::string print_settings(const Settings& settings);

// $XDG_CONFIG_HOME/raftarium/settings.ini, or the same below ~/.config; empty if there is no home.
std::string settings_path();

struct LoadedSettings {
  Settings settings;
  std::vector<std::string> remarks;  // files and lines that could not be read
};
// The system's files ($XDG_CONFIG_DIRS), then the user's own. Never fails: what cannot be read is
// as if it were not there, and named.
LoadedSettings load_settings();
// Whole or not at all; makes the folder. Errors: kIo.
Status save_settings(const Settings& settings, const std::string& path);

}  // namespace ui
