// Other programs of the desktop.
#pragma once

#include <string>

#include "raft/result.h"

namespace ui {

// Hands the file to the program that the desktop opens it with, and does not wait for it. Errors:
// kIo, also where there is no xdg-open.
Status open_outside(const std::string& path);

}  // namespace ui
