// The command palette: everything that can be done, found by typing.
#include <algorithm>
#include <cctype>

#include "app/scenario/parser.h"
#include "app/scenario/print.h"
#include "app/ui/imgui_back_end.h"
#include "app/ui/lesson_run.h"
#include "app/ui/node_actions.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

struct Item {
  std::string label, key, line, why_off;
  std::optional<Action> action;
  std::optional<sim::Command> command;
  std::string typed;      // a line of the language as it was typed
  std::string open;       // a file
  std::string also = {};  // what it is called in English
};

std::string lowered(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// Every word that was typed stands somewhere in it.
bool fits(const std::string& hay, const std::string& query) {
  for (std::size_t start = 0; start < query.size();) {
    const std::size_t end = std::min(query.find(' ', start), query.size());
    if (end > start && hay.find(query.substr(start, end - start)) == std::string::npos)
      return false;
    start = end + 1;
  }
  return true;
}

std::vector<Item> items_of(PanelContext& c, const std::string& text) {
  std::vector<Item> all;
  for (const ActionInfo& row : action_table()) {
    if (row.action == Action::kPalette || row.action == Action::kEscape) continue;
    Item item{tr(row.label),
              std::string(row.keys),
              c.line_of(row.action),
              c.why_off(row.action),
              row.action,
              std::nullopt,
              "",
              "",
              std::string(row.label)};
    all.push_back(std::move(item));
  }
  if (c.run.trace == nullptr) {
    for (const sim::NodeView& node : c.view.nodes) {
      for (const ActionInfo& row : action_table()) {
        if (!is_node_action(row.action) || row.action == Action::kAddNode) continue;
        if (!why_node_off(row.action, node, c.view).empty()) continue;
        const auto command = node_command(row.action, node, c.view);
        if (!command) continue;
        all.push_back({named_label(row.action, node), "", scenario::print(*command), "",
                       std::nullopt, *command, "", ""});
      }
    }
  }
  for (const LessonEntry& entry : c.lessons) {
    all.push_back({entry.number.empty() ? tr("Lesson: {1}", entry.title)
                                        : tr("Lesson {1}: {2}", entry.number, entry.title),
                   "", "", "", std::nullopt, std::nullopt, "", entry.path});
  }
  const std::string query = lowered(text.substr(0, 200));
  std::vector<Item> out;
  for (Item& item : all) {
    if (fits(lowered(item.label + " " + item.line + " " + item.also), query))
      out.push_back(std::move(item));
  }
  std::stable_sort(out.begin(), out.end(), [&](const Item& a, const Item& b) {
    return (lowered(a.label).rfind(query, 0) == 0) > (lowered(b.label).rfind(query, 0) == 0);
  });
  if (c.run.trace == nullptr && query.find_first_not_of(' ') != std::string::npos) {
    const scenario::ParsedLine parsed = scenario::parse_line(text, "palette");
    if (!parsed.error && parsed.statement)
      out.push_back({tr("Run this line"), "", text, "", std::nullopt, std::nullopt, text, ""});
  }
  return out;
}

void run(PanelContext& c, const Item& item) {
  if (!item.why_off.empty()) {
    c.state.dialog.error = item.why_off;
    return;
  }
  c.state.dialog.open = Dialog::kNone;
  if (item.action) c.out.actions.push_back(*item.action);
  if (item.command) c.out.commands.push_back(*item.command);
  if (!item.typed.empty()) c.out.lines.push_back(item.typed);
  if (!item.open.empty()) c.out.open_path = item.open;
}

}  // namespace

void draw_palette(PanelContext& c, Surface& s, const scene::Box& box) {
  const scene::Theme& t = s.t();
  DialogState& dialog = c.state.dialog;
  InputOptions options;
  options.focus = dialog.fresh;
  options.mono = false;
  options.hint = tr("what to do: crash n2, sequence, heal, put x 1…");
  const std::string before = dialog.path;
  const bool enter =
      input(s, "palette.text", {box.x + 16, box.y + 16, box.w - 32, 36}, dialog.path, options);
  if (before != dialog.path) {
    dialog.chosen = 0;
    dialog.error.clear();
  }
  const std::vector<Item> items = items_of(c, dialog.path);
  const int count = static_cast<int>(items.size());
  constexpr float kRow = 32;
  const int rows = std::max(1, static_cast<int>((box.h - 100) / kRow));
  if (ImGui::IsKeyPressed(key::kDown)) dialog.chosen = std::min(dialog.chosen + 1, count - 1);
  if (ImGui::IsKeyPressed(key::kUp)) dialog.chosen = dialog.chosen - 1;
  dialog.chosen = std::clamp(dialog.chosen, 0, std::max(0, count - 1));
  const int first = std::clamp(dialog.chosen - rows / 2, 0, std::max(0, count - rows));
  float y = box.y + 64;
  for (int i = first; i < std::min(count, first + rows); ++i, y += kRow) {
    const Item& item = items[static_cast<std::size_t>(i)];
    const scene::Box row{box.x + 10, y, box.w - 20, kRow};
    const Touch touch = s.touch("palette:" + item.label, row);
    const bool on = i == dialog.chosen;
    if (on || touch.hovered)
      s.list().rect(
          row, 5,
          {.fill = t.select, .stroke = on ? t.accent : scene::Color{}, .width = 1.5f * t.line});
    if (!item.why_off.empty()) s.list().push_alpha(0.42f);
    const float end =
        s.list().text(row.x + 12, y + 21, item.label, {.size = 14, .color = on ? t.accent : t.ink});
    float right = row.right() - 12;
    if (!item.key.empty()) {
      right -= keycap_width(s, item.key);
      keycap(s, right, y + kRow / 2, item.key, t.ink2);
      right -= 12;
    }
    const scene::Style mono{.size = 13, .color = t.ink3, .face = scene::Face::kMono};
    const std::string& side = item.why_off.empty() ? item.line : item.why_off;
    scene::Style style = item.why_off.empty() ? mono : scene::Style{.size = 13, .color = t.ink3};
    const std::string shown =
        scene::shortened(s.list().measure(), side, std::max(20.0f, right - end - 24), style);
    style.anchor = scene::Anchor::kEnd;
    if (right - end > 60) s.list().text(right, y + 21, shown, style);
    if (!item.why_off.empty()) s.list().pop_alpha();
    if (touch.clicked) run(c, item);
  }
  if (items.empty())
    s.list().text(box.x + 24, y + 20, tr("Nothing is called so."), {.size = 14, .color = t.ink2});
  const std::string foot =
      dialog.error.empty() ? tr("Enter does it, Up and Down choose, Esc closes") : dialog.error;
  s.list().text_within(box.x + 24, box.bottom() - 14, foot, box.w - 48,
                       {.size = 13, .color = dialog.error.empty() ? t.ink3 : t.danger});
  if (enter && !items.empty()) run(c, items[static_cast<std::size_t>(dialog.chosen)]);
}

}  // namespace ui
