// The run as a space-time picture: a line per node, time to the right, a slanted arrow per message,
// elections, commits, crashes and syncs on the lines. A pure function of model, span and selection.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/scene/glyphs.h"
#include "app/scene/ring.h"
#include "app/scene/sequence_model.h"

namespace scene {

struct SequenceInput {
  Box stage;
  bool small = false;
  bool below = false;                    // under another view: no controls lie over its head
  const SequenceModel* model = nullptr;  // never null
  const std::deque<sim::Fact>* facts = nullptr;  // never null; what the model was made from
  const TimeAxis* axis = nullptr;                // never null
  std::vector<NodeId> nodes;                     // rows, from above
  double left = 0;                               // place on the axis at the left edge
  double ticks = 16;                             // places across the view, above 0
  sim::Instant now;
  Target selected, hovered;
  bool show_heartbeat_replies = false;
  // Facts that are lit, ascending; the rest is dimmed. Null: everything is lit.
  const std::vector<std::uint64_t>* lit = nullptr;
  // What the chosen fact is called.
  std::function<std::string(const sim::Fact&)> words;
};

struct SequenceLayout {
  Box plot;        // lines and arrows
  float row0 = 0;  // of the first line
  float step = 0;  // from line to line
  float r = 18;    // of the discs at the left
  double left = 0, ticks = 1;

  // Places on the axis to scene units and back: two inverse functions.
  float x_of(double place) const;
  double place_at(float x) const;
  float pixels_per_tick() const { return plot.w / static_cast<float>(ticks); }
};
SequenceLayout layout_sequence(const SequenceInput& input);

void build_sequence(const SequenceInput& input, const Theme& theme, DisplayList& list,
                    std::vector<HitRegion>& hits);

}  // namespace scene
