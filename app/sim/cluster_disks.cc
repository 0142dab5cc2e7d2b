// The nodes' disks: simulated ones with their faults, or plain files.
#include <algorithm>
#include <utility>

#include "app/sim/cluster_state.h"

namespace sim {

// On a new database, or on what the disk holds. A node that lost its disk comes back as an empty
// one under the same id.
Result<std::unique_ptr<storage::NodeStore>> Cluster::State::open_store(NodeSlot& slot) {
  using storage::NodeStore;
  const bool on_file = !slot.file.empty();
  NodeStore::Options options;
  options.rot_truncates = slot.mistakes.has(raft::Mistake::kRotTruncates);
  auto store = on_file ? NodeStore::open(slot.file, options) : NodeStore::open(slot.disk, options);
  if (!store && store.error().code == Code::kNotFound) {
    store = on_file ? NodeStore::create(slot.file, boot_configuration(), {})
                    : NodeStore::create(slot.disk, boot_configuration(), {});
  }
  if (store && on_file) (*store)->hold_commits();
  return store;
}

void Cluster::State::learn_sequences(const kv::Server& server) {
  const auto learn = [this](std::uint64_t client, std::uint64_t sequence) {
    std::uint64_t& known = stored_sequences[client];
    known = std::max(known, sequence);
  };
  for (const auto& [client, session] : server.sessions()) learn(client, session.sequence);
  const raft::RawNode& core = server.raft();
  for (raft::Index i = core.first_index(); i <= core.last_index(); i = raft::next_index(i)) {
    const raft::EntryPtr entry = core.entry(i);
    if (entry->data.empty() || entry->type != raft::EntryType::kNormal) continue;
    if (const auto command = kv::decode(entry->data); command && command->client != 0) {
      learn(command->client, command->sequence);
    }
  }
}

Error Cluster::State::on_plain_file(const NodeSlot& slot) {
  return {Code::kInvalidArgument, "the database of n" + std::to_string(slot.id.value) +
                                      " is the plain file " + slot.file +
                                      "; faults need a simulated disk"};
}

Status Cluster::State::set_disk_fault(NodeSlot& slot, const DiskFault& command) {
  if (!slot.file.empty()) return on_plain_file(slot);
  storage::DiskFaults faults = slot.disk.faults();
  const storage::FailCalls calls{command.after, command.always ? storage::FailCalls::kForGood : 1};
  std::string told;  // of faults that nobody may rely on: Raft's assumptions end there
  const auto rot = [&](storage::Rot what, const std::string& row) -> Status {
    if (!slot.disk.rot(what)) {
      return Error{Code::kNotFound,
                   "the disk of n" + std::to_string(slot.id.value) + " holds no " + row};
    }
    told = "rot " + row;
    return ok();
  };
  switch (command.kind) {
    case DiskFaultKind::kFull:
      faults.capacity_bytes = slot.disk.bytes_used();
      break;
    case DiskFaultKind::kFullAt:
      faults.capacity_bytes = command.bytes;
      break;
    case DiskFaultKind::kWriteError:
      faults.writes = calls;
      break;
    case DiskFaultKind::kSyncError:
      faults.syncs = calls;
      break;
    case DiskFaultKind::kReadError:
      faults.reads = calls;
      break;
    case DiskFaultKind::kMisdirect:
      faults.misdirects = calls;
      told = "misdirect";
      break;
    case DiskFaultKind::kLie:
      faults.lie = true;
      told = "lie";
      break;
    case DiskFaultKind::kRotLog:
      RAFT_TRY(
          rot({storage::RotKind::kLog, command.index, {}}, "log " + std::to_string(command.index)));
      break;
    case DiskFaultKind::kRotVote:
      RAFT_TRY(rot({storage::RotKind::kVote, 0, {}}, "vote"));
      break;
    case DiskFaultKind::kRotKv:
      RAFT_TRY(rot({storage::RotKind::kKv, 0, command.key}, "kv " + command.key));
      break;
    case DiskFaultKind::kOk:
      faults = {};
      faults.power_off_at_call = slot.disk.faults().power_off_at_call;  // a trap is no fault
      break;
  }
  slot.disk.set_faults(faults);
  if (!told.empty()) tell_node(FactKind::kCommand, slot, std::move(told));
  if (slot.content) look_at_disk(slot);
  // What waited for room on the disk is written at once.
  if (runs(slot)) drain(slot);
  return ok();
}

// Reads what the disk of a node that is down holds, on a copy: recovery writes to what it opens.
void Cluster::State::look_at_disk(NodeSlot& slot) {
  slot.content.emplace();
  DiskContent& content = *slot.content;
  content.config = boot_configuration();
  storage::SimDisk copy = slot.disk;
  copy.set_faults({});  // one looks at the disk; the node's next start is what they are for
  auto store = slot.file.empty() ? storage::NodeStore::open(copy, {})
                                 : storage::NodeStore::open(slot.file, {});
  if (!store && store.error().code == Code::kNotFound) return;  // the disk was lost
  if (!store) {
    content.problem = store.error().message;
    return;
  }
  if (auto state = (*store)->initial_state()) {
    content.hard_state = state->hard_state;
    content.config = state->config;
  }
  if ((*store)->damage()) content.problem = (*store)->damage()->text;
  content.applied = (*store)->applied();
  content.log = (*store)->log();
  content.truncated_term = (*store)->truncated_term();
  if (auto rows = (*store)->load_rows()) content.rows = *std::move(rows);
  if (auto sessions = (*store)->load_sessions()) content.sessions = sessions->size();
  slot.durable = content.log.last_index();
}

}  // namespace sim
