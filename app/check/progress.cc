#include "app/check/progress.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace check {
namespace {

std::string fell(const sim::Fact& fact, const std::string& what, std::uint64_t from,
                 std::uint64_t to) {
  return what + " of " + name(fact.node) + " fell from " + std::to_string(from) + " to " +
         std::to_string(to);
}

std::string stood(const sim::Fact& fact, const std::string& what, std::uint64_t value) {
  return what + " of " + name(fact.node) + " was " + std::to_string(value);
}

}  // namespace

void MonotonicChecks::on_fact(const sim::Fact& fact, const Model& model, Findings& findings) {
  // A leader may learn that rot took from a peer what it had acknowledged.
  if (fact.has_core && fact.core.reason == raft::Reason::kEntriesLost) {
    matches_.erase({fact.node, fact.core.peer});
  }
  if (!tells_state(fact)) return;
  last_[fact.node] = source_of(fact);
  const NodeModel* node = model.find(fact.node);
  if (node == nullptr) return;
  const auto compare = [&](const std::string& what, std::uint64_t before, std::uint64_t now,
                           const Source& source, std::string_view where) {
    if (now >= before) return;
    findings.add(Property::kMonotonic, fact, fell(fact, what, before, now) + std::string(where),
                 note_of(source, stood(fact, what, before)), {fact.node});
  };
  if (fact.kind == sim::FactKind::kStart || fact.kind == sim::FactKind::kRestart) {
    constexpr std::string_view kWhere = " over a restart, though it was on its disk";
    compare("the term", node->durable_term.value, fact.term.value, node->durable_source, kWhere);
    compare("the applied index", node->durable_applied.value, fact.applied.value,
            node->durable_source, kWhere);
    return;
  }
  compare("the term", node->term.value, fact.term.value, node->term_source, "");
  compare("the commit index", node->commit.value, fact.commit.value, node->commit_source, "");
  compare("the applied index", node->applied.value, fact.applied.value, node->applied_source, "");
}

void MonotonicChecks::after_event(const sim::ClusterView& view, Findings& findings) {
  for (const sim::NodeView& leader : view.nodes) {
    if (leader.role != sim::RoleName::kLeader) continue;
    forget_removed(leader);
    for (const sim::ProgressView& peer : leader.progress) {
      Match& known = matches_[{leader.id, peer.node}];
      const Index match = peer.progress.match;
      if (known.term == leader.term && known.match == match) continue;
      const Source now = last_[leader.id];
      if (known.term == leader.term && match < known.match) {
        const std::string what = "the match index of " + name(peer.node) + " on " +
                                 name(leader.id) + ", leader of term " +
                                 std::to_string(leader.term.value) + ",";
        const std::string before = std::to_string(known.match.value);
        const std::string after = std::to_string(match.value);
        Violation violation;
        violation.property = Property::kMonotonic;
        violation.event = view.position.events;
        violation.at = view.position.at;
        violation.text = what + " fell from " + before + " to " + after;
        violation.earlier = note_of(known.source, what + " was " + before);
        violation.later = note_of(now, what + " is " + after);
        violation.nodes = {leader.id, peer.node};
        findings.add(std::move(violation));
      }
      known = {leader.term, match, now};
    }
  }
}

// Who was a member and comes back begins anew.
void MonotonicChecks::forget_removed(const sim::NodeView& leader) {
  auto known = matches_.lower_bound({leader.id, {}});
  while (known != matches_.end() && known->first.first == leader.id) {
    const NodeId peer = known->first.second;
    const bool there = std::any_of(leader.progress.begin(), leader.progress.end(),
                                   [peer](const sim::ProgressView& p) { return p.node == peer; });
    known = there ? std::next(known) : matches_.erase(known);
  }
}

}  // namespace check
