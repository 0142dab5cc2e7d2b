// What window and exports tell about a run: the sentence below the stage, why a node did what it
// did, what was lost a moment ago, the bands of the tape. All from facts and milestones.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/scene/ring.h"
#include "app/scene/tape.h"
#include "app/session/session.h"

namespace exporter {

// The newest decision worth a sentence.
using Words = std::function<sim::Narration(const sim::Fact&)>;
scene::Told narration(const std::deque<sim::Fact>& facts, const Words& words);

struct Reasoned {
  sim::Instant at;
  std::string what, why, rule;
};
// A node's decisions, newest first.
std::vector<Reasoned> why_list(const std::deque<sim::Fact>& facts, raft::NodeId node,
                               std::size_t most, const Words& words);

// Messages lost within the last tick.
std::vector<scene::LostMessage> lost_messages(const std::deque<sim::Fact>& facts, sim::Instant now);

// Milestones to bands and marks; goes on where it stopped.
class TapeBuilder {
 public:
  // `tip`: where the branch ends, if time stands before it; `known`: up to where it was played, if
  // not to the tip.
  void update(const std::vector<session::Milestone>& milestones, sim::Instant now,
              sim::Instant tip = {}, std::optional<sim::Instant> known = std::nullopt);
  scene::TapeInput input;

 private:
  std::size_t seen_ = 0;
  bool open_ = false;
};

}  // namespace exporter
