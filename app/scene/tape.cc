#include "app/scene/tape.h"

#include <algorithm>
#include <cmath>

#include "app/scene/tr.h"

namespace scene {
namespace {

constexpr float kLaneHeight = 24;

void draw_hatching(const Pen& pen, Box box) {
  if (box.w <= 0) return;
  pen.list.rect(box, 0, {.fill = pen.t.panel});
  pen.list.push_clip(box);
  const float first =
      std::floor(box.x / 6) * 6;  // phase fixed to the place, so that it does not crawl
  for (float x = first; x < box.right() + box.h; x += 6) {
    pen.list.line({x - box.h, box.bottom()}, {x, box.y},
                  {.stroke = pen.t.ink3.faded(0.8f), .width = 1.1f});
  }
  pen.list.pop_clip();
}

void draw_mark(const Pen& pen, float x, float y, TapeMark mark) {
  DisplayList& list = pen.list;
  const float cy = y + kLaneHeight / 2;
  if (mark == TapeMark::kWrite) {
    list.line({x, y + kLaneHeight - 6}, {x, y + kLaneHeight}, {.stroke = pen.t.canvas, .width = 2});
    return;
  }
  list.circle(x, cy, 9.5f, {.fill = pen.t.panel});
  switch (mark) {
    case TapeMark::kCrash:
      draw_icon(pen, Icon::kCross, x, cy, pen.t.danger, 0.9f);
      break;
    case TapeMark::kHalt:
      list.rect({x - 5, cy - 5, 10, 10}, 2, {.fill = pen.t.danger});
      break;
    case TapeMark::kRestart:
      draw_icon(pen, Icon::kRestart, x, cy, pen.t.ink);
      break;
    case TapeMark::kPause:
      draw_icon(pen, Icon::kPause, x, cy, pen.t.ink, 0.7f);
      break;
    case TapeMark::kResume:
      draw_icon(pen, Icon::kPlay, x, cy, pen.t.ink, 0.65f);
      break;
    case TapeMark::kCut:
      for (const float o : {-2.6f, 2.6f}) {
        list.line({x + o + 1.6f, cy - 5}, {x + o - 1.6f, cy + 5},
                  {.stroke = pen.t.danger, .width = 2.2f, .round = true});
      }
      break;
    case TapeMark::kHeal:
      draw_icon(pen, Icon::kHeal, x, cy, pen.t.ink);
      break;
    case TapeMark::kBookmark:
      // A ribbon with a notch: two halves, since filled paths are convex.
      for (const float side : {-4.5f, 4.5f}) {
        list.path({{x, cy - 6.5f}, {x + side, cy - 6.5f}, {x + side, cy + 6.5f}, {x, cy + 2.5f}},
                  true, {.fill = pen.t.ink});
      }
      break;
    case TapeMark::kViolation:
      list.path({{x, cy - 7}, {x + 7, cy + 5}, {x - 7, cy + 5}}, true, {.fill = pen.t.danger});
      break;
    case TapeMark::kWrite:
      break;
  }
}

// Round steps of the axis: 1, 2, 5 times a power of ten, at least 70 units apart.
std::uint64_t axis_step(const TapeScale& scale) {
  std::uint64_t step = 1000;
  for (int i = 0; i < 40; ++i) {
    const float wide =
        static_cast<float>(step) / static_cast<float>(scale.span) * (scale.x1 - scale.x0);
    if (wide >= 70) return step;
    const std::uint64_t lead = step / static_cast<std::uint64_t>(std::llround(std::pow(
                                          10, std::floor(std::log10(static_cast<double>(step))))));
    step = lead == 1 ? step * 2 : lead == 2 ? step / 2 * 5 : step * 2;
  }
  return step;
}

}  // namespace

float TapeScale::x_of(sim::Instant at) const {
  return x0 +
         static_cast<float>(static_cast<double>(at.millis) / static_cast<double>(span)) * (x1 - x0);
}

sim::Instant TapeScale::instant_at(float x) const {
  const double share =
      std::clamp(static_cast<double>(x - x0) / static_cast<double>(x1 - x0), 0.0, 1.0);
  return {static_cast<std::uint64_t>(std::llround(share * static_cast<double>(span)))};
}

TapeScale tape_scale(const TapeInput& input) {
  TapeScale scale;
  scale.x0 = input.box.x + 92;
  scale.x1 = std::max(scale.x0 + 1, input.box.right());
  // The span grows in steps, so that the bands do not move with every tick.
  std::uint64_t span = 40000;
  std::uint64_t end = std::max(input.now, input.tip).millis;
  for (const KeptBranch& branch : input.kept) end = std::max(end, branch.tip.millis);
  while (static_cast<double>(span) < static_cast<double>(end) * 1.04) span = span / 2 * 3;
  scale.span = span;
  return scale;
}

Box kept_lane(const TapeInput& input, std::size_t i) {
  const TapeScale scale = tape_scale(input);
  const KeptBranch& branch = input.kept[i];
  const float from = scale.x_of(branch.fork);
  const float y = input.box.y + 12 + kLaneHeight + 26 + static_cast<float>(i) * kKeptLane;
  return {from, y, std::max(10.0f, scale.x_of(branch.tip) - from), kKeptLane};
}

Box kept_name(const TapeInput& input, std::size_t i) {
  const Box lane = kept_lane(input, i);
  return {input.box.x - 4, lane.y, 90, lane.h};
}

namespace {

// Joined by a curve from a dot at the fork; at rest, so that the open branch speaks.
void draw_kept(const Pen& pen, const TapeInput& input, std::size_t i, float lane_foot) {
  const KeptBranch& branch = input.kept[i];
  const Box box = kept_lane(input, i);
  const float cy = box.y + box.h / 2;
  const bool compared = input.compared == i;
  const Color faded = pen.t.ink2.faded(compared ? 1 : 0.45f);
  pen.list.text_within(input.box.x, cy + 4.6f, branch.name, 62, {.size = 12, .color = pen.t.ink2});
  const float bend = std::min(8.0f, box.w / 2);
  pen.list.path({{box.x, lane_foot},
                 {box.x, cy - bend},
                 {box.x + bend * 0.3f, cy - bend * 0.3f},
                 {box.x + bend, cy}},
                false, pen.stroked(faded, 1.4f));
  pen.list.circle(box.x, lane_foot, 3, {.fill = pen.t.ink2});
  pen.list.rect({box.x + bend, cy - 6, std::max(2.0f, box.w - bend), 12}, 3, {.fill = faded});
}

}  // namespace

void build_tape(const TapeInput& input, const Theme& theme, DisplayList& list) {
  const Pen pen{list, theme};
  const TapeScale scale = tape_scale(input);
  const float y = input.box.y + 12, x0 = scale.x0, x1 = scale.x1;
  list.text(input.box.x, y + 17, input.name.empty() ? tr("this run") : input.name,
            {.size = 13, .color = theme.ink, .weight = 600});
  const std::size_t lanes = std::min(input.kept.size(), kMostKeptLanes);
  list.rect({x0 - 6, y - 6, x1 - x0 + 12,
             kLaneHeight + 30 + static_cast<float>(lanes) * kKeptLane + (lanes > 0 ? 4.0f : 0.0f)},
            6, {.fill = theme.sunken});
  const float now = scale.x_of(input.now);
  const float tip = scale.x_of(std::max(input.now, input.tip));
  const float known = scale.x_of(std::max(input.now, input.known));
  // Where nobody led, and a little below the round corners of the terms beside it.
  const float end = std::min(tip, known);
  float free = x0;
  const auto hatch_until = [&](float from) {
    if (from - free >= 1) {
      const float left = std::max(x0, free - 4), right = std::min(end, from + 4);
      draw_hatching(pen, {left, y, right - left, kLaneHeight});
    }
  };
  for (const TapeBand& band : input.bands) {
    hatch_until(scale.x_of(band.from));
    free = std::max(free, std::min(tip, scale.x_of(band.to)));
  }
  hatch_until(end);
  float last_drawn = -1;
  for (std::size_t i = 0; i < input.bands.size(); ++i) {
    const TapeBand& band = input.bands[i];
    const float from = scale.x_of(band.from), to = std::min(tip, scale.x_of(band.to));
    // Where bands are narrower than a unit one per unit is enough.
    if (to - from < 1 && to - last_drawn < 1) continue;
    last_drawn = to;
    Paint paint = pen.filled(theme.term(band.term));
    paint.width *= 0.8f;
    const float w = std::max(1.0f, to - from);
    if (w < 3) paint.stroke = {};
    list.rect({from, y, w, kLaneHeight}, std::min(4.0f, w / 2), paint);
    float room = w - 16;
    for (const TapeEvent& event : input.events) {
      if (event.mark != TapeMark::kWrite && event.at >= band.from && event.at < band.to) {
        room = std::min(room, scale.x_of(event.at) - from - 20);
        break;
      }
    }
    const std::string number = std::to_string(band.term.value);
    const Style style{.size = 13, .color = theme.on_term(band.term), .weight = 600};
    for (const std::string& label :
         {tr("term {1} · {2}", number, "n" + std::to_string(band.leader.value)),
          tr("term {1}", number), number}) {
      if (list.width(label, style) > room) continue;
      list.text(from + 10, y + 17, label, style);
      break;
    }
  }
  if (input.bands.empty() && now - x0 > 150) {
    const Style style{.size = 13, .color = theme.ink2, .anchor = Anchor::kMiddle};
    const float w = list.width(tr("nobody leads yet"), style);
    list.rect({(x0 + now - w) / 2 - 10, y + 2, w + 20, kLaneHeight - 4}, 4, {.fill = theme.panel});
    list.text((x0 + now) / 2, y + 17, tr("nobody leads yet"), style);
  }

  const std::uint64_t step = axis_step(scale);
  for (std::uint64_t at = 0; at <= scale.span; at += step) {
    const float x = scale.x_of({at});
    const std::string label = std::to_string(at / 1000);
    if (x + list.width(label, {.size = 13, .face = Face::kMono}) / 2 <= x1 + 6) {
      list.line({x, y + kLaneHeight + 2}, {x, y + kLaneHeight + 4}, {.stroke = theme.ink3});
      list.text(x, y + kLaneHeight + 16.5f, label,
                {.size = 13, .color = theme.ink3, .face = Face::kMono, .anchor = Anchor::kMiddle});
    }
  }

  // Marks closer than 1.2 em become one with their count; writes never do, but one per unit is
  // enough.
  float last_write = -10;
  std::vector<std::pair<float, TapeMark>> group;
  const auto flush = [&] {
    if (group.empty()) return;
    if (group.size() == 1) {
      draw_mark(pen, group[0].first, y, group[0].second);
    } else {
      float x = 0;
      for (const auto& [at, mark] : group) x += at;
      x /= static_cast<float>(group.size());
      list.circle(x, y + kLaneHeight / 2, 9.5f, {.fill = theme.panel});
      const std::string count = group.size() > 99 ? "99" : std::to_string(group.size());
      list.text(x, y + kLaneHeight / 2 + 4.6f, count,
                {.size = 13,
                 .color = theme.ink,
                 .face = Face::kMono,
                 .weight = 700,
                 .anchor = Anchor::kMiddle});
    }
    group.clear();
  };
  for (const TapeEvent& event : input.events) {
    const float x = scale.x_of(event.at);
    if (event.mark == TapeMark::kWrite) {
      if (x - last_write >= 1) draw_mark(pen, x, y, event.mark);
      last_write = std::max(last_write, x);
      continue;
    }
    if (!group.empty() && x - group.front().first >= 19) flush();
    group.emplace_back(x, event.mark);
  }
  flush();
  for (std::size_t i = lanes; i-- > 0;) draw_kept(pen, input, i, y + kLaneHeight);
  if (input.kept.size() > lanes) {
    list.text(x1, y + kLaneHeight + 26 + static_cast<float>(lanes) * kKeptLane - 4,
              tr("and {1} more", input.kept.size() - lanes),
              {.size = 12, .color = theme.ink2, .anchor = Anchor::kEnd});
  }
  if (tip - now >= 1) {
    // The future that is known lies under a veil.
    list.rect({now, y - 2, tip - now, kLaneHeight + 4}, 0, {.fill = theme.panel.faded(0.55f)});
    list.line({tip, y - 6}, {tip, y + kLaneHeight + 6}, {.stroke = theme.ink2, .width = 2});
  }
  if (input.differs) draw_not_equal(pen, scale.x_of(*input.differs), y + kLaneHeight / 2, 9, true);
  list.line({now, y - 9}, {now, y + kLaneHeight + 12}, {.stroke = theme.accent, .width = 2});
  list.path(
      {{now - 6, y - 15}, {now + 6, y - 15}, {now + 6, y - 9}, {now, y - 3}, {now - 6, y - 9}},
      true, {.fill = theme.accent});
}

}  // namespace scene
