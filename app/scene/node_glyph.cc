#include "app/scene/node_glyph.h"

#include <algorithm>

#include "app/scene/tr.h"

namespace scene {
namespace {

using sim::NodeState;
using sim::RoleName;

constexpr float kPi = 3.14159265f;

void draw_role_ring(const Pen& pen, float x, float y, float r, const NodeGlyph& glyph) {
  const float k = r / 36;
  DisplayList& list = pen.list;
  if (glyph.state == NodeState::kPaused) {
    list.circle(x, y, r + 9 * k, pen.stroked(pen.t.mesh, 2 * k));
    return;
  }
  const float around = 2 * kPi * (r + 9 * k);
  switch (glyph.role) {
    case RoleName::kLeader:
      list.circle(x, y, r + 6 * k, pen.stroked(pen.t.ink, 2.4f * k));
      list.circle(x, y, r + 12 * k, pen.stroked(pen.t.ink, 2.4f * k));
      break;
    case RoleName::kCandidate:
      list.circle(x, y, r + 9 * k,
                  pen.dashed(pen.t.ink, 3.2f * k, around / 16 * 0.62f, around / 16 * 0.38f));
      break;
    case RoleName::kPreCandidate:
      list.circle(x, y, r + 9 * k, pen.dotted(pen.t.ink, 3.6f * k, around / 30));
      break;
    case RoleName::kLearner:
      list.arc(x, y, r + 9 * k, 180, 360, pen.stroked(pen.t.control, 2 * k));
      break;
    case RoleName::kNone:
      break;  // nobody told it
    case RoleName::kFollower:
      list.circle(x, y, r + 9 * k, pen.stroked(pen.t.mesh, 2 * k));
      break;
  }
}

// Down: what it was is lost but for the disk, so nothing of a term is shown.
void draw_down(const Pen& pen, float x, float y, const NodeGlyph& glyph) {
  DisplayList& list = pen.list;
  const float r = glyph.r, k = r / 36;
  Paint edge = pen.dashed(pen.t.control, 2 * k, 5 * k, 4 * k);
  edge.fill = pen.t.canvas;
  list.circle(x, y, r, edge);
  const float d = r * 0.7f;
  list.line({x - d, y - d}, {x + d, y + d}, pen.stroked(pen.t.mesh, 2.4f * k));
  list.line({x - d, y + d}, {x + d, y - d}, pen.stroked(pen.t.mesh, 2.4f * k));
  const Style style{.size = 21 * k, .color = pen.t.ink2, .weight = 600, .anchor = Anchor::kMiddle};
  const float w = list.width(glyph.name, style) + 8 * k;
  list.rect({x - w / 2, y - 13 * k, w, 26 * k}, 3 * k, {.fill = pen.t.canvas});
  list.text(x, y + 7.5f * k, glyph.name, style);
}

void draw_core(const Pen& pen, float x, float y, const NodeGlyph& glyph) {
  DisplayList& list = pen.list;
  const float r = glyph.r, k = r / 36;
  const bool halted = glyph.state == NodeState::kHalted;
  draw_term_disc(pen, x, y, r, glyph.term, 2 * k);
  if (halted) list.circle(x, y, r, pen.stroked(pen.t.danger, 2 * k));
  const Color on = pen.t.on_term(glyph.term);
  const bool sign = halted || glyph.state == NodeState::kPaused;
  // Below the name of a small node the term is not smaller than can be read.
  const float term_size = std::max(11.5f, 11.5f * k);
  const float up = sign ? 0 : 0.8f * (term_size - 11.5f * k);
  list.text(x, y + (sign ? -3 : 2.5f) * k - up, glyph.name,
            {.size = 22 * k, .color = on, .weight = 600, .anchor = Anchor::kMiddle});
  if (glyph.state == NodeState::kPaused) {
    for (const float dx : {-7.0f, 2.0f})
      list.rect({x + dx * k, y + 5 * k, 5 * k, 15 * k}, 1, {.fill = on});
  } else if (halted) {
    std::vector<Point> octagon;
    for (int d = 0; d < 8; ++d)
      octagon.push_back(polar(x, y + 13 * k, 8.5f * k, 22.5f + 45.0f * static_cast<float>(d)));
    list.path(octagon, true, {.fill = pen.t.danger, .stroke = pen.t.canvas, .width = 1.6f * k});
    list.line({x - 4 * k, y + 13 * k}, {x + 4 * k, y + 13 * k},
              {.stroke = pen.t.canvas, .width = 2.2f * k});
  } else {
    list.text(x, y + 18.5f * k,
              tr("term {1}", glyph.term_unknown ? "–" : std::to_string(glyph.term.value)),
              {.size = term_size, .color = on, .weight = 500, .anchor = Anchor::kMiddle});
  }
}

}  // namespace

void draw_term_disc(const Pen& pen, float x, float y, float r, raft::Term term,
                    float hollow_width) {
  if (term.value == 0) {
    Paint hollow = pen.stroked(pen.t.control, hollow_width);
    hollow.fill = pen.t.canvas;
    pen.list.circle(x, y, r, hollow);
    return;
  }
  pen.list.circle(x, y, r, pen.filled(pen.t.term(term)));
}

void draw_term_badge(const Pen& pen, float x, float y, float r, raft::Term term) {
  draw_term_disc(pen, x, y, r, term, 1.6f);
  const std::string number = std::to_string(term.value);
  const float share = number.size() <= 1 ? 1.44f : number.size() == 2 ? 1.2f : 0.85f;
  const float size = std::min(r * share, 15.0f);
  pen.list.text(x, y + size * 0.36f, number,
                {.size = size,
                 .color = pen.t.on_term(term),
                 .face = Face::kMono,
                 .weight = 700,
                 .anchor = Anchor::kMiddle});
}

void draw_node(const Pen& pen, float x, float y, const NodeGlyph& glyph) {
  const float r = glyph.r, k = r / 36;
  DisplayList& list = pen.list;
  const bool down = glyph.state == NodeState::kDown;
  if (down) {
    draw_down(pen, x, y, glyph);
  } else {
    draw_core(pen, x, y, glyph);
    const bool running = glyph.state != NodeState::kHalted;
    if (running) draw_role_ring(pen, x, y, r, glyph);
    if (running && glyph.timer && glyph.role != RoleName::kLeader) {
      const float share = std::clamp(*glyph.timer, 0.0f, 1.0f);
      const bool hot = share > 0.8f;
      const Color c = hot ? pen.t.accent : pen.t.ink2;
      const float around = r + 9 * k;
      if (share > 0.004f)
        list.arc(x, y, around, 0, 360 * share, pen.stroked(c, (hot ? 5.0f : 4.0f) * k));
      const Point dot = polar(x, y, around, 360 * share);
      list.circle(dot.x, dot.y, (hot ? 4.4f : 3.6f) * k * pen.t.line, {.fill = c});
    }
    if (running && glyph.role == RoleName::kLeader)
      draw_crown(pen, x, y - r - 19 * k, 22 * k, pen.t.ink);
  }
  if (glyph.selected) {
    for (const float a : {45.0f, 135.0f, 225.0f, 315.0f}) {
      Paint paint = pen.stroked(pen.t.accent, 3 * k);
      paint.round = true;
      list.arc(x, y, r + 20 * k, a - 17, a + 17, paint);
    }
  }
  if (glyph.hovered || glyph.focused)
    list.circle(x, y, r + 20 * k, pen.stroked(pen.t.accent.faded(0.6f), 1.5f * k));
}

float draw_pips(const Pen& pen, float x, float y, const VotePips& votes) {
  DisplayList& list = pen.list;
  const float size = votes.size, step = 2 * size + votes.gap;
  const std::size_t all = votes.granted + votes.unknown + votes.refused;
  for (std::size_t i = 0; i < all; ++i) {
    const float cx = x + size + static_cast<float>(i) * step;
    if (i < votes.granted) {
      list.circle(cx, y, size, {.fill = pen.t.ink});
      const Paint cut{.stroke = pen.t.canvas, .width = size * 0.33f};
      list.line({cx - size * 0.5f, y}, {cx + size * 0.5f, y}, cut);
      list.line({cx, y - size * 0.5f}, {cx, y + size * 0.5f}, cut);
    } else if (i < votes.granted + votes.unknown) {
      list.circle(cx, y, size - 0.8f, pen.dashed(pen.t.ink3, 1.6f, 2, 2.2f));
    } else {
      list.circle(cx, y, size - 0.8f, pen.stroked(pen.t.ink2, 1.6f));
      list.line({cx - size * 0.5f, y}, {cx + size * 0.5f, y}, pen.stroked(pen.t.ink2, 1.8f));
    }
  }
  const float qx = x + static_cast<float>(votes.quorum) * step - votes.gap / 2;
  list.line({qx, y - size - 4}, {qx, y + size + 4}, pen.stroked(pen.t.ink2, 1.6f));
  return x + static_cast<float>(all) * step - votes.gap;
}

VotePips vote_pips(const sim::NodeView& node) {
  VotePips pips;
  const auto among_voters = [&node](const std::vector<raft::NodeId>& ids) {
    const auto& voters = node.config.voters;
    return static_cast<std::size_t>(
        std::count_if(ids.begin(), ids.end(), [&voters](raft::NodeId id) {
          return std::find(voters.begin(), voters.end(), id) != voters.end();
        }));
  };
  // While the configuration is joint these are of its incoming half.
  pips.granted = among_voters(node.votes.granted);
  pips.refused = among_voters(node.votes.rejected);
  const std::size_t voters = node.config.voters.size();
  pips.unknown = voters > pips.granted + pips.refused ? voters - pips.granted - pips.refused : 0;
  pips.quorum = voters / 2 + 1;
  return pips;
}

std::string role_label(const sim::NodeView& node) {
  switch (node.state) {
    case NodeState::kDown:
      return tr("down");
    case NodeState::kHalted:
      return tr("halted");
    case NodeState::kPaused:
      return node.role == RoleName::kFollower
                 ? tr("paused")
                 : tr("paused {1}", tr_sentence(sim::role_name(node.role)));
    case NodeState::kUp:
      break;
  }
  if (unknown_of(node).role) return tr("role unknown");
  if (node.role == RoleName::kNone) return tr("not a member");
  return tr_sentence(sim::role_name(node.role));
}

}  // namespace scene
