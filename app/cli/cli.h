// The command line: what `raftarium` does with its arguments.
#pragma once

#include <string>
#include <vector>

namespace cli {

// Without the program's name. Returns the exit code; results go to stdout, messages to stderr.
int run(const std::vector<std::string>& arguments);

}  // namespace cli
