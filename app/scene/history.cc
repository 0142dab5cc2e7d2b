#include "app/scene/history.h"

#include <algorithm>
#include <cmath>

#include "app/scene/tr.h"

namespace scene {
namespace {

constexpr float kBar = 16;

float clamped(const HistoryLayout& g, sim::Instant at) {
  return std::clamp(g.x_of(at), g.plot.x - 4, g.plot.right() + 4);
}

void draw_axis(const HistoryLayout& g, const Pen& pen) {
  // Steps of 1, 2 or 5 times a power of ten, at least 60 units apart.
  double step = 0.001;
  for (int i = 0; g.plot.w * step / (g.to - g.from) < 60 && i < 40; ++i)
    step *= i % 3 == 1 ? 2.5 : 2;
  const Style style{
      .size = 13, .color = pen.t.ink3, .face = Face::kMono, .anchor = Anchor::kMiddle};
  for (double at = std::ceil(std::max(0.0, g.from) / step) * step; at <= g.to; at += step) {
    const sim::Instant instant{static_cast<std::uint64_t>(std::llround(at * 1000))};
    const float x = g.x_of(instant);
    pen.list.line({x, g.plot.y + 20}, {x, g.plot.bottom()}, {.stroke = pen.t.divider, .width = 1});
    pen.list.text(x, g.plot.y + 12, sim::short_text({instant.millis}), style);
  }
}

void draw_bands(const HistoryInput& input, const HistoryLayout& g, const Pen& pen) {
  const Theme& t = pen.t;
  pen.list.text(input.box.x, g.band_y + 12.5f, tr("leader"), {.size = 13, .color = t.ink3});
  for (const TapeBand& band : input.bands) {
    const float a = clamped(g, band.from), b = clamped(g, band.to);
    if (b - a < 1) continue;
    pen.list.rect({a, g.band_y, b - a, 18}, 3, pen.filled(t.term(band.term)));
    const std::string label =
        tr("term {1} · {2}", std::to_string(band.term.value), node_name(band.leader));
    const Style style{.size = 13, .color = t.on_term(band.term), .weight = 600};
    if (pen.list.width(label, style) < b - a - 14)
      pen.list.text(a + 7, g.band_y + 13.5f, label, style);
  }
  for (const sim::Instant cut : input.cuts) {
    const float x = g.x_of(cut);
    if (x < g.plot.x || x > g.plot.right()) continue;
    pen.list.line({x, g.band_y - 3}, {x, g.plot.bottom()},
                  {.stroke = t.danger.faded(0.55f), .width = 1.2f});
    for (const float o : {-3.0f, 2.0f})
      pen.list.line({x + o - 1, g.band_y + 15}, {x + o + 3, g.band_y + 3},
                    {.stroke = t.danger, .width = 2.2f, .round = true});
  }
}

void draw_effect(const Pen& pen, float x, float y, const HistoryBar& bar) {
  const Theme& t = pen.t;
  const Color color = bar.term.value == 0 ? t.control : t.term(bar.term);
  Paint paint = pen.filled(color);
  if (!bar.read) {
    pen.list.rect({x - 5.5f, y - 5.5f, 11, 11}, 2, paint);
    return;
  }
  std::vector<Point> hexagon;
  for (int i = 0; i < 6; ++i) hexagon.push_back(polar(x, y, 6.6f, 60.0f * static_cast<float>(i)));
  pen.list.path(hexagon, true, paint);
}

void draw_bar(const HistoryInput& input, const HistoryLayout& g, const Pen& pen,
              const HistoryBar& bar, float y, float& label_end, std::vector<HistoryHit>& hits) {
  const Theme& t = pen.t;
  const sim::Instant end =
      bar.look == BarLook::kDone || bar.look == BarLook::kNoPlace || bar.look == BarLook::kRefused
          ? bar.to
          : input.now;
  const float raw_a = g.x_of(bar.from), raw_b = g.x_of(end);
  if (raw_b < g.plot.x - 2 || raw_a > g.plot.right() + 2) return;
  const float a = clamped(g, bar.from), b = std::max(a + 6, clamped(g, end));
  const bool bad = bar.look == BarLook::kNoPlace;
  const bool refused = bar.look == BarLook::kRefused;
  const Box box{a, y - kBar / 2, b - a, kBar};
  // Nothing came of it, but it waited.
  if (refused) {
    pen.list.rect(box, 4, {.stroke = t.ink3, .width = 1.2f * t.line});
  } else {
    Paint paint{.fill = t.panel, .stroke = bad ? t.danger : t.ink, .width = 1.6f * t.line};
    if (bar.look == BarLook::kUnknown || bar.look == BarLook::kOpen) {
      paint = pen.dashed(t.ink2, 1.6f, 4, 3);
      pen.list.line({a, box.y}, {b, box.y}, paint);
      pen.list.line({a, box.bottom()}, {b, box.bottom()}, paint);
      pen.list.line({a, box.y}, {a, box.bottom()}, paint);
    } else {
      pen.list.rect(box, 4, paint);
    }
    if (bar.in_smallest && !bad)
      pen.list.path({{box.x - 3, box.y - 3},
                     {box.right() + 3, box.y - 3},
                     {box.right() + 3, box.bottom() + 3},
                     {box.x - 3, box.bottom() + 3}},
                    true, pen.dashed(t.danger, 1.4f, 4, 3));
    if (bar.request == input.selected)
      pen.list.rect({box.x - 4, box.y - 4, box.w + 8, box.h + 8}, 7,
                    {.stroke = t.accent, .width = 2 * t.line});
    else if (bar.request == input.hovered)
      pen.list.rect({box.x - 3, box.y - 3, box.w + 6, box.h + 6}, 6,
                    {.stroke = t.control, .width = 1.4f * t.line});
  }
  if (bad) {
    const float x = (a + b) / 2;
    draw_icon(pen, Icon::kCross, x, y, t.danger, 0.9f);
    // Its span, down to what the value was.
    pen.list.rect({a, box.bottom(), b - a, g.value_y - box.bottom()}, 0,
                  {.fill = t.danger.faded(0.09f)});
  } else if (bar.effect && !refused) {
    const float x = g.x_of(*bar.effect);
    if (x >= g.plot.x - 6 && x <= g.plot.right() + 6) {
      if (!bar.read)
        pen.list.line({x, box.bottom()}, {x, g.value_y}, pen.dotted(t.ink3, 1.4f, 3.5f));
      draw_effect(pen, x, y, bar);
    }
  }
  const Style style{.size = 13,
                    .color = bad       ? t.danger
                             : refused ? t.ink3
                                       : t.ink,
                    .face = Face::kMono};
  const float w = pen.list.width(bar.label, style);
  // Of two labels that would overlap the later one waits for the mouse.
  if (a > label_end || bar.request == input.selected || bar.request == input.hovered) {
    const float x = std::max(g.plot.x, std::min(a, g.plot.right() - w));
    pen.list.rect({x - 2, box.y - 18, w + 4, 16}, 2, {.fill = t.canvas.faded(0.86f)});
    pen.list.text(x, box.y - 5, bar.label, style);
    if (refused)
      pen.list.line({x, box.y - 9}, {x + w, box.y - 9}, {.stroke = t.ink3, .width = 1.2f});
    label_end = x + w + 8;
  }
  hits.push_back({bar.request, {box.x - 2, box.y - 18, std::max(box.w + 4, 12.0f), kBar + 22}});
}

void draw_values(const HistoryInput& input, const HistoryLayout& g, const Pen& pen) {
  const Theme& t = pen.t;
  pen.list.text_within(input.box.x, g.value_y + 14, tr("value of {1}", input.key),
                       g.plot.x - input.box.x - 8, {.size = 13, .color = t.ink3});
  for (std::size_t i = 0; i < input.values.size(); ++i) {
    const sim::Instant until = i + 1 < input.values.size() ? input.values[i + 1].from : input.now;
    const float a = clamped(g, input.values[i].from), b = clamped(g, until);
    if (b - a < 2) continue;
    pen.list.rect({a + 1, g.value_y, b - a - 2, 20}, 3,
                  {.fill = t.panel, .stroke = t.control, .width = 1.2f * t.line});
    const auto& value = input.values[i].value;
    pen.list.text_within(a + 8, g.value_y + 14.5f, value ? *value : tr("absent"), b - a - 14,
                         {.size = 13,
                          .color = value ? t.ink : t.ink3,
                          .face = value ? Face::kMono : Face::kSans,
                          .weight = value ? 600 : 400});
  }
}

}  // namespace

float HistoryLayout::x_of(sim::Instant at) const {
  const double share = (static_cast<double>(at.millis) / 1000 - from) / (to - from);
  return plot.x + static_cast<float>(std::clamp(share, -4.0, 5.0)) * plot.w;
}

double HistoryLayout::tick_at(float x) const {
  return from + static_cast<double>((x - plot.x) / plot.w) * (to - from);
}

HistoryLayout layout_history(const HistoryInput& input) {
  HistoryLayout g;
  const float label = input.small ? 74 : 92;
  g.plot = {input.box.x + label, input.box.y, std::max(60.0f, input.box.w - label), input.box.h};
  g.from = input.from;
  g.to = std::max(input.from + 0.001, input.to);
  g.band_y = input.box.y + 22;
  g.lane_y = g.band_y + 18;
  g.lane_step = input.small ? 46.0f : 54.0f;
  g.value_y = input.box.bottom() - 24;
  const float room = g.value_y - g.lane_y - 6;
  g.lanes =
      std::min(input.lanes.size(), static_cast<std::size_t>(std::max(1.0f, room / g.lane_step)));
  // Few lanes stand together, with the value right below them.
  g.value_y =
      std::min(g.value_y,
               g.lane_y + g.lane_step * static_cast<float>(std::max<std::size_t>(1, g.lanes)) + 14);
  g.plot.h = g.value_y + 22 - g.plot.y;
  return g;
}

void build_history(const HistoryInput& input, const Theme& theme, DisplayList& list,
                   std::vector<HistoryHit>& hits) {
  const Pen pen{list, theme};
  const HistoryLayout g = layout_history(input);
  draw_axis(g, pen);
  draw_bands(input, g, pen);
  for (std::size_t i = 0; i < g.lanes; ++i) {
    const HistoryLane& lane = input.lanes[i];
    const float y = g.lane_y + g.lane_step * (static_cast<float>(i) + 0.72f);
    list.line({g.plot.x, y}, {g.plot.right(), y}, {.stroke = theme.divider, .width = 1});
    list.text(input.box.x, y + 5, "c" + std::to_string(lane.client),
              {.size = 15, .color = theme.ink, .weight = 600});
    float label_end = -1;
    for (const HistoryBar& bar : lane.bars) draw_bar(input, g, pen, bar, y, label_end, hits);
  }
  if (input.lanes.size() > g.lanes)
    list.text(input.box.x, g.value_y - 4, tr("and {1} more", input.lanes.size() - g.lanes),
              {.size = 13, .color = theme.ink3});
  draw_values(input, g, pen);
  const float now = g.x_of(input.now);
  if (now >= g.plot.x && now <= g.plot.right())
    list.line({now, g.plot.y + 18}, {now, g.plot.bottom()},
              {.stroke = theme.accent, .width = 1.5f});
}

}  // namespace scene
