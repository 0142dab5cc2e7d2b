#include "app/campaign/campaign.h"

#include "app/campaign/healing.h"
#include "app/campaign/nemesis.h"
#include "raft/assert.h"

namespace campaign {
namespace {

// Under faults, up to `end`. False: a property was violated.
bool make_trouble(session::Session& session, const Plan& plan, sim::Instant end) {
  Nemesis nemesis(session, plan);
  while (true) {
    const sim::Instant next = nemesis.next();
    if (next >= end) return run_safely(session, end);
    if (!run_safely(session, next)) return false;
    nemesis.act();
  }
}

}  // namespace

Outcome outcome_of(session::Session& session) {
  const session::Verdict verdict = session::conclude(session, "");
  Outcome outcome{verdict.exit, {}, 0, {}, {}};
  if (const check::Violation* violation = first_violation(session)) {
    outcome.property = violation->property;
    outcome.event = violation->event;
    outcome.at = violation->at;
    outcome.text = violation->text;
  } else if (!verdict.text.empty()) {
    outcome.text = verdict.text.substr(verdict.text.find_first_not_of(": "));
  }
  return outcome;
}

std::string command_of(const RunSpec& spec) {
  const std::string seed = std::to_string(spec.seed);
  std::string out = "raftarium fuzz --seeds " + seed + ".." + seed;
  if (spec.ticks != kDefaultTicks) out += " --ticks " + std::to_string(spec.ticks);
  if (spec.profile != Profile::kAll) out += " --profile " + std::string(profile_name(spec.profile));
  if (spec.mistake) out += " --mistake " + std::string(raft::mistake_name(*spec.mistake));
  return out;
}

Played play(const RunSpec& spec) {
  const Plan plan = make_plan(spec);
  auto booted = session::Session::start(plan.config);
  RAFT_ASSERT(booted.has_value());
  session::Session session = *std::move(booted);
  session.set_checkpoint_budget(0);  // nobody goes back
  session.set_about(command_of(spec), "");
  const auto must = [&](const sim::Command& command) {
    const Status done = session.act(command);
    RAFT_ASSERT(done.has_value());
  };
  must(sim::SetNetwork{plan.network});
  if (spec.mistake) must(sim::SetMistake{*spec.mistake, true, {}});
  must(plan.workload);

  const bool safe = make_trouble(session, plan, sim::Instant{} + sim::ticks(spec.ticks));
  std::optional<std::string> missing;
  if (safe) missing = heal_and_demand(session);
  Outcome outcome = outcome_of(session);
  if (missing && outcome.exit == session::Exit::kOk) {
    outcome = {session::Exit::kNoProgress, check::Property::kLiveness, session.position().events,
               session.position().at, *missing};
    session.note(*missing);
  }
  return {std::move(outcome), std::move(session)};
}

}  // namespace campaign
