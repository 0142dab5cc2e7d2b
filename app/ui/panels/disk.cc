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
  if (count == 0) return tr("all durable");
  return tr(count == 1 ? "{1} epoch not durable" : "{1} epochs not durable", count);
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
      s.list().text(x + 52, y, tr("term {1}", entry->term.value), small);
      s.list().text(x + 122, y, kind_of(*entry), small);
      s.list().text(x + w, y, durable ? bytes_text(entry->data.size()) : tr("not durable"), right);
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
    return paragraph(s, x, y + 24, tr("The disks are not in a trace."), w,
                     {.size = 14, .color = t.ink2}, 20);
  }
  const sim::NodeView* node = shown_node(c);
  if (node == nullptr) return y;
  const Style small{.size = 13, .color = t.ink3};
  s.list().text(x, y + 14, tr("of {1}", scene::node_name(node->id)), small);
  s.list().text(x + w, y + 14,
                tr("{1}, {2} transactions", bytes_text(node->disk_bytes), node->transactions),
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
    const std::string lost =
        first == node->last
            ? tr("A crash now may lose entry {1}", number(first))
            : tr("A crash now may lose entries {1} to {2}", number(first), number(node->last));
    s.list().text_within(x, y, lost, w, {.size = 14, .color = t.ink});
    y += 22;
  }
  if (!node->reason.empty())
    y = paragraph(s, x, y, tr_sentence(node->reason), w, {.size = 14, .color = t.ink2}, 20);
  y += 6;
  // As the process has them: what is not durable yet may be newer than the disk.
  draw_section(s, x, y, w, tr("In memory"), epochs_text(node->pending_epochs));
  draw_figures(s, x, y + 24,
               {{tr("term"), std::to_string(node->term.value)},
                {tr("vote"), node->vote.value == 0 ? tr("none") : scene::node_name(node->vote)},
                {tr("durable"), number(node->durable)},
                {tr("applied"), number(node->applied)}},
               4, w / 4, 56, c.layout.tabbed ? 15 : 18);
  y += 84;
  const std::uint64_t rows = node->last >= node->first && node->last.value > 0
                                 ? node->last.value - node->first.value + 1
                                 : 0;
  draw_section(s, x, y, w, tr("Log"), tr(rows == 1 ? "{1} row" : "{1} rows", rows));
  y = draw_log_rows(s, *node, x, y + 26, w) + 2;
  if (node->snapshot_index.value > 0) {
    s.list().text(x, y,
                  tr("up to {1}, term {2}: compacted", number(node->snapshot_index),
                     node->snapshot_term.value),
                  small);
    y += 24;
  }
  if (node->staged_of > 0) {
    draw_section(s, x, y + 6, w, tr("Snapshot on its way"),
                 tr("{1} of {2} chunks", node->staged_chunks, node->staged_of));
    y += 30;
  }
  draw_section(s, x, y + 6, w, tr("State machine"),
               tr(node->rows->size() == 1 ? "{1} key" : "{1} keys", node->rows->size()) + ", " +
                   tr(node->sessions == 1 ? "{1} session" : "{1} sessions", node->sessions));
  y += 32;
  constexpr float kRow = 24;
  for (const auto& [key, row] : *node->rows) {
    if (s.visible({x, y - kRow, w, 2 * kRow})) {
      s.list().text_within(x, y, key.empty() ? "\"\"" : key, w - 70,
                           {.size = 14, .color = t.ink, .face = Face::kMono});
      s.list().text(x + w, y, tr("from {1}", number(row.index)),
                    {.size = 13, .color = t.ink3, .anchor = Anchor::kEnd});
    }
    y += kRow;
  }
  return y;
}

}  // namespace ui
