#include "app/check/durability.h"

#include <algorithm>
#include <utility>

namespace check {
namespace {

FactNote disk_note(const NodeModel& node, NodeId id) {
  std::string text =
      "the disk of " + name(id) + " holds term " + std::to_string(node.durable_term.value) + ", ";
  text +=
      node.durable_vote == raft::kNoNode ? "no vote" : "the vote for " + name(node.durable_vote);
  text += " and entries up to " + std::to_string(node.disk.last().value);
  return note_of(node.durable_source, std::move(text));
}

void add(const sim::Fact& fact, const NodeModel& node, std::string text, Findings& findings) {
  findings.add(Property::kDurableBeforeAck, fact, std::move(text), disk_note(node, fact.node),
               {fact.node});
}

bool vote_is_durable(const NodeModel& node, Term term, NodeId candidate) {
  // A later term on the disk: the vote was there before, and the reply took its time.
  return node.durable_term > term || (node.durable_term == term && node.durable_vote == candidate);
}

void check_vote_reply(const sim::Fact& fact, const NodeModel& node, Findings& findings) {
  const raft::Message& reply = *fact.content;
  if (reply.reject || vote_is_durable(node, reply.term, reply.to)) return;
  add(fact, node,
      name(fact.node) + " tells " + name(reply.to) + " of its vote in term " +
          std::to_string(reply.term.value) + " before it is on its disk",
      findings);
}

void check_append_reply(const sim::Fact& fact, const NodeModel& node, Findings& findings) {
  const raft::Message& reply = *fact.content;
  if (reply.reject) return;
  const std::string who = name(fact.node) + " acknowledges entries up to " +
                          std::to_string(reply.index.value) + " in term " +
                          std::to_string(reply.term.value);
  if (reply.term > node.durable_term) {
    return add(fact, node, who + " before that term is on its disk", findings);
  }
  // A reply of the present term speaks of the log as it is; a late one of an older term, of a log
  // that may have been replaced meanwhile.
  const bool of_this_log = reply.term == node.term && node.log.has(reply.index);
  const bool on_disk = of_this_log ? node.disk.holds(reply.index, node.log.term_at(reply.index))
                                   : reply.index <= node.disk.last();
  if (!on_disk) add(fact, node, who + " before they are on its disk", findings);
}

void check_own_commit(const sim::Fact& fact, const NodeModel& node, Findings& findings) {
  const auto& members = fact.core.members;
  if (std::find(members.begin(), members.end(), fact.node) == members.end()) return;
  if (!node.log.has(fact.commit) || node.disk.holds(fact.commit, node.log.term_at(fact.commit))) {
    return;
  }
  add(fact, node,
      name(fact.node) + " commits " + entry_name(fact.commit, node.log.term_at(fact.commit)) +
          " and counts itself before the entry is on its disk",
      findings);
}

}  // namespace

void DurabilityChecks::on_fact(const sim::Fact& fact, const Model& model,
                               Findings& findings) const {
  const NodeModel& node = model.node(fact.node);
  if (fact.kind == sim::FactKind::kSend && fact.content && fact.node != raft::kNoNode) {
    if (fact.content->type == raft::MessageType::kVoteReply) {
      check_vote_reply(fact, node, findings);
    } else if (fact.content->type == raft::MessageType::kAppendReply) {
      check_append_reply(fact, node, findings);
    }
  } else if (fact.kind == sim::FactKind::kCommit && fact.role == Role::kLeader) {
    check_own_commit(fact, node, findings);
  } else if (fact.has_core && fact.core.kind == raft::EventKind::kVoteCounted &&
             fact.core.granted && !fact.core.pre_vote && fact.core.peer == fact.node &&
             !vote_is_durable(node, fact.term, fact.node)) {
    add(fact, node,
        name(fact.node) + " counts its own vote in term " + std::to_string(fact.term.value) +
            " before it is on its disk",
        findings);
  }
}

}  // namespace check
