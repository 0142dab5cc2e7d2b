// How a leader's entries and snapshots get to its followers (paper section 5.3 and 7; flow control
// as in etcd).
#include <utility>

#include "raft/raft.h"

namespace raft {

void Raft::broadcast_append() {
  for (auto& [id, peer] : progress_) {
    if (id != config_.id) owe_append(id, peer, true);
  }
}

// Appends leave with the next Ready, one per follower: what is proposed until then shares the
// message.
void Raft::owe_append(NodeId to, Progress& peer, bool even_if_empty) {
  if (!config_.coalesce_appends) {
    send_append(to, peer, even_if_empty);
    return;
  }
  peer.owed = true;
  peer.owed_empty = peer.owed_empty || even_if_empty;
}

// More than one message only where a size limit cuts them.
void Raft::send_all(NodeId to, Progress& peer) {
  while (send_append(to, peer, false)) {
  }
}

void Raft::flush_appends() {
  if (role_ != Role::kLeader) return;
  for (auto& [id, peer] : progress_) {
    if (!peer.owed) continue;
    peer.owed = false;
    if (!send_append(id, peer, std::exchange(peer.owed_empty, false))) continue;
    send_all(id, peer);
  }
}

bool Raft::append_sendable(const Progress& peer, bool even_if_empty) const {
  if (peer.is_paused()) return false;
  // A snapshot to one that does not answer anyway would only be lost.
  if (!log_.knows_term(previous_index(peer.next))) return peer.recently_active;
  // With a full window only an empty message goes out, so that lost ones are noticed.
  const bool full =
      peer.state == ProgressState::kReplicate && peer.inflights.full(inflight_limits());
  return even_if_empty || (!full && peer.next <= log_.last_index());
}

// Sends the follower what it lacks, at most max_size_per_message. False if nothing was sent.
bool Raft::send_append(NodeId to, Progress& peer, bool even_if_empty) {
  if (!append_sendable(peer, even_if_empty)) return false;
  const Index previous = previous_index(peer.next);
  if (!log_.knows_term(previous)) return send_snapshot(to, peer);
  Message& append = post(MessageType::kAppend, to);
  append.log_term = log_.term_or_zero(previous);
  append.index = previous;
  append.commit = log_.committed();
  const bool may_carry =
      peer.state != ProgressState::kReplicate || !peer.inflights.full(inflight_limits());
  if (may_carry && peer.next <= log_.last_index()) {
    append.entries = log_.entries(peer.next, config_.max_size_per_message);
  }
  std::uint64_t bytes = 0;
  for (const EntryPtr& entry : append.entries) bytes += entry->data.size();
  peer.sent_entries(append.entries.size(), bytes, inflight_limits());
  peer.sent_commit = log_.committed();
  return true;
}

// What the follower needs is compacted away: it gets a snapshot instead, if it answers at all.
bool Raft::send_snapshot(NodeId to, Progress& peer) {
  if (!peer.recently_active) return false;
  Result<SnapshotPtr> snapshot = log_.storage().snapshot();
  if (!snapshot) {
    // In the making: asked again with the next answer. Anything else is a broken disk.
    if (snapshot.error().code != Code::kUnavailable) halt("the disk cannot read the snapshot");
    return false;
  }
  const Index index = (*snapshot)->index;
  if (next_index(index) < log_.first_index()) return false;  // a newer one must be on its way
  note({.kind = StepKind::kSnapshotSent,
        .peer = to,
        .progress = &peer,
        .number = index.value,
        .other_number = (*snapshot)->term.value});
  peer.become_snapshot(index);
  note({.kind = StepKind::kSnapshotPauses, .peer = to, .progress = &peer});
  tell({.kind = EventKind::kSnapshotSent,
        .reason = Reason::kLogCompacted,
        .peer = to,
        .term = term_,
        .index = index});
  send({.type = MessageType::kSnapshot, .to = to, .snapshot = *std::move(snapshot)});
  return true;
}

// Lost messages leave a gap between what was sent ahead and what arrived: find out where it is.
void Raft::report_unreachable(NodeId peer) {
  Progress* progress = find_progress(progress_, peer);
  if (halted_ != nullptr || role_ != Role::kLeader || progress == nullptr) return;
  if (progress->state == ProgressState::kReplicate) progress->become_probe();
  note({.kind = StepKind::kUnreachable, .peer = peer, .progress = progress});
}

void Raft::report_snapshot(NodeId peer, bool delivered) {
  Progress* progress = find_progress(progress_, peer);
  if (halted_ != nullptr || role_ != Role::kLeader || progress == nullptr) return;
  if (progress->state != ProgressState::kSnapshot) return;
  if (!delivered) progress->pending_snapshot = {};
  progress->become_probe();
  // Delivered: its acknowledgement is to come. Failed: not again before the next heartbeat.
  progress->paused = true;
}

}  // namespace raft
