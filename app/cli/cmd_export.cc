// raftarium export: a page, a picture, a film, or the run as data.
#include <csignal>

#include "app/cli/arguments.h"
#include "app/cli/opened.h"
#include "app/cli/output.h"
#include "app/cli/run_report.h"
#include "app/export/export.h"
#include "app/scenario/cursor.h"

namespace cli {
namespace {

Error wrong(std::string text) { return {Code::kInvalidArgument, std::move(text)}; }

// The format's option, which names the file.
Result<exporter::Format> format_of(const Arguments& arguments, std::string& out) {
  std::optional<exporter::Format> found;
  std::string all;
  for (const exporter::Format format : exporter::kFormats) {
    const std::string option = "--" + std::string(exporter::format_name(format));
    all += (all.empty() ? "" : ", ") + option;
    const auto path = arguments.value(option);
    if (!path) continue;
    if (found)
      return wrong(option + " and --" + std::string(exporter::format_name(*found)) +
                   " were both given: export to one file at a time");
    if (path->empty()) return wrong(option + " expects the name of a file");
    found = format;
    out = *path;
  }
  if (!found) return wrong("nothing says what to write: give one of " + all);
  return *found;
}

Result<exporter::Options> options_of(const Arguments& arguments, std::string& out) {
  exporter::Options options;
  RAFT_TRY_ASSIGN(options.format, format_of(arguments, out));
  for (const auto& [name, target] :
       {std::pair{"--at", &options.at}, {"--from", &options.from}, {"--to", &options.to}}) {
    const auto text = arguments.value(name);
    if (!text) continue;
    auto parsed = session::parse_target(*text);
    if (!parsed) return wrong(std::string(name) + ": " + parsed.error().message);
    *target = *std::move(parsed);
  }
  if (const auto name = arguments.value("--view")) {
    const auto view = exporter::find_view(*name);
    if (!view) return wrong("--view expects ring, sequence or logs, found '" + *name + "'");
    options.view = *view;
  }
  if (const auto size = arguments.value("--size")) {
    const std::size_t cross = size->find('x');
    const auto width = scenario::to_number(std::string_view(*size).substr(0, cross));
    const auto height = cross == std::string::npos
                            ? std::nullopt
                            : scenario::to_number(std::string_view(*size).substr(cross + 1));
    if (!width || !height || *width == 0 || *height == 0 || *width > 100000 || *height > 100000)
      return wrong("--size expects WxH in pixels, such as 1600x1000, found '" + *size + "'");
    options.width = static_cast<int>(*width);
    options.height = static_cast<int>(*height);
  }
  if (const auto name = arguments.value("--theme")) {
    options.theme = scene::find_theme(*name);
    if (options.theme == nullptr)
      return wrong("--theme expects dark, light or projector, found '" + *name + "'");
  }
  RAFT_TRY_ASSIGN(const auto fps, arguments.number("--fps"));
  options.fps = fps.value_or(options.fps);
  if (const auto speed = arguments.value("--speed")) {
    const auto parsed = scenario::to_duration(*speed);  // a number with up to three decimals
    if (!parsed)
      return wrong("--speed expects ticks a second, such as 2 or 0.5, found '" + *speed + "'");
    options.millis_per_second = parsed->millis;
  }
  RAFT_TRY(exporter::check(options));
  return options;
}

volatile std::sig_atomic_t stopped_by = 0;

// While it lives, Ctrl+C ends the work and not the program, so that nothing unfinished is left.
class Interruptible {
 public:
  Interruptible() {
    struct sigaction remember {};
    remember.sa_handler = [](int signal) { stopped_by = signal; };
    for (std::size_t i = 0; i < std::size(kSignals); ++i)
      ::sigaction(kSignals[i], &remember, &before_[i]);
  }
  ~Interruptible() {
    for (std::size_t i = 0; i < std::size(kSignals); ++i)
      ::sigaction(kSignals[i], &before_[i], nullptr);
    // Who sent it sees that it was obeyed.
    if (stopped_by != 0) ::raise(stopped_by);
  }
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;

 private:
  static constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
  struct sigaction before_[std::size(kSignals)]{};
};

Exit export_exit(const Error& error) {
  switch (error.code) {
    case Code::kInvalidArgument:
    case Code::kNotFound:
      return Exit::kUsage;
    case Code::kCorruption:
      return Exit::kReplay;
    case Code::kIo:
    case Code::kVersion:
    case Code::kUnavailable:
      return Exit::kFile;
  }
  return Exit::kFile;
}

}  // namespace

Exit export_command(const Arguments& arguments) {
  const std::string& file = arguments.rest().front();
  std::string out;
  const auto options = options_of(arguments, out);
  if (!options) return fail(Exit::kUsage, options.error());
  if (same_file(file, out)) return fail(Exit::kUsage, out + ": would overwrite what is exported");
  Opened opened = open_recording(file, session::AtEnd{});
  if (!opened.session) return opened.exit;
  const Interruptible interruptible;
  ProgressLine progress("exporting");
  const Status written = exporter::write_export(
      *opened.session, *options, out,
      [&](std::uint64_t permille) { return progress.show(permille) && stopped_by == 0; });
  if (written) return Exit::kOk;
  const Exit exit = export_exit(written.error());
  return exit == Exit::kFile ? fail(exit, written.error())
                             : fail(exit, file + ": " + written.error().message);
}

}  // namespace cli
