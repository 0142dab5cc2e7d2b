// The run of any implementation, read from its trace: the same facts and the same view as of a run
// of ours, as far as the lines tell them. What they do not tell stays unknown; nothing is filled
// in. Nobody can act on it: one moves through its lines.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/check/trace.h"
#include "app/session/session.h"
#include "app/sim/view.h"

namespace ui {

class TraceRun {
 public:
  // Reads and checks the file, and stands at its end. Errors: those of read_file() and
  // read_trace(), with the file's name; kCorruption for a file without lines.
  static Result<TraceRun> open(const std::string& path);
  // The same of a text; `name` is for messages.
  static Result<TraceRun> read(std::string_view text, const std::string& name);
  TraceRun(TraceRun&&) noexcept;
  TraceRun& operator=(TraceRun&&) noexcept;
  ~TraceRun();

  std::size_t lines() const;
  // Lines that have happened; the view stands behind the last of them.
  std::size_t position() const;
  // Moves to behind that many lines, forwards or backwards.
  void seek(std::size_t lines);
  // Behind every line before `at`; the clock then stands at `at`, or at the trace's end.
  void run_until(sim::Instant at);
  // To a tick, behind a line (AtEvent), or to the end. Errors: kInvalidArgument for a place that is
  // not in the trace.
  Status go_to(const session::Target& target);
  bool at_end() const { return position() == lines(); }
  sim::Instant now() const;
  sim::Instant end() const;

  // The latest facts up to here, oldest first; a fact's id is the number of its line among those
  // that were read, from 1.
  const std::deque<sim::Fact>& facts() const;
  // Up to here.
  const std::vector<session::Milestone>& milestones() const;
  const sim::ClusterView& view() const;
  // What the checks say about the whole trace; facts are named by their ids here.
  const check::TraceReport& report() const;
  // A fact of this trace in words.
  sim::Narration words(const sim::Fact& fact) const;
  const std::string& name() const;

 private:
  struct State;
  explicit TraceRun(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ui
