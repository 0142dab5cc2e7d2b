// What a Cluster holds, and the work on it; only cluster*.cc see this. Split by concern: nodes and
// their disks (cluster_nodes.cc), the network (cluster_network.cc), clients (cluster_clients.cc),
// commands (cluster_commands.cc), what one looks at (cluster_view.cc).
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/sim/chunked.h"
#include "app/sim/cluster.h"
#include "kv/server.h"
#include "raft/rng.h"
#include "storage/node_store.h"
#include "storage/sim_disk.h"

namespace sim {

// "not-leader", as scenarios write it; empty for none.
std::string_view error_name(kv::ErrorKind kind);

// Names of the random streams: each consumer has its own.
enum class Stream : std::uint64_t { kNetwork = 1, kCore, kTickPhase, kCrash, kWorkload };

// At equal instants: disk syncs, deliveries, client timers, node ticks by id.
enum class Phase : std::uint8_t { kSync, kDelivery, kClient, kTick };

struct QueueItem {
  Instant at;
  Phase phase = Phase::kSync;
  std::uint64_t order = 0;    // running number; of ticks the node
  std::uint64_t subject = 0;  // node, message or client
  std::uint64_t stamp = 0;    // must equal the subject's, else the item is void
  auto operator<=>(const QueueItem&) const = default;
};

// What clients and servers say to each other.
struct ClientTraffic {
  std::uint64_t request = 0;
  std::uint64_t attempt = 0;
  // Requests.
  std::optional<kv::Command> command;
  kv::ReadWay way = kv::ReadWay::kUsual;
  kv::Header header;
  // Replies.
  kv::Answer answer;
};

struct InFlight {
  std::uint64_t id = 0;
  std::string_view type;
  Endpoint from, to;
  std::shared_ptr<const raft::Message> message;  // between nodes
  std::shared_ptr<const ClientTraffic> traffic;  // between a client and a node
  kv::ChunkPtr chunk;                            // of a snapshot
  kv::ReplyPtr chunk_reply;                      // to one
  Instant sent;
  Instant due;         // while held: unused
  Duration remaining;  // while held: what is left of its way
  bool held = false;
  bool waiting = false;  // has arrived at a paused node
  bool duplicate = false;
  Fate fate = Fate::kArrives;
  std::uint64_t bytes = 0;
  std::uint64_t cause = 0;
};

struct Link {
  LinkQuality quality;
  bool cut = false;
  bool held = false;
};

// Reports what one core says as facts.
class NodeObserver : public raft::Observer {
 public:
  NodeObserver(Cluster::State& state, NodeId node) : state_(&state), node_(node) {}
  void observe(const raft::Event& event) override;

 private:
  Cluster::State* state_;
  NodeId node_;
};

// An epoch that the disk has closed and not yet stored.
struct PendingSync {
  std::uint64_t round = 0;  // the log write that ends with it; 0: none
  raft::Index first;        // of the entries that the write replaced; 0: none
  raft::Index last;
  std::uint64_t cause = 0;
  std::uint64_t caused_round = 0;       // what `cause` led to; later rounds may ride on the write
  std::vector<raft::EntryPtr> entries;  // those that it replaced
  raft::HardState hard_state;           // as the disk holds it after this write
  raft::Index applied;                  // and the applied index
  raft::SnapshotPtr installed;          // it took the place of log and state; null: none
  std::uint64_t chunk = 0;              // it staged this chunk of a snapshot; 0: none
  std::uint64_t chunks = 0;             // of so many
};

// What a paused node will handle when it runs again: a message, or the end of a write.
struct Waiting {
  std::uint64_t message = 0;  // 0: `write`
  PendingSync write;
};

// What is left of a node that is down, as a recovery would read it.
struct DiskContent {
  raft::HardState hard_state;
  raft::Index applied;
  raft::EntryList log;
  raft::Term truncated_term;  // of the entry before the log's first
  kv::Rows rows;
  std::uint64_t sessions = 0;
  raft::ConfState config;
  std::string problem;  // why it cannot be read; empty: it can
};

// A crash that waits for its moment.
struct Trap {
  CrashPoint at = CrashPoint::kNow;
  Lose lose = Lose::kUnsynced;
  Instant deadline;
  std::uint64_t nth = 0;  // as commanded
};

// Of many things that are digested one by one as they come: order does not matter, and what goes
// is taken off again.
struct DigestSum {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  bool operator==(const DigestSum&) const = default;
};

// What makes the digest of a log cost as much as has changed since the last one.
class LogDigest {
 public:
  // The entries from `first` on are no longer what they were.
  void truncate_from(raft::Index first);
  void clear();
  // Of the entries [first, last].
  DigestSum sum(const LogView& log, raft::Index first, raft::Index last);

 private:
  raft::Index base_;           // of the first entry it knows
  Chunked<DigestSum> sums_;    // of the entries from base_ up to base_ + i
  raft::EntryPtr last_known_;  // the last of them: a log that was replaced unnoticed shows
};

// All of a node that copies as it stands.
struct NodeData {
  NodeId id;
  storage::SimDisk disk;               // outlives the process on it
  std::string file;                    // the database if it is a plain file; then `disk` is unused
  std::optional<DiskContent> content;  // while down
  bool paused = false;
  std::string halted;       // why; empty: it is not
  std::uint64_t boots = 0;  // times it started
  std::uint64_t crashes = 0;
  Ratio clock{1, 1};
  // It ticks at tick_base + k / clock, k = 1, 2, …
  Instant tick_base;
  std::uint64_t tick_count = 0;
  std::uint64_t tick_stamp = 0;
  std::uint64_t sync_stamp = 0;
  std::list<PendingSync> syncs;  // oldest first
  Instant last_sync_due;
  raft::Index durable;           // entries up to here are on the disk
  std::vector<Waiting> waiting;  // paused: what arrived meanwhile, in order
  struct ReplyTo {
    Endpoint client;
    std::uint64_t request = 0;
    std::uint64_t attempt = 0;
  };
  std::map<kv::Ticket, ReplyTo> tickets;
  kv::Ticket next_ticket = 1;
  // Tries of requests that were refused here: (request, attempt). The network's knowledge, as that
  // of a connection, so it outlives the process.
  std::set<std::pair<std::uint64_t, std::uint64_t>> refused;
  Instant role_since;
  raft::Role last_role = raft::Role::kFollower;
  std::map<NodeId, Instant> last_answers;  // replies, while leading
  std::uint64_t last_fact = 0;             // newest fact of the core in this event
  // What led to each round whose messages wait for the disk, oldest first.
  std::map<std::uint64_t, std::uint64_t> round_causes;
  std::optional<Trap> trap;
  raft::MistakeSet mistakes;
  std::uint16_t hears = 0;  // NodeView::hears; links change with commands alone
  mutable LogDigest log_digest;
};

struct NodeSlot : NodeData, LogView {
  std::optional<kv::Server> server;  // while up or paused; works on `disk`
  std::unique_ptr<NodeObserver> observer;

  raft::EntryPtr entry(raft::Index index) const override;
};

// "full-at 4096", "write-error after=2": as in the commands.
std::vector<std::string> disk_fault_texts(const storage::SimDisk& disk);

struct OpenRequest {
  std::uint64_t request = 0;
  std::uint64_t sequence = 0;
  std::uint64_t attempt = 0;
  std::uint64_t timeouts = 0;
  NodeId target;
  bool backing_off = false;  // the timer ends a wait of one tick, not a time-out
};

struct Client {
  std::uint64_t id = 0;
  std::uint64_t last_sequence = 0;
  NodeId turn{1};
  NodeId known_leader;
  // The node that let a try time out. Until `silent_until` it is not asked, and hints to it are
  // ignored; for ever would leave a client without an answer once that node leads.
  NodeId silent;
  Instant silent_until;
  std::optional<OpenRequest> open;
  std::uint64_t timer_stamp = 0;
  // Of workload clients.
  std::optional<raft::Rng> rng;                            // set while it works
  std::uint64_t shifts = 0;                                // times it was set to work
  std::uint64_t values = 0;                                // written so far: each value is new
  std::map<std::string, std::optional<std::string>> seen;  // what it last read or wrote, for cas
};

// All of a cluster that copies as it stands.
struct ClusterData {
  ClusterConfig config;
  Instant now;
  std::uint64_t events = 0;
  std::uint64_t next_order = 1;
  std::set<QueueItem> queue;
  std::map<std::pair<Endpoint, Endpoint>, Link> links;
  LinkQuality base_quality;  // of links that nobody has touched
  std::string preset = "lan";
  std::vector<std::vector<NodeId>> partition;
  std::map<std::uint64_t, InFlight> messages;
  std::uint64_t sent_messages = 0;
  raft::Rng network_rng;
  std::map<std::pair<NodeId, NodeId>, std::uint64_t> snapshots_begun;  // from, to
  std::map<std::uint64_t, Client> clients;
  // Highest sequence number of each client in the databases that the cluster booted from: a new
  // client of that number goes on behind it, or its requests would pass as repeated ones.
  std::map<std::uint64_t, std::uint64_t> stored_sequences;
  WorkloadOptions workload;
  raft::MistakeSet mistakes;  // of nodes to come
  Requests requests;
  DigestSum finished;  // of the requests that have an outcome
  std::uint64_t next_fact = 1;
  std::uint64_t cause = 0;  // of what happens at this moment
};

struct Cluster::State : ClusterData {
  std::vector<std::unique_ptr<NodeSlot>> nodes;  // ascending; a change of members may leave gaps
  FactSink* sink = nullptr;                      // not owned
  // What nodes_view() made last, and of which nodes it may be old: whoever takes hold of a node to
  // write to it touches it. Bit i - 1 for n(i).
  static constexpr std::uint16_t kAllNodes = UINT16_MAX;
  std::uint16_t touched = 0;  // in this event
  mutable std::uint16_t outdated = kAllNodes;
  mutable ClusterView nodes_view;

  std::unique_ptr<State> clone() const;

  // --- Queue
  void push(Instant at, Phase phase, std::uint64_t subject, std::uint64_t stamp);
  bool is_void(const QueueItem& item) const;
  void drop_void_items();
  void handle(const QueueItem& item);

  // --- Facts
  // Counts the fact, and tells it if anybody listens. Returns its id.
  std::uint64_t tell(Fact fact);
  std::uint64_t tell_node(FactKind kind, const NodeSlot& node, std::string text = {});
  std::uint64_t tell_message(FactKind kind, const InFlight& message, std::string text = {});
  // Entries of the node's log, if anybody listens.
  std::vector<raft::EntryPtr> entries_of(const NodeSlot& node, raft::Index first,
                                         raft::Index last) const;
  void tell_core(NodeId node, const raft::Event& event);

  // --- Nodes
  // REQUIRES of node(): has_node(id).
  NodeSlot& node(NodeId id) {
    touched = static_cast<std::uint16_t>(touched | 1u << (id.value - 1));
    return *nodes[place(id)];
  }
  const NodeSlot& node(NodeId id) const { return *nodes[place(id)]; }
  bool has_node(NodeId id) const {
    const std::size_t at = place(id);
    return at < nodes.size() && nodes[at]->id == id;
  }
  std::size_t place(NodeId id) const;
  // A new one, with an empty disk, in its place. REQUIRES: !has_node(id).
  NodeSlot& add_node(NodeId id);
  // Its first start; what it writes is durable at once.
  Status boot(NodeSlot& node);
  raft::ConfState boot_configuration() const;
  raft::Config core_config(const NodeSlot& node) const;
  kv::Server::Options server_options(const NodeSlot& node) const;
  Status start(NodeSlot& node, bool fresh);
  // Of a node that has just booted: everybody whom its configuration names exists.
  Status check_members(const NodeSlot& node) const;
  Result<std::unique_ptr<storage::NodeStore>> open_store(NodeSlot& node);
  void learn_sequences(const kv::Server& server);
  static Error on_plain_file(const NodeSlot& node);
  void start_ticking(NodeSlot& node);
  void schedule_tick(NodeSlot& node);
  void tick(NodeSlot& node);
  void drain(NodeSlot& node);
  void maintain(NodeSlot& node);
  // Puts a chunk that has arrived on the disk. False: the node does not go on.
  bool stage_chunk(NodeSlot& node);
  void work_off(NodeSlot& node);
  void flush(NodeSlot& node);
  void schedule_syncs(NodeSlot& node, std::uint64_t epochs_before, PendingSync write);
  void sync_done(NodeSlot& node);
  void log_durable(NodeSlot& node, const PendingSync& write);
  void halt(NodeSlot& node, const std::string& reason);
  void stop(NodeSlot& node);
  void crash(NodeSlot& node, Lose lose);
  void look_at_disk(NodeSlot& node);
  Status arm_trap(NodeSlot& node, const Crash& command);
  // Springs the node's trap if it waits for this moment. True: the node has crashed.
  bool spring(NodeSlot& node, CrashPoint moment);
  // After a call of the disk failed: the power went off, or the node halts.
  void disk_failed(NodeSlot& node, const std::string& reason);
  Status set_disk_fault(NodeSlot& node, const DiskFault& command);
  bool runs(const NodeSlot& node) const {
    return node.server && node.halted.empty() && !node.paused;
  }

  // --- Network
  Link& link(Endpoint from, Endpoint to);
  Link link_or_default(Endpoint from, Endpoint to) const;
  void send(InFlight message);
  void send_all(const NodeSlot& from, std::vector<raft::Message> messages);
  void send_synced(NodeSlot& from);
  void send_raft(const NodeSlot& from, raft::Message message, std::uint64_t caused_by);
  // Chunks of snapshots and answers to them; what the server says of snapshots becomes facts.
  void send_snapshots(NodeSlot& from);
  void arrive(std::uint64_t id);
  void hand_over(InFlight message);
  void lose(const InFlight& message, std::string why);
  void release_held(Endpoint from, Endpoint to);
  void measure_links();

  // --- Clients
  // REQUIRES of both: there is such a request.
  const RequestView& request(std::uint64_t id) const { return requests[id - 1]; }
  RequestView& edit_request(std::uint64_t id) { return requests.edit(id - 1); }
  Result<std::uint64_t> call(const Request& request);
  // Errors: a lease read where nobody keeps a lease.
  Status check_read_mode(ReadMode mode) const;
  void ask(Client& client);
  void client_timer(Client& client);
  void start_client_timer(Client& client, Duration wait);
  void serve(NodeSlot& node, const InFlight& message);
  void send_answers(NodeSlot& node);
  void reply_arrived(Client& client, const InFlight& message);
  void finish(Client& client, Outcome outcome, std::string reason);
  void advance_turn(Client& client);
  void count_finished(const RequestView& record);

  // --- Workload (cluster_workload.cc)
  Status set_workload(const Workload& command);
  void think(Client& client);
  void work(Client& client);
  void learn(Client& client, const RequestView& record);

  // --- Commands
  Status carry_out(const Command& command);
};

}  // namespace sim
