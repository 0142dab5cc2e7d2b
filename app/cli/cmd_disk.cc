// raftarium disk: a node's database taken out of a recording, checked, and booted.
#include "app/cli/arguments.h"
#include "app/cli/opened.h"
#include "app/cli/output.h"
#include "app/cli/run_report.h"
#include "app/scenario/cursor.h"
#include "app/scenario/parser.h"
#include "app/session/disk_images.h"
#include "app/session/state_json.h"
#include "storage/database_check.h"

namespace cli {
namespace {

// How long booted nodes are given to agree, unless --ticks says otherwise.
constexpr std::uint64_t kBootTicks = 200;
constexpr std::uint64_t kMostBootTicks = 1'000'000;

// "n3". Errors: kInvalidArgument, also if --node is missing.
Result<raft::NodeId> node_option(const Arguments& arguments) {
  const auto text = arguments.value("--node");
  if (!text) return Error{Code::kInvalidArgument, "--node is missing: which node, n1 to n9?"};
  const auto node = scenario::to_node(*text);
  if (!node) {
    return Error{Code::kInvalidArgument, "--node expects n1 to n9, found '" + *text + "'"};
  }
  return *node;
}

// Lets time pass until all nodes agree. False: they do not within the time.
bool run_until_converged(session::Session& session, std::uint64_t ticks) {
  const auto converged = scenario::parse_predicate("converged");
  const sim::Instant end = session.position().at + sim::ticks(ticks);
  while (!session.holds(*converged)) {
    const sim::Cluster& cluster = session.cluster();
    if (!cluster.has_next() || cluster.next_instant() >= end) {
      session.run_until(end);
      return false;
    }
    session.step_event();
  }
  return true;
}

}  // namespace

Exit disk_extract_command(const Arguments& arguments) {
  const std::string& file = arguments.rest()[0];
  const std::string& out = arguments.rest()[1];
  const auto node = node_option(arguments);
  if (!node) return fail(Exit::kUsage, node.error());
  const auto target = arguments.target();
  if (!target) return fail(Exit::kUsage, target.error());
  if (same_file(file, out)) return fail(Exit::kUsage, out + ": would overwrite the recording");

  const Opened session = open_recording(file, *target);
  if (!session.session) return session.exit;
  const auto database = session.session->cluster().database(*node);
  if (!database) {
    const bool no_such = session.session->cluster().nodes_view().node(*node) == nullptr;
    return fail(no_such ? Exit::kUsage : Exit::kFile, file + ": " + database.error().message);
  }
  const Status written = session::write_file(out, *database);
  if (!written) return fail(Exit::kFile, written.error());
  if (arguments.has("--json")) {
    print_line("{\"file\":" + session::json_string(out) +
               ",\"bytes\":" + std::to_string(database->size()) + "}");
  } else {
    print_line(out + ": the database of n" + std::to_string(node->value) + ", " +
               std::to_string(database->size()) + " bytes");
  }
  return Exit::kOk;
}

Exit disk_check_command(const Arguments& arguments) {
  const std::string& file = arguments.rest().front();
  const auto bytes = session::read_file(file, storage::kMaxDatabaseBytes);
  if (!bytes) return fail(Exit::kFile, bytes.error());
  const storage::DatabaseReport report = storage::check_database(*bytes);
  if (arguments.has("--json")) {
    std::string problems;
    for (const std::string& problem : report.problems) {
      problems += (problems.empty() ? "" : ",") + session::json_string(problem);
    }
    print_line(std::string("{\"ok\":") + (report.problems.empty() ? "true" : "false") +
               ",\"problems\":[" + problems + "]}");
  }
  if (report.problems.empty()) {
    if (!arguments.has("--json")) print_line(file + ": a whole database of a node");
    return Exit::kOk;
  }
  for (const std::string& problem : report.problems) message(file + ": " + problem);
  if (report.usable) message(file + ": a node can start on it all the same");
  return Exit::kFile;
}

Exit disk_boot_command(const Arguments& arguments) {
  const std::string& folder = arguments.rest().front();
  const auto seed = arguments.number("--seed");
  if (!seed) return fail(Exit::kUsage, seed.error());
  const auto ticks = arguments.number("--ticks");
  if (!ticks) return fail(Exit::kUsage, ticks.error());
  if (ticks->value_or(0) > kMostBootTicks) {
    return fail(Exit::kUsage, "--ticks expects at most " + std::to_string(kMostBootTicks));
  }
  auto report = RunReport::make(arguments);
  if (!report) return fail(Exit::kUsage, report.error());
  const Status outputs = report->check_outputs(folder);
  if (!outputs) return fail(Exit::kUsage, outputs.error());

  auto images = session::read_disk_images(folder);
  if (!images) return fail(Exit::kFile, images.error());
  sim::ClusterConfig config;
  config.seed = seed->value_or(config.seed);
  config.nodes = images->size();
  auto session = session::Session::start(config, *std::move(images));
  if (!session) return fail(Exit::kFile, folder + ": " + session.error().message);
  session->set_listener(&report->listener());
  const std::uint64_t patience = ticks->value_or(kBootTicks);
  const bool converged = patience == 0 || run_until_converged(*session, patience);

  session::Verdict verdict = session::conclude(*session, folder);
  session->set_listener(nullptr);
  if (verdict.exit == Exit::kOk && !converged) {
    verdict = {Exit::kNoProgress, folder + ": the nodes did not come to agree within " +
                                      std::to_string(patience) + " ticks"};
  }
  if (!verdict.text.empty()) message(verdict.text);
  return report->finish(*session, verdict.exit, verdict.text);
}

}  // namespace cli
