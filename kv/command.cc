#include "kv/command.h"

#include "kv/bytes.h"

namespace kv {
namespace {

void put_command(std::string& out, const Command& command) {
  out.push_back(static_cast<char>(command.op));
  put_number(out, command.client);
  if (command.client != 0) {
    put_number(out, command.sequence);
    put_number(out, command.session_limit);
  }
  switch (command.op) {
    case Op::kPut:
    case Op::kAppend:
    case Op::kScan:
      put_text(out, command.key);
      put_text(out, command.value);
      return;
    case Op::kDelete:
    case Op::kRead:
      put_text(out, command.key);
      return;
    case Op::kCas:
      put_text(out, command.key);
      put_text(out, command.value);
      put_optional(out, command.expect);
      return;
    case Op::kBatch:
      put_number(out, command.ops.size());
      for (const Command& part : command.ops) put_command(out, part);
      return;
    case Op::kCompact:
      put_number(out, command.compact_index.value);
      return;
  }
}

Command take_command(ByteReader& in, bool part_of_batch) {
  Command command;
  const std::uint8_t op = in.byte();
  const auto last = static_cast<std::uint8_t>(part_of_batch ? Op::kScan : Op::kCompact);
  if (op < static_cast<std::uint8_t>(Op::kPut) || op > last) {
    in.fail("is of an unknown kind");
    return command;
  }
  command.op = static_cast<Op>(op);
  command.client = in.number();
  if (command.client != 0) {
    command.sequence = in.number();
    command.session_limit = in.number();
  }
  switch (command.op) {
    case Op::kPut:
    case Op::kAppend:
      command.key = in.text(kMaxKeyBytes);
      command.value = in.text(kMaxValueBytes);
      break;
    case Op::kScan:
      command.key = in.text(kMaxKeyBytes);
      command.value = in.text(kMaxKeyBytes);
      break;
    case Op::kDelete:
    case Op::kRead:
      command.key = in.text(kMaxKeyBytes);
      break;
    case Op::kCas:
      command.key = in.text(kMaxKeyBytes);
      command.value = in.text(kMaxValueBytes);
      command.expect = in.optional(kMaxValueBytes);
      break;
    case Op::kBatch: {
      const std::uint64_t count = in.number();
      if (count > kMaxBatchOps) in.fail("has too many operations");
      for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
        command.ops.push_back(take_command(in, true));
      }
      break;
    }
    case Op::kCompact:
      command.compact_index = {in.number()};
      break;
  }
  return command;
}

constexpr std::uint8_t kHasValue = 1;
constexpr std::uint8_t kHasRows = 2;
constexpr std::uint8_t kHasParts = 4;

void put_output(std::string& out, const Output& output) {
  unsigned flags = 0;
  if (output.has_value) flags |= kHasValue;
  if (!output.rows.empty()) flags |= kHasRows;
  if (!output.parts.empty()) flags |= kHasParts;
  out.push_back(static_cast<char>(flags));
  if (output.has_value) put_optional(out, output.value);
  if (!output.rows.empty()) {
    put_number(out, output.rows.size());
    for (const auto& [key, value] : output.rows) {
      put_text(out, key);
      put_text(out, value);
    }
  }
  if (!output.parts.empty()) {
    put_number(out, output.parts.size());
    for (const Output& part : output.parts) put_output(out, part);
  }
}

Output take_output(ByteReader& in, bool part_of_batch) {
  Output output;
  const std::uint8_t flags = in.byte();
  if (flags > (kHasValue | kHasRows | kHasParts)) in.fail("has unknown flags");
  output.has_value = (flags & kHasValue) != 0;
  if (output.has_value) output.value = in.optional(kMaxValueBytes);
  if ((flags & kHasRows) != 0) {
    const std::uint64_t count = in.number();
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
      std::string key = in.text(kMaxKeyBytes);
      std::string value = in.text(kMaxValueBytes);
      output.rows.emplace_back(std::move(key), std::move(value));
    }
  }
  if ((flags & kHasParts) != 0) {
    const std::uint64_t count = in.number();
    if (part_of_batch || count > kMaxBatchOps) in.fail("has too many parts");
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
      output.parts.push_back(take_output(in, true));
    }
  }
  return output;
}

Status too_long(const char* what, std::uint64_t limit, std::uint64_t size) {
  return Error{Code::kInvalidArgument, std::string("a ") + what + " has at most " +
                                           std::to_string(limit) + " bytes, this one has " +
                                           std::to_string(size)};
}

}  // namespace

std::string encode(const Command& command) {
  std::string out;
  put_command(out, command);
  return out;
}

Result<Command> decode(std::string_view data) {
  ByteReader in(data);
  Command command = take_command(in, false);
  RAFT_TRY(in.finish("the command in a log entry"));
  return command;
}

Status check_limits(const Command& command) {
  if (command.key.size() > kMaxKeyBytes) return too_long("key", kMaxKeyBytes, command.key.size());
  if (command.op == Op::kScan && command.value.size() > kMaxKeyBytes) {
    return too_long("key", kMaxKeyBytes, command.value.size());
  }
  if (command.value.size() > kMaxValueBytes) {
    return too_long("value", kMaxValueBytes, command.value.size());
  }
  if (command.expect && command.expect->size() > kMaxValueBytes) {
    return too_long("value", kMaxValueBytes, command.expect->size());
  }
  if (command.ops.size() > kMaxBatchOps) {
    return Error{Code::kInvalidArgument, "a batch has at most 1024 operations, this one has " +
                                             std::to_string(command.ops.size())};
  }
  for (const Command& part : command.ops) {
    if (part.op >= Op::kBatch || part.client != 0) {
      return Error{Code::kInvalidArgument,
                   "a batch holds single operations on keys, without sessions"};
    }
    RAFT_TRY(check_limits(part));
  }
  return ok();
}

std::string encode(const Output& output) {
  std::string out;
  put_output(out, output);
  return out;
}

Result<Output> decode_output(std::string_view data) {
  ByteReader in(data);
  Output output = take_output(in, false);
  RAFT_TRY(in.finish("the result in a session"));
  return output;
}

}  // namespace kv
