// The facts as lines of text, kept beside them so that a list of thousands filters at once.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "app/session/session.h"
#include "app/ui/run_words.h"

namespace ui {

struct EventLine {
  std::uint64_t id = 0;
  std::uint64_t event = 0;
  sim::Instant at;
  raft::NodeId node;
  raft::Term term;
  std::string what, why, rule;
};

// Which lines are wanted. In the text `n3` and `t2` mean a node and a term, other words are looked
// for in what is told; all must fit.
enum class EventGroup : std::uint8_t { kAll, kDecisions, kMessages, kDisk, kClients };
struct EventFilter {
  std::string text;
  EventGroup group = EventGroup::kAll;
  bool operator==(const EventFilter&) const = default;
};
bool in_group(const sim::Fact& fact, EventGroup group);
// The text with `n3` taken out, or put in.
std::string with_node_toggled(const std::string& text, raft::NodeId node);
bool names_node(const std::string& text, raft::NodeId node);

class EventLog {
 public:
  // Takes over what is new. Cost: in proportion to the new facts.
  void update(const std::deque<sim::Fact>& facts, const EventFilter& filter, const Words& words);
  // Lines that match, oldest first.
  const std::deque<EventLine>& lines() const { return lines_; }

 private:
  bool wanted(const EventLine& line) const;
  void read_filter();

  std::deque<EventLine> lines_;
  EventFilter filter_;
  std::vector<std::string> words_;  // of the text, in small letters
  std::vector<std::uint64_t> nodes_, terms_;
  std::uint64_t last_ = 0;  // id of the newest fact seen
};

}  // namespace ui
