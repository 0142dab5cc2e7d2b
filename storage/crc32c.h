// CRC-32C (Castagnoli), the checksum of stored rows: finds every error burst of up to 32 bits.
#pragma once

#include <cstdint>
#include <string_view>

namespace storage {

// Continues `crc` over `bytes`; start with 0. crc32c(crc32c(0, a), b) == crc32c(0, a + b).
std::uint32_t crc32c(std::uint32_t crc, std::string_view bytes);
// The same over the eight bytes of `number`, lowest first.
std::uint32_t crc32c(std::uint32_t crc, std::uint64_t number);

// The same by tables, for processors without an instruction for it.
std::uint32_t crc32c_by_tables(std::uint32_t crc, std::string_view bytes);
std::uint32_t crc32c_by_tables(std::uint32_t crc, std::uint64_t number);

}  // namespace storage
