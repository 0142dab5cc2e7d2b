// Handing leadership to another member (thesis section 3.10), and forgetting a leader.
#include "raft/raft.h"

namespace raft {

Status Raft::transfer_leader(NodeId to) {
  if (halted_ != nullptr) return Error{Code::kCorruption, halted_};
  log_.follow_compaction();
  handle_transfer(to);
  return ok();
}

// `to` asks for it, or somebody for it: a follower passes that on.
void Raft::handle_transfer(NodeId to) {
  if (role_ == Role::kFollower && leader_ != kNoNode) {
    send({.type = MessageType::kTransferLeader, .to = leader_, .from = to});
    return;
  }
  if (role_ != Role::kLeader) return;
  Progress* peer = find_progress(progress_, to);
  if (peer == nullptr || peer->is_learner) {
    tell({.kind = EventKind::kMessageIgnored,
          .reason = Reason::kNotPromotable,
          .peer = to,
          .term = term_});
    return;
  }
  if (transferee_ == to) return;
  abort_transfer(Reason::kTransferring);
  if (to == config_.id) return;
  note({.kind = StepKind::kTransferStarts, .peer = to});
  // It must come about within an election timeout.
  timer_.elapsed = 0;
  transferee_ = to;
  lease_.clear();
  tell({.kind = EventKind::kTransferStarted, .peer = to, .term = term_});
  if (peer->match == log_.last_index()) {
    send_timeout_now(to);
    note({.kind = StepKind::kTimeoutNowAtOnce, .peer = to});
  } else {
    // First what it lacks; the answer that completes it sends the order.
    owe_append(to, *peer, true);
  }
}

void Raft::send_timeout_now(NodeId to) { send({.type = MessageType::kTimeoutNow, .to = to}); }

void Raft::abort_transfer(Reason reason) {
  if (transferee_ == kNoNode) return;
  const NodeId was = transferee_;
  transferee_ = kNoNode;
  tell({.kind = EventKind::kTransferAborted, .reason = reason, .peer = was, .term = term_});
}

// A follower that forgets its leader may grant (pre-)votes although check-quorum's lease runs: for
// who knows that the leader is gone.
Status Raft::forget_leader() {
  if (halted_ != nullptr) return Error{Code::kCorruption, halted_};
  if (role_ != Role::kFollower) return ok();
  if (config_.read_mode == ReadMode::kLease) {
    // The leader answers reads on the strength of that very lease.
    note({.kind = StepKind::kForgetRefused});
    return Error{Code::kUnavailable, "a leader is not forgotten while it may answer lease reads"};
  }
  if (leader_ == kNoNode) return ok();
  note({.kind = StepKind::kForgetsLeader});
  leader_ = kNoNode;
  set_role(Role::kFollower, Reason::kNone, kNoNode);
  return ok();
}

}  // namespace raft
