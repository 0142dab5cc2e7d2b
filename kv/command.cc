#include "kv/command.h"

namespace kv {
namespace {

void put_number(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(0x80 | (value & 0x7F)));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out.append(text);
}

void put_optional(std::string& out, const std::optional<std::string>& text) {
  out.push_back(text ? '\1' : '\0');
  if (text) put_text(out, *text);
}

// Reads what the functions above wrote; remembers the first failure.
class Reader {
 public:
  explicit Reader(std::string_view data) : data_(data) {}

  std::uint8_t byte() {
    if (at_ >= data_.size()) return fail("ends too early"), std::uint8_t{0};
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
    if (size > data_.size() - at_) return fail("ends too early"), std::string();
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

  Status finish() {
    if (problem_ == nullptr && at_ != data_.size()) fail("has bytes behind its end");
    if (problem_ == nullptr) return ok();
    return Error{Code::kCorruption, "the command in a log entry " + std::string(problem_) +
                                        " (byte " + std::to_string(at_) + ")"};
  }

 private:
  void fail(const char* problem) {
    if (problem_ == nullptr) problem_ = problem;
    at_ = data_.size();
  }

  std::string_view data_;
  std::size_t at_ = 0;
  const char* problem_ = nullptr;
};

}  // namespace

std::string encode(const Command& command) {
  std::string out;
  out.push_back(static_cast<char>(command.op));
  put_number(out, command.client);
  put_number(out, command.sequence);
  put_text(out, command.key);
  put_text(out, command.value);
  put_optional(out, command.expect);
  return out;
}

Result<Command> decode(std::string_view data) {
  Reader in(data);
  Command command;
  const std::uint8_t op = in.byte();
  if (op < static_cast<std::uint8_t>(Op::kPut) || op > static_cast<std::uint8_t>(Op::kRead)) {
    return Error{Code::kCorruption,
                 "the command in a log entry has the unknown kind " + std::to_string(op)};
  }
  command.op = static_cast<Op>(op);
  command.client = in.number();
  command.sequence = in.number();
  command.key = in.text(kMaxKeyBytes);
  command.value = in.text(kMaxValueBytes);
  command.expect = in.optional(kMaxValueBytes);
  RAFT_TRY(in.finish());
  return command;
}

std::string encode(const Output& output) {
  std::string out(1, output.has_value ? '\1' : '\0');
  if (output.has_value) put_optional(out, output.value);
  return out;
}

Result<Output> decode_output(std::string_view data) {
  Reader in(data);
  Output output;
  output.has_value = in.byte() == 1;
  if (output.has_value) output.value = in.optional(kMaxValueBytes);
  RAFT_TRY(in.finish());
  return output;
}

}  // namespace kv
