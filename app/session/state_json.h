// The state of a session as one JSON object (docs/formats.md): what `--state` prints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/session/session.h"

namespace session {

struct StateOptions {
  std::uint64_t log_tail = 1000;  // entries of each log, the newest
};

std::string state_json(Session& session, const StateOptions& options);

// A JSON string with its quotes: bytes outside UTF-8 stand as \xHH, a backslash as \\.
std::string json_string(std::string_view bytes);

}  // namespace session
