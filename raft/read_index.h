// Reads that wait for a majority to confirm that their leader still leads (thesis section 6.4).
// Value type; owned by `Raft`, meaningful only while leading.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "raft/message.h"
#include "raft/quorum.h"

namespace raft {

class ReadQueue {
 public:
  struct Read {
    std::uint64_t number = 0;  // travels with the heartbeat that asks for confirmation
    Message request;
    Index index;  // commit index when the leader took note of it: never a later one
    Votes acks;
  };

  bool empty() const { return reads_.empty(); }
  // Takes note of a read at `index`, acknowledged by the leader itself. Returns its number: never
  // the same twice, so that an answer to an older heartbeat cannot confirm a newer read.
  std::uint64_t add(Message request, Index index, NodeId leader);
  // A number for a heartbeat that no read waits for.
  std::uint64_t next_number() { return next_number_++; }
  // The newest read's number, 0 if there is none.
  std::uint64_t newest() const { return reads_.empty() ? 0 : reads_.back().number; }
  // A member confirmed the heartbeat of that read. Returns the reads that a quorum of `config` has
  // thereby confirmed: this one and all before it, oldest first.
  std::vector<Read> acknowledge(const ConfState& config, std::uint64_t number, NodeId from);
  void clear() { reads_.clear(); }

 private:
  std::vector<Read> reads_;
  std::uint64_t next_number_ = 1;
};

// How long a leader may trust that it still leads: a member that answered a heartbeat helps nobody
// else to power for an election timeout (thesis section 6.4.1, with check-quorum). Counted from the
// sending of the heartbeat, since the member may have handled it at once. Times are the leader's
// own ticks.
class Lease {
 public:
  // A heartbeat with this number goes to all.
  void sent(std::uint64_t number, std::uint64_t now, std::uint64_t election_tick);
  void answered(std::uint64_t number, NodeId from);
  // The member is taken to stand by its leader from `tick` on.
  void renewed(NodeId from, std::uint64_t tick);
  bool holds(const ConfState& config, NodeId self, std::uint64_t now,
             std::uint64_t election_tick) const;
  void clear();

 private:
  struct Round {
    std::uint64_t number = 0;
    std::uint64_t tick = 0;
  };
  std::vector<Round> rounds_;  // oldest first
  // When the newest heartbeat was sent that the member has answered.
  std::vector<std::pair<NodeId, std::uint64_t>> answers_;
};

// The context of a heartbeat: the number, 8 bytes, lowest first. 0 becomes no context.
Context read_context(std::uint64_t number);
// 0 if the context is none.
std::uint64_t read_number(std::string_view context);

}  // namespace raft
