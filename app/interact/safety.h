// The safety properties of Raft (paper figure 3), looked at whenever a command has ended.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "raft/entry_list.h"
#include "raft/raw_node.h"

namespace interact {

// What a node holds at one moment: of a node that is up stored and unstable entries, of one that is
// down the stored ones.
struct NodeLook {
  raft::NodeId id;
  raft::EntryList log;
  raft::Index commit;  // 0 of a node that is down
  raft::Term term;
  bool leads = false;
  raft::HardState stored;
};

class SafetyBook {
 public:
  void became_leader(raft::NodeId id, raft::Term term);
  void truncated_while_leading(raft::NodeId id, raft::Term term);
  // An entry that the state machine of the node was given.
  void applied(raft::NodeId id, const raft::EntryPtr& entry);
  void look(const std::vector<NodeLook>& nodes);
  // `NAME: text`, each property at most once for each pair that breaks it.
  const std::vector<std::string>& violations() const { return violations_; }

 private:
  void add(const std::string& violation);
  void look_at_commits(const NodeLook& node);
  void look_at_votes(const NodeLook& node);
  void compare_logs(const NodeLook& a, const NodeLook& b);
  void look_at_leader(const NodeLook& node);

  std::map<raft::Term, raft::NodeId> leaders_;
  std::map<raft::Index, std::pair<raft::EntryPtr, raft::NodeId>> applied_;
  // The entry, and the term of the node when its commit was first seen.
  std::map<raft::Index, std::pair<raft::EntryPtr, raft::Term>> committed_;
  std::map<std::pair<raft::NodeId, raft::Term>, raft::NodeId> votes_;
  std::map<raft::NodeId, raft::Term> terms_;
  std::vector<std::string> violations_;
};

}  // namespace interact
