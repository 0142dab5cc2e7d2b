// raftarium replay: a recording played again, its digests compared.
#include <filesystem>

#include "app/cli/arguments.h"
#include "app/cli/opened.h"
#include "app/cli/output.h"
#include "app/lesson/skeleton.h"
#include "app/scenario/parser.h"
#include "app/session/disk_images.h"
#include "app/session/line.h"
#include "app/session/scenario_text.h"
#include "app/session/state_json.h"

namespace cli {
namespace {

void print_summary(const session::Session& session) {
  const session::Recording recording = session.recording();
  const session::Line line(recording, recording.active);
  const sim::Position at = session.position();
  print_line("replayed up to tick " + sim::short_text({at.at.millis}) + ", event " +
             std::to_string(at.events) + ": " + std::to_string(session.commands().size()) +
             " commands, " + std::to_string(line.digests_up_to(at)) +
             " digests compared on the way, digest " + session.cluster().digest().text());
}

// Where the options say, on the branch that they say. `exit`: what an error means.
Result<session::Session> play(session::Recording& recording, const Arguments& arguments,
                              const session::Target& target, Exit& exit) {
  ProgressLine progress("replaying");
  const auto show = [&](std::uint64_t permille) { return progress.show(permille); };
  std::optional<scenario::Predicate> predicate;
  if (const auto text = arguments.value("--find")) {
    auto parsed = scenario::parse_predicate(*text);
    if (!parsed) {
      exit = Exit::kUsage;
      return Error{Code::kInvalidArgument, "--find: " + parsed.error().message};
    }
    predicate = *std::move(parsed);
  }
  // Of what is verified, all is compared before one looks at a part of it.
  const bool verifies = arguments.has("--verify");
  auto session = session::Session::replay(recording, verifies ? session::AtEnd{} : target, show);
  if (!session) {
    exit = replay_exit(session.error());
    return session;
  }
  const std::size_t wanted = recording.active;
  Status played = ok();
  for (std::size_t i = 0; verifies && played && i < session->branches(); ++i) {
    if (i == wanted) continue;
    played = session->open_branch(i, session::AtEnd{}, show);
    if (!played) {
      played = Error{played.error().code,
                     "branch " + session->branch(i).name + ": " + played.error().message};
    }
  }
  if (verifies && played) played = session->open_branch(wanted, target, show);
  if (played && predicate) {
    played = session->find(*predicate, show);
    if (!played && played.error().code == Code::kNotFound) {
      exit = Exit::kFailed;
      return Error{Code::kNotFound,
                   "--find: nowhere in the branch: " + scenario::print(*predicate)};
    }
  }
  if (played) return session;
  exit = replay_exit(played.error());
  return played.error();
}

// Writes the branch as a scenario, and the databases it booted from beside it.
Status write_scenario(const session::Recording& recording, const std::string& path) {
  const std::filesystem::path file(path);
  const std::string folder = file.stem().string() + "-disks";
  RAFT_TRY_ASSIGN(const std::string text, session::scenario_text(recording, folder));
  if (!recording.disk_images.empty()) {
    const std::filesystem::path images = file.parent_path() / folder;
    std::error_code failed;
    std::filesystem::create_directories(images, failed);
    if (failed) return Error{Code::kIo, images.string() + ": " + failed.message()};
    for (std::size_t i = 0; i < recording.disk_images.size(); ++i) {
      const auto image = images / ("n" + std::to_string(i + 1) + ".sqlite");
      RAFT_TRY(session::write_file(image.string(), recording.disk_images[i]));
    }
  }
  return session::write_file(path, text);
}

}  // namespace

Exit replay_command(const Arguments& arguments) {
  const std::string& file = arguments.rest().front();
  const auto target = arguments.target();
  if (!target) return fail(Exit::kUsage, target.error());
  const auto log_tail = arguments.number("--log-tail");
  if (!log_tail) return fail(Exit::kUsage, log_tail.error());

  auto loaded = session::read_recording(file);
  if (!loaded) return fail(Exit::kFile, loaded.error());
  if (!loaded->note.empty()) {
    message(loaded->note);
    if (arguments.has("--verify")) return Exit::kFile;
  }
  if (const auto name = arguments.value("--branch")) {
    const auto branch = loaded->recording.find_branch(*name);
    if (!branch) return fail(Exit::kUsage, file + ": there is no branch '" + *name + "'");
    loaded->recording.active = *branch;
  }
  Exit exit = Exit::kOk;
  auto session = play(loaded->recording, arguments, *target, exit);
  if (!session) return fail(exit, file + ": " + session.error().message);
  if (const auto out = arguments.value("--scenario")) {
    if (*out == file) return fail(Exit::kUsage, "--scenario would overwrite " + file);
    const Status written = is_lesson(*out) ? lesson::save_skeleton(loaded->recording, *out)
                                           : write_scenario(loaded->recording, *out);
    if (!written) {
      return fail(Exit::kFile, written.error());
    }
  }
  const session::Verdict verdict = session::conclude(*session, file);
  if (!verdict.text.empty()) message(verdict.text);
  if (arguments.has("--state")) {
    print_line(session::state_json(*session, {log_tail->value_or(1000)}));
  } else if (arguments.has("--json")) {
    print_line(outcome_json(verdict.exit, verdict.text, *session));
  } else {
    print_summary(*session);
  }
  return verdict.exit;
}

}  // namespace cli
