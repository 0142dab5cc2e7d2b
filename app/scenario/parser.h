// Text to statements. Errors are kInvalidArgument with the message FILE:LINE:COL: what was
// expected.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "app/scenario/lexer.h"
#include "app/scenario/statement.h"
#include "raft/result.h"

namespace scenario {

// A line; nullopt: it is blank or a comment.
struct ParsedLine {
  std::optional<Statement> statement;
  std::optional<SyntaxError> error;  // if set, there is no statement
};
ParsedLine parse_line(std::string_view line, std::string_view file = "console",
                      std::uint64_t line_number = 1);

// The same as a Result; a line without a statement is an error here.
Result<Statement> parse_statement(std::string_view line, std::string_view file = "console",
                                  std::uint64_t line_number = 1);
// The line of a recorded command.
Result<sim::Command> parse_command(std::string_view line);
Result<Predicate> parse_predicate(std::string_view text);

// A whole file: the header lines as a configuration, the rest as statements.
struct Script {
  sim::ClusterConfig config;
  bool nodes_given = false;                // by a line `nodes`
  std::optional<std::string> disk_images;  // the folder, as written
  Place disk_images_place;
  std::vector<Statement> statements;
};
// `nodes`: how many the cluster has if no line says so.
Result<Script> parse_script(std::string_view text, std::string_view file, std::uint64_t nodes = 5);

// One row per command, in the order of the documentation; help, completion and errors read it.
struct CommandHelp {
  std::string_view word;   // "crash"
  std::string_view usage;  // "crash nX [lose=unsynced|nothing]"
  std::string_view what;   // "…", one sentence
  bool in_files = true;    // false: the console's own
};
std::span<const CommandHelp> command_help();

}  // namespace scenario
