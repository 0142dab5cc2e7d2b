#include "app/scenario/predicate.h"
#include "app/scenario/print.h"
#include "app/scenario/text.h"

namespace scenario {
namespace {

std::string name(NodeId node) { return "n" + std::to_string(node.value); }

std::string compared(Comparison comparison, std::uint64_t value) {
  return " " + std::string(comparison_text(comparison)) + " " + std::to_string(value);
}

std::string_view progress_text(raft::ProgressState state) {
  switch (state) {
    case raft::ProgressState::kProbe:
      return "probe";
    case raft::ProgressState::kReplicate:
      return "replicate";
    case raft::ProgressState::kSnapshot:
      return "snapshot";
  }
  return "probe";
}

// 0: or, 1: and, 2: not and leaves. An operand of looser binding needs parentheses; one of equal
// binding too, since `a and (b and c)` is another tree than `a and b and c`.
int binding(const Predicate& predicate) {
  if (std::holds_alternative<Or>(predicate.what)) return 0;
  return std::holds_alternative<And>(predicate.what) ? 1 : 2;
}

std::string operand_text(const Predicate& operand, int outer) {
  const bool parentheses = binding(operand) <= outer && binding(operand) < 2;
  return parentheses ? "(" + print(operand) + ")" : print(operand);
}

std::string chain_text(const std::vector<PredicatePtr>& operands, std::string_view word,
                       int outer) {
  std::string out;
  for (const PredicatePtr& operand : operands) {
    if (!out.empty()) out += " " + std::string(word) + " ";
    out += operand_text(*operand, outer);
  }
  return out;
}

std::string output_text(const ExpectedOutput& output) {
  if (std::holds_alternative<AnyOutput>(output)) return "";
  if (std::holds_alternative<AbsentOutput>(output)) return " absent";
  if (const bool* flag = std::get_if<bool>(&output)) return *flag ? " true" : " false";
  return " " + printed_value(std::get<std::string>(output));
}

struct Printer {
  std::string operator()(const LeaderIs& p) const {
    return p.node == raft::kNoNode ? "leader any" : "leader " + name(p.node);
  }
  std::string operator()(const NoLeader&) const { return "no leader"; }
  std::string operator()(const RoleIs& p) const {
    return "role " + name(p.node) + " = " + std::string(sim::role_name(p.role));
  }
  std::string operator()(const IsUp& p) const { return "up " + name(p.node); }
  std::string operator()(const IsHalted& p) const { return "halted " + name(p.node); }
  std::string operator()(const NumberIs& p) const {
    return std::string(number_text(p.number)) + " " + name(p.node) +
           compared(p.comparison, p.value);
  }
  std::string operator()(const VoteIs& p) const {
    return "vote " + name(p.node) + " = " + (p.vote == raft::kNoNode ? "none" : name(p.vote));
  }
  std::string operator()(const LogIs& p) const {
    std::string out = "log " + name(p.node) + " =";
    if (p.entries.empty()) return out + " empty";
    for (const auto& [index, term] : p.entries) {
      out += " " + std::to_string(index.value) + ":" + std::to_string(term.value);
    }
    return out;
  }
  std::string operator()(const ValueIs& p) const {
    return "value " + name(p.node) + " " + printed_value(p.key) + " = " +
           (p.value ? printed_value(*p.value) : "absent");
  }
  std::string operator()(const ResultIs& p) const {
    std::string out =
        "result r" + std::to_string(p.request) + " = " + std::string(sim::outcome_name(p.outcome));
    if (p.outcome == sim::Outcome::kRefused) out += " " + p.reason;
    if (p.outcome == sim::Outcome::kOk) out += output_text(p.output);
    return out;
  }
  std::string operator()(const InFlightIs& p) const {
    return "in-flight " + p.type + " " + print(p.from) + "->" + print(p.to) +
           compared(p.comparison, p.value);
  }
  std::string operator()(const ProgressIs& p) const {
    return "progress " + name(p.leader) + " " + name(p.follower) + " = " +
           std::string(progress_text(p.state));
  }
  std::string operator()(const MatchIs& p) const {
    return "match " + name(p.leader) + " " + name(p.follower) + compared(p.comparison, p.value);
  }
  std::string operator()(const SnapshotsAre& p) const {
    return "snapshots " + print(sim::Endpoint{p.from, 0}) + "->" + print(sim::Endpoint{p.to, 0}) +
           compared(p.comparison, p.value);
  }
  std::string operator()(const VotersAre& p) const {
    std::string out;
    for (const NodeId node : p.voters) out += (out.empty() ? "" : " ") + name(node);
    return "voters = {" + out + "}";
  }
  std::string operator()(const Converged&) const { return "converged"; }
  std::string operator()(const Not& p) const { return "not " + operand_text(*p.operand, 1); }
  std::string operator()(const And& p) const { return chain_text(p.operands, "and", 1); }
  std::string operator()(const Or& p) const { return chain_text(p.operands, "or", 0); }
};

}  // namespace

std::string_view comparison_text(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return "=";
    case Comparison::kNotEqual:
      return "!=";
    case Comparison::kLess:
      return "<";
    case Comparison::kAtMost:
      return "<=";
    case Comparison::kMore:
      return ">";
    case Comparison::kAtLeast:
      return ">=";
  }
  return "=";
}

std::string_view number_text(Number number) {
  switch (number) {
    case Number::kTerm:
      return "term";
    case Number::kCommit:
      return "commit";
    case Number::kApplied:
      return "applied";
    case Number::kFirst:
      return "first";
    case Number::kLast:
      return "last";
    case Number::kDurable:
      return "durable";
    case Number::kLength:
      return "length";
  }
  return "term";
}

std::string print(const Predicate& predicate) { return std::visit(Printer{}, predicate.what); }

}  // namespace scenario
