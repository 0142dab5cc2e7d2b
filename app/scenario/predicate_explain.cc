// How things stand where a predicate looks: what a failed `expect` says behind "but".
#include <algorithm>

#include "app/scenario/predicate.h"
#include "app/scenario/print.h"
#include "app/scenario/text.h"

namespace scenario {
namespace {

constexpr std::uint64_t kMostEntries = 20;

std::string name(NodeId node) {
  return node == raft::kNoNode ? "none" : "n" + std::to_string(node.value);
}

std::string node_state(const sim::NodeView& node) {
  return name(node.id) + " is " + std::string(sim::node_state_name(node.state));
}

std::string leaders_text(const sim::ClusterView& view) {
  std::string out;
  for (const sim::NodeView& node : view.nodes) {
    if (node.role != sim::RoleName::kLeader) continue;
    out += (out.empty() ? "" : ", ") + name(node.id) + " leads term " +
           std::to_string(node.term.value);
  }
  return out.empty() ? "there is no leader" : out;
}

std::string log_text(const sim::NodeView& node) {
  if (node.last < node.first) return name(node.id) + " holds no entry";
  std::string out = name(node.id) + " holds";
  std::uint64_t shown = 0;
  for (raft::Index at = node.first; at <= node.last; at = raft::next_index(at)) {
    if (++shown > kMostEntries) return out + " … up to " + std::to_string(node.last.value);
    out += " " + std::to_string(at.value) + ":" + std::to_string(node.log->entry(at)->term.value);
  }
  return out;
}

std::string request_text(const sim::RequestView& request) {
  std::string out =
      "r" + std::to_string(request.id) + " is " + std::string(sim::outcome_name(request.outcome));
  if (!request.reason.empty()) out += " " + request.reason;
  if (request.has_output) {
    out += " " + (request.output ? printed_value(*request.output) : std::string("absent"));
  }
  return out;
}

std::string convergence_text(const sim::ClusterView& view) {
  const sim::NodeView* leader = view.node(view.leader);
  if (!leader) return "there is no leader";
  for (const sim::RequestView& request : view.requests) {
    if (request.outcome == sim::Outcome::kPending) return request_text(request);
  }
  for (const sim::NodeView& node : view.nodes) {
    if (node.state == sim::NodeState::kDown || node.state == sim::NodeState::kHalted) continue;
    if (node.leader != leader->id) {
      return name(node.id) + " follows " + name(node.leader) + ", not " + name(leader->id);
    }
    const bool level = node.last == leader->last && node.commit == node.last &&
                       node.applied == node.last && *node.rows == *leader->rows;
    if (level) continue;
    return name(node.id) + " has last " + std::to_string(node.last.value) + ", commit " +
           std::to_string(node.commit.value) + ", applied " + std::to_string(node.applied.value) +
           "; the leader's last is " + std::to_string(leader->last.value);
  }
  return "all nodes agree";
}

// Names the leaves' state; a chain joins what its operands say, each once.
struct Explainer {
  const sim::ClusterView& view;

  // Calls `say` with the node, or tells that there is none.
  template <class Say>
  std::string of(NodeId id, Say say) const {
    const sim::NodeView* node = view.node(id);
    return node ? say(*node) : "there is no " + name(id);
  }

  std::string operator()(const LeaderIs&) const { return leaders_text(view); }
  std::string operator()(const NoLeader&) const { return leaders_text(view); }
  std::string operator()(const RoleIs& p) const {
    return of(p.node, [](const sim::NodeView& node) {
      return "the role of " + name(node.id) + " is " + std::string(sim::role_name(node.role));
    });
  }
  std::string operator()(const IsUp& p) const { return of(p.node, node_state); }
  std::string operator()(const IsHalted& p) const { return of(p.node, node_state); }
  std::string operator()(const NumberIs& p) const {
    return of(p.node, [&](const sim::NodeView& node) {
      // The evaluator knows the fields: the smallest number for which `=` holds is the value.
      std::uint64_t value = 0;
      switch (p.number) {
        case Number::kTerm:
          value = node.term.value;
          break;
        case Number::kCommit:
          value = node.commit.value;
          break;
        case Number::kApplied:
          value = node.applied.value;
          break;
        case Number::kFirst:
          value = node.first.value;
          break;
        case Number::kLast:
          value = node.last.value;
          break;
        case Number::kDurable:
          value = node.durable.value;
          break;
        case Number::kLength:
          value = node.last < node.first ? 0 : node.last.value - node.first.value + 1;
          break;
      }
      return std::string(number_text(p.number)) + " of " + name(node.id) + " is " +
             std::to_string(value);
    });
  }
  std::string operator()(const VoteIs& p) const {
    return of(p.node, [](const sim::NodeView& node) {
      return "the vote of " + name(node.id) + " is " + name(node.vote);
    });
  }
  std::string operator()(const LogIs& p) const { return of(p.node, log_text); }
  std::string operator()(const ValueIs& p) const {
    return of(p.node, [&](const sim::NodeView& node) {
      const auto row = node.rows->find(p.key);
      return printed_value(p.key) + " on " + name(node.id) + " is " +
             (row == node.rows->end() ? std::string("absent") : printed_value(row->second.value));
    });
  }
  std::string operator()(const ResultIs& p) const {
    for (const sim::RequestView& request : view.requests) {
      if (request.id == p.request) return request_text(request);
    }
    return "there is no request r" + std::to_string(p.request);
  }
  std::string operator()(const InFlightIs& p) const {
    InFlightIs exactly = p;
    exactly.comparison = Comparison::kEqual;
    exactly.value = 0;
    while (exactly.value < view.messages.size() && !evaluate(Predicate{exactly}, view)) {
      ++exactly.value;
    }
    return std::to_string(exactly.value) + " " + p.type + " " + print(p.from) + "->" + print(p.to) +
           " in flight";
  }
  std::string operator()(const ProgressIs& p) const { return progress(p.leader, p.follower); }
  std::string operator()(const MatchIs& p) const { return progress(p.leader, p.follower); }
  std::string operator()(const SnapshotsAre& p) const {
    const std::uint64_t begun = snapshots_begun(view, p.from, p.to);
    return std::to_string(begun) + (begun == 1 ? " transfer was" : " transfers were") +
           " begun there";
  }
  std::string operator()(const VotersAre&) const {
    const raft::ConfState* config = effective_config(view);
    return config ? "they are " + print(Predicate{VotersAre{config->voters}}).substr(9)
                  : "there is no node";
  }
  std::string operator()(const Converged&) const { return convergence_text(view); }
  std::string operator()(const Not& p) const { return explain(*p.operand, view); }
  std::string operator()(const And& p) const {
    // Only what does not hold is to blame.
    std::vector<PredicatePtr> failing;
    for (const PredicatePtr& operand : p.operands) {
      if (!evaluate(*operand, view)) failing.push_back(operand);
    }
    return joined(failing.empty() ? p.operands : failing);
  }
  std::string operator()(const Or& p) const { return joined(p.operands); }

 private:
  std::string progress(NodeId leader, NodeId follower) const {
    return of(leader, [&](const sim::NodeView& node) {
      for (const sim::ProgressView& known : node.progress) {
        if (known.node != follower) continue;
        ProgressIs state{leader, follower, known.progress.state};
        return print(Predicate{state}) + " and its match is " +
               std::to_string(known.progress.match.value);
      }
      return name(leader) + " keeps no progress of " + name(follower) +
             (node.role == sim::RoleName::kLeader ? "" : ", since it does not lead");
    });
  }

  std::string joined(const std::vector<PredicatePtr>& operands) const {
    std::vector<std::string> parts;
    for (const PredicatePtr& operand : operands) {
      std::string part = explain(*operand, view);
      if (std::find(parts.begin(), parts.end(), part) == parts.end()) {
        parts.push_back(std::move(part));
      }
    }
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
    return out;
  }
};

}  // namespace

std::string explain(const Predicate& predicate, const sim::ClusterView& view) {
  return std::visit(Explainer{view}, predicate.what);
}

}  // namespace scenario
