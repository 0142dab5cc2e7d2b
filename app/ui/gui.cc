#include "app/ui/gui.h"

#include <algorithm>
#include <cmath>

#include "app/ui/imgui_back_end.h"
#include "app/ui/pictures.h"
#include "app/ui/widgets.h"

namespace ui {
namespace {

constexpr double kTipDelay = 0.35;  // seconds

// Begins the ImGui window before Surface looks at it; the comma in the initialiser needs a value.
Gui& begun(Gui& gui, const char* id, const scene::Box& box, bool scrolls) {
  ImGui::SetNextWindowPos({std::round(box.x * gui.k), std::round(box.y * gui.k)});
  ImGui::SetNextWindowSize(
      {std::max(1.0f, std::round(box.right() * gui.k) - std::round(box.x * gui.k)),
       std::max(1.0f, std::round(box.bottom() * gui.k) - std::round(box.y * gui.k))});
  ImGuiWindowFlags flags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                           ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground |
                           ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav;
  if (!scrolls) flags |= ImGuiWindowFlags_NoScrollWithMouse;
  ImGui::Begin(id, nullptr, flags);
  return gui;
}

}  // namespace

void WidgetRegistry::add(const std::string& name, ImVec2 min, ImVec2 max, bool enabled) {
  if (added_ == new_.size()) new_.emplace_back();
  new_[added_].first = name;
  new_[added_++].second = {min, max, enabled};
}

const WidgetRegistry::Places& WidgetRegistry::all() const {
  for (std::size_t i = 0; i < added_; ++i) places_[new_[i].first] = new_[i].second;
  added_ = 0;
  for (const auto& fill : std::exchange(later_, {})) fill(places_);
  return places_;
}

std::optional<WidgetRegistry::Place> WidgetRegistry::find(const std::string& name) const {
  const auto found = all().find(name);
  if (found == places_.end()) return std::nullopt;
  return found->second;
}

Surface::Surface(Gui& gui) : gui_(gui), list_(*gui.fonts) {
  if (!gui.spare_lists.empty()) {
    scene::DisplayList spare = std::move(gui.spare_lists.back());
    gui.spare_lists.pop_back();
    // It may have been made for other fonts.
    if (&spare.measure() == gui.fonts) list_ = std::move(spare);
  }
  const ImVec2 pos = ImGui::GetWindowPos();
  origin_ = {pos.x - std::round(ImGui::GetScrollX()), pos.y - std::round(ImGui::GetScrollY())};
  size_ = ImGui::GetWindowSize();
}

Surface::~Surface() {
  list_.clear();
  gui_.spare_lists.push_back(std::move(list_));
}

scene::Point Surface::mouse() const {
  const ImVec2 p = ImGui::GetIO().MousePos;
  return {(p.x - origin_.x) / gui_.k, (p.y - origin_.y) / gui_.k};
}

bool Surface::visible(const scene::Box& box) const {
  const ImVec2 pos = ImGui::GetWindowPos();
  const ImVec2 low = at(box.x, box.y), high = at(box.right(), box.bottom());
  return high.y > pos.y && low.y < pos.y + size_.y && high.x > pos.x && low.x < pos.x + size_.x;
}

Touch Surface::touch(const std::string& name, const scene::Box& box, bool enabled, bool focusable) {
  Touch touch;
  if (!visible(box)) return touch;
  const ImVec2 low = at(box.x, box.y);
  const ImVec2 size{std::max(1.0f, box.w * gui_.k), std::max(1.0f, box.h * gui_.k)};
  ImGui::SetCursorScreenPos(low);
  const bool pressed = ImGui::InvisibleButton(
      name.c_str(), size, ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
  touch.hovered = ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) &&
                  (ImGui::IsItemHovered() || ImGui::IsItemActive());
  touch.held = ImGui::IsItemActive() && ImGui::IsMouseDown(ImGuiMouseButton_Left);
  const bool left = ImGui::IsMouseReleased(ImGuiMouseButton_Left),
             right = ImGui::IsMouseReleased(ImGuiMouseButton_Right);
  touch.clicked = enabled && pressed && left;
  touch.right_clicked = enabled && pressed && right && !left;
  touch.double_clicked = touch.hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
  // What is scrolled out of sight cannot be clicked, so it counts only as far as it can be seen.
  const ImVec2 clip_low = ImGui::GetWindowDrawList()->GetClipRectMin(),
               clip_high = ImGui::GetWindowDrawList()->GetClipRectMax();
  const ImVec2 seen_low{std::max(low.x, clip_low.x), std::max(low.y, clip_low.y)};
  const ImVec2 seen_high{std::min(low.x + size.x, clip_high.x),
                         std::min(low.y + size.y, clip_high.y)};
  const bool seen = seen_low.x < seen_high.x && seen_low.y < seen_high.y;
  if (seen) gui_.widgets.add(name, seen_low, seen_high, enabled);
  if (!seen || !focusable) return touch;
  gui_.order.push_back(name);
  if (gui_.focus != name) return touch;
  touch.focused = true;
  if (gui_.press && enabled) touch.clicked = true;
  list_.rect({box.x - 3, box.y - 3, box.w + 6, box.h + 6}, 7,
             {.stroke = t().accent, .width = 2 * std::min(t().line, 1.3f)});
  return touch;
}

void Surface::tip(const std::string& name, const Touch& touch, Tip tip) {
  if (!touch.hovered && !touch.focused) return;
  if (!touch.hovered && gui_.tip) return;
  gui_.tip = std::move(tip);
  if (gui_.tip_owner != name) gui_.tip_owner = name;
}

void Surface::flush() {
  draw(list_, *ImGui::GetWindowDrawList(), origin_, *gui_.fonts);
  list_.clear();
}

void Surface::image(const scene::Box& box, const Image& image) {
  flush();
  ImGui::GetWindowDrawList()->AddImage(texture_of(image), at(box.x, box.y),
                                       at(box.right(), box.bottom()));
}

void Surface::content(float height) {
  ImGui::SetCursorPos({0, std::max(0.0f, height * gui_.k - 1)});
  ImGui::Dummy({1, 1});
}

Pane::Pane(Gui& gui, const char* id, const scene::Box& box, scene::Color background, bool scrolls)
    : Surface(begun(gui, id, box, scrolls)), scrolls_(scrolls) {
  if (background.visible()) {
    const ImVec2 pos = ImGui::GetWindowPos();
    ImGui::GetWindowDrawList()->AddRectFilled(pos, {pos.x + size_.x, pos.y + size_.y},
                                              im_color(background));
  }
}

Pane::~Pane() {
  flush();
  // Three pixels that tell that there is more below.
  const float most = ImGui::GetScrollMaxY();
  if (scrolls_ && most > 1) {
    const ImVec2 pos = ImGui::GetWindowPos();
    const float share = size_.y / (size_.y + most), bar = std::max(20 * gui_.k, share * size_.y);
    const float top = pos.y + (size_.y - bar) * ImGui::GetScrollY() / most;
    const float x = pos.x + size_.x - 6 * gui_.k;
    ImGui::GetWindowDrawList()->AddRectFilled({x, top + 2}, {x + 3 * gui_.k, top + bar - 2},
                                              im_color(t().control.faded(0.6f)), 1.5f * gui_.k);
  }
  ImGui::End();
}

void draw_tooltip(Gui& gui) {
  const double now = ImGui::GetTime();
  const std::string owner = gui.tip ? gui.tip_owner : "";
  if (gui.tip_waiting != owner) {
    // At once if another one is open, else after the delay.
    const bool open = !gui.tip_waiting.empty() && now - gui.tip_since > kTipDelay;
    gui.tip_waiting = owner;
    gui.tip_since = open ? now - 1 : now;
  }
  if (!gui.tip || gui.tip->what.empty() || now - gui.tip_since < kTipDelay) return;
  if (ImGui::IsMouseDown(ImGuiMouseButton_Left) || ImGui::IsMouseDown(ImGuiMouseButton_Right))
    return;

  scene::DisplayList list(*gui.fonts);
  const scene::Pen pen{list, *gui.theme};
  const scene::Style first{.size = 14, .color = gui.theme->ink},
      second{.size = 13, .color = gui.theme->ink2};
  const float room = 26 * 16 - 28;
  const auto what = wrapped(*gui.fonts, gui.tip->what, room, first);
  const auto more =
      wrapped(*gui.fonts, gui.tip->more, gui.tip->rule.empty() ? room : room - 70, second);
  float wide = 0;
  for (const std::string& line : what) wide = std::max(wide, list.width(line, first));
  const float rule = gui.tip->rule.empty() ? 0 : list.width(gui.tip->rule, second) + 16;
  for (const std::string& line : more) wide = std::max(wide, list.width(line, second) + rule);
  if (more.empty()) wide = std::max(wide, rule);
  const float lines = static_cast<float>(more.empty() && rule > 0 ? 1 : more.size());
  const float w = wide + 28, h = 18 + 20 * static_cast<float>(what.size()) + 18 * lines;
  const ImVec2 mouse = ImGui::GetIO().MousePos, display = ImGui::GetIO().DisplaySize;
  const float sw = display.x / gui.k, sh = display.y / gui.k;
  const bool low = mouse.y / gui.k > sh - 150;  // below lies the tape, which it would cover
  float x = mouse.x / gui.k + 14, y = mouse.y / gui.k + (low ? -h - 12 : 20);
  // Of what the keyboard has reached: below it.
  if (!gui.focus.empty() && gui.tip_owner == gui.focus) {
    if (const auto place = gui.widgets.find(gui.focus)) {
      x = place->min.x / gui.k;
      y = place->max.y / gui.k + 8;
    }
  }
  if (x + w > sw - 6) x = std::max(6.0f, sw - w - 6);
  if (y + h > sh - 6) y = std::max(6.0f, mouse.y / gui.k - h - 12);
  draw_floating(pen, {x, y, w, h}, 6);
  float base = y + 23;
  for (const std::string& line : what) {
    list.text(x + 14, base, line, first);
    base += 20;
  }
  if (rule > 0)
    list.text(x + w - 14, base - 1, gui.tip->rule,
              {.size = 13, .color = gui.theme->ink3, .anchor = scene::Anchor::kEnd});
  for (const std::string& line : more) {
    list.text(x + 14, base - 1, line, second);
    base += 18;
  }
  draw(list, *ImGui::GetForegroundDrawList(), {0, 0}, *gui.fonts);
}

}  // namespace ui
