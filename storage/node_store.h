// What one node keeps: an SQLite database on its SimDisk, or in a plain file. It is the
// raft::Storage that the core reads and the kv::Store that the server writes. The log lies in
// memory as well, where the core reads it; the database follows with one transaction per write.
//
// A write returns when SQLite has committed, which on the simulated disk means: at once, and not
// durable. The simulator asks the disk how many epochs the transaction closed
// (SimDisk::transaction_epochs) and reports the write as persisted when the last of them is
// durable.
//
// docs/storage.md describes tables, settings and checks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kv/store.h"
#include "raft/entry_list.h"
#include "storage/sim_disk.h"

namespace storage {

struct StoredHardState;
struct StoredMeta;

// Rot took rows from the middle or the end of a log. Nothing is cut for it: rows behind the first
// damaged one stay where they are until a leader has sent their entries again.
struct LogDamage {
  raft::Index first;  // the first damaged row
  raft::LogEnd end;   // where the log ended
  std::uint32_t end_checksum = 0;
  std::string text;  // which row, and what is wrong with it
};

class NodeStore : public kv::Store {
 public:
  static constexpr const char* kFileName = "node.db";
  static constexpr const char* kJournalName = "node.db-journal";
  static constexpr std::uint64_t kValueBytesMax = 1 << 20;
  static constexpr std::uint64_t kKeyBytesMax = 1 << 10;

  enum class JournalMode : std::uint8_t {
    kTruncate,  // the one that keeps what it acknowledged (docs/storage.md)
    kPersist,
    kDelete,  // loses the last transaction in a crash: for the test that shows it
  };
  struct Options {
    JournalMode journal_mode = JournalMode::kTruncate;
    // Mistake rot-truncates: a damaged entry is taken for the end of the log.
    bool rot_truncates = false;
  };

  // Formats the disk for a new node that knows only who is in the cluster: index 0, term 0.
  // Everything is durable when it returns. `disk` must stay where it is as long as the store lives.
  // Errors: kInvalidArgument if there is a database already; kIo, kUnavailable as for writes.
  static Result<std::unique_ptr<NodeStore>> create(SimDisk& disk, const raft::ConfState& config,
                                                   const Options& options);
  // Reads what a node left, rolling back a transaction that a crash cut short. That recovery
  // writes: its epochs are pending afterwards (the result does not depend on them; a crash before
  // they are durable makes the next open recover again). Errors: kNotFound if there is no database,
  // kVersion if it is a newer version's, kCorruption naming table and row, kIo.
  static Result<std::unique_ptr<NodeStore>> open(SimDisk& disk, const Options& options);
  // Both on a plain file of this machine, through the operating system's VFS: what is committed
  // there is synced for good. `path` names the database; its journal lies beside it.
  static Result<std::unique_ptr<NodeStore>> create(const std::string& path,
                                                   const raft::ConfState& config,
                                                   const Options& options);
  static Result<std::unique_ptr<NodeStore>> open(const std::string& path, const Options& options);

  // Group commit, for plain files: transactions are held together from here until flush() commits
  // them with one wait for the disk. Nothing may be called durable before. Errors of flush(): kIo.
  void hold_commits() { holds_commits_ = path_.empty() ? false : true; }
  Status flush();

  // The same store on a copy of the disk. Reads nothing: the connection is opened at the first use.
  std::unique_ptr<NodeStore> clone(SimDisk& copy) const;

  // The database's name, for messages and files.
  static std::string file_name(raft::NodeId node) {
    return "n" + std::to_string(node.value) + ".sqlite";
  }

  // Of plain files; removing takes the journal, too.
  static Result<std::string> file_bytes(const std::string& path);
  static std::uint64_t file_size(const std::string& path);
  static void remove(const std::string& path);

  // May come after the disk crashed; what is on it then stays untouched. The disk must still exist.
  ~NodeStore() override;
  NodeStore(const NodeStore&) = delete;
  NodeStore& operator=(const NodeStore&) = delete;

  // --- raft::Storage
  // ---------------------------------------------------------------------------------
  Result<raft::InitialState> initial_state() const override;
  Result<std::vector<raft::EntryPtr>> entries(raft::Index first, raft::Index end,
                                              std::uint64_t max_bytes) const override;
  Result<raft::Term> term(raft::Index index) const override;
  raft::Index first_index() const override { return log_.first_index(); }
  raft::Index last_index() const override { return log_.last_index(); }
  Result<raft::SnapshotPtr> snapshot() const override;

  // --- kv::Store
  // -------------------------------------------------------------------------------------
  raft::Index applied() const override;
  Result<kv::Rows> load_rows() const override;
  Result<kv::Sessions> load_sessions() const override;
  // Errors of both: kInvalidArgument for what cannot follow what is stored (a gap in the log,
  // entries that are compacted, an applied index that falls or is beyond the log, a key or value
  // that is too long); kUnavailable if the disk is full. Nothing is changed then. kIo: whether it
  // was written is not known, and every later write is refused; the node must halt. In all cases
  // the log in memory is the database's.
  // While the log is damaged, entries that follow log() mend rows in place; rows behind them stay
  // until the log is as new as the lost one was.
  Status write_log(const kv::LogWrite& write) override;
  Status write_apply(const kv::ApplyWrite& write) override;
  std::uint64_t conf_version() const override;
  std::uint64_t compacted_rows() const override;
  Status delete_compacted(std::uint64_t rows_max) override;
  Result<std::unique_ptr<kv::StateView>> freeze(bool checked) override;
  void offer_snapshot(raft::SnapshotPtr snapshot) override { offered_ = std::move(snapshot); }
  bool take_snapshot_wanted() override { return std::exchange(snapshot_wanted_, false); }
  Status stage_chunk(const kv::SnapshotId& id, std::uint64_t number,
                     std::string_view bytes) override;
  const std::optional<kv::StagedSnapshot>& staged() const override { return staged_; }
  Status read_staged(const TakeChunk& take) const override;
  Status discard_staged() override;

  // --- For views and checks
  // --------------------------------------------------------------------------
  const raft::EntryList& log() const { return log_; }
  const raft::HardState& hard_state() const { return hard_state_; }  // as stored
  raft::Term applied_term() const;
  const raft::ConfState& config() const;
  raft::Index truncated_index() const { return raft::previous_index(log_.first_index()); }
  raft::Term truncated_term() const;
  // Set while entries are lost. log() ends before the first of them.
  const std::optional<LogDamage>& damage() const { return damage_; }
  // What the open found and could mend, a sentence each: a damaged copy whose twin is good.
  const std::vector<std::string>& notes() const { return notes_; }
  // Reads the whole database: SQLite's own check, then every checksum. A sentence per problem.
  std::vector<std::string> problems() const;

 private:
  struct Database;

  NodeStore(SimDisk* disk, std::string path, const Options& options);
  static Result<std::unique_ptr<NodeStore>> created(std::unique_ptr<NodeStore> store,
                                                    const raft::ConfState& config);
  static Result<std::unique_ptr<NodeStore>> opened(std::unique_ptr<NodeStore> store);
  bool lost_power() const { return disk_ != nullptr && disk_->generation() != generation_; }
  // Random numbers and epochs start anew; the guard of the disk must be set.
  void begin_on_disk() const;
  // The connection with its statements, opened if it is not.
  Result<Database*> database() const;
  Status connect(bool create) const;
  Status check_identity(Database& database) const;
  // Reads hard state, meta and log and compares what they say of each other. With
  // kIfItEndsElsewhere the log in memory is kept if the database's ends at the same index with the
  // same checksum.
  enum class ReadLog : std::uint8_t { kAlways, kIfItEndsElsewhere };
  Status read_state(Database& database, ReadLog read_log_rows);
  Status read_log(Database& database, const StoredHardState& stored);
  Status read_staged_numbers(Database& database);
  Status cut_at_damage();
  // Rows of the log behind one whose checksum is `chain`; returns that of the last.
  static Result<std::uint32_t> insert_entries(Database& database,
                                              std::span<const raft::EntryPtr> entries,
                                              std::uint32_t chain);
  Status write_hard_state(Database& database, const StoredHardState& row);
  Status write_meta(Database& database, const StoredMeta& meta);
  // Runs `body` in a transaction; after an error makes memory equal to the database again.
  template <class Body>
  Status transact(const std::string& what, const Body& body);
  void after_failure(const Error& error);
  raft::Term last_term() const;
  Result<std::uint32_t> chain_at(Database& database, raft::Index index) const;
  Status check_log_write(const kv::LogWrite& write) const;
  // Everything of the snapshot but the end of the log in hard_state.
  static Status read_chunks(Database& database, const kv::SnapshotId& id, bool remove,
                            const TakeChunk& take);
  Status install(Database& database, const kv::SnapshotWrite& snapshot, StoredMeta& meta);
  Status put_row(Database& database, const std::string& key, const kv::Row& row, StoredMeta& meta);
  Status put_session(Database& database, std::uint64_t client, const kv::Session& session,
                     StoredMeta& meta);
  Status check_apply(const kv::ApplyWrite& write) const;

  SimDisk* disk_;                 // null: a plain file
  std::string path_;              // of the plain file
  std::uint64_t generation_ = 0;  // of the disk when the store was opened
  Options options_;
  // Null until the first use. Mutable, since reading the state machine may be that.
  mutable std::unique_ptr<Database> database_;
  mutable bool promised_ = false;  // what SQLite was told of the disk: power-safe overwrite
  raft::EntryList log_;
  std::uint32_t last_checksum_ = 0;  // of the last log row; the chain goes on from it
  raft::HardState hard_state_;
  std::unique_ptr<StoredMeta> meta_;  // never null
  std::optional<LogDamage> damage_;
  raft::Index first_row_{1};  // lowest index in the table: compacted ones may be left
  std::optional<kv::StagedSnapshot> staged_;
  raft::SnapshotPtr offered_;
  mutable bool snapshot_wanted_ = false;
  std::vector<std::string> notes_;
  bool holds_commits_ = false;
  mutable bool holding_ = false;  // a transaction that several writes share is open
  std::string failure_;           // why writes are refused; empty: they are not
};

}  // namespace storage
