#include "app/campaign/shrink_run.h"

#include <algorithm>

#include "app/campaign/healing.h"
#include "app/scenario/parser.h"
#include "app/session/line.h"

namespace campaign {
namespace {

// The violation in question, once it is there.
const check::Violation* found(const session::Session& session, const Goal& goal) {
  const auto& all = session.violations();
  const auto it = std::find_if(all.begin(), all.end(), [&](const check::Violation& violation) {
    return violation.property == goal.property;
  });
  if (it == all.end() || (goal.first && it != all.begin())) return nullptr;
  return &*it;
}

class Player {
 public:
  Player(session::Session& session, const Goal& goal) : session_(session), goal_(goal) {}

  // False: it is decided, whether it fails in the same way or not.
  bool go_to(sim::Instant at) {
    while (const auto next = session_.next_instant()) {
      if (*next >= at) break;
      if (!step()) return false;
    }
    session_.run_until(at);
    return true;
  }

  bool pass(std::uint64_t events) {
    for (; events > 0; --events) {
      const auto next = session_.next_instant();
      if (!next || *next != session_.position().at) break;
      if (!step()) return false;
    }
    return true;
  }

  // Whether the command was carried out.
  bool act(const sim::Command& command) { return session_.act(command).has_value(); }

  bool decided() const {
    const std::size_t count = session_.violations().size();
    return count > 0 && (goal_.first || found(session_, goal_) != nullptr);
  }

 private:
  bool step() { return session_.step_event() && !decided(); }

  session::Session& session_;
  const Goal& goal_;
};

// Commands and the way to the end. False: it was decided on the way.
bool carry_out(Player& player, const Candidate& candidate, std::vector<Step>& kept) {
  for (const Step& step : candidate.steps) {
    if (step.at >= candidate.end) break;
    if (!player.go_to(step.at) || !player.pass(step.behind)) return false;
    if (!player.act(step.command)) continue;
    kept.push_back(step);
    if (player.decided()) return false;
  }
  return player.go_to(candidate.end);
}

}  // namespace

std::optional<Failure> play(const Candidate& candidate, const Goal& goal) {
  auto booted = session::Session::start(candidate.config, candidate.disk_images);
  if (!booted) return std::nullopt;
  Failure failure{*std::move(booted), {}, candidate.end};
  session::Session& played = failure.session;
  played.set_checkpoint_budget(0);
  Player player(played, goal);
  const bool undecided = carry_out(player, candidate, failure.steps);
  if (goal.healing) {
    // What is broken before the healing is something else.
    if (!undecided) return std::nullopt;
    const auto missing = heal_and_demand(played);
    if (missing && goal.property == check::Property::kLiveness && played.violations().empty()) {
      played.note(*missing);
      return failure;
    }
  }
  if (goal.property == check::Property::kLinearizability) played.check_linearizability();
  const check::Violation* violation = found(played, goal);
  if (violation == nullptr) return std::nullopt;
  if (!goal.healing) failure.end = {violation->at.millis + 1};
  return failure;
}

Result<Candidate> candidate_of(const session::Recording& recording) {
  Candidate out{recording.config, recording.disk_images, {}, {}};
  RAFT_TRY_ASSIGN(session::Session session,
                  session::Session::start(recording.config, recording.disk_images));
  session.set_checkpoint_budget(0);
  const session::Line line(recording, recording.active);
  for (std::size_t i = 0; i < line.commands(); ++i) {
    const session::RecordedCommand& recorded = line.command(i);
    session.run_until(recorded.at.at);
    Step step{recorded.at.at, 0, {}};
    for (; session.position().events < recorded.at.events; ++step.behind) {
      if (!session.step_event()) break;
    }
    RAFT_TRY_ASSIGN(step.command, scenario::parse_command(recorded.line));
    if (const Status done = session.act(step.command); !done) {
      return Error{Code::kCorruption,
                   "the command '" + recorded.line + "' cannot be done: " + done.error().message};
    }
    out.steps.push_back(std::move(step));
  }
  out.end = {line.end().at.millis + 1};
  return out;
}

}  // namespace campaign
