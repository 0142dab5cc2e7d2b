// Texts: scenarios, histories, traces.
#include <string>

#include "app/check/history.h"
#include "app/check/linearizability.h"
#include "app/check/trace.h"
#include "app/lesson/lesson.h"
#include "app/lesson/wrap.h"
#include "app/scenario/parser.h"
#include "app/scenario/print.h"
#include "tests/fuzz/targets.h"

namespace fuzz {

// What is read prints as a line that reads back as the same.
void scenario_text(std::string_view input) {
  const auto script = scenario::parse_script(input, "f");
  if (!script) {
    require(script.error().message.rfind("f:", 0) == 0, "an error names the place");
    return;
  }
  for (const scenario::Statement& statement : script->statements) {
    const std::string line = scenario::print(statement);
    const auto again = scenario::parse_statement(line);
    require(again.has_value(), line.c_str());
    require(scenario::print(*again) == line, line.c_str());
  }
}

// Whatever it is, it is read or refused with a place; what is read differs from itself in nothing
// and can be shown.
void lesson(std::string_view input) {
  const ::lesson::Parsed parsed = ::lesson::parse_lesson(input, "f.md");
  require(parsed.lesson.has_value() == parsed.errors.empty(), "a lesson or errors");
  for (const std::string& error : parsed.errors) {
    require(error.rfind("f.md:", 0) == 0, "an error names the place");
  }
  if (!parsed.lesson) return;
  require(::lesson::differences(*parsed.lesson, *parsed.lesson).empty(), "it is like itself");
  for (const ::lesson::Step& step : parsed.lesson->steps) {
    for (const ::lesson::Part& part : step.parts) {
      if (const auto* prose = std::get_if<::lesson::Prose>(&part)) {
        (void)::lesson::for_terminal(prose->blocks, 40);
      }
    }
  }
}

void history(std::string_view input) {
  const auto history = check::read_history(input);
  if (!history) return;
  const auto again = check::read_history(check::write_history(*history));
  require(again.has_value() && *again == *history, "a history reads back as it was");
  (void)check::check_linearizability(*history);
}

void trace(std::string_view input) {
  const auto records = check::read_trace(input);
  if (records) (void)check::check_trace(*records);
}

}  // namespace fuzz
