#include "app/campaign/shrink.h"

#include <algorithm>
#include <variant>

#include "app/campaign/healing.h"
#include "app/campaign/shrink_run.h"
#include "app/session/line.h"

namespace campaign {
namespace {

RunSize size_of(const session::Session& session) {
  const sim::Position at = session.position();
  return {session.commands().size(), at.at - sim::Instant{}, at.events,
          session.cluster().config().nodes};
}

// Where the healing of a campaign begins; nullopt: the recording has none.
std::optional<sim::Position> healing_of(const session::Session& session) {
  for (const session::Mark& mark : session.marks()) {
    if (mark.kind == session::MarkKind::kBookmark && mark.text == kHealingBookmark) return mark.at;
  }
  return std::nullopt;
}

// The command where the nodes behind `nodes` do not exist; nullopt: nothing is left of it.
std::optional<sim::Command> with_fewer_nodes(const sim::Command& command, std::uint64_t nodes) {
  const auto is_gone = [nodes](sim::NodeId node) { return node.value > nodes; };
  if (const auto* partition = std::get_if<sim::Partition>(&command)) {
    sim::Partition rest = *partition;
    for (auto& group : rest.groups) std::erase_if(group, is_gone);
    std::erase_if(rest.groups, [](const auto& group) { return group.empty(); });
    if (rest.groups.empty()) return std::nullopt;
    return rest;
  }
  if (const auto* mesh = std::get_if<sim::LinksOnly>(&command)) {
    sim::LinksOnly rest = *mesh;
    std::erase_if(rest.links,
                  [&](const auto& link) { return is_gone(link.first) || is_gone(link.second); });
    if (rest.links.empty()) return std::nullopt;
    return rest;
  }
  return command;
}

class Shrinker {
 public:
  Shrinker(Candidate start, Goal goal, const ShrinkProgress& progress)
      : best_(std::move(start)), goal_(goal), progress_(progress) {}

  // False: the candidate as it was given does not fail.
  bool begin() { return accept(best_); }

  void shrink() {
    // Each way of making it smaller may open the door to another.
    constexpr int kRounds = 4;
    for (int round = 0; round < kRounds && !given_up_; ++round) {
      const std::uint64_t before = accepted_;
      drop_commands();
      drop_nodes();
      if (round == 0) drop_commands();
      drop_clients();
      drop_settings();
      close_gaps();
      if (accepted_ == before) break;
    }
  }

  const session::Session& session() const { return failure_->session; }
  session::Session& session() { return failure_->session; }
  std::uint64_t runs() const { return runs_; }
  bool given_up() const { return given_up_; }

 private:
  // Whether it fails in the same way; then it is the best so far.
  bool accept(const Candidate& candidate) {
    if (given_up_) return false;
    ++runs_;
    std::optional<Failure> failure = play(candidate, goal_);
    const bool fails = failure.has_value();
    if (fails) {
      ++accepted_;
      best_ = candidate;
      best_.steps = failure->steps;
      best_.end = failure->end;
      size_ = size_of(failure->session);
      failure_ = std::move(failure);
    }
    if (progress_ && !progress_(size_, runs_)) given_up_ = true;
    return fails;
  }

  void drop_commands() {
    for (std::size_t chunk = std::max<std::size_t>(best_.steps.size() / 2, 1);; chunk /= 2) {
      bool again = true;
      while (again && !given_up_) {
        again = false;
        // From the end: what comes late leaves more of the run as it was.
        for (std::size_t end = best_.steps.size(); end > 0 && !given_up_;) {
          const std::size_t begin = end > chunk ? end - chunk : 0;
          Candidate smaller = best_;
          smaller.steps.erase(smaller.steps.begin() + static_cast<std::ptrdiff_t>(begin),
                              smaller.steps.begin() + static_cast<std::ptrdiff_t>(end));
          if (accept(smaller)) again = chunk == 1;
          end = std::min(begin, best_.steps.size());
        }
      }
      if (chunk == 1) return;
    }
  }

  void drop_nodes() {
    while (best_.config.nodes > 1 && best_.disk_images.empty()) {
      Candidate smaller = best_;
      --smaller.config.nodes;
      smaller.steps.clear();
      for (const Step& step : best_.steps) {
        if (auto command = with_fewer_nodes(step.command, smaller.config.nodes)) {
          smaller.steps.push_back({step.at, step.behind, *std::move(command)});
        }
      }
      if (!accept(smaller)) return;
    }
  }

  void drop_clients() {
    for (std::size_t i = 0; i < best_.steps.size(); ++i) {
      while (i < best_.steps.size()) {
        const auto* workload = std::get_if<sim::Workload>(&best_.steps[i].command);
        if (workload == nullptr || workload->clients <= 1) break;
        Candidate smaller = best_;
        --std::get<sim::Workload>(smaller.steps[i].command).clients;
        if (!accept(smaller)) break;
      }
    }
  }

  // Options that are not the default.
  void drop_settings() {
    const auto defaults = sim::option_values(sim::ClusterConfig{}, raft::kNoNode);
    for (const sim::OptionValue& option : defaults) {
      Candidate plainer = best_;
      if (!sim::set_option(plainer.config, raft::kNoNode, option.key, option.value)) continue;
      if (!(plainer.config == best_.config)) accept(plainer);
    }
  }

  // Time in which nothing is done: all of it, else as much as halving finds out.
  void close_gaps() {
    // Behind the last command the run goes on as long as it takes to fail.
    const std::size_t behind = goal_.healing ? 1 : 0;
    for (std::size_t i = 0; i < best_.steps.size() + behind && !given_up_; ++i) close_gap(i);
  }

  void close_gap(std::size_t i) {
    const auto gap = [&]() -> std::uint64_t {
      const auto& steps = best_.steps;
      if (i > steps.size()) return 0;
      const sim::Instant begin = i == 0 ? sim::Instant{} : steps[i - 1].at;
      const sim::Instant end = i < steps.size() ? steps[i].at : best_.end;
      return end < begin ? 0 : (end - begin).millis;
    };
    std::uint64_t too_short = 0;
    bool none_fails = true;
    while (!given_up_) {
      const std::uint64_t now = gap();
      // In whole ticks, which are easier to read.
      const std::uint64_t wanted =
          none_fails ? 0 : (too_short + (now - std::min(now, too_short)) / 2) / 1000 * 1000;
      if (wanted >= now || (!none_fails && wanted <= too_short)) return;
      Candidate shorter = best_;
      const std::uint64_t less = now - wanted;
      for (std::size_t j = i; j < shorter.steps.size(); ++j) shorter.steps[j].at.millis -= less;
      shorter.end.millis -= less;
      if (!accept(shorter)) too_short = wanted;
      none_fails = false;
    }
  }

  Candidate best_;
  Goal goal_;
  const ShrinkProgress& progress_;
  std::optional<Failure> failure_;  // of `best_`
  RunSize size_;
  std::uint64_t runs_ = 0;
  std::uint64_t accepted_ = 0;
  bool given_up_ = false;
};

// What fails in the recording; nullopt: nothing.
std::optional<Goal> goal_of(session::Session& session) {
  const auto healing = healing_of(session);
  session.check_linearizability();
  const check::Violation* violation = first_violation(session);
  if (violation == nullptr && !session.violations().empty()) {
    violation = &session.violations().front();  // one that was expected fails just as well
  }
  if (violation == nullptr) {
    if (!healing) return std::nullopt;
    return Goal{check::Property::kLiveness, true, true};
  }
  Goal goal{violation->property, violation == &session.violations().front(), false};
  goal.healing = healing && violation->event > healing->events;
  return goal;
}

}  // namespace

std::string size_text(const RunSize& size) {
  const auto counted = [](std::uint64_t number, const char* what) {
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
  };
  return counted(size.commands, "command") + ", " + sim::short_text(size.length) + " ticks, " +
         counted(size.events, "event") + ", " + counted(size.nodes, "node");
}

Result<Shrunk> shrink(const session::Recording& recording, const ShrinkProgress& progress) {
  RAFT_TRY_ASSIGN(session::Session whole, session::Session::replay(recording));
  const Error nothing{Code::kInvalidArgument,
                      "no property is violated in it, so that there is nothing to shrink"};
  const std::optional<Goal> goal = goal_of(whole);
  if (!goal) return nothing;
  RAFT_TRY_ASSIGN(Candidate candidate, candidate_of(recording));
  if (goal->healing) {
    const sim::Position begin = *healing_of(whole);
    candidate.end = begin.at;
    std::erase_if(candidate.steps, [&](const Step& step) { return step.at >= begin.at; });
  }
  Shrinker shrinker(std::move(candidate), *goal, progress);
  if (!shrinker.begin()) return nothing;
  Shrunk out;
  out.property = goal->property;
  out.before = size_of(whole);
  shrinker.shrink();
  out.runs = shrinker.runs();
  out.complete = !shrinker.given_up();
  session::Session& smallest = shrinker.session();
  smallest.set_about(recording.title, recording.author);
  for (const session::Mark& mark : whole.marks()) {
    if (mark.kind != session::MarkKind::kExpectation) continue;
    if (const auto expected = session::parse_expectation(mark.text)) {
      smallest.expect_violation(*expected);
    }
  }
  out.after = size_of(smallest);
  out.recording = smallest.recording();
  return out;
}

}  // namespace campaign
