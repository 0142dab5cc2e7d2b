// Key-value servers on their databases, each transaction at once durable, messages handed over in
// memory. A unit is a put of 16 bytes that is committed, applied by all and answered.
#include <memory>
#include <optional>
#include <vector>

#include "app/bench/bench.h"
#include "kv/server.h"
#include "storage/node_store.h"

namespace bench {
namespace {

constexpr std::uint64_t kPuts = 20'000;
constexpr std::uint64_t kSinglePuts = 2'000;

// Servers n1, n2, … of which n1 leads.
class Servers {
 public:
  static Result<std::unique_ptr<Servers>> make(std::uint64_t nodes) {
    auto out = std::make_unique<Servers>();
    raft::ConfState members;
    for (std::uint64_t id = 1; id <= nodes; ++id) members.voters.push_back({id});
    for (const raft::NodeId id : members.voters) {
      auto node = std::make_unique<Node>();
      RAFT_TRY_ASSIGN(auto store, storage::NodeStore::create(node->disk, members, {}));
      raft::Config config;
      config.id = id;
      config.rng = raft::Rng(id.value);
      RAFT_TRY_ASSIGN(auto server, kv::Server::open({config, {}}, std::move(store), nullptr));
      node->server.emplace(std::move(server));
      out->nodes_.push_back(std::move(node));
    }
    RAFT_TRY(out->leader().raft().campaign());
    RAFT_TRY(out->run());
    if (out->leader().raft().role() != raft::Role::kLeader) {
      return Error{Code::kUnavailable, "n1 was not elected"};
    }
    return out;
  }

  kv::Server& leader() { return *nodes_.front()->server; }

  // Until nobody has anything to do.
  Status run() {
    for (bool busy = true; busy;) {
      busy = false;
      for (auto& node : nodes_) {
        RAFT_TRY_ASSIGN(const bool worked, drain(*node));
        busy = busy || worked;
      }
    }
    return ok();
  }

  // `count` puts, at most `window` of them without an answer.
  Status put(std::uint64_t count, std::uint64_t window) {
    std::uint64_t asked = 0;
    std::uint64_t answered = 0;
    while (answered < count) {
      for (; asked < count && asked - answered < window; ++asked) {
        kv::Command command;
        command.op = kv::Op::kPut;
        command.key = "k" + std::to_string(asked % 8);
        command.value = std::string(16, 'v');
        leader().request(asked + 1, {}, command);
      }
      RAFT_TRY(run());
      for (const kv::Answer& answer : leader().take_answers()) {
        if (answer.error != kv::ErrorKind::kNone) {
          return Error{Code::kUnavailable, "a put was refused"};
        }
        ++answered;
      }
    }
    // The last commit index reaches the followers with the next heartbeat.
    leader().raft().tick();
    RAFT_TRY(run());
    for (const auto& node : nodes_) {
      if (node->server->applied() == leader().applied()) continue;
      return Error{Code::kUnavailable, "a server has not applied all"};
    }
    return ok();
  }

 private:
  struct Node {
    storage::SimDisk disk;
    std::optional<kv::Server> server;
  };

  // One round of the node's Ready loop; false: it had nothing to do.
  Result<bool> drain(Node& node) {
    kv::Server& server = *node.server;
    if (server.halted() != nullptr) return Error{Code::kUnavailable, server.halted()};
    if (!server.has_work()) return false;
    RAFT_TRY_ASSIGN(kv::Round round, server.persist_ready());
    send(round.messages);
    if (round.wrote) {
      node.disk.complete_all();
      server.log_durable(round.number);
    }
    RAFT_TRY_ASSIGN(const auto applied, server.apply_committed());
    if (applied) node.disk.complete_all();
    for (kv::SyncedMessage& synced : server.take_synced_messages()) send(synced.message);
    return true;
  }

  void send(std::vector<raft::Message>& messages) {
    for (raft::Message& message : messages) send(message);
  }

  void send(raft::Message& message) {
    (void)nodes_[message.to.value - 1]->server->raft().step(std::move(message));
  }

  std::vector<std::unique_ptr<Node>> nodes_;
};

Status measure(const Emit& emit, std::uint64_t nodes, std::uint64_t puts, std::uint64_t window,
               std::string_view kind) {
  RAFT_TRY_ASSIGN(const std::unique_ptr<Servers> servers, Servers::make(nodes));
  RAFT_TRY(servers->put(500, window));
  const Stopwatch watch;
  RAFT_TRY(servers->put(puts, window));
  watch.emit(emit, "kv-" + std::to_string(nodes) + "n-16B-" + std::string(kind), puts);
  return ok();
}

}  // namespace

Status run_kv(const Emit& emit) {
  for (const std::uint64_t nodes : {3U, 5U}) {
    RAFT_TRY(measure(emit, nodes, kPuts, 64, "window"));
    RAFT_TRY(measure(emit, nodes, kSinglePuts, 1, "single"));
  }
  return ok();
}

}  // namespace bench
