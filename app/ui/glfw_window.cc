// The window: GLFW makes it, OpenGL 3.3 draws it, ImGui's packaged back ends connect the two.
#include <glad/gl.h>
// glad first: GLFW must not bring its own header.
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>

#include "app/ui/app.h"
#include "app/ui/imgui_back_end.h"
#include "app/ui/keyboard.h"
#include "app/ui/pictures.h"
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

void hand_on(GLFWwindow* window, const Keyboard::Event& event) {
  if (event.character) return ImGui_ImplGlfw_CharCallback(window, event.value);
  ImGui_ImplGlfw_KeyCallback(window, event.code, event.scancode, event.action, event.mods);
}

struct Listener {
  App& app;
  Keyboard keyboard;
  std::uint64_t heard = 0;  // events, of whatever kind
};

Listener& listener_of(GLFWwindow* window) {
  return *static_cast<Listener*>(glfwGetWindowUserPointer(window));
}

// A dropped file is opened like one from the dialog.
void on_drop(GLFWwindow* window, int count, const char** paths) {
  if (count < 1) return;
  App& app = listener_of(window).app;
  ++listener_of(window).heard;
  const Status opened = app.open_file(paths[0]);
  if (!opened) app.state().notice = opened.error().message;
}

// The driver's names of the pictures that were drawn, instead of ours (pictures.h).
class Textures {
 public:
  void name(const ImDrawData& data) {
    const ImTextureID atlas = ImGui::GetIO().Fonts->TexID;
    for (int n = 0; n < data.CmdListsCount; ++n) {
      for (ImDrawCmd& command : data.CmdLists[n]->CmdBuffer) {
        if (command.UserCallback != nullptr || command.TextureId == atlas) continue;
        const auto* image = static_cast<const Image*>(command.TextureId);
        command.TextureId = reinterpret_cast<ImTextureID>(std::uintptr_t{uploaded(*image)});
      }
    }
  }

 private:
  GLuint uploaded(const Image& image) {
    GLuint& name = names_[&image];
    if (name != 0) return name;
    glGenTextures(1, &name);
    glBindTexture(GL_TEXTURE_2D, name);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR_MIPMAP_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, image.width, image.height, 0, GL_RGBA, GL_UNSIGNED_BYTE,
                 image.rgba.data());
    glGenerateMipmap(GL_TEXTURE_2D);
    return name;
  }
  std::map<const Image*, GLuint> names_;  // they go with the window
};

void draw_frame(GLFWwindow* window, const scene::Theme& theme, Textures& textures) {
  int width = 0, height = 0;
  glfwGetFramebufferSize(window, &width, &height);
  glViewport(0, 0, width, height);
  const auto part = [](std::uint8_t value) { return static_cast<float>(value) / 255.0f; };
  glClearColor(part(theme.canvas.r), part(theme.canvas.g), part(theme.canvas.b), 1);
  glClear(GL_COLOR_BUFFER_BIT);
  textures.name(*ImGui::GetDrawData());
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  glfwSwapBuffers(window);
}

// Keeps what was chosen: when it has changed and nothing is being dragged, and at the end.
class SettingsKeeper {
 public:
  explicit SettingsKeeper(const Settings& kept) : kept_(kept) {}
  void note(App& app, int width, int height) {
    Settings now = app.settings();
    now.width = width;
    now.height = height;
    now.welcomed = kept_.welcomed || (seen_card_ && !app.state().welcome_open);
    seen_card_ = seen_card_ || app.state().welcome_open;
    // A size or border in motion is not written at every frame.
    const bool calm = now == last_ && !ImGui::IsMouseDown(ImGuiMouseButton_Left);
    last_ = now;
    if (calm) write(app);
  }
  void write(App& app) {
    if (last_ == kept_) return;
    const Status saved = save_settings(last_, settings_path());
    if (!saved) app.state().notice = saved.error().message;
    kept_ = last_;  // once is enough to be told
  }

 private:
  Settings kept_, last_ = kept_;
  bool seen_card_ = false;
};

int run(GLFWwindow* window, App& app, Listener& listener, SettingsKeeper& keeper) {
  Keyboard& keyboard = listener.keyboard;
  UiDump dump;
  Textures textures;
  std::uint64_t uploaded = 0;
  double before = glfwGetTime();
  // Frames still to draw after the last change: a click that comes at once with its release takes
  // one more, and what it opens is not to be seen in its first two; hover and scroll come to rest.
  constexpr int kSettle = 6;
  int settle = kSettle;
  while (glfwWindowShouldClose(window) == GLFW_FALSE && !app.state().quit) {
    if (app.moving() || keyboard.waiting()) settle = kSettle;
    if (settle > 0) {
      // What comes in the last of these frames needs as many again.
      const std::uint64_t before_poll = listener.heard;
      glfwPollEvents();
      if (listener.heard != before_poll) settle = kSettle;
    } else {
      // The caret blinks and a tooltip waits; otherwise nothing is drawn until something happens.
      const ImGuiIO& io = ImGui::GetIO();
      if (app.state().exporting.running) {
        glfwWaitEventsTimeout(0.1);
      } else if (io.WantTextInput) {
        glfwWaitEventsTimeout(0.4);
      } else if (app.gui().tip && glfwGetTime() - app.gui().tip_since < 0.5) {
        glfwWaitEventsTimeout(0.1);
      } else if (app.lesson() != nullptr) {
        // Its author may be writing it: look at the file now and then, and draw only if it changed.
        constexpr double kPoll = 0.5;
        const std::uint64_t before_wait = listener.heard;
        glfwWaitEventsTimeout(kPoll);
        if (listener.heard == before_wait && !app.reload_lesson()) continue;
      } else {
        glfwWaitEvents();
      }
      settle = kSettle;
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
    keyboard.feed(app.state(), ImGui::GetIO().WantTextInput,
                  [window](const Keyboard::Event& event) { hand_on(window, event); });
    const double now = glfwGetTime();
    app.frame(std::clamp(now - before, 0.0, 0.25));
    before = now;
    dump.write(app.gui().widgets, app.session(), app.state().playing);
    draw_frame(window, *app.state().theme, textures);
    keeper.note(app, width, height);
  }
  keeper.write(app);
  return 0;
}

// Whoever leaves run_window() with everything in a file leaves nothing to recover.
struct ClosedInOrder {
  const App& app;
  session::Journal* journal;
  ~ClosedInOrder() {
    if (journal != nullptr && !app.unsaved()) journal->remove();
  }
};

}  // namespace

int run_window(std::optional<std::string> file, const WindowOptions& options) {
  const scene::Language language =
      scene::find_language(options.language.value_or("en")).value_or(scene::Language::kEnglish);
  if (language == scene::Language::kChinese) {
    if (const auto font = Fonts::find_han(); !font) return fail(font.error().message);
  }
  auto started = session::Session::start({});
  if (!started) return fail(started.error().message);
  session::Session session = *std::move(started);
  Interface interface;
  App app(session);
  const LoadedSettings kept = load_settings();
  app.adopt(kept.settings);
  if (options.language) app.lend_language(language);
  const auto seconds = [] {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count();
  };
  const std::vector<session::LeftBehind> left = session::left_behind(session::journal_folder());
  auto journal = session::Journal::create(session::journal_folder(), seconds);
  const ClosedInOrder closed{app, journal ? journal->get() : nullptr};
  if (journal) app.keep(journal->get());
  if (file) {
    // A file that cannot be read is known before any window appears.
    const Status opened = options.trace ? app.open_trace(*file, options.target)
                                        : app.open_file(*file, options.target);
    if (!opened) return fail(opened.error().message);
  } else {
    app.begin_first_start();
  }
  if (!kept.remarks.empty()) app.state().notice = kept.remarks.front();
  if (!journal) {
    app.state().notice = journal.error().message;
  } else if (!file && !left.empty() && left.front().problem.empty()) {
    app.state().file = left.front().path;
    app.state().notice = tr("an earlier session was not saved: Ctrl+O opens it ({1} commands)",
                            left.front().commands);
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
    const double natural = std::clamp(static_cast<double>(scale), 0.75, 3.0);
    app.set_natural_scale(static_cast<int>(std::lround(natural * 100)));
    if (kept.settings.scale == 0) app.state().scale = natural;
    // As large as it was, as far as this screen has room.
    if (kept.settings.width > 0 && kept.settings.height > 0) {
      width = w > 0 ? std::min(kept.settings.width, w) : kept.settings.width;
      height = h > 0 ? std::min(kept.settings.height, h) : kept.settings.height;
    }
  }
  GLFWwindow* window = glfwCreateWindow(width, height, "Raftarium", nullptr, nullptr);
  if (window == nullptr)
    return fail("no window with OpenGL 3.3: " + last_error() +
                "; `raftarium shot` draws without it");
  glfwMakeContextCurrent(window);
  if (gladLoadGL(glfwGetProcAddress) == 0)
    return fail("OpenGL 3.3 cannot be loaded; `raftarium shot` draws without it");
  glfwSwapInterval(1);
  Listener listener{app, {}, 0};
  glfwSetWindowUserPointer(window, &listener);
  glfwSetDropCallback(window, on_drop);
  interface.listening = ImGui_ImplGlfw_InitForOpenGL(window, true);
  // Behind the back end's own callbacks: keys and characters go through the queue instead.
  glfwSetKeyCallback(window, [](GLFWwindow* at, int code, int scancode, int action, int mods) {
    ++listener_of(at).heard;
    listener_of(at).keyboard.add({false, action != GLFW_RELEASE, code, scancode, action, mods, 0});
  });
  glfwSetCharCallback(window, [](GLFWwindow* at, unsigned int character) {
    ++listener_of(at).heard;
    listener_of(at).keyboard.add({.character = true, .value = character});
  });
  glfwSetMouseButtonCallback(window, [](GLFWwindow* at, int code, int action, int mods) {
    ++listener_of(at).heard;
    listener_of(at).keyboard.add_click();
    ImGui_ImplGlfw_MouseButtonCallback(at, code, action, mods);
  });
  glfwSetScrollCallback(window, [](GLFWwindow* at, double x, double y) {
    ++listener_of(at).heard;
    ImGui_ImplGlfw_ScrollCallback(at, x, y);
  });
  glfwSetCursorEnterCallback(window, [](GLFWwindow* at, int entered) {
    ++listener_of(at).heard;
    ImGui_ImplGlfw_CursorEnterCallback(at, entered);
  });
  glfwSetWindowFocusCallback(window, [](GLFWwindow* at, int focused) {
    ++listener_of(at).heard;
    ImGui_ImplGlfw_WindowFocusCallback(at, focused);
  });
  // ImGui asks where the mouse is, and the back end how large the window.
  glfwSetCursorPosCallback(window, [](GLFWwindow* at, double, double) { ++listener_of(at).heard; });
  glfwSetFramebufferSizeCallback(window, [](GLFWwindow* at, int, int) { ++listener_of(at).heard; });
  glfwSetWindowRefreshCallback(window, [](GLFWwindow* at) { ++listener_of(at).heard; });
  interface.drawing = ImGui_ImplOpenGL3_Init("#version 330 core");
  SettingsKeeper keeper(kept.settings);
  const int code = run(window, app, listener, keeper);
  // ImGui's back ends need the window and the context until they are shut down.
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
  interface.drawing = interface.listening = false;
  glfwDestroyWindow(window);
  return code;
}

}  // namespace ui
