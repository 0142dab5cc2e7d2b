// Messages whose numbers contradict each other. They come from a broken sender, or were damaged on
// the way; they are refused with an error, and nothing has changed.
#include <algorithm>

#include "raft/raft.h"

namespace raft {
namespace {

// Counting on from such a number could come to its end and begin again at 0.
bool beyond_any_log(const Message& message) {
  std::uint64_t all = message.term.value | message.log_term.value | message.index.value |
                      message.commit.value | message.reject_hint.value;
  if (message.snapshot != nullptr) {
    all |= message.snapshot->index.value | message.snapshot->term.value;
  }
  return all >> 62 != 0;
}

// Entries are a stretch of one log: indexes without gaps, terms that never fall and end at most in
// the sender's.
bool is_stretch_of_log(const Message& message) {
  Index expected = next_index(message.index);
  Term least = message.log_term;
  for (const EntryPtr& entry : message.entries) {
    if (entry == nullptr || entry->index != expected || entry->term < least ||
        entry->term > message.term) {
      return false;
    }
    expected = next_index(expected);
    least = entry->term;
  }
  return true;
}

}  // namespace

// What is wrong with it, as the end of a sentence; null: nothing.
const char* Raft::fault_of(const Message& message) const {
  if (message.type == MessageType::kPropose) {
    const bool nothing =
        message.entries.empty() ||
        std::find(message.entries.begin(), message.entries.end(), nullptr) != message.entries.end();
    return nothing ? "proposes nothing" : nullptr;
  }
  if (message.type == MessageType::kReadIndex || message.type == MessageType::kReadIndexReply) {
    // The entry carries the reader's own context.
    const bool has_one = message.entries.size() == 1 && message.entries.front() != nullptr;
    return has_one ? nullptr : "carries no context of a read";
  }
  if (message.type == MessageType::kTransferLeader || message.type == MessageType::kForgetLeader) {
    return nullptr;
  }
  // What a node tells itself does not travel; answered, it would make this node its own follower.
  if (message.from == config_.id && !config_.hand_out_own_messages) {
    return "claims to come from this very node";
  }
  if (message.term.value == 0) return "has no term";
  if (beyond_any_log(message)) return "has a number that no log reaches";
  if (message.type == MessageType::kSnapshot &&
      (message.snapshot == nullptr || message.snapshot->index.value == 0)) {
    return "has no snapshot";
  }
  if (!is_stretch_of_log(message)) {
    return "has entries that are not a stretch of a log that ends in its term";
  }
  if (message.type == MessageType::kAppendReply && message.term == term_ &&
      role_ == Role::kLeader && !message.reject && message.index > log_.last_index()) {
    return "acknowledges entries beyond the leader's log";
  }
  return nullptr;
}

}  // namespace raft
