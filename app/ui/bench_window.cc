// How long the first picture takes, against an empty ImGui window of the same size.
#include <glad/gl.h>
// After glad, which brings the OpenGL header itself.
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "app/ui/app.h"
#include "app/ui/window.h"

namespace ui {
namespace {

constexpr int kWidth = 1600, kHeight = 900, kRounds = 7;

// A window that is drawn to once and closed. `prepare` makes what it shows, `frame` draws one.
template <class Prepare, class Frame>
Result<double> first_picture(Prepare prepare, Frame frame) {
  const auto start = std::chrono::steady_clock::now();
  if (glfwInit() == GLFW_FALSE)
    return Error{Code::kUnavailable, "no display, so that no window can be opened"};
  struct Ended {
    ~Ended() { glfwTerminate(); }
  } const ended;
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  GLFWwindow* window = glfwCreateWindow(kWidth, kHeight, "Raftarium", nullptr, nullptr);
  if (window == nullptr) return Error{Code::kUnavailable, "no window with OpenGL 3.3"};
  glfwMakeContextCurrent(window);
  if (gladLoadGL(glfwGetProcAddress) == 0)
    return Error{Code::kUnavailable, "OpenGL 3.3 cannot be loaded"};
  ImGuiContext* context = ImGui::CreateContext();
  ImGui::GetIO().IniFilename = nullptr;
  ImGui_ImplGlfw_InitForOpenGL(window, true);
  ImGui_ImplOpenGL3_Init("#version 330 core");
  double seconds = 0;
  Status done = ok();
  {
    auto made = prepare();
    done = frame(made);
    if (done) {
      glClear(GL_COLOR_BUFFER_BIT);
      ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
      glfwSwapBuffers(window);
      glFinish();
      seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
  }
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
  ImGui::DestroyContext(context);
  glfwDestroyWindow(window);
  if (!done) return done.error();
  return seconds;
}

Result<double> empty_window() {
  return first_picture([] { return 0; },
                       [](int) -> Status {
                         ImGui_ImplOpenGL3_NewFrame();
                         ImGui_ImplGlfw_NewFrame();
                         ImGui::NewFrame();
                         ImGui::Render();
                         return ok();
                       });
}

// As the program starts: a session, the fonts, the first start.
Result<double> whole_window() {
  struct Made {
    std::unique_ptr<session::Session> session;
    std::unique_ptr<App> app;
  };
  return first_picture(
      [] {
        Made made;
        auto started = session::Session::start({});
        if (!started) return made;
        made.session = std::make_unique<session::Session>(*std::move(started));
        made.app = std::make_unique<App>(*made.session);
        made.app->begin_first_start();
        return made;
      },
      [](Made& made) -> Status {
        if (made.app == nullptr) return Error{Code::kUnavailable, "no session could be started"};
        RAFT_TRY(made.app->prepare(kWidth, kHeight));
        ImGui_ImplOpenGL3_NewFrame();
        ImGui_ImplGlfw_NewFrame();
        made.app->frame(1.0 / 60);
        return ok();
      });
}

}  // namespace

Status bench_window(const BenchEmit& emit) {
  std::vector<double> ours, empty;
  for (int round = 0; round <= kRounds; ++round) {
    RAFT_TRY_ASSIGN(const double b, empty_window());
    RAFT_TRY_ASSIGN(const double a, whole_window());
    if (round == 0) continue;  // the first loads drivers and files
    ours.push_back(a);
    empty.push_back(b);
  }
  const auto median = [](std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
  };
  const double a = median(ours), b = median(empty);
  emit("ui-first-picture", "ns", a * 1e9, "raftarium");
  emit("ui-first-picture", "ns", b * 1e9, "empty-window");
  emit("ui-first-picture", "ratio", a / b, "empty-window");
  return ok();
}

}  // namespace ui
