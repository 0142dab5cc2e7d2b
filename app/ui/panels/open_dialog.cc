// Open…: a path to type, and below it what lies there.
#include <algorithm>
#include <filesystem>
#include <utility>

#include "app/ui/panels/panels.h"

namespace ui {
namespace {

using scene::Box;

constexpr float kRow = 28;

struct Row {
  std::string label, path;  // a folder's path ends with a slash
  FileKind kind = FileKind::kFolder;
};

const char* kind_name(FileKind kind) {
  switch (kind) {
    case FileKind::kFolder:
      return tr_later("folder");
    case FileKind::kRecording:
      return tr_later("recording");
    case FileKind::kScenario:
      return tr_later("scenario");
    case FileKind::kTrace:
      return tr_later("trace");
    case FileKind::kLesson:
      return tr_later("lesson");
  }
  return "";
}

std::vector<Row> rows_of(DialogState& dialog) {
  const TypedPath typed = split_path(dialog.path);
  if (!dialog.listed || dialog.folder != typed.folder) {
    dialog.folder = typed.folder;
    dialog.entries = openable_in(typed.folder);
    dialog.listed = true;
  }
  std::vector<Row> rows;
  // Whoever has begun a name wants what goes on so.
  const std::string above = typed.rest.empty() ? folder_above(typed.folder) : "";
  if (!above.empty()) rows.push_back({"..", above, FileKind::kFolder});
  for (const FolderEntry& entry : that_go_on(dialog.entries, typed.rest)) {
    const bool folder = entry.kind == FileKind::kFolder;
    const std::string slash = folder ? "/" : "";
    rows.push_back({entry.name + slash, typed.folder + entry.name + slash, entry.kind});
  }
  return rows;
}

int edit(ImGuiInputTextCallbackData* data) {
  DialogState& dialog = *static_cast<DialogState*>(data->UserData);
  if (!dialog.caret_to_end) return 0;
  dialog.caret_to_end = false;
  data->CursorPos = data->SelectionStart = data->SelectionEnd = data->BufTextLen;
  return 0;
}

// Arrows choose, the wheel moves the list; the chosen row stays in sight.
void steer(DialogState& dialog, const Box& list, const Surface& s, int count, int shown) {
  const int before = dialog.chosen;
  if (ImGui::IsKeyPressed(key::kDown)) ++dialog.chosen;
  if (ImGui::IsKeyPressed(key::kUp) && dialog.chosen >= 0) --dialog.chosen;
  dialog.chosen = std::min(dialog.chosen, count - 1);
  if (dialog.chosen != before && dialog.chosen >= 0)
    dialog.first = std::clamp(dialog.first, dialog.chosen - shown + 1, dialog.chosen);
  if (list.contains(s.mouse())) dialog.first -= static_cast<int>(ImGui::GetIO().MouseWheel * 3);
  dialog.first = std::clamp(dialog.first, 0, std::max(0, count - shown));
}

void draw_row(Surface& s, const Box& box, const Row& row, bool chosen, bool hovered) {
  const scene::Theme& t = s.t();
  if (chosen || hovered)
    s.list().rect(
        box, 5,
        {.fill = t.select, .stroke = chosen ? t.accent : scene::Color{}, .width = 1.5f * t.line});
  const float y = box.y + kRow / 2 + 5;
  const bool folder = row.kind == FileKind::kFolder;
  if (folder)
    scene::draw_icon(s.pen(), scene::Icon::kOpen, box.x + 16, box.y + kRow / 2, t.ink2, 0.8f);
  s.list().text_within(box.x + 34, y, row.label, box.w - 134,
                       {.size = 14, .color = chosen ? t.accent : t.ink});
  if (row.label != "..")
    s.list().text(box.right() - 12, y, tr(kind_name(row.kind)),
                  {.size = 13, .color = t.ink3, .anchor = scene::Anchor::kEnd});
}

}  // namespace

void take_path(PanelContext& c, const std::string& path) {
  DialogState& dialog = c.state.dialog;
  dialog.error.clear();
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) {
    dialog.path = path;
    c.out.open_path = path;
    return;
  }
  dialog.path = path.back() == '/' ? path : path + "/";
  dialog.chosen = -1;
  dialog.first = 0;
  // The field goes on behind the folder's name.
  dialog.fresh = dialog.caret_to_end = true;
}

OpenChoice draw_open_list(PanelContext& c, Surface& s, const Box& box) {
  DialogState& dialog = c.state.dialog;
  const scene::Theme& t = s.t();
  const std::string before = dialog.path;
  const Box field{box.x, box.y, box.w, 32};
  const bool fresh = std::exchange(dialog.fresh, false);
  if (fresh && !dialog.caret_to_end) {
    dialog.listed = false;
    dialog.chosen = -1;
    dialog.first = 0;
  }
  const bool entered =
      input(s, "dialog.path", field, dialog.path, {.hint = tr("path"), .focus = fresh}, edit,
            &dialog, ImGuiInputTextFlags_CallbackAlways);
  if (dialog.path != before) dialog.chosen = -1;
  const std::vector<Row> rows = rows_of(dialog);
  const Box list{box.x, box.y + 40, box.w, box.h - 40};
  const int count = static_cast<int>(rows.size());
  const int shown = std::max(1, static_cast<int>(list.h / kRow));
  steer(dialog, list, s, count, shown);
  OpenChoice choice{
      dialog.chosen >= 0 ? rows[static_cast<std::size_t>(dialog.chosen)].path : dialog.path,
      entered};
  float y = list.y;
  for (int i = dialog.first; i < std::min(count, dialog.first + shown); ++i, y += kRow) {
    const Row& row = rows[static_cast<std::size_t>(i)];
    const Box place{list.x, y, list.w, kRow};
    const Touch touch = s.touch("dialog.file:" + std::to_string(i), place);
    draw_row(s, place, row, i == dialog.chosen, touch.hovered);
    if (touch.clicked) choice = {row.path, true};
  }
  if (rows.empty() || (count == 1 && rows.front().label == ".."))
    s.list().text_within(list.x + 34, y + 20, tr("Nothing here can be opened."), list.w - 40,
                         {.size = 14, .color = t.ink2});
  if (count > dialog.first + shown)
    s.list().text(list.right() - 12, list.bottom() + 12,
                  tr("{1} more", count - dialog.first - shown),
                  {.size = 13, .color = t.ink3, .anchor = scene::Anchor::kEnd});
  return choice;
}

}  // namespace ui
