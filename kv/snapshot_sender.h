// The leader's side of snapshots: makes one beside the running server, and sends it to whoever the
// core says, in chunks, with a window of unacknowledged ones. It keeps no more of the state in
// memory than those windows; the rest stays in a view of the disk as it was (kv/store.h,
// StateView).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kv/snapshot.h"
#include "kv/store.h"
#include "raft/raw_node.h"

namespace kv {

struct SnapshotLimits {
  std::uint64_t chunk_bytes = 65536;
  std::uint64_t window = 4;   // chunks that are not acknowledged, per transfer
  std::uint64_t streams = 2;  // transfers at a time; others wait. 0: no limit
  std::uint64_t rate = 0;     // bytes a tick of all transfers together; 0: no limit
  bool operator==(const SnapshotLimits&) const = default;
};

// A transfer as one looks at it.
struct TransferStatus {
  raft::NodeId to;
  raft::Index index;        // of the snapshot
  std::uint64_t sent = 0;   // the highest chunk that was sent
  std::uint64_t acked = 0;  // chunks 1 to this one are on the receiver's disk
  std::uint64_t count = 0;
  std::uint64_t buffered_bytes = 0;  // kept in memory for it
  bool waiting = false;              // for one of the streams
  bool operator==(const TransferStatus&) const = default;
};

class SnapshotSender {
 public:
  SnapshotSender() = default;
  SnapshotSender(SnapshotSender&&) noexcept = default;
  SnapshotSender& operator=(SnapshotSender&&) noexcept = default;
  SnapshotSender clone() const;

  // Starts to make a snapshot of what `store` holds now, unless one is in the making or the last
  // try failed a moment ago.
  void make(Store& store, const SnapshotLimits& limits, bool checked);
  // The members have changed: a snapshot from before one of them was a member is of no use to it,
  // and is not offered any more. Whoever needs one asks for a newer one.
  void members_changed(Store& store, const raft::ConfState& members);
  // Takes a MsgSnap of the core over. REQUIRES: made here.
  void begin(raft::NodeId self, const raft::Message& message);
  void received(const ChunkReply& reply);
  // A tick of the leader's clock: goes on making, sends again what got no answer, gives up on who
  // is silent.
  // `wanted`: how far the log shall be compacted; `patience` in ticks.
  void tick(Store& store, const raft::NodeStatus& leader, const SnapshotLimits& limits,
            raft::Index wanted, std::uint64_t patience);
  // Sends what windows, streams and rate allow.
  void pump(const SnapshotLimits& limits);
  // Ends everything: the node does not lead any more, or its state was replaced.
  void stop(Store& store);

  // The log may not be compacted beyond this entry: a snapshot ends there, or somebody who got one
  // is still behind. nullopt: no such bound.
  std::optional<raft::Index> needed_from() const;
  std::vector<TransferStatus> transfers() const;
  bool making() const { return maker_.has_value(); }
  bool idle() const { return !maker_ && !made_ && transfers_.empty() && behind_.empty(); }

  // What has come up since the last call.
  std::vector<ChunkPtr> take_chunks() { return std::exchange(chunks_, {}); }
  // How transfers ended, for the core: to whom, and whether it has it.
  std::vector<std::pair<raft::NodeId, bool>> take_reports() { return std::exchange(reports_, {}); }
  std::vector<raft::NodeId> take_begun() { return std::exchange(begun_, {}); }
  std::vector<std::string> take_notes() { return std::exchange(notes_, {}); }

 private:
  struct Maker {
    std::unique_ptr<StateView> view;
    StreamInfo info;
  };
  struct Made {
    std::unique_ptr<StateView> view;  // at its beginning
    raft::SnapshotPtr snapshot;
    StreamInfo info;
    std::uint64_t tick = 0;  // when it was ready
  };
  struct Sent {
    ChunkPtr chunk;
    std::uint64_t tick = 0;
  };
  struct Transfer {
    raft::NodeId from;
    raft::Term term;
    std::uint64_t number = 0;
    raft::SnapshotPtr snapshot;
    StreamInfo info;
    std::unique_ptr<StateView> view;
    bool started = false;               // false: waits for a stream
    std::string carry;                  // read and not yet in a chunk
    std::uint64_t next = 1;             // chunk to read
    std::uint64_t through = 0;          // acknowledged without a gap
    std::map<std::uint64_t, Sent> out;  // not acknowledged, by number
    ChunkPtr last;                      // the last chunk, until all is installed
    std::uint64_t heard = 0;            // tick of the last answer that brought it on
    std::uint64_t asked = 0;            // tick at which the last chunk went out again
  };
  // Somebody who got a snapshot and lacks what came since.
  struct Behind {
    raft::Index match;
    std::uint64_t tick = 0;  // when that was new
  };

  void make_some(Store& store);
  void look_after(raft::NodeId to, Transfer& transfer, std::uint64_t patience);
  Result<ChunkPtr> next_chunk(raft::NodeId to, Transfer& transfer);
  bool send_next(raft::NodeId to, Transfer& transfer);
  void finish(raft::NodeId to, bool delivered, const std::string& why);
  void note(std::string text) { notes_.push_back(std::move(text)); }

  std::optional<Maker> maker_;
  std::optional<Made> made_;
  std::map<raft::NodeId, Transfer> transfers_;
  std::map<raft::NodeId, Behind> behind_;
  std::uint64_t now_ = 0;       // own ticks
  std::uint64_t next_try_ = 0;  // tick before which nothing is made
  std::uint64_t next_number_ = 1;
  std::uint64_t budget_ = 0;  // bytes that the rate still allows
  std::vector<ChunkPtr> chunks_;
  std::vector<std::pair<raft::NodeId, bool>> reports_;
  std::vector<raft::NodeId> begun_;
  std::vector<std::string> notes_;
};

}  // namespace kv
