#include "app/interact/format.h"

namespace interact {
namespace {

using raft::EntryType;
using raft::MessageType;

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string name(raft::NodeId id) {
  if (id == raft::kNoNode) return "None";
  if (id == kAppendThread) return "AppendThread";
  if (id == kApplyThread) return "ApplyThread";
  return hex(id.value);
}

std::string ids_text(const std::vector<raft::NodeId>& ids) {
  std::string text;
  for (const raft::NodeId id : ids) text += (text.empty() ? "" : " ") + number(id.value);
  return text;
}

std::string_view type_text(EntryType type) {
  switch (type) {
    case EntryType::kNormal:
      return "EntryNormal";
    case EntryType::kConfChange:
      return "EntryConfChange";
    case EntryType::kConfChangeV2:
      return "EntryConfChangeV2";
  }
  return "";
}

char change_letter(raft::ConfChangeType type) {
  switch (type) {
    case raft::ConfChangeType::kAddNode:
      return 'v';
    case raft::ConfChangeType::kRemoveNode:
      return 'r';
    case raft::ConfChangeType::kUpdateNode:
      return 'u';
    case raft::ConfChangeType::kAddLearner:
      return 'l';
  }
  return '?';
}

std::string read_states_text(const std::vector<raft::ReadState>& states) {
  std::string text = "[";
  for (const raft::ReadState& state : states) {
    if (text.size() > 1) text += " ";
    text += "{" + number(state.index.value) + " [";
    for (std::size_t i = 0; i < state.context.size(); ++i) {
      text += (i == 0 ? "" : " ") + number(static_cast<unsigned char>(state.context[i]));
    }
    text += "]}";
  }
  return text + "]";
}

}  // namespace

std::string hex(std::uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  do {
    text.insert(text.begin(), kDigits[value & 0xF]);
    value >>= 4;
  } while (value > 0);
  return text;
}

std::string quoted(std::string_view data) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::string_view kEscapes = "\a\b\f\n\r\t\v\\\"";
  constexpr std::string_view kLetters = "abfnrtv\\\"";
  std::string text = "\"";
  for (const char c : data) {
    const auto byte = static_cast<unsigned char>(c);
    if (const std::size_t i = kEscapes.find(c); i != std::string_view::npos) {
      text += {'\\', kLetters[i]};
    } else if (byte < 0x20 || byte == 0x7F) {
      text += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 0xF]};
    } else {
      text += c;  // text in UTF-8 stays as it is
    }
  }
  return text + "\"";
}

std::string changes_text(const raft::ConfChange& change) {
  std::string text;
  for (const raft::ConfChangeSingle& single : change.changes) {
    text += (text.empty() ? "" : " ") + std::string(1, change_letter(single.type)) +
            number(single.node.value);
  }
  return text;
}

std::string entry_text(const raft::Entry& entry) {
  std::string data;
  if (entry.type == EntryType::kNormal) {
    data = quoted(entry.data);
  } else if (const auto change = raft::decode_conf_change(entry.type, entry.data)) {
    data = changes_text(*change);
  } else {
    data = quoted(entry.data);
  }
  return number(entry.term.value) + "/" + number(entry.index.value) + " " +
         std::string(type_text(entry.type)) + (data.empty() ? "" : " " + data);
}

std::string entries_text(const std::vector<raft::EntryPtr>& entries, std::string_view indent) {
  std::string text;
  for (const raft::EntryPtr& entry : entries) {
    text.append(indent).append(entry_text(*entry)).push_back('\n');
  }
  return text;
}

std::string snapshot_text(const raft::Snapshot& snapshot) {
  const raft::ConfState& config = snapshot.config;
  return "Index:" + number(snapshot.index.value) + " Term:" + number(snapshot.term.value) +
         " ConfState:Voters:[" + ids_text(config.voters) + "] VotersOutgoing:[" +
         ids_text(config.outgoing) + "] Learners:[" + ids_text(config.learners) +
         "] LearnersNext:[" + ids_text(config.learners_next) +
         "] AutoLeave:" + (config.auto_leave ? "true" : "false");
}

std::string message_text(const Envelope& envelope, const std::string& indent) {
  const raft::Message& m = envelope.message;
  std::string text = indent + name(m.from) + "->" + name(m.to) + " " +
                     std::string(raft::core_name(m.type)) + " Term:" + number(m.term.value) +
                     " Log:" + number(m.log_term.value) + "/" + number(m.index.value);
  if (m.reject) text += " Rejected (Hint: " + number(m.reject_hint.value) + ")";
  if (m.commit.value != 0) text += " Commit:" + number(m.commit.value);
  if (envelope.vote != raft::kNoNode) text += " Vote:" + number(envelope.vote.value);
  if (m.entries.size() == 1) {
    text += " Entries:[" + entry_text(*m.entries.front()) + "]";
  } else if (!m.entries.empty()) {
    text += " Entries:[\n" + entries_text(m.entries, indent + "  ") + indent + "]";
  }
  if (m.snapshot != nullptr) text += "\n" + indent + "  Snapshot: " + snapshot_text(*m.snapshot);
  if (!envelope.responses.empty()) {
    text += " Responses:[\n";
    for (const Envelope& response : envelope.responses) {
      text += message_text(response, indent + "  ") + "\n";
    }
    text += indent + "]";
  }
  return text;
}

std::string hard_state_text(const raft::HardState& hard_state) {
  return "Term:" + number(hard_state.term.value) +
         (hard_state.vote == raft::kNoNode ? "" : " Vote:" + number(hard_state.vote.value)) +
         " Commit:" + number(hard_state.commit.value);
}

std::string_view role_text(raft::Role role) {
  switch (role) {
    case raft::Role::kFollower:
      return "StateFollower";
    case raft::Role::kPreCandidate:
      return "StatePreCandidate";
    case raft::Role::kCandidate:
      return "StateCandidate";
    case raft::Role::kLeader:
      return "StateLeader";
  }
  return "";
}

std::string ready_text(const raft::Ready& ready, const std::vector<Envelope>& messages) {
  std::string text;
  if (ready.soft_state) {
    text += "Lead:" + number(ready.soft_state->leader.value) +
            " State:" + std::string(role_text(ready.soft_state->role)) + "\n";
  }
  if (ready.hard_state) text += "HardState " + hard_state_text(*ready.hard_state) + "\n";
  if (!ready.read_states.empty()) {
    text += "ReadStates " + read_states_text(ready.read_states) + "\n";
  }
  if (!ready.entries.empty()) text += "Entries:\n" + entries_text(ready.entries);
  if (ready.snapshot != nullptr) text += "Snapshot " + snapshot_text(*ready.snapshot) + "\n";
  if (!ready.committed_entries.empty()) {
    text += "CommittedEntries:\n" + entries_text(ready.committed_entries);
  }
  if (!messages.empty()) {
    text += "Messages:\n";
    for (const Envelope& message : messages) text += message_text(message) + "\n";
  }
  if (text.empty()) return "<empty Ready>";
  return std::string("Ready MustSync=") + (ready.must_sync ? "true" : "false") + ":\n" + text;
}

std::string progress_text(const raft::Progress& progress, const raft::Config& config) {
  std::string text;
  switch (progress.state) {
    case raft::ProgressState::kProbe:
      text = "StateProbe";
      break;
    case raft::ProgressState::kReplicate:
      text = "StateReplicate";
      break;
    case raft::ProgressState::kSnapshot:
      text = "StateSnapshot";
      break;
  }
  text += " match=" + number(progress.match.value) + " next=" + number(progress.next.value);
  if (progress.is_learner) text += " learner";
  if (progress.is_paused()) text += " paused";
  if (progress.pending_snapshot.value > 0) {
    text += " pendingSnap=" + number(progress.pending_snapshot.value);
  }
  if (!progress.recently_active) text += " inactive";
  if (const std::size_t count = progress.inflights.count(); count > 0) {
    text += " inflight=" + number(count);
    if (progress.inflights.full({config.max_inflight_messages, config.max_inflight_bytes})) {
      text += "[full]";
    }
  }
  return text;
}

std::string config_text(const raft::ConfState& config) {
  std::string text = "voters=(" + ids_text(config.voters) + ")";
  if (!config.outgoing.empty()) text += "&&(" + ids_text(config.outgoing) + ")";
  if (!config.learners.empty()) text += " learners=(" + ids_text(config.learners) + ")";
  if (!config.learners_next.empty()) {
    text += " learners_next=(" + ids_text(config.learners_next) + ")";
  }
  if (config.auto_leave) text += " autoleave";
  return text;
}

}  // namespace interact
