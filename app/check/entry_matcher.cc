#include "app/check/entry_matcher.h"

#include <algorithm>
#include <utility>

namespace check {

void EntryMatcher::seen(const sim::Fact& fact, const std::vector<raft::EntryPtr>& entries,
                        const NodeLog& log, bool unknown_base, Findings& findings) {
  if (entries.empty()) return;
  // What stands before the first one; nothing before index 1.
  const Index before = raft::previous_index(entries.front()->index);
  bool has_previous =
      before.value == 0 || log.has(before) || (!unknown_base && before == log.base());
  Term previous = log.term_at(before);
  for (const raft::EntryPtr& entry : entries) {
    match(fact, entry, has_previous, previous, findings);
    has_previous = true;
    previous = entry->term;
  }
}

void EntryMatcher::match(const sim::Fact& fact, const raft::EntryPtr& entry, bool has_previous,
                         Term previous, Findings& findings) {
  const auto same_term = [&](const Known& known) { return known.entry->term == entry->term; };
  const std::vector<Known>* seen = known_.find(entry->index.value);
  const auto found = seen == nullptr ? std::vector<Known>::const_iterator()
                                     : std::find_if(seen->begin(), seen->end(), same_term);
  if (seen == nullptr || found == seen->end()) {
    known_.at(entry->index.value).push_back({entry, has_previous, previous, source_of(fact)});
    return;
  }
  const bool same_content = same_entry(found->entry, entry);
  const bool same_previous = !has_previous || !found->has_previous || found->previous == previous;
  if (same_content && same_previous) return;
  const Known& before = *found;
  const std::string what = entry_name(entry->index, entry->term);
  const std::string here = std::string(where_) + name(fact.node);
  const std::string there = std::string(where_) + name(before.source.node);
  std::string text = what + " of " + here + " is not that of " + there;
  if (same_content) {
    text = what + " follows term " + std::to_string(before.previous.value) + " on " + there +
           " and term " + std::to_string(previous.value) + " on " + here;
  } else if (fact.node == before.source.node) {
    text = what + " of " + here + " has changed";
  }
  findings.add(property_, fact, std::move(text), note_of(before.source, there + " holds " + what),
               {before.source.node, fact.node});
}

void DiskLogChecks::on_fact(const sim::Fact& fact, const Model& model, Findings& findings) {
  const bool stored = fact.kind == sim::FactKind::kDurable;
  const bool read_back = fact.kind == sim::FactKind::kStart || fact.kind == sim::FactKind::kRestart;
  if (stored || read_back) {
    matcher_.seen(fact, fact.entries, model.node(fact.node).disk, true, findings);
  }
}

}  // namespace check
