#include "app/interact/environment.h"

#include <algorithm>
#include <utility>

#include "raft/raft.h"

namespace interact {
namespace {

// Neither to nor from a storage thread, and not to oneself: what a network could lose.
bool crosses_network(const Envelope& envelope) {
  const raft::Message& message = envelope.message;
  return message.from != message.to && !is_thread(message.from) && !is_thread(message.to);
}

Error error(std::string text) { return Error{Code::kInvalidArgument, std::move(text)}; }

}  // namespace

Result<raft::SnapshotPtr> Environment::Storage::snapshot() const {
  if (newest == nullptr || newest->index.value == 0) {
    return Error{Code::kUnavailable, "there is no snapshot yet"};
  }
  return newest;
}

void Environment::Logger::observe(const raft::Event& event) {
  if (event.kind == raft::EventKind::kRoleChanged && event.role == raft::Role::kLeader) {
    environment_->safety_.became_leader(id_, event.term);
  }
}

void Environment::Logger::step(const raft::Step& step) {
  if (step.kind == raft::StepKind::kConflictFound && step.core->role() == raft::Role::kLeader) {
    environment_->safety_.truncated_while_leading(id_, step.core->term());
  }
  environment_->log(log_line(step));
}

void Environment::write(std::string_view text) {
  if (level_ != Level::kNone) output_ += text;
}

void Environment::write_line(std::string_view text) {
  write(text);
  write("\n");
}

void Environment::log(const LogLine& line) {
  if (line.level < level_) return;
  write(level_name(line.level));
  write(" ");
  write_line(line.text);
}

Status Environment::find(raft::NodeId id) const {
  if (!exists(id)) return Error{Code::kNotFound, "there is no node " + hex(id.value)};
  if (!node(id).core) return Error{Code::kUnavailable, "node " + hex(id.value) + " is down"};
  return ok();
}

Status Environment::open(Node& node) {
  raft::Config config = node.options.core;
  config.id = node.id;
  config.rng = raft::Rng(1, 0, node.id.value);
  config.apply_unstable = !node.options.async_storage_writes;
  config.coalesce_appends = false;
  config.hand_out_own_messages = true;
  config.lease_from_answers = false;
  config.applied = node.storage->newest->index;
  RAFT_TRY_ASSIGN(raft::RawNode core,
                  raft::RawNode::create(config, *node.storage, node.logger.get()));
  node.core = std::move(core);
  const raft::NodeStatus status = node.core->status();
  const std::string id = hex(node.id.value);
  log({Level::kInfo, id + " switched to configuration " + config_text(status.config)});
  log({Level::kInfo,
       id + " became follower at term " + std::to_string(status.hard_state.term.value)});
  log({Level::kInfo, new_core_text(status, *node.core)});
  return ok();
}

Status Environment::add_nodes(std::uint64_t count, const NodeOptions& options) {
  for (std::uint64_t i = 0; i < count; ++i) {
    Node added;
    added.id = {nodes_.size() + 1};
    added.options = options;
    added.storage = std::make_unique<Storage>();
    added.logger = std::make_unique<Logger>(this, added.id);
    if (options.bootstrap) {
      if (options.snapshot.index.value <= 1) {
        return error("index must be specified as > 1 due to bootstrap");
      }
      raft::Snapshot snapshot = options.snapshot;
      snapshot.term = {1};
      added.storage->newest = std::make_shared<const raft::Snapshot>(snapshot);
      RAFT_TRY(added.storage->apply_snapshot(added.storage->newest));
    } else {
      added.storage->newest = std::make_shared<const raft::Snapshot>();
    }
    RAFT_TRY(open(added));
    nodes_.push_back(std::move(added));
  }
  return ok();
}

Status Environment::write_storage(Node& node, const std::optional<raft::HardState>& hard_state,
                                  const std::vector<raft::EntryPtr>& entries,
                                  const raft::SnapshotPtr& snapshot) {
  if (hard_state) node.storage->set_hard_state(*hard_state);
  if (snapshot != nullptr) {
    RAFT_TRY(node.storage->apply_snapshot(snapshot));
    node.storage->newest = snapshot;
  }
  return node.storage->append(entries);
}

// The state machine appends what it is given to what it has, and is a snapshot after each entry.
Status Environment::apply(Node& node, const std::vector<raft::EntryPtr>& entries) {
  for (const raft::EntryPtr& entry : entries) {
    safety_.applied(node.id, entry);
    raft::Snapshot next = *node.storage->newest;
    next.index = entry->index;
    next.term = entry->term;
    if (entry->type == raft::EntryType::kNormal) {
      next.data += entry->data;
    } else {
      RAFT_TRY_ASSIGN(const raft::ConfChange change,
                      raft::decode_conf_change(entry->type, entry->data));
      const Result<raft::ConfState> changed = node.core->apply_conf_change(change);
      if (changed) {
        next.config = *changed;
      } else {
        write_line(changed.error().message);  // it changes nothing, on any node
      }
      next.data += change.context;
    }
    node.storage->newest = std::make_shared<const raft::Snapshot>(std::move(next));
  }
  return ok();
}

Status Environment::process_ready_sync(Node& node, const raft::Ready& ready) {
  std::vector<Envelope> messages;
  for (const raft::Message& message : ready.messages) messages.push_back({message});
  for (const raft::Message& message : ready.messages_after_sync) {
    if (message.to != node.id) messages.push_back({message});
  }
  write(ready_text(ready, messages));
  RAFT_TRY(write_storage(node, ready.hard_state, ready.entries, ready.snapshot));
  RAFT_TRY(apply(node, ready.committed_entries));
  in_flight_.insert(in_flight_.end(), messages.begin(), messages.end());
  // etcd's Advance: first what the node tells itself, then what is stable, then what is applied.
  for (const raft::Message& message : ready.messages_after_sync) {
    if (message.to == node.id) node.core->step_own(message);
  }
  node.core->persisted(ready.id);
  if (!ready.committed_entries.empty()) node.core->applied(ready.committed_entries.back()->index);
  return ok();
}

Status Environment::process_ready_async(Node& node, const raft::Ready& ready) {
  std::vector<Envelope> messages;
  for (const raft::Message& message : ready.messages) messages.push_back({message});
  const bool writes = !ready.entries.empty() || ready.hard_state || ready.snapshot != nullptr;
  if (writes || !ready.messages_after_sync.empty()) {
    Envelope work{{.type = raft::MessageType::kStorageAppend,
                   .to = kAppendThread,
                   .from = node.id,
                   .entries = ready.entries,
                   .snapshot = ready.snapshot}};
    if (ready.hard_state) {
      work.message.term = ready.hard_state->term;
      work.message.commit = ready.hard_state->commit;
      work.vote = ready.hard_state->vote;
    }
    for (const raft::Message& message : ready.messages_after_sync) {
      work.responses.push_back({message});
    }
    if (ready.id.last_index.value > 0 || ready.snapshot != nullptr) {
      Envelope report{{.type = raft::MessageType::kStorageAppendReply,
                       .to = node.id,
                       .from = kAppendThread,
                       .term = ready.id.term,
                       .log_term = ready.id.last_term,
                       .index = ready.id.last_index,
                       .snapshot = ready.snapshot}};
      report.write = ready.id;
      work.responses.push_back(std::move(report));
    }
    messages.push_back(work);
    node.append_work.push_back(std::move(work));
  }
  if (!ready.committed_entries.empty()) {
    Envelope work{{.type = raft::MessageType::kStorageApply,
                   .to = kApplyThread,
                   .from = node.id,
                   .entries = ready.committed_entries}};
    work.responses.push_back({{.type = raft::MessageType::kStorageApplyReply,
                               .to = node.id,
                               .from = kApplyThread,
                               .entries = ready.committed_entries}});
    messages.push_back(work);
    node.apply_work.push_back(std::move(work));
  }
  write(ready_text(ready, messages));
  for (const Envelope& message : messages) {
    if (!is_thread(message.message.to)) in_flight_.push_back(message);
  }
  return ok();
}

Status Environment::process_ready(raft::NodeId id) {
  Node& target = node(id);
  const raft::Ready ready = target.core->ready();
  return target.options.async_storage_writes ? process_ready_async(target, ready)
                                             : process_ready_sync(target, ready);
}

bool Environment::process_append(raft::NodeId id) {
  Node& target = node(id);
  if (target.append_work.empty()) {
    write("no append work to perform");
    return false;
  }
  Envelope work = std::move(target.append_work.front());
  target.append_work.pop_front();
  const std::vector<Envelope> responses = std::exchange(work.responses, {});
  write_line("Processing:");
  write_line(message_text(work));
  const raft::Message& message = work.message;
  std::optional<raft::HardState> hard_state;
  if (message.term.value > 0 || message.commit.value > 0 || work.vote != raft::kNoNode) {
    hard_state = raft::HardState{message.term, work.vote, message.commit};
  }
  if (Status written = write_storage(target, hard_state, message.entries, message.snapshot);
      !written) {
    write_line(written.error().message);
    return true;
  }
  write_line("Responses:");
  for (const Envelope& response : responses) write_line(message_text(response));
  in_flight_.insert(in_flight_.end(), responses.begin(), responses.end());
  return true;
}

bool Environment::process_apply(raft::NodeId id) {
  Node& target = node(id);
  if (target.apply_work.empty()) {
    write("no apply work to perform");
    return false;
  }
  Envelope work = std::move(target.apply_work.front());
  target.apply_work.pop_front();
  const std::vector<Envelope> responses = std::exchange(work.responses, {});
  write_line("Processing:");
  write_line(message_text(work));
  if (Status applied = apply(target, work.message.entries); !applied) {
    write_line(applied.error().message);
    return true;
  }
  write_line("Responses:");
  for (const Envelope& response : responses) write_line(message_text(response));
  in_flight_.insert(in_flight_.end(), responses.begin(), responses.end());
  return true;
}

Status Environment::step(Node& target, const Envelope& envelope) {
  const raft::Message& message = envelope.message;
  if (message.type == raft::MessageType::kStorageAppendReply && message.from == kAppendThread) {
    target.core->persisted(envelope.write);
    return ok();
  }
  if (message.type == raft::MessageType::kStorageApplyReply && message.from == kApplyThread) {
    if (!message.entries.empty()) target.core->applied(message.entries.back()->index);
    return ok();
  }
  if (message.type == raft::MessageType::kForgetLeader) {
    (void)target.core->forget_leader();
    return ok();
  }
  if (raft::is_local(message.type)) return error("raft: cannot step raft local message");
  Status status = target.core->step(message);
  if (status) return status;
  // etcd's words for what it has words for.
  if (status.error().code == Code::kNotFound) return error("raft: cannot step as peer not found");
  if (status.error().code == Code::kUnavailable) return error("raft proposal dropped");
  return status;
}

void Environment::hand_over(const Envelope& envelope) {
  if (Status status = step(node(envelope.message.to), envelope); !status) {
    write_line(status.error().message);
  }
}

std::size_t Environment::deliver(const std::vector<Recipient>& recipients,
                                 std::optional<raft::MessageType> type) {
  std::size_t count = 0;
  for (const Recipient& recipient : recipients) {
    // A message to a node that is not there, or down, waits.
    if (!recipient.drop && !find(recipient.id)) continue;
    std::vector<Envelope> taken;
    std::vector<Envelope> left;
    for (Envelope& envelope : in_flight_) {
      const bool matches = envelope.message.to == recipient.id &&
                           (!recipient.drop || crosses_network(envelope)) &&
                           (!type || envelope.message.type == *type);
      (matches ? taken : left).push_back(std::move(envelope));
    }
    in_flight_ = std::move(left);
    count += taken.size();
    for (const Envelope& envelope : taken) {
      if (recipient.drop) write("dropped: ");
      write_line(message_text(envelope));
      if (!recipient.drop) hand_over(envelope);
    }
  }
  return count;
}

bool Environment::deliver_nth(raft::NodeId id, std::uint64_t nth) {
  std::uint64_t seen = 0;
  for (auto it = in_flight_.begin(); it != in_flight_.end(); ++it) {
    if (it->message.to != id || ++seen != nth) continue;
    const Envelope envelope = std::move(*it);
    in_flight_.erase(it);
    write_line(message_text(envelope));
    hand_over(envelope);
    return true;
  }
  return false;
}

void Environment::duplicate(raft::NodeId id) {
  std::vector<Envelope> copies;
  for (const Envelope& envelope : in_flight_) {
    if (envelope.message.to == id && crosses_network(envelope)) copies.push_back(envelope);
  }
  in_flight_.insert(in_flight_.end(), copies.begin(), copies.end());
}

void Environment::indent_behind(std::string outer) {
  std::string_view inner = output_;
  while (!inner.empty()) {
    const std::size_t end = inner.find('\n');
    outer.append("  ").append(inner.substr(0, end)).push_back('\n');
    inner.remove_prefix(end == std::string_view::npos ? inner.size() : end + 1);
  }
  output_ = std::move(outer);
}

Status Environment::stabilize(const std::vector<raft::NodeId>& ids) {
  std::vector<raft::NodeId> active = ids;
  if (active.empty()) {
    for (const Node& each : nodes_) {
      if (each.core) active.push_back(each.id);
    }
  }
  const auto heading = [&](raft::NodeId id, const char* what) {
    write_line("> " + std::to_string(id.value) + " " + what);
  };
  bool done = false;
  while (!done) {
    done = true;
    for (const raft::NodeId id : active) {
      if (!core(id).has_ready()) continue;
      done = false;
      heading(id, "handling Ready");
      RAFT_TRY(indented([&] { return process_ready(id); }));
    }
    for (const raft::NodeId id : active) {
      if (std::none_of(in_flight_.begin(), in_flight_.end(),
                       [id](const Envelope& e) { return e.message.to == id; })) {
        continue;
      }
      done = false;
      heading(id, "receiving messages");
      indented([&] { return deliver({{id}}, std::nullopt); });
    }
    for (const raft::NodeId id : active) {
      if (node(id).append_work.empty()) continue;
      done = false;
      heading(id, "processing append thread");
      while (!node(id).append_work.empty()) indented([&] { return process_append(id); });
    }
    for (const raft::NodeId id : active) {
      if (node(id).apply_work.empty()) continue;
      done = false;
      heading(id, "processing apply thread");
      while (!node(id).apply_work.empty()) indented([&] { return process_apply(id); });
    }
  }
  return ok();
}

Status Environment::step_by_hand(raft::NodeId id, std::string_view text) {
  RAFT_TRY_ASSIGN(raft::Message message, parse_message(text));
  Envelope envelope{std::move(message)};
  envelope.write = {
      0, envelope.message.term, envelope.message.index, envelope.message.log_term, {}};
  return step(node(id), envelope);
}

Status Environment::send_snapshot(raft::NodeId from, raft::NodeId to) {
  RAFT_TRY_ASSIGN(const raft::SnapshotPtr snapshot, node(from).storage->snapshot());
  Envelope envelope{{.type = raft::MessageType::kSnapshot,
                     .to = to,
                     .from = from,
                     .term = core(from).term(),
                     .snapshot = snapshot}};
  write(message_text(envelope));
  in_flight_.push_back(std::move(envelope));
  return ok();
}

Status Environment::compact(raft::NodeId id, raft::Index index) {
  RAFT_TRY(node(id).storage->compact(index));
  print_log(id);
  return ok();
}

void Environment::print_log(raft::NodeId id) {
  const raft::EntryList& log = node(id).storage->log();
  if (log.empty()) {
    write("log is empty: first index=" + std::to_string(log.first_index().value) +
          ", last index=" + std::to_string(log.last_index().value));
    return;
  }
  write(entries_text(log.range(log.first_index(), log.end_index())));
}

void Environment::print_states() {
  for (const Node& each : nodes_) {
    if (!each.core) continue;
    const raft::NodeStatus status = each.core->status();
    write_line(std::to_string(each.id.value) + ": " +
               std::string(role_text(status.soft_state.role)) +
               (raft::is_voter(status.config, each.id) ? " (Voter)" : " (Non-Voter)") +
               " Term:" + std::to_string(status.hard_state.term.value) +
               " Lead:" + std::to_string(status.soft_state.leader.value));
  }
}

void Environment::print_status(raft::NodeId id) {
  for (const auto& [peer, progress] : core(id).status().progress) {
    write_line(std::to_string(peer.value) + ": " + progress_text(progress, node(id).options.core));
  }
}

void Environment::crash(raft::NodeId id) {
  Node& target = node(id);
  target.core.reset();
  target.append_work.clear();
  target.apply_work.clear();
  in_flight_.erase(std::remove_if(in_flight_.begin(), in_flight_.end(),
                                  [id](const Envelope& envelope) {
                                    return envelope.message.to == id && !crosses_network(envelope);
                                  }),
                   in_flight_.end());
}

Status Environment::restart(raft::NodeId id) {
  Node& target = node(id);
  if (target.core) return error("node " + hex(id.value) + " is up");
  target.storage->set_config(target.storage->newest->config);
  return open(target);
}

void Environment::observe_safety() {
  std::vector<NodeLook> looks;
  for (const Node& each : nodes_) {
    NodeLook look;
    look.id = each.id;
    look.stored = each.storage->hard_state();
    if (each.core) {
      look.log.reset(each.core->first_index());
      for (raft::Index i = each.core->first_index(); i <= each.core->last_index();
           i = raft::next_index(i)) {
        look.log.push_back(each.core->entry(i));
      }
      look.commit = each.core->commit();
      look.term = each.core->term();
      look.leads = each.core->role() == raft::Role::kLeader;
    } else {
      look.log = each.storage->log();
    }
    looks.push_back(std::move(look));
  }
  safety_.look(looks);
}

void Environment::check_safety() {
  observe_safety();
  for (const std::string& violation : safety_.violations()) write_line("violated: " + violation);
}

}  // namespace interact
