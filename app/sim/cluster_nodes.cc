// Nodes: start, ticks, the Ready loop over their disks, crashes.
#include <algorithm>
#include <utility>

#include "app/sim/cluster_state.h"
#include "raft/assert.h"

namespace sim {

raft::ConfState Cluster::State::boot_configuration() const {
  raft::ConfState configuration;
  for (std::uint64_t i = 1; i <= config.nodes; ++i) configuration.voters.push_back({i});
  return configuration;
}

// Mostly it stands where its number says; nodes that were added with a gap stand before that.
std::size_t Cluster::State::place(NodeId id) const {
  std::size_t at = std::min<std::size_t>(static_cast<std::size_t>(id.value), nodes.size());
  while (at > 0 && nodes[at - 1]->id >= id) --at;
  return at;
}

NodeSlot& Cluster::State::add_node(NodeId id) {
  auto slot = std::make_unique<NodeSlot>();
  slot->id = id;
  slot->observer = std::make_unique<NodeObserver>(*this, id);
  slot->mistakes = mistakes;
  const bool safe = config.options[id.value - 1].power_safe_overwrite;
  slot->disk = storage::SimDisk(storage::DiskIdentity{config.seed, id.value, safe});
  if (!config.disk_directory.empty()) {
    slot->file = config.disk_directory + "/" + storage::NodeStore::file_name(id);
  }
  const auto at = nodes.begin() + static_cast<std::ptrdiff_t>(place(id));
  return **nodes.insert(at, std::move(slot));
}

Status Cluster::State::boot(NodeSlot& slot) {
  RAFT_TRY(start(slot, true));
  slot.disk.complete_all();
  slot.syncs.clear();
  ++slot.sync_stamp;
  return ok();
}

raft::Config Cluster::State::core_config(const NodeSlot& slot) const {
  const NodeOptions& options = config.options[slot.id.value - 1];
  raft::Config core;
  core.id = slot.id;
  core.election_tick = options.election_tick;
  core.heartbeat_tick = options.heartbeat_tick;
  core.pre_vote = options.pre_vote;
  core.check_quorum = options.check_quorum;
  core.max_size_per_message = options.max_size_per_message;
  core.max_committed_size_per_ready =
      options.max_committed_size == 0 ? raft::kNoLimit : options.max_committed_size;
  core.max_inflight_messages = options.max_inflight;
  core.max_inflight_bytes = options.max_inflight_bytes;
  core.max_uncommitted_size = options.max_uncommitted_size;
  core.fast_backtracking = options.fast_backtracking;
  core.read_mode = options.read_mode;
  core.disable_proposal_forwarding = !options.proposal_forwarding;
  core.step_down_on_removal = options.step_down_on_removal;
  core.conf_change_validation = options.conf_change_validation;
  core.mistakes = slot.mistakes;
  const std::uint64_t stream = static_cast<std::uint64_t>(Stream::kCore) << 32 | slot.id.value;
  core.rng = raft::Rng(config.seed, stream, slot.boots);
  return core;
}

kv::Server::Options Cluster::State::server_options(const NodeSlot& slot) const {
  const NodeOptions& options = config.options[slot.id.value - 1];
  kv::ServerOptions server;
  server.log_gc_count = options.log_gc_count;
  server.log_gc_bytes = options.log_gc_bytes;
  server.session_limit = options.session_limit;
  server.snapshot = {options.snapshot_chunk, options.snapshot_window, options.snapshot_streams,
                     options.snapshot_rate};
  return {core_config(slot), server};
}

// Starts the process: on a new database, or on what the disk holds. A disk that cannot be read
// leaves the node halted, with the reason.
Status Cluster::State::start(NodeSlot& slot, bool fresh) {
  ++slot.boots;
  slot.content.reset();
  slot.paused = false;
  slot.halted.clear();
  const std::uint64_t epochs_before = slot.disk.pending_epochs();
  auto store = open_store(slot);
  if (!store) {
    if (fresh) return store.error();
    halt(slot, store.error().message);
    return ok();
  }
  slot.durable = (*store)->last_index();
  auto server = kv::Server::open(server_options(slot), *std::move(store), slot.observer.get());
  if (!server) {
    if (fresh) return server.error();
    halt(slot, server.error().message);
    return ok();
  }
  slot.server.emplace(*std::move(server));
  slot.role_since = now;
  slot.last_role = slot.server->raft().role();
  tell_node(fresh ? FactKind::kStart : FactKind::kRestart, slot);
  // Formatting is durable at once, so boot writes are over before tick 0. What a recovery wrote is
  // not durable before its own epochs are.
  schedule_syncs(slot, epochs_before, {});
  start_ticking(slot);
  drain(slot);
  return ok();
}

Status Cluster::State::check_members(const NodeSlot& slot) const {
  if (!slot.server) return ok();
  RAFT_TRY_ASSIGN(const raft::InitialState stored, slot.server->store().initial_state());
  const raft::ConfState& members = stored.config;
  for (const auto* list :
       {&members.voters, &members.outgoing, &members.learners, &members.learners_next}) {
    for (const NodeId node : *list) {
      if (has_node(node)) continue;
      const std::string id = std::to_string(node.value);
      const std::string hint = slot.file.empty() ? "" : "; begin the scenario with: nodes " + id;
      return Error{Code::kCorruption, "the database of n" + std::to_string(slot.id.value) +
                                          " names a member n" + id +
                                          ", which the cluster does not have" + hint};
    }
  }
  return ok();
}

void Cluster::State::start_ticking(NodeSlot& slot) {
  raft::Rng phase(config.seed, static_cast<std::uint64_t>(Stream::kTickPhase) << 32 | slot.id.value,
                  slot.boots);
  const std::uint64_t draw = phase.below(1000);
  const bool aligned = config.options[slot.id.value - 1].aligned_ticks;
  // The first tick comes at the phase's next instant; aligned nodes tick on whole ticks.
  slot.tick_base = aligned ? Instant{now.millis / 1000 * 1000} : now + Duration{draw};
  slot.tick_count = 0;
  schedule_tick(slot);
}

// The next tick after `now` on the grid base + k / rate.
void Cluster::State::schedule_tick(NodeSlot& slot) {
  ++slot.tick_stamp;
  auto instant = [&](std::uint64_t k) {
    return slot.tick_base + Duration{k * 1000 * slot.clock.denominator / slot.clock.numerator};
  };
  while (instant(slot.tick_count) <= now) ++slot.tick_count;
  push(instant(slot.tick_count), Phase::kTick, slot.id.value, slot.tick_stamp);
}

void Cluster::State::tick(NodeSlot& slot) {
  slot.last_fact = 0;
  slot.server->tick();
  drain(slot);
  if (runs(slot)) maintain(slot);
  if (slot.server && slot.halted.empty()) schedule_tick(slot);
}

// A piece of housekeeping, once a tick, so that requests never wait for all of it.
void Cluster::State::maintain(NodeSlot& slot) {
  const std::uint64_t epochs = slot.disk.pending_epochs();
  const Result<bool> wrote = slot.server->maintain();
  if (!wrote) return disk_failed(slot, wrote.error().message);
  schedule_syncs(slot, epochs, {});
  flush(slot);
  send_snapshots(slot);
}

bool Cluster::State::stage_chunk(NodeSlot& slot) {
  const std::uint64_t epochs = slot.disk.pending_epochs();
  const Result<kv::Round> round = slot.server->stage_chunk();
  if (!round) {
    disk_failed(slot, round.error().message);
    return false;
  }
  if (!round->wrote) {
    schedule_syncs(slot, epochs, {});
    return true;
  }
  if (slot.trap && slot.trap->nth == round->chunk && spring(slot, CrashPoint::kSnapshotChunk)) {
    return false;
  }
  PendingSync write;
  write.round = round->number;
  write.cause = cause;
  write.caused_round = round->number;
  write.chunk = round->chunk;
  write.chunks = round->chunks;
  schedule_syncs(slot, epochs, write);
  return true;
}

// Runs the Ready loop until nothing is left to write, send or apply.
void Cluster::State::drain(NodeSlot& slot) {
  work_off(slot);
  flush(slot);
}

// Group commit of a plain file: what the loop wrote is synced at once, before anything may be
// called durable.
void Cluster::State::flush(NodeSlot& slot) {
  if (slot.file.empty() || !slot.server) return;
  auto& store = static_cast<storage::NodeStore&>(slot.server->store());
  if (Status flushed = store.flush(); !flushed && slot.halted.empty()) {
    halt(slot, flushed.error().message);
  }
}

void Cluster::State::work_off(NodeSlot& slot) {
  // What found no room on the disk is tried again, once.
  bool again = slot.server && slot.server->disk_is_full();
  while (slot.server && slot.halted.empty()) {
    kv::Server& server = *slot.server;
    if (const char* reason = server.halted()) return halt(slot, reason);
    send_answers(slot);
    send_synced(slot);
    send_snapshots(slot);
    if (server.has_chunk()) {
      if (!stage_chunk(slot)) return;
      continue;
    }
    if (!server.has_work() && !std::exchange(again, false)) return;

    std::uint64_t epochs = slot.disk.pending_epochs();
    Result<kv::Round> round = server.persist_ready();
    if (!round) return disk_failed(slot, round.error().message);
    const std::uint64_t caused_by = slot.last_fact != 0 ? slot.last_fact : cause;
    slot.round_causes[round->number] = caused_by;
    if (round->wrote && spring(slot, CrashPoint::kBeforeSync)) return;
    if (round->installed && spring(slot, CrashPoint::kMidApply)) return;
    if (round->wrote) {
      PendingSync write;
      write.round = round->number;
      write.first = round->first;
      write.last = round->last;
      write.cause = caused_by;
      write.caused_round = round->number;
      write.installed = round->installed;
      if (round->last.value > 0) write.entries = entries_of(slot, round->first, round->last);
      write.hard_state = {server.raft().term(), server.raft().vote(), {}};
      write.applied = server.applied();
      if (round->installed) {
        Fact fact;
        fact.kind = FactKind::kNote;
        fact.node = slot.id;
        fact.cause = caused_by;
        fact.text = "puts the snapshot at entry " + std::to_string(round->installed->index.value) +
                    " in the place of its log and its rows";
        tell(std::move(fact));
      }
      schedule_syncs(slot, epochs, write);
    } else if (server.disk_is_full()) {
      // A write that found no room has synced, too, what it took back.
      schedule_syncs(slot, epochs, {});
    }
    send_all(slot, std::move(round->messages));

    epochs = slot.disk.pending_epochs();
    Result<std::optional<kv::Applied>> applied = server.apply_committed();
    if (!applied) return disk_failed(slot, applied.error().message);
    if (*applied && spring(slot, CrashPoint::kMidApply)) return;
    if (*applied) {
      Fact fact;
      fact.kind = FactKind::kApply;
      fact.node = slot.id;
      fact.cause = slot.last_fact != 0 ? slot.last_fact : cause;
      fact.core.index = (*applied)->first;
      fact.core.other_index = (*applied)->last;
      const raft::Index compacted = (*applied)->compacted;
      fact.entries = std::move((*applied)->entries);
      const std::uint64_t applying = tell(std::move(fact));
      if (compacted.value > 0) {
        cause = applying;
        tell_node(FactKind::kNote, slot,
                  "compacted its log through entry " + std::to_string(compacted.value));
      }
    }
    schedule_syncs(slot, epochs, {});
  }
}

// The epochs that a transaction has just closed become durable one after the other, the last of the
// k after the disk's latency, and never before an older one.
void Cluster::State::schedule_syncs(NodeSlot& slot, std::uint64_t epochs_before,
                                    PendingSync write) {
  // A plain file is synced for good when the drain ends; the simulated wait is kept.
  const bool on_file = !slot.file.empty() && write.round != 0;
  const std::uint64_t k = on_file ? 1 : slot.disk.pending_epochs() - epochs_before;
  const Duration latency = config.options[slot.id.value - 1].sync_latency;
  if (write.first.value > 0) {
    slot.durable = std::min(slot.durable, raft::previous_index(write.first));
  }
  if (write.installed) {
    // Until then the disk holds the old log.
    slot.durable = std::min(slot.durable, raft::previous_index(write.installed->index));
  }
  if (k == 0) {
    // The write changed nothing on the disk: durable with whatever is before it.
    if (write.round != 0 && slot.syncs.empty()) return log_durable(slot, write);
    if (write.round != 0) slot.syncs.back().round = write.round;
    return;
  }
  for (std::uint64_t j = 1; j <= k; ++j) {
    slot.syncs.push_back(j == k ? write : PendingSync{});
    const Instant due = std::max(slot.last_sync_due, now + Duration{latency.millis * j / k});
    slot.last_sync_due = due;
    push(due, Phase::kSync, slot.id.value, slot.sync_stamp);
  }
}

void Cluster::State::sync_done(NodeSlot& slot) {
  RAFT_ASSERT(!slot.syncs.empty());
  const PendingSync done = slot.syncs.front();
  slot.syncs.pop_front();
  if (slot.disk.pending_epochs() > 0) slot.disk.complete_epoch();
  if (done.round == 0) return;
  if (spring(slot, CrashPoint::kAfterSync)) return;
  if (slot.paused) {
    // The disk goes on while the process stands; it hears of it when it runs again.
    slot.waiting.push_back({0, done});
    return;
  }
  log_durable(slot, done);
  drain(slot);
}

void Cluster::State::log_durable(NodeSlot& slot, const PendingSync& write) {
  if (write.chunk > 0) {
    cause = write.cause;
    slot.last_fact = 0;
    tell_node(FactKind::kNote, slot,
              "has chunk " + std::to_string(write.chunk) + " of " + std::to_string(write.chunks) +
                  " of a snapshot on its disk");
    return slot.server->log_durable(write.round);
  }
  if (write.installed) slot.durable = write.installed->index;
  if (write.last.value > 0 || write.installed) {
    if (write.last.value > 0) slot.durable = write.last;
    for (const PendingSync& later : slot.syncs) {
      if (later.first.value > 0) {
        slot.durable = std::min(slot.durable, raft::previous_index(later.first));
      }
      if (later.installed) {
        slot.durable = std::min(slot.durable, raft::previous_index(later.installed->index));
      }
    }
  }
  cause = write.cause;
  slot.last_fact = 0;
  Fact fact;
  fact.kind = FactKind::kDurable;
  fact.node = slot.id;
  fact.cause = write.cause;
  fact.core.index = slot.durable;
  fact.entries = write.entries;
  fact.durable_term = write.hard_state.term;
  fact.durable_vote = write.hard_state.vote;
  fact.durable_applied = write.applied;
  cause = tell(std::move(fact));
  // What came later and rides on this write (see schedule_syncs) has its own cause.
  auto& causes = slot.round_causes;
  causes.erase(causes.begin(), causes.lower_bound(write.caused_round));
  causes[write.caused_round] = cause;
  slot.server->log_durable(write.round);
}

Status Cluster::State::arm_trap(NodeSlot& slot, const Crash& command) {
  if (command.at == CrashPoint::kIo) {
    if (command.nth == 0) return Error{Code::kInvalidArgument, "at=io:N counts from 1"};
    if (!slot.file.empty()) return on_plain_file(slot);
    storage::DiskFaults faults = slot.disk.faults();
    faults.power_off_at_call = slot.disk.mutating_calls() + command.nth;
    slot.disk.set_faults(faults);
  }
  slot.trap = Trap{command.at, command.lose, now + kTrapPatience, command.nth};
  return ok();
}

bool Cluster::State::spring(NodeSlot& slot, CrashPoint moment) {
  if (!slot.trap || slot.trap->at != moment || now > slot.trap->deadline) return false;
  crash(slot, slot.trap->lose);
  return true;
}

void Cluster::State::disk_failed(NodeSlot& slot, const std::string& reason) {
  if (slot.disk.powered_off() && spring(slot, CrashPoint::kIo)) return;
  halt(slot, reason);
}

// The process stops for good and says why; what the disk has still to store, it stores.
void Cluster::State::halt(NodeSlot& slot, const std::string& reason) {
  slot.halted = reason.empty() ? "it cannot go on" : reason;
  ++slot.tick_stamp;
  tell_node(FactKind::kHalt, slot, slot.halted);
}

// Ends the process: what is only in memory is gone.
void Cluster::State::stop(NodeSlot& slot) {
  slot.server.reset();
  slot.paused = false;
  slot.halted.clear();
  slot.syncs.clear();
  slot.round_causes.clear();
  slot.last_sync_due = {};
  slot.tickets.clear();
  slot.last_answers.clear();
  slot.last_fact = 0;
  ++slot.tick_stamp;
  ++slot.sync_stamp;
  const auto waiting = std::exchange(slot.waiting, {});
  for (const Waiting& item : waiting) {
    const auto found = messages.find(item.message);
    if (found == messages.end()) continue;
    const InFlight message = std::move(found->second);
    messages.erase(found);
    lose(message, "its receiver crashed before handling it");
  }
}

void Cluster::State::crash(NodeSlot& slot, Lose what) {
  ++slot.crashes;
  slot.trap.reset();
  storage::DiskFaults faults = slot.disk.faults();
  faults.power_off_at_call.reset();
  slot.disk.set_faults(faults);
  tell_node(FactKind::kCrash, slot, what == Lose::kDisk ? "its disk is lost" : "");
  stop(slot);
  const raft::Rng stream(
      config.seed, static_cast<std::uint64_t>(Stream::kCrash) << 32 | slot.id.value, slot.crashes);
  const storage::Lose lost = what == Lose::kUnsynced  ? storage::Lose::kUnsynced
                             : what == Lose::kNothing ? storage::Lose::kNothing
                                                      : storage::Lose::kDisk;
  if (!slot.file.empty() && what == Lose::kDisk) storage::NodeStore::remove(slot.file);
  slot.disk.crash(stream, lost);
  look_at_disk(slot);
}

}  // namespace sim
