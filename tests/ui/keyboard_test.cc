// What is typed faster than frames come.
#include "app/ui/keyboard.h"

#include <gtest/gtest.h>

#include "tests/ui/harness.h"

namespace ui {
namespace {

void press(Keyboard& keyboard, int code, char character = 0) {
  keyboard.add({.down = true, .code = code});
  if (character != 0)
    keyboard.add({.character = true, .value = static_cast<unsigned char>(character)});
  keyboard.add({.down = false, .code = code});
}

void type(Keyboard& keyboard, const std::string& text) {
  for (const char c : text) press(keyboard, c >= 'a' && c <= 'z' ? c - 32 : c, c);
}

// Frames until all is handed on, and then some.
void play(Harness& h, Keyboard& keyboard) {
  for (int rest = 5; rest > 0; rest -= keyboard.waiting() ? 0 : 1) {
    keyboard.feed(h.state(), ImGui::GetIO().WantTextInput, [](const Keyboard::Event& event) {
      if (event.character) return ImGui::GetIO().AddInputCharacter(event.value);
      ImGui::GetIO().KeysDown[event.code] = event.down;
      ImGui::GetIO().KeyCtrl = ImGui::GetIO().KeysDown[key::kFirstModifier + 1];
    });
    h.frame();
  }
}

TEST(Keyboard, WhatIsTypedBehindEnterIsTheNextLine) {
  Harness h(with_leader());
  ASSERT_TRUE(h.click("console"));
  Keyboard keyboard;
  for (const char* line : {"tick", "put apple 7", "get apple"}) {
    type(keyboard, line);
    press(keyboard, key::kEnter);
  }
  type(keyboard, "crash");
  play(h, keyboard);
  EXPECT_EQ(h.state().console.history,
            (std::vector<std::string>{"tick", "put apple 7", "get apple"}));
  EXPECT_EQ(h.state().console.text, "crash");
  EXPECT_EQ(h.state().console.error, "");
}

TEST(Keyboard, AShortcutIsNoText) {
  Harness h(with_leader());
  Keyboard keyboard;
  press(keyboard, key::kSlash, '/');
  type(keyboard, "put x 1");
  play(h, keyboard);
  EXPECT_EQ(h.state().console.text, "put x 1");
}

// Frames may be as long as it takes a key to repeat: Enter that stays down would be pressed anew in
// each, and ask for the field anew.
TEST(Keyboard, WhatIsLetGoDoesNotWaitForAField) {
  Keyboard keyboard;
  UiState state;
  press(keyboard, key::kEnter);
  press(keyboard, 'X', 'x');
  std::vector<Keyboard::Event> taken;
  const auto feed = [&] {
    taken.clear();
    keyboard.feed(state, true, [&](const Keyboard::Event& event) { taken.push_back(event); });
  };
  feed();
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_TRUE(taken[0].down);
  state.console.focus = true;
  feed();
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].code, key::kEnter);
  EXPECT_FALSE(taken[0].down);
  feed();
  EXPECT_TRUE(taken.empty());
  state.console.focus = false;
  for (int frame = 0; frame < 3 && taken.empty(); ++frame) feed();
  ASSERT_FALSE(taken.empty());
  EXPECT_EQ(taken[0].code, 'X');
}

// A click shorter than a frame is down in one and up in the next.
TEST(Keyboard, AKeyBehindAClickIsAboutWhatItChose) {
  Harness h(with_leader());
  h.frame();
  const auto place = h.app().gui().widgets.find("node:n2");
  ASSERT_TRUE(place);
  Keyboard keyboard;
  keyboard.add_click();
  press(keyboard, 'C', 'c');
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = {(place->min.x + place->max.x) / 2, (place->min.y + place->max.y) / 2};
  for (int frame = 0; frame < 6; ++frame) {
    io.MouseDown[0] = frame == 0;
    keyboard.feed(h.state(), io.WantTextInput, [&](const Keyboard::Event& event) {
      if (!event.character) io.KeysDown[event.code] = event.down;
    });
    h.frame();
  }
  EXPECT_EQ(h.view().node({2})->state, sim::NodeState::kDown);
}

TEST(Keyboard, ControlASelectsAllHoweverFastControlIsLetGo) {
  constexpr int kControl = key::kFirstModifier + 1;
  for (const bool together : {true, false}) {
    Harness h(with_leader());
    Keyboard keyboard;
    ASSERT_TRUE(h.click("console"));
    type(keyboard, "crash n1");
    play(h, keyboard);
    keyboard.add({.down = true, .code = kControl});
    if (!together) play(h, keyboard);
    keyboard.add({.down = true, .code = 'A'});
    keyboard.add({.down = false, .code = kControl});
    keyboard.add({.down = false, .code = 'A'});
    play(h, keyboard);
    type(keyboard, "x");
    play(h, keyboard);
    EXPECT_EQ(h.state().console.text, "x") << together;
  }
}

}  // namespace
}  // namespace ui
