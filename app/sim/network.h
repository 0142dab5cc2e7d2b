// Values of links: delays, ratios, presets. Randomness and messages are the cluster's.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "app/sim/time.h"

namespace sim {

// numerator / denominator, never reduced, so that it prints as it was written. denominator > 0.
struct Ratio {
  std::uint64_t numerator = 0;
  std::uint64_t denominator = 1;
  bool operator==(const Ratio&) const = default;
};

struct DelayRange {
  Duration low;
  Duration high;  // inclusive
  bool operator==(const DelayRange&) const = default;
};

// One direction of a link.
struct LinkQuality {
  DelayRange delay{{200}, {800}};
  Ratio loss{0, 1};
  Ratio duplicate{0, 1};
  bool operator==(const LinkQuality&) const = default;
};

// perfect, lan, wan, lossy, adversarial; nullopt for another name.
std::optional<LinkQuality> network_preset(std::string_view name);

}  // namespace sim
