// A recording as a scenario: one that does the same at the same moments.
#pragma once

#include <string>

#include "app/session/recording.h"
#include "app/session/session.h"

namespace session {

// The active branch from the boot to its end: header, commands with `tick` and `step` between them,
// bookmarks, notes as `say`, and what violations were expected. Played, it ends with the same
// digest. `images_folder` is what `disk-images` names if the run booted from databases; writing
// them there is the caller's. Errors: those of Session::replay().
Result<std::string> scenario_text(const Recording& recording, const std::string& images_folder,
                                  const Progress& progress = {});

}  // namespace session
