// election-safety: at most one leader per term (paper 5.2). vote-once: at most one candidate gets a
// node's vote in a term, crashes or not (paper figure 2, votedFor).
#pragma once

#include <map>
#include <optional>

#include "app/check/model.h"

namespace check {

class ElectionChecks {
 public:
  void on_fact(const sim::Fact& fact, const Model& model, Findings& findings);

 private:
  struct Ballot {
    NodeId candidate;
    Source source;
  };

  void led(const sim::Fact& fact, Findings& findings);
  void voted(const sim::Fact& now, Term term, NodeId candidate, Findings& findings);

  std::map<Term, Source> leaders_;
  // Votes that count: durable, or promised to somebody. A vote that was only in memory when its
  // node crashed never happened.
  std::map<std::pair<NodeId, Term>, Ballot> ballots_;
};

}  // namespace check
