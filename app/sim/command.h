// What can be done to the cluster: the only way in, whoever acts (button, key, lesson, scenario,
// test). A command happens at once, at the current instant, and is recorded as a line of the
// scenario language (app/scenario prints and parses it).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/sim/network.h"
#include "app/sim/time.h"
#include "raft/conf_change.h"
#include "raft/message.h"
#include "raft/mistakes.h"
#include "raft/types.h"

namespace sim {

using raft::NodeId;

// A node n1..n9 or a client c1..; 0 in both: any node (`*`).
struct Endpoint {
  NodeId node;
  std::uint64_t client = 0;
  auto operator<=>(const Endpoint&) const = default;
};

// Which message: by id, or the nth (from 1, by id) of a type and direction among those in flight or
// held.
struct MessageSelector {
  std::uint64_t id = 0;  // 0: by the fields below
  std::string type;      // scenario name: "append", "request", …
  Endpoint from;
  Endpoint to;
  std::uint64_t nth = 1;
  bool operator==(const MessageSelector&) const = default;
};

// kReadIndex asks a node for the index from which on a read there would be right; no key.
enum class Operation : std::uint8_t { kPut, kGet, kDelete, kCas, kAppend, kScan, kReadIndex };
// How a read is answered; kDefault: by a read index, as `set read-mode` says.
enum class ReadMode : std::uint8_t { kDefault, kIndex, kLog, kLease, kLocal };

constexpr bool is_read(Operation operation) {
  return operation == Operation::kGet || operation == Operation::kScan;
}

// put, get, delete, cas, append, scan: one request of one client.
struct Request {
  Operation operation = Operation::kPut;
  std::string key;
  std::string value;                   // put, cas (new), append; scan: last key, included
  std::optional<std::string> expect;   // cas: value expected, nullopt: absent
  ReadMode read = ReadMode::kDefault;  // get, scan
  NodeId via;                          // 0: the client chooses; else sent there once, no retry
  std::uint64_t client = 0;            // 0: the lowest client without an open request
  std::optional<std::uint64_t> term;   // header that the server checks
  std::optional<std::uint64_t> conf_version;
  std::optional<NodeId> store;
  bool operator==(const Request&) const = default;
};

// "+6", "-1", "~5": as a log shows a change of members.
std::string change_text(const raft::ConfChangeSingle& change);
// "put x=1", as a person would say it; without options.
std::string describe(const Request& request);

enum class Lose : std::uint8_t { kUnsynced, kNothing, kDisk };

// When a crash happens: at once, or as a trap that waits for a moment (at most kTrapPatience).
enum class CrashPoint : std::uint8_t {
  kNow,
  kBeforeSync,     // the next log transaction is written, none of its epochs durable
  kAfterSync,      // its last epoch is durable, nothing that waited for it has left
  kMidApply,       // an apply transaction is written, not durable
  kSnapshotChunk,  // the nth chunk of a snapshot that it receives is staged, not durable
  kIo,             // right before the nth mutating call of the disk from now
};
inline constexpr Duration kTrapPatience = ticks(50);

enum class DiskFaultKind : std::uint8_t {
  kFull,
  kFullAt,
  kWriteError,
  kSyncError,
  kReadError,
  kMisdirect,
  kLie,
  kRotLog,
  kRotVote,
  kRotKv,
  kOk,
};

// What a workload client does: think, ask, wait for the outcome, think again.
struct WorkloadOptions {
  Ratio reads{1, 2};  // how many of its requests are gets or scans
  std::uint64_t keys = 8;
  DelayRange think{{10000}, {50000}};
  std::vector<Operation> operations{Operation::kPut, Operation::kGet, Operation::kCas,
                                    Operation::kAppend};
  ReadMode read = ReadMode::kDefault;
  bool operator==(const WorkloadOptions&) const = default;
};

// clang-format off
struct Campaign    { NodeId node; bool operator==(const Campaign&) const = default; };
// The leader of the highest term hands leadership to the node.
struct Transfer    { NodeId node; bool operator==(const Transfer&) const = default; };
struct ForgetLeader { NodeId node; bool operator==(const ForgetLeader&) const = default; };
// Proposed at the leader of the highest term. A node that it adds and that is not there is created:
// with an empty log and the boot configuration. `first_version`: one change, without a transition.
struct Change      { raft::ConfChange change; bool first_version = false; bool operator==(const Change&) const = default; };
// Proposes CompactLog at its leader; `to` 0: all that is applied but the last entry.
struct Compact     { NodeId node; std::uint64_t to = 0; bool operator==(const Compact&) const = default; };
struct Crash       { NodeId node; Lose lose = Lose::kUnsynced; CrashPoint at = CrashPoint::kNow; std::uint64_t nth = 0; bool operator==(const Crash&) const = default; };
struct Restart     { NodeId node; bool operator==(const Restart&) const = default; };
struct Pause       { NodeId node; bool operator==(const Pause&) const = default; };
struct Resume      { NodeId node; bool operator==(const Resume&) const = default; };
struct SetClock    { NodeId node; Ratio rate{1, 1}; bool operator==(const SetClock&) const = default; };
struct SetTimer    { NodeId node; std::uint64_t ticks = 0; bool operator==(const SetTimer&) const = default; };
struct Partition   { std::vector<std::vector<NodeId>> groups; bool operator==(const Partition&) const = default; };
struct LinksOnly   { std::vector<std::pair<NodeId, NodeId>> links; bool operator==(const LinksOnly&) const = default; };
struct Cut         { Endpoint from; Endpoint to; bool both = false; bool operator==(const Cut&) const = default; };
struct Mend        { Endpoint from; Endpoint to; bool both = false; bool operator==(const Mend&) const = default; };
struct Heal        { bool operator==(const Heal&) const = default; };
struct SetNetwork  { std::string preset; bool operator==(const SetNetwork&) const = default; };
struct SetLink     { Endpoint from; Endpoint to; std::optional<DelayRange> delay; std::optional<Ratio> loss; std::optional<Ratio> duplicate; bool operator==(const SetLink&) const = default; };
struct Hold        { Endpoint from; Endpoint to; bool operator==(const Hold&) const = default; };
struct Release     { Endpoint from; Endpoint to; bool operator==(const Release&) const = default; };
struct Deliver     { MessageSelector message; bool operator==(const Deliver&) const = default; };
struct Drop        { MessageSelector message; bool operator==(const Drop&) const = default; };
struct Duplicate   { MessageSelector message; bool operator==(const Duplicate&) const = default; };
struct DelayBy     { MessageSelector message; Duration by; bool operator==(const DelayBy&) const = default; };
// `after`: so many calls still succeed (kWriteError, kSyncError, kMisdirect); `bytes`: kFullAt;
// `index`: kRotLog; `key`: kRotKv.
struct DiskFault   { NodeId node; DiskFaultKind kind = DiskFaultKind::kOk; std::uint64_t after = 0; bool always = false; std::uint64_t bytes = 0; std::uint64_t index = 0; std::string key{}; bool operator==(const DiskFault&) const = default; };
// `clients N`: clients c101 to c(100 + N) work; 0 ends it.
struct Workload    { std::uint64_t clients = 0; WorkloadOptions options{}; bool operator==(const Workload&) const = default; };
// `mistake NAME on|off [nX]`; node 0: all, those that are created later, too.
struct SetMistake  { raft::Mistake mistake = raft::Mistake::kVoteTwice; bool on = true; NodeId node; bool operator==(const SetMistake&) const = default; };
// `set KEY VALUE`; node 0: for all. Keys and values are checked by set_option (config.h).
struct SetOption   { NodeId node; std::string key; std::string value; bool operator==(const SetOption&) const = default; };
// clang-format on

using Command = std::variant<Request, Campaign, Transfer, ForgetLeader, Change, Compact, Crash,
                             Restart, Pause, Resume, SetClock, SetTimer, Partition, LinksOnly, Cut,
                             Mend, Heal, SetNetwork, SetLink, Hold, Release, Deliver, Drop,
                             Duplicate, DelayBy, DiskFault, Workload, SetMistake, SetOption>;

}  // namespace sim
