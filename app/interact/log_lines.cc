#include "app/interact/log_lines.h"

#include <array>
#include <cctype>

#include "app/interact/format.h"
#include "raft/raft.h"

namespace interact {
namespace {

using raft::Step;
using raft::StepKind;

constexpr std::array<std::string_view, 6> kLevels = {"DEBUG", "INFO",  "WARN",
                                                     "ERROR", "FATAL", "NONE"};

std::string number(std::uint64_t value) { return std::to_string(value); }
std::string me(const Step& step) { return hex(step.core->config().id.value); }
std::string type(const Step& step) { return std::string(raft::core_name(step.message->type)); }
std::string from(const Step& step) { return hex(step.message->from.value); }
std::string term(const Step& step) { return number(step.core->term().value); }

std::string last_entry(const Step& step) {
  const raft::RaftLog& log = step.core->log();
  return "logterm: " + number(log.last_term().value) + ", index: " + number(log.last_index().value);
}

// `1 [logterm: 1, index: 11, vote: 1] VERB MsgVote PREPOSITION 2 [logterm: 1, index: 11] at term 1`
std::string vote_text(const Step& step, const char* verb, const char* preposition) {
  return me(step) + " [" + last_entry(step) + ", vote: " + hex(step.core->vote().value) + "] " +
         verb + " " + type(step) + " " + preposition + " " + from(step) +
         " [logterm: " + number(step.message->log_term.value) +
         ", index: " + number(step.message->index.value) + "] at term " + term(step);
}

std::string peer_text(const Step& step) {
  return hex(step.peer.value) + " [" + progress_text(*step.progress, step.core->config()) + "]";
}

std::string snapshot_name(const raft::Snapshot& snapshot) {
  return "snapshot [index: " + number(snapshot.index.value) +
         ", term: " + number(snapshot.term.value) + "]";
}

std::string restore_text(const Step& step) {
  const raft::RaftLog& log = step.core->log();
  return "log [committed=" + number(log.committed().value) +
         ", applied=" + number(log.applied().value) + ", applying=" + number(log.applying().value) +
         ", unstable.offset=" + number(log.durable().value + 1) +
         ", unstable.offsetInProgress=" + number(log.handed_out().value + 1) +
         ", len(unstable.Entries)=" + number(log.last_index().value - log.durable().value) +
         "] starts to restore " + snapshot_name(*step.message->snapshot);
}

std::string_view change_name(raft::ConfChangeType type) {
  switch (type) {
    case raft::ConfChangeType::kAddNode:
      return "ConfChangeAddNode";
    case raft::ConfChangeType::kRemoveNode:
      return "ConfChangeRemoveNode";
    case raft::ConfChangeType::kUpdateNode:
      return "ConfChangeUpdateNode";
    case raft::ConfChangeType::kAddLearner:
      return "ConfChangeAddLearnerNode";
  }
  return "";
}

std::string_view transition_name(raft::ConfTransition transition) {
  switch (transition) {
    case raft::ConfTransition::kAuto:
      return "ConfChangeTransitionAuto";
    case raft::ConfTransition::kImplicit:
      return "ConfChangeTransitionJointImplicit";
    case raft::ConfTransition::kExplicit:
      return "ConfChangeTransitionJointExplicit";
  }
  return "";
}

std::string single_text(const raft::ConfChangeSingle& single) {
  return "type:" + std::string(change_name(single.type)) + " node_id:" + number(single.node.value);
}

std::string ignored_change_text(const Step& step) {
  std::string change;
  if (step.flag) {
    change = single_text(step.change->changes.front());
  } else {
    change = "transition:" + std::string(transition_name(step.change->transition));
    for (const raft::ConfChangeSingle& single : step.change->changes) {
      change += " changes:{" + single_text(single) + "}";
    }
  }
  std::string why = step.text;
  if (step.number > step.other_number) {
    why += " " + number(step.number) + " (applied to " + number(step.other_number) + ")";
  }
  return me(step) + " ignoring conf change " + change + " at config " +
         config_text(step.core->members()) + ": " + why;
}

std::string snapshot_handled_text(const Step& step) {
  return me(step) + " [commit: " + number(step.core->log().committed().value) + "] " +
         (step.flag ? "restored " : "ignored ") + snapshot_name(*step.message->snapshot);
}

std::string sent_snapshot_text(const Step& step) {
  const raft::RaftLog& log = step.core->log();
  return me(step) + " [firstindex: " + number(log.first_index().value) +
         ", commit: " + number(log.committed().value) +
         "] sent snapshot[index: " + number(step.number) + ", term: " + number(step.other_number) +
         "] to " + peer_text(step);
}

}  // namespace

std::string_view level_name(Level level) { return kLevels[static_cast<std::size_t>(level)]; }

std::optional<Level> level_named(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (kLevels[i] == upper) return static_cast<Level>(i);
  }
  return std::nullopt;
}

LogLine log_line(const Step& step) {
  switch (step.kind) {
    case StepKind::kBecameFollower:
      return {Level::kInfo, me(step) + " became follower at term " + term(step)};
    case StepKind::kBecamePreCandidate:
      return {Level::kInfo, me(step) + " became pre-candidate at term " + term(step)};
    case StepKind::kBecameCandidate:
      return {Level::kInfo, me(step) + " became candidate at term " + term(step)};
    case StepKind::kBecameLeader:
      return {Level::kInfo, me(step) + " became leader at term " + term(step)};
    case StepKind::kStartsElection:
      return {Level::kInfo, me(step) + " is starting a new election at term " + term(step)};
    case StepKind::kUnpromotable:
      return {Level::kWarn, me(step) + " is unpromotable and can not campaign"};
    case StepKind::kSentVoteRequest:
      return {Level::kInfo, me(step) + " [" + last_entry(step) + "] sent " + type(step) +
                                " request to " + hex(step.message->to.value) + " at term " +
                                term(step)};
    case StepKind::kReceivedVoteReply:
      return {Level::kInfo, me(step) + " received " + type(step) +
                                (step.message->reject ? " rejection" : "") + " from " + from(step) +
                                " at term " + term(step)};
    case StepKind::kCountedVotes:
      return {Level::kInfo, me(step) + " has received " + number(step.number) + " " + type(step) +
                                " votes and " + number(step.other_number) + " vote rejections"};
    case StepKind::kHigherTerm:
      return {Level::kInfo, me(step) + " [term: " + term(step) + "] received a " + type(step) +
                                " message with higher term from " + from(step) +
                                " [term: " + number(step.message->term.value) + "]"};
    case StepKind::kLowerTermIgnored:
      return {Level::kInfo, me(step) + " [term: " + term(step) + "] ignored a " + type(step) +
                                " message with lower term from " + from(step) +
                                " [term: " + number(step.message->term.value) + "]"};
    case StepKind::kLeaseHolds:
      return {Level::kInfo, vote_text(step, "ignored", "from") +
                                ": lease is not expired (remaining ticks: " + number(step.number) +
                                ")"};
    case StepKind::kCastVote:
      return {Level::kInfo, vote_text(step, "cast", "for")};
    case StepKind::kRejectedVote:
      return {Level::kInfo, vote_text(step, "rejected", "from")};
    case StepKind::kQuorumInactive:
      return {Level::kWarn, me(step) + " stepped down to follower since quorum is not active"};
    case StepKind::kAppendRejected:
      return {Level::kDebug,
              me(step) +
                  " [logterm: " + number(step.core->log().term_or_zero(step.message->index).value) +
                  ", index: " + number(step.message->index.value) +
                  "] rejected MsgApp [logterm: " + number(step.message->log_term.value) +
                  ", index: " + number(step.message->index.value) + "] from " + from(step)};
    case StepKind::kRejectionReceived:
      return {Level::kDebug, me(step) + " received MsgAppResp(rejected, hint: (index " +
                                 number(step.message->reject_hint.value) + ", term " +
                                 number(step.message->log_term.value) + ")) from " + from(step) +
                                 " for index " + number(step.message->index.value)};
    case StepKind::kProgressDecreased:
      return {Level::kDebug, me(step) + " decreased progress of " + hex(step.peer.value) + " to [" +
                                 progress_text(*step.progress, step.core->config()) + "]"};
    case StepKind::kSnapshotSent:
      return {Level::kDebug, sent_snapshot_text(step)};
    case StepKind::kSnapshotPauses:
      return {Level::kDebug,
              me(step) + " paused sending replication messages to " + peer_text(step)};
    case StepKind::kSnapshotRecovered:
      return {Level::kDebug, me(step) +
                                 " recovered from needing snapshot, resumed sending replication "
                                 "messages to " +
                                 peer_text(step)};
    case StepKind::kUnreachable:
      return {Level::kDebug, me(step) + " failed to send message to " + hex(step.peer.value) +
                                 " because it is unreachable [" +
                                 progress_text(*step.progress, step.core->config()) + "]"};
    case StepKind::kConflictFound:
      return {Level::kInfo, "found conflict at index " + number(step.number) +
                                " [existing term: " + number(step.term.value) +
                                ", conflicting term: " + number(step.other_term.value) + "]"};
    case StepKind::kUnstableReplaced:
      return {Level::kInfo, "replace the unstable entries from index " + number(step.number)};
    case StepKind::kUnstableMissing:
      return {Level::kInfo,
              "entry at index " + number(step.number) + " missing from unstable log; ignoring"};
    case StepKind::kUnstableMismatch:
      return {Level::kInfo, "entry at (index,term)=(" + number(step.number) + "," +
                                number(step.term.value) + ") mismatched with entry at (" +
                                number(step.number) + "," + number(step.other_term.value) +
                                ") in unstable log; ignoring"};
    case StepKind::kWriteOfOlderTerm:
      return {Level::kInfo, me(step) + " [term: " + term(step) +
                                "] ignored entry appends from a MsgStorageAppendResp message with "
                                "lower term [term: " +
                                number(step.term.value) + "]"};
    case StepKind::kRestoreStarts:
      return {Level::kInfo, restore_text(step)};
    case StepKind::kRestored:
      return {Level::kInfo, me(step) + " [commit: " + number(step.core->log().committed().value) +
                                ", lastindex: " + number(step.core->log().last_index().value) +
                                ", lastterm: " + number(step.core->log().last_term().value) +
                                "] restored " + snapshot_name(*step.message->snapshot)};
    case StepKind::kSnapshotHandled:
      return {Level::kInfo, snapshot_handled_text(step)};
    case StepKind::kConfigSwitched:
      return {Level::kInfo,
              me(step) + " switched to configuration " + config_text(step.core->members())};
    case StepKind::kAutoLeave:
      return {Level::kInfo, "initiating automatic transition out of joint configuration " +
                                config_text(step.core->members())};
    case StepKind::kConfChangeIgnored:
      return {Level::kInfo, ignored_change_text(step)};
    case StepKind::kNoLeaderForProposal:
      return {Level::kInfo, me(step) + " no leader at term " + term(step) + "; dropping proposal"};
    case StepKind::kForgetsLeader:
      return {Level::kInfo, me(step) + " forgetting leader " + hex(step.core->leader().value) +
                                " at term " + term(step)};
    case StepKind::kForgetRefused:
      return {Level::kError, "ignoring MsgForgetLeader due to ReadOnlyLeaseBased"};
    case StepKind::kTransferStarts:
      return {Level::kInfo, me(step) + " [term " + term(step) +
                                "] starts to transfer leadership to " + hex(step.peer.value)};
    case StepKind::kTimeoutNowAtOnce:
      return {Level::kInfo, me(step) + " sends MsgTimeoutNow to " + hex(step.peer.value) +
                                " immediately as " + hex(step.peer.value) +
                                " already has up-to-date log"};
    case StepKind::kTimeoutNowReceived:
      return {Level::kInfo, me(step) + " [term " + term(step) + "] received MsgTimeoutNow from " +
                                from(step) + " and starts an election to get leadership."};
  }
  return {};
}

std::string new_core_text(const raft::NodeStatus& status, const raft::RawNode& node) {
  std::string peers;
  for (const raft::NodeId id : raft::voter_ids(status.config)) {
    peers += (peers.empty() ? "" : ",") + hex(id.value);
  }
  const raft::Index last = node.last_index();
  const auto last_term = node.term_at(last);
  return "newRaft " + hex(status.id.value) + " [peers: [" + peers +
         "], term: " + number(status.hard_state.term.value) +
         ", commit: " + number(status.hard_state.commit.value) +
         ", applied: " + number(status.applied.value) + ", lastindex: " + number(last.value) +
         ", lastterm: " + number(last_term ? last_term->value : 0) + "]";
}

}  // namespace interact
