// How entries, messages, Readies and configurations are written in interaction files: etcd's
// spellings, to the letter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "raft/raw_node.h"

namespace interact {

// The two storage threads of a node, as senders and receivers of messages.
inline constexpr raft::NodeId kAppendThread{UINT64_MAX};
inline constexpr raft::NodeId kApplyThread{UINT64_MAX - 1};
inline bool is_thread(raft::NodeId id) { return id >= kApplyThread; }

// A message of the environment: one of the core, or work for a storage thread (etcd's
// MsgStorageAppend and MsgStorageApply) with the answers that it releases.
struct Envelope {
  raft::Message message;
  raft::NodeId vote{};  // of a hard state to be written
  std::vector<Envelope> responses{};
  raft::ReadyId write{};  // of MsgStorageAppendResp: what it reports
};

std::string hex(std::uint64_t value);
// As Go's %q writes it.
std::string quoted(std::string_view data);
std::string entry_text(const raft::Entry& entry);
// Each on its own line, behind `indent`.
std::string entries_text(const std::vector<raft::EntryPtr>& entries, std::string_view indent = "");
// Without a newline at its end.
std::string message_text(const Envelope& envelope, const std::string& indent = "");
std::string snapshot_text(const raft::Snapshot& snapshot);
std::string hard_state_text(const raft::HardState& hard_state);
// `messages` are those to be shown.
std::string ready_text(const raft::Ready& ready, const std::vector<Envelope>& messages);
std::string progress_text(const raft::Progress& progress, const raft::Config& config);
// `voters=(1 2)&&(1) learners=(3) autoleave`.
std::string config_text(const raft::ConfState& config);
std::string_view role_text(raft::Role role);
// `v2 r3 l4 u5`.
std::string changes_text(const raft::ConfChange& change);

// Reads what message_text() writes, on one line, with at most one entry of EntryNormal. Errors:
// kInvalidArgument.
Result<raft::Message> parse_message(std::string_view text);

}  // namespace interact
