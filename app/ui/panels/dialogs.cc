#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "app/ui/panels/panels.h"

namespace ui {
namespace {

// Its name says what is written.
bool is_lesson(const std::string& path) { return std::filesystem::path(path).extension() == ".md"; }

using scene::Anchor;
using scene::Box;

constexpr const char* kId = "###dialog";

std::optional<std::uint64_t> whole_number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

float width_of(Dialog dialog) {
  return dialog == Dialog::kExport                                   ? 560.0f
         : dialog == Dialog::kKeys                                   ? 760.0f
         : dialog == Dialog::kPalette || dialog == Dialog::kBranches ? 640.0f
         : dialog == Dialog::kSettings || dialog == Dialog::kOpen    ? 560.0f
                                                                     : 480.0f;
}

float height_of(Dialog dialog) {
  switch (dialog) {
    case Dialog::kNew:
      return 262;
    case Dialog::kKeys: {
      float rows = 1;  // 1 to 9
      for (const ActionInfo& row : action_table()) rows += row.keys.empty() ? 0.0f : 1.0f;
      return 118 + std::ceil(rows / 2) * 24;
    }
    case Dialog::kPalette:
      return 484;
    case Dialog::kSettings:
      return 396;
    case Dialog::kOverwrite:
      return 178;
    case Dialog::kStops:
      return 380;
    case Dialog::kBranches:
      return 460;
    case Dialog::kExport:
      return 420;
    case Dialog::kOpen:
      return 484;
    case Dialog::kNone:
    case Dialog::kSave:
      break;
  }
  return 196;
}

// Two buttons at the foot. Returns 1 for the first (primary), 2 for the second.
int draw_foot(Surface& s, const Box& box, const std::string& yes, bool dangerous,
              std::string no = {}) {
  if (no.empty()) no = tr("Cancel");
  const float y = box.bottom() - 50;
  const float yes_w = button_width(s, yes, dangerous ? "" : "Enter"),
              no_w = button_width(s, no, "Esc");
  float x = box.right() - 24 - yes_w;
  int answer = 0;
  ButtonOptions first{.label = yes,
                      .key = dangerous ? "" : "Enter",
                      .kind = dangerous ? ButtonKind::kDanger : ButtonKind::kPrimary};
  if (button(s, "dialog.yes", {x, y, yes_w, 30}, first)) answer = 1;
  x -= no_w + 10;
  if (button(s, "dialog.no", {x, y, no_w, 30}, {.label = no, .key = "Esc"})) answer = 2;
  return answer;
}

void draw_error(Surface& s, const Box& box, float y, const std::string& error) {
  if (error.empty()) return;
  const auto lines = wrapped(s.list().measure(), error, box.w - 48, {.size = 13});
  for (std::size_t i = 0; i < lines.size() && i < 3; ++i) {
    s.list().text(box.x + 24, y + 18 * static_cast<float>(i), lines[i],
                  {.size = 13, .color = s.t().danger});
  }
}

void draw_open(PanelContext& c, Surface& s, const Box& box) {
  DialogState& dialog = c.state.dialog;
  s.list().text_within(
      box.x + 24, box.y + 68,
      tr("Recording (.raftrec), scenario (.scenario), trace (.jsonl), lesson (.md)"), box.w - 48,
      {.size = 13, .color = s.t().ink2});
  const OpenChoice choice = draw_open_list(c, s, {box.x + 24, box.y + 78, box.w - 48, box.h - 188});
  draw_error(s, box, box.bottom() - 86, dialog.error);
  const int answer = draw_foot(s, box, tr("Open"), false);
  if (answer == 2) c.out.actions.push_back(Action::kEscape);
  if (answer != 1 && !choice.taken) return;
  if (choice.path.empty()) {
    dialog.error = tr("type the path of a file");
  } else {
    take_path(c, choice.path);
  }
}

void draw_save(PanelContext& c, Surface& s, const Box& box) {
  DialogState& dialog = c.state.dialog;
  s.list().text(box.x + 24, box.y + 68,
                tr(is_lesson(dialog.path) ? "File to write (.md)" : "File to write (.raftrec)"),
                {.size = 13, .color = s.t().ink2});
  const bool entered = input(s, "dialog.path", {box.x + 24, box.y + 78, box.w - 48, 32},
                             dialog.path, {.hint = tr("path"), .focus = dialog.fresh});
  draw_error(s, box, box.y + 129, dialog.error);
  const int answer = draw_foot(s, box, tr("Save"), false);
  if (answer == 2) c.out.actions.push_back(Action::kEscape);
  if (answer != 1 && !entered) return;
  if (dialog.path.empty()) {
    dialog.error = tr("type where the recording shall be written");
  } else {
    c.out.save_path = dialog.path;
  }
}

void draw_overwrite(PanelContext& c, Surface& s, const Box& box) {
  const scene::Style style{.size = 14, .color = s.t().ink2};
  s.list().text_within(box.x + 24, box.y + 72, c.state.dialog.path, box.w - 48,
                       {.size = 14, .color = s.t().ink, .face = scene::Face::kMono});
  s.list().text(box.x + 24, box.y + 96, tr("is there already. What it holds now would be lost."),
                style);
  const int answer = draw_foot(s, box, tr("Overwrite"), true, tr("Another name"));
  if (answer == 2) c.state.dialog.open = Dialog::kSave;
  if (answer != 1) return;
  c.out.save_path = c.state.dialog.path;
  c.out.may_overwrite = true;
}

void draw_new(PanelContext& c, Surface& s, const Box& box) {
  DialogState& dialog = c.state.dialog;
  const float half = (box.w - 60) / 2;
  s.list().text(box.x + 24, box.y + 68, tr("Seed"), {.size = 13, .color = s.t().ink2});
  s.list().text(box.x + 36 + half, box.y + 68, tr("Nodes, 1 to 9"),
                {.size = 13, .color = s.t().ink2});
  bool entered = input(s, "dialog.seed", {box.x + 24, box.y + 78, half, 32}, dialog.seed,
                       {.hint = "1", .focus = dialog.fresh});
  entered |= input(s, "dialog.nodes", {box.x + 36 + half, box.y + 78, half, 32}, dialog.nodes,
                   {.hint = "5"});
  paragraph(s, box.x + 24, box.y + 136,
            tr("The run that is open now is given up unless it was saved."), box.w - 48,
            {.size = 13, .color = s.t().ink2}, 18);
  draw_error(s, box, box.y + 170, dialog.error);
  const int answer = draw_foot(s, box, tr("Start"), false);
  if (answer == 2) c.out.actions.push_back(Action::kEscape);
  if (answer != 1 && !entered) return;
  const auto seed = whole_number(dialog.seed), nodes = whole_number(dialog.nodes);
  if (!seed) {
    dialog.error = tr("the seed is a whole number from 0 on");
  } else if (!nodes || *nodes < 1 || *nodes > sim::kMaxNodes) {
    dialog.error = tr("a cluster has 1 to 9 nodes");
  } else {
    c.out.new_run = Outbox::NewRun{*seed, *nodes};
  }
}

void draw_keys(PanelContext& c, Surface& s, const Box& box) {
  float rows = 1;
  for (const ActionInfo& info_row : action_table()) rows += info_row.keys.empty() ? 0.0f : 1.0f;
  const float half = std::ceil(rows / 2);
  float done = 0;
  const auto row = [&](std::string_view keys, std::string_view label) {
    const float x = box.x + 24 + (done >= half ? box.w / 2 - 10 : 0.0f);
    const float y = box.y + 74 + 24 * (done >= half ? done - half : done);
    s.list().text(x, y, keys, {.size = 14, .color = s.t().ink, .face = scene::Face::kMono});
    s.list().text_within(x + 84, y, label, box.w / 2 - 110, {.size = 14, .color = s.t().ink2});
    ++done;
  };
  for (const ActionInfo& info_row : action_table()) {
    if (!info_row.keys.empty()) row(info_row.keys, tr(info_row.label));
  }
  row(tr("1 to 9"), tr("Choose a node"));
  if (button(s, "dialog.no", {box.right() - 24 - 96, box.bottom() - 46, 96, 30},
             {.label = tr("Close"), .key = "Esc"}))
    c.out.actions.push_back(Action::kEscape);
}

std::string title_of(const DialogState& dialog) {
  switch (dialog.open) {
    case Dialog::kNew:
      return tr("New run");
    case Dialog::kOpen:
      return tr("Open");
    case Dialog::kSave:
      return is_lesson(dialog.path) ? tr("Save as lesson") : tr("Save recording");
    case Dialog::kOverwrite:
      return tr("Overwrite the file?");
    case Dialog::kExport:
      return tr("Export");
    case Dialog::kKeys:
      return tr("Keys");
    case Dialog::kSettings:
      return tr("Settings");
    case Dialog::kStops:
      return tr("Stop when…");
    case Dialog::kBranches:
      return tr("Branches");
    case Dialog::kPalette:
    case Dialog::kNone:
      break;
  }
  return "";
}

}  // namespace

void draw_dialogs(PanelContext& c) {
  DialogState& dialog = c.state.dialog;
  if (dialog.open == Dialog::kNone) return;
  if (!ImGui::IsPopupOpen(kId)) ImGui::OpenPopup(kId);
  c.gui.order.clear();
  constexpr float kMargin = 8;
  const float w = std::min(width_of(dialog.open), c.layout.w - 16),
              h = std::min(height_of(dialog.open), c.layout.h - 16);
  const float k = c.gui.k;
  ImGui::SetNextWindowPos({std::round(((c.layout.w - w) / 2 - kMargin) * k),
                           std::round((std::max(8.0f, (c.layout.h - h) * 0.4f) - kMargin) * k)});
  ImGui::SetNextWindowSize({std::round((w + 2 * kMargin) * k), std::round((h + 2 * kMargin) * k)});
  if (!ImGui::BeginPopupModal(kId, nullptr,
                              ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                  ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground |
                                  ImGuiWindowFlags_NoNav)) {
    return;
  }
  {
    Surface s(c.gui);
    const Box box{kMargin, kMargin, w, h};
    scene::DisplayList& list = s.list();
    draw_floating(s.pen(), box, 10);
    list.text(box.x + 24, box.y + 40, title_of(dialog),
              {.size = 20, .color = s.t().ink, .weight = 600});
    const bool was_fresh = dialog.fresh;
    switch (dialog.open) {
      case Dialog::kNew:
        draw_new(c, s, box);
        break;
      case Dialog::kOpen:
        draw_open(c, s, box);
        break;
      case Dialog::kSave:
        draw_save(c, s, box);
        break;
      case Dialog::kOverwrite:
        draw_overwrite(c, s, box);
        break;
      case Dialog::kExport:
        draw_export(c, s, box);
        break;
      case Dialog::kKeys:
        draw_keys(c, s, box);
        break;
      case Dialog::kPalette:
        draw_palette(c, s, box);
        break;
      case Dialog::kSettings:
        draw_settings(c, s, box);
        break;
      case Dialog::kStops:
        draw_stops(c, s, box);
        break;
      case Dialog::kBranches:
        draw_branches(c, s, box);
        break;
      case Dialog::kNone:
        break;
    }
    if (was_fresh && dialog.open != Dialog::kOpen) dialog.fresh = false;
    s.flush();
  }
  ImGui::EndPopup();
}

}  // namespace ui
