// What it costs to build the window's frames, against ImGui's own demo window.
#include <imgui.h>
#include <imgui_internal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
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

class Demo {
 public:
  Demo() {
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    ImGui::GetIO().Fonts->GetTexDataAsAlpha8(&pixels, &width, &height);
    // Closed it has next to nothing to draw: its sections are opened, what is folded in them is
    // not.
    frame();
    ImGuiWindow* demo = ImGui::FindWindowByName("Dear ImGui Demo");
    for (const char* section :
         {"Help", "Configuration", "Window options", "Widgets", "Layout & Scrolling",
          "Popups & Modal windows", "Tables & Columns", "Filtering", "Inputs, Navigation & Focus"})
      demo->StateStorage.SetInt(demo->GetID(section), 1);
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
    app_.frame(1.0 / 60);
    return ok();
  }
  App& app() {
    context_.use();
    return app_;
  }

 private:
  Context context_;
  session::Session session_;
  App app_;
};

// Five nodes with a leader, everything slow on the way: two hundred messages at once.
Result<session::Session> busy_session(std::size_t& in_flight) {
  RAFT_TRY_ASSIGN(session::Session session, session::Session::start({}));
  const auto play = [&](const std::string& line) -> Status {
    RAFT_TRY_ASSIGN(const scenario::Statement statement, scenario::parse_statement(line, "bench"));
    return session.execute(statement);
  };
  RAFT_TRY(play("until leader any within 60"));
  RAFT_TRY(play("clients 60 think=1..2"));
  RAFT_TRY(play("link *->* delay=3..6"));
  for (int i = 0; i < 60 && session.view().messages.size() < 200; ++i) session.tick(sim::ticks(1));
  in_flight = session.view().messages.size();
  return session;
}

// A trace of one node that holds so many entries, and four that hold them too.
Status write_trace(const std::string& path, std::uint64_t entries) {
  std::ofstream out(path);
  for (int node = 1; node <= 5; ++node)
    out << "{\"tick\":0,\"node\":" << node << ",\"kind\":\"term\",\"term\":1}\n";
  out << "{\"tick\":1,\"node\":1,\"kind\":\"role\",\"term\":1,\"role\":\"leader\"}\n";
  constexpr std::uint64_t kPiece = 1000;
  for (int node = 1; node <= 5; ++node) {
    for (std::uint64_t first = 1; first <= entries; first += kPiece) {
      out << "{\"tick\":" << 2 + first / kPiece << ",\"node\":" << node
          << ",\"kind\":\"append\",\"term\":1,\"entries\":[";
      for (std::uint64_t i = first; i < first + kPiece && i <= entries; ++i)
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

// Both in turns, so that a busy machine slows both; medians of CPU time a frame.
template <class One, class Other>
Status compare(One one, Other other, double& first, double& second) {
  std::vector<double> a, b;
  for (int round = 0; round < kRounds; ++round) {
    double start = cpu_nanoseconds();
    for (int i = 0; i < kFrames; ++i) RAFT_TRY(one());
    a.push_back((cpu_nanoseconds() - start) / kFrames);
    start = cpu_nanoseconds();
    for (int i = 0; i < kFrames; ++i) RAFT_TRY(other());
    b.push_back((cpu_nanoseconds() - start) / kFrames);
  }
  first = median(a);
  second = median(b);
  return ok();
}

}  // namespace

Status bench_frames(const BenchEmit& emit) {
  std::size_t in_flight = 0;
  RAFT_TRY_ASSIGN(session::Session session, busy_session(in_flight));
  double ours = 0, demo = 0;
  {
    Ours window(std::move(session));
    Demo peer;
    RAFT_TRY(compare([&] { return window.frame(); },
                     [&]() -> Status {
                       peer.frame();
                       return ok();
                     },
                     ours, demo));
  }
  emit("ui-frame", "messages", static_cast<double>(in_flight), "raftarium");
  emit("ui-frame", "cpu_ns", ours, "raftarium");
  emit("ui-frame", "cpu_ns", demo, "imgui-demo");
  emit("ui-frame", "ratio", ours / demo, "imgui-demo");

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
  constexpr std::uint64_t kLong = 1000000, kShort = 1000;
  RAFT_TRY(write_trace(folder + "/long.jsonl", kLong));
  RAFT_TRY(write_trace(folder + "/short.jsonl", kShort));
  double longer = 0, shorter = 0;
  {
    RAFT_TRY_ASSIGN(session::Session one, session::Session::start({}));
    RAFT_TRY_ASSIGN(session::Session other, session::Session::start({}));
    Ours with_long(std::move(one)), with_short(std::move(other));
    RAFT_TRY(with_long.app().open_trace(folder + "/long.jsonl"));
    RAFT_TRY(with_short.app().open_trace(folder + "/short.jsonl"));
    for (Ours* window : {&with_long, &with_short}) {
      window->app().state().faults_open = true;
      for (int i = 0; i < 3; ++i) RAFT_TRY(window->frame());
    }
    RAFT_TRY(compare([&] { return with_long.frame(); }, [&] { return with_short.frame(); }, longer,
                     shorter));
  }
  emit("ui-frame-log-1000000", "cpu_ns", longer, "raftarium");
  emit("ui-frame-log-1000", "cpu_ns", shorter, "raftarium");
  emit("ui-frame-log-1000000", "ratio", longer / shorter, "log-1000");
  return ok();
}

}  // namespace ui
