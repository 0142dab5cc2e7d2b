#include "app/bench/cores.h"

#include <algorithm>
#include <utility>

#include "raft/wire.h"

namespace bench {
namespace {

constexpr std::uint64_t kWindow = 64;
// The log stays bounded as in a node that runs for long: once so many entries are applied that it
// still has, all but the last kKept go.
constexpr std::uint64_t kCompactAt = 8192;
constexpr std::uint64_t kKept = 1024;

std::string payload(std::uint64_t bytes, std::uint64_t number) {
  std::string data(bytes, '\0');
  data.front() = static_cast<char>(number | 1);
  return data;
}

}  // namespace

Result<Cores> Cores::make(std::uint64_t nodes, const Variant& variant) {
  Cores cores(variant);
  std::vector<raft::NodeId> voters;
  for (std::uint64_t id = 1; id <= nodes; ++id) voters.push_back({id});
  for (const raft::NodeId id : voters) {
    auto node = std::make_unique<Node>();
    node->memory = raft::MemoryStorage::with_voters(voters);
    if (variant.database) {
      RAFT_TRY_ASSIGN(node->database,
                      storage::NodeStore::create(node->disk, {voters, {}, {}, {}, false}, {}));
    }
    raft::Config config;
    config.id = id;
    config.rng = raft::Rng(id.value);
    config.max_size_per_message = 1 << 20;
    config.coalesce_appends = variant.coalesce;
    const raft::Storage& storage =
        variant.database ? static_cast<const raft::Storage&>(*node->database) : node->memory;
    RAFT_TRY_ASSIGN(auto core, raft::RawNode::create(config, storage, nullptr));
    node->core.emplace(std::move(core));
    cores.nodes_.push_back(std::move(node));
  }
  RAFT_TRY(cores.leader().campaign());
  RAFT_TRY(cores.quiesce());
  if (cores.leader().role() != raft::Role::kLeader) {
    return Error{Code::kUnavailable, "n1 was not elected"};
  }
  cores.sent_ = 0;
  return cores;
}

void Cores::tick() {
  for (const auto& node : nodes_) node->core->tick();
}

bool Cores::all_applied(std::uint64_t commands) const {
  for (const auto& node : nodes_) {
    if (node->commands < commands) return false;
  }
  return true;
}

Result<bool> Cores::round() {
  bool busy = false;
  for (const auto& node : nodes_) {
    if (!node->core->has_ready()) continue;
    busy = true;
    RAFT_TRY(drain(*node));
  }
  for (const auto& node : nodes_) {
    if (node->inbox.empty()) continue;
    busy = true;
    std::swap(node->inbox, delivered_);
    for (const raft::Message& message : delivered_) RAFT_TRY(node->core->step(message));
    delivered_.clear();
  }
  return busy;
}

Status Cores::quiesce() {
  for (bool busy = true; busy;) {
    RAFT_TRY_ASSIGN(busy, round());
  }
  return ok();
}

Status Cores::drain(Node& node) {
  raft::Ready& ready = ready_;
  node.core->ready(ready);
  RAFT_TRY(write(node, ready));
  RAFT_TRY(send(ready.messages));
  RAFT_TRY(send(ready.messages_after_sync));
  node.core->persisted(ready.id);
  for (const raft::EntryPtr& entry : ready.committed_entries) {
    if (entry->data.empty()) continue;
    ++node.commands;
    node.sum += static_cast<unsigned char>(entry->data.front());
  }
  if (ready.committed_entries.empty()) return ok();
  const raft::Index applied = ready.committed_entries.back()->index;
  node.core->applied(applied);
  return compact(node, applied);
}

Status Cores::write(Node& node, raft::Ready& ready) {
  if (node.database == nullptr) {
    RAFT_TRY(node.memory.append(ready.entries));
    if (ready.hard_state) node.memory.set_hard_state(*ready.hard_state);
    return ok();
  }
  // A commit index alone costs no transaction, as in the server.
  if (!ready.must_sync) return ok();
  kv::LogWrite write;
  write.hard_state = ready.hard_state;
  write.entries = std::move(ready.entries);
  RAFT_TRY(node.database->write_log(write));
  ready.entries = std::move(write.entries);
  node.disk.complete_all();
  return ok();
}

Status Cores::compact(Node& node, raft::Index applied) {
  const raft::Index to{applied.value - std::min(applied.value, kKept)};
  if (node.database == nullptr) {
    if (applied.value <= node.memory.first_index().value + kCompactAt) return ok();
    return node.memory.compact(to);
  }
  storage::NodeStore& database = *node.database;
  if (applied.value <= database.first_index().value + kCompactAt) return ok();
  kv::ApplyWrite write;
  write.applied = applied;
  RAFT_TRY_ASSIGN(write.applied_term, database.term(applied));
  write.compact_to = to;
  RAFT_TRY(database.write_apply(write));
  RAFT_TRY(database.delete_compacted(kCompactAt));
  node.disk.complete_all();
  return ok();
}

Status Cores::send(std::vector<raft::Message>& messages) {
  sent_ += messages.size();
  for (raft::Message& message : messages) {
    std::vector<raft::Message>& inbox = nodes_[message.to.value - 1]->inbox;
    if (variant_.wire) {
      RAFT_TRY_ASSIGN(raft::Message received, raft::decode_message(raft::encode(message)));
      inbox.push_back(std::move(received));
    } else {
      inbox.push_back(std::move(message));
    }
  }
  return ok();
}

Status window(Cores& cores, std::uint64_t bytes, std::uint64_t count) {
  std::uint64_t proposed = 0;
  while (!cores.all_applied(count)) {
    for (; proposed < count && proposed - cores.applied_by_leader() < kWindow; ++proposed) {
      RAFT_TRY(cores.leader().propose(payload(bytes, proposed)));
    }
    RAFT_TRY(cores.round());
  }
  return ok();
}

Status batch(Cores& cores, std::uint64_t bytes, std::uint64_t count) {
  std::uint64_t proposed = 0;
  while (!cores.all_applied(count)) {
    raft::Message proposal{.type = raft::MessageType::kPropose, .from = cores.leader().id()};
    for (; proposed < count && proposed - cores.applied_by_leader() < kWindow; ++proposed) {
      proposal.entries.push_back(std::make_shared<const raft::Entry>(
          raft::Entry{{}, {}, raft::EntryType::kNormal, payload(bytes, proposed)}));
    }
    if (!proposal.entries.empty()) RAFT_TRY(cores.leader().step(std::move(proposal)));
    RAFT_TRY(cores.round());
  }
  return ok();
}

Status single(Cores& cores, std::uint64_t bytes, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    RAFT_TRY(cores.leader().propose(payload(bytes, i)));
    RAFT_TRY(cores.quiesce());
  }
  return ok();
}

Status ticks(Cores& cores, std::uint64_t bytes, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    cores.tick();
    if (bytes > 0) RAFT_TRY(cores.leader().propose(payload(bytes, i)));
    RAFT_TRY(cores.quiesce());
  }
  return ok();
}

Status measure(const Emit& emit, const Variant& variant, const std::string& name,
               std::uint64_t nodes, std::uint64_t bytes, std::uint64_t count, Work work) {
  RAFT_TRY_ASSIGN(Cores cores, Cores::make(nodes, variant));
  const Stopwatch watch(variant.peer);
  RAFT_TRY(work(cores, bytes, count));
  watch.emit(emit, name, count);
  emit(figure(name, "msgs", static_cast<double>(cores.sent()) / static_cast<double>(count),
              variant.peer));
  if (bytes > 0 && !cores.all_applied(count)) {
    return Error{Code::kUnavailable, "a core has not applied all that was proposed"};
  }
  return ok();
}

}  // namespace bench
