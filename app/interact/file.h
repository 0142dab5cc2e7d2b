// The file format of interaction files: directives with their input, `----`, and what the command
// printed. Everything else (comments, blank lines) is kept as it stands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "raft/result.h"

namespace interact {

struct Argument {
  std::string key;
  std::vector<std::string> values;  // none: a bare argument, which is its key
};

struct Directive {
  std::size_t line = 0;  // of the command, from 1
  std::string lead;      // comments and blank lines before it, as they stand
  std::string head;      // the command's own lines and its input, as they stand
  std::string command;
  std::vector<Argument> arguments;
  std::string rest;   // the command line behind the first argument, as it stands
  std::string input;  // lines up to the separator
};

struct File {
  std::vector<Directive> directives;
  std::string tail;  // what stands behind the last one
};

// What the file expects as output is skipped. Errors: kInvalidArgument, "line N: …".
Result<File> parse_file(std::string_view text);

// The directive with its output filled in: the lead, the head, `----`, the output; doubled
// separators if the output has a blank line. `last`: no blank line behind it.
std::string fill_in(const Directive& directive, std::string_view output, bool last);

}  // namespace interact
