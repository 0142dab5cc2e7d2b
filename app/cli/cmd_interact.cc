// raftarium interact: plays an interaction file with bare cores and prints it with its outputs.
#include <cstdio>

#include "app/cli/arguments.h"
#include "app/cli/output.h"
#include "app/interact/run.h"
#include "app/session/state_json.h"

namespace cli {

Exit interact_command(const Arguments& arguments) {
  const std::string& file = arguments.rest().front();
  const auto text = session::read_file(file, session::kMaxFileBytes);
  if (!text) return fail(Exit::kFile, text.error());
  const Status status = interact::run(*text, [](std::string_view part) {
    std::fwrite(part.data(), 1, part.size(), stdout);
    std::fflush(stdout);
  });
  if (!status) return fail(Exit::kUsage, file + ": " + status.error().message);
  return Exit::kOk;
}

}  // namespace cli
