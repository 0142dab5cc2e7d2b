#include "app/ui/style.h"

#include <imgui.h>

#include "app/ui/imgui_back_end.h"

namespace ui {

void apply_style(const scene::Theme& theme, float k) {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  style.WindowPadding = {0, 0};
  style.WindowBorderSize = 0;
  style.PopupBorderSize = 0;
  style.ChildBorderSize = 0;
  style.FrameBorderSize = 0;
  style.WindowMinSize = {1, 1};
  style.FrameRounding = 6 * k;
  style.ItemSpacing = {0, 0};
  style.CellPadding = {0, 0};
  style.CircleTessellationMaxError = 0.15f;
  const auto color = [](scene::Color c) { return ImGui::ColorConvertU32ToFloat4(im_color(c)); };
  style.Colors[ImGuiCol_Text] = color(theme.ink);
  style.Colors[ImGuiCol_TextDisabled] = color(theme.ink3);
  style.Colors[ImGuiCol_TextSelectedBg] = color(theme.select);
  style.Colors[ImGuiCol_WindowBg] = color(theme.panel);
  style.Colors[ImGuiCol_PopupBg] = color(theme.raised);
  style.Colors[ImGuiCol_FrameBg] = {0, 0, 0, 0};
  style.Colors[ImGuiCol_FrameBgHovered] = {0, 0, 0, 0};
  style.Colors[ImGuiCol_FrameBgActive] = {0, 0, 0, 0};
  style.Colors[ImGuiCol_NavHighlight] = {0, 0, 0, 0};
  style.Colors[ImGuiCol_ModalWindowDimBg] = color(theme.canvas.faded(0.7f));
}

}  // namespace ui
