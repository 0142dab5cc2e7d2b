// raftarium recover: the sessions that a crash of the program left behind.
#include "app/cli/arguments.h"
#include "app/cli/output.h"
#include "app/session/journal.h"
#include "app/session/position_text.h"
#include "app/session/state_json.h"

namespace cli {

Exit recover_command(const Arguments& arguments) {
  const std::string folder = session::journal_folder();
  if (folder.empty()) {
    return fail(Exit::kFile, "there is no home folder, so that no session was kept");
  }
  const std::vector<session::LeftBehind> found = session::left_behind(folder);
  if (arguments.has("--json")) {
    std::string out = "[";
    for (const session::LeftBehind& left : found) {
      out += out.size() > 1 ? "," : "";
      out += "{\"file\":" + session::json_string(left.path) +
             ",\"title\":" + session::json_string(left.title) +
             ",\"commands\":" + std::to_string(left.commands) +
             ",\"tick\":" + sim::short_text({left.at.at.millis}) +
             ",\"event\":" + std::to_string(left.at.events) + ",\"problem\":" +
             (left.problem.empty() ? "null" : session::json_string(left.problem)) + "}";
    }
    print_line(out + "]");
    return Exit::kOk;
  }
  if (found.empty()) message("no session was left behind");
  for (const session::LeftBehind& left : found) {
    if (!left.problem.empty()) {
      print_line(left.problem);
      continue;
    }
    std::string line = left.path + ": ";
    if (!left.title.empty()) line += left.title + ", ";
    line += std::to_string(left.commands) + (left.commands == 1 ? " command" : " commands");
    if (left.branches > 1) line += " on " + std::to_string(left.branches) + " branches";
    print_line(line + ", up to " + session::position_text(left.at));
  }
  if (!found.empty()) message("open one with: raftarium FILE");
  return Exit::kOk;
}

}  // namespace cli
