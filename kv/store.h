// What the key-value server asks of its node's disk; storage/node_store.h implements it over
// SQLite. It is also the raft::Storage that the core reads. Each write is one transaction.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "raft/message.h"
#include "raft/result.h"
#include "raft/storage.h"

namespace kv {

// A row of the state machine. `index` is the log entry that wrote it.
struct Row {
  std::string value;
  raft::Index index;
  bool operator==(const Row&) const = default;
};
using Rows = std::map<std::string, Row>;

// A client's last request that took effect (thesis 6.3).
struct Session {
  std::uint64_t sequence = 0;
  std::string result;  // encoded (kv/command.h)
  raft::Index index;   // of the entry, for expiry by log order
  bool operator==(const Session&) const = default;
};
using Sessions = std::map<std::uint64_t, Session>;  // by client id

// A state as a stream of bytes (kv/snapshot.h), cut into chunks. What raft::Snapshot::data says.
struct StreamInfo {
  std::uint64_t bytes = 0;
  std::uint32_t checksum = 0;      // over all of them
  std::uint64_t chunk_bytes = 1;   // of each chunk but the last
  std::uint64_t conf_version = 1;  // of the configuration
  std::uint64_t chunks() const { return bytes == 0 ? 1 : (bytes + chunk_bytes - 1) / chunk_bytes; }
  bool operator==(const StreamInfo&) const = default;
};

// A snapshot that arrives in chunks: which one, and how many there will be.
struct SnapshotId {
  raft::Index index;
  raft::Term term;
  std::uint64_t chunks = 0;
  bool operator==(const SnapshotId&) const = default;
};

// A snapshot that takes the place of log and state machine. Its rows and sessions are the chunks
// that are staged: they go from table to table one chunk at a time, so that memory never holds
// them all.
struct SnapshotWrite {
  raft::Index index;  // last entry that it replaces
  raft::Term term;    // of that entry
  raft::ConfState config;
  StreamInfo stream;
  SnapshotId id() const { return {index, term, stream.chunks()}; }
};

// The persistent part of one Ready: one transaction.
struct LogWrite {
  std::optional<raft::HardState> hard_state;
  std::shared_ptr<const SnapshotWrite> snapshot = {};  // installed before the entries; null: none
  std::vector<raft::EntryPtr> entries;  // replaces what is stored from the first one's index on
};

// What applying entries up to `applied` changed: one transaction.
struct ApplyWrite {
  raft::Index applied;
  raft::Term applied_term;
  std::vector<std::pair<std::string, std::optional<Row>>> rows;  // nullopt: deleted
  std::vector<std::pair<std::uint64_t, std::optional<Session>>> sessions;
  std::optional<raft::ConfState> config = {};
  std::optional<std::uint64_t> conf_version = {};
  // Entries up to here no longer count (TruncatedState); 0: no change. Their rows stay until
  // delete_compacted() takes them. At most `applied`; what is compacted already changes nothing.
  raft::Index compact_to = {};
};

// The state machine as it was at one moment, the source of a snapshot. Whoever reads it disturbs
// nobody.
class StateView {
 public:
  virtual ~StateView() = default;
  virtual raft::Index applied() const = 0;
  virtual raft::Term applied_term() const = 0;
  virtual const raft::ConfState& config() const = 0;
  virtual std::uint64_t conf_version() const = 0;
  // Another one at the same place.
  virtual std::unique_ptr<StateView> clone() const = 0;
  virtual void rewind() = 0;
  // Appends the next records of the state to `out` (kv/snapshot.h), until they have `max_bytes` or
  // a bit more. False: nothing is left. Errors: kCorruption if a row does not match its checksum.
  virtual Result<bool> read(std::string& out, std::uint64_t max_bytes) = 0;
};

// What has arrived of it and is kept, so that a transfer goes on where a crash cut it.
struct StagedSnapshot {
  SnapshotId id;
  std::vector<std::uint64_t> numbers;  // chunks from 1, ascending
  bool complete() const { return numbers.size() == id.chunks; }
};

// Errors of writes: kIo (the node must halt: after a failed sync nothing is known), kUnavailable
// (the disk is full; nothing was changed).
class Store : public raft::Storage {
 public:
  virtual raft::Index applied() const = 0;
  // The state machine as stored, read once when the server opens.
  virtual Result<Rows> load_rows() const = 0;
  virtual Result<Sessions> load_sessions() const = 0;
  // Counts the changes of membership that were applied; 1 in a new cluster.
  virtual std::uint64_t conf_version() const = 0;
  virtual Status write_log(const LogWrite& write) = 0;
  virtual Status write_apply(const ApplyWrite& write) = 0;

  // --- Compaction: rows of compacted entries go later, in transactions of bounded size
  virtual std::uint64_t compacted_rows() const = 0;  // that wait for it, at most
  // Deletes those with the lowest indexes, at most `rows_max` of them; nothing written if none
  // wait.
  virtual Status delete_compacted(std::uint64_t rows_max) = 0;

  // --- Snapshots
  // The state machine as it is now; `checked`: whoever reads it is told of damaged rows. Errors:
  // kIo if the store has failed.
  virtual Result<std::unique_ptr<StateView>> freeze(bool checked) = 0;
  // What raft::Storage::snapshot() gives from now on; null: kUnavailable.
  virtual void offer_snapshot(raft::SnapshotPtr snapshot) = 0;
  // True if snapshot() was asked for in vain since the last call of this.
  virtual bool take_snapshot_wanted() = 0;
  // Keeps a chunk of a snapshot that is being received: one transaction. Those of any other
  // snapshot go. Errors: those of writes, kInvalidArgument for a number outside 1..id.chunks.
  virtual Status stage_chunk(const SnapshotId& id, std::uint64_t number,
                             std::string_view bytes) = 0;
  virtual const std::optional<StagedSnapshot>& staged() const = 0;
  // Hands all chunks to `take`, in their order, one at a time. Errors: kNotFound if one is missing,
  // kCorruption if one does not match its checksum; those of `take`.
  using TakeChunk = std::function<Status(std::string_view chunk)>;
  virtual Status read_staged(const TakeChunk& take) const = 0;
  // One transaction, or none if nothing is staged. Installing a snapshot does it, too.
  virtual Status discard_staged() = 0;
};

}  // namespace kv
