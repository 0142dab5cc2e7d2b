#include "app/check/state_machine.h"

#include <algorithm>
#include <utility>

namespace check {

// ---------------------------------------------------------------- Replay

Replay::Version Replay::row(const std::string& key, Index at) const {
  const auto found = versions_.find(key);
  if (found == versions_.end()) return {};
  const sim::Chunked<Version>& all = found->second;
  std::uint64_t low = 0;
  std::uint64_t high = all.size();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (all[middle].index <= at) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low == 0 ? Version{} : all[low - 1];
}

std::uint64_t Replay::rows(Index at) const { return at.value == 0 ? 0 : rows_at_[at.value - 1]; }

void Replay::write(const std::string& key, Index index, std::shared_ptr<const std::string> value) {
  sim::Chunked<Version>& all = versions_[key];
  const bool was = !all.empty() && all.back().value;
  if (value && !was) ++row_count_;
  if (!value && was) --row_count_;
  if (!all.empty() && all.back().index == index) {
    all.truncate(all.size() - 1);  // of the same batch
  }
  all.push_back({index, std::move(value)});
}

void Replay::apply(const raft::Entry& entry) {
  took_effect_ = false;
  const auto done = [&] { rows_at_.push_back(row_count_); };
  if (entry.data.empty() || entry.type != raft::EntryType::kNormal) return done();
  const Result<kv::Command> decoded = kv::decode(entry.data);
  if (!decoded) {
    lost_ = true;
    return done();
  }
  const kv::Command& command = *decoded;
  if (kv::is_read(command.op) || command.op == kv::Op::kCompact) return done();
  if (command.client != 0 && !new_in_session(command, entry.index)) return done();
  took_effect_ = true;
  if (command.op == kv::Op::kBatch) {
    for (const kv::Command& part : command.ops) carry_out(part, entry.index);
  } else {
    carry_out(command, entry.index);
  }
  done();
}

// A retry of what has taken effect changes nothing (thesis 6.3). Beyond the limit that the command
// carries the oldest sessions are forgotten.
bool Replay::new_in_session(const kv::Command& command, Index index) {
  Session& session = sessions_[command.client];
  if (command.sequence <= session.sequence) return false;
  if (session.index.value > 0) session_ages_.erase(session.index);
  session = {command.sequence, index};
  session_ages_[index] = command.client;
  while (command.session_limit > 0 && session_ages_.size() > command.session_limit) {
    sessions_.erase(session_ages_.begin()->second);
    session_ages_.erase(session_ages_.begin());
  }
  return true;
}

void Replay::carry_out(const kv::Command& command, Index index) {
  const auto before = row(command.key, index).value;
  const auto text = [](std::string value) {
    return std::make_shared<const std::string>(std::move(value));
  };
  switch (command.op) {
    case kv::Op::kPut:
      return write(command.key, index, text(command.value));
    case kv::Op::kDelete:
      if (before) write(command.key, index, nullptr);
      return;
    case kv::Op::kCas:
      if (command.expect ? before && *before == *command.expect : !before) {
        write(command.key, index, text(command.value));
      }
      return;
    case kv::Op::kAppend: {
      std::string value = before ? *before + command.value : command.value;
      if (value.size() > kv::kMaxValueBytes) value.resize(kv::kMaxValueBytes);
      return write(command.key, index, text(std::move(value)));
    }
    case kv::Op::kRead:
    case kv::Op::kScan:
    case kv::Op::kBatch:
    case kv::Op::kCompact:
      return;
  }
}

// ---------------------------------------------------------------- StateMachineChecks

void StateMachineChecks::on_fact(const sim::Fact& fact, const Model& model, Findings& findings) {
  if (fact.kind == sim::FactKind::kApply) {
    applied(fact, model.node(fact.node), findings);
  } else if (fact.kind == sim::FactKind::kRestart) {
    restarted(fact);
  } else if (fact.kind == sim::FactKind::kSnapshot) {
    // All its rows are replaced: they must be those that its applied index makes.
    nodes_[fact.node].compare_all = true;
  } else if (fact.kind == sim::FactKind::kCrash) {
    nodes_[fact.node].touched.clear();
  }
}

void StateMachineChecks::remember(const raft::EntryPtr& entry, const Source& source) {
  applied_.at(entry->index.value) = {entry, source};
  if (replaying_ && !replay_.lost() && entry->index == raft::next_index(replay_.head())) {
    replay_.apply(*entry);
  }
}

void StateMachineChecks::applied(const sim::Fact& fact, const NodeModel& model,
                                 Findings& findings) {
  Node& node = nodes_[fact.node];
  Index last = model.applied;
  for (const raft::EntryPtr& entry : fact.entries) {
    const std::string what = entry_name(entry->index, entry->term);
    if (entry->index > raft::next_index(last)) {
      const Index skipped = raft::next_index(last);
      findings.add(Property::kAppliedEqualsLog, fact,
                   name(fact.node) + " applies entry " + std::to_string(entry->index.value) +
                       " and has skipped entry " + std::to_string(skipped.value),
                   note_of(model.applied_source,
                           name(fact.node) + " has applied up to " + std::to_string(last.value)),
                   {fact.node});
    }
    last = entry->index;
    const Applied* first = applied_.find(entry->index.value);
    if (first == nullptr) {
      remember(entry, source_of(fact));
    } else if (!same_entry(first->entry, entry) && !node.diverged) {
      node.diverged = true;
      const std::string other = entry_name(first->entry->index, first->entry->term);
      findings.add(Property::kStateMachineSafety, fact,
                   name(fact.node) + " applies " + what + " where " + name(first->source.node) +
                       " applied " + (other == what ? "another one" : other),
                   note_of(first->source, name(first->source.node) + " applies " + other),
                   {first->source.node, fact.node});
    }
    if (!replaying_ || entry->data.empty()) continue;
    const auto command = kv::decode(entry->data);
    if (!command || command->op == kv::Op::kCompact) continue;
    if (command->op != kv::Op::kBatch) node.touched.insert(command->key);
    for (const kv::Command& part : command->ops) node.touched.insert(part.key);
  }
}

// What it applied in its last moment, told by nobody, it has read back.
void StateMachineChecks::restarted(const sim::Fact& fact) {
  Node& node = nodes_[fact.node];
  node.compare_all = true;
  for (const raft::EntryPtr& entry : fact.entries) {
    if (entry->index > fact.applied) break;
    if (applied_.find(entry->index.value) == nullptr) remember(entry, source_of(fact));
  }
}

void StateMachineChecks::after_event(const sim::ClusterView& view, const Model& model,
                                     Findings& findings) {
  if (!replaying_) return;
  for (auto& [id, node] : nodes_) {
    if (node.touched.empty() && !node.compare_all) continue;
    const sim::NodeView* now = view.node(id);
    // A retry that takes effect again is for the history to find; its rows must differ then.
    if (now != nullptr && now->mistakes.has(raft::Mistake::kNoDedupe)) node.diverged = true;
    const bool readable = now != nullptr && now->state != sim::NodeState::kDown &&
                          now->state != sim::NodeState::kHalted;
    if (readable && !node.diverged && !replay_.lost() && now->applied <= replay_.head()) {
      compare(*now, node, model, view.position, findings);
    }
    node.touched.clear();
    node.compare_all = false;
  }
}

void StateMachineChecks::compare(const sim::NodeView& view, Node& node, const Model& model,
                                 const sim::Position& position, Findings& findings) {
  const auto add = [&](std::string text) {
    const NodeModel& known = model.node(view.id);
    Violation violation;
    violation.property = Property::kAppliedEqualsLog;
    violation.event = position.events;
    violation.at = position.at;
    violation.text = std::move(text);
    violation.later = note_of(known.applied_source, name(view.id) + " has applied up to " +
                                                        std::to_string(view.applied.value));
    const Applied* last = applied_.find(view.applied.value);
    if (last != nullptr) {
      violation.earlier =
          note_of(last->source, name(last->source.node) + " was the first to apply " +
                                    entry_name(last->entry->index, last->entry->term));
    }
    violation.nodes = {view.id};
    findings.add(std::move(violation));
    node.diverged = true;  // told once; what follows from it is no news
  };
  const auto check_row = [&](const std::string& key) {
    const Replay::Version expected = replay_.row(key, view.applied);
    const auto found = view.rows->find(key);
    const bool present = found != view.rows->end();
    const bool right = expected.value ? present && found->second.value == *expected.value &&
                                            found->second.index == expected.index
                                      : !present;
    if (right || node.diverged) return;
    const std::string has =
        present ? "has '" + found->second.value.substr(0, 40) + "'" : "has nothing";
    const std::string says =
        expected.value ? "'" + expected.value->substr(0, 40) + "'" : "that it is absent";
    add("the row '" + key.substr(0, 40) + "' of " + name(view.id) + " " + has +
        ", its log up to entry " + std::to_string(view.applied.value) + " says " + says);
  };
  if (node.compare_all) {
    for (const auto& [key, versions] : replay_.versions()) check_row(key);
  } else {
    for (const std::string& key : node.touched) check_row(key);
  }
  const std::uint64_t expected = replay_.rows(view.applied);
  if (!node.diverged && view.rows->size() != expected) {
    add(name(view.id) + " has " + std::to_string(view.rows->size()) +
        " rows, its log up to entry " + std::to_string(view.applied.value) + " makes " +
        std::to_string(expected));
  }
}

}  // namespace check
