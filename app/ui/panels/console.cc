#include <algorithm>
#include <cstring>

#include "app/ui/completion.h"
#include "app/ui/imgui_back_end.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

// Up and Down recall earlier lines, Tab completes.
int edit(ImGuiInputTextCallbackData* data) {
  ConsoleState& console = *static_cast<ConsoleState*>(data->UserData);
  if (console.caret_to && data->EventFlag == ImGuiInputTextFlags_CallbackAlways) {
    data->CursorPos = std::min(static_cast<int>(*console.caret_to), data->BufTextLen);
    data->SelectionStart = data->SelectionEnd = data->CursorPos;
    console.caret_to.reset();
  }
  if (data->EventFlag == ImGuiInputTextFlags_CallbackAlways) {
    if (console.put) {
      data->DeleteChars(0, data->BufTextLen);
      data->InsertChars(0, console.put->c_str());
      console.put.reset();
    }
    console.caret = static_cast<std::size_t>(std::clamp(data->CursorPos, 0, data->BufTextLen));
  }
  if (data->EventFlag == ImGuiInputTextFlags_CallbackCompletion) {
    const std::string before(data->Buf, static_cast<std::size_t>(data->CursorPos));
    const Completion found = complete(before, console.nodes);
    const std::string word = common_prefix(found.candidates);
    const std::size_t typed = before.size() - found.start;
    if (word.size() > typed) data->InsertChars(data->CursorPos, word.c_str() + typed);
    // Nothing more can follow a whole word but a blank.
    const bool whole = found.candidates.size() == 1 && word.back() != '=';
    if (whole) data->InsertChars(data->CursorPos, " ");
    return 0;
  }
  if (data->EventFlag != ImGuiInputTextFlags_CallbackHistory) return 0;
  const std::size_t before = console.recalled;
  if (data->EventKey == ImGuiKey_UpArrow && console.recalled > 0) --console.recalled;
  if (data->EventKey == ImGuiKey_DownArrow && console.recalled < console.history.size())
    ++console.recalled;
  if (console.recalled == before) return 0;
  data->DeleteChars(0, data->BufTextLen);
  if (console.recalled < console.history.size())
    data->InsertChars(0, console.history[console.recalled].c_str());
  return 0;
}

// Several lines from the clipboard run one after the other; the first that fails stops them, and
// the field holds it.
bool paste_lines(PanelContext& c) {
  const ImGuiIO& io = ImGui::GetIO();
  if (!c.state.console.active || !io.KeyCtrl || !ImGui::IsKeyPressed('V', false)) return false;
  const char* const clipboard = ImGui::GetClipboardText();
  const std::string text = clipboard == nullptr ? "" : clipboard;
  const std::size_t last = text.find_last_not_of("\r\n");
  if (last == std::string::npos || text.find('\n') > last) return false;
  constexpr std::size_t kMostLines = 10000;
  for (std::size_t start = 0; start <= last && c.out.lines.size() < kMostLines;) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    std::string line = text.substr(start, end - start);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.find_first_not_of(" \t") != std::string::npos) c.out.lines.push_back(std::move(line));
    start = end + 1;
  }
  return true;
}

// How the command goes on, above the line.
void draw_help(PanelContext& c, Surface& s, const scene::Box& box) {
  const ConsoleState& console = c.state.console;
  const Completion help =
      complete(console.text.substr(0, std::min(console.caret, console.text.size())), console.nodes);
  if (help.usage.empty() && (help.candidates.empty() || console.text.empty())) return;
  const scene::Theme& t = s.t();
  scene::DisplayList list(*c.gui.fonts);
  const scene::Pen pen{list, t};
  const scene::Style mono{.size = 13, .color = t.ink, .face = scene::Face::kMono};
  const bool words = help.candidates.size() > 1 || help.usage.empty();
  const float h =
      (help.usage.empty() ? 0.0f : 42.0f) + (words && !help.candidates.empty() ? 22.0f : 0.0f) + 14;
  const scene::Box pane{box.x, box.y - h - 8, box.w, h};
  draw_floating(pen, pane, 6);
  float y = pane.y + 22;
  if (!help.usage.empty()) {
    list.text_within(pane.x + 14, y, help.usage, pane.w - 28, mono);
    list.text_within(pane.x + 14, y + 20, tr(help.what), pane.w - 28,
                     {.size = 13, .color = t.ink2});
    y += 43;
  }
  if (words) {
    std::string all;
    for (const std::string& word : help.candidates) all += word + "   ";
    scene::Style style = mono;
    style.color = t.ink2;
    const float w = keycap_width(s, "Tab");
    if (!all.empty()) {
      list.text_within(pane.x + 14, y, all, pane.w - 40 - w, style);
      list.text(
          pane.right() - 14, y, "Tab",
          {.size = 13, .color = t.ink3, .face = scene::Face::kMono, .anchor = scene::Anchor::kEnd});
    }
  }
  draw(list, *ImGui::GetForegroundDrawList(), s.at(0, 0), *c.gui.fonts);
}

}  // namespace

void draw_console(PanelContext& c, Surface& s, const scene::Box& box) {
  ConsoleState& console = c.state.console;
  const scene::Theme& t = s.t();
  InputOptions options;
  options.focus = console.focus;
  options.hint = c.layout.tabbed ? "put x 1" : tr("put x 1      Tab completes, Up recalls");
  // Whoever is about to type is told what there is.
  if (console.active) {
    options.hint = c.layout.tabbed
                       ? tr("put KEY VALUE")
                       : tr("put KEY VALUE, get KEY, crash n2, …   Tab completes, Esc leaves");
  }
  // What the last action was, or what went wrong, stands in the same line, at the right.
  std::string note = !console.error.empty()    ? console.error
                     : !c.state.notice.empty() ? c.state.notice
                                               : console.echo;
  const bool wrong = !console.error.empty();
  if (!console.active && console.text.empty() && !note.empty()) options.hint.clear();
  console.nodes = c.view.nodes.size();
  if (paste_lines(c)) console.put = console.text;
  bool active = false;
  options.active = &active;
  const scene::Box field{box.x + 16, box.y, box.w - 16, box.h};
  s.list().rect(box, 6, {.fill = t.sunken, .stroke = t.divider, .width = 1});
  if (input(s, "console", field, console.text, options, edit, &console,
            ImGuiInputTextFlags_CallbackHistory | ImGuiInputTextFlags_CallbackAlways |
                ImGuiInputTextFlags_CallbackCompletion)) {
    c.out.lines.push_back(console.text);
    console.focus = true;  // the next line follows
  } else {
    console.focus = false;
  }
  if (options.focus) console.awaited = true;
  if (active) console.awaited = false;
  console.active = active;
  s.list().rect({box.x + 1, box.y + 1, 19, box.h - 2}, 5, {.fill = t.sunken});
  if (active) {
    s.list().rect(box, 6, {.stroke = t.accent, .width = 1.5f * t.line});
  } else {
    s.list().rect(box, 6, {.stroke = wrong ? t.danger : t.divider, .width = 1});
  }
  s.list().text(box.x + 10, box.y + 20, ">",
                {.size = 14, .color = t.ink3, .face = scene::Face::kMono});
  if (active && !wrong) draw_help(c, s, box);
  if (note.empty()) return;
  const bool line = !wrong && c.state.notice.empty();
  const scene::Style style{.size = 13,
                           .color = wrong ? t.danger : t.ink2,
                           .face = line ? scene::Face::kMono : scene::Face::kSans};
  const float typed =
      console.text.empty()
          ? 30
          : s.list().width(console.text.substr(0, 400), {.size = 15, .face = scene::Face::kMono}) +
                46;
  const float room = box.w - typed - 14;
  if (room < 40) return;
  const std::string shown = scene::shortened(s.list().measure(), note, room, style);
  const float w = s.list().width(shown, style);
  const float x = console.text.empty() && !active ? box.x + 28 : box.right() - 12 - w;
  s.list().text(x, box.y + 20, shown, style);
  if (wrong || !c.state.notice.empty()) {
    const Touch touch = s.touch("console.note", {x, box.y, w, box.h}, true, false);
    s.tip("console.note", touch, {note, wrong ? tr("Nothing was changed") : "", ""});
  }
}

}  // namespace ui
