// Going through time: from the nearest checkpoint to a position, in pieces if need be.
#include <algorithm>

#include "app/scenario/text.h"
#include "app/session/position_text.h"
#include "app/session/session_state.h"

namespace session {
namespace {

// So many events before the goal are played again, so that their facts can be shown.
constexpr std::uint64_t kFactsBefore = 400;

Error past_end(const std::string& what, const sim::Position& end) {
  return {Code::kNotFound, what + " lies past the end, " + position_text(end)};
}

// Names the bookmarks of the line, and those of other branches with the branch.
Error no_bookmark(const Recording& recording, const Line& on, const std::string& text) {
  std::string known, elsewhere;
  const auto add = [](std::string& list, const std::string& item) {
    list += (list.empty() ? "" : ", ") + item;
  };
  const std::vector<Mark> here = on.marks();
  for (const Mark& mark : here) {
    if (mark.kind == MarkKind::kBookmark) add(known, scenario::quoted(mark.text));
  }
  for (std::size_t i = 0; i < recording.branches(); ++i) {
    const Branch& branch = recording.branch(i);
    for (const Mark& mark : branch.marks) {
      if (mark.kind != MarkKind::kBookmark) continue;
      if (std::find(here.begin(), here.end(), mark) != here.end()) continue;
      add(known, scenario::quoted(mark.text) + " (branch " + branch.name + ")");
      if (mark.text == text) add(elsewhere, branch.name);
    }
  }
  const std::string what = "there is no bookmark " + scenario::quoted(text);
  if (!elsewhere.empty())
    return {Code::kNotFound, what + " on branch " + recording.branch(on.branch()).name +
                                 "; there is one on " + elsewhere};
  return {Code::kNotFound,
          what + (known.empty() ? "; the recording has none" : "; the recording has " + known)};
}

}  // namespace

// ---------------------------------------------------------------- on the way

Seek::Seek(Walk on_the_way, Goal to, MilestoneFinder& found)
    : walk(std::move(on_the_way)),
      goal(to),
      finder(&found),
      begun(walk.position().events),
      told(walk.world().checkers().violations().size()) {
  walk.world().tell(this);
}

void Seek::on_fact(const sim::Fact& fact) {
  finder->see(fact);
  // Nearly every event tells a fact or more: those from further back would fall out again.
  if (goal.kind != Goal::Kind::kTick && fact.event + kFactWindow < goal.at.events) {
    facts_join = false;
    return;
  }
  facts.push_back(fact);
  if (facts.size() > kFactWindow) facts.pop_front();
}

bool Seek::arrived() const {
  const sim::Position at = walk.position();
  switch (goal.kind) {
    case Goal::Kind::kPosition:
      return at == goal.at;
    case Goal::Kind::kEvent:
      return at.events >= goal.at.events;
    case Goal::Kind::kTick: {
      const auto next = walk.next_instant();
      return at.at >= goal.at.at && (!next || *next >= goal.at.at);
    }
  }
  return true;
}

bool Seek::go_on() {
  bool clock_only = false;
  if (goal.kind == Goal::Kind::kPosition) {
    clock_only = walk.position().events >= goal.at.events;
  } else if (goal.kind == Goal::Kind::kTick) {
    const auto next = walk.next_instant();
    clock_only = !next || *next >= goal.at.at;
  }
  if (clock_only) {
    walk.move_clock(goal.at.at);
    return walk.difference().empty();
  }
  if (!walk.step()) return false;
  const auto& repeated = walk.repeated();
  if (repeated) finder->see(repeated->first, repeated->second.at, repeated->second.line);
  const std::vector<check::Violation>& found = walk.world().checkers().violations();
  for (; told < found.size(); ++told) finder->see(found[told]);
  finder->done(walk.position().events);
  return true;
}

// ---------------------------------------------------------------- where to

Result<Goal> Session::State::goal_of(const Line& on, const Target& target) const {
  const sim::Position end = on.end();
  if (const auto* tick = std::get_if<AtTick>(&target)) {
    if (end.at < tick->at) return past_end("tick " + sim::short_text({tick->at.millis}), end);
    return Goal{Goal::Kind::kTick, {tick->at, 0}};
  }
  if (const auto* event = std::get_if<AtEvent>(&target)) {
    if (end.events < event->event) return past_end("event " + std::to_string(event->event), end);
    return Goal{Goal::Kind::kEvent, {{}, event->event}};
  }
  if (const auto* position = std::get_if<AtPosition>(&target)) {
    if (is_before(end, position->at)) return past_end(position_text(position->at), end);
    return Goal{Goal::Kind::kPosition, position->at};
  }
  if (const auto* bookmark = std::get_if<AtBookmark>(&target)) {
    for (const Mark& mark : on.marks()) {
      if (mark.kind != MarkKind::kBookmark || mark.text != bookmark->text) continue;
      return Goal{Goal::Kind::kPosition, mark.at};
    }
    return no_bookmark(log.get(), on, bookmark->text);
  }
  return Goal{Goal::Kind::kPosition, end};
}

void Session::State::leave_tip() {
  if (!walk->at_tip() || !walk->difference().empty()) return;
  const sim::Fingerprint now = walk->cluster().fingerprint();
  Branch& branch = log.edit().branch(log.get().active);
  branch.end = DigestMark{walk->position(), now.digest, now.parts};
  branch.reached = {};
}

Status Session::State::begin_seek(const Line& to, const Target& target) {
  seek.reset();
  leave_tip();
  RAFT_TRY_ASSIGN(const Goal goal, goal_of(to, target));
  MilestoneFinder& found = finder_of(to);
  const sim::Position now = walk->position();
  const sim::Position last = goal.kind == Goal::Kind::kTick ? sim::Position{goal.at.at, UINT64_MAX}
                             : goal.kind == Goal::Kind::kEvent
                                 ? sim::Position{{UINT64_MAX}, goal.at.events}
                                 : goal.at;
  const auto usable = [&](const sim::Position& at) {
    if (goal.kind == Goal::Kind::kTick && at.at >= goal.at.at && at.events > 0) return false;
    // Time may have gone on behind the event.
    const bool boot = at == sim::Position{};
    if (goal.kind == Goal::Kind::kEvent && at.events == goal.at.events && !boot) return false;
    // Nothing between what is known of the line and the checkpoint may stay unseen.
    return at.events <= found.seen();
  };
  const sim::Position shared = to.shared_with(walk->line());
  const auto facts_reach = [&](const sim::Position& at) {
    return at.events <= now.events && at.events <= shared.events && !facts.empty() &&
           facts.front().event <= at.events;
  };
  const World* from = timeline.latest(to, last, usable);
  if (from != nullptr && !facts_reach(from->position()) && goal.kind != Goal::Kind::kTick &&
      from->position().events + kFactsBefore > last.events) {
    const std::uint64_t events = last.events - std::min(last.events, kFactsBefore);
    from = timeline.latest(to, {last.at, events}, usable);
  }
  if (from == nullptr) return Error{Code::kUnavailable, "a run on plain files cannot go back"};
  Walk way(log, to, from->clone());
  check::CheckerSet& checkers = way.world().checkers();
  checkers.expect_nothing();
  for (const Mark& mark : to.marks()) {
    const auto expectation =
        mark.kind == MarkKind::kExpectation ? parse_expectation(mark.text) : std::nullopt;
    if (!expectation) continue;
    checkers.expect(expectation->first ? std::nullopt : std::optional(expectation->property));
  }
  seek = std::make_unique<Seek>(std::move(way), goal, found);
  seek->facts_join = facts_reach(seek->walk.position());
  seek->back = goal.kind != Goal::Kind::kTick && goal.at.events < now.events;
  return ok();
}

void Session::State::finish_seek() {
  view.reset();
  // Where one was one may soon be again.
  const bool was_tip = walk->at_tip();
  if (walk->difference().empty()) {
    const Line left = walk->line();
    timeline.add(left, walk->take_world(), !was_tip);
  }
  const std::unique_ptr<Seek> done = std::move(seek);
  walk.emplace(std::move(done->walk));
  walk->world().tell(this);
  if (!done->facts_join) facts.clear();
  while (!facts.empty() && facts.back().event > done->begun) facts.pop_back();
  for (sim::Fact& fact : done->facts) facts.push_back(std::move(fact));
  while (facts.size() > kFactWindow) facts.pop_front();
  violations_told = walk->world().checkers().violations().size();
  log.edit().active = walk->line().branch();
  asked_for_checkpoint = 0;
}

// ---------------------------------------------------------------- the interface

sim::Position Session::tip() const {
  const sim::Position end = state_->walk->line().end();
  return is_before(end, position()) ? position() : end;
}

bool Session::in_past() const { return !state_->walk->at_tip(); }

Status Session::begin_seek(const Target& target) {
  return state_->begin_seek(state_->walk->line(), target);
}

bool Session::seeking() const { return state_->seek != nullptr; }

std::uint64_t Session::seek_permille() const {
  if (!state_->seek) return 1000;
  const Seek& seek = *state_->seek;
  const sim::Position at = seek.walk.position();
  if (seek.goal.kind == Goal::Kind::kTick) {
    return at.at.millis * 1000 / std::max<std::uint64_t>(seek.goal.at.at.millis, 1);
  }
  const std::uint64_t whole = std::max<std::uint64_t>(seek.goal.at.events - seek.begun, 1);
  return std::min<std::uint64_t>((at.events - seek.begun) * 1000 / whole, 1000);
}

void Session::cancel_seek() { state_->seek.reset(); }

Result<bool> Session::continue_seek(const std::function<bool()>& more) {
  if (!state_->seek) return true;
  Seek& seek = *state_->seek;
  Timeline& timeline = state_->timeline;
  const auto leave = [&](bool dense) {
    timeline.add(seek.walk.line(), seek.walk.world().clone(), dense);
  };
  std::uint64_t steps = 0;
  while (!seek.arrived()) {
    if (!seek.go_on()) {
      const std::string how = seek.walk.difference();
      state_->seek.reset();
      return Error{Code::kCorruption, how.empty() ? "the recorded run goes on longer" : how};
    }
    const sim::Position at = seek.walk.position();
    if (seek.back && at.events <= seek.goal.at.events) {
      // The last steps one by one, further away ever more widely spaced.
      const std::uint64_t left = seek.goal.at.events - at.events;
      const bool dense =
          left <= 8 || (left <= 64 && left % 8 == 0) || (left <= 1024 && left % 128 == 0);
      if (dense && left > 0) leave(true);
    }
    if (++steps % 32 != 0) continue;
    if (steps % 64 == 0 && timeline.is_due(seek.walk.line(), at)) leave(false);
    if (!more()) return false;
  }
  state_->finish_seek();
  return true;
}

namespace {

Status finish(Session& session, const Progress& progress) {
  std::uint64_t pieces = 0;
  const auto more = [&] {
    return !progress || ++pieces % 32 != 0 || progress(session.seek_permille());
  };
  RAFT_TRY_ASSIGN(const bool arrived, session.continue_seek(more));
  if (arrived) return ok();
  session.cancel_seek();
  return Error{Code::kUnavailable, "the replay was cancelled"};
}

}  // namespace

Status Session::seek(const Target& target, const Progress& progress) {
  RAFT_TRY(begin_seek(target));
  return finish(*this, progress);
}

Status Session::begin_open_branch(std::size_t number, const Target& target) {
  if (number >= branches()) return Error{Code::kInvalidArgument, "there is no such branch"};
  return state_->begin_seek(state_->line(number), target);
}

Status Session::open_branch(std::size_t number, const Target& target, const Progress& progress) {
  RAFT_TRY(begin_open_branch(number, target));
  return finish(*this, progress);
}

Status Session::back(std::uint64_t events) {
  const std::uint64_t now = position().events;
  if (now == 0) return Error{Code::kInvalidArgument, "this is the beginning"};
  return seek(AtEvent{now - std::min(events, now)});
}

Status Session::find(const scenario::Predicate& predicate, const Progress& progress) {
  RAFT_TRY(seek(AtEvent{0}));
  const std::uint64_t whole = std::max<std::uint64_t>(tip().events, 1);
  while (!holds(predicate)) {
    if (!in_past() || !step_event()) {
      if (!difference().empty()) return Error{Code::kCorruption, difference()};
      return Error{Code::kNotFound, "nowhere in the branch"};
    }
    const std::uint64_t events = position().events;
    if (progress && events % 1024 == 0 &&
        !progress(std::min<std::uint64_t>(events * 1000 / whole, 1000))) {
      return Error{Code::kUnavailable, "the search was cancelled"};
    }
  }
  return ok();
}

namespace {

bool is_of(const Milestone& milestone, Landmark kind) {
  switch (kind) {
    case Landmark::kElection:
      return milestone.kind == MilestoneKind::kElection;
    case Landmark::kCrash:
      return milestone.kind == MilestoneKind::kCrash || milestone.kind == MilestoneKind::kHalt;
    case Landmark::kViolation:
      return milestone.kind == MilestoneKind::kViolation;
    case Landmark::kBookmark:
      return milestone.kind == MilestoneKind::kBookmark;
    default:
      return false;
  }
}

}  // namespace

std::optional<sim::Position> Session::previous(Landmark kind) const {
  const sim::Position now = position();
  std::optional<sim::Position> found;
  switch (kind) {
    case Landmark::kEvent:
    case Landmark::kTick:
      break;  // back() and seek(AtTick) need no list
    case Landmark::kCommit:
      for (const auto& commit : state_->finder().commits()) {
        if (!is_before(commit.at, now)) break;
        found = commit.at;
      }
      break;
    case Landmark::kCommand: {
      const Line& line = state_->walk->line();
      std::size_t count = line.commands_before(now.events);
      if (count > 0) found = line.command(count - 1).at;
      break;
    }
    case Landmark::kElection:
    case Landmark::kCrash:
    case Landmark::kViolation:
    case Landmark::kBookmark:
      for (const Milestone& milestone : milestones()) {
        if (is_of(milestone, kind) && is_before(milestone.at, now)) found = milestone.at;
      }
      break;
  }
  return found;
}

std::optional<sim::Position> Session::next(Landmark kind) const {
  const sim::Position now = position();
  switch (kind) {
    case Landmark::kEvent:
    case Landmark::kTick:
      break;
    case Landmark::kCommit:
      for (const auto& commit : state_->finder().commits()) {
        if (is_before(now, commit.at)) return commit.at;
      }
      break;
    case Landmark::kCommand: {
      const Line& line = state_->walk->line();
      for (std::size_t i = line.commands_before(now.events); i < line.commands(); ++i) {
        if (is_before(now, line.command(i).at)) return line.command(i).at;
      }
      break;
    }
    case Landmark::kElection:
    case Landmark::kCrash:
    case Landmark::kViolation:
    case Landmark::kBookmark:
      for (const Milestone& milestone : milestones()) {
        if (is_of(milestone, kind) && is_before(now, milestone.at)) return milestone.at;
      }
      break;
  }
  return std::nullopt;
}

}  // namespace session
