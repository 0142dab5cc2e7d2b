#include "app/scene/logs.h"

#include <algorithm>

#include "app/scene/log_cells.h"
#include "app/scene/node_glyph.h"
#include "app/scene/tr.h"

namespace scene {
namespace {

// The marks of whom: the chosen node if it leads, else the leader of the highest term. With two
// leaders nobody's marks are the truth, so one is shown and named by its crown.
const sim::NodeView* marking_leader(const sim::ClusterView& view, raft::NodeId selected) {
  const sim::NodeView* chosen = view.node(selected);
  if (chosen != nullptr && chosen->role == sim::RoleName::kLeader) return chosen;
  const sim::NodeView* leader = view.node(view.leader);
  return leader != nullptr && leader->role == sim::RoleName::kLeader ? leader : nullptr;
}

std::string short_count(std::uint64_t value) {
  if (value < 10000) return std::to_string(value);
  if (value < 1000000) return std::to_string(value / 1000) + "k";
  return std::to_string(value / 1000000) + "M";
}

raft::Term term_at(const sim::NodeView& node, std::uint64_t index) {
  const raft::EntryPtr entry = node.log->entry({index});
  return entry == nullptr ? raft::Term{} : entry->term;  // a trace may not tell it
}

struct TermSpan {
  float from = 0, to = 0;  // shares of the bar
  raft::Term term;
};

// The terms along a log of `last` entries, to one of so many places. Terms only grow along a log:
// where two places have the same, so have all between them, and few entries of a long log are
// looked at.
std::vector<TermSpan> term_spans(const sim::NodeView& node, std::uint64_t last, int places) {
  constexpr int kApart = 32;  // places that are looked at in any case
  const int end = std::max(1, places);
  const auto at = [&](int place) {
    const std::uint64_t index =
        1 + (last - 1) * static_cast<std::uint64_t>(place) / static_cast<std::uint64_t>(end);
    return index < node.first.value ? node.snapshot_term : term_at(node, index);
  };
  std::vector<TermSpan> spans = {{0, 1, at(0)}};
  const auto look_between = [&](const auto& self, int low, int high, raft::Term below,
                                raft::Term above) -> void {
    if (below == above) return;
    if (high - low > 1) {
      const int mid = low + (high - low) / 2;
      const raft::Term between = at(mid);
      self(self, low, mid, below, between);
      self(self, mid, high, between, above);
      return;
    }
    spans.back().to = static_cast<float>(high) / static_cast<float>(end);
    spans.push_back({spans.back().to, 1, above});
  };
  for (int low = 0; low + 1 < end;) {
    const int high = std::min(low + kApart, end - 1);
    look_between(look_between, low, high, spans.back().term, at(high));
    low = high;
  }
  return spans;
}

void draw_bar(const Pen& pen, const sim::ClusterView& view, const LogsLayout& g,
              std::uint64_t first) {
  const std::uint64_t last = last_index(view);
  if (last <= g.columns) return;
  const sim::NodeView* longest = nullptr;
  for (const sim::NodeView& node : view.nodes) {
    if (node.log != nullptr && (longest == nullptr || node.last.value > longest->last.value))
      longest = &node;
  }
  if (longest == nullptr) return;
  pen.list.rect(g.bar, 2, {.fill = pen.t.sunken});
  for (const TermSpan& span : term_spans(*longest, last, static_cast<int>(g.bar.w / 2))) {
    if (span.term.value == 0) continue;
    pen.list.rect(
        {g.bar.x + g.bar.w * span.from, g.bar.y, g.bar.w * (span.to - span.from), g.bar.h}, 1,
        {.fill = pen.t.term(span.term).faded(0.7f)});
  }
  const float x = g.bar.x + g.bar.w * static_cast<float>(first - 1) / static_cast<float>(last);
  const float w =
      std::max(8.0f, g.bar.w * static_cast<float>(g.columns) / static_cast<float>(last));
  pen.list.rect({std::min(x, g.bar.right() - w), g.bar.y - 2, w, g.bar.h + 4}, 2,
                pen.stroked(pen.t.accent, 1.6f));
}

}  // namespace

std::uint64_t last_index(const sim::ClusterView& view) {
  std::uint64_t last = 0;
  for (const sim::NodeView& node : view.nodes) last = std::max(last, node.last.value);
  return last;
}

LogsLayout layout_logs(const sim::ClusterView& view, Box panel, bool small) {
  LogsLayout g;
  const float pad = small ? 16 : 24, names = small ? 74 : 96;
  const float top = small ? 34 : 46, beyond = small ? 12 : 34;
  const float first_number = small ? 38 : 62;
  g.number_step = small ? 52 : 72;
  g.gap = small ? 1 : 2;
  g.left = panel.x + pad;
  g.x0 = g.left + names;
  const std::uint64_t last = last_index(view);
  g.column = small ? 21 : 50;
  if (last >= 1000) g.column = std::max(g.column, small ? 30.0f : 50.0f);  // room for the index
  if (last >= 100000) g.column = std::max(g.column, small ? 46.0f : 58.0f);
  // A narrow panel is for the cells; the figures are in the inspector, too.
  g.figures = panel.w > (small ? 430.0f : 520.0f);
  const float figures =
      g.figures ? beyond + first_number + 2 * g.number_step + pad - (small ? 8 : 12) : pad;
  g.columns =
      static_cast<std::uint64_t>(std::max(1.0f, (panel.right() - g.x0 - figures) / g.column));
  g.numbers = g.x0 + static_cast<float>(g.columns) * g.column + beyond + first_number;
  const float slack = panel.right() - pad - (g.numbers + 2 * g.number_step);
  if (slack > 0) g.numbers += slack;
  const float rows = static_cast<float>(std::max<std::size_t>(1, view.nodes.size()));
  g.top = panel.y + top;
  g.step = std::max(12.0f, (panel.bottom() - g.top - (small ? 2.0f : 8.0f)) / rows);
  g.cell_h = std::clamp(g.step - 12, 9.0f, small ? 24.0f : 28.0f);
  g.bar = {g.x0, panel.y + (small ? 4.0f : 5.0f), static_cast<float>(g.columns) * g.column, 6};
  return g;
}

std::uint64_t log_scroll_end(const sim::ClusterView& view, const LogsLayout& layout) {
  const std::uint64_t last = last_index(view);
  return last + 1 > layout.columns ? last + 2 - layout.columns : 1;
}

LogsHit hit_logs(const sim::ClusterView& view, const LogsInput& input, Point p) {
  LogsHit hit;
  if (!input.panel.contains(p)) return hit;
  const LogsLayout g = layout_logs(view, input.panel, input.small);
  if (last_index(view) > g.columns && p.y < g.bar.bottom() + 5 && p.x >= g.bar.x &&
      p.x <= g.bar.right()) {
    hit.in_bar = true;
    hit.bar_share = (p.x - g.bar.x) / g.bar.w;
    return hit;
  }
  const float row = (p.y - (g.top - 8)) / g.step;
  if (row >= 0 && row < static_cast<float>(view.nodes.size()))
    hit.node = view.nodes[static_cast<std::size_t>(row)].id;
  const float column = (p.x - g.x0) / g.column;
  if (column >= 0 && column < static_cast<float>(g.columns))
    hit.index = input.first + static_cast<std::uint64_t>(column);
  return hit;
}

void build_logs(const sim::ClusterView& view, const LogsInput& input, const Theme& theme,
                DisplayList& list) {
  const Pen pen{list, theme};
  const Box& panel = input.panel;
  const LogsLayout g = layout_logs(view, panel, input.small);
  const std::uint64_t first = std::max<std::uint64_t>(1, input.first), end = first + g.columns;
  const float ch = g.cell_h;
  const float head = panel.y + (input.small ? 25.0f : 28.0f);
  // Far indexes are far apart as floats too: positions come from differences.
  const auto column_of = [&](std::uint64_t index) {
    return index >= first
               ? g.x0 + static_cast<float>(index - first) * g.column
               : g.x0 - static_cast<float>(std::min<std::uint64_t>(first - index, 4)) * g.column;
  };
  list.push_clip(panel);
  list.rect(panel, 0, {.fill = theme.panel});
  list.text(g.left, head, input.title.empty() ? tr("Logs") : input.title,
            {.size = 14, .color = theme.ink, .weight = 600});
  const bool hovered =
      input.hovered_index && *input.hovered_index >= first && *input.hovered_index < end;
  if (hovered) {
    list.rect(
        {column_of(*input.hovered_index) - 1, g.top - 12, g.column + 2, panel.bottom() - g.top + 6},
        5, {.fill = theme.select.faded(0.55f)});
  }
  for (const std::uint64_t index : input.pointed) {
    if (index < first || index >= end) continue;
    const float top = head - 16;
    list.rect({column_of(index) - 2, top, g.column + 4, panel.bottom() - top - 3}, 5,
              pen.stroked(theme.accent, 2));
  }
  // Wide indexes need room: then only every second or fifth has its number.
  const Style index_style{
      .size = 13, .color = theme.ink3, .face = Face::kMono, .anchor = Anchor::kMiddle};
  const float widest = list.width(std::to_string(end), index_style) + 4;
  const std::uint64_t every = widest <= g.column       ? 1
                              : widest <= 2 * g.column ? 2
                              : widest <= 5 * g.column ? 5
                                                       : 10;
  for (std::uint64_t i = first; i < end; ++i) {
    const bool hot = hovered && *input.hovered_index == i;
    if (i % every != 0 && !hot) continue;
    if (hovered && !hot && every > 1 &&
        (i > *input.hovered_index ? i - *input.hovered_index : *input.hovered_index - i) < every)
      continue;
    Style style = index_style;
    if (hot) {
      style.color = theme.accent;
      style.weight = 700;
    }
    list.text(column_of(i) + g.column / 2, head, std::to_string(i), style);
  }
  draw_bar(pen, view, g, first);
  const std::string heads[] = {tr("durable"), tr("commit"), tr("applied")};
  for (int k = 0; k < 3 && g.figures; ++k) {
    list.text(g.numbers + static_cast<float>(k) * g.number_step, head, heads[k],
              {.size = 13, .color = theme.ink3, .anchor = Anchor::kEnd});
  }

  const sim::NodeView* leader = view.node(view.leader);
  const sim::NodeView* marker = marking_leader(view, input.selected);
  for (std::size_t r = 0; r < view.nodes.size(); ++r) {
    const sim::NodeView& node = view.nodes[r];
    const float y = g.top + static_cast<float>(r) * g.step;
    const float mid = y + ch / 2;
    if (node.id == input.selected) {
      list.rect({panel.x + 8, y - 8, panel.w - 16, g.step - 2}, 6,
                {.fill = theme.select.faded(0.55f)});
    }
    const bool down = node.state == sim::NodeState::kDown;
    if (down) {
      list.circle(g.left + 9, mid, 8, pen.dashed(theme.control, 1.8f, 3, 2.4f));
      for (const float d : {-4.0f, 4.0f})
        list.line({g.left + 5, mid - d}, {g.left + 13, mid + d}, pen.stroked(theme.control, 1.6f));
    } else {
      draw_term_badge(pen, g.left + 9, mid, input.small ? 8.5f : 9, node.term);
    }
    list.text(g.left + 28, mid + 5.5f, "n" + std::to_string(node.id.value),
              {.size = input.small ? 15.0f : 16.0f, .color = theme.ink, .weight = 600});
    if (node.role == sim::RoleName::kLeader && !down)
      draw_crown(pen, g.left + (input.small ? 60 : 67), mid + 4, 15, theme.ink);
    if (down) list.push_alpha(0.5f);

    list.push_clip({g.x0 - 14, panel.y, static_cast<float>(g.columns) * g.column + 34, panel.h});
    std::uint64_t from = first;
    if (node.snapshot_index.value >= first && node.first.value > first) {
      const std::uint64_t to = std::min(end - 1, node.snapshot_index.value);
      const float x = column_of(first), w = static_cast<float>(to - first + 1) * g.column;
      draw_snapshot_block(pen, {x + g.gap, y, w - 2 * g.gap, ch}, node.snapshot_index,
                          node.snapshot_term, input.small ? 13 : 14, input.small);
      from = to + 1;
    }
    const float size = std::min(input.small ? 13.0f : 15.0f, ch * 0.62f);
    for (std::uint64_t i = from; i < end; ++i) {
      draw_cell(pen, {column_of(i) + g.gap, y, g.column - 2 * g.gap, ch},
                cell_view(node, i, leader), size);
    }
    const auto boundary = [&](std::uint64_t index) -> std::optional<float> {
      if (index == 0 || index + 1 < first || index >= end) return std::nullopt;
      return column_of(index + 1);
    };
    if (const auto x = boundary(unknown_of(node).durable ? 0 : node.durable.value))
      draw_durable_line(pen, *x, y, ch);
    if (const auto x = boundary(unknown_of(node).applied ? 0 : node.applied.value))
      draw_applied_line(pen, *x, y, ch);
    if (node.commit.value > 0 && node.commit.value + 1 >= first && node.commit.value < end) {
      draw_commit_bar(pen, column_of(node.commit.value + 1), y, ch);
    }
    if (marker != nullptr && marker->id != node.id) {
      for (const sim::ProgressView& progress : marker->progress) {
        if (progress.node != node.id) continue;
        const float my = y + ch + (input.small ? 6.0f : 8.0f);
        const std::uint64_t match = progress.progress.match.value,
                            next = progress.progress.next.value;
        if (match + 1 >= first && match < end)
          draw_match_mark(pen, match >= first ? column_of(match) + g.column / 2 : g.x0 - 7, my,
                          input.small ? 3.6f : 4.2f);
        if (next >= first && next <= end) {
          const NextKind kind =
              progress.progress.state == raft::ProgressState::kReplicate ? NextKind::kReplicate
              : progress.progress.state == raft::ProgressState::kProbe   ? NextKind::kProbe
                                                                         : NextKind::kSnapshot;
          draw_next_mark(pen, next < end ? column_of(next) + g.column / 2 : column_of(end) + 8,
                         my + 0.5f, kind, input.small ? 4.2f : 5);
        }
      }
    }
    for (const auto& [whose, index] : input.boxed) {
      if (whose != node.id || index < first || index >= end) continue;
      list.rect({column_of(index), y - 2, g.column, ch + 4}, 4,
                pen.stroked(theme.accent.faded(0.8f), 1.6f));
    }
    list.pop_clip();

    const std::uint64_t figures[] = {node.durable.value, node.commit.value, node.applied.value};
    const bool unknown[] = {unknown_of(node).durable, unknown_of(node).commit,
                            unknown_of(node).applied};
    bool changed[] = {false, false, false};
    for (const LogsInput::Changed& change : input.changed) {
      if (change.node != node.id) continue;
      changed[0] = change.durable;
      changed[1] = change.commit;
      changed[2] = change.applied;
    }
    for (int k = 0; k < 3 && g.figures; ++k) {
      Style style{.size = input.small ? 13.0f : 15.0f,
                  .color = changed[k] ? theme.accent : theme.ink,
                  .face = Face::kMono,
                  .weight = changed[k] ? 700 : 400,
                  .anchor = Anchor::kEnd};
      const std::string text = unknown[k]    ? "–"
                               : input.small ? short_count(figures[k])
                                             : std::to_string(figures[k]);
      const float x = g.numbers + static_cast<float>(k) * g.number_step;
      list.text(x, mid + 5.5f, text, style);
      if (changed[k])
        list.line({x - list.width(text, style), mid + 10}, {x, mid + 10},
                  {.stroke = theme.accent, .width = 2});
    }
    if (down) list.pop_alpha();
  }
  list.pop_clip();
}

}  // namespace scene
