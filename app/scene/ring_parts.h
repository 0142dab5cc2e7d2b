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
// Where the words of a node lie that has them inside the ring; nullopt: it has a card.
std::optional<Box> inner_words(const RingContext& c, const sim::NodeView& node);
void draw_regions(const RingContext& c);
void draw_links(const RingContext& c);
void draw_wall(const RingContext& c);
void draw_messages(const RingContext& c);
MessageGlyph glyph_of(const RingContext& c, const sim::MessageView& message);
// Of so many lines of the queue beside a node.
Box inbox_place(const RingContext& c, NodeId node, std::size_t rows);
void draw_inboxes(const RingContext& c);

}  // namespace scene
