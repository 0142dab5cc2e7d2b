// Where the fonts of window and exports lie on this computer.
#pragma once

#include <string>
#include <string_view>

#include "raft/result.h"

namespace exporter {

// Looks into the user's folders first, then into the system's (XDG base directories). `folder`:
// below a fonts folder, as Debian lays it out. Errors: kNotFound names the font, the folders
// searched and the package that has it.
Result<std::string> find_font(std::string_view file, std::string_view folder,
                              std::string_view package);

}  // namespace exporter
