// What a client asks of the state machine, as it stands in the data of a log entry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "raft/result.h"

namespace kv {

inline constexpr std::uint64_t kMaxKeyBytes = 1024;
inline constexpr std::uint64_t kMaxValueBytes = 1048576;

enum class Op : std::uint8_t { kPut = 1, kDelete, kCas, kAppend, kRead };

struct Command {
  Op op = Op::kPut;
  std::string key{};
  std::string value{};                  // put, cas (the new one), append
  std::optional<std::string> expect{};  // cas: what must be there; nullopt: nothing
  // The request's name for exactly-once semantics (thesis 6.3): a client's requests are numbered
  // from 1.
  std::uint64_t client = 0;  // 0: no session
  std::uint64_t sequence = 0;
  bool operator==(const Command&) const = default;
};

// Bytes for an entry. Never empty: an entry without data is a leader's no-op.
std::string encode(const Command& command);
// Errors: kCorruption, naming what is wrong at which byte.
Result<Command> decode(std::string_view data);

// What applying a command gave.
struct Output {
  bool has_value = false;  // of get, append (the new value), cas and delete ("true", "false")
  std::optional<std::string> value{};  // nullopt: the key is absent
  bool operator==(const Output&) const = default;
};

std::string encode(const Output& output);
Result<Output> decode_output(std::string_view data);

}  // namespace kv
