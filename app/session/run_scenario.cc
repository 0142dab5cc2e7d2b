#include "app/session/run_scenario.h"

#include <filesystem>

#include "app/scenario/parser.h"
#include "app/session/disk_images.h"
#include "storage/node_store.h"

namespace session {
namespace {

const check::Violation* first_unexpected(const Session& session) {
  for (const check::Violation& violation : session.violations()) {
    if (!violation.expected) return &violation;
  }
  return nullptr;
}

Exit exit_of(const Error& error) {
  return error.code == Code::kInvalidArgument ? Exit::kUsage : Exit::kFile;
}

// The databases that the header names.
Result<DiskImages> disk_images_of(const scenario::Script& script, std::string_view file) {
  const std::string folder =
      (std::filesystem::path(file).parent_path() / *script.disk_images).string();
  RAFT_TRY_ASSIGN(DiskImages images, read_disk_images(folder));
  if (script.nodes_given && images.size() != script.config.nodes) {
    return Error{Code::kInvalidArgument,
                 script.disk_images_place.text() + ": the folder has databases of " +
                     std::to_string(images.size()) + " nodes, the cluster has " +
                     std::to_string(script.config.nodes) + " nodes"};
  }
  return images;
}

}  // namespace

// Nodes that have files there. More than the usual ones were added in an earlier run.
Result<std::uint64_t> nodes_on_files(const std::string& directory) {
  const auto file = [&](std::uint64_t id) {
    return std::filesystem::path(directory) / storage::NodeStore::file_name({id});
  };
  std::error_code error;
  std::uint64_t last = 0;
  for (std::uint64_t id = 1; id <= sim::kMaxNodes; ++id) {
    if (std::filesystem::exists(file(id), error)) last = id;
  }
  for (std::uint64_t id = 1; id < last; ++id) {
    if (last <= sim::ClusterConfig().nodes || std::filesystem::exists(file(id), error)) continue;
    return Error{Code::kNotFound, file(last).string() + " is there, and " + file(id).string() +
                                      " is not; a cluster starts with all nodes up to its last"};
  }
  return last;
}

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

namespace {

// Statement by statement, to the end or to the first that fails.
RunOutcome carry_out(Session session, const std::vector<scenario::Statement>& statements,
                     std::string_view file, Listener* listener) {
  session.set_listener(listener);
  RunOutcome outcome;
  for (const scenario::Statement& statement : statements) {
    const Status status = session.execute(statement);
    if (status) continue;
    const bool order = std::holds_alternative<scenario::ExpectLinearizable>(statement.what);
    outcome.exit = order ? Exit::kNotLinearizable : Exit::kFailed;
    outcome.message = status.error().message;
    break;
  }
  outcome.session = std::move(session);
  const Verdict verdict = conclude(*outcome.session, file);
  if (verdict.exit != Exit::kOk) outcome.exit = verdict.exit;
  (outcome.message.empty() && verdict.exit != Exit::kOk ? outcome.message : outcome.note) =
      verdict.text;
  outcome.session->set_listener(nullptr);
  return outcome;
}

}  // namespace

RunOutcome run_scenario_text(std::string_view text, std::string_view file,
                             const RunOptions& options) {
  auto script = scenario::parse_script(text, file);
  if (!script) return {Exit::kUsage, script.error().message, "", std::nullopt};
  DiskImages images;
  if (script->disk_images) {
    auto read = disk_images_of(*script, file);
    if (!read) return {exit_of(read.error()), read.error().message, "", std::nullopt};
    images = *std::move(read);
    if (!script->nodes_given) script = scenario::parse_script(text, file, images.size());
    if (!script) return {Exit::kUsage, script.error().message, "", std::nullopt};
  }
  if (options.seed) script->config.seed = *options.seed;
  script->config.disk_directory = options.disk_directory;
  if (script->disk_images && !options.disk_directory.empty()) {
    return {Exit::kUsage, std::string(file) + ": disk-images need simulated disks, not plain files",
            "", std::nullopt};
  }
  if (!options.disk_directory.empty()) {
    std::error_code error;
    std::filesystem::create_directories(options.disk_directory, error);
    if (error) {
      return {Exit::kFile, options.disk_directory + ": " + error.message(), "", std::nullopt};
    }
    const auto nodes = nodes_on_files(options.disk_directory);
    if (!nodes) return {Exit::kFile, nodes.error().message, "", std::nullopt};
    if (!script->nodes_given && *nodes > script->config.nodes) script->config.nodes = *nodes;
  }
  auto session = Session::start(script->config, std::move(images));
  if (!session) {
    return {options.disk_directory.empty() ? exit_of(session.error()) : Exit::kFile,
            std::string(file) + ": " + session.error().message, "", std::nullopt};
  }
  return carry_out(*std::move(session), script->statements, file, options.listener);
}

RunOutcome run_scenario_onto(const std::string& path, const std::string& recording,
                             const Target& target, const RunOptions& options) {
  const auto text = read_file(path, kMaxFileBytes);
  if (!text) return {Exit::kFile, text.error().message, "", std::nullopt};
  const auto script = scenario::parse_script(*text, path);
  if (!script) return {Exit::kUsage, script.error().message, "", std::nullopt};
  sim::ClusterConfig plain;
  if (script->config != plain || script->nodes_given || script->disk_images) {
    return {
        Exit::kUsage,
        path + ": what goes on with a recording has no header; put `say` or another command first",
        "", std::nullopt};
  }
  auto session = Session::open(recording, target);
  if (!session) {
    const Code code = session.error().code;
    const Exit exit = code == Code::kCorruption ? Exit::kReplay
                      : code == Code::kNotFound ? Exit::kUsage
                                                : Exit::kFile;
    return {exit, session.error().message, "", std::nullopt};
  }
  return carry_out(*std::move(session), script->statements, path, options.listener);
}

RunOutcome run_scenario(const std::string& path, const RunOptions& options) {
  const auto text = read_file(path, kMaxFileBytes);
  if (!text) return {Exit::kFile, text.error().message, "", std::nullopt};
  return run_scenario_text(*text, path, options);
}

}  // namespace session
