// What each command does. Everything is checked before anything changes.
#include <algorithm>
#include <utility>

#include "app/sim/cluster_state.h"

namespace sim {
namespace {

std::string name(NodeId id) { return "n" + std::to_string(id.value); }

Error impossible(std::string message) { return {Code::kNotFound, std::move(message)}; }

// Carries out one kind of command each.
class Executor {
 public:
  explicit Executor(Cluster::State& state) : state_(state) {}

  Status operator()(const Request& command) {
    if (command.operation == Operation::kReadIndex) RAFT_TRY(check_runs(command.via));
    auto called = state_.call(command);
    if (!called) return called.error();
    return ok();
  }

  Status operator()(const Campaign& command) {
    RAFT_TRY(check_runs(command.node));
    NodeSlot& slot = state_.node(command.node);
    slot.last_fact = 0;
    RAFT_TRY(slot.server->raft().campaign());
    state_.drain(slot);
    return ok();
  }

  Status operator()(const Transfer& command) {
    RAFT_TRY(check_exists(command.node));
    RAFT_TRY_ASSIGN(const NodeId leader, leader_that_runs());
    NodeSlot& slot = state_.node(leader);
    slot.last_fact = 0;
    // One that is under way already, or to the leader itself, changes nothing: that is told, too.
    const NodeId before = slot.server->raft().status().transferee;
    RAFT_TRY(slot.server->raft().transfer_leader(command.node));
    if (command.node == leader) {
      state_.tell_node(FactKind::kNote, slot, "leads already: nothing is handed over");
    } else if (before == command.node) {
      state_.tell_node(FactKind::kNote, slot,
                       "hands leadership to " + name(command.node) + " already");
    }
    state_.drain(slot);
    return ok();
  }

  Status operator()(const ForgetLeader& command) {
    RAFT_TRY(check_runs(command.node));
    NodeSlot& slot = state_.node(command.node);
    slot.last_fact = 0;
    if (const Status done = slot.server->raft().forget_leader(); !done) {
      state_.tell_node(FactKind::kNote, slot, "forgets nobody: " + done.error().message);
    }
    state_.drain(slot);
    return ok();
  }

  Status operator()(const Change& command) {
    RAFT_TRY_ASSIGN(const NodeId leader, leader_that_runs());
    for (const raft::ConfChangeSingle& single : command.change.changes) {
      if (single.node.value == 0 || single.node.value > kMaxNodes) {
        return Error{Code::kInvalidArgument,
                     "a cluster has the nodes n1 to n9, not " + name(single.node)};
      }
      if (single.type == raft::ConfChangeType::kRemoveNode) RAFT_TRY(check_exists(single.node));
    }
    for (const raft::ConfChangeSingle& single : command.change.changes) {
      if (!state_.has_node(single.node)) RAFT_TRY(state_.boot(state_.add_node(single.node)));
    }
    state_.cause = 0;
    NodeSlot& slot = state_.node(leader);
    slot.last_fact = 0;
    RAFT_TRY_ASSIGN(const kv::ErrorKind refused,
                    slot.server->change(command.change, command.first_version));
    return done_or_refused(slot, refused, "change the members");
  }

  Status operator()(const Compact& command) {
    RAFT_TRY(check_runs(command.node));
    NodeSlot& slot = state_.node(command.node);
    slot.last_fact = 0;
    RAFT_TRY_ASSIGN(const kv::ErrorKind refused, slot.server->compact({command.to}));
    return done_or_refused(slot, refused, "compact");
  }

  Status operator()(const Crash& command) {
    RAFT_TRY(check_exists(command.node));
    NodeSlot& slot = state_.node(command.node);
    if (is_down(slot)) return impossible(name(command.node) + " is down already");
    if (command.at != CrashPoint::kNow) return state_.arm_trap(slot, command);
    state_.crash(slot, command.lose);
    return ok();
  }

  Status operator()(const Restart& command) {
    RAFT_TRY(check_exists(command.node));
    NodeSlot& slot = state_.node(command.node);
    // A halted process has to be ended first: it loses what was not durable.
    if (!slot.halted.empty()) state_.crash(slot, Lose::kUnsynced);
    if (!is_down(slot)) return impossible(name(command.node) + " is up; crash it first");
    return state_.start(slot, false);
  }

  Status operator()(const Pause& command) {
    RAFT_TRY(check_runs(command.node));
    NodeSlot& slot = state_.node(command.node);
    slot.paused = true;
    ++slot.tick_stamp;
    state_.tell_node(FactKind::kPause, slot);
    return ok();
  }

  Status operator()(const Resume& command) {
    RAFT_TRY(check_exists(command.node));
    NodeSlot& slot = state_.node(command.node);
    if (!slot.server || !slot.paused) return impossible(name(command.node) + " is not paused");
    slot.paused = false;
    state_.tell_node(FactKind::kResume, slot);
    state_.schedule_tick(slot);
    const auto waiting = std::exchange(slot.waiting, {});
    for (const Waiting& item : waiting) {
      if (!state_.runs(slot)) break;
      if (item.message == 0) {
        state_.log_durable(slot, item.write);
        state_.drain(slot);
      } else if (const auto found = state_.messages.find(item.message);
                 found != state_.messages.end()) {
        InFlight message = std::move(found->second);
        state_.messages.erase(found);
        state_.hand_over(std::move(message));
      }
    }
    return ok();
  }

  Status operator()(const SetClock& command) {
    RAFT_TRY(check_exists(command.node));
    if (command.rate.numerator == 0 || command.rate.denominator == 0) {
      return Error{Code::kInvalidArgument, "a clock's rate is above 0"};
    }
    NodeSlot& slot = state_.node(command.node);
    slot.clock = command.rate;
    slot.tick_base = state_.now;
    slot.tick_count = 1;
    if (state_.runs(slot)) state_.schedule_tick(slot);
    return ok();
  }

  Status operator()(const SetTimer& command) {
    RAFT_TRY(check_runs(command.node));
    state_.node(command.node).server->raft().set_timer(command.ticks);
    return ok();
  }

  Status operator()(const Partition& command) {
    std::vector<std::vector<NodeId>> groups = command.groups;
    std::vector<NodeId> rest;
    for (const auto& slot : state_.nodes) rest.push_back(slot->id);
    for (const auto& group : groups) {
      for (const NodeId id : group) {
        RAFT_TRY(check_exists(id));
        const auto found = std::find(rest.begin(), rest.end(), id);
        if (found == rest.end()) {
          return Error{Code::kInvalidArgument, name(id) + " stands in two groups"};
        }
        rest.erase(found);
      }
    }
    if (!rest.empty()) groups.push_back(rest);
    set_mesh([&](NodeId a, NodeId b) {
      return std::any_of(groups.begin(), groups.end(), [&](const auto& group) {
        return std::count(group.begin(), group.end(), a) +
                   std::count(group.begin(), group.end(), b) ==
               2;
      });
    });
    state_.partition = groups.size() > 1 ? groups : std::vector<std::vector<NodeId>>{};
    return ok();
  }

  Status operator()(const LinksOnly& command) {
    for (const auto& [a, b] : command.links) {
      RAFT_TRY(check_exists(a));
      RAFT_TRY(check_exists(b));
    }
    set_mesh([&](NodeId a, NodeId b) {
      const auto& links = command.links;
      return std::count(links.begin(), links.end(), std::pair(a, b)) +
                 std::count(links.begin(), links.end(), std::pair(b, a)) >
             0;
    });
    state_.partition.clear();
    return ok();
  }

  Status operator()(const Cut& command) {
    return set_cut(command.from, command.to, command.both, true);
  }
  Status operator()(const Mend& command) {
    return set_cut(command.from, command.to, command.both, false);
  }

  Status operator()(const Heal&) {
    for (auto& [ends, link] : state_.links) {
      link.cut = false;
      if (!link.held) continue;
      link.held = false;
      state_.release_held(ends.first, ends.second);
    }
    state_.partition.clear();
    return ok();
  }

  Status operator()(const SetNetwork& command) {
    const auto quality = network_preset(command.preset);
    if (!quality) {
      return Error{Code::kInvalidArgument,
                   "there is no network '" + command.preset +
                       "'; the presets are perfect, lan, wan, lossy, adversarial"};
    }
    state_.base_quality = *quality;
    state_.preset = command.preset;
    for (auto& [ends, link] : state_.links) link.quality = *quality;
    return ok();
  }

  Status operator()(const SetLink& command) {
    if (command.delay && command.delay->low > command.delay->high) {
      return Error{Code::kInvalidArgument, "a delay's range begins above its end"};
    }
    for (const auto& ratio : {command.loss, command.duplicate}) {
      if (ratio && (ratio->denominator == 0 || ratio->numerator > ratio->denominator)) {
        return Error{Code::kInvalidArgument, "a ratio lies between 0 and 1"};
      }
    }
    RAFT_TRY_ASSIGN(const auto ends, all_ends(command.from, command.to));
    for (const auto& [from, to] : ends) {
      LinkQuality& quality = state_.link(from, to).quality;
      if (command.delay) quality.delay = *command.delay;
      if (command.loss) quality.loss = *command.loss;
      if (command.duplicate) quality.duplicate = *command.duplicate;
    }
    state_.preset.clear();
    return ok();
  }

  Status operator()(const Hold& command) {
    RAFT_TRY_ASSIGN(const auto ends, all_ends(command.from, command.to));
    for (const auto& [from, to] : ends) {
      state_.link(from, to).held = true;
      for (auto& [id, message] : state_.messages) {
        if (message.from != from || message.to != to || message.held || message.waiting) continue;
        message.held = true;
        message.remaining = message.due - state_.now;
      }
    }
    return ok();
  }

  Status operator()(const Release& command) {
    RAFT_TRY_ASSIGN(const auto ends, all_ends(command.from, command.to));
    for (const auto& [from, to] : ends) {
      state_.link(from, to).held = false;
      state_.release_held(from, to);
    }
    return ok();
  }

  Status operator()(const Deliver& command) {
    RAFT_TRY_ASSIGN(const std::uint64_t id, find(command.message));
    InFlight& chosen = state_.messages.at(id);
    RAFT_TRY(check_under_way(chosen));
    chosen.fate = Fate::kArrives;
    if (chosen.to.node != raft::kNoNode && state_.node(chosen.to.node).paused) {
      // It arrives now, and is handled when the node runs again.
      chosen.held = false;
      chosen.due = state_.now;
      chosen.waiting = true;
      state_.node(chosen.to.node).waiting.push_back({id, {}});
      return ok();
    }
    state_.hand_over(take(id));
    return ok();
  }

  Status operator()(const Drop& command) {
    RAFT_TRY_ASSIGN(const std::uint64_t id, find(command.message));
    state_.lose(take(id), "dropped by hand");
    return ok();
  }

  Status operator()(const Duplicate& command) {
    RAFT_TRY_ASSIGN(const std::uint64_t id, find(command.message));
    InFlight copy = state_.messages.at(id);
    copy.id = ++state_.sent_messages;
    copy.duplicate = true;
    copy.cause = state_.tell_message(FactKind::kDuplicate, copy);
    if (!copy.held && !copy.waiting) state_.push(copy.due, Phase::kDelivery, copy.id, 0);
    if (copy.waiting) state_.node(copy.to.node).waiting.push_back({copy.id, {}});
    state_.messages.emplace(copy.id, std::move(copy));
    return ok();
  }

  Status operator()(const DelayBy& command) {
    RAFT_TRY_ASSIGN(const std::uint64_t id, find(command.message));
    InFlight& message = state_.messages.at(id);
    RAFT_TRY(check_under_way(message));
    message.remaining = {message.remaining.millis + command.by.millis};
    message.due = message.due + command.by;
    if (!message.held) state_.push(message.due, Phase::kDelivery, id, 0);
    return ok();
  }

  Status operator()(const DiskFault& command) {
    RAFT_TRY(check_exists(command.node));
    return state_.set_disk_fault(state_.node(command.node), command);
  }

  Status operator()(const Workload& command) { return state_.set_workload(command); }

  Status operator()(const SetMistake& command) {
    const bool all = command.node == raft::kNoNode;
    if (!all) RAFT_TRY(check_exists(command.node));
    if (all) state_.mistakes.set(command.mistake, command.on);
    for (auto& slot : state_.nodes) {
      if (all || slot->id == command.node) slot->mistakes.set(command.mistake, command.on);
    }
    reconfigure();
    return ok();
  }

  Status operator()(const SetOption& command) {
    if (command.node != raft::kNoNode) RAFT_TRY(check_exists(command.node));
    const std::uint64_t last = state_.nodes.back()->id.value;
    RAFT_TRY(set_option(state_.config, command.node, command.key, command.value, last));
    for (auto& slot : state_.nodes) {
      const NodeOptions& options = state_.config.options[slot->id.value - 1];
      slot->disk.set_power_safe_overwrite(options.power_safe_overwrite);
    }
    reconfigure();
    return ok();
  }

 private:
  // Nodes that run learn of changed options and mistakes at once.
  void reconfigure() {
    for (auto& slot : state_.nodes) {
      if (slot->server) slot->server->reconfigure(state_.server_options(*slot));
    }
  }

  // What a server refuses is a fact, not a failure.
  Status done_or_refused(NodeSlot& slot, kv::ErrorKind refused, const std::string& what) {
    if (refused != kv::ErrorKind::kNone) {
      state_.tell_node(FactKind::kNote, slot,
                       "does not " + what + ": " + std::string(error_name(refused)));
    }
    state_.drain(slot);
    return ok();
  }

  using Ends = std::vector<std::pair<Endpoint, Endpoint>>;

  static bool is_down(const NodeSlot& slot) { return !slot.server && slot.halted.empty(); }

  Status check_exists(NodeId id) const {
    if (state_.has_node(id)) return ok();
    std::string there;
    for (const auto& slot : state_.nodes) there += (there.empty() ? "" : " ") + name(slot->id);
    return impossible("there is no node " + name(id) + "; the nodes are " + there);
  }

  Status check_runs(NodeId id) const {
    RAFT_TRY(check_exists(id));
    const NodeSlot& slot = state_.node(id);
    if (is_down(slot)) return impossible(name(id) + " is down");
    if (!slot.halted.empty()) return impossible(name(id) + " is halted: " + slot.halted);
    if (slot.paused) return impossible(name(id) + " is paused");
    return ok();
  }

  // The leader of the highest term: through it what concerns all of them is done.
  Result<NodeId> leader_that_runs() const {
    NodeId leader;
    raft::Term term;
    for (const auto& slot : state_.nodes) {
      const bool leads = slot->server && slot->halted.empty() &&
                         slot->server->raft().role() == raft::Role::kLeader;
      if (!leads || slot->server->raft().term() <= term) continue;
      leader = slot->id;
      term = slot->server->raft().term();
    }
    if (leader == raft::kNoNode) return impossible("there is no leader to ask for it");
    RAFT_TRY(check_runs(leader));
    return leader;
  }

  static Status check_under_way(const InFlight& message) {
    if (!message.waiting) return ok();
    return impossible("message m" + std::to_string(message.id) + " has arrived at " +
                      name(message.to.node) + ", which is paused");
  }

  // Every directed link that the two ends name; `*` stands for any node.
  Result<Ends> all_ends(Endpoint from, Endpoint to) const {
    auto expand = [&](Endpoint end) -> std::vector<Endpoint> {
      if (end.client != 0 || end.node != raft::kNoNode) return {end};
      std::vector<Endpoint> all;
      for (const auto& slot : state_.nodes) all.push_back({slot->id, 0});
      return all;
    };
    for (const Endpoint& end : {from, to}) {
      if (end.client == 0 && end.node != raft::kNoNode) RAFT_TRY(check_exists(end.node));
    }
    Ends ends;
    for (const Endpoint& a : expand(from)) {
      for (const Endpoint& b : expand(to)) {
        if (a == b || (a.client != 0 && b.client != 0)) continue;
        ends.emplace_back(a, b);
      }
    }
    if (ends.empty()) {
      return Error{Code::kInvalidArgument, "a link joins two nodes, or a node and a client"};
    }
    return ends;
  }

  Status set_cut(Endpoint from, Endpoint to, bool both, bool cut) {
    RAFT_TRY_ASSIGN(Ends ends, all_ends(from, to));
    if (both) {
      RAFT_TRY_ASSIGN(const Ends back, all_ends(to, from));
      ends.insert(ends.end(), back.begin(), back.end());
    }
    for (const auto& [a, b] : ends) state_.link(a, b).cut = cut;
    state_.partition.clear();
    return ok();
  }

  template <class Whole>
  void set_mesh(const Whole& whole) {
    for (const auto& a : state_.nodes) {
      for (const auto& b : state_.nodes) {
        if (a != b) state_.link({a->id, 0}, {b->id, 0}).cut = !whole(a->id, b->id);
      }
    }
  }

  Result<std::uint64_t> find(const MessageSelector& selector) const {
    if (selector.id != 0) {
      if (state_.messages.count(selector.id) != 0) return selector.id;
      return impossible("message m" + std::to_string(selector.id) + " is not in flight");
    }
    auto matches = [](Endpoint asked, Endpoint is) {
      const bool any_node = asked.client == 0 && asked.node == raft::kNoNode;
      return any_node ? is.client == 0 : asked == is;
    };
    std::uint64_t seen = 0;
    for (const auto& [id, message] : state_.messages) {
      if (message.type != selector.type || !matches(selector.from, message.from) ||
          !matches(selector.to, message.to)) {
        continue;
      }
      if (++seen == selector.nth) return id;
    }
    return impossible("only " + std::to_string(seen) + " messages of the type " + selector.type +
                      " are in flight there");
  }

  InFlight take(std::uint64_t id) {
    const auto found = state_.messages.find(id);
    InFlight message = std::move(found->second);
    state_.messages.erase(found);
    if (message.waiting) {
      auto& waiting = state_.node(message.to.node).waiting;
      waiting.erase(std::remove_if(waiting.begin(), waiting.end(),
                                   [&](const Waiting& item) { return item.message == id; }),
                    waiting.end());
    }
    return message;
  }

  Cluster::State& state_;
};

}  // namespace

Status Cluster::State::carry_out(const Command& command) {
  return std::visit(Executor(*this), command);
}

}  // namespace sim
