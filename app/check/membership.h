// membership: configurations that are in force at the same time never decide apart from each other
// (thesis chapter 4). Of each node the configuration is followed from its facts. Violated when
//  - a leader appends a change while its log holds one that it has not applied;
//  - a leader counts an entry as committed, or a candidate wins, without a majority of the voters
//    of its configuration, of both halves while that is joint;
//  - a node campaigns that is no voter in it;
//  - a node goes over to a configuration whose majorities need not meet those of the one before;
//  - two nodes have different configurations behind the same change.
// A node of which no configuration was told (traces) is not judged.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "app/check/model.h"
#include "app/check/violation.h"

namespace check {

class MembershipChecks {
 public:
  void on_fact(const sim::Fact& fact, const Model& model, Findings& findings);

 private:
  struct Node {
    std::optional<raft::ConfState> config;
    Source source;                    // that told it
    bool by_snapshot = false;         // the next configuration comes with one
    std::map<Index, Source> changes;  // in its log
    std::set<NodeId> votes;           // granted to it in its term, itself included
  };
  struct Agreed {
    raft::ConfState config;
    Source source;
  };

  void appended(const sim::Fact& fact, Node& node, Findings& findings);
  void applied(const sim::Fact& fact, const Node& node, Findings& findings);
  void committed(const sim::Fact& fact, const Node& node, Findings& findings) const;
  void campaigned(const sim::Fact& fact, Node& node, Findings& findings) const;
  void configured(const sim::Fact& fact, Node& node, Findings& findings);

  std::map<NodeId, Node> nodes_;
  std::map<Index, Agreed> agreed_;  // by the change that led to it
};

}  // namespace check
