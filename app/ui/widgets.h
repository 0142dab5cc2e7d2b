// Buttons and the like, in the project's own look. Each registers its name, so that tests find it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/ui/gui.h"

namespace ui {

enum class ButtonKind : std::uint8_t { kPlain, kPrimary, kQuiet, kDanger, kChosen };

// Figures stand in the even face, words in the other one, which has the letters of all languages.
scene::Style with_face(scene::Style style, std::string_view text);

struct ButtonOptions {
  std::string label{};
  std::string key{};  // shown in a cap
  ButtonKind kind = ButtonKind::kPlain;
  const scene::Icon* icon = nullptr;
  bool enabled = true;
  Tip tip{};
};
bool button(Surface& s, const std::string& name, const scene::Box& box,
            const ButtonOptions& options);
// How wide it wants to be.
float button_width(Surface& s, const std::string& label, const std::string& key);

// Returns the new choice, or `chosen`.
int segmented(Surface& s, const std::string& name, float x, float y,
              const std::vector<std::string>& items, int chosen, float h = 28);
float segmented_width(Surface& s, const std::vector<std::string>& items);

// Text tabs with a line under the chosen one. Returns the new choice, or `chosen`.
struct TabsLook {
  float gap = 26;
  float size = 14;
  int marked = -1;  // behind this item
  float room = 0;   // stays so much room,
  float at = 0;     // out: from here on
};
int tabs(Surface& s, const std::string& name, float x, float y,
         const std::vector<std::string>& items, int chosen, TabsLook& look);

bool toggle(Surface& s, const std::string& name, float x, float y, bool on);
// 0 to 1; returns the new value.
float slider(Surface& s, const std::string& name, float x, float y, float w, float value);
// A cap with the key's name; returns its right end.
float keycap(Surface& s, float x, float y, const std::string& key, scene::Color color);
float keycap_width(Surface& s, const std::string& key);

// One line of typed text; ImGui edits it, we draw the rest. Returns true on Enter.
struct InputOptions {
  std::string hint{};
  bool focus = false;  // take the keyboard now
  bool mono = true;
  bool* active = nullptr;
};
bool input(Surface& s, const std::string& name, const scene::Box& box, std::string& text,
           const InputOptions& options, ImGuiInputTextCallback callback = nullptr,
           void* user = nullptr, ImGuiInputTextFlags flags = 0);

// Surface of menus, tooltips and dialogs; the only thing with a shadow.
void draw_floating(const scene::Pen& pen, scene::Box box, float radius);
// Words to lines of at most `room`.
std::vector<std::string> wrapped(const scene::TextMeasure& measure, std::string_view text,
                                 float room, const scene::Style& style);
// Draws the lines, returns the baseline behind the last.
float paragraph(Surface& s, float x, float y, std::string_view text, float room,
                const scene::Style& style, float lead);

struct MenuItem {
  std::string name;  // of the widget; empty: a separator
  std::string label;
  std::string key;
  bool enabled = true;
  bool checked = false;
  std::string why_off;  // tooltip when disabled
  std::string line;     // the scenario line it makes, as tooltip
};
// The popup `id` if it is open. Returns the chosen item's place, or -1.
int menu(Gui& gui, const char* id, ImVec2 at, const std::string& title,
         const std::vector<MenuItem>& items);

}  // namespace ui
