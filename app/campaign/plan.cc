#include "app/campaign/plan.h"

#include <array>
#include <initializer_list>

#include "raft/assert.h"

namespace campaign {
namespace {

constexpr std::array<std::string_view, kProfiles> kNames = {
    "calm", "network", "disk", "clocks", "membership", "reads", "all"};

using Weighted = std::pair<Trouble, std::uint64_t>;

// What a profile is about comes often, and a few crashes everywhere but in calm weather.
std::vector<Weighted> troubles_of(Profile profile) {
  switch (profile) {
    case Profile::kCalm:
      return {{Trouble::kTransfer, 1}, {Trouble::kCompact, 1}};
    case Profile::kNetwork:
      return {{Trouble::kCrash, 2},    {Trouble::kPartition, 4}, {Trouble::kCut, 3},
              {Trouble::kMesh, 1},     {Trouble::kLink, 3},      {Trouble::kHold, 3},
              {Trouble::kMessage, 12}, {Trouble::kDuel, 2},      {Trouble::kTransfer, 1},
              {Trouble::kPause, 1}};
    case Profile::kDisk:
      return {{Trouble::kCrash, 6},     {Trouble::kPowerCut, 2}, {Trouble::kTrap, 8},
              {Trouble::kDiskError, 5}, {Trouble::kDiskFull, 3}, {Trouble::kRot, 4},
              {Trouble::kMisdirect, 1}, {Trouble::kDuel, 3},     {Trouble::kPartition, 1},
              {Trouble::kCompact, 2}};
    case Profile::kClocks:
      return {{Trouble::kCrash, 2}, {Trouble::kClock, 8},    {Trouble::kPause, 6},
              {Trouble::kDuel, 4},  {Trouble::kCampaign, 2}, {Trouble::kPartition, 1},
              {Trouble::kHold, 1}};
    case Profile::kMembership:
      return {{Trouble::kCrash, 3},    {Trouble::kChange, 12}, {Trouble::kPartition, 3},
              {Trouble::kTransfer, 3}, {Trouble::kCut, 1},     {Trouble::kCompact, 2},
              {Trouble::kPause, 1},    {Trouble::kDuel, 2},    {Trouble::kMessage, 4}};
    case Profile::kReads:
      return {{Trouble::kCrash, 2},    {Trouble::kPartition, 5}, {Trouble::kCut, 2},
              {Trouble::kTransfer, 5}, {Trouble::kCampaign, 1},  {Trouble::kForget, 1},
              {Trouble::kDuel, 2},     {Trouble::kHold, 3},      {Trouble::kMessage, 6},
              {Trouble::kReadIndex, 4}};
    case Profile::kAll:
      break;
  }
  return {};
}

template <class T>
T pick(raft::Rng& rng, std::initializer_list<T> of) {
  return of.begin()[rng.below(of.size())];
}

class Planner {
 public:
  explicit Planner(const RunSpec& spec)
      : profile_(spec.profile), rng_(spec.seed, static_cast<std::uint64_t>(Stream::kPlan)) {
    plan_.config.seed = spec.seed;
  }

  Plan make() {
    choose_troubles();
    choose_cluster();
    choose_network();
    choose_workload();
    choose_pace();
    return std::move(plan_);
  }

 private:
  bool about(Profile profile) const { return profile_ == profile; }
  bool has(Trouble trouble) const {
    for (const auto& [kind, weight] : plan_.troubles) {
      if (kind == trouble) return true;
    }
    return false;
  }

  void choose_troubles() {
    if (!about(Profile::kAll)) {
      plan_.troubles = troubles_of(profile_);
      return;
    }
    // Of all that there is a part, so that some runs have a lot of a little (swarm testing).
    for (std::uint64_t i = 1; i + 1 < kProfiles; ++i) {
      const bool whole = rng_.chance(1, 3);
      for (const auto& [kind, weight] : troubles_of(static_cast<Profile>(i))) {
        const bool taken = rng_.chance(whole ? 3 : 1, 4);
        if (taken && !has(kind)) plan_.troubles.emplace_back(kind, weight);
      }
    }
    // Which members there are decides how many may lose something: not both in one run.
    if (!has(Trouble::kChange)) return;
    std::erase_if(plan_.troubles, [](const Weighted& entry) {
      return entry.first == Trouble::kRot || entry.first == Trouble::kMisdirect;
    });
  }

  void choose_cluster() {
    plan_.config.nodes = rng_.chance(1, 3) ? 3 : 5;
    const std::uint64_t nodes = plan_.config.nodes;
    const std::uint64_t first = rng_.below(nodes);
    for (std::uint64_t i = 0; i < (nodes - 1) / 2; ++i) {
      plan_.fragile.push_back({(first + i) % nodes + 1});
    }
    // A removed member that does not know it disturbs plain Raft for ever (thesis section 4.2.3),
    // and partial meshes do, too.
    const bool guarded = has(Trouble::kChange) || has(Trouble::kMesh);
    const bool pre_vote = rng_.chance(1, 2);
    const bool check_quorum = rng_.chance(1, 2);
    if (guarded || pre_vote) set("pre-vote", "on");
    if (guarded || check_quorum || about(Profile::kReads)) set("check-quorum", "on");
    set("sync-latency", pick(rng_, {"0.1", "0.1", "0.5", "2"}));
    if (rng_.chance(1, 3)) set("max-size-per-msg", pick(rng_, {"0", "64", "256"}));
    if (rng_.chance(1, 3)) set("max-committed-size", pick(rng_, {"0", "64", "256"}));
    if (rng_.chance(1, 3)) set("max-inflight", pick(rng_, {"1", "2", "8"}));
    if (rng_.chance(1, 4)) set("fast-backtracking", "off");
    if (rng_.chance(1, 4)) set("tick-phase", "aligned");
    if (rng_.chance(1, 2)) {
      set("log-gc-count", pick(rng_, {"4", "16", "64"}));
      set("snapshot-chunk", pick(rng_, {"32", "256", "65536"}));
    }
    set("client-timeout", pick(rng_, {"8", "20", "20", "40"}));
  }

  void choose_network() {
    const bool rough = about(Profile::kNetwork) || about(Profile::kAll);
    plan_.network = rough ? pick(rng_, {"lan", "wan", "lossy", "adversarial"})
                          : pick(rng_, {"perfect", "lan", "lan", "wan"});
  }

  void choose_workload() {
    using sim::Operation;
    plan_.workload.clients = rng_.between(2, 5);
    sim::WorkloadOptions& options = plan_.workload.options;
    options.operations = {Operation::kPut, Operation::kGet, Operation::kCas, Operation::kAppend};
    if (rng_.chance(1, 3)) options.operations.push_back(Operation::kDelete);
    if (rng_.chance(1, 4)) options.operations.push_back(Operation::kScan);
    options.keys = rng_.between(1, 4);
    options.reads = about(Profile::kReads) ? sim::Ratio{2, 3} : sim::Ratio{1, rng_.between(2, 5)};
    options.think.low = {1000};
    options.think.high = sim::ticks(pick<std::uint64_t>(rng_, {2, 10, 40}));
    options.read = pick(rng_, {sim::ReadMode::kIndex, sim::ReadMode::kIndex, sim::ReadMode::kLog});
    // A lease is right only where clocks go alike and nobody is paused.
    const bool lease = plan_.config.options[0].check_quorum && !has(Trouble::kClock) &&
                       !has(Trouble::kPause) && rng_.chance(1, 2);
    if (lease) options.read = sim::ReadMode::kLease;
  }

  void choose_pace() {
    plan_.pause.low = {1000};
    plan_.pause.high = sim::ticks(pick<std::uint64_t>(rng_, {10, 30, 80}));
    if (about(Profile::kCalm)) plan_.pause = {sim::ticks(100), sim::ticks(400)};
    plan_.lasting.low = {3000};
    plan_.lasting.high = sim::ticks(pick<std::uint64_t>(rng_, {20, 60, 60}));
  }

  void set(std::string_view key, std::string_view value) {
    const Status done = sim::set_option(plan_.config, raft::kNoNode, key, value);
    RAFT_ASSERT(done.has_value());
  }

  Profile profile_;
  raft::Rng rng_;
  Plan plan_;
};

}  // namespace

std::string_view profile_name(Profile profile) { return kNames[static_cast<std::size_t>(profile)]; }

std::optional<Profile> profile_of(std::string_view name) {
  for (std::uint64_t i = 0; i < kProfiles; ++i) {
    if (kNames[i] == name) return static_cast<Profile>(i);
  }
  return std::nullopt;
}

Plan make_plan(const RunSpec& spec) { return Planner(spec).make(); }

}  // namespace campaign
