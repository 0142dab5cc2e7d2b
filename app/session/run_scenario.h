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
  kUsage = 1,   // usage, or the text of a scenario
  kFile = 2,    // a file cannot be read or written, or is damaged; no display
  kReplay = 3,  // a replay differs
  kFailed = 7,  // an expectation failed, or a command cannot be done
};

struct RunOptions {
  std::optional<std::uint64_t> seed;  // instead of the header's
  Listener* listener = nullptr;
};

struct RunOutcome {
  Exit exit = Exit::kOk;
  std::string message;             // why not kOk, one sentence that begins with the place
  std::optional<Session> session;  // where the run stopped; none for kUsage and kFile
};

RunOutcome run_scenario(const std::string& path, const RunOptions& options);
// The same on text; `file` names it in messages.
RunOutcome run_scenario_text(std::string_view text, std::string_view file,
                             const RunOptions& options);

}  // namespace session
