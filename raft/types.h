// The numbers of Raft, each its own type so that they cannot be mixed.
#pragma once

#include <compare>
#include <cstdint>

namespace raft {

template <class Tag>
struct Strong {
  std::uint64_t value = 0;
  auto operator<=>(const Strong&) const = default;
};

using NodeId = Strong<struct NodeIdTag>;  // 0: none
using Term = Strong<struct TermTag>;      // 0: before the first election
using Index = Strong<struct IndexTag>;    // 1: the first entry; 0: before it

inline constexpr NodeId kNoNode{0};

constexpr Index next_index(Index i) { return {i.value + 1}; }
constexpr Index previous_index(Index i) { return {i.value - 1}; }  // REQUIRES: i > 0

}  // namespace raft
