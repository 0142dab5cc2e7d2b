#include "app/scene/display_list.h"

#include <algorithm>
#include <cmath>

namespace scene {
namespace {

constexpr float kPi = 3.14159265358979f;

// Length of the valid UTF-8 sequence at the head of `text`, within the first plane; 0: none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char head = byte(0);
  if (head < 0x80) return 1;
  const std::size_t length = head >= 0xE0 && head < 0xF0 ? 3 : head >= 0xC2 && head < 0xE0 ? 2 : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if (head == 0xE0 && byte(1) < 0xA0) return 0;
  return length;
}

}  // namespace

Color Color::faded(float share) const {
  const float alpha = std::clamp(static_cast<float>(a) * share, 0.0f, 255.0f);
  return {r, g, b, static_cast<std::uint8_t>(alpha + 0.5f)};
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

Color Color::over(Color ground) const {
  const auto mixed = [this](std::uint8_t above, std::uint8_t below) {
    return static_cast<std::uint8_t>((above * a + below * (255 - a) + 127) / 255);
  };
  return {mixed(r, ground.r), mixed(g, ground.g), mixed(b, ground.b), 255};
}

std::string printable(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto head = static_cast<unsigned char>(text[0]);
    const std::size_t length = utf8_length(text);
    if (length == 0 || head < 0x20 || head == 0x7F) {
      out += "\\x";
      out += kHex[head >> 4];
      out += kHex[head & 15];
      text.remove_prefix(1);
      continue;
    }
    out.append(text.substr(0, length));
    text.remove_prefix(length);
  }
  return out;
}

std::string shortened(const TextMeasure& measure, std::string_view text, float room,
                      const Style& style) {
  const auto wide = [&](std::string_view part) {
    return measure.width(part, style.size, style.face, style.weight);
  };
  // A value may be a mebibyte; nobody sees more than the head of it.
  std::string clean = printable(text.substr(0, 600));
  if (text.size() <= 600 && wide(clean) <= room) return clean;
  std::size_t low = 0, high = clean.size();
  const float ellipsis = wide("…");
  while (low < high) {
    const std::size_t middle = (low + high + 1) / 2;
    if (wide(std::string_view(clean).substr(0, middle)) + ellipsis <= room) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  while (low > 0 && low < clean.size() && (static_cast<unsigned char>(clean[low]) & 0xC0) == 0x80)
    --low;
  return clean.substr(0, low) + "…";
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3;) {
    i -= 3;
    digits.insert(i, " ");
  }
  return digits;
}

Point polar(float x, float y, float r, float degrees) {
  const float a = degrees * kPi / 180.0f;
  return {x + r * std::sin(a), y - r * std::cos(a)};
}

float RoughMeasure::width(std::string_view text, float size, Face face, int) const {
  std::size_t glyphs = 0;
  for (const char c : text) glyphs += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return static_cast<float>(glyphs) * size * (face == Face::kMono ? 0.6f : 0.55f);
}

void DisplayList::clear() {
  shapes_.clear();
  points_.clear();
  chars_.clear();
  alphas_.clear();
}

Paint DisplayList::faded(Paint paint) const {
  if (alphas_.empty()) return paint;
  paint.fill = paint.fill.faded(alphas_.back());
  paint.stroke = paint.stroke.faded(alphas_.back());
  return paint;
}

void DisplayList::push_alpha(float alpha) {
  alphas_.push_back(alphas_.empty() ? alpha : alphas_.back() * alpha);
}

void DisplayList::pop_alpha() { alphas_.pop_back(); }

void DisplayList::rect(Box box, float radius, Paint paint) {
  Shape& shape = shapes_.emplace_back();
  shape.kind = ShapeKind::kRect;
  shape.box = box;
  shape.radius = radius;
  shape.paint = faded(paint);
}

void DisplayList::circle(float x, float y, float r, Paint paint) {
  Shape& shape = shapes_.emplace_back();
  shape.kind = ShapeKind::kCircle;
  shape.box = {x, y, r, r};
  shape.paint = faded(paint);
}

void DisplayList::line(Point a, Point b, Paint paint) {
  Shape& shape = shapes_.emplace_back();
  shape.kind = ShapeKind::kPath;
  shape.first = static_cast<std::uint32_t>(points_.size());
  shape.count = 2;
  shape.paint = faded(paint);
  points_.push_back(a);
  points_.push_back(b);
}

void DisplayList::path(std::span<const Point> points, bool closed, Paint paint) {
  Shape shape;
  shape.kind = ShapeKind::kPath;
  shape.closed = closed;
  shape.first = static_cast<std::uint32_t>(points_.size());
  shape.count = static_cast<std::uint32_t>(points.size());
  shape.paint = faded(paint);
  points_.insert(points_.end(), points.begin(), points.end());
  shapes_.push_back(shape);
}

void DisplayList::arc(float x, float y, float r, float from, float to, Paint paint) {
  if (to - from >= 359.99f) return circle(x, y, r, paint);
  const int pieces = std::max(2, static_cast<int>((to - from) / 5.0f) + 1);
  std::vector<Point> points;
  for (int i = 0; i <= pieces; ++i) {
    points.push_back(
        polar(x, y, r, from + (to - from) * static_cast<float>(i) / static_cast<float>(pieces)));
  }
  path(points, false, paint);
}

void DisplayList::bezier(Point a, Point b, Point c, Point d, Paint paint) {
  std::vector<Point> points;
  for (int i = 0; i <= 24; ++i) {
    const float t = static_cast<float>(i) / 24.0f, u = 1 - t;
    const float wa = u * u * u, wb = 3 * u * u * t, wc = 3 * u * t * t, wd = t * t * t;
    points.push_back(
        {wa * a.x + wb * b.x + wc * c.x + wd * d.x, wa * a.y + wb * b.y + wc * c.y + wd * d.y});
  }
  path(points, false, paint);
}

float DisplayList::width(std::string_view text, const Style& style) const {
  return measure_->width(text, style.size, style.face, style.weight);
}

float DisplayList::text(float x, float y, std::string_view text, Style style) {
  std::string readable;
  std::string_view clean = text;
  if (!is_plain(text)) clean = readable = printable(text);
  const float wide = width(clean, style);
  if (style.anchor == Anchor::kMiddle) x -= wide / 2;
  if (style.anchor == Anchor::kEnd) x -= wide;
  style.anchor = Anchor::kStart;
  if (!alphas_.empty()) style.color = style.color.faded(alphas_.back());
  Shape& shape = shapes_.emplace_back();
  shape.kind = ShapeKind::kText;
  shape.box = {x, y, wide, style.size};
  shape.first = static_cast<std::uint32_t>(chars_.size());
  shape.count = static_cast<std::uint32_t>(clean.size());
  shape.style = style;
  chars_ += clean;
  if (style.strike) {
    line({x, y - style.size * 0.3f}, {x + wide, y - style.size * 0.3f},
         {.stroke = style.color, .width = 1.2f});
  }
  return x + wide;
}

float DisplayList::runs(float x, float y, const std::vector<Run>& runs, Anchor anchor) {
  if (anchor != Anchor::kStart) {
    float wide = 0;
    for (const Run& run : runs) wide += width(run.text, run.style);
    x -= anchor == Anchor::kEnd ? wide : wide / 2;
  }
  for (const Run& run : runs) x = text(x, y, run.text, run.style);
  return x;
}

float DisplayList::text_within(float x, float y, std::string_view source, float room, Style style) {
  return text(x, y, shortened(*measure_, source, room, style), style);
}

void DisplayList::push_clip(Box box) {
  Shape shape;
  shape.kind = ShapeKind::kClip;
  shape.box = box;
  shapes_.push_back(shape);
}

void DisplayList::pop_clip() {
  Shape shape;
  shape.kind = ShapeKind::kUnclip;
  shapes_.push_back(shape);
}

}  // namespace scene
