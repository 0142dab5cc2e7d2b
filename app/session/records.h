// The frame of a recording's records, for those who read and those who write them.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string_view>

namespace session {

// The first byte is no text, so that no text file is mistaken for a recording, nor one mangled by a
// transfer as text (as PNG does).
inline constexpr std::string_view kMagic = "\x89RAFTREC";
inline constexpr std::size_t kPreambleBytes = 12;      // magic, format version
inline constexpr std::size_t kRecordHeaderBytes = 9;   // type, length, checksum of both
inline constexpr std::size_t kRecordTrailerBytes = 4;  // checksum of type, length and body
inline constexpr std::size_t kImageRecordBytes = 4 << 20;
inline constexpr std::uint64_t kMaxRecords = 10'000'000;

enum class RecordType : std::uint8_t {
  kHeader = 1,
  kBranch = 2,
  kCommand = 3,
  kDigest = 4,
  kMark = 5,
  kEnd = 6,
  kDiskImage = 7,
  kAbout = 8,
  kReached = 9,
};

// Of sim::Fingerprint::parts; far more than a cluster of nine has.
inline constexpr std::size_t kMaxPartsBytes = 1024;

inline std::uint32_t checksum(std::string_view bytes) {
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  return static_cast<std::uint32_t>(crc32_z(crc32_z(0, nullptr, 0), data, bytes.size()));
}

}  // namespace session
