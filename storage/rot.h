// Finds rows in the bytes of a node's database without asking SQLite: rot strikes below it. Knows
// enough of the file format (sqlite.org/fileformat2.html) to walk a table's b-tree; files that
// contradict it are "not found".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "storage/sim_disk.h"

namespace storage {

inline constexpr const char* kRotFile = "node.db";
inline constexpr unsigned char kRotMask = 0x04;

// Offset of a byte whose change damages the row and nothing else: of its payload if there is any,
// else of its checksum. `copy` chooses among the rows that hold the same thing (a vote has two);
// past the last it is the last.
std::optional<std::uint64_t> find_row_byte(std::string_view file, const Rot& rot,
                                           std::uint64_t copy);

}  // namespace storage
