#include "app/check/elections.h"

#include <utility>

namespace check {

void ElectionChecks::on_fact(const sim::Fact& fact, const Model&, Findings& findings) {
  if (fact.kind == sim::FactKind::kRole) {
    if (fact.role == Role::kLeader) led(fact, findings);
  } else if (fact.kind == sim::FactKind::kDurable) {
    voted(fact, fact.durable_term, fact.durable_vote, findings);
  } else if (fact.kind == sim::FactKind::kRestart) {
    // What it read from its disk was durable, whether it had been told so or not.
    voted(fact, fact.term, fact.vote, findings);
  } else if (fact.kind == sim::FactKind::kSend && fact.content &&
             fact.content->type == raft::MessageType::kVoteReply && !fact.content->reject) {
    voted(fact, fact.content->term, fact.content->to, findings);
  }
}

void ElectionChecks::led(const sim::Fact& fact, Findings& findings) {
  const auto [known, added] = leaders_.try_emplace(fact.term, source_of(fact));
  if (added || known->second.node == fact.node) return;
  const NodeId other = known->second.node;
  const std::string term = std::to_string(fact.term.value);
  findings.add(Property::kElectionSafety, fact,
               "term " + term + " has two leaders: " + name(other) + " and " + name(fact.node),
               note_of(known->second, name(other) + " leads term " + term), {other, fact.node});
}

void ElectionChecks::voted(const sim::Fact& now, Term term, NodeId candidate, Findings& findings) {
  if (candidate == raft::kNoNode) return;
  const auto [known, added] =
      ballots_.try_emplace({now.node, term}, Ballot{candidate, source_of(now)});
  if (added || known->second.candidate == candidate) return;
  const Ballot before = std::exchange(known->second, {candidate, source_of(now)});
  const std::string in_term = " in term " + std::to_string(term.value);
  findings.add(Property::kVoteOnce, now,
               name(now.node) + " gave its vote" + in_term + " to " + name(before.candidate) +
                   " and to " + name(candidate),
               note_of(before.source, name(now.node) + "'s vote" + in_term + " for " +
                                          name(before.candidate) + " counts"),
               {now.node, before.candidate, candidate});
}

}  // namespace check
