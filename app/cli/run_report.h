// What the commands that make a run tell of it and keep of it: --state, --json, --record,
// --history,
// --trace, or else the narration.
#pragma once

#include <optional>
#include <string>

#include "app/cli/arguments.h"
#include "app/session/narration.h"
#include "app/session/run_scenario.h"

namespace cli {

// Whether both name one file that is there, or have the same name.
bool same_file(const std::string& a, const std::string& b);

class RunReport : private session::Listener {
 public:
  // Errors: kInvalidArgument, for an option's value.
  static Result<RunReport> make(const Arguments& arguments);
  // Options that name a file that would take the place of `source`, or of one another. Errors:
  // kInvalidArgument.
  Status check_outputs(const std::string& source) const;

  // For the run; lives in this report.
  session::Listener& listener() { return *this; }
  // Writes what the options ask for and prints how the run ended. `exit`: its outcome; Exit::kFile
  // if something could not be written.
  Exit finish(session::Session& session, Exit exit, const std::string& text);

 private:
  explicit RunReport(const Arguments& arguments);

  void on_fact(const sim::Fact& fact) override;
  void on_begin(const scenario::Statement& statement, const sim::Position& at) override;
  void on_done(const scenario::Statement& statement, const sim::Position& at, bool done) override;
  void on_violation(const check::Violation& violation) override;
  Status write_outputs(session::Session& session) const;

  const Arguments* arguments_;
  std::optional<session::Narrator> narrator_;  // none: silent
  std::uint64_t log_tail_ = 1000;
  std::string trace_;
};

}  // namespace cli
