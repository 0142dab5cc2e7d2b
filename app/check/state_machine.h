// state-machine-safety (paper 5.4.3): no two nodes apply different entries at one index.
// applied-equals-log: what applying did to a node's rows is what its entries say. The checker has a
// state machine of its own, written a second time, that runs along the first log to be applied.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/check/model.h"
#include "app/sim/chunked.h"
#include "app/sim/view.h"
#include "kv/command.h"

namespace check {

// Every state the machine has been in: the versions of each row by the entry that wrote it. Nodes
// apply at their own pace and start again from older states, so each is compared with the state of
// its own applied index.
class Replay {
 public:
  // The next entry. REQUIRES: index == head() + 1.
  void apply(const raft::Entry& entry);
  Index head() const { return {rows_at_.size()}; }
  // The row after entry `at`. REQUIRES: at <= head().
  struct Version {
    Index index;                               // of the entry that wrote it; 0: never written
    std::shared_ptr<const std::string> value;  // null: absent
  };
  Version row(const std::string& key, Index at) const;
  std::uint64_t rows(Index at) const;  // how many there are
  // Of each row there ever was, in the order of keys.
  const std::map<std::string, sim::Chunked<Version>>& versions() const { return versions_; }
  // Whose command it was that the entry carried, if it took effect there for the first time.
  bool took_effect() const { return took_effect_; }
  // An entry could not be read: from there on nothing is known.
  bool lost() const { return lost_; }

 private:
  struct Session {
    std::uint64_t sequence = 0;
    Index index;
  };

  bool new_in_session(const kv::Command& command, Index index);
  void carry_out(const kv::Command& command, Index index);
  void write(const std::string& key, Index index, std::shared_ptr<const std::string> value);

  std::map<std::string, sim::Chunked<Version>> versions_;
  std::map<std::uint64_t, Session> sessions_;    // by client
  std::map<Index, std::uint64_t> session_ages_;  // by the index of the last entry
  sim::Chunked<std::uint64_t> rows_at_;          // number of rows after entry i+1
  std::uint64_t row_count_ = 0;
  bool took_effect_ = false;
  bool lost_ = false;
};

class StateMachineChecks {
 public:
  void on_fact(const sim::Fact& fact, const Model& model, Findings& findings);
  void after_event(const sim::ClusterView& view, const Model& model, Findings& findings);
  // Of a foreign trace, whose commands are not ours: entries are compared, not carried out.
  void without_replay() { replaying_ = false; }

 private:
  struct Applied {
    raft::EntryPtr entry;
    Source source;
  };
  struct Node {
    bool diverged = false;  // it has applied another entry somewhere: its rows must differ
    bool compare_all = false;
    std::set<std::string> touched;
  };

  void applied(const sim::Fact& fact, const NodeModel& node, Findings& findings);
  void restarted(const sim::Fact& fact);
  void remember(const raft::EntryPtr& entry, const Source& source);
  void compare(const sim::NodeView& view, Node& node, const Model& model,
               const sim::Position& position, Findings& findings);

  bool replaying_ = true;
  sim::SparseTable<Applied> applied_;  // by index: the first to be applied there
  Replay replay_;
  std::map<NodeId, Node> nodes_;
};

}  // namespace check
