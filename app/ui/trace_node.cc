#include "app/ui/trace_node.h"

#include <algorithm>

namespace ui {
namespace {

using sim::FactKind;
using sim::NodeState;
using sim::RoleName;

std::optional<RoleName> role_of(const std::string& word) {
  for (const RoleName role : {RoleName::kNone, RoleName::kFollower, RoleName::kPreCandidate,
                              RoleName::kCandidate, RoleName::kLeader, RoleName::kLearner}) {
    if (sim::role_name(role) == word) return role;
  }
  return std::nullopt;
}

const kv::Rows& no_rows() {
  static const kv::Rows rows;
  return rows;
}

}  // namespace

raft::EntryPtr TraceLog::entry(raft::Index index) const {
  if (index.value < first_ || index.value >= first_ + entries_.size()) return nullptr;
  return entries_[static_cast<std::size_t>(index.value - first_)];
}

void TraceLog::put(const std::vector<check::TraceEntry>& entries) {
  for (const check::TraceEntry& told : entries) {
    const std::uint64_t index = told.index.value;
    if (entries_.empty()) first_ = index;
    if (index < first_ || index > first_ + entries_.size()) continue;
    entries_.resize(static_cast<std::size_t>(index - first_));
    raft::Entry made;
    made.index = told.index;
    made.term = told.term;
    made.data = told.text;
    entries_.push_back(std::make_shared<const raft::Entry>(std::move(made)));
  }
}

void TraceLog::cut_from(std::uint64_t index) {
  if (index <= first_) return clear();
  entries_.resize(
      std::min(entries_.size(), static_cast<std::size_t>(std::max(index, first_) - first_)));
}

void TraceLog::compact_to(std::uint64_t index) {
  if (index < first_) return;
  if (index >= first_ + entries_.size()) {
    entries_.clear();
  } else {
    entries_.erase(entries_.begin(),
                   entries_.begin() + static_cast<std::ptrdiff_t>(index + 1 - first_));
  }
  first_ = index + 1;
}

void TraceLog::clear() {
  entries_.clear();
  first_ = 1;
}

void TraceNode::take(const check::TraceRecord& record) {
  heard_of = true;
  if (!record.known) {
    term = std::max(term, record.term);
    return;
  }
  const FactKind kind = *record.known;
  // What lived in memory alone is gone with a crash; whether it comes back, the trace must tell.
  if (kind == FactKind::kCrash) {
    state = NodeState::kDown;
    role = RoleName::kNone;
    vote.reset();
    commit.reset();
    applied.reset();
    if (durable) log.cut_from(*durable + 1);
    if (durable) last = durable;
    return;
  }
  if (kind == FactKind::kStart || kind == FactKind::kRestart) {
    state = NodeState::kUp;
    role.reset();
    if (!record.entries.empty()) log.clear();
    log.put(record.entries);
    if (record.last) log.cut_from(record.last->value + 1);
  }
  if (kind == FactKind::kPause) state = NodeState::kPaused;
  if (kind == FactKind::kResume) state = NodeState::kUp;
  if (kind == FactKind::kHalt) state = NodeState::kHalted;
  // A vote belongs to its term.
  if (record.term != term && !record.vote) vote.reset();
  term = record.term;
  if (record.role) {
    const auto told = role_of(*record.role);
    if (told != role) role_since = record.at;
    role = told;
  }
  if (kind == FactKind::kVote && record.candidate && record.granted == true &&
      record.pre_vote != true)
    vote = record.candidate;
  if (record.vote) vote = record.vote;
  if (record.commit) commit = record.commit->value;
  if (record.applied) applied = record.applied->value;
  // In a durable line `last` is what the disk holds.
  if (record.last && kind != FactKind::kDurable) last = record.last->value;
  switch (kind) {
    case FactKind::kAppend:
      log.put(record.entries);
      if (!record.entries.empty() && !record.last) last = record.entries.back().index.value;
      break;
    case FactKind::kApply:
      if (!record.applied && !record.entries.empty()) applied = record.entries.back().index.value;
      break;
    case FactKind::kTruncate:
      if (!record.from_index || record.from_index->value == 0) break;
      log.cut_from(record.from_index->value);
      if (!record.last) last = record.from_index->value - 1;
      break;
    case FactKind::kDurable:
      if (record.last) durable = record.last->value;
      break;
    case FactKind::kSnapshot:
      if (!record.index) break;
      snapshot_index = record.index->value;
      snapshot_term = record.entry_term.value_or(raft::Term{});
      log.compact_to(snapshot_index);
      break;
    default:
      break;
  }
}

sim::NodeView TraceNode::view(raft::NodeId id) {
  sim::NodeView out;
  out.id = id;
  out.state = state;
  out.role = role.value_or(RoleName::kNone);
  out.role_since = role_since;
  out.term = term;
  out.vote = vote.value_or(raft::NodeId{});
  out.commit.value = commit.value_or(0);
  out.applied.value = applied.value_or(0);
  out.durable.value = durable.value_or(0);
  out.first.value = log.empty() ? std::max<std::uint64_t>(1, snapshot_index + 1) : log.first();
  out.last.value = std::max(last.value_or(0), log.empty() ? snapshot_index : log.last());
  // What was told to be cut off again is not held, whatever was told before.
  if (last && !log.empty() && log.last() > *last) out.last.value = *last;
  out.snapshot_index.value = snapshot_index;
  out.snapshot_term = snapshot_term;
  out.log = &log;
  out.rows = &no_rows();
  log.unknown.term = !heard_of;
  log.unknown.role = !role;
  log.unknown.vote = !vote;
  log.unknown.leader = true;
  log.unknown.commit = !commit;
  log.unknown.applied = !applied;
  log.unknown.durable = !durable;
  log.unknown.last = !last && log.empty();
  log.unknown.disk = true;
  return out;
}

}  // namespace ui
