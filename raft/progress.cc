#include "raft/progress.h"

#include <algorithm>

#include "raft/assert.h"

namespace raft {

void Inflights::free_through(Index acked) {
  for (; freed < appends.size() && appends[freed].last <= acked; ++freed) {
    bytes -= appends[freed].bytes;
  }
  // What is freed goes once it is half of all: so many moves as appends were freed, at most.
  if (2 * freed < appends.size()) return;
  appends.erase(appends.begin(), appends.begin() + static_cast<std::ptrdiff_t>(freed));
  freed = 0;
}

void Inflights::add(Index last, std::uint64_t append_bytes) {
  appends.push_back({last, append_bytes});
  bytes += append_bytes;
}

bool Inflights::operator==(const Inflights& other) const {
  return bytes == other.bytes &&
         std::equal(appends.begin() + static_cast<std::ptrdiff_t>(freed), appends.end(),
                    other.appends.begin() + static_cast<std::ptrdiff_t>(other.freed),
                    other.appends.end());
}

void Inflights::clear() {
  appends.clear();
  freed = 0;
  bytes = 0;
}

void Progress::reset_state(ProgressState new_state) {
  paused = false;
  pending_snapshot = {};
  state = new_state;
  inflights.clear();
}

void Progress::become_probe() {
  // After a snapshot that was reported as delivered the follower is known to be at least there.
  const Index from = state == ProgressState::kSnapshot ? std::max(match, pending_snapshot) : match;
  reset_state(ProgressState::kProbe);
  next = next_index(from);
  sent_commit = std::min(sent_commit, from);
}

void Progress::become_replicate() {
  reset_state(ProgressState::kReplicate);
  next = next_index(match);
}

void Progress::become_snapshot(Index snapshot_index) {
  reset_state(ProgressState::kSnapshot);
  pending_snapshot = snapshot_index;
  next = next_index(snapshot_index);
  sent_commit = snapshot_index;
}

bool Progress::maybe_update(Index acked) {
  if (acked <= match) return false;
  match = acked;
  next = std::max(next, next_index(acked));
  paused = false;
  return true;
}

bool Progress::maybe_decrease_to(Index rejected, Index probe_at) {
  if (state == ProgressState::kReplicate) {
    if (rejected <= match) return false;
    next = next_index(match);
  } else {
    if (next_index(rejected) != next) return false;
    next = std::max(std::min(rejected, next_index(probe_at)), next_index(match));
    paused = false;
  }
  sent_commit = std::min(sent_commit, previous_index(next));
  return true;
}

void Progress::sent_entries(std::uint64_t entries, std::uint64_t bytes,
                            const InflightLimits& limits) {
  switch (state) {
    case ProgressState::kReplicate:
      if (entries > 0) {
        next.value += entries;
        inflights.add(previous_index(next), bytes);
      }
      paused = inflights.full(limits);
      return;
    case ProgressState::kProbe:
      if (entries > 0) paused = true;
      return;
    case ProgressState::kSnapshot:
      RAFT_ASSERT(false);
  }
}

}  // namespace raft
