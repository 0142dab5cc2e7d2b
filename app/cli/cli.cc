#include "app/cli/cli.h"

#include <filesystem>
#include <iostream>

#include "app/cli/arguments.h"
#include "app/cli/generate.h"
#include "app/cli/options.h"
#include "app/cli/output.h"

namespace cli {
namespace {

// A first word that is no command may be a file to open.
bool looks_like_file(const std::string& word) {
  std::error_code ignored;
  return word.find('.') != std::string::npos || word.find('/') != std::string::npos ||
         std::filesystem::exists(word, ignored);
}

Exit unknown_command(const std::string& word) {
  std::string text = "there is no command '" + word + "'";
  const std::string_view near = nearest_command(word);
  if (!near.empty()) text += "; did you mean " + std::string(near) + "?";
  return fail(Exit::kUsage, text + " (see raftarium --help)");
}

Exit run_spec(const CommandSpec& command, const std::vector<std::string>& words) {
  const auto arguments = Arguments::parse(command, words);
  if (!arguments) {
    const std::string name =
        command.name.empty() ? "raftarium" : "raftarium " + std::string(command.name);
    return fail(Exit::kUsage, arguments.error().message + " (see " + name + " --help)");
  }
  if (arguments->wants_help()) {
    std::cout << command_help(command);
    return Exit::kOk;
  }
  return command.handler(*arguments);
}

Exit run_words(const std::vector<std::string>& words) {
  const std::string first = words.empty() ? "" : words.front();
  if (first == "--help" || first == "-h" || first == "help") {
    std::cout << general_help();
    return Exit::kOk;
  }
  if (first == "--version") {
    print_line("raftarium " RAFTARIUM_VERSION ", model " + std::to_string(sim::kModelVersion) +
               ", recordings of format " + std::to_string(session::kFormatVersion));
    return Exit::kOk;
  }
  // For the package; nobody else needs it, and the help does not tell of it.
  if (first == "--generate") {
    const auto text = generate(words.size() > 1 ? words[1] : "", RAFTARIUM_VERSION);
    if (!text) return fail(Exit::kUsage, text.error());
    std::cout << *text;
    return Exit::kOk;
  }
  if (const CommandSpec* command = find_command(first)) {
    return run_spec(*command, {words.begin() + 1, words.end()});
  }
  if (const std::string members = family(first); !members.empty()) {
    const std::string second = words.size() > 1 ? words[1] : "";
    if (const CommandSpec* command = find_command(first + " " + second)) {
      return run_spec(*command, {words.begin() + 2, words.end()});
    }
    if (second == "--help" || second == "-h") {
      std::cout << family_help(first);
      return Exit::kOk;
    }
    const std::string found = second.empty() ? "nothing" : "'" + second + "'";
    return fail(Exit::kUsage, first + ": expected " + members + ", found " + found +
                                  " (see raftarium " + first + " --help)");
  }
  const bool option = !first.empty() && first[0] == '-';
  if (!first.empty() && !option && !looks_like_file(first)) return unknown_command(first);
  return run_spec(commands().front(), words);
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  const Exit exit = run_words(arguments);
  std::cout.flush();
  if (!std::cout && exit == Exit::kOk) {
    return static_cast<int>(fail(Exit::kFile, "standard output cannot be written"));
  }
  return static_cast<int>(exit);
}

}  // namespace cli
