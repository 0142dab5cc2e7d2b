// raftarium run: a scenario from the first line to the last, told or as JSON.
#include "app/cli/arguments.h"
#include "app/cli/output.h"
#include "app/session/narration.h"
#include "app/session/state_json.h"

namespace cli {
namespace {

void print_summary(session::Session& session) {
  const sim::ClusterView& view = session.view();
  std::string text = "the end at tick " + sim::short_text({view.position.at.millis}) + ", event " +
                     std::to_string(view.position.events) + ": ";
  text +=
      view.leader == raft::kNoNode ? "no leader" : "leader n" + std::to_string(view.leader.value);
  text +=
      ", term " + std::to_string(view.term.value) + ", commit " + std::to_string(view.commit.value);
  print_line("");
  print_line(text);
}

}  // namespace

Exit run_command(const Arguments& arguments) {
  const std::string& file = arguments.rest().front();
  const auto seed = arguments.number("--seed");
  if (!seed) return fail(Exit::kUsage, seed.error());
  const auto log_tail = arguments.number("--log-tail");
  if (!log_tail) return fail(Exit::kUsage, log_tail.error());
  const auto record = arguments.value("--record");
  if (record == file) return fail(Exit::kUsage, "--record would overwrite the scenario " + file);

  const bool silent = arguments.has("--state") || arguments.has("--json");
  session::Narrator narrator(print_line);
  auto outcome = session::run_scenario(file, {*seed, silent ? nullptr : &narrator});
  if (!outcome.message.empty()) message(outcome.message);
  if (!outcome.session) return outcome.exit;

  session::Session& session = *outcome.session;
  if (record) {
    const Status saved = session.save(*record);
    if (!saved) return fail(Exit::kFile, saved.error());
  }
  if (arguments.has("--state")) {
    print_line(session::state_json(session, {log_tail->value_or(1000)}));
  } else if (arguments.has("--json")) {
    print_line(outcome_json(outcome.exit, outcome.message, session));
  } else {
    print_summary(session);
  }
  return outcome.exit;
}

}  // namespace cli
