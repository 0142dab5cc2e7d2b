// What commands say and to whom: results to stdout, messages to stderr.
#pragma once

#include <string>
#include <string_view>

#include "app/cli/options.h"
#include "raft/result.h"

namespace cli {

void print_line(std::string_view text);      // stdout
void print_line_now(std::string_view text);  // and whoever reads it has it
void message(std::string_view text);         // stderr, "raftarium: …"
// The message of an error, and the exit code as given.
Exit fail(Exit exit, const Error& error);
Exit fail(Exit exit, std::string_view text);
// The state, or the outcome, as the options ask: --state, --json, or nothing.
std::string outcome_json(Exit exit, std::string_view text, const session::Session& session);

// Progress on stderr while it is a terminal; the line is removed at the end.
class ProgressLine {
 public:
  explicit ProgressLine(std::string_view what);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  bool show(std::uint64_t permille);  // true: go on
  void hide();                        // until it is shown again; something else is to be printed

 private:
  std::string_view what_;
  bool terminal_ = false;
  std::uint64_t shown_ = 0;  // per cent; 0: nothing yet
};

// The same with words of one's own.
class StatusLine {
 public:
  StatusLine();
  ~StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  void show(const std::string& text);
  void hide();

 private:
  bool terminal_ = false;
  bool shown_ = false;
};

}  // namespace cli
