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
  kStepDown,  // `node` led and follows, in `term`
  kCrash,
  kRestart,
  kPause,
  kResume,
  kHalt,
  kCut,    // partition, links only, cut
  kHeal,   // heal, mend
  kWrite,  // put, delete, cas, append: `text` is the line
  kBookmark,
  kViolation,  // `text` is the property
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
struct AtPosition {
  sim::Position at;
};
struct AtEnd {};
using Target = std::variant<AtEnd, AtTick, AtEvent, AtBookmark, AtPosition>;
// "tick:12.5", "event:311", "bookmark:TEXT", "end".
Result<Target> parse_target(std::string_view text);

// Share done, in thousandths; false cancels.
using Progress = std::function<bool(std::uint64_t permille)>;

// What one goes to, along the active branch.
enum class Landmark : std::uint8_t {
  kEvent,
  kTick,  // a whole tick
  kElection,
  kCrash,
  kCommit,
  kViolation,
  kBookmark,
  kCommand,
};

class JournalSink;

// What could be played of a recording.
struct Opened;

class Session {
 public:
  // Boots a cluster at tick 0, on new databases or on `images`. Errors: kInvalidArgument for a
  // configuration that cannot be, kCorruption for an image on which no node can start.
  static Result<Session> start(sim::ClusterConfig config, DiskImages images = {});
  // Reads and replays a file, comparing digests, and stands at the target. Errors: those of
  // read_recording() and replay().
  static Result<Session> open(const std::string& path, const Target& target = AtEnd{},
                              const Progress& progress = {});
  // Plays a recording again, along its active branch. Errors: kCorruption if it differs from what
  // was recorded (the message names the first position and what differs there; made by an older
  // model it may), kVersion if a newer model made it, kNotFound if the target is not in it,
  // kUnavailable if cancelled.
  static Result<Session> replay(const Recording& recording, const Target& target = AtEnd{},
                                const Progress& progress = {});
  // The same, but what differs is no error: the session stands at the last position that was as
  // recorded, and what lay behind is cut off. The note says so.
  static Result<Opened> replay_what_agrees(const Recording& recording,
                                           const Target& target = AtEnd{},
                                           const Progress& progress = {});
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  // Carries out a command now and records it. In the past of the branch that makes a new branch,
  // and what was its future stays. Errors: it cannot be done; nothing has changed.
  Status act(const sim::Command& command);

  // The next event: in the past the one that is recorded, else the next queue item. False: nothing
  // will ever happen (all nodes down, no client).
  bool step_event();
  // When that is; nullopt: never.
  std::optional<sim::Instant> next_instant() const;
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

  // --- Going through time. Recorded is nothing of it.
  sim::Position tip() const;  // of the active branch
  bool in_past() const;       // what happens next is recorded already
  // Of the active branch: up to where its milestones are known. nullopt: to the tip.
  std::optional<sim::Instant> known() const;
  // To a position of the active branch. Errors: kNotFound if it has none such, kUnavailable if
  // cancelled, kCorruption if the way there differs from what was recorded; then nothing has
  // changed.
  Status seek(const Target& target, const Progress& progress = {});
  // The same in pieces: while it lasts the session stands where it stood. Whatever else moves time
  // or acts ends it.
  Status begin_seek(const Target& target);
  bool seeking() const;
  std::uint64_t seek_permille() const;
  // Goes on as long as `more` holds; true: arrived. Errors: as seek().
  Result<bool> continue_seek(const std::function<bool()>& more);
  void cancel_seek();
  // The next one of the kind before or behind the playhead, as far as the branch is known.
  std::optional<sim::Position> previous(Landmark kind) const;
  std::optional<sim::Position> next(Landmark kind) const;
  // Back by events, not before the boot.
  Status back(std::uint64_t events = 1);
  // From the beginning of the active branch to the first event behind which the predicate holds.
  // kNotFound: it never does; then the session stands at the end.
  Status find(const scenario::Predicate& predicate, const Progress& progress = {});
  // Runs until `at`, or up to the first event behind which a breakpoint holds that did not hold
  // before; returns which. Stops also when `more` says so (it is asked every few events).
  std::optional<std::size_t> run(sim::Instant at, const std::function<bool()>& more = {});
  std::vector<scenario::Predicate>& breakpoints();
  // How playing through the past differed from what is recorded; empty: not so far.
  const std::string& difference() const;

  // --- Branches; 0 is main.
  std::size_t branches() const;
  const Branch& branch(std::size_t number) const;
  std::size_t active_branch() const;
  // Up to where the branch and the active one are the same run.
  sim::Position shared_with(std::size_t number) const;
  // Commands and marks, inherited ones included, cannot be told from own ones.
  Status open_branch(std::size_t number, const Target& target = AtEnd{},
                     const Progress& progress = {});
  Status begin_open_branch(std::size_t number, const Target& target = AtEnd{});
  // A new branch that begins here; it is the active one then. An empty name: the next free one.
  Result<std::size_t> fork(std::string name = {});
  // Errors of both: kInvalidArgument, a sentence that says why not.
  Status rename_branch(std::size_t number, std::string name);
  Status delete_branch(std::size_t number);
  // The branch without its last command before the playhead: a new one that begins there.
  Status undo(const Progress& progress = {});
  // Back to where undo() began.
  Status redo(const Progress& progress = {});
  bool can_undo() const;
  bool can_redo() const;

  void set_about(std::string title, std::string author);

  // Keeps what must survive the program. Not owned; null: nowhere.
  void set_journal(JournalSink* journal);
  // Tells the journal how far the run has come.
  void pulse();

  // Checkpoints kept, and the memory that they take (an estimate).
  std::size_t checkpoints() const;
  std::uint64_t checkpoint_bytes() const;
  // Sets the budget; for measurements and tests.
  void set_checkpoint_budget(std::uint64_t bytes);

  // What the checkers found up to now, the first in time first. Linearizability is among it only
  // once check_linearizability() was called.
  const std::vector<check::Violation>& violations() const;
  // Decides whether there is an order that explains what the clients saw so far; if there is none,
  // that is a violation. Takes long (seconds) in bad cases.
  check::LinearizabilityReport check_linearizability();
  // All violations of the property (`first`: of every one), before and after, count as expected. A
  // mark of the recording.
  void expect_violation(const scenario::ExpectViolation& expectation);

  // What the databases held at the boot, as writes: the history begins with them.
  const std::vector<check::Operation>& held_at_boot() const;

  void bookmark(std::string text);
  void note(std::string text);

  const sim::Cluster& cluster() const;
  sim::Position position() const;
  // Valid until the next non-const call; made once per event.
  const sim::ClusterView& view();
  const std::deque<sim::Fact>& facts() const;  // the latest kFactWindow, oldest first
  // Of the active branch, the future behind the playhead included.
  const std::vector<Milestone>& milestones() const;
  // What is being recorded, all branches; the end of the active one is its tip.
  Recording recording() const;
  // Scenario lines of all commands up to the playhead, oldest first, with their positions.
  std::vector<RecordedCommand> commands() const;
  std::vector<Mark> marks() const;

  // Not owned; null: none.
  void set_listener(Listener* listener);

  // Writes the recording, all or nothing.
  Status save(const std::string& path) const;

 private:
  struct State;
  explicit Session(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct Opened {
  Session session;
  std::string note;  // not empty: what could not be played, and why
};

}  // namespace session
