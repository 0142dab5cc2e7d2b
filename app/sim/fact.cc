// Facts as they are told: the core's decisions and what happens around them.
#include "app/sim/fact.h"

#include <utility>

#include "app/sim/cluster_state.h"

namespace sim {
namespace {

FactKind kind_of(raft::EventKind kind) {
  switch (kind) {
    case raft::EventKind::kTermChanged:
      return FactKind::kTerm;
    case raft::EventKind::kRoleChanged:
      return FactKind::kRole;
    case raft::EventKind::kVoteGranted:
    case raft::EventKind::kVoteRefused:
      return FactKind::kVote;
    case raft::EventKind::kAppended:
      return FactKind::kAppend;
    case raft::EventKind::kTruncated:
      return FactKind::kTruncate;
    case raft::EventKind::kCommitAdvanced:
      return FactKind::kCommit;
    case raft::EventKind::kDurable:
      return FactKind::kDurable;
    case raft::EventKind::kSnapshotRestored:
      return FactKind::kSnapshot;
    case raft::EventKind::kConfigChanged:
      return FactKind::kConfig;
    case raft::EventKind::kVoteCounted:
    case raft::EventKind::kAppendRefused:
    case raft::EventKind::kCommitHeld:
    case raft::EventKind::kProgressChanged:
    case raft::EventKind::kProgressLowered:
    case raft::EventKind::kSnapshotSent:
    case raft::EventKind::kMessageIgnored:
    case raft::EventKind::kProposalDropped:
    case raft::EventKind::kTransferStarted:
    case raft::EventKind::kTransferAborted:
    case raft::EventKind::kReadConfirmed:
    case raft::EventKind::kHalted:
      return FactKind::kNote;
  }
  return FactKind::kNote;
}

}  // namespace

std::uint64_t Cluster::State::tell(Fact fact) {
  const std::uint64_t id = next_fact++;
  if (sink == nullptr) return id;
  fact.id = id;
  fact.event = events;
  fact.at = now;
  if (fact.node != raft::kNoNode && node(fact.node).server) {
    const kv::Server& server = *node(fact.node).server;
    const raft::RawNode& core = server.raft();
    fact.term = core.term();
    fact.role = core.role();
    fact.vote = core.vote();
    fact.commit = core.commit();
    fact.applied = server.applied();
    fact.last = core.last_index();
  }
  sink->on_fact(fact);
  return id;
}

std::vector<raft::EntryPtr> Cluster::State::entries_of(const NodeSlot& slot, raft::Index first,
                                                       raft::Index last) const {
  std::vector<raft::EntryPtr> entries;
  if (sink == nullptr) return entries;
  for (raft::Index i = first; i <= last; i = raft::next_index(i)) {
    entries.push_back(slot.server->raft().entry(i));
  }
  return entries;
}

std::uint64_t Cluster::State::tell_node(FactKind kind, const NodeSlot& slot, std::string text) {
  Fact fact;
  fact.kind = kind;
  fact.node = slot.id;
  fact.cause = cause;
  fact.text = std::move(text);
  if (slot.server && (kind == FactKind::kStart || kind == FactKind::kRestart)) {
    const raft::RawNode& core = slot.server->raft();
    fact.entries = entries_of(slot, core.first_index(), core.last_index());
    fact.base = raft::previous_index(core.first_index());
    if (const auto term = core.term_at(fact.base)) fact.base_term = *term;
    fact.config = core.status().config;
  }
  const std::uint64_t id = tell(std::move(fact));
  cause = id;
  return id;
}

std::uint64_t Cluster::State::tell_message(FactKind kind, const InFlight& message,
                                           std::string text) {
  Fact fact;
  fact.kind = kind;
  fact.cause = message.cause;
  const Endpoint where = kind == FactKind::kReceive ? message.to : message.from;
  if (kind != FactKind::kDrop) {
    fact.node = where.node;
    fact.client = where.client;
  }
  fact.message = message.id;
  fact.message_type = message.type;
  fact.content = message.message;
  if (message.chunk) {
    fact.chunk = message.chunk->number;
    fact.chunks = message.chunk->count;
  } else if (message.chunk_reply) {
    fact.chunk = message.chunk_reply->number;
  }
  fact.from = message.from;
  fact.to = message.to;
  fact.text = std::move(text);
  return tell(std::move(fact));
}

void Cluster::State::tell_core(NodeId id, const raft::Event& event) {
  NodeSlot& slot = node(id);
  // The end of a write is told by the disk's side, with its own cause (log_durable).
  if (event.kind == raft::EventKind::kDurable) return;
  if (event.kind == raft::EventKind::kRoleChanged && event.role != slot.last_role) {
    slot.last_role = event.role;
    slot.role_since = now;
    slot.last_answers.clear();
  }
  Fact fact;
  fact.kind = kind_of(event.kind);
  fact.node = id;
  fact.cause = cause;
  fact.core = event;
  fact.has_core = true;
  if (fact.kind == FactKind::kAppend)
    fact.entries = entries_of(slot, event.index, event.other_index);
  if (fact.kind == FactKind::kConfig) fact.config = slot.server->raft().status().config;
  slot.last_fact = tell(std::move(fact));
}

void NodeObserver::observe(const raft::Event& event) { state_->tell_core(node_, event); }

}  // namespace sim
