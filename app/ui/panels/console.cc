#include <algorithm>
#include <cstring>

#include "app/ui/panels/panels.h"

namespace ui {
namespace {

// Up and Down recall earlier lines.
int edit(ImGuiInputTextCallbackData* data) {
  ConsoleState& console = *static_cast<ConsoleState*>(data->UserData);
  if (console.to_end && data->EventFlag == ImGuiInputTextFlags_CallbackAlways) {
    data->CursorPos = data->BufTextLen;
    data->SelectionStart = data->SelectionEnd = data->CursorPos;
    console.to_end = false;
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

}  // namespace

void draw_console(PanelContext& c, Surface& s, const scene::Box& box) {
  ConsoleState& console = c.state.console;
  const scene::Theme& t = s.t();
  InputOptions options;
  options.focus = console.focus;
  options.hint = c.layout.tabbed ? "put x 1" : "put x 1      Up recalls";
  // What the last action was, or what went wrong, stands in the same line, at the right.
  std::string note = !console.error.empty()    ? console.error
                     : !c.state.notice.empty() ? c.state.notice
                                               : console.echo;
  const bool wrong = !console.error.empty();
  if (!console.active && console.text.empty() && !note.empty()) options.hint.clear();
  bool active = false;
  options.active = &active;
  const scene::Box field{box.x + 16, box.y, box.w - 16, box.h};
  s.list().rect(box, 6, {.fill = t.sunken, .stroke = t.divider, .width = 1});
  if (input(s, "console", field, console.text, options, edit, &console,
            ImGuiInputTextFlags_CallbackHistory | ImGuiInputTextFlags_CallbackAlways)) {
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
    const Touch touch = s.touch("console.note", {x, box.y, w, box.h});
    s.tip("console.note", touch, {note, wrong ? "Nothing was changed" : "", ""});
  }
}

}  // namespace ui
