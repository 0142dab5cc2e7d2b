// A fact as a small sign: the same in lists of causes, in the event list and on the lines of the
// sequence view.
#pragma once

#include <cstdint>
#include <deque>

#include "app/scene/glyphs.h"
#include "app/sim/fact.h"

namespace scene {

// The fact with this id, if it is still kept.
const sim::Fact* find_fact(const std::deque<sim::Fact>& facts, std::uint64_t id);

// `r`: half the height of the sign.
void draw_fact_sign(const Pen& pen, float x, float y, const sim::Fact& fact, float r);
// A message as its send, receipt or loss tells it. `r` as of MessageGlyph.
MessageGlyph message_glyph(const sim::Fact& fact, float r);

}  // namespace scene
