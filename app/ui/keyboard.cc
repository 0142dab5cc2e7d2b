#include "app/ui/keyboard.h"

#include <algorithm>
#include <set>

namespace ui {

void Keyboard::feed(const UiState& state, bool typing,
                    const std::function<void(const Event&)>& take) {
  const bool asked = state.console.focus || state.console.awaited || state.dialog.fresh;
  // Also while it rests: Enter in the console asks for the field that it has just left.
  if (asked && !asked_) hold_ = 8;
  if (!asked) hold_ = std::min(hold_, typing ? 0 : 2);
  asked_ = asked;
  const bool waits = hold_ > 0 || rest_ > 0;
  hold_ = std::max(0, hold_ - 1);
  rest_ = std::max(0, rest_ - 1);
  if (waits) return let_go(take);
  std::set<int> touched;
  bool pressed = false;
  while (!events_.empty()) {
    const Event event = events_.front();
    if (event.click) {
      events_.pop_front();
      rest_ = 1;
      return;
    }
    if (event.character) {
      events_.pop_front();
      // The character of a shortcut is not text.
      if (!skip_) take(event);
      skip_ = false;
      continue;
    }
    const bool modifier = event.code >= key::kFirstModifier && event.code <= key::kLastModifier;
    // Ctrl that comes up in the same frame as A goes down would make a letter of Ctrl+A.
    if (modifier && pressed) return;
    if (!touched.insert(event.code).second) return;
    events_.pop_front();
    take(event);
    if (!event.down) continue;
    pressed = pressed || !modifier;
    skip_ = !typing && event.code < key::kEscape;
    // These may end the typing: what follows is looked at in the light of that.
    const bool leaves =
        event.code == key::kEscape || event.code == key::kEnter || event.code == key::kKeypadEnter;
    if (leaves) rest_ = 2;  // frames until ImGui says so
    if (leaves || (!typing && !modifier)) {
      drop_character();
      return;
    }
  }
}

// A key that is up does not wait: held down for so long it would be pressed again and again.
void Keyboard::let_go(const std::function<void(const Event&)>& take) {
  while (!events_.empty() && events_.front().is_release()) {
    take(events_.front());
    events_.pop_front();
  }
}

void Keyboard::drop_character() {
  if (skip_ && !events_.empty() && events_.front().character) {
    events_.pop_front();
    skip_ = false;
  }
}

}  // namespace ui
