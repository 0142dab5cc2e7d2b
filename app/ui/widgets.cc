#include "app/ui/widgets.h"

#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>

#include "app/lesson/wrap.h"
#include "app/ui/actions.h"
#include "app/ui/imgui_back_end.h"

namespace ui {

using scene::Anchor;
using scene::Box;
using scene::Color;
using scene::Face;
using scene::Paint;
using scene::Style;

namespace {

constexpr float kKeySize = 13;

Style label_style(Color color, int weight = 500) {
  return {.size = 14, .color = color, .weight = weight};
}

}  // namespace

float keycap_width(Surface& s, const std::string& key) {
  return s.list().width(key, {.size = kKeySize, .face = Face::kMono}) + 8;
}

float keycap(Surface& s, float x, float y, const std::string& key, Color color) {
  const float w = keycap_width(s, key);
  s.list().rect({x, y - 9, w, 18}, 4, {.stroke = color.faded(0.7f), .width = 1});
  s.list().text(x + w / 2, y + 4.5f, key,
                {.size = kKeySize, .color = color, .face = Face::kMono, .anchor = Anchor::kMiddle});
  return x + w;
}

float button_width(Surface& s, const std::string& label, const std::string& key) {
  return s.list().width(label, label_style({})) + (key.empty() ? 0 : keycap_width(s, key) + 8) + 24;
}

bool button(Surface& s, const std::string& name, const Box& box, const ButtonOptions& options) {
  const Touch touch = s.touch(name, box, options.enabled);
  s.tip(name, touch, options.tip);
  const scene::Theme& t = s.t();
  Color fill, stroke, ink;
  switch (options.kind) {
    case ButtonKind::kPlain:
      fill = t.raised;
      stroke = t.control;
      ink = t.ink;
      break;
    case ButtonKind::kPrimary:
      fill = t.accent;
      ink = t.on_accent;
      break;
    case ButtonKind::kQuiet:
      ink = t.ink2;
      break;
    case ButtonKind::kDanger:
      fill = t.raised;
      stroke = t.danger;
      ink = t.danger;
      break;
    case ButtonKind::kChosen:
      fill = t.select;
      stroke = t.accent;
      ink = t.accent;
      break;
  }
  if (options.enabled && options.kind != ButtonKind::kPrimary) {
    if (touch.hovered) fill = t.select;
    if (touch.held) fill = t.divider;
  }
  if (!options.enabled) s.list().push_alpha(0.42f);
  s.list().rect(box, 6, {.fill = fill, .stroke = stroke, .width = 1 * t.line});
  if (options.kind == ButtonKind::kPrimary && touch.hovered) {
    s.list().rect({box.x - 3, box.y - 3, box.w + 6, box.h + 6}, 8,
                  {.stroke = t.accent.faded(0.6f), .width = 1.5f * t.line});
  }
  const float tw = options.label.empty() ? 0 : s.list().width(options.label, label_style(ink));
  const float kw = options.key.empty() ? 0 : keycap_width(s, options.key) + 8;
  const float iw = options.icon == nullptr ? 0 : options.label.empty() ? 14 : 22;
  float x = box.x + (box.w - tw - kw - iw) / 2;
  const float mid = box.y + box.h / 2;
  if (options.icon != nullptr) scene::draw_icon(s.pen(), *options.icon, x + 7, mid, ink);
  x += iw;
  if (tw > 0) s.list().text(x, mid + 5, options.label, label_style(ink));
  if (kw > 0) keycap(s, x + tw + 8, mid, options.key, ink);
  if (!options.enabled) s.list().pop_alpha();
  return touch.clicked;
}

float segmented_width(Surface& s, const std::vector<std::string>& items) {
  float w = 0;
  for (const std::string& item : items)
    w += s.list().width(tr(item), {.size = 13, .weight = 500}) + 24;
  return w;
}

int segmented(Surface& s, const std::string& name, float x, float y,
              const std::vector<std::string>& items, int chosen, float h) {
  const scene::Theme& t = s.t();
  s.list().rect({x, y, segmented_width(s, items), h}, 7,
                {.fill = t.sunken, .stroke = t.divider, .width = 1});
  int choice = chosen;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Style style{.size = 13,
                      .color = static_cast<int>(i) == chosen ? t.accent : t.ink2,
                      .weight = 500,
                      .anchor = Anchor::kMiddle};
    const std::string word = tr(items[i]);
    const float w = s.list().width(word, style) + 24;
    const Touch touch = s.touch(name + ":" + items[i], {x, y, w, h});
    if (static_cast<int>(i) == chosen) {
      s.list().rect({x + 2, y + 2, w - 4, h - 4}, 5,
                    {.fill = t.select, .stroke = t.accent, .width = 1 * t.line});
    } else if (touch.hovered) {
      s.list().rect({x + 2, y + 2, w - 4, h - 4}, 5, {.fill = t.select});
    }
    s.list().text(x + w / 2, y + h / 2 + 4.6f, word, style);
    if (touch.clicked) choice = static_cast<int>(i);
    x += w;
  }
  return choice;
}

int tabs(Surface& s, const std::string& name, float x, float y,
         const std::vector<std::string>& items, int chosen, TabsLook& look) {
  const scene::Theme& t = s.t();
  int choice = chosen;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool on = static_cast<int>(i) == chosen;
    // Room for the bold word, so that tabs do not move when chosen.
    const std::string word = tr(items[i]);
    const float w = s.list().width(word, {.size = look.size, .weight = 600});
    const Touch touch = s.touch(name + ":" + items[i], {x - 4, y - 8, w + 8, 32});
    s.list().text(x, y + 12, word,
                  {.size = look.size,
                   .color = on              ? t.ink
                            : touch.hovered ? t.ink2
                                            : t.ink3,
                   .weight = on ? 600 : 400});
    if (on) s.list().rect({x, y + 20, w, 2 * t.line}, 0, {.fill = t.accent});
    if (touch.clicked) choice = static_cast<int>(i);
    x += w;
    if (look.marked == static_cast<int>(i)) {
      look.at = x;
      x += look.room;
    }
    x += look.gap;
  }
  return choice;
}

bool toggle(Surface& s, const std::string& name, float x, float y, bool on) {
  const scene::Theme& t = s.t();
  const Touch touch = s.touch(name, {x, y, 34, 18});
  s.list().rect(
      {x, y, 34, 18}, 9,
      {.fill = on ? t.accent : t.sunken, .stroke = on ? Color{} : t.control, .width = 1.2f});
  s.list().circle(x + (on ? 25.0f : 9.0f), y + 9, 6, {.fill = on ? t.on_accent : t.control});
  return touch.clicked ? !on : on;
}

float slider(Surface& s, const std::string& name, float x, float y, float w, float value) {
  const scene::Theme& t = s.t();
  const Touch touch = s.touch(name, {x - 8, y - 12, w + 16, 24});
  if (touch.held) value = std::clamp((s.mouse().x - x) / w, 0.0f, 1.0f);
  if (touch.focused && ImGui::IsKeyPressed(key::kUp)) value = std::min(1.0f, value + 1.0f / 14);
  if (touch.focused && ImGui::IsKeyPressed(key::kDown)) value = std::max(0.0f, value - 1.0f / 14);
  s.list().line({x, y}, {x + w, y}, {.stroke = t.control, .width = 3, .round = true});
  s.list().line({x, y}, {x + w * value, y}, {.stroke = t.ink, .width = 3, .round = true});
  s.list().circle(x + w * value, y, touch.hovered || touch.held ? 8.0f : 7.0f, {.fill = t.accent});
  s.list().circle(x + w * value, y, 3, {.fill = t.panel});
  return value;
}

bool input(Surface& s, const std::string& name, const Box& box, std::string& text,
           const InputOptions& options, ImGuiInputTextCallback callback, void* user,
           ImGuiInputTextFlags flags) {
  const scene::Theme& t = s.t();
  const float k = s.gui().k;
  const Face face = options.mono ? Face::kMono : Face::kSans;
  s.list().rect(box, 6, {.fill = t.sunken, .stroke = t.divider, .width = 1});
  s.flush();
  const Fonts::Picked picked = s.gui().fonts->pick(face, 400, options.mono ? 15.0f : 14.0f);
  ImGui::SetCursorScreenPos(s.at(box.x + 4, box.y));
  ImGui::PushFont(picked.font);
  const float pad = std::max(0.0f, (box.h * k - picked.font->FontSize) / 2);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {8 * k, pad});
  ImGui::PushItemWidth((box.w - 8) * k);
  Gui& gui = s.gui();
  gui.order.push_back(name);
  const bool reached = gui.focus == name && gui.focus_moved;
  if (options.focus || reached) ImGui::SetKeyboardFocusHere();
  const std::string id = "##" + name;
  const bool entered =
      ImGui::InputTextWithHint(id.c_str(), options.hint.c_str(), &text,
                               flags | ImGuiInputTextFlags_EnterReturnsTrue, callback, user);
  const bool active = ImGui::IsItemActive();
  gui.fonts->note_drawn(text);
  gui.fonts->note_drawn(options.hint);
  s.gui().widgets.add(name, s.at(box.x, box.y), s.at(box.right(), box.bottom()), true);
  ImGui::PopItemWidth();
  ImGui::PopStyleVar();
  ImGui::PopFont();
  if (active)
    s.list().rect({box.x, box.y, box.w, box.h}, 6, {.stroke = t.accent, .width = 1.5f * t.line});
  if (options.active != nullptr) *options.active = active;
  return entered;
}

scene::Style with_face(scene::Style style, std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
  if (!plain && style.face == Face::kMono) style.face = Face::kSans;
  return style;
}

void draw_floating(const scene::Pen& pen, Box box, float radius) {
  const Color shade = pen.t.outlined ? Color{0, 0, 0, 15} : pen.t.sunken.faded(0.28f);
  for (const float n : {3.0f, 2.0f, 1.0f}) {
    pen.list.rect({box.x - n, box.y - n + 3, box.w + 2 * n, box.h + 2 * n}, radius + n,
                  {.fill = shade});
  }
  pen.list.rect(box, radius, {.fill = pen.t.raised, .stroke = pen.t.control, .width = 1});
}

std::vector<std::string> wrapped(const scene::TextMeasure& measure, std::string_view text,
                                 float room, const Style& style) {
  std::vector<std::string> lines;
  std::string line;
  const std::string clean = scene::printable(text.substr(0, 4000));
  const auto wide = [&](const std::string& part) {
    return measure.width(part, style.size, style.face, style.weight);
  };
  const auto without_end = [](const std::string& part) {
    return part.substr(0, part.find_last_not_of(' ') + 1);
  };
  for (const std::string& piece : lesson::pieces_of(clean)) {
    std::string word = without_end(piece);
    if (wide(word) > room) word = scene::shortened(measure, word, room, style);
    if (!line.empty() && wide(line + word) > room) {
      lines.push_back(without_end(line));
      line.clear();
    }
    line += word;
    if (piece.back() == ' ') line += ' ';
  }
  if (!line.empty()) lines.push_back(without_end(line));
  return lines;
}

float paragraph(Surface& s, float x, float y, std::string_view text, float room, const Style& style,
                float lead) {
  for (const std::string& line : wrapped(s.list().measure(), text, room, style)) {
    s.list().text(x, y, line, style);
    y += lead;
  }
  return y;
}

int menu(Gui& gui, const char* id, ImVec2 at, const std::string& title,
         const std::vector<MenuItem>& items) {
  if (!ImGui::IsPopupOpen(id)) return -1;
  gui.order.clear();
  constexpr float kMargin = 8, kMost = 30;
  float wide = 180;
  for (const MenuItem& item : items) {
    const float keys = item.key.empty() ? 0 : gui.fonts->width(item.key, 13, Face::kMono, 400) + 28;
    wide = std::max(wide, gui.fonts->width(item.label, 14, Face::kSans, 400) + keys + 50);
  }
  wide = std::max(wide, gui.fonts->width(title, 13, Face::kSans, 400) + 32);
  float h = title.empty() ? 10.0f : 38.0f;
  for (const MenuItem& item : items) h += item.name.empty() ? 11.0f : kMost;
  h += 6;
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  // A long menu in a low window has lower rows.
  const auto rows = static_cast<float>(std::count_if(
      items.begin(), items.end(), [](const MenuItem& item) { return !item.name.empty(); }));
  const float lacking = h + 12 - display.y / gui.k;
  const float row_height =
      lacking > 0 && rows > 0 ? std::max(20.0f, kMost - lacking / rows) : kMost;
  h -= (kMost - row_height) * rows;
  const float x = std::max(0.0f, std::min(at.x, display.x - (wide + 4) * gui.k)),
              y = std::max(0.0f, std::min(at.y, display.y - (h + 6) * gui.k));
  ImGui::SetNextWindowPos({std::round(x - kMargin * gui.k), std::round(y - kMargin * gui.k)});
  ImGui::SetNextWindowSize(
      {std::round((wide + 2 * kMargin) * gui.k), std::round((h + 2 * kMargin) * gui.k)});
  if (!ImGui::BeginPopup(id, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                                 ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground |
                                 ImGuiWindowFlags_NoNav)) {
    return -1;
  }
  gui.menu_open = true;
  int chosen = -1;
  {
    Surface s(gui);
    const scene::Theme& t = s.t();
    draw_floating(s.pen(), {kMargin, kMargin, wide, h}, 8);
    float row = kMargin + 6;
    if (!title.empty()) {
      s.list().text(kMargin + 16, kMargin + 26, title, {.size = 13, .color = t.ink3});
      row = kMargin + 36;
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      const MenuItem& item = items[i];
      if (item.name.empty()) {
        s.list().line({kMargin + 12, row + 5}, {kMargin + wide - 12, row + 5},
                      {.stroke = t.divider, .width = 1});
        row += 11;
        continue;
      }
      const Touch touch =
          s.touch(item.name, {kMargin + 5, row, wide - 10, row_height}, item.enabled);
      if (!item.enabled && !item.why_off.empty()) s.tip(item.name, touch, {item.why_off, "", ""});
      if (item.enabled && !item.line.empty()) s.tip(item.name, touch, {"> " + item.line, "", ""});
      if (!item.enabled) s.list().push_alpha(0.42f);
      const bool lit = touch.hovered && item.enabled;
      if (lit)
        s.list().rect({kMargin + 5, row, wide - 10, row_height}, 5,
                      {.fill = t.select, .stroke = t.accent, .width = 1.5f * t.line});
      s.list().text(kMargin + 16, row + row_height * 0.67f, item.label,
                    {.size = 14, .color = lit ? t.accent : t.ink});
      if (item.checked)
        scene::draw_icon(s.pen(), scene::Icon::kCheck, kMargin + wide - 22, row + row_height / 2,
                         t.ink2);
      if (!item.key.empty()) {
        s.list().text(kMargin + wide - 16 - (item.checked ? 22.0f : 0.0f), row + row_height * 0.67f,
                      item.key,
                      {.size = 13, .color = t.ink3, .face = Face::kMono, .anchor = Anchor::kEnd});
      }
      if (!item.enabled) s.list().pop_alpha();
      if (touch.clicked) chosen = static_cast<int>(i);
      row += row_height;
    }
    s.flush();
  }
  if (chosen >= 0 || gui.close_menus) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
  return chosen;
}

}  // namespace ui
