// Reads without an entry in the log (thesis section 6.4).
#include <utility>

#include "raft/raft.h"

namespace raft {

Status Raft::read_index(std::string context, std::optional<ReadMode> mode) {
  if (halted_ != nullptr) return Error{Code::kCorruption, halted_};
  Entry entry;
  entry.data = std::move(context);
  handle_read_index({.type = MessageType::kReadIndex,
                     .entries = {std::make_shared<const Entry>(std::move(entry))}},
                    mode.value_or(config_.read_mode));
  return ok();
}

void Raft::handle_read_index(const Message& message, ReadMode mode) {
  if (message.type == MessageType::kReadIndexReply) {
    if (role_ != Role::kFollower) return;
    read_states_.push_back({message.index, message.entries.front()->data});
    return;
  }
  if (role_ == Role::kFollower && leader_ != kNoNode) {
    Message forwarded = message;
    forwarded.to = leader_;
    send(std::move(forwarded));
    return;
  }
  // Without a leader the request is lost: the reader must time out.
  if (role_ != Role::kLeader) return;
  const bool alone = members_.outgoing.empty() && members_.voters.size() == 1 &&
                     members_.voters.front() == config_.id;
  if (alone) return answer_read(message, log_.committed());
  // Mistake: this leader may not know yet what is committed.
  if (!committed_in_own_term() && !wrong(Mistake::kReadBeforeOwnCommit)) {
    // Entries of older terms may be committed without this leader knowing it yet.
    held_reads_.emplace_back(message, mode);
    return;
  }
  start_read(message, mode);
}

void Raft::start_read(Message request, ReadMode mode) {
  // Without check-quorum nobody keeps a lease, whoever asks for it.
  if (mode == ReadMode::kLease && config_.check_quorum) {
    // A transfer lets others ignore the lease.
    const bool trusted = !config_.lease_from_answers ||
                         (transferee_ == kNoNode &&
                          lease_.holds(members_, config_.id, ticks_, config_.election_tick));
    if (trusted) return answer_read(request, log_.committed());
  }
  // The index is taken now: what is committed when the answers come may be more, but also the work
  // of a later leader.
  broadcast_heartbeat(reads_.add(std::move(request), log_.committed(), config_.id));
}

void Raft::release_held_reads() {
  if (held_reads_.empty() || !committed_in_own_term()) return;
  for (auto& [request, mode] : std::exchange(held_reads_, {})) start_read(std::move(request), mode);
}

void Raft::confirm_reads(NodeId from, std::uint64_t number) {
  if (number == 0) return;
  // Mistake: the member may have answered long before its answer came.
  if (wrong(Mistake::kLeaseFromReply)) {
    lease_.renewed(from, ticks_);
  } else {
    lease_.answered(number, from);
  }
  // Mistake: what an earlier question was answered counts for the newest.
  if (wrong(Mistake::kReadContextReused) && !reads_.empty()) number = reads_.newest();
  for (const ReadQueue::Read& read : reads_.acknowledge(members_, number, from)) {
    answer_read(read.request, read.index);
  }
}

void Raft::answer_read(const Message& request, Index index) {
  tell({.kind = EventKind::kReadConfirmed, .term = term_, .index = index});
  if (request.from == kNoNode || request.from == config_.id) {
    read_states_.push_back({index, request.entries.front()->data});
    return;
  }
  send({.type = MessageType::kReadIndexReply,
        .to = request.from,
        .index = index,
        .entries = request.entries});
}

}  // namespace raft
