#include "app/ui/discs.h"

#include <algorithm>
#include <cmath>

namespace ui {
namespace {

// Two texels a pixel: sampled between texels a disc is as sharp as its edge drawn by triangles.
constexpr int kTexels = 2;
constexpr float kMargin = 1;  // pixels around a disc in which it ends

int side_of(float r) { return 2 * static_cast<int>(std::ceil((r + kMargin) * kTexels)); }

std::vector<float> radii() {
  std::vector<float> out;
  for (float r = 0.25f; r <= Discs::kMost; r += r < 4 ? 0.25f : r < 12 ? 0.5f : 1.0f)
    out.push_back(r);
  return out;
}

}  // namespace

void Discs::reserve(ImFontAtlas& atlas) {
  discs_.clear();
  rects_.clear();
  for (const float r : radii()) {
    // Right of the disc, a texel apart, lies the cross-section of a line as wide: two texels, and
    // one to the next.
    rects_.push_back(atlas.AddCustomRectRegular(side_of(r) + 4, side_of(r)));
    Disc disc;
    disc.r = r;
    disc.reach = static_cast<float>(side_of(r)) / (2 * kTexels);
    discs_.push_back(disc);
  }
}

void Discs::bake(ImFontAtlas& atlas) {
  unsigned char* alpha = nullptr;
  int width = 0, height = 0;
  atlas.GetTexDataAsAlpha8(&alpha, &width, &height);
  for (std::size_t i = 0; i < discs_.size(); ++i) {
    Disc& disc = discs_[i];
    const ImFontAtlasCustomRect& rect = *atlas.GetCustomRectByIndex(rects_[i]);
    const int side = rect.Height;
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        const float dx = static_cast<float>(x) + 0.5f - static_cast<float>(side) / 2,
                    dy = static_cast<float>(y) + 0.5f - static_cast<float>(side) / 2;
        const float inside = disc.r * kTexels - std::sqrt(dx * dx + dy * dy) + 0.5f;
        alpha[(rect.Y + y) * width + rect.X + x] =
            static_cast<unsigned char>(std::lround(255 * std::clamp(inside, 0.0f, 1.0f)));
      }
    }
    for (int y = 0; y < side; ++y) {
      const float dy = static_cast<float>(y) + 0.5f - static_cast<float>(side) / 2;
      // A pixel wide, as ImGui has it: a sharper edge would come and go along a slanted line.
      const float inside = disc.r + 0.5f - std::abs(dy) / kTexels;
      unsigned char* const row = &alpha[(rect.Y + y) * width + rect.X + side];
      row[0] = 0;
      row[1] = row[2] =
          static_cast<unsigned char>(std::lround(255 * std::clamp(inside, 0.0f, 1.0f)));
    }
    const auto uv = [&](float part) {
      return ImVec2{(static_cast<float>(rect.X) + part) / static_cast<float>(width),
                    (static_cast<float>(rect.Y) + part) / static_cast<float>(height)};
    };
    disc.low = uv(0);
    disc.mid = uv(static_cast<float>(side) / 2);
    disc.high = uv(static_cast<float>(side));
    const float section = uv(static_cast<float>(side) + 2).x;
    disc.side_low = {section, disc.low.y};
    disc.side_high = {section, disc.high.y};
  }
  by_size_.clear();
  std::size_t at = 0;
  for (int eighth = 0; eighth <= static_cast<int>(kMost * 8); ++eighth) {
    const float r = static_cast<float>(eighth) / 8;
    while (at + 1 < discs_.size() && std::abs(discs_[at + 1].r - r) < std::abs(discs_[at].r - r))
      ++at;
    by_size_.push_back(static_cast<int>(at));
  }
}

const Discs::Disc* Discs::corner(float r) const {
  return r <= kMost ? nearest(std::max(0.5f, std::round(2 * r) / 2)) : nullptr;
}

}  // namespace ui
