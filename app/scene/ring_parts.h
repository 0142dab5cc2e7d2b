// What ring.cc and ring_links.cc share.
#pragma once

#include "app/scene/ring.h"

namespace scene {

struct RingContext {
  const sim::ClusterView& view;
  const RingInput& input;
  const RingLayout& layout;
  const Theme& t;
  DisplayList& list;
  std::vector<HitRegion>& hits;
  Pen pen() const { return {list, t}; }
};

// Where a client's messages come from: beside the node, above its card.
Point client_place(const RingContext& c, NodeId node);
bool on_left(const RingContext& c, NodeId node);
void draw_regions(const RingContext& c);
void draw_links(const RingContext& c);
void draw_wall(const RingContext& c);
void draw_messages(const RingContext& c);

}  // namespace scene
