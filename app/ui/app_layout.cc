#include "app/ui/app_layout.h"

#include <algorithm>
#include <utility>

namespace ui {

Layout layout_window(float w, float h, const LayoutWishes& wishes) {
  constexpr float kHead = 44, kRail = 52, kFaults = 312, kLesson = 448, kEm = 16;
  constexpr float kLeastStage = 270;  // below it cards lie over each other
  constexpr float kBeside = 1080;     // ring and sequence
  constexpr float kStacked = 470;     // the same, above each other
  Layout l;
  l.w = w;
  l.h = h;
  l.tabbed = w < 70 * kEm - 0.5f;
  l.narrow = w < 45 * kEm;
  l.small = l.tabbed || h < 54 * kEm;
  if (wishes.demo) {
    const float tape_h = 68, caption_h = std::min(108.0f, h * 0.2f);
    l.time = {0, h - tape_h, w, tape_h};
    l.caption = {24, l.time.y - caption_h, w - 48, caption_h};
    l.stage = {0, 0, w, std::max(1.0f, l.caption.y - 6)};
    return l;
  }
  const float time_h =
      (l.small ? 126.0f : 140.0f) + static_cast<float>(wishes.lanes) * scene::kKeptLane;
  float logs_h = l.small ? 222 : 276;
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
  const bool instead = wishes.lesson && !l.has_lesson && !wishes.pane && !wishes.compare;
  l.has_pane = !l.narrow && (wishes.compare ? !l.tabbed : wishes.pane || instead);
  if (l.has_pane) {
    float pane_w = l.tabbed ? 340 : l.small ? 400 : 456;
    constexpr float kLeast = 300, kStage = 420;  // what a pane, and what the stage needs
    if (wishes.pane_width > 0)
      pane_w = std::clamp(wishes.pane_width, kLeast, std::max(kLeast, w - left - kStage));
    right = std::max(left + 100, w - pane_w);
    l.pane = {right, kHead, w - right, body_h};
  }
  if (wishes.logs_height > 0 && !l.narrow) {
    constexpr float kLogs = 140;
    logs_h = std::clamp(wishes.logs_height, kLogs, std::max(kLogs, body_h - kLeastStage));
  }
  const float stage_w = right - left;
  l.beside = stage_w >= kBeside;
  l.stacked = !l.beside && !l.narrow && body_h >= kStacked;
  l.logs_aside = !l.narrow && !wishes.compare &&
                 (body_h - logs_h < kLeastStage || (wishes.both && !l.beside && l.stacked));
  if (l.narrow) logs_h = std::min(logs_h, body_h * 0.44f);
  const float logs_y = l.logs_aside ? time_y : time_y - logs_h;
  l.stage = {left, kHead, stage_w, std::max(1.0f, logs_y - kHead)};
  const scene::Box lower{left, logs_y, stage_w, std::max(1.0f, time_y - logs_y)};
  if (l.narrow) {
    l.has_pane = true;
    l.pane = lower;
  } else if (!l.logs_aside) {
    l.logs = lower;
    l.has_logs = true;
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
