#include "app/check/model.h"

#include <algorithm>
#include <utility>

namespace check {

Source source_of(const sim::Fact& fact) { return {fact.id, fact.node, fact.at}; }

FactNote note_of(const Source& source, std::string text) {
  return {source.fact, source.node, source.at, std::move(text)};
}

std::string name(NodeId node) { return "n" + std::to_string(node.value); }

std::string entry_name(Index index, Term term) {
  return "entry " + std::to_string(index.value) + " (term " + std::to_string(term.value) + ")";
}

bool same_entry(const raft::EntryPtr& a, const raft::EntryPtr& b) {
  if (a == b) return true;  // logs of one process share their entries
  return a->term == b->term && a->type == b->type && a->data == b->data;
}

// ---------------------------------------------------------------- NodeLog

Term NodeLog::term_at(Index index) const {
  if (index == base_) return base_term_;
  return has(index) ? at(index)->term : Term{};
}

bool NodeLog::holds(Index index, Term term) const {
  return index < base_ || (index <= last() && term_at(index) == term);
}

void NodeLog::append(raft::EntryPtr entry, Source source) {
  cells_.push_back({std::move(entry), source});
}

void NodeLog::truncate_from(Index first) {
  if (first > last()) return;
  if (first <= base_) return cells_.clear();
  cells_.truncate(place(first));
}

void NodeLog::reset(Index base, Term base_term) {
  cells_.clear();
  base_ = base;
  base_term_ = base_term;
}

// ---------------------------------------------------------------- Model

bool tells_state(const sim::Fact& fact) {
  if (fact.node == raft::kNoNode) return false;
  switch (fact.kind) {
    case sim::FactKind::kCrash:  // a halted node has no state any more
    case sim::FactKind::kHalt:
    case sim::FactKind::kDrop:
    case sim::FactKind::kDuplicate:  // the network's doing, whatever the sender is by now
    case sim::FactKind::kCommand:
    case sim::FactKind::kRequest:
      return false;
    case sim::FactKind::kStart:
    case sim::FactKind::kRestart:
    case sim::FactKind::kPause:
    case sim::FactKind::kResume:
    case sim::FactKind::kTerm:
    case sim::FactKind::kRole:
    case sim::FactKind::kVote:
    case sim::FactKind::kAppend:
    case sim::FactKind::kApply:
    case sim::FactKind::kTruncate:
    case sim::FactKind::kCommit:
    case sim::FactKind::kDurable:
    case sim::FactKind::kSnapshot:
    case sim::FactKind::kSend:
    case sim::FactKind::kReceive:
    case sim::FactKind::kConfig:
    case sim::FactKind::kNote:
      return true;
  }
  return false;
}

const NodeModel* Model::find(NodeId node) const {
  const auto found = nodes_.find(node);
  return found == nodes_.end() ? nullptr : &found->second;
}

const NodeModel& Model::node(NodeId id) const {
  static const NodeModel kFresh;
  const NodeModel* known = find(id);
  return known != nullptr ? *known : kFresh;
}

namespace {

void append_all(NodeLog& log, const std::vector<raft::EntryPtr>& entries, Source source) {
  for (const raft::EntryPtr& entry : entries) {
    // A log that the model has not followed from its start begins where it is first seen.
    if (log.last().value == 0 && entry->index.value > 1) {
      log.reset(raft::previous_index(entry->index), {});
    }
    if (entry->index > raft::next_index(log.last())) return;
    log.truncate_from(entry->index);
    if (entry->index > log.last()) log.append(entry, source);
  }
}

// The entries of `log` up to `upto` are on the disk. Logs that agree in a place agree before it, so
// the walk back ends where the disk is as it should be.
void store(const NodeLog& log, Index upto, NodeLog& disk) {
  upto = std::min(upto, log.last());
  // A write from before a snapshot took the log's place says nothing of the log as it is now.
  if (upto < log.base()) return;
  if (!disk.holds(log.base(), log.term_at(log.base()))) {
    disk.reset(log.base(), log.term_at(log.base()));
  }
  Index agreed = upto;
  while (agreed > log.base() && agreed > disk.base() &&
         !(disk.has(agreed) && disk.term_at(agreed) == log.term_at(agreed))) {
    agreed = raft::previous_index(agreed);
  }
  if (agreed >= upto) return;
  disk.truncate_from(raft::next_index(agreed));
  for (Index i = raft::next_index(agreed); i <= upto; i = raft::next_index(i)) {
    if (log.has(i) && i == raft::next_index(disk.last())) disk.append(log.at(i), log.source(i));
  }
}

void start(NodeModel& node, const sim::Fact& fact) {
  const NodeLog before = std::exchange(node.disk, {});
  if (fact.entries.empty() && fact.base.value == 0) {
    // A trace does not list what was read back: what the disk held for sure, up to its last index.
    node.disk = before;
    node.disk.truncate_from(raft::next_index(fact.last));
  } else {
    const bool told = fact.base.value > 0;
    const Index base = told ? fact.base : raft::previous_index(fact.entries.front()->index);
    node.disk.reset(base, told ? fact.base_term : before.term_at(base));
    for (const raft::EntryPtr& entry : fact.entries) {
      const bool known = before.has(entry->index) && same_entry(before.at(entry->index), entry);
      node.disk.append(entry, known ? before.source(entry->index) : source_of(fact));
    }
  }
  node.log = node.disk;
  node.up = true;
  node.role = Role::kFollower;
  // What was read from the disk is on it.
  node.durable_term = fact.term;
  node.durable_vote = fact.vote;
  node.durable_applied = fact.applied;
  node.durable_source = source_of(fact);
}

}  // namespace

void Model::update(const sim::Fact& fact) {
  if (fact.node == raft::kNoNode) return;
  NodeModel& node = nodes_[fact.node];
  const Source source = source_of(fact);
  const bool starts = fact.kind == sim::FactKind::kStart || fact.kind == sim::FactKind::kRestart;
  if (tells_state(fact)) {
    if (starts || fact.term != node.term) node.term_source = source;
    if (starts || fact.commit != node.commit) node.commit_source = source;
    if (starts || fact.applied != node.applied) node.applied_source = source;
    node.term = fact.term;
    node.role = fact.role;
    node.vote = fact.vote;
    node.commit = fact.commit;
    node.applied = fact.applied;
  }
  if (starts) return start(node, fact);
  switch (fact.kind) {
    case sim::FactKind::kCrash:
      node.up = false;
      node.role = Role::kFollower;
      if (!fact.text.empty()) {
        // The disk is lost. The node comes back as an empty one: nothing may be demanded of it, and
        // what follows from that is told with this cause.
        node.disk.reset({}, {});
        node.durable_term = {};
        node.durable_vote = {};
        node.durable_applied = {};
      }
      return;
    case sim::FactKind::kAppend:
      return append_all(node.log, fact.entries, source);
    case sim::FactKind::kTruncate:
      return node.log.truncate_from(fact.core.index);
    case sim::FactKind::kSnapshot:
      if (!node.log.holds(fact.core.index, fact.core.term)) {
        node.log.reset(fact.core.index, fact.core.term);
      }
      return;
    case sim::FactKind::kDurable:
      append_all(node.disk, fact.entries, source);
      store(node.log, fact.core.index, node.disk);
      node.durable_term = fact.durable_term;
      node.durable_vote = fact.durable_vote;
      node.durable_applied = fact.durable_applied;
      node.durable_source = source;
      return;
    case sim::FactKind::kStart:
    case sim::FactKind::kRestart:
    case sim::FactKind::kPause:
    case sim::FactKind::kResume:
    case sim::FactKind::kHalt:
    case sim::FactKind::kTerm:
    case sim::FactKind::kRole:
    case sim::FactKind::kVote:
    case sim::FactKind::kApply:
    case sim::FactKind::kCommit:
    case sim::FactKind::kSend:
    case sim::FactKind::kReceive:
    case sim::FactKind::kDrop:
    case sim::FactKind::kDuplicate:
    case sim::FactKind::kConfig:
    case sim::FactKind::kCommand:
    case sim::FactKind::kRequest:
    case sim::FactKind::kNote:
      return;
  }
}

}  // namespace check
