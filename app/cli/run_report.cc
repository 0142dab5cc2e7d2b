#include "app/cli/run_report.h"

#include <filesystem>

#include "app/check/history.h"
#include "app/check/trace.h"
#include "app/cli/output.h"
#include "app/session/disk_images.h"
#include "app/session/state_json.h"

namespace cli {
namespace {

constexpr const char* kFileOptions[] = {"--record", "--history", "--trace"};

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

bool same_file(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return a == b || std::filesystem::equivalent(a, b, ignored);
}

RunReport::RunReport(const Arguments& arguments) : arguments_(&arguments) {
  const bool silent = arguments.has("--state") || arguments.has("--json");
  // On plain files what was told stays true whenever the process dies, so it is told at once.
  if (!silent) narrator_.emplace(arguments.has("--disk") ? print_line_now : print_line);
}

Result<RunReport> RunReport::make(const Arguments& arguments) {
  RAFT_TRY_ASSIGN(const auto log_tail, arguments.number("--log-tail"));
  RunReport report(arguments);
  report.log_tail_ = log_tail.value_or(report.log_tail_);
  return report;
}

Status RunReport::check_outputs(const std::string& source) const {
  for (const char* option : kFileOptions) {
    const auto path = arguments_->value(option);
    if (!path) continue;
    if (path->empty()) {
      return Error{Code::kInvalidArgument, std::string(option) + " expects the name of a file"};
    }
    if (same_file(*path, source)) {
      return Error{Code::kInvalidArgument,
                   std::string(option) + " would overwrite what is read, " + source};
    }
    for (const char* other : kFileOptions) {
      if (other == option) break;
      if (arguments_->value(other) != path) continue;
      return Error{Code::kInvalidArgument,
                   std::string(other) + " and " + option + " name one file, " + *path};
    }
  }
  return ok();
}

void RunReport::on_fact(const sim::Fact& fact) {
  if (arguments_->has("--trace")) trace_ += check::write_trace(fact) + "\n";
  // That the nodes start with the run goes without saying.
  if (narrator_ && fact.event > 0) narrator_->on_fact(fact);
}

void RunReport::on_begin(const scenario::Statement& statement, const sim::Position& at) {
  if (narrator_) narrator_->on_begin(statement, at);
}

void RunReport::on_done(const scenario::Statement& statement, const sim::Position& at, bool done) {
  if (narrator_) narrator_->on_done(statement, at, done);
}

void RunReport::on_violation(const check::Violation& violation) {
  if (narrator_) narrator_->on_violation(violation);
}

Status RunReport::write_outputs(session::Session& session) const {
  if (const auto path = arguments_->value("--record")) RAFT_TRY(session.save(*path));
  if (const auto path = arguments_->value("--history")) {
    RAFT_TRY(session::write_file(*path, check::write_history(session::history_of(session))));
  }
  if (const auto path = arguments_->value("--trace")) RAFT_TRY(session::write_file(*path, trace_));
  return ok();
}

Exit RunReport::finish(session::Session& session, Exit exit, const std::string& text) {
  const Status written = write_outputs(session);
  if (!written) return fail(Exit::kFile, written.error());
  if (arguments_->has("--state")) {
    print_line(session::state_json(session, {log_tail_}));
  } else if (arguments_->has("--json")) {
    print_line(outcome_json(exit, text, session));
  } else {
    print_summary(session);
  }
  return exit;
}

}  // namespace cli
