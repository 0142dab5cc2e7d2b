// Roles, campaigns and votes (paper section 5.2 and 5.4.1, thesis sections 3.4 and 9.6).
#include <algorithm>
#include <utility>

#include "raft/assert.h"
#include "raft/raft.h"

namespace raft {

// Everything that belongs to one term, or to one role in it, starts anew.
void Raft::reset(Term term) {
  if (term_ != term) {
    term_ = term;
    vote_ = kNoNode;
  }
  leader_ = kNoNode;
  heartbeat_elapsed_ = 0;
  reset_timer();
  abort_transfer(Reason::kHigherTermSeen);
  votes_.clear();
  held_ = {};
  pending_change_ = {};
  uncommitted_bytes_ = 0;
  reads_.clear();
  lease_.clear();
  for (auto& [id, peer] : progress_) {
    const bool learner = peer.is_learner;
    peer = Progress{};
    peer.is_learner = learner;
    peer.next = next_index(log_.last_index());
    // Its own log, as far as it is durable: the rest is counted when the disk reports it. (etcd
    // takes the last index, which is as safe: what is committed by counting is of the new term, and
    // is acknowledged behind all of it.)
    if (id == config_.id) {
      peer.match = config_.hand_out_own_messages ? log_.last_index() : log_.durable();
    }
  }
}

void Raft::set_role(Role role, Reason reason, NodeId because_of) {
  role_ = role;
  Event event{.kind = EventKind::kRoleChanged,
              .reason = reason,
              .peer = because_of,
              .role = role,
              .leader = leader_,
              .term = term_};
  if (role == Role::kLeader) {
    event.index = {majority_of(members_.voters.size())};
    event.other_index = {granted_votes()};
  }
  tell(event);
}

std::uint64_t Raft::granted_votes() const {
  return static_cast<std::uint64_t>(std::count_if(
      votes_.begin(), votes_.end(),
      [this](const auto& vote) { return vote.second && is_voter(members_, vote.first); }));
}

void Raft::become_follower(Term term, NodeId leader, Reason reason, NodeId because_of) {
  const Role before = role_;
  const NodeId leader_before = leader_;
  const bool new_term = term != term_;
  // Mistake: a vote binds for the whole term.
  if (wrong(Mistake::kVoteClearedOnStepDown) && before != Role::kFollower) vote_ = kNoNode;
  reset(term);
  leader_ = leader;
  if (new_term) {
    tell({.kind = EventKind::kTermChanged, .reason = reason, .peer = because_of, .term = term});
  }
  if (before != Role::kFollower || leader_before != leader) {
    set_role(Role::kFollower, reason, because_of);
  }
  note({.kind = StepKind::kBecameFollower});
}

// Thesis section 9.6: asks first whether it could win. Term and vote stay as they are.
void Raft::become_pre_candidate(Reason reason) {
  RAFT_ASSERT(role_ != Role::kLeader);
  votes_.clear();
  leader_ = kNoNode;
  set_role(Role::kPreCandidate, reason, kNoNode);
  note({.kind = StepKind::kBecamePreCandidate});
}

void Raft::become_candidate(Reason reason) {
  RAFT_ASSERT(role_ != Role::kLeader);
  reset({term_.value + 1});
  vote_ = config_.id;
  tell({.kind = EventKind::kTermChanged, .reason = reason, .term = term_});
  set_role(Role::kCandidate, reason, kNoNode);
  note({.kind = StepKind::kBecameCandidate});
}

void Raft::become_leader() {
  RAFT_ASSERT(role_ != Role::kFollower);
  const Votes votes = votes_;
  reset(term_);
  leader_ = config_.id;
  find_progress(progress_, config_.id)->become_replicate();
  find_progress(progress_, config_.id)->recently_active = true;
  votes_ = votes;  // for the account of the election; counted no more
  set_role(Role::kLeader, Reason::kWonElection, kNoNode);
  votes_.clear();
  // A change among the entries that it has may not be applied yet: none before all of them are.
  // Mistake: as if there were none.
  if (!wrong(Mistake::kChangeBeforeOwnCommit)) pending_change_ = log_.last_index();
  // An entry of its own term, without a command: only entries of the own term are committed by
  // counting, and with it those before it (paper section 8, thesis section 6.4).
  append_own(EntryType::kNormal, {});
  note({.kind = StepKind::kBecameLeader});
  broadcast_append();
}

Status Raft::hup(Reason reason, Campaign kind) {
  if (role_ == Role::kLeader) return ok();
  if (!promotable()) {
    note({.kind = StepKind::kUnpromotable});
    tell({.kind = EventKind::kMessageIgnored, .reason = Reason::kNotPromotable, .term = term_});
    return Error{Code::kUnavailable,
                 log_.damaged() ? "this node may not lead: its log is damaged"
                 : !may_lead_   ? "this node may not lead: its disk is full"
                                : "this node may not lead: it is no voter, or installs a snapshot"};
  }
  if (log_.has_unapplied_config_change()) {
    tell({.kind = EventKind::kMessageIgnored, .reason = Reason::kPendingConfChange, .term = term_});
    return Error{Code::kUnavailable, "this node must apply a membership change first"};
  }
  note({.kind = StepKind::kStartsElection});
  start_campaign(kind, reason);
  return ok();
}

void Raft::start_campaign(Campaign kind, Reason reason) {
  const bool pre = kind == Campaign::kPreElection;
  if (pre) {
    become_pre_candidate(reason);
  } else {
    become_candidate(reason);
  }
  // A pre-vote asks for the term in which the election would be.
  const Term asked = pre ? Term{term_.value + 1} : term_;
  for (const NodeId id : voter_ids(members_)) {
    if (id == config_.id) {
      // Its own vote, too, counts only when it is durable.
      send({.type = pre ? MessageType::kPreVoteReply : MessageType::kVoteReply,
            .to = id,
            .term = asked});
      continue;
    }
    Message request{.type = pre ? MessageType::kPreVote : MessageType::kVote,
                    .to = id,
                    .term = asked,
                    .log_term = log_.last_term(),
                    .index = log_.last_index()};
    if (kind == Campaign::kTransfer) request.context = kCampaignTransfer;
    note({.kind = StepKind::kSentVoteRequest, .message = &request});
    send(std::move(request));
  }
  // Mistake: its own vote counts before it is durable.
  if (wrong(Mistake::kOwnVoteNotDurable) && !pre) {
    handle_vote_reply({.type = MessageType::kVoteReply, .from = config_.id, .term = asked});
  }
}

void Raft::handle_vote_request(const Message& message) {
  const bool pre = message.type == MessageType::kPreVote;
  Event event{.kind = EventKind::kVoteRefused,
              .peer = message.from,
              .pre_vote = pre,
              .term = message.log_term,
              .index = message.index,
              .other_term = log_.last_term(),
              .other_index = log_.last_index()};
  // One vote per term, for whoever asked first (paper section 5.2); and none while a leader is
  // known.
  const bool free_to_vote = vote_ == message.from || (vote_ == kNoNode && leader_ == kNoNode) ||
                            (pre && message.term > term_) ||
                            wrong(Mistake::kVoteTwice);  // mistake: whoever asks gets it
  // The candidate's log must hold all that may be committed (paper section 5.4.1).
  const bool up_to_date = log_.is_up_to_date(message.index, message.log_term) ||
                          wrong(Mistake::kVoteWithoutLogCheck);  // mistake: any log will do
  const MessageType reply = pre ? MessageType::kPreVoteReply : MessageType::kVoteReply;
  if (free_to_vote && up_to_date) {
    event.kind = EventKind::kVoteGranted;
    event.reason = Reason::kLogUpToDate;
    event.granted = true;
    note({.kind = StepKind::kCastVote, .message = &message});
    if (!pre) {
      // Only a granted vote resets the timer: a refused candidate must not hold up one that could
      // win.
      timer_.elapsed = 0;
      vote_ = message.from;
    }
    tell(event);
    send({.type = reply, .to = message.from, .term = message.term});
    return;
  }
  if (!free_to_vote) {
    event.reason = vote_ != kNoNode ? Reason::kAlreadyVoted : Reason::kLeaderHeard;
    event.other_index = {vote_ != kNoNode ? vote_.value : leader_.value};
  } else {
    event.reason = Reason::kLogOlder;
  }
  note({.kind = StepKind::kRejectedVote, .message = &message});
  tell(event);
  send({.type = reply, .to = message.from, .reject = true});
}

void Raft::handle_vote_reply(const Message& message) {
  // Mistake: a candidate takes a late pre-vote for a vote.
  const bool taken_for_vote = wrong(Mistake::kPreVoteCounts) && role_ == Role::kCandidate;
  const bool pre = message.type == MessageType::kPreVoteReply && !taken_for_vote;
  if (role_ != (pre ? Role::kPreCandidate : Role::kCandidate)) {
    tell({.kind = EventKind::kMessageIgnored,
          .reason = Reason::kStaleReply,
          .peer = message.from,
          .term = message.term});
    return;
  }
  note({.kind = StepKind::kReceivedVoteReply, .message = &message});
  const bool known = std::any_of(votes_.begin(), votes_.end(),
                                 [&](const auto& vote) { return vote.first == message.from; });
  if (!known) {
    votes_.emplace_back(message.from, !message.reject);
    std::sort(votes_.begin(), votes_.end());
  }
  const std::uint64_t granted = granted_votes();
  const auto refused = static_cast<std::uint64_t>(std::count_if(
      votes_.begin(), votes_.end(),
      [this](const auto& vote) { return !vote.second && is_voter(members_, vote.first); }));
  note({.kind = StepKind::kCountedVotes,
        .message = &message,
        .number = granted,
        .other_number = refused});
  tell({.kind = EventKind::kVoteCounted,
        .peer = message.from,
        .granted = !message.reject,
        .pre_vote = pre,
        .term = term_,
        .index = {refused},
        .other_index = {granted}});
  switch (vote_result(members_, votes_)) {
    case VoteResult::kWon:
      if (pre) {
        start_campaign(Campaign::kElection, Reason::kWonElection);
      } else {
        become_leader();
      }
      return;
    case VoteResult::kLost:
      // It waits for a leader, or for its timer, in the term that it has.
      become_follower(term_, kNoNode, Reason::kLostElection, kNoNode);
      return;
    case VoteResult::kPending:
      return;
  }
}

}  // namespace raft
