#include "app/scene/log_cells.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/scene/tr.h"

namespace scene {
namespace {

// What fills a cell that is not yet committed.
Color tinge(Color term, Color ground) { return term.faded(0.16f).over(ground); }

// A dashed outline. Where there is no room for dashes, its upper and lower edge.
void draw_unsynced(DisplayList& list, Box box, float r, Paint outline) {
  if (box.w < 14) {
    list.line({box.x, box.y}, {box.right(), box.y}, outline);
    list.line({box.x, box.bottom()}, {box.right(), box.bottom()}, outline);
    return;
  }
  outline.dash_on = 4;
  outline.dash_off = 3;
  list.rect(box, r, outline);
}

// A circle's points, 18 degrees apart, from the right downwards.
constexpr int kArcSteps = 20;
std::array<Point, kArcSteps> unit_circle() {
  constexpr float kStep = 2 * 3.14159265f / kArcSteps;
  std::array<Point, kArcSteps> out;
  for (int i = 0; i < kArcSteps; ++i)
    out[static_cast<std::size_t>(i)] = {std::cos(static_cast<float>(i) * kStep),
                                        std::sin(static_cast<float>(i) * kStep)};
  return out;
}

void draw_hatching(const Pen& pen, Box box) {
  pen.list.push_clip(box);
  for (float x = box.x; x < box.right() + box.h; x += 9) {
    pen.list.line({x - box.h, box.bottom()}, {x, box.y},
                  pen.stroked(pen.t.danger.faded(0.75f), 1.1f));
  }
  pen.list.pop_clip();
}

}  // namespace

CellView cell_view(const sim::NodeView& node, std::uint64_t index, const sim::NodeView* leader) {
  if (index < node.first.value)
    return {node.snapshot_index.value > 0 ? CellState::kCompacted : CellState::kMissing,
            node.snapshot_term};
  if (index > node.last.value || node.log == nullptr) return {};
  const raft::EntryPtr entry = node.log->entry({index});
  if (entry == nullptr) return {unknown_of(node).disk ? CellState::kHeld : CellState::kMissing, {}};
  CellView cell{CellState::kDurable, entry->term};
  if (leader != nullptr && leader->id != node.id && leader->log != nullptr &&
      index >= leader->first.value && index > node.commit.value) {
    // Past the end of the leader's log the entry is not wrong yet: the leader may only be younger.
    const raft::EntryPtr theirs =
        index <= leader->last.value ? leader->log->entry({index}) : nullptr;
    if (theirs != nullptr && theirs->term != entry->term) cell.state = CellState::kConflict;
  }
  if (cell.state == CellState::kConflict) return cell;
  if (unknown_of(node).durable) {
    cell.state = CellState::kHeld;
    if (index <= node.commit.value) cell.state = CellState::kCommitted;
    if (index <= node.applied.value) cell.state = CellState::kApplied;
  } else if (index > node.durable.value) {
    cell.state = CellState::kUnsynced;
  } else if (index <= node.applied.value) {
    cell.state = CellState::kApplied;
  } else if (index <= node.commit.value) {
    cell.state = CellState::kCommitted;
  }
  return cell;
}

void draw_cell(const Pen& pen, Box box, CellView cell, float size) {
  DisplayList& list = pen.list;
  const float r = std::max(2.0f, std::round(box.h * 0.14f));
  const float mid_x = box.x + box.w / 2, mid_y = box.y + box.h / 2;
  if (cell.state == CellState::kMissing || cell.state == CellState::kCompacted) {
    const bool narrow = box.w <= box.h;  // one dot is enough there
    for (int k = -1; k <= 1; ++k) {
      if (narrow && k != 0) continue;
      list.circle(mid_x + static_cast<float>(k) * box.h * 0.3f, mid_y, 1.5f * pen.t.line,
                  {.fill = pen.t.control.faded(0.8f)});
    }
    return;
  }
  const Color c = pen.t.term(cell.term);
  const std::string number = std::to_string(cell.term.value);
  if (number.size() > 2) size *= number.size() > 3 ? 0.6f : 0.75f;
  if (number.size() == 2 && box.w < 24) size *= 0.85f;
  const float base = mid_y + size * 0.36f;
  const Box inner{box.x + 1, box.y + 1, box.w - 2, box.h - 2};
  Style style{.size = size, .color = pen.t.ink, .face = Face::kMono, .anchor = Anchor::kMiddle};
  Paint outline = pen.stroked(c, 2);
  switch (cell.state) {
    case CellState::kMissing:
    case CellState::kCompacted:
      return;
    case CellState::kUnsynced:
      draw_unsynced(list, inner, r, outline);
      list.text(mid_x, base, number, style);
      return;
    case CellState::kDurable:
      outline.fill = tinge(c, pen.t.panel);
      list.rect(inner, r, outline);
      list.text(mid_x, base, number, style);
      return;
    case CellState::kHeld:
      outline.width *= 0.6f;
      outline.fill = pen.t.panel;
      list.rect(inner, r, outline);
      list.text(mid_x, base, cell.term.value == 0 ? "?" : number, style);
      return;
    case CellState::kConflict: {
      outline.fill = tinge(c, pen.t.panel);
      list.rect(inner, r, outline);
      draw_hatching(pen, {box.x + 2, box.y + 2, box.w - 4, box.h - 4});
      const float w = list.width(number, style) + 8;
      list.rect({mid_x - w / 2, mid_y - size * 0.56f, w, size * 1.12f}, 3, {.fill = pen.t.panel});
      style.color = pen.t.danger;
      list.text(mid_x, base, number, style);
      list.line({mid_x - w / 2 + 1, mid_y + 0.5f}, {mid_x + w / 2 - 1, mid_y + 0.5f},
                pen.stroked(pen.t.danger, 1.6f));
      return;
    }
    case CellState::kCommitted:
    case CellState::kApplied: {
      list.rect({box.x + 0.5f, box.y + 0.5f, box.w - 1, box.h - 1}, r, pen.filled(c));
      style.color = pen.t.on_term(cell.term);
      const bool applied = cell.state == CellState::kApplied;
      list.text(mid_x, base - (applied ? box.h * 0.06f : 0), number, style);
      if (applied) {
        list.rect({box.x + box.w * 0.22f, box.bottom() - std::max(4.0f, box.h * 0.16f),
                   box.w * 0.56f, std::max(2.0f, box.h * 0.075f)},
                  1, {.fill = style.color});
      }
      return;
    }
  }
}

void draw_snapshot_block(const Pen& pen, Box box, raft::Index index, raft::Term term, float size,
                         bool tight) {
  if (box.w < 4) return;
  DisplayList& list = pen.list;
  const Color c = pen.t.term(term);
  Paint paint = pen.stroked(c, 2);
  paint.fill = c.faded(0.10f);
  list.rect({box.x + 1, box.y + 1, box.w - 2, box.h - 2}, std::max(3.0f, std::round(box.h * 0.14f)),
            paint);
  const float strata = std::min(16.0f, box.w - 12);
  if (strata < 4) return;
  for (const float f : {0.22f, 0.5f, 0.78f}) {
    list.line({box.x + 7, box.y + box.h * f}, {box.x + 7 + strata, box.y + box.h * f},
              pen.stroked(c, 2.4f));
  }
  const Style plain{.size = size, .color = pen.t.ink2};
  const Style mono{.size = size, .color = pen.t.ink, .face = Face::kMono, .weight = 700};
  const std::string number = std::to_string(index.value), of = std::to_string(term.value);
  const std::string to = tr(tight ? "to" : "snapshot to") + " ", behind = " · " + tr("term") + " ";
  const std::vector<Run> runs = {{to, plain}, {number, mono}, {behind, plain}, {of, mono}};
  float wide = 46;
  for (const Run& run : runs) wide += list.width(run.text, run.style);
  if (wide > box.w) return;
  list.line({box.x + 30, box.y + 5}, {box.x + 30, box.bottom() - 5},
            {.stroke = c.faded(0.6f), .width = 1.4f});
  list.runs(box.x + 39, box.y + box.h / 2 + 5, runs);
}

std::string figure_text(std::uint64_t value, bool unknown) {
  return unknown ? "–" : std::to_string(value);
}

void draw_durable_line(const Pen& pen, float x, float y, float h) {
  pen.list.line({x, y - 2}, {x, y + h + 1}, pen.dashed(pen.t.ink2, 1.4f, 3, 2.5f));
  const float foot = y + h + 1;
  Paint square = pen.stroked(pen.t.ink2, 1.4f);
  square.fill = pen.t.panel;
  pen.list.rect({x - 2.6f, foot, 5.2f, 5.2f}, 1, square);
}

void draw_applied_line(const Pen& pen, float x, float y, float h) {
  Paint bar = pen.stroked(pen.t.ink, 3);
  bar.round = true;
  pen.list.line({x, y + h * 0.62f}, {x, y + h - 1}, bar);
}

void draw_commit_bar(const Pen& pen, float x, float y, float h) {
  pen.list.line({x, y - 4}, {x, y + h + 4}, pen.stroked(pen.t.ink, 2.6f));
  pen.list.path({{x - 4, y - 8}, {x + 4, y - 8}, {x, y - 2}}, true, {.fill = pen.t.ink});
}

void draw_strip(const Pen& pen, float x, float y, const sim::NodeView& node,
                const sim::NodeView* leader, std::uint64_t first, std::uint64_t count, float w,
                float h) {
  DisplayList& list = pen.list;
  for (std::uint64_t i = 0; i < count; ++i) {
    const float cx = x + static_cast<float>(i) * (w + 2);
    const CellView cell = cell_view(node, first + i, leader);
    const Color c = pen.t.term(cell.term);
    Paint outline = pen.stroked(c, 1.6f);
    switch (cell.state) {
      case CellState::kMissing:
        list.circle(cx + w / 2, y + h / 2, 1.3f * pen.t.line, {.fill = pen.t.control.faded(0.7f)});
        break;
      case CellState::kCompacted:
        list.rect({cx + 0.5f, y + 0.5f, w - 1, h - 1}, 2, pen.stroked(c, 1.2f));
        for (const float f : {0.3f, 0.7f})
          list.line({cx + 4, y + h * f}, {cx + w - 4, y + h * f}, pen.stroked(c, 1.4f));
        break;
      case CellState::kConflict:
        outline.fill = tinge(c, pen.t.canvas);
        list.rect({cx + 1, y + 1, w - 2, h - 2}, 2, outline);
        list.line({cx + 3, y + h - 3}, {cx + w - 3, y + 3}, pen.stroked(pen.t.danger, 2));
        break;
      case CellState::kUnsynced:
        draw_unsynced(list, {cx + 1, y + 1, w - 2, h - 2}, 2, outline);
        break;
      case CellState::kDurable:
        outline.fill = tinge(c, pen.t.canvas);
        list.rect({cx + 1, y + 1, w - 2, h - 2}, 2, outline);
        break;
      case CellState::kHeld:
        outline.fill = pen.t.canvas;
        list.rect({cx + 1, y + 1, w - 2, h - 2}, 2, outline);
        break;
      case CellState::kCommitted:
      case CellState::kApplied:
        list.rect({cx + 0.5f, y + 0.5f, w - 1, h - 1}, 2, pen.filled(c));
        if (cell.state == CellState::kApplied) {
          list.rect({cx + w * 0.25f, y + h - 4.5f, w * 0.5f, 2}, 0,
                    {.fill = pen.t.on_term(cell.term)});
        }
        break;
    }
  }
}

DiskLook disk_look(const sim::NodeView& node) {
  for (const std::string& fault : node.disk_faults) {
    if (fault.find("lie") != std::string::npos) return DiskLook::kLies;
    if (fault.find("full") != std::string::npos) return DiskLook::kFull;
    return DiskLook::kError;
  }
  return DiskLook::kOk;
}

void draw_cylinder(const Pen& pen, float x, float y, float w, float h, DiskLook look, float level) {
  DisplayList& list = pen.list;
  const float ry = w * 0.17f;
  const Color c = look == DiskLook::kLies ? pen.t.warn
                  : look == DiskLook::kOk ? pen.t.ink2
                                          : pen.t.danger;
  const Paint stroke = pen.stroked(c, 1.6f);
  static const std::array<Point, kArcSteps> circle = unit_circle();
  constexpr int kHalf = kArcSteps / 2;
  std::array<Point, kArcSteps> rim;  // the lower half comes first
  const auto ellipse = [&](float cy) {
    for (std::size_t i = 0; i < rim.size(); ++i)
      rim[i] = {x + w / 2 * (1 + circle[i].x), cy + ry * circle[i].y};
  };
  const float full = look == DiskLook::kFull ? 1.0f : std::clamp(level, 0.0f, 1.0f);
  const float top = y + ry + (h - 2 * ry) * (1 - full);
  ellipse(y + h - ry);
  std::array<Point, kHalf + 3> body;
  std::copy_n(rim.begin(), kHalf + 1, body.begin());
  body[kHalf + 1] = {x, top};
  body[kHalf + 2] = {x + w, top};
  list.path(body, true, {.fill = c.faded(0.38f)});
  list.path(std::span(rim).first(kHalf + 1), false, stroke);
  ellipse(y + ry);
  list.path(rim, true, stroke);
  list.line({x, y + ry}, {x, y + h - ry}, stroke);
  list.line({x + w, y + ry}, {x + w, y + h - ry}, stroke);
  if (look == DiskLook::kError) {
    const Paint cross = pen.stroked(c, 2.2f);
    list.line({x + w * 0.28f, y + h * 0.42f}, {x + w * 0.72f, y + h * 0.8f}, cross);
    list.line({x + w * 0.72f, y + h * 0.42f}, {x + w * 0.28f, y + h * 0.8f}, cross);
  }
  if (look == DiskLook::kLies) {
    list.text(x + w / 2, y + h - 4, "?",
              {.size = h * 0.56f, .color = c, .weight = 600, .anchor = Anchor::kMiddle});
  }
}

}  // namespace scene
