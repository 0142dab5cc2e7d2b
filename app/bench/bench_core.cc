// Bare cores in memory: messages handed over at once, each write at once durable. A unit is an
// entry that is committed and applied by all, or a tick of all. The cases have the names of those
// that the programs measure with which this core is compared (docs/performance.md).
#include "app/bench/cores.h"

namespace bench {
namespace {

constexpr std::uint64_t kEntries = 60'000;
constexpr std::uint64_t kTicks = 100'000;

constexpr Variant kVariants[] = {
    {"raftarium", true, false},
    {"raftarium-per-proposal", false, false},
    {"raftarium-wire", true, true},
    {"raftarium-per-proposal-wire", false, true},
};

Status measure_variant(const Emit& emit, const Variant& variant) {
  // Protobuf takes ten times as long.
  const std::uint64_t share = variant.wire ? 4 : 1;
  for (const std::uint64_t nodes : {3U, 5U}) {
    for (const std::uint64_t bytes : {16U, 1024U}) {
      const std::string tag = std::to_string(nodes) + "n-" + std::to_string(bytes) + "B-";
      RAFT_TRY(measure(emit, variant, tag + "window", nodes, bytes, kEntries / share, window));
      RAFT_TRY(measure(emit, variant, tag + "batch", nodes, bytes, kEntries / share, batch));
      RAFT_TRY(measure(emit, variant, tag + "single", nodes, bytes, kEntries / 4 / share, single));
    }
  }
  RAFT_TRY(measure(emit, variant, "5n-idle", 5, 0, kTicks / share, ticks));
  return measure(emit, variant, "5n-tickprop", 5, 16, kTicks / 4 / share, ticks);
}

}  // namespace

Status run_core(const Emit& emit) {
  for (const Variant& variant : kVariants) RAFT_TRY(measure_variant(emit, variant));
  return ok();
}

}  // namespace bench
