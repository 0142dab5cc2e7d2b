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
    bool click = false;          // none of these: a button of the mouse

    bool is_release() const { return !character && !click && !down; }
  };
  void add(const Event& event) { events_.push_back(event); }
  // A button of the mouse went down or up. The next two frames see it; keys behind it wait, since
  // they may be about what it chooses.
  void add_click() { events_.push_back({.click = true}); }
  bool waiting() const { return !events_.empty(); }

  // Hands on what the next frame can take. `typing`: as ImGui said in the frame before.
  void feed(const UiState& state, bool typing, const std::function<void(const Event&)>& take);

 private:
  void let_go(const std::function<void(const Event&)>& take);
  void drop_character();

  std::deque<Event> events_;
  bool skip_ = false;
  int hold_ = 0;  // frames to wait for a field that is about to take the keyboard
  int rest_ = 0;  // and behind a click, or a key that may end the typing
  bool asked_ = false;
};

}  // namespace ui
