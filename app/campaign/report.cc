#include "app/campaign/report.h"

#include <algorithm>
#include <charconv>

namespace campaign {
namespace {

// Takes a line off the front.
std::string_view next_line(std::string_view& bytes) {
  const std::size_t end = std::min(bytes.find('\n'), bytes.size());
  const std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(std::min(end + 1, bytes.size()));
  return line;
}

std::uint64_t next_number(std::string_view& bytes) {
  const std::string_view line = next_line(bytes);
  std::uint64_t number = 0;
  std::from_chars(line.data(), line.data() + line.size(), number);
  return number;
}

constexpr int kSignalExit = 128;

}  // namespace

std::string encode_report(const Played& run, bool with_recording) {
  const Outcome& outcome = run.outcome;
  std::string text = outcome.text;
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::string out = std::to_string(static_cast<int>(outcome.exit)) + "\n";
  if (outcome.property) out += check::property_name(*outcome.property);
  out += "\n" + std::to_string(outcome.event) + "\n" + std::to_string(outcome.at.millis) + "\n" +
         text + "\n";
  if (with_recording && outcome.exit != session::Exit::kOk) {
    out += session::encode_recording(run.session.recording());
  }
  return out;
}

SeedReport decode_report(std::string_view bytes, int signal) {
  SeedReport report;
  const bool whole = std::count(bytes.begin(), bytes.end(), '\n') >= 5;
  if (signal != 0 || !whole) {
    report.outcome.exit = static_cast<session::Exit>(kSignalExit + signal);
    report.outcome.text = "the program died of signal " + std::to_string(signal);
    return report;
  }
  report.outcome.exit = static_cast<session::Exit>(next_number(bytes));
  report.outcome.property = check::property_of(next_line(bytes));
  report.outcome.event = next_number(bytes);
  report.outcome.at = {next_number(bytes)};
  report.outcome.text = next_line(bytes);
  report.recording = bytes;
  return report;
}

}  // namespace campaign
