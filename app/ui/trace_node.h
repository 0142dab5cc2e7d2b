// What a trace has told about one node up to a line, and nothing else.
#pragma once

#include <optional>
#include <vector>

#include "app/check/trace.h"
#include "app/scene/told.h"
#include "app/sim/view.h"

namespace ui {

// The entries that the lines told, without a hole.
class TraceLog final : public scene::ToldLog {
 public:
  raft::EntryPtr entry(raft::Index index) const override;

  // Puts the entries in their places; what stood there and behind is replaced. Entries that would
  // leave a hole are left out.
  void put(const std::vector<check::TraceEntry>& entries);
  void cut_from(std::uint64_t index);
  void compact_to(std::uint64_t index);
  void clear();
  bool empty() const { return entries_.empty(); }
  std::uint64_t first() const { return first_; }
  std::uint64_t last() const { return first_ + entries_.size() - 1; }

 private:
  std::uint64_t first_ = 1;
  std::vector<raft::EntryPtr> entries_;  // shared between copies
};

struct TraceNode {
  sim::NodeState state = sim::NodeState::kUp;
  bool heard_of = false;  // a line of this node was read
  raft::Term term;
  std::optional<sim::RoleName> role;
  sim::Instant role_since;
  std::optional<raft::NodeId> vote;
  std::optional<std::uint64_t> commit, applied, last, durable;
  std::uint64_t snapshot_index = 0;
  raft::Term snapshot_term;
  TraceLog log;

  void take(const check::TraceRecord& record);
  // Points into this node: valid until it takes another line.
  sim::NodeView view(raft::NodeId id);
};

}  // namespace ui
