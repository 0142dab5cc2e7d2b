// Playing the blocks of a lesson on a session.
#pragma once

#include <string>
#include <vector>

#include "app/lesson/lesson.h"
#include "app/session/session.h"

namespace lesson {

// A cluster as the lesson's header wants it. Errors name the lesson's file.
Result<session::Session> boot(const Lesson& lesson);

// The last part of a step that its goal waits for: the goal is tested behind it. Null: it has none.
const Part* last_of_goal(const Step& step);

// The commands, up to the first that fails; the error begins with its place.
Status play(session::Session& session, const Commands& commands);
// Carries out what a learner typed. Time that a tick lets pass stops where the goal holds.
Status execute_up_to(session::Session& session, const scenario::Statement& statement,
                     const Goal& goal);
// Lets time pass until the goal holds. Error: it did not within kGoalPatience; begins with its
// place.
Status reach(session::Session& session, const Goal& goal);

// Plays the whole lesson with its model answers. Errors name file and line: what failed, goals that
// were not reached, predictions that are not true of the run.
struct Checked {
  std::vector<std::string> errors;
  std::vector<std::string> notes;  // what is odd, but not wrong
};
Checked check_run(const Lesson& lesson);

}  // namespace lesson
