// Display list to ImDrawList: the only drawing of scenes in the window.
#pragma once

#include <imgui.h>

#include "app/scene/display_list.h"
#include "app/ui/fonts.h"

namespace ui {

// Draws `list` with its origin at `origin` (pixels). Rectangles snap to whole pixels; circles and
// slanted lines stay where they fall.
void draw(const scene::DisplayList& list, ImDrawList& out, ImVec2 origin, const Fonts& fonts);

inline ImU32 im_color(scene::Color c) { return IM_COL32(c.r, c.g, c.b, c.a); }

}  // namespace ui
