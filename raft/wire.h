// Between the core's plain values and the bytes of eraft.proto. The only way to and from protobuf.
// Equal values give equal bytes. Decoding takes nothing for granted: bytes may come from a damaged
// file.
#pragma once

#include <string>
#include <string_view>

#include "raft/message.h"
#include "raft/result.h"

namespace raft {

std::string encode(const Entry& entry);
std::string encode(const HardState& hard_state);
std::string encode(const ConfState& config);
std::string encode(const Snapshot& snapshot);
std::string encode(const Message& message);

// Errors: kCorruption if the bytes are not such a message or a field has an impossible value (the
// message names it).
Result<Entry> decode_entry(std::string_view bytes);
Result<HardState> decode_hard_state(std::string_view bytes);
Result<ConfState> decode_conf_state(std::string_view bytes);
Result<Snapshot> decode_snapshot(std::string_view bytes);
Result<Message> decode_message(std::string_view bytes);

}  // namespace raft
