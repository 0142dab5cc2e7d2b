// raftarium run: a scenario from the first line to the last, told or as JSON.
#include "app/check/history.h"
#include "app/check/trace.h"
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

// Tells the run, writes it down as a trace, or both.
class RunListener : public session::Listener {
 public:
  RunListener(session::Listener* narrator, bool traces) : narrator_(narrator), traces_(traces) {}

  void on_fact(const sim::Fact& fact) override {
    if (traces_) trace_ += check::write_trace(fact) + "\n";
    if (narrator_) narrator_->on_fact(fact);
  }
  void on_begin(const scenario::Statement& statement, const sim::Position& at) override {
    if (narrator_) narrator_->on_begin(statement, at);
  }
  void on_done(const scenario::Statement& statement, const sim::Position& at, bool done) override {
    if (narrator_) narrator_->on_done(statement, at, done);
  }
  void on_violation(const check::Violation& violation) override {
    if (narrator_) narrator_->on_violation(violation);
  }
  const std::string& trace() const { return trace_; }

 private:
  session::Listener* narrator_;
  bool traces_;
  std::string trace_;
};

// What the options ask to be kept, also of a run that failed.
Status write_outputs(const Arguments& arguments, session::Session& session,
                     const std::string& trace) {
  if (const auto path = arguments.value("--record")) RAFT_TRY(session.save(*path));
  if (const auto path = arguments.value("--history")) {
    const check::History history = check::history_of(session.view().requests);
    RAFT_TRY(session::write_file(*path, check::write_history(history)));
  }
  if (const auto path = arguments.value("--trace")) RAFT_TRY(session::write_file(*path, trace));
  return ok();
}

}  // namespace

Exit run_command(const Arguments& arguments) {
  const std::string& file = arguments.rest().front();
  const auto seed = arguments.number("--seed");
  if (!seed) return fail(Exit::kUsage, seed.error());
  const auto log_tail = arguments.number("--log-tail");
  if (!log_tail) return fail(Exit::kUsage, log_tail.error());
  for (const char* option : {"--record", "--history", "--trace"}) {
    if (arguments.value(option) != file) continue;
    return fail(Exit::kUsage, std::string(option) + " would overwrite the scenario " + file);
  }

  const bool silent = arguments.has("--state") || arguments.has("--json");
  session::Narrator narrator(print_line);
  RunListener listener(silent ? nullptr : &narrator, arguments.has("--trace"));
  auto outcome = session::run_scenario(file, {*seed, &listener});
  if (!outcome.message.empty()) message(outcome.message);
  if (!outcome.note.empty()) message(outcome.note);
  if (!outcome.session) return outcome.exit;

  session::Session& session = *outcome.session;
  const Status written = write_outputs(arguments, session, listener.trace());
  if (!written) return fail(Exit::kFile, written.error());
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
