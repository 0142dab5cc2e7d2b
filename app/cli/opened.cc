#include "app/cli/opened.h"

#include <filesystem>

#include "app/cli/output.h"

namespace cli {
namespace {

Opened open_scenario(const std::string& file, const session::Target& target) {
  auto outcome = session::run_scenario(file, {});
  if (!outcome.message.empty()) message(outcome.message);
  if (!outcome.session || std::holds_alternative<session::AtEnd>(target)) {
    return {std::move(outcome.session), outcome.exit};
  }
  auto session = session::Session::replay(outcome.session->recording(), target);
  if (session) return {*std::move(session), outcome.exit};
  return {std::nullopt, fail(replay_exit(session.error()), file + ": " + session.error().message)};
}

}  // namespace

bool is_recording(const std::string& path) {
  constexpr std::string_view kEnding = ".raftrec";
  return path.size() >= kEnding.size() &&
         path.compare(path.size() - kEnding.size(), kEnding.size(), kEnding) == 0;
}

bool is_lesson(const std::string& path) { return std::filesystem::path(path).extension() == ".md"; }

Exit replay_exit(const Error& error) {
  switch (error.code) {
    case Code::kInvalidArgument:
    case Code::kNotFound:  // a position that the recording does not have
      return Exit::kUsage;
    case Code::kVersion:
    case Code::kIo:
      return Exit::kFile;
    case Code::kCorruption:
    case Code::kUnavailable:
      return Exit::kReplay;
  }
  return Exit::kReplay;
}

Opened open_recording(const std::string& file, const session::Target& target) {
  const auto loaded = session::read_recording(file);
  if (!loaded) return {std::nullopt, fail(Exit::kFile, loaded.error())};
  if (!loaded->note.empty()) message(loaded->note);
  ProgressLine progress("replaying");
  auto session = session::Session::replay(
      loaded->recording, target, [&](std::uint64_t permille) { return progress.show(permille); });
  if (session) return {*std::move(session), Exit::kOk};
  return {std::nullopt, fail(replay_exit(session.error()), file + ": " + session.error().message)};
}

Opened open_run(const std::string& file, const session::Target& target) {
  return is_recording(file) ? open_recording(file, target) : open_scenario(file, target);
}

}  // namespace cli
