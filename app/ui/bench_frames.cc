// What it costs to build the window's frames, against ImGui's own demo window.
#include <imgui.h>
#include <imgui_internal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <vector>

#include "app/scenario/parser.h"
#include "app/ui/app.h"
#include "app/ui/window.h"

namespace ui {
namespace {

constexpr int kRounds = 7, kFrames = 60;

double cpu_nanoseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

struct Context {
  Context() : context(ImGui::CreateContext()) {
    use();
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {1920, 1080};
    io.DeltaTime = 1.0f / 60;
    io.IniFilename = nullptr;
    io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    io.MousePos = {-1, -1};
  }
  ~Context() {
    use();
    ImGui::DestroyContext(context);
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  void use() const { ImGui::SetCurrentContext(context); }
  ImGuiContext* context;
};

// What opens in ImGui 1.86's demo, besides its sections: nodes of the window, and of its tables.
constexpr std::array kSections = {"Help",
                                  "Configuration",
                                  "Window options",
                                  "Widgets",
                                  "Layout & Scrolling",
                                  "Popups & Modal windows",
                                  "Tables & Columns",
                                  "Filtering",
                                  "Inputs, Navigation & Focus"};
constexpr std::array kNodes = {"Configuration##2",
                               "Backend Flags",
                               "Style",
                               "Capture/Logging",
                               "Basic",
                               "Trees",
                               "Collapsing Headers",
                               "Bullets",
                               "Text",
                               "Images",
                               "Combo",
                               "List boxes",
                               "Selectables",
                               "Text Input",
                               "Tabs",
                               "Plotting",
                               "Color/Picker Widgets",
                               "Drag/Slider Flags",
                               "Range Widgets",
                               "Data Types",
                               "Multi-component Widgets",
                               "Vertical Sliders",
                               "Drag and Drop",
                               "Querying Item Status (Edited/Active/Hovered etc.)",
                               "Querying Window Status (Focused/Hovered etc.)",
                               "Disable block",
                               "Child windows",
                               "Widgets Width",
                               "Basic Horizontal Layout",
                               "Groups",
                               "Text Baseline Alignment",
                               "Scrolling",
                               "Clipping",
                               "Popups",
                               "Context menus",
                               "Modals",
                               "Menus inside a regular window",
                               "Columns (legacy API)",
                               "Mouse State",
                               "Keyboard & Navigation State",
                               "Tabbing",
                               "Focus from code",
                               "Dragging",
                               "Mouse cursors"};
constexpr std::array kTableNodes = {"Basic",
                                    "Borders, background",
                                    "Resizable, stretch",
                                    "Resizable, fixed",
                                    "Resizable, mixed",
                                    "Reorderable, hideable, with headers",
                                    "Padding",
                                    "Explicit widths",
                                    "Vertical scrolling, with clipping",
                                    "Horizontal scrolling",
                                    "Columns flags",
                                    "Columns widths",
                                    "Nested tables",
                                    "Row height",
                                    "Outer size",
                                    "Background color",
                                    "Tree view",
                                    "Item width",
                                    "Custom headers",
                                    "Context menus",
                                    "Synced instances",
                                    "Sorting",
                                    "Advanced"};

class Demo {
 public:
  // `open`: as large as the display, everything open; else as it appears, its sections open, but
  // not what is folded in them. Closed it has next to nothing to draw.
  explicit Demo(bool open) {
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    ImGui::GetIO().Fonts->GetTexDataAsAlpha8(&pixels, &width, &height);
    frame();
    ImGuiWindow* demo = ImGui::FindWindowByName("Dear ImGui Demo");
    for (const char* section : kSections) demo->StateStorage.SetInt(demo->GetID(section), 1);
    if (!open) return;
    for (const char* node : kNodes) demo->StateStorage.SetInt(demo->GetID(node), 1);
    const ImGuiID tables = demo->GetID("Tables");
    for (const char* node : kTableNodes) demo->StateStorage.SetInt(ImHashStr(node, 0, tables), 1);
    ImGui::SetWindowPos(demo, {0, 0});
    ImGui::SetWindowSize(demo, ImGui::GetIO().DisplaySize);
    for (int i = 0; i < 3; ++i) frame();
  }
  void frame() {
    context_.use();
    ImGui::NewFrame();
    ImGui::ShowDemoWindow();
    ImGui::Render();
  }

 private:
  Context context_;
};

class Ours {
 public:
  explicit Ours(session::Session session) : session_(std::move(session)), app_(session_) {
    UiState& state = app_.state();
    state.faults_open = true;
    state.lower_page = Page::kEvents;
    state.stage_view = StageView::kBoth;
  }
  Status frame() {
    context_.use();
    RAFT_TRY(app_.prepare(1920, 1080));
    app_.frame(0);
    in_flight_ += static_cast<double>(session_.view().messages.size());
    ++frames_;
    return ok();
  }
  // Lets a frame's time pass, as it does while the window plays, but outside of what is measured.
  Status pass() {
    constexpr sim::Duration kFrame{17};  // a tick a second, sixty frames a second
    const auto stop = session_.run(session_.position().at + kFrame);
    if (stop) return Error{Code::kInvalidArgument, "the run has stopped"};
    return ok();
  }
  // Messages in flight, the mean of the frames.
  double in_flight() const { return in_flight_ / std::max(1.0, frames_); }
  App& app() {
    context_.use();
    return app_;
  }

 private:
  Context context_;
  session::Session session_;
  App app_;
  double in_flight_ = 0, frames_ = 0;
};

// Five nodes with a leader, everything slow on the way: some 200 messages at once.
Result<session::Session> busy_session() {
  RAFT_TRY_ASSIGN(session::Session session, session::Session::start({}));
  const auto play = [&](const std::string& line) -> Status {
    RAFT_TRY_ASSIGN(const scenario::Statement statement, scenario::parse_statement(line, "bench"));
    return session.execute(statement);
  };
  RAFT_TRY(play("until leader any within 60"));
  RAFT_TRY(play("clients 27 think=1..2"));
  RAFT_TRY(play("link *->* delay=3..6"));
  // Until as many are sent as arrive.
  session.tick(sim::ticks(40));
  return session;
}

// A trace of five nodes that hold so many entries each, all come in as many appends.
Status write_trace(const std::string& path, std::uint64_t entries, std::uint64_t appends) {
  std::ofstream out(path);
  for (int node = 1; node <= 5; ++node)
    out << "{\"tick\":0,\"node\":" << node << ",\"kind\":\"term\",\"term\":1}\n";
  out << "{\"tick\":1,\"node\":1,\"kind\":\"role\",\"term\":1,\"role\":\"leader\"}\n";
  const std::uint64_t piece = entries / appends;
  for (int node = 1; node <= 5; ++node) {
    for (std::uint64_t first = 1; first <= entries; first += piece) {
      out << "{\"tick\":" << 2 + first / piece << ",\"node\":" << node
          << ",\"kind\":\"append\",\"term\":1,\"entries\":[";
      for (std::uint64_t i = first; i < first + piece && i <= entries; ++i)
        out << (i == first ? "" : ",") << "[" << i << ",1,\"e\"]";
      out << "]}\n";
    }
  }
  out.close();
  if (!out) return Error{Code::kIo, path + ": cannot be written"};
  return ok();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Case {
  std::function<Status()> frame;
  std::function<Status()> before = [] { return ok(); };  // each frame, not measured
  std::vector<double> rounds{};
  double cpu_ns() const { return median(rounds); }
};

// All in turns, so that a busy machine slows all; CPU time a frame.
Status measure(std::initializer_list<Case*> cases) {
  for (int round = 0; round < kRounds; ++round) {
    for (Case* const one : cases) {
      double spent = 0;
      for (int i = 0; i < kFrames; ++i) {
        RAFT_TRY(one->before());
        const double start = cpu_nanoseconds();
        RAFT_TRY(one->frame());
        spent += cpu_nanoseconds() - start;
      }
      one->rounds.push_back(spent / kFrames);
    }
  }
  return ok();
}

// Five nodes and what flies between them, while time passes and while it stands, beside the demo.
Status bench_busy(const BenchEmit& emit) {
  RAFT_TRY_ASSIGN(session::Session session, busy_session());
  Ours window(std::move(session));
  Demo folded(false), open(true);
  const auto shown = [](Demo& demo) {
    return [&demo]() -> Status {
      demo.frame();
      return ok();
    };
  };
  Case moving{[&] { return window.frame(); }, [&] { return window.pass(); }};
  Case standing{[&] { return window.frame(); }};
  Case demo_folded{shown(folded)}, demo_open{shown(open)};
  RAFT_TRY(measure({&moving, &standing, &demo_folded, &demo_open}));
  emit("ui-frame", "messages", window.in_flight(), "raftarium");
  emit("ui-frame", "cpu_ns", moving.cpu_ns(), "raftarium");
  emit("ui-frame-standing", "cpu_ns", standing.cpu_ns(), "raftarium");
  emit("ui-frame", "cpu_ns", demo_open.cpu_ns(), "imgui-demo-open");
  emit("ui-frame", "cpu_ns", demo_folded.cpu_ns(), "imgui-demo-folded");
  emit("ui-frame", "ratio", moving.cpu_ns() / demo_open.cpu_ns(), "imgui-demo-open");
  emit("ui-frame", "ratio", moving.cpu_ns() / demo_folded.cpu_ns(), "imgui-demo-folded");
  return ok();
}

// A trace is all there is to see in its window, which stands at the trace's end.
Result<std::unique_ptr<Ours>> trace_window(const std::string& path) {
  RAFT_TRY_ASSIGN(session::Session session, session::Session::start({}));
  auto window = std::make_unique<Ours>(std::move(session));
  RAFT_TRY(window->app().open_trace(path));
  window->app().state().faults_open = true;
  for (int i = 0; i < 3; ++i) RAFT_TRY(window->frame());
  return window;
}

// A long log beside a short one that has come in as many appends, so that both windows show the
// same; and beside one that has come in a single append, whose window shows less, too.
Status bench_logs(const BenchEmit& emit) {
  const std::string folder = std::filesystem::temp_directory_path().string() + "/raftarium-bench-" +
                             std::to_string(::getpid());
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Error{Code::kIo, folder + ": cannot be made: " + error.message()};
  struct Removed {
    std::string folder;
    ~Removed() {
      std::error_code ignored;
      std::filesystem::remove_all(folder, ignored);
    }
  } const removed{folder};
  constexpr std::uint64_t kLong = 1000000, kShort = 1000, kAppends = 1000;
  RAFT_TRY(write_trace(folder + "/long.jsonl", kLong, kAppends));
  RAFT_TRY(write_trace(folder + "/short.jsonl", kShort, kAppends));
  RAFT_TRY(write_trace(folder + "/single.jsonl", kShort, 1));
  RAFT_TRY_ASSIGN(const auto with_long, trace_window(folder + "/long.jsonl"));
  RAFT_TRY_ASSIGN(const auto with_short, trace_window(folder + "/short.jsonl"));
  RAFT_TRY_ASSIGN(const auto with_single, trace_window(folder + "/single.jsonl"));
  Case longer{[&] { return with_long->frame(); }}, shorter{[&] { return with_short->frame(); }},
      single{[&] { return with_single->frame(); }};
  RAFT_TRY(measure({&longer, &shorter, &single}));
  emit("ui-frame-log-1000000", "cpu_ns", longer.cpu_ns(), "raftarium");
  emit("ui-frame-log-1000", "cpu_ns", shorter.cpu_ns(), "raftarium");
  emit("ui-frame-log-1000-single", "cpu_ns", single.cpu_ns(), "raftarium");
  emit("ui-frame-log-1000000", "ratio", longer.cpu_ns() / shorter.cpu_ns(), "log-1000");
  emit("ui-frame-log-1000000", "ratio", longer.cpu_ns() / single.cpu_ns(), "log-1000-single");
  return ok();
}

}  // namespace

Status bench_frames(const BenchEmit& emit) {
  RAFT_TRY(bench_busy(emit));
  return bench_logs(emit);
}

}  // namespace ui
