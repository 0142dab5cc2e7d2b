#include "app/sim/cluster.h"

#include "app/sim/cluster_state.h"
#include "raft/assert.h"

namespace sim {

Cluster::Cluster(std::unique_ptr<State> state) : state_(std::move(state)) {}
Cluster::Cluster(Cluster&&) noexcept = default;
Cluster& Cluster::operator=(Cluster&&) noexcept = default;
Cluster::~Cluster() = default;

Result<Cluster> Cluster::boot(ClusterConfig config) { return boot(std::move(config), {}); }

Result<Cluster> Cluster::boot(ClusterConfig config, const std::vector<std::string>& databases) {
  if (config.nodes < 1 || config.nodes > kMaxNodes) {
    return Error{Code::kInvalidArgument,
                 "a cluster has 1 to 9 nodes, not " + std::to_string(config.nodes)};
  }
  config.options.resize(kMaxNodes);
  auto state = std::make_unique<State>();
  state->config = std::move(config);
  state->network_rng = raft::Rng(state->config.seed, static_cast<std::uint64_t>(Stream::kNetwork));
  for (std::uint64_t i = 1; i <= state->config.nodes; ++i) {
    NodeSlot& slot = state->add_node({i});
    if (i <= databases.size() && !databases[i - 1].empty()) {
      slot.disk.put_file(storage::NodeStore::kFileName, databases[i - 1]);
    }
  }
  for (auto& slot : state->nodes) {
    if (const Status booted = state->boot(*slot); !booted) {
      const std::string where = slot->file.empty() ? "" : slot->file + ": ";
      return Error{booted.error().code, where + booted.error().message};
    }
    RAFT_TRY(state->check_members(*slot));
    if (slot->server) state->learn_sequences(*slot->server);
  }
  state->measure_links();
  state->drop_void_items();
  return Cluster(std::move(state));
}

Result<std::string> Cluster::database(NodeId node) const {
  if (!state_->has_node(node)) {
    return Error{Code::kNotFound, "there is no node n" + std::to_string(node.value)};
  }
  const std::string& file = state_->node(node).file;
  if (!file.empty()) return storage::NodeStore::file_bytes(file);
  storage::SimDisk copy = state_->node(node).disk;
  copy.set_faults({});
  // Opening rolls back what a crash left half done.
  const auto store = storage::NodeStore::open(copy, {});
  if (!store) return store.error();
  return copy.contents(storage::NodeStore::kFileName).value_or("");
}

Cluster Cluster::clone() const { return Cluster(state_->clone()); }

void Cluster::set_fact_sink(FactSink* sink) { state_->sink = sink; }

Status Cluster::execute(const Command& command) {
  ++state_->events;
  state_->cause = 0;
  Status done = state_->carry_out(command);
  state_->measure_links();
  if (!done) --state_->events;
  state_->drop_void_items();
  state_->outdated = State::kAllNodes;
  return done;
}

void Cluster::step() {
  RAFT_ASSERT(has_next());
  const QueueItem item = *state_->queue.begin();
  state_->queue.erase(state_->queue.begin());
  state_->now = item.at;
  ++state_->events;
  state_->cause = 0;
  state_->handle(item);
  state_->drop_void_items();
  state_->outdated = static_cast<std::uint16_t>(state_->outdated | state_->touched);
  state_->touched = 0;
}

bool Cluster::has_next() const { return !state_->queue.empty(); }

Instant Cluster::next_instant() const { return state_->queue.begin()->at; }

void Cluster::advance_clock(Instant at) {
  RAFT_ASSERT(!has_next() || next_instant() >= at);
  if (state_->now < at) state_->now = at;
}

void Cluster::run_until(Instant at) {
  while (has_next() && next_instant() < at) step();
  advance_clock(at);
}

std::vector<ArmedTrap> Cluster::traps() const {
  std::vector<ArmedTrap> out;
  for (const auto& slot : state_->nodes) {
    if (!slot->trap) continue;
    const Trap& trap = *slot->trap;
    out.push_back({Crash{slot->id, trap.lose, trap.at, trap.nth}, trap.deadline});
  }
  return out;
}

Position Cluster::position() const { return {state_->now, state_->events}; }

const ClusterConfig& Cluster::config() const { return state_->config; }

// ---------------------------------------------------------------- the queue

void Cluster::State::push(Instant at, Phase phase, std::uint64_t subject, std::uint64_t stamp) {
  const std::uint64_t order = phase == Phase::kTick ? subject : next_order++;
  queue.insert({at, phase, order, subject, stamp});
}

bool Cluster::State::is_void(const QueueItem& item) const {
  switch (item.phase) {
    case Phase::kSync:
      return node({item.subject}).sync_stamp != item.stamp;
    case Phase::kDelivery: {
      const auto found = messages.find(item.subject);
      return found == messages.end() || found->second.held || found->second.waiting ||
             found->second.due != item.at;
    }
    case Phase::kClient: {
      const auto found = clients.find(item.subject);
      return found == clients.end() || found->second.timer_stamp != item.stamp;
    }
    case Phase::kTick:
      return node({item.subject}).tick_stamp != item.stamp;
  }
  return true;
}

// The head of the queue is always something that will happen.
void Cluster::State::drop_void_items() {
  while (!queue.empty() && is_void(*queue.begin())) queue.erase(queue.begin());
}

void Cluster::State::handle(const QueueItem& item) {
  switch (item.phase) {
    case Phase::kSync:
      sync_done(node({item.subject}));
      return;
    case Phase::kDelivery:
      arrive(item.subject);
      return;
    case Phase::kClient:
      client_timer(clients.at(item.subject));
      return;
    case Phase::kTick:
      tick(node({item.subject}));
      return;
  }
}

// ---------------------------------------------------------------- copies

std::uint64_t Cluster::bytes_beyond(const Cluster& before) const {
  // Tables of nodes, links and messages, and the parts of logs and histories in which one end is
  // being written: measured, see docs/performance.md.
  constexpr std::uint64_t kTables = 130'000;
  constexpr std::uint64_t kPerRow = 120;      // without its text
  constexpr std::uint64_t kEntriesAByte = 6;  // the lists of shared parts, for each node
  std::uint64_t bytes = kTables;
  for (std::size_t i = 0; i < state_->nodes.size(); ++i) {
    const NodeSlot& slot = *state_->nodes[i];
    // A change of members may have created it since.
    static const storage::SimDisk kNone;
    const bool old = i < before.state_->nodes.size();
    bytes += slot.disk.bytes_beyond(old ? before.state_->nodes[i]->disk : kNone);
    if (!slot.server) continue;
    bytes += slot.server->raft().last_index().value / kEntriesAByte;
    for (const auto& [key, row] : slot.server->rows()) {
      bytes += kPerRow + key.size() + row.value.size();
    }
  }
  return bytes;
}

std::unique_ptr<Cluster::State> Cluster::State::clone() const {
  auto copy = std::make_unique<State>();
  static_cast<ClusterData&>(*copy) = *this;
  for (const auto& from : nodes) {
    auto slot = std::make_unique<NodeSlot>();
    static_cast<NodeData&>(*slot) = *from;
    if (!from->file.empty()) {
      // A copy must not write to the original's file: it goes on with a simulated disk.
      slot->file.clear();
      if (auto bytes = storage::NodeStore::file_bytes(from->file)) {
        slot->disk.put_file(storage::NodeStore::kFileName, *bytes);
      }
    }
    slot->observer = std::make_unique<NodeObserver>(*copy, from->id);
    if (from->server) {
      const auto& store = static_cast<const storage::NodeStore&>(from->server->store());
      slot->server.emplace(from->server->clone(store.clone(slot->disk), slot->observer.get()));
    }
    copy->nodes.push_back(std::move(slot));
  }
  return copy;
}

}  // namespace sim
