// A picture as data: shapes and texts in scene units, in the order in which they are drawn. A unit
// is a sixteenth of an em, so that the same list serves every size of window and page. Back ends
// (the window, later pages and films) draw it; nothing here knows ImGui.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scene {

struct Color {
  std::uint8_t r = 0, g = 0, b = 0, a = 0;  // a 0: not drawn
  bool operator==(const Color&) const = default;
  bool visible() const { return a != 0; }
  // The same at `share` of its opacity.
  Color faded(float share) const;
  // As it comes out on an opaque ground.
  Color over(Color ground) const;
};

struct Point {
  float x = 0, y = 0;
};

struct Box {
  float x = 0, y = 0, w = 0, h = 0;
  float right() const { return x + w; }
  float bottom() const { return y + h; }
  bool contains(Point p) const { return p.x >= x && p.x < x + w && p.y >= y && p.y < y + h; }
};

enum class Face : std::uint8_t { kSans, kMono };
enum class Anchor : std::uint8_t { kStart, kMiddle, kEnd };

// How a shape is filled and stroked; the stroke lies centred on the edge.
struct Paint {
  Color fill{};
  Color stroke{};
  float width = 1;
  float dash_on = 0;  // 0: solid; tiny with `round`: dots
  float dash_off = 0;
  bool round = false;  // caps of lines and dashes
};

struct Style {
  float size = 14;  // of the em square
  Color color{};
  Face face = Face::kSans;
  int weight = 400;  // 400, 500, 600, 700
  Anchor anchor = Anchor::kStart;
  bool strike = false;
};

// How wide text comes out; given by whoever owns the fonts.
class TextMeasure {
 public:
  virtual ~TextMeasure() = default;
  virtual float width(std::string_view text, float size, Face face, int weight) const = 0;
};

// Good enough where there are no fonts: tests, and layouts made without a window.
class RoughMeasure final : public TextMeasure {
 public:
  float width(std::string_view text, float size, Face face, int weight) const override;
};

enum class ShapeKind : std::uint8_t { kRect, kCircle, kPath, kText, kClip, kUnclip };

struct Shape {
  ShapeKind kind = ShapeKind::kRect;
  bool closed = false;  // kPath; closed paths that are filled are convex
  Box box;  // kRect, kClip; kCircle: x, y the centre, w the radius; kText: x, y on the baseline
  float radius = 0;                    // corners of kRect
  std::uint32_t first = 0, count = 0;  // kPath: in points; kText: in chars
  Paint paint;
  Style style;
};

struct Run {
  std::string_view text;
  Style style;
};

class DisplayList {
 public:
  explicit DisplayList(const TextMeasure& measure) : measure_(&measure) {}

  void clear();
  const std::vector<Shape>& shapes() const { return shapes_; }
  const Point* points(const Shape& shape) const { return points_.data() + shape.first; }
  std::string_view text_of(const Shape& shape) const {
    return std::string_view(chars_).substr(shape.first, shape.count);
  }

  void rect(Box box, float radius, Paint paint);
  void circle(float x, float y, float r, Paint paint);
  void line(Point a, Point b, Paint paint);
  void path(std::span<const Point> points, bool closed, Paint paint);
  void path(std::initializer_list<Point> points, bool closed, Paint paint) {
    path(std::span<const Point>(points.begin(), points.size()), closed, paint);
  }
  // Degrees, 0 = twelve o'clock, clockwise.
  void arc(float x, float y, float r, float from, float to, Paint paint);
  void bezier(Point a, Point b, Point c, Point d, Paint paint);
  // `y` is the baseline. Returns the right end. Control characters and broken UTF-8 are shown as
  // \xHH, whoever made the text.
  float text(float x, float y, std::string_view text, Style style);
  // Several styles in one line; the anchor counts for the whole. Returns the right end.
  float runs(float x, float y, const std::vector<Run>& runs, Anchor anchor = Anchor::kStart);
  // The same, cut to `room` with an ellipsis where it does not fit.
  float text_within(float x, float y, std::string_view text, float room, Style style);
  void push_clip(Box box);
  void pop_clip();

  // Everything drawn until pop_alpha() is faded by it; they nest.
  void push_alpha(float alpha);
  void pop_alpha();

  float width(std::string_view text, const Style& style) const;
  const TextMeasure& measure() const { return *measure_; }

 private:
  Paint faded(Paint paint) const;

  const TextMeasure* measure_;  // not owned
  std::vector<Shape> shapes_;
  std::vector<Point> points_;
  std::string chars_;
  std::vector<float> alphas_;
};

// ASCII without control characters: what most texts are.
bool is_plain(std::string_view text);
// Control characters, and bytes that are no UTF-8, as \xHH.
std::string printable(std::string_view text);
// As much of `text` as fits into `room`, ending in … if something is missing.
std::string shortened(const TextMeasure& measure, std::string_view text, float room,
                      const Style& style);
// 18 442: groups of three (event numbers).
std::string grouped(std::uint64_t number);
// The point at `degrees` (0 = twelve o'clock, clockwise) on a circle.
Point polar(float x, float y, float r, float degrees);

}  // namespace scene
