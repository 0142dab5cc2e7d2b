// The ring: nodes on an ellipse, messages flying on two lanes per link, cuts, partitions, what each
// node believes beside it. A pure function of view, selection and place.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/scene/glyphs.h"
#include "app/scene/node_glyph.h"
#include "app/sim/view.h"

namespace scene {

using sim::NodeId;

// What is chosen or pointed at; at most one kind at a time.
struct Target {
  enum class Kind : std::uint8_t { kNone, kNode, kMessage, kLink, kFact };
  Kind kind = Kind::kNone;
  NodeId node;  // of a fact: where it happened; 0: at a client or on the network
  std::uint64_t fact = 0;
  std::uint64_t message = 0;  // of a fact: which one it is about
  NodeId from, to;            // of a link, directed
  bool operator==(const Target&) const = default;
};

// A message that was lost a moment ago and is no longer in the view.
struct LostMessage {
  std::uint64_t id = 0;
  std::string type;
  sim::Endpoint from, to;
  raft::Term term;
  std::string why;  // "n1 to n4 is cut"
  bool at_cut = false;
  bool at_receiver = false;  // it arrived at a node that is down
};

struct Told {
  std::uint64_t event = 0;
  std::string what, why;
};

struct RingInput {
  Box stage;
  bool small = false;  // the sizes of a window below 70 em
  Target selected, hovered;
  bool keyboard_focus = false;  // the selection was made with the keyboard
  bool show_heartbeat_replies = false;
  bool inbox = false;  // messages wait beside their receivers instead of flying
  std::vector<LostMessage> lost;
  // Share of a tick that has passed at each node since its last one; makes the timer arcs run
  // evenly.
  std::map<NodeId, float> tick_share;
  Told told;
  bool labels = true;
  std::vector<NodeId> broken;     // nodes between which a property does not hold
  std::vector<NodeId> differing;  // from another run
  NodeId differs_first;           // of these: where the runs part
};

// A place that answers to the mouse: a disc, or a lane of some width.
struct HitRegion {
  Target target;
  bool is_lane = false;
  Point a, b;       // a: centre of a disc
  float reach = 0;  // radius, or half the width
};
// The last region that holds the point: what is drawn later lies on top.
Target hit(const std::vector<HitRegion>& regions, Point p);

struct RingLayout {
  float r = 40, rim = 22, lane_offset = 6, message_r = 13;
  float card_gap = 30, cell_w = 17, cell_h = 15;
  Point centre;
  float rx = 0, ry = 0;
  std::map<NodeId, Point> places;
  std::uint64_t cells = 8;  // of the strip in a card
  bool figures = true;      // there is room for commit and applied in a card
  // Room for the longest role, too.
  float card_width() const {
    const float strip = static_cast<float>(cells) * (cell_w + 2) - 2;
    return strip > 92 ? strip : 92;
  }
};
// Everything keeps within the stage: crowns below its controls, the lowest node above the
// narration.
RingLayout layout_ring(const sim::ClusterView& view, Box stage, bool small);

// Ends of a lane, shifted to the right of its direction and cut at the nodes' rims.
struct Lane {
  Point from, to;
  Point at(float share) const {
    return {from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share};
  }
  float heading() const;  // degrees
};
Lane lane(Point p, Point q, float rim, float offset);

// What is on its way, the next due first; what is held has no time and comes last.
std::vector<const sim::MessageView*> in_order_of_arrival(const sim::ClusterView& view);

// How far a message has come; a lost one stops half way.
float message_share(const sim::MessageView& message, sim::Instant now);

void build_ring(const sim::ClusterView& view, const RingInput& input, const Theme& theme,
                DisplayList& list, std::vector<HitRegion>& hits);

// Words for a message: "asks for a vote", "n3 holds 20".
std::string message_words(const sim::MessageView& message);
std::string endpoint_name(const sim::Endpoint& endpoint);
std::string node_name(NodeId node);
// "append", from "append-reply".
std::string_view request_type(std::string_view type);
bool is_reply_type(std::string_view type);

}  // namespace scene
