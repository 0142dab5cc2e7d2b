// Finds among the facts and commands what the tape keeps of the whole run.
#pragma once

#include <string>
#include <vector>

#include "app/session/session.h"
#include "app/sim/command.h"

namespace session {

class MilestoneFinder {
 public:
  void see(const sim::Fact& fact);
  // A command was carried out; `at` is the position before it, `line` how it is written.
  void see(const sim::Command& command, const sim::Position& at, const std::string& line);
  void add_bookmark(const sim::Position& at, const std::string& text);

  const std::vector<Milestone>& list() const { return list_; }

 private:
  void add(MilestoneKind kind, const sim::Fact& fact);

  std::vector<Milestone> list_;
  raft::Term highest_term_;
};

}  // namespace session
