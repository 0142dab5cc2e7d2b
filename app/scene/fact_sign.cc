#include "app/scene/fact_sign.h"

#include <algorithm>

#include "app/scene/log_cells.h"
#include "app/scene/node_glyph.h"
#include "app/scene/ring.h"

namespace scene {
namespace {

using sim::Fact;
using sim::FactKind;

void draw_entry(const Pen& pen, float x, float y, float r, CellState state, raft::Term term) {
  CellView cell;
  cell.state = state;
  cell.term = term;
  draw_cell(pen, {x - r * 1.1f, y - r * 0.85f, r * 2.2f, r * 1.7f}, cell, r * 1.2f);
}

void draw_role(const Pen& pen, float x, float y, const Fact& fact, float r) {
  switch (fact.core.role) {
    case raft::Role::kLeader: {
      draw_term_disc(pen, x, y, r, fact.term, 1.6f);
      draw_crown(pen, x, y + r * 0.5f, r * 1.15f, pen.t.on_term(fact.term));
      return;
    }
    case raft::Role::kCandidate:
    case raft::Role::kPreCandidate: {
      // Its timer has fired.
      draw_icon(pen, Icon::kTick, x, y, pen.t.ink, r / 8);
      return;
    }
    case raft::Role::kFollower: {
      Paint edge = pen.stroked(pen.t.term(fact.term), 2);
      pen.list.circle(x, y, r * 0.7f, edge);
      return;
    }
  }
}

}  // namespace

const Fact* find_fact(const std::deque<Fact>& facts, std::uint64_t id) {
  if (facts.empty() || id < facts.front().id) return nullptr;
  // Nearly always they are numbered without a gap.
  const std::uint64_t place = id - facts.front().id;
  if (place < facts.size() && facts[static_cast<std::size_t>(place)].id == id)
    return &facts[static_cast<std::size_t>(place)];
  const auto found =
      std::lower_bound(facts.begin(), facts.end(), id,
                       [](const Fact& fact, std::uint64_t wanted) { return fact.id < wanted; });
  return found != facts.end() && found->id == id ? &*found : nullptr;
}

MessageGlyph message_glyph(const Fact& fact, float r) {
  MessageGlyph glyph;
  glyph.type = fact.message_type;
  glyph.r = r;
  // A trace has no content, but what its line tells; has_core: whether the answer is among that.
  glyph.term = fact.content ? fact.content->term : fact.core.term;
  glyph.sender_term = glyph.term;
  if (is_reply_type(fact.message_type)) {
    const bool no = fact.content    ? fact.content->reject
                    : fact.has_core ? !fact.core.granted
                                    : fact.text.rfind("refused", 0) == 0;
    glyph.answer = no ? Answer::kNo : Answer::kYes;
    const bool of_trace = !fact.content && fact.message_type != "reply";
    if (of_trace && !fact.has_core) glyph.answer = Answer::kUnknown;
  }
  if (fact.message_type == "append" && fact.content)
    glyph.label = std::to_string(fact.content->entries.size());
  if (fact.message_type == "request") glyph.label = "r";
  return glyph;
}

void draw_fact_sign(const Pen& pen, float x, float y, const Fact& fact, float r) {
  switch (fact.kind) {
    case FactKind::kCrash:
    case FactKind::kHalt:
      draw_icon(pen, Icon::kCross, x, y, pen.t.danger, r / 7);
      return;
    case FactKind::kStart:
    case FactKind::kRestart:
      draw_icon(pen, Icon::kRestart, x, y, pen.t.ink, r / 7);
      return;
    case FactKind::kPause:
      draw_icon(pen, Icon::kPause, x, y, pen.t.ink2, r / 9);
      return;
    case FactKind::kResume:
      draw_icon(pen, Icon::kPlay, x, y, pen.t.ink2, r / 9);
      return;
    case FactKind::kTerm:
      draw_term_badge(pen, x, y, r, fact.term);
      return;
    case FactKind::kRole:
      draw_role(pen, x, y, fact, r);
      return;
    case FactKind::kVote: {
      MessageGlyph glyph;
      glyph.type = fact.core.pre_vote ? "pre-vote-reply" : "vote-reply";
      glyph.term = fact.term;
      glyph.sender_term = fact.term;
      glyph.answer = fact.core.kind == raft::EventKind::kVoteGranted ? Answer::kYes : Answer::kNo;
      glyph.r = r;
      draw_message(pen, x, y, glyph);
      return;
    }
    case FactKind::kAppend:
      draw_entry(pen, x, y, r, CellState::kUnsynced, fact.term);
      return;
    case FactKind::kDurable:
      draw_entry(pen, x, y, r, CellState::kDurable, fact.term);
      return;
    case FactKind::kCommit:
      draw_entry(pen, x, y, r, CellState::kCommitted, fact.term);
      return;
    case FactKind::kApply:
      draw_entry(pen, x, y, r, CellState::kApplied, fact.term);
      return;
    case FactKind::kTruncate:
      draw_entry(pen, x, y, r, CellState::kConflict, fact.term);
      return;
    case FactKind::kSnapshot: {
      MessageGlyph glyph;
      glyph.type = "snapshot";
      glyph.term = fact.core.term;
      glyph.r = r;
      draw_message(pen, x, y, glyph);
      return;
    }
    case FactKind::kSend:
    case FactKind::kReceive:
    case FactKind::kDrop:
    case FactKind::kDuplicate: {
      MessageGlyph glyph = message_glyph(fact, r);
      glyph.lost = fact.kind == FactKind::kDrop;
      glyph.duplicate = fact.kind == FactKind::kDuplicate;
      if (glyph.label.size() > 2) glyph.label.clear();
      draw_message(pen, x, y, glyph);
      return;
    }
    case FactKind::kCommand:
      pen.list.text(x, y + r * 0.6f, ">",
                    {.size = r * 1.9f,
                     .color = pen.t.ink,
                     .face = Face::kMono,
                     .weight = 700,
                     .anchor = Anchor::kMiddle});
      return;
    case FactKind::kRequest:
      pen.list.rect({x - r * 1.1f, y - r * 0.7f, r * 2.2f, r * 1.4f}, r * 0.7f,
                    {.stroke = pen.t.ink, .width = 1.6f});
      return;
    case FactKind::kConfig:
    case FactKind::kNote: {
      Paint ring = pen.stroked(pen.t.ink3, 1.8f);
      ring.fill = pen.t.canvas;
      pen.list.circle(x, y, r * 0.5f, ring);
      return;
    }
  }
}

}  // namespace scene
