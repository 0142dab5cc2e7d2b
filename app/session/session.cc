#include "app/session/session.h"

#include <algorithm>

#include "app/check/history.h"
#include "app/scenario/print.h"
#include "app/session/disk_images.h"
#include "app/session/session_state.h"

namespace session {

// ---------------------------------------------------------------- the work

Session::State::State(DiskImages images, sim::Cluster booted) {
  if (!images.empty() || !booted.config().disk_directory.empty()) {
    held_at_boot = earlier_writes(booted.view());
  }
  log.edit().config = booted.config();
  log.edit().disk_images = std::move(images);
  finders.try_emplace(0);
  walk.emplace(log, line(0), std::make_unique<World>(std::move(booted)));
  walk->world().tell(this);
  if (can_go_back()) timeline.add(walk->line(), walk->world().clone(), false);
}

void Session::State::on_fact(const sim::Fact& fact) {
  facts.push_back(fact);
  if (facts.size() > kFactWindow) facts.pop_front();
  finder().see(fact);
  if (listener) listener->on_fact(fact);
}

void Session::State::after_event() {
  const auto& repeated = walk->repeated();
  if (repeated) finder().see(repeated->first, repeated->second.at, repeated->second.line);
  const std::vector<check::Violation>& found = walk->world().checkers().violations();
  for (; violations_told < found.size(); ++violations_told) {
    finder().see(found[violations_told]);
    if (listener) listener->on_violation(found[violations_told]);
  }
  const sim::Position at = walk->position();
  finder().done(at.events);
  if (!can_go_back()) return;
  // To look costs less than an event, but not nothing.
  constexpr std::uint64_t kEvery = 64;
  if (at.events < asked_for_checkpoint + kEvery && at.events >= asked_for_checkpoint) return;
  asked_for_checkpoint = at.events;
  if (timeline.is_due(walk->line(), at)) {
    timeline.add(walk->line(), walk->world().clone(), false);
  }
}

bool Session::State::step() {
  view.reset();
  if (walk->at_tip()) log.edit().branch(log.get().active).end.reset();
  if (!walk->step()) return false;
  after_event();
  return true;
}

void Session::State::run_until(sim::Instant at) {
  if (at <= walk->position().at) return;
  while (const auto next = walk->next_instant()) {
    if (*next >= at || !step()) break;
  }
  view.reset();
  if (!walk->difference().empty()) return;
  if (walk->at_tip()) log.edit().branch(log.get().active).end.reset();
  walk->move_clock(at);
}

Status Session::State::act(const sim::Command& command) {
  seek.reset();
  view.reset();
  const bool forks = !walk->at_tip();
  const std::size_t before = log.get().active;
  if (forks) fork_here({});
  log.edit().branch(log.get().active).end.reset();
  const sim::Position at = walk->position();
  const std::string text = scenario::print(command);
  if (Status done = walk->act(command, text); !done) {
    if (forks) unfork(before);
    return done;
  }
  prune_undone();
  finder().see(command, at, text);
  after_event();
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
  return Session(std::make_unique<State>(std::move(images), std::move(cluster)));
}

Status Session::act(const sim::Command& command) { return state_->act(command); }

bool Session::step_event() {
  state_->seek.reset();
  return state_->step();
}

std::optional<sim::Instant> Session::next_instant() const { return state_->walk->next_instant(); }

void Session::run_until(sim::Instant at) {
  state_->seek.reset();
  state_->run_until(at);
}

void Session::tick(sim::Duration by) { run_until(position().at + by); }

std::optional<std::size_t> Session::run(sim::Instant at, const std::function<bool()>& more) {
  state_->seek.reset();
  const std::vector<scenario::Predicate>& points = state_->breakpoints;
  if (points.empty() && !more) {
    run_until(at);
    return std::nullopt;
  }
  std::vector<bool> held;
  for (const scenario::Predicate& point : points) held.push_back(holds(point));
  std::uint64_t steps = 0;
  while (const auto next = next_instant()) {
    if (*next >= at) break;
    if (!state_->step()) return std::nullopt;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const bool before = held[i];
      held[i] = holds(points[i]);
      if (held[i] && !before) return i;
    }
    if (++steps % 32 == 0 && more && !more()) return std::nullopt;
  }
  state_->run_until(at);
  return std::nullopt;
}

std::vector<scenario::Predicate>& Session::breakpoints() { return state_->breakpoints; }

const std::string& Session::difference() const { return state_->walk->difference(); }

bool Session::holds(const scenario::Predicate& predicate) {
  return scenario::evaluate(predicate, view());
}

const std::vector<check::Operation>& Session::held_at_boot() const { return state_->held_at_boot; }

const std::vector<check::Violation>& Session::violations() const {
  return state_->walk->world().checkers().violations();
}

check::LinearizabilityReport Session::check_linearizability() {
  const sim::Requests& requests = view().requests;
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
  state_->walk->world().checkers().add(std::move(violation));
  state_->violations_told = violations().size();
  for (const check::Violation& told : violations()) {
    if (told.property != check::Property::kLinearizability) continue;
    state_->finder().see(told);
    if (state_->listener) state_->listener->on_violation(told);
  }
  return report;
}

void Session::expect_violation(const scenario::ExpectViolation& expectation) {
  state_->walk->world().checkers().expect(expectation.first ? std::nullopt
                                                            : std::optional(expectation.property));
  // At the fork it is what the branch expects, not what the parent does.
  const Line& line = state_->walk->line();
  const Branch& active = state_->log.get().branch(line.branch());
  const bool own = !active.fork || !is_before(position(), active.fork->at);
  state_->log.add(own ? line.branch() : line.owner(position()),
                  Mark{MarkKind::kExpectation, position(), scenario::print({expectation, {}})});
}

void Session::bookmark(std::string text) {
  state_->finder().add_bookmark(position(), text);
  state_->log.add(state_->walk->line().owner(position()),
                  Mark{MarkKind::kBookmark, position(), std::move(text)});
}

void Session::note(std::string text) {
  state_->log.add(state_->walk->line().owner(position()),
                  Mark{MarkKind::kNote, position(), std::move(text)});
}

void Session::set_about(std::string title, std::string author) {
  title.resize(std::min(title.size(), kMaxTitleBytes));
  author.resize(std::min(author.size(), kMaxTitleBytes));
  state_->log.edit().title = std::move(title);
  state_->log.edit().author = std::move(author);
  state_->log.rewrite();
}

void Session::set_journal(JournalSink* journal) { state_->log.set_journal(journal); }

void Session::pulse() {
  if (state_->walk->at_tip()) state_->log.reached(position());
}

const sim::Cluster& Session::cluster() const { return state_->walk->cluster(); }

sim::Position Session::position() const { return state_->walk->position(); }

const sim::ClusterView& Session::view() {
  if (!state_->view) state_->view = cluster().view();
  // Time may have moved without an event.
  state_->view->position = position();
  return *state_->view;
}

const std::deque<sim::Fact>& Session::facts() const { return state_->facts; }
const std::vector<Milestone>& Session::milestones() const { return state_->finder().list(); }

Recording Session::recording() const {
  Recording out = state_->log.get();
  out.model_version = sim::kModelVersion;
  if (!state_->walk->at_tip()) return out;
  const sim::Fingerprint now = cluster().fingerprint();
  Branch& active = out.branch(out.active);
  active.end = DigestMark{position(), now.digest, now.parts};
  active.reached = {};
  return out;
}

std::vector<RecordedCommand> Session::commands() const {
  const Line& line = state_->walk->line();
  std::vector<RecordedCommand> out;
  const std::size_t count = line.commands_before(position().events);
  for (std::size_t i = 0; i < count; ++i) out.push_back(line.command(i));
  return out;
}

std::vector<Mark> Session::marks() const {
  std::vector<Mark> out = state_->walk->line().marks();
  std::erase_if(out, [this](const Mark& mark) { return is_before(position(), mark.at); });
  return out;
}

void Session::set_listener(Listener* listener) {
  state_->listener = listener;
  if (listener == nullptr || position().events > 0) return;
  for (const sim::Fact& fact : start_facts(cluster())) listener->on_fact(fact);
}

Status Session::save(const std::string& path) const { return write_recording(path, recording()); }

std::size_t Session::checkpoints() const { return state_->timeline.size(); }
std::uint64_t Session::checkpoint_bytes() const { return state_->timeline.bytes(); }
void Session::set_checkpoint_budget(std::uint64_t bytes) { state_->timeline.set_budget(bytes); }

void Listener::on_violation(const check::Violation&) {}

std::string violation_text(const check::Violation& violation) {
  return std::string(check::property_name(violation.property)) + " at tick " +
         sim::short_text({violation.at.millis}) + ", event " + std::to_string(violation.event) +
         ": " + violation.text;
}

}  // namespace session
