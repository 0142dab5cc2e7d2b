// raftarium replay: a recording played again, its digests compared.
#include "app/cli/arguments.h"
#include "app/cli/opened.h"
#include "app/cli/output.h"
#include "app/session/state_json.h"

namespace cli {
namespace {

void print_summary(const session::Session& session) {
  const session::Recording recording = session.recording();
  const sim::Position at = session.position();
  print_line("replayed up to tick " + sim::short_text({at.at.millis}) + ", event " +
             std::to_string(at.events) + ": " + std::to_string(recording.main.commands.size()) +
             " commands, " + std::to_string(recording.main.digests.size()) +
             " digests compared on the way, digest " + session.cluster().digest().text());
}

}  // namespace

Exit replay_command(const Arguments& arguments) {
  const std::string& file = arguments.rest().front();
  const auto target = arguments.target();
  if (!target) return fail(Exit::kUsage, target.error());
  const auto log_tail = arguments.number("--log-tail");
  if (!log_tail) return fail(Exit::kUsage, log_tail.error());

  const auto loaded = session::read_recording(file);
  if (!loaded) return fail(Exit::kFile, loaded.error());
  if (!loaded->note.empty()) {
    message(loaded->note);
    if (arguments.has("--verify")) return Exit::kFile;
  }
  // The whole is compared before one looks at a part of it.
  if (arguments.has("--verify") && !std::holds_alternative<session::AtEnd>(*target)) {
    const auto whole = session::Session::replay(loaded->recording);
    if (!whole) return fail(replay_exit(whole.error()), file + ": " + whole.error().message);
  }
  ProgressLine progress("replaying");
  auto session = session::Session::replay(
      loaded->recording, *target, [&](std::uint64_t permille) { return progress.show(permille); });
  if (!session) return fail(replay_exit(session.error()), file + ": " + session.error().message);
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
