// Plays an interaction file: each directive is carried out in turn, and the file is given out again
// with what the commands printed.
#pragma once

#include <functional>
#include <string_view>

#include "raft/result.h"

namespace interact {

// `print` is called once for each directive, in order, and for what stands behind the last. Errors:
// kInvalidArgument for a text that is no interaction file; what a command refuses is its output.
Status run(std::string_view text, const std::function<void(std::string_view)>& print);

}  // namespace interact
