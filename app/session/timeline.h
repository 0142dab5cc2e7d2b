// Checkpoints along all branches: few while a run goes on, dense around a place that somebody steps
// back to. When those along the run take more memory than they may, every second one goes: seeking
// gets slower, memory does not grow. The dense ones are few at any time, and the oldest go.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "app/session/line.h"
#include "app/session/world.h"

namespace session {

inline constexpr std::uint64_t kCheckpointBudget = 192ull << 20;

class Timeline {
 public:
  explicit Timeline(std::uint64_t budget = kCheckpointBudget) : budget_(budget) {}

  // The latest checkpoint of the line that lies at or before its position `last` and for which
  // `fits` holds; null: none.
  const World* latest(const Line& line, const sim::Position& last,
                      const std::function<bool(const sim::Position&)>& fits) const;
  // Keeps it. `dense`: for stepping back, the first to go.
  void add(const Line& line, std::unique_ptr<World> world, bool dense);
  // True if a run that stands at `at` should leave a checkpoint.
  bool is_due(const Line& line, const sim::Position& at) const;
  // The branch is gone; those behind it move up.
  void forget_branch(std::size_t branch);

  void set_budget(std::uint64_t bytes) {
    budget_ = bytes;
    thin_out();
  }
  std::uint64_t bytes() const { return bytes_ + dense_bytes_; }  // an estimate
  std::size_t size() const;
  std::uint64_t spacing() const { return spacing_; }  // world events between two

 private:
  struct Checkpoint {
    std::unique_ptr<World> world;
    std::uint64_t bytes = 0;  // beyond the one before it
    std::uint64_t dense = 0;  // running number of dense ones; 0: it is none
  };
  using Key = std::pair<std::uint64_t, std::uint64_t>;  // events, thousandths of a tick
  using Checkpoints = std::map<Key, Checkpoint>;

  // The one that it counts to.
  std::uint64_t& sum_of(const Checkpoint& checkpoint) {
    return checkpoint.dense != 0 ? dense_bytes_ : bytes_;
  }
  void weigh(Checkpoints& of, Checkpoints::iterator which);
  void erase(Checkpoints& of, Checkpoints::iterator which);
  void thin_out();
  void limit_dense();

  std::uint64_t budget_;
  std::uint64_t bytes_ = 0;        // of those along the run
  std::uint64_t dense_bytes_ = 0;  // of the dense ones
  std::uint64_t spacing_ = 1400;
  std::uint64_t next_dense_ = 1;
  std::map<std::size_t, Checkpoints> branches_;
};

}  // namespace session
