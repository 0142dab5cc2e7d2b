// The one table of colours. Colour is data: a term's colour means that term, danger means lost, cut
// or wrong, warn means late; everything else is grey, and the accent is light itself.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "app/scene/display_list.h"
#include "raft/types.h"

namespace scene {

struct Theme {
  std::string_view name;
  float line = 1;         // factor on the widths of lines
  float zoom = 1;         // factor on everything: the back row of a lecture hall reads along
  bool outlined = false;  // filled shapes have a thin edge, so that pale terms keep their contrast
  Color canvas, panel, raised, sunken, select;
  Color divider, mesh, control;
  Color ink, ink2, ink3, accent, on_accent;
  Color danger, warn, on_status;
  Color floor;  // of the tank
  std::array<Color, 8> terms;
  std::array<Color, 8> on_terms;

  // Terms go round a cycle of eight; term 0 is `control`, drawn hollow.
  Color term(raft::Term t) const { return t.value == 0 ? control : terms[(t.value - 1) % 8]; }
  Color on_term(raft::Term t) const { return t.value == 0 ? ink : on_terms[(t.value - 1) % 8]; }
};

const Theme& dark_theme();
const Theme& light_theme();
const Theme& projector_theme();
// dark, light, projector; nullptr for another name.
const Theme* find_theme(std::string_view name);

}  // namespace scene
