// A scenario file from its first line to its last, or to the first that fails.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/session/session.h"

namespace session {

// Exit codes of the command line (docs/formats.md); also how a run ends.
enum class Exit : int {
  kOk = 0,
  kUsage = 1,            // usage, or the text of a scenario
  kFile = 2,             // a file cannot be read or written, or is damaged; no display
  kReplay = 3,           // a replay differs
  kViolated = 4,         // a property was violated
  kNotLinearizable = 5,  //
  kNoProgress = 6,       // liveness
  kFailed = 7,           // an expectation failed, or a command cannot be done
};

struct Verdict {
  Exit exit = Exit::kOk;
  std::string text;  // why, or what stays unknown; empty: nothing to say
};

// What is checked at the end: the first violation in time that nobody expected says how the run
// ended. A failure that stopped the run was later than all of them. `file` names the run.
Verdict conclude(Session& session, std::string_view file);

struct RunOptions {
  std::optional<std::uint64_t> seed;  // instead of the header's
  Listener* listener = nullptr;
  std::string disk_directory = {};  // see sim::ClusterConfig; it is made if it is not there
};

struct RunOutcome {
  Exit exit = Exit::kOk;
  std::string message;             // why not kOk, one sentence that begins with the place
  std::string note;                // not empty: what else is to be said
  std::optional<Session> session;  // where the run stopped; none for kUsage and kFile
};

// The statements of a scenario without header lines, from the target on in a recording: its active
// branch, or a new one that begins there.
RunOutcome run_scenario_onto(const std::string& path, const std::string& recording,
                             const Target& target, const RunOptions& options);
RunOutcome run_scenario(const std::string& path, const RunOptions& options);
// The same on text; `file` names it in messages.
RunOutcome run_scenario_text(std::string_view text, std::string_view file,
                             const RunOptions& options);

}  // namespace session
