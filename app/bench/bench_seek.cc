// A long run of five nodes, 64 keys and a write every ten ticks, as a session holds it: how long it
// takes to stand elsewhere in it, and what it costs to be able to.
#include <sys/resource.h>

#include <algorithm>
#include <string>
#include <vector>

#include "app/bench/bench.h"
#include "app/session/recording.h"
#include "app/session/session.h"
#include "raft/rng.h"

namespace bench {
namespace {

constexpr std::uint64_t kWriteEvery = 10;
constexpr std::uint64_t kKeys = 64;
constexpr std::uint64_t kSeeks = 40;
constexpr std::uint64_t kSteps = 200;

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

// The median and the worst of wall times: seeks wait for nothing, so that both are work.
void emit_times(const Emit& emit, std::string_view name, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  emit(figure(name, "median_ms", times[times.size() / 2]));
  emit(figure(name, "worst_ms", times.back()));
}

Status write_along(session::Session& session, std::uint64_t ticks) {
  sim::Request put;
  put.operation = sim::Operation::kPut;
  put.value = std::string(16, 'v');
  const sim::Instant start = session.position().at;
  for (std::uint64_t tick = 0; tick < ticks; tick += kWriteEvery) {
    put.key = "k" + std::to_string(tick / kWriteEvery % kKeys);
    RAFT_TRY(session.act(put));
    session.run_until(start + sim::ticks(tick + kWriteEvery));
  }
  return ok();
}

std::uint64_t resident_bytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // kilobytes on Linux
}

Status measure(const Emit& emit, std::uint64_t ticks, const std::string& name) {
  RAFT_TRY_ASSIGN(session::Session session, session::Session::start({}));
  session.tick(sim::ticks(100));
  const Stopwatch run;
  RAFT_TRY(write_along(session, ticks));
  const double per_tick = run.emit(emit, name + "/run", ticks);

  raft::Rng rng(1, 1);
  const std::uint64_t events = session.position().events;
  std::vector<double> seeks;
  for (std::uint64_t i = 0; i < kSeeks; ++i) {
    const session::AtEvent target{rng.below(events)};
    const auto start = std::chrono::steady_clock::now();
    RAFT_TRY(session.seek(target));
    seeks.push_back(milliseconds_since(start));
  }
  emit_times(emit, name + "/seek", std::move(seeks));

  // The first step back plays up to it and leaves checkpoints for those that follow.
  std::vector<double> steps;
  RAFT_TRY(session.seek(session::AtEvent{events / 2}));
  RAFT_TRY(session.back());
  for (std::uint64_t i = 0; i < kSteps; ++i) {
    const auto start = std::chrono::steady_clock::now();
    RAFT_TRY(session.back());
    steps.push_back(milliseconds_since(start));
  }
  emit_times(emit, name + "/step_back", std::move(steps));

  RAFT_TRY(session.seek(session::AtEnd{}));
  emit(figure(name, "resident_mib", static_cast<double>(resident_bytes()) / (1 << 20)));
  emit(figure(name, "checkpoints", static_cast<double>(session.checkpoints())));
  emit(figure(name, "checkpoint_mib", static_cast<double>(session.checkpoint_bytes()) / (1 << 20)));

  const session::Recording recording = session.recording();
  const Stopwatch replay;
  RAFT_TRY_ASSIGN(session::Session again, session::Session::replay(recording));
  const double per_replayed_tick = replay.emit(emit, name + "/replay", ticks);
  emit(figure(name, "replay_to_run", per_replayed_tick / per_tick));
  return ok();
}

}  // namespace

Status run_seek(const Emit& emit) {
  RAFT_TRY(measure(emit, 100'000, "seek/100k"));
  RAFT_TRY(measure(emit, 1'000'000, "seek/1M"));
  // Time alone costs a recording only its digests.
  RAFT_TRY_ASSIGN(session::Session idle, session::Session::start({}));
  idle.tick(sim::ticks(1'000));
  const std::size_t before = session::encode_recording(idle.recording()).size();
  idle.tick(sim::ticks(100'000));
  const std::size_t after = session::encode_recording(idle.recording()).size();
  emit(figure("seek/recording", "bytes_per_1000_ticks", static_cast<double>(after - before) / 100));
  return ok();
}

}  // namespace bench
