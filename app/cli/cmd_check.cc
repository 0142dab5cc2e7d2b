// raftarium check: is a history linearizable? raftarium view --check: does a trace keep to Raft?
#include "app/check/history.h"
#include "app/check/linearizability.h"
#include "app/check/trace.h"
#include "app/cli/arguments.h"
#include "app/cli/output.h"
#include "app/session/state_json.h"

namespace cli {
namespace {

std::string_view verdict_word(check::Verdict verdict) {
  switch (verdict) {
    case check::Verdict::kLinearizable:
      return "true";
    case check::Verdict::kNotLinearizable:
      return "false";
    case check::Verdict::kUnknown:
      return "null";
  }
  return "null";
}

void print_report(const check::TraceReport& report, std::size_t lines) {
  print_line(std::to_string(lines) + " lines");
  for (const std::string& remark : report.remarks) print_line("remark: " + remark);
  for (const check::Property property : report.checked) {
    print_line("checked: " + std::string(check::property_name(property)));
  }
  for (const check::NotChecked& missing : report.not_checked) {
    print_line("not checked: " + std::string(check::property_name(missing.property)) + ": " +
               missing.why);
  }
  for (const check::Violation& violation : report.violations) {
    print_line("violated: " + session::violation_text(violation));
  }
}

}  // namespace

Exit check_command(const Arguments& arguments) {
  const std::string& file = arguments.rest().front();
  const auto text = session::read_file(file, session::kMaxFileBytes);
  if (!text) return fail(Exit::kFile, text.error());
  const auto history = check::read_history(*text);
  if (!history) {
    return fail(Exit::kFile, file + ": " + history.error().message +
                                 "; a history has an operation a line, as docs/checks.md says");
  }
  const check::LinearizabilityReport report = check::check_linearizability(*history);
  const bool linearizable = report.verdict == check::Verdict::kLinearizable;
  const bool unknown = report.verdict == check::Verdict::kUnknown;
  if (arguments.has("--json")) {
    print_line("{\"linearizable\":" + std::string(verdict_word(report.verdict)) +
               ",\"key\":" + (linearizable ? "null" : session::json_string(report.key)) + "}");
  } else if (linearizable) {
    print_line(std::to_string(history->operations.size()) + " operations are linearizable");
  }
  if (linearizable) return Exit::kOk;
  message(file + ": " + (unknown ? "it stays unknown whether it is linearizable: " : "") +
          report.text);
  return unknown && !arguments.has("--strict") ? Exit::kOk : Exit::kNotLinearizable;
}

Exit view_command(const Arguments& arguments) {
  const std::string& file = arguments.rest().front();
  if (!arguments.has("--check")) return view_window(file);
  const auto text = session::read_file(file, session::kMaxFileBytes);
  if (!text) return fail(Exit::kFile, text.error());
  const auto trace = check::read_trace(*text);
  if (!trace) {
    return fail(Exit::kFile, file + ": " + trace.error().message +
                                 "; a trace has an event a line, as docs/checks.md says");
  }
  const check::TraceReport report = check::check_trace(*trace);
  print_report(report, trace->size());
  return report.violations.empty() ? Exit::kOk : Exit::kViolated;
}

}  // namespace cli
