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

std::string branch_json(const session::Recording& recording, const session::Branch& branch) {
  std::string parent = "null";
  sim::Position from;
  if (branch.fork) {
    parent = session::json_string(recording.branch(branch.fork->parent).name);
    from = branch.fork->at;
  }
  return "{\"name\":" + session::json_string(branch.name) + ",\"parent\":" + parent +
         ",\"tick\":" + sim::short_text({from.at.millis}) +
         ",\"event\":" + std::to_string(from.events) +
         ",\"end\":" + sim::short_text({session::end_position(branch).at.millis}) + "}";
}

std::string branch_text(const session::Recording& recording, std::size_t number) {
  const session::Branch& branch = recording.branch(number);
  std::string line = (number == recording.active ? "* " : "  ") + branch.name;
  if (branch.fork) {
    line += ", from " + recording.branch(branch.fork->parent).name + " at " +
            position_text(branch.fork->at);
  }
  line += ", up to " + position_text(session::end_position(branch)) + ", " +
          std::to_string(branch.commands.size()) + " commands";
  return line + (number == 0 ? "" : " of its own");
}

Exit exit_of(const Error& error) {
  return error.code == Code::kCorruption ? Exit::kReplay : Exit::kFile;
}

std::string no_branch(const std::string& file, const session::Recording& recording,
                      const std::string& name) {
  std::string known;
  for (std::size_t i = 0; i < recording.branches(); ++i) {
    known += (i == 0 ? "" : ", ") + recording.branch(i).name;
  }
  return file + ": there is no branch '" + name + "'; there is " + known;
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

Exit branches_command(const Arguments& arguments) {
  const auto recording = load(arguments.rest().front());
  if (!recording) return fail(Exit::kFile, recording.error());
  if (arguments.has("--json")) {
    std::string list;
    for (std::size_t i = 0; i < recording->branches(); ++i) {
      list += (list.empty() ? "" : ",") + branch_json(*recording, recording->branch(i));
    }
    print_line("[" + list + "]");
    return Exit::kOk;
  }
  if (!recording->title.empty()) print_line(recording->title);
  for (std::size_t i = 0; i < recording->branches(); ++i) print_line(branch_text(*recording, i));
  return Exit::kOk;
}

Exit diff_command(const Arguments& arguments) {
  const std::vector<std::string>& rest = arguments.rest();
  const bool one_file = rest.size() == 3;
  const auto a = load(rest[0]);
  if (!a) return fail(Exit::kFile, a.error());
  const auto b = one_file ? a : load(rest[1]);
  if (!b) return fail(Exit::kFile, b.error());
  std::size_t branch_a = a->active;
  std::size_t branch_b = b->active;
  if (one_file) {
    for (const auto& [name, branch] : {std::pair(rest[1], &branch_a), {rest[2], &branch_b}}) {
      const auto found = a->find_branch(name);
      if (!found) return fail(Exit::kUsage, no_branch(rest[0], *a, name));
      *branch = *found;
    }
  }
  ProgressLine progress("comparing");
  const auto found = session::first_difference(
      *a, branch_a, *b, branch_b, [&](std::uint64_t permille) { return progress.show(permille); });
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
