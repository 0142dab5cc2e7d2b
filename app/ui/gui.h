// What every panel draws with: theme, fonts, the names of the widgets, and surfaces. A surface is
// the ImGui window that is being filled, with coordinates in units (a sixteenth of an em) from its
// corner.
#pragma once

#include <imgui.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/scene/display_list.h"
#include "app/scene/glyphs.h"
#include "app/scene/theme.h"
#include "app/scene/tr.h"
#include "app/ui/fonts.h"

namespace ui {

using scene::tr;
using scene::tr_later;
using scene::tr_sentence;

// Where each widget of the last frame stands, by name, in pixels: how tests find them.
class WidgetRegistry {
 public:
  struct Place {
    ImVec2 min, max;
    bool enabled = true;
  };
  using Places = std::map<std::string, Place>;
  void clear() {
    added_ = 0;
    places_.clear();
    later_.clear();
  }
  void add(const std::string& name, ImVec2 min, ImVec2 max, bool enabled);
  // Of hundreds that nobody may ask for in this frame: `fill` is called when somebody does. Names
  // that are there stay as they are.
  void add_later(std::function<void(Places&)> fill) { later_.push_back(std::move(fill)); }
  std::optional<Place> find(const std::string& name) const;
  const Places& all() const;

 private:
  // Few frames are asked: what is added is put in order when somebody does.
  std::vector<std::pair<std::string, Place>> new_;  // the first `added_` of them
  mutable std::size_t added_ = 0;
  mutable Places places_;
  mutable std::vector<std::function<void(Places&)>> later_;
};

// A tooltip says what this is, then what follows from it; the paper's section stands at the right.
struct Tip {
  std::string what;
  std::string more;
  std::string rule;
};

class Pictures;
struct Image;

struct Gui {
  Pictures* pictures = nullptr;  // not owned
  const scene::Theme* theme = nullptr;
  const Fonts* fonts = nullptr;
  float k = 1;  // pixels per unit
  WidgetRegistry widgets;
  // Widgets that the keyboard reaches, in the order in which they are drawn; Tab goes through them,
  // Enter presses. What lies below an open menu or dialog is not among them.
  std::vector<std::string> order, order_before;
  std::string focus;         // empty: none
  bool press = false;        // Enter went down on it, this frame
  bool focus_moved = false;  // a field takes the keyboard when it gets the focus
  bool menu_open = false;    // a menu was drawn in the last frame
  bool close_menus = false;  // asked for by a key
  std::optional<Tip> tip;    // of what the mouse is over, this frame
  std::string tip_owner;     // its widget: another one starts the delay again
  std::string tip_waiting;   // the owner of the frames before
  double tip_since = 0;      // when it was first hovered, in seconds of the interface
  // Empty lists that have been drawn; their room serves the next frame.
  std::vector<scene::DisplayList> spare_lists;
};

// How the mouse stands to a widget.
struct Touch {
  bool hovered = false;
  bool held = false;
  bool clicked = false;
  bool right_clicked = false;
  bool double_clicked = false;
  bool focused = false;  // by the keyboard
};

class Surface {
 public:
  // Takes the current ImGui window.
  explicit Surface(Gui& gui);
  ~Surface();
  Surface(const Surface&) = delete;
  Surface& operator=(const Surface&) = delete;

  Gui& gui() { return gui_; }
  const scene::Theme& t() const { return *gui_.theme; }
  scene::DisplayList& list() { return list_; }
  scene::Pen pen() { return {list_, *gui_.theme}; }
  float w() const { return size_.x / gui_.k; }
  float h() const { return size_.y / gui_.k; }
  // In pixels.
  ImVec2 at(float x, float y) const { return {origin_.x + x * gui_.k, origin_.y + y * gui_.k}; }
  scene::Point mouse() const;
  bool visible(const scene::Box& box) const;

  // A place that answers to the mouse. `name` is ours, never a person's text.
  // `focusable`: the keyboard reaches it; not so places that are only pointed at.
  Touch touch(const std::string& name, const scene::Box& box, bool enabled = true,
              bool focusable = true);
  // Shows `tip` while the widget just touched is hovered.
  void tip(const std::string& name, const Touch& touch, Tip tip);
  // Draws what is on the list so far: before an ImGui widget that draws by itself.
  void flush();
  // Draws the list so far, and above it the image.
  void image(const scene::Box& box, const Image& image);
  // How tall the content is; what exceeds the window scrolls.
  void content(float height);

 protected:
  Gui& gui_;
  scene::DisplayList list_;
  ImVec2 origin_;
  ImVec2 size_;
};

// A fixed place of the window. Begins and ends an ImGui window.
class Pane : public Surface {
 public:
  Pane(Gui& gui, const char* id, const scene::Box& box, scene::Color background,
       bool scrolls = false);
  ~Pane();

 private:
  bool scrolls_;
};

// Draws the tooltip of this frame over everything, after its delay.
void draw_tooltip(Gui& gui);

}  // namespace ui
