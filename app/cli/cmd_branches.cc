// raftarium branches, raftarium diff: what a recording holds, and where two runs part.
#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/output.h"
#include "app/session/difference.h"
#include "app/session/recording.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

double ticks(sim::Instant at) { return static_cast<double>(at.millis) / 1000; }

std::string dump(const Json& json) {
  // Names of a file may be any bytes.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json branch_json(const session::Recording& recording, const session::Branch& branch) {
  const sim::Position end = session::end_position(branch);
  Json out;
  out["name"] = branch.name;
  out["parent"] = nullptr;
  out["tick"] = 0;
  out["event"] = 0;
  if (branch.fork) {
    out["parent"] = recording.branch(branch.fork->parent).name;
    out["tick"] = ticks(branch.fork->at.at);
    out["event"] = branch.fork->at.events;
  }
  out["end"] = ticks(end.at);
  out["end_event"] = end.events;
  return out;
}

std::string branch_text(const session::Recording& recording, std::size_t number) {
  const session::Branch& branch = recording.branch(number);
  std::string line = number == recording.active ? "* " : "  ";
  line += branch.name;
  if (branch.fork) {
    line += ", from " + recording.branch(branch.fork->parent).name + " at " +
            session::position_text(branch.fork->at);
  }
  line += ", up to " + session::position_text(session::end_position(branch)) + ", " +
          std::to_string(branch.commands.size()) + " commands";
  return line + (number == 0 ? "" : " of its own");
}

Exit exit_of(const Error& error) {
  return error.code == Code::kCorruption ? Exit::kReplay : Exit::kFile;
}

}  // namespace

Exit branches_command(const Arguments& arguments) {
  const auto loaded = session::read_recording(arguments.rest().front());
  if (!loaded) return fail(Exit::kFile, loaded.error());
  if (!loaded->note.empty()) message(loaded->note);
  const session::Recording& recording = loaded->recording;
  if (arguments.has("--json")) {
    Json list = Json::array();
    for (std::size_t i = 0; i < recording.branches(); ++i) {
      list.push_back(branch_json(recording, recording.branch(i)));
    }
    print_line(dump(list));
    return Exit::kOk;
  }
  if (!recording.title.empty()) print_line(recording.title);
  for (std::size_t i = 0; i < recording.branches(); ++i) print_line(branch_text(recording, i));
  return Exit::kOk;
}

Exit diff_command(const Arguments& arguments) {
  const std::vector<std::string>& rest = arguments.rest();
  const bool one_file = rest.size() == 3;
  const std::string& file_a = rest[0];
  const std::string& file_b = one_file ? rest[0] : rest[1];
  const auto a = session::read_recording(file_a);
  if (!a) return fail(Exit::kFile, a.error());
  const auto b = session::read_recording(file_b);
  if (!b) return fail(Exit::kFile, b.error());
  std::size_t branch_a = a->recording.active;
  std::size_t branch_b = b->recording.active;
  if (one_file) {
    for (const auto& [name, branch] : {std::pair(rest[1], &branch_a), {rest[2], &branch_b}}) {
      const auto found = a->recording.find_branch(name);
      if (!found) return fail(Exit::kUsage, file_a + ": there is no branch '" + name + "'");
      *branch = *found;
    }
  }
  for (const auto* loaded : {&*a, &*b}) {
    if (!loaded->note.empty()) message(loaded->note);
    if (one_file) break;
  }
  ProgressLine progress("comparing");
  const auto found =
      session::first_difference(a->recording, branch_a, b->recording, branch_b,
                                [&](std::uint64_t permille) { return progress.show(permille); });
  if (!found) return fail(exit_of(found.error()), found.error());
  if (arguments.has("--json")) {
    Json out;
    out["equal"] = found->equal;
    out["tick"] = found->equal ? Json(nullptr) : Json(ticks(found->at.at));
    out["event"] = found->equal ? Json(nullptr) : Json(found->at.events);
    out["field"] = found->equal ? Json(nullptr) : Json(found->field);
    print_line(dump(out));
    return Exit::kOk;
  }
  if (found->equal) {
    print_line("equal, up to the end at " + session::position_text(found->at));
    return Exit::kOk;
  }
  const std::string name_a = one_file ? rest[1] : file_a;
  const std::string name_b = one_file ? rest[2] : file_b;
  if (found->field == "end") {
    print_line("equal up to " + session::position_text(found->at) + ": " + name_a + " ends at " +
               found->first + ", " + name_b + " at " + found->second);
    return Exit::kOk;
  }
  std::string line =
      "the first difference is at " + session::position_text(found->at) + ": " + found->field;
  if (!found->first.empty() || !found->second.empty()) {
    line += " is " + found->first + " in " + name_a + ", " + found->second + " in " + name_b;
  }
  print_line(line);
  return Exit::kOk;
}

}  // namespace cli
