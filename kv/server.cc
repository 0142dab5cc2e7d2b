#include "kv/server.h"

#include <iterator>
#include <utility>

namespace kv {

Server::Server(raft::RawNode node, std::unique_ptr<Store> store, Rows rows, Sessions sessions,
               raft::Index applied)
    : node_(std::move(node)),
      store_(std::move(store)),
      rows_(std::move(rows)),
      sessions_(std::move(sessions)),
      applied_(applied) {}

Result<Server> Server::open(Options options, std::unique_ptr<Store> store,
                            raft::Observer* observer) {
  const raft::Index applied = store->applied();
  options.raft.applied = applied;
  RAFT_TRY_ASSIGN(Rows rows, store->load_rows());
  RAFT_TRY_ASSIGN(Sessions sessions, store->load_sessions());
  RAFT_TRY_ASSIGN(raft::RawNode node, raft::RawNode::create(options.raft, *store, observer));
  return Server(std::move(node), std::move(store), std::move(rows), std::move(sessions), applied);
}

Server Server::clone(std::unique_ptr<Store> store, raft::Observer* observer) const {
  raft::RawNode node = node_.clone(*store, observer);
  Server copy(std::move(node), std::move(store), rows_, sessions_, applied_);
  copy.pending_ = pending_;
  copy.answers_ = answers_;
  copy.to_apply_ = to_apply_;
  copy.outstanding_ = outstanding_;
  copy.synced_ = synced_;
  copy.next_round_ = next_round_;
  copy.durable_round_ = durable_round_;
  copy.halted_ = halted_;
  return copy;
}

const char* Server::halted() const { return halted_ != nullptr ? halted_ : node_.status().halted; }

void Server::halt(const char* reason) {
  if (halted_ == nullptr) halted_ = reason;
}

void Server::request(Ticket ticket, const Header& header, const Command& command, bool local_read) {
  Answer refusal;
  refusal.ticket = ticket;
  if (header.store && *header.store != node_.id()) {
    refusal.error = ErrorKind::kStoreNotMatch;
  } else if (command.op == Op::kRead && (local_read || reads_carelessly())) {
    answers_.push_back({ticket, ErrorKind::kNone, raft::kNoNode, read(command.key), applied_});
    return;
  } else if (node_.role() != raft::Role::kLeader) {
    refusal.error = ErrorKind::kNotLeader;
    refusal.hint = node_.leader();
  } else if (header.term && header.term->value + 2 <= node_.term().value) {
    // TinyKV: a header that is two terms or more behind is stale.
    refusal.error = ErrorKind::kStaleCommand;
  } else if (header.conf_version && *header.conf_version != 1) {
    // There is no membership change yet, so the configuration is still the first one.
    refusal.error = ErrorKind::kEpochNotMatch;
  } else if (!node_.propose(encode(command))) {
    refusal.error = ErrorKind::kDropped;
  } else {
    const raft::Index index = node_.last_index();
    // What waited at this index or above was overwritten before this node led again.
    while (!pending_.empty() && pending_.rbegin()->first >= index) {
      refuse_stale(pending_.rbegin()->second.ticket);
      pending_.erase(std::prev(pending_.end()));
    }
    pending_[index] = {node_.term(), ticket};
    return;
  }
  answers_.push_back(std::move(refusal));
}

// Mistake local-read: who once won an election may have been deposed since.
bool Server::reads_carelessly() const {
  return node_.mistakes().has(raft::Mistake::kLocalRead) && node_.role() == raft::Role::kLeader;
}

std::vector<Answer> Server::take_answers() { return std::exchange(answers_, {}); }

bool Server::has_work() const {
  return halted_ == nullptr && (node_.has_ready() || !to_apply_.empty());
}

Result<Round> Server::persist_ready() {
  raft::Ready ready = node_.ready();
  Round round;
  round.number = next_round_++;
  round.messages = std::move(ready.messages);
  // A changed commit index alone costs no transaction: it rides with the next one
  // (docs/storage.md).
  if (ready.must_sync || ready.snapshot != nullptr) {
    if (!ready.entries.empty()) {
      round.first = ready.entries.front()->index;
      round.last = ready.entries.back()->index;
    }
    LogWrite write;
    write.hard_state = ready.hard_state;
    write.entries = std::move(ready.entries);
    Status written = write_vote_first(write);
    if (written) written = store_->write_log(write);
    if (!written && !ignores(written.error())) {
      halt("its disk did not take a write of the log");
      return written.error();
    }
    round.wrote = written.has_value();
  }
  to_apply_.insert(to_apply_.end(), ready.committed_entries.begin(), ready.committed_entries.end());
  outstanding_.push_back(
      {ready.id, round.number, round.wrote, std::move(ready.messages_after_sync)});
  finish_rounds();
  return round;
}

// Mistake term-and-vote-in-two-writes: a crash between the two leaves the new vote in the old term.
Status Server::write_vote_first(const LogWrite& write) {
  if (!write.hard_state || !node_.mistakes().has(raft::Mistake::kTermAndVoteInTwoWrites)) {
    return ok();
  }
  RAFT_TRY_ASSIGN(const raft::InitialState stored, store_->initial_state());
  LogWrite vote;
  vote.hard_state = stored.hard_state;
  vote.hard_state->vote = write.hard_state->vote;
  return store_->write_log(vote);
}

// Mistake sync-error-ignored: after a failed sync nobody knows what the disk holds.
bool Server::ignores(const Error& error) const {
  return error.code == Code::kIo && node_.mistakes().has(raft::Mistake::kSyncErrorIgnored);
}

void Server::log_durable(std::uint64_t number) {
  durable_round_ = number;
  finish_rounds();
}

// A round is finished when every write up to its own is durable. One that wrote nothing still waits
// for the writes before it: a reply to a duplicate append speaks of entries that an earlier round
// is still writing (reliability row 18).
void Server::finish_rounds() {
  while (!outstanding_.empty()) {
    Outstanding& first = outstanding_.front();
    if (first.wrote && first.number > durable_round_) return;
    for (raft::Message& message : first.after_sync) synced_.push_back(std::move(message));
    const raft::ReadyId id = first.id;
    outstanding_.pop_front();
    node_.persisted(id);
  }
}

std::vector<raft::Message> Server::take_synced_messages() { return std::exchange(synced_, {}); }

Result<std::optional<Applied>> Server::apply_committed() {
  if (to_apply_.empty()) return std::optional<Applied>();
  const std::vector<raft::EntryPtr> entries = std::exchange(to_apply_, {});
  if (entries.front()->index != raft::next_index(applied_) &&
      !node_.mistakes().has(raft::Mistake::kPageLimitSkips)) {
    // Only the mistake, while it was on, leaves such a gap.
    halt("a committed entry was never handed to its state machine");
    return Error{Code::kCorruption, "a committed entry was never handed to the state machine"};
  }
  ApplyWrite write;
  for (const raft::EntryPtr& entry : entries) {
    Output output;
    if (!entry->data.empty() && entry->type == raft::EntryType::kNormal) {
      Result<Command> command = decode(entry->data);
      if (!command) {
        halt("a committed entry of its log cannot be read");
        return command.error();
      }
      output = apply(*command, entry->index, write);
    }
    applied_ = entry->index;
    answer(entry->index, entry->term, output);
  }
  write.applied = applied_;
  write.applied_term = entries.back()->term;
  Status written = store_->write_apply(write);
  if (!written && !ignores(written.error())) {
    halt("its disk did not take a write of the state machine");
    return written.error();
  }
  node_.applied(applied_);
  return std::optional<Applied>({entries.front()->index, applied_});
}

// Exactly once: a retry of the client's last request gives the first answer again (thesis 6.3).
Output Server::apply(const Command& command, raft::Index index, ApplyWrite& write) {
  if (command.client == 0 || command.op == Op::kRead) return execute(command, index, write);
  Session& session = sessions_[command.client];
  // Mistake no-dedupe: a client that did not hear the answer asks again.
  const bool again = node_.mistakes().has(raft::Mistake::kNoDedupe);
  if (command.sequence <= session.sequence && !again) {
    // An older one than the last cannot be waited for any more: its answer goes nowhere.
    Result<Output> before = decode_output(session.result);
    return before ? *before : Output{};
  }
  const Output output = execute(command, index, write);
  session = {command.sequence, encode(output), index};
  write.sessions.emplace_back(command.client, session);
  return output;
}

Output Server::execute(const Command& command, raft::Index index, ApplyWrite& write) {
  const auto found = rows_.find(command.key);
  const bool exists = found != rows_.end();
  auto store_row = [&](std::string value) {
    Row row{std::move(value), index};
    write.rows.emplace_back(command.key, row);
    rows_[command.key] = std::move(row);
  };
  auto truth = [](bool value) { return Output{true, value ? "true" : "false"}; };
  switch (command.op) {
    case Op::kPut:
      store_row(command.value);
      return {};
    case Op::kDelete:
      if (exists) {
        write.rows.emplace_back(command.key, std::nullopt);
        rows_.erase(found);
      }
      return truth(exists);
    case Op::kCas: {
      const bool matches =
          command.expect ? exists && found->second.value == *command.expect : !exists;
      if (matches) store_row(command.value);
      return truth(matches);
    }
    case Op::kAppend: {
      std::string value = exists ? found->second.value + command.value : command.value;
      if (value.size() > kMaxValueBytes) value.resize(kMaxValueBytes);
      store_row(value);
      return {true, std::move(value)};
    }
    case Op::kRead:
      return read(command.key);
  }
  return {};
}

Output Server::read(const std::string& key) const {
  const auto found = rows_.find(key);
  if (found == rows_.end()) return {true, std::nullopt};
  return {true, found->second.value};
}

// Each proposal has exactly one outcome: the entry at its index is applied with its term, or
// another one is, and then it never will be.
void Server::answer(raft::Index index, raft::Term term, const Output& output) {
  while (!pending_.empty() && pending_.begin()->first <= index) {
    const auto& [at, pending] = *pending_.begin();
    if (at == index && pending.term == term) {
      answers_.push_back({pending.ticket, ErrorKind::kNone, raft::kNoNode, output, index});
    } else {
      refuse_stale(pending.ticket);
    }
    pending_.erase(pending_.begin());
  }
}

void Server::refuse_stale(Ticket ticket) {
  answers_.push_back({ticket, ErrorKind::kStaleCommand, raft::kNoNode, {}, {}});
}

}  // namespace kv
