// What others may ask of the window without seeing ImGui: a picture of it, drawn without a display
// (target `ui`), and the window itself (target `ui_window`, which needs X and OpenGL 3.3).
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/session/session.h"
#include "raft/result.h"

namespace ui {

struct ShotOptions {
  int width = 1920;  // pixels
  int height = 1080;
  double scale = 1;             // UI scale: 1 is 16 pixels per em
  std::string theme = "dark";   // dark, light, projector
  std::string view = "ring";    // ring, sequence, both, history
  std::string language = "en";  // en, zh
};

// Draws the whole window over `session` as it stands and writes it to `path` as PNG. Nothing is
// recorded and time does not move. Errors: kInvalidArgument for options, kIo for fonts or the file.
Status render_window_png(session::Session& session, const ShotOptions& options,
                         const std::string& path);

// The same of a trace of any implementation, at a tick, behind a line (AtEvent) or at its end.
// Errors: besides those above, what the trace is refused for.
Status render_trace_png(const std::string& trace, const session::Target& target,
                        const ShotOptions& options, const std::string& path);

// A lesson at a step, counted from 1; on the way questions are passed and goals are shown.
// Errors: besides those above, what the lesson is refused for, or a block that fails.
Status render_lesson_png(const std::string& lesson, std::uint64_t step, const ShotOptions& options,
                         const std::string& path);

// Whether a lesson can show it: a PNG or JPEG. Errors name the file: it is not there, no picture,
// too large.
Status check_picture(const std::string& path);

// Figures of the window for `raftarium bench ui` (docs/performance.md): what building a frame
// costs, and (in target `ui_window`, which needs a display) how long the first picture takes.
using BenchEmit = std::function<void(const std::string& name, const std::string& metric,
                                     double value, const std::string& peer)>;
Status bench_frames(const BenchEmit& emit);
Status bench_window(const BenchEmit& emit);

// Opens the window, on `file` (recording, scenario or trace) at `target` if there is one, and runs
// until it is closed. Returns the exit code: 0, or 2 with a sentence on stderr (no display, no
// OpenGL 3.3, no fonts, the file cannot be read). Lives in target `ui_window`.
struct WindowOptions {
  session::Target target = session::AtEnd{};
  bool trace = false;                     // the file is one whatever its name is
  std::optional<std::string> language{};  // en, zh: for this time, whatever was chosen
};
int run_window(std::optional<std::string> file, const WindowOptions& options);

}  // namespace ui
