// Statements of the language on a session: commands, time, expectations.
#include <algorithm>

#include "app/scenario/print.h"
#include "app/session/session_state.h"

namespace session {

namespace {

std::string tick_text(const Session& session) {
  return sim::short_text({session.position().at.millis});
}

std::string printed(const scenario::Predicate& predicate) { return scenario::print(predicate); }

// Carries out one statement; the error is what went wrong, without its place.
struct Executor {
  Session& session;
  sim::Instant begin;  // of the statement

  Status operator()(const sim::Command& command) const { return session.act(command); }

  Status operator()(const scenario::Tick& tick) const {
    return run_to(session.position().at + tick.by);
  }

  Status operator()(const scenario::Step& step) const {
    for (std::uint64_t i = 0; i < step.items; ++i) {
      if (!session.next_instant()) return failure("nothing more will happen: no node runs");
      RAFT_TRY(check_traps(*session.next_instant()));
      session.step_event();
    }
    return ok();
  }

  Status operator()(const scenario::Never& never) const {
    const sim::Instant end = session.position().at + never.lasting;
    RAFT_TRY_ASSIGN(const bool held, runs_into(never.predicate, end));
    if (!held) return ok();
    return failure("never failed at tick " + tick_text(session) + ": " + printed(never.predicate));
  }

  Status operator()(const scenario::Until& until) const {
    const sim::Instant end = session.position().at + until.within;
    RAFT_TRY_ASSIGN(const bool held, runs_into(until.predicate, end));
    if (held) return ok();
    return failure("until failed: " + sim::short_text(until.within) + " ticks passed, up to tick " +
                   tick_text(session) + ", without " + printed(until.predicate) + "; " +
                   scenario::explain(until.predicate, session.view()));
  }

  Status operator()(const scenario::Expect& expect) const {
    if (session.holds(expect.predicate)) return ok();
    return failure("expect failed at tick " + tick_text(session) + ": " +
                   printed(expect.predicate) + "; but " +
                   scenario::explain(expect.predicate, session.view()));
  }

  Status operator()(const scenario::ExpectNoViolations&) const {
    session.check_linearizability();
    if (session.violations().empty()) return ok();
    return failure("expect no violations failed at tick " + tick_text(session) + ": " +
                   violation_text(session.violations().front()));
  }

  Status operator()(const scenario::ExpectLinearizable&) const {
    const check::LinearizabilityReport report = session.check_linearizability();
    if (report.verdict != check::Verdict::kNotLinearizable) return ok();
    return failure("expect linearizable failed at tick " + tick_text(session) + ": " + report.text);
  }

  Status operator()(const scenario::ExpectViolation& expect) const {
    session.check_linearizability();
    const std::vector<check::Violation>& found = session.violations();
    const bool holds =
        expect.first ? !found.empty() && found.front().property == expect.property
                     : std::any_of(found.begin(), found.end(), [&](const check::Violation& v) {
                         return v.property == expect.property;
                       });
    if (!holds) {
      return failure(scenario::print({expect, {}}) + " failed at tick " + tick_text(session) +
                     ": " +
                     (found.empty() ? "nothing was violated"
                                    : "the first was " + violation_text(found.front())));
    }
    session.expect_violation(expect);
    return ok();
  }

  Status operator()(const scenario::Bookmark& bookmark) const {
    session.bookmark(bookmark.text);
    return ok();
  }

  // What is said is kept: films and pages have it as a caption.
  Status operator()(const scenario::Say& say) const {
    session.note(say.text);
    return ok();
  }

  Status operator()(const scenario::Seed&) const {
    return failure("seed is a header line: it stands before the first command of a file");
  }

  Status operator()(const scenario::Nodes&) const {
    return failure("nodes is a header line: it stands before the first command of a file");
  }

  Status operator()(const scenario::DiskImages&) const {
    return failure("disk-images is a header line: it stands before the first command of a file");
  }

 private:
  static Error failure(std::string message) { return {Code::kUnavailable, std::move(message)}; }

  // Tests at once, then after each event with an instant before `end`; stops where it holds, else
  // at `end`.
  Result<bool> runs_into(const scenario::Predicate& predicate, sim::Instant end) const {
    if (session.holds(predicate)) return true;
    while (const auto next = session.next_instant()) {
      if (*next >= end) break;
      RAFT_TRY(check_traps(*next));
      if (!session.step_event()) break;
      if (session.holds(predicate)) return true;
    }
    RAFT_TRY(run_to(end));
    return false;
  }

  // As Session::run_until(), up to the first trap that has waited in vain.
  Status run_to(sim::Instant end) const {
    while (const auto trap = next_deadline(end)) {
      // The last moment at which it may spring is the deadline itself.
      session.run_until({trap->deadline.millis + 1});
      RAFT_TRY(check_traps(session.position().at));
    }
    session.run_until(end);
    return ok();
  }

  // A trap whose time is up before `instant`, if time is moved so far: then time stands right
  // behind its deadline.
  Status check_traps(sim::Instant instant) const {
    const auto trap = next_deadline(instant);
    if (!trap) return ok();
    session.run_until({trap->deadline.millis + 1});
    std::string crash = scenario::print(sim::Command(trap->crash));
    const std::string node = "n" + std::to_string(trap->crash.node.value);
    crash.erase(crash.find(' '), node.size() + 1);
    return failure("the trap of " + node + " (" + crash + ") was not sprung within " +
                   sim::short_text(sim::kTrapPatience) + " ticks");
  }

  // Of the traps whose deadline lies at or behind the statement's begin and before `instant`, the
  // one that is up first. Older ones were told by an earlier statement.
  std::optional<sim::ArmedTrap> next_deadline(sim::Instant instant) const {
    std::optional<sim::ArmedTrap> first;
    for (const sim::ArmedTrap& trap : session.cluster().traps()) {
      if (trap.deadline < begin || trap.deadline >= instant) continue;
      if (!first || trap.deadline < first->deadline) first = trap;
    }
    return first;
  }
};

}  // namespace

Status Session::execute(const scenario::Statement& statement) {
  if (state_->listener) state_->listener->on_begin(statement, position());
  const Status status = std::visit(Executor{*this, position().at}, statement.what);
  if (state_->listener) state_->listener->on_done(statement, position(), status.has_value());
  if (!status) return state_->fail(statement, status.error().message);
  return ok();
}

}  // namespace session
