// Simulated time: thousandths of a tick, as integers. People write ticks: 12.350.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace sim {

struct Duration {
  std::uint64_t millis = 0;  // thousandths of a tick
  auto operator<=>(const Duration&) const = default;
};

struct Instant {
  std::uint64_t millis = 0;  // thousandths of a tick since the cluster booted
  auto operator<=>(const Instant&) const = default;
};

constexpr Duration ticks(std::uint64_t n) { return {n * 1000}; }
constexpr Instant operator+(Instant at, Duration d) { return {at.millis + d.millis}; }
constexpr Duration operator-(Instant end, Instant start) { return {end.millis - start.millis}; }

// World events done so far and the instant: where a playhead stands.
struct Position {
  Instant at;
  std::uint64_t events = 0;
  bool operator==(const Position&) const = default;
};

// "12.350", as on the screen.
std::string screen_text(Instant at);
// "12.35", "12": without trailing zeros, as in scenarios.
std::string short_text(Duration d);

}  // namespace sim
