#include <algorithm>

#include "app/scenario/predicate.h"

namespace scenario {
namespace {

bool leads(const sim::NodeView& node) {
  const bool runs = node.state == sim::NodeState::kUp || node.state == sim::NodeState::kPaused;
  return runs && node.role == sim::RoleName::kLeader;
}

bool any_leader(const sim::ClusterView& view) {
  return std::any_of(view.nodes.begin(), view.nodes.end(), leads);
}

std::uint64_t number_of(const sim::NodeView& node, Number number) {
  switch (number) {
    case Number::kTerm:
      return node.term.value;
    case Number::kCommit:
      return node.commit.value;
    case Number::kApplied:
      return node.applied.value;
    case Number::kFirst:
      return node.first.value;
    case Number::kLast:
      return node.last.value;
    case Number::kDurable:
      return node.durable.value;
    case Number::kLength:
      return node.last < node.first ? 0 : node.last.value - node.first.value + 1;
  }
  return 0;
}

bool matches(const sim::Endpoint& pattern, const sim::Endpoint& endpoint) {
  const bool any_node = pattern == sim::Endpoint{};
  return any_node ? endpoint.client == 0 : pattern == endpoint;
}

bool output_matches(const ExpectedOutput& expected, const sim::RequestView& request) {
  const bool boolean = request.request.operation == sim::Operation::kCas ||
                       request.request.operation == sim::Operation::kDelete;
  if (std::holds_alternative<AnyOutput>(expected)) return true;
  if (!request.has_output) return false;
  if (std::holds_alternative<AbsentOutput>(expected)) return !request.output;
  if (!request.output) return false;
  if (const bool* flag = std::get_if<bool>(&expected)) {
    return boolean && *request.output == (*flag ? "true" : "false");
  }
  return !boolean && *request.output == std::get<std::string>(expected);
}

bool is_member(const raft::ConfState& config, NodeId id) {
  const auto has = [id](const std::vector<NodeId>& list) {
    return std::find(list.begin(), list.end(), id) != list.end();
  };
  return has(config.voters) || has(config.outgoing) || has(config.learners) ||
         has(config.learners_next);
}

bool has_converged(const sim::ClusterView& view) {
  const sim::NodeView* leader = view.node(view.leader);
  if (!leader) return false;
  for (const sim::RequestView& request : view.requests) {
    if (request.outcome == sim::Outcome::kPending) return false;
  }
  for (const sim::NodeView& node : view.nodes) {
    const bool runs = node.state == sim::NodeState::kUp || node.state == sim::NodeState::kPaused;
    if (!runs || !is_member(leader->config, node.id)) continue;
    if (node.leader != leader->id || node.last != leader->last) return false;
    if (node.last != node.commit || node.commit != node.applied) return false;
    if (*node.rows != *leader->rows) return false;
  }
  return true;
}

const sim::ProgressView* find_progress(const sim::ClusterView& view, NodeId leader,
                                       NodeId follower) {
  const sim::NodeView* node = view.node(leader);
  if (!node) return nullptr;
  for (const sim::ProgressView& progress : node->progress) {
    if (progress.node == follower) return &progress;
  }
  return nullptr;
}

struct Evaluator {
  const sim::ClusterView& view;

  bool operator()(const LeaderIs& p) const {
    if (p.node == raft::kNoNode) return any_leader(view);
    const sim::NodeView* node = view.node(p.node);
    return node && leads(*node);
  }
  bool operator()(const NoLeader&) const { return !any_leader(view); }
  bool operator()(const RoleIs& p) const {
    const sim::NodeView* node = view.node(p.node);
    return node && node->role == p.role;
  }
  bool operator()(const IsUp& p) const {
    const sim::NodeView* node = view.node(p.node);
    return node && node->state != sim::NodeState::kDown;
  }
  bool operator()(const IsHalted& p) const {
    const sim::NodeView* node = view.node(p.node);
    return node && node->state == sim::NodeState::kHalted;
  }
  bool operator()(const NumberIs& p) const {
    const sim::NodeView* node = view.node(p.node);
    return node && compare(number_of(*node, p.number), p.comparison, p.value);
  }
  bool operator()(const VoteIs& p) const {
    const sim::NodeView* node = view.node(p.node);
    return node && node->vote == p.vote;
  }
  bool operator()(const LogIs& p) const {
    const sim::NodeView* node = view.node(p.node);
    if (!node || number_of(*node, Number::kLength) != p.entries.size()) return false;
    raft::Index at = node->first;
    for (const auto& [index, term] : p.entries) {
      if (index != at || node->log->entry(at)->term != term) return false;
      at = raft::next_index(at);
    }
    return true;
  }
  bool operator()(const ValueIs& p) const {
    const sim::NodeView* node = view.node(p.node);
    if (!node) return false;
    const auto row = node->rows->find(p.key);
    if (row == node->rows->end()) return !p.value;
    return p.value && row->second.value == *p.value;
  }
  bool operator()(const ResultIs& p) const {
    for (const sim::RequestView& request : view.requests) {
      if (request.id != p.request) continue;
      if (request.outcome != p.outcome) return false;
      if (p.outcome == sim::Outcome::kRefused) return request.reason == p.reason;
      return p.outcome != sim::Outcome::kOk || output_matches(p.output, request);
    }
    return false;
  }
  bool operator()(const InFlightIs& p) const {
    std::uint64_t count = 0;
    for (const sim::MessageView& message : view.messages) {
      if (message.type == p.type && matches(p.from, message.from) && matches(p.to, message.to)) {
        ++count;
      }
    }
    return compare(count, p.comparison, p.value);
  }
  bool operator()(const ProgressIs& p) const {
    const sim::ProgressView* progress = find_progress(view, p.leader, p.follower);
    return progress && progress->progress.state == p.state;
  }
  bool operator()(const MatchIs& p) const {
    const sim::ProgressView* progress = find_progress(view, p.leader, p.follower);
    return progress && compare(progress->progress.match.value, p.comparison, p.value);
  }
  bool operator()(const SnapshotsAre& p) const {
    return compare(snapshots_begun(view, p.from, p.to), p.comparison, p.value);
  }
  bool operator()(const VotersAre& p) const {
    const raft::ConfState* config = effective_config(view);
    return config && config->voters == p.voters;
  }
  bool operator()(const Converged&) const { return has_converged(view); }
  bool operator()(const Not& p) const { return !evaluate(*p.operand, view); }
  bool operator()(const And& p) const {
    return std::all_of(p.operands.begin(), p.operands.end(),
                       [this](const PredicatePtr& operand) { return evaluate(*operand, view); });
  }
  bool operator()(const Or& p) const {
    return std::any_of(p.operands.begin(), p.operands.end(),
                       [this](const PredicatePtr& operand) { return evaluate(*operand, view); });
  }
};

}  // namespace

bool compare(std::uint64_t left, Comparison comparison, std::uint64_t right) {
  switch (comparison) {
    case Comparison::kEqual:
      return left == right;
    case Comparison::kNotEqual:
      return left != right;
    case Comparison::kLess:
      return left < right;
    case Comparison::kAtMost:
      return left <= right;
    case Comparison::kMore:
      return left > right;
    case Comparison::kAtLeast:
      return left >= right;
  }
  return false;
}

bool evaluate(const Predicate& predicate, const sim::ClusterView& view) {
  return std::visit(Evaluator{view}, predicate.what);
}

std::uint64_t snapshots_begun(const sim::ClusterView& view, NodeId from, NodeId to) {
  std::uint64_t count = 0;
  for (const auto& begun : view.snapshots) {
    const bool fits =
        (from == raft::kNoNode || from == begun.from) && (to == raft::kNoNode || to == begun.to);
    if (fits) count += begun.count;
  }
  return count;
}

const raft::ConfState* effective_config(const sim::ClusterView& view) { return view.members(); }

}  // namespace scenario
