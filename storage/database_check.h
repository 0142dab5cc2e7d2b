// Node databases from outside: files that somebody else made, or that rot has met. They are checked
// in a copy in memory and within limits before anything else reads them (docs/storage.md, "Files
// from strangers").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "raft/result.h"

namespace storage {

inline constexpr std::uint64_t kMaxDatabaseBytes = 256ull << 20;

struct DatabaseReport {
  // A sentence each. None: the database is whole.
  std::vector<std::string> problems;
  // The worst of them can be lived with (one of two copies of a row is damaged): a node starts on
  // it.
  bool usable = false;
};

// Checks the bytes of a database file, all of it: what a file of this kind must say of itself, its
// schema word for word, SQLite's own check, each checksum, and what the rows say of each other.
// Takes time in proportion to its size, whatever is in it.
DatabaseReport check_database(std::string_view bytes);

// ok() if a node can start on it, else the first problem as kCorruption.
Status usable_database(std::string_view bytes);

}  // namespace storage
