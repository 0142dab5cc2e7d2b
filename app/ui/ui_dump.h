// For tests of the real window: with RAFTARIUM_UI_DUMP=FILE in the environment, every frame leaves
// in FILE where the widgets are and the state that was drawn, as JSON, replaced by rename:
//   {"frame":12,"playing":true,"widgets":{"play":[x,y,width,height,enabled],…},"state":{…}}
// in pixels of the window, the state as `--state` prints it.
#pragma once

#include <cstdint>
#include <string>

#include "app/session/session.h"
#include "app/ui/gui.h"

namespace ui {

class UiDump {
 public:
  // Takes the file's name from the environment; does nothing without.
  UiDump();

  // Call behind the last widget of a frame. A file that cannot be written is not an error here: the
  // test that waits for it will say so.
  void write(const WidgetRegistry& widgets, session::Session& session, bool playing);

 private:
  std::string path_;
  std::uint64_t frame_ = 0;
};

}  // namespace ui
