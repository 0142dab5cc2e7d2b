// What the actions of the table do.
#include <algorithm>
#include <filesystem>

#include "app/lesson/skeleton.h"
#include "app/scenario/parser.h"
#include "app/scenario/print.h"
#include "app/scene/fact_sign.h"
#include "app/session/run_scenario.h"
#include "app/ui/app.h"
#include "app/ui/causes.h"
#include "app/ui/lesson_run.h"

namespace ui {
namespace {

using sim::NodeState;

bool anything_cut(const sim::ClusterView& view) {
  return std::any_of(view.links.begin(), view.links.end(),
                     [](const sim::LinkView& link) { return link.cut || link.held; });
}

bool ends_with(const std::string& text, const std::string& tail) {
  return text.size() >= tail.size() &&
         text.compare(text.size() - tail.size(), tail.size(), tail) == 0;
}

}  // namespace

std::optional<sim::Command> App::command_of(Action action) {
  if (action == Action::kHeal) return sim::Command{sim::Heal{}};
  if (state_.selected.kind != scene::Target::Kind::kNode) return std::nullopt;
  const sim::ClusterView& view = this->view();
  const sim::NodeView* node = view.node(state_.selected.node);
  if (node == nullptr) return std::nullopt;
  switch (action) {
    case Action::kCrashOrRestart:
      if (node->state == NodeState::kDown || node->state == NodeState::kHalted)
        return sim::Command{sim::Restart{node->id}};
      return sim::Command{sim::Crash{node->id}};
    case Action::kPauseOrResume:
      if (node->state == NodeState::kPaused) return sim::Command{sim::Resume{node->id}};
      return sim::Command{sim::Pause{node->id}};
    case Action::kCampaign:
      return sim::Command{sim::Campaign{node->id}};
    case Action::kTransfer:
      return sim::Command{sim::Transfer{node->id}};
    case Action::kCutOff:
      return sim::Command{sim::Partition{{{node->id}}}};
    default:
      return std::nullopt;
  }
}

std::string App::line_of(Action action) {
  const auto command = command_of(action);
  return command ? scenario::print(*command) : "";
}

std::string App::why_off(Action action) {
  if (trace_) {
    switch (action) {
      case Action::kPropose:
      case Action::kHeal:
      case Action::kCrashOrRestart:
      case Action::kPauseOrResume:
      case Action::kCampaign:
      case Action::kTransfer:
      case Action::kCutOff:
      case Action::kFaults:
      case Action::kStops:
      case Action::kBranches:
        return "A trace can be looked at, not acted on";
      case Action::kSave:
      case Action::kSaveAs:
      case Action::kSaveLesson:
      case Action::kExport:
        return "A trace is a file already";
      default:
        break;
    }
  }
  switch (action) {
    case Action::kHeal:
      return anything_cut(view()) ? "" : "Heal all is off: nothing is cut or held";
    case Action::kCrashOrRestart:
    case Action::kPauseOrResume:
    case Action::kCampaign:
    case Action::kTransfer:
    case Action::kCutOff: {
      if (state_.selected.kind != scene::Target::Kind::kNode)
        return "Choose a node first: click it, or press 1 to 9";
      const sim::NodeView* node = view().node(state_.selected.node);
      if (node == nullptr) return "That node is not there";
      const bool up = node->state == NodeState::kUp || node->state == NodeState::kPaused;
      if (action == Action::kPauseOrResume && !up)
        return scene::node_name(node->id) + " does not run";
      if (action == Action::kCampaign && node->state != NodeState::kUp)
        return scene::node_name(node->id) + " does not run";
      if (action == Action::kTransfer && view().leader == raft::kNoNode) return "No node leads";
      if (action == Action::kTransfer && view().leader == node->id)
        return scene::node_name(node->id) + " leads already";
      return "";
    }
    case Action::kCause:
      return state_.selected.kind == scene::Target::Kind::kFact
                 ? ""
                 : "Choose a fact first: in the sequence, the events or the checks";
    case Action::kUndo:
      return session_.can_undo() ? "" : "Undo is off: nothing was done so far";
    case Action::kRedo:
      return session_.can_redo() ? "" : "Redo is off: nothing was undone";
    case Action::kNextBranch:
      return session_.branches() > 1
                 ? ""
                 : "There is one branch: going back and acting there makes another";
    case Action::kLessonNext:
    case Action::kLessonBack:
    case Action::kLessonHint:
    case Action::kLessonReturn:
    case Action::kLessonOwnRun:
    case Action::kLessonClose:
      return lesson_ ? "" : "No lesson is open";
    case Action::kSlower:
      return state_.speed == 0 ? "This is the slowest" : "";
    case Action::kFaster:
      return state_.speed + 1 == static_cast<int>(kSpeeds.size()) ? "This is the fastest" : "";
    default:
      return "";
  }
}

void App::act(const sim::Command& command) {
  if (trace_) {
    state_.notice = "a trace can be looked at, not acted on";
    return;
  }
  state_.notice.clear();
  remember_figures();
  const std::string line = scenario::print(command);
  const Status done = session_.act(command);
  state_.console.echo = line;
  state_.console.error = done ? "" : done.error().message;
  if (done) {
    note_changes();
    state_.welcome_open = false;
  }
  asked_ = true;
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
    console.error = "column " + std::to_string(parsed.error->column) + ": " + parsed.error->message;
    return;
  }
  if (!parsed.statement) return;
  if (trace_) {
    console.error = "a trace can be looked at, not acted on";
    return;
  }
  remember_figures();
  const Status done = session_.execute(*parsed.statement);
  if (!done) {
    console.error = done.error().message;
    // "console:1:1: " tells nothing in a console.
    const std::string place = parsed.statement->place.text() + ": ";
    if (console.error.rfind(place, 0) == 0) console.error.erase(0, place.size());
    return;
  }
  note_changes();
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
    state_.notice = "nothing that is kept led to it";
    return;
  }
  state_.selected = target_of(*cause);
}

void App::check_history() {
  if (trace_) return;
  const check::LinearizabilityReport report = session_.check_linearizability();
  state_.history_check = HistoryCheck{report.verdict, report.text, session_.position().events};
  if (report.verdict == check::Verdict::kNotLinearizable)
    state_.check_chosen = check::Property::kLinearizability;
  asked_ = true;
}

void App::one_event() {
  state_.playing = false;
  remember_figures();
  if (trace_) {
    if (trace_->at_end()) state_.notice = "the trace ends here";
    trace_->seek(trace_->position() + 1);
    note_changes();
    return;
  }
  if (!session_.step_event()) {
    state_.notice = "nothing more will happen: no node runs and no client waits";
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
  const auto open_dialog = [&](Dialog dialog) {
    state_.dialog.open = dialog;
    state_.dialog.fresh = true;
    state_.dialog.error.clear();
  };
  if (lesson_ && action == Action::kNextBookmark) action = Action::kLessonNext;
  if (lesson_ && action == Action::kPreviousBookmark) action = Action::kLessonBack;
  switch (action) {
    case Action::kLessonNext:
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
        state_.notice = saved ? "saved " + state_.file : saved.error().message;
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
      perform_in_time(action);
      break;
    case Action::kSlower:
      --state_.speed;
      break;
    case Action::kFaster:
      ++state_.speed;
      break;
    case Action::kPropose:
      state_.console.text = "put ";
      state_.console.focus = true;
      state_.console.to_end = true;
      state_.welcome_open = false;
      break;
    case Action::kHeal:
    case Action::kCrashOrRestart:
    case Action::kPauseOrResume:
    case Action::kCampaign:
    case Action::kTransfer:
    case Action::kCutOff:
      if (const auto command = command_of(action)) act(*command);
      break;
    case Action::kRing:
      state_.stage_view = StageView::kRing;
      break;
    case Action::kSequence:
      state_.stage_view = StageView::kSequence;
      break;
    case Action::kBoth:
      state_.stage_view = StageView::kBoth;
      break;
    case Action::kFold:
      state_.sequence.fold = !state_.sequence.fold;
      state_.sequence.shown = 0;
      break;
    case Action::kCause:
      choose_cause();
      break;
    case Action::kFaults:
      state_.faults_open = !state_.faults_open;
      state_.page = state_.page == Page::kFaults ? Page::kInspector : Page::kFaults;
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
    case Action::kLarger:
      state_.scale = std::min(3.0, state_.scale + (state_.scale < 1.5 ? 0.125 : 0.25));
      break;
    case Action::kSmaller:
      state_.scale = std::max(0.75, state_.scale - (state_.scale <= 1.5 ? 0.125 : 0.25));
      break;
    case Action::kNaturalSize:
      state_.scale = 1;
      break;
    case Action::kPalette:
      lessons_ = lesson_entries();
      state_.dialog.path.clear();
      state_.dialog.chosen = 0;
      open_dialog(Dialog::kPalette);
      break;
    case Action::kWelcome:
      state_.welcome_open = !state_.welcome_open;
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
      if (state_.dialog.open == Dialog::kOverwrite) {
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
      } else {
        state_.selected = {};
        state_.console.error.clear();
        state_.notice.clear();
      }
      break;
  }
}

void App::answer_dialogs(const Outbox& todo) {
  DialogState& dialog = state_.dialog;
  const auto close_if = [&](const Status& status) {
    dialog.error = status ? "" : status.error().message;
    if (status) dialog.open = Dialog::kNone;
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
  if (!todo.save_path) return;
  std::error_code error;
  if (!todo.may_overwrite && std::filesystem::exists(*todo.save_path, error)) {
    dialog.open = Dialog::kOverwrite;
    asked_ = true;
    return;
  }
  dialog.open = Dialog::kSave;
  close_if(save_file(*todo.save_path));
  if (dialog.open == Dialog::kNone) state_.notice = "saved " + *todo.save_path;
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
  changed_.clear();
  before_.clear();
  ticked_.clear();
  tape_ = {};
  sequence_ = {};
  state_.sequence = {};
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
  if (!remarks.empty()) state_.notice = "remark: " + remarks.front();
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
