#include "raft/raw_node.h"

#include <utility>

#include "raft/raft.h"

namespace raft {

RawNode::RawNode(std::unique_ptr<Raft> raft) : raft_(std::move(raft)) {}
RawNode::RawNode(RawNode&&) noexcept = default;
RawNode& RawNode::operator=(RawNode&&) noexcept = default;
RawNode::~RawNode() = default;

Result<RawNode> RawNode::create(Config config, const Storage& storage, Observer* observer) {
  if (config.id == kNoNode) {
    return Error{Code::kInvalidArgument, "the id of a node must not be 0"};
  }
  if (config.heartbeat_tick == 0) {
    return Error{Code::kInvalidArgument, "heartbeat_tick must be above 0"};
  }
  if (config.election_tick <= config.heartbeat_tick) {
    return Error{Code::kInvalidArgument, "election_tick must be above heartbeat_tick"};
  }
  if (config.max_inflight_messages == 0) {
    return Error{Code::kInvalidArgument, "max_inflight_messages must be above 0"};
  }
  if (config.read_mode == ReadMode::kLease && !config.check_quorum) {
    return Error{Code::kInvalidArgument, "lease reads need check_quorum"};
  }
  if (config.max_inflight_bytes > 0 && config.max_inflight_bytes < config.max_size_per_message) {
    return Error{Code::kInvalidArgument,
                 "max_inflight_bytes must not be below max_size_per_message"};
  }
  RAFT_TRY_ASSIGN(InitialState initial, storage.initial_state());
  RAFT_TRY_ASSIGN(RaftLog log,
                  RaftLog::load(storage, initial.hard_state, config.applied, initial.lost_end));
  // Mistake: term and vote were kept in memory only.
  if (config.mistakes.has(Mistake::kTermLostOnRestart)) {
    initial.hard_state = {{}, kNoNode, initial.hard_state.commit};
  }
  return RawNode(std::make_unique<Raft>(config, std::move(log), std::move(initial.config),
                                        initial.hard_state, observer));
}

RawNode RawNode::clone(const Storage& storage, Observer* observer) const {
  return RawNode(std::make_unique<Raft>(*raft_, storage, observer));
}

void RawNode::tick() { raft_->tick(); }
Status RawNode::campaign() { return raft_->campaign(); }
Status RawNode::propose(std::string data) {
  return raft_->propose(EntryType::kNormal, std::move(data));
}
Status RawNode::propose_conf_change(const ConfChange& change, bool first_version) {
  return raft_->propose_conf_change(change, first_version);
}
Result<ConfState> RawNode::apply_conf_change(const ConfChange& change) {
  return raft_->apply_conf_change(change);
}
Status RawNode::read_index(std::string context, std::optional<ReadMode> mode) {
  return raft_->read_index(std::move(context), mode);
}
Status RawNode::transfer_leader(NodeId to) { return raft_->transfer_leader(to); }
Status RawNode::forget_leader() { return raft_->forget_leader(); }
void RawNode::step_own(const Message& message) { raft_->step_own(message); }
void RawNode::report_unreachable(NodeId peer) { raft_->report_unreachable(peer); }
void RawNode::report_snapshot(NodeId peer, bool delivered) {
  raft_->report_snapshot(peer, delivered);
}
Status RawNode::step(const Message& message) { return raft_->step(message); }
bool RawNode::has_ready() const { return raft_->has_ready(); }
void RawNode::ready(Ready& out) { raft_->ready(out); }
Ready RawNode::ready() { return raft_->ready(); }
void RawNode::persisted(const ReadyId& id) { raft_->persisted(id); }
void RawNode::applied(Index index) { raft_->applied(index); }
void RawNode::set_timer(std::uint64_t ticks) { raft_->set_timer(ticks); }
void RawNode::set_timer_limit(std::uint64_t ticks) { raft_->set_timer_limit(ticks); }
void RawNode::set_may_lead(bool may_lead, Reason reason) { raft_->set_may_lead(may_lead, reason); }
void RawNode::reconfigure(const Config& config) { raft_->reconfigure(config); }

NodeId RawNode::id() const { return raft_->config().id; }
Role RawNode::role() const { return raft_->role(); }
Term RawNode::term() const { return raft_->term(); }
NodeId RawNode::vote() const { return raft_->vote(); }
NodeId RawNode::leader() const { return raft_->leader(); }
Index RawNode::commit() const { return raft_->log().committed(); }
Index RawNode::last_index() const { return raft_->log().last_index(); }
Index RawNode::first_index() const { return raft_->log().first_index(); }
EntryPtr RawNode::entry(Index index) const { return raft_->log().entry(index); }

Result<Term> RawNode::term_at(Index index) const {
  if (!raft_->log().knows_term(index)) {
    return Error{Code::kNotFound, "the term of entry " + std::to_string(index.value) +
                                      " is not known: it is compacted, or not there yet"};
  }
  return raft_->log().term_or_zero(index);
}

const MistakeSet& RawNode::mistakes() const { return raft_->config().mistakes; }
NodeStatus RawNode::status() const { return raft_->status(); }
std::uint64_t RawNode::rng_state() const { return raft_->config().rng.state(); }

}  // namespace raft
