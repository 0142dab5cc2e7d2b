#include "app/interact/safety.h"

#include <algorithm>

namespace interact {
namespace {

std::string name(raft::NodeId id) { return "n" + std::to_string(id.value); }
std::string number(std::uint64_t value) { return std::to_string(value); }

}  // namespace

void SafetyBook::add(const std::string& violation) {
  if (std::find(violations_.begin(), violations_.end(), violation) == violations_.end()) {
    violations_.push_back(violation);
  }
}

void SafetyBook::became_leader(raft::NodeId id, raft::Term term) {
  const auto [known, fresh] = leaders_.emplace(term, id);
  if (!fresh && known->second != id) {
    add("election-safety: " + name(known->second) + " and " + name(id) + " both lead term " +
        number(term.value));
  }
}

void SafetyBook::truncated_while_leading(raft::NodeId id, raft::Term term) {
  add("leader-append-only: " + name(id) + " removes entries while it leads term " +
      number(term.value));
}

void SafetyBook::applied(raft::NodeId id, const raft::EntryPtr& entry) {
  const auto [known, fresh] = applied_.emplace(entry->index, std::pair(entry, id));
  if (!fresh && *known->second.first != *entry) {
    add("state-machine-safety: " + name(known->second.second) + " and " + name(id) +
        " apply different entries at index " + number(entry->index.value));
  }
}

void SafetyBook::look_at_commits(const NodeLook& node) {
  for (raft::Index i = node.log.first_index(); i <= node.commit; i = raft::next_index(i)) {
    if (!node.log.contains(i)) return;
    const auto [known, fresh] = committed_.emplace(i, std::pair(node.log.at(i), node.term));
    if (!fresh && *known->second.first != *node.log.at(i)) {
      add("state-machine-safety: " + name(node.id) + " commits another entry at index " +
          number(i.value) + " than was committed before");
    }
  }
}

void SafetyBook::look_at_votes(const NodeLook& node) {
  raft::Term& highest = terms_[node.id];
  if (node.stored.term < highest) {
    add("monotonic: the stored term of " + name(node.id) + " falls from " + number(highest.value) +
        " to " + number(node.stored.term.value));
  }
  highest = std::max(highest, node.stored.term);
  if (node.stored.vote == raft::kNoNode) return;
  const auto [known, fresh] =
      votes_.emplace(std::pair(node.id, node.stored.term), node.stored.vote);
  if (!fresh && known->second != node.stored.vote) {
    add("vote-once: " + name(node.id) + " votes for " + name(known->second) + " and " +
        name(node.stored.vote) + " in term " + number(node.stored.term.value));
  }
}

// Two logs that have an entry of one index and term in common agree on all before it.
void SafetyBook::compare_logs(const NodeLook& a, const NodeLook& b) {
  const raft::Index first = std::max(a.log.first_index(), b.log.first_index());
  raft::Index i = std::min(a.log.last_index(), b.log.last_index());
  while (i >= first && i.value > 0 && a.log.at(i)->term != b.log.at(i)->term) {
    i = raft::previous_index(i);
  }
  for (; i >= first && i.value > 0; i = raft::previous_index(i)) {
    if (*a.log.at(i) == *b.log.at(i)) continue;
    add("log-matching: the logs of " + name(a.id) + " and " + name(b.id) + " differ at index " +
        number(i.value) + " below an entry that they share");
    return;
  }
}

void SafetyBook::look_at_leader(const NodeLook& node) {
  if (!node.leads) return;
  for (const auto& [index, commit] : committed_) {
    if (index < node.log.first_index() || commit.second > node.term) continue;
    if (node.log.contains(index) && *node.log.at(index) == *commit.first) continue;
    add("leader-completeness: " + name(node.id) + " leads term " + number(node.term.value) +
        " without the committed entry " + number(index.value));
    return;
  }
}

void SafetyBook::look(const std::vector<NodeLook>& nodes) {
  for (const NodeLook& node : nodes) {
    look_at_votes(node);
    look_at_commits(node);
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    look_at_leader(nodes[i]);
    for (std::size_t j = i + 1; j < nodes.size(); ++j) compare_logs(nodes[i], nodes[j]);
  }
}

}  // namespace interact
