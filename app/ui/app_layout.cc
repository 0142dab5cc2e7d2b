#include "app/ui/app_layout.h"

#include <algorithm>
#include <utility>

namespace ui {

Layout layout_window(float w, float h, const LayoutWishes& wishes) {
  constexpr float kHead = 44, kRail = 52, kFaults = 312, kLesson = 448, kEm = 16;
  Layout l;
  l.w = w;
  l.h = h;
  l.tabbed = w < 70 * kEm - 0.5f;
  l.narrow = w < 45 * kEm;
  l.small = l.tabbed || h < 54 * kEm;
  const float time_h =
      (l.small ? 126.0f : 140.0f) + static_cast<float>(wishes.lanes) * scene::kKeptLane;
  const float logs_h = l.small ? 222 : 276;
  l.header = {0, 0, w, kHead};
  const float time_y = std::max(kHead, h - time_h);
  l.time = {0, time_y, w, std::max(1.0f, h - time_y)};
  float left = 0, right = w;
  const float body_h = std::max(1.0f, time_y - kHead);
  if (!l.tabbed) {
    l.has_faults = wishes.faults;
    l.has_lesson = wishes.lesson && !wishes.faults && w >= kLessonBesideFrom;
    l.has_rail = !wishes.faults && !l.has_lesson;
    left = wishes.faults ? kFaults : l.has_lesson ? kLesson : kRail;
    (wishes.faults ? l.faults : l.has_lesson ? l.lesson : l.rail) = {0, kHead, left, body_h};
  }
  const bool instead = wishes.lesson && !l.has_lesson && !wishes.pane;
  l.has_pane = (wishes.pane || instead) && !l.narrow;
  if (l.has_pane) {
    const float pane_w = l.tabbed ? 340 : l.small ? 400 : 456;
    right = std::max(left + 100, w - pane_w);
    l.pane = {right, kHead, w - right, body_h};
  }
  const float logs_y = std::max(kHead + std::min(body_h * 0.5f, 120.0f), time_y - logs_h);
  l.stage = {left, kHead, right - left, std::max(1.0f, logs_y - kHead)};
  const scene::Box lower{left, logs_y, right - left, std::max(1.0f, time_y - logs_y)};
  if (!l.narrow) {
    l.logs = lower;
    l.has_logs = true;
  } else {
    // The row of tabs above takes its share.
    l.has_pane = true;
    l.pane = lower;
    l.has_logs = wishes.logs_page;
    l.logs = {lower.x, lower.y + 40, lower.w, std::max(1.0f, lower.h - 40)};
  }
  if (wishes.lesson && !l.has_lesson && !instead && l.has_pane) {
    constexpr float kBar = 40;
    l.has_lesson_bar = true;
    l.lesson_bar = {l.pane.x, l.pane.y, l.pane.w, kBar};
    l.pane.y += kBar;
    l.pane.h = std::max(1.0f, l.pane.h - kBar);
  }
  if (instead) {
    std::swap(l.has_pane, l.has_lesson);
    std::swap(l.pane, l.lesson);
  }
  return l;
}

}  // namespace ui
