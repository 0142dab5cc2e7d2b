// The bytes of one simulated file, as a value: copies share 4 KiB chunks until one of them writes.
// A checkpoint of a disk therefore costs a few pointers, and what two images have in common is
// known without comparing bytes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace storage {

inline constexpr std::uint64_t kChunkBytes = 4096;  // SQLite's page size and the disk's sector
inline constexpr std::uint64_t kTearBytes = 512;    // what the simulated disk writes in one piece

using Chunk = std::array<char, kChunkBytes>;

class CowFile {
 public:
  std::uint64_t size() const { return size_; }
  // Chunks that hold at least one byte of the file.
  std::uint64_t chunk_count() const { return (size_ + kChunkBytes - 1) / kChunkBytes; }

  // Copies the bytes from `offset` on into `out`. What lies past the end is filled with zeros;
  // returns how many bytes were inside the file.
  std::uint64_t read(std::uint64_t offset, char* out, std::uint64_t length) const;
  // Overwrites from `offset` on. A gap between the end and `offset` becomes zeros.
  void write(std::uint64_t offset, std::string_view bytes);
  // Cuts the file, or lengthens it with zeros.
  void resize(std::uint64_t size);

  // Chunk `number`, zeros where nothing was written or past the end.
  const Chunk& chunk(std::uint64_t number) const;
  // Replaces a chunk. REQUIRES: number < chunk_count().
  void set_chunk(std::uint64_t number, const Chunk& content);
  // True if both hold the very same chunk or equal bytes.
  bool same_chunk(const CowFile& other, std::uint64_t number) const;

  // Memory that this file takes and does not share with `other`.
  std::uint64_t bytes_beyond(const CowFile& other) const;

  std::string bytes() const;
  // A hash of size and content, the same on every machine.
  std::uint64_t hash(std::uint64_t seed) const;
  bool operator==(const CowFile& other) const;

 private:
  // Chunks in groups, so that copying a file costs one pointer in 256 KiB. A null chunk or group is
  // zeros.
  static constexpr std::uint64_t kGroupChunks = 64;
  using Group = std::array<std::shared_ptr<Chunk>, kGroupChunks>;

  const Chunk* find(std::uint64_t number) const;  // null: zeros
  Chunk& writable(std::uint64_t number, bool all = false);

  std::uint64_t size_ = 0;
  // Invariant: bytes past size_ in the last chunk are zero, and no chunk lies wholly past size_.
  std::vector<std::shared_ptr<Group>> groups_;
};

}  // namespace storage
