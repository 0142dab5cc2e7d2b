#include "app/export/cairo_back_end.h"

#include <algorithm>
#include <cmath>

namespace exporter {
namespace {

using scene::Paint;
using scene::Shape;
using scene::ShapeKind;

constexpr double kPi = 3.14159265358979;

class BackEnd {
 public:
  BackEnd(const scene::DisplayList& list, cairo_t* to, const FontSet& fonts, double scale,
          bool pixels)
      : list_(list), to_(to), fonts_(fonts), k_(scale), pixels_(pixels) {}

  void run() {
    cairo_save(to_);
    cairo_scale(to_, k_, k_);
    int clips = 0;
    for (const Shape& shape : list_.shapes()) {
      switch (shape.kind) {
        case ShapeKind::kRect:
          rect(shape);
          break;
        case ShapeKind::kCircle:
          if (shape.box.w <= 0) break;
          cairo_new_path(to_);
          // From the top, where dashes begin.
          cairo_arc(to_, real(shape.box.x), real(shape.box.y), real(shape.box.w), -kPi / 2,
                    3 * kPi / 2);
          cairo_close_path(to_);
          paint(shape.paint);
          break;
        case ShapeKind::kPath:
          path(shape);
          break;
        case ShapeKind::kText:
          if (!shape.style.color.visible() || shape.count == 0) break;
          source(shape.style.color);
          fonts_.show(to_, list_.text_of(shape), real(shape.box.x), real(shape.box.y), shape.style);
          break;
        case ShapeKind::kClip:
          cairo_save(to_);
          ++clips;
          cairo_rectangle(to_, real(shape.box.x), real(shape.box.y), real(shape.box.w),
                          real(shape.box.h));
          cairo_clip(to_);
          break;
        case ShapeKind::kUnclip:
          if (clips > 0) cairo_restore(to_);
          if (clips > 0) --clips;
          break;
      }
    }
    for (; clips > 0; --clips) cairo_restore(to_);
    cairo_restore(to_);
  }

 private:
  static double real(float value) { return static_cast<double>(value); }
  double thick(const Paint& paint) const { return std::max(1.0 / k_, real(paint.width)); }
  double snapped(double value) const { return pixels_ ? std::round(value * k_) / k_ : value; }

  void source(scene::Color c) const {
    cairo_set_source_rgba(to_, c.r / 255.0, c.g / 255.0, c.b / 255.0, c.a / 255.0);
  }

  void paint(const Paint& how) const {
    if (how.fill.visible()) {
      source(how.fill);
      cairo_fill_preserve(to_);
    }
    if (how.stroke.visible()) stroke(how, thick(how));
    cairo_new_path(to_);
  }

  void stroke(const Paint& how, double width) const {
    source(how.stroke);
    cairo_set_line_width(to_, width);
    cairo_set_line_join(to_, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(to_, how.round ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
    if (how.dash_on > 0) {
      const double dashes[] = {real(how.dash_on), std::max(0.5 / k_, real(how.dash_off))};
      cairo_set_dash(to_, dashes, 2, 0);
    } else {
      cairo_set_dash(to_, nullptr, 0, 0);
    }
    cairo_stroke_preserve(to_);
  }

  void rect(const Shape& shape) const {
    const double x = snapped(real(shape.box.x)), y = snapped(real(shape.box.y));
    const double least = pixels_ ? 1 / k_ : 0;
    const double w = std::max(least, snapped(real(shape.box.right())) - x);
    const double h = std::max(least, snapped(real(shape.box.bottom())) - y);
    if (w <= 0 || h <= 0) return;
    const double r = std::min(real(shape.radius), std::min(w, h) / 2);
    // A stroke of an odd width is sharp when it lies on the middle of pixels.
    const bool outline = !shape.paint.fill.visible() && shape.paint.stroke.visible();
    const double shift =
        pixels_ && outline && std::lround(thick(shape.paint) * k_) % 2 == 1 ? 0.5 / k_ : 0;
    cairo_new_path(to_);
    if (r <= 0.01) {
      cairo_rectangle(to_, x + shift, y + shift, std::max(least, w - 2 * shift),
                      std::max(least, h - 2 * shift));
    } else {
      const double x0 = x + shift, y0 = y + shift, x1 = x + w - shift, y1 = y + h - shift;
      cairo_arc(to_, x1 - r, y0 + r, r, -kPi / 2, 0);
      cairo_arc(to_, x1 - r, y1 - r, r, 0, kPi / 2);
      cairo_arc(to_, x0 + r, y1 - r, r, kPi / 2, kPi);
      cairo_arc(to_, x0 + r, y0 + r, r, kPi, 3 * kPi / 2);
      cairo_close_path(to_);
    }
    paint(shape.paint);
  }

  void path(const Shape& shape) const {
    if (shape.count < 2) return;
    const scene::Point* points = list_.points(shape);
    cairo_new_path(to_);
    const bool axis = shape.count == 2 &&
                      (points[0].x == points[1].x || points[0].y == points[1].y) &&
                      shape.paint.dash_on <= 0;
    if (axis && pixels_) {
      // Hairlines and rules: whole pixels.
      const double width = std::max(1.0, std::round(thick(shape.paint) * k_)) / k_;
      double x0 = real(points[0].x), y0 = real(points[0].y), x1 = real(points[1].x),
             y1 = real(points[1].y);
      if (x0 == x1) {
        x0 = x1 = snapped(x0 - width / 2) + width / 2;
      } else {
        y0 = y1 = snapped(y0 - width / 2) + width / 2;
      }
      cairo_move_to(to_, x0, y0);
      cairo_line_to(to_, x1, y1);
      if (shape.paint.stroke.visible()) stroke(shape.paint, width);
      cairo_new_path(to_);
      return;
    }
    cairo_move_to(to_, real(points[0].x), real(points[0].y));
    for (std::uint32_t i = 1; i < shape.count; ++i)
      cairo_line_to(to_, real(points[i].x), real(points[i].y));
    if (shape.closed) cairo_close_path(to_);
    paint(shape.paint);
  }

  const scene::DisplayList& list_;
  cairo_t* to_;
  const FontSet& fonts_;
  double k_;
  bool pixels_;
};

}  // namespace

void draw(const scene::DisplayList& list, cairo_t* to, const FontSet& fonts, double scale,
          bool pixels) {
  BackEnd(list, to, fonts, scale, pixels).run();
}

}  // namespace exporter
