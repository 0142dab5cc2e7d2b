#include "app/check/linearizability.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace check {
namespace {

constexpr std::uint32_t kEnd = 0xFFFFFFFF;

// States of one key as small numbers; 0: absent.
class States {
 public:
  std::uint32_t of(const std::optional<std::string>& value) {
    if (!value) return 0;
    const auto next = static_cast<std::uint32_t>(values_.size() + 1);
    const auto [place, added] = numbers_.try_emplace(*value, next);
    if (added) values_.push_back(&place->first);
    return place->second;
  }
  bool absent(std::uint32_t state) const { return state == 0; }
  const std::string& value(std::uint32_t state) const { return *values_[state - 1]; }

 private:
  std::map<std::string, std::uint32_t> numbers_;
  std::vector<const std::string*> values_;
};

// Which operations have their place in the order, and the state that they lead to.
struct Configuration {
  std::vector<std::uint64_t> done;
  std::uint32_t state = 0;
  bool operator<(const Configuration& other) const {
    return std::tie(state, done) < std::tie(other.state, other.done);
  }
};

// The search over the operations of one key. Calls and returns stand in a list by time; an
// operation that gets its place leaves the list. Whoever's return comes first must have its place
// before anything that is called behind that return.
class Search {
 public:
  Search(const History& history, const std::vector<std::uint64_t>& operations)
      : history_(history), operations_(operations) {
    make_list();
    now_.done.resize((operations_.size() + 63) / 64);
  }

  // nullopt: the steps did not suffice.
  std::optional<bool> run(std::uint64_t& steps, std::uint64_t max_steps) {
    std::uint32_t at = list_[kHead].next;
    while (open_returns_ > 0) {
      if (++steps > max_steps) return std::nullopt;
      const Item item = list_[at];
      if (item.is_return) {
        // Its operation found no place before its return.
        if (stack_.empty()) return false;
        at = list_[take_back()].next;
        continue;
      }
      const auto next = step(operation(item.subject), now_.state, steps);
      if (next && place(at, *next)) {
        at = list_[kHead].next;
      } else {
        at = item.next;
      }
      // Calls alone never end the list: a return is still open.
    }
    return true;
  }

 private:
  static constexpr std::uint32_t kHead = 0;

  struct Item {
    std::uint32_t next = kEnd;
    std::uint32_t previous = kEnd;
    std::uint32_t partner = kEnd;  // the return of a call; kEnd: it may come at any time, or never
    std::uint32_t subject = 0;     // position in operations_
    bool is_return = false;
  };
  struct Placed {
    std::uint32_t call = 0;
    std::uint32_t state_before = 0;
  };

  const Operation& operation(std::uint32_t subject) const {
    return history_.operations[operations_[subject]];
  }

  void make_list() {
    struct Moment {
      std::uint64_t time;
      bool is_return;  // calls first: equal times overlap
      std::uint32_t subject;
      bool operator<(const Moment& other) const {
        return std::tie(time, is_return, subject) <
               std::tie(other.time, other.is_return, other.subject);
      }
    };
    std::vector<Moment> moments;
    for (std::uint32_t i = 0; i < operations_.size(); ++i) {
      moments.push_back({operation(i).call, false, i});
      if (operation(i).effect == Effect::kDone) moments.push_back({operation(i).returned, true, i});
    }
    std::sort(moments.begin(), moments.end());
    list_.emplace_back();
    std::vector<std::uint32_t> calls(operations_.size());
    for (const Moment& moment : moments) {
      const auto at = static_cast<std::uint32_t>(list_.size());
      Item item;
      item.previous = at - 1;
      item.subject = moment.subject;
      item.is_return = moment.is_return;
      list_.back().next = at;
      list_.push_back(item);
      if (moment.is_return) {
        list_[calls[moment.subject]].partner = at;
        ++open_returns_;
      } else {
        calls[moment.subject] = at;
      }
    }
  }

  // The state behind the operation; nullopt if its output contradicts it. Long values cost more.
  std::optional<std::uint32_t> step(const Operation& op, std::uint32_t state,
                                    std::uint64_t& steps) {
    const bool absent = states_.absent(state);
    switch (op.op) {
      case HistoryOp::kGet: {
        const bool same = absent ? !op.output : op.output && states_.value(state) == *op.output;
        return same ? std::optional(state) : std::nullopt;
      }
      case HistoryOp::kPut:
        return states_.of(op.value);
      case HistoryOp::kDelete:
        if (op.has_output && op.truth == absent) return std::nullopt;
        return 0;
      case HistoryOp::kCas: {
        const bool matches = absent ? !op.expect : op.expect && states_.value(state) == *op.expect;
        if (op.has_output && op.truth != matches) return std::nullopt;
        return matches ? states_.of(op.value) : state;
      }
      case HistoryOp::kAppend: {
        const std::string value = absent ? op.value : states_.value(state) + op.value;
        steps += value.size() / 64;
        if (op.has_output && op.output != value) return std::nullopt;
        return states_.of(value);
      }
    }
    return std::nullopt;
  }

  // Gives the operation of the call at `at` the next place. False if that leads to a configuration
  // that was tried before.
  bool place(std::uint32_t at, std::uint32_t state) {
    const std::uint32_t subject = list_[at].subject;
    Configuration next = now_;
    next.done[subject / 64] |= std::uint64_t{1} << subject % 64;
    next.state = state;
    if (!seen_.insert(next).second) return false;
    stack_.push_back({at, now_.state});
    now_ = std::move(next);
    unlink(at);
    if (list_[at].partner != kEnd) {
      unlink(list_[at].partner);
      --open_returns_;
    }
    return true;
  }

  // Undoes the last placing; returns its call.
  std::uint32_t take_back() {
    const Placed last = stack_.back();
    stack_.pop_back();
    const std::uint32_t subject = list_[last.call].subject;
    now_.done[subject / 64] &= ~(std::uint64_t{1} << subject % 64);
    now_.state = last.state_before;
    if (list_[last.call].partner != kEnd) {
      relink(list_[last.call].partner);
      ++open_returns_;
    }
    relink(last.call);
    return last.call;
  }

  void unlink(std::uint32_t at) {
    list_[list_[at].previous].next = list_[at].next;
    if (list_[at].next != kEnd) list_[list_[at].next].previous = list_[at].previous;
  }
  void relink(std::uint32_t at) {
    list_[list_[at].previous].next = at;
    if (list_[at].next != kEnd) list_[list_[at].next].previous = at;
  }

  const History& history_;
  const std::vector<std::uint64_t>& operations_;
  States states_;
  std::vector<Item> list_;  // [kHead] is before the first
  std::uint64_t open_returns_ = 0;
  Configuration now_;
  std::vector<Placed> stack_;
  std::set<Configuration> seen_;
};

// The first return, of those of `operations`, that no order explains. What has returned by a moment
// is linearizable or not whatever comes later, and once it is not, it stays so: so halving finds
// it. REQUIRES: the operations are not linearizable.
std::uint64_t first_unexplained(const History& history,
                                const std::vector<std::uint64_t>& operations, std::uint64_t& steps,
                                std::uint64_t max_steps) {
  const auto returns_before = [&](std::uint64_t a, std::uint64_t b) {
    return std::pair(history.operations[a].returned, a) <
           std::pair(history.operations[b].returned, b);
  };
  std::vector<std::uint64_t> returns;
  for (const std::uint64_t i : operations) {
    if (history.operations[i].effect == Effect::kDone) returns.push_back(i);
  }
  std::sort(returns.begin(), returns.end(), returns_before);
  std::uint64_t low = 0;
  std::uint64_t high = returns.size() - 1;
  while (low < high) {
    const std::uint64_t middle = (low + high) / 2;
    const std::uint64_t last = returns[middle];
    History part;
    std::vector<std::uint64_t> all;
    for (const std::uint64_t i : operations) {
      Operation op = history.operations[i];
      if (op.call > history.operations[last].returned) continue;
      if (op.effect == Effect::kDone && returns_before(last, i)) {
        // Still open at that moment.
        if (op.op == HistoryOp::kGet) continue;
        op.effect = Effect::kUnknown;
        op.has_output = false;
      }
      all.push_back(part.operations.size());
      part.operations.push_back(std::move(op));
    }
    const std::optional<bool> explained = Search(part, all).run(steps, max_steps);
    if (!explained) break;  // as near as the steps allow
    if (*explained) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return returns[high];
}

std::string shown(const std::string& text) {
  return text.size() <= 40 ? "\"" + text + "\"" : "\"" + text.substr(0, 40) + "…\"";
}

std::string explain(const Operation& op) {
  std::string text(history_op_name(op.op));
  text += " of " + shown(op.key) + " by client " + std::to_string(op.client) + " (called " +
          std::to_string(op.call) + ", returned " + std::to_string(op.returned) + ")";
  if (op.has_output) {
    text += " gave ";
    if (op.op == HistoryOp::kCas || op.op == HistoryOp::kDelete) {
      text += op.truth ? "true" : "false";
    } else {
      text += op.output ? shown(*op.output) : "nothing";
    }
  }
  return text + "; no order of the operations on this key up to then explains it";
}

}  // namespace

LinearizabilityReport check_linearizability(const History& history, std::uint64_t max_steps) {
  LinearizabilityReport report;
  std::map<std::string, std::vector<std::uint64_t>> by_key;
  for (std::uint64_t i = 0; i < history.operations.size(); ++i) {
    const Operation& op = history.operations[i];
    if (op.effect == Effect::kNever) continue;
    if (op.effect == Effect::kUnknown && op.op == HistoryOp::kGet) continue;  // says nothing
    by_key[op.key].push_back(i);
  }
  for (const auto& [key, operations] : by_key) {
    Search search(history, operations);
    const std::optional<bool> found = search.run(report.steps, max_steps);
    if (!found) {
      report.steps = std::min(report.steps, max_steps);
      if (report.verdict == Verdict::kNotLinearizable) return report;
      report.verdict = Verdict::kUnknown;
      report.key = key;
      report.text =
          "undecided after " + std::to_string(max_steps) + " steps at the key " + shown(key);
      return report;
    }
    if (*found) continue;
    // Of several keys the one that goes wrong first.
    const std::uint64_t at = first_unexplained(history, operations, report.steps, max_steps);
    const bool first =
        report.verdict != Verdict::kNotLinearizable ||
        history.operations[at].returned < history.operations[report.operation].returned;
    if (!first) continue;
    report.verdict = Verdict::kNotLinearizable;
    report.key = key;
    report.operation = at;
    report.text = explain(history.operations[at]);
  }
  return report;
}

}  // namespace check
