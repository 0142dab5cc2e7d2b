#include "app/scene/chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/scene/tr.h"

namespace scene {
namespace {

constexpr float kBand = 18;

// Figures of an axis: no more digits than needed.
std::string figure(double value) {
  char text[32];
  const bool whole = std::abs(value - std::round(value)) < 0.005;
  std::snprintf(text, sizeof text, whole ? "%.0f" : "%.2f", value);
  return text;
}

// 1, 2 or 5 times a power of ten, at least as much as `value`.
double round_up(double value) {
  double step = 0.001;
  for (int i = 0; step < value && i < 60; ++i) step *= i % 3 == 1 ? 2.5 : 2;
  return step;
}

class Plot {
 public:
  Plot(const ChartInput& input, const Theme& theme, DisplayList& list)
      : in_(input), t_(theme), pen_{list, theme}, list_(list) {
    const float left = input.kind == ChartKind::kDots ? 34 : 104;
    plot_ = {input.box.x + left, input.box.y + 32, std::max(20.0f, input.box.w - left),
             std::max(20.0f, input.box.h - 32 - 22)};
    if (!input.banded) return;
    bands_y_ = plot_.y - 2;
    const float taken = std::min(kBand + 6, plot_.h - 12);
    plot_.y += taken;
    plot_.h -= taken;
  }

  void draw() {
    list_.text(in_.box.x, in_.box.y + 14, in_.title, {.size = 14, .color = t_.ink, .weight = 600});
    const Style unit{.size = 13, .color = t_.ink3, .anchor = Anchor::kEnd};
    const float room = in_.box.w - list_.width(in_.title, {.size = 14, .weight = 600}) - 12;
    if (list_.width(in_.unit, unit) <= room)
      list_.text(in_.box.right(), in_.box.y + 14, in_.unit, unit);
    axis();
    bool any = false;
    for (const ChartRow& row : in_.rows) {
      any |= std::any_of(row.points.begin(), row.points.end(),
                         [&](const ChartDot& dot) { return dot.tick <= in_.to; });
    }
    if (!any && !in_.empty.empty()) {
      list_.text_within(plot_.x + 4, plot_.y + plot_.h / 2 + 4, in_.empty, plot_.w - 8,
                        {.size = 13, .color = t_.ink3});
      return;
    }
    for (const double cut : in_.cuts) {
      const float x = x_of(cut);
      if (x > plot_.x && x < plot_.right())
        list_.line({x, plot_.y}, {x, plot_.bottom()}, pen_.dotted(t_.danger, 1.6f, 4));
    }
    switch (in_.kind) {
      case ChartKind::kDots:
        dots();
        break;
      case ChartKind::kBars:
      case ChartKind::kSteps:
        if (in_.banded) bands();
        rows();
        break;
    }
  }

 private:
  float x_of(double tick) const {
    const double share = (tick - in_.from) / std::max(0.001, in_.to - in_.from);
    return plot_.x + static_cast<float>(std::clamp(share, -1.0, 2.0)) * plot_.w;
  }
  bool shown(double tick) const { return tick >= in_.from && tick <= in_.to; }
  Color color(raft::Term term) const { return term.value == 0 ? t_.ink3 : t_.term(term); }

  void axis() {
    const double step = round_up((in_.to - in_.from) * 58 / static_cast<double>(plot_.w));
    const Style style{.size = 13, .color = t_.ink3, .face = Face::kMono, .anchor = Anchor::kMiddle};
    list_.line({plot_.x, plot_.bottom()}, {plot_.right(), plot_.bottom()},
               {.stroke = t_.divider, .width = 1});
    for (double at = std::ceil(std::max(0.0, in_.from) / step) * step; at <= in_.to; at += step) {
      const float x = x_of(at), half = list_.width(figure(at), style) / 2;
      if (x + half > in_.box.right() + 2) break;
      list_.text(x, plot_.bottom() + 16, figure(at), style);
    }
  }

  void dots() {
    const std::vector<ChartDot>& points = in_.rows.front().points;
    double most = 0;
    for (const ChartDot& dot : points) {
      if (shown(dot.tick)) most = std::max(most, dot.value);
    }
    const double top = round_up(std::max(most, 0.1));
    const auto y_of = [&](double value) {
      return plot_.bottom() - static_cast<float>(value / top) * (plot_.h - 8);
    };
    const Style side{.size = 13, .color = t_.ink3, .face = Face::kMono, .anchor = Anchor::kEnd};
    for (const double value : {0.0, top / 2, top}) {
      list_.line({plot_.x, y_of(value)}, {plot_.right(), y_of(value)},
                 {.stroke = t_.divider, .width = 1});
      list_.text(plot_.x - 6, y_of(value) + 4.5f, figure(value), side);
    }
    // Where ten and more share a column of pixels they become a bar of their range.
    const double column = (in_.to - in_.from) / static_cast<double>(plot_.w) * 2;
    for (std::size_t i = 0; i < points.size();) {
      if (!shown(points[i].tick)) {
        ++i;
        continue;
      }
      std::size_t end = i;
      double low = points[i].value, high = low;
      while (end < points.size() && points[end].tick < points[i].tick + column) {
        low = std::min(low, points[end].value);
        high = std::max(high, points[end].value);
        ++end;
      }
      const float x = x_of(points[i].tick);
      if (end - i >= 10) {
        list_.line({x, y_of(low)}, {x, y_of(high)},
                   {.stroke = color(points[i].term), .width = 2.2f * t_.line});
        i = end;
      } else {
        for (; i < end; ++i)
          list_.circle(x_of(points[i].tick), y_of(points[i].value), 3.6f,
                       pen_.filled(color(points[i].term)));
      }
    }
    const auto middle = in_.median ? median_of(points, in_.from, in_.to) : std::nullopt;
    if (!middle) return;
    const float y = y_of(*middle);
    list_.line({plot_.x, y}, {plot_.right(), y}, {.stroke = t_.ink, .width = 2 * t_.line});
    const Style words{
        .size = 13, .color = t_.ink, .face = Face::kMono, .weight = 700, .anchor = Anchor::kEnd};
    const std::string text = figure(*middle);
    const float w = list_.width(text, words);
    list_.rect({plot_.right() - w - 4, y + 3, w + 4, 17}, 2, {.fill = t_.canvas.faded(0.86f)});
    list_.text(plot_.right() - 2, y + 16, text, words);
  }

  // The highest value of the rows, so that they can be compared.
  double most_of_rows() const {
    double most = 0;
    for (const ChartRow& row : in_.rows) {
      for (const ChartDot& dot : row.points) {
        if (dot.tick <= in_.to) most = std::max(most, dot.value);
      }
    }
    return std::max(most, 1.0);
  }

  // A row that is alone has its figure where its line ends; among others it stands at the row's
  // foot.
  float words_y(const ChartRow& row, float base, float high, double most) const {
    if (in_.rows.size() > 1 || in_.kind != ChartKind::kSteps || row.points.empty()) return base - 1;
    const auto up = static_cast<float>(row.points.back().value / most) * high;
    return std::clamp(base - up + 4.5f, std::min(plot_.y + 10, base - 1), base - 1);
  }

  void rows() {
    const float step = plot_.h / static_cast<float>(std::max<std::size_t>(1, in_.rows.size()));
    const double most = most_of_rows();
    for (std::size_t i = 0; i < in_.rows.size(); ++i) {
      const ChartRow& row = in_.rows[i];
      const float base = plot_.y + step * static_cast<float>(i + 1) - 4;
      const float high = std::max(4.0f, step - 8);
      const float words = words_y(row, base, high, most);
      list_.text_within(in_.box.x, words, row.label, 68, {.size = 13, .color = t_.ink2});
      if (row.leads) draw_crown(pen_, in_.box.x + 36, words, 12, t_.ink);
      list_.text(plot_.x - 8, words, row.now,
                 {.size = 13, .color = t_.ink, .face = Face::kMono, .anchor = Anchor::kEnd});
      list_.line({plot_.x, base}, {plot_.right(), base}, {.stroke = t_.divider, .width = 1});
      if (in_.kind == ChartKind::kBars) {
        bars(row, base, high, most);
      } else {
        steps(row, base, high, most);
      }
    }
  }

  void bands() {
    list_.text_within(in_.box.x, bands_y_ + 13, tr("leader"), 68, {.size = 13, .color = t_.ink2});
    for (const ChartBand& band : in_.bands) {
      const float a = std::max(plot_.x, x_of(band.from)),
                  b = std::min(plot_.right(), x_of(band.to));
      if (b - a < 1) continue;
      list_.rect({a, bands_y_, b - a, kBand}, 3, pen_.filled(color(band.term)));
      const Style style{
          .size = 13, .color = t_.on_term(band.term), .weight = 600, .anchor = Anchor::kMiddle};
      if (list_.width(band.label, style) + 8 < b - a)
        list_.text((a + b) / 2, bands_y_ + 13.5f, band.label, style);
    }
  }

  void bars(const ChartRow& row, float base, float high, double most) {
    for (const ChartDot& dot : row.points) {
      if (dot.tick + 1 < in_.from || dot.tick > in_.to) continue;
      const float a = std::max(plot_.x, x_of(dot.tick)),
                  b = std::min(plot_.right(), x_of(dot.tick + 1));
      const float h = static_cast<float>(dot.value / most) * high;
      const float gap = b - a > 4 ? 1.0f : 0.0f;
      if (b - a - gap > 0.2f)
        list_.rect({a, base - h, b - a - gap, h}, 0, {.fill = color(dot.term)});
    }
  }

  void steps(const ChartRow& row, float base, float high, double most) {
    const auto y_of = [&](double value) { return base - static_cast<float>(value / most) * high; };
    for (std::size_t i = 0; i < row.points.size(); ++i) {
      const ChartDot& dot = row.points[i];
      const double end = i + 1 < row.points.size() ? row.points[i + 1].tick : in_.now;
      if (end < in_.from || dot.tick > in_.to) continue;
      const float a = std::max(plot_.x, x_of(dot.tick)), b = std::min(plot_.right(), x_of(end));
      if (b <= a) continue;
      const Color line = color(dot.term);
      if (dot.value > 0)
        list_.rect({a, y_of(dot.value), b - a, base - y_of(dot.value)}, 0,
                   {.fill = line.faded(0.28f)});
      list_.line({a, y_of(dot.value)}, {b, y_of(dot.value)},
                 {.stroke = line, .width = 2 * t_.line});
    }
  }

  const ChartInput& in_;
  const Theme& t_;
  Pen pen_;
  DisplayList& list_;
  Box plot_;
  float bands_y_ = 0;  // above the plot
};

}  // namespace

std::optional<double> median_of(const std::vector<ChartDot>& points, double from, double to) {
  std::vector<double> values;
  for (const ChartDot& dot : points) {
    if (dot.tick >= from && dot.tick <= to) values.push_back(dot.value);
  }
  if (values.empty()) return std::nullopt;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

void build_chart(const ChartInput& input, const Theme& theme, DisplayList& list) {
  if (input.rows.empty() && input.kind == ChartKind::kDots) return;
  Plot(input, theme, list).draw();
}

}  // namespace scene
