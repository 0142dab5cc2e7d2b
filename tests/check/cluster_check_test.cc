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

// What is done besides the usual.
struct Acts {
  sim::ReadMode read = sim::ReadMode::kDefault;
  bool pauses = true;  // of a lease a paused node knows nothing
  bool changes = false;
};

raft::ConfChange random_change(raft::Rng& rng) {
  using raft::ConfChangeType;
  constexpr ConfChangeType kTypes[] = {ConfChangeType::kAddNode, ConfChangeType::kAddNode,
                                       ConfChangeType::kRemoveNode, ConfChangeType::kAddLearner};
  raft::ConfChange change;
  const std::uint64_t some = rng.below(4);  // none: leaves a joint configuration
  for (std::uint64_t i = 0; i < some; ++i) {
    const ConfChangeType type = kTypes[rng.below(4)];
    change.changes.push_back({type, {1 + rng.below(7)}});
  }
  change.transition = static_cast<raft::ConfTransition>(rng.below(3));
  return change;
}

// One random act; what cannot be done at the moment is not done.
void act_at_random(sim::Cluster& cluster, raft::Rng& rng, std::uint64_t& values,
                   const Acts& acts = {}) {
  const sim::NodeId node{1 + rng.below(5)};
  if (acts.changes && rng.chance(1, 8)) {
    const raft::ConfChange change = random_change(rng);
    (void)cluster.execute(sim::Change{change, false});
    return;
  }
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
      if (!acts.pauses) return;
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
  if (kind == 0) request.read = acts.read;
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

// Plays a seed; returns how many reads were answered. Members that are in no majority any more may
// stand still for ever: of that liveness rightly says nothing.
std::uint64_t play(std::uint64_t seed, const Acts& acts, const std::vector<sim::SetOption>& options,
                   std::uint64_t* configurations = nullptr) {
  sim::Cluster cluster = boot(seed);
  Watch watch;
  cluster.set_fact_sink(&watch);
  for (const sim::SetOption& option : options) EXPECT_TRUE(cluster.execute(option));
  (void)cluster.execute(sim::SetNetwork{seed % 2 == 0 ? "lossy" : "lan"});
  raft::Rng rng(seed, 78);
  std::uint64_t values = 1;
  for (std::uint64_t tick = 0; tick < 300; tick += 2) {
    run(cluster, watch, tick * 1000);
    act_at_random(cluster, rng, values, acts);
    watch.checkers.after_event(cluster.view());
  }
  expect_clean(watch.checkers, seed);
  const auto view = cluster.view();
  const auto report = check::check_linearizability(check::history_of(view.requests));
  EXPECT_NE(report.verdict, check::Verdict::kNotLinearizable) << "seed " << seed << report.text;
  std::uint64_t reads = 0;
  for (const auto& request : view.requests) {
    reads += sim::is_read(request.request.operation) && request.outcome == sim::Outcome::kOk;
  }
  if (configurations != nullptr) {
    std::uint64_t most = 1;
    for (const auto& node : view.nodes) {
      for (raft::Index i = node.first; i <= node.applied; i = raft::next_index(i)) {
        *configurations += node.log->entry(i)->type != raft::EntryType::kNormal;
      }
      most = std::max(most, node.id.value);
    }
    EXPECT_GE(most, 5u);
  }
  return reads;
}

TEST(ClusterChecks, ReadsByIndexAndByLeaseUnderFaultsAreNeverStale) {
  for (const sim::ReadMode mode : {sim::ReadMode::kIndex, sim::ReadMode::kLease}) {
    std::uint64_t reads = 0;
    const bool lease = mode == sim::ReadMode::kLease;
    std::vector<sim::SetOption> options;
    if (lease) options.push_back({{}, "check-quorum", "on"});
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      reads += play(seed, {mode, !lease, false}, options);
    }
    EXPECT_GT(reads, 100u);
  }
}

TEST(ClusterChecks, MembersThatComeAndGoUnderFaultsBreakNothing) {
  std::uint64_t configurations = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    play(seed, {sim::ReadMode::kDefault, true, true},
         {{{}, "log-gc-count", seed % 3 == 0 ? "5" : "0"}}, &configurations);
  }
  EXPECT_GT(configurations, 100u);
}

TEST(ClusterChecks, ATraceOfARunIsCheckedLikeTheRun) {
  bool snapshots = false;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    sim::Cluster cluster = boot(seed);
    Watch watch;
    watch.traced = true;
    cluster.set_fact_sink(&watch);
    (void)cluster.execute(sim::SetNetwork{"lossy"});
    if (seed % 2 == 0) (void)cluster.execute(sim::SetOption{{}, "log-gc-count", "5"});
    raft::Rng rng(seed, 77);
    std::uint64_t values = 1;
    for (std::uint64_t tick = 0; tick < 160; tick += 2) {
      run(cluster, watch, tick * 1000);
      act_at_random(cluster, rng, values);
    }
    const auto trace = check::read_trace(watch.trace);
    ASSERT_TRUE(trace) << trace.error().message;
    EXPECT_EQ(trace->size(), watch.facts);
    snapshots = snapshots || watch.trace.find(R"("kind":"snapshot")") != std::string::npos;
    const auto report = check::check_trace(*trace);
    for (const auto& violation : report.violations) {
      ADD_FAILURE() << "seed " << seed << ": " << check::property_name(violation.property) << ": "
                    << violation.text << " (fact " << violation.later.id << ")";
    }
    for (const auto& remark : report.remarks) ADD_FAILURE() << remark;
    EXPECT_GE(report.checked.size(), 8u);  // membership only where somebody restarts
  }
  EXPECT_TRUE(snapshots);
}

}  // namespace
