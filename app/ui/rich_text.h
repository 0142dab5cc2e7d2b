// Prose with styles: paragraphs, lists, headings, code.
#pragma once

#include <string>
#include <vector>

#include "app/lesson/markdown.h"
#include "app/ui/gui.h"

namespace ui {

struct ProseLook {
  float size = 15;
  float lead = 22;  // from line to line
  scene::Color color{};
  std::string lesson{};  // its file: pictures lie beside it
};

// Each draws from the baseline `y` on and returns the baseline behind its last line.
float draw_text(Surface& s, float x, float y, const lesson::Text& text, float room,
                const ProseLook& look);
float draw_blocks(Surface& s, float x, float y, const std::vector<lesson::Block>& blocks,
                  float room, const ProseLook& look);

}  // namespace ui
