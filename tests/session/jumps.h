// Random runs with faults of every kind, and random jumps in them: what stands where one arrives
// must be what a run straight there gives.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/scenario/parser.h"
#include "app/session/position_text.h"
#include "app/session/session.h"
#include "raft/rng.h"

namespace session {

// One command that may or may not be possible at this moment.
inline std::string random_command(raft::Rng& rng) {
  const auto below = [&rng](std::uint64_t n) { return rng.below(n); };
  const auto node = [&] { return "n" + std::to_string(1 + below(5)); };
  const std::string a = node();
  const std::string b = node();
  const std::string key = "k" + std::to_string(below(6));
  const std::string value = std::to_string(below(1000));
  const std::string number = std::to_string(1 + below(4));
  switch (below(24)) {
    case 0:
      return "crash " + a;
    case 1:
      return "restart " + a;
    case 2:
      return "pause " + a;
    case 3:
      return "resume " + a;
    case 4:
      return "partition {" + a + "}";
    case 5:
      return "heal";
    case 6:
      return "cut " + a + "->" + b;
    case 7:
      return "hold " + a + "->" + b;
    case 8:
      return "release " + a + "->" + b;
    case 9:
      return "clock " + a + " 3/2";
    case 10:
      return "timer " + a + " " + number;
    case 11:
      return "campaign " + a;
    case 12:
      return "network lossy";
    case 13:
      return "crash " + a + " at=before-sync";
    case 14:
      return "crash " + a + " at=mid-apply lose=nothing";
    case 15:
      return "disk " + a + " sync-error";
    case 16:
      return "disk " + a + " ok";
    case 17:
      return "clients " + number;
    case 18:
      return "append " + key + " " + value;
    case 19:
      return "delete " + key;
    case 20:
      return "crash " + a + " lose=nothing";
    case 21:
      return "get " + key;
    default:
      return "put " + key + " " + value;
  }
}

inline void act_at_random(Session& session, raft::Rng& rng) {
  const auto command = scenario::parse_command(random_command(rng));
  if (command) (void)session.act(*command);  // what cannot be done changes nothing
}

// What must be alike, as text: digest, violations, history, the newest facts.
inline std::string state_of(Session& session, std::uint64_t facts_from) {
  std::string out = session.cluster().digest().text() + "\n";
  for (const check::Violation& violation : session.violations()) {
    out += violation_text(violation) + (violation.expected ? " expected\n" : "\n");
  }
  for (const sim::RequestView& request : session.view().requests) {
    out += std::to_string(request.id) + " " + std::to_string(static_cast<int>(request.outcome)) +
           " " + std::to_string(request.return_event) + " " + request.output.value_or("-") + "\n";
  }
  for (const sim::Fact& fact : session.facts()) {
    if (fact.id < facts_from) continue;
    out += std::to_string(fact.id) + " " + std::to_string(fact.cause) + " " +
           std::to_string(fact.event) + " " + sim::narrate(fact).what + "\n";
  }
  return out;
}

// Empty, or what stood there against what should have. The straight run goes along the same branch
// of the same recording, from the boot on, without a checkpoint.
inline std::string compare_with_straight_run(Session& session) {
  Recording recording = session.recording();
  auto straight = Session::replay(recording, AtPosition{session.position()});
  if (!straight) return "the straight run: " + straight.error().message;
  const std::uint64_t from = session.facts().empty() ? UINT64_MAX : session.facts().front().id;
  const std::string here = state_of(session, from);
  const std::string there = state_of(*straight, from);
  if (here == there) return "";
  std::size_t at = 0;
  while (at < std::min(here.size(), there.size()) && here[at] == there[at]) ++at;
  at = at < 60 ? 0 : at - 60;
  return "at " + position_text(session.position()) + ":\n" + here.substr(at, 240) +
         "\nbut straight:\n" + there.substr(at, 240);
}

// Plays a session with faults, jumps about in it, acts, undoes, switches branches, and compares
// after every jump. Empty, or what went wrong.
inline std::string jump_about(std::uint64_t seed, std::uint64_t jumps) {
  sim::ClusterConfig config;
  config.seed = seed;
  auto session = Session::start(config);
  if (!session) return session.error().message;
  raft::Rng rng(seed, 11);
  session->set_checkpoint_budget((1 + rng.below(8)) << 20);
  for (int i = 0; i < 12; ++i) {
    act_at_random(*session, rng);
    session->tick({rng.below(9000)});
    if (rng.below(5) == 0) session->bookmark("b" + std::to_string(i));
  }
  for (std::uint64_t jump = 0; jump < jumps; ++jump) {
    Status went = ok();
    const sim::Position tip = session->tip();
    switch (rng.below(10)) {
      case 0:
      case 1:
        went = session->seek(AtEvent{rng.below(tip.events + 1)});
        break;
      case 2:
        went = session->seek(AtTick{{rng.below(tip.at.millis + 1)}});
        break;
      case 3:
        for (std::uint64_t i = 1 + rng.below(6); went && i > 0 && session->position().events > 0;
             --i) {
          went = session->back();
        }
        break;
      case 4:
        went = session->seek(AtEnd{});
        break;
      case 5:
        act_at_random(*session, rng);
        break;
      case 6:
        if (session->can_undo()) went = session->undo();
        break;
      case 7:
        if (session->can_redo()) went = session->redo();
        break;
      case 8:
        went = session->open_branch(rng.below(session->branches()));
        break;
      default: {
        const auto to =
            session->previous(rng.below(2) == 0 ? Landmark::kCommit : Landmark::kCommand);
        if (to) went = session->seek(AtPosition{*to});
        break;
      }
    }
    if (!went) return "seed " + std::to_string(seed) + ": " + went.error().message;
    if (rng.below(3) == 0) session->tick({rng.below(3000)});
    if (rng.below(4) == 0) session->step_event();
    if (!session->difference().empty()) return session->difference();
    const std::string wrong = compare_with_straight_run(*session);
    if (!wrong.empty()) {
      return "seed " + std::to_string(seed) + ", jump " + std::to_string(jump) + " " + wrong;
    }
  }
  return "";
}

}  // namespace session
