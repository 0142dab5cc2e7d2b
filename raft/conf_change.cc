#include "raft/conf_change.h"

#include <utility>

#include "raft/assert.h"

namespace raft {
namespace {

// Protobuf's encoding of the messages ConfChange and ConfChangeV2 of eraft.proto. Written out here
// since the core must read what it replicates, and sees no protobuf; wire_test.cc compares.
void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void put_number(std::string& out, unsigned field, std::uint64_t value) {
  if (value == 0) return;
  put_varint(out, field << 3);
  put_varint(out, value);
}

void put_bytes(std::string& out, unsigned field, std::string_view bytes) {
  put_varint(out, (field << 3) | 2);
  put_varint(out, bytes.size());
  out += bytes;
}

std::string encode_single(const ConfChangeSingle& single) {
  std::string out;
  put_number(out, 1, static_cast<std::uint64_t>(single.type));
  put_number(out, 2, single.node.value);
  return out;
}

struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;  // of a varint
  std::string_view bytes;   // of a length-delimited one
};

bool take_varint(std::string_view& in, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !in.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool take_field(std::string_view& in, Field& field) {
  std::uint64_t tag = 0;
  if (!take_varint(in, tag) || !take_varint(in, field.value)) return false;
  field.number = tag >> 3;
  if ((tag & 7) == 0) return true;
  if ((tag & 7) != 2 || field.value > in.size()) return false;
  field.bytes = in.substr(0, static_cast<std::size_t>(field.value));
  in.remove_prefix(field.bytes.size());
  return true;
}

Error unreadable() {
  return Error{Code::kCorruption, "the entry of a membership change cannot be read"};
}

Result<ConfChangeSingle> decode_single(std::string_view in, std::string* context) {
  ConfChangeSingle single;
  Field field;
  while (!in.empty()) {
    if (!take_field(in, field)) return unreadable();
    if (field.number == 1) {
      if (field.value > static_cast<std::uint64_t>(ConfChangeType::kAddLearner)) {
        return unreadable();
      }
      single.type = static_cast<ConfChangeType>(field.value);
    } else if (field.number == 2) {
      single.node = {field.value};
    } else if (field.number == 3 && context != nullptr) {
      *context = field.bytes;
    }
  }
  return single;
}

}  // namespace

std::string encode_conf_change_v1(const ConfChange& change) {
  RAFT_ASSERT(change.changes.size() == 1);
  std::string out = encode_single(change.changes.front());
  if (!change.context.empty()) put_bytes(out, 3, change.context);
  return out;
}

std::string encode_conf_change_v2(const ConfChange& change) {
  std::string out;
  put_number(out, 1, static_cast<std::uint64_t>(change.transition));
  for (const ConfChangeSingle& single : change.changes) put_bytes(out, 2, encode_single(single));
  if (!change.context.empty()) put_bytes(out, 3, change.context);
  return out;
}

Result<ConfChange> decode_conf_change(EntryType type, std::string_view data) {
  ConfChange change;
  if (type == EntryType::kNormal) return unreadable();
  if (type == EntryType::kConfChange) {
    RAFT_TRY_ASSIGN(const ConfChangeSingle single, decode_single(data, &change.context));
    change.changes.push_back(single);
    return change;
  }
  Field field;
  while (!data.empty()) {
    if (!take_field(data, field)) return unreadable();
    if (field.number == 1) {
      if (field.value > static_cast<std::uint64_t>(ConfTransition::kExplicit)) return unreadable();
      change.transition = static_cast<ConfTransition>(field.value);
    } else if (field.number == 2) {
      RAFT_TRY_ASSIGN(const ConfChangeSingle single, decode_single(field.bytes, nullptr));
      change.changes.push_back(single);
    } else if (field.number == 3) {
      change.context = field.bytes;
    }
  }
  return change;
}

}  // namespace raft
