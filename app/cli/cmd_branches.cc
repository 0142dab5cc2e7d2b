// raftarium branches, raftarium diff: what a recording holds, and where two runs part.
#include "app/cli/arguments.h"
#include "app/cli/output.h"
#include "app/session/difference.h"
#include "app/session/position_text.h"
#include "app/session/recording.h"
#include "app/session/state_json.h"

namespace cli {
namespace {

using session::position_text;

Result<session::Recording> load(const std::string& file) {
  RAFT_TRY_ASSIGN(session::LoadedRecording loaded, session::read_recording(file));
  if (!loaded.note.empty()) message(loaded.note);
  return std::move(loaded.recording);
}

Exit exit_of(const Error& error) {
  return error.code == Code::kCorruption ? Exit::kReplay : Exit::kFile;
}

std::string text_of(const session::Difference& found, const std::string& a, const std::string& b) {
  if (found.equal) return "equal, up to the end at " + position_text(found.at);
  if (found.field == "end") {
    return "equal up to " + position_text(found.at) + ": " + a + " ends at " + found.first + ", " +
           b + " at " + found.second;
  }
  return "the first difference is behind " + position_text(found.at) + ": " + found.field + " is " +
         found.first + " in " + a + ", " + found.second + " in " + b;
}

std::string json_of(const session::Difference& found) {
  if (found.equal) return R"({"equal":true,"tick":null,"event":null,"field":null})";
  return R"({"equal":false,"tick":)" + sim::short_text({found.at.at.millis}) +
         ",\"event\":" + std::to_string(found.at.events) +
         ",\"field\":" + session::json_string(found.field) + "}";
}

}  // namespace

// A recording has one branch so far.
Exit branches_command(const Arguments& arguments) {
  const auto recording = load(arguments.rest().front());
  if (!recording) return fail(Exit::kFile, recording.error());
  const session::Branch& branch = recording->main;
  const sim::Position end = session::end_position(branch);
  if (arguments.has("--json")) {
    print_line("[{\"name\":" + session::json_string(branch.name) +
               ",\"parent\":null,\"tick\":0,\"event\":0,\"end\":" +
               sim::short_text({end.at.millis}) + "}]");
  } else {
    print_line("* " + branch.name + ", up to " + position_text(end) + ", " +
               std::to_string(branch.commands.size()) + " commands");
  }
  return Exit::kOk;
}

Exit diff_command(const Arguments& arguments) {
  const std::vector<std::string>& rest = arguments.rest();
  const bool one_file = rest.size() == 3;
  const auto a = load(rest[0]);
  if (!a) return fail(Exit::kFile, a.error());
  if (one_file) {
    for (const std::string& name : {rest[1], rest[2]}) {
      if (name == a->main.name) continue;
      return fail(Exit::kUsage,
                  rest[0] + ": there is no branch '" + name + "'; there is " + a->main.name);
    }
  }
  const auto b = one_file ? a : load(rest[1]);
  if (!b) return fail(Exit::kFile, b.error());
  ProgressLine progress("comparing");
  const auto found = session::first_difference(
      *a, *b, [&](std::uint64_t permille) { return progress.show(permille); });
  if (!found)
    return fail(exit_of(found.error()), rest[0] + ", " + rest[1] + ": " + found.error().message);
  if (arguments.has("--json")) {
    print_line(json_of(*found));
  } else {
    print_line(text_of(*found, rest[one_file ? 1 : 0], rest[one_file ? 2 : 1]));
  }
  return Exit::kOk;
}

}  // namespace cli
