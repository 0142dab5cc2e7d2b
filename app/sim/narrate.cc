// Facts in plain words. One sentence says what happened; the reason comes from the core.
#include <string_view>
#include <utility>

#include "app/sim/fact.h"
#include "app/sim/refusal.h"
#include "raft/reason.h"

namespace sim {
namespace {

std::string name(NodeId id) { return "n" + std::to_string(id.value); }

std::string name(const Endpoint& end) {
  if (end.client != 0) return "c" + std::to_string(end.client);
  return end.node == raft::kNoNode ? "nobody" : name(end.node);
}

std::string figure(raft::Index index) { return std::to_string(index.value); }
std::string figure(raft::Term term) { return std::to_string(term.value); }

std::string entries(raft::Index first, raft::Index last) {
  if (first == last) return "entry " + figure(first);
  return "entries " + figure(first) + "\u2013" + figure(last);
}

std::string message(const Fact& fact) {
  if (fact.chunks > 0) {
    return "chunk " + std::to_string(fact.chunk) + " of " + std::to_string(fact.chunks) +
           " of a snapshot (m" + std::to_string(fact.message) + ")";
  }
  if (fact.chunk > 0) {
    return "the answer to chunk " + std::to_string(fact.chunk) + " of a snapshot (m" +
           std::to_string(fact.message) + ")";
  }
  return std::string(fact.message_type) + " m" + std::to_string(fact.message);
}

std::string count(std::uint64_t n, const std::string& noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

std::string names(const std::vector<NodeId>& nodes) {
  std::string out;
  for (const NodeId node : nodes) out += (out.empty() ? "" : " ") + name(node);
  return out;
}

std::string configuration(const std::string& who, const raft::ConfState& config) {
  if (config.voters.empty()) return who + " has a new configuration";
  std::string out =
      who + (config.outgoing.empty() ? " has the voters " + names(config.voters)
                                     : " needs majorities of both " + names(config.outgoing) +
                                           " and " + names(config.voters));
  if (!config.learners.empty()) out += ", learning: " + names(config.learners);
  if (!config.learners_next.empty()) out += ", to be learners: " + names(config.learners_next);
  return out;
}

std::string role_sentence(const Fact& fact) {
  const raft::Event& event = fact.core;
  const std::string who = name(fact.node);
  switch (event.role) {
    case raft::Role::kLeader:
      return who + " leads term " + figure(fact.term);
    case raft::Role::kCandidate:
      return who + " asks for votes in term " + figure(fact.term);
    case raft::Role::kPreCandidate:
      return who + " asks whether it would be elected in term " +
             std::to_string(fact.term.value + 1);
    case raft::Role::kFollower:
      return event.leader == raft::kNoNode ? who + " follows nobody yet"
                                           : who + " follows " + name(event.leader);
  }
  return who;
}

std::string note_sentence(const Fact& fact) {
  const raft::Event& event = fact.core;
  const std::string who = name(fact.node);
  const std::string peer = name(event.peer);
  switch (event.kind) {
    case raft::EventKind::kVoteCounted:
      return who + " has " + count(event.other_index.value, event.pre_vote ? "pre-vote" : "vote") +
             " and " + count(event.index.value, "refusal");
    case raft::EventKind::kAppendRefused:
      return who + " refused " + peer + "'s entries";
    case raft::EventKind::kCommitHeld:
      return who + " does not commit " + figure(event.index) + " yet";
    case raft::EventKind::kProgressChanged:
      return who + " knows that " + peer + " holds " + figure(event.index);
    case raft::EventKind::kProgressLowered:
      return who + " goes back with " + peer + ": next is " + figure(event.other_index);
    case raft::EventKind::kSnapshotSent:
      return who + " sends " + peer + " a snapshot";
    case raft::EventKind::kMessageIgnored:
      if (event.reason != raft::Reason::kNotPromotable)
        return who + " ignores a message of " + peer;
      return event.peer == raft::kNoNode ? who + " does not campaign"
                                         : who + " does not hand leadership to " + peer;
    case raft::EventKind::kProposalDropped:
      return event.reason == raft::Reason::kPendingConfChange
                 ? who + " refuses the change of members"
                 : who + " does not take a proposal";
    case raft::EventKind::kTransferStarted:
      return who + " hands leadership to " + peer;
    case raft::EventKind::kTransferAborted:
      return who + " keeps leadership";
    case raft::EventKind::kReadConfirmed:
      return who + " may answer reads at " + figure(event.index);
    case raft::EventKind::kHalted:
      return who + " halts";
    case raft::EventKind::kTermChanged:
    case raft::EventKind::kRoleChanged:
    case raft::EventKind::kVoteGranted:
    case raft::EventKind::kVoteRefused:
    case raft::EventKind::kAppended:
    case raft::EventKind::kTruncated:
    case raft::EventKind::kCommitAdvanced:
    case raft::EventKind::kDurable:
    case raft::EventKind::kSnapshotRestored:
    case raft::EventKind::kConfigChanged:
      break;  // have kinds of their own
  }
  return who;
}

// What its disk does that nobody may rely on: "lie", "rot log 3".
Narration disk_words(const Fact& fact) {
  const std::string of = name(fact.node) + "'s disk";
  const std::string& text = fact.text;
  const auto rest = [&text](std::string_view head) { return text.substr(head.size()); };
  if (text == "lie") {
    return {of + " lies from now on", "it says that data is durable before it is", ""};
  }
  const std::string unread = "nobody sees it until it is read";
  if (text == "rot vote") return {of + " has let term and vote rot", unread, ""};
  if (text.rfind("rot log ", 0) == 0)
    return {of + " has let entry " + rest("rot log ") + " rot", unread, ""};
  if (text.rfind("rot kv ", 0) == 0)
    return {of + " has let key " + rest("rot kv ") + " rot", unread, ""};
  return {of + ": " + text, "", ""};
}

std::string sentence(const Fact& fact) {
  const raft::Event& event = fact.core;
  const std::string who = name(fact.node);
  switch (fact.kind) {
    case FactKind::kStart:
      return who + " starts with an empty log";
    case FactKind::kCrash:
      return who + " crashes";
    case FactKind::kRestart:
      return who + " restarts from its disk";
    case FactKind::kPause:
      return who + " is paused";
    case FactKind::kResume:
      return who + " runs again";
    case FactKind::kHalt:
      return who + " halts";
    case FactKind::kTerm:
      return who + " is in term " + figure(event.term);
    case FactKind::kRole:
      return role_sentence(fact);
    case FactKind::kVote: {
      const std::string vote = event.pre_vote ? "pre-vote" : "vote";
      return event.kind == raft::EventKind::kVoteGranted
                 ? who + " grants " + name(event.peer) + " its " + vote
                 : who + " refuses " + name(event.peer) + " its " + vote;
    }
    case FactKind::kAppend:
      return who + " appended " + entries(event.index, event.other_index);
    case FactKind::kApply:
      return who + " applied " + entries(event.index, event.other_index);
    case FactKind::kTruncate:
      return who + " removes its log from " + figure(event.index) + " on";
    case FactKind::kCommit:
      return who + " commits up to " + figure(event.index);
    case FactKind::kDurable:
      return event.index.value == 0 ? who + "'s term and vote are on its disk"
                                    : who + "'s disk holds its log up to " + figure(event.index);
    case FactKind::kSnapshot:
      return who + " installed a snapshot up to " + figure(event.index);
    case FactKind::kSend:
      return name(fact.from) + " sends " + message(fact) + " to " + name(fact.to);
    case FactKind::kReceive:
      return name(fact.to) + " receives " + message(fact) + " from " + name(fact.from);
    case FactKind::kDrop:
      return message(fact) + " from " + name(fact.from) + " to " + name(fact.to) + " is lost";
    case FactKind::kDuplicate:
      return message(fact) + " from " + name(fact.from) + " to " + name(fact.to) + " is a copy";
    case FactKind::kConfig:
      return configuration(who, fact.config);
    case FactKind::kCommand:  // of a disk: see disk_words()
      return fact.text;
    case FactKind::kRequest:
      return "c" + std::to_string(fact.client) + ": r" + std::to_string(fact.message) + " " +
             fact.text;
    case FactKind::kNote:
      return fact.has_core ? note_sentence(fact) : who + " " + fact.text;
  }
  return who;
}

}  // namespace

Narration narrate(const Fact& fact) {
  if (fact.kind == FactKind::kCommand && fact.node != raft::kNoNode) return disk_words(fact);
  Narration out{sentence(fact), "", ""};
  if (fact.has_core) {
    // Who the members are is said already.
    if (fact.kind != FactKind::kConfig) out.reason = raft::describe(fact.core);
    out.rule = raft::rule(fact.core);
  } else if (fact.kind == FactKind::kDrop || fact.kind == FactKind::kHalt) {
    out.reason = fact.text;
  }
  return out;
}

bool is_refusal(const Fact& fact) {
  if (fact.kind != FactKind::kNote) return false;
  if (!fact.has_core) {
    for (const std::string_view head : {"does not ", "forgets nobody", "leads already", "hands "})
      if (fact.text.rfind(head, 0) == 0) return true;
    return false;
  }
  return fact.core.reason == raft::Reason::kPendingConfChange ||
         fact.core.reason == raft::Reason::kNotPromotable;
}

}  // namespace sim
