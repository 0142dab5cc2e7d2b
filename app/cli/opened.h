// Files that a command works on, opened: a scenario that was run, a recording that was replayed.
#pragma once

#include <optional>
#include <string>

#include "app/session/run_scenario.h"

namespace cli {

// How the run that led there ended; without a session that has been told on stderr.
struct Opened {
  std::optional<session::Session> session;
  session::Exit exit = session::Exit::kOk;
};

// By the file's ending: a recording is replayed up to `target`, anything else is run as a scenario
// and seen at `target`. A missing tail of a recording is told.
Opened open_run(const std::string& file, const session::Target& target);
Opened open_recording(const std::string& file, const session::Target& target);

// Whether the name has the ending of a recording.
bool is_recording(const std::string& path);
// ... of a lesson.
bool is_lesson(const std::string& path);
// The exit code of an error of Session::replay().
session::Exit replay_exit(const Error& error);

}  // namespace cli
