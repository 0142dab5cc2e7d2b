#include "app/interact/commands.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace interact {
namespace {

using Ids = std::vector<raft::NodeId>;

Error error(std::string text) { return Error{Code::kInvalidArgument, std::move(text)}; }

Result<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) {
    return error("'" + std::string(text) + "' is no number");
  }
  return value;
}

// What Go's strconv.ParseBool takes.
Result<bool> boolean(std::string_view text) {
  for (const std::string_view yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == yes) return true;
  }
  for (const std::string_view no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == no) return false;
  }
  return error("'" + std::string(text) + "' is neither true nor false");
}

Result<raft::NodeId> node_id(std::string_view text) {
  RAFT_TRY_ASSIGN(const std::uint64_t id, number(text));
  return raft::NodeId{id};
}

// The bare argument at `place`, from 0.
Result<std::string> bare(const Directive& directive, std::size_t place) {
  for (const Argument& argument : directive.arguments) {
    if (argument.values.empty() && place-- == 0) return argument.key;
  }
  return error(directive.command + " needs another argument");
}

const Argument* find_key(const Directive& directive, std::string_view key) {
  for (const Argument& argument : directive.arguments) {
    if (!argument.values.empty() && argument.key == key) return &argument;
  }
  return nullptr;
}

// The node in the first bare argument; it is there and up.
Result<raft::NodeId> first_node(const Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const std::string text, bare(directive, 0));
  RAFT_TRY_ASSIGN(const raft::NodeId id, node_id(text));
  RAFT_TRY(environment.find(id));
  return id;
}

// All bare arguments as nodes that are there and up.
Result<Ids> nodes(const Environment& environment, const Directive& directive) {
  Ids ids;
  for (const Argument& argument : directive.arguments) {
    if (!argument.values.empty()) continue;
    RAFT_TRY_ASSIGN(const raft::NodeId id, node_id(argument.key));
    RAFT_TRY(environment.find(id));
    ids.push_back(id);
  }
  return ids;
}

Result<Ids> id_list(const Argument& argument) {
  Ids ids;
  for (const std::string& value : argument.values) {
    RAFT_TRY_ASSIGN(const raft::NodeId id, node_id(value));
    ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

Status set_option(NodeOptions& options, const Argument& argument) {
  const std::string& value = argument.values.front();
  raft::Config& core = options.core;
  const auto set_number = [&](std::uint64_t& field) -> Status {
    RAFT_TRY_ASSIGN(field, number(value));
    return ok();
  };
  const auto set_switch = [&](bool& field) -> Status {
    RAFT_TRY_ASSIGN(field, boolean(value));
    return ok();
  };
  if (argument.key == "voters" || argument.key == "learners") {
    options.bootstrap = true;
    raft::ConfState& config = options.snapshot.config;
    RAFT_TRY_ASSIGN((argument.key == "voters" ? config.voters : config.learners),
                    id_list(argument));
    return ok();
  }
  if (argument.key == "index") {
    options.bootstrap = true;
    return set_number(options.snapshot.index.value);
  }
  if (argument.key == "content") {
    options.bootstrap = true;
    options.snapshot.data = value;
    return ok();
  }
  if (argument.key == "inflight") return set_number(core.max_inflight_messages);
  if (argument.key == "async-storage-writes") return set_switch(options.async_storage_writes);
  if (argument.key == "prevote") return set_switch(core.pre_vote);
  if (argument.key == "checkquorum") return set_switch(core.check_quorum);
  if (argument.key == "max-committed-size-per-ready") {
    return set_number(core.max_committed_size_per_ready);
  }
  if (argument.key == "disable-conf-change-validation") {
    RAFT_TRY_ASSIGN(const bool disabled, boolean(value));
    core.conf_change_validation = !disabled;
    return ok();
  }
  if (argument.key == "read-only") {
    if (value != "safe" && value != "lease-based") {
      return error("invalid read-only option '" + value + "'");
    }
    core.read_mode = value == "safe" ? raft::ReadMode::kSafe : raft::ReadMode::kLease;
    return ok();
  }
  if (argument.key == "step-down-on-removal") return set_switch(core.step_down_on_removal);
  if (argument.key == "max-size-per-msg") return set_number(core.max_size_per_message);
  if (argument.key == "max-inflight-bytes") return set_number(core.max_inflight_bytes);
  if (argument.key == "max-uncommitted-size") return set_number(core.max_uncommitted_size);
  if (argument.key == "disable-proposal-forwarding") {
    return set_switch(core.disable_proposal_forwarding);
  }
  return error("add-nodes knows no option '" + argument.key + "'");
}

Status add_nodes(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const std::string text, bare(directive, 0));
  RAFT_TRY_ASSIGN(const std::uint64_t count, number(text));
  NodeOptions options;
  options.core.election_tick = 3;
  options.core.heartbeat_tick = 1;
  options.core.max_inflight_messages = INT32_MAX;
  options.core.step_down_on_removal = false;
  for (const Argument& argument : directive.arguments) {
    if (!argument.values.empty()) RAFT_TRY(set_option(options, argument));
  }
  if (options.core.max_committed_size_per_ready == 0) {
    options.core.max_committed_size_per_ready = raft::kNoLimit;
  }
  return environment.add_nodes(count, options);
}

Status set_log_level(Environment& environment, const std::string& name) {
  const auto level = level_named(name);
  if (!level) {
    return error("log levels must be either of [DEBUG INFO WARN ERROR FATAL NONE]");
  }
  environment.set_level(*level);
  return ok();
}

Status log_level(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const std::string name, bare(directive, 0));
  return set_log_level(environment, name);
}

Status campaign(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const raft::NodeId id, first_node(environment, directive));
  // A node that may not campaign says so in its log; for etcd that is no error.
  (void)environment.core(id).campaign();
  return ok();
}

Status propose(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const raft::NodeId id, first_node(environment, directive));
  if (!environment.core(id).propose(directive.rest)) return error("raft proposal dropped");
  return ok();
}

Result<std::vector<raft::ConfChangeSingle>> parse_changes(std::string_view input) {
  std::vector<raft::ConfChangeSingle> changes;
  std::string token;
  const auto finish = [&]() -> Status {
    const std::string word = std::exchange(token, {});
    if (word.empty()) return ok();
    if (word.size() < 2) return error("unknown token " + word);
    raft::ConfChangeSingle single;
    switch (word.front()) {
      case 'v':
        single.type = raft::ConfChangeType::kAddNode;
        break;
      case 'l':
        single.type = raft::ConfChangeType::kAddLearner;
        break;
      case 'r':
        single.type = raft::ConfChangeType::kRemoveNode;
        break;
      case 'u':
        single.type = raft::ConfChangeType::kUpdateNode;
        break;
      default:
        return error("unknown input: " + word);
    }
    const auto id = number(std::string_view(word).substr(1));
    if (!id) {
      return error("strconv.ParseUint: parsing " + quoted(word.substr(1)) + ": invalid syntax");
    }
    single.node = {*id};
    changes.push_back(single);
    return ok();
  };
  for (const char c : input) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      RAFT_TRY(finish());
    } else {
      token += c;
    }
  }
  RAFT_TRY(finish());
  return changes;
}

Status propose_conf_change(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const raft::NodeId id, first_node(environment, directive));
  raft::ConfChange change;
  bool first_version = false;
  for (const Argument& argument : directive.arguments) {
    if (argument.values.empty()) continue;
    const std::string& value = argument.values.front();
    if (argument.key == "v1") {
      RAFT_TRY_ASSIGN(first_version, boolean(value));
    } else if (argument.key != "transition") {
      return error("unknown command " + argument.key);
    } else if (value == "auto") {
      change.transition = raft::ConfTransition::kAuto;
    } else if (value == "implicit") {
      change.transition = raft::ConfTransition::kImplicit;
    } else if (value == "explicit") {
      change.transition = raft::ConfTransition::kExplicit;
    } else {
      return error("unknown transition " + value);
    }
  }
  RAFT_TRY_ASSIGN(change.changes, parse_changes(directive.input));
  const Status status = environment.core(id).propose_conf_change(change, first_version);
  if (status) return ok();
  if (status.error().code == Code::kInvalidArgument) {
    return error("v1 conf change can only have one operation and no transition");
  }
  return error("raft proposal dropped");
}

// One id: the output as it is; several: each with a heading, indented.
template <class Function>
Status for_each_node(Environment& environment, const Directive& directive, std::string_view heading,
                     Function function) {
  RAFT_TRY_ASSIGN(const Ids ids, nodes(environment, directive));
  if (ids.empty()) return error(directive.command + " needs a node");
  for (const raft::NodeId id : ids) {
    if (ids.size() == 1) return function(id);
    environment.write_line("> " + std::to_string(id.value) + " " + std::string(heading));
    RAFT_TRY(environment.indented([&] { return function(id); }));
  }
  return ok();
}

Status process_ready(Environment& environment, const Directive& directive) {
  return for_each_node(environment, directive, "handling Ready",
                       [&](raft::NodeId id) { return environment.process_ready(id); });
}

Status process_append_thread(Environment& environment, const Directive& directive) {
  return for_each_node(environment, directive, "processing append thread",
                       [&](raft::NodeId id) -> Status {
                         environment.process_append(id);
                         return ok();
                       });
}

Status process_apply_thread(Environment& environment, const Directive& directive) {
  return for_each_node(environment, directive, "processing apply thread",
                       [&](raft::NodeId id) -> Status {
                         environment.process_apply(id);
                         return ok();
                       });
}

std::optional<raft::MessageType> type_named(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(raft::MessageType::kForgetLeader); ++i) {
    const auto type = static_cast<raft::MessageType>(i);
    if (raft::core_name(type) == name) return type;
  }
  return std::nullopt;
}

Status deliver_msgs(Environment& environment, const Directive& directive) {
  std::vector<Recipient> recipients;
  std::optional<raft::MessageType> type;
  std::optional<std::uint64_t> nth;
  for (const Argument& argument : directive.arguments) {
    if (argument.values.empty()) {
      RAFT_TRY_ASSIGN(const raft::NodeId id, node_id(argument.key));
      recipients.push_back({id, false});
    } else if (argument.key == "type") {
      type = type_named(argument.values.front());
      if (!type) return error("unknown message type " + argument.values.front());
    } else if (argument.key == "nth") {
      RAFT_TRY_ASSIGN(nth, number(argument.values.front()));
    } else if (argument.key == "drop") {
      for (const std::string& value : argument.values) {
        RAFT_TRY_ASSIGN(const raft::NodeId id, node_id(value));
        recipients.push_back({id, true});
      }
    } else {
      return error("deliver-msgs knows no option '" + argument.key + "'");
    }
  }
  for (const Recipient& a : recipients) {
    for (const Recipient& b : recipients) {
      if (a.id == b.id && a.drop != b.drop) {
        return error("can't both deliver and drop msgs to " + std::to_string(a.id.value));
      }
    }
  }
  if (nth) {
    if (recipients.size() != 1 || recipients.front().drop || type) {
      return error("nth= goes with one node, without type= and drop=");
    }
    const raft::NodeId id = recipients.front().id;
    const bool delivered = environment.find(id) && environment.deliver_nth(id, *nth);
    if (!delivered) environment.write_line("no messages");
    return ok();
  }
  if (environment.deliver(recipients, type) == 0) environment.write_line("no messages");
  return ok();
}

Status stabilize(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const Ids ids, nodes(environment, directive));
  const Level before = environment.level();
  if (const Argument* level = find_key(directive, "log-level")) {
    RAFT_TRY(set_log_level(environment, level->values.front()));
  }
  const Status status = environment.stabilize(ids);
  environment.set_level(before);
  return status;
}

Status tick(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const raft::NodeId id, first_node(environment, directive));
  const int ticks = directive.command == "tick-election" ? 3 : 1;
  for (int i = 0; i < ticks; ++i) environment.core(id).tick();
  return ok();
}

Status set_timeout(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const raft::NodeId id, first_node(environment, directive));
  const Argument* timeout = find_key(directive, "timeout");
  if (timeout == nullptr) return error("timeout= is missing");
  RAFT_TRY_ASSIGN(const std::uint64_t ticks, number(timeout->values.front()));
  if (ticks == 0) return error("the timeout must not be 0");
  environment.core(id).set_timer_limit(ticks);
  return ok();
}

Status raft_log(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const std::string text, bare(directive, 0));
  RAFT_TRY_ASSIGN(const raft::NodeId id, node_id(text));
  if (!environment.exists(id)) return environment.find(id);
  environment.print_log(id);
  return ok();
}

Status raft_state(Environment& environment, const Directive&) {
  environment.print_states();
  return ok();
}

Status status(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const raft::NodeId id, first_node(environment, directive));
  environment.print_status(id);
  return ok();
}

Status compact(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const raft::NodeId id, first_node(environment, directive));
  RAFT_TRY_ASSIGN(const std::string text, bare(directive, 1));
  RAFT_TRY_ASSIGN(const std::uint64_t index, number(text));
  return environment.compact(id, {index});
}

Result<raft::NodeId> second_id(const Directive& directive) {
  RAFT_TRY_ASSIGN(const std::string text, bare(directive, 1));
  return node_id(text);
}

Status send_snapshot(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const raft::NodeId from, first_node(environment, directive));
  RAFT_TRY_ASSIGN(const raft::NodeId to, second_id(directive));
  return environment.send_snapshot(from, to);
}

Status report_unreachable(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const raft::NodeId id, first_node(environment, directive));
  RAFT_TRY_ASSIGN(const raft::NodeId peer, second_id(directive));
  environment.core(id).report_unreachable(peer);
  return ok();
}

Status transfer_leadership(Environment& environment, const Directive& directive) {
  const Argument* from = find_key(directive, "from");
  const Argument* to = find_key(directive, "to");
  if (from == nullptr || to == nullptr) return error("from= and to= are needed");
  RAFT_TRY_ASSIGN(const raft::NodeId id, node_id(from->values.front()));
  RAFT_TRY_ASSIGN(const raft::NodeId target, node_id(to->values.front()));
  RAFT_TRY(environment.find(id));
  return environment.core(id).transfer_leader(target);
}

Status forget_leader(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const raft::NodeId id, first_node(environment, directive));
  // Refused with lease reads: the log says so; for etcd that is no error.
  (void)environment.core(id).forget_leader();
  return ok();
}

Status breakpoint(Environment&, const Directive&) { return ok(); }

Status read_index(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const raft::NodeId id, first_node(environment, directive));
  return environment.core(id).read_index(directive.rest);
}

Status dup_msgs(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const std::string text, bare(directive, 0));
  RAFT_TRY_ASSIGN(const raft::NodeId id, node_id(text));
  environment.duplicate(id);
  return ok();
}

Status step(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const raft::NodeId id, first_node(environment, directive));
  return environment.step_by_hand(id, directive.rest);
}

Status crash(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const raft::NodeId id, first_node(environment, directive));
  environment.crash(id);
  return ok();
}

Status restart(Environment& environment, const Directive& directive) {
  RAFT_TRY_ASSIGN(const std::string text, bare(directive, 0));
  RAFT_TRY_ASSIGN(const raft::NodeId id, node_id(text));
  if (!environment.exists(id)) return environment.find(id);
  return environment.restart(id);
}

Status check_safety(Environment& environment, const Directive&) {
  environment.check_safety();
  return ok();
}

struct Command {
  std::string_view name;
  Status (*run)(Environment&, const Directive&);
};

constexpr std::array kCommands = {
    Command{"_breakpoint", breakpoint},
    Command{"add-nodes", add_nodes},
    Command{"campaign", campaign},
    Command{"check-safety", check_safety},
    Command{"compact", compact},
    Command{"crash", crash},
    Command{"deliver-msgs", deliver_msgs},
    Command{"dup-msgs", dup_msgs},
    Command{"forget-leader", forget_leader},
    Command{"log-level", log_level},
    Command{"process-append-thread", process_append_thread},
    Command{"process-apply-thread", process_apply_thread},
    Command{"process-ready", process_ready},
    Command{"propose", propose},
    Command{"propose-conf-change", propose_conf_change},
    Command{"raft-log", raft_log},
    Command{"raft-state", raft_state},
    Command{"read-index", read_index},
    Command{"report-unreachable", report_unreachable},
    Command{"restart", restart},
    Command{"send-snapshot", send_snapshot},
    Command{"set-randomized-election-timeout", set_timeout},
    Command{"stabilize", stabilize},
    Command{"status", status},
    Command{"step", step},
    Command{"tick-election", tick},
    Command{"tick-heartbeat", tick},
    Command{"transfer-leadership", transfer_leadership},
};

}  // namespace

Status execute(Environment& environment, const Directive& directive) {
  for (const Command& command : kCommands) {
    if (command.name == directive.command) return command.run(environment, directive);
  }
  return error("unknown command");
}

}  // namespace interact
