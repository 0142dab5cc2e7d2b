// one-outcome: a request has one outcome, told once; a server answers each request that reaches it
// at most once; what was refused for good never takes effect.
#pragma once

#include <map>

#include "app/check/model.h"
#include "app/sim/chunked.h"

namespace check {

class OutcomeChecks {
 public:
  void on_fact(const sim::Fact& fact, Findings& findings);

 private:
  struct Request {
    std::uint64_t client = 0;
    std::uint64_t sequence = 0;
    Source called;
    bool finished = false;
    bool refused = false;
    std::string outcome;
    Source outcome_source;
  };

  void requested(const sim::Fact& fact, Findings& findings);
  void applied(const sim::Fact& fact, Findings& findings);

  Index seen_;  // the highest to be applied anywhere: a later node's apply says nothing new
  sim::SparseTable<Request> requests_;            // by request
  std::map<std::uint64_t, std::uint64_t> calls_;  // by client: requests so far
  std::map<std::uint64_t, sim::SparseTable<std::uint64_t>>
      by_sequence_;                                                // client, sequence: request
  std::map<std::uint64_t, sim::SparseTable<Source>> effects_;      // client, sequence
  std::map<std::pair<NodeId, std::uint64_t>, std::int64_t> owed_;  // node, client: answers
};

}  // namespace check
