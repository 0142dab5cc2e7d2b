// A state as it travels from a leader to a follower that its log no longer serves (paper section
// 7): a stream of bytes in chunks, each with a checksum, beside the messages of Raft. The core's
// MsgSnap says only which state it is; the receiver's core gets it when the last chunk is verified.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "kv/store.h"
#include "raft/message.h"
#include "raft/result.h"

namespace kv {

std::string encode(const StreamInfo& info);
// Errors: kCorruption.
Result<StreamInfo> decode_stream_info(std::string_view data);

struct SnapshotChunk {
  raft::NodeId from, to;
  raft::Term term;             // of the leader that sends it
  std::uint64_t transfer = 0;  // which of the sender's transfers it belongs to
  raft::SnapshotPtr snapshot;  // never null
  std::uint64_t number = 1;    // from 1
  std::uint64_t count = 1;     // how many there are
  std::string data;
  std::uint32_t checksum = 0;  // checksum_of() all the rest
  bool operator==(const SnapshotChunk&) const = default;
};
using ChunkPtr = std::shared_ptr<const SnapshotChunk>;
std::uint32_t checksum_of(const SnapshotChunk& chunk);

enum class ChunkVerdict : std::uint8_t {
  kStaged,     // the chunk is on the receiver's disk
  kDamaged,    // its checksum is wrong: send it again
  kNotNeeded,  // the receiver has more than that, or knows a later leader
  kInstalled,  // the whole snapshot is part of the receiver's state, durably
};

struct ChunkReply {
  raft::NodeId from, to;
  raft::Term term;  // the receiver's
  std::uint64_t transfer = 0;
  ChunkVerdict verdict = ChunkVerdict::kStaged;
  std::uint64_t number = 0;   // the chunk that it answers
  std::uint64_t through = 0;  // chunks 1 to this one are on the disk
  bool operator==(const ChunkReply&) const = default;
};
using ReplyPtr = std::shared_ptr<const ChunkReply>;

// Bytes on the wire, about.
std::uint64_t encoded_size(const SnapshotChunk& chunk);

// CRC-32 of more bytes behind those that gave `before`.
std::uint32_t stream_checksum(std::uint32_t before, std::string_view bytes);
void append_row(std::string& stream, std::string_view key, const Row& row);
void append_session(std::string& stream, std::uint64_t client, const Session& session);

// Reads a stream that comes in pieces, cut anywhere: rows by ascending keys, sessions by ascending
// clients. Memory: one piece and one record.
class StreamReader {
 public:
  using OnRow = std::function<Status(std::string key, Row row)>;
  using OnSession = std::function<Status(std::uint64_t client, Session session)>;
  StreamReader(OnRow on_row, OnSession on_session)
      : on_row_(std::move(on_row)), on_session_(std::move(on_session)) {}
  // Errors: kCorruption for what is no record or out of order; those of the functions.
  Status feed(std::string_view piece);
  // All has come. Errors: kCorruption if it is not what `info` says.
  Status finish(const StreamInfo& info) const;

 private:
  OnRow on_row_;
  OnSession on_session_;
  std::string rest_;
  std::optional<std::string> last_key_;
  std::optional<std::uint64_t> last_client_;
  std::uint64_t bytes_ = 0;
  std::uint32_t checksum_ = 0;
};

}  // namespace kv
