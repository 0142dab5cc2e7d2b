// Cores on their own, driven by hand: nodes with storage in memory, one list of messages in flight,
// queues of work for the storage threads. Nothing happens by itself.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/interact/format.h"
#include "app/interact/log_lines.h"
#include "app/interact/safety.h"
#include "raft/memory_storage.h"
#include "raft/raw_node.h"

namespace interact {

// What `add-nodes` can say of a node; kept, since `restart` opens the core with it again.
struct NodeOptions {
  raft::Config core;
  bool async_storage_writes = false;
  raft::Snapshot snapshot;  // index 0: an empty log without configuration
  bool bootstrap = false;   // a snapshot was given, in whole or in part
};

// Which messages in flight a command speaks of.
struct Recipient {
  raft::NodeId id;
  bool drop = false;
};

class Environment {
 public:
  Environment() = default;
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  // --- output of the command that runs
  void write(std::string_view text);
  void write_line(std::string_view text);
  void log(const LogLine& line);
  Level level() const { return level_; }
  void set_level(Level level) { level_ = level; }
  std::string take_output() { return std::exchange(output_, {}); }
  // What the function writes stands two blanks further in.
  template <class Function>
  auto indented(Function function) {
    std::string outer = take_output();
    auto result = function();
    indent_behind(std::move(outer));
    return result;
  }

  // --- commands; an Error's message is what the file shows
  Status add_nodes(std::uint64_t count, const NodeOptions& options);
  Status process_ready(raft::NodeId id);
  // False if there was no work.
  bool process_append(raft::NodeId id);
  bool process_apply(raft::NodeId id);
  // The number of messages delivered or dropped; `type` limits them to one kind.
  std::size_t deliver(const std::vector<Recipient>& recipients,
                      std::optional<raft::MessageType> type);
  // Only the nth of those for the node, from 1. False if there are fewer.
  bool deliver_nth(raft::NodeId id, std::uint64_t nth);
  void duplicate(raft::NodeId id);
  // Until nothing is left to do for these nodes (none: all that are up).
  Status stabilize(const std::vector<raft::NodeId>& ids);
  Status step_by_hand(raft::NodeId id, std::string_view message);
  Status send_snapshot(raft::NodeId from, raft::NodeId to);
  Status compact(raft::NodeId id, raft::Index index);
  void print_log(raft::NodeId id);
  void print_states();
  void print_status(raft::NodeId id);
  void crash(raft::NodeId id);
  Status restart(raft::NodeId id);
  void check_safety();
  // Takes note of what the nodes hold now, for check_safety().
  void observe_safety();

  // Errors: kNotFound if there is no such node, kUnavailable if it is down.
  Status find(raft::NodeId id) const;
  bool exists(raft::NodeId id) const { return id.value >= 1 && id.value <= nodes_.size(); }
  // REQUIRES: find(id).
  raft::RawNode& core(raft::NodeId id) { return *node(id).core; }

 private:
  // The storage of etcd's environment: the newest snapshot is the state machine's, at its applied
  // index, whatever storage itself holds.
  class Storage : public raft::MemoryStorage {
   public:
    Result<raft::SnapshotPtr> snapshot() const override;
    raft::SnapshotPtr newest;
  };
  class Logger : public raft::Observer {
   public:
    Logger(Environment* environment, raft::NodeId id) : environment_(environment), id_(id) {}
    void observe(const raft::Event& event) override;
    void step(const raft::Step& step) override;

   private:
    Environment* environment_;
    raft::NodeId id_;
  };
  struct Node {
    raft::NodeId id;
    NodeOptions options;
    std::unique_ptr<Storage> storage;
    std::unique_ptr<Logger> logger;
    std::optional<raft::RawNode> core;  // none: it is down
    std::deque<Envelope> append_work;
    std::deque<Envelope> apply_work;
  };

  Node& node(raft::NodeId id) { return nodes_[static_cast<std::size_t>(id.value - 1)]; }
  const Node& node(raft::NodeId id) const { return nodes_[static_cast<std::size_t>(id.value - 1)]; }
  void indent_behind(std::string outer);
  Status open(Node& node);
  Status write_storage(Node& node, const std::optional<raft::HardState>& hard_state,
                       const std::vector<raft::EntryPtr>& entries,
                       const raft::SnapshotPtr& snapshot);
  Status apply(Node& node, const std::vector<raft::EntryPtr>& entries);
  Status process_ready_async(Node& node, const raft::Ready& ready);
  Status process_ready_sync(Node& node, const raft::Ready& ready);
  // Hands the message to its node's core; the error's text is printed.
  void hand_over(const Envelope& envelope);
  Status step(Node& node, const Envelope& envelope);
  std::deque<Node> nodes_;  // node i at place i - 1
  std::vector<Envelope> in_flight_;
  Level level_ = Level::kDebug;
  std::string output_;
  SafetyBook safety_;
};

}  // namespace interact
