// A run as data: one JSON object, or a trace with vector clocks (docs/formats.md).
#pragma once

#include "app/export/options.h"

namespace exporter {

// Both: the session may stand anywhere. Errors: those of walk().
Result<std::string> run_json(session::Session& session, const Range& range,
                             const session::Progress& progress);
Result<std::string> run_trace(session::Session& session, const Range& range,
                              const session::Progress& progress);

}  // namespace exporter
