// Bare cores under whatever order of events a test makes up: loss, duplication, reordering, disks
// that are slow, crashes that lose what is not durable, membership changes, compaction. After each
// event the safety properties are checked (paper figure 3) against a book of all that was ever
// committed. Everything is a value but the cores, which clone().
#pragma once

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "raft/memory_storage.h"
#include "raft/raw_node.h"

namespace raft::test {

class RandomCluster {
 public:
  struct Options {
    std::uint64_t voters = 3;  // n1, n2, …; further nodes are there and wait to be added
    std::uint64_t nodes = 5;
    bool pre_vote = false;
    bool check_quorum = false;
    bool coalesce = true;
    bool small_limits = false;  // of messages, windows and what is handed out
    MistakeSet mistakes{};
  };

  explicit RandomCluster(const Options& options) : options_(options) {
    std::vector<NodeId> voters;
    for (std::uint64_t id = 1; id <= options.voters; ++id) voters.push_back({id});
    for (std::uint64_t id = 1; id <= options.nodes; ++id) {
      auto node = std::make_unique<Node>();
      node->id = {id};
      node->storage = MemoryStorage::with_voters(voters);
      node->config.voters = voters;
      nodes_.push_back(std::move(node));
      start(*nodes_.back());
    }
  }
  // The same state; goes the same way from here on.
  RandomCluster clone() const {
    RandomCluster copy(*this, CloneTag{});
    return copy;
  }

  // Does what the number says, whatever it is. Numbers that can do nothing do nothing.
  void act(std::uint32_t number) {
    const std::uint32_t kind = number % 100;
    const std::uint32_t which = number / 100;
    Node& node = *nodes_[which % nodes_.size()];
    if (kind < 42) {
      // Mostly in about the order in which they were sent.
      const std::uint32_t ahead = which % 10 == 0 ? 300 : 4;
      for (std::uint32_t i = 0; i < 3; ++i) deliver(which / 10 % ahead);
    } else if (kind < 68) {
      for (std::uint32_t i = 0; i <= which / 7 % 4; ++i) sync(node);
    } else if (kind < 80) {
      for (std::uint32_t i = 0; node.core && i <= which / 7 % 3; ++i) node.core->tick();
    } else if (kind < 86) {
      if (node.core) (void)node.core->propose("p" + std::to_string(number));
    } else if (kind < 88) {
      drop(which);
    } else if (kind < 90) {
      if (!messages_.empty()) messages_.push_back(messages_[which % messages_.size()]);
    } else if (kind < 91) {
      crash(node);
    } else if (kind < 94) {
      if (!node.core) start(node);
    } else if (kind < 95) {
      if (node.core) (void)node.core->campaign();
    } else if (kind < 97) {
      change_members(node, which / static_cast<std::uint32_t>(nodes_.size()));
    } else if (kind < 98) {
      compact(node);
    } else if (kind < 99) {
      if (node.core) (void)node.core->transfer_leader({1 + which / 7 % nodes_.size()});
    } else {
      for (std::uint64_t id = 1; node.core && id <= nodes_.size(); ++id) {
        node.core->report_unreachable({id});
        node.core->report_snapshot({id}, which / 7 % 2 == 0);
      }
    }
    if (node.core) work(node);
    check();
  }
  // Hands a message to a node as if it had come from the network.
  Status step(std::uint64_t to, const Message& message) {
    Node& node = *nodes_[(to - 1) % nodes_.size()];
    if (!node.core) return ok();
    Status status = node.core->step(message);
    work(node);
    return status;
  }
  // The node crashes, its disk has lost the last `count` entries of the log, and it starts again,
  // if it can: what no correct disk does.
  void lose_entries(std::uint64_t id, std::uint64_t count) {
    Node& node = *nodes_[id - 1];
    crash(node);
    const EntryList log = node.storage.log();
    const std::uint64_t kept = log.size() - std::min(count, log.size());
    // Storage replaces what is behind an appended entry.
    if (kept > 0) (void)node.storage.append({log.at({log.first_index().value + kept - 1})});
    start(node);
  }
  // Everybody runs and is heard for this many ticks.
  void calm(std::uint64_t ticks) {
    for (std::uint64_t tick = 0; tick < ticks; ++tick) {
      for (const auto& node : nodes_) {
        if (!node->core) start(*node);
        node->core->tick();
        // Who sends a snapshot finds out in the end that it was lost, and makes another: the one it
        // has may be from before the receiver was a member.
        for (std::uint64_t id = 1; tick % 16 == 0 && id <= nodes_.size(); ++id) {
          node->core->report_snapshot({id}, false);
          (void)node->storage.create_snapshot(node->applied, node->config,
                                              std::to_string(node->digest));
        }
        work(*node);
        while (!node->writes.empty()) sync(*node);
      }
      for (std::size_t budget = 500; budget > 0 && !messages_.empty(); --budget) {
        deliver(0);
        for (const auto& node : nodes_) {
          while (!node->writes.empty()) sync(*node);
        }
      }
      check();
    }
  }

  // What does not hold; empty: all does.
  const std::string& violation() const { return violation_; }
  const RawNode* core(std::uint64_t id) const {
    return nodes_[id - 1]->core ? &*nodes_[id - 1]->core : nullptr;
  }
  RawNode* leader() {
    RawNode* found = nullptr;
    for (const auto& node : nodes_) {
      if (!node->core || node->core->role() != Role::kLeader) continue;
      if (found == nullptr || node->core->term() > found->term()) found = &*node->core;
    }
    return found;
  }
  std::uint64_t nodes() const { return nodes_.size(); }
  Index applied(std::uint64_t id) const { return nodes_[id - 1]->applied; }
  std::size_t committed() const { return book_.size(); }
  const std::vector<Message>& messages() const { return messages_; }
  // Nodes that refused to go on.
  std::uint64_t halted() const {
    return static_cast<std::uint64_t>(std::count_if(
        nodes_.begin(), nodes_.end(),
        [](const auto& node) { return node->core && node->core->status().halted != nullptr; }));
  }
  // What one sees of a node, as text, to compare two runs.
  std::string describe(std::uint64_t id) const {
    const Node& node = *nodes_[id - 1];
    if (!node.core) return "down";
    const NodeStatus status = node.core->status();
    std::string text =
        number(status.hard_state.term) + "/" + number(status.hard_state.vote) + "/" +
        number(status.hard_state.commit) + " " + number(status.soft_state.leader) + " " +
        std::to_string(static_cast<int>(status.soft_state.role)) + " " + number(status.applied) +
        " " + number(status.durable) + " " + std::to_string(status.timer.elapsed) + "/" +
        std::to_string(status.timer.limit) + " " + std::to_string(node.core->rng_state());
    for (const auto& [peer, progress] : status.progress) {
      text += " " + number(peer) + ":" + number(progress.match) + "," + number(progress.next) +
              "," + std::to_string(static_cast<int>(progress.state));
    }
    for (Index i = node.core->first_index(); i <= node.core->last_index(); i = next_index(i)) {
      text += " " + number(node.core->entry(i)->term) + node.core->entry(i)->data;
    }
    return text;
  }

 private:
  struct Node {
    NodeId id;
    MemoryStorage storage;        // durable, and so are the three below
    Index applied;                // of the state machine
    std::uint64_t digest = 0;     // of all that it has applied
    ConfState config;             // as of `applied`
    std::optional<RawNode> core;  // none: down
    std::deque<Ready> writes;     // not durable yet, oldest first
    Term term;                    // as last seen, in this life
    Index commit;
  };
  struct Committed {
    EntryPtr entry;
    Term by;                   // of the node that was first seen to know
    std::uint64_t digest = 0;  // of this and all before
  };
  struct CloneTag {};

  RandomCluster(const RandomCluster& other, CloneTag)
      : options_(other.options_),
        messages_(other.messages_),
        book_(other.book_),
        leaders_(other.leaders_),
        violation_(other.violation_),
        lives_(other.lives_) {
    for (const auto& from : other.nodes_) {
      auto node = std::make_unique<Node>();
      node->id = from->id;
      node->storage = from->storage;
      node->applied = from->applied;
      node->digest = from->digest;
      node->config = from->config;
      node->writes = from->writes;
      node->term = from->term;
      node->commit = from->commit;
      if (from->core) node->core.emplace(from->core->clone(node->storage, nullptr));
      nodes_.push_back(std::move(node));
    }
  }

  template <class Number>
  static std::string number(Number strong) {
    return std::to_string(strong.value);
  }
  static std::uint64_t mixed(std::uint64_t digest, const Entry& entry) {
    Rng rng(digest, entry.term.value, entry.index.value);
    std::uint64_t sum = rng.next();
    for (const char c : entry.data) sum = Rng(sum, static_cast<unsigned char>(c)).next();
    return sum;
  }

  void violated(const std::string& what) {
    if (violation_.empty()) violation_ = what;
  }

  void start(Node& node) {
    Config config;
    config.id = node.id;
    config.applied = node.applied;
    config.pre_vote = options_.pre_vote;
    config.check_quorum = options_.check_quorum;
    config.coalesce_appends = options_.coalesce;
    config.mistakes = options_.mistakes;
    if (options_.small_limits) {
      config.max_size_per_message = 40;
      config.max_inflight_messages = 2;
      config.max_committed_size_per_ready = 40;
    }
    config.rng = Rng(1, node.id.value, ++lives_);
    node.storage.set_config(node.config);
    Result<RawNode> core = RawNode::create(config, node.storage, nullptr);
    if (!core) return violated("n" + number(node.id) + " does not start: " + core.error().message);
    node.core.emplace(*std::move(core));
    node.term = node.core->term();
    node.commit = node.core->commit();
  }

  void crash(Node& node) {
    node.core.reset();
    node.writes.clear();
  }

  void deliver(std::uint32_t which) {
    if (messages_.empty()) return;
    const auto at = messages_.begin() + static_cast<std::ptrdiff_t>(which % messages_.size());
    const Message message = std::move(*at);
    messages_.erase(at);
    Node& to = *nodes_[message.to.value - 1];
    if (!to.core) return;
    const Status status = to.core->step(message);
    if (!status && status.error().code == Code::kInvalidArgument) {
      violated("a message of a correct node is refused: " + status.error().message);
    }
    work(to);
  }

  void drop(std::uint32_t which) {
    if (messages_.empty()) return;
    messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(which % messages_.size()));
  }

  // Takes what there is to do; the write waits for sync().
  void work(Node& node) {
    while (node.core && node.core->has_ready()) {
      Ready ready = node.core->ready();
      send(ready.messages);
      for (const EntryPtr& entry : ready.committed_entries) apply(node, *entry);
      if (!ready.committed_entries.empty()) node.core->applied(node.applied);
      ready.committed_entries.clear();
      node.writes.push_back(std::move(ready));
    }
  }

  void sync(Node& node) {
    if (node.writes.empty()) return;
    Ready ready = std::move(node.writes.front());
    node.writes.pop_front();
    if (ready.snapshot != nullptr) {
      if (!node.storage.apply_snapshot(ready.snapshot)) violated("a snapshot cannot be installed");
      node.applied = ready.snapshot->index;
      node.config = ready.snapshot->config;
      node.digest = std::strtoull(ready.snapshot->data.c_str(), nullptr, 10);
      const auto known = book_.find(node.applied.value);
      if (known != book_.end() && known->second.digest != node.digest) {
        violated("state machine safety: a snapshot differs from what was committed");
      }
    }
    if (!node.storage.append(ready.entries)) violated("a write leaves a gap in the log");
    if (ready.hard_state) node.storage.set_hard_state(*ready.hard_state);
    send(ready.messages_after_sync);
    node.core->persisted(ready.id);
    work(node);
  }

  void send(std::vector<Message>& messages) {
    for (Message& message : messages) {
      if (message.to.value == 0 || message.to.value > nodes_.size()) continue;
      if (messages_.size() < 300) messages_.push_back(std::move(message));
    }
  }

  void apply(Node& node, const Entry& entry) {
    if (entry.index != next_index(node.applied)) {
      violated("n" + number(node.id) + " applies entry " + number(entry.index) + " behind entry " +
               number(node.applied));
    }
    node.applied = entry.index;
    node.digest = mixed(node.digest, entry);
    note_committed(node, entry.index);
    const auto known = book_.find(entry.index.value);
    if (known != book_.end() && *known->second.entry != entry) {
      violated("state machine safety: two nodes apply different entries at " + number(entry.index));
    }
    if (entry.type == EntryType::kNormal) return;
    const Result<ConfChange> change = decode_conf_change(entry.type, entry.data);
    if (!change) return violated("a committed membership change cannot be read");
    if (Result<ConfState> config = node.core->apply_conf_change(*change)) {
      node.config = *std::move(config);
      node.storage.set_config(node.config);
    }
  }

  void change_members(Node& node, std::uint32_t which) {
    if (!node.core || node.core->role() != Role::kLeader) return;
    ConfChange change;
    change.transition = static_cast<ConfTransition>(which % 3);
    const std::uint32_t count = which / 3 % 3;  // 0: leave the joint phase
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t draw = which / 9 + i * 7;
      const ConfChangeType types[] = {ConfChangeType::kAddNode, ConfChangeType::kAddNode,
                                      ConfChangeType::kRemoveNode, ConfChangeType::kAddLearner};
      change.changes.push_back({types[draw / nodes_.size() % 4], {1 + draw % nodes_.size()}});
    }
    (void)node.core->propose_conf_change(change);
  }

  void compact(Node& node) {
    if (!node.core || node.applied < node.storage.first_index()) return;
    if (!node.storage.create_snapshot(node.applied, node.config, std::to_string(node.digest))) {
      return;
    }
    (void)node.storage.compact(node.applied);
  }

  // Takes note of what the node knows to be committed, up to `end`.
  void note_committed(const Node& node, Index end) {
    for (Index i{book_.size() + 1}; i <= end; i = next_index(i)) {
      if (i < node.core->first_index()) return;
      const EntryPtr entry = node.core->entry(i);
      const std::uint64_t before = book_.empty() ? 0 : book_.rbegin()->second.digest;
      book_[i.value] = {entry, node.core->term(), mixed(before, *entry)};
    }
  }

  void check() {
    if (!violation_.empty()) return;
    for (const auto& node : nodes_) {
      if (node->core) check_node(*node);
    }
    check_log_matching();
  }

  void check_node(Node& node) {
    const RawNode& core = *node.core;
    const std::string name = "n" + number(node.id);
    const NodeStatus status = core.status();
    if (status.halted != nullptr) return violated(name + " halts: " + status.halted);
    if (core.term() < node.term) violated(name + ": the term falls");
    if (core.commit() < node.commit) violated(name + ": the commit index falls");
    if (status.applied > core.commit()) violated(name + ": more is applied than committed");
    node.term = core.term();
    node.commit = core.commit();
    note_committed(node, core.commit());
    for (const auto& [peer, progress] : status.progress) {
      if (progress.next <= progress.match) {
        violated(name + ": next <= match of n" + number(peer));
      }
    }
    if (core.role() != Role::kLeader) return;
    const auto [leader, is_new] = leaders_.try_emplace(core.term().value, node.id);
    if (leader->second != node.id) {
      violated("election safety: n" + number(leader->second) + " and " + name + " lead term " +
               number(core.term()));
    }
    if (!is_new) return;
    for (const auto& [index, committed] : book_) {
      if (committed.by >= core.term() || Index{index} < core.first_index()) continue;
      if (Index{index} > core.last_index() || *core.entry({index}) != *committed.entry) {
        return violated("leader completeness: " + name + " leads term " + number(core.term()) +
                        " without entry " + std::to_string(index));
      }
    }
  }

  // If two logs have an entry of the same index and term, all before it are the same.
  void check_log_matching() {
    for (const auto& a : nodes_) {
      for (const auto& b : nodes_) {
        if (a->id >= b->id || !a->core || !b->core) continue;
        const Index first = std::max(a->core->first_index(), b->core->first_index());
        bool matched = false;
        for (Index i = std::min(a->core->last_index(), b->core->last_index()); i >= first;
             i = previous_index(i)) {
          const EntryPtr mine = a->core->entry(i);
          const EntryPtr theirs = b->core->entry(i);
          if (mine == theirs || *mine == *theirs) {
            matched = true;
          } else if (matched || mine->term == theirs->term) {
            return violated("log matching: entry " + number(i) + " of n" + number(a->id) +
                            " and n" + number(b->id));
          }
        }
      }
    }
  }

  Options options_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<Message> messages_;
  std::map<std::uint64_t, Committed> book_;  // entries 1, 2, … that were ever committed
  std::map<std::uint64_t, NodeId> leaders_;  // by term
  std::string violation_;
  std::uint64_t lives_ = 0;
};

}  // namespace raft::test
