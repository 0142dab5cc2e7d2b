// The small signs that the pictures share: messages, marks, icons. Solid means settled, outlined
// not yet, dashed that it could still vanish. Positions in scene units; `x`, `y` is the centre.
#pragma once

#include <string>
#include <string_view>

#include "app/scene/display_list.h"
#include "app/scene/theme.h"
#include "raft/types.h"

namespace scene {

// Draws with one theme onto one list: what every picture is handed.
struct Pen {
  DisplayList& list;
  const Theme& t;

  // The thin edge that light themes give to filled shapes.
  Paint filled(Color color) const {
    if (!t.outlined) return {.fill = color};
    return {.fill = color, .stroke = t.ink, .width = 1.2f * t.line};
  }
  Paint stroked(Color color, float width) const {
    return {.stroke = color, .width = width * t.line};
  }
  Paint dashed(Color color, float width, float on, float off) const {
    return {.stroke = color, .width = width * t.line, .dash_on = on, .dash_off = off};
  }
  Paint dotted(Color color, float width, float every) const {
    return {.stroke = color,
            .width = width * t.line,
            .dash_on = 0.01f,
            .dash_off = every,
            .round = true};
  }
};

enum class Answer : std::uint8_t { kRequest, kYes, kNo, kUnknown };

struct MessageGlyph {
  std::string_view type;  // scenario name: append, vote-reply, …
  raft::Term term;
  raft::Term sender_term;  // of pre-votes: what the sender itself believes in
  Answer answer = Answer::kRequest;
  std::string label;  // number of entries, or a client's request
  float r = 13;
  bool lost = false;
  bool duplicate = false;
  bool selected = false;
};
void draw_message(const Pen& pen, float x, float y, const MessageGlyph& glyph);

void draw_crown(const Pen& pen, float x, float y, float width, Color color);  // y: foot
// Match: disc. Next: filled triangle in replicate, hollow in probe, hollow square in snapshot
// state.
enum class NextKind : std::uint8_t { kProbe, kReplicate, kSnapshot };
void draw_match_mark(const Pen& pen, float x, float y, float r);
void draw_next_mark(const Pen& pen, float x, float y, NextKind kind, float r);
// Two short bars across a lane of that heading.
void draw_cut_mark(const Pen& pen, float x, float y, float degrees, float scale);
void draw_warning(const Pen& pen, float x, float y, float scale, Color color, bool solid);

// Two bars, one stroke through them, in a disc: not the same in both runs.
void draw_not_equal(const Pen& pen, float x, float y, float r, bool filled);

enum class Icon : std::uint8_t {
  kPlay,
  kPause,
  kStep,
  kStepBack,
  kTick,
  kBook,
  kFault,
  kCheck,
  kCross,
  kRing,
  kHand,
  kOpen,
  kChevronDown,
  kRestart,
  kHeal,
  kLog,
};
void draw_icon(const Pen& pen, Icon icon, float x, float y, Color color, float scale = 1);

}  // namespace scene
