// Branches of a session: made by acting in the past, opened again, named, deleted; undo and redo.
#include <algorithm>

#include "app/session/session_state.h"

namespace session {

MilestoneFinder& Session::State::finder_of(const Line& to) {
  const auto [place, fresh] = finders.try_emplace(to.branch());
  MilestoneFinder& own = place->second;
  // What others know of the past that they share need not be found again.
  const MilestoneFinder* best = nullptr;
  sim::Position best_shared;
  std::uint64_t known = own.seen();
  for (const auto& [number, found] : finders) {
    if (number == to.branch()) continue;
    const sim::Position shared = line(number).shared_with(to);
    if (std::min(found.seen(), shared.events) <= known) continue;
    known = std::min(found.seen(), shared.events);
    best = &found;
    best_shared = shared;
  }
  if (best == nullptr && !fresh) return own;
  if (best != nullptr) own = best->up_to(best_shared);
  own.without_bookmarks();
  for (const Mark& mark : to.marks()) {
    if (mark.kind == MarkKind::kBookmark) own.add_bookmark(mark.at, mark.text);
  }
  return own;
}

std::string Session::State::free_name() const {
  for (std::size_t number = log.get().branches();; ++number) {
    std::string name = "branch-" + std::to_string(number);
    if (!log.get().find_branch(name)) return name;
  }
}

void Session::State::fork_here(std::string name) {
  leave_tip();
  Branch branch;
  branch.name = name.empty() ? free_name() : std::move(name);
  branch.fork = Fork{walk->line().owner(walk->position()), walk->position()};
  log.add_branch(std::move(branch));
  const Line to = line(log.get().active);
  finder_of(to);
  walk->change_line(to);
}

// Takes back a fork_here() that led to nothing.
void Session::State::unfork(std::size_t before) {
  finders.erase(log.get().branches() - 1);
  log.edit().forks.pop_back();
  log.edit().active = before;
  walk->change_line(line(before));
}

// What undo() left behind without use.
void Session::State::prune_undone() {
  undone.clear();
  undo_branch.clear();
}

std::size_t Session::branches() const { return state_->log.get().branches(); }
const Branch& Session::branch(std::size_t number) const { return state_->log.get().branch(number); }
std::size_t Session::active_branch() const { return state_->log.get().active; }

namespace {

Status check_name(const Recording& recording, const std::string& name) {
  if (!is_branch_name(name)) {
    return Error{Code::kInvalidArgument, "a branch has a name of 1 to " +
                                             std::to_string(kMaxNameBytes) +
                                             " bytes, without control characters"};
  }
  if (recording.find_branch(name)) {
    return Error{Code::kInvalidArgument, "there is a branch '" + name + "' already"};
  }
  return ok();
}

}  // namespace

std::optional<sim::Instant> Session::known() const {
  const MilestoneFinder& found = state_->finder();
  if (found.seen() >= tip().events) return std::nullopt;
  const sim::Instant last = found.list().empty() ? sim::Instant{} : found.list().back().at.at;
  return std::max(position().at, last);
}

sim::Position Session::shared_with(std::size_t number) const {
  return state_->line(number).shared_with(state_->walk->line());
}

Result<std::size_t> Session::fork(std::string name) {
  if (branches() >= kMaxBranches) {
    return Error{Code::kInvalidArgument,
                 "there are " + std::to_string(kMaxBranches) + " branches; delete one first"};
  }
  if (!name.empty()) RAFT_TRY(check_name(state_->log.get(), name));
  cancel_seek();
  state_->fork_here(std::move(name));
  state_->log.rewrite();
  return active_branch();
}

Status Session::rename_branch(std::size_t number, std::string name) {
  if (number == 0 || number >= branches()) {
    return Error{Code::kInvalidArgument,
                 number == 0 ? "main keeps its name" : "there is no such branch"};
  }
  if (branch(number).name == name) return ok();
  RAFT_TRY(check_name(state_->log.get(), name));
  state_->log.edit().branch(number).name = std::move(name);
  state_->log.rewrite();
  return ok();
}

Status Session::delete_branch(std::size_t number) {
  if (number == 0 || number >= branches()) {
    return Error{Code::kInvalidArgument,
                 number == 0 ? "main cannot be deleted" : "there is no such branch"};
  }
  for (const Line::Stretch& stretch : state_->walk->line().stretches()) {
    if (stretch.branch != number) continue;
    return Error{Code::kInvalidArgument, "'" + branch(number).name +
                                             "' is open, or the open branch comes from it; open "
                                             "another one first"};
  }
  for (std::size_t i = 1; i < branches(); ++i) {
    if (branch(i).fork->parent != number) continue;
    return Error{Code::kInvalidArgument, "'" + branch(i).name + "' comes from '" +
                                             branch(number).name + "'; delete that one first"};
  }
  cancel_seek();
  Recording& recording = state_->log.edit();
  recording.forks.erase(recording.forks.begin() + static_cast<std::ptrdiff_t>(number - 1));
  for (Branch& other : recording.forks) {
    if (other.fork->parent > number) --other.fork->parent;
  }
  if (recording.active > number) --recording.active;
  state_->timeline.forget_branch(number);
  std::map<std::size_t, MilestoneFinder> finders;
  for (auto& [which, found] : state_->finders) {
    if (which != number) finders[which > number ? which - 1 : which] = std::move(found);
  }
  state_->finders = std::move(finders);
  state_->walk->change_line(state_->line(recording.active));
  state_->log.rewrite();
  return ok();
}

bool Session::can_undo() const {
  return state_->walk->line().commands_before(position().events) > 0;
}

bool Session::can_redo() const { return !state_->undone.empty(); }

Status Session::undo(const Progress& progress) {
  const Line& line = state_->walk->line();
  const std::size_t count = line.commands_before(position().events);
  if (count == 0) return Error{Code::kInvalidArgument, "there is no command to undo"};
  const sim::Position before = line.command(count - 1).at;
  const State::Place from{branch(active_branch()).name, position()};
  RAFT_TRY(seek(AtPosition{before}, progress));
  const std::string unused = state_->undo_branch;
  state_->fork_here({});
  state_->undo_branch = branch(active_branch()).name;
  state_->undone.push_back(from);
  // A branch that an earlier undo made, and that nobody used, is of no use any more.
  const auto left = state_->log.get().find_branch(unused);
  if (!unused.empty() && left && branch(*left).commands.empty() && branch(*left).marks.empty()) {
    std::erase_if(state_->undone, [&](const State::Place& place) {
      if (place.branch != unused) return false;
      return true;
    });
    (void)delete_branch(*left);
  }
  state_->log.rewrite();
  return ok();
}

Status Session::redo(const Progress& progress) {
  if (state_->undone.empty()) return Error{Code::kInvalidArgument, "there is nothing to redo"};
  const State::Place to = state_->undone.back();
  const auto number = state_->log.get().find_branch(to.branch);
  if (!number) {
    state_->undone.pop_back();
    return Error{Code::kInvalidArgument, "the branch '" + to.branch + "' was deleted"};
  }
  const std::string unused = state_->undo_branch;
  RAFT_TRY(open_branch(*number, AtPosition{to.at}, progress));
  state_->undone.pop_back();
  const auto left = state_->log.get().find_branch(unused);
  if (!unused.empty() && left && branch(*left).commands.empty() && branch(*left).marks.empty()) {
    (void)delete_branch(*left);
  }
  state_->undo_branch.clear();
  state_->log.rewrite();
  return ok();
}

}  // namespace session
