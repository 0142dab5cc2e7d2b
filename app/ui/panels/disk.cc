// The disk of a node: what is not durable yet, what a crash now would leave of it, and the rows of
// its database.
#include <algorithm>

#include "app/scenario/print.h"
#include "app/scene/log_cells.h"
#include "app/ui/panels/panels.h"
#include "kv/command.h"

namespace ui {
namespace {

using scene::Anchor;
using scene::Face;
using scene::Style;

constexpr float kRow = 23;

std::string number(raft::Index index) { return std::to_string(index.value); }

bool runs(const sim::NodeView& node) {
  return node.state == sim::NodeState::kUp || node.state == sim::NodeState::kPaused;
}

// What stands in an entry, as its type and its data.
std::pair<std::string, std::string> content_of(const raft::Entry& entry) {
  if (entry.type != raft::EntryType::kNormal) return {"conf-change", ""};
  if (entry.data.empty()) return {"noop", ""};
  const auto command = kv::decode(entry.data);
  if (!command) return {"–", ""};
  switch (command->op) {
    case kv::Op::kPut:
      return {"put", command->key + " " + command->value};
    case kv::Op::kDelete:
      return {"delete", command->key};
    case kv::Op::kCas:
      return {"cas", command->key + " " + command->value};
    case kv::Op::kAppend:
      return {"append", command->key + " " + command->value};
    case kv::Op::kRead:
      return {"get", command->key};
    case kv::Op::kScan:
      return {"scan", command->key + " " + command->value};
    case kv::Op::kBatch:
      return {"batch", std::to_string(command->ops.size())};
    case kv::Op::kCompact:
      return {"compact", number(command->compact_index)};
  }
  return {"–", ""};
}

// An outline of dashes: rows that a crash could take.
void draw_at_risk(Surface& s, const scene::Box& box) {
  s.list().path(
      {{box.x, box.y}, {box.right(), box.y}, {box.right(), box.bottom()}, {box.x, box.bottom()}},
      true, s.pen().dashed(s.t().ink2, 1.4f, 4, 3));
}

float draw_title(PanelContext& c, Surface& s, const sim::NodeView& node, float x, float w,
                 float y) {
  const scene::Theme& t = s.t();
  scene::draw_cylinder(s.pen(), x, y - 2, 18, 23, scene::disk_look(node),
                       std::min(0.9f, 0.25f + static_cast<float>(node.disk_bytes) / 4194304.0f));
  const float at = s.list().text(x + 30, y + 17, scene::node_name(node.id),
                                 {.size = 18, .color = t.ink, .weight = 600});
  s.list().text(at + 10, y + 16, tr(node.pending_epochs > 0 ? "disk, syncing" : "disk"),
                {.size = 14, .color = t.ink2});
  const bool can = c.run.trace == nullptr && runs(node);
  const std::string label = tr("Crash…");
  const float bw = button_width(s, label, "");
  const std::string why = can ? "" : tr("{1} does not run", scene::node_name(node.id));
  if (button(s, "disk.crash", {x + w - bw, y - 4, bw, 30},
             {.label = label,
              .kind = ButtonKind::kDanger,
              .enabled = can,
              .tip = {can ? tr("Choose the moment, and what the disk loses") : why, "", ""}})) {
    ImGui::OpenPopup("menu.crash");
    c.state.menu_at = s.at(x + w - 330, y + 30);
  }
  return y + 44;
}

// The points of the scenario language in words, each with what it costs.
void draw_crash_menu(PanelContext& c, const sim::NodeView& node) {
  using sim::CrashPoint;
  using sim::Lose;
  if (!ImGui::IsPopupOpen("menu.crash")) return;
  const struct {
    const char* name;
    const char* label;
    CrashPoint at;
    Lose lose;
  } points[] = {
      {"crash.now", tr_later("now: what is not synced is lost"), CrashPoint::kNow, Lose::kUnsynced},
      {"crash.before_sync", tr_later("before the next sync: the write is lost"),
       CrashPoint::kBeforeSync, Lose::kUnsynced},
      {"crash.after_sync", tr_later("after the next sync: kept, and nobody is told"),
       CrashPoint::kAfterSync, Lose::kUnsynced},
      {"crash.mid_apply", tr_later("while applying: the rows are behind the log"),
       CrashPoint::kMidApply, Lose::kUnsynced},
      {"", "", CrashPoint::kNow, Lose::kUnsynced},
      {"crash.nothing", tr_later("now, and the disk keeps all"), CrashPoint::kNow, Lose::kNothing},
      {"crash.disk", tr_later("now, and the disk is gone"), CrashPoint::kNow, Lose::kDisk}};
  std::vector<MenuItem> items;
  for (const auto& point : points) {
    MenuItem item;
    item.name = point.name;
    item.label = tr(point.label);
    item.line = scenario::print(sim::Command{sim::Crash{node.id, point.lose, point.at}});
    items.push_back(std::move(item));
  }
  const int chosen =
      menu(c.gui, "menu.crash", c.state.menu_at, tr("Crash {1}", scene::node_name(node.id)), items);
  if (chosen < 0) return;
  const auto& point = points[chosen];
  c.out.commands.push_back(sim::Crash{node.id, point.lose, point.at});
}

// One bar per epoch that is closed and not durable: the next to become so first.
float draw_epochs(Surface& s, const sim::NodeView& node, float x, float w, float y) {
  const scene::Theme& t = s.t();
  const std::string side =
      node.pending_epochs == 0
          ? tr("all durable")
          : tr(node.pending_epochs == 1 ? "{1} epoch not durable" : "{1} epochs not durable",
               node.pending_epochs);
  draw_section(s, x, y, w, tr("On its way to the disk"), side);
  if (node.pending_epochs == 0) return y + 30;
  const auto shown = static_cast<std::size_t>(std::min<std::uint64_t>(node.pending_epochs, 8));
  const float step = (w + 6) / static_cast<float>(shown);
  for (std::size_t i = 0; i < shown; ++i) {
    const scene::Box bar{x + step * static_cast<float>(i), y + 14, step - 6, 16};
    // What is being synced now may come out either way.
    if (i == 0) s.list().rect(bar, 3, {.fill = t.term(node.term).faded(0.3f)});
    draw_at_risk(s, bar);
  }
  const float end = y + 50;
  const std::string words =
      node.durable < node.last
          ? tr("Entries behind {1} do not count as stored here before they are durable.",
               number(node.durable))
          : tr("What waits for these writes leaves when the last is durable.");
  s.list().text_within(x, end, words, w, {.size = 13, .color = t.ink2});
  return end + 28;
}

// The last entries as they are, and as a crash would leave them.
float draw_crash_now(PanelContext& c, Surface& s, const sim::NodeView& node, float x, float w,
                     float y) {
  const scene::Theme& t = s.t();
  draw_section(s, x, y, w, tr("A crash now"), "fig. 2");
  const float label = c.layout.tabbed ? 78 : 96, cell_w = 36;
  const auto room = static_cast<std::uint64_t>(std::max(1.0f, (w - label) / cell_w));
  const std::uint64_t last = node.last.value,
                      held = last >= node.first.value ? last - node.first.value + 1 : 0,
                      count = std::min(room, held), first = last - count + 1;
  y += 24;
  if (count == 0) {
    s.list().text(x, y, tr("Its log is empty."), {.size = 13, .color = t.ink2});
    y += 8;
  } else {
    const Style head{.size = 13, .color = t.ink3, .face = Face::kMono, .anchor = Anchor::kMiddle};
    const Style side{.size = 13, .color = t.ink2};
    s.list().text(x, y + 22, tr("now"), side);
    s.list().text(x, y + 50, tr("after a crash"), side);
    const sim::NodeView* leader = c.view.node(c.view.leader);
    for (std::uint64_t i = first; i <= last; ++i) {
      const float cx = x + label + static_cast<float>(i - first) * cell_w;
      s.list().text(cx + cell_w / 2 - 2, y, std::to_string(i), head);
      scene::CellView cell = scene::cell_view(node, i, leader);
      scene::draw_cell(s.pen(), {cx, y + 8, cell_w - 4, 20}, cell, 13);
      if (i > node.durable.value) {
        const float mx = cx + cell_w / 2 - 2, my = y + 46;
        for (const float d : {-1.0f, 1.0f})
          s.list().line({mx - 4, my - 4 * d}, {mx + 4, my + 4 * d},
                        {.stroke = t.danger, .width = 2 * t.line, .round = true});
        continue;
      }
      // The commit index of a node that starts is what it has applied durably.
      if (cell.state == scene::CellState::kCommitted && i > node.applied.value)
        cell.state = scene::CellState::kDurable;
      scene::draw_cell(s.pen(), {cx, y + 36, cell_w - 4, 20}, cell, 13);
    }
    y += 58;
  }
  const auto line = [&](const std::string& word, const std::string& what, scene::Color color) {
    y += 21;
    s.list().text(x, y, word, {.size = 13, .color = color, .weight = 600});
    s.list().text_within(x + label, y, what, w - label, {.size = 13, .color = t.ink2});
  };
  // What the disk held for sure when it last became durable.
  raft::Term term = node.term;
  raft::NodeId vote = node.vote;
  std::size_t looked = 0;
  for (auto fact = c.run.facts.rbegin(); fact != c.run.facts.rend() && looked < 5000;
       ++fact, ++looked) {
    if (fact->kind != sim::FactKind::kDurable || fact->node != node.id) continue;
    term = fact->durable_term;
    vote = fact->durable_vote;
    break;
  }
  const bool at_risk = node.durable < node.last;
  const std::uint64_t kept = std::min(node.durable.value, last);
  line(tr("keeps"),
       kept >= node.first.value && kept > 0
           ? tr("term {1}, vote {2}, entries {3} to {4}, keys", term.value, scene::node_name(vote),
                number(node.first), kept)
           : tr("term {1}, vote {2}", term.value, scene::node_name(vote)),
       t.ink);
  if (at_risk) {
    const raft::Index lost = raft::next_index(node.durable);
    line(tr("may lose"),
         lost == node.last ? tr("entry {1}, which does not count as stored here yet", number(lost))
                           : tr("entries {1} to {2}, which do not count as stored here yet",
                                number(lost), number(node.last)),
         t.danger);
  }
  line(tr("rebuilds"), tr("role, leader, timer, commit index"), t.ink);
  return y + 28;
}

// Rows of the table log, newest first.
float draw_log_rows(PanelContext& c, Surface& s, const sim::NodeView& node, float x, float y,
                    float w) {
  const scene::Theme& t = s.t();
  const std::uint64_t rows =
      node.last >= node.first && node.last.value > 0 ? node.last.value - node.first.value + 1 : 0;
  s.list().text(x, y, "log", {.size = 14, .color = t.ink, .face = Face::kMono, .weight = 700});
  s.list().text(x + w, y, tr(rows == 1 ? "{1} row" : "{1} rows", rows),
                {.size = 13, .color = t.ink3, .anchor = Anchor::kEnd});
  y += 21;
  const Style head{.size = 13, .color = t.ink3};
  const float at_index = 44, at_term = 88, at_type = 104, at_data = c.layout.tabbed ? 176 : 196;
  const auto ends = [&](float right, const std::string& label, const Style& style) {
    Style end = style;
    end.anchor = Anchor::kEnd;
    s.list().text(x + right, y, label, end);
  };
  ends(at_index, tr("index"), head);
  ends(at_term, tr("term"), head);
  s.list().text(x + at_type, y, tr("type"), head);
  s.list().text(x + at_data, y, tr("data"), head);
  ends(w, tr("bytes"), head);
  y += kRow;
  const float top = y - 16;
  std::uint64_t unsynced = 0;
  for (raft::Index i = node.last; i >= node.first && i.value > 0; i = raft::previous_index(i)) {
    unsynced += i > node.durable;
    if (s.visible({x, y - kRow, w, 2 * kRow})) {
      const raft::EntryPtr entry = node.log->entry(i);
      const Style mono{
          .size = 14, .color = i <= node.durable ? t.ink : t.ink2, .face = Face::kMono};
      const auto [type, data] = content_of(*entry);
      ends(at_index, number(i), mono);
      ends(at_term, std::to_string(entry->term.value), mono);
      s.list().text_within(x + at_type, y, type, at_data - at_type - 6, mono);
      const std::string bytes = std::to_string(entry->data.size());
      ends(w, bytes, mono);
      s.list().text_within(x + at_data, y, data, w - at_data - s.list().width(bytes, mono) - 12,
                           mono);
    }
    y += kRow;
  }
  if (unsynced > 0) draw_at_risk(s, {x - 6, top, w + 12, kRow * static_cast<float>(unsynced)});
  if (node.snapshot_index.value > 0) {
    s.list().text(
        x, y,
        tr("up to {1}, term {2}: compacted", number(node.snapshot_index), node.snapshot_term.value),
        head);
    y += kRow;
  }
  return y + 8;
}

float draw_keys(Surface& s, const sim::NodeView& node, float x, float y, float w) {
  const scene::Theme& t = s.t();
  s.list().text(x, y, "keys", {.size = 14, .color = t.ink, .face = Face::kMono, .weight = 700});
  s.list().text(x + w, y,
                tr("applied to {1}", number(node.applied)) + ", " +
                    tr(node.sessions == 1 ? "{1} session" : "{1} sessions", node.sessions),
                {.size = 13, .color = t.ink3, .anchor = Anchor::kEnd});
  y += 21;
  if (node.rows->empty()) {
    s.list().text(x, y, tr("No key yet."), {.size = 13, .color = t.ink2});
    return y + 24;
  }
  const Style head{.size = 13, .color = t.ink3};
  Style end = head;
  end.anchor = Anchor::kEnd;
  const float at_value = w * 0.4f;
  s.list().text(x, y, tr("key"), head);
  s.list().text(x + at_value, y, tr("value"), head);
  s.list().text(x + w, y, tr("from"), end);
  y += kRow;
  const Style mono{.size = 14, .color = t.ink, .face = Face::kMono};
  Style right = mono;
  right.anchor = Anchor::kEnd;
  for (const auto& [key, row] : *node.rows) {
    if (s.visible({x, y - kRow, w, 2 * kRow})) {
      s.list().text_within(x, y, key.empty() ? "\"\"" : key, at_value - 10, mono);
      const std::string from = number(row.index);
      s.list().text(x + w, y, from, right);
      s.list().text_within(x + at_value, y, row.value,
                           w - at_value - s.list().width(from, mono) - 12, mono);
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
  y = draw_title(c, s, *node, x, w, y + 10);
  draw_crash_menu(c, *node);
  const std::string faults =
      node->disk_faults.empty() ? tr("none") : std::to_string(node->disk_faults.size());
  draw_figures(s, x, y + 8,
               {{tr("used"), bytes_text(node->disk_bytes)},
                {tr("transactions"), std::to_string(node->transactions)},
                {tr("durable to"), number(node->durable)},
                {tr("faults"), faults}},
               4, w / 4, 56, c.layout.tabbed ? 15 : 17);
  y += 62;
  for (const std::string& fault : node->disk_faults) {
    scene::draw_warning(s.pen(), x + 7, y - 5, 0.7f, t.danger, true);
    s.list().text_within(x + 22, y, fault, w - 22,
                         {.size = 14, .color = t.danger, .face = Face::kMono});
    y += 22;
  }
  if (!node->reason.empty())
    y = paragraph(s, x, y, tr_sentence(node->reason), w, {.size = 14, .color = t.ink2}, 20);
  draw_rule(s, x, y - 10, w);
  y += 14;
  if (runs(*node)) {
    y = draw_epochs(s, *node, x, w, y);
    draw_rule(s, x, y - 18, w);
    y = draw_crash_now(c, s, *node, x, w, y + 6);
    draw_rule(s, x, y - 14, w);
    y += 10;
  }
  if (node->staged_of > 0) {
    draw_section(s, x, y, w, tr("Snapshot on its way"),
                 tr("{1} of {2} chunks", node->staged_chunks, node->staged_of));
    y += 28;
  }
  y = draw_log_rows(c, s, *node, x, y, w);
  return draw_keys(s, *node, x, y, w);
}

}  // namespace ui
