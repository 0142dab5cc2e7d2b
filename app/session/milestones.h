// Finds among the facts and commands what the tape keeps of the whole run.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "app/session/session.h"
#include "app/sim/command.h"

namespace session {

// Along one line of time, from the boot on. What was seen once is not seen again: a replay of a
// part adds nothing.
class MilestoneFinder {
 public:
  void see(const sim::Fact& fact);
  // A command was carried out; `at` is the position before it, `line` how it is written.
  void see(const sim::Command& command, const sim::Position& at, const std::string& line);
  void see(const check::Violation& violation);
  void add_bookmark(const sim::Position& at, const std::string& text);
  // The world events up to here are seen.
  void done(std::uint64_t events) { seen_ = std::max(seen_, events); }
  std::uint64_t seen() const { return seen_; }

  // Up to a position, for a line that leaves this one there.
  MilestoneFinder up_to(const sim::Position& at) const;
  void without_bookmarks();

  const std::vector<Milestone>& list() const { return list_; }
  // The events in which the highest commit index rose.
  struct Commit {
    sim::Position at;  // right behind it
    raft::Index index;
  };
  const std::vector<Commit>& commits() const { return commits_; }

 private:
  void add(MilestoneKind kind, const sim::Fact& fact);
  void note_leader(const Milestone& milestone);
  void insert(Milestone milestone);

  std::vector<Milestone> list_;  // in the order of time
  std::vector<Commit> commits_;
  raft::Term highest_term_;
  std::set<raft::NodeId> leaders_;  // that did not step down, crash or halt since
  std::uint64_t seen_ = 0;
};

}  // namespace session
