#include "kv/snapshot.h"

#include <zlib.h>

#include <algorithm>
#include <utility>

#include "kv/bytes.h"
#include "kv/command.h"

namespace kv {
namespace {

constexpr char kRowRecord = 'R';
constexpr char kSessionRecord = 'S';
// A result holds at most what a batch of appends gives; a record beyond this is damage.
constexpr std::uint64_t kMaxResultBytes = (kMaxBatchOps + 1) * (kMaxValueBytes + kMaxKeyBytes);

Error damaged(const std::string& what) {
  return {Code::kCorruption, "the snapshot is damaged: " + what};
}

}  // namespace

std::string encode(const StreamInfo& info) {
  std::string out;
  put_number(out, info.bytes);
  put_number(out, info.checksum);
  put_number(out, info.chunk_bytes);
  put_number(out, info.conf_version);
  return out;
}

Result<StreamInfo> decode_stream_info(std::string_view data) {
  ByteReader in(data);
  StreamInfo info;
  info.bytes = in.number();
  info.checksum = static_cast<std::uint32_t>(in.number());
  info.chunk_bytes = in.number();
  info.conf_version = in.number();
  if (info.chunk_bytes == 0) in.fail("has chunks of no bytes");
  RAFT_TRY(in.finish("the description of a snapshot"));
  return info;
}

std::uint32_t stream_checksum(std::uint32_t before, std::string_view bytes) {
  uLong crc = before;
  // zlib counts in 32 bits.
  while (!bytes.empty()) {
    const std::size_t part = std::min<std::size_t>(bytes.size(), 1U << 30);
    crc = crc32(crc, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(part));
    bytes.remove_prefix(part);
  }
  return static_cast<std::uint32_t>(crc);
}

std::uint32_t checksum_of(const SnapshotChunk& chunk) {
  std::string head;
  for (const std::uint64_t number :
       {chunk.from.value, chunk.to.value, chunk.term.value, chunk.transfer,
        chunk.snapshot->index.value, chunk.snapshot->term.value, chunk.number, chunk.count}) {
    put_number(head, number);
  }
  put_text(head, chunk.snapshot->data);
  return stream_checksum(stream_checksum(0, head), chunk.data);
}

std::uint64_t encoded_size(const SnapshotChunk& chunk) { return 64 + chunk.data.size(); }

void append_row(std::string& stream, std::string_view key, const Row& row) {
  stream.push_back(kRowRecord);
  put_text(stream, key);
  put_number(stream, row.index.value);
  put_text(stream, row.value);
}

void append_session(std::string& stream, std::uint64_t client, const Session& session) {
  stream.push_back(kSessionRecord);
  put_number(stream, client);
  put_number(stream, session.sequence);
  put_number(stream, session.index.value);
  put_text(stream, session.result);
}

Status StreamReader::feed(std::string_view piece) {
  bytes_ += piece.size();
  checksum_ = stream_checksum(checksum_, piece);
  rest_.append(piece);
  std::size_t done = 0;
  while (done < rest_.size()) {
    ByteReader in(std::string_view(rest_).substr(done));
    const char kind = static_cast<char>(in.byte());
    if (kind == kRowRecord) {
      std::string key = in.text(kMaxKeyBytes);
      Row row;
      row.index = {in.number()};
      row.value = in.text(kMaxValueBytes);
      if (in.ended_early()) break;
      if (in.failed()) return damaged("a row cannot be read");
      if (last_key_ && key <= *last_key_) return damaged("its rows are not in their order");
      last_key_ = key;
      RAFT_TRY(on_row_(std::move(key), std::move(row)));
    } else if (kind == kSessionRecord) {
      const std::uint64_t client = in.number();
      Session session;
      session.sequence = in.number();
      session.index = {in.number()};
      session.result = in.text(kMaxResultBytes);
      if (in.ended_early()) break;
      if (in.failed()) return damaged("a session cannot be read");
      if (last_client_ && client <= *last_client_) {
        return damaged("its sessions are not in their order");
      }
      last_client_ = client;
      RAFT_TRY(on_session_(client, std::move(session)));
    } else {
      return damaged("it has a record of an unknown kind");
    }
    done += in.position();
  }
  rest_.erase(0, done);
  return ok();
}

Status StreamReader::finish(const StreamInfo& info) const {
  if (!rest_.empty()) return damaged("it ends within a record");
  if (bytes_ != info.bytes) {
    return damaged("it has " + std::to_string(bytes_) + " bytes instead of " +
                   std::to_string(info.bytes));
  }
  if (checksum_ != info.checksum) return damaged("its checksum is wrong");
  return ok();
}

}  // namespace kv
