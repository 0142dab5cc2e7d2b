// Bare cores that hand each other messages in memory, for benchmarks: each write is at once
// durable, on a storage in memory or in each node's database on its simulated disk.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/bench/bench.h"
#include "raft/memory_storage.h"
#include "raft/raw_node.h"
#include "storage/node_store.h"

namespace bench {

// How the cores send and store, and so under which name they are compared.
struct Variant {
  const char* peer;
  bool coalesce;          // one append per follower and Ready; else one per proposal
  bool wire;              // every message goes through its bytes
  bool database = false;  // what a Ready has to write is one transaction
};

// Cores n1, n2, … of which n1 leads.
class Cores {
 public:
  static Result<Cores> make(std::uint64_t nodes, const Variant& variant);

  raft::RawNode& leader() { return *nodes_.front()->core; }
  std::uint64_t applied_by_leader() const { return nodes_.front()->commands; }
  std::uint64_t sent() const { return sent_; }
  void tick();
  bool all_applied(std::uint64_t commands) const;
  // One Ready of each core that has one, then what was sent is delivered. False: nobody had any.
  Result<bool> round();
  Status quiesce();

 private:
  struct Node {
    raft::MemoryStorage memory;
    storage::SimDisk disk;
    std::unique_ptr<storage::NodeStore> database;  // null: all is in `memory`
    std::optional<raft::RawNode> core;
    std::vector<raft::Message> inbox;
    std::uint64_t commands = 0;  // applied ones
    std::uint64_t sum = 0;       // stands for what a state machine would do with them
  };

  explicit Cores(const Variant& variant) : variant_(variant) {}
  Status drain(Node& node);
  static Status write(Node& node, raft::Ready& ready);
  static Status compact(Node& node, raft::Index applied);
  Status send(std::vector<raft::Message>& messages);

  Variant variant_;
  std::vector<std::unique_ptr<Node>> nodes_;
  raft::Ready ready_;                     // what is being done; keeps its capacity, and so does
  std::vector<raft::Message> delivered_;  // what is being delivered, empty between rounds
  std::uint64_t sent_ = 0;
};

// What is done `count` times with commands of `bytes`.
using Work = Status (*)(Cores& cores, std::uint64_t bytes, std::uint64_t count);

// At most 64 commands that the leader has not applied, each proposed by its own call.
Status window(Cores& cores, std::uint64_t bytes, std::uint64_t count);
Status batch(Cores& cores, std::uint64_t bytes, std::uint64_t count);  // as many by one call as fit
Status single(Cores& cores, std::uint64_t bytes, std::uint64_t count);  // one at a time
Status ticks(Cores& cores, std::uint64_t bytes, std::uint64_t count);   // 0 bytes: no proposals

// Emits the figures of one case.
Status measure(const Emit& emit, const Variant& variant, const std::string& name,
               std::uint64_t nodes, std::uint64_t bytes, std::uint64_t count, Work work);

}  // namespace bench
