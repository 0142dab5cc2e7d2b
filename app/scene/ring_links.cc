#include <algorithm>
#include <cmath>

#include "app/scene/ring_parts.h"

#include "app/scene/tr.h"

namespace scene {
namespace {

using sim::MessageView;

// Convex hull, for the regions of a partition.
std::vector<Point> hull(std::vector<Point> points) {
  std::sort(points.begin(), points.end(),
            [](Point a, Point b) { return a.x < b.x || (a.x == b.x && a.y < b.y); });
  const auto cross = [](Point o, Point a, Point b) {
    return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
  };
  std::vector<Point> out;
  for (int pass = 0; pass < 2; ++pass) {
    std::vector<Point> half;
    for (const Point p : points) {
      while (half.size() > 1 && cross(half[half.size() - 2], half.back(), p) <= 0) half.pop_back();
      half.push_back(p);
    }
    half.pop_back();
    out.insert(out.end(), half.begin(), half.end());
    std::reverse(points.begin(), points.end());
  }
  return out;
}

std::map<NodeId, std::size_t> groups_of(const sim::ClusterView& view) {
  std::map<NodeId, std::size_t> groups;
  for (std::size_t g = 0; g < view.partition.size(); ++g) {
    for (const NodeId node : view.partition[g]) groups[node] = g + 1;
  }
  return groups;
}

bool parted(const sim::ClusterView& view, NodeId a, NodeId b) {
  if (view.partition.empty()) return false;
  const auto groups = groups_of(view);
  const auto ga = groups.find(a), gb = groups.find(b);
  const std::size_t na = ga == groups.end() ? 0 : ga->second,
                    nb = gb == groups.end() ? 0 : gb->second;
  return na != nb;
}

const sim::LinkView* link_of(const sim::ClusterView& view, NodeId from, NodeId to) {
  for (const sim::LinkView& link : view.links) {
    if (link.from.node == from && link.to.node == to && link.from.client == 0 &&
        link.to.client == 0)
      return &link;
  }
  return nullptr;
}

// Labels are dropped rather than drawn over one another or over a node.
class LabelPlaces {
 public:
  explicit LabelPlaces(const RingContext& c) : c_(c) {
    for (const auto& [node, p] : c.layout.places) {
      const float r = c.layout.r + 10;
      taken_.push_back({p.x - r, p.y - r, 2 * r, 2 * r});
      const sim::NodeView* view = c.view.node(node);
      const auto inside = view == nullptr ? std::nullopt : inner_words(c, *view);
      if (inside) {
        taken_.push_back(*inside);
        continue;
      }
      // The card on the outer side.
      const float w = c.layout.card_width() + c.layout.card_gap;
      taken_.push_back(
          {on_left(c, node) ? p.x - c.layout.r - w : p.x + c.layout.r, p.y - 36, w, 84});
    }
    nodes_ = taken_.size();
  }

  void keep_clear(const Box& box) { taken_.push_back(box); }

  // In the middle of a lossy link: only where there is room.
  void add_share(Point at, const std::string& words) {
    const Style style{
        .size = 13, .color = c_.t.ink2, .face = Face::kMono, .anchor = Anchor::kMiddle};
    const float w = c_.list.width(words, style) + 10;
    const Box box{at.x - w / 2, at.y - 9, w, 18};
    if (!free(box)) return;
    c_.list.rect(box, 4, {.fill = c_.t.canvas});
    c_.list.text(at.x, at.y + 4.5f, words, style);
    taken_.push_back(box);
  }

  void add(Point at, float clear, const std::string& words, Color color, bool force) {
    const Style style{.size = 13, .color = color};
    const float w = c_.list.width(words, style);
    const Box right{at.x + clear, at.y - 8, w, 17}, left{at.x - clear - w, at.y - 8, w, 17};
    const Box above{at.x - w / 2, at.y - clear - 17, w, 17},
        below{at.x - w / 2, at.y + clear, w, 17};
    for (const Box& box : {right, left, above, below}) {
      if (box.x < c_.input.stage.x + 4 || box.right() > c_.input.stage.right() - 4) continue;
      if (free(box)) return put(box, words, style);
    }
    if (!force) return;
    // What is chosen has its label in any case: over a message if need be, not over a node or
    // another label.
    taken_.resize(nodes_);
    taken_.insert(taken_.end(), labels_.begin(), labels_.end());
    for (const Box& box : {left, below, above}) {
      if (free(box)) return put(box, words, style);
    }
    put(right, words, style);
  }

 private:
  bool free(const Box& box) const {
    return std::none_of(taken_.begin(), taken_.end(), [&](const Box& other) {
      return box.x < other.right() && other.x < box.right() && box.y < other.bottom() &&
             other.y < box.bottom();
    });
  }
  void put(const Box& box, const std::string& words, const Style& style) {
    c_.list.rect({box.x - 3, box.y, box.w + 6, box.h}, 4, {.fill = c_.t.canvas.faded(0.86f)});
    c_.list.text(box.x, box.y + 13, words, style);
    // With its ground, and a gap to the next one.
    labels_.push_back({box.x - 5, box.y - 2, box.w + 10, box.h + 4});
    taken_.push_back(labels_.back());
  }

  const RingContext& c_;
  std::vector<Box> taken_, labels_;
  std::size_t nodes_ = 0;  // the first boxes, of nodes and cards
};

// Four pieces of falling opacity behind the message; the way to go is only dotted.
void draw_trail(const RingContext& c, const Lane& way, float share, Color color) {
  constexpr int kPieces = 4;
  constexpr float kLength = 0.22f;
  for (int k = 0; k < kPieces; ++k) {
    const float a = std::max(0.0f, share - kLength * static_cast<float>(k + 1) / kPieces);
    const float b = std::max(0.0f, share - kLength * static_cast<float>(k) / kPieces);
    if (b > a)
      c.list.line(way.at(a), way.at(b),
                  c.pen().stroked(color.faded(0.75f - 0.18f * static_cast<float>(k)), 3));
  }
  c.list.line(way.at(0), way.at(std::max(0.0f, share - kLength)),
              {.stroke = color.faded(0.35f), .width = 1.4f});
  c.list.line(way.at(share), way.at(1),
              {.stroke = color.faded(0.35f), .width = 1.4f, .dash_on = 2, .dash_off = 5});
}

std::optional<Lane> way_of(const RingContext& c, const sim::Endpoint& from,
                           const sim::Endpoint& to) {
  const auto place = [&](const sim::Endpoint& end, NodeId other) -> std::optional<Point> {
    if (end.client != 0) {
      if (c.layout.places.count(other) == 0) return std::nullopt;
      return client_place(c, other);
    }
    const auto found = c.layout.places.find(end.node);
    if (found == c.layout.places.end()) return std::nullopt;
    return found->second;
  };
  const auto p = place(from, to.node), q = place(to, from.node);
  if (!p || !q || from == to) return std::nullopt;
  Lane way = lane(*p, *q, c.layout.r + c.layout.rim, c.layout.lane_offset);
  // A client has no rim.
  if (from.client != 0)
    way = {*p, lane(*p, *q, c.layout.r + c.layout.rim + (c.input.small ? 12.0f : 22.0f), 0).to};
  if (to.client != 0) way = {lane(*p, *q, c.layout.r + c.layout.rim + 10, 0).from, *q};
  return way;
}

constexpr float kLostShare = 0.5f, kCutShare = 0.47f;

void draw_held(const RingContext& c) {
  std::map<std::pair<sim::Endpoint, sim::Endpoint>, std::vector<const MessageView*>> queues;
  for (const MessageView& message : c.view.messages) {
    if (message.due) continue;
    // In the inbox view what goes to a node waits beside it.
    if (c.input.inbox && message.to.client == 0) continue;
    queues[{message.from, message.to}].push_back(&message);
  }
  for (const auto& [ends, queue] : queues) {
    const auto way = way_of(c, ends.first, ends.second);
    if (!way) continue;
    const std::size_t shown = queue.size() > 4 ? 3 : queue.size();
    const float r = c.layout.message_r * 0.75f, step = r * 2.6f;
    const float w = static_cast<float>(shown) * step + (queue.size() > 4 ? 30.0f : 8.0f);
    const Point end = way->at(0.86f);
    Paint pill = c.pen().stroked(c.t.control, 1.2f);
    pill.fill = c.t.raised;
    c.list.rect({end.x - w / 2, end.y - r - 7, w, 2 * r + 14}, r + 7, pill);
    const Point bars =
        way->at(0.86f - std::min(0.3f, (w / 2 + 16) /
                                           std::max(60.0f, std::hypot(way->to.x - way->from.x,
                                                                      way->to.y - way->from.y))));
    draw_icon(c.pen(), Icon::kPause, bars.x, bars.y, c.t.ink, 0.8f);
    for (std::size_t i = 0; i < shown; ++i) {
      MessageGlyph glyph = glyph_of(c, *queue[i]);
      glyph.r = r;
      const Point p{end.x + w / 2 - step * (static_cast<float>(i) + 0.5f) - 3, end.y};
      draw_message(c.pen(), p.x, p.y, glyph);
      Target target;
      target.kind = Target::Kind::kMessage;
      target.message = queue[i]->id;
      c.hits.push_back({target, false, p, p, r + 5});
    }
    if (queue.size() > 4) {
      c.list.text(end.x - w / 2 + 8, end.y + 5, "+" + std::to_string(queue.size() - shown),
                  {.size = 13, .color = c.t.ink2, .face = Face::kMono});
    }
  }
}

}  // namespace

MessageGlyph glyph_of(const RingContext& c, const MessageView& message) {
  MessageGlyph glyph;
  glyph.type = message.type;
  glyph.term = message.term;
  glyph.r = c.layout.message_r;
  if (is_reply_type(message.type)) {
    glyph.answer = !answer_told(message) ? Answer::kUnknown
                   : message.refusal     ? Answer::kNo
                                         : Answer::kYes;
  }
  if (message.type == "append" && message.message != nullptr)
    glyph.label = std::to_string(message.message->entries.size());
  if (message.type == "request" && !c.input.small)
    glyph.label = message.text.substr(0, message.text.find('='));
  if (const sim::NodeView* sender = c.view.node(message.from.node))
    glyph.sender_term = sender->term;
  glyph.duplicate = message.duplicate;
  glyph.selected = (c.input.selected.kind == Target::Kind::kMessage ||
                    c.input.selected.kind == Target::Kind::kFact) &&
                   c.input.selected.message == message.id;
  return glyph;
}

void draw_regions(const RingContext& c) {
  for (const auto& group : c.view.partition) {
    std::vector<Point> points;
    for (const NodeId node : group) {
      const auto place = c.layout.places.find(node);
      if (place == c.layout.places.end()) continue;
      for (int d = 0; d < 360; d += 12)
        points.push_back(
            polar(place->second.x, place->second.y, c.layout.r + 26, static_cast<float>(d)));
    }
    if (points.size() > 2) c.list.path(hull(points), true, {.fill = c.t.danger.faded(0.05f)});
  }
}

void draw_wall(const RingContext& c) {
  if (c.view.partition.empty() || c.view.nodes.size() < 2) return;
  const std::size_t n = c.view.nodes.size();
  std::vector<Point> ends;
  for (std::size_t i = 0; i < n; ++i) {
    if (!parted(c.view, c.view.nodes[i].id, c.view.nodes[(i + 1) % n].id)) continue;
    // Outwards between the two.
    const Point a = c.layout.places.at(c.view.nodes[i].id);
    const Point b = c.layout.places.at(c.view.nodes[(i + 1) % n].id);
    Point to{(a.x + b.x) / 2 - c.layout.centre.x, (a.y + b.y) / 2 - c.layout.centre.y};
    if (std::hypot(to.x, to.y) < 1) to = {i == 0 ? c.layout.rx : -c.layout.rx, 0};
    const float out = 1.06f / std::max(0.05f, std::hypot(to.x / c.layout.rx, to.y / c.layout.ry));
    ends.push_back({c.layout.centre.x + to.x * out, c.layout.centre.y + to.y * out});
  }
  const Paint paint = c.pen().dashed(c.t.danger.faded(0.9f), 2.4f, 10, 7);
  if (ends.size() == 2) {
    c.list.line(ends[0], ends[1], paint);
  } else {
    for (const Point end : ends) c.list.line(c.layout.centre, end, paint);
  }
  std::string words = "partition";
  for (const auto& group : c.view.partition) {
    words += " {";
    for (std::size_t i = 0; i < group.size(); ++i)
      words += (i == 0 ? "" : " ") + node_name(group[i]);
    words += "}";
  }
  // Below the controls of the stage, left of the node on top.
  const float left = c.input.stage.x + (c.input.small ? 16.0f : 24.0f);
  const float room = c.layout.centre.x - 1.6f * c.layout.r - left;
  const float y = c.input.stage.y + (c.input.small ? 60.0f : 68.0f);
  c.list.text_within(left, y, words, room, {.size = 13, .color = c.t.danger});
}

void draw_links(const RingContext& c) {
  const float rim = c.layout.r + c.layout.rim;
  std::vector<std::pair<Point, std::string>> shares;  // of loss
  for (std::size_t i = 0; i < c.view.nodes.size(); ++i) {
    for (std::size_t j = i + 1; j < c.view.nodes.size(); ++j) {
      const NodeId a = c.view.nodes[i].id, b = c.view.nodes[j].id;
      const Lane mesh = lane(c.layout.places.at(a), c.layout.places.at(b), rim, 0);
      const Color color = c.t.mesh.faded(0.75f);
      const sim::LinkView* there = link_of(c.view, a, b);
      const bool lossy = there != nullptr && there->quality.loss.numerator > 0;
      if (parted(c.view, a, b)) {
        c.list.line(mesh.at(0), mesh.at(0.3f), {.stroke = color});
        c.list.line(mesh.at(0.7f), mesh.at(1), {.stroke = color});
      } else if (lossy) {
        c.list.line(mesh.at(0), mesh.at(1),
                    {.stroke = color, .width = 1.4f, .dash_on = 9, .dash_off = 5});
        if (c.view.network_preset.empty()) {
          shares.emplace_back(mesh.at(0.5f), std::to_string(there->quality.loss.numerator) + "/" +
                                                 std::to_string(there->quality.loss.denominator));
        }
      } else {
        c.list.line(mesh.at(0), mesh.at(1), {.stroke = color});
      }
      for (const auto& [from, to] : {std::pair{a, b}, std::pair{b, a}}) {
        const Lane way =
            lane(c.layout.places.at(from), c.layout.places.at(to), rim, c.layout.lane_offset);
        Target target;
        target.kind = Target::Kind::kLink;
        target.from = from;
        target.to = to;
        c.hits.push_back({target, true, way.from, way.to, 5.6f});
        const sim::LinkView* link = link_of(c.view, from, to);
        const bool marked = (c.input.hovered == target || c.input.selected == target);
        if (marked) c.list.line(way.from, way.to, c.pen().stroked(c.t.accent.faded(0.7f), 1.5f));
        if (link != nullptr && link->cut && !parted(c.view, from, to)) {
          const float share = kCutShare + 0.05f;
          c.list.line(way.at(share + 0.03f), way.to,
                      c.pen().dashed(c.t.danger.faded(0.75f), 1.6f, 3, 7));
          const Point p = way.at(share);
          draw_cut_mark(c.pen(), p.x, p.y, way.heading(), c.input.small ? 0.95f : 1.15f);
        }
        if (link != nullptr && link->held) {
          const Point p = way.at(0.72f);
          draw_icon(c.pen(), Icon::kPause, p.x, p.y, c.t.ink2, 0.7f);
        }
      }
    }
  }
  // Over the lines, and not over each other.
  LabelPlaces places(c);
  for (const auto& [at, words] : shares) places.add_share(at, words);
}

namespace {

bool is_client(const sim::Endpoint& end) { return end.client != 0; }

// A way on which messages fly, and how many.
struct Road {
  sim::Endpoint from, to;
  Lane way;
  std::size_t messages = 0;
  Color color;           // of the last one
  bool crowded = false;  // they would hide each other: no trails, and signs small and bare

  // Clients of a node have one place.
  bool joins(const sim::Endpoint& a, const sim::Endpoint& b) const {
    return from.node == a.node && to.node == b.node && is_client(from) == is_client(a) &&
           is_client(to) == is_client(b);
  }
};

struct Flying {
  const MessageView* message;
  std::size_t road;
  float share;
};

struct Label {
  Point at;
  std::string words;
  bool lost = false, chosen = false;
};

class Traffic {
 public:
  explicit Traffic(const RingContext& c) : c_(c) {
    flying_.reserve(c.view.messages.size());
    for (const MessageView& message : c.view.messages) {
      // In the inbox view only what goes to clients flies.
      if (!message.due || (c.input.inbox && !is_client(message.to))) continue;
      if (message.type == "heartbeat-reply" && !c.input.show_heartbeat_replies) continue;
      const auto road = road_of(message);
      if (!road) continue;
      // A message that will be lost on the way is due at the middle of its lane and breaks there.
      float share = message_share(message, c.view.position.at);
      if (c.input.jumps) share = std::floor(share * 10) / 10;
      if (message.fate == sim::Fate::kLostOnWay) share *= kLostShare;
      flying_.push_back({&message, *road, share});
      const bool heartbeat = message.type == "heartbeat" || message.type == "heartbeat-reply";
      if (!heartbeat) newest_ = &message;  // by id: the last one
    }
    for (Road& road : roads_) {
      const float length =
          std::hypot(road.way.to.x - road.way.from.x, road.way.to.y - road.way.from.y);
      road.crowded = static_cast<float>(road.messages) * 1.5f * c.layout.message_r > length;
    }
  }

  void draw_ways() const {
    for (const Road& road : roads_) {
      if (road.crowded)
        c_.list.line(road.way.from, road.way.to,
                     {.stroke = road.color.faded(0.35f), .width = 1.4f});
    }
    for (const Flying& one : flying_) {
      const Road& road = roads_[one.road];
      if (!road.crowded) draw_trail(c_, road.way, one.share, color_of(*one.message));
    }
  }

  void draw_glyphs(std::vector<Label>& labels) const {
    for (const Flying& one : flying_) {
      const MessageView& message = *one.message;
      const Point p = roads_[one.road].way.at(one.share);
      MessageGlyph glyph = glyph_of(c_, message);
      Target target;
      target.kind = Target::Kind::kMessage;
      target.message = message.id;
      const bool over = c_.input.hovered == target, chosen = glyph.selected || over;
      // What a client asks is read nowhere else.
      const bool client = is_client(message.from) || is_client(message.to);
      const bool crowded = roads_[one.road].crowded && !client;
      if (crowded && !chosen) {
        glyph.r *= 0.7f;
        glyph.label.clear();
      }
      if (over && !glyph.selected)
        c_.list.circle(p.x, p.y, glyph.r + 8, c_.pen().stroked(c_.t.accent.faded(0.6f), 1.5f));
      draw_message(c_.pen(), p.x, p.y, glyph);
      c_.hits.push_back({target, false, p, p, glyph.r + 6.4f});
      const bool newest = &message == newest_ && c_.input.labels && !c_.input.small;
      if (chosen || newest || (message.refusal && !crowded))
        labels.push_back({p, message_words(message), false, chosen});
    }
  }

 private:
  Color color_of(const MessageView& message) const {
    return is_client(message.from) || is_client(message.to) ? c_.t.ink : c_.t.term(message.term);
  }

  std::optional<std::size_t> road_of(const MessageView& message) {
    auto road = std::find_if(roads_.begin(), roads_.end(), [&](const Road& other) {
      return other.joins(message.from, message.to);
    });
    if (road == roads_.end()) {
      const auto way = way_of(c_, message.from, message.to);
      if (!way) return std::nullopt;
      road = roads_.insert(road, {message.from, message.to, *way, 0, {}, false});
    }
    ++road->messages;
    road->color = color_of(message);
    return static_cast<std::size_t>(road - roads_.begin());
  }

  const RingContext& c_;
  std::vector<Road> roads_;
  std::vector<Flying> flying_;
  const MessageView* newest_ = nullptr;
};

// What was lost lately, and where.
std::vector<Point> draw_broken(const RingContext& c, std::vector<Label>& labels) {
  std::vector<Point> broken;
  for (const LostMessage& lost : c.input.lost) {
    const auto way = way_of(c, lost.from, lost.to);
    if (!way) continue;
    const Point p = way->at(lost.at_receiver ? 0.97f
                            : lost.at_cut    ? kCutShare - 0.05f
                                             : kLostShare);
    MessageGlyph glyph;
    glyph.type = lost.type;
    glyph.term = lost.term;
    glyph.r = c.layout.message_r;
    glyph.lost = true;
    glyph.answer = is_reply_type(lost.type) ? Answer::kYes : Answer::kRequest;
    c.list.push_alpha(0.85f);
    draw_message(c.pen(), p.x, p.y, glyph);
    c.list.pop_alpha();
    broken.push_back(p);
    const std::string why = tr_sentence(lost.why);
    labels.push_back({p,
                      lost.why.rfind("lost", 0) == 0 ? tr("m{1} {2}", lost.id, why)
                                                     : tr("m{1} lost: {2}", lost.id, why),
                      true, false});
  }
  return broken;
}

}  // namespace

void draw_messages(const RingContext& c) {
  std::vector<Label> labels;
  const Traffic traffic(c);
  // Ways first, so that no trail crosses a glyph.
  traffic.draw_ways();
  traffic.draw_glyphs(labels);
  const std::vector<Point> broken = draw_broken(c, labels);
  draw_held(c);
  if (c.input.inbox) draw_inboxes(c);
  LabelPlaces places(c);
  // No label over another message.
  for (const HitRegion& region : c.hits) {
    if (region.target.kind != Target::Kind::kMessage) continue;
    places.keep_clear(
        {region.a.x - region.reach, region.a.y - region.reach, 2 * region.reach, 2 * region.reach});
  }
  const float cross = c.layout.message_r + 2;
  for (const Point p : broken) places.keep_clear({p.x - cross, p.y - cross, 2 * cross, 2 * cross});
  const float clear = c.layout.message_r + 7;
  for (const Label& label : labels) {
    if (label.chosen) places.add(label.at, clear, label.words, c.t.ink, true);
  }
  std::size_t lost_shown = 0;
  for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
    if (label->chosen) continue;
    if (label->lost && ++lost_shown > 2) continue;
    places.add(label->at, clear, label->words, label->lost ? c.t.danger : c.t.ink2, false);
  }
}

}  // namespace scene
