// The faces of exported pictures, drawn by Cairo: those of the window, from the same files.
#pragma once

#include <cairo.h>

#include <memory>
#include <string_view>

#include "app/scene/display_list.h"
#include "raft/result.h"

namespace exporter {

class FontSet final : public scene::TextMeasure {
 public:
  // Errors: kNotFound and kCorruption name font and package.
  static Result<std::unique_ptr<FontSet>> load();
  ~FontSet() override;
  FontSet(const FontSet&) = delete;
  FontSet& operator=(const FontSet&) = delete;

  // In units. What no face has counts as a hollow box.
  float width(std::string_view text, float size, scene::Face face, int weight) const override;
  // `y` is the baseline, both in user space. Vector files keep the text beside its glyphs, so that
  // it can be searched and copied.
  void show(cairo_t* to, std::string_view text, double x, double y,
            const scene::Style& style) const;

 private:
  struct Faces;
  FontSet();
  std::unique_ptr<Faces> faces_;
};

}  // namespace exporter
