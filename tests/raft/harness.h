// Cores on their own and in a small network without delays, for tests of single rules. After each
// step a core's writes are made durable at once and its answers to itself are handed back, so that
// tests written for cores that count themselves immediately (TinyKV's) read the same here.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "raft/memory_storage.h"
#include "raft/raft.h"
#include "raft/raw_node.h"

namespace raft::test {

inline EntryPtr make_entry(std::uint64_t term, std::uint64_t index, std::string data = "") {
  return std::make_shared<const Entry>(Entry{{term}, {index}, EntryType::kNormal, std::move(data)});
}

// Entries 1, 2, ... of these terms.
inline std::vector<EntryPtr> make_log(const std::vector<std::uint64_t>& terms) {
  std::vector<EntryPtr> entries;
  for (const std::uint64_t term : terms) entries.push_back(make_entry(term, entries.size() + 1));
  return entries;
}

inline std::vector<NodeId> ids(std::uint64_t count) {
  std::vector<NodeId> nodes;
  for (std::uint64_t id = 1; id <= count; ++id) nodes.push_back({id});
  return nodes;
}

inline RawNode make_node(std::uint64_t id, const MemoryStorage& storage,
                         Observer* observer = nullptr, Config config = {}) {
  config.id = {id};
  config.rng = Rng(1, 2, id);
  Result<RawNode> node = RawNode::create(config, storage, observer);
  if (!node) {
    ADD_FAILURE() << node.error().message;
    std::abort();
  }
  return *std::move(node);
}

// Does the write of a Ready, at once.
inline void write(MemoryStorage& storage, const Ready& ready) {
  if (ready.snapshot != nullptr) {
    EXPECT_TRUE(storage.apply_snapshot(ready.snapshot));
  }
  EXPECT_TRUE(storage.append(ready.entries));
  if (ready.hard_state) storage.set_hard_state(*ready.hard_state);
}

class Recorder : public Observer {
 public:
  void observe(const Event& event) override { events.push_back(event); }
  const Event* last(EventKind kind) const {
    for (auto it = events.rbegin(); it != events.rend(); ++it) {
      if (it->kind == kind) return &*it;
    }
    return nullptr;
  }
  std::size_t count(EventKind kind) const {
    return static_cast<std::size_t>(std::count_if(
        events.begin(), events.end(), [kind](const Event& e) { return e.kind == kind; }));
  }
  std::vector<Event> events;
};

struct CoreOptions {
  std::vector<NodeId> voters{};
  std::vector<std::uint64_t> log{};  // terms of the stored entries
  HardState hard_state{};            // its term is raised to that of the last entry
  std::uint64_t election_tick = 10;
  std::uint64_t heartbeat_tick = 1;
  std::uint64_t seed = 1;
  std::function<void(Config&)> more{};
};

// One core over a memory storage. Everything is durable at once, nothing is applied by itself.
class Core {
 public:
  Core(std::uint64_t id, const CoreOptions& options)
      : storage_(std::make_unique<MemoryStorage>(MemoryStorage::with_voters(options.voters))),
        recorder_(std::make_unique<Recorder>()) {
    const std::vector<EntryPtr> entries = make_log(options.log);
    EXPECT_TRUE(storage_->append(entries));
    HardState hard_state = options.hard_state;
    if (!entries.empty()) hard_state.term = std::max(hard_state.term, entries.back()->term);
    storage_->set_hard_state(hard_state);
    open(id, options);
  }
  Core(std::uint64_t id, const CoreOptions& options, const MemoryStorage& storage)
      : storage_(std::make_unique<MemoryStorage>(storage)),
        recorder_(std::make_unique<Recorder>()) {
    open(id, options);
  }

  Raft& raft() { return *raft_; }
  const Raft& raft() const { return *raft_; }
  Raft* operator->() { return raft_.get(); }
  const Raft* operator->() const { return raft_.get(); }
  MemoryStorage& storage() { return *storage_; }
  Recorder& recorder() { return *recorder_; }

  Status step(Message message) {
    if (message.to == kNoNode) message.to = raft_->config().id;
    Status status = raft_->step(message);
    settle();
    return status;
  }
  void tick() {
    raft_->tick();
    settle();
  }
  Status campaign() {
    Status status = raft_->campaign();
    settle();
    return status;
  }
  Status propose(std::string data) {
    Status status = raft_->propose(EntryType::kNormal, std::move(data));
    settle();
    return status;
  }

  // Follower, candidate or leader of `term`, with its writes done and no messages left.
  void make_follower(std::uint64_t term, std::uint64_t leader) {
    raft_->become_follower({term}, {leader}, Reason::kNone, kNoNode);
    settle();
    take_messages();
  }
  void make_candidate() {
    raft_->become_candidate(Reason::kAskedToCampaign);
    settle();
    take_messages();
  }
  void make_leader() {
    if (raft_->role() != Role::kCandidate) raft_->become_candidate(Reason::kAskedToCampaign);
    raft_->become_leader();
    settle();
    take_messages();
  }

  // What it has sent since the last call, answers behind requests.
  std::vector<Message> take_messages() {
    settle();
    return std::exchange(outbox_, {});
  }
  // Entries handed out as committed since the last call.
  std::vector<EntryPtr> take_committed() {
    settle();
    return std::exchange(committed_, {});
  }
  // Answers to read_index() since the last call.
  std::vector<ReadState> take_reads() {
    settle();
    return std::exchange(reads_, {});
  }
  // Entries that were handed out to be written since the last call.
  std::vector<EntryPtr> take_written() {
    settle();
    return std::exchange(written_, {});
  }

  std::vector<std::uint64_t> log_terms() const {
    std::vector<std::uint64_t> terms;
    for (Index i = raft_->log().first_index(); i <= raft_->log().last_index(); i = next_index(i)) {
      terms.push_back(raft_->log().entry(i)->term.value);
    }
    return terms;
  }
  std::vector<std::string> log_data() const {
    std::vector<std::string> data;
    for (Index i = raft_->log().first_index(); i <= raft_->log().last_index(); i = next_index(i)) {
      data.push_back(raft_->log().entry(i)->data);
    }
    return data;
  }
  std::uint64_t committed() const { return raft_->log().committed().value; }
  std::uint64_t last_index() const { return raft_->log().last_index().value; }

  // Writes, reports and collects until nothing is left to do.
  void settle() {
    while (raft_->has_ready()) {
      Ready ready = raft_->ready();
      if (ready.snapshot != nullptr) {
        EXPECT_TRUE(storage_->apply_snapshot(ready.snapshot));
      }
      EXPECT_TRUE(storage_->append(ready.entries));
      if (ready.hard_state) storage_->set_hard_state(*ready.hard_state);
      written_.insert(written_.end(), ready.entries.begin(), ready.entries.end());
      for (Message& message : ready.messages) outbox_.push_back(std::move(message));
      for (Message& message : ready.messages_after_sync) outbox_.push_back(std::move(message));
      committed_.insert(committed_.end(), ready.committed_entries.begin(),
                        ready.committed_entries.end());
      reads_.insert(reads_.end(), ready.read_states.begin(), ready.read_states.end());
      raft_->persisted(ready.id);
      for (const EntryPtr& entry : ready.committed_entries) apply(*entry);
      if (!ready.committed_entries.empty()) raft_->applied(ready.committed_entries.back()->index);
    }
  }

 private:
  // Membership changes take effect; storage learns the configuration with them.
  void apply(const Entry& entry) {
    if (entry.type == EntryType::kNormal) return;
    const Result<ConfChange> change = decode_conf_change(entry.type, entry.data);
    ASSERT_TRUE(change);
    const Result<ConfState> config = raft_->apply_conf_change(*change);
    if (config) storage_->set_config(*config);
  }

  void open(std::uint64_t id, const CoreOptions& options) {
    Config config;
    config.id = {id};
    config.election_tick = options.election_tick;
    config.heartbeat_tick = options.heartbeat_tick;
    config.rng = Rng(options.seed, 7, id);
    if (options.more) options.more(config);
    const Result<InitialState> stored = storage_->initial_state();
    Result<RaftLog> log =
        RaftLog::load(*storage_, stored->hard_state, config.applied, stored->lost_end);
    if (!log) {
      ADD_FAILURE() << log.error().message;
      std::abort();
    }
    raft_ = std::make_unique<Raft>(config, *std::move(log), stored->config, stored->hard_state,
                                   recorder_.get());
  }

  std::unique_ptr<MemoryStorage> storage_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<Raft> raft_;
  std::vector<Message> outbox_;
  std::vector<EntryPtr> committed_;
  std::vector<EntryPtr> written_;
  std::vector<ReadState> reads_;
};

// Cores 1..n that hear each other at once. A null core is a dead node: it swallows all.
class Network {
 public:
  // All cores are alike and start with an empty log.
  explicit Network(std::uint64_t count, std::function<void(Config&)> more = {}) {
    for (const NodeId id : ids(count)) add(id.value, more, count);
  }
  // Takes these cores over; nullptr: dead.
  explicit Network(std::vector<std::unique_ptr<Core>> cores) {
    std::uint64_t id = 0;
    for (std::unique_ptr<Core>& core : cores) cores_[++id] = std::move(core);
  }

  Core& operator[](std::uint64_t id) { return *cores_.at(id); }
  bool alive(std::uint64_t id) const { return cores_.at(id) != nullptr; }

  Status campaign(std::uint64_t id) {
    Status status = cores_.at(id)->campaign();
    deliver();
    return status;
  }
  Status propose(std::uint64_t id, std::string data) {
    Status status = cores_.at(id)->propose(std::move(data));
    deliver();
    return status;
  }
  // The lab's MsgBeat: with a heartbeat each tick a tick is one.
  void beat(std::uint64_t id) {
    cores_.at(id)->tick();
    deliver();
  }
  Status step(std::uint64_t to, Message message) {
    Status status = cores_.at(to)->step(std::move(message));
    deliver();
    return status;
  }

  // Hands over messages until nothing is left.
  void deliver() {
    bool more = true;
    while (more) {
      more = false;
      for (auto& [id, core] : cores_) {
        if (core == nullptr) continue;
        for (Message& message : core->take_messages()) {
          more = true;
          if (is_lost(message)) continue;
          const auto target = cores_.find(message.to.value);
          if (target == cores_.end() || target->second == nullptr) continue;
          const Status status = target->second->step(std::move(message));
          // A node that was removed may still be heard, and is not listened to.
          if (!status) {
            EXPECT_EQ(status.error().code, Code::kNotFound) << status.error().message;
          }
        }
      }
    }
  }

  void cut(std::uint64_t a, std::uint64_t b) {
    cuts_.emplace_back(a, b);
    cuts_.emplace_back(b, a);
  }
  void isolate(std::uint64_t id) {
    for (const auto& [other, core] : cores_) {
      if (other != id) cut(id, other);
    }
  }
  void ignore(MessageType type) { ignored_.push_back(type); }
  void recover() {
    cuts_.clear();
    ignored_.clear();
  }

 private:
  void add(std::uint64_t id, std::function<void(Config&)> more, std::uint64_t count) {
    cores_[id] = std::make_unique<Core>(
        id, CoreOptions{.voters = ids(count), .seed = id, .more = std::move(more)});
  }
  bool is_lost(const Message& message) const {
    if (std::find(ignored_.begin(), ignored_.end(), message.type) != ignored_.end()) return true;
    const std::pair<std::uint64_t, std::uint64_t> link{message.from.value, message.to.value};
    return std::find(cuts_.begin(), cuts_.end(), link) != cuts_.end();
  }

  std::map<std::uint64_t, std::unique_ptr<Core>> cores_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> cuts_;
  std::vector<MessageType> ignored_;
};

// n1, the leader of term 2, sends n2 the state at entry 11 and, right behind it, entry 12.
inline SnapshotPtr send_snapshot_and_entry(Core& core, Index commit = {}) {
  ConfState config;
  config.voters = ids(3);
  const auto snapshot = std::make_shared<const Snapshot>(Snapshot{{11}, {2}, config, "state"});
  EXPECT_TRUE(
      core->step({.type = MessageType::kSnapshot, .from = {1}, .term = {2}, .snapshot = snapshot}));
  EXPECT_TRUE(core->step({.type = MessageType::kAppend,
                          .from = {1},
                          .term = {2},
                          .log_term = {2},
                          .index = {11},
                          .commit = commit,
                          .entries = {make_entry(2, 12)}}));
  return snapshot;
}

}  // namespace raft::test
