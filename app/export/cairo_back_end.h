// Draws a display list with Cairo: pictures, vector files, frames of films.
#pragma once

#include <cairo.h>

#include "app/export/font_set.h"

namespace exporter {

// `scale`: pixels (or whatever the surface counts in) of a unit. `pixels`: rectangles and rules lie
// on whole ones, so that they are sharp.
void draw(const scene::DisplayList& list, cairo_t* to, const FontSet& fonts, double scale,
          bool pixels);

}  // namespace exporter
