// What a package needs beside the program, made from the table of commands: the manual page, and
// how a shell completes.
#pragma once

#include <string>
#include <string_view>

#include "raft/result.h"

namespace cli {

// "man", "bash" or "zsh". Errors: kInvalidArgument, there is no such kind.
Result<std::string> generate(std::string_view kind, std::string_view version);

}  // namespace cli
