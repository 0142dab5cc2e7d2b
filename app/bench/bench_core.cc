// Bare cores in memory: messages handed over at once, each write at once durable. A unit is an
// entry that is committed and applied by all, or a tick of all. The cases have the names of those
// that the programs measure with which this core is compared (docs/performance.md).
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/bench/bench.h"
#include "raft/memory_storage.h"
#include "raft/raw_node.h"
#include "raft/wire.h"

namespace bench {
namespace {

constexpr std::uint64_t kEntries = 60'000;
constexpr std::uint64_t kTicks = 100'000;
constexpr std::uint64_t kWindow = 64;
// The log stays bounded as in a node that runs for long: once so many entries are applied that it
// still has, all but the last kKept go.
constexpr std::uint64_t kCompactAt = 8192;
constexpr std::uint64_t kKept = 1024;

// How the cores send, and so under which name they are compared.
struct Variant {
  const char* peer;
  bool coalesce;  // one append per follower and Ready; else one per proposal
  bool wire;      // every message goes through its bytes
};
constexpr Variant kVariants[] = {
    {"raftarium", true, false},
    {"raftarium-per-proposal", false, false},
    {"raftarium-wire", true, true},
    {"raftarium-per-proposal-wire", false, true},
};

// Cores n1, n2, … of which n1 leads.
class Cores {
 public:
  static Result<Cores> make(std::uint64_t nodes, const Variant& variant) {
    Cores cores(variant);
    std::vector<raft::NodeId> voters;
    for (std::uint64_t id = 1; id <= nodes; ++id) voters.push_back({id});
    for (const raft::NodeId id : voters) {
      auto node = std::make_unique<Node>();
      node->storage = raft::MemoryStorage::with_voters(voters);
      raft::Config config;
      config.id = id;
      config.rng = raft::Rng(id.value);
      config.max_size_per_message = 1 << 20;
      config.coalesce_appends = variant.coalesce;
      RAFT_TRY_ASSIGN(auto core, raft::RawNode::create(config, node->storage, nullptr));
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

  raft::RawNode& leader() { return *nodes_.front()->core; }
  std::uint64_t applied_by_leader() const { return nodes_.front()->commands; }
  std::uint64_t sent() const { return sent_; }
  void tick() {
    for (const auto& node : nodes_) node->core->tick();
  }
  bool all_applied(std::uint64_t commands) const {
    for (const auto& node : nodes_) {
      if (node->commands < commands) return false;
    }
    return true;
  }

  // One Ready of each core that has one, then what was sent is delivered. False: nobody had any.
  Result<bool> round() {
    bool busy = false;
    for (const auto& node : nodes_) {
      if (!node->core->has_ready()) continue;
      busy = true;
      RAFT_TRY(drain(*node));
    }
    for (const auto& node : nodes_) {
      std::swap(node->inbox, delivered_);
      for (raft::Message& message : delivered_) RAFT_TRY(node->core->step(std::move(message)));
      busy = busy || !delivered_.empty();
      delivered_.clear();
    }
    return busy;
  }
  Status quiesce() {
    for (bool busy = true; busy;) {
      RAFT_TRY_ASSIGN(busy, round());
    }
    return ok();
  }

 private:
  struct Node {
    raft::MemoryStorage storage;
    std::optional<raft::RawNode> core;
    std::vector<raft::Message> inbox;
    std::uint64_t commands = 0;  // applied ones
    std::uint64_t sum = 0;       // stands for what a state machine would do with them
  };

  explicit Cores(const Variant& variant) : variant_(variant) {}

  Status drain(Node& node) {
    raft::Ready& ready = ready_;
    node.core->ready(ready);
    RAFT_TRY(node.storage.append(ready.entries));
    if (ready.hard_state) node.storage.set_hard_state(*ready.hard_state);
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
    if (applied.value > node.storage.first_index().value + kCompactAt) {
      RAFT_TRY(node.storage.compact({applied.value - kKept}));
    }
    return ok();
  }

  Status send(std::vector<raft::Message>& messages) {
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

  Variant variant_;
  std::vector<std::unique_ptr<Node>> nodes_;
  raft::Ready ready_;                     // what is being done; keeps its capacity, and so does
  std::vector<raft::Message> delivered_;  // what is being delivered, empty between rounds
  std::uint64_t sent_ = 0;
};

std::string payload(std::uint64_t bytes, std::uint64_t number) {
  std::string data(bytes, '\0');
  data.front() = static_cast<char>(number | 1);
  return data;
}

// `count` commands, at most kWindow of them not applied by the leader, each proposed by its own
// call.
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

// The same, as many by one call as fit.
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

using Work = Status (*)(Cores& cores, std::uint64_t bytes, std::uint64_t count);

// `bytes` 0: nothing is proposed.
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

Status measure_variant(const Emit& emit, const Variant& variant) {
  // Protobuf takes ten times as long.
  const std::uint64_t share = variant.wire ? 4 : 1;
  for (const std::uint64_t nodes : {3U, 5U}) {
    for (const std::uint64_t bytes : {16U, 1024U}) {
      const std::string tag = std::to_string(nodes) + "n-" + std::to_string(bytes) + "B-";
      RAFT_TRY(measure(emit, variant, tag + "window", nodes, bytes, kEntries / share, window));
      RAFT_TRY(measure(emit, variant, tag + "batch", nodes, bytes, kEntries / share, batch));
      RAFT_TRY(measure(emit, variant, tag + "single", nodes, bytes, kEntries / 4 / share, single));
    }
  }
  RAFT_TRY(measure(emit, variant, "5n-idle", 5, 0, kTicks / share, ticks));
  return measure(emit, variant, "5n-tickprop", 5, 16, kTicks / 4 / share, ticks);
}

}  // namespace

Status run_core(const Emit& emit) {
  for (const Variant& variant : kVariants) RAFT_TRY(measure_variant(emit, variant));
  return ok();
}

}  // namespace bench
