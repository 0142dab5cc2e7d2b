// A run as the beginning of a lesson, for its author to go on with.
#pragma once

#include <string>

#include "app/session/recording.h"

namespace lesson {

// The active branch as a lesson: a step per command, with the time before it; bookmarks and notes
// as prose. It passes `lesson check`. `images_folder` is what `disk-images` names if the run booted
// from databases. Errors: those of session::scenario_text(); kInvalidArgument for what is larger
// than a lesson may be.
Result<std::string> skeleton(const session::Recording& recording, const std::string& images_folder);

// The same into a file, the databases into a folder beside it. Errors: also those of writing.
Status save_skeleton(const session::Recording& recording, const std::string& path);

}  // namespace lesson
