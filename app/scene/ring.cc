#include "app/scene/ring.h"

#include <algorithm>
#include <cmath>

#include "app/scene/log_cells.h"
#include "app/scene/ring_parts.h"
#include "app/scene/tr.h"

namespace scene {
namespace {

using sim::NodeState;
using sim::RoleName;

constexpr std::size_t kFew = 5;  // more of them have their cards at the sides only

float distance_to_segment(Point p, Point a, Point b) {
  const float dx = b.x - a.x, dy = b.y - a.y;
  const float length2 = dx * dx + dy * dy;
  const float t =
      length2 == 0 ? 0 : std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length2, 0.0f, 1.0f);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

void draw_floor(const RingContext& c) {
  std::vector<Point> points;
  for (int i = 0; i < 96; ++i) {
    const Point unit = polar(0, 0, 1, static_cast<float>(i) * 3.75f);
    points.push_back({c.layout.centre.x + unit.x * (c.layout.rx + 8),
                      c.layout.centre.y + unit.y * (c.layout.ry + 8)});
  }
  c.list.path(points, true, {.fill = c.t.floor});
}

bool has(const std::vector<NodeId>& nodes, NodeId id) {
  return std::find(nodes.begin(), nodes.end(), id) != nodes.end();
}

std::string names_of(const std::vector<NodeId>& nodes) {
  std::string out;
  for (const NodeId node : nodes) out += (out.empty() ? "" : " ") + node_name(node);
  return out;
}

bool crowded(const RingContext& c) { return c.view.nodes.size() > kFew; }

// In the middle of the ring: who counts, unless that is plain to see.
void draw_members(const RingContext& c) {
  const raft::ConfState* members = c.view.members();
  if (members == nullptr || members->voters.empty()) return;
  const bool joint = !members->outgoing.empty();
  const bool plain =
      !joint && members->learners.empty() && members->voters.size() == c.view.nodes.size();
  if (plain) return;
  std::vector<std::pair<std::string, std::string>> lines;
  if (joint) {
    lines.emplace_back(tr("joint: majorities of both"), "");
    lines.emplace_back(tr("old") + " ", names_of(members->outgoing));
    lines.emplace_back(tr("new") + " ", names_of(members->voters));
  } else {
    lines.emplace_back(tr("voters") + " ", names_of(members->voters));
  }
  std::vector<NodeId> learners = members->learners;
  learners.insert(learners.end(), members->learners_next.begin(), members->learners_next.end());
  if (!learners.empty()) lines.emplace_back(tr("learning") + " ", names_of(learners));
  const Style word{.size = 13, .color = c.t.ink3};
  const Style figure{.size = 13, .color = c.t.ink2, .face = Face::kMono};
  // Where many stand the middle is theirs, and the corner is free.
  const bool corner = crowded(c);
  float y = corner ? c.input.stage.y + (c.input.small ? 56.0f : 72.0f) +
                         (c.view.partition.empty() ? 0.0f : 20.0f)
                   : c.layout.centre.y - 9.5f * static_cast<float>(lines.size() - 1) + 4;
  for (const auto& [what, who] : lines) {
    const float w = c.list.width(what, word) + c.list.width(who, figure);
    const float x = corner ? c.input.stage.x + 24 : c.layout.centre.x - w / 2;
    c.list.rect({x - 6, y - 14, w + 12, 19}, 4, {.fill = c.t.canvas.faded(0.86f)});
    c.list.runs(x, y, {{what, word}, {who, figure}});
    y += corner ? 17.0f : 19.0f;
  }
}

// What a change of members makes of the node, behind its role.
std::string change_label(const RingContext& c, NodeId id) {
  const raft::ConfState* members = c.view.members();
  if (members == nullptr || members->outgoing.empty()) return "";
  if (has(members->learners_next, id)) return tr(", to learn");
  const bool before = has(members->outgoing, id), after = has(members->voters, id);
  return before == after ? "" : tr(before ? ", leaves" : ", joins");
}

// What is left of a node that is down, in as many words as there is room for.
std::string down_note(const RingContext& c, const sim::NodeView& node, float room) {
  const std::uint64_t held =
      node.last.value >= node.first.value ? node.last.value - node.first.value + 1 : 0;
  const Style style{.size = 13, .color = c.t.ink3};
  const std::string longest =
      tr(held == 1 ? "disk keeps term {1}, {2} entry" : "disk keeps term {1}, {2} entries",
         node.term.value, held);
  if (c.list.width(longest, style) <= room) return longest;
  const std::string shorter =
      tr(held == 1 ? "keeps term {1}, {2} entry" : "keeps term {1}, {2} entries", node.term.value,
         held);
  if (c.list.width(shorter, style) <= room) return shorter;
  return tr(held == 1 ? "keeps {1} entry" : "keeps {1} entries", held);
}

// Where many stand, there is no room beside the highest and the lowest: their words lie inside.
bool inner_card(const RingContext& c, NodeId node) {
  return crowded(c) && std::abs(c.layout.places.at(node).x - c.layout.centre.x) < c.layout.r;
}

void draw_inner_card(const RingContext& c, const sim::NodeView& node) {
  const Point p = c.layout.places.at(node.id);
  const bool top = p.y < c.layout.centre.y;
  const float crown = !top && node.role == RoleName::kLeader ? 24 : 0;
  const float y = top                ? p.y + c.layout.r + 24
                  : c.layout.figures ? p.y - c.layout.r - 30 - crown
                                     : p.y - c.layout.r - 13 - crown;
  const Style title{.size = 13, .color = c.t.ink, .weight = 600, .anchor = Anchor::kMiddle};
  const std::string role = role_label(node) + change_label(c, node.id);
  const float w = c.list.width(role, title);
  c.list.rect({p.x - w / 2 - 3, y - 13, w + 6, 17}, 4, {.fill = c.t.canvas.faded(0.86f)});
  c.list.text(p.x, y, role, title);
  if (node.state == NodeState::kDown || node.state == NodeState::kHalted) return;
  if (!c.layout.figures) return;  // in a narrow ring its neighbours are in the way
  const Style word{.size = 13, .color = c.t.ink3},
      figure{.size = 13, .color = c.t.ink, .face = Face::kMono};
  c.list.runs(p.x, y + 17,
              {{tr("commit") + " ", word},
               {figure_text(node.commit.value, unknown_of(node).commit), figure},
               {" " + tr("applied") + " ", word},
               {figure_text(node.applied.value, unknown_of(node).applied), figure}},
              Anchor::kMiddle);
}

bool has_inbox(const RingContext& c, NodeId node) {
  return std::any_of(c.view.messages.begin(), c.view.messages.end(), [node](const auto& message) {
    return message.to.client == 0 && message.to.node == node;
  });
}

// Role, disk, strip and figures, on the outer side of the node.
void draw_card(const RingContext& c, const sim::NodeView& node, const sim::NodeView* leader,
               std::uint64_t first) {
  if (inner_card(c, node.id)) return draw_inner_card(c, node);
  const Point p = c.layout.places.at(node.id);
  const RingLayout& g = c.layout;
  DisplayList& list = c.list;
  const float w = g.card_width();
  const bool left = on_left(c, node.id);
  const float x0 = left ? p.x - g.r - g.card_gap - w : p.x + g.r + g.card_gap;
  const bool top = &node == &c.view.nodes.front() && c.view.nodes.size() > 2;
  const float y = p.y + (top ? (c.input.small ? -28.0f : -36.0f) : -g.cell_h);
  const std::string label = role_label(node) + change_label(c, node.id);
  const Style title{.size = 14, .color = c.t.ink, .weight = 600};
  const float title_end = list.text(x0, y, label, title);

  const Style disk{.size = 14, .color = c.t.ink2, .face = Face::kMono, .anchor = Anchor::kEnd};
  const std::string durable = figure_text(node.durable.value, unknown_of(node).durable);
  const float disk_x = x0 + w - list.width(durable, disk);
  if (unknown_of(node).disk) {
    if (!unknown_of(node).durable && title_end < disk_x - 50)
      list.text(x0 + w, y, tr("durable") + " " + durable,
                {.size = 13, .color = c.t.ink3, .anchor = Anchor::kEnd});
  } else if (title_end < disk_x - 34) {
    list.text(x0 + w, y, durable, disk);
    const float level = std::min(0.9f, 0.25f + static_cast<float>(node.disk_bytes) / 4194304.0f);
    draw_cylinder(c.pen(), disk_x - 19, y - 13, 13, 16, disk_look(node), level);
    if (node.pending_epochs > 0) {
      Paint arc = c.pen().stroked(c.t.ink, 2.2f);
      arc.round = true;
      list.arc(disk_x - 31, y - 5, 5, 20, 280, arc);
    }
  }
  // The queue has the place of strip and figures.
  if (c.input.inbox && has_inbox(c, node.id)) return;
  draw_strip(c.pen(), x0, y + 10, node, leader, first, g.cells, g.cell_w, g.cell_h);
  const Style word{.size = 13, .color = c.t.ink3},
      figure{.size = 13, .color = c.t.ink, .face = Face::kMono};
  const float base = y + g.cell_h + 28;
  if (node.state == NodeState::kDown && unknown_of(node).disk) return;
  if (node.state == NodeState::kDown) {
    // Longer than the card: it goes on outwards, where nothing stands.
    const float room = left ? x0 + w - c.input.stage.x - 8 : c.input.stage.right() - x0 - 8;
    const std::string note = down_note(c, node, room);
    list.text(std::min(x0, left ? x0 + w - list.width(note, word) : x0), base, note, word);
    return;
  }
  if (node.state == NodeState::kHalted) {
    list.text_within(x0, base, tr_sentence(node.reason), w + 60, {.size = 13, .color = c.t.danger});
    return;
  }
  const bool candidate =
      (node.role == RoleName::kCandidate || node.role == RoleName::kPreCandidate) &&
      node.state == NodeState::kUp;
  if (candidate && c.input.small && !unknown_of(node).disk) {
    VotePips pips = vote_pips(node);
    pips.gap = 7;
    draw_pips(c.pen(), x0, base - 5, pips);
    return;
  }
  if (!g.figures) return;
  const std::string gap = (c.input.small ? " " : "   ") + tr("applied") + " ";
  list.runs(x0, base,
            {{tr("commit") + " ", word},
             {figure_text(node.commit.value, unknown_of(node).commit), figure},
             {gap, word},
             {figure_text(node.applied.value, unknown_of(node).applied), figure}});
  if (!candidate || unknown_of(node).disk) return;
  VotePips pips = vote_pips(node);
  pips.size = 7;
  pips.gap = 9;
  const bool one = pips.granted == 1;
  const std::string words =
      node.role == RoleName::kPreCandidate
          ? tr(one ? "{1} pre-vote of {2}" : "{1} pre-votes of {2}", pips.granted, pips.quorum)
          : tr(one ? "{1} vote of {2}" : "{1} votes of {2}", pips.granted, pips.quorum);
  if (top) {
    const float px = p.x - g.r - g.card_gap - 116;
    list.text(px, y, words, {.size = 13, .color = c.t.ink2});
    draw_pips(c.pen(), px, y + 20, pips);
  } else {
    const float end = draw_pips(c.pen(), x0, base + 22, pips) + 12;
    const Style style{.size = 13, .color = c.t.ink2};
    // At the left the node is in the way; the pips say it, too.
    if (!left || end + list.width(words, style) < p.x - g.r - 8)
      list.text(end, base + 26, words, style);
  }
}

void draw_nodes(const RingContext& c) {
  for (const sim::NodeView& node : c.view.nodes) {
    const Point p = c.layout.places.at(node.id);
    NodeGlyph glyph;
    glyph.name = node_name(node.id);
    glyph.term = node.term;
    glyph.term_unknown = unknown_of(node).term;
    glyph.role = node.role;
    glyph.state = node.state;
    glyph.r = c.layout.r;
    if (node.timer && node.timer->limit > 0) {
      const auto share = c.input.tick_share.find(node.id);
      const float extra = c.input.jumps || share == c.input.tick_share.end() ? 0 : share->second;
      glyph.timer =
          (static_cast<float>(node.timer->elapsed) + extra) / static_cast<float>(node.timer->limit);
    }
    const Target::Kind chosen = c.input.selected.kind;
    glyph.selected = (chosen == Target::Kind::kNode || chosen == Target::Kind::kFact) &&
                     c.input.selected.node == node.id;
    glyph.hovered = c.input.hovered.kind == Target::Kind::kNode && c.input.hovered.node == node.id;
    glyph.focused = glyph.selected && c.input.keyboard_focus;
    draw_node(c.pen(), p.x, p.y, glyph);
    const auto& broken = c.input.broken;
    if (std::find(broken.begin(), broken.end(), node.id) != broken.end()) {
      const Point at = polar(p.x, p.y, c.layout.r * 1.25f, 45);
      c.list.circle(at.x, at.y + 1, 12, {.fill = c.t.canvas});
      draw_warning(c.pen(), at.x, at.y, 1.1f, c.t.danger, true);
    }
    const auto& differing = c.input.differing;
    if (std::find(differing.begin(), differing.end(), node.id) != differing.end()) {
      const Point at = polar(p.x, p.y, c.layout.r * 1.3f, 315);
      draw_not_equal(c.pen(), at.x, at.y, 9, node.id == c.input.differs_first);
    }
    Target target;
    target.kind = Target::Kind::kNode;
    target.node = node.id;
    c.hits.push_back({target, false, p, p, c.layout.r + 9});
  }
}

std::string waiting_words(std::size_t requests) {
  return tr(requests == 1 ? "{1} request waits" : "{1} requests wait", requests);
}

// How many wait at a node that is not shown to lead, below its card.
void draw_waiting_count(const RingContext& c, NodeId node, std::size_t requests) {
  const auto place = c.layout.places.find(node);
  if (place == c.layout.places.end() || inner_card(c, node)) return;
  const RingLayout& g = c.layout;
  const Point p = place->second;
  const float x =
      on_left(c, node) ? p.x - g.r - g.card_gap - g.card_width() : p.x + g.r + g.card_gap;
  // Without figures it has their place.
  const float below = !g.figures ? g.cell_h + 18 : c.input.small ? 46.0f : 62.0f;
  c.list.text(x, p.y + below, waiting_words(requests), {.size = 13, .color = c.t.ink2});
}

// Requests that clients wait for, beside the node that they were sent to last.
void draw_waiting(const RingContext& c) {
  std::map<NodeId, std::vector<const sim::RequestView*>> at;
  for (const sim::RequestView& request : c.view.requests) {
    if (request.outcome == sim::Outcome::kPending) at[request.asked].push_back(&request);
  }
  for (const auto& [node, requests] : at) {
    if (node != c.view.leader) draw_waiting_count(c, node, requests.size());
  }
  const auto leader = c.layout.places.find(c.view.leader);
  const std::vector<const sim::RequestView*>& open = at[c.view.leader];
  if (leader == c.layout.places.end() || open.empty()) return;
  // In a narrow or crowded ring the box would lie on the cards.
  if (!c.layout.figures || (c.input.small && crowded(c)))
    return draw_waiting_count(c, c.view.leader, open.size());
  const std::size_t shown = std::min<std::size_t>(open.size(), 2);
  const float w = c.input.small ? 112 : 150, h = 8 + 19 * static_cast<float>(shown);
  const Point p = leader->second;
  const RingLayout& g = c.layout;
  const bool top = p.y < g.centre.y - g.ry + 2;
  const bool left = top || on_left(c, c.view.leader);
  const float side = left ? -1.0f : 1.0f;
  Box box{p.x + side * (top ? (c.input.small ? 104.0f : 150.0f) : (c.input.small ? 66.0f : 96.0f)) -
              (left ? w : 0),
          p.y - (c.input.small ? 58 : 72) - h, w, h};
  if (p.y > g.centre.y) {
    // Above a lower node lies the card of the one above: beside its own card, or one line below it.
    const float outer = g.r + g.card_gap + g.card_width() + 24;
    box.x = left ? p.x - outer - w : p.x + outer;
    box.y = p.y - h / 2 + 6;
    const bool fits = box.x > c.input.stage.x + 12 && box.right() < c.input.stage.right() - 12;
    if (c.input.small || !fits) {
      return draw_waiting_count(c, c.view.leader, open.size());
    }
  }
  box.x = std::clamp(box.x, c.input.stage.x + 12, c.input.stage.right() - w - 12);
  box.y = std::max(box.y, c.input.stage.y + (c.input.small ? 62.0f : 76.0f));
  const Color line = c.t.mesh;
  if (p.y < g.centre.y && !top) {
    c.list.line({left ? box.right() - 8 : box.x + 8, box.bottom()},
                {p.x + side * 0.7f * (g.r + 16), p.y - 0.7f * (g.r + 16)},
                c.pen().dashed(line, 1.2f, 2, 4));
  }
  Paint frame = c.pen().stroked(line, 1.2f);
  frame.fill = c.t.canvas.faded(0.86f);
  c.list.rect(box, 8, frame);
  std::string head = tr("waiting for an answer");
  if (open.size() > shown) head += ", +" + std::to_string(open.size() - shown);
  const Style head_style{.size = 13, .color = c.t.ink3};
  const float head_x = std::min(box.x, c.input.stage.right() - 12 - c.list.width(head, head_style));
  c.list.text(head_x, box.y - 8, head, head_style);
  for (std::size_t i = 0; i < shown; ++i) {
    const sim::RequestView& request = *open[i];
    const float y = box.y + 19 + 19 * static_cast<float>(i);
    c.list.text(box.x + 12, y, "c" + std::to_string(request.client),
                {.size = 14, .color = c.t.ink, .weight = 600});
    std::string words;
    switch (request.request.operation) {
      case sim::Operation::kPut:
        words = "put " + request.request.key + "=" + request.request.value;
        break;
      case sim::Operation::kGet:
        words = "get " + request.request.key;
        break;
      case sim::Operation::kDelete:
        words = "delete " + request.request.key;
        break;
      case sim::Operation::kCas:
        words = "cas " + request.request.key;
        break;
      case sim::Operation::kAppend:
        words = "append " + request.request.key;
        break;
      case sim::Operation::kScan:
        words = "scan " + request.request.key;
        break;
      case sim::Operation::kReadIndex:
        words = "read-index";
        break;
    }
    c.list.text_within(box.x + 44, y, words, w - 52,
                       {.size = 13, .color = c.t.ink2, .face = Face::kMono});
  }
}

void draw_narration(const RingContext& c) {
  const Told& told = c.input.told;
  if (told.what.empty()) return;
  const float size = c.input.small ? 15 : 16;
  const float x = c.input.stage.x + (c.input.small ? 16 : 24),
              y = c.input.stage.bottom() - (c.input.small ? 14 : 22);
  const float end = c.input.stage.right() - 24;
  float at = c.list.text(x, y, grouped(told.event),
                         {.size = size - 2, .color = c.t.ink3, .face = Face::kMono}) +
             14;
  at = c.list.text_within(at, y, told.what, end - at,
                          {.size = size, .color = c.t.ink, .weight = 600});
  if (!told.why.empty() && end - at > 80) {
    c.list.text_within(at, y, "; " + told.why, end - at, {.size = size, .color = c.t.ink2});
  }
}

}  // namespace

Target hit(const std::vector<HitRegion>& regions, Point p) {
  for (auto region = regions.rbegin(); region != regions.rend(); ++region) {
    const float distance = region->is_lane ? distance_to_segment(p, region->a, region->b)
                                           : std::hypot(p.x - region->a.x, p.y - region->a.y);
    if (distance <= region->reach) return region->target;
  }
  return {};
}

float Lane::heading() const {
  return std::atan2(to.x - from.x, -(to.y - from.y)) * 180.0f / 3.14159265f;
}

Lane lane(Point p, Point q, float rim, float offset) {
  const float dx = q.x - p.x, dy = q.y - p.y;
  const float length = std::max(1.0f, std::hypot(dx, dy));
  const float ux = dx / length, uy = dy / length;
  const float nx = -uy * offset, ny = ux * offset;
  return {{p.x + ux * rim + nx, p.y + uy * rim + ny}, {q.x - ux * rim + nx, q.y - uy * rim + ny}};
}

float message_share(const sim::MessageView& message, sim::Instant now) {
  if (!message.due || message.due->millis <= message.sent.millis) return 1;
  const float whole = static_cast<float>(message.due->millis - message.sent.millis);
  const float done = static_cast<float>(now.millis - std::min(now.millis, message.sent.millis));
  return std::clamp(done / whole, 0.0f, 1.0f);
}

namespace {

// On a circle of radius 1, from the top clockwise. Many keep apart at the sides, where their cards
// are.
std::vector<Point> ring_places(std::size_t n) {
  std::vector<Point> places;
  if (n <= kFew) {
    for (std::size_t i = 0; i < n; ++i)
      places.push_back(polar(0, 0, 1, 360.0f * static_cast<float>(i) / static_cast<float>(n)));
    return places;
  }
  const bool foot = n % 2 == 0;  // one stands at the foot, too
  const std::size_t side = (n - 1) / 2;
  const float first = side > 2 ? -0.76f : -0.56f, last = !foot ? 0.84f : -first;
  const auto at = [&](std::size_t i) {
    const float y = first + (last - first) * static_cast<float>(i) / static_cast<float>(side - 1);
    return Point{std::pow(1 - y * y, 0.3f), y};
  };
  places.push_back({0, -1});
  for (std::size_t i = 0; i < side; ++i) places.push_back(at(i));
  if (foot) places.push_back({0, 1});
  for (std::size_t i = side; i-- > 0;) places.push_back({-at(i).x, at(i).y});
  return places;
}

}  // namespace

RingLayout layout_ring(const sim::ClusterView& view, Box stage, bool small) {
  RingLayout g;
  if (small) {
    g.r = 30;
    g.rim = 15;
    g.lane_offset = 5;
    g.message_r = 10.5f;
    g.card_gap = 19;
    g.cell_w = 14;
    g.cell_h = 13;
  }
  if (!small) {
    const float more = std::clamp(std::min(stage.h / 620, stage.w / 1412), 1.0f, 1.5f);
    g.r *= more;
    g.rim *= more;
  }
  const std::vector<Point> units = ring_places(view.nodes.size());
  float lowest = 0.5f, widest = 0.951f;
  for (const Point& unit : units) {
    lowest = std::max(lowest, unit.y);
    widest = std::max(widest, unit.x);
  }
  const auto reach = [&](std::uint64_t cells) {
    g.cells = cells;
    return (stage.w / 2 - g.r - g.card_gap - g.card_width() - 16) / widest;
  };
  // A narrow stage has smaller cards, so that the ring stays one.
  float room = reach(8);
  if (room < 96) {
    g.figures = false;
    room = reach(4);
  }
  // Above: the crown; below: rim and narration.
  const float above = 1.95f * g.r + (small ? 4.0f : 16.0f);
  const float below = g.r + g.rim + (small ? 34.0f : 52.0f);
  g.ry = std::max(40.0f, (stage.h - above - below) / (1 + lowest));
  g.rx = std::clamp(room, 40.0f, 2 * g.ry);
  const float top = stage.h > above + below + 40 ? above : (stage.h - 1.8f * g.ry) / 2;
  g.centre = {stage.x + stage.w / 2, stage.y + top + g.ry};
  // A low stage has smaller nodes, so that they keep apart.
  const float fit = std::clamp(std::min(g.ry / 2.6f, g.rx / 2.6f), 16.0f, g.r);
  const float k = fit / g.r;
  if (k < 1) {
    g.r *= k;
    g.rim *= k;
    g.message_r = std::max(8.0f, g.message_r * k);
    g.card_gap = std::max(12.0f, g.card_gap * k);
  }
  for (std::size_t i = 0; i < view.nodes.size(); ++i) {
    g.places[view.nodes[i].id] = {g.centre.x + units[i].x * g.rx, g.centre.y + units[i].y * g.ry};
  }
  // Neighbours keep apart, however many there are.
  float apart = 2 * g.rx;
  for (std::size_t i = 1; i < view.nodes.size(); ++i) {
    const Point a = g.places.at(view.nodes[i - 1].id), b = g.places.at(view.nodes[i].id);
    apart = std::min(apart, std::hypot(a.x - b.x, a.y - b.y));
  }
  const float most = std::max(14.0f, apart * 0.34f);
  if (g.r > most) {
    g.rim *= most / g.r;
    g.r = most;
  }
  return g;
}

std::optional<Box> inner_words(const RingContext& c, const sim::NodeView& node) {
  if (!inner_card(c, node.id)) return std::nullopt;
  const Point p = c.layout.places.at(node.id);
  const float r = c.layout.r, w = c.layout.figures ? 130.0f : 70.0f;
  const float crown = node.role == RoleName::kLeader ? 24 : 0;
  const float h = c.layout.figures ? 38.0f : 20.0f;
  if (p.y < c.layout.centre.y) return Box{p.x - w / 2, p.y + r + 10, w, h};
  return Box{p.x - w / 2, p.y - r - 6 - crown - h, w, h};
}

bool on_left(const RingContext& c, NodeId node) {
  return c.layout.places.at(node).x < c.layout.centre.x - 2;
}

Point client_place(const RingContext& c, NodeId node) {
  const Point p = c.layout.places.at(node);
  const bool top = p.y < c.layout.centre.y - c.layout.ry + 2;
  const float side = on_left(c, node) || top ? -1.0f : 1.0f;
  const float k = c.layout.r / 40;
  if (top) return {p.x - 132 * k, p.y - 4 * k};
  // From above, between crown and card.
  return {p.x + side * 56 * k, p.y - 106 * k};
}

void build_ring(const sim::ClusterView& view, const RingInput& input, const Theme& theme,
                DisplayList& list, std::vector<HitRegion>& hits) {
  if (view.nodes.empty() || input.stage.w < 40 || input.stage.h < 40) return;
  const RingLayout layout = layout_ring(view, input.stage, input.small);
  const RingContext c{view, input, layout, theme, list, hits};
  list.push_clip(input.stage);
  draw_floor(c);
  draw_regions(c);
  draw_members(c);
  draw_links(c);
  draw_wall(c);
  draw_nodes(c);
  std::uint64_t last = 0;
  for (const sim::NodeView& node : view.nodes) last = std::max(last, node.last.value);
  // The strips of all show the same indexes, the newest.
  const std::uint64_t first = last > layout.cells ? last - layout.cells + 1 : 1;
  const sim::NodeView* leader = view.node(view.leader);
  for (const sim::NodeView& node : view.nodes) draw_card(c, node, leader, first);
  draw_waiting(c);
  draw_messages(c);
  draw_narration(c);
  list.pop_clip();
}

}  // namespace scene
