// The faces of the window: Inter for words, JetBrains Mono for every number, id and command. Baked
// in the sizes that the panels use, times the scale; scene text takes the nearest larger and scales
// down.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "app/scene/display_list.h"
#include "raft/result.h"

struct ImFont;
struct ImFontAtlas;

namespace ui {

class Fonts final : public scene::TextMeasure {
 public:
  // Adds the faces to `atlas` and builds it. `pixels_per_unit`: a unit is a sixteenth of an em.
  // Errors: kNotFound names the font, the folders searched and the package that has it.
  static Result<Fonts> load(ImFontAtlas& atlas, float pixels_per_unit);

  struct Picked {
    ImFont* font = nullptr;
    float pixels = 0;  // to hand to ImGui as font size
    float ascent = 0;  // from the top of ImGui's line to the baseline, in pixels
  };
  Picked pick(scene::Face face, int weight, float size) const;

  // In units.
  float width(std::string_view text, float size, scene::Face face, int weight) const override;
  float pixels_per_unit() const { return scale_; }

 private:
  struct Baked {
    ImFont* font = nullptr;
    float em = 0;  // size of the em square in pixels
  };
  // Regular, medium, semi-bold, mono, mono bold; ascending sizes.
  std::array<std::vector<Baked>, 5> faces_;
  float scale_ = 1;
};

}  // namespace ui
