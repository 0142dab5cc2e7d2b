// A branch with all that it inherits, seen as one line of time from the boot on.
#pragma once

#include <cstdint>
#include <vector>

#include "app/session/recording.h"

namespace session {

class Line {
 public:
  Line() = default;
  // `recording` must outlive the line and keep the branches it goes through; what they get behind
  // their forks does not matter, what `branch` itself gets belongs to the line.
  Line(const Recording& recording, std::size_t branch);

  std::size_t branch() const { return stretches_.back().branch; }
  // On which branch a position was reached first.
  std::size_t owner(const sim::Position& at) const;
  // The branches from main to this one, each with the position up to which it counts.
  struct Stretch {
    std::size_t branch = 0;
    sim::Position end;                      // of the last: as far as can be
    std::size_t commands = 0, digests = 0;  // before this stretch
  };
  const std::vector<Stretch>& stretches() const { return stretches_; }

  std::size_t commands() const;
  const RecordedCommand& command(std::size_t number) const;  // REQUIRES: number < commands()
  std::size_t commands_before(std::uint64_t events) const;   // done when so many events are done
  std::size_t digests() const;
  const DigestMark& digest(std::size_t number) const;
  std::size_t digests_up_to(const sim::Position& at) const;
  std::vector<Mark> marks() const;
  sim::Position end() const;  // of the branch: its tip

  // Up to where both are the same run.
  sim::Position shared_with(const Line& other) const;

 private:
  const Branch& branch_of(const Stretch& stretch) const {
    return recording_->branch(stretch.branch);
  }
  const Recording* recording_ = nullptr;
  std::vector<Stretch> stretches_;
};

}  // namespace session
