#include "app/session/session.h"

#include <algorithm>

#include "app/check/history.h"
#include "app/scenario/print.h"
#include "app/session/disk_images.h"
#include "app/session/session_state.h"

namespace session {

// ---------------------------------------------------------------- the work

void Session::State::on_fact(const sim::Fact& fact) {
  facts.push_back(fact);
  if (facts.size() > kFactWindow) facts.pop_front();
  milestones.see(fact);
  checkers.on_fact(fact);
  if (listener) listener->on_fact(fact);
}

void Session::State::check_event() {
  checkers.after_event(cluster.nodes_view());
  const std::vector<check::Violation>& found = checkers.violations();
  for (; violations_told < found.size(); ++violations_told) {
    if (listener) listener->on_violation(found[violations_told]);
  }
}

void Session::State::expect(const scenario::ExpectViolation& expectation) {
  checkers.expect(expectation.first ? std::nullopt : std::optional(expectation.property));
}

void Session::State::add_digest() {
  const DigestMark mark{cluster.position(), cluster.digest()};
  recording.main.digests.push_back(mark);
  const std::size_t number = recording.main.digests.size() - 1;
  if (!expected || number >= expected->digests.size() || !difference.empty()) return;
  const DigestMark& recorded = expected->digests[number];
  if (recorded == mark) return;
  difference = "the replay differs at tick " + sim::short_text({mark.at.at.millis}) + ", event " +
               std::to_string(mark.at.events) + ": digest " + mark.digest.text() +
               ", recorded was " + recorded.digest.text() + " at tick " +
               sim::short_text({recorded.at.at.millis}) + ", event " +
               std::to_string(recorded.at.events);
}

void Session::State::pass_digest_instants(sim::Instant at) {
  while (next_digest <= at) {
    cluster.advance_clock(next_digest);
    next_digest = next_digest + sim::ticks(kDigestIntervalTicks);
    add_digest();
  }
}

void Session::State::step() {
  // A digest instant comes before the items that are due at it, however time is moved.
  pass_digest_instants(cluster.next_instant());
  view.reset();
  cluster.step();
  check_event();
}

void Session::State::run_until(sim::Instant at) {
  if (at <= cluster.position().at) return;
  view.reset();
  while (cluster.has_next() && cluster.next_instant() < at) step();
  pass_digest_instants(at);
  cluster.advance_clock(at);
}

Status Session::State::act(const sim::Command& command) {
  const sim::Position at = cluster.position();
  view.reset();
  RAFT_TRY(cluster.execute(command));
  check_event();
  std::string line = scenario::print(command);
  milestones.see(command, at, line);
  recording.main.commands.push_back({at, std::move(line)});
  add_digest();
  return ok();
}

Status Session::State::fail(const scenario::Statement& statement, std::string_view what) const {
  return Error{Code::kUnavailable, statement.place.text() + ": " + std::string(what)};
}

// ---------------------------------------------------------------- the interface

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Result<Session> Session::start(sim::ClusterConfig config, DiskImages images) {
  RAFT_TRY(check_disk_images(images));
  RAFT_TRY_ASSIGN(sim::Cluster cluster, sim::Cluster::boot(std::move(config), images));
  // Plain files change while it runs; the history needs to know what they held.
  for (std::uint64_t i = 1; !cluster.config().disk_directory.empty() && i <= cluster.config().nodes;
       ++i) {
    RAFT_TRY_ASSIGN(std::string database, cluster.database({i}));
    images.push_back(std::move(database));
  }
  auto state = std::make_unique<State>(std::move(cluster));
  state->recording.disk_images = std::move(images);
  return Session(std::move(state));
}

Status Session::act(const sim::Command& command) { return state_->act(command); }

bool Session::step_event() {
  if (!state_->cluster.has_next()) return false;
  state_->step();
  return true;
}

void Session::run_until(sim::Instant at) { state_->run_until(at); }

void Session::tick(sim::Duration by) { run_until(position().at + by); }

bool Session::holds(const scenario::Predicate& predicate) {
  return scenario::evaluate(predicate, view());
}

const std::vector<check::Violation>& Session::violations() const {
  return state_->checkers.violations();
}

check::LinearizabilityReport Session::check_linearizability() {
  const std::vector<sim::RequestView>& requests = view().requests;
  const check::History history = history_of(*this);
  check::LinearizabilityReport report = check::check_linearizability(history);
  if (report.verdict != check::Verdict::kNotLinearizable) return report;
  // The first return that nothing explains stays the first, so that it is told once.
  for (const check::Violation& told : violations()) {
    if (told.property == check::Property::kLinearizability) return report;
  }
  const check::Operation& operation = history.operations[report.operation];
  check::Violation violation;
  violation.property = check::Property::kLinearizability;
  violation.event = operation.returned;
  violation.text = report.text;
  for (const sim::RequestView& request : requests) {
    if (request.call_event != operation.call) continue;
    violation.at = request.returned.value_or(position().at);
    const std::string name = "r" + std::to_string(request.id);
    const std::string what = " (" + sim::describe(request.request) + ")";
    violation.earlier = {0, {}, request.called, name + " was asked" + what};
    violation.later = {0, {}, violation.at, name + " was answered" + what};
  }
  state_->checkers.add(std::move(violation));
  state_->violations_told = violations().size();
  for (const check::Violation& told : violations()) {
    if (told.property != check::Property::kLinearizability) continue;
    if (state_->listener) state_->listener->on_violation(told);
  }
  return report;
}

void Session::expect_violation(const scenario::ExpectViolation& expectation) {
  state_->expect(expectation);
  state_->recording.main.marks.push_back(
      {MarkKind::kExpectation, position(), scenario::print({expectation, {}})});
}

void Session::bookmark(std::string text) {
  state_->milestones.add_bookmark(position(), text);
  state_->recording.main.marks.push_back({MarkKind::kBookmark, position(), std::move(text)});
}

void Session::note(std::string text) {
  state_->recording.main.marks.push_back({MarkKind::kNote, position(), std::move(text)});
}

const sim::Cluster& Session::cluster() const { return state_->cluster; }

sim::Position Session::position() const { return state_->cluster.position(); }

const sim::ClusterView& Session::view() {
  if (!state_->view) state_->view = state_->cluster.view();
  // Time may have moved without an event.
  state_->view->position = position();
  return *state_->view;
}

const std::deque<sim::Fact>& Session::facts() const { return state_->facts; }
const std::vector<Milestone>& Session::milestones() const { return state_->milestones.list(); }

Recording Session::recording() const {
  Recording out = state_->recording;
  out.main.end = DigestMark{position(), state_->cluster.digest()};
  return out;
}

const std::vector<RecordedCommand>& Session::commands() const {
  return state_->recording.main.commands;
}

const std::vector<Mark>& Session::marks() const { return state_->recording.main.marks; }

void Session::set_listener(Listener* listener) { state_->listener = listener; }

Status Session::save(const std::string& path) const { return write_recording(path, recording()); }

void Listener::on_violation(const check::Violation&) {}

std::string violation_text(const check::Violation& violation) {
  return std::string(check::property_name(violation.property)) + " at tick " +
         sim::short_text({violation.at.millis}) + ", event " + std::to_string(violation.event) +
         ": " + violation.text;
}

// ---------------------------------------------------------------- statements

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
      if (!session.cluster().has_next()) return failure("nothing more will happen: no node runs");
      RAFT_TRY(check_traps(session.cluster().next_instant()));
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

  Status operator()(const scenario::Say&) const { return ok(); }

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
    const sim::Cluster& cluster = session.cluster();
    while (cluster.has_next() && cluster.next_instant() < end) {
      RAFT_TRY(check_traps(cluster.next_instant()));
      session.step_event();
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
