// What the checkers know of each node, from facts alone: its term, role and log in memory, and what
// its disk holds for sure. All checks look at the model as it was before the fact at hand.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "app/check/violation.h"
#include "app/sim/chunked.h"
#include "app/sim/fact.h"

namespace check {

using raft::Index;
using raft::NodeId;
using raft::Role;
using raft::Term;

// Where something was said.
struct Source {
  std::uint64_t fact = 0;
  NodeId node;
  sim::Instant at;
};
Source source_of(const sim::Fact& fact);
FactNote note_of(const Source& source, std::string text);

// "n3", "entry 5 (term 2)".
std::string name(NodeId node);
std::string entry_name(Index index, Term term);

// Equal as log entries: same term, kind and content. The index is that of their place.
bool same_entry(const raft::EntryPtr& a, const raft::EntryPtr& b);

// A log with what stands before its first entry: (0, 0), or the last entry of a snapshot.
class NodeLog {
 public:
  Index base() const { return base_; }
  Index last() const { return {base_.value + cells_.size()}; }
  bool has(Index index) const { return index > base_ && index <= last(); }
  // 0 if the index is above the log, or below what it knows.
  Term term_at(Index index) const;
  // True if the place is held and its term is `term`, or it is covered by a snapshot.
  bool holds(Index index, Term term) const;
  const raft::EntryPtr& at(Index index) const { return cells_[place(index)].entry; }
  Source source(Index index) const { return cells_[place(index)].source; }  // REQUIRES: has(index)

  // REQUIRES of append: entry->index is the next one.
  void append(raft::EntryPtr entry, Source source);
  void truncate_from(Index first);
  void reset(Index base, Term base_term);

 private:
  struct Cell {
    raft::EntryPtr entry;
    Source source;
  };
  std::uint64_t place(Index index) const { return index.value - base_.value - 1; }

  Index base_;
  Term base_term_;
  sim::Chunked<Cell> cells_;
};

struct NodeModel {
  bool up = true;
  Term term;
  Role role = Role::kFollower;
  NodeId vote;
  Index commit, applied;
  Source term_source, commit_source, applied_source;  // the facts that raised them
  NodeLog log;
  // The disk, for sure: a crash may leave more, never less.
  NodeLog disk;
  Term durable_term;
  NodeId durable_vote;
  Index durable_applied;
  Source durable_source;
};

class Model {
 public:
  // Null if nothing is known of it; a node is known from its first fact.
  const NodeModel* find(NodeId node) const;
  // As above; a node that nobody has spoken of is up with an empty log.
  const NodeModel& node(NodeId node) const;
  const std::map<NodeId, NodeModel>& nodes() const { return nodes_; }
  void update(const sim::Fact& fact);

 private:
  std::map<NodeId, NodeModel> nodes_;
};

// True if term, role, commit, … of the fact are the node's: it was running when it was told.
bool tells_state(const sim::Fact& fact);

}  // namespace check
