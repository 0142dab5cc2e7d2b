// Text to predicate. Binding: not, then and, then or.
#include <algorithm>

#include "app/scenario/handlers.h"
#include "app/scenario/parser.h"

namespace scenario {
namespace {

// Nothing that a person writes is deeper; a hostile file must not exhaust the stack.
constexpr std::uint64_t kMaxDepth = 100;

class PredicateParser {
 public:
  explicit PredicateParser(Cursor& cursor) : c_(cursor) {}

  Predicate parse_or() {
    return parse_chain<Or>("or", [this] { return parse_and(); });
  }

 private:
  Predicate parse_and() {
    return parse_chain<And>("and", [this] { return parse_not(); });
  }

  template <class Chain, class ParseOperand>
  Predicate parse_chain(std::string_view word, ParseOperand parse_operand) {
    Predicate first = parse_operand();
    if (!c_.next_is(word)) return first;
    Chain chain;
    chain.operands.push_back(std::make_shared<const Predicate>(std::move(first)));
    while (c_.take(word)) {
      chain.operands.push_back(std::make_shared<const Predicate>(parse_operand()));
    }
    return Predicate{std::move(chain)};
  }

  Predicate parse_not() {
    if (depth_ >= kMaxDepth) {
      c_.fail_at(c_.column(), "more than 100 levels of not and parentheses");
      return Predicate{Converged{}};
    }
    ++depth_;
    Predicate out;
    if (c_.take("not")) {
      out = Predicate{Not{std::make_shared<const Predicate>(parse_not())}};
    } else if (c_.take(TokenKind::kOpenParen)) {
      out = parse_or();
      c_.expect(TokenKind::kCloseParen, "and, or, or a closing parenthesis");
    } else {
      out = parse_leaf();
    }
    --depth_;
    return out;
  }

  Predicate parse_leaf() {
    if (c_.take("leader")) return parse_leader();
    if (c_.take("no", "leader")) return Predicate{NoLeader{}};
    if (c_.take("role")) return parse_role();
    if (c_.take("up")) return Predicate{IsUp{c_.node("a node")}};
    if (c_.take("halted")) return Predicate{IsHalted{c_.node("a node")}};
    if (c_.take("vote")) return parse_vote();
    if (c_.take("log")) return parse_log();
    if (c_.take("value")) return parse_value();
    if (c_.take("result")) return parse_result();
    if (c_.take("in-flight")) return parse_in_flight();
    if (c_.take("progress")) return parse_progress();
    if (c_.take("match")) return parse_match();
    if (c_.take("voters")) return parse_voters();
    if (c_.take("converged")) return Predicate{Converged{}};
    if (c_.take("snapshots")) return parse_snapshots();
    for (int i = 0; i <= static_cast<int>(Number::kLength); ++i) {
      const auto number = static_cast<Number>(i);
      if (c_.take(number_text(number))) return parse_number(number);
    }
    c_.fail_here(
        "a predicate (leader, no leader, role, up, halted, term, commit, applied, first, last, "
        "durable, length, vote, log, value, result, in-flight, progress, match, snapshots, "
        "voters, converged)");
    return {};
  }

  void expect_equals() { c_.expect("=", "="); }

  Comparison parse_comparison() {
    for (int i = 0; i <= static_cast<int>(Comparison::kAtLeast); ++i) {
      const auto comparison = static_cast<Comparison>(i);
      if (c_.take(comparison_text(comparison))) return comparison;
    }
    c_.fail_here("=, !=, <, <=, > or >=");
    return Comparison::kEqual;
  }

  std::uint64_t parse_count() { return c_.number("a number", 0, UINT64_MAX); }

  Predicate parse_leader() {
    if (c_.take("any")) return Predicate{LeaderIs{}};
    return Predicate{LeaderIs{c_.node("any, or a node")}};
  }

  Predicate parse_role() {
    RoleIs role;
    role.node = c_.node("a node");
    expect_equals();
    for (const sim::RoleName name :
         {sim::RoleName::kNone, sim::RoleName::kFollower, sim::RoleName::kPreCandidate,
          sim::RoleName::kCandidate, sim::RoleName::kLeader, sim::RoleName::kLearner}) {
      if (c_.take(sim::role_name(name))) {
        role.role = name;
        return Predicate{role};
      }
    }
    c_.fail_here("follower, pre-candidate, candidate, leader, learner or none");
    return {};
  }

  Predicate parse_number(Number number) {
    NumberIs out{number, c_.node("a node"), Comparison::kEqual, 0};
    out.comparison = parse_comparison();
    out.value = parse_count();
    return Predicate{out};
  }

  Predicate parse_vote() {
    VoteIs vote;
    vote.node = c_.node("a node");
    expect_equals();
    if (!c_.take("none")) vote.vote = c_.node("none, or a node");
    return Predicate{vote};
  }

  Predicate parse_log() {
    LogIs log;
    log.node = c_.node("a node");
    expect_equals();
    if (c_.take("empty")) return Predicate{log};
    while (const Token* token = c_.peek()) {
      const std::size_t colon =
          token->kind == TokenKind::kWord ? token->text.find(':') : std::string::npos;
      if (colon == std::string::npos) break;
      const auto index = to_number(std::string_view(token->text).substr(0, colon));
      const auto term = to_number(std::string_view(token->text).substr(colon + 1));
      if (!index || !term) break;
      log.entries.push_back({{*index}, {*term}});
      c_.take_any();
    }
    if (log.entries.empty()) c_.fail_here("empty, or INDEX:TERM such as 1:1 2:1");
    return Predicate{std::move(log)};
  }

  Predicate parse_value() {
    ValueIs value;
    value.node = c_.node("a node");
    value.key = c_.value("a key");
    expect_equals();
    if (!c_.take("absent")) value.value = c_.value("absent, or a value");
    return Predicate{std::move(value)};
  }

  Predicate parse_result() {
    ResultIs result;
    const auto id = c_.next_is(TokenKind::kWord) ? to_numbered('r', c_.peek()->text) : std::nullopt;
    if (!id) c_.fail_here("a request, such as r1,");
    c_.take_any();
    result.request = id.value_or(0);
    expect_equals();
    if (c_.take("ok")) {
      result.outcome = sim::Outcome::kOk;
      result.output = parse_output();
    } else if (c_.take("refused")) {
      result.outcome = sim::Outcome::kRefused;
      result.reason = parse_refusal();
    } else if (c_.take("pending")) {
      result.outcome = sim::Outcome::kPending;
    } else if (c_.take("dropped")) {
      result.outcome = sim::Outcome::kDropped;
    } else if (c_.take("unknown")) {
      result.outcome = sim::Outcome::kUnknown;
    } else {
      c_.fail_here("pending, ok, refused, dropped or unknown");
    }
    return Predicate{std::move(result)};
  }

  ExpectedOutput parse_output() {
    const bool ends = c_.at_end() || c_.next_is("and") || c_.next_is("or") ||
                      c_.next_is("within") || c_.next_is("for") ||
                      c_.next_is(TokenKind::kCloseParen);
    if (ends) return AnyOutput{};
    if (c_.take("absent")) return AbsentOutput{};
    if (c_.take("true")) return true;
    if (c_.take("false")) return false;
    return c_.value("a value, absent, true or false");
  }

  std::string parse_refusal() {
    for (const std::string_view reason :
         {"not-leader", "stale-command", "epoch-not-match", "store-not-match"}) {
      if (c_.take(reason)) return std::string(reason);
    }
    c_.fail_here("not-leader, stale-command, epoch-not-match or store-not-match");
    return {};
  }

  Predicate parse_in_flight() {
    InFlightIs out;
    if (!c_.next_is(TokenKind::kWord) || !is_message_type(c_.peek()->text)) {
      c_.fail_here("one of " + message_type_list());
      return {};
    }
    out.type = c_.take_any()->text;
    const DirectedLink link = c_.link("a directed link, such as n1->n2 (or c1, or *)");
    out.from = link.from;
    out.to = link.to;
    out.comparison = parse_comparison();
    out.value = parse_count();
    return Predicate{std::move(out)};
  }

  Predicate parse_progress() {
    ProgressIs out;
    out.leader = c_.node("a leader");
    out.follower = c_.node("a follower");
    expect_equals();
    if (c_.take("probe")) {
      out.state = raft::ProgressState::kProbe;
    } else if (c_.take("replicate")) {
      out.state = raft::ProgressState::kReplicate;
    } else if (c_.take("snapshot")) {
      out.state = raft::ProgressState::kSnapshot;
    } else {
      c_.fail_here("probe, replicate or snapshot");
    }
    return Predicate{out};
  }

  Predicate parse_match() {
    MatchIs out;
    out.leader = c_.node("a leader");
    out.follower = c_.node("a follower");
    out.comparison = parse_comparison();
    out.value = parse_count();
    return Predicate{out};
  }

  Predicate parse_snapshots() {
    SnapshotsAre out;
    const DirectedLink link = c_.link("a directed link, such as n1->n3 (or *)");
    out.from = link.from.node;
    out.to = link.to.node;
    out.comparison = parse_comparison();
    out.value = parse_count();
    return Predicate{out};
  }

  Predicate parse_voters() {
    VotersAre out;
    expect_equals();
    c_.expect(TokenKind::kOpenBrace, "a set of nodes, such as {n1 n2 n3}");
    while (!c_.failed() && !c_.take(TokenKind::kCloseBrace)) {
      const std::uint64_t column = c_.column();
      const NodeId node = c_.node("a node or a closing brace");
      if (std::find(out.voters.begin(), out.voters.end(), node) != out.voters.end()) {
        c_.fail_at(column, "n" + std::to_string(node.value) + " stands in the set twice");
      }
      out.voters.push_back(node);
    }
    std::sort(out.voters.begin(), out.voters.end());
    return Predicate{std::move(out)};
  }

  Cursor& c_;
  std::uint64_t depth_ = 0;
};

}  // namespace

Predicate parse_predicate_at(Cursor& cursor) { return PredicateParser(cursor).parse_or(); }

Result<Predicate> parse_predicate(std::string_view text) {
  const LexedLine line = lex(text);
  Cursor cursor(line);
  if (line.error) cursor.fail_at(line.error->column, line.error->message);
  Predicate predicate = parse_predicate_at(cursor);
  if (!cursor.at_end()) cursor.fail_here("and, or, or the end");
  if (const auto& error = cursor.error()) {
    return Error{Code::kInvalidArgument,
                 "column " + std::to_string(error->column) + ": " + error->message};
  }
  return predicate;
}

}  // namespace scenario
