// The faces of the window: Inter for words, JetBrains Mono for every number, id and command. Baked
// in the sizes that the panels use, times the scale; scene text takes the nearest larger and scales
// down.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/scene/display_list.h"
#include "app/ui/discs.h"
#include "raft/result.h"

struct ImFont;
struct ImFontAtlas;

namespace ui {

class Fonts final : public scene::TextMeasure {
 public:
  // Adds the faces to `atlas` and builds it. `pixels_per_unit`: a unit is a sixteenth of an em.
  // `more`: characters beyond Latin-1, such as the Chinese ones of the texts in use; they come from
  // another face, and only those asked for are drawn. Where that face is not installed they stay
  // hollow boxes. Errors: kNotFound names the font, the folders searched and the package.
  static Result<Fonts> load(ImFontAtlas& atlas, float pixels_per_unit,
                            const std::set<std::uint16_t>& more = {});
  // Whether the face for Chinese is installed; if not, which package has it.
  static Status find_han();

  // Characters that were drawn and are not in the atlas: the next load shall have them.
  const std::set<std::uint16_t>& missed() const { return missed_; }
  void note_drawn(std::string_view text) const;

  // For tests: every text that is drawn from now on, with its place and what clips it, in pixels.
  struct Drawn {
    std::string text;
    std::string pane;  // the ImGui window, or what is drawn over all of them
    float left, top, right, bottom, clip_left, clip_right;
    std::uint32_t color;  // as ImGui packs it
  };
  void watch(std::vector<Drawn>* seen) const { watched_ = seen; }
  std::vector<Drawn>* watched() const { return watched_; }

  struct Picked {
    ImFont* font = nullptr;
    float pixels = 0;  // to hand to ImGui as font size
    float ascent = 0;  // from the top of ImGui's line to the baseline, in pixels
  };
  Picked pick(scene::Face face, int weight, float size) const;

  // They lie in the same texture.
  const Discs& discs() const { return discs_; }

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
  Discs discs_;
  float scale_ = 1;
  std::vector<bool> known_;  // by code point
  mutable std::set<std::uint16_t> missed_;
  mutable std::vector<Drawn>* watched_ = nullptr;
  std::shared_ptr<std::vector<char>> han_;  // the file, which the atlas points into
};

// The characters of `text` beyond Latin-1, as far as ImGui can draw them.
void add_characters(std::string_view text, std::set<std::uint16_t>& to);

}  // namespace ui
