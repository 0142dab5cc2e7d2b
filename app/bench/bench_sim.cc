// Five nodes in the simulation. A unit is a tick; each includes the event queue, the network with
// its default delays, and the nodes' databases on simulated disks.
#include <memory>

#include "app/bench/bench.h"
#include "app/check/checker_set.h"
#include "app/session/session.h"

namespace bench {
namespace {

constexpr std::uint64_t kTicks = 2000;
constexpr std::uint64_t kWarmUpTicks = 100;

// The checkers alone, as a session drives them.
struct Checkers : sim::FactSink {
  void on_fact(const sim::Fact& fact) override { checkers.on_fact(fact); }
  void run_until(sim::Cluster& cluster, sim::Instant at) {
    while (cluster.has_next() && cluster.next_instant() < at) {
      cluster.step();
      checkers.after_event(cluster.nodes_view());
    }
    cluster.advance_clock(at);
  }
  check::CheckerSet checkers;
};

// Hears every fact and keeps none.
struct Listener : sim::FactSink {
  void on_fact(const sim::Fact&) override { ++facts; }
  std::uint64_t facts = 0;
};

sim::Request put(std::uint64_t number) {
  sim::Request request;
  request.operation = sim::Operation::kPut;
  request.key = "k" + std::to_string(number % 8);
  request.value = std::string(16, 'v');
  return request;
}

// `act` carries a command out, `run` lets time pass. Returns CPU time per tick.
template <class Act, class Run>
Result<double> ticks(const Emit& emit, const std::string& name, bool with_puts, const Act& act,
                     const Run& run) {
  sim::Instant now = sim::Instant{} + sim::ticks(kWarmUpTicks);
  run(now);
  const Stopwatch watch;
  for (std::uint64_t tick = 0; tick < kTicks; ++tick) {
    if (with_puts) RAFT_TRY(act(put(tick)));
    now = now + sim::ticks(1);
    run(now);
  }
  return watch.emit(emit, name, kTicks);
}

Result<double> bare(const Emit& emit, const std::string& name, bool with_puts, bool with_facts) {
  RAFT_TRY_ASSIGN(sim::Cluster cluster, sim::Cluster::boot({}));
  Listener listener;
  if (with_facts) cluster.set_fact_sink(&listener);
  return ticks(
      emit, name, with_puts, [&](sim::Request put) { return cluster.execute(std::move(put)); },
      [&](sim::Instant at) { cluster.run_until(at); });
}

Result<double> checked(const Emit& emit, const std::string& name, bool with_puts) {
  RAFT_TRY_ASSIGN(sim::Cluster cluster, sim::Cluster::boot({}));
  Checkers checkers;
  cluster.set_fact_sink(&checkers);
  return ticks(
      emit, name, with_puts,
      [&](sim::Request put) {
        const Status done = cluster.execute(std::move(put));
        checkers.checkers.after_event(cluster.nodes_view());
        return done;
      },
      [&](sim::Instant at) { checkers.run_until(cluster, at); });
}

Result<double> with_session(const Emit& emit, const std::string& name, bool with_puts) {
  RAFT_TRY_ASSIGN(session::Session session, session::Session::start({}));
  RAFT_TRY_ASSIGN(
      const double cpu,
      ticks(
          emit, name, with_puts, [&](sim::Request put) { return session.act(std::move(put)); },
          [&](sim::Instant at) { session.run_until(at); }));
  if (!session.violations().empty()) {
    return Error{Code::kCorruption, "the run violates a property: " +
                                        session::violation_text(session.violations().front())};
  }
  return cpu;
}

}  // namespace

Status run_sim(const Emit& emit) {
  for (const bool with_puts : {false, true}) {
    const std::string name = with_puts ? "sim-5n-tickprop" : "sim-5n-idle";
    RAFT_TRY_ASSIGN(const double alone, bare(emit, name, with_puts, false));
    RAFT_TRY_ASSIGN(const double facts, bare(emit, name + "-facts", with_puts, true));
    RAFT_TRY_ASSIGN(const double checks, checked(emit, name + "-checkers", with_puts));
    RAFT_TRY_ASSIGN(const double all, with_session(emit, name + "-session", with_puts));
    // How much longer a tick takes with facts told, with checkers, and with all of a session.
    emit(figure(name + "-facts", "ratio", facts / alone));
    emit(figure(name + "-checkers", "ratio", checks / alone));
    emit(figure(name + "-session", "ratio", all / alone));
  }
  return ok();
}

}  // namespace bench
