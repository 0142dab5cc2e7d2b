// raftarium run: a scenario from the first line to the last, told or as JSON.
#include "app/cli/arguments.h"
#include "app/cli/output.h"
#include "app/cli/run_report.h"

namespace cli {

Exit run_command(const Arguments& arguments) {
  const std::string& file = arguments.rest().front();
  const auto seed = arguments.number("--seed");
  if (!seed) return fail(Exit::kUsage, seed.error());
  auto report = RunReport::make(arguments);
  if (!report) return fail(Exit::kUsage, report.error());
  const Status outputs = report->check_outputs(file);
  if (!outputs) return fail(Exit::kUsage, outputs.error());

  if (arguments.has("--disk") && arguments.has("--record")) {
    return fail(Exit::kUsage,
                "a run on plain files cannot be recorded: what lies there would be missing");
  }

  const session::RunOptions options{*seed, &report->listener(),
                                    arguments.value("--disk").value_or("")};
  const auto onto = arguments.value("--onto");
  const auto target = arguments.target();
  if (!target) return fail(Exit::kUsage, target.error());
  if (onto && (arguments.has("--seed") || arguments.has("--disk"))) {
    return fail(Exit::kUsage, "--onto goes on with the recording's seed and disks");
  }
  if (!onto && arguments.has("--at")) return fail(Exit::kUsage, "--at goes with --onto");
  auto outcome = onto ? session::run_scenario_onto(file, *onto, *target, options)
                      : session::run_scenario(file, options);
  if (!outcome.message.empty()) message(outcome.message);
  if (!outcome.note.empty()) message(outcome.note);
  if (!outcome.session) return outcome.exit;
  return report->finish(*outcome.session, outcome.exit, outcome.message);
}

}  // namespace cli
