// What a seed makes of a campaign's run: how the cluster is set up, what its clients do, and which
// faults strike it. A pure function of the seed and the profile; the run itself is made of commands
// of the scenario language alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/sim/command.h"
#include "app/sim/config.h"
#include "raft/mistakes.h"
#include "raft/rng.h"

namespace campaign {

// Which faults may come. kAll: of the faults of all of them, each seed takes some.
enum class Profile : std::uint8_t {
  kCalm,
  kNetwork,
  kDisk,
  kClocks,
  kMembership,
  kReads,
  kAll,
};
inline constexpr std::uint64_t kProfiles = 7;
// "network", as on the command line.
std::string_view profile_name(Profile profile);
std::optional<Profile> profile_of(std::string_view name);

inline constexpr std::uint64_t kDefaultTicks = 2000;

// Everything that decides a run.
struct RunSpec {
  std::uint64_t seed = 1;
  std::uint64_t ticks = kDefaultTicks;  // under faults; healing comes behind them
  Profile profile = Profile::kAll;
  std::optional<raft::Mistake> mistake;  // switched on at tick 0
};

// Kinds of trouble that a run may have.
enum class Trouble : std::uint8_t {
  kCrash,      // of one node; it comes back
  kPowerCut,   // of all nodes at once
  kTrap,       // a crash at a moment that matters
  kPause,      //
  kPartition,  // groups, or the leader alone
  kCut,        // of a link, often one way
  kMesh,       // some links only: a star, a line
  kLink,       // one link is slow, loses or doubles
  kHold,       // messages of a link wait, and come late
  kMessage,    // one message is dropped, doubled, delayed or comes first
  kDuel,       // timers of several nodes fire together
  kCampaign,   //
  kTransfer,   //
  kForget,     //
  kCompact,    //
  kReadIndex,  //
  kClock,      // a clock is fast or slow
  kDiskError,  // a write, sync or read fails
  kDiskFull,   //
  kRot,        // only of the fragile nodes
  kMisdirect,  // likewise
  kChange,     // of members
};

struct Plan {
  sim::ClusterConfig config;
  std::string network;  // a preset
  sim::Workload workload;
  // With weights; empty: none.
  std::vector<std::pair<Trouble, std::uint64_t>> troubles;
  sim::DelayRange pause;    // between one trouble and the next
  sim::DelayRange lasting;  // of a trouble that ends by itself
  // The fault atlas: a minority, whose disks may lose what they held. The others' never do.
  std::vector<sim::NodeId> fragile;
};

Plan make_plan(const RunSpec& spec);

// The numbers of a campaign, apart from those of the cluster that it plays with.
enum class Stream : std::uint64_t { kPlan = 0xF0220001, kTroubles = 0xF0220002 };

}  // namespace campaign
