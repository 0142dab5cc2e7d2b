// Lessons in the window: opening, going on, finding back, reading again what its author changed.
#include <algorithm>
#include <utility>

#include "app/lesson/play.h"
#include "app/scenario/print.h"
#include "app/ui/app.h"
#include "app/ui/lesson_run.h"

namespace ui {

sim::Narration ShownRun::words(const sim::Fact& fact) const {
  if (lesson != nullptr && fact.kind == sim::FactKind::kCommand && lesson->hides(fact.event)) {
    return {scene::tr("Something that the lesson tells at its end"), "", ""};
  }
  sim::Narration words = trace != nullptr ? trace->words(fact) : plain_words(fact);
  words.what = scene::tr_sentence(words.what);
  words.reason = scene::tr_sentence(words.reason);
  return words;
}

scene::Told ShownRun::told(const sim::Position& now) const {
  scene::Told fact = narration(facts, [this](const sim::Fact& one) { return words(one); });
  const auto network = network_told(milestones, now, fact.event);
  if (!network || (lesson != nullptr && lesson->hides(network->event))) return fact;
  return *network;
}

Status App::open_lesson(const std::string& path) {
  RAFT_TRY_ASSIGN(LessonRun::Opened opened, LessonRun::open(path));
  session_ = std::move(opened.session);
  trace_.reset();
  forget_run();
  lesson_ = std::move(opened.run);
  lesson_->watch_blocks(session_);
  expect_lesson(path);
  lesson_clean_ = true;
  state_.file.clear();
  state_.notice.clear();
  state_.welcome_open = false;
  state_.lessons_open = false;
  after_lesson(lesson_->walk().begin(session_), true);
  return ok();
}

void App::toggle_lessons() {
  state_.lessons_open = !state_.lessons_open;
  state_.welcome_open = false;
  if (!state_.lessons_open) return;
  find_lessons();
}

void App::find_lessons() {
  lessons_ = lesson_entries(state_.language);
  for (const LessonEntry& lesson : lessons_) expect_drawn(lesson.title);
}

void App::speak_lesson() {
  if (!lesson_->speak(state_.language)) {
    state_.notice = tr("This lesson is not there in the other language");
    return;
  }
  expect_lesson(lesson_->path());
}

// All of its characters at once: no step shall wait for its own.
void App::expect_lesson(const std::string& path) {
  if (const auto text = session::read_file(path, lesson::kMaxLessonBytes)) expect_drawn(*text);
}

bool App::lesson_shares_pane() const {
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  return gui_.k > 0 && display.x / gui_.k < kLessonBesideFrom;
}

// What a call to the walkthrough came to: the run stands somewhere else, and may have failed.
// `own_run`: the learner has had no part in it.
void App::after_lesson(const Status& done, bool own_run) {
  lesson_->error = done ? "" : done.error().message;
  lesson_->own_run = own_run;
  state_.playing = false;
  state_.notice.clear();
  state_.console.error.clear();
  // What the lesson does by itself need not be saved.
  if (lesson_clean_) saved_work_ = work();
  arrive();
  const lesson::Walkthrough& walk = lesson_->walk();
  if (lesson_->shown_step != walk.step()) {
    lesson_->to_top = true;
    lesson_->hint_shown = false;
    lesson_->lines_shown = false;
  } else if (walk.shown_parts() > lesson_->shown_parts || lesson_->shown_asked != walk.asked() ||
             !done) {
    constexpr int kComesToRest = 4;
    lesson_->to_end = kComesToRest;
    lesson_->new_from = lesson_->shown_parts > 0 ? lesson_->shown_parts - 1 : 0;
  }
  lesson_->shown_step = walk.step();
  lesson_->shown_parts = walk.shown_parts();
  lesson_->shown_asked = walk.asked();
  // In a small window the inspector may stand in its place.
  if (lesson_shares_pane()) state_.pane_open = false;
  stop_at_goal();
  turn_to_focus();
  lesson_at_ = lesson::moment_of(session_);
  asked_ = true;
}

// Time stops at the event behind which the goal holds: it is one of the session's breakpoints while
// it is waited for.
void App::stop_at_goal() {
  auto& stops = session_.breakpoints();
  const auto old = std::find_if(stops.begin(), stops.end(), [&](const auto& stop) {
    return scenario::print(stop) == lesson_stop_;
  });
  if (old != stops.end()) stops.erase(old);
  lesson_stop_.clear();
  if (!lesson_ || lesson_->walk().waits() != lesson::Waits::kGoal) return;
  const scenario::Predicate& goal = lesson_->walk().shown_step().goal()->predicate;
  stops.push_back(goal);
  lesson_stop_ = scenario::print(goal);
}

// A page that the focus names comes to the front.
void App::turn_to_focus() {
  const lesson::Focus* focus = lesson_->walk().focus();
  const std::optional<std::size_t> line =
      focus ? std::optional<std::size_t>(focus->line) : std::nullopt;
  if (line == lesson_->focus_line) return;
  lesson_->focus_line = line;
  if (focus == nullptr) return;
  for (const lesson::FocusItem& item : focus->items) {
    if (item.kind == lesson::FocusKind::kNode && view().node(item.node) != nullptr) {
      state_.selected = {};
      state_.selected.kind = scene::Target::Kind::kNode;
      state_.selected.node = item.node;
    }
    if (item.kind == lesson::FocusKind::kLog) state_.logs.show = item.index;
    if (item.kind == lesson::FocusKind::kLog || item.panel == "logs") state_.logs.wanted = true;
    if (item.kind != lesson::FocusKind::kPanel) continue;
    if (const auto page = page_named(item.panel)) {
      state_.page = *page;
      if (*page != Page::kInspector) state_.lower_page = *page;
    }
    if (item.panel == "ring") state_.stage_view = StageView::kRing;
    if (item.panel == "sequence") state_.stage_view = StageView::kSequence;
  }
}

// Each frame: has the learner reached the goal, is he where the lesson stands?
void App::follow_lesson() {
  if (!lesson_ || session_.seeking()) return;
  if (const auto time = std::chrono::steady_clock::now();
      time - lesson_polled_ > std::chrono::milliseconds(500)) {
    lesson_polled_ = time;
    (void)reload_lesson();
  }
  // In a small window the lesson has the pane's place; a click on a node brings the inspector.
  if (std::exchange(lesson_->fresh, false)) state_.pane_open = !lesson_shares_pane();
  const lesson::Moment now = lesson::moment_of(session_);
  lesson::Walkthrough& walk = lesson_->walk();
  if (now != lesson_at_ && lesson_->error.empty()) {
    lesson_at_ = now;
    if (walk.waits() == lesson::Waits::kGoal &&
        session_.holds(walk.shown_step().goal()->predicate)) {
      after_lesson(walk.look(session_));
    }
  }
  lesson_clean_ = !unsaved();
  lesson_->away = lesson::moment_of(session_) != walk.here() && lesson_->error.empty();
}

bool App::reload_lesson() {
  if (!lesson_ || !lesson_->changed_on_disk()) return false;
  asked_ = true;
  auto opened = LessonRun::open(lesson_->path());
  if (!opened) {
    // What is wrong is told; the lesson stays as it was until it is mended.
    lesson_->read_again_later();
    state_.notice = opened.error().message;
    return true;
  }
  const std::unique_ptr<LessonRun> before = std::move(lesson_);
  const bool pane = state_.pane_open;
  session_ = std::move(opened->session);
  forget_run();
  lesson_ = std::move(opened->run);
  lesson_->watch_blocks(session_);
  lesson_->to_top = lesson_->fresh = false;
  lesson_->shown_step = before->walk().step();
  state_.pane_open = pane;
  after_lesson(lesson_->walk().resume(session_, before->walk()), true);
  state_.notice = tr("read again: {1}", lesson_->path());
  return true;
}

void App::perform_lesson(Action action) {
  if (!lesson_) return;
  lesson::Walkthrough& walk = lesson_->walk();
  // Out of sight it must not go on: first it comes back.
  const bool moves = action == Action::kLessonNext || action == Action::kLessonBack;
  if (moves && lesson_shares_pane() && std::exchange(state_.pane_open, false)) return;
  switch (action) {
    case Action::kLessonNext:
      if (walk.waits() == lesson::Waits::kStuck)
        return after_lesson(walk.start_over(session_), true);
      if (walk.waits() == lesson::Waits::kAnswer) return after_lesson(walk.pass(session_));
      if (walk.waits() == lesson::Waits::kGoal) return after_lesson(walk.show(session_));
      if (!walk.at_last_step()) return after_lesson(walk.next(session_));
      // A key pressed once more than there are steps must not take the summary away.
      state_.notice = lesson_->next_path().empty()
                          ? tr("This was the last step")
                          : tr("This was the last step; “Next lesson” opens the one that follows");
      return;
    case Action::kLessonFollowing:
      if (lesson_->next_path().empty()) {
        state_.notice = tr("No lesson follows this one");
      } else if (const Status opened = open_lesson(std::string(lesson_->next_path())); !opened) {
        state_.notice = opened.error().message;
      }
      return;
    case Action::kLessonBack:
      if (walk.step() > 0) return after_lesson(walk.back(session_));
      state_.notice = tr("This is the first step");
      return;
    case Action::kLessonReturn:
      return after_lesson(walk.return_to(session_));
    case Action::kLessonOwnRun:
      return after_lesson(walk.start_over(session_), true);
    case Action::kLessonHint:
      lesson_->hint_shown = !lesson_->hint_shown;
      return;
    case Action::kLessonClose:
      lesson_.reset();
      stop_at_goal();
      state_.pane_open = true;
      return;
    default:
      return;
  }
}

void App::answer_lesson(const Outbox& todo) {
  if (!lesson_) return;
  lesson::Walkthrough& walk = lesson_->walk();
  if (todo.lesson_answer && walk.asked() != nullptr) {
    after_lesson(walk.answer(session_, *todo.lesson_answer));
  } else if (todo.lesson_answer) {
    walk.answer_again(*todo.lesson_answer);
    asked_ = true;
  }
  if (todo.lesson_step) after_lesson(walk.go_to(session_, *todo.lesson_step));
}

}  // namespace ui
