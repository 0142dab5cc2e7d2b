#include "kv/snapshot_sender.h"

#include <algorithm>
#include <iterator>

#include "raft/assert.h"
#include "raft/quorum.h"

namespace kv {
namespace {

// What is read of the state in one tick while a snapshot is made, and at a time.
constexpr std::uint64_t kMakeBytesPerTick = 4 << 20;
constexpr std::uint64_t kMakePiece = 64 << 10;
// Ticks without an acknowledgement after which a chunk goes out again.
constexpr std::uint64_t kResendTicks = 5;
// A snapshot that nobody has asked for in so many ticks is dropped.
constexpr std::uint64_t kKeepTicks = 20;
constexpr std::uint64_t kRetryTicks = 10;

std::string name(raft::NodeId node) { return "n" + std::to_string(node.value); }
std::string text(raft::Index index) { return std::to_string(index.value); }

std::string chunks(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " chunk" : " chunks");
}

}  // namespace

SnapshotSender SnapshotSender::clone() const {
  SnapshotSender copy;
  if (maker_) copy.maker_ = Maker{maker_->view->clone(), maker_->info};
  if (made_) copy.made_ = Made{made_->view->clone(), made_->snapshot, made_->info, made_->tick};
  for (const auto& [to, t] : transfers_) {
    copy.transfers_.emplace(
        to, Transfer{t.from, t.term, t.number, t.snapshot, t.info, t.view->clone(), t.started,
                     t.carry, t.next, t.through, t.out, t.last, t.heard, t.asked});
  }
  copy.behind_ = behind_;
  copy.now_ = now_;
  copy.next_try_ = next_try_;
  copy.next_number_ = next_number_;
  copy.budget_ = budget_;
  copy.chunks_ = chunks_;
  copy.reports_ = reports_;
  copy.begun_ = begun_;
  copy.notes_ = notes_;
  return copy;
}

// ---------------------------------------------------------------- making

void SnapshotSender::make(Store& store, const SnapshotLimits& limits, bool checked) {
  if (maker_ || now_ < next_try_) return;
  made_.reset();
  store.offer_snapshot(nullptr);
  auto view = store.freeze(checked);
  if (!view) {
    next_try_ = now_ + kRetryTicks;
    return note("cannot make a snapshot: " + view.error().message);
  }
  note("makes a snapshot of its state at entry " + text((*view)->applied()));
  maker_.emplace(Maker{*std::move(view), {}});
  maker_->info.chunk_bytes = limits.chunk_bytes;
  maker_->info.conf_version = maker_->view->conf_version();
}

void SnapshotSender::members_changed(Store& store, const raft::ConfState& members) {
  const std::vector<raft::NodeId> ids = raft::member_ids(members);
  const auto lacks_one = [&ids](const raft::ConfState& config) {
    return std::any_of(ids.begin(), ids.end(),
                       [&](raft::NodeId id) { return !raft::is_member(config, id); });
  };
  if (maker_ && lacks_one(maker_->view->config())) maker_.reset();
  // What was made stays for whom the core has asked to send it already.
  if (made_ && lacks_one(made_->snapshot->config)) store.offer_snapshot(nullptr);
}

// Reads on, counts and checks. What is read is dropped again: a follower gets it later, from the
// same view.
void SnapshotSender::make_some(Store& store) {
  std::string piece;
  for (std::uint64_t read = 0; read < kMakeBytesPerTick; read += piece.size()) {
    piece.clear();
    const Result<bool> more = maker_->view->read(piece, kMakePiece);
    if (!more) {
      next_try_ = now_ + kRetryTicks;
      note("cannot make a snapshot: " + more.error().message);
      return maker_.reset();
    }
    maker_->info.bytes += piece.size();
    maker_->info.checksum = stream_checksum(maker_->info.checksum, piece);
    if (*more) continue;
    auto snapshot = std::make_shared<raft::Snapshot>();
    snapshot->index = maker_->view->applied();
    snapshot->term = maker_->view->applied_term();
    snapshot->config = maker_->view->config();
    snapshot->data = encode(maker_->info);
    maker_->view->rewind();
    note("has a snapshot at entry " + text(snapshot->index) + " ready: " +
         std::to_string(maker_->info.bytes) + " bytes in " + chunks(maker_->info.chunks()));
    made_.emplace(Made{std::move(maker_->view), snapshot, maker_->info, now_});
    maker_.reset();
    return store.offer_snapshot(std::move(snapshot));
  }
}

// ---------------------------------------------------------------- sending

void SnapshotSender::begin(raft::NodeId self, const raft::Message& message) {
  RAFT_ASSERT(made_ && made_->snapshot == message.snapshot);
  Transfer transfer;
  transfer.from = self;
  transfer.term = message.term;
  transfer.number = next_number_++;
  transfer.snapshot = made_->snapshot;
  transfer.info = made_->info;
  transfer.view = made_->view->clone();
  transfer.heard = now_;
  made_->tick = now_;
  behind_.erase(message.to);
  transfers_.insert_or_assign(message.to, std::move(transfer));
}

// The next chunk of the stream, read from the view.
Result<ChunkPtr> SnapshotSender::next_chunk(raft::NodeId to, Transfer& transfer) {
  const std::uint64_t size = transfer.info.chunk_bytes;
  bool more = true;
  while (more && transfer.carry.size() < size) {
    RAFT_TRY_ASSIGN(more, transfer.view->read(transfer.carry, size - transfer.carry.size()));
  }
  auto chunk = std::make_shared<SnapshotChunk>();
  chunk->from = transfer.from;
  chunk->to = to;
  chunk->term = transfer.term;
  chunk->transfer = transfer.number;
  chunk->snapshot = transfer.snapshot;
  chunk->number = transfer.next++;
  chunk->count = transfer.info.chunks();
  chunk->data = transfer.carry.substr(0, size);
  transfer.carry.erase(0, size);
  chunk->checksum = checksum_of(*chunk);
  if (chunk->number == chunk->count) transfer.last = chunk;
  return ChunkPtr(std::move(chunk));
}

// False if nothing went out and nothing more can.
bool SnapshotSender::send_next(raft::NodeId to, Transfer& transfer) {
  Result<ChunkPtr> chunk = next_chunk(to, transfer);
  if (!chunk) {
    finish(to, false, chunk.error().message);
    return false;
  }
  // What the receiver's disk holds already, from an earlier transfer of the same state, is only
  // read past.
  if ((*chunk)->number <= transfer.through) return true;
  budget_ -= std::min<std::uint64_t>(budget_, (*chunk)->data.size());
  transfer.out[(*chunk)->number] = {*chunk, now_};
  chunks_.push_back(*std::move(chunk));
  return true;
}

void SnapshotSender::pump(const SnapshotLimits& limits) {
  std::uint64_t running = 0;
  for (const auto& [to, transfer] : transfers_) running += transfer.started ? 1 : 0;
  for (auto at = transfers_.begin(); at != transfers_.end();) {
    const raft::NodeId to = at->first;
    Transfer& transfer = (at++)->second;  // finish() may remove it
    if (!transfer.started) {
      if (limits.streams > 0 && running >= limits.streams) continue;
      ++running;
      transfer.started = true;
      transfer.heard = now_;
      begun_.push_back(to);
      note("sends " + name(to) + " its snapshot at entry " + text(transfer.snapshot->index) +
           " in " + chunks(transfer.info.chunks()));
    }
    const std::uint64_t window = std::max<std::uint64_t>(limits.window, 1);
    while (transfer.next <= transfer.info.chunks() && transfer.out.size() < window &&
           transfer.next <= transfer.through + window &&
           (limits.rate == 0 || budget_ >= std::min(limits.rate, transfer.info.chunk_bytes))) {
      if (!send_next(to, transfer)) break;
    }
  }
}

void SnapshotSender::received(const ChunkReply& reply) {
  const auto found = transfers_.find(reply.from);
  if (found == transfers_.end() || found->second.number != reply.transfer) return;
  Transfer& transfer = found->second;
  switch (reply.verdict) {
    case ChunkVerdict::kDamaged: {
      const auto sent = transfer.out.find(reply.number);
      if (sent == transfer.out.end()) return;
      sent->second.tick = now_;
      chunks_.push_back(sent->second.chunk);
      return;
    }
    case ChunkVerdict::kNotNeeded:
      return finish(reply.from, false, name(reply.from) + " has no use for it");
    case ChunkVerdict::kInstalled:
      return finish(reply.from, true, "");
    case ChunkVerdict::kStaged:
      break;
  }
  const bool news = transfer.out.erase(reply.number) > 0 || reply.through > transfer.through;
  if (news) transfer.heard = now_;
  transfer.through = std::max(transfer.through, reply.through);
  transfer.out.erase(transfer.out.begin(), transfer.out.upper_bound(transfer.through));
}

void SnapshotSender::finish(raft::NodeId to, bool delivered, const std::string& why) {
  const auto found = transfers_.find(to);
  if (found == transfers_.end()) return;
  const raft::Index index = found->second.snapshot->index;
  note(delivered
           ? "knows that " + name(to) + " has the snapshot at entry " + text(index)
           : "gives up sending " + name(to) + " the snapshot at entry " + text(index) + ": " + why);
  if (delivered) behind_[to] = {index, now_};
  transfers_.erase(found);
  reports_.emplace_back(to, delivered);
}

void SnapshotSender::tick(Store& store, const raft::NodeStatus& leader,
                          const SnapshotLimits& limits, raft::Index wanted,
                          std::uint64_t patience) {
  ++now_;
  if (maker_) make_some(store);
  if (limits.rate > 0) {
    // What was not used is not saved up, beyond one chunk.
    budget_ = std::min(budget_ + limits.rate, std::max(limits.rate, limits.chunk_bytes));
  }
  for (const auto& [id, progress] : leader.progress) {
    if (const auto found = transfers_.find(id); found != transfers_.end()) {
      if (progress.state == raft::ProgressState::kSnapshot) {
        look_after(id, found->second, patience);
      } else {
        // The follower has caught up by another way.
        note("no longer sends " + name(id) + " a snapshot");
        transfers_.erase(found);
      }
    }
    if (const auto found = behind_.find(id); found != behind_.end()) {
      if (progress.match > found->second.match) found->second = {progress.match, now_};
      const bool caught_up =
          progress.state == raft::ProgressState::kReplicate && progress.match >= wanted;
      if (caught_up || now_ - found->second.tick > patience) behind_.erase(found);
    }
  }
  // Who is no member any more neither takes up a stream nor keeps the log from being compacted.
  const auto is_gone = [&leader](const auto& of) {
    return raft::find_progress(leader.progress, of.first) == nullptr;
  };
  for (auto at = transfers_.begin(); at != transfers_.end();) {
    if (is_gone(*at)) note("no longer sends " + name(at->first) + " a snapshot: it is no member");
    at = is_gone(*at) ? transfers_.erase(at) : std::next(at);
  }
  std::erase_if(behind_, is_gone);
  const auto in_use = [this](const auto& t) { return t.second.snapshot == made_->snapshot; };
  if (made_ && now_ - made_->tick > kKeepTicks &&
      std::none_of(transfers_.begin(), transfers_.end(), in_use)) {
    made_.reset();
    store.offer_snapshot(nullptr);
  }
}

// Sends again what got no answer.
void SnapshotSender::look_after(raft::NodeId to, Transfer& transfer, std::uint64_t patience) {
  if (!transfer.started) return;
  if (now_ - transfer.heard > patience) return finish(to, false, "it does not answer");
  for (auto& [number, sent] : transfer.out) {
    if (now_ - sent.tick < kResendTicks) continue;
    sent.tick = now_;
    chunks_.push_back(sent.chunk);
  }
  // All is staged, and nobody says that it is installed: that answer may be lost.
  const bool silent = now_ - std::max(transfer.heard, transfer.asked) >= kResendTicks;
  if (transfer.out.empty() && transfer.last && silent) {
    transfer.asked = now_;
    chunks_.push_back(transfer.last);
  }
}

void SnapshotSender::stop(Store& store) {
  if (idle()) return;
  maker_.reset();
  made_.reset();
  transfers_.clear();
  behind_.clear();
  chunks_.clear();
  store.offer_snapshot(nullptr);
}

std::optional<raft::Index> SnapshotSender::needed_from() const {
  std::optional<raft::Index> least;
  const auto bound = [&](raft::Index index) { least = least ? std::min(*least, index) : index; };
  if (maker_) bound(maker_->view->applied());
  if (made_) bound(made_->snapshot->index);
  for (const auto& [to, transfer] : transfers_) bound(transfer.snapshot->index);
  for (const auto& [to, behind] : behind_) bound(behind.match);
  return least;
}

std::vector<TransferStatus> SnapshotSender::transfers() const {
  std::vector<TransferStatus> out;
  for (const auto& [to, transfer] : transfers_) {
    TransferStatus status;
    status.to = to;
    status.index = transfer.snapshot->index;
    status.sent = transfer.next - 1;
    status.acked = transfer.through;
    status.count = transfer.info.chunks();
    status.buffered_bytes = transfer.carry.size();
    for (const auto& [number, sent] : transfer.out) {
      status.buffered_bytes += sent.chunk->data.size();
    }
    if (transfer.last && transfer.out.count(transfer.last->number) == 0) {
      status.buffered_bytes += transfer.last->data.size();
    }
    status.waiting = !transfer.started;
    out.push_back(status);
  }
  return out;
}

}  // namespace kv
