#include "app/ui/imgui_back_end.h"

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <utility>
#include <vector>

#include "app/ui/quads.h"

namespace ui {
namespace {

using scene::Color;
using scene::Paint;
using scene::Point;
using scene::Shape;
using scene::ShapeKind;

constexpr float kPi = 3.14159265358979f;

// To the nearest pixel. std::round is a call, and there are thousands a frame.
float whole(float x) {
  constexpr float kNoFractions = 8388608;  // from here on they all are; an int may not hold them
  if (!(std::abs(x) < kNoFractions)) return x;
  return static_cast<float>(static_cast<int>(x + (x < 0 ? -0.5f : 0.5f)));
}

constexpr std::size_t kCircleSteps = 64;
const std::array<ImVec2, kCircleSteps>& unit_circle() {
  static const std::array<ImVec2, kCircleSteps> points = [] {
    std::array<ImVec2, kCircleSteps> out;
    for (std::size_t i = 0; i < kCircleSteps; ++i) {
      const float a = 2 * kPi * static_cast<float>(i) / static_cast<float>(kCircleSteps);
      out[i] = {std::cos(a), std::sin(a)};
    }
    return out;
  }();
  return points;
}

// Nine quads between four rows of four corners.
constexpr std::array<ImDrawIdx, 54> kNinePatch = [] {
  std::array<ImDrawIdx, 54> out{};
  std::size_t next = 0;
  for (unsigned row = 0; row < 3; ++row) {
    for (unsigned column = 0; column < 3; ++column) {
      const unsigned at = 4 * row + column;
      for (const unsigned corner : {at, at + 1, at + 5, at, at + 5, at + 4})
        out[next++] = static_cast<ImDrawIdx>(corner);
    }
  }
  return out;
}();

class BackEnd {
 public:
  BackEnd(const scene::DisplayList& list, ImDrawList& out, ImVec2 origin, const Fonts& fonts)
      : list_(list),
        quads_(out),
        origin_(origin),
        fonts_(fonts),
        discs_(fonts.discs()),
        k_(fonts.pixels_per_unit()) {}

  void run() {
    for (const Shape& shape : list_.shapes()) {
      switch (shape.kind) {
        case ShapeKind::kRect:
          rect(shape);
          break;
        case ShapeKind::kCircle:
          circle(shape);
          break;
        case ShapeKind::kPath:
          path(shape);
          break;
        case ShapeKind::kText:
          text(shape);
          break;
        case ShapeKind::kClip:
          quads_.list().PushClipRect(place(shape.box.x, shape.box.y),
                                     place(shape.box.right(), shape.box.bottom()), true);
          break;
        case ShapeKind::kUnclip:
          quads_.list().PopClipRect();
          break;
      }
    }
  }

 private:
  ImVec2 place(float x, float y) const { return {origin_.x + x * k_, origin_.y + y * k_}; }
  float thick(const Paint& paint) const { return std::max(1.0f, paint.width * k_); }

  void rect(const Shape& shape) {
    const ImVec2 a = place(shape.box.x, shape.box.y),
                 b = place(shape.box.right(), shape.box.bottom());
    const ImVec2 low{whole(a.x), whole(a.y)};
    const ImVec2 high{std::max(low.x + 1, whole(b.x)), std::max(low.y + 1, whole(b.y))};
    const float radius = std::min(shape.radius * k_, std::min(high.x - low.x, high.y - low.y) / 2);
    const Color fill = shape.paint.fill, stroke = shape.paint.stroke;
    const bool solid = stroke.visible() && shape.paint.dash_on <= 0;
    if (solid && covers(shape.paint) && framed(low, high, radius, thick(shape.paint), fill, stroke))
      return;
    if (fill.visible() && radius <= 0) {
      quads_.box(low, high, im_color(fill));
    } else if (fill.visible() && !rounded(low, high, radius, fill)) {
      quads_.list().AddRectFilled(low, high, im_color(fill), radius);
    }
    if (!stroke.visible()) return;
    if (shape.paint.dash_on <= 0) {
      quads_.list().AddRect(low, high, im_color(shape.paint.stroke), radius, 0, thick(shape.paint));
      return;
    }
    points_.clear();
    const float d = std::max(radius, 0.01f);
    const ImVec2 corners[] = {{high.x - d, low.y + d},
                              {high.x - d, high.y - d},
                              {low.x + d, high.y - d},
                              {low.x + d, low.y + d}};
    for (int i = 0; i < 4; ++i) {
      constexpr int kSteps = 3;
      for (int step = 0; step <= kSteps; ++step) {
        const float a0 =
            (static_cast<float>(i) - 1 + static_cast<float>(step) / static_cast<float>(kSteps)) *
            kPi / 2;
        points_.push_back({corners[i].x + d * std::cos(a0), corners[i].y + d * std::sin(a0)});
      }
    }
    points_.push_back(points_.front());
    dash(shape.paint);
  }

  void circle(const Shape& shape) {
    const ImVec2 centre = place(shape.box.x, shape.box.y);
    const float r = shape.box.w * k_;
    if (r <= 0) return;
    const Paint& paint = shape.paint;
    const float half = thick(paint) / 2;
    const bool solid = paint.stroke.visible() && paint.dash_on <= 0;
    // ImGui's circles, as its rectangles, are stroked half a pixel within their edge.
    const float middle = r - 0.5f;
    if (solid && covers(paint) && middle > half && middle + half <= Discs::kStretched) {
      disc(centre, middle + half, paint.stroke);
      disc(centre, middle - half, paint.fill);
      return;
    }
    if (paint.fill.visible()) disc(centre, r, paint.fill);
    if (!paint.stroke.visible()) return;
    if (paint.dash_on <= 0) {
      const std::size_t step = r < 12 ? 4 : r < 60 ? 2 : 1;  // within a third of a pixel
      points_.clear();
      for (std::size_t i = 0; i < kCircleSteps; i += step) {
        const ImVec2 out = unit_circle()[i];
        points_.push_back({centre.x + middle * out.x, centre.y + middle * out.y});
      }
      ribbon(points_, true, thick(paint), im_color(paint.stroke));
      return;
    }
    points_.clear();
    const int pieces = std::clamp(static_cast<int>(r * 3), 36, 180);
    for (int i = 0; i <= pieces; ++i) {
      const float a = 2 * kPi * static_cast<float>(i) / static_cast<float>(pieces) - kPi / 2;
      points_.push_back({centre.x + r * std::cos(a), centre.y + r * std::sin(a)});
    }
    dash(shape.paint);
  }

  void path(const Shape& shape) {
    const Point* source = list_.points(shape);
    if (shape.count < 2) return;
    points_.clear();
    for (std::uint32_t i = 0; i < shape.count; ++i)
      points_.push_back(place(source[i].x, source[i].y));
    if (shape.paint.fill.visible() && shape.count > 2) {
      // ImGui wants them clockwise for its smooth edges.
      float area = 0;
      for (std::size_t i = 0; i < points_.size(); ++i) {
        const ImVec2 p = points_[i], q = points_[(i + 1) % points_.size()];
        area += p.x * q.y - q.x * p.y;
      }
      if (area < 0) std::reverse(points_.begin(), points_.end());
      quads_.list().AddConvexPolyFilled(points_.data(), static_cast<int>(points_.size()),
                                        im_color(shape.paint.fill));
    }
    if (!shape.paint.stroke.visible()) return;
    if (shape.count == 2 && shape.paint.dash_on > 0) return dashed(shape.paint);
    if (shape.paint.dash_on > 0) {
      if (shape.closed) points_.push_back(points_.front());
      dash(shape.paint);
      return;
    }
    const bool axis =
        shape.count == 2 && (source[0].x == source[1].x || source[0].y == source[1].y);
    if (axis) {
      straight(shape.paint);
      return;
    }
    if (shape.count == 2) {
      stripe(points_[0], points_[1], thick(shape.paint), im_color(shape.paint.stroke));
    } else {
      ribbon(points_, shape.closed, thick(shape.paint), im_color(shape.paint.stroke));
    }
    if (shape.paint.round && !shape.closed) caps(shape.paint);
  }

  // Hairlines and rules: whole pixels, so that they are sharp.
  void straight(const Paint& paint) {
    const float width = std::max(1.0f, whole(paint.width * k_));
    ImVec2 a = points_[0], b = points_[1];
    if (a.x > b.x || a.y > b.y) std::swap(a, b);
    if (a.x == b.x) {
      const float x = whole(a.x - width / 2);
      quads_.box({x, whole(a.y)}, {x + width, whole(b.y)}, im_color(paint.stroke));
    } else {
      const float y = whole(a.y - width / 2);
      quads_.box({whole(a.x), y}, {whole(b.x), y + width}, im_color(paint.stroke));
    }
    if (paint.round) caps(paint);
  }

  void caps(const Paint& paint) {
    const float r = paint.width * k_ / 2;
    if (r < 1) return;
    disc(points_.front(), r, paint.stroke);
    disc(points_.back(), r, paint.stroke);
  }

  // Whether the inner edge of the stroke may be covered by the fill: then shape and stroke are two
  // solid shapes, one on the other.
  static bool covers(const Paint& paint) { return paint.fill.a == 255 && paint.stroke.a == 255; }

  // A whole picture of a disc.
  void write_disc(ImVec2 centre, float reach, const Discs::Disc& picture, ImU32 color) {
    quads_.box({centre.x - reach, centre.y - reach}, {centre.x + reach, centre.y + reach},
               picture.low, picture.high, color);
  }

  void disc(ImVec2 centre, float r, Color color) {
    const Discs::Disc* picture = discs_.nearest(r);
    if (picture == nullptr) {
      quads_.list().AddCircleFilled(centre, r, im_color(color));
      return;
    }
    const float reach = picture->reach * r / picture->r;
    write_disc(centre, reach, *picture, im_color(color));
  }

  // A rectangle with the corners of a disc: its quarters, and its middle pulled long. False: there
  // is no disc as large.
  bool rounded(ImVec2 low, ImVec2 high, float radius, Color color) {
    const Discs::Disc* picture = discs_.corner(radius);
    if (picture == nullptr) return false;
    const float r = std::min(picture->r, std::min(high.x - low.x, high.y - low.y) / 2);
    const float out = (picture->reach - picture->r) * r / picture->r;
    const float xs[] = {low.x - out, low.x + r, high.x - r, high.x + out},
                ys[] = {low.y - out, low.y + r, high.y - r, high.y + out};
    const float us[] = {picture->low.x, picture->mid.x, picture->mid.x, picture->high.x},
                vs[] = {picture->low.y, picture->mid.y, picture->mid.y, picture->high.y};
    const ImU32 c = im_color(color);
    quads_.reserve(9, 16);
    quads_.quads(kNinePatch, quads_.next());
    for (int row = 0; row < 4; ++row) {
      for (int column = 0; column < 4; ++column)
        quads_.corner({xs[column], ys[row]}, {us[column], vs[row]}, c);
    }
    return true;
  }

  // The stroke lies centred half a pixel within the edge, as ImGui has it.
  bool framed(ImVec2 low, ImVec2 high, float radius, float width, Color fill, Color stroke) {
    const float out = width / 2 - 0.5f, in = width / 2 + 0.5f;
    if (high.x - low.x <= 2 * in + 1 || high.y - low.y <= 2 * in + 1) return false;
    const ImVec2 outer_low{low.x - out, low.y - out}, outer_high{high.x + out, high.y + out};
    const ImVec2 inner_low{low.x + in, low.y + in}, inner_high{high.x - in, high.y - in};
    if (radius <= 0) {
      quads_.box(outer_low, outer_high, im_color(stroke));
      quads_.box(inner_low, inner_high, im_color(fill));
      return true;
    }
    return rounded(outer_low, outer_high, radius + width / 2, stroke) &&
           rounded(inner_low, inner_high, std::max(0.5f, radius - width / 2), fill);
  }

  void write_stripe(ImVec2 p, ImVec2 q, ImVec2 across, const Discs::Disc& picture, ImU32 color) {
    quads_.reserve(1, 4);
    const unsigned at = quads_.next();
    quads_.quad(at, at + 1, at + 2, at + 3);
    quads_.corner({p.x - across.x, p.y - across.y}, picture.side_low, color);
    quads_.corner({q.x - across.x, q.y - across.y}, picture.side_low, color);
    quads_.corner({q.x + across.x, q.y + across.y}, picture.side_high, color);
    quads_.corner({p.x + across.x, p.y + across.y}, picture.side_high, color);
  }

  // Along points, two corners at each; its sides meet at the bends.
  void ribbon(const std::vector<ImVec2>& points, bool closed, float width, ImU32 color) {
    const Discs::Disc* picture = discs_.nearest(width / 2);
    constexpr std::size_t kMost = 1000;  // of one reservation
    if (picture == nullptr || points.size() > kMost) {
      quads_.list().AddPolyline(points.data(), static_cast<int>(points.size()), color,
                                closed ? ImDrawFlags_Closed : ImDrawFlags_None, width);
      return;
    }
    const std::size_t count = points.size(), pieces = closed ? count : count - 1;
    across_.resize(pieces);
    for (std::size_t i = 0; i < pieces; ++i) {
      const ImVec2 p = points[i], q = points[i + 1 < count ? i + 1 : 0];
      const float dx = q.x - p.x, dy = q.y - p.y, square = dx * dx + dy * dy;
      const float shrink = square > 0 ? 1 / std::sqrt(square) : 0;
      across_[i] = {-dy * shrink, dx * shrink};
    }
    const float reach = picture->reach * width / 2 / picture->r;
    quads_.reserve(static_cast<int>(pieces), static_cast<int>(2 * count));
    const unsigned base = quads_.next();
    for (std::size_t i = 0; i < count; ++i) {
      const ImVec2 before = i > 0 ? across_[i - 1] : closed ? across_.back() : across_.front();
      const ImVec2 behind = i < pieces ? across_[i] : across_.back();
      // A sharp bend would reach as far as one likes.
      constexpr float kSharpest = 0.01f;
      const float mx = (before.x + behind.x) / 2, my = (before.y + behind.y) / 2;
      const float out = reach / std::max(mx * mx + my * my, kSharpest);
      const ImVec2 at = points[i];
      quads_.corner({at.x - mx * out, at.y - my * out}, picture->side_low, color);
      quads_.corner({at.x + mx * out, at.y + my * out}, picture->side_high, color);
      if (i == pieces) break;
      const auto here = base + static_cast<unsigned>(2 * i);
      const auto next = base + static_cast<unsigned>(2 * (i + 1 < count ? i + 1 : 0));
      quads_.quad(here, next, next + 1, here + 1);
    }
  }

  void stripe(ImVec2 p, ImVec2 q, float width, ImU32 color) {
    const float dx = q.x - p.x, dy = q.y - p.y, length = std::sqrt(dx * dx + dy * dy);
    if (length <= 0) return;
    const Discs::Disc* picture = discs_.nearest(width / 2);
    if (picture == nullptr) {
      const ImVec2 ends[] = {p, q};
      quads_.list().AddPolyline(ends, 2, color, ImDrawFlags_None, width);
      return;
    }
    const float reach = picture->reach * width / 2 / picture->r / length;
    write_stripe(p, q, {-dy * reach, dx * reach}, *picture, color);
  }

  // A straight line in dashes or dots; as dash(), which also goes round corners.
  void dashed(const Paint& paint) {
    const ImVec2 p = points_[0], q = points_[1];
    const float dx = q.x - p.x, dy = q.y - p.y, length = std::sqrt(dx * dx + dy * dy);
    const float on = paint.dash_on * k_, off = std::max(0.5f, paint.dash_off * k_);
    const float width = thick(paint), step = on + off;
    const Discs::Disc* picture = discs_.nearest(width / 2);
    if (length <= 0) return;
    if (picture == nullptr) return dash(paint);
    const ImVec2 along{dx / length, dy / length};
    const float scale = width / 2 / picture->r, reach = picture->reach * scale;
    const ImVec2 across{-along.y * reach, along.x * reach};
    const ImU32 color = im_color(paint.stroke);
    const int count = static_cast<int>(std::ceil(length / step));
    const bool dots = paint.round && paint.dash_on < 0.1f;
    for (int i = 0; i < count; ++i) {
      const float from = static_cast<float>(i) * step, to = std::min(from + on, length);
      const ImVec2 a{p.x + along.x * from, p.y + along.y * from};
      if (dots) {
        write_disc(a, reach, *picture, color);
      } else {
        write_stripe(a, {p.x + along.x * to, p.y + along.y * to}, across, *picture, color);
      }
    }
  }

  // Walks the points by arc length; the phase is fixed to the start, so that dashes do not crawl.
  void dash(const Paint& paint) {
    const float on = paint.dash_on * k_, off = std::max(0.5f, paint.dash_off * k_);
    const float width = thick(paint);
    const ImU32 color = im_color(paint.stroke);
    const bool dots = paint.round && paint.dash_on < 0.1f;
    float phase = 0;
    std::vector<ImVec2>& piece = piece_;
    piece.clear();
    const auto flush = [&] {
      if (piece.size() == 2) {
        stripe(piece[0], piece[1], width, color);
      } else if (piece.size() > 2) {
        ribbon(piece, false, width, color);
      }
      piece.clear();
    };
    for (std::size_t i = 0; i + 1 < points_.size(); ++i) {
      const ImVec2 p = points_[i], q = points_[i + 1];
      const float length = std::hypot(q.x - p.x, q.y - p.y);
      if (length <= 0) continue;
      float done = 0;
      while (done < length) {
        const bool drawing = phase < on;
        const float rest = drawing ? on - phase : on + off - phase;
        const float step = std::min(rest, length - done);
        const auto at = [&](float d) {
          return ImVec2{p.x + (q.x - p.x) * d / length, p.y + (q.y - p.y) * d / length};
        };
        if (drawing) {
          if (dots) {
            if (phase == 0) disc(at(done), width / 2, paint.stroke);
          } else {
            if (piece.empty()) piece.push_back(at(done));
            piece.push_back(at(done + step));
          }
        }
        done += step;
        phase += step;
        // The rest of a dash may be lost to rounding; an end reached counts as reached.
        if (drawing && phase >= on - 1e-4f) {
          phase = on;
          flush();
        }
        if (phase >= on + off - 1e-4f) phase = 0;
      }
    }
    flush();
  }

  void text(const Shape& shape) {
    if (!shape.style.color.visible() || shape.count == 0) return;
    const Fonts::Picked picked =
        fonts_.pick(shape.style.face, shape.style.weight, shape.style.size);
    const ImVec2 at = place(shape.box.x, shape.box.y);
    const std::string_view chars = list_.text_of(shape);
    fonts_.note_drawn(chars);
    if (fonts_.watched() != nullptr) watch(chars, picked, at, im_color(shape.style.color));
    const ImVec2 corner{whole(at.x), whole(at.y - picked.ascent)};
    if (scene::is_plain(chars)) return plain_text(chars, picked, corner, shape.style.color);
    quads_.list().AddText(picked.font, picked.pixels, corner, im_color(shape.style.color),
                          chars.data(), chars.data() + chars.size());
  }

  // As ImGui writes it, who would look at each character for the end of a line or a longer code.
  void plain_text(std::string_view chars, const Fonts::Picked& picked, ImVec2 corner, Color color) {
    const ImVec4 clip = std::as_const(quads_).list()._CmdHeader.ClipRect;
    if (corner.y > clip.w || corner.y + picked.pixels < clip.y) return;
    const float scale = picked.pixels / picked.font->FontSize;
    const ImU32 c = im_color(color);
    float x = corner.x;
    for (const char one : chars) {
      const ImFontGlyph& glyph = *picked.font->FindGlyph(static_cast<unsigned char>(one));
      const float left = x + glyph.X0 * scale, right = x + glyph.X1 * scale;
      x += glyph.AdvanceX * scale;
      if (!glyph.Visible || left > clip.z || right < clip.x) continue;
      quads_.box({left, corner.y + glyph.Y0 * scale}, {right, corner.y + glyph.Y1 * scale},
                 {glyph.U0, glyph.V0}, {glyph.U1, glyph.V1}, c);
    }
  }

  void watch(std::string_view chars, const Fonts::Picked& picked, ImVec2 at, ImU32 color) {
    const ImVec2 size = picked.font->CalcTextSizeA(picked.pixels, FLT_MAX, 0, chars.data(),
                                                   chars.data() + chars.size());
    const ImDrawList& out = std::as_const(quads_).list();
    const ImVec2 low = out.GetClipRectMin(), high = out.GetClipRectMax();
    if (at.y - picked.ascent < low.y || at.y > high.y) return;  // scrolled away, or in part
    fonts_.watched()->push_back({std::string(chars),
                                 out._OwnerName == nullptr ? "" : out._OwnerName, at.x,
                                 at.y - picked.ascent, at.x + size.x, at.y, low.x, high.x, color});
  }

  const scene::DisplayList& list_;
  Quads quads_;
  ImVec2 origin_;
  const Fonts& fonts_;
  const Discs& discs_;
  float k_;
  std::vector<ImVec2> points_, piece_, across_;
};

}  // namespace

void draw(const scene::DisplayList& list, ImDrawList& out, ImVec2 origin, const Fonts& fonts) {
  BackEnd(list, out, origin, fonts).run();
}

}  // namespace ui
