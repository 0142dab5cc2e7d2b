// Snapshots at a server: the leader's transfers are kv/snapshot_sender.h's; here is how they meet
// the core, and the receiver's side.
#include <algorithm>
#include <utility>

#include "kv/server.h"
#include "raft/assert.h"

namespace kv {
namespace {

SnapshotId id_of(const SnapshotChunk& chunk) {
  return {chunk.snapshot->index, chunk.snapshot->term, chunk.count};
}

// What a right sender would have sent, whatever the checksum says.
bool makes_sense(const SnapshotChunk& chunk) {
  if (chunk.number == 0 || chunk.number > chunk.count || chunk.snapshot->index.value == 0) {
    return false;
  }
  const Result<StreamInfo> info = decode_stream_info(chunk.snapshot->data);
  if (!info || info->chunks() != chunk.count) return false;
  const bool last = chunk.number == chunk.count;
  return last ? chunk.data.size() == info->bytes - (chunk.count - 1) * info->chunk_bytes
              : chunk.data.size() == info->chunk_bytes;
}

bool has(const StagedSnapshot& staged, std::uint64_t number) {
  return std::binary_search(staged.numbers.begin(), staged.numbers.end(), number);
}

// Chunks 1 to this one are there.
std::uint64_t through(const StagedSnapshot& staged) {
  std::uint64_t count = 0;
  while (count < staged.numbers.size() && staged.numbers[count] == count + 1) ++count;
  return count;
}

}  // namespace

// ---------------------------------------------------------------- sending

// MsgSnap does not leave as it is: a transfer takes its place.
void Server::start_transfers(std::vector<raft::Message>& messages) {
  const bool leads = node_.role() == raft::Role::kLeader;
  if (!leads) sender_.stop(*store_);
  for (const raft::Message& message : messages) {
    if (leads && message.type == raft::MessageType::kSnapshot) sender_.begin(node_.id(), message);
  }
  if (leads && store_->take_snapshot_wanted()) {
    // Mistake snapshot-unchecked: what rotted on the leader's disk spreads.
    const bool checked = !node_.mistakes().has(raft::Mistake::kSnapshotUnchecked);
    sender_.make(*store_, options_.snapshot, checked);
  }
  messages.erase(std::remove_if(messages.begin(), messages.end(),
                                [](const raft::Message& message) {
                                  return message.type == raft::MessageType::kSnapshot;
                                }),
                 messages.end());
  if (!sender_.idle()) sender_.pump(options_.snapshot);
}

// Tells the core how transfers ended, and goes on with the others.
void Server::report_transfers() {
  for (const auto& [to, delivered] : sender_.take_reports()) {
    node_.report_snapshot(to, delivered);
  }
  sender_.pump(options_.snapshot);
}

void Server::receive(const ChunkReply& reply) {
  if (halted_ != nullptr || node_.role() != raft::Role::kLeader) return;
  sender_.received(reply);
  report_transfers();
}

std::vector<std::string> Server::take_notes() {
  std::vector<std::string> notes = sender_.take_notes();
  notes.insert(notes.end(), notes_.begin(), notes_.end());
  notes_.clear();
  return notes;
}

// ---------------------------------------------------------------- receiving

void Server::receive(const SnapshotChunk& chunk) {
  if (halted_ != nullptr) return;
  if (chunk.checksum != checksum_of(chunk)) return answer_chunk(chunk, ChunkVerdict::kDamaged);
  const bool stale = chunk.term < node_.term();
  if (stale || !makes_sense(chunk)) return answer_chunk(chunk, ChunkVerdict::kNotNeeded);
  // What is being installed is answered when it is on the disk.
  if (installing_ > 0 || verified_by_) return;
  // Mistake snapshot-replaces-log: a late copy of what was installed is received once more.
  const bool again = node_.mistakes().has(raft::Mistake::kSnapshotReplacesLog) &&
                     chunk.snapshot->index >= applied_;
  if (chunk.snapshot->index <= held_commit() && !again) {
    return answer_chunk(chunk, ChunkVerdict::kInstalled);
  }
  const auto& staged = store_->staged();
  // A late chunk of the same leader's older snapshot must not push out a newer one. What another
  // leader has sent counts no more than what its successor sends, even if that is older.
  const bool late = chunk.term < staged_term_ || (chunk.term == staged_term_ && staged &&
                                                  staged->id.index > chunk.snapshot->index);
  if (late) return answer_chunk(chunk, ChunkVerdict::kNotNeeded);
  if (staged_is_bad_) return;
  if (staged && staged->id == id_of(chunk) && has(*staged, chunk.number)) {
    return answer_chunk(chunk, ChunkVerdict::kStaged);
  }
  arrived_.push_back(std::make_shared<const SnapshotChunk>(chunk));
}

// What is committed and held: a damaged log lacks some of it, and is not to be taken for one that
// needs no snapshot.
raft::Index Server::held_commit() const { return std::min(node_.commit(), node_.last_index()); }

Result<Round> Server::stage_chunk() {
  RAFT_ASSERT(has_chunk());
  const ChunkPtr chunk = arrived_.front();
  arrived_.erase(arrived_.begin());
  Round round;
  // Its number must not overtake that of a write which waits for room; the sender will ask again.
  if (unwritten_log_) return round;
  // What is being installed is read from the staged chunks: another snapshot's must not push them
  // out.
  if (verified_ && verified_->id() != id_of(*chunk)) return round;
  const Status staged = store_->stage_chunk(id_of(*chunk), chunk->number, chunk->data);
  if (!staged && staged.error().code == Code::kUnavailable) {
    // A full disk takes it later: the sender will ask again.
    notes_.push_back("has no room for chunk " + std::to_string(chunk->number) + " of a snapshot");
    return round;
  }
  if (!staged) {
    halt("its disk did not take a chunk of a snapshot");
    return staged.error();
  }
  staged_term_ = chunk->term;
  round.number = next_round_++;
  round.wrote = true;
  round.chunk = chunk->number;
  round.chunks = chunk->count;
  ChunkReply reply{node_.id(),
                   chunk->from,
                   chunk->term,
                   chunk->transfer,
                   ChunkVerdict::kStaged,
                   chunk->number,
                   through(*store_->staged())};
  Outstanding waits;
  waits.number = round.number;
  waits.wrote = true;
  waits.of_raft = false;
  waits.chunks.push_back({reply, chunk->snapshot});
  outstanding_.push_back(std::move(waits));
  return round;
}

// Refusals leave at once; what speaks of the disk waits for it.
void Server::answer_chunk(const SnapshotChunk& chunk, ChunkVerdict verdict) {
  ChunkReply reply{node_.id(), chunk.from, chunk.term, chunk.transfer, verdict, chunk.number, 0};
  if (verdict != ChunkVerdict::kStaged) return send_chunk_answer(reply);
  reply.through = through(*store_->staged());
  Outstanding waits;
  waits.number = next_round_++;
  waits.of_raft = false;
  waits.chunks.push_back({reply, chunk.snapshot});
  outstanding_.push_back(std::move(waits));
  finish_rounds();
}

void Server::send_chunk_answer(ChunkReply reply) {
  reply.term = node_.term();
  chunk_replies_.push_back(std::make_shared<const ChunkReply>(reply));
}

// A chunk is on the disk for sure. With the last of them the core gets the snapshot.
void Server::chunk_staged(const ChunkAnswer& answer) {
  const ChunkReply& reply = answer.reply;
  const auto& staged = store_->staged();
  const raft::Snapshot& snapshot = *answer.snapshot;
  const bool current =
      staged && staged->id.index == snapshot.index && staged->id.term == snapshot.term;
  send_chunk_answer(reply);
  const bool whole = current && reply.through == staged->id.chunks;
  if (!whole || verified_by_ || installing_ > 0 || reply.term < node_.term()) return;
  if (!verify_staged(snapshot)) return;
  verified_by_ = reply;
  raft::Message message;
  message.type = raft::MessageType::kSnapshot;
  message.from = reply.to;
  message.to = node_.id();
  message.term = reply.term;
  message.snapshot = answer.snapshot;
  (void)node_.step(std::move(message));
}

// Reads it once before the core hears of it: what does not make a state must not end as a failed
// write. The install reads it again.
bool Server::verify_staged(const raft::Snapshot& snapshot) {
  auto write = std::make_shared<SnapshotWrite>();
  write->index = snapshot.index;
  write->term = snapshot.term;
  write->config = snapshot.config;
  const auto read = [&]() -> Status {
    RAFT_TRY_ASSIGN(write->stream, decode_stream_info(snapshot.data));
    StreamReader reader([](const std::string& /*key*/, const Row& /*row*/) { return ok(); },
                        [](std::uint64_t /*client*/, const Session& /*session*/) { return ok(); });
    RAFT_TRY(store_->read_staged([&](std::string_view chunk) { return reader.feed(chunk); }));
    return reader.finish(write->stream);
  };
  if (const Status good = read(); !good) {
    // Nothing of it has touched the state. The chunks go with the next housekeeping, and come
    // again when the sender has found out.
    staged_is_bad_ = true;
    notes_.push_back("does not install the snapshot at entry " +
                     std::to_string(snapshot.index.value) + ": " + good.error().message);
    return false;
  }
  verified_ = std::move(write);
  return true;
}

// Log and state on the disk are the snapshot's now; so is what is in memory.
Status Server::take_over_installed(const SnapshotWrite& write) {
  RAFT_TRY_ASSIGN(Rows rows, store_->load_rows());
  RAFT_TRY_ASSIGN(Sessions sessions, store_->load_sessions());
  machine_ = StateMachine(std::move(rows), std::move(sessions));
  applied_ = write.index;
  // What is part of the snapshot is applied with it, and was already answered for.
  to_apply_.erase(
      std::remove_if(to_apply_.begin(), to_apply_.end(),
                     [&](const raft::EntryPtr& entry) { return entry->index <= write.index; }),
      to_apply_.end());
  if (unwritten_apply_) {
    answers_.insert(answers_.end(), unwritten_apply_->answers.begin(),
                    unwritten_apply_->answers.end());
    unwritten_apply_.reset();
  }
  compact_goal_ = std::max(compact_goal_, write.index);
  counted_from_ = counted_to_ = write.index;
  log_bytes_ = 0;
  sender_.stop(*store_);
  // What was proposed here up to there may or may not be part of it.
  while (!pending_.empty() && pending_.begin()->first <= write.index) {
    refuse_stale(pending_.begin()->second.ticket);
    pending_.erase(pending_.begin());
  }
  return ok();
}

}  // namespace kv
