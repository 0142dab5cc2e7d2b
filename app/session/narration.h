// Tells a run line by line, for those who have no window.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "app/session/session.h"

namespace session {

class Narrator : public Listener {
 public:
  // `out` gets one line at a time, without line end, printable on any terminal.
  explicit Narrator(std::function<void(std::string_view line)> out) : out_(std::move(out)) {}

  void on_fact(const sim::Fact& fact) override;
  void on_begin(const scenario::Statement& statement, const sim::Position& at) override;
  void on_violation(const check::Violation& violation) override;
  void on_done(const scenario::Statement& statement, const sim::Position& at, bool done) override;

 private:
  void line(sim::Instant at, std::string_view mark, std::string_view text);

  std::function<void(std::string_view line)> out_;
};

}  // namespace session
