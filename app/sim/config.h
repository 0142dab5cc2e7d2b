// How a cluster is set up: the header lines of a scenario, and `set`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/sim/time.h"
#include "raft/config.h"
#include "raft/result.h"
#include "raft/types.h"

namespace sim {

inline constexpr std::uint64_t kModelVersion = 5;  // raised whenever digests change
inline constexpr std::uint64_t kMaxNodes = 9;

// Options of one node; each has a key of the scenario language.
struct NodeOptions {
  std::uint64_t election_tick = 10;
  std::uint64_t heartbeat_tick = 1;
  bool pre_vote = false;
  bool check_quorum = false;
  std::uint64_t max_size_per_message = 1048576;  // bytes; 0: one entry a message
  std::uint64_t max_inflight = 256;
  std::uint64_t max_inflight_bytes = 0;    // 0: no limit
  std::uint64_t max_uncommitted_size = 0;  // bytes; 0: no limit
  std::uint64_t max_committed_size = 1048576;
  bool fast_backtracking = true;
  raft::ReadMode read_mode = raft::ReadMode::kSafe;  // of reads that do not say how
  bool proposal_forwarding = true;
  bool step_down_on_removal = true;
  bool conf_change_validation = true;
  std::uint64_t log_gc_count = 0;  // applied entries a leader lets lie; 0: no limit
  std::uint64_t log_gc_bytes = 0;  // and their bytes
  std::uint64_t session_limit = 1000;
  std::uint64_t snapshot_chunk = 65536;  // bytes
  std::uint64_t snapshot_window = 4;     // chunks without an answer, per transfer
  std::uint64_t snapshot_streams = 2;    // transfers at a time; 0: no limit
  std::uint64_t snapshot_rate = 0;       // bytes a tick; 0: no limit
  Duration sync_latency{100};
  bool aligned_ticks = false;  // tick-phase aligned
  bool power_safe_overwrite = false;
  bool operator==(const NodeOptions&) const = default;
};

struct ClusterConfig {
  std::uint64_t seed = 1;
  std::uint64_t nodes = 5;  // 1 to kMaxNodes
  Duration client_timeout{20000};
  // options[i] is of n(i+1), those behind `nodes` of nodes that a change of members creates.
  std::vector<NodeOptions> options{kMaxNodes};
  // Where the nodes' databases lie as plain files, n1.sqlite and so on; empty: on simulated disks.
  // What is there already is gone on with. Not part of a recording, and no fault can strike there.
  std::string disk_directory;
  bool operator==(const ClusterConfig&) const = default;
};

// Sets `key` for node `node` (0: all; needed for cluster-wide keys). Errors name the key, the value
// and what would be right. `last_node`: the highest there is by now, if changes of members have
// created some; 0: config.nodes.
Status set_option(ClusterConfig& config, raft::NodeId node, std::string_view key,
                  std::string_view value, std::uint64_t last_node = 0);

// Every key with its present value as text, for node `node`, in the order of the documentation.
struct OptionValue {
  std::string key;
  std::string value;
};
std::vector<OptionValue> option_values(const ClusterConfig& config, raft::NodeId node);

}  // namespace sim
