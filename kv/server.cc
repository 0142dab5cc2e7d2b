#include "kv/server.h"

#include <iterator>
#include <utility>

#include "raft/assert.h"

namespace kv {

Server::Server(raft::RawNode node, std::unique_ptr<Store> store, StateMachine machine,
               const ServerOptions& options)
    : node_(std::move(node)),
      store_(std::move(store)),
      options_(options),
      machine_(std::move(machine)),
      applied_(store_->applied()),
      compact_goal_(raft::previous_index(store_->first_index())),
      counted_from_(compact_goal_),
      counted_to_(compact_goal_) {}

Result<Server> Server::open(Options options, std::unique_ptr<Store> store,
                            raft::Observer* observer) {
  options.raft.applied = store->applied();
  RAFT_TRY_ASSIGN(Rows rows, store->load_rows());
  RAFT_TRY_ASSIGN(Sessions sessions, store->load_sessions());
  RAFT_TRY_ASSIGN(raft::RawNode node, raft::RawNode::create(options.raft, *store, observer));
  Server server(std::move(node), std::move(store),
                StateMachine(std::move(rows), std::move(sessions)), options.server);
  server.election_tick_ = options.raft.election_tick;
  return server;
}

Server Server::clone(std::unique_ptr<Store> store, raft::Observer* observer) const {
  raft::RawNode node = node_.clone(*store, observer);
  Server copy(std::move(node), std::move(store), machine_, options_);
  copy.election_tick_ = election_tick_;
  copy.applied_ = applied_;
  copy.compact_goal_ = compact_goal_;
  copy.compact_proposed_ = compact_proposed_;
  copy.counted_from_ = counted_from_;
  copy.counted_to_ = counted_to_;
  copy.log_bytes_ = log_bytes_;
  copy.maintenance_due_ = maintenance_due_;
  copy.sender_ = sender_.clone();
  copy.arrived_ = arrived_;
  copy.chunk_replies_ = chunk_replies_;
  copy.notes_ = notes_;
  copy.verified_ = verified_;
  copy.verified_by_ = verified_by_;
  copy.installing_ = installing_;
  copy.staged_term_ = staged_term_;
  copy.staged_is_bad_ = staged_is_bad_;
  copy.pending_ = pending_;
  copy.reads_ = reads_;
  copy.answers_ = answers_;
  copy.to_apply_ = to_apply_;
  copy.outstanding_ = outstanding_;
  copy.synced_ = synced_;
  copy.next_round_ = next_round_;
  copy.durable_round_ = durable_round_;
  copy.halted_ = halted_;
  copy.disk_is_full_ = disk_is_full_;
  copy.unwritten_log_ = unwritten_log_;
  copy.unwritten_install_ = unwritten_install_;
  copy.unwritten_apply_ = unwritten_apply_;
  return copy;
}

const char* Server::halted() const { return halted_ != nullptr ? halted_ : node_.status().halted; }

void Server::halt(const char* reason) {
  if (halted_ == nullptr) halted_ = reason;
}

void Server::tick() {
  node_.tick();
  maintenance_due_ = true;
  collect_log();
  if (node_.role() != raft::Role::kLeader) return sender_.stop(*store_);
  if (sender_.idle()) return;
  // Patience: a follower may restart meanwhile.
  const std::uint64_t patience = 5 * election_tick_;
  sender_.tick(*store_, node_.status(), options_.snapshot, compact_goal_, patience);
  report_transfers();
}

void Server::reconfigure(const Options& options) {
  options_ = options.server;
  election_tick_ = options.raft.election_tick;
  node_.reconfigure(options.raft);
}

// ---------------------------------------------------------------- requests

// Store and leadership come first: what another node would say about term and configuration is its
// own affair.
ErrorKind Server::check(const Header& header) const {
  if (header.store && *header.store != node_.id()) return ErrorKind::kStoreNotMatch;
  if (node_.role() != raft::Role::kLeader) return ErrorKind::kNotLeader;
  // TinyKV: a header that is two terms or more behind is stale.
  if (header.term && header.term->value + 2 <= node_.term().value) return ErrorKind::kStaleCommand;
  if (header.conf_version && *header.conf_version != store_->conf_version()) {
    return ErrorKind::kEpochNotMatch;
  }
  return ErrorKind::kNone;
}

void Server::request(Ticket ticket, const Header& header, const Command& command, ReadWay way) {
  Answer answer;
  answer.ticket = ticket;
  if (!is_read(command.op)) way = ReadWay::kLog;
  const bool local = is_read(command.op) && (way == ReadWay::kLocal || reads_carelessly());
  answer.error = check(header);
  if (local && answer.error != ErrorKind::kStoreNotMatch) {
    answer.error = ErrorKind::kNone;
    answer.output = machine_.read(command);
    answer.index = applied_;
  } else if (answer.error == ErrorKind::kNotLeader) {
    answer.hint = node_.leader();
  } else if (answer.error == ErrorKind::kNone && way != ReadWay::kLog) {
    std::optional<raft::ReadMode> mode;
    if (way == ReadWay::kIndex) mode = raft::ReadMode::kSafe;
    if (way == ReadWay::kLease) mode = raft::ReadMode::kLease;
    return ask_for_index(ticket, {command, {}, {}, {}}, mode);
  } else if (answer.error == ErrorKind::kNone) {
    Command proposed = command;
    if (proposed.client != 0) proposed.session_limit = options_.session_limit;
    if (check_limits(proposed) && node_.propose(encode(proposed))) return remember(ticket);
    answer.error = ErrorKind::kDropped;
  }
  answers_.push_back(std::move(answer));
}

// The proposal that was just appended waits for its outcome under this ticket.
void Server::remember(Ticket ticket) {
  const raft::Index index = node_.last_index();
  // What waited at this index or above was overwritten before this node led again.
  while (!pending_.empty() && pending_.rbegin()->first >= index) {
    refuse_stale(pending_.rbegin()->second.ticket);
    pending_.erase(std::prev(pending_.end()));
  }
  pending_[index] = {node_.term(), ticket};
}

// Mistake local-read: who once won an election may have been deposed since.
bool Server::reads_carelessly() const {
  return node_.mistakes().has(raft::Mistake::kLocalRead) && node_.role() == raft::Role::kLeader;
}

std::vector<Answer> Server::take_answers() { return std::exchange(answers_, {}); }

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

// ---------------------------------------------------------------- the Ready loop

bool Server::has_work() const {
  const bool can_apply = !to_apply_.empty() && !unwritten_apply_ && unwritten_install_ == nullptr;
  return halted_ == nullptr && (node_.has_ready() || can_apply || verified_by_);
}

Result<Round> Server::persist_ready() {
  raft::Ready ready = node_.ready();
  take_read_states(ready.read_states);
  Round round;
  round.number = next_round_++;
  round.messages = std::move(ready.messages);
  start_transfers(round.messages);
  std::vector<ChunkAnswer> owed;
  if (verified_by_) {
    // The core has either taken the snapshot, or did not need it.
    ChunkReply reply = *std::exchange(verified_by_, std::nullopt);
    const bool taken = ready.snapshot || held_commit() >= verified_->index;
    reply.verdict = taken ? ChunkVerdict::kInstalled : ChunkVerdict::kNotNeeded;
    owed.push_back({reply, nullptr});
  }
  // A changed commit index alone costs no transaction: it rides with the next one
  // (docs/storage.md).
  if (ready.must_sync || ready.snapshot != nullptr) {
    // What an earlier Ready found no room for goes with it.
    if (!unwritten_log_) unwritten_log_.emplace();
    if (ready.hard_state) unwritten_log_->hard_state = ready.hard_state;
    std::vector<raft::EntryPtr>& entries = unwritten_log_->entries;
    if (ready.snapshot) {
      RAFT_ASSERT(verified_ && verified_->index == ready.snapshot->index);
      unwritten_log_->snapshot = verified_;
      unwritten_install_ = ready.snapshot;
      entries.clear();
      ++installing_;
    }
    if (!ready.entries.empty()) {
      const raft::Index first = ready.entries.front()->index;
      while (!entries.empty() && entries.back()->index >= first) entries.pop_back();
      entries.insert(entries.end(), ready.entries.begin(), ready.entries.end());
    }
  }
  verified_.reset();
  answer_reads();
  to_apply_.insert(to_apply_.end(), ready.committed_entries.begin(), ready.committed_entries.end());
  const bool writes = ready.must_sync || ready.snapshot != nullptr;
  outstanding_.push_back({ready.id, round.number, writes, std::move(ready.messages_after_sync),
                          std::move(owed), true, ready.snapshot != nullptr});
  RAFT_TRY(write_waiting(round));
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

Status Server::write_waiting(Round& round) {
  if (!unwritten_log_) return ok();
  Status written = write_vote_first(*unwritten_log_);
  if (written) written = store_->write_log(*unwritten_log_);
  if (!written && written.error().code == Code::kUnavailable) {
    note_room();
    return ok();
  }
  if (!written && !ignores(written.error())) {
    halt("its disk did not take a write of the log");
    return written;
  }
  const LogWrite write = *std::exchange(unwritten_log_, std::nullopt);
  const raft::SnapshotPtr installed = std::exchange(unwritten_install_, nullptr);
  if (!written) {
    // The mistake: nobody waits for it.
    outstanding_.back().wrote = false;
    return ok();
  }
  round.wrote = true;
  if (!write.entries.empty()) {
    round.first = write.entries.front()->index;
    round.last = write.entries.back()->index;
  }
  round.installed = installed;
  if (installed) {
    if (Status read = take_over_installed(*write.snapshot); !read) {
      halt("the snapshot that it installed cannot be read back from its disk");
      return read;
    }
  }
  note_room();
  return ok();
}

// A node without room keeps what it promised, promises nothing more, and leaves the lead to one
// that can store entries. Once there is room it goes on as if nothing had been.
void Server::note_room() {
  const bool full = unwritten_log_.has_value() || unwritten_apply_.has_value();
  if (full == disk_is_full_) return;
  disk_is_full_ = full;
  node_.set_may_lead(!full, raft::Reason::kDiskFull);
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
    for (raft::Message& message : first.after_sync) {
      synced_.push_back({std::move(message), first.number});
    }
    const Outstanding done = std::move(first);
    outstanding_.pop_front();
    if (done.installs) --installing_;
    if (done.of_raft) node_.persisted(done.id);
    for (const ChunkAnswer& answer : done.chunks) {
      if (answer.snapshot) {
        chunk_staged(answer);
      } else {
        send_chunk_answer(answer.reply);
      }
    }
  }
}

std::vector<SyncedMessage> Server::take_synced_messages() { return std::exchange(synced_, {}); }

Result<std::optional<Applied>> Server::apply_committed() {
  if (unwritten_apply_) return write_apply();
  // What comes behind a snapshot waits until that is in its place.
  if (to_apply_.empty() || unwritten_install_ != nullptr) return std::optional<Applied>();
  Applied done;
  done.entries = std::exchange(to_apply_, {});
  done.first = done.entries.front()->index;
  done.last = done.entries.back()->index;
  if (done.first != raft::next_index(applied_) &&
      !node_.mistakes().has(raft::Mistake::kPageLimitSkips)) {
    // Only the mistake, while it was on, leaves such a gap.
    halt("a committed entry was never handed to its state machine");
    return Error{Code::kCorruption, "a committed entry was never handed to the state machine"};
  }
  // Mistake no-dedupe: a client that did not hear the answer asks again.
  const bool forgets = node_.mistakes().has(raft::Mistake::kNoDedupe);
  // Nobody is answered before the write is done.
  std::vector<Answer> before = std::exchange(answers_, {});
  ApplyWrite write;
  for (const raft::EntryPtr& entry : done.entries) {
    Output output;
    if (entry->type != raft::EntryType::kNormal) {
      apply_change(*entry, write);
    } else if (!entry->data.empty()) {
      Result<Command> command = decode(entry->data);
      if (!command) {
        halt("a committed entry of its log cannot be read");
        return command.error();
      }
      output = machine_.apply(*command, entry->index, !forgets, write);
      if (command->op == Op::kCompact && command->compact_index < entry->index) {
        compact_goal_ = std::max(compact_goal_, command->compact_index);
      }
    }
    answer(entry->index, entry->term, output);
  }
  write.applied = done.last;
  write.applied_term = done.entries.back()->term;
  const raft::Index through = compactable(compact_goal_, done.last);
  if (through >= store_->first_index()) {
    write.compact_to = through;
    done.compacted = through;
  }
  unwritten_apply_ = UnwrittenApply{std::move(write), std::move(done), std::move(answers_)};
  answers_ = std::move(before);
  return write_apply();
}

Result<std::optional<Applied>> Server::write_apply() {
  const Status written = store_->write_apply(unwritten_apply_->write);
  if (!written && written.error().code == Code::kUnavailable) {
    note_room();
    return std::optional<Applied>();
  }
  if (!written && !ignores(written.error())) {
    halt("its disk did not take a write of the state machine");
    return written.error();
  }
  UnwrittenApply done = *std::exchange(unwritten_apply_, std::nullopt);
  answers_.insert(answers_.end(), std::make_move_iterator(done.answers.begin()),
                  std::make_move_iterator(done.answers.end()));
  applied_ = done.what.last;
  node_.applied(applied_);
  answer_reads();
  note_room();
  return std::optional<Applied>(std::move(done.what));
}

// ---------------------------------------------------------------- members

Result<ErrorKind> Server::change(const raft::ConfChange& change, bool first_version) {
  if (node_.role() != raft::Role::kLeader) return ErrorKind::kNotLeader;
  const Status proposed = node_.propose_conf_change(change, first_version);
  if (proposed) return ErrorKind::kNone;
  if (proposed.error().code == Code::kInvalidArgument) return proposed.error();
  return ErrorKind::kDropped;
}

// It takes effect here and now (thesis section 4.1; on applying, as etcd does), in the transaction
// of the applied index. A change that cannot be made leaves every member's configuration as it was.
void Server::apply_change(const raft::Entry& entry, ApplyWrite& write) {
  const Result<raft::ConfChange> change = raft::decode_conf_change(entry.type, entry.data);
  if (!change) return;
  Result<raft::ConfState> config = node_.apply_conf_change(*change);
  if (!config) return;
  sender_.members_changed(*store_, *config);
  write.config = *std::move(config);
  write.conf_version = write.conf_version.value_or(store_->conf_version()) + 1;
}

}  // namespace kv
