// Files of one JSON object per line, from strangers: histories and traces. What is too long, too
// deep or no JSON is refused with the line's number. Bytes outside UTF-8 stand as \xHH, a backslash
// as
// \\ (docs/checks.md).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/sim/time.h"
#include "raft/result.h"

namespace check {

inline constexpr std::uint64_t kMaxFileBytes = 268435456;
inline constexpr std::uint64_t kMaxLineBytes = 16777216;  // a cas of two escaped values of 1 MiB
inline constexpr std::uint64_t kMaxLines = 10000000;

struct JsonValue {
  enum class Kind : std::uint8_t { kAbsent, kNull, kFalse, kTrue, kNumber, kText, kList, kObject };
  Kind kind = Kind::kAbsent;
  std::string text;                // kText; kNumber: as it was written
  std::vector<JsonValue> items;    // of a list or an object
  std::vector<std::string> names;  // kObject: one for each item

  // Absent if there is none; of several of one name the last.
  const JsonValue& operator[](std::string_view name) const;
  bool is(Kind k) const { return kind == k; }

  // Errors name `what`, the key, and say what would be right.
  Result<std::uint64_t> number(std::string_view what) const;  // a whole number from 0 on
  Result<sim::Instant> instant(std::string_view what) const;  // ticks; finer than 0.001 is cut off
  Result<std::string> bytes(std::string_view what) const;     // a text, unescaped
};

// Errors: kCorruption.
Result<JsonValue> parse_json_object(std::string_view line);

// Hands over each line that is neither empty nor a `#` comment. Errors, also those of `each`, begin
// with "line N: ".
Status for_each_line(std::string_view file,
                     const std::function<Status(std::uint64_t, std::string_view)>& each);

// The text as a JSON string with its quotes.
std::string json_text(std::string_view bytes);

}  // namespace check
