// What the actions of the table do.
#include <algorithm>
#include <chrono>
#include <filesystem>

#include "app/check/history.h"
#include "app/check/smallest.h"
#include "app/lesson/play.h"
#include "app/lesson/skeleton.h"
#include "app/scenario/parser.h"
#include "app/scenario/print.h"
#include "app/scene/fact_sign.h"
#include "app/session/run_scenario.h"
#include "app/sim/refusal.h"
#include "app/ui/app.h"
#include "app/ui/causes.h"
#include "app/ui/lesson_run.h"
#include "app/ui/message_actions.h"
#include "app/ui/node_actions.h"
#include "app/ui/outside.h"

namespace ui {
namespace {

bool anything_cut(const sim::ClusterView& view) {
  return std::any_of(view.links.begin(), view.links.end(),
                     [](const sim::LinkView& link) { return link.cut || link.held; });
}

// The chosen node; who a new node is added to is all the same.
const sim::NodeView* acted_on(Action action, const scene::Target& chosen,
                              const sim::ClusterView& view) {
  if (action == Action::kAddNode && !view.nodes.empty()) return &view.nodes.front();
  return chosen.kind == scene::Target::Kind::kNode ? view.node(chosen.node) : nullptr;
}

const sim::MessageView* chosen_message(const scene::Target& chosen, const sim::ClusterView& view) {
  if (chosen.kind != scene::Target::Kind::kMessage) return nullptr;
  const auto found =
      std::find_if(view.messages.begin(), view.messages.end(),
                   [&](const sim::MessageView& message) { return message.id == chosen.message; });
  return found == view.messages.end() ? nullptr : &*found;
}

std::uint64_t newest_fact(const session::Session& session) {
  return session.facts().empty() ? 0 : session.facts().back().id;
}

// A command may be carried out and yet refused by whom it was meant for: that is no error, but it
// must be seen.
std::string refusal_since(const session::Session& session, std::uint64_t before) {
  for (auto fact = session.facts().rbegin(); fact != session.facts().rend(); ++fact) {
    if (fact->id <= before) break;
    if (!sim::is_refusal(*fact)) continue;
    const sim::Narration words = sim::narrate(*fact);
    return words.reason.empty() ? words.what : words.what + ": " + words.reason;
  }
  return "";
}

bool ends_with(const std::string& text, const std::string& tail) {
  return text.size() >= tail.size() &&
         text.compare(text.size() - tail.size(), tail.size(), tail) == 0;
}

}  // namespace

std::optional<sim::Command> App::command_of(Action action) {
  if (action == Action::kHeal) return sim::Command{sim::Heal{}};
  if (is_message_action(action)) {
    const sim::MessageView* message = chosen_message(state_.selected, view());
    if (message == nullptr) return std::nullopt;
    return message_command(action, *message, view());
  }
  const sim::NodeView* node = acted_on(action, state_.selected, view());
  if (node == nullptr || !is_node_action(action)) return std::nullopt;
  return node_command(action, *node, view());
}

std::string App::line_of(Action action) {
  const auto command = command_of(action);
  return command ? scenario::print(*command) : "";
}

bool App::han_is_there() {
  constexpr std::chrono::seconds kAgain{2};
  const auto now = std::chrono::steady_clock::now();
  if (!han_looked_ || now - *han_looked_ > kAgain) {
    han_there_ = Fonts::find_han().has_value();
    han_looked_ = now;
  }
  return han_there_;
}

std::string App::why_off(Action action) {
  if (trace_) {
    if (is_node_action(action) || is_message_action(action))
      return "A trace can be looked at, not acted on";
    switch (action) {
      case Action::kPropose:
      case Action::kHeal:
      case Action::kFaults:
      case Action::kStops:
      case Action::kBranches:
        return tr("A trace can be looked at, not acted on");
      case Action::kSave:
      case Action::kSaveAs:
      case Action::kSaveLesson:
      case Action::kExport:
        return tr("A trace is a file already");
      default:
        break;
    }
  }
  if (is_message_action(action))
    return chosen_message(state_.selected, view()) != nullptr
               ? ""
               : "Choose a message first: click it, or walk through the inbox [I]";
  if (is_node_action(action)) {
    const sim::NodeView* node = acted_on(action, state_.selected, view());
    if (node != nullptr) return why_node_off(action, *node, view());
    return state_.selected.kind == scene::Target::Kind::kNode
               ? "That node is not there"
               : "Choose a node first: click it, or press 1 to 9";
  }
  switch (action) {
    case Action::kHeal:
      return anything_cut(view()) ? "" : tr("Heal all is off: nothing is cut or held");
    case Action::kCause:
      return state_.selected.kind == scene::Target::Kind::kFact
                 ? ""
                 : tr("Choose a fact first: in the sequence, the events or the checks");
    case Action::kUndo:
      return session_.can_undo() ? "" : tr("Undo is off: nothing was done so far");
    case Action::kRedo:
      return session_.can_redo() ? "" : tr("Redo is off: nothing was undone");
    case Action::kFirstDifference:
      return compare_ ? "" : tr("No two branches are compared");
    case Action::kCompare:
    case Action::kNextBranch:
      return session_.branches() > 1
                 ? ""
                 : tr("There is one branch: going back and acting there makes another");
    case Action::kLessonNext:
    case Action::kLessonFollowing:
    case Action::kLessonBack:
    case Action::kLessonHint:
    case Action::kLessonReturn:
    case Action::kLessonOwnRun:
    case Action::kLessonClose:
      return lesson_ ? "" : tr("No lesson is open");
    case Action::kChinese:
      return han_is_there() ? "" : tr("Chinese needs the package fonts-wqy-microhei");
    case Action::kSlower:
      return state_.speed == 0 ? tr("This is the slowest") : "";
    case Action::kFaster:
      return state_.speed + 1 == static_cast<int>(kSpeeds.size()) ? tr("This is the fastest") : "";
    default:
      return "";
  }
}

void App::act(const sim::Command& command) {
  if (compare_) {
    state_.notice = tr("two branches are compared: Esc first, then act");
    return;
  }
  if (trace_) {
    state_.notice = tr("a trace can be looked at, not acted on");
    return;
  }
  state_.notice.clear();
  remember_figures();
  const std::string line = scenario::print(command);
  const std::uint64_t before = newest_fact(session_);
  const Status done = session_.act(command);
  state_.console.echo = line;
  state_.console.error = done ? "" : done.error().message;
  if (done) {
    state_.notice = refusal_since(session_, before);
    note_changes();
    state_.welcome_open = false;
  }
  asked_ = true;
}

// A tick of any length stops at the goal of a lesson, as time that passes does.
Status App::execute(const scenario::Statement& statement) {
  if (!lesson_ || lesson_->walk().waits() != lesson::Waits::kGoal)
    return session_.execute(statement);
  return lesson::execute_up_to(session_, statement, *lesson_->walk().shown_step().goal());
}

void App::run_line(const std::string& line) {
  ConsoleState& console = state_.console;
  state_.notice.clear();
  console.error.clear();
  console.echo.clear();
  if (line.find_first_not_of(" \t") == std::string::npos) return;
  if (console.history.empty() || console.history.back() != line) console.history.push_back(line);
  console.recalled = console.history.size();
  if (go_back(line)) return;
  const scenario::ParsedLine parsed = scenario::parse_line(line, "console");
  if (parsed.error) {
    console.error = tr("column {1}: {2}", parsed.error->column, parsed.error->message);
    return;
  }
  if (!parsed.statement) return;
  if (trace_ || compare_) {
    console.error = trace_ ? tr("a trace can be looked at, not acted on")
                           : tr("two branches are compared: Esc first, then act");
    return;
  }
  remember_figures();
  const std::uint64_t before = newest_fact(session_);
  const Status done = execute(*parsed.statement);
  if (!done) {
    console.error = done.error().message;
    // "console:1:1: " tells nothing in a console.
    const std::string place = parsed.statement->place.text() + ": ";
    if (console.error.rfind(place, 0) == 0) console.error.erase(0, place.size());
    return;
  }
  note_changes();
  // Of a tick or a run until something others have been told since.
  if (std::holds_alternative<sim::Command>(parsed.statement->what))
    state_.notice = refusal_since(session_, before);
  console.echo = line;
  console.text.clear();
  state_.welcome_open = false;
  asked_ = true;
}

void App::choose_cause() {
  const auto& facts = trace_ ? trace_->facts() : session_.facts();
  const sim::Fact* fact = scene::find_fact(facts, state_.selected.fact);
  const sim::Fact* cause = fact == nullptr ? nullptr : scene::find_fact(facts, fact->cause);
  if (cause == nullptr) {
    state_.notice = tr("nothing that is kept led to it");
    return;
  }
  state_.selected = target_of(*cause);
}

void App::check_history() {
  if (trace_) return;
  const check::LinearizabilityReport report = session_.check_linearizability();
  state_.history_check = HistoryCheck{report.verdict, report.text, session_.position().events};
  if (report.verdict == check::Verdict::kNotLinearizable) {
    check::History history{session_.held_at_boot()};
    const check::History asked = check::history_of(session_.view().requests);
    history.operations.insert(history.operations.end(), asked.operations.begin(),
                              asked.operations.end());
    std::map<std::uint64_t, std::uint64_t> by_call;
    for (std::size_t i = 0; i < session_.view().requests.size(); ++i)
      by_call[session_.view().requests[i].call_event] = session_.view().requests[i].id;
    HistoryCheck& told = *state_.history_check;
    if (report.operation < history.operations.size()) {
      const check::Operation& culprit =
          history.operations[static_cast<std::size_t>(report.operation)];
      told.culprit = by_call[culprit.call];
      state_.history.key = culprit.key;
    }
    for (const std::size_t place : check::smallest_unordered(history, report))
      told.smallest.push_back(by_call[history.operations[place].call]);
  }
  if (report.verdict == check::Verdict::kNotLinearizable)
    state_.check_chosen = check::Property::kLinearizability;
  asked_ = true;
}

void App::one_event() {
  state_.playing = false;
  remember_figures();
  if (trace_) {
    if (trace_->at_end()) state_.notice = tr("the trace ends here");
    trace_->seek(trace_->position() + 1);
    note_changes();
    return;
  }
  if (!session_.step_event()) {
    state_.notice = tr("nothing more will happen: no node runs and no client waits");
    return;
  }
  note_changes();
}

void App::one_tick() {
  state_.playing = false;
  remember_figures();
  if (trace_) {
    trace_->run_until({trace_->now().millis + 1000});
    note_changes();
    return;
  }
  session_.tick(sim::ticks(1));
  note_changes();
}

void App::perform(Action action) {
  asked_ = true;
  if (!why_off(action).empty()) {
    state_.notice = why_off(action);
    return;
  }
  if (const auto command = command_of(action)) {
    const bool arrives = action == Action::kDeliver || action == Action::kDrop;
    const scene::Target chosen = state_.selected;
    act(*command);
    // The next one is chosen then, so that one key goes through the inbox.
    if (arrives && state_.inbox && chosen_message(chosen, view()) == nullptr)
      state_.selected = message_after(view(), {}, 1);
    return;
  }
  const auto open_dialog = [&](Dialog dialog) {
    state_.dialog.open = dialog;
    state_.dialog.fresh = true;
    state_.dialog.error.clear();
  };
  if (lesson_ && action == Action::kNextBookmark) action = Action::kLessonNext;
  if (lesson_ && action == Action::kPreviousBookmark) action = Action::kLessonBack;
  switch (action) {
    case Action::kLessonNext:
    case Action::kLessonFollowing:
    case Action::kLessonBack:
    case Action::kLessonHint:
    case Action::kLessonReturn:
    case Action::kLessonOwnRun:
    case Action::kLessonClose:
      perform_lesson(action);
      break;
    case Action::kLessons:
      toggle_lessons();
      break;
    case Action::kNewRun:
      state_.dialog.seed = std::to_string(session_.view().config.seed);
      state_.dialog.nodes = std::to_string(session_.view().nodes.size());
      open_dialog(Dialog::kNew);
      break;
    case Action::kOpen:
      state_.dialog.path = state_.file;
      open_dialog(Dialog::kOpen);
      break;
    case Action::kSave:
      if (!state_.file.empty() && ends_with(state_.file, ".raftrec")) {
        const Status saved = save_file(state_.file);
        state_.notice = saved ? tr("saved {1}", state_.file) : saved.error().message;
        break;
      }
      [[fallthrough]];
    case Action::kSaveAs:
      state_.dialog.path = state_.file.empty() ? "run.raftrec" : state_.file;
      open_dialog(Dialog::kSave);
      break;
    case Action::kSaveLesson:
      state_.dialog.path = "lesson.md";
      open_dialog(Dialog::kSave);
      break;
    case Action::kExport:
      open_export();
      open_dialog(Dialog::kExport);
      break;
    case Action::kQuit:
      state_.quit = true;
      break;
    case Action::kPlayPause:
      state_.playing = !state_.playing;
      state_.notice.clear();
      break;
    case Action::kOneEvent:
      state_.notice.clear();
      one_event();
      break;
    case Action::kOneTick:
      state_.notice.clear();
      one_tick();
      break;
    case Action::kEventBack:
    case Action::kTickBack:
    case Action::kToStart:
    case Action::kToTip:
    case Action::kPreviousBookmark:
    case Action::kNextBookmark:
    case Action::kPreviousElection:
    case Action::kNextElection:
    case Action::kBookmark:
    case Action::kUndo:
    case Action::kRedo:
    case Action::kNextBranch:
    case Action::kCompare:
    case Action::kFirstDifference:
      perform_in_time(action);
      break;
    case Action::kSlower:
      --state_.speed;
      break;
    case Action::kFaster:
      ++state_.speed;
      break;
    case Action::kPropose:
      state_.demo.on = false;  // it has no console
      state_.console.text.clear();
      state_.console.focus = true;
      state_.welcome_open = false;
      break;
    case Action::kInbox:
      state_.inbox = !state_.inbox;
      if (!state_.inbox) break;
      state_.playing = false;
      if (state_.stage_view == StageView::kSequence) state_.stage_view = StageView::kRing;
      [[fallthrough]];
    case Action::kNextMessage:
    case Action::kPreviousMessage: {
      const bool chosen = chosen_message(state_.selected, view()) != nullptr;
      if (action == Action::kInbox && chosen) break;
      state_.selected =
          message_after(view(), state_.selected, action == Action::kPreviousMessage ? -1 : 1);
      break;
    }
    case Action::kRing:
      state_.stage_view = StageView::kRing;
      break;
    case Action::kSequence:
      state_.stage_view = StageView::kSequence;
      break;
    case Action::kBoth:
      state_.stage_view = StageView::kBoth;
      break;
    case Action::kHistory:
      state_.stage_view = StageView::kHistory;
      break;
    case Action::kFold:
      state_.sequence.fold = !state_.sequence.fold;
      state_.sequence.shown = 0;
      break;
    case Action::kCause:
      choose_cause();
      break;
    case Action::kDemo:
      state_.demo.on = !state_.demo.on;
      state_.welcome_open = false;
      compare_.reset();
      if (state_.demo.on && state_.stage_view == StageView::kBoth)
        state_.stage_view = StageView::kRing;
      break;
    case Action::kFaults:
      state_.page = state_.faults_open ? Page::kInspector : Page::kFaults;
      state_.faults_open = !state_.faults_open;
      if (tabbed_ && state_.faults_open) state_.pane_open = true;
      break;
    case Action::kInspector:
      state_.pane_open = !state_.pane_open;
      break;
    case Action::kHeartbeatReplies:
      state_.heartbeat_replies = !state_.heartbeat_replies;
      break;
    case Action::kDark:
      state_.theme = &scene::dark_theme();
      break;
    case Action::kLight:
      state_.theme = &scene::light_theme();
      break;
    case Action::kProjector:
      state_.theme = &scene::projector_theme();
      break;
    case Action::kEnglish:
      state_.language = scene::Language::kEnglish;
      break;
    case Action::kChinese:
      state_.language = scene::Language::kChinese;
      break;
    case Action::kLarger:
      larger();
      break;
    case Action::kSmaller:
      smaller();
      break;
    case Action::kNaturalSize:
      state_.scale = 1;
      break;
    case Action::kPalette:
      find_lessons();
      state_.dialog.path.clear();
      state_.dialog.chosen = 0;
      open_dialog(Dialog::kPalette);
      break;
    case Action::kSettings:
      open_dialog(Dialog::kSettings);
      break;
    case Action::kTour:
      state_.tour = 0;
      state_.welcome_open = false;
      state_.pane_open = true;
      state_.inspector_folded = false;
      break;
    case Action::kWelcome:
      state_.welcome_open = !state_.welcome_open;
      if (state_.welcome_open) find_lessons();
      break;
    case Action::kKeys:
      open_dialog(Dialog::kKeys);
      break;
    case Action::kStops:
      state_.dialog.path.clear();
      open_dialog(Dialog::kStops);
      break;
    case Action::kBranches:
      open_dialog(Dialog::kBranches);
      break;
    case Action::kEscape:
      if (state_.tour) {
        state_.tour.reset();
      } else if (state_.dialog.open == Dialog::kOverwrite) {
        state_.dialog.open = Dialog::kSave;
      } else if (state_.dialog.open != Dialog::kNone) {
        state_.dialog.open = Dialog::kNone;
      } else if (session_.seeking()) {
        session_.cancel_seek();
        state_.notice.clear();
      } else if (state_.console.active) {
        state_.console.text.clear();
        state_.console.error.clear();
      } else if (state_.welcome_open) {
        state_.welcome_open = false;
      } else if (!gui_.focus.empty()) {
        gui_.focus.clear();
      } else if (compare_) {
        compare_.reset();
      } else if (state_.demo.on && state_.selected.kind == scene::Target::Kind::kNone) {
        state_.demo.on = false;
      } else {
        state_.selected = {};
        state_.console.error.clear();
        state_.notice.clear();
      }
      break;
    default:  // those on a node are commands
      break;
  }
}

void App::answer_dialogs(const Outbox& todo) {
  DialogState& dialog = state_.dialog;
  const auto close_if = [&](const Status& status) {
    dialog.error = status ? "" : status.error().message;
    if (status) dialog.open = Dialog::kNone;
    // From a list or the card there is no dialog that could say it.
    if (!status && dialog.open == Dialog::kNone) state_.notice = dialog.error;
    asked_ = true;
  };
  if (todo.open_path) close_if(open_file(*todo.open_path));
  if (todo.stop_when) close_if(stop_when(*todo.stop_when));
  if (todo.forget_stop) {
    auto& stops = session_.breakpoints();
    stops.erase(stops.begin() + static_cast<std::ptrdiff_t>(*todo.forget_stop));
  }
  const auto tell = [&](const Status& status) {
    dialog.error = status ? "" : status.error().message;
    asked_ = true;
  };
  if (todo.name_branch)
    tell(session_.rename_branch(todo.name_branch->number, todo.name_branch->name));
  if (todo.delete_branch) tell(session_.delete_branch(*todo.delete_branch));
  if (todo.new_run) close_if(new_run(todo.new_run->seed, todo.new_run->nodes));
  if (todo.start_export) {
    const Status begun = begin_export();
    dialog.error = begun ? "" : begun.error().message;
    asked_ = true;
  }
  if (todo.open_written) {
    const Status opened = open_outside(state_.exporting.written);
    dialog.error = opened ? "" : opened.error().message;
  }
  if (!todo.save_path) return;
  std::error_code error;
  if (!todo.may_overwrite && std::filesystem::exists(*todo.save_path, error)) {
    dialog.open = Dialog::kOverwrite;
    asked_ = true;
    return;
  }
  dialog.open = Dialog::kSave;
  close_if(save_file(*todo.save_path));
  if (dialog.open == Dialog::kNone) state_.notice = tr("saved {1}", *todo.save_path);
}

Status App::new_run(std::uint64_t seed, std::uint64_t nodes) {
  sim::ClusterConfig config;
  config.seed = seed;
  config.nodes = nodes;
  config.options.assign(static_cast<std::size_t>(std::min(nodes, sim::kMaxNodes)),
                        sim::NodeOptions{});
  auto started = session::Session::start(config);
  if (!started) return started.error();
  session_ = *std::move(started);
  trace_.reset();
  forget_run();
  state_.file.clear();
  return ok();
}

void App::forget_run() {
  compare_.reset();
  changed_.clear();
  before_.clear();
  ticked_.clear();
  tape_ = {};
  sequence_ = {};
  figures_ = {};
  state_.sequence = {};
  state_.history = {};
  events_ = {};
  state_.selected = {};
  state_.hovered = {};
  state_.logs = {};
  state_.told = {};
  state_.history_check.reset();
  state_.unexpected_seen = 0;
  state_.inspector_folded = false;
  state_.playing = false;
  state_.console.error.clear();
  state_.console.echo.clear();
  owed_ = 0;
  lesson_.reset();
  saved_work_ = work();
  if (journal_ != nullptr) session_.set_journal(journal_);
}

Status App::open_file(const std::string& path, const session::Target& at) {
  if (ends_with(path, ".scenario")) {
    session::RunOutcome outcome = session::run_scenario(path, {});
    if (!outcome.session) return Error{Code::kInvalidArgument, outcome.message};
    if (std::holds_alternative<session::AtEnd>(at)) {
      session_ = *std::move(outcome.session);
    } else {
      RAFT_TRY_ASSIGN(session_, session::Session::replay(outcome.session->recording(), at));
    }
    trace_.reset();
    forget_run();
    // A failed expectation is part of the run: it stands where it failed, and says so.
    state_.notice = outcome.message;
    state_.file.clear();
    return ok();
  }
  if (ends_with(path, ".jsonl")) return open_trace(path, at);
  if (ends_with(path, ".md")) return open_lesson(path);
  RAFT_TRY_ASSIGN(const session::LoadedRecording loaded, session::read_recording(path));
  auto opened = session::Session::replay_what_agrees(loaded.recording, at);
  if (!opened) return Error{opened.error().code, path + ": " + opened.error().message};
  session_ = std::move(opened->session);
  trace_.reset();
  forget_run();
  state_.notice = opened->note.empty() ? loaded.note : path + ": " + opened->note;
  // What a crash left behind is in this program's own journal now.
  const bool left_behind = std::filesystem::path(path).parent_path() == session::journal_folder();
  if (left_behind && journal_ != nullptr && journal_->problem().empty()) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
  state_.file = left_behind ? "" : path;
  return ok();
}

Status App::open_trace(const std::string& path, const session::Target& at) {
  RAFT_TRY_ASSIGN(TraceRun trace, TraceRun::open(path));
  RAFT_TRY(trace.go_to(at));
  trace_ = std::make_unique<TraceRun>(std::move(trace));
  forget_run();
  state_.file = path;
  state_.faults_open = false;
  const auto& remarks = trace_->report().remarks;
  if (!remarks.empty()) state_.notice = tr("remark: {1}", remarks.front());
  return ok();
}

Status App::save_file(const std::string& path) {
  // A lesson holds the branch alone: the run stays unsaved.
  if (ends_with(path, ".md")) return lesson::save_skeleton(session_.recording(), path);
  RAFT_TRY(session_.save(path));
  saved_work_ = work();
  state_.file = path;
  return ok();
}

}  // namespace ui
