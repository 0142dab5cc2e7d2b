// A picture of the window without a display.
#include <imgui.h>

#include <algorithm>

#include "app/ui/app.h"
#include "app/ui/imgui_back_end.h"
#include "app/ui/png.h"
#include "app/ui/window.h"

namespace ui {
namespace {

struct Context {
  Context() : before(ImGui::GetCurrentContext()), context(ImGui::CreateContext()) {
    ImGui::SetCurrentContext(context);
  }
  ~Context() {
    ImGui::DestroyContext(context);
    ImGui::SetCurrentContext(before);
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ImGuiContext* before;  // of a window that is open meanwhile
  ImGuiContext* context;
};

}  // namespace

Status render_window_png(session::Session& session, const ShotOptions& options,
                         const std::string& path) {
  const scene::Theme* theme = scene::find_theme(options.theme);
  if (theme == nullptr)
    return Error{Code::kInvalidArgument,
                 "theme '" + options.theme + "' is none of dark, light, projector"};
  if (options.language != "en")
    return Error{Code::kInvalidArgument,
                 "language '" + options.language + "' is not built yet; only en is"};
  if (options.width < 64 || options.height < 64 || options.width > 16384 ||
      options.height > 16384) {
    return Error{Code::kInvalidArgument, "the picture must be 64 to 16384 pixels wide and high"};
  }
  if (!(options.scale >= 0.75 && options.scale <= 3))
    return Error{Code::kInvalidArgument, "the scale must be 0.75 to 3"};
  const Context context;
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {static_cast<float>(options.width), static_cast<float>(options.height)};
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  App app(session);
  app.state().theme = theme;
  app.state().scale = options.scale;
  // Whoever looks at a picture cannot click: the leader's inspector says most.
  if (session.view().leader.value != 0) {
    app.state().selected.kind = scene::Target::Kind::kNode;
    app.state().selected.node = session.view().leader;
  }
  // Two frames: the first learns the sizes of what scrolls.
  for (int i = 0; i < 2; ++i) {
    RAFT_TRY(app.prepare(io.DisplaySize.x, io.DisplaySize.y));
    app.frame(0);
  }
  return write_png(rasterise(*ImGui::GetDrawData(), *io.Fonts, im_color(theme->canvas)), path);
}

}  // namespace ui
