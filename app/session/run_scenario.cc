#include "app/session/run_scenario.h"

#include "app/scenario/parser.h"

namespace session {
namespace {

const check::Violation* first_unexpected(const Session& session) {
  for (const check::Violation& violation : session.violations()) {
    if (!violation.expected) return &violation;
  }
  return nullptr;
}

}  // namespace

Verdict conclude(Session& session, std::string_view file) {
  const check::LinearizabilityReport report = session.check_linearizability();
  if (const check::Violation* violation = first_unexpected(session)) {
    const Exit exit = violation->property == check::Property::kLinearizability
                          ? Exit::kNotLinearizable
                      : violation->property == check::Property::kLiveness ? Exit::kNoProgress
                                                                          : Exit::kViolated;
    return {exit, std::string(file) + ": violated: " + violation_text(*violation)};
  }
  if (report.verdict != check::Verdict::kUnknown) return {};
  return {Exit::kOk,
          std::string(file) + ": it stays unknown whether it is linearizable: " + report.text};
}

RunOutcome run_scenario_text(std::string_view text, std::string_view file,
                             const RunOptions& options) {
  auto script = scenario::parse_script(text, file);
  if (!script) return {Exit::kUsage, script.error().message, "", std::nullopt};
  if (options.seed) script->config.seed = *options.seed;
  auto session = Session::start(script->config);
  if (!session) {
    return {Exit::kUsage, std::string(file) + ": " + session.error().message, "", std::nullopt};
  }
  session->set_listener(options.listener);
  RunOutcome outcome;
  for (const scenario::Statement& statement : script->statements) {
    const Status status = session->execute(statement);
    if (status) continue;
    const bool order = std::holds_alternative<scenario::ExpectLinearizable>(statement.what);
    outcome.exit = order ? Exit::kNotLinearizable : Exit::kFailed;
    outcome.message = status.error().message;
    break;
  }
  outcome.session = *std::move(session);
  const Verdict verdict = conclude(*outcome.session, file);
  if (verdict.exit != Exit::kOk) outcome.exit = verdict.exit;
  (outcome.message.empty() && verdict.exit != Exit::kOk ? outcome.message : outcome.note) =
      verdict.text;
  outcome.session->set_listener(nullptr);
  return outcome;
}

RunOutcome run_scenario(const std::string& path, const RunOptions& options) {
  const auto text = read_file(path, kMaxFileBytes);
  if (!text) return {Exit::kFile, text.error().message, "", std::nullopt};
  return run_scenario_text(*text, path, options);
}

}  // namespace session
