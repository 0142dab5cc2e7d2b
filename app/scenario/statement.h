// A line of a scenario as a value: a command that the cluster carries out and the recording keeps,
// or one that only moves time or looks.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "app/check/violation.h"
#include "app/scenario/predicate.h"
#include "app/sim/command.h"

namespace scenario {

struct Place {
  std::string file;  // "console" there
  std::uint64_t line = 1;
  std::uint64_t column = 1;  // in characters, from 1
  bool operator==(const Place&) const = default;
  std::string text() const;  // FILE:LINE:COL
};

// clang-format off
struct Tick               { sim::Duration by{1000}; };
struct Step               { std::uint64_t items = 1; };
struct Never              { Predicate predicate; sim::Duration lasting; };
struct Until              { Predicate predicate; sim::Duration within{500000}; };
struct Expect             { Predicate predicate; };
struct ExpectNoViolations {};
struct ExpectLinearizable {};
// `first`: the earliest violation of the run is one of the property.
struct ExpectViolation    { check::Property property = check::Property::kElectionSafety; bool first = false; };
struct Bookmark           { std::string text; };
struct Say                { std::string text; };
// Header lines; the console refuses them, a script takes them into its configuration.
struct Seed               { std::uint64_t seed = 1; };
struct Nodes              { std::uint64_t nodes = 5; };
struct DiskImages         { std::string folder; };  // relative to the scenario's
// clang-format on

struct Statement {
  std::variant<sim::Command, Tick, Step, Never, Until, Expect, ExpectNoViolations,
               ExpectLinearizable, ExpectViolation, Bookmark, Say, Seed, Nodes, DiskImages>
      what;
  Place place;
};

}  // namespace scenario
