#include "storage/cow_file.h"

#include <algorithm>
#include <cstring>

#include "raft/assert.h"

namespace storage {
namespace {

constexpr Chunk kZeros{};

std::uint64_t hash_word(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 32);
}

}  // namespace

const Chunk* CowFile::find(std::uint64_t number) const {
  const std::uint64_t group = number / kGroupChunks;
  if (group >= groups_.size() || groups_[group] == nullptr) return nullptr;
  return (*groups_[group])[number % kGroupChunks].get();
}

// With `all` the caller overwrites every byte, so that none is copied.
Chunk& CowFile::writable(std::uint64_t number, bool all) {
  const std::uint64_t group_number = number / kGroupChunks;
  if (group_number >= groups_.size()) groups_.resize(group_number + 1);
  std::shared_ptr<Group>& group = groups_[group_number];
  if (group == nullptr) {
    group = std::make_shared<Group>();
  } else if (group.use_count() > 1) {
    group = std::make_shared<Group>(*group);
  }
  std::shared_ptr<Chunk>& chunk = (*group)[number % kGroupChunks];
  const bool shared = chunk != nullptr && chunk.use_count() > 1;
  if (all && (chunk == nullptr || shared)) {
    chunk = std::make_shared_for_overwrite<Chunk>();
  } else if (chunk == nullptr) {
    chunk = std::make_shared<Chunk>(kZeros);
  } else if (shared) {
    chunk = std::make_shared<Chunk>(*chunk);
  }
  return *chunk;
}

std::uint64_t CowFile::read(std::uint64_t offset, char* out, std::uint64_t length) const {
  const std::uint64_t inside = offset >= size_ ? 0 : std::min(length, size_ - offset);
  std::uint64_t done = 0;
  while (done < inside) {
    const std::uint64_t at = (offset + done) % kChunkBytes;
    const std::uint64_t piece = std::min(inside - done, kChunkBytes - at);
    const Chunk* source = find((offset + done) / kChunkBytes);
    std::memcpy(out + done, (source != nullptr ? *source : kZeros).data() + at, piece);
    done += piece;
  }
  if (inside < length) std::memset(out + inside, 0, length - inside);
  return inside;
}

void CowFile::write(std::uint64_t offset, std::string_view bytes) {
  size_ = std::max<std::uint64_t>(size_, offset + bytes.size());
  while (!bytes.empty()) {
    const std::uint64_t at = offset % kChunkBytes;
    const std::uint64_t piece = std::min<std::uint64_t>(bytes.size(), kChunkBytes - at);
    Chunk& chunk = writable(offset / kChunkBytes, piece == kChunkBytes);
    std::memcpy(chunk.data() + at, bytes.data(), piece);
    bytes.remove_prefix(piece);
    offset += piece;
  }
}

void CowFile::resize(std::uint64_t size) {
  if (size >= size_) {
    size_ = size;
    return;
  }
  const std::uint64_t old_chunks = chunk_count();
  size_ = size;
  const std::uint64_t chunks = chunk_count();
  groups_.resize(
      std::min<std::uint64_t>(groups_.size(), (chunks + kGroupChunks - 1) / kGroupChunks));
  // The file may grow again and must then read zeros, so what lies past the end goes now.
  if (size % kChunkBytes != 0 && find(chunks - 1) != nullptr) {
    Chunk& last = writable(chunks - 1);
    std::memset(last.data() + size % kChunkBytes, 0, kChunkBytes - size % kChunkBytes);
  }
  for (std::uint64_t number = chunks; number < old_chunks; ++number) {
    if (number / kGroupChunks >= groups_.size()) break;
    if (find(number) == nullptr) continue;
    std::shared_ptr<Group>& group = groups_[number / kGroupChunks];
    if (group.use_count() > 1) group = std::make_shared<Group>(*group);
    (*group)[number % kGroupChunks] = nullptr;
  }
}

const Chunk& CowFile::chunk(std::uint64_t number) const {
  const Chunk* found = find(number);
  return found != nullptr ? *found : kZeros;
}

void CowFile::set_chunk(std::uint64_t number, const Chunk& content) {
  RAFT_ASSERT(number < chunk_count());
  Chunk& target = writable(number, true);
  target = content;
  const std::uint64_t end = size_ - number * kChunkBytes;
  if (end < kChunkBytes) std::memset(target.data() + end, 0, kChunkBytes - end);
}

bool CowFile::same_chunk(const CowFile& other, std::uint64_t number) const {
  const Chunk* mine = find(number);
  const Chunk* theirs = other.find(number);
  if (mine == theirs) return true;
  return (mine != nullptr ? *mine : kZeros) == (theirs != nullptr ? *theirs : kZeros);
}

std::uint64_t CowFile::bytes_beyond(const CowFile& other) const {
  std::uint64_t bytes = 0;
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    const Group* mine = groups_[group].get();
    const Group* theirs = group < other.groups_.size() ? other.groups_[group].get() : nullptr;
    if (mine == theirs || mine == nullptr) continue;
    bytes += sizeof(Group);
    for (std::size_t chunk = 0; chunk < kGroupChunks; ++chunk) {
      const bool own =
          (*mine)[chunk] != nullptr && (theirs == nullptr || (*mine)[chunk] != (*theirs)[chunk]);
      bytes += own ? sizeof(Chunk) : 0;
    }
  }
  return bytes;
}

std::string CowFile::bytes() const {
  std::string all(size_, '\0');
  read(0, all.data(), size_);
  return all;
}

std::uint64_t CowFile::hash(std::uint64_t seed) const {
  std::uint64_t hash = hash_word(seed, size_);
  for (std::uint64_t number = 0; number < chunk_count(); ++number) {
    const Chunk& content = chunk(number);
    for (std::uint64_t at = 0; at < kChunkBytes; at += 8) {
      std::uint64_t word = 0;
      for (std::uint64_t byte = 0; byte < 8; ++byte) {
        word |= std::uint64_t{static_cast<unsigned char>(content[at + byte])} << (8 * byte);
      }
      hash = hash_word(hash, word);
    }
  }
  return hash;
}

bool CowFile::operator==(const CowFile& other) const {
  if (size_ != other.size_) return false;
  for (std::uint64_t number = 0; number < chunk_count(); ++number) {
    if (!same_chunk(other, number)) return false;
  }
  return true;
}

}  // namespace storage
