#include "app/check/membership.h"

#include <algorithm>
#include <utility>

namespace check {
namespace {

using sim::FactKind;
using Nodes = std::vector<NodeId>;

bool has(const Nodes& nodes, NodeId id) {
  return std::find(nodes.begin(), nodes.end(), id) != nodes.end();
}

// `some` holds more than half of `of`; so it does of nothing.
template <class Some>
bool majority(const Nodes& of, const Some& some) {
  std::uint64_t in = 0;
  for (const NodeId id : of) in += std::find(some.begin(), some.end(), id) != some.end() ? 1 : 0;
  return of.empty() || 2 * in > of.size();
}

template <class Some>
bool decides(const raft::ConfState& config, const Some& some) {
  return majority(config.voters, some) && majority(config.outgoing, some);
}

bool votes(const raft::ConfState& config, NodeId id) {
  return has(config.voters, id) || has(config.outgoing, id);
}

std::uint64_t differences(const Nodes& a, const Nodes& b) {
  std::uint64_t count = 0;
  for (const NodeId id : a) count += has(b, id) ? 0 : 1;
  for (const NodeId id : b) count += has(a, id) ? 0 : 1;
  return count;
}

// Every majority of the one has a node in every majority of the other: so it is if one voter
// differs, if the old voters are the outgoing half, and if that half goes (thesis 4.1 and 4.3).
bool meet(const raft::ConfState& before, const raft::ConfState& after) {
  if (!after.outgoing.empty() && before.outgoing.empty()) return after.outgoing == before.voters;
  if (!before.outgoing.empty()) return after.voters == before.voters;
  return differences(before.voters, after.voters) <= 1;
}

std::string names(const Nodes& nodes) {
  std::string out;
  for (const NodeId id : nodes) out += (out.empty() ? "" : " ") + name(id);
  return out.empty() ? "nobody" : out;
}

std::string in_words(const raft::ConfState& config) {
  return config.outgoing.empty() ? names(config.voters)
                                 : names(config.outgoing) + " and " + names(config.voters);
}

std::string number(Index index) { return std::to_string(index.value); }

}  // namespace

void MembershipChecks::on_fact(const sim::Fact& fact, const Model& model, Findings& findings) {
  if (fact.node == raft::kNoNode) return;
  Node& node = nodes_[fact.node];
  const NodeModel* before = model.find(fact.node);
  if (before == nullptr || before->term != fact.term) node.votes.clear();
  switch (fact.kind) {
    case FactKind::kStart:
    case FactKind::kRestart:
      node = {};
      if (!fact.config.voters.empty()) node.config = fact.config;
      node.source = source_of(fact);
      for (const raft::EntryPtr& entry : fact.entries) {
        if (entry->type != raft::EntryType::kNormal) node.changes[entry->index] = node.source;
      }
      return;
    case FactKind::kAppend:
      return appended(fact, node, findings);
    case FactKind::kTruncate:
      node.changes.erase(node.changes.lower_bound(fact.core.index), node.changes.end());
      return;
    case FactKind::kSnapshot:
      node.by_snapshot = true;
      node.changes.clear();
      return;
    case FactKind::kConfig:
      return configured(fact, node, findings);
    case FactKind::kApply:
      return applied(fact, node, findings);
    case FactKind::kCommit:
      return committed(fact, node, findings);
    case FactKind::kRole:
      return campaigned(fact, node, findings);
    case FactKind::kNote:
      if (fact.has_core && fact.core.kind == raft::EventKind::kVoteCounted && fact.core.granted &&
          !fact.core.pre_vote) {
        node.votes.insert(fact.core.peer);
      }
      return;
    case FactKind::kCrash:
    case FactKind::kPause:
    case FactKind::kResume:
    case FactKind::kHalt:
    case FactKind::kTerm:
    case FactKind::kVote:
    case FactKind::kDurable:
    case FactKind::kSend:
    case FactKind::kReceive:
    case FactKind::kDrop:
    case FactKind::kDuplicate:
    case FactKind::kCommand:
    case FactKind::kRequest:
      return;
  }
}

void MembershipChecks::appended(const sim::Fact& fact, Node& node, Findings& findings) {
  if (fact.entries.empty()) return;
  node.changes.erase(node.changes.lower_bound(fact.entries.front()->index), node.changes.end());
  for (const raft::EntryPtr& entry : fact.entries) {
    if (entry->type == raft::EntryType::kNormal) continue;
    const bool own = fact.role == Role::kLeader && entry->term == fact.term;
    const auto open = node.changes.upper_bound(fact.applied);
    if (own && open != node.changes.end()) {
      findings.add(Property::kMembership, fact,
                   name(fact.node) + " appends a change of members, entry " + number(entry->index) +
                       ", before it has applied that of entry " + number(open->first),
                   note_of(open->second, name(fact.node) + " appends a change of members, entry " +
                                             number(open->first)),
                   {fact.node});
    }
    node.changes[entry->index] = source_of(fact);
  }
}

void MembershipChecks::committed(const sim::Fact& fact, const Node& node,
                                 Findings& findings) const {
  // A follower takes its leader's word.
  if (!node.config || fact.core.members.empty() || fact.role != Role::kLeader) return;
  if (decides(*node.config, fact.core.members)) return;
  findings.add(
      Property::kMembership, fact,
      name(fact.node) + " commits entry " + number(fact.core.index) + ", which " +
          names(fact.core.members) + " hold: no majority of " + in_words(*node.config),
      note_of(node.source, name(fact.node) + " goes by the members " + in_words(*node.config)),
      {fact.node});
}

void MembershipChecks::campaigned(const sim::Fact& fact, Node& node, Findings& findings) const {
  if (!node.config || fact.role == Role::kFollower) return;
  const FactNote by =
      note_of(node.source, name(fact.node) + " goes by the members " + in_words(*node.config));
  // A trace may leave out which votes were counted; a core never does.
  const bool votes_told = fact.has_core || !node.votes.empty();
  if (!votes(*node.config, fact.node)) {
    findings.add(
        Property::kMembership, fact,
        name(fact.node) + " campaigns, but it is none of the voters " + in_words(*node.config), by,
        {fact.node});
  } else if (fact.role == Role::kLeader && votes_told && !decides(*node.config, node.votes)) {
    findings.add(Property::kMembership, fact,
                 name(fact.node) + " leads term " + std::to_string(fact.term.value) +
                     " with the votes of " + names({node.votes.begin(), node.votes.end()}) +
                     ": no majority of " + in_words(*node.config),
                 by, {fact.node});
  }
}

void MembershipChecks::configured(const sim::Fact& fact, Node& node, Findings& findings) {
  if (fact.config.voters.empty()) return;
  // A snapshot leaps over changes.
  const bool leaps = std::exchange(node.by_snapshot, false);
  if (node.config && !leaps && !meet(*node.config, fact.config)) {
    findings.add(
        Property::kMembership, fact,
        name(fact.node) + " goes from the members " + in_words(*node.config) + " to " +
            in_words(fact.config) + ": majorities of the two need not meet",
        note_of(node.source, name(fact.node) + " goes by the members " + in_words(*node.config)),
        {fact.node});
  }
  node.config = fact.config;
  node.source = source_of(fact);
}

// The configuration that it has by now is that behind the last change among what it applied.
void MembershipChecks::applied(const sim::Fact& fact, const Node& node, Findings& findings) {
  if (!node.config) return;
  Index last;
  for (const raft::EntryPtr& entry : fact.entries) {
    if (entry->type != raft::EntryType::kNormal) last = entry->index;
  }
  if (last.value == 0) return;
  const auto [first, fresh] = agreed_.try_emplace(last, Agreed{*node.config, node.source});
  if (fresh || first->second.config == *node.config) return;
  findings.add(Property::kMembership, fact,
               "behind the change of entry " + number(last) + " " + name(fact.node) +
                   " has the members " + in_words(*node.config) + ", but " +
                   name(first->second.source.node) + " has " + in_words(first->second.config),
               note_of(first->second.source, name(first->second.source.node) + " has the members " +
                                                 in_words(first->second.config)),
               {fact.node, first->second.source.node});
}

}  // namespace check
