// Makes a run that fails smaller, as long as the same property is violated: without commands that
// do not matter, shorter, with fewer nodes and clients (delta debugging, Zeller 1999).
// Deterministic.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "app/check/violation.h"
#include "app/session/recording.h"
#include "app/session/session.h"

namespace campaign {

struct RunSize {
  std::uint64_t commands = 0;
  sim::Duration length;
  std::uint64_t events = 0;
  std::uint64_t nodes = 0;  // at the boot
  bool operator==(const RunSize&) const = default;
};
// "12 commands, 63.5 ticks, 801 events, 3 nodes".
std::string size_text(const RunSize& size);

struct Shrunk {
  check::Property property = check::Property::kElectionSafety;
  RunSize before, after;
  std::uint64_t runs = 0;  // that were tried
  bool complete = true;    // false: it was given up, and could become smaller yet
  session::Recording recording;
};

// Told the smallest size so far; false gives up.
using ShrinkProgress = std::function<bool(const RunSize& smallest, std::uint64_t runs)>;

// Errors: those of Session::replay(); kInvalidArgument if nothing fails in the recording.
Result<Shrunk> shrink(const session::Recording& recording, const ShrinkProgress& progress = {});

}  // namespace campaign
