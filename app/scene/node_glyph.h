// A node as the ring draws it: the disc has the colour of the term it believes in, the ring round
// it tells the role, the arc its election timer.
#pragma once

#include <optional>
#include <string>

#include "app/scene/glyphs.h"
#include "app/scene/told.h"
#include "app/sim/view.h"

namespace scene {

struct NodeGlyph {
  std::string name;
  raft::Term term;
  bool term_unknown = false;
  sim::RoleName role = sim::RoleName::kFollower;
  sim::NodeState state = sim::NodeState::kUp;
  std::optional<float> timer;  // share of the election timeout that has passed; leaders have none
  float r = 40;                // of the core
  bool selected = false;
  bool hovered = false;
  bool focused = false;  // chosen with the keyboard
};
void draw_node(const Pen& pen, float x, float y, const NodeGlyph& glyph);

// A disc in the term's colour; term 0 is hollow.
void draw_term_disc(const Pen& pen, float x, float y, float r, raft::Term term, float hollow_width);
// The disc with the number in it.
void draw_term_badge(const Pen& pen, float x, float y, float r, raft::Term term);

// A candidate's votes: granted first, refused last, a bar behind the place of the quorum. Returns
// the right end.
struct VotePips {
  std::size_t granted = 0, unknown = 0, refused = 0;
  std::size_t quorum = 0;
  float size = 6;  // radius
  float gap = 8;
};
float draw_pips(const Pen& pen, float x, float y, const VotePips& votes);
VotePips vote_pips(const sim::NodeView& node);

// What one calls the node's role on the screen: "leader", "down", "paused", …
std::string role_label(const sim::NodeView& node);

}  // namespace scene
