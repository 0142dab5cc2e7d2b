// Filled discs of many sizes, drawn once into the font atlas. A disc in the window is then four
// corners; the sides of a rounded rectangle and of a line are a disc's, pulled long.
#pragma once

#include <imgui.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace ui {

class Discs {
 public:
  // Radii in pixels, of pictures with two texels a pixel; at twice the size they are still sharp.
  // What is larger than that is drawn by ImGui.
  static constexpr float kMost = 20, kStretched = 2 * kMost;

  // Asks for room. REQUIRES: the atlas is not built yet.
  void reserve(ImFontAtlas& atlas);
  // Draws them. REQUIRES: reserve(), and the atlas has been built since.
  void bake(ImFontAtlas& atlas);

  struct Disc {
    float r = 0;            // pixels
    float reach = 0;        // from the centre to the end of the picture, pixels
    ImVec2 low, mid, high;  // in the atlas: upper left, centre, lower right
    // Across a line that is as wide: where its two sides end.
    ImVec2 side_low, side_high;
  };
  // The one whose size is nearest. Null: there is none for that much, or none was baked.
  const Disc* nearest(float r) const {
    if (by_size_.empty() || !(r <= kStretched)) return nullptr;
    const auto eighth = static_cast<std::size_t>(std::max(0.0f, r) * 8 + 0.5f);
    return &discs_[static_cast<std::size_t>(by_size_[std::min(eighth, by_size_.size() - 1)])];
  }
  // Of those with straight sides that fall on whole pixels.
  const Disc* corner(float r) const;

 private:
  std::vector<Disc> discs_;   // ascending
  std::vector<int> rects_;    // where they lie, of the atlas
  std::vector<int> by_size_;  // radius in eighths of a pixel to a place in discs_
};

}  // namespace ui
