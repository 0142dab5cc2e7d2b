// Numbers and texts as bytes: the form of commands, outputs and snapshots. Numbers take seven bits
// a byte, lowest first; a text is its length and its bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "raft/result.h"

namespace kv {

inline void put_number(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(0x80 | (value & 0x7F)));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

inline void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out.append(text);
}

inline void put_optional(std::string& out, const std::optional<std::string>& text) {
  out.push_back(text ? '\1' : '\0');
  if (text) put_text(out, *text);
}

// Reads what the functions above wrote; remembers the first failure.
class ByteReader {
 public:
  explicit ByteReader(std::string_view data) : data_(data) {}

  std::uint8_t byte() {
    if (at_ >= data_.size()) return end_early(), std::uint8_t{0};
    return static_cast<std::uint8_t>(data_[at_++]);
  }

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint64_t part = byte();
      value |= (part & 0x7F) << shift;
      if (part < 0x80) return value;
    }
    fail("has a number of more than 64 bits");
    return 0;
  }

  std::string text(std::uint64_t limit) {
    const std::uint64_t size = number();
    if (size > limit) return fail("has a text that is too long"), std::string();
    if (size > data_.size() - at_) return end_early(), std::string();
    std::string out(data_.substr(at_, size));
    at_ += size;
    return out;
  }

  std::optional<std::string> optional(std::uint64_t limit) {
    const std::uint8_t flag = byte();
    if (flag > 1) fail("has a flag that is neither 0 nor 1");
    if (flag != 1) return std::nullopt;
    return text(limit);
  }

  std::size_t position() const { return at_; }
  bool failed() const { return problem_ != nullptr; }
  // It failed because there is not enough, and only because of that.
  bool ended_early() const { return ended_early_; }

  void fail(const char* problem) {
    if (problem_ == nullptr) problem_ = problem;
    at_ = data_.size();
  }

  Status finish(const char* what) {
    if (problem_ == nullptr && at_ != data_.size()) fail("has bytes behind its end");
    if (problem_ == nullptr) return ok();
    return Error{Code::kCorruption,
                 std::string(what) + " " + problem_ + " (byte " + std::to_string(at_) + ")"};
  }

 private:
  void end_early() {
    if (problem_ == nullptr) ended_early_ = true;
    fail("ends too early");
  }

  std::string_view data_;
  std::size_t at_ = 0;
  const char* problem_ = nullptr;
  bool ended_early_ = false;
};

}  // namespace kv
