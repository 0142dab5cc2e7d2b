#include "app/check/logs.h"

#include <algorithm>
#include <utility>

namespace check {
namespace {

// A leader of long ago that still commits something would have to miss this many elections.
constexpr std::uint64_t kElectionsKept = 64;

}  // namespace

void LogChecks::on_fact(const sim::Fact& fact, const Model& model, Findings& findings) {
  using sim::FactKind;
  const NodeModel& node = model.node(fact.node);
  const bool leads = fact.role == Role::kLeader;
  if (fact.kind == FactKind::kAppend || fact.kind == FactKind::kStart ||
      fact.kind == FactKind::kRestart) {
    appended(fact, node, findings);
  } else if (fact.kind == FactKind::kTruncate) {
    removed(fact, node, fact.core.index, findings);
  } else if (fact.kind == FactKind::kRole && leads) {
    led(fact, node, findings);
  } else if (fact.kind == FactKind::kCommit && leads) {
    committed(fact, node, findings);
  }
}

void LogChecks::appended(const sim::Fact& fact, const NodeModel& node, Findings& findings) {
  if (fact.entries.empty()) return;
  const Index first = fact.entries.front()->index;
  const bool read_back = fact.kind != sim::FactKind::kAppend;
  if (!read_back) removed(fact, node, first, findings);
  matcher_.seen(fact, fact.entries, read_back ? node.disk : node.log, read_back, findings);
}

// `first` and what is behind it leaves the log, or is overwritten.
void LogChecks::removed(const sim::Fact& fact, const NodeModel& node, Index first,
                        Findings& findings) {
  // Both before and after: who learns of a new leader may overwrite, in the same message.
  if (node.role != Role::kLeader || fact.role != Role::kLeader || !node.log.has(first)) return;
  const std::string what = entry_name(first, node.log.term_at(first));
  findings.add(Property::kLeaderAppendOnly, fact,
               name(fact.node) + ", leader of term " + std::to_string(fact.term.value) +
                   (fact.kind == sim::FactKind::kAppend ? ", overwrites " : ", removes ") + what +
                   " of its own log",
               note_of(node.log.source(first), name(fact.node) + " holds " + what), {fact.node});
}

void LogChecks::led(const sim::Fact& fact, const NodeModel& node, Findings& findings) {
  const Source source = source_of(fact);
  const auto at = elections_.insert_or_assign(fact.term, Election{source, node.log}).first;
  for (const auto& [term, commit] : commits_) {
    if (term >= fact.term) break;
    require(fact, fact.term, source, at->second.log, term, commit, false, findings);
  }
  while (elections_.size() > kElectionsKept) elections_.erase(elections_.begin());
}

void LogChecks::committed(const sim::Fact& fact, const NodeModel& node, Findings& findings) {
  const Index index = fact.commit;
  const Term term = node.log.term_at(index);
  if (!node.log.has(index)) return;
  const Commit commit{index, term, source_of(fact)};
  const auto known = commits_.find(fact.term);
  if (known != commits_.end() && known->second.index >= index) return;
  for (auto later = elections_.upper_bound(fact.term); later != elections_.end(); ++later) {
    require(fact, later->first, later->second.source, later->second.log, fact.term, commit, true,
            findings);
  }
  for (auto older = commits_.begin(); older != commits_.end() && older->first <= fact.term;) {
    older = older->second.index <= index ? commits_.erase(older) : std::next(older);
  }
  commits_[fact.term] = commit;
}

void LogChecks::require(const sim::Fact& now, Term led, const Source& leader, const NodeLog& log,
                        Term committed_in, const Commit& commit, bool leader_first,
                        Findings& findings) {
  if (log.holds(commit.index, commit.term)) return;
  const std::string what = entry_name(commit.index, commit.term);
  const std::string leads = name(leader.node) + " leads term " + std::to_string(led.value);
  const std::string commits = name(commit.source.node) + " commits " + what + " in term " +
                              std::to_string(committed_in.value);
  findings.add(Property::kLeaderCompleteness, now,
               name(leader.node) + ", leader of term " + std::to_string(led.value) + ", lacks " +
                   what + ", which " + name(commit.source.node) + " committed in term " +
                   std::to_string(committed_in.value),
               leader_first ? note_of(leader, leads) : note_of(commit.source, commits),
               {leader.node, commit.source.node});
}

}  // namespace check
