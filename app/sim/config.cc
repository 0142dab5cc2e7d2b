#include "app/sim/config.h"

#include <algorithm>
#include <array>
#include <optional>

namespace sim {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (text.empty() || text.size() > 18) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

// "0.35" -> 350. At most three decimals.
std::optional<Duration> parse_duration(std::string_view text) {
  const std::size_t dot = text.find('.');
  const auto whole = parse_number(text.substr(0, dot));
  if (!whole || *whole > 1'000'000'000) return std::nullopt;
  if (dot == std::string_view::npos) return ticks(*whole);
  std::string decimals(text.substr(dot + 1));
  if (decimals.size() > 3) return std::nullopt;
  const auto fraction = parse_number(decimals);
  if (!fraction) return std::nullopt;
  decimals.append(3 - decimals.size(), '0');
  return Duration{*whole * 1000 + *parse_number(decimals)};
}

// One option: how its value is read into a node's options, and printed.
struct Option {
  std::string_view key;
  std::string_view expects;
  bool (*set)(NodeOptions&, std::string_view);
  std::string (*print)(const NodeOptions&);
};

template <std::uint64_t NodeOptions::*Field, std::uint64_t Low, std::uint64_t High>
bool set_number(NodeOptions& options, std::string_view text) {
  const auto value = parse_number(text);
  if (!value || *value < Low || *value > High) return false;
  options.*Field = *value;
  return true;
}

template <std::uint64_t NodeOptions::*Field>
std::string print_number(const NodeOptions& options) {
  return std::to_string(options.*Field);
}

template <bool NodeOptions::*Field>
bool set_switch(NodeOptions& options, std::string_view text) {
  if (text != "on" && text != "off") return false;
  options.*Field = text == "on";
  return true;
}

template <bool NodeOptions::*Field>
std::string print_switch(const NodeOptions& options) {
  return options.*Field ? "on" : "off";
}

bool set_sync_latency(NodeOptions& options, std::string_view text) {
  const auto value = parse_duration(text);
  if (value) options.sync_latency = *value;
  return value.has_value();
}

bool set_tick_phase(NodeOptions& options, std::string_view text) {
  if (text != "random" && text != "aligned") return false;
  options.aligned_ticks = text == "aligned";
  return true;
}

bool set_read_mode(NodeOptions& options, std::string_view text) {
  if (text != "safe" && text != "lease") return false;
  options.read_mode = text == "lease" ? raft::ReadMode::kLease : raft::ReadMode::kSafe;
  return true;
}

using O = NodeOptions;
constexpr std::uint64_t kMany = 1'000'000'000;
constexpr std::array kOptions = {
    Option{"election-tick", "a number of ticks from 2 to 1000000000, above heartbeat-tick",
           set_number<&O::election_tick, 2, kMany>, print_number<&O::election_tick>},
    Option{"heartbeat-tick", "a number of ticks from 1, below election-tick",
           set_number<&O::heartbeat_tick, 1, kMany>, print_number<&O::heartbeat_tick>},
    Option{"pre-vote", "on or off", set_switch<&O::pre_vote>, print_switch<&O::pre_vote>},
    Option{"check-quorum", "on or off", set_switch<&O::check_quorum>,
           print_switch<&O::check_quorum>},
    Option{"max-size-per-msg", "a number of bytes", set_number<&O::max_size_per_message, 0, kMany>,
           print_number<&O::max_size_per_message>},
    Option{"max-inflight", "a number of messages, at least 1",
           set_number<&O::max_inflight, 1, kMany>, print_number<&O::max_inflight>},
    Option{"max-inflight-bytes", "a number of bytes, 0 for no limit",
           set_number<&O::max_inflight_bytes, 0, kMany>, print_number<&O::max_inflight_bytes>},
    Option{"max-uncommitted-size", "a number of bytes, 0 for no limit",
           set_number<&O::max_uncommitted_size, 0, kMany>, print_number<&O::max_uncommitted_size>},
    Option{"max-committed-size", "a number of bytes", set_number<&O::max_committed_size, 0, kMany>,
           print_number<&O::max_committed_size>},
    Option{"fast-backtracking", "on or off", set_switch<&O::fast_backtracking>,
           print_switch<&O::fast_backtracking>},
    Option{"read-mode", "safe or lease", set_read_mode,
           [](const O& o) {
             return std::string(o.read_mode == raft::ReadMode::kLease ? "lease" : "safe");
           }},
    Option{"proposal-forwarding", "on or off", set_switch<&O::proposal_forwarding>,
           print_switch<&O::proposal_forwarding>},
    Option{"step-down-on-removal", "on or off", set_switch<&O::step_down_on_removal>,
           print_switch<&O::step_down_on_removal>},
    Option{"conf-change-validation", "on or off", set_switch<&O::conf_change_validation>,
           print_switch<&O::conf_change_validation>},
    Option{"log-gc-count", "a number of entries, 0 for none",
           set_number<&O::log_gc_count, 0, kMany>, print_number<&O::log_gc_count>},
    Option{"log-gc-bytes", "a number of bytes, 0 for none", set_number<&O::log_gc_bytes, 0, kMany>,
           print_number<&O::log_gc_bytes>},
    Option{"session-limit", "a number of sessions, 0 for no limit",
           set_number<&O::session_limit, 0, kMany>, print_number<&O::session_limit>},
    Option{"snapshot-chunk", "a number of bytes, at least 1",
           set_number<&O::snapshot_chunk, 1, kMany>, print_number<&O::snapshot_chunk>},
    Option{"snapshot-window", "a number of chunks, at least 1",
           set_number<&O::snapshot_window, 1, kMany>, print_number<&O::snapshot_window>},
    Option{"snapshot-streams", "a number of transfers, 0 for no limit",
           set_number<&O::snapshot_streams, 0, kMany>, print_number<&O::snapshot_streams>},
    Option{"snapshot-rate", "a number of bytes a tick, 0 for no limit",
           set_number<&O::snapshot_rate, 0, kMany>, print_number<&O::snapshot_rate>},
    Option{"sync-latency", "a number of ticks with at most three decimals", set_sync_latency,
           [](const O& o) { return short_text(o.sync_latency); }},
    Option{"tick-phase", "random or aligned", set_tick_phase,
           [](const O& o) { return std::string(o.aligned_ticks ? "aligned" : "random"); }},
    Option{"power-safe-overwrite", "on or off", set_switch<&O::power_safe_overwrite>,
           print_switch<&O::power_safe_overwrite>},
};

Error bad_value(std::string_view key, std::string_view value, std::string_view expects) {
  return {Code::kInvalidArgument, "the value '" + std::string(value) + "' does not fit " +
                                      std::string(key) + ": expected " + std::string(expects)};
}

}  // namespace

Status set_option(ClusterConfig& config, raft::NodeId node, std::string_view key,
                  std::string_view value, std::uint64_t last_node) {
  if (node.value > std::max(config.nodes, last_node)) {
    return Error{Code::kNotFound, "there is no node n" + std::to_string(node.value)};
  }
  if (key == "client-timeout") {
    const auto timeout = parse_duration(value);
    if (!timeout || timeout->millis == 0) {
      return bad_value(key, value, "a number of ticks above 0 with at most three decimals");
    }
    if (node != raft::kNoNode) {
      return Error{Code::kInvalidArgument, "client-timeout holds for all, not for one node"};
    }
    config.client_timeout = *timeout;
    return ok();
  }
  const auto option =
      std::find_if(kOptions.begin(), kOptions.end(), [&](const Option& o) { return o.key == key; });
  if (option == kOptions.end()) {
    std::string known = "client-timeout";
    for (const Option& o : kOptions) known += ", " + std::string(o.key);
    return Error{Code::kInvalidArgument,
                 "there is no option '" + std::string(key) + "'; the options are " + known};
  }
  config.options.resize(kMaxNodes);
  ClusterConfig changed = config;
  for (std::uint64_t i = 0; i < kMaxNodes; ++i) {
    if (node != raft::kNoNode && node.value != i + 1) continue;
    NodeOptions& options = changed.options[i];
    if (!option->set(options, value)) return bad_value(key, value, option->expects);
    if (options.election_tick <= options.heartbeat_tick) {
      return bad_value(key, value, "election-tick above heartbeat-tick");
    }
    if (options.read_mode == raft::ReadMode::kLease && !options.check_quorum) {
      return bad_value(key, value, "check-quorum on while read-mode is lease (set it first)");
    }
    if (options.max_inflight_bytes > 0 &&
        options.max_inflight_bytes < options.max_size_per_message) {
      return bad_value(key, value, "max-inflight-bytes 0, or not below max-size-per-msg");
    }
  }
  config = std::move(changed);
  return ok();
}

std::vector<OptionValue> option_values(const ClusterConfig& config, raft::NodeId node) {
  std::vector<OptionValue> out;
  const std::uint64_t at = node.value == 0 ? 0 : node.value - 1;
  const NodeOptions options = at < config.options.size() ? config.options[at] : NodeOptions{};
  for (const Option& option : kOptions)
    out.push_back({std::string(option.key), option.print(options)});
  if (node == raft::kNoNode) {
    out.push_back({"client-timeout", short_text(config.client_timeout)});
  }
  return out;
}

}  // namespace sim
