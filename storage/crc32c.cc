#include "storage/crc32c.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace storage {
namespace {

// Tables[k][b]: what byte b does to the checksum k bytes later. With eight of them a step takes
// eight bytes.
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78U : 0U);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < tables.size(); ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8) ^ tables[0][before & 0xFF];
    }
  }
  return tables;
}
constexpr Tables kTables = make_tables();

// Eight bytes, the lowest first. `crc` is inverted here.
std::uint32_t step(std::uint32_t crc, std::uint64_t bytes) {
  bytes ^= crc;
  std::uint32_t next = 0;
  for (std::size_t k = 0; k < 8; ++k) next ^= kTables[7 - k][bytes >> (8 * k) & 0xFF];
  return next;
}

}  // namespace

std::uint32_t crc32c(std::uint32_t crc, std::string_view bytes) {
  crc = ~crc;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::uint64_t eight = 0;
    for (std::size_t k = 0; k < 8; ++k) {
      eight |= std::uint64_t{static_cast<unsigned char>(bytes[k])} << (8 * k);
    }
    crc = step(crc, eight);
  }
  for (const char c : bytes) {
    crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<unsigned char>(c)) & 0xFF];
  }
  return ~crc;
}

std::uint32_t crc32c(std::uint32_t crc, std::uint64_t number) { return ~step(~crc, number); }

}  // namespace storage
