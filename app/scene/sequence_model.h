// What the sequence view draws, picked out of the facts once and kept in small pieces, so that
// twenty thousand facts cost a frame no more than those in sight.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/scene/glyphs.h"
#include "app/scene/ring.h"
#include "app/sim/fact.h"

namespace scene {

// What a node is from `from` on, until the next.
struct LineState {
  sim::Instant from;
  raft::Term term;
  raft::Role role = raft::Role::kFollower;
  sim::NodeState state = sim::NodeState::kUp;
};

// A message from its send to its end.
struct Arrow {
  std::uint64_t message = 0;
  std::uint64_t send = 0;  // fact
  std::uint64_t end = 0;   // fact; 0: not told, or still under way
  NodeId from, to;         // clients have none
  raft::Term term;         // that it carries
  sim::Instant sent, ended;
  bool lost = false;
  bool heartbeat = false;  // or its answer
  bool answer = false;
  // What its sign shows, taken from the fact of its send.
  std::string_view type;  // as sim::Fact::message_type
  Answer says = Answer::kRequest;
  std::string label;
  MessageGlyph glyph(float r) const;
};

// A fact on a node's line.
struct Mark {
  std::uint64_t fact = 0;
  sim::Instant at;
  NodeId node;
  sim::FactKind kind = sim::FactKind::kNote;
};

class SequenceModel {
 public:
  // Takes over what is new and lets go what is no longer kept. Cost: in proportion to the new
  // facts; all of them when time went back.
  void update(const std::deque<sim::Fact>& facts);

  const std::map<NodeId, std::vector<LineState>>& lines() const { return lines_; }
  const std::deque<Arrow>& arrows() const { return arrows_; }     // by sent
  const std::deque<Mark>& marks() const { return marks_; }        // by instant
  const std::deque<Mark>& commands() const { return commands_; }  // what somebody did
  // Instants at which something besides heartbeats happened, ascending.
  const std::deque<sim::Instant>& busy() const { return busy_; }
  // Neighbours among them that lie so far apart that an axis folds what is between, ascending.
  struct Gap {
    sim::Instant from, to;
  };
  const std::deque<Gap>& gaps() const { return gaps_; }
  sim::Duration longest_flight() const { return longest_; }
  sim::Instant first() const { return first_; }

 private:
  void take(const sim::Fact& fact);
  void take_message(const sim::Fact& fact);
  void forget(const std::deque<sim::Fact>& facts);

  std::map<NodeId, std::vector<LineState>> lines_;
  std::deque<Arrow> arrows_;
  std::uint64_t arrows_gone_ = 0;                  // dropped from the front
  std::map<std::uint64_t, std::uint64_t> flying_;  // message to the number of its arrow
  std::deque<Mark> marks_, commands_;
  std::deque<sim::Instant> busy_;
  std::deque<Gap> gaps_;
  sim::Duration longest_;
  sim::Instant first_;
  std::uint64_t last_ = 0;  // id of the newest fact seen
};

// Time along the view. Spans in which nothing but heartbeats went on are folded: they take as much
// room as kFoldTicks. Places are kept as doubles, in ticks of the folded axis.
class TimeAxis {
 public:
  struct Fold {
    sim::Instant from, to;
    double place = 0;  // of `from`
  };
  TimeAxis() = default;
  TimeAxis(const SequenceModel& model, sim::Instant now, bool fold);

  // Two inverse functions, but for what lies within a fold.
  double place_of(sim::Instant at) const;
  sim::Instant instant_at(double place) const;
  const std::vector<Fold>& folds() const { return folds_; }

  static constexpr double kFoldTicks = 0.5;

 private:
  std::vector<Fold> folds_;
};

}  // namespace scene
