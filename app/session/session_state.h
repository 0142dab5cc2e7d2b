// What a Session holds, and the work on it; only session*.cc and replay.cc see this.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/session/milestones.h"
#include "app/session/session.h"
#include "app/session/timeline.h"
#include "app/session/walk.h"

namespace session {

// A position to go to: the first that `arrived` is true of.
struct Goal {
  enum class Kind : std::uint8_t { kPosition, kEvent, kTick };
  Kind kind = Kind::kPosition;
  sim::Position at;  // kEvent: its events; kTick: its instant
};

// On the way from a checkpoint to a goal, beside the session, which stands still meanwhile.
struct Seek : sim::FactSink {
  Seek(Walk on_the_way, Goal to, MilestoneFinder& found);
  void on_fact(const sim::Fact& fact) override;
  bool arrived() const;
  // One event further, or time alone; false: the run differs from what is recorded.
  bool go_on();

  Walk walk;
  Goal goal;
  MilestoneFinder* finder;      // of the line
  std::deque<sim::Fact> facts;  // told on the way
  bool facts_join = false;      // the session's facts reach up to the start: these go on from there
  std::uint64_t begun = 0;      // events at the start
  std::size_t told = 0;         // violations
  bool back = false;            // stepping back: the way leaves dense checkpoints
};

struct Session::State : sim::FactSink {
  State(DiskImages images, sim::Cluster booted);

  void on_fact(const sim::Fact& fact) override;
  // What follows from the event that was just done, and where checkpoints are due.
  void after_event();
  bool step();
  void run_until(sim::Instant at);
  Status act(const sim::Command& command);
  Status fail(const scenario::Statement& statement, std::string_view what) const;

  // A copy of a world is nothing where its databases are plain files.
  bool can_go_back() const { return log.get().config.disk_directory.empty(); }
  // --- Seeking (session_seek.cc)
  Result<Goal> goal_of(const Line& line, const Target& target) const;
  Status begin_seek(const Line& line, const Target& target);
  void finish_seek();
  // The tip is left: its position and digest are kept.
  void leave_tip();

  // --- Branches (session_branches.cc)
  void fork_here(std::string name);
  void unfork(std::size_t before);  // the branch that was open
  std::string free_name() const;
  void prune_undone();
  Line line(std::size_t branch) const { return {log.get(), branch}; }
  MilestoneFinder& finder_of(const Line& line);
  MilestoneFinder& finder() { return finders.at(log.get().active); }
  const MilestoneFinder& finder() const { return finders.at(log.get().active); }

  std::vector<check::Operation> held_at_boot;
  RecordLog log;
  Timeline timeline;
  std::map<std::size_t, MilestoneFinder> finders;  // by branch, of those that were open
  std::optional<Walk> walk;                        // always set
  std::unique_ptr<Seek> seek;
  std::uint64_t asked_for_checkpoint = 0;  // events when it was last looked whether one is due
  std::size_t violations_told = 0;
  std::optional<sim::ClusterView> view;  // of the present state, once somebody asked
  std::deque<sim::Fact> facts;
  Listener* listener = nullptr;
  std::vector<scenario::Predicate> breakpoints;
  struct Place {
    std::string branch;
    sim::Position at;
  };
  std::vector<Place> undone;  // where each undo() began
  std::string undo_branch;    // that the last one made; empty: none
};

}  // namespace session
