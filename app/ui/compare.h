// Two branches side by side: the open one, A, and another, B, which a session of its own follows to
// the same tick. Nothing is done to B, and it is never saved.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/session/session.h"

namespace ui {

// Something that is not the same in both, in words.
struct Differing {
  std::string what, a, b;  // "n1 commit", "8", "7"
  raft::NodeId node;       // 0: of no node
  bool durable = false, commit = false, applied = false;
};
struct LogDifference {
  raft::NodeId node;
  std::uint64_t index = 0;
};
struct Differences {
  std::vector<Differing> fields;
  std::vector<LogDifference> entries;  // the first kMostEntries
  std::uint64_t equal = 0;             // fields that are the same
  bool at(raft::NodeId node) const;
};
Differences differences(const sim::ClusterView& a, const sim::ClusterView& b);

class Comparison {
 public:
  using More = std::function<bool()>;

  // Errors: those of a replay. REQUIRES: `other` is a branch of `a`, not the active one.
  static Result<Comparison> begin(const session::Session& a, std::size_t other);

  // Brings B to where A stands and looks for the first difference, as long as `more` holds. False:
  // there is more to do. Errors: the way there differs from what was recorded.
  Result<bool> go_on(sim::Instant at, const More& more);

  session::Session& b() { return *b_; }
  const sim::ClusterView& view() const { return b_->view(); }
  const std::string& name_a() const { return name_a_; }
  const std::string& name_b() const { return name_b_; }
  std::size_t other() const { return other_; }
  // Where they part; up to there they are the same run.
  const sim::Position& fork() const { return fork_; }
  bool ended() const { return ended_; }  // B goes no further

  struct First {
    sim::Position at;  // right behind the first event that differs, in A
    std::string a, b;  // what happened there
    std::string field, in_a, in_b;
    raft::NodeId node;  // 0: of no node
  };
  // Nullopt: not found yet, or (`looked`) there is none as far as both go.
  const std::optional<First>& first() const { return first_; }
  bool looked() const { return looked_; }

 private:
  Comparison() = default;
  Status look(const More& more);

  std::unique_ptr<session::Session> b_, scout_a_, scout_b_;
  std::size_t a_branch_ = 0, other_ = 0;
  std::string name_a_, name_b_;
  sim::Position fork_;
  bool ended_ = false, looked_ = false, scouts_there_ = false;
  std::optional<First> first_;
};

}  // namespace ui
