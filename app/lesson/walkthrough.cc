#include "app/lesson/walkthrough.h"

#include <algorithm>

#include "app/lesson/play.h"

namespace lesson {

Moment moment_of(const session::Session& session) {
  return {session.branch(session.active_branch()).name, session.position()};
}

namespace {

std::vector<std::size_t> predict_lines(const Step& step) {
  std::vector<std::size_t> lines;
  for (const Part& part : step.parts) {
    if (const auto* predict = std::get_if<Predict>(&part)) lines.push_back(predict->line);
  }
  return lines;
}

// How far a step has been played is counted in its parts.
bool same_parts(const Lesson& one, const Lesson& other) {
  const auto kinds = [](const Lesson& lesson) {
    std::vector<std::vector<std::size_t>> all;
    for (const Step& step : lesson.steps) {
      std::vector<std::size_t>& parts = all.emplace_back();
      for (const Part& part : step.parts) parts.push_back(part.index());
    }
    return all;
  };
  return kinds(one) == kinds(other);
}

}  // namespace

Walkthrough::Walkthrough(Lesson lesson)
    : lesson_(std::move(lesson)), progress_(lesson_.steps.size()) {}

std::size_t Walkthrough::shown_parts() const {
  return std::min(progress().cursor + (waits_ == Waits::kNothing ? 0u : 1u),
                  shown_step().parts.size());
}

const Predict* Walkthrough::asked() const {
  if (waits_ != Waits::kAnswer) return nullptr;
  return std::get_if<Predict>(&shown_step().parts[progress().cursor]);
}

const Predict* Walkthrough::open_again() const {
  for (const Part& part : shown_step().parts) {
    const auto* predict = std::get_if<Predict>(&part);
    if (predict && is_open_again(*predict)) return predict;
  }
  return nullptr;
}

std::optional<std::size_t> Walkthrough::answer_to(const Predict& predict) const {
  const auto found = answers_.find(predict.line);
  if (found == answers_.end()) return std::nullopt;
  return found->second;
}

Score Walkthrough::score() const {
  Score score;
  for (const Step& step : lesson_.steps) {
    for (const Part& part : step.parts) {
      const auto* predict = std::get_if<Predict>(&part);
      if (!predict) continue;
      ++score.asked;
      const auto answer = answer_to(*predict);
      if (!answer) continue;
      ++score.answered;
      if (predict->choices[*answer].right) ++score.right;
    }
  }
  return score;
}

const Focus* Walkthrough::focus() const {
  const Focus* last = nullptr;
  for (std::size_t i = 0; i < shown_parts(); ++i) {
    if (const auto* focus = std::get_if<Focus>(&shown_step().parts[i])) last = focus;
  }
  return last;
}

bool Walkthrough::strayed(const session::Session& session) const {
  return waits_ != Waits::kGoal && moment_of(session) != here();
}

Status Walkthrough::play_block(session::Session& session, const Commands& commands) {
  if (on_block) on_block(&commands);
  const Status played = play(session, commands);
  if (on_block) on_block(nullptr);
  return played;
}

Status Walkthrough::advance(session::Session& session) {
  const Step& step = shown_step();
  const Part* const goal_at = last_of_goal(step);
  furthest_ = std::max(furthest_, step_);
  Progress& now = progress();
  for (; now.cursor < step.parts.size(); ++now.cursor) {
    const Part& part = step.parts[now.cursor];
    now.here = moment_of(session);
    if (const auto* predict = std::get_if<Predict>(&part);
        predict && !answers_.contains(predict->line)) {
      waits_ = Waits::kAnswer;
      return ok();
    }
    const auto* commands = std::get_if<Commands>(&part);
    if (commands && commands->doing != Doing::kByHand) {
      if (const Status played = play_block(session, *commands); !played) {
        waits_ = Waits::kStuck;
        return played;
      }
    }
    if (&part == goal_at && !now.reached) {
      now.reached = session.holds(step.goal()->predicate);
      if (!now.reached) {
        waits_ = Waits::kGoal;
        return ok();
      }
    }
  }
  now.here = moment_of(session);
  waits_ = Waits::kNothing;
  return ok();
}

Status Walkthrough::begin(session::Session& session) { return advance(session); }

Status Walkthrough::answer(session::Session& session, std::size_t choice) {
  const Predict* predict = asked();
  if (!predict || choice >= predict->choices.size()) return ok();
  RAFT_TRY(return_to(session));
  answers_.emplace(predict->line, choice);
  return advance(session);
}

void Walkthrough::answer_again(std::size_t choice) {
  const Predict* predict = open_again();
  if (!predict || choice >= predict->choices.size()) return;
  answers_[predict->line] = choice;
  open_again_.erase(predict->line);
}

Status Walkthrough::pass(session::Session& session) {
  const Predict* predict = asked();
  if (!predict) return ok();
  RAFT_TRY(return_to(session));
  answers_.emplace(predict->line, std::nullopt);
  return advance(session);
}

Status Walkthrough::look(session::Session& session) {
  if (waits_ != Waits::kGoal || !session.holds(shown_step().goal()->predicate)) return ok();
  progress().reached = true;
  return advance(session);
}

Status Walkthrough::show(session::Session& session) {
  if (waits_ != Waits::kGoal) return ok();
  RAFT_TRY(return_to(session));
  if (const Commands* answer = shown_step().by_hand()) RAFT_TRY(play_block(session, *answer));
  RAFT_TRY(reach(session, *shown_step().goal()));
  progress().reached = true;
  progress().showed = true;
  return advance(session);
}

Status Walkthrough::next(session::Session& session) {
  if (at_last_step()) return ok();
  if (step_ < furthest_) return go_to(session, step_ + 1);
  RAFT_TRY(return_to(session));
  open_again_.clear();
  ++step_;
  return advance(session);
}

Status Walkthrough::back(session::Session& session) {
  return step_ == 0 ? ok() : go_to(session, step_ - 1);
}

Status Walkthrough::go_to(session::Session& session, std::size_t step) {
  if (step > furthest_) return ok();
  step_ = step;
  open_again_.clear();
  for (const Part& part : shown_step().parts) {
    const auto* predict = std::get_if<Predict>(&part);
    if (predict && answers_.contains(predict->line) && !answer_to(*predict))
      open_again_.insert(predict->line);
  }
  RAFT_TRY(return_to(session));
  return advance(session);
}

Status Walkthrough::return_to(session::Session& session) const {
  const Moment& to = here();
  if (moment_of(session) == to) return ok();
  for (std::size_t i = 0; i < session.branches(); ++i) {
    if (session.branch(i).name != to.branch) continue;
    const session::Target target = session::AtPosition{to.at};
    return i == session.active_branch() ? session.seek(target) : session.open_branch(i, target);
  }
  return Error{Code::kNotFound, "the branch '" + to.branch + "' of the lesson is no longer there"};
}

// A step as it was left, with the model answer where the learner has reached the goal.
Status Walkthrough::replay_step(session::Session& session, std::size_t number) {
  const Step& step = lesson_.steps[number];
  const Part* const goal_at = last_of_goal(step);
  Progress& now = progress_[number];
  const bool reached =
      goal_at && goal_at - step.parts.data() < static_cast<std::ptrdiff_t>(now.cursor);
  for (std::size_t i = 0; i < now.cursor; ++i) {
    const Part& part = step.parts[i];
    const auto* commands = std::get_if<Commands>(&part);
    if (commands && (reached || commands->doing != Doing::kByHand)) {
      RAFT_TRY(play_block(session, *commands));
    }
    if (&part == goal_at) RAFT_TRY(reach(session, *step.goal()));
  }
  now.here = moment_of(session);
  return ok();
}

Status Walkthrough::start_over(session::Session& session) {
  const session::Target begin = session::AtPosition{};
  RAFT_TRY(session.active_branch() == 0 ? session.seek(begin) : session.open_branch(0, begin));
  for (std::size_t i = 0; i < step_; ++i) {
    progress_[i].cursor = lesson_.steps[i].parts.size();
    RAFT_TRY(replay_step(session, i));
  }
  // What lies behind is played anew.
  for (std::size_t i = step_ + 1; i < progress_.size(); ++i) progress_[i] = {};
  furthest_ = step_;
  RAFT_TRY(replay_step(session, step_));
  return advance(session);
}

bool Walkthrough::retell(Lesson translation) {
  if (!differences(lesson_, translation).empty() || !same_parts(lesson_, translation)) return false;
  std::map<std::size_t, std::size_t> lines;  // of predicts, here and there
  for (std::size_t i = 0; i < lesson_.steps.size(); ++i) {
    const std::vector<std::size_t> here = predict_lines(lesson_.steps[i]),
                                   there = predict_lines(translation.steps[i]);
    for (std::size_t k = 0; k < std::min(here.size(), there.size()); ++k) lines[here[k]] = there[k];
  }
  decltype(answers_) answers;
  for (const auto& [line, answer] : answers_) answers.emplace(lines[line], answer);
  decltype(open_again_) open_again;
  for (const std::size_t line : open_again_) open_again.insert(lines[line]);
  answers_ = std::move(answers);
  open_again_ = std::move(open_again);
  lesson_ = std::move(translation);
  return true;
}

Status Walkthrough::resume(session::Session& session, const Walkthrough& before) {
  const auto each_predict = [](const Lesson& lesson, const auto& visit) {
    for (const Step& step : lesson.steps) {
      for (const Part& part : step.parts) {
        if (const auto* predict = std::get_if<Predict>(&part)) visit(*predict);
      }
    }
  };
  each_predict(before.lesson_, [&](const Predict& old) {
    const auto answer = before.answers_.find(old.line);
    if (answer == before.answers_.end()) return;
    each_predict(lesson_, [&](const Predict& now) {
      if (now.source == old.source) answers_.emplace(now.line, answer->second);
    });
  });
  step_ = std::min(before.step_, lesson_.steps.size() - 1);
  return start_over(session);
}

}  // namespace lesson
