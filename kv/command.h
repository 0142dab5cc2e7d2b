// What a client asks of the state machine, as it stands in the data of a log entry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "raft/result.h"
#include "raft/types.h"

namespace kv {

inline constexpr std::uint64_t kMaxKeyBytes = 1024;
inline constexpr std::uint64_t kMaxValueBytes = 1048576;
inline constexpr std::uint64_t kMaxBatchOps = 1024;

enum class Op : std::uint8_t {
  kPut = 1,
  kDelete,
  kCas,
  kAppend,
  kRead,
  kScan,
  kBatch,    // several of the above, applied together
  kCompact,  // admin: the log up to an index is no longer needed (CompactLog)
};

// True for what changes no row.
constexpr bool is_read(Op op) { return op == Op::kRead || op == Op::kScan; }

struct Command {
  Op op = Op::kPut;
  std::string key{};                    // scan: the first key
  std::string value{};                  // put, cas (the new one), append; scan: the last key
  std::optional<std::string> expect{};  // cas: what must be there; nullopt: nothing
  // The request's name for exactly-once semantics (thesis 6.3): a client's requests are numbered
  // from 1.
  std::uint64_t client = 0;  // 0: no session
  std::uint64_t sequence = 0;
  // How many sessions the table may hold behind this command. It travels in the log, since every
  // node has to forget the same ones. 0: no limit.
  std::uint64_t session_limit = 0;
  std::vector<Command> ops{};   // batch: neither batch nor compact, without sessions
  raft::Index compact_index{};  // compact: the last entry that goes
  bool operator==(const Command&) const = default;
};

// Bytes for an entry. Never empty: an entry without data is a leader's no-op.
std::string encode(const Command& command);
// Errors: kCorruption, naming what is wrong at which byte.
Result<Command> decode(std::string_view data);
// Errors: kInvalidArgument, for a key, value or batch beyond the limits.
Status check_limits(const Command& command);

// What applying a command gave.
struct Output {
  bool has_value = false;  // of get, append (the new value), cas and delete ("true", "false")
  std::optional<std::string> value{};                       // nullopt: the key is absent
  std::vector<std::pair<std::string, std::string>> rows{};  // of scan, by key
  std::vector<Output> parts{};                              // of batch, one per operation
  bool operator==(const Output&) const = default;
};

std::string encode(const Output& output);
Result<Output> decode_output(std::string_view data);

}  // namespace kv
