// A run as a film: pictures drawn by Cairo, handed through a pipe to ffmpeg, which is looked for
// when it is needed.
#pragma once

#include "app/export/options.h"

namespace exporter {

// How many pictures: one at each end, between them as many as fps and speed ask for; the last one
// stands for a second.
std::uint64_t film_frames(const Options& options, const Range& range);

// Writes `path`, all or nothing. Errors: kIo if ffmpeg is not there or fails, or the file cannot be
// written; kUnavailable if `progress` says no; those of walk().
Status write_film(session::Session& session, const Options& options, const Range& range,
                  const std::string& path, const session::Progress& progress);

}  // namespace exporter
