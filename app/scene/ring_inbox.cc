// The inbox view: while time stands, what is on its way waits beside its receiver, the next due on
// top, so that one chooses what arrives.
#include <algorithm>
#include <cmath>

#include "app/scene/ring_parts.h"
#include "app/scene/tr.h"

namespace scene {
namespace {

using sim::MessageView;

std::vector<const MessageView*> queue_of(const sim::ClusterView& view, NodeId node) {
  std::vector<const MessageView*> queue;
  for (const MessageView* message : in_order_of_arrival(view)) {
    if (message->to.client == 0 && message->to.node == node) queue.push_back(message);
  }
  return queue;
}

}  // namespace

std::vector<const MessageView*> in_order_of_arrival(const sim::ClusterView& view) {
  std::vector<const MessageView*> order;
  for (const MessageView& message : view.messages) order.push_back(&message);
  std::stable_sort(order.begin(), order.end(), [](const MessageView* a, const MessageView* b) {
    if (!a->due || !b->due) return a->due.has_value() && !b->due.has_value();
    return *a->due < *b->due;
  });
  return order;
}

Box inbox_place(const RingContext& c, NodeId node, std::size_t rows) {
  const Point p = c.layout.places.at(node);
  const RingLayout& g = c.layout;
  const float row = c.input.small ? 21 : 25;
  const bool left = on_left(c, node);
  const float wish = c.input.small ? 146 : 176;
  const float near = left ? p.x - g.r - g.card_gap : p.x + g.r + g.card_gap;
  const float room = left ? near - c.input.stage.x - 6 : c.input.stage.right() - near - 6;
  const float w = std::min(wish, std::max(90.0f, room));
  const float h = row * static_cast<float>(rows) + 8;
  // Below the line with the role; never below the narration.
  const bool top = node == c.view.nodes.front().id && c.view.nodes.size() > 2;
  const float role = p.y + (top ? (c.input.small ? -28.0f : -36.0f) : -g.cell_h);
  const float foot = c.input.stage.bottom() - (c.input.small ? 34.0f : 48.0f);
  const float y = std::min(role + 9, foot - h);
  return {left ? near - w : near, y, w, h};
}

void draw_inboxes(const RingContext& c) {
  const std::size_t most = c.input.small ? 3 : 4;
  const std::vector<const MessageView*> order = in_order_of_arrival(c.view);
  const MessageView* next = order.empty() || !order.front()->due ? nullptr : order.front();
  for (const sim::NodeView& node : c.view.nodes) {
    const std::vector<const MessageView*> queue = queue_of(c.view, node.id);
    if (queue.empty()) continue;
    // The chosen one is always among those shown.
    const auto chosen = std::find_if(queue.begin(), queue.end(), [&](const MessageView* message) {
      return c.input.selected.kind == Target::Kind::kMessage &&
             c.input.selected.message == message->id;
    });
    const std::size_t at =
        chosen == queue.end() ? 0 : static_cast<std::size_t>(chosen - queue.begin());
    const bool more = queue.size() > most;
    const std::size_t shown = more ? most : queue.size();
    const std::size_t first = std::min(at >= shown ? at - shown + 1 : 0, queue.size() - shown);
    const Box box = inbox_place(c, node.id, shown);
    const float row = (box.h - 8) / static_cast<float>(shown);
    const bool lost = node.state == sim::NodeState::kDown;
    if (lost) c.list.push_alpha(0.55f);
    c.list.rect(box, 7, {.fill = c.t.raised, .stroke = c.t.divider, .width = 1});
    for (std::size_t i = 0; i < shown; ++i) {
      const MessageView& message = *queue[first + i];
      const float y = box.y + 4 + row * (static_cast<float>(i) + 0.5f);
      Target target;
      target.kind = Target::Kind::kMessage;
      target.message = message.id;
      const Box line{box.x + 3, y - row / 2, box.w - 6, row};
      const bool picked = chosen != queue.end() && (*chosen)->id == message.id;
      if (picked) {
        c.list.rect(line, 5, {.fill = c.t.select, .stroke = c.t.accent, .width = 1.5f * c.t.line});
      } else if (c.input.hovered == target) {
        c.list.rect(line, 5, {.fill = c.t.select});
      }
      MessageGlyph glyph = glyph_of(c, message);
      glyph.selected = false;
      glyph.r = row * 0.34f;
      draw_message(c.pen(), box.x + 18, y, glyph);
      const Style id{.size = 12, .color = c.t.ink3, .face = Face::kMono, .anchor = Anchor::kEnd};
      const Style from{.size = 13, .color = c.t.ink2, .face = Face::kMono, .anchor = Anchor::kEnd};
      float end = c.list.text(box.right() - 10, y + 4.5f, "m" + std::to_string(message.id), id);
      end -= c.list.width("m" + std::to_string(message.id), id) + 8;
      if (!message.due) {
        draw_icon(c.pen(), Icon::kPause, end - 5, y, c.t.ink, 0.6f);
        end -= 16;
      }
      const std::string sender = endpoint_name(message.from);
      c.list.text(end, y + 4.5f, sender, from);
      end -= c.list.width(sender, from) + 8;
      c.list.text_within(box.x + 34, y + 4.5f, message.type, end - box.x - 34,
                         {.size = 13, .color = c.t.ink});
      if (&message == next) {
        const float x = box.x + 2;
        c.list.path({{x, y - 5}, {x + 6, y}, {x, y + 5}}, true, {.fill = c.t.accent});
      }
      c.hits.push_back({target, true, {line.x + 8, y}, {line.right() - 8, y}, row / 2});
    }
    if (lost) c.list.pop_alpha();
    if (more) {
      const bool left = on_left(c, node.id);
      const std::string words = tr("and {1} more", queue.size() - shown);
      c.list.text(left ? box.x + 4 : box.right() - 4, box.bottom() + 14, words,
                  {.size = 12, .color = c.t.ink3, .anchor = left ? Anchor::kStart : Anchor::kEnd});
    }
    if (lost) {
      c.list.text(box.x + 2, box.bottom() + 14,
                  tr("lost on arrival: {1} is down", node_name(node.id)),
                  {.size = 12, .color = c.t.ink3});
    }
    // Where the chosen one comes from.
    if (chosen == queue.end()) continue;
    const MessageView& message = **chosen;
    if (message.from.client != 0 || c.layout.places.count(message.from.node) == 0) continue;
    const Lane way = lane(c.layout.places.at(message.from.node), c.layout.places.at(node.id),
                          c.layout.r + c.layout.rim, 0);
    c.list.line(way.from, way.to, c.pen().dashed(c.t.accent, 2.4f, 3, 5));
    const float a = way.heading();
    const Point tip = way.to;
    c.list.path({tip, polar(tip.x, tip.y, 11, a + 155), polar(tip.x, tip.y, 11, a - 155)}, true,
                {.fill = c.t.accent});
  }
  if (order.empty()) {
    c.list.text(c.layout.centre.x, c.layout.centre.y + 5,
                tr("Nothing is on its way. T lets a tick pass"),
                {.size = 14, .color = c.t.ink2, .anchor = Anchor::kMiddle});
  }
}

}  // namespace scene
