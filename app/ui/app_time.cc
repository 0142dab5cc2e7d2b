// Going through time in the window: seeks in slices, steps back, undo, and the journal.
#include <algorithm>
#include <chrono>

#include "app/scenario/cursor.h"
#include "app/scenario/parser.h"
#include "app/session/journal.h"
#include "app/ui/app.h"

namespace ui {
namespace {

constexpr std::chrono::milliseconds kSlice{8};  // of replay per frame

}  // namespace

void App::go_to(const session::Target& target) {
  state_.playing = false;
  state_.notice.clear();
  if (const Status begun = session_.begin_seek(target); !begun) {
    state_.notice = begun.error().message;
    return;
  }
  go_on_seeking();
}

void App::go_on_seeking() {
  if (!session_.seeking()) return;
  asked_ = true;
  const auto start = std::chrono::steady_clock::now();
  const auto arrived =
      session_.continue_seek([&] { return std::chrono::steady_clock::now() - start < kSlice; });
  if (!arrived) {
    state_.notice = arrived.error().message;
  } else if (*arrived) {
    state_.notice.clear();
    arrive();
  } else {
    state_.notice = tr("going there: {1} %, Esc gives up", session_.seek_permille() / 10);
  }
}

// What is remembered of the frames before belongs to another moment.
void App::arrive() {
  changed_.clear();
  ticked_.clear();
  events_ = {};
  tape_ = {};
  sequence_ = {};
  state_.sequence.lit.clear();
  state_.sequence.shown = 0;
  state_.told = {};
  // A node is there at any time; a message or a fact may not be.
  if (state_.selected.kind != scene::Target::Kind::kNode) state_.selected = {};
  state_.hovered = {};
  owed_ = 0;
}

void App::open_branch(std::size_t number) {
  state_.playing = false;
  state_.notice.clear();
  if (const Status begun = session_.begin_open_branch(number); !begun) {
    state_.notice = begun.error().message;
    return;
  }
  go_on_seeking();
}

Status App::stop_when(const std::string& predicate) {
  RAFT_TRY_ASSIGN(scenario::Predicate wanted, scenario::parse_predicate(predicate));
  session_.breakpoints().push_back(std::move(wanted));
  state_.playing = true;
  state_.notice.clear();
  return ok();
}

void App::compare_with(std::size_t number) {
  state_.playing = false;
  state_.notice.clear();
  auto begun = Comparison::begin(session_, number);
  if (!begun) {
    compare_.reset();
    state_.notice = begun.error().message;
    return;
  }
  compare_ = std::make_unique<Comparison>(*std::move(begun));
  compare_there_ = false;
  asked_ = true;
}

void App::follow_comparison() {
  if (!compare_) return;
  const auto start = std::chrono::steady_clock::now();
  const auto there = compare_->go_on(
      session_.position().at, [&] { return std::chrono::steady_clock::now() - start < kSlice; });
  if (!there) {
    state_.notice = there.error().message;
    compare_.reset();
    return;
  }
  if (!*there) asked_ = true;
  compare_there_ = *there;
}

// Title and caption of a demonstration: the last bookmark, and what was said since the last event
// that is told.
void App::tell_demo() {
  UiState::Demo& demo = state_.demo;
  demo.title.clear();
  demo.note.clear();
  demo.place = demo.of = 0;
  if (trace_) return;
  const sim::Position now = session_.position();
  for (const session::Milestone& milestone : session_.milestones()) {
    if (milestone.kind != session::MilestoneKind::kBookmark) continue;
    ++demo.of;
    if (milestone.at.events > now.events || milestone.at.at > now.at) continue;
    demo.place = demo.of;
    demo.title = milestone.text;
  }
  for (const session::Mark& mark : session_.marks()) {
    if (mark.kind == session::MarkKind::kNote && mark.at.events >= state_.told.event)
      demo.note = mark.text;
  }
}

// The branches that are not open, those that end last first.
std::vector<scene::KeptBranch> App::kept_branches() const {
  std::vector<scene::KeptBranch> kept;
  if (trace_) return kept;
  for (std::size_t i = 0; i < session_.branches(); ++i) {
    if (i == session_.active_branch()) continue;
    const session::Branch& branch = session_.branch(i);
    kept.push_back({branch.name, i, session_.shared_with(i).at, session::end_position(branch).at});
  }
  std::stable_sort(kept.begin(), kept.end(),
                   [](const auto& a, const auto& b) { return b.tip < a.tip; });
  return kept;
}

void App::perform_in_time(Action action) {
  const sim::Position now = session_.position();
  const auto go_if = [&](const std::optional<sim::Position>& to, const char* none) {
    if (to) return go_to(session::AtPosition{*to});
    state_.notice = tr(none);
  };
  switch (action) {
    case Action::kEventBack:
      if (now.events > 0) return go_to(session::AtEvent{now.events - 1});
      break;
    case Action::kTickBack: {
      const std::uint64_t millis = now.at.millis;
      if (millis > 0) return go_to(session::AtTick{{(millis - 1) / 1000 * 1000}});
      break;
    }
    case Action::kToStart:
      return go_to(session::AtEvent{0});
    case Action::kToTip:
      state_.sequence.follow = true;
      return go_to(session::AtEnd{});
    case Action::kPreviousBookmark:
      return go_if(session_.previous(session::Landmark::kBookmark),
                   tr_later("No bookmark lies before"));
    case Action::kNextBookmark: {
      const auto to = session_.next(session::Landmark::kBookmark);
      // A clicker has two keys: behind the last bookmark the forward one plays and stops.
      if (!to && state_.demo.on) {
        state_.playing = !state_.playing;
        return;
      }
      return go_if(to, tr_later("No bookmark lies behind"));
    }
    case Action::kPreviousElection:
      return go_if(session_.previous(session::Landmark::kElection),
                   tr_later("No election lies before"));
    case Action::kNextElection:
      return go_if(session_.next(session::Landmark::kElection),
                   tr_later("No election lies between here and the tip"));
    case Action::kBookmark:
      session_.bookmark("tick " + sim::short_text({now.at.millis}));
      tape_ = {};
      state_.notice = tr("bookmark at tick {1}", sim::short_text({now.at.millis}));
      return;
    case Action::kUndo:
    case Action::kRedo: {
      state_.playing = false;
      const auto commands = session_.commands();
      const std::string last = commands.empty() ? "" : commands.back().line;
      const Status done = action == Action::kUndo ? session_.undo() : session_.redo();
      state_.notice = !done ? done.error().message
                      : action == Action::kUndo
                          ? tr("undone: {1}; a new branch goes on without it [Ctrl+Y: back]", last)
                          : "";
      return arrive();
    }
    case Action::kCompare: {
      // Again: the next one, and behind the last it ends.
      std::size_t other = compare_ ? compare_->other() + 1 : 0;
      if (other == session_.active_branch()) ++other;
      if (other < session_.branches()) return compare_with(other);
      compare_.reset();
      return;
    }
    case Action::kFirstDifference:
      if (compare_ && compare_->first()) return go_to(session::AtPosition{compare_->first()->at});
      state_.notice = tr("no difference is found so far");
      return;
    case Action::kNextBranch:
      return open_branch((session_.active_branch() + 1) % session_.branches());
    default:
      break;
  }
  state_.notice = tr("This is the beginning");
}

bool App::go_back(const std::string& line) {
  const std::size_t word = line.find_first_not_of(" \t");
  if (word == std::string::npos || line.compare(word, 4, "back") != 0) return false;
  std::string count = line.substr(word + 4);
  if (!count.empty() && count[0] != ' ' && count[0] != '\t') return false;
  count.erase(0, count.find_first_not_of(" \t"));
  while (!count.empty() && (count.back() == ' ' || count.back() == '\t')) count.pop_back();
  const auto events = count.empty() ? std::optional<std::uint64_t>(1) : scenario::to_number(count);
  if (!events) {
    state_.console.error =
        tr("column {1}: {2}", 6, "expected a number of events, found '" + count + "'");
    return true;
  }
  const std::uint64_t now = session_.position().events;
  go_to(session::AtEvent{now - std::min(now, *events)});
  state_.console.echo = line;
  state_.console.text.clear();
  return true;
}

void App::keep(session::Journal* journal) {
  journal_ = journal;
  session_.set_journal(journal);
}

std::size_t App::work() const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < session_.branches(); ++i) {
    count += session_.branch(i).commands.size() + session_.branch(i).marks.size();
  }
  return count;
}

void App::keep_on() {
  if (journal_ == nullptr) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - pulsed_ < std::chrono::seconds(1)) return;
  pulsed_ = now;
  session_.pulse();
  journal_->pulse();
  if (!journal_->problem().empty()) state_.notice = journal_->problem();
}

}  // namespace ui
