// A world on its way along a line of time. Where something is recorded it repeats it and compares
// digests; behind the end of the line it goes on by itself and records digests.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/session/line.h"
#include "app/session/record_log.h"
#include "app/session/world.h"

namespace session {

class Walk {
 public:
  // REQUIRES: the world is a state of the line. `log` holds the line's recording.
  Walk(RecordLog& log, Line line, std::unique_ptr<World> world);

  World& world() { return *world_; }
  const World& world() const { return *world_; }
  const sim::Cluster& cluster() const { return world_->cluster(); }
  const Line& line() const { return line_; }
  sim::Position position() const { return world_->position(); }
  // Behind everything that is recorded: what happens now is new.
  bool at_tip() const;

  // When the next event happens, be it recorded or to come; nullopt: never.
  std::optional<sim::Instant> next_instant() const;
  // The next event. False: there is none, or the run differs from what is recorded.
  bool step();
  // Every event before `at` and no command at it, then now = `at`.
  void run_until(sim::Instant at);
  // Moves time. REQUIRES: next_instant() is not before `at`.
  void move_clock(sim::Instant at);
  // A command at the tip, recorded. Errors: it cannot be done; nothing has changed.
  Status act(const sim::Command& command, const std::string& line);
  // The world is at the beginning of another line that has the same past.
  void change_line(Line line);
  std::unique_ptr<World> take_world() { return std::move(world_); }

  // How the run differs from what is recorded; empty: not so far.
  const std::string& difference() const { return difference_; }
  // The last position whose digest was as recorded.
  const std::optional<sim::Position>& agreed() const { return agreed_; }
  // The command that step() has carried out; nullopt: it was an item of the queue.
  const std::optional<std::pair<sim::Command, RecordedCommand>>& repeated() const {
    return repeated_;
  }

 private:
  const RecordedCommand* next_command() const;
  void repeat(const RecordedCommand& recorded);
  void pass_digest_instants(sim::Instant at);
  void note_digest();
  void check_end();
  void find_place();
  void differs(std::string_view how);

  RecordLog* log_;
  Line line_;
  std::unique_ptr<World> world_;
  std::size_t command_ = 0;  // the next one of the line
  std::size_t digest_ = 0;   // likewise
  sim::Instant digest_due_;
  std::string difference_;
  std::optional<sim::Position> agreed_;
  std::optional<std::pair<sim::Command, RecordedCommand>> repeated_;
};

}  // namespace session
