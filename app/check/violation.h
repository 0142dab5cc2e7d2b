// What a check found: a property of the simulated world that does not hold. A value: shown,
// recorded, never an abort.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/sim/fact.h"
#include "app/sim/time.h"

namespace check {

// In the order in which they are told when several break in one event.
enum class Property : std::uint8_t {
  kElectionSafety,
  kLeaderAppendOnly,
  kLogMatching,
  kLeaderCompleteness,
  kStateMachineSafety,
  kMonotonic,
  kVoteOnce,
  kDurableBeforeAck,
  kDiskLogMatching,
  kAppliedEqualsLog,
  kOneOutcome,
  kMembership,
  kLinearizability,
  kLiveness,
};
inline constexpr std::uint64_t kProperties = 14;

// "election-safety", as in scenarios and JSON.
std::string_view property_name(Property property);
std::optional<Property> property_of(std::string_view name);

// Enough of a fact to show it after the fact itself is gone.
struct FactNote {
  std::uint64_t id = 0;  // 0: there is none
  sim::NodeId node;
  sim::Instant at;
  std::string text;  // "n4 granted n3 its vote"
  bool operator==(const FactNote&) const = default;
};

// The fact with its short narration.
FactNote note_of(const sim::Fact& fact);

struct Violation {
  Property property = Property::kElectionSafety;
  std::uint64_t event = 0;  // world event in which it broke
  sim::Instant at;
  std::string text;                // one sentence for people
  FactNote earlier;                // the two facts that contradict each other
  FactNote later;                  //
  std::vector<sim::NodeId> nodes;  // those involved, ascending
  bool expected = false;           // somebody said beforehand, or afterwards, that it would break
  bool operator==(const Violation&) const = default;
};

// Violations in the order in which they are told: by event, then by property.
class Findings {
 public:
  // `now`: the fact that shows it. `earlier`: what it contradicts.
  void add(Property property, const sim::Fact& now, std::string text, FactNote earlier,
           std::vector<sim::NodeId> nodes);
  void add(Violation violation);

  const std::vector<Violation>& list() const { return list_; }
  // All of a property (nullopt: of every one), so far and from now on, count as expected.
  void expect(std::optional<Property> property);
  void expect_nothing();
  // What every further violation ends with: a fault that breaks Raft's assumptions. Each once.
  void add_cause(std::string cause);

 private:
  // A broken world breaks again and again; behind this many of one property nothing new is learnt.
  static constexpr std::uint64_t kMaxPerProperty = 100;

  std::vector<Violation> list_;
  std::uint64_t counts_[kProperties] = {};
  bool expected_[kProperties] = {};
  std::vector<std::string> causes_;
};

}  // namespace check
