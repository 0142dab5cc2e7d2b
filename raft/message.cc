#include "raft/message.h"

#include <bit>

namespace raft {
namespace {

// Protobuf's base-128 integers: seven bits a byte, at least one.
std::uint64_t varint_size(std::uint64_t value) {
  return (static_cast<std::uint64_t>(std::bit_width(value | 1)) + 6) / 7;
}

// All field numbers of eraft.proto are below 16, so that a tag is one byte. Proto3 leaves out
// zeros.
std::uint64_t number_field(std::uint64_t value) { return value == 0 ? 0 : 1 + varint_size(value); }

std::uint64_t nested_field(std::uint64_t bytes) { return 1 + varint_size(bytes) + bytes; }

std::uint64_t bytes_field(std::string_view data) {
  return data.empty() ? 0 : nested_field(data.size());
}

std::uint64_t ids_field(const std::vector<NodeId>& ids) {
  if (ids.empty()) return 0;
  std::uint64_t bytes = 0;
  for (const NodeId id : ids) bytes += varint_size(id.value);
  return nested_field(bytes);
}

std::uint64_t encoded_size(const ConfState& config) {
  return ids_field(config.voters) + ids_field(config.outgoing) + ids_field(config.learners) +
         ids_field(config.learners_next) + (config.auto_leave ? 2 : 0);
}

std::uint64_t encoded_size(const Snapshot& snapshot) {
  const std::uint64_t metadata = nested_field(encoded_size(snapshot.config)) +
                                 number_field(snapshot.index.value) +
                                 number_field(snapshot.term.value);
  return bytes_field(snapshot.data) + nested_field(metadata);
}

}  // namespace

Context::Context(std::string_view text) {
  if (!text.empty()) text_ = std::make_shared<const std::string>(text);
}

bool is_reply(MessageType type) {
  switch (type) {
    case MessageType::kAppendReply:
    case MessageType::kVoteReply:
    case MessageType::kPreVoteReply:
    case MessageType::kHeartbeatReply:
    case MessageType::kUnreachable:
    case MessageType::kReadIndexReply:
    case MessageType::kStorageAppendReply:
    case MessageType::kStorageApplyReply:
      return true;
    case MessageType::kHup:
    case MessageType::kBeat:
    case MessageType::kPropose:
    case MessageType::kAppend:
    case MessageType::kVote:
    case MessageType::kSnapshot:
    case MessageType::kHeartbeat:
    case MessageType::kSnapshotStatus:
    case MessageType::kCheckQuorum:
    case MessageType::kTransferLeader:
    case MessageType::kTimeoutNow:
    case MessageType::kReadIndex:
    case MessageType::kPreVote:
    case MessageType::kStorageAppend:
    case MessageType::kStorageApply:
    case MessageType::kForgetLeader:
      return false;
  }
  return false;
}

bool is_local(MessageType type) {
  switch (type) {
    case MessageType::kHup:
    case MessageType::kBeat:
    case MessageType::kUnreachable:
    case MessageType::kSnapshotStatus:
    case MessageType::kCheckQuorum:
    case MessageType::kStorageAppend:
    case MessageType::kStorageAppendReply:
    case MessageType::kStorageApply:
    case MessageType::kStorageApplyReply:
    case MessageType::kForgetLeader:
      return true;
    case MessageType::kPropose:
    case MessageType::kAppend:
    case MessageType::kAppendReply:
    case MessageType::kVote:
    case MessageType::kVoteReply:
    case MessageType::kSnapshot:
    case MessageType::kHeartbeat:
    case MessageType::kHeartbeatReply:
    case MessageType::kTransferLeader:
    case MessageType::kTimeoutNow:
    case MessageType::kReadIndex:
    case MessageType::kReadIndexReply:
    case MessageType::kPreVote:
    case MessageType::kPreVoteReply:
      return false;
  }
  return true;
}

std::string_view core_name(MessageType type) {
  switch (type) {
    case MessageType::kHup:
      return "MsgHup";
    case MessageType::kBeat:
      return "MsgBeat";
    case MessageType::kPropose:
      return "MsgProp";
    case MessageType::kAppend:
      return "MsgApp";
    case MessageType::kAppendReply:
      return "MsgAppResp";
    case MessageType::kVote:
      return "MsgVote";
    case MessageType::kVoteReply:
      return "MsgVoteResp";
    case MessageType::kSnapshot:
      return "MsgSnap";
    case MessageType::kHeartbeat:
      return "MsgHeartbeat";
    case MessageType::kHeartbeatReply:
      return "MsgHeartbeatResp";
    case MessageType::kUnreachable:
      return "MsgUnreachable";
    case MessageType::kSnapshotStatus:
      return "MsgSnapStatus";
    case MessageType::kCheckQuorum:
      return "MsgCheckQuorum";
    case MessageType::kTransferLeader:
      return "MsgTransferLeader";
    case MessageType::kTimeoutNow:
      return "MsgTimeoutNow";
    case MessageType::kReadIndex:
      return "MsgReadIndex";
    case MessageType::kReadIndexReply:
      return "MsgReadIndexResp";
    case MessageType::kPreVote:
      return "MsgPreVote";
    case MessageType::kPreVoteReply:
      return "MsgPreVoteResp";
    case MessageType::kStorageAppend:
      return "MsgStorageAppend";
    case MessageType::kStorageAppendReply:
      return "MsgStorageAppendResp";
    case MessageType::kStorageApply:
      return "MsgStorageApply";
    case MessageType::kStorageApplyReply:
      return "MsgStorageApplyResp";
    case MessageType::kForgetLeader:
      return "MsgForgetLeader";
  }
  return "";
}

std::string_view scenario_name(MessageType type) {
  switch (type) {
    case MessageType::kPropose:
      return "propose";
    case MessageType::kAppend:
      return "append";
    case MessageType::kAppendReply:
      return "append-reply";
    case MessageType::kVote:
      return "vote";
    case MessageType::kVoteReply:
      return "vote-reply";
    case MessageType::kSnapshot:
      return "snapshot";
    case MessageType::kHeartbeat:
      return "heartbeat";
    case MessageType::kHeartbeatReply:
      return "heartbeat-reply";
    case MessageType::kTransferLeader:
      return "transfer";
    case MessageType::kTimeoutNow:
      return "timeout-now";
    case MessageType::kReadIndex:
      return "read-index";
    case MessageType::kReadIndexReply:
      return "read-index-reply";
    case MessageType::kPreVote:
      return "pre-vote";
    case MessageType::kPreVoteReply:
      return "pre-vote-reply";
    case MessageType::kHup:
    case MessageType::kBeat:
    case MessageType::kUnreachable:
    case MessageType::kSnapshotStatus:
    case MessageType::kCheckQuorum:
    case MessageType::kStorageAppend:
    case MessageType::kStorageAppendReply:
    case MessageType::kStorageApply:
    case MessageType::kStorageApplyReply:
    case MessageType::kForgetLeader:
      return "";
  }
  return "";
}

std::uint64_t encoded_size(const Entry& entry) {
  return (entry.type == EntryType::kNormal ? 0 : 2) + number_field(entry.term.value) +
         number_field(entry.index.value) + bytes_field(entry.data);
}

std::uint64_t encoded_size(const Message& message) {
  std::uint64_t bytes = number_field(static_cast<std::uint64_t>(message.type)) +
                        number_field(message.to.value) + number_field(message.from.value) +
                        number_field(message.term.value) + number_field(message.log_term.value) +
                        number_field(message.index.value) + number_field(message.commit.value) +
                        (message.reject ? 2 : 0) + number_field(message.reject_hint.value) +
                        bytes_field(message.context);
  for (const EntryPtr& entry : message.entries) bytes += nested_field(encoded_size(*entry));
  if (message.snapshot != nullptr) bytes += nested_field(encoded_size(*message.snapshot));
  return bytes;
}

}  // namespace raft
