// The leader's knowledge of one follower's log. Value type; owned by `Raft`, meaningful only while
// leading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "raft/types.h"

namespace raft {

// How eagerly to send (etcd). Probe: one message per heartbeat; Replicate: pipelined; Snapshot:
// paused.
enum class ProgressState : std::uint8_t { kProbe, kReplicate, kSnapshot };

// How much may be under way to one follower (Config::max_inflight_messages, _bytes).
struct InflightLimits {
  std::uint64_t messages = 256;
  std::uint64_t bytes = 0;  // 0: none
};

// Appends with entries under way to one follower, oldest first.
struct Inflights {
  struct Append {
    Index last;
    std::uint64_t bytes = 0;  // of its commands
    bool operator==(const Append&) const = default;
  };
  // Those from `freed` on. No deque: an empty one takes 0.6 KB in each copy of a core.
  std::vector<Append> appends;
  std::size_t freed = 0;
  std::uint64_t bytes = 0;  // the sum

  std::size_t count() const { return appends.size() - freed; }
  bool full(const InflightLimits& limits) const {
    return count() >= limits.messages || (limits.bytes > 0 && bytes >= limits.bytes);
  }
  // REQUIRES: last is not below those already there.
  void add(Index last, std::uint64_t append_bytes);
  // An answer for `acked` speaks for every earlier append too.
  void free_through(Index acked);
  void clear();
  bool operator==(const Inflights& other) const;
};

struct Progress {
  // Highest entry known to be on the follower. Never decreases within a term.
  Index match;
  // Next entry to send. Invariant: match < next. Entries in (match, next) are in flight.
  Index next{1};
  ProgressState state = ProgressState::kProbe;
  Index pending_snapshot;        // 0: none
  bool recently_active = false;  // heard from since the last quorum check
  // No message is due: in Probe one is out, in Replicate the window is full. An answer lifts it,
  // and a heartbeat's answer too, lest a lost message stop the follower for good.
  bool paused = false;
  bool is_learner = false;
  // An append is owed and goes out with the next Ready (one per follower and Ready). `owed_empty`:
  // even if it carries no entries, since it carries news of the commit index or probes.
  bool owed = false;
  bool owed_empty = false;
  // Highest commit index that a message under way or received told the follower of.
  Index sent_commit;
  Inflights inflights;

  void become_probe();
  void become_replicate();
  void become_snapshot(Index snapshot_index);

  // Records that the follower holds everything up to `acked`. Returns false if this was old news.
  bool maybe_update(Index acked);
  // Records that the follower refused the entries behind `rejected`; `probe_at` is the highest
  // entry at which its log may agree. Returns false if the refusal is stale: it answers a message
  // before the last one (in Probe only next - 1 is under way, in Replicate nothing at or below
  // match can be refused any more).
  bool maybe_decrease_to(Index rejected, Index probe_at);
  // Takes note of an append with `entries` entries, whose commands have `bytes`, just sent.
  void sent_entries(std::uint64_t entries, std::uint64_t bytes, const InflightLimits& limits);
  // True if telling the follower of `commit` could raise what it commits.
  bool can_raise_commit(Index commit) const {
    return commit > sent_commit && next_index(sent_commit) < next;
  }
  bool is_paused() const { return state == ProgressState::kSnapshot || paused; }

  bool operator==(const Progress&) const = default;

 private:
  void reset_state(ProgressState new_state);
};

}  // namespace raft
