// The cluster as one looks at it: what `--state`, the window, predicates and checkers read. A plain
// value, except that `log` points into the cluster: it is valid until the cluster's next event.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/sim/chunked.h"
#include "app/sim/command.h"
#include "app/sim/config.h"
#include "app/sim/fact.h"
#include "app/sim/time.h"
#include "kv/snapshot_sender.h"
#include "kv/store.h"
#include "raft/raw_node.h"

namespace sim {

enum class NodeState : std::uint8_t { kUp, kDown, kPaused, kHalted };
// "up", "down", …
std::string_view node_state_name(NodeState state);

enum class RoleName : std::uint8_t {
  kNone,
  kFollower,
  kPreCandidate,
  kCandidate,
  kLeader,
  kLearner
};
std::string_view role_name(RoleName role);

// The entries a node holds, [first, last]. Down: what its disk durably holds.
class LogView {
 public:
  virtual ~LogView() = default;
  virtual raft::EntryPtr entry(raft::Index index) const = 0;  // REQUIRES: first <= index <= last
};

inline constexpr Duration kHealthyDelay = ticks(2);

struct ProgressView {
  NodeId node;
  raft::Progress progress;
  std::optional<Instant> last_answer;  // when its last reply arrived
  bool operator==(const ProgressView&) const = default;
};

struct NodeView {
  NodeId id;
  NodeState state = NodeState::kUp;
  std::string reason;  // why halted; empty otherwise
  RoleName role = RoleName::kFollower;
  raft::Term term;
  NodeId vote;
  NodeId leader;
  raft::Index commit, applied, durable;
  // Of its log; first is last + 1 where it is empty, or where the disk cannot be read.
  raft::Index first{1};
  raft::Index last;
  raft::Index snapshot_index;
  raft::Term snapshot_term;
  std::optional<raft::Timer> timer;  // nullopt: down
  raft::VoteTally votes;             // candidates only
  NodeId transferee;
  Ratio clock{1, 1};
  const LogView* log = nullptr;
  const kv::Rows* rows = nullptr;  // never null
  std::uint64_t sessions = 0;
  std::vector<ProgressView> progress;         // a leader's, without itself, ascending
  std::vector<kv::TransferStatus> transfers;  // of snapshots, under way from here, by receiver
  bool making_snapshot = false;
  std::uint64_t staged_chunks = 0;  // of a snapshot that it is receiving, on its disk
  std::uint64_t staged_of = 0;      // how many there will be; 0: it is receiving none
  raft::ConfState config;
  Instant role_since;
  // Disk.
  std::uint64_t disk_bytes = 0;          // used
  std::uint64_t pending_epochs = 0;      // closed, not yet durable
  std::uint64_t transactions = 0;        // since the node started
  std::vector<std::string> disk_faults;  // as in the commands: "full", "write-error after=2"
  // Nodes whose messages reach it, bit i - 1 for n(i): over a whole link without loss, not held,
  // with a delay of at most kHealthyDelay.
  std::uint16_t hears = 0;
  raft::MistakeSet mistakes;  // wrong rules that are switched on
  bool trap = false;          // a crash waits for its moment
  bool trap_expired = false;  // it has waited too long: it was not sprung
  NodeOptions options;
  bool operator==(const NodeView&) const = default;  // of log and rows: where they are
};

enum class Fate : std::uint8_t { kArrives, kLostOnWay, kLostAtCut };

// A message in flight or held.
struct MessageView {
  std::uint64_t id = 0;
  std::string_view type;  // scenario name
  Endpoint from, to;
  raft::Term term;  // 0 for client traffic
  Instant sent;
  std::optional<Instant> due;  // nullopt: held
  bool duplicate = false;      // a copy that the network made
  Fate fate = Fate::kArrives;  // decided at the send; shown so that a loss is seen
  std::uint64_t bytes = 0;
  std::uint64_t cause = 0;                 // fact
  const raft::Message* message = nullptr;  // between nodes only
  std::string text;                        // client traffic: "put x=1", "ok"
  bool refusal = false;                    // a reply that says no
  std::uint64_t chunk = 0;                 // it is or answers this chunk of a snapshot; 0: neither
  std::uint64_t chunks = 0;                // of so many; 0: an answer does not say
};

enum class Outcome : std::uint8_t { kPending, kOk, kRefused, kDropped, kUnknown };
std::string_view outcome_name(Outcome outcome);

struct RequestView {
  std::uint64_t id = 0;
  std::uint64_t client = 0;
  Request request;
  Outcome outcome = Outcome::kPending;
  std::string reason;       // "not-leader", …; empty: none
  bool has_output = false;  // then `output` holds it; nullopt inside: absent (JSON null)
  std::vector<std::pair<std::string, std::string>> rows;  // of scan: what it found, by key
  std::optional<std::string> output;  // of get, append; cas and delete: "true" or "false"
  NodeId asked;                       // whom its client sent it to last; 0: nobody yet
  Instant called;
  std::optional<Instant> returned;
  std::uint64_t call_event = 0;
  std::uint64_t return_event = 0;
};

// All of a run, r1 first; copies share their parts.
using Requests = Chunked<RequestView>;

struct LinkView {
  Endpoint from, to;
  bool cut = false;
  bool held = false;
  LinkQuality quality;
};

struct ClusterView {
  Position position;
  ClusterConfig config;
  std::string network_preset;         // "" once a link was changed by hand
  std::vector<NodeView> nodes;        // ascending
  std::vector<MessageView> messages;  // in flight and held, by id
  std::vector<LinkView> links;        // between nodes, both directions, by (from, to)
  std::vector<std::vector<NodeId>>
      partition;  // groups of the last `partition` still in force; else empty
  struct SnapshotsBegun {
    NodeId from, to;
    std::uint64_t count = 0;
  };
  std::vector<SnapshotsBegun> snapshots;  // transfers begun since the start; only those above 0
  Requests requests;                      // r1, r2, …
  std::uint64_t workload_clients = 0;     // that are at work
  NodeId leader;                          // of the highest term among up or paused nodes; 0: none
  raft::Term term;                        // highest among nodes
  raft::Index commit;                     // highest among up nodes
  const NodeView* node(NodeId id) const;  // null if there is none
  // The configuration that counts: of the leader of the highest term, else of the node with the
  // highest applied index (lowest id first). Null: there is no node.
  const raft::ConfState* members() const;
};

}  // namespace sim
