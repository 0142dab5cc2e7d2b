// ImDrawData to pixels on the processor: the same picture on every machine, without a display.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <vector>

namespace ui {

// RGBA, eight bits each, rows from the top.
struct Image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgba;
  const std::uint8_t* at(int x, int y) const {
    return &rgba[4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                      static_cast<std::size_t>(x))];
  }
};

// Draws over `background` (opaque). Textures are the font atlas, as alpha, and pictures
// (pictures.h).
Image rasterise(const ImDrawData& data, ImFontAtlas& atlas, ImU32 background);

}  // namespace ui
