// A learner's way through a lesson: which step is shown and how far, what was predicted, where in
// the run each step stands. It plays the lesson's blocks on a session that somebody else owns,
// which may go elsewhere between two calls: the walkthrough finds back.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/lesson/lesson.h"
#include "app/session/session.h"

namespace lesson {

// A moment of a session.
struct Moment {
  std::string branch;
  sim::Position at;
  bool operator==(const Moment&) const = default;
};
Moment moment_of(const session::Session& session);

enum class Waits : std::uint8_t {
  kNothing,  // the step is over
  kAnswer,   // for a prediction: asked()
  kGoal,     // for the learner
  kStuck,    // a block failed: start_over() goes on
};

// Of all predictions of a lesson.
struct Score {
  std::size_t right = 0;
  std::size_t answered = 0;
  std::size_t asked = 0;
};

class Walkthrough {
 public:
  explicit Walkthrough(Lesson lesson);

  const Lesson& lesson() const { return lesson_; }
  std::size_t step() const { return step_; }
  const Step& shown_step() const { return lesson_.steps[step_]; }
  // Parts of the shown step from the first that are to be seen; the one that is waited for is the
  // last of them.
  std::size_t shown_parts() const;
  Waits waits() const { return waits_; }
  bool at_last_step() const { return step_ + 1 == lesson_.steps.size(); }
  // The last step is over.
  bool finished() const { return at_last_step() && waits_ == Waits::kNothing; }

  const Predict* asked() const;  // null: nothing is asked
  // Of the shown step, one that was skipped when it was asked and can be answered now that somebody
  // has come back to it. Null: there is none.
  const Predict* open_again() const;
  bool is_open_again(const Predict& predict) const { return open_again_.contains(predict.line); }
  // What was chosen; nullopt: it is not answered yet.
  std::optional<std::size_t> answer_to(const Predict& predict) const;
  Score score() const;

  bool goal_reached() const { return progress().reached; }  // of the shown step
  bool goal_shown() const { return progress().showed; }     // by the model answer
  // What the latest focus of the shown parts says.
  const Focus* focus() const;

  // Where the lesson stands; while the goal waits, where the task begins.
  const Moment& here() const { return progress().here; }
  // The session is elsewhere, and no task is open that would take it there.
  bool strayed(const session::Session& session) const;

  // --- All of these play blocks until something is waited for. An error is a block that failed; it
  // begins with its place. start_over() goes on with the lesson's own run then.
  Status begin(session::Session& session);
  Status answer(session::Session& session, std::size_t choice);
  // Of open_again(); nothing is played for it.
  void answer_again(std::size_t choice);
  // Goes on without an answer.
  Status pass(session::Session& session);
  // Something has happened: is the goal reached?
  Status look(session::Session& session);
  // Plays the model answer, from where the task began.
  Status show(session::Session& session);
  // To the next or the previous step. REQUIRES: there is one; for next() that nothing is waited
  // for.
  Status next(session::Session& session);
  Status back(session::Session& session);
  // To a step that was shown before.
  Status go_to(session::Session& session, std::size_t step);
  std::size_t reached_step() const { return furthest_; }
  // To where the lesson stands.
  Status return_to(session::Session& session) const;
  // Plays the lesson up to here with the model answers, as a new branch from the beginning.
  Status start_over(session::Session& session);

  // Instead of begin(): goes on where `before`, the lesson as it was before its author changed it,
  // was. Answers to predictions that are still the same are kept.
  Status resume(session::Session& session, const Walkthrough& before);

  // Goes on in the words of another language; the run stays as it is. False, and nothing is done:
  // it is not the same lesson (see differences()).
  bool retell(Lesson translation);

  // Told before a block is played, and with null behind it.
  std::function<void(const Commands*)> on_block;

 private:
  // How far a step has been played.
  struct Progress {
    std::size_t cursor = 0;  // parts that are done
    bool reached = false;
    bool showed = false;
    Moment here;
  };
  Progress& progress() { return progress_[step_]; }
  const Progress& progress() const { return progress_[step_]; }
  Status advance(session::Session& session);
  Status play_block(session::Session& session, const Commands& commands);
  Status replay_step(session::Session& session, std::size_t number);

  Lesson lesson_;
  std::size_t step_ = 0;
  std::size_t furthest_ = 0;
  Waits waits_ = Waits::kNothing;
  std::vector<Progress> progress_;  // by step
  std::map<std::size_t, std::optional<std::size_t>>
      answers_;                       // by the line of the predict; nullopt: passed
  std::set<std::size_t> open_again_;  // lines of predicts of the shown step
};

}  // namespace lesson
