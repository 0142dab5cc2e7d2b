// Runs made by hand, fact by fact, for tests of the checks.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/check/checker_set.h"
#include "kv/command.h"

namespace check_test {

using check::Property;
using raft::EntryPtr;
using sim::FactKind;

inline EntryPtr entry(std::uint64_t index, std::uint64_t term, std::string data = "") {
  raft::Entry made;
  made.index = {index};
  made.term = {term};
  made.data = std::move(data);
  return std::make_shared<const raft::Entry>(std::move(made));
}

inline EntryPtr put(std::uint64_t index, std::uint64_t term, std::string key, std::string value,
                    std::uint64_t client = 0, std::uint64_t sequence = 0) {
  kv::Command command;
  command.key = std::move(key);
  command.value = std::move(value);
  command.client = client;
  command.sequence = sequence;
  return entry(index, term, kv::encode(command));
}

// Every step is one event. Each node's state is kept, so that facts say it as the simulator does.
class Story {
 public:
  struct Node {
    raft::Term term{};
    raft::Role role = raft::Role::kFollower;
    raft::NodeId vote{};
    raft::Index commit{}, applied{}, last{};
  };

  check::CheckerSet checkers;
  std::map<std::uint64_t, Node> nodes;
  std::vector<sim::Fact> facts;

  void tell(std::uint64_t node, FactKind kind, sim::Fact fact = {}) {
    const Node& state = nodes[node];
    if (!same_event) ++event_;
    fact.id = facts.size() + 1;
    fact.event = event_;
    fact.at = {event_ * 10};
    fact.node = {node};
    fact.kind = kind;
    fact.term = state.term;
    fact.role = state.role;
    fact.vote = state.vote;
    fact.commit = state.commit;
    fact.applied = state.applied;
    fact.last = state.last;
    facts.push_back(fact);
    checkers.on_fact(fact);
  }

  void term(std::uint64_t node, std::uint64_t t) {
    nodes[node].term = {t};
    nodes[node].vote = {};
    tell(node, FactKind::kTerm);
  }
  void role(std::uint64_t node, raft::Role r) {
    nodes[node].role = r;
    sim::Fact fact;
    fact.core.role = r;
    tell(node, FactKind::kRole, fact);
  }
  void lead(std::uint64_t node, std::uint64_t t) {
    term(node, t);
    role(node, raft::Role::kLeader);
  }
  void vote(std::uint64_t node, std::uint64_t candidate) {
    nodes[node].vote = {candidate};
    sim::Fact fact;
    fact.core.peer = {candidate};
    fact.core.granted = true;
    tell(node, FactKind::kVote, fact);
  }
  void append(std::uint64_t node, std::vector<EntryPtr> entries) {
    nodes[node].last = entries.back()->index;
    sim::Fact fact;
    fact.core.index = entries.front()->index;
    fact.core.other_index = entries.back()->index;
    fact.entries = std::move(entries);
    tell(node, FactKind::kAppend, fact);
  }
  void truncate(std::uint64_t node, std::uint64_t from) {
    nodes[node].last = {from - 1};
    sim::Fact fact;
    fact.core.index = {from};
    tell(node, FactKind::kTruncate, fact);
  }
  void durable(std::uint64_t node) {
    sim::Fact fact;
    fact.core.index = nodes[node].last;
    fact.durable_term = nodes[node].term;
    fact.durable_vote = nodes[node].vote;
    fact.durable_applied = nodes[node].applied;
    tell(node, FactKind::kDurable, fact);
  }
  void commit(std::uint64_t node, std::uint64_t index, std::vector<raft::NodeId> members = {}) {
    nodes[node].commit = {index};
    sim::Fact fact;
    fact.core.index = {index};
    fact.core.members = std::move(members);
    tell(node, FactKind::kCommit, fact);
  }
  void apply(std::uint64_t node, std::vector<EntryPtr> entries) {
    nodes[node].applied = entries.back()->index;
    sim::Fact fact;
    fact.entries = std::move(entries);
    tell(node, FactKind::kApply, fact);
  }
  void reply(std::uint64_t node, raft::MessageType type, std::uint64_t to, std::uint64_t index) {
    raft::Message message;
    message.type = type;
    message.from = {node};
    message.to = {to};
    message.term = nodes[node].term;
    message.index = {index};
    sim::Fact fact;
    fact.message_type = raft::scenario_name(type);
    fact.from = {{node}, 0};
    fact.to = {{to}, 0};
    fact.content = std::make_shared<const raft::Message>(message);
    tell(node, FactKind::kSend, fact);
  }
  void acknowledge(std::uint64_t node, std::uint64_t to, std::uint64_t index) {
    reply(node, raft::MessageType::kAppendReply, to, index);
  }
  void grant(std::uint64_t node, std::uint64_t to) {
    reply(node, raft::MessageType::kVoteReply, to, 0);
  }
  void count_own_vote(std::uint64_t node) {
    sim::Fact fact;
    fact.has_core = true;
    fact.core.kind = raft::EventKind::kVoteCounted;
    fact.core.peer = {node};
    fact.core.granted = true;
    tell(node, FactKind::kNote, fact);
  }
  void crash(std::uint64_t node, std::string text = "") {
    sim::Fact fact;
    fact.text = std::move(text);
    tell(node, FactKind::kCrash, fact);
  }
  void restart(std::uint64_t node, Node state, std::vector<EntryPtr> entries = {}) {
    nodes[node] = state;
    nodes[node].role = raft::Role::kFollower;
    nodes[node].last = entries.empty() ? raft::Index{} : entries.back()->index;
    sim::Fact fact;
    fact.entries = std::move(entries);
    tell(node, FactKind::kRestart, fact);
  }
  void request(std::uint64_t id, std::uint64_t client, std::string text) {
    sim::Fact fact;
    fact.client = client;
    fact.message = id;
    fact.text = std::move(text);
    tell(0, FactKind::kRequest, fact);
  }
  void client_message(FactKind kind, sim::Endpoint from, sim::Endpoint to) {
    sim::Fact fact;
    fact.from = from;
    fact.to = to;
    tell(kind == FactKind::kSend ? from.node.value : to.node.value, kind, fact);
  }
  // Ends the event: `node` is seen with these rows, or leads with these match indexes.
  sim::ClusterView view_of(std::uint64_t node, const kv::Rows& rows) const {
    sim::ClusterView view;
    view.position.events = event_;
    sim::NodeView seen;
    seen.id = {node};
    const auto state = nodes.at(node);
    seen.term = state.term;
    seen.applied = state.applied;
    seen.rows = &rows;
    seen.role =
        state.role == raft::Role::kLeader ? sim::RoleName::kLeader : sim::RoleName::kFollower;
    view.nodes.push_back(seen);
    return view;
  }

  std::vector<std::string> broken() const {
    std::vector<std::string> names;
    for (const auto& violation : checkers.violations()) {
      names.emplace_back(check::property_name(violation.property));
    }
    return names;
  }

  bool same_event = false;  // what follows happens in the event of what came last

 private:
  std::uint64_t event_ = 0;
};

}  // namespace check_test
