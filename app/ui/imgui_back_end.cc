#include "app/ui/imgui_back_end.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <vector>

namespace ui {
namespace {

using scene::Color;
using scene::Paint;
using scene::Point;
using scene::Shape;
using scene::ShapeKind;

constexpr float kPi = 3.14159265358979f;

class BackEnd {
 public:
  BackEnd(const scene::DisplayList& list, ImDrawList& out, ImVec2 origin, const Fonts& fonts)
      : list_(list),
        out_(out),
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
          out_.PushClipRect(place(shape.box.x, shape.box.y),
                            place(shape.box.right(), shape.box.bottom()), true);
          break;
        case ShapeKind::kUnclip:
          out_.PopClipRect();
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
    const ImVec2 low{std::round(a.x), std::round(a.y)};
    const ImVec2 high{std::max(low.x + 1, std::round(b.x)), std::max(low.y + 1, std::round(b.y))};
    const float radius = std::min(shape.radius * k_, std::min(high.x - low.x, high.y - low.y) / 2);
    const Color fill = shape.paint.fill, stroke = shape.paint.stroke;
    const bool solid = stroke.visible() && shape.paint.dash_on <= 0;
    if (solid && radius > 0 && covers(shape.paint) &&
        framed(low, high, radius, thick(shape.paint), fill, stroke))
      return;
    if (fill.visible() && (radius <= 0 || !rounded(low, high, radius, fill)))
      out_.AddRectFilled(low, high, im_color(fill), radius);
    if (!stroke.visible()) return;
    if (shape.paint.dash_on <= 0) {
      out_.AddRect(low, high, im_color(shape.paint.stroke), radius, 0, thick(shape.paint));
      return;
    }
    points_.clear();
    const float d = std::max(radius, 0.01f);
    const ImVec2 corners[] = {{high.x - d, low.y + d},
                              {high.x - d, high.y - d},
                              {low.x + d, high.y - d},
                              {low.x + d, low.y + d}};
    for (int i = 0; i < 4; ++i) {
      for (int step = 0; step <= 6; ++step) {
        const float a0 =
            (static_cast<float>(i) - 1) * kPi / 2 + static_cast<float>(step) * kPi / 12;
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
    if (solid && covers(paint) && middle > half && middle + half <= Discs::kMost) {
      disc(centre, middle + half, paint.stroke);
      disc(centre, middle - half, paint.fill);
      return;
    }
    if (paint.fill.visible()) disc(centre, r, paint.fill);
    if (!paint.stroke.visible()) return;
    if (paint.dash_on <= 0) {
      out_.AddCircle(centre, r, im_color(shape.paint.stroke), 0, thick(shape.paint));
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
      out_.AddConvexPolyFilled(points_.data(), static_cast<int>(points_.size()),
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
      out_.AddPolyline(points_.data(), static_cast<int>(points_.size()),
                       im_color(shape.paint.stroke),
                       shape.closed ? ImDrawFlags_Closed : ImDrawFlags_None, thick(shape.paint));
    }
    if (shape.paint.round && !shape.closed) caps(shape.paint);
  }

  // Hairlines and rules: whole pixels, so that they are sharp.
  void straight(const Paint& paint) {
    const float width = std::max(1.0f, std::round(paint.width * k_));
    ImVec2 a = points_[0], b = points_[1];
    if (a.x > b.x || a.y > b.y) std::swap(a, b);
    if (a.x == b.x) {
      const float x = std::round(a.x - width / 2);
      out_.AddRectFilled({x, std::round(a.y)}, {x + width, std::round(b.y)},
                         im_color(paint.stroke));
    } else {
      const float y = std::round(a.y - width / 2);
      out_.AddRectFilled({std::round(a.x), y}, {std::round(b.x), y + width},
                         im_color(paint.stroke));
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

  // Corners and triangles written one after the other into what was reserved: ImGui's own functions
  // look up where they are for each one.
  class Writer {
   public:
    Writer(ImDrawList& out, int quads, int corners)
        : out_(reserved(out, quads, corners)),
          corner_(out._VtxWritePtr),
          index_(out._IdxWritePtr),
          next_(out._VtxCurrentIdx) {}
    ~Writer() {
      out_._VtxWritePtr = corner_;
      out_._IdxWritePtr = index_;
      out_._VtxCurrentIdx = next_;
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    unsigned next() const { return next_; }
    void corner(ImVec2 at, ImVec2 uv, ImU32 color) {
      *corner_++ = {at, uv, color};
      ++next_;
    }
    void quad(unsigned a, unsigned b, unsigned c, unsigned d) {
      index_[0] = index_[3] = static_cast<ImDrawIdx>(a);
      index_[1] = static_cast<ImDrawIdx>(b);
      index_[2] = index_[4] = static_cast<ImDrawIdx>(c);
      index_[5] = static_cast<ImDrawIdx>(d);
      index_ += 6;
    }

   private:
    static ImDrawList& reserved(ImDrawList& out, int quads, int corners) {
      out.PrimReserve(6 * quads, corners);
      return out;
    }
    ImDrawList& out_;
    ImDrawVert* corner_;
    ImDrawIdx* index_;
    unsigned next_;
  };

  // A whole picture of a disc.
  static void write_disc(Writer& writer, ImVec2 centre, float reach, const Discs::Disc& picture,
                         ImU32 color) {
    const unsigned at = writer.next();
    writer.quad(at, at + 1, at + 2, at + 3);
    writer.corner({centre.x - reach, centre.y - reach}, picture.low, color);
    writer.corner({centre.x + reach, centre.y - reach}, {picture.high.x, picture.low.y}, color);
    writer.corner({centre.x + reach, centre.y + reach}, picture.high, color);
    writer.corner({centre.x - reach, centre.y + reach}, {picture.low.x, picture.high.y}, color);
  }

  void disc(ImVec2 centre, float r, Color color) {
    const Discs::Disc* picture = discs_.nearest(r);
    if (picture == nullptr) {
      out_.AddCircleFilled(centre, r, im_color(color));
      return;
    }
    const float reach = picture->reach * r / picture->r;
    Writer writer(out_, 1, 4);
    write_disc(writer, centre, reach, *picture, im_color(color));
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
    Writer writer(out_, 9, 16);
    const unsigned base = writer.next();
    for (unsigned row = 0; row < 3; ++row) {
      for (unsigned column = 0; column < 3; ++column) {
        const unsigned at = base + 4 * row + column;
        writer.quad(at, at + 1, at + 5, at + 4);
      }
    }
    for (int row = 0; row < 4; ++row) {
      for (int column = 0; column < 4; ++column)
        writer.corner({xs[column], ys[row]}, {us[column], vs[row]}, c);
    }
    return true;
  }

  // The stroke lies centred half a pixel within the edge, as ImGui has it.
  bool framed(ImVec2 low, ImVec2 high, float radius, float width, Color fill, Color stroke) {
    const float out = width / 2 - 0.5f, in = width / 2 + 0.5f;
    if (high.x - low.x <= 2 * in + 1 || high.y - low.y <= 2 * in + 1) return false;
    if (!rounded({low.x - out, low.y - out}, {high.x + out, high.y + out}, radius + width / 2,
                 stroke))
      return false;
    return rounded({low.x + in, low.y + in}, {high.x - in, high.y - in},
                   std::max(0.5f, radius - width / 2), fill);
  }

  // Across the line: its section, two texels right of the disc's picture.
  static void write_stripe(Writer& writer, ImVec2 p, ImVec2 q, ImVec2 across,
                           const Discs::Disc& picture, ImU32 color) {
    const unsigned at = writer.next();
    writer.quad(at, at + 1, at + 2, at + 3);
    const float texel = (picture.high.x - picture.mid.x) / (2 * picture.reach);
    const float section = picture.high.x + 2 * texel;
    const ImVec2 low{section, picture.low.y}, high{section, picture.high.y};
    writer.corner({p.x - across.x, p.y - across.y}, low, color);
    writer.corner({q.x - across.x, q.y - across.y}, low, color);
    writer.corner({q.x + across.x, q.y + across.y}, high, color);
    writer.corner({p.x + across.x, p.y + across.y}, high, color);
  }

  void stripe(ImVec2 p, ImVec2 q, float width, ImU32 color) {
    const float dx = q.x - p.x, dy = q.y - p.y, length = std::sqrt(dx * dx + dy * dy);
    if (length <= 0) return;
    const Discs::Disc* picture = discs_.nearest(width / 2);
    if (picture == nullptr) {
      const ImVec2 ends[] = {p, q};
      out_.AddPolyline(ends, 2, color, ImDrawFlags_None, width);
      return;
    }
    const float reach = picture->reach * width / 2 / picture->r / length;
    Writer writer(out_, 1, 4);
    write_stripe(writer, p, q, {-dy * reach, dx * reach}, *picture, color);
  }

  // A straight line in dashes or dots; as dash(), which also goes round corners.
  void dashed(const Paint& paint) {
    const ImVec2 p = points_[0], q = points_[1];
    const float dx = q.x - p.x, dy = q.y - p.y, length = std::sqrt(dx * dx + dy * dy);
    const float on = paint.dash_on * k_, off = std::max(0.5f, paint.dash_off * k_);
    const float width = thick(paint), step = on + off;
    const Discs::Disc* picture = discs_.nearest(width / 2);
    constexpr float kMost = 4000;  // of one reservation: ImGui counts corners in sixteen bits
    if (length <= 0) return;
    if (picture == nullptr || length / step > kMost) return dash(paint);
    const ImVec2 along{dx / length, dy / length};
    const float scale = width / 2 / picture->r, reach = picture->reach * scale;
    const ImVec2 across{-along.y * reach, along.x * reach};
    const ImU32 color = im_color(paint.stroke);
    const int count = static_cast<int>(std::ceil(length / step));
    Writer writer(out_, count, 4 * count);
    const bool dots = paint.round && paint.dash_on < 0.1f;
    for (int i = 0; i < count; ++i) {
      const float from = static_cast<float>(i) * step, to = std::min(from + on, length);
      const ImVec2 a{p.x + along.x * from, p.y + along.y * from};
      if (dots) {
        write_disc(writer, a, reach, *picture, color);
      } else {
        write_stripe(writer, a, {p.x + along.x * to, p.y + along.y * to}, across, *picture, color);
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
      if (piece.size() >= 2)
        out_.AddPolyline(piece.data(), static_cast<int>(piece.size()), color, 0, width);
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
    out_.AddText(picked.font, picked.pixels, {std::round(at.x), std::round(at.y - picked.ascent)},
                 im_color(shape.style.color), chars.data(), chars.data() + chars.size());
  }

  void watch(std::string_view chars, const Fonts::Picked& picked, ImVec2 at, ImU32 color) {
    const ImVec2 size = picked.font->CalcTextSizeA(picked.pixels, FLT_MAX, 0, chars.data(),
                                                   chars.data() + chars.size());
    const ImVec2 low = out_.GetClipRectMin(), high = out_.GetClipRectMax();
    if (at.y - picked.ascent < low.y || at.y > high.y) return;  // scrolled away, or in part
    fonts_.watched()->push_back({std::string(chars),
                                 out_._OwnerName == nullptr ? "" : out_._OwnerName, at.x,
                                 at.y - picked.ascent, at.x + size.x, at.y, low.x, high.x, color});
  }

  const scene::DisplayList& list_;
  ImDrawList& out_;
  ImVec2 origin_;
  const Fonts& fonts_;
  const Discs& discs_;
  float k_;
  std::vector<ImVec2> points_, piece_;
};

}  // namespace

void draw(const scene::DisplayList& list, ImDrawList& out, ImVec2 origin, const Fonts& fonts) {
  BackEnd(list, out, origin, fonts).run();
}

}  // namespace ui
