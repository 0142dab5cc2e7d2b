// Membership changes as they stand in log entries (thesis chapter 4). What one makes of a
// configuration is in membership.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "raft/message.h"
#include "raft/result.h"
#include "raft/types.h"

namespace raft {

enum class ConfChangeType : std::uint8_t { kAddNode, kRemoveNode, kUpdateNode, kAddLearner };

struct ConfChangeSingle {
  ConfChangeType type = ConfChangeType::kAddNode;
  NodeId node;  // 0: nothing to do
  bool operator==(const ConfChangeSingle&) const = default;
};

// How a change passes through a joint configuration (thesis section 4.3). Auto: a single change
// does without one, several enter one and leave it by themselves. Implicit: enters one and leaves
// it by itself. Explicit: enters one and waits for the empty change.
enum class ConfTransition : std::uint8_t { kAuto, kImplicit, kExplicit };

struct ConfChange {
  ConfTransition transition = ConfTransition::kAuto;
  std::vector<ConfChangeSingle> changes;  // empty: leave the joint configuration
  std::string context;                    // the caller's own

  bool leaves_joint() const { return changes.empty(); }
  bool enters_joint() const {
    return !changes.empty() && (transition != ConfTransition::kAuto || changes.size() > 1);
  }
  bool operator==(const ConfChange&) const = default;
};

// Data of an EntryConfChange: one change, no transition. REQUIRES: changes.size() == 1.
std::string encode_conf_change_v1(const ConfChange& change);
// Data of an EntryConfChangeV2. Empty for the change that leaves a joint configuration.
std::string encode_conf_change_v2(const ConfChange& change);
// Reads either, by the entry's type. Errors: kCorruption.
Result<ConfChange> decode_conf_change(EntryType type, std::string_view data);

}  // namespace raft
