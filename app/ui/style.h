// What of ImGui's own look remains visible (typed text, its selection and caret), in our colours.
#pragma once

#include "app/scene/theme.h"

namespace ui {

void apply_style(const scene::Theme& theme, float pixels_per_unit);

}  // namespace ui
