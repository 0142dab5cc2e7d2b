// raftarium bench: figures as JSON lines.
#include <iostream>

#include "app/bench/bench.h"
#include "app/cli/arguments.h"
#include "app/cli/output.h"
#include "app/scenario/cursor.h"

namespace cli {
namespace {

Exit run_group(const bench::Group& group) {
  const auto emit = [](const std::string& line) {
    print_line(line);
    std::cout.flush();  // minutes may pass between two
  };
  const Status done = group.run(emit);
  if (!done) return fail(Exit::kFailed, std::string(group.name) + ": " + done.error().message);
  return Exit::kOk;
}

Exit unknown_group(const std::string& name) {
  std::vector<std::string_view> names;
  std::string list;
  for (const bench::Group& group : bench::groups()) {
    names.push_back(group.name);
    list += (list.empty() ? "" : ", ") + std::string(group.name);
  }
  const std::string_view near = scenario::nearest_word(name, names);
  return fail(Exit::kUsage,
              "there is no benchmark '" + name + "'; " +
                  (near.empty() ? "there are " + list : "did you mean " + std::string(near) + "?"));
}

}  // namespace

Exit bench_command(const Arguments& arguments) {
  if (!arguments.rest().empty()) {
    const std::string& name = arguments.rest().front();
    for (const bench::Group& group : bench::groups()) {
      if (group.name != name) continue;
      if (group.run == nullptr) return fail(Exit::kUsage, "bench " + name + " is not built yet");
      return run_group(group);
    }
    return unknown_group(name);
  }
  for (const bench::Group& group : bench::groups()) {
    if (group.run == nullptr) {
      message("bench " + std::string(group.name) + " is not built yet");
      continue;
    }
    const Exit exit = run_group(group);
    if (exit != Exit::kOk) return exit;
  }
  return Exit::kOk;
}

}  // namespace cli
