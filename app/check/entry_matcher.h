// The induction behind log matching (paper 5.3): if each entry (index, term) has one content and
// one predecessor wherever it is seen, logs that share an entry share all before it. So one look
// per entry is enough.
#pragma once

#include <vector>

#include "app/check/model.h"
#include "app/sim/chunked.h"

namespace check {

class EntryMatcher {
 public:
  // `where` stands before the holder in sentences: "" or "the disk of ".
  EntryMatcher(Property property, std::string_view where) : property_(property), where_(where) {}

  // The fact's node holds `entries` in a row; before the first of them `log` is as it was.
  // `unknown_base`: what stands before the first entry of `log` is not known.
  void seen(const sim::Fact& fact, const std::vector<raft::EntryPtr>& entries, const NodeLog& log,
            bool unknown_base, Findings& findings);

 private:
  struct Known {
    raft::EntryPtr entry;
    bool has_previous = false;
    Term previous;
    Source source;
  };

  void match(const sim::Fact& fact, const raft::EntryPtr& entry, bool has_previous, Term previous,
             Findings& findings);

  Property property_;
  std::string_view where_;                      // static storage
  sim::SparseTable<std::vector<Known>> known_;  // by index; one per term
};

// disk-log-matching: the same of what the disks hold, as far as finished writes and starts tell.
class DiskLogChecks {
 public:
  void on_fact(const sim::Fact& fact, const Model& model, Findings& findings);

 private:
  EntryMatcher matcher_{Property::kDiskLogMatching, "the disk of "};
};

}  // namespace check
