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

  auto outcome = session::run_scenario(
      file, {*seed, &report->listener(), arguments.value("--disk").value_or("")});
  if (!outcome.message.empty()) message(outcome.message);
  if (!outcome.note.empty()) message(outcome.note);
  if (!outcome.session) return outcome.exit;
  return report->finish(*outcome.session, outcome.exit, outcome.message);
}

}  // namespace cli
