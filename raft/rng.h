// A stream of random numbers that is a value: copies go the same way, and every compiler draws the
// same numbers (splitmix64, Steele et al. 2014). Each consumer owns a stream of its own, so that a
// new draw in one place leaves the others alone.
#pragma once

#include <cstdint>

namespace raft {

class Rng {
 public:
  Rng() = default;
  // A stream named by up to three numbers, such as (seed, purpose, node).
  explicit Rng(std::uint64_t seed, std::uint64_t stream = 0, std::uint64_t part = 0)
      : state_(mix(mix(mix(seed) ^ stream) ^ part)) {}

  std::uint64_t next() { return mix(state_ += kGamma); }

  // Uniform in [0, n). REQUIRES: n > 0.
  std::uint64_t below(std::uint64_t n) {
    const std::uint64_t reject_above = UINT64_MAX - (UINT64_MAX % n + 1) % n;
    std::uint64_t draw = next();
    while (draw > reject_above) draw = next();
    return draw % n;
  }

  // Uniform in [low, high]. REQUIRES: low <= high, and not the whole range of the type.
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return low + below(high - low + 1);
  }

  // True with probability numerator / denominator. Draws nothing when it cannot be otherwise.
  bool chance(std::uint64_t numerator, std::uint64_t denominator) {
    if (numerator == 0) return false;
    if (numerator >= denominator) return true;
    return below(denominator) < numerator;
  }

  std::uint64_t state() const { return state_; }
  bool operator==(const Rng&) const = default;

 private:
  static constexpr std::uint64_t kGamma = 0x9E3779B97F4A7C15ULL;
  static std::uint64_t mix(std::uint64_t z) {
    z += kGamma;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::uint64_t state_ = 0;
};

}  // namespace raft
