// The benchmarks behind `raftarium bench`: each prints JSON lines
//   {"peer":"raftarium","case":…,"metric":…,"value":…}
// `cpu_ns` is CPU time of this process per unit, the figure to compare on a shared machine; `ns` is
// wall time. docs/performance.md says what each case includes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "raft/result.h"

namespace bench {

using Emit = std::function<void(const std::string& line)>;

struct Group {
  std::string_view name;  // "sim"
  std::string_view what;
  Status (*run)(const Emit& emit);  // null: the window measures itself
};
std::span<const Group> groups();

// Under whose name a figure stands, unless a group compares several ways.
inline constexpr const char* kPeer = "raftarium";

// One figure as a line.
std::string figure(std::string_view name, std::string_view metric, double value,
                   std::string_view peer = kPeer);

// Measures from its construction to `emit`, and tells both times per unit.
class Stopwatch {
 public:
  explicit Stopwatch(const char* peer = kPeer);
  // `units`: what was done meanwhile. Returns cpu_ns.
  double emit(const Emit& emit, std::string_view name, std::uint64_t units) const;
  double wall() const;  // nanoseconds so far

 private:
  const char* peer_;
  std::uint64_t cpu_;  // nanoseconds
  std::chrono::steady_clock::time_point wall_;
};

Status run_core(const Emit& emit);
Status run_kv(const Emit& emit);
Status run_seek(const Emit& emit);
Status run_sim(const Emit& emit);
Status run_storage(const Emit& emit);

}  // namespace bench
