// The consensus algorithm of one member (paper figure 2, thesis chapters 3, 4, 6 and 9): a state
// machine that eats ticks, messages and proposals and produces messages and work for the disk.
// RawNode is its face; only tests of single rules name this class. One file per concern:
//
//   raft.cc             ticks, the rule of terms, what to do with each kind of message
//   raft_check.cc       messages that no correct member sends
//   raft_election.cc    roles, campaigns, votes
//   raft_follower.cc    AppendEntries, heartbeats and snapshots as their receiver handles them
//   raft_leader.cc      proposals, heartbeats, the commit rule, what answers say
//   raft_replication.cc sending entries and snapshots to followers
//   raft_membership.cc  membership changes: proposed, applied, left by themselves
//   raft_transfer.cc    handing leadership over, forgetting a leader
//   raft_read.cc        reads without the log: ReadIndex and lease
//   raft_ready.cc       what is handed to the caller, and what comes back from the disk
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "raft/config.h"
#include "raft/membership.h"
#include "raft/message.h"
#include "raft/observer.h"
#include "raft/quorum.h"
#include "raft/raft_log.h"
#include "raft/raw_node.h"
#include "raft/read_index.h"

namespace raft {

class Raft {
 public:
  Raft(const Config& config, RaftLog log, ConfState members, const HardState& hard_state,
       Observer* observer);
  // The same state over another storage with equal content.
  Raft(const Raft& other, const Storage& storage, Observer* observer);

  void tick();
  Status campaign();
  Status propose(EntryType type, std::string data);
  Status step(const Message& message);
  // A message to itself that was handed out (Config::hand_out_own_messages) and is durable now.
  void step_own(const Message& message);
  Status propose_conf_change(const ConfChange& change, bool first_version);
  Result<ConfState> apply_conf_change(const ConfChange& change);
  Status read_index(std::string context, std::optional<ReadMode> mode = std::nullopt);
  Status transfer_leader(NodeId to);
  Status forget_leader();
  void report_unreachable(NodeId peer);
  void report_snapshot(NodeId peer, bool delivered);

  // The transitions of the paper's figure 4. In a running node only ticks and messages cause them.
  void become_follower(Term term, NodeId leader, Reason reason, NodeId because_of);
  void become_pre_candidate(Reason reason);
  void become_candidate(Reason reason);
  void become_leader();

  bool has_ready() const;
  void ready(Ready& out);
  Ready ready() {
    Ready out;
    ready(out);
    return out;
  }
  void persisted(const ReadyId& id);
  void applied(Index index);

  void set_timer(std::uint64_t ticks) { timer_.limit = timer_.elapsed + ticks; }
  void set_timer_limit(std::uint64_t ticks) { timer_.limit = ticks; }
  void set_may_lead(bool may_lead, Reason reason);
  void reconfigure(const Config& config);

  const Config& config() const { return config_; }
  Role role() const { return role_; }
  Term term() const { return term_; }
  NodeId vote() const { return vote_; }
  NodeId leader() const { return leader_; }
  const RaftLog& log() const { return log_; }
  const ConfState& members() const { return members_; }
  const Votes& votes() const { return votes_; }
  const ProgressMap& progress() const { return progress_; }
  Progress* mutable_progress(NodeId peer) { return find_progress(progress_, peer); }
  NodeId transferee() const { return transferee_; }
  const char* halted() const { return halted_; }
  NodeStatus status() const;

 private:
  enum class Campaign { kPreElection, kElection, kTransfer };

  // A Ready that the disk has not reported yet.
  struct Outstanding {
    ReadyId id;
    std::size_t to_self = 0;  // so many of to_self_ wait for it
  };

  // A wrong rule is switched on.
  bool wrong(Mistake mistake) const { return config_.mistakes.has(mistake); }

  // --- raft.cc
  // Asked before an event is made where it happens often: most cores have nobody to tell.
  bool observed() const { return observer_ != nullptr; }
  void tell(const Event& event) const;
  void note(Step step) const;
  void halt(const char* reason);
  // Messages that leave in the order in which they are sent: this one as it is, but for what every
  // message has.
  void send(Message message);
  // The same, made in its place, for those that are sent most often: with type and receiver, and
  // what every message has. The caller fills in the rest at once.
  Message& post(MessageType type, NodeId to);
  std::vector<Message>& outbox_of(MessageType type, NodeId to);
  void reset_timer();
  bool promotable() const;
  // Applies the rule of terms (paper section 5.1). True if the message is still to be handled.
  bool check_term(const Message& message);
  void handle_older_term(const Message& message);
  bool leader_lease_holds() const;
  Status step_in_role(const Message& message);

  // --- raft_check.cc
  const char* fault_of(const Message& message) const;

  // --- raft_election.cc
  void reset(Term term);
  std::uint64_t granted_votes() const;
  void set_role(Role role, Reason reason, NodeId because_of);
  Status hup(Reason reason, Campaign kind);
  Campaign usual_campaign() const {
    return config_.pre_vote ? Campaign::kPreElection : Campaign::kElection;
  }
  void start_campaign(Campaign kind, Reason reason);
  void handle_vote_request(const Message& message);
  void handle_vote_reply(const Message& message);

  // --- raft_follower.cc
  void follow(const Message& message);
  void handle_append(const Message& message);
  void handle_heartbeat(const Message& message);
  void refuse_append(const Message& message);
  void handle_snapshot(const Message& message);
  bool restore(const Message& message);
  void cut_behind(Index vouched);  // mistake append-always-truncates
  void commit_from_leader(Index commit, NodeId leader);

  // --- raft_leader.cc
  Status handle_proposal(const Message& message);
  Status drop_proposal(Reason reason, const char* text);
  // Errors: kUnavailable, and told, if this leader takes no proposals now.
  Status may_propose();
  bool fits_uncommitted(std::uint64_t bytes) const;
  void append_own(EntryType type, std::string data);
  void broadcast_heartbeat(std::uint64_t read);
  void check_quorum();
  bool maybe_commit();
  void handle_append_reply(const Message& message, Progress& peer);
  void handle_append_refusal(const Message& message, Progress& peer);
  void handle_heartbeat_reply(const Message& message, Progress& peer);

  // --- raft_replication.cc
  InflightLimits inflight_limits() const {
    return {config_.max_inflight_messages, config_.max_inflight_bytes};
  }
  void broadcast_append();
  void owe_append(NodeId to, Progress& peer, bool even_if_empty);
  // True if send_append() would send, unless storage has no snapshot ready.
  bool append_sendable(const Progress& peer, bool even_if_empty) const;
  bool send_append(NodeId to, Progress& peer, bool even_if_empty);
  bool send_snapshot(NodeId to, Progress& peer);
  // Sends as many messages as fit.
  void send_all(NodeId to, Progress& peer);
  void flush_appends();

  // --- raft_membership.cc
  void load_members(ConfState members);
  ConfState switch_to(Membership membership);
  // True, and told why, if the change may not be appended now.
  bool refuse_change(const ConfChange& change, EntryType type) const;
  void leave_joint_if_due();

  // --- raft_transfer.cc
  void handle_transfer(NodeId to);
  void send_timeout_now(NodeId to);
  void abort_transfer(Reason reason);

  // --- raft_read.cc
  void handle_read_index(const Message& message, ReadMode mode);
  void start_read(Message request, ReadMode mode);
  void release_held_reads();
  void confirm_reads(NodeId from, std::uint64_t number);
  void answer_read(const Message& request, Index index);
  // A single read may ask for the lease, so that it is kept whenever it may hold.
  bool lease_from_answers() const { return config_.check_quorum && config_.lease_from_answers; }
  bool committed_in_own_term() const { return log_.term_or_zero(log_.committed()) == term_; }

  // --- raft_ready.cc
  void stable(const ReadyId& id);
  bool append_due() const;

  Config config_;
  Observer* observer_;  // may be null; not owned
  RaftLog log_;
  ConfState members_;
  Term term_;
  NodeId vote_;
  NodeId leader_;
  Role role_ = Role::kFollower;
  Timer timer_;
  std::uint64_t heartbeat_elapsed_ = 0;
  Votes votes_;
  ProgressMap progress_;
  Index held_;            // highest index told as held back by the commit rule in this term
  NodeId transferee_;     // to whom leadership is being handed; 0: to nobody
  Index pending_change_;  // no other membership change before this entry is applied
  std::uint64_t uncommitted_bytes_ = 0;  // of commands in the log that are not applied
  ReadQueue reads_;
  Lease lease_;
  std::uint64_t ticks_ = 0;  // own ticks since the start
  bool restarted_ = false;   // it had a term before that
  // Until an entry of the own term is committed.
  std::vector<std::pair<Message, ReadMode>> held_reads_;
  std::vector<ReadState> read_states_;
  const char* halted_ = nullptr;
  bool may_lead_ = true;

  std::vector<Message> messages_;             // may leave at once
  std::vector<Message> messages_after_sync_;  // must wait for the next Ready's write
  // What this member tells itself once it is durable, since its own vote and its own entries count
  // only then. First what outstanding Readies have taken, in their order.
  std::vector<Message> to_self_;
  std::size_t to_self_taken_ = 0;
  std::vector<Outstanding> outstanding_;  // oldest first; seldom more than a few
  std::uint64_t next_ready_ = 1;
  SoftState told_soft_state_;
  HardState told_hard_state_;
};

}  // namespace raft
