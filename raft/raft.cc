#include "raft/raft.h"

#include <utility>

namespace raft {
namespace {

// Messages that are sent often begin as its copy: to clear a new one g++ takes an instruction that
// is slow to start, which was a tenth of an idle tick.
const Message kBlank{};

}  // namespace

Raft::Raft(const Config& config, RaftLog log, ConfState members, const HardState& hard_state,
           Observer* observer)
    : config_(config),
      observer_(observer),
      log_(std::move(log)),
      term_(hard_state.term),
      vote_(hard_state.vote) {
  log_.set_apply_unstable(config_.apply_unstable);
  load_members(std::move(members));
  restarted_ = term_.value > 0;
  reset(term_);
  told_soft_state_ = {leader_, role_};
  told_hard_state_ = {term_, vote_, log_.committed()};
}

Raft::Raft(const Raft& other, const Storage& storage, Observer* observer) : Raft(other) {
  log_.rebind(storage);
  observer_ = observer;
}

void Raft::reconfigure(const Config& config) {
  Config changed = config;
  changed.id = config_.id;
  changed.applied = config_.applied;
  changed.rng = config_.rng;
  config_ = changed;
  log_.set_apply_unstable(config_.apply_unstable);
}

void Raft::tell(const Event& event) const {
  if (observer_ != nullptr) observer_->observe(event);
}

void Raft::note(Step step) const {
  if (observer_ == nullptr) return;
  step.core = this;
  observer_->step(step);
}

// What only a broken disk, or a rule that was switched off on purpose, can cause. This member
// stops; the others go on without it.
void Raft::halt(const char* reason) {
  if (halted_ != nullptr) return;
  halted_ = reason;
  tell({.kind = EventKind::kHalted, .reason = Reason::kInconsistent, .text = reason});
}

void Raft::send(Message message) {
  // What is passed on for another keeps its sender.
  if (message.from == kNoNode) message.from = config_.id;
  // A proposal or read has no term: whoever leads when it arrives may take it.
  if (message.term.value == 0 && message.type != MessageType::kPropose &&
      message.type != MessageType::kReadIndex) {
    message.term = term_;
  }
  std::vector<Message>& outbox = outbox_of(message.type, message.to);
  outbox.push_back(std::move(message));
}

Message& Raft::post(MessageType type, NodeId to) {
  Message& message = outbox_of(type, to).emplace_back(kBlank);
  message.type = type;
  message.to = to;
  message.from = config_.id;
  message.term = term_;
  return message;
}

// Replies promise something (a vote, entries, a term), so they wait until it is durable. All else
// may leave at once, a leader's entries too (thesis section 10.2.1).
std::vector<Message>& Raft::outbox_of(MessageType type, NodeId to) {
  if (to == config_.id && !config_.hand_out_own_messages) return to_self_;
  const bool promises = type == MessageType::kAppendReply || type == MessageType::kVoteReply ||
                        type == MessageType::kPreVoteReply;
  // Mistakes: a promise that leaves before it can be kept after a crash.
  const bool careless = (wrong(Mistake::kVoteNotDurable) && type == MessageType::kVoteReply) ||
                        (wrong(Mistake::kAckBeforeSync) && type == MessageType::kAppendReply);
  if (promises && !careless) return messages_after_sync_;
  // Most often one to each member.
  if (messages_.empty()) messages_.reserve(progress_.size());
  return messages_;
}

void Raft::reset_timer() {
  timer_.elapsed = 0;
  timer_.limit = config_.election_tick + config_.rng.below(config_.election_tick);
}

// May become leader: a voter of the configuration, with no snapshot in the making and a log that
// rot has spared.
bool Raft::promotable() const {
  return is_voter(members_, config_.id) && log_.pending_snapshot() == nullptr && !log_.damaged() &&
         may_lead_;
}

void Raft::set_may_lead(bool may_lead, Reason reason) {
  may_lead_ = may_lead;
  if (halted_ != nullptr || may_lead || role_ == Role::kFollower) return;
  become_follower(term_, kNoNode, reason, kNoNode);
}

void Raft::tick() {
  if (halted_ != nullptr) return;
  log_.follow_compaction();
  ++ticks_;
  ++timer_.elapsed;
  if (role_ != Role::kLeader) {
    // REQUIRES of campaigns are checked there; a learner's timer fires in vain.
    if (timer_.elapsed >= timer_.limit && promotable()) {
      timer_.elapsed = 0;
      (void)hup(Reason::kElectionTimeout, usual_campaign());
    }
    return;
  }
  ++heartbeat_elapsed_;
  if (timer_.elapsed >= config_.election_tick) {
    timer_.elapsed = 0;
    if (config_.check_quorum) check_quorum();
    // A transfer that has not come about by now is given up, so that proposals flow again (thesis
    // section 3.10).
    if (role_ == Role::kLeader) abort_transfer(Reason::kElectionTimeout);
  }
  if (role_ == Role::kLeader && heartbeat_elapsed_ >= config_.heartbeat_tick) {
    heartbeat_elapsed_ = 0;
    broadcast_heartbeat(reads_.newest());
  }
}

Status Raft::campaign() {
  if (halted_ != nullptr) return Error{Code::kCorruption, halted_};
  log_.follow_compaction();
  return hup(Reason::kAskedToCampaign, usual_campaign());
}

Status Raft::step(const Message& message) {
  if (halted_ != nullptr) return Error{Code::kCorruption, halted_};
  if (is_local(message.type)) {
    return Error{Code::kInvalidArgument, std::string(core_name(message.type)) +
                                             " is what a node tells itself, it cannot come from "
                                             "another"};
  }
  if (is_reply(message.type) && find_progress(progress_, message.from) == nullptr) {
    return Error{Code::kNotFound, std::string(core_name(message.type)) + " came from node " +
                                      std::to_string(message.from.value) +
                                      ", which is not a member"};
  }
  if (const char* fault = fault_of(message); fault != nullptr) {
    return Error{Code::kInvalidArgument, std::string(core_name(message.type)) + " from node " +
                                             std::to_string(message.from.value) + " " + fault};
  }
  log_.follow_compaction();
  // Mistake: only a leader of the term, or a granted vote, may hold an election up.
  if (wrong(Mistake::kAnyMessageResetsTimer)) timer_.elapsed = 0;
  if (check_term(message)) RAFT_TRY(step_in_role(message));
  if (halted_ != nullptr) return Error{Code::kCorruption, halted_};
  return ok();
}

// With check-quorum a member that heard its leader within an election timeout does not help to
// depose it (thesis sections 4.2.3 and 6.2).
bool Raft::leader_lease_holds() const {
  if (!config_.check_quorum) return false;
  // Who has just restarted has forgotten whose heartbeat it answered last: it spares that leader
  // for as long as a lease that rests on the answer can run. etcd does not.
  if (restarted_ && config_.lease_from_answers && ticks_ < config_.election_tick) return true;
  return leader_ != kNoNode && timer_.elapsed < config_.election_tick;
}

bool Raft::check_term(const Message& message) {
  // What clients ask, forwarded, has no term.
  if (message.term == term_ || message.term.value == 0) return true;
  if (message.term < term_) {
    handle_older_term(message);
    return false;
  }
  const bool asks_for_vote =
      message.type == MessageType::kVote || message.type == MessageType::kPreVote;
  if (asks_for_vote && message.context != kCampaignTransfer && leader_lease_holds()) {
    note({.kind = StepKind::kLeaseHolds,
          .message = &message,
          .number = config_.election_tick - timer_.elapsed});
    tell({.kind = EventKind::kMessageIgnored,
          .reason = Reason::kLeaseNotExpired,
          .peer = message.from,
          .term = message.term});
    return false;
  }
  // A pre-vote, asked for or granted, speaks of a term that nobody is in yet.
  const bool of_no_term = message.type == MessageType::kPreVote ||
                          (message.type == MessageType::kPreVoteReply && !message.reject);
  if (of_no_term) return true;
  const bool from_leader = message.type == MessageType::kAppend ||
                           message.type == MessageType::kHeartbeat ||
                           message.type == MessageType::kSnapshot;
  note({.kind = StepKind::kHigherTerm, .message = &message});
  become_follower(message.term, from_leader ? message.from : kNoNode, Reason::kHigherTermSeen,
                  message.from);
  return true;
}

void Raft::handle_older_term(const Message& message) {
  // Mistakes: what was said in an earlier term is taken for this one's.
  if (wrong(Mistake::kStaleVoteCounts) && message.type == MessageType::kVoteReply) {
    return handle_vote_reply(message);
  }
  if (wrong(Mistake::kStaleAppendReplyCounts) && message.type == MessageType::kAppendReply) {
    return (void)step_in_role(message);
  }
  const bool from_leader =
      message.type == MessageType::kAppend || message.type == MessageType::kHeartbeat;
  if (from_leader && (config_.check_quorum || config_.pre_vote)) {
    // A leader that was left behind learns the term from this answer; with these switches it would
    // not hear of it from a vote request, and the member would be stuck at its term (etcd).
    send({.type = MessageType::kAppendReply, .to = message.from});
    return;
  }
  if (message.type == MessageType::kPreVote) {
    note({.kind = StepKind::kRejectedVote, .message = &message});
    tell({.kind = EventKind::kVoteRefused,
          .reason = Reason::kTermOlder,
          .peer = message.from,
          .pre_vote = true,
          .term = message.term,
          .other_term = term_});
    send({.type = MessageType::kPreVoteReply, .to = message.from, .reject = true});
    return;
  }
  note({.kind = StepKind::kLowerTermIgnored, .message = &message});
  tell({.kind = EventKind::kMessageIgnored,
        .reason = Reason::kTermOlder,
        .peer = message.from,
        .term = message.term,
        .other_term = term_});
}

void Raft::step_own(const Message& message) {
  if (halted_ != nullptr) return;
  if (check_term(message)) (void)step_in_role(message);
}

Status Raft::step_in_role(const Message& message) {
  switch (message.type) {
    case MessageType::kVote:
    case MessageType::kPreVote:
      handle_vote_request(message);
      return ok();
    case MessageType::kVoteReply:
    case MessageType::kPreVoteReply:
      handle_vote_reply(message);
      return ok();
    case MessageType::kAppend:
    case MessageType::kHeartbeat:
    case MessageType::kSnapshot:
      if (role_ == Role::kLeader) {
        // Two leaders of one term: only a broken disk or a mistake that is switched on.
        halt("another member claims to lead the same term");
        return Error{Code::kCorruption, halted_};
      }
      follow(message);
      if (message.type == MessageType::kAppend) {
        handle_append(message);
      } else if (message.type == MessageType::kHeartbeat) {
        handle_heartbeat(message);
      } else {
        handle_snapshot(message);
      }
      return ok();
    case MessageType::kAppendReply:
    case MessageType::kHeartbeatReply: {
      if (role_ != Role::kLeader) {
        tell({.kind = EventKind::kMessageIgnored,
              .reason = Reason::kStaleReply,
              .peer = message.from,
              .term = message.term,
              .index = message.index,
              .other_term = term_});
        return ok();
      }
      Progress* member = find_progress(progress_, message.from);
      if (member == nullptr) return ok();  // itself, removed meanwhile
      Progress& peer = *member;
      peer.recently_active = true;
      if (message.type == MessageType::kHeartbeatReply) {
        handle_heartbeat_reply(message, peer);
      } else if (message.reject) {
        handle_append_refusal(message, peer);
      } else {
        handle_append_reply(message, peer);
      }
      return ok();
    }
    case MessageType::kPropose:
      return handle_proposal(message);
    case MessageType::kTransferLeader:
      handle_transfer(message.from);
      return ok();
    case MessageType::kTimeoutNow:
      // Only a follower: a candidate is at it already.
      if (role_ != Role::kFollower) return ok();
      note({.kind = StepKind::kTimeoutNowReceived, .message = &message});
      // Without asking first: the leader itself wants to be replaced.
      (void)hup(Reason::kAskedToCampaign, Campaign::kTransfer);
      return ok();
    case MessageType::kReadIndex:
    case MessageType::kReadIndexReply:
      handle_read_index(message, config_.read_mode);
      return ok();
    case MessageType::kForgetLeader:
      return forget_leader();
    case MessageType::kHup:
    case MessageType::kBeat:
    case MessageType::kUnreachable:
    case MessageType::kSnapshotStatus:
    case MessageType::kCheckQuorum:
    case MessageType::kStorageAppend:
    case MessageType::kStorageAppendReply:
    case MessageType::kStorageApply:
    case MessageType::kStorageApplyReply:
      break;
  }
  return Error{Code::kInvalidArgument, std::to_string(static_cast<unsigned>(message.type)) +
                                           " is no type of message that one member sends another"};
}

}  // namespace raft
