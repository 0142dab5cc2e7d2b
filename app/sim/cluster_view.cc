// The cluster as one looks at it, and its digest.
#include <algorithm>

#include "app/sim/cluster_state.h"
#include "app/sim/digest.h"
#include "raft/quorum.h"

namespace sim {
namespace {

const kv::Rows kNoRows;

RoleName role_of(const raft::NodeStatus& status) {
  switch (status.soft_state.role) {
    case raft::Role::kFollower:
      if (status.is_learner) return RoleName::kLearner;
      // Not in the configuration that it knows: not yet, or no longer.
      return raft::is_member(status.config, status.id) ? RoleName::kFollower : RoleName::kNone;
    case raft::Role::kPreCandidate:
      return RoleName::kPreCandidate;
    case raft::Role::kCandidate:
      return RoleName::kCandidate;
    case raft::Role::kLeader:
      return RoleName::kLeader;
  }
  return RoleName::kNone;
}

void view_running(const NodeSlot& slot, NodeView& view) {
  const kv::Server& server = *slot.server;
  const raft::NodeStatus status = server.raft().status();
  view.role = role_of(status);
  view.term = status.hard_state.term;
  view.vote = status.hard_state.vote;
  view.leader = status.soft_state.leader;
  view.commit = status.hard_state.commit;
  view.applied = server.applied();
  view.first = server.raft().first_index();
  view.last = server.raft().last_index();
  view.snapshot_index = raft::previous_index(view.first);
  if (const auto term = server.raft().term_at(view.snapshot_index)) view.snapshot_term = *term;
  view.timer = status.timer;
  if (view.role == RoleName::kCandidate || view.role == RoleName::kPreCandidate) {
    view.votes = status.votes;
  }
  view.transferee = status.transferee;
  view.rows = &server.rows();
  view.sessions = server.sessions().size();
  view.config = status.config;
  view.transfers = server.snapshots().transfers();
  view.making_snapshot = server.snapshots().making();
  if (const auto& staged = server.store().staged()) {
    view.staged_chunks = staged->numbers.size();
    view.staged_of = staged->id.chunks;
  }
  for (const auto& [id, progress] : status.progress) {
    if (id == slot.id) continue;
    const auto answered = slot.last_answers.find(id);
    view.progress.push_back({id, progress,
                             answered == slot.last_answers.end()
                                 ? std::nullopt
                                 : std::optional<Instant>(answered->second)});
  }
}

void view_disk_only(const NodeSlot& slot, NodeView& view) {
  view.role = RoleName::kNone;
  view.rows = &kNoRows;
  if (!slot.content) return;
  const DiskContent& content = *slot.content;
  view.term = content.hard_state.term;
  view.vote = content.hard_state.vote;
  view.commit = content.hard_state.commit;
  view.applied = content.applied;
  view.first = content.log.first_index();
  view.last = content.log.last_index();
  view.snapshot_index = raft::previous_index(view.first);
  view.snapshot_term = content.truncated_term;
  view.rows = &content.rows;
  view.sessions = content.sessions;
  view.config = content.config;
}

// Why a node that is up cannot do all its work; empty: it can.
std::string ailment(const NodeSlot& slot) {
  const auto& store = static_cast<const storage::NodeStore&>(slot.server->store());
  if (const auto& damage = store.damage()) {
    return "its log is damaged from entry " + std::to_string(damage->first.value) +
           " on, and its peers refill it up to entry " + std::to_string(damage->end.index.value) +
           " (" + damage->text + ")";
  }
  if (slot.server->disk_is_full()) return "its disk is full: new entries wait until there is room";
  return "";
}

NodeState state_of(const NodeSlot& slot) {
  if (!slot.halted.empty()) return NodeState::kHalted;
  if (!slot.server) return NodeState::kDown;
  return slot.paused ? NodeState::kPaused : NodeState::kUp;
}

std::vector<std::string> disk_fault_texts(const storage::SimDisk& disk) {
  const storage::DiskFaults& faults = disk.faults();
  std::vector<std::string> texts;
  if (faults.capacity_bytes != storage::DiskFaults::kUnlimited) {
    texts.push_back("full-at " + std::to_string(faults.capacity_bytes));
  }
  auto add_calls = [&](const char* name, const std::optional<storage::FailCalls>& calls) {
    if (!calls || calls->times == 0) return;
    std::string text = name;
    if (calls->skip > 0) text += " after=" + std::to_string(calls->skip);
    if (calls->times == storage::FailCalls::kForGood) text += " always";
    texts.push_back(std::move(text));
  };
  add_calls("write-error", faults.writes);
  add_calls("sync-error", faults.syncs);
  add_calls("read-error", faults.reads);
  add_calls("misdirect", faults.misdirects);
  if (faults.lie) texts.emplace_back("lie");
  for (const storage::Rot& rot : disk.rots()) {
    switch (rot.kind) {
      case storage::RotKind::kLog:
        texts.push_back("rot log " + std::to_string(rot.index));
        break;
      case storage::RotKind::kVote:
        texts.emplace_back("rot vote");
        break;
      case storage::RotKind::kKv:
        texts.push_back("rot kv " + rot.key);
        break;
    }
  }
  return texts;
}

std::string verdict_text(kv::ChunkVerdict verdict) {
  switch (verdict) {
    case kv::ChunkVerdict::kStaged:
      return "staged";
    case kv::ChunkVerdict::kDamaged:
      return "damaged";
    case kv::ChunkVerdict::kNotNeeded:
      return "not needed";
    case kv::ChunkVerdict::kInstalled:
      return "installed";
  }
  return "";
}

MessageView view_message(const InFlight& message, const Cluster::State& state) {
  MessageView view;
  view.id = message.id;
  view.type = message.type;
  view.from = message.from;
  view.to = message.to;
  view.sent = message.sent;
  if (!message.held) view.due = message.due;
  view.duplicate = message.duplicate;
  view.fate = message.fate;
  view.bytes = message.bytes;
  view.cause = message.cause;
  if (message.message) {
    view.message = message.message.get();
    view.term = message.message->term;
    view.refusal = message.message->reject;
  } else if (message.chunk) {
    view.term = message.chunk->term;
    view.chunk = message.chunk->number;
    view.chunks = message.chunk->count;
    view.text = "chunk " + std::to_string(view.chunk) + " of " + std::to_string(view.chunks);
  } else if (message.chunk_reply) {
    view.term = message.chunk_reply->term;
    view.chunk = message.chunk_reply->number;
    view.refusal = message.chunk_reply->verdict == kv::ChunkVerdict::kDamaged ||
                   message.chunk_reply->verdict == kv::ChunkVerdict::kNotNeeded;
    view.text = verdict_text(message.chunk_reply->verdict);
  } else if (message.type == "request") {
    view.text = describe(state.requests.at(message.traffic->request).request);
  } else {
    view.refusal = message.traffic->answer.error != kv::ErrorKind::kNone;
    view.text = view.refusal ? "refused" : "ok";
  }
  return view;
}

}  // namespace

raft::EntryPtr NodeSlot::entry(raft::Index index) const {
  return server ? server->raft().entry(index) : content->log.at(index);
}

ClusterView Cluster::nodes_view() const {
  ClusterView view;
  view.position = position();
  raft::Term led_term;
  for (const auto& slot : state_->nodes) {
    NodeView node;
    node.id = slot->id;
    node.state = state_of(*slot);
    node.reason = slot->halted;
    if (node.state == NodeState::kDown && slot->content) node.reason = slot->content->problem;
    node.clock = slot->clock;
    node.durable = slot->durable;
    node.log = slot.get();
    node.role_since = slot->role_since;
    node.disk_bytes =
        slot->file.empty() ? slot->disk.bytes_used() : storage::NodeStore::file_size(slot->file);
    node.pending_epochs = slot->disk.pending_epochs();
    node.transactions = slot->disk.transactions();
    node.disk_faults = disk_fault_texts(slot->disk);
    node.mistakes = slot->mistakes;
    node.hears = slot->hears;
    node.trap = slot->trap.has_value();
    node.trap_expired = slot->trap && state_->now > slot->trap->deadline;
    node.options = state_->config.options[slot->id.value - 1];
    if (slot->server) {
      if (node.reason.empty()) node.reason = ailment(*slot);
      view_running(*slot, node);
    } else {
      view_disk_only(*slot, node);
    }
    view.term = std::max(view.term, node.term);
    if (node.state == NodeState::kUp) view.commit = std::max(view.commit, node.commit);
    const bool leads = node.role == RoleName::kLeader &&
                       (node.state == NodeState::kUp || node.state == NodeState::kPaused);
    if (leads && node.term > led_term) {
      led_term = node.term;
      view.leader = node.id;
    }
    view.nodes.push_back(std::move(node));
  }
  return view;
}

ClusterView Cluster::view() const {
  ClusterView view = nodes_view();
  view.config = state_->config;
  view.network_preset = state_->preset;
  view.partition = state_->partition;
  for (const auto& [id, message] : state_->messages) {
    view.messages.push_back(view_message(message, *state_));
  }
  for (const auto& a : state_->nodes) {
    for (const auto& b : state_->nodes) {
      if (a == b) continue;
      const Endpoint from{a->id, 0};
      const Endpoint to{b->id, 0};
      const Link link = state_->link_or_default(from, to);
      view.links.push_back({from, to, link.cut, link.held, link.quality});
    }
  }
  for (const auto& [ends, link] : state_->links) {
    if (ends.first.client == 0 && ends.second.client == 0) continue;
    if (link.cut || link.held) {
      view.links.push_back({ends.first, ends.second, link.cut, link.held, link.quality});
    }
  }
  for (const auto& [ends, count] : state_->snapshots_begun) {
    view.snapshots.push_back({ends.first, ends.second, count});
  }
  for (const auto& [id, request] : state_->requests) view.requests.push_back(request);
  for (const auto& [id, client] : state_->clients) view.workload_clients += client.rng ? 1 : 0;
  return view;
}

const RequestView* Cluster::request(std::uint64_t id) const {
  const auto found = state_->requests.find(id);
  return found == state_->requests.end() ? nullptr : &found->second;
}

std::uint64_t Cluster::request_count() const { return state_->requests.size(); }

// ---------------------------------------------------------------- digest

namespace {

void add(DigestBuilder& out, Endpoint end) {
  out.number(end.node.value);
  out.number(end.client);
}

void add(DigestBuilder& out, const std::optional<std::string>& text) {
  out.number(text ? 1 : 0);
  if (text) out.text(*text);
}

void add(DigestBuilder& out, const std::vector<std::pair<std::string, std::string>>& rows) {
  out.number(rows.size());
  for (const auto& [key, value] : rows) {
    out.text(key);
    out.text(value);
  }
}

void add(DigestBuilder& out, const LinkQuality& quality) {
  for (const Duration d : {quality.delay.low, quality.delay.high}) out.number(d.millis);
  for (const Ratio r : {quality.loss, quality.duplicate}) {
    out.number(r.numerator);
    out.number(r.denominator);
  }
}

void add(DigestBuilder& out, const std::vector<NodeId>& ids) {
  out.number(ids.size());
  for (const NodeId id : ids) out.number(id.value);
}

void add(DigestBuilder& out, const raft::ConfState& config) {
  add(out, config.voters);
  add(out, config.outgoing);
  add(out, config.learners);
  add(out, config.learners_next);
  out.number(config.auto_leave ? 1 : 0);
}

void add(DigestBuilder& out, const raft::Entry& entry) {
  out.number(entry.term.value);
  out.number(entry.index.value);
  out.number(static_cast<std::uint64_t>(entry.type));
  out.text(entry.data);
}

void add(DigestBuilder& out, const raft::Message& m) {
  out.number(static_cast<std::uint64_t>(m.type));
  out.number(m.term.value);
  out.number(m.log_term.value);
  out.number(m.index.value);
  out.number(m.commit.value);
  out.number(m.reject ? 1 : 0);
  out.number(m.reject_hint.value);
  out.text(m.context);
  out.number(m.entries.size());
  for (const raft::EntryPtr& entry : m.entries) add(out, *entry);
}

void add(DigestBuilder& out, const raft::Progress& p) {
  out.number(p.match.value);
  out.number(p.next.value);
  out.number(static_cast<std::uint64_t>(p.state));
  out.number(p.pending_snapshot.value);
  out.number(p.recently_active ? 1 : 0);
  out.number(p.paused ? 1 : 0);
}

void add(DigestBuilder& out, const kv::Rows& rows) {
  out.number(rows.size());
  for (const auto& [key, row] : rows) {
    out.text(key);
    out.text(row.value);
    out.number(row.index.value);
  }
}

void add_core(DigestBuilder& out, const kv::Server& server) {
  const raft::RawNode& core = server.raft();
  const raft::NodeStatus status = core.status();
  out.number(status.hard_state.term.value);
  out.number(status.hard_state.vote.value);
  out.number(status.hard_state.commit.value);
  out.number(static_cast<std::uint64_t>(status.soft_state.role));
  out.number(status.soft_state.leader.value);
  out.number(status.applied.value);
  out.number(status.timer.elapsed);
  out.number(status.timer.limit);
  add(out, status.votes.granted);
  add(out, status.votes.rejected);
  out.number(status.transferee.value);
  add(out, status.config);
  out.number(core.rng_state());
  for (const auto& [id, progress] : status.progress) {
    out.number(id.value);
    add(out, progress);
  }
  out.number(core.first_index().value);
  for (raft::Index i = core.first_index(); i <= core.last_index(); i = raft::next_index(i)) {
    add(out, *core.entry(i));
  }
  add(out, server.rows());
  out.number(server.sessions().size());
  for (const auto& [client, session] : server.sessions()) {
    out.number(client);
    out.number(session.sequence);
    out.text(session.result);
  }
  out.number(server.open_reads());
  out.number(server.store().conf_version());
  out.number(server.store().compacted_rows());
  out.number(server.snapshots().making() ? 1 : 0);
  for (const kv::TransferStatus& transfer : server.snapshots().transfers()) {
    out.number(transfer.to.value);
    out.number(transfer.index.value);
    out.number(transfer.sent);
    out.number(transfer.acked);
    out.number(transfer.buffered_bytes);
    out.number(transfer.waiting ? 1 : 0);
  }
  if (const auto& staged = server.store().staged()) {
    out.number(staged->id.index.value);
    out.number(staged->numbers.size());
  }
}

void add_node(DigestBuilder& out, const NodeSlot& slot) {
  out.number(slot.server ? 1 : 0);
  out.number(slot.paused ? 1 : 0);
  out.text(slot.halted);
  out.number(slot.boots);
  out.number(slot.crashes);
  out.number(slot.durable.value);
  out.number(slot.clock.numerator);
  out.number(slot.clock.denominator);
  out.number(slot.tick_base.millis);
  out.number(slot.tick_count);
  out.number(slot.disk.pending_epochs());
  out.number(slot.syncs.size());
  out.number(slot.waiting.size());
  for (const std::string& fault : disk_fault_texts(slot.disk)) out.text(fault);
  for (const raft::Mistake mistake : slot.mistakes.list()) out.text(raft::mistake_name(mistake));
  out.number(slot.trap ? 1 + static_cast<std::uint64_t>(slot.trap->at) : 0);
  if (slot.server) return add_core(out, *slot.server);
  if (!slot.content) return;
  const DiskContent& content = *slot.content;
  out.number(content.hard_state.term.value);
  out.number(content.hard_state.vote.value);
  out.number(content.hard_state.commit.value);
  out.number(content.applied.value);
  add(out, content.config);
  for (raft::Index i = content.log.first_index(); i <= content.log.last_index();
       i = raft::next_index(i)) {
    add(out, *content.log.at(i));
  }
  add(out, content.rows);
}

}  // namespace

Digest Cluster::digest() const {
  const State& state = *state_;
  DigestBuilder out;
  out.number(kModelVersion);
  out.number(state.config.seed);
  out.number(state.now.millis);
  out.number(state.events);
  out.number(state.sent_messages);
  out.number(state.network_rng.state());
  for (const auto& slot : state.nodes) add_node(out, *slot);
  add(out, state.base_quality);
  for (const auto& [ends, link] : state.links) {
    // A link that merely carried something is as one that nobody touched.
    if (!link.cut && !link.held && link.quality == state.base_quality) continue;
    add(out, ends.first);
    add(out, ends.second);
    out.number(link.cut ? 1 : 0);
    out.number(link.held ? 1 : 0);
    add(out, link.quality);
  }
  for (const auto& [id, message] : state.messages) {
    out.number(id);
    add(out, message.from);
    add(out, message.to);
    out.number(message.held ? message.remaining.millis : message.due.millis);
    out.number(message.held ? 1 : 0);
    out.number(message.waiting ? 1 : 0);
    out.number(static_cast<std::uint64_t>(message.fate));
    if (message.message) add(out, *message.message);
    if (message.chunk) {
      out.number(message.chunk->transfer);
      out.number(message.chunk->number);
      out.number(message.chunk->checksum);
    }
    if (message.chunk_reply) {
      out.number(message.chunk_reply->transfer);
      out.number(message.chunk_reply->number);
      out.number(message.chunk_reply->through);
      out.number(static_cast<std::uint64_t>(message.chunk_reply->verdict));
    }
    if (message.traffic) {
      out.number(message.traffic->request);
      out.number(message.traffic->attempt);
      out.number(static_cast<std::uint64_t>(message.traffic->answer.error));
      add(out, message.traffic->answer.output.value);
      add(out, message.traffic->answer.output.rows);
    }
  }
  for (const auto& [id, client] : state.clients) {
    out.number(id);
    out.number(client.last_sequence);
    out.number(client.turn.value);
    out.number(client.known_leader.value);
    out.number(client.open ? client.open->request : 0);
    out.number(client.open ? client.open->timeouts : 0);
    out.number(client.rng ? client.rng->state() : 0);
  }
  for (const auto& [id, request] : state.requests) {
    out.number(static_cast<std::uint64_t>(request.outcome));
    out.text(request.reason);
    add(out, request.output);
    add(out, request.rows);
  }
  return out.finish();
}

}  // namespace sim
