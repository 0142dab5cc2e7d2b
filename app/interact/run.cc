#include "app/interact/run.h"

#include "app/interact/commands.h"

namespace interact {
namespace {

// What a command wrote, then its error; under level NONE the error alone; `ok` if that is nothing.
std::string result_of(Environment& environment, const Directive& directive) {
  const Status status = execute(environment, directive);
  environment.observe_safety();
  std::string output = environment.take_output();
  if (!status) output += status.error().message;
  return output.empty() ? "ok" : output;
}

}  // namespace

Status run(std::string_view text, const std::function<void(std::string_view)>& print) {
  RAFT_TRY_ASSIGN(const File file, parse_file(text));
  Environment environment;
  for (std::size_t i = 0; i < file.directives.size(); ++i) {
    const Directive& directive = file.directives[i];
    const bool last = i + 1 == file.directives.size() && file.tail.empty();
    const std::string output =
        directive.command == "subtest" ? "" : result_of(environment, directive);
    print(fill_in(directive, output, last));
  }
  if (!file.tail.empty()) print(file.tail);
  return ok();
}

}  // namespace interact
