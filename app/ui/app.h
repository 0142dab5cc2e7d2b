// The window without a window system: a session, what the person has chosen, and one frame after
// the other. Whoever owns a display (or a test) feeds ImGui's input and draws what frame() leaves
// behind.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "app/lesson/walkthrough.h"
#include "app/scene/sequence_model.h"
#include "app/session/journal.h"
#include "app/session/session.h"
#include "app/ui/app_layout.h"
#include "app/ui/checks.h"
#include "app/ui/compare.h"
#include "app/ui/event_log.h"
#include "app/ui/gui.h"
#include "app/ui/run_figures.h"
#include "app/ui/run_words.h"
#include "app/ui/settings.h"
#include "app/ui/trace_run.h"
#include "app/ui/ui_state.h"

namespace exporter {
class Job;
}

namespace ui {

class LessonRun;
struct LessonEntry;

// What panels ask for; carried out when the frame has been drawn, since a command changes what they
// look at.
struct Outbox {
  std::vector<sim::Command> commands;
  std::vector<Action> actions;
  std::vector<std::string> lines;  // of the console
  // From dialogs.
  std::optional<std::string> open_path, save_path;
  bool may_overwrite = false;
  bool start_export = false;
  bool open_written = false;  // what was exported
  bool check_history = false;
  std::optional<std::size_t> trace_line;  // of a trace: move there
  std::optional<sim::Instant> go_to;      // on the tape
  std::optional<std::size_t> open_branch, delete_branch;
  struct NameBranch {
    std::size_t number = 0;
    std::string name;
  };
  std::optional<NameBranch> name_branch;
  std::optional<std::string> stop_when;    // a predicate
  std::optional<std::size_t> forget_stop;  // its place among Session::breakpoints()
  std::optional<std::size_t> compare_with;
  bool close_comparison = false;
  struct NewRun {
    std::uint64_t seed = 1, nodes = 5;
  };
  std::optional<NewRun> new_run;
  std::optional<std::size_t> lesson_answer, lesson_step;
};

// The run that is shown.
struct ShownRun {
  const std::deque<sim::Fact>& facts;
  const std::vector<session::Milestone>& milestones;
  ChecksView checks;
  const TraceRun* trace = nullptr;  // somebody else's run: nobody can act on it
  session::Session* session =
      nullptr;  // null: a trace. To be read; what changes it goes through the outbox
  const LessonRun* lesson = nullptr;  // it hides some of what happens
  sim::Narration words(const sim::Fact& fact) const;
  // The sentence below the stage.
  scene::Told told(const sim::Position& now) const;
};

// What every panel is handed.
struct PanelContext {
  Gui& gui;
  UiState& state;
  const sim::ClusterView& view;
  const ShownRun& run;
  const Layout& layout;
  EventLog& events;
  TapeBuilder& tape;
  scene::SequenceModel& sequence;
  RunFigures& figures;
  const std::map<raft::NodeId, float>& tick_share;
  const std::vector<scene::LogsInput::Changed>& changed;
  Outbox& out;
  const std::vector<LessonEntry>& lessons;  // that come with the program, once somebody asked
  // Why an action is off (empty: it is not), and the scenario line it makes.
  std::function<std::string(Action)> why_off, line_of;
  Comparison* compare = nullptr;  // two branches are shown side by side
};

class App {
 public:
  // Whether there is something that no file holds.
  bool unsaved() const { return !trace_ && work() != saved_work_; }
  // `session` must outlive the app; opening a file replaces its value. An ImGui context must be
  // current.
  explicit App(session::Session& session);
  ~App();

  // Loads fonts and style for this scale (1: 16 pixels per em) if it changed. Errors: fonts
  // missing.
  Status prepare(float width, float height);
  // Counts up whenever the font atlas was built anew: the display must upload it again.
  std::uint64_t atlas_version() const { return atlas_version_; }

  // Lets time pass and draws one frame into ImGui. `seconds`: since the last frame. REQUIRES:
  // prepare().
  void frame(double seconds);
  // Whether the picture would change without input: time passes, or something was asked for.
  bool moving() const;

  void perform(Action action);
  // Why an action cannot be done now; empty: it can.
  std::string why_off(Action action);
  // The scenario line of an action on the chosen node; empty: it is no command.
  std::string line_of(Action action);

  // What a person chose about the window, from the last start and for the next.
  void adopt(const Settings& settings);
  Settings settings() const;
  // A language for this time; it is kept for the next start only if somebody chooses another.
  void lend_language(scene::Language language);
  // The scale that the screen asks for, in per cent; it holds as long as nobody chose another.
  void set_natural_scale(int percent) { natural_scale_ = percent; }

  UiState& state() { return state_; }
  const Gui& gui() const { return gui_; }
  session::Session& session() { return session_; }

  // Along the active branch; in slices, if the way is long.
  void go_to(const session::Target& target);
  // Keeps the session in a journal, also the one that replaces it. Not owned.
  void keep(session::Journal* journal);

  // Lets time run until shortly before the first election, which the first start shows slowly.
  void begin_first_start();
  Status open_file(const std::string& path, const session::Target& at = session::AtEnd{});
  // Boots the lesson's cluster and begins its first step. Errors: the file cannot be read, or is
  // no lesson; then nothing has changed.
  Status open_lesson(const std::string& path);
  LessonRun* lesson() { return lesson_.get(); }
  // Reads the lesson again if its file has changed, and stays at its step. True: it had. Called now
  // and then by frame(), and by whoever waits for input meanwhile.
  bool reload_lesson();
  // A trace of any implementation; the session is kept beside it and goes on when it is left.
  Status open_trace(const std::string& path, const session::Target& at = session::AtEnd{});
  const Comparison* comparison() const { return compare_.get(); }
  TraceRun* trace() { return trace_.get(); }
  // What is shown: the session's view, or the trace's.
  const sim::ClusterView& view() { return trace_ ? trace_->view() : session_.view(); }
  Status save_file(const std::string& path);
  Status new_run(std::uint64_t seed, std::uint64_t nodes);

 private:
  struct Figures {
    std::uint64_t durable = 0, commit = 0, applied = 0;
  };

  void speak();
  void pass_time(double seconds);
  void handle_focus();
  void handle_keys();
  void tour_keys();
  void draw_panels();
  void carry_out();
  void act(const sim::Command& command);
  void run_line(const std::string& line);
  Status execute(const scenario::Statement& statement);
  void answer_dialogs(const Outbox& todo);
  void open_export();
  Status begin_export();
  void follow_export();
  void one_event();
  void one_tick();
  void check_history();
  void choose_cause();
  void notice_violations(const ChecksView& checks);
  void remember_figures();
  void note_changes();
  void follow_ticks();
  void forget_run();
  void expect_drawn(std::string_view text);
  void go_on_seeking();
  void arrive();
  void open_branch(std::size_t number);
  Status stop_when(const std::string& predicate);  // from now on, and plays
  void compare_with(std::size_t number);
  void follow_comparison();
  void tell_demo();
  std::vector<scene::KeptBranch> kept_branches() const;
  void perform_in_time(Action action);
  // Lessons (app_lesson.cc)
  bool lesson_shares_pane() const;
  void toggle_lessons();
  void find_lessons();
  void speak_lesson();
  void expect_lesson(const std::string& path);
  void after_lesson(const Status& done, bool own_run = false);
  void turn_to_focus();
  void stop_at_goal();
  void follow_lesson();
  void perform_lesson(Action action);
  void answer_lesson(const Outbox& todo);
  bool go_back(const std::string& line);  // `back [N]`; false: it is another line
  void keep_on();
  std::size_t work() const;  // commands and marks of all branches
  std::optional<sim::Command> command_of(Action action);
  double scale_with_room(float width, float height) const;
  float shown_scale(double chosen, float width, float height) const;
  void larger();
  void smaller();
  bool han_is_there();  // the face for Chinese; looked for now and then, not in each frame

  session::Session& session_;
  UiState state_;
  Gui gui_;
  std::unique_ptr<Fonts> fonts_;
  std::unique_ptr<Pictures> pictures_;
  float loaded_scale_ = 0;
  bool tabbed_ = false;  // the layout of the frame before
  double scaled_ = 0;    // the scale of the frame before
  Settings settings_;
  int natural_scale_ = 100;
  std::optional<scene::Language> lent_;
  std::set<std::uint16_t> characters_;  // beyond Latin-1, that the fonts shall have
  bool han_there_ = false;
  std::optional<std::chrono::steady_clock::time_point> han_looked_;
  scene::Language spoken_ = scene::Language::kEnglish;
  const scene::Theme* styled_ = nullptr;
  std::uint64_t atlas_version_ = 0;
  EventLog events_;
  TapeBuilder tape_;
  scene::SequenceModel sequence_;
  RunFigures figures_;
  std::unique_ptr<TraceRun> trace_;
  std::unique_ptr<Comparison> compare_;
  bool compare_there_ = false;  // it has nothing more to do
  std::unique_ptr<LessonRun> lesson_;
  std::vector<LessonEntry> lessons_;
  std::chrono::steady_clock::time_point lesson_polled_;
  std::string lesson_stop_;   // the goal among the session's breakpoints; empty: none
  bool lesson_clean_ = true;  // the learner has done nothing that is not saved
  lesson::Moment lesson_at_;  // when it was last looked whether the goal is reached
  std::unique_ptr<exporter::Job> export_job_;
  Outbox out_;
  double owed_ = 0;  // simulated thousandths of a tick still to pass
  std::map<raft::NodeId, Figures> before_;
  std::vector<scene::LogsInput::Changed> changed_;
  struct Ticked {
    std::uint64_t elapsed = 0;
    sim::Instant at;
  };
  std::map<raft::NodeId, Ticked> ticked_;
  std::map<raft::NodeId, float> tick_share_;
  std::size_t saved_work_ = 0;
  session::Journal* journal_ = nullptr;
  std::chrono::steady_clock::time_point pulsed_;
  bool asked_ = true;  // something changed that needs another frame
};

}  // namespace ui
