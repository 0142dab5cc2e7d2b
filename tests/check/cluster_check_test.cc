// Real clusters under faults: Raft is right, so no check may say otherwise.
#include <gtest/gtest.h>

#include "app/check/checker_set.h"
#include "app/check/history.h"
#include "app/check/linearizability.h"
#include "app/check/trace.h"
#include "app/sim/cluster.h"
#include "raft/rng.h"

namespace {

class Watch : public sim::FactSink {
 public:
  void on_fact(const sim::Fact& fact) override {
    checkers.on_fact(fact);
    if (traced) trace += check::write_trace(fact) + "\n";
    ++facts;
  }
  check::CheckerSet checkers;
  bool traced = false;
  std::string trace;
  std::uint64_t facts = 0;
};

sim::Cluster boot(std::uint64_t seed) {
  sim::ClusterConfig config;
  config.seed = seed;
  auto cluster = sim::Cluster::boot(config);
  EXPECT_TRUE(cluster) << cluster.error().message;
  return *std::move(cluster);
}

// One random act; what cannot be done at the moment is not done.
void act_at_random(sim::Cluster& cluster, raft::Rng& rng, std::uint64_t& values) {
  const sim::NodeId node{1 + rng.below(5)};
  switch (rng.below(36)) {
    case 0:
      (void)cluster.execute(sim::Crash{node});
      return;
    case 1:
    case 2:
      (void)cluster.execute(sim::Restart{node});
      return;
    case 3: {
      const sim::NodeId other{1 + node.value % 5};
      (void)cluster.execute(sim::Partition{{{node, other}}});
      return;
    }
    case 4:
      (void)cluster.execute(sim::Heal{});
      return;
    case 5:
      (void)cluster.execute(rng.chance(1, 2) ? sim::Command(sim::Pause{node})
                                             : sim::Command(sim::Resume{node}));
      return;
    default:
      break;
  }
  sim::Request request;
  request.key = "k" + std::to_string(rng.below(3));
  request.value = "v" + std::to_string(++values);
  const std::uint64_t kind = rng.below(5);
  request.operation = kind == 0   ? sim::Operation::kGet
                      : kind == 1 ? sim::Operation::kAppend
                      : kind == 2 ? sim::Operation::kCas
                      : kind == 3 ? sim::Operation::kDelete
                                  : sim::Operation::kPut;
  if (kind == 2) request.expect = "v" + std::to_string(rng.below(values) + 1);
  request.client = 1 + rng.below(6);
  (void)cluster.execute(request);
}

void run(sim::Cluster& cluster, Watch& watch, std::uint64_t until) {
  while (cluster.has_next() && cluster.next_instant().millis < until) {
    cluster.step();
    watch.checkers.after_event(cluster.view());
  }
  cluster.advance_clock({until});
}

void expect_clean(const check::CheckerSet& checkers, std::uint64_t seed) {
  for (const auto& violation : checkers.violations()) {
    ADD_FAILURE() << "seed " << seed << ", event " << violation.event << ": "
                  << check::property_name(violation.property) << ": " << violation.text << "; "
                  << violation.earlier.text << " / " << violation.later.text;
  }
}

TEST(ClusterChecks, FortySeedsUnderFaultsBreakNothing) {
  std::uint64_t facts = 0;
  std::uint64_t answered = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    sim::Cluster cluster = boot(seed);
    Watch watch;
    cluster.set_fact_sink(&watch);
    (void)cluster.execute(sim::SetNetwork{seed % 2 == 0 ? "lossy" : "adversarial"});
    raft::Rng rng(seed, 77);
    std::uint64_t values = 1;
    for (std::uint64_t tick = 0; tick < 300; tick += 2) {
      run(cluster, watch, tick * 1000);
      act_at_random(cluster, rng, values);
      watch.checkers.after_event(cluster.view());
    }
    expect_clean(watch.checkers, seed);
    const auto view = cluster.view();
    const check::History history = check::history_of(view.requests);
    const auto report = check::check_linearizability(history);
    EXPECT_EQ(report.verdict, check::Verdict::kLinearizable) << "seed " << seed << report.text;
    const auto again = check::read_history(check::write_history(history));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, history);
    facts += watch.facts;
    for (const auto& request : view.requests) answered += request.outcome == sim::Outcome::kOk;
  }
  EXPECT_GT(facts, 100000u);
  EXPECT_GT(answered, 300u);
}

TEST(ClusterChecks, ATraceOfARunIsCheckedLikeTheRun) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    sim::Cluster cluster = boot(seed);
    Watch watch;
    watch.traced = true;
    cluster.set_fact_sink(&watch);
    (void)cluster.execute(sim::SetNetwork{"lossy"});
    raft::Rng rng(seed, 77);
    std::uint64_t values = 1;
    for (std::uint64_t tick = 0; tick < 160; tick += 2) {
      run(cluster, watch, tick * 1000);
      act_at_random(cluster, rng, values);
    }
    const auto trace = check::read_trace(watch.trace);
    ASSERT_TRUE(trace) << trace.error().message;
    EXPECT_EQ(trace->size(), watch.facts);
    const auto report = check::check_trace(*trace);
    for (const auto& violation : report.violations) {
      ADD_FAILURE() << "seed " << seed << ": " << check::property_name(violation.property) << ": "
                    << violation.text << " (fact " << violation.later.id << ")";
    }
    for (const auto& remark : report.remarks) ADD_FAILURE() << remark;
    EXPECT_EQ(report.checked.size(), 8u);
  }
}

}  // namespace
