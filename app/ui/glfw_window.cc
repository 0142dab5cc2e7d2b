// The window: GLFW makes it, OpenGL 3.3 draws it, ImGui's packaged back ends connect the two.
#include <glad/gl.h>
// glad first: GLFW must not bring its own header.
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "app/ui/app.h"
#include "app/ui/imgui_back_end.h"
#include "app/ui/ui_dump.h"
#include "app/ui/window.h"

namespace ui {
namespace {

constexpr int kCannot = 2;  // exit code: no display, no file

int fail(const std::string& sentence) {
  std::fprintf(stderr, "raftarium: %s\n", sentence.c_str());
  return kCannot;
}

struct Glfw {
  bool running = glfwInit() == GLFW_TRUE;
  ~Glfw() {
    if (running) glfwTerminate();
  }
};

struct Interface {
  Interface() : context(ImGui::CreateContext()) {}
  ~Interface() {
    if (drawing) ImGui_ImplOpenGL3_Shutdown();
    if (listening) ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext(context);
  }
  ImGuiContext* context;
  bool listening = false, drawing = false;
};

std::string last_error() {
  const char* description = nullptr;
  glfwGetError(&description);
  return description == nullptr ? "no reason given" : description;
}

// A dropped file is opened like one from the dialog.
void on_drop(GLFWwindow* window, int count, const char** paths) {
  if (count < 1) return;
  App& app = *static_cast<App*>(glfwGetWindowUserPointer(window));
  const Status opened = app.open_file(paths[0]);
  if (!opened) app.state().notice = opened.error().message;
}

void draw_frame(GLFWwindow* window, const scene::Theme& theme) {
  int width = 0, height = 0;
  glfwGetFramebufferSize(window, &width, &height);
  glViewport(0, 0, width, height);
  const auto part = [](std::uint8_t value) { return static_cast<float>(value) / 255.0f; };
  glClearColor(part(theme.canvas.r), part(theme.canvas.g), part(theme.canvas.b), 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  glfwSwapBuffers(window);
}

int run(GLFWwindow* window, App& app) {
  UiDump dump;
  std::uint64_t uploaded = 0;
  double before = glfwGetTime();
  int settle = 3;  // frames still to draw after the last change: hover and scroll come to rest
  while (glfwWindowShouldClose(window) == GLFW_FALSE && !app.state().quit) {
    if (app.moving()) settle = 3;
    if (settle > 0) {
      glfwPollEvents();
    } else {
      // The caret blinks and a tooltip waits; otherwise nothing is drawn until something happens.
      const ImGuiIO& io = ImGui::GetIO();
      if (io.WantTextInput) {
        glfwWaitEventsTimeout(0.4);
      } else if (app.gui().tip && glfwGetTime() - app.gui().tip_since < 0.5) {
        glfwWaitEventsTimeout(0.1);
      } else {
        glfwWaitEvents();
      }
      settle = 3;
    }
    --settle;
    int width = 0, height = 0;
    glfwGetWindowSize(window, &width, &height);
    if (width <= 0 || height <= 0 || glfwGetWindowAttrib(window, GLFW_ICONIFIED) == GLFW_TRUE) {
      glfwWaitEventsTimeout(0.2);
      continue;
    }
    const Status ready = app.prepare(static_cast<float>(width), static_cast<float>(height));
    if (!ready) return fail(ready.error().message);
    if (uploaded != app.atlas_version()) {
      ImGui_ImplOpenGL3_DestroyFontsTexture();
      ImGui_ImplOpenGL3_CreateFontsTexture();
      uploaded = app.atlas_version();
    }
    ImGui_ImplOpenGL3_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    const double now = glfwGetTime();
    app.frame(std::clamp(now - before, 0.0, 0.25));
    before = now;
    dump.write(app.gui().widgets, app.session(), app.state().playing);
    draw_frame(window, *app.state().theme);
  }
  return 0;
}

}  // namespace

int run_window(std::optional<std::string> file) {
  auto started = session::Session::start({});
  if (!started) return fail(started.error().message);
  session::Session session = *std::move(started);
  Interface interface;
  App app(session);
  if (file) {
    // A file that cannot be read is known before any window appears.
    const Status opened = app.open_file(*file);
    if (!opened) return fail(opened.error().message);
  } else {
    app.begin_first_start();
  }
  const Glfw glfw;
  if (!glfw.running)
    return fail("no window: " + last_error() + "; `raftarium shot` draws without a display");
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  int width = 1600, height = 900;
  if (GLFWmonitor* monitor = glfwGetPrimaryMonitor()) {
    int x = 0, y = 0, w = 0, h = 0;
    glfwGetMonitorWorkarea(monitor, &x, &y, &w, &h);
    if (w > 0 && h > 0) {
      width = std::min(1920, w);
      height = std::min(1080, h);
    }
    float scale = 1;
    glfwGetMonitorContentScale(monitor, &scale, nullptr);
    app.state().scale = std::clamp(static_cast<double>(scale), 0.75, 3.0);
  }
  GLFWwindow* window = glfwCreateWindow(width, height, "Raftarium", nullptr, nullptr);
  if (window == nullptr)
    return fail("no window with OpenGL 3.3: " + last_error() +
                "; `raftarium shot` draws without it");
  glfwMakeContextCurrent(window);
  if (gladLoadGL(glfwGetProcAddress) == 0)
    return fail("OpenGL 3.3 cannot be loaded; `raftarium shot` draws without it");
  glfwSwapInterval(1);
  glfwSetWindowUserPointer(window, &app);
  glfwSetDropCallback(window, on_drop);
  interface.listening = ImGui_ImplGlfw_InitForOpenGL(window, true);
  interface.drawing = ImGui_ImplOpenGL3_Init("#version 330 core");
  const int code = run(window, app);
  // ImGui's back ends need the window and the context until they are shut down.
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
  interface.drawing = interface.listening = false;
  glfwDestroyWindow(window);
  return code;
}

}  // namespace ui
