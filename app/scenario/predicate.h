// What `expect`, `until` and goals ask about a cluster. A value; it reads a sim::ClusterView and
// nothing else. Where the view has nothing to compare (progress at a node that does not lead, an
// unknown request, a node that is not there) every comparison is false.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "app/sim/view.h"

namespace scenario {

using sim::NodeId;

enum class Comparison : std::uint8_t { kEqual, kNotEqual, kLess, kAtMost, kMore, kAtLeast };
bool compare(std::uint64_t left, Comparison comparison, std::uint64_t right);
std::string_view comparison_text(Comparison comparison);

// The numbers of a node that can be compared; `length` is how many entries it holds.
enum class Number : std::uint8_t { kTerm, kCommit, kApplied, kFirst, kLast, kDurable, kLength };
std::string_view number_text(Number number);

// What `result rK = ok` may go on with: nothing, a text, absent, true or false.
struct AnyOutput {
  bool operator==(const AnyOutput&) const = default;
};
struct AbsentOutput {
  bool operator==(const AbsentOutput&) const = default;
};
using ExpectedOutput = std::variant<AnyOutput, std::string, AbsentOutput, bool>;

struct Predicate;
using PredicatePtr = std::shared_ptr<const Predicate>;  // never null

// clang-format off
struct LeaderIs   { NodeId node; };  // 0: any
struct NoLeader   {};
struct RoleIs     { NodeId node; sim::RoleName role = sim::RoleName::kNone; };
struct IsUp       { NodeId node; };
struct IsHalted   { NodeId node; };
struct NumberIs   { Number number = Number::kTerm; NodeId node; Comparison comparison = Comparison::kEqual; std::uint64_t value = 0; };
struct VoteIs     { NodeId node; NodeId vote; };  // vote 0: none
struct LogIs      { NodeId node; std::vector<std::pair<raft::Index, raft::Term>> entries; };
struct ValueIs    { NodeId node; std::string key; std::optional<std::string> value; };  // nullopt: absent
struct ResultIs   { std::uint64_t request = 0; sim::Outcome outcome = sim::Outcome::kPending; std::string reason; ExpectedOutput output; };
struct InFlightIs { std::string type; sim::Endpoint from, to; Comparison comparison = Comparison::kEqual; std::uint64_t value = 0; };
struct ProgressIs { NodeId leader, follower; raft::ProgressState state = raft::ProgressState::kProbe; };
struct MatchIs    { NodeId leader, follower; Comparison comparison = Comparison::kEqual; std::uint64_t value = 0; };
struct SnapshotsAre { NodeId from, to; Comparison comparison = Comparison::kEqual; std::uint64_t value = 0; };  // 0: any
struct VotersAre  { std::vector<NodeId> voters; };  // ascending
struct Converged  {};
struct Not        { PredicatePtr operand; };
struct And        { std::vector<PredicatePtr> operands; };  // two or more
struct Or         { std::vector<PredicatePtr> operands; };  // two or more
// clang-format on

struct Predicate {
  std::variant<LeaderIs, NoLeader, RoleIs, IsUp, IsHalted, NumberIs, VoteIs, LogIs, ValueIs,
               ResultIs, InFlightIs, ProgressIs, MatchIs, SnapshotsAre, VotersAre, Converged, Not,
               And, Or>
      what;
};

bool evaluate(const Predicate& predicate, const sim::ClusterView& view);

// As it is written; parses back to an equal predicate.
std::string print(const Predicate& predicate);

// How things stand where `predicate` looks, for the message of a failed `expect`: "commit n1 is 3,
// n2 leads term 4". Never empty.
std::string explain(const Predicate& predicate, const sim::ClusterView& view);

// Transfers of snapshots that were begun between the two since the start; node 0: any.
std::uint64_t snapshots_begun(const sim::ClusterView& view, NodeId from, NodeId to);

// The configuration that counts: of the leader of the highest term, else of the node with the
// highest applied index (lowest id first). Null: there is no node.
const raft::ConfState* effective_config(const sim::ClusterView& view);

}  // namespace scenario
