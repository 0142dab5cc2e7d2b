// The cluster as one looks at it.
#include <algorithm>

#include "app/sim/cluster_state.h"
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
  raft::NodeStatus status = server.raft().status();
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
  view.config = std::move(status.config);
  view.transfers = server.snapshots().transfers();
  view.making_snapshot = server.snapshots().making();
  if (const auto& staged = server.store().staged()) {
    view.staged_chunks = staged->numbers.size();
    view.staged_of = staged->id.chunks;
  }
  for (auto& [id, progress] : status.progress) {
    if (id == slot.id) continue;
    const auto answered = slot.last_answers.find(id);
    view.progress.push_back({id, std::move(progress),
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

NodeView view_node(const NodeSlot& slot, const NodeOptions& options) {
  NodeView node;
  node.id = slot.id;
  node.state = state_of(slot);
  node.reason = slot.halted;
  if (node.state == NodeState::kDown && slot.content) node.reason = slot.content->problem;
  node.clock = slot.clock;
  node.durable = slot.durable;
  node.log = &slot;
  node.role_since = slot.role_since;
  node.disk_bytes =
      slot.file.empty() ? slot.disk.bytes_used() : storage::NodeStore::file_size(slot.file);
  node.pending_epochs = slot.disk.pending_epochs();
  node.transactions = slot.disk.transactions();
  node.disk_faults = disk_fault_texts(slot.disk);
  node.mistakes = slot.mistakes;
  node.hears = slot.hears;
  node.trap = slot.trap.has_value();
  node.options = options;
  if (slot.server) {
    if (node.reason.empty()) node.reason = ailment(slot);
    view_running(slot, node);
  } else {
    view_disk_only(slot, node);
  }
  return node;
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
    view.text = describe(state.request(message.traffic->request).request);
  } else {
    view.refusal = message.traffic->answer.error != kv::ErrorKind::kNone;
    view.text = view.refusal ? "refused" : "ok";
  }
  return view;
}

}  // namespace

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

raft::EntryPtr NodeSlot::entry(raft::Index index) const {
  return server ? server->raft().entry(index) : content->log.at(index);
}

const ClusterView& Cluster::nodes_view() const {
  const State& state = *state_;
  ClusterView& view = state.nodes_view;
  const std::uint32_t outdated = state.outdated | state.touched;
  state.outdated = 0;
  view.position = position();
  view.term = {};
  view.commit = {};
  view.leader = {};
  view.nodes.resize(state.nodes.size());
  raft::Term led_term;
  for (std::size_t i = 0; i < state.nodes.size(); ++i) {
    const NodeSlot& slot = *state.nodes[i];
    NodeView& node = view.nodes[i];
    if (node.id != slot.id || (outdated & 1u << (slot.id.value - 1)) != 0) {
      node = view_node(slot, state.config.options[slot.id.value - 1]);
    }
    node.trap_expired = slot.trap && state.now > slot.trap->deadline;
    view.term = std::max(view.term, node.term);
    if (node.state == NodeState::kUp) view.commit = std::max(view.commit, node.commit);
    const bool leads = node.role == RoleName::kLeader &&
                       (node.state == NodeState::kUp || node.state == NodeState::kPaused);
    if (leads && node.term > led_term) {
      led_term = node.term;
      view.leader = node.id;
    }
  }
  return view;
}

ClusterView Cluster::view() const {
  ClusterView view = nodes_view();
  view.config = state_->config;
  view.network_preset = state_->preset;
  view.partition = state_->partition;
  view.messages.reserve(state_->messages.size());
  view.links.reserve(state_->nodes.size() * state_->nodes.size());
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
  view.requests = state_->requests;
  for (const auto& [id, client] : state_->clients) view.workload_clients += client.rng ? 1 : 0;
  return view;
}

const RequestView* Cluster::request(std::uint64_t id) const {
  return id == 0 || id > state_->requests.size() ? nullptr : &state_->request(id);
}

std::uint64_t Cluster::request_count() const { return state_->requests.size(); }

}  // namespace sim
