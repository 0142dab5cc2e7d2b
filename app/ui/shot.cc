// A picture of the window without a display.
#include <imgui.h>

#include <algorithm>
#include <functional>

#include "app/ui/app.h"
#include "app/ui/imgui_back_end.h"
#include "app/ui/lesson_run.h"
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

Status check_options(const ShotOptions& options) {
  if (scene::find_theme(options.theme) == nullptr)
    return Error{Code::kInvalidArgument,
                 "theme '" + options.theme + "' is none of dark, light, projector"};
  if (options.view != "ring" && options.view != "sequence" && options.view != "both" &&
      options.view != "history")
    return Error{Code::kInvalidArgument,
                 "view '" + options.view + "' is none of ring, sequence, both, history"};
  const auto language = scene::find_language(options.language);
  if (!language)
    return Error{Code::kInvalidArgument, "language '" + options.language + "' is none of en, zh"};
  if (*language == scene::Language::kChinese) RAFT_TRY(Fonts::find_han());
  if (options.width < 64 || options.height < 64 || options.width > 16384 ||
      options.height > 16384) {
    return Error{Code::kInvalidArgument, "the picture must be 64 to 16384 pixels wide and high"};
  }
  if (!(options.scale >= 0.75 && options.scale <= 3))
    return Error{Code::kInvalidArgument, "the scale must be 0.75 to 3"};
  return ok();
}

// Opens what is to be seen in `app`, draws it, writes the picture.
Status render(session::Session& session, const ShotOptions& options, const std::string& path,
              const std::function<Status(App&)>& open) {
  RAFT_TRY(check_options(options));
  const scene::Theme* theme = scene::find_theme(options.theme);
  const Context context;
  const scene::LanguageScope words(scene::language());  // the app chooses its own
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {static_cast<float>(options.width), static_cast<float>(options.height)};
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  App app(session);
  RAFT_TRY(open(app));
  app.state().theme = theme;
  app.state().scale = options.scale;
  app.state().language = *scene::find_language(options.language);
  app.state().stage_view = options.view == "sequence"  ? StageView::kSequence
                           : options.view == "both"    ? StageView::kBoth
                           : options.view == "history" ? StageView::kHistory
                                                       : StageView::kRing;
  // Whoever looks at a picture cannot click: the leader's inspector says most.
  if (app.view().leader.value != 0 && app.lesson() == nullptr) {
    app.state().selected.kind = scene::Target::Kind::kNode;
    app.state().selected.node = app.view().leader;
  }
  // The first frame learns the sizes of what scrolls, the second which characters are drawn.
  for (int i = 0; i < 3; ++i) {
    RAFT_TRY(app.prepare(io.DisplaySize.x, io.DisplaySize.y));
    app.frame(0);
  }
  return write_png(rasterise(*ImGui::GetDrawData(), *io.Fonts, im_color(theme->canvas)), path);
}

}  // namespace

Status render_window_png(session::Session& session, const ShotOptions& options,
                         const std::string& path) {
  return render(session, options, path, [](App&) { return ok(); });
}

Status render_trace_png(const std::string& trace, const session::Target& target,
                        const ShotOptions& options, const std::string& path) {
  auto beside = session::Session::start({});  // the window always has a session
  if (!beside) return beside.error();
  return render(*beside, options, path, [&](App& app) { return app.open_trace(trace, target); });
}

Status render_lesson_png(const std::string& lesson, std::uint64_t step, const ShotOptions& options,
                         const std::string& path) {
  auto beside = session::Session::start({});
  if (!beside) return beside.error();
  return render(*beside, options, path, [&](App& app) -> Status {
    RAFT_TRY(app.open_lesson(lesson));
    const std::size_t steps = app.lesson()->walk().lesson().steps.size();
    if (step < 1 || step > steps)
      return Error{Code::kInvalidArgument, lesson + " has the steps 1 to " + std::to_string(steps)};
    while (app.lesson()->walk().step() + 1 < step) {
      app.perform(Action::kLessonNext);
      if (!app.lesson()->error.empty()) return Error{Code::kInvalidArgument, app.lesson()->error};
    }
    return ok();
  });
}

}  // namespace ui
