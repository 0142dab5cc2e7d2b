// A run, or a moment of it, as a file for those who do not have the program.
#pragma once

#include <string>

#include "app/export/options.h"

namespace exporter {

// Writes `path`, all or nothing. The session is moved about. REQUIRES: check() holds. Errors:
// kInvalidArgument and kNotFound for positions (find_range()), kCorruption if the replay differs,
// kUnavailable if `progress` says no, kIo for the rest (a font or a program that is missing, a file
// that cannot be written).
Status write_export(session::Session& session, const Options& options, const std::string& path,
                    const session::Progress& progress = {});

}  // namespace exporter
