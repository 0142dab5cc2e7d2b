#include "app/ui/rasteriser.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ui {
namespace {

struct Texture {
  const unsigned char* alpha = nullptr;  // of the font atlas
  const Image* picture = nullptr;        // or this
  int width = 0, height = 0;
  // Bilinear; 0 to 255.
  float sample(float u, float v) const {
    const float x = u * static_cast<float>(width) - 0.5f, y = v * static_cast<float>(height) - 0.5f;
    const float fx = std::floor(x), fy = std::floor(y);
    const int x0 = std::clamp(static_cast<int>(fx), 0, width - 1), x1 = std::min(x0 + 1, width - 1);
    const int y0 = std::clamp(static_cast<int>(fy), 0, height - 1),
              y1 = std::min(y0 + 1, height - 1);
    const float ax = x - fx, ay = y - fy;
    const auto at = [&](int px, int py) { return static_cast<float>(alpha[py * width + px]); };
    return (at(x0, y0) * (1 - ax) + at(x1, y0) * ax) * (1 - ay) +
           (at(x0, y1) * (1 - ax) + at(x1, y1) * ax) * ay;
  }
};

// Bilinear; of a picture.
std::array<float, 4> sample(const Image& picture, float u, float v) {
  const float x = u * static_cast<float>(picture.width) - 0.5f,
              y = v * static_cast<float>(picture.height) - 0.5f;
  const float fx = std::floor(x), fy = std::floor(y), ax = x - fx, ay = y - fy;
  const int x0 = std::clamp(static_cast<int>(fx), 0, picture.width - 1),
            x1 = std::min(x0 + 1, picture.width - 1);
  const int y0 = std::clamp(static_cast<int>(fy), 0, picture.height - 1),
            y1 = std::min(y0 + 1, picture.height - 1);
  std::array<float, 4> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto at = [&](int px, int py) { return static_cast<float>(picture.at(px, py)[i]); };
    out[i] = (at(x0, y0) * (1 - ax) + at(x1, y0) * ax) * (1 - ay) +
             (at(x0, y1) * (1 - ax) + at(x1, y1) * ax) * ay;
  }
  return out;
}

struct ClipBox {
  int x0, y0, x1, y1;
};

float channel(ImU32 color, int shift) { return static_cast<float>((color >> shift) & 0xFF); }

class Triangles {
 public:
  Triangles(Image& image, const Texture& texture) : image_(image), texture_(texture) {}

  void fill(const ImDrawVert& v0, const ImDrawVert& v1, const ImDrawVert& v2, const ClipBox& clip) {
    const ImDrawVert *a = &v0, *b = &v1, *c = &v2;
    float area = cross(a->pos, b->pos, c->pos);
    if (area == 0) return;
    if (area < 0) {
      std::swap(b, c);
      area = -area;
    }
    const float low_x = std::min({a->pos.x, b->pos.x, c->pos.x}),
                high_x = std::max({a->pos.x, b->pos.x, c->pos.x});
    const float low_y = std::min({a->pos.y, b->pos.y, c->pos.y}),
                high_y = std::max({a->pos.y, b->pos.y, c->pos.y});
    const int x0 = std::max(clip.x0, static_cast<int>(std::floor(low_x))),
              x1 = std::min(clip.x1, static_cast<int>(std::ceil(high_x)));
    const int y0 = std::max(clip.y0, static_cast<int>(std::floor(low_y))),
              y1 = std::min(clip.y1, static_cast<int>(std::ceil(high_y)));
    if (x0 >= x1 || y0 >= y1) return;
    const bool flat_color = a->col == b->col && b->col == c->col;
    const bool flat_uv =
        a->uv.x == b->uv.x && b->uv.x == c->uv.x && a->uv.y == b->uv.y && b->uv.y == c->uv.y;
    const float flat_alpha =
        flat_uv && texture_.picture == nullptr ? texture_.sample(a->uv.x, a->uv.y) / 255.0f : 1;
    // Pixels on an edge shared by two triangles belong to exactly one (top-left rule).
    const bool own_a = owns(b->pos, c->pos), own_b = owns(c->pos, a->pos),
               own_c = owns(a->pos, b->pos);
    for (int y = y0; y < y1; ++y) {
      const float py = static_cast<float>(y) + 0.5f;
      for (int x = x0; x < x1; ++x) {
        const ImVec2 p{static_cast<float>(x) + 0.5f, py};
        const float wa = cross(b->pos, c->pos, p), wb = cross(c->pos, a->pos, p),
                    wc = cross(a->pos, b->pos, p);
        if (wa < 0 || wb < 0 || wc < 0) continue;
        if ((wa == 0 && !own_a) || (wb == 0 && !own_b) || (wc == 0 && !own_c)) continue;
        const float la = wa / area, lb = wb / area, lc = wc / area;
        if (texture_.picture != nullptr) {
          const auto color = sample(*texture_.picture, la * a->uv.x + lb * b->uv.x + lc * c->uv.x,
                                    la * a->uv.y + lb * b->uv.y + lc * c->uv.y);
          blend(x, y, color[0], color[1], color[2], color[3] * channel(a->col, 24) / 255.0f);
          continue;
        }
        float alpha = flat_alpha;
        if (!flat_uv) {
          alpha = texture_.sample(la * a->uv.x + lb * b->uv.x + lc * c->uv.x,
                                  la * a->uv.y + lb * b->uv.y + lc * c->uv.y) /
                  255.0f;
        }
        if (alpha <= 0) continue;
        if (flat_color) {
          blend(x, y, channel(a->col, 0), channel(a->col, 8), channel(a->col, 16),
                channel(a->col, 24) * alpha);
        } else {
          const auto mix = [&](int shift) {
            return la * channel(a->col, shift) + lb * channel(b->col, shift) +
                   lc * channel(c->col, shift);
          };
          blend(x, y, mix(0), mix(8), mix(16), mix(24) * alpha);
        }
      }
    }
  }

 private:
  static float cross(ImVec2 o, ImVec2 p, ImVec2 q) {
    return (p.x - o.x) * (q.y - o.y) - (p.y - o.y) * (q.x - o.x);
  }
  static bool owns(ImVec2 from, ImVec2 to) {
    return to.y < from.y || (to.y == from.y && to.x > from.x);
  }

  void blend(int x, int y, float r, float g, float b, float alpha) {
    std::uint8_t* p =
        &image_.rgba[4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(image_.width) +
                          static_cast<std::size_t>(x))];
    const float s = alpha / 255.0f;
    const float colors[] = {r, g, b};
    for (int i = 0; i < 3; ++i) {
      const float value = colors[i] * s + static_cast<float>(p[i]) * (1 - s);
      p[i] = static_cast<std::uint8_t>(std::clamp(value + 0.5f, 0.0f, 255.0f));
    }
  }

  Image& image_;
  const Texture& texture_;
};

}  // namespace

Image rasterise(const ImDrawData& data, ImFontAtlas& atlas, ImU32 background) {
  Image image;
  image.width = static_cast<int>(data.DisplaySize.x);
  image.height = static_cast<int>(data.DisplaySize.y);
  const std::size_t pixels =
      static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  image.rgba.resize(4 * pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    for (int c = 0; c < 3; ++c)
      image.rgba[4 * i + static_cast<std::size_t>(c)] =
          static_cast<std::uint8_t>(background >> (8 * c));
    image.rgba[4 * i + 3] = 255;
  }
  Texture texture;
  unsigned char* alpha = nullptr;
  atlas.GetTexDataAsAlpha8(&alpha, &texture.width, &texture.height);
  texture.alpha = alpha;
  for (int n = 0; n < data.CmdListsCount; ++n) {
    const ImDrawList& list = *data.CmdLists[n];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      if (command.UserCallback != nullptr) continue;
      const ClipBox clip{std::max(0, static_cast<int>(command.ClipRect.x)),
                         std::max(0, static_cast<int>(command.ClipRect.y)),
                         std::min(image.width, static_cast<int>(command.ClipRect.z)),
                         std::min(image.height, static_cast<int>(command.ClipRect.w))};
      if (clip.x0 >= clip.x1 || clip.y0 >= clip.y1) continue;
      texture.picture = command.GetTexID() == atlas.TexID
                            ? nullptr
                            : static_cast<const Image*>(command.GetTexID());
      Triangles triangles(image, texture);
      for (unsigned i = 0; i + 2 < command.ElemCount; i += 3) {
        const auto vertex = [&](unsigned k) -> const ImDrawVert& {
          const int at = static_cast<int>(command.VtxOffset) +
                         list.IdxBuffer[static_cast<int>(command.IdxOffset + i + k)];
          return list.VtxBuffer[at];
        };
        triangles.fill(vertex(0), vertex(1), vertex(2), clip);
      }
    }
  }
  return image;
}

}  // namespace ui
