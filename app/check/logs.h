// leader-append-only (paper 5.3): a leader never overwrites or deletes entries of its log.
// log-matching (5.3): two logs that hold an entry of the same index and term agree up to it.
// leader-completeness (5.4): what was committed in a term is in the log of every leader of a later
// term.
#pragma once

#include <map>

#include "app/check/entry_matcher.h"
#include "app/check/model.h"

namespace check {

class LogChecks {
 public:
  void on_fact(const sim::Fact& fact, const Model& model, Findings& findings);

 private:
  struct Election {
    Source source;
    NodeLog log;  // as it was when it was elected; shares its parts with the model's
  };
  struct Commit {
    Index index;
    Term term;  // of the entry
    Source source;
  };

  void appended(const sim::Fact& fact, const NodeModel& node, Findings& findings);
  void removed(const sim::Fact& fact, const NodeModel& node, Index first, Findings& findings);
  void led(const sim::Fact& fact, const NodeModel& node, Findings& findings);
  void committed(const sim::Fact& fact, const NodeModel& node, Findings& findings);
  static void require(const sim::Fact& now, Term led, const Source& leader, const NodeLog& log,
                      Term committed_in, const Commit& commit, bool leader_first,
                      Findings& findings);

  EntryMatcher matcher_{Property::kLogMatching, ""};
  std::map<Term, Election> elections_;  // the newest few
  // By the term in which it was committed. A later one with a higher index stands for those before.
  std::map<Term, Commit> commits_;
};

}  // namespace check
