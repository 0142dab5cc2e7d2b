// What travels between members and what they store: plain values. Entries are immutable and shared
// by log, messages and other nodes of the process. The wire form is raft/eraft.proto (raft/wire.h).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "raft/types.h"

namespace raft {

enum class EntryType : std::uint8_t { kNormal, kConfChange, kConfChangeV2 };

struct Entry {
  Term term;
  Index index;
  EntryType type = EntryType::kNormal;
  std::string data;  // empty for the entry with which a new leader opens its term
  bool operator==(const Entry&) const = default;
};
using EntryPtr = std::shared_ptr<const Entry>;  // never null

// Who is in the cluster (thesis section 4.3). While `outgoing` is not empty the cluster is in a
// joint configuration and decisions need both majorities.
struct ConfState {
  std::vector<NodeId> voters;  // each list ascending, without duplicates
  std::vector<NodeId> outgoing;
  std::vector<NodeId> learners;
  std::vector<NodeId> learners_next;
  bool auto_leave = false;
  bool operator==(const ConfState&) const = default;
};

struct Snapshot {
  Index index;  // last entry it replaces
  Term term;    // of that entry
  ConfState config;
  std::string data;  // opaque to the core
  bool operator==(const Snapshot&) const = default;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

// What must be durable before a member answers (paper figure 2: currentTerm, votedFor). `commit` is
// kept for convenience: it may be stale after a restart.
struct HardState {
  Term term;
  NodeId vote;
  Index commit;
  bool operator==(const HardState&) const = default;
};

// A short text that few messages have, so that there is nothing to move or to let go of in the
// others. Immutable, and shared by copies.
class Context {
 public:
  Context() = default;
  Context(std::string_view text);  // NOLINT(google-explicit-constructor): stands for its text
  Context(const std::string& text) : Context(std::string_view(text)) {}  // NOLINT: likewise
  bool empty() const { return text_ == nullptr; }
  operator std::string_view() const {  // NOLINT: likewise
    return text_ == nullptr ? std::string_view() : std::string_view(*text_);
  }
  friend bool operator==(const Context& a, std::string_view b) { return std::string_view(a) == b; }
  bool operator==(const Context& other) const { return *this == std::string_view(other); }

 private:
  std::shared_ptr<const std::string> text_;  // null: no text
};

// etcd's message types, in etcd's order.
enum class MessageType : std::uint8_t {
  kHup,
  kBeat,
  kPropose,
  kAppend,
  kAppendReply,
  kVote,
  kVoteReply,
  kSnapshot,
  kHeartbeat,
  kHeartbeatReply,
  kUnreachable,
  kSnapshotStatus,
  kCheckQuorum,
  kTransferLeader,
  kTimeoutNow,
  kReadIndex,
  kReadIndexReply,
  kPreVote,
  kPreVoteReply,
  kStorageAppend,
  kStorageAppendReply,
  kStorageApply,
  kStorageApplyReply,
  kForgetLeader,
};

struct Message {
  MessageType type = MessageType::kHup;
  NodeId to{};
  NodeId from{};
  Term term{};  // 0 for messages that a member sends to itself (local ones)
  Term log_term{};
  // kAppend: index of the entry before `entries`. kAppendReply: last index that is acknowledged, or
  // the rejected one. kVote: the candidate's last index.
  Index index{};
  Index commit{};
  std::vector<EntryPtr> entries{};
  bool reject = false;
  Index reject_hint{};     // kAppendReply: where the leader may look next
  SnapshotPtr snapshot{};  // kSnapshot only
  Context context{};       // kVote: "CampaignTransfer"; heartbeats: the read's number
  bool operator==(const Message&) const = default;
};

// Context of a vote request that the leader itself ordered: it overrides leases (thesis
// section 3.10).
inline constexpr std::string_view kCampaignTransfer = "CampaignTransfer";

// Context of a refused append (kAppendReply): entries behind the hint are lost by rot, though they
// were acknowledged before.
inline constexpr std::string_view kLostEntries = "LostEntries";

// True for what answers another message, and so must come from a member.
bool is_reply(MessageType type);
// True for what a member sends only to itself or its own storage: never accepted from outside.
bool is_local(MessageType type);
// "MsgApp", as in etcd and in the interaction language.
std::string_view core_name(MessageType type);
// "append-reply", as in scenarios and JSON; empty for local types.
std::string_view scenario_name(MessageType type);

// Bytes of the entry's or message's wire form (an upper bound that does not build it).
std::uint64_t encoded_size(const Entry& entry);
std::uint64_t encoded_size(const Message& message);

}  // namespace raft
