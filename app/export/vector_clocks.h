// What each fact can know of the others: a counter per place where facts happen, merged wherever a
// message arrives.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "app/sim/fact.h"

namespace exporter {

class VectorClocks {
 public:
  // "n3", "c1"; empty for the network and for whoever acts from outside, which have no clock.
  static std::string host(const sim::Fact& fact);
  // Counts the fact. The clock after it, as a JSON object with the places in order:
  // {"c1":2,"n1":7}; empty without a host. REQUIRES: every fact once, in order.
  std::string count(const sim::Fact& fact);

 private:
  using Clock = std::map<std::string, std::uint64_t>;

  std::map<std::string, Clock> clocks_;
  std::map<std::uint64_t, Clock> sent_;  // by fact, until the message has arrived or is lost
};

}  // namespace exporter
