// A run that a person or a script is making: it owns the cluster and the recording of everything
// done to it. Window, console, scenario runner and replay all act through it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/check/linearizability.h"
#include "app/check/violation.h"
#include "app/scenario/statement.h"
#include "app/session/recording.h"
#include "app/sim/cluster.h"
#include "raft/result.h"

namespace session {

// Facts kept around the playhead; older ones are dropped from the front.
inline constexpr std::size_t kFactWindow = 20000;

enum class MilestoneKind : std::uint8_t {
  kTerm,      // the highest term so far rose: `term`
  kElection,  // `node` became a candidate in `term`
  kLeader,    // `node` became leader of `term`
  kCrash,
  kRestart,
  kPause,
  kResume,
  kHalt,
  kCut,    // partition, links only, cut
  kHeal,   // heal, mend
  kWrite,  // put, delete, cas, append: `text` is the line
  kBookmark,
};

// What the tape shows of the whole run.
struct Milestone {
  MilestoneKind kind = MilestoneKind::kTerm;
  sim::Position at;
  sim::NodeId node;  // 0: none
  raft::Term term;
  std::string text;
};

// Told as things happen; for narration and progress. Never calls back into the session.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_fact(const sim::Fact& fact) = 0;
  // A statement begins, and ends: its facts come between. `done`: it was carried out, it holds.
  virtual void on_begin(const scenario::Statement& statement, const sim::Position& at) = 0;
  virtual void on_done(const scenario::Statement& statement, const sim::Position& at,
                       bool done) = 0;
  // A property was found violated. Linearizability is decided late, so that it may lie in the past.
  virtual void on_violation(const check::Violation& violation);
};

// "election-safety at tick 12.5, event 200: n1 and n3 lead term 4".
std::string violation_text(const check::Violation& violation);

// Where to stop a replay.
struct AtTick {
  sim::Instant at;
};  // every event before, no command at it
struct AtEvent {
  std::uint64_t event = 0;
};  // right behind that world event
struct AtBookmark {
  std::string text;
};
struct AtEnd {};
using Target = std::variant<AtEnd, AtTick, AtEvent, AtBookmark>;
// "tick:12.5", "event:311", "bookmark:TEXT", "end".
Result<Target> parse_target(std::string_view text);

// Share done, in thousandths; false cancels.
using Progress = std::function<bool(std::uint64_t permille)>;

class Session {
 public:
  // Boots a cluster at tick 0, on new databases or on `images`. Errors: kInvalidArgument for a
  // configuration that cannot be, kCorruption for an image on which no node can start.
  static Result<Session> start(sim::ClusterConfig config, DiskImages images = {});
  // Reads and replays a file, comparing digests, and stands at the target. Errors: those of
  // read_recording() and replay().
  static Result<Session> open(const std::string& path, const Target& target = AtEnd{},
                              const Progress& progress = {});
  // Plays a recording again. Errors: kCorruption if it differs from what was recorded (the message
  // names the first position), kVersion if it was made by another model, kNotFound if the target is
  // not in it, kUnavailable if cancelled.
  static Result<Session> replay(const Recording& recording, const Target& target = AtEnd{},
                                const Progress& progress = {});
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  // Carries out a command now and records it. Errors: it cannot be done; nothing has changed.
  Status act(const sim::Command& command);

  // The next queue item, if there is one; false: nothing will ever happen (all nodes down, no
  // client).
  bool step_event();
  // Every item before `at`, then now = `at`. Nothing if `at` is not later than now.
  void run_until(sim::Instant at);
  // run_until(now + by).
  void tick(sim::Duration by);

  // Carries out any statement of the language, time control and expectations included. Errors: a
  // failed expectation or a command that cannot be done, as one sentence that begins with the
  // place.
  Status execute(const scenario::Statement& statement);
  // Whether `predicate` holds now.
  bool holds(const scenario::Predicate& predicate);

  // What the checkers found up to now, the first in time first. Linearizability is among it only
  // once check_linearizability() was called.
  const std::vector<check::Violation>& violations() const;
  // Decides whether there is an order that explains what the clients saw so far; if there is none,
  // that is a violation. Takes long (seconds) in bad cases.
  check::LinearizabilityReport check_linearizability();
  // All violations of the property (`first`: of every one), before and after, count as expected. A
  // mark of the recording.
  void expect_violation(const scenario::ExpectViolation& expectation);

  void bookmark(std::string text);
  void note(std::string text);

  const sim::Cluster& cluster() const;
  sim::Position position() const;
  // Valid until the next non-const call; made once per event.
  const sim::ClusterView& view();
  const std::deque<sim::Fact>& facts() const;  // the latest kFactWindow, oldest first
  const std::vector<Milestone>& milestones() const;
  // What is being recorded, its end set to now.
  Recording recording() const;
  // Scenario lines of all commands so far, oldest first, with their positions.
  const std::vector<RecordedCommand>& commands() const;
  const std::vector<Mark>& marks() const;

  // Not owned; null: none.
  void set_listener(Listener* listener);

  // Writes the recording, all or nothing.
  Status save(const std::string& path) const;

 private:
  friend class Replayer;
  struct State;
  explicit Session(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace session
