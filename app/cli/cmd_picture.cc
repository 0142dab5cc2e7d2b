// The window, and a picture of it without a display.
#include "app/cli/arguments.h"
#include "app/cli/opened.h"
#include "app/cli/output.h"
#include "app/cli/run_report.h"
#include "app/lesson/library.h"
#include "app/scenario/cursor.h"
#include "app/ui/window.h"

namespace cli {
namespace {

#ifdef RAFTARIUM_HAS_PICTURES

bool is_trace(const std::string& path) {
  constexpr std::string_view kEnding = ".jsonl";
  return path.size() >= kEnding.size() &&
         path.compare(path.size() - kEnding.size(), kEnding.size(), kEnding) == 0;
}

Exit exit_of(const Error& error) {
  return error.code == Code::kInvalidArgument ? Exit::kUsage : Exit::kFile;
}

Error bad_value(std::string_view option, const std::string& value, std::string_view expects) {
  return {Code::kInvalidArgument,
          std::string(option) + " expects " + std::string(expects) + ", found '" + value + "'"};
}

Result<ui::ShotOptions> shot_options(const Arguments& arguments) {
  ui::ShotOptions options;
  if (const auto size = arguments.value("--size")) {
    constexpr std::uint64_t kMost = 16384;
    const std::size_t cross = size->find('x');
    const auto width = scenario::to_number(std::string_view(*size).substr(0, cross));
    const auto height = cross == std::string::npos
                            ? std::nullopt
                            : scenario::to_number(std::string_view(*size).substr(cross + 1));
    if (!width || !height || *width == 0 || *height == 0 || *width > kMost || *height > kMost) {
      return bad_value("--size", *size, "WxH in pixels, such as 1920x1080");
    }
    options.width = static_cast<int>(*width);
    options.height = static_cast<int>(*height);
  }
  if (const auto scale = arguments.value("--scale")) {
    const auto parsed = scenario::to_duration(*scale);  // a number with up to three decimals
    if (!parsed || parsed->millis < 100 || parsed->millis > 10000) {
      return bad_value("--scale", *scale, "a factor from 0.1 to 10");
    }
    options.scale = static_cast<double>(parsed->millis) / 1000;
  }
  options.theme = arguments.value("--theme").value_or(options.theme);
  options.view = arguments.value("--view").value_or(options.view);
  options.language = arguments.value("--lang").value_or(options.language);
  return options;
}

// --at step:N; without it the first.
Result<std::uint64_t> lesson_step(const Arguments& arguments) {
  const auto at = arguments.value("--at");
  if (!at) return std::uint64_t{1};
  constexpr std::string_view kStep = "step:";
  const auto number = at->starts_with(kStep)
                          ? scenario::to_number(std::string_view(*at).substr(kStep.size()))
                          : std::nullopt;
  if (!number) return bad_value("--at", *at, "step:N for a lesson");
  return *number;
}

#endif

}  // namespace

#ifdef RAFTARIUM_HAS_PICTURES

Exit shot_command(const Arguments& arguments) {
  const std::string& file = arguments.rest()[0];
  const std::string& out = arguments.rest()[1];
  if (same_file(file, out)) return fail(Exit::kUsage, out + ": would overwrite what is drawn");
  const auto options = shot_options(arguments);
  if (!options) return fail(Exit::kUsage, options.error());
  if (is_lesson(file)) {
    const auto step = lesson_step(arguments);
    if (!step) return fail(Exit::kUsage, step.error());
    const Status drawn = ui::render_lesson_png(file, *step, *options, out);
    return drawn ? Exit::kOk : fail(exit_of(drawn.error()), drawn.error());
  }
  const auto target = arguments.target();
  if (!target) return fail(Exit::kUsage, target.error());
  if (is_trace(file)) {
    const Status drawn = ui::render_trace_png(file, *target, *options, out);
    return drawn ? Exit::kOk : fail(exit_of(drawn.error()), drawn.error());
  }
  Opened opened = open_run(file, *target);
  if (!opened.session) return opened.exit;
  const Status drawn = ui::render_window_png(*opened.session, *options, out);
  if (!drawn) return fail(exit_of(drawn.error()), drawn.error());
  return opened.exit;
}

#else

Exit shot_command(const Arguments&) {
  return fail(Exit::kFile, "this build has no pictures; configure it with the target ui");
}

#endif

#ifdef RAFTARIUM_HAS_WINDOW

Exit window_command(const Arguments& arguments) {
  std::optional<std::string> file;
  if (!arguments.rest().empty()) file = arguments.rest().front();
  const auto target = arguments.target();
  if (!target) return fail(Exit::kUsage, target.error());
  if (arguments.has("--at")) {
    if (!file) return fail(Exit::kUsage, "--at needs a file to open");
    if (is_lesson(*file)) return fail(Exit::kUsage, "a lesson begins at its first step: no --at");
    // What is wrong with file or position is told before any window appears, with its exit code.
    if (!is_trace(*file)) {
      const Opened probe = open_run(*file, *target);
      if (!probe.session) return probe.exit;
    }
  }
  if (file && is_lesson(*file)) {
    // What is wrong with it is told with its exit code.
    const lesson::Loaded loaded = lesson::load_lesson(*file);
    if (loaded.error) return fail(Exit::kFile, *loaded.error);
    for (const std::string& error : loaded.parsed.errors) message(error);
    if (!loaded.parsed.lesson) return Exit::kUsage;
  }
  return static_cast<Exit>(ui::run_window(std::move(file), {.target = *target}));
}

Exit lesson_window(const std::string& path, const std::optional<std::string>& language) {
  return static_cast<Exit>(ui::run_window(path, {.language = language}));
}

Exit view_window(const std::string& trace) {
  return static_cast<Exit>(ui::run_window(trace, {.trace = true}));
}

#else

Exit window_command(const Arguments&) {
  return fail(Exit::kFile,
              "this build has no window; configure it with RAFTARIUM_UI=ON, or use raftarium run");
}

Exit lesson_window(const std::string&, const std::optional<std::string>&) {
  return fail(Exit::kFile,
              "this build has no window; configure it with RAFTARIUM_UI=ON, or use --text");
}

Exit view_window(const std::string&) {
  return fail(Exit::kFile,
              "this build has no window; configure it with RAFTARIUM_UI=ON, or use view --check");
}

#endif

}  // namespace cli
