// One table of commands and options: parsing, --help, errors and their hints all come from it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "app/session/run_scenario.h"

namespace cli {

class Arguments;
using session::Exit;
using Handler = Exit (*)(const Arguments&);

struct OptionSpec {
  std::string_view name;   // "--seed"
  std::string_view value;  // "S"; empty: a switch without value
  std::string_view help;
};

struct CommandSpec {
  std::string_view name;   // "run", "disk check"; empty: the window
  std::string_view usage;  // behind the name: "FILE [OPTIONS]"
  std::string_view summary;
  std::string_view example;
  std::span<const OptionSpec> options;
  std::size_t fewest = 0;  // arguments that are no options
  std::size_t most = 0;
  Handler handler = nullptr;  // never null
};

// The window first, then the commands in the order of the help.
std::span<const CommandSpec> commands();
const CommandSpec* find_command(std::string_view name);
const OptionSpec* find_option(const CommandSpec& command, std::string_view name);
// The name that was probably meant, or empty.
std::string_view nearest_command(std::string_view name);
std::string_view nearest_option(const CommandSpec& command, std::string_view name);

// The commands whose name begins with this word, such as disk: "check, extract or boot"; empty:
// there are none.
std::string family(std::string_view word);

// Each exit code with what it means.
std::span<const std::pair<Exit, std::string_view>> exit_codes();

std::string general_help();
std::string family_help(std::string_view word);
std::string command_help(const CommandSpec& command);

// The handlers, each in the file of its family (cmd_*.cc).
Exit run_command(const Arguments& arguments);
Exit check_command(const Arguments& arguments);
Exit interact_command(const Arguments& arguments);
Exit view_command(const Arguments& arguments);
Exit branches_command(const Arguments& arguments);
Exit diff_command(const Arguments& arguments);
Exit recover_command(const Arguments& arguments);
Exit replay_command(const Arguments& arguments);
Exit branches_command(const Arguments& arguments);
Exit diff_command(const Arguments& arguments);
Exit shot_command(const Arguments& arguments);
Exit disk_extract_command(const Arguments& arguments);
Exit disk_check_command(const Arguments& arguments);
Exit disk_boot_command(const Arguments& arguments);
Exit export_command(const Arguments& arguments);
Exit lesson_list_command(const Arguments& arguments);
Exit lesson_check_command(const Arguments& arguments);
Exit lesson_play_command(const Arguments& arguments);
Exit fuzz_command(const Arguments& arguments);
Exit shrink_command(const Arguments& arguments);
Exit bench_command(const Arguments& arguments);
Exit window_command(const Arguments& arguments);
// The window on a lesson.
// `language`: of the window; nullopt: as was chosen.
Exit lesson_window(const std::string& path, const std::optional<std::string>& language);
// The window on a trace.
Exit view_window(const std::string& trace);

}  // namespace cli
