#include "app/session/run_scenario.h"

#include "app/scenario/parser.h"

namespace session {

RunOutcome run_scenario_text(std::string_view text, std::string_view file,
                             const RunOptions& options) {
  auto script = scenario::parse_script(text, file);
  if (!script) return {Exit::kUsage, script.error().message, std::nullopt};
  if (options.seed) script->config.seed = *options.seed;
  auto session = Session::start(script->config);
  if (!session) {
    return {Exit::kUsage, std::string(file) + ": " + session.error().message, std::nullopt};
  }
  session->set_listener(options.listener);
  RunOutcome outcome;
  for (const scenario::Statement& statement : script->statements) {
    const Status status = session->execute(statement);
    if (status) continue;
    outcome.exit = Exit::kFailed;
    outcome.message = status.error().message;
    break;
  }
  session->set_listener(nullptr);
  outcome.session = *std::move(session);
  return outcome;
}

RunOutcome run_scenario(const std::string& path, const RunOptions& options) {
  const auto text = read_file(path, kMaxFileBytes);
  if (!text) return {Exit::kFile, text.error().message, std::nullopt};
  return run_scenario_text(*text, path, options);
}

}  // namespace session
