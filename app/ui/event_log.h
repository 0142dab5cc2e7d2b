// The facts as lines of text, kept beside them so that a list of thousands filters at once.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "app/session/session.h"

namespace ui {

struct EventLine {
  std::uint64_t id = 0;
  std::uint64_t event = 0;
  sim::Instant at;
  raft::NodeId node;
  std::string what, why, rule;
};

class EventLog {
 public:
  // Takes over what is new. Cost: in proportion to the new facts.
  void update(const std::deque<sim::Fact>& facts, const std::string& filter);
  // Lines that match, oldest first.
  const std::deque<EventLine>& lines() const { return lines_; }

 private:
  bool wanted(const EventLine& line) const;

  std::deque<EventLine> lines_;
  std::string filter_;
  std::uint64_t last_ = 0;  // id of the newest fact seen
};

}  // namespace ui
