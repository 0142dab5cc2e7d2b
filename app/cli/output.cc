#include "app/cli/output.h"

#include <unistd.h>

#include <iostream>

#include "app/scenario/text.h"
#include "app/session/state_json.h"

namespace cli {

void print_line(std::string_view text) { std::cout << text << '\n'; }

void print_line_now(std::string_view text) {
  print_line(text);
  std::cout.flush();
}

void message(std::string_view text) {
  std::cout.flush();
  std::cerr << "raftarium: " << scenario::printable(text) << '\n';
}

Exit fail(Exit exit, std::string_view text) {
  message(text);
  return exit;
}

Exit fail(Exit exit, const Error& error) { return fail(exit, error.message); }

std::string outcome_json(Exit exit, std::string_view text, const session::Session& session) {
  const sim::Position at = session.position();
  return "{\"exit\":" + std::to_string(static_cast<int>(exit)) +
         ",\"message\":" + (text.empty() ? "null" : session::json_string(text)) +
         ",\"tick\":" + sim::short_text({at.at.millis}) +
         ",\"event\":" + std::to_string(at.events) + ",\"digest\":\"" +
         session.cluster().digest().text() + "\"}";
}

ProgressLine::ProgressLine(std::string_view what)
    : what_(what), terminal_(::isatty(STDERR_FILENO) == 1) {}

bool ProgressLine::show(std::uint64_t permille) {
  const std::uint64_t percent = permille / 10;
  if (!terminal_ || percent == shown_) return true;
  shown_ = percent;
  std::cerr << "\r" << what_ << " " << percent << " %" << std::flush;
  return true;
}

void ProgressLine::hide() {
  if (shown_ != 0) std::cerr << "\r\033[K" << std::flush;
  shown_ = 0;
}

ProgressLine::~ProgressLine() { hide(); }

StatusLine::StatusLine() : terminal_(::isatty(STDERR_FILENO) == 1) {}

void StatusLine::show(const std::string& text) {
  if (!terminal_) return;
  std::cerr << "\r\033[K" << text << std::flush;
  shown_ = true;
}

void StatusLine::hide() {
  if (shown_) std::cerr << "\r\033[K" << std::flush;
  shown_ = false;
}

StatusLine::~StatusLine() { hide(); }

}  // namespace cli
