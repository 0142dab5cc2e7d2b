// Log entries as cells, and what belongs to a node's log in small: the strip, the disk.
#pragma once

#include <string>

#include "app/scene/glyphs.h"
#include "app/scene/told.h"
#include "app/sim/view.h"

namespace scene {

enum class CellState : std::uint8_t {
  kMissing,
  kCompacted,
  kUnsynced,  // appended, the disk may still lose it
  kDurable,
  kCommitted,  // as this node knows it
  kApplied,
  kHeld,      // a trace tells that it is there, not whether the disk has it
  kConflict,  // differs from what the leader of the highest term holds there
};

struct CellView {
  CellState state = CellState::kMissing;
  raft::Term term;
};
// `leader` may be null: nobody to compare with.
CellView cell_view(const sim::NodeView& node, std::uint64_t index, const sim::NodeView* leader);

void draw_cell(const Pen& pen, Box box, CellView cell, float size);
// Everything up to `index` stands in a snapshot.
void draw_snapshot_block(const Pen& pen, Box box, raft::Index index, raft::Term term, float size,
                         bool tight);
// A figure, or a dash where nobody told it.
std::string figure_text(std::uint64_t value, bool unknown);
// Behind the last durable entry, behind the last applied one; a commit bar may lie over both.
void draw_durable_line(const Pen& pen, float x, float y, float h);
void draw_applied_line(const Pen& pen, float x, float y, float h);
void draw_commit_bar(const Pen& pen, float x, float y, float h);

// The last indexes of the cluster on one node, without numbers.
void draw_strip(const Pen& pen, float x, float y, const sim::NodeView& node,
                const sim::NodeView* leader, std::uint64_t first, std::uint64_t count, float cell_w,
                float cell_h);

enum class DiskLook : std::uint8_t { kOk, kFull, kError, kLies };
DiskLook disk_look(const sim::NodeView& node);
// x, y: top left.
void draw_cylinder(const Pen& pen, float x, float y, float w, float h, DiskLook look, float level);

}  // namespace scene
