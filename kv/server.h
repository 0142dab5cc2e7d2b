// A replicated key-value server on one node: hands requests to Raft, applies what is committed,
// answers each request exactly once. It runs the Ready loop over a kv::Store; when a write is
// durable its owner says so, since only the owner knows the disk's time.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "kv/command.h"
#include "kv/snapshot_sender.h"
#include "kv/state_machine.h"
#include "kv/store.h"
#include "raft/raw_node.h"

namespace kv {

// Names a request for its answer. The owner chooses it; unique among those open at this server.
using Ticket = std::uint64_t;

enum class ErrorKind : std::uint8_t {
  kNone,
  kNotLeader,     // asked a node that does not lead; certainly without effect
  kStaleCommand,  // the log's place went to another entry: without effect unless an earlier try had
                  // one
  kEpochNotMatch,  // the request's conf_ver is not the configuration's
  kStoreNotMatch,  // the request names another node
  kDropped,        // Raft did not take the proposal
};

struct Answer {
  Ticket ticket = 0;
  ErrorKind error = ErrorKind::kNone;
  raft::NodeId hint;  // kNotLeader: who leads, as far as known; 0: nobody known
  Output output;
  raft::Index index;  // of the entry that was applied; 0: none
};

// What the server checks before it proposes, in this order: store, leadership, term, conf_ver.
struct Header {
  std::optional<raft::NodeId> store;
  std::optional<raft::Term> term;
  std::optional<std::uint64_t> conf_version;
};

// How a read is answered (thesis section 6.4). Of these only kLocal may be stale.
enum class ReadWay : std::uint8_t {
  kUsual,  // by a read index, as raft::Config::read_mode says
  kIndex,  // by a read index that a majority confirms
  kLease,  // the same, at once while the leader's lease holds
  kLog,    // as an entry of the log
  kLocal,  // from this node's own rows, whoever leads; a history check finds it out
};

// What happened when entries were applied, for observers.
struct Applied {
  raft::Index first;
  raft::Index last;
  std::vector<raft::EntryPtr> entries;
  raft::Index compacted;  // the log now starts behind it; 0: nothing was compacted
};

// How a server keeps house.
struct ServerOptions {
  // A leader proposes to compact the log once this many applied entries, or bytes of them, lie in
  // it. 0: never.
  std::uint64_t log_gc_count = 0;
  std::uint64_t log_gc_bytes = 0;
  std::uint64_t session_limit = 1000;  // sessions that a leader's commands leave; 0: no limit
  SnapshotLimits snapshot;
  bool operator==(const ServerOptions&) const = default;
};

// One round of the Ready loop.
struct Round {
  std::uint64_t number = 0;  // from 1
  bool wrote = false;        // one transaction was written; nothing of it is durable yet
  raft::Index first;         // entries of the log that it replaced; 0: none
  raft::Index last;
  raft::SnapshotPtr installed;  // a snapshot took the place of log and state; null: none
  std::uint64_t chunk = 0;      // of a snapshot that is being received: this was staged; 0: none
  std::uint64_t chunks = 0;     // of so many
  std::vector<raft::Message> messages;  // may leave at once
};

// A message for which no write is outstanding any more.
struct SyncedMessage {
  raft::Message message;
  std::uint64_t round = 0;  // Round::number of the one that it came out of
};

class Server {
 public:
  struct Options {
    raft::Config raft;  // `applied` is taken from the store
    ServerOptions server;
  };

  // Opens the server over what the store holds. Errors: kCorruption, kInvalidArgument.
  static Result<Server> open(Options options, std::unique_ptr<Store> store,
                             raft::Observer* observer);
  Server(Server&&) noexcept = default;
  Server& operator=(Server&&) noexcept = default;
  // The same server over a store with equal content.
  Server clone(std::unique_ptr<Store> store, raft::Observer* observer) const;

  // Takes a request. Its answer comes out of take_answers(), perhaps at once; `way` is of reads.
  void request(Ticket ticket, const Header& header, const Command& command,
               ReadWay way = ReadWay::kUsual);
  // Asks the core for a read index; a follower asks its leader. The answer is the index, as text,
  // or not-leader if there is no leader to ask, or it changes meanwhile.
  void read_index(Ticket ticket, const Header& header);
  std::uint64_t open_reads() const { return reads_.size(); }
  // Proposes to compact the log through `last` (0: all that is applied but the last entry). Nothing
  // happens if it is compacted already. Errors: kInvalidArgument if `last` is not applied here.
  // The answer has no ticket.
  Result<ErrorKind> compact(raft::Index last);
  // Proposes a change of the members (thesis chapter 4); with `first_version` as an entry that
  // knows no joint configurations. Errors: kInvalidArgument for a first version that is none. The
  // answer has no ticket.
  Result<ErrorKind> change(const raft::ConfChange& change, bool first_version);
  // Answers that became known since the last call, in order.
  std::vector<Answer> take_answers();

  // One tick of the node's clock, for the core and for housekeeping.
  void tick();
  // Takes over what may change while running (see RawNode::reconfigure).
  void reconfigure(const Options& options);

  // True if there is anything to write, send or apply.
  bool has_work() const;
  // Takes a Ready: persists its entries and hard state in one transaction (if there are any) and
  // keeps its committed entries for apply_committed(). Errors: those of Store; the server is halted
  // then.
  Result<Round> persist_ready();
  // Applies what the last Ready handed out, in one transaction. nullopt: there was nothing. Errors
  // as above.
  Result<std::optional<Applied>> apply_committed();
  // Housekeeping of this tick: a bounded piece of it, in one transaction. True if it wrote. Errors
  // as above.
  Result<bool> maintain();
  // The write of round `number` is durable, and with it all before it.
  void log_durable(std::uint64_t number);
  // Snapshots, in and out (kv/server_snapshot.cc). Chunks and their answers travel beside Raft's
  // messages; the core gets MsgSnap when the last chunk is verified.
  void receive(const SnapshotChunk& chunk);
  void receive(const ChunkReply& reply);
  bool has_chunk() const { return halted_ == nullptr && !arrived_.empty(); }
  // Puts the oldest chunk that has arrived on the disk, in one transaction. Errors as above.
  Result<Round> stage_chunk();
  std::vector<ChunkPtr> take_chunks() { return sender_.take_chunks(); }
  std::vector<ReplyPtr> take_chunk_replies() { return std::exchange(chunk_replies_, {}); }
  // Whom it began to send a snapshot since the last call.
  std::vector<raft::NodeId> take_transfers_begun() { return sender_.take_begun(); }
  // What happened to snapshots since the last call, for people: "sends n3 its snapshot at …".
  std::vector<std::string> take_notes();
  const SnapshotSender& snapshots() const { return sender_; }

  // Replies for which no write is outstanding any more, in order.
  std::vector<SyncedMessage> take_synced_messages();
  // Stops for good: the node must be restarted. `reason`: one clause, static storage.
  void halt(const char* reason);

  raft::RawNode& raft() { return node_; }
  const raft::RawNode& raft() const { return node_; }
  const Store& store() const { return *store_; }
  Store& store() { return *store_; }
  const Rows& rows() const { return machine_.rows(); }
  const Sessions& sessions() const { return machine_.sessions(); }
  raft::Index applied() const { return applied_; }
  // True while a write waits for room. The node goes on with what it has: it neither leads nor
  // acknowledges, and what the disk holds (term, vote, log) stays as it is. Each persist_ready()
  // and apply_committed() tries again.
  bool disk_is_full() const { return disk_is_full_; }
  // Why the server does not go on; null: it runs.
  const char* halted() const;

 private:
  Server(raft::RawNode node, std::unique_ptr<Store> store, StateMachine machine,
         const ServerOptions& options);

  struct Pending {
    raft::Term term;
    Ticket ticket = 0;
  };
  // A read that waits for its index, or for the state machine to reach it.
  struct Read {
    std::optional<Command> command;  // nullopt: the index itself is asked for
    raft::Term term;                 // the question is void once term or leader has changed
    raft::NodeId leader;
    std::optional<raft::Index> index;
  };
  // An answer that waits for the disk. `reply.term` is that of the chunk until it leaves.
  struct ChunkAnswer {
    ChunkReply reply;
    raft::SnapshotPtr snapshot;
  };
  // A Ready whose write, or an earlier one, is not durable yet.
  struct Outstanding {
    raft::ReadyId id;
    std::uint64_t number = 0;
    bool wrote = false;
    std::vector<raft::Message> after_sync;
    std::vector<ChunkAnswer> chunks;
    bool of_raft = true;    // `id` is a Ready's
    bool installs = false;  // a snapshot
  };

  // Mistakes, see server.cc.
  bool reads_carelessly() const;
  Status write_vote_first(const LogWrite& write);
  bool ignores(const Error& error) const;

  ErrorKind check(const Header& header) const;
  // Reads (kv/server_reads.cc).
  void ask_for_index(Ticket ticket, Read read, std::optional<raft::ReadMode> mode);
  void take_read_states(const std::vector<raft::ReadState>& states);
  void answer_reads();
  void apply_change(const raft::Entry& entry, ApplyWrite& write);
  void remember(Ticket ticket);
  void answer(raft::Index index, raft::Term term, const Output& output);
  void refuse_stale(Ticket ticket);
  void finish_rounds();
  // kv/server_snapshot.cc
  void start_transfers(std::vector<raft::Message>& messages);
  void report_transfers();
  raft::Index held_commit() const;
  void answer_chunk(const SnapshotChunk& chunk, ChunkVerdict verdict);
  void send_chunk_answer(ChunkReply reply);
  void chunk_staged(const ChunkAnswer& answer);
  bool verify_staged(const raft::Snapshot& snapshot);
  Status take_over_installed(const SnapshotWrite& write);
  // Log GC (kv/log_gc.cc).
  void collect_log();
  raft::Index compactable(raft::Index wanted, raft::Index applied) const;
  void count_log_bytes();
  // Writes what waits for the log. Without room it goes on waiting, and `round` wrote nothing.
  Status write_waiting(Round& round);
  void note_room();
  // Writes `unwritten_apply_` and answers whoever waits for it; without room both wait.
  Result<std::optional<Applied>> write_apply();

  raft::RawNode node_;
  std::unique_ptr<Store> store_;
  ServerOptions options_;
  std::uint64_t election_tick_ = 10;
  StateMachine machine_;
  raft::Index applied_;
  // Compaction that was applied; what is still needed here goes later.
  raft::Index compact_goal_;
  raft::Index compact_proposed_;  // by this leader
  raft::Index counted_from_;      // log_bytes_ is of (counted_from_, counted_to_]
  raft::Index counted_to_;
  std::uint64_t log_bytes_ = 0;
  bool maintenance_due_ = false;
  SnapshotSender sender_;
  std::vector<ChunkPtr> arrived_;  // not staged yet
  std::vector<ReplyPtr> chunk_replies_;
  std::vector<std::string> notes_;
  // A snapshot that came in whole, checked and handed to the core, which decides what becomes of
  // it.
  std::shared_ptr<const SnapshotWrite> verified_;
  std::optional<ChunkReply> verified_by_;  // the answer that is owed for it
  raft::Term staged_term_;      // of the chunk that was staged last, since the process started
  bool staged_is_bad_ = false;  // the staged chunks do not make a snapshot: housekeeping drops them
  std::uint64_t installing_ = 0;            // installs that are not durable
  std::map<raft::Index, Pending> pending_;  // proposals without an outcome, by log index
  std::map<Ticket, Read> reads_;
  std::vector<Answer> answers_;
  std::vector<raft::EntryPtr> to_apply_;
  std::list<Outstanding> outstanding_;
  std::vector<SyncedMessage> synced_;
  std::uint64_t next_round_ = 1;
  std::uint64_t durable_round_ = 0;
  const char* halted_ = nullptr;
  bool disk_is_full_ = false;
  // Of the Readies that found no room, together; nullopt: nothing waits.
  std::optional<LogWrite> unwritten_log_;
  raft::SnapshotPtr unwritten_install_;  // the snapshot in it
  struct UnwrittenApply {
    ApplyWrite write;
    Applied what;
    std::vector<Answer> answers;
  };
  std::optional<UnwrittenApply> unwritten_apply_;
};

}  // namespace kv
