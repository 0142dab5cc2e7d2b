// monotonic: term, commit index, applied index and the match indexes of a leader never fall. Over a
// restart term and applied index may fall back to what the disk held for sure, no further.
#pragma once

#include <map>
#include <string_view>

#include "app/check/model.h"
#include "app/sim/view.h"

namespace check {

class MonotonicChecks {
 public:
  void on_fact(const sim::Fact& fact, const Model& model, Findings& findings);
  // The leaders' knowledge of their followers, which facts tell only in part.
  void after_event(const sim::ClusterView& view, Findings& findings);

 private:
  struct Match {
    Term term;
    Index match;
    Source source;
  };

  void forget_removed(const sim::NodeView& leader);

  std::map<std::pair<NodeId, NodeId>, Match> matches_;  // leader, follower
  std::map<NodeId, Source> last_;                       // each node's newest fact
};

}  // namespace check
