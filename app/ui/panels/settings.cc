// The settings dialog, and the splitters between panes.
#include <algorithm>
#include <cmath>

#include "app/ui/panels/panels.h"

namespace ui {
namespace {

using scene::Box;

float row_label(Surface& s, const Box& box, float y, const std::string& label,
                const std::string& second) {
  s.list().text(box.x + 24, y, label, {.size = 14, .color = s.t().ink});
  if (!second.empty()) s.list().text(box.x + 24, y + 18, second, {.size = 13, .color = s.t().ink3});
  return box.x + 220;
}

// Below the size that is in effect: what was chosen, if that is another, and why.
std::string about_size(const UiState& state, double shown) {
  const auto chosen = std::lround(state.scale * 100);
  if (state.scale > state.room + 0.005)
    return tr("{1} % was chosen; this window has room for {2} %", chosen,
              std::lround(state.room * 100));
  if (shown > state.scale + 0.005)
    return tr("{1} % was chosen; the projector theme is larger where there is room", chosen);
  return tr("75 to 300 %");
}

// A border that can be dragged; `along` is the mouse's place across it. Returns whether it moves.
bool splitter(PanelContext& c, const char* id, const std::string& name, const Box& box,
              bool upright, float& along) {
  const float k = c.gui.k;
  ImGui::SetNextWindowPos({std::round(box.x * k), std::round(box.y * k)});
  ImGui::SetNextWindowSize({std::max(1.0f, box.w * k), std::max(1.0f, box.h * k)});
  ImGui::Begin(id, nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground |
                   ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoFocusOnAppearing);
  bool moves = false;
  {
    Surface s(c.gui);
    const Touch touch = s.touch(name, {0, 0, box.w, box.h}, true, false);
    s.tip(name, touch, {tr("Drag to give room; a double click gives it back"), "", ""});
    if (touch.hovered || touch.held) {
      ImGui::SetMouseCursor(upright ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
      const float width = 2 * s.t().line;
      s.list().rect(upright ? Box{box.w / 2 - width / 2, 0, width, box.h}
                            : Box{0, box.h / 2 - width / 2, box.w, width},
                    0, {.fill = s.t().accent});
    }
    const ImGuiIO& io = ImGui::GetIO();
    if (touch.double_clicked) {
      along = -1;
      moves = true;
    } else if (touch.held && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 2)) {
      along = (upright ? io.MousePos.x : io.MousePos.y) / k;
      moves = true;
    }
    s.flush();
  }
  ImGui::End();
  return moves;
}

}  // namespace

void draw_splitters(PanelContext& c) {
  constexpr float kGrab = 6;
  const Layout& l = c.layout;
  float at = 0;
  if (l.has_pane && !l.tabbed) {
    const Box box{l.pane.x - kGrab / 2, l.pane.y, kGrab, l.pane.h};
    if (splitter(c, "###split_pane", "split.pane", box, true, at))
      c.state.pane_width = at < 0 ? 0 : std::clamp(l.w - at, 300.0f, 1200.0f);
  }
  if (l.has_logs && !l.narrow) {
    const Box box{l.logs.x, l.logs.y - kGrab / 2, l.logs.w, kGrab};
    if (splitter(c, "###split_logs", "split.logs", box, false, at))
      c.state.logs_height = at < 0 ? 0 : std::clamp(l.logs.bottom() - at, 140.0f, 1200.0f);
  }
}

void draw_settings(PanelContext& c, Surface& s, const Box& box) {
  const scene::Theme& t = s.t();
  UiState& state = c.state;
  float y = box.y + 86;
  constexpr float kStep = 50;

  float x = row_label(s, box, y, tr("Theme"), "");
  const int theme = t.name == "dark" ? 0 : t.name == "light" ? 1 : 2;
  const int themed = segmented(s, "settings.theme", x, y - 19,
                               {tr_later("Dark"), tr_later("Light"), tr_later("Projector")}, theme);
  if (themed != theme)
    c.out.actions.push_back(themed == 0   ? Action::kDark
                            : themed == 1 ? Action::kLight
                                          : Action::kProjector);
  y += kStep;

  x = row_label(s, box, y, tr("Language"), "");
  const int spoken = state.language == scene::Language::kChinese ? 1 : 0;
  const int wanted =
      segmented(s, "settings.language", x, y - 19, {tr_later("English"), tr_later("中文")}, spoken);
  if (wanted != spoken) c.out.actions.push_back(wanted == 1 ? Action::kChinese : Action::kEnglish);
  y += kStep;

  x = row_label(s, box, y, tr("Size"), "");
  const double shown = static_cast<double>(c.gui.k), most = std::min(kLargestScale, state.room);
  const bool largest = shown > most - 0.005;
  s.list().text_within(box.x + 24, y + 24, about_size(state, shown), box.w - 48,
                       {.size = 13, .color = t.ink3});
  const struct {
    Action action;
    const char* name;
    const char* label;
  } sizes[] = {{Action::kSmaller, "settings.smaller", "−"},
               {Action::kLarger, "settings.larger", "+"}};
  for (const auto& size : sizes) {
    if (size.action == Action::kLarger) {
      const std::string now = std::to_string(std::lround(shown * 100)) + " %";
      s.list().text(x + 32, y, now,
                    {.size = 15,
                     .color = t.ink,
                     .face = scene::Face::kMono,
                     .anchor = scene::Anchor::kMiddle});
      x += 68;
    }
    ButtonOptions options{.label = size.label};
    if (size.action == Action::kLarger && largest) {
      options.enabled = false;
      options.tip.what = tr("This window has room for {1} %", std::lround(most * 100));
    }
    if (button(s, size.name, {x, y - 20, 34, 30}, options)) c.out.actions.push_back(size.action);
    x += size.action == Action::kSmaller ? 34 : 42;
  }
  const std::string natural = tr("Natural size");
  if (button(s, "settings.natural", {x, y - 20, button_width(s, natural, ""), 30},
             {.label = natural, .kind = ButtonKind::kQuiet}))
    c.out.actions.push_back(Action::kNaturalSize);
  y += kStep;

  x = row_label(s, box, y, tr("Reduced motion"), tr("messages go in steps, nothing pulses"));
  x = std::max(x, box.right() - 24 - 34);
  state.reduced_motion = toggle(s, "settings.motion", x, y - 14, state.reduced_motion);
  y += kStep;

  row_label(s, box, y, tr("Sizes of panes"), tr("borders can be dragged"));
  const std::string reset = tr("As they were");
  const float w = button_width(s, reset, "");
  if (button(s, "settings.panes", {box.right() - 24 - w, y - 20, w, 30},
             {.label = reset, .enabled = state.pane_width > 0 || state.logs_height > 0}))
    state.pane_width = state.logs_height = 0;

  const std::string path = settings_path();
  s.list().text_within(
      box.x + 24, box.bottom() - 26,
      path.empty() ? tr("There is no home folder to keep them in") : tr("kept in {1}", path),
      box.w - 170, {.size = 13, .color = t.ink3});
  if (button(s, "dialog.no", {box.right() - 24 - 96, box.bottom() - 46, 96, 30},
             {.label = tr("Close"), .key = "Esc"}))
    c.out.actions.push_back(Action::kEscape);
}

}  // namespace ui
