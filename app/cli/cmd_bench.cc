// raftarium bench: figures as JSON lines.
#include <iostream>

#include "app/bench/bench.h"
#include "app/cli/arguments.h"
#include "app/cli/output.h"
#include "app/scenario/cursor.h"
#include "app/ui/window.h"

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

// The window's figures come from the window, which the other benchmarks do not see.
Exit run_window_group() {
#ifdef RAFTARIUM_HAS_PICTURES
  const ui::BenchEmit emit = [](const std::string& name, const std::string& metric, double value,
                                const std::string& peer) {
    print_line(bench::figure(name, metric, value, peer));
    std::cout.flush();
  };
  const Status frames = ui::bench_frames(emit);
  if (!frames) return fail(Exit::kFailed, "ui: " + frames.error().message);
#ifdef RAFTARIUM_HAS_WINDOW
  const Status window = ui::bench_window(emit);
  // Without a display the rest is there all the same.
  if (!window) message("ui: " + window.error().message);
#endif
  return Exit::kOk;
#else
  return fail(Exit::kUsage, "this build has no window");
#endif
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
      if (group.run == nullptr) return run_window_group();
      return run_group(group);
    }
    return unknown_group(name);
  }
  for (const bench::Group& group : bench::groups()) {
    const Exit exit = group.run == nullptr ? run_window_group() : run_group(group);
    if (exit != Exit::kOk) return exit;
  }
  return Exit::kOk;
}

}  // namespace cli
