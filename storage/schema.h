// What a node's database consists of, and the checksums and texts in its columns. Internal to
// storage; docs/storage.md describes it column by column. Change the tables only together with
// kSchemaVersion and that document.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kv/store.h"
#include "raft/message.h"
#include "raft/result.h"

namespace storage {

inline constexpr std::uint64_t kApplicationId = 0x52414654;  // "RAFT"
inline constexpr std::uint64_t kSchemaVersion = 2;

struct Table {
  const char* name;
  const char* sql;  // exactly as sqlite_schema keeps it
};
// Ordered by name.
const std::vector<Table>& tables();

// Row of the table hard_state: what must be durable before a member answers, and where its log
// ends. The end is there so that rows lost by rot are not taken for rows never written.
struct StoredHardState {
  raft::HardState hard_state;
  raft::Index last_index;
  raft::Term last_term;
  std::uint32_t last_checksum = 0;  // of the last log row, or of the truncated prefix
  bool operator==(const StoredHardState&) const = default;
};

// Row of the table meta.
struct StoredMeta {
  raft::Index truncated_index;  // the log starts behind it
  raft::Term truncated_term;
  std::uint32_t truncated_checksum = 0;  // of the row there: the chain goes on from it
  raft::Index applied;
  raft::Term applied_term;
  // Sum of the checksums of all rows of kv and sessions, so that a row lost by rot is missed.
  std::uint64_t content_sum = 0;
  std::uint64_t conf_version = 1;
  raft::ConfState config;
  bool operator==(const StoredMeta&) const = default;
};

std::uint32_t checksum(std::uint64_t copy, const StoredHardState& row);
std::uint32_t checksum(std::uint64_t copy, const StoredMeta& row);
// Chained: covers the entry and all before it.
std::uint32_t checksum(std::uint32_t previous, const raft::Entry& entry);
std::uint32_t checksum(std::string_view key, const kv::Row& row);
std::uint32_t checksum(std::uint64_t client, const kv::Session& session);
std::uint32_t checksum(const kv::SnapshotId& id, std::uint64_t number, std::string_view chunk);

// A configuration as text: voters;outgoing;learners;learners_next;auto_leave, as in "1,2,3;;;;0".
std::string encode_config(const raft::ConfState& config);
// Errors: kCorruption.
Result<raft::ConfState> decode_config(std::string_view text);

}  // namespace storage
