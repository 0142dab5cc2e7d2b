#include "raft/reason.h"

namespace raft {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }
std::string name(NodeId id) { return "n" + number(id.value); }

std::string entry(Term term, Index index) {
  if (index.value == 0) return "none, its log is empty";
  return "term " + number(term.value) + ", index " + number(index.value);
}

std::string own_entry(Term term, Index index) {
  if (index.value == 0) return "none, my log is empty";
  return "term " + number(term.value) + ", index " + number(index.value);
}

std::string names(const std::vector<NodeId>& ids) {
  std::string text;
  for (const NodeId id : ids) text += (text.empty() ? "" : " ") + name(id);
  return text;
}

std::string term_older(const Event& event) {
  return "it is of term " + number(event.term.value) + ", mine is " +
         number(event.other_term.value);
}

std::string not_promotable(const Event& event) {
  if (event.kind == EventKind::kMessageIgnored && event.peer != kNoNode) {
    return name(event.peer) + " cannot lead: it is no voter of its configuration";
  }
  return "I cannot lead: I am no voter of my configuration, wait for a snapshot, or my disk is "
         "damaged or full";
}

std::string log_up_to_date(const Event& event) {
  return "its last entry (" + entry(event.term, event.index) + ") is at least as new as mine (" +
         own_entry(event.other_term, event.other_index) + ")" +
         (event.pre_vote ? ", and a pre-vote binds nobody" : "");
}

std::string stale_reply(const Event& event) {
  if (event.kind == EventKind::kVoteCounted) {
    return name(event.peer) + " has answered before, only the first answer counts";
  }
  return "it answers an earlier message and tells nothing new";
}

std::string already_committed(const Event& event) {
  return "entry " + number(event.index.value) + " is not past my commit index " +
         number(event.other_index.value);
}

std::string campaign_cause(const Event& event) {
  return event.reason == Reason::kElectionTimeout ? "no leader was heard for an election timeout"
                                                  : "it was told to campaign";
}

std::string without_reason(const Event& event) {
  switch (event.kind) {
    case EventKind::kVoteCounted:
      return name(event.peer) + (event.granted ? " granted" : " refused") + " its " +
             (event.pre_vote ? "pre-vote" : "vote") + ", that makes " +
             number(event.other_index.value) + " granted and " + number(event.index.value) +
             " refused";
    case EventKind::kAppended:
      return "the leader appends to its own log first";
    case EventKind::kDurable:
      return "the disk has entries up to " + number(event.index.value);
    case EventKind::kProgressChanged:
      return name(event.peer) + " holds entries up to " + number(event.index.value) +
             ", the next to send is " + number(event.other_index.value);
    case EventKind::kProgressLowered:
      return name(event.peer) + " refused what follows entry " + number(event.index.value) +
             ", so try from entry " + number(event.other_index.value);
    case EventKind::kSnapshotRestored:
      return "the snapshot from " + name(event.peer) + " replaces entries up to " +
             number(event.index.value);
    case EventKind::kReadConfirmed:
      return "a majority still follows me, so entry " + number(event.index.value) +
             " is recent enough";
    case EventKind::kConfigChanged:
      return "the voters are now " + names(event.members);
    case EventKind::kTermChanged:
    case EventKind::kRoleChanged:
    case EventKind::kVoteGranted:
    case EventKind::kVoteRefused:
    case EventKind::kAppendRefused:
    case EventKind::kTruncated:
    case EventKind::kCommitAdvanced:
    case EventKind::kCommitHeld:
    case EventKind::kSnapshotSent:
    case EventKind::kMessageIgnored:
    case EventKind::kProposalDropped:
    case EventKind::kTransferStarted:
    case EventKind::kTransferAborted:
    case EventKind::kHalted:
      return "";
  }
  return "";
}

}  // namespace

std::string describe(const Event& event) {
  switch (event.reason) {
    case Reason::kNone:
      return without_reason(event);
    case Reason::kElectionTimeout:
    case Reason::kAskedToCampaign:
      return campaign_cause(event);
    case Reason::kHigherTermSeen:
      return "a message of " + name(event.peer) + " has the higher term " +
             number(event.term.value);
    case Reason::kWonElection:
      return event.role == Role::kLeader
                 ? "it has " + number(event.other_index.value) + " votes, " +
                       number(event.index.value) + " are a majority"
                 : "a majority granted its pre-vote";
    case Reason::kLostElection:
      return "so many refused that no majority is left";
    case Reason::kLeaderHeard:
      if (event.kind == EventKind::kVoteRefused) {
        return "I already follow " + name({event.other_index.value}) + " as leader of this term";
      }
      return name(event.peer) + " leads term " + number(event.term.value);
    case Reason::kQuorumLost:
      return "no majority was heard for an election timeout";
    case Reason::kRemovedFromConfig:
      return "it is no longer a voter";
    case Reason::kLogUpToDate:
      return log_up_to_date(event);
    case Reason::kLogOlder:
      return "its last entry (" + entry(event.term, event.index) + ") is older than mine (" +
             own_entry(event.other_term, event.other_index) + ")";
    case Reason::kAlreadyVoted:
      return "I already voted for " + name({event.other_index.value}) + " in this term";
    case Reason::kTermOlder:
      return term_older(event);
    case Reason::kLeaseNotExpired:
      return "I have heard from the leader within the election timeout";
    case Reason::kNotPromotable:
      return not_promotable(event);
    case Reason::kPendingConfChange:
      return "a membership change is committed and not applied yet";
    case Reason::kPreviousMissing:
      return "it follows entry " + number(event.index.value) + ", but my log ends at " +
             number(event.other_index.value);
    case Reason::kPreviousDiffers:
      return "it follows entry " + number(event.index.value) + " of term " +
             number(event.term.value) + ", but mine there is of term " +
             number(event.other_term.value);
    case Reason::kAlreadyCommitted:
      return already_committed(event);
    case Reason::kHeldByMajority:
      return "entry " + number(event.index.value) + " of this term is on " + names(event.members);
    case Reason::kLeaderSaid:
      return event.kind == EventKind::kAppended
                 ? "the leader " + name(event.peer) + " sent entries that follow mine"
                 : "the leader " + name(event.peer) + " says that entries up to " +
                       number(event.index.value) + " are committed";
    case Reason::kOldTermNotCounted:
      return "entry " + number(event.index.value) + " is on " + names(event.members) +
             ", but of term " + number(event.term.value) + " and not of mine, " +
             number(event.other_term.value) + ", so counting does not commit it";
    case Reason::kConflict:
      // Only a mistake cuts what no message contradicts.
      if (event.other_term.value == 0)
        return "entries from " + number(event.index.value) +
               " on stand behind those that were sent";
      return "entry " + number(event.index.value) + " is of term " + number(event.term.value) +
             " here and of term " + number(event.other_term.value) + " on the leader";
    case Reason::kNoLeader:
      return "no leader is known here";
    case Reason::kTransferring:
      return "the leader is handing over";
    case Reason::kForwardingDisabled:
      return "this node does not lead and passes nothing on";
    case Reason::kTooMuchUncommitted:
      return "too much is waiting to be committed already";
    case Reason::kNotMember:
      return "this node is not a member of that configuration";
    case Reason::kLogCompacted:
      return "the entries that " + name(event.peer) + " lacks were compacted away";
    case Reason::kDiskFull:
      return "its disk is full, so that it cannot store new entries";
    case Reason::kEntriesLost:
      return "rot took entries that " + name(event.peer) + " had stored, so it gets them again";
    case Reason::kStaleReply:
      return stale_reply(event);
    case Reason::kUnknownPeer:
      return name(event.peer) + " is not a member";
    case Reason::kInconsistent:
      return event.kind == EventKind::kHalted
                 ? std::string(event.text)
                 : name(event.peer) + " claims to lead the term that I lead";
  }
  return "";
}

std::string_view rule(const Event& event) {
  switch (event.reason) {
    case Reason::kNone:
      switch (event.kind) {
        case EventKind::kVoteCounted:
          return event.pre_vote ? "thesis §9.6" : "§5.2";
        case EventKind::kAppended:
        case EventKind::kProgressChanged:
        case EventKind::kProgressLowered:
          return "§5.3";
        case EventKind::kDurable:
          return "figure 2";
        case EventKind::kSnapshotSent:
        case EventKind::kSnapshotRestored:
          return "§7";
        case EventKind::kReadConfirmed:
          return "§8";
        case EventKind::kConfigChanged:
          return "§6";
        case EventKind::kTransferStarted:
        case EventKind::kTransferAborted:
          return "thesis §3.10";
        case EventKind::kTermChanged:
        case EventKind::kRoleChanged:
        case EventKind::kVoteGranted:
        case EventKind::kVoteRefused:
        case EventKind::kAppendRefused:
        case EventKind::kTruncated:
        case EventKind::kCommitAdvanced:
        case EventKind::kCommitHeld:
        case EventKind::kMessageIgnored:
        case EventKind::kProposalDropped:
        case EventKind::kHalted:
          return "";
      }
      return "";
    case Reason::kElectionTimeout:
    case Reason::kAskedToCampaign:
    case Reason::kWonElection:
    case Reason::kLostElection:
    case Reason::kLeaderHeard:
    case Reason::kAlreadyVoted:
      return event.pre_vote ? "thesis §9.6" : "§5.2";
    case Reason::kHigherTermSeen:
    case Reason::kTermOlder:
      return "§5.1";
    case Reason::kQuorumLost:
      return "thesis §6.2";
    case Reason::kRemovedFromConfig:
    case Reason::kNotMember:
    case Reason::kNotPromotable:
    case Reason::kPendingConfChange:
    case Reason::kUnknownPeer:
      return "§6";
    case Reason::kLogUpToDate:
    case Reason::kLogOlder:
      return "§5.4.1";
    case Reason::kLeaseNotExpired:
      return "thesis §4.2.3";
    case Reason::kPreviousMissing:
    case Reason::kPreviousDiffers:
    case Reason::kAlreadyCommitted:
    case Reason::kHeldByMajority:
    case Reason::kLeaderSaid:
    case Reason::kConflict:
    case Reason::kStaleReply:
      return "§5.3";
    case Reason::kOldTermNotCounted:
      return "§5.4.2, figure 8";
    case Reason::kNoLeader:
    case Reason::kForwardingDisabled:
      return "§8";
    case Reason::kTransferring:
      return "thesis §3.10";
    case Reason::kLogCompacted:
      return "§7";
    case Reason::kTooMuchUncommitted:
    case Reason::kDiskFull:
    case Reason::kEntriesLost:
    case Reason::kInconsistent:
      return "";
  }
  return "";
}

}  // namespace raft
