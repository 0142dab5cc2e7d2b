// The disk of a node: what it still has to make durable, and the rows of its database.
#include <algorithm>

#include "app/scene/log_cells.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

using scene::Anchor;
using scene::Face;
using scene::Style;

std::string number(raft::Index index) { return std::to_string(index.value); }

std::string epochs_text(std::uint64_t count) {
  if (count == 0) return "all durable";
  return std::to_string(count) + (count == 1 ? " epoch" : " epochs") + " not durable";
}

const char* kind_of(const raft::Entry& entry) {
  if (entry.type != raft::EntryType::kNormal) return "conf-change";
  return entry.data.empty() ? "noop" : "command";
}

// Rows of the table log, newest first.
float draw_log_rows(Surface& s, const sim::NodeView& node, float x, float y, float w) {
  constexpr float kRow = 24;
  const scene::Theme& t = s.t();
  const Style small{.size = 13, .color = t.ink3};
  Style right = small;
  right.anchor = Anchor::kEnd;
  for (raft::Index i = node.last; i >= node.first && i.value > 0; i = raft::previous_index(i)) {
    if (s.visible({x, y - kRow, w, 2 * kRow})) {
      const raft::EntryPtr entry = node.log->entry(i);
      const bool durable = i <= node.durable;
      const Style mono{.size = 14, .color = durable ? t.ink : t.ink2, .face = Face::kMono};
      s.list().text(x, y, number(i), mono);
      s.list().text(x + 52, y, "term " + std::to_string(entry->term.value), small);
      s.list().text(x + 122, y, kind_of(*entry), small);
      s.list().text(x + w, y, durable ? bytes_text(entry->data.size()) : "not durable", right);
    }
    y += kRow;
  }
  return y;
}

}  // namespace

float draw_disk(PanelContext& c, Surface& s, float y) {
  const scene::Theme& t = s.t();
  const float x = pane_margin(c.layout), w = s.w() - 2 * x;
  if (c.run.trace != nullptr) {
    return paragraph(s, x, y + 24, "The disks are not in a trace.", w,
                     {.size = 14, .color = t.ink2}, 20);
  }
  const sim::NodeView* node = shown_node(c);
  if (node == nullptr) return y;
  const Style small{.size = 13, .color = t.ink3};
  s.list().text(x, y + 14, "of " + scene::node_name(node->id), small);
  s.list().text(
      x + w, y + 14,
      bytes_text(node->disk_bytes) + ", " + std::to_string(node->transactions) + " transactions",
      {.size = 13, .color = t.ink3, .anchor = Anchor::kEnd});
  y += 38;
  for (const std::string& fault : node->disk_faults) {
    scene::draw_warning(s.pen(), x + 7, y - 5, 0.7f, t.danger, true);
    s.list().text_within(x + 22, y, fault, w - 22,
                         {.size = 14, .color = t.danger, .face = Face::kMono});
    y += 22;
  }
  if (node->durable < node->last) {
    const raft::Index first = raft::next_index(node->durable);
    const std::string lost = first == node->last
                                 ? "entry " + number(first)
                                 : "entries " + number(first) + " to " + number(node->last);
    s.list().text_within(x, y, "A crash now may lose " + lost, w, {.size = 14, .color = t.ink});
    y += 22;
  }
  if (!node->reason.empty())
    y = paragraph(s, x, y, node->reason, w, {.size = 14, .color = t.ink2}, 20);
  y += 6;
  // As the process has them: what is not durable yet may be newer than the disk.
  draw_section(s, x, y, w, "In memory", epochs_text(node->pending_epochs));
  draw_figures(s, x, y + 24,
               {{"term", std::to_string(node->term.value)},
                {"vote", node->vote.value == 0 ? "none" : scene::node_name(node->vote)},
                {"durable", number(node->durable)},
                {"applied", number(node->applied)}},
               4, w / 4, 56, c.layout.tabbed ? 15 : 18);
  y += 84;
  const std::uint64_t rows = node->last >= node->first && node->last.value > 0
                                 ? node->last.value - node->first.value + 1
                                 : 0;
  draw_section(s, x, y, w, "Log", std::to_string(rows) + (rows == 1 ? " row" : " rows"));
  y = draw_log_rows(s, *node, x, y + 26, w) + 2;
  if (node->snapshot_index.value > 0) {
    s.list().text(x, y,
                  "up to " + number(node->snapshot_index) + ", term " +
                      std::to_string(node->snapshot_term.value) + ": compacted",
                  small);
    y += 24;
  }
  if (node->staged_of > 0) {
    draw_section(
        s, x, y + 6, w, "Snapshot on its way",
        std::to_string(node->staged_chunks) + " of " + std::to_string(node->staged_of) + " chunks");
    y += 30;
  }
  draw_section(
      s, x, y + 6, w, "State machine",
      std::to_string(node->rows->size()) + (node->rows->size() == 1 ? " key, " : " keys, ") +
          std::to_string(node->sessions) + (node->sessions == 1 ? " session" : " sessions"));
  y += 32;
  constexpr float kRow = 24;
  for (const auto& [key, row] : *node->rows) {
    if (s.visible({x, y - kRow, w, 2 * kRow})) {
      s.list().text_within(x, y, key.empty() ? "\"\"" : key, w - 70,
                           {.size = 14, .color = t.ink, .face = Face::kMono});
      s.list().text(x + w, y, "from " + number(row.index),
                    {.size = 13, .color = t.ink3, .anchor = Anchor::kEnd});
    }
    y += kRow;
  }
  return y;
}

}  // namespace ui
