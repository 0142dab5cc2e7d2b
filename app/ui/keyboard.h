// Keys and characters in the order in which they came. ImGui 1.86 looks at keys once a frame, so a
// key that went down and up between two frames would be lost, and what is typed behind a shortcut
// would miss the field that the shortcut opens. Each frame takes only as much as it can see.
#pragma once

#include <deque>
#include <functional>

#include "app/ui/ui_state.h"

namespace ui {

class Keyboard {
 public:
  struct Event {
    bool character = false;
    bool down = false;           // a key: pressed or held, else released
    int code = 0, scancode = 0;  // of a key
    int action = 0, mods = 0;    // as the window system has them
    unsigned int value = 0;      // of a character
  };
  void add(const Event& event) { events_.push_back(event); }
  bool waiting() const { return !events_.empty(); }

  // Hands on what the next frame can take. `typing`: as ImGui said in the frame before.
  void feed(const UiState& state, bool typing, const std::function<void(const Event&)>& take);

 private:
  void drop_character();

  std::deque<Event> events_;
  bool skip_ = false;
  int hold_ = 0;  // frames to wait for a field that is about to take the keyboard
  int rest_ = 0;  // and behind a key that may end the typing
  bool asked_ = false;
};

}  // namespace ui
