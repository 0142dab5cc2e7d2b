// Nodes, links, messages and options: what is done to the tank.
#include <algorithm>
#include <array>

#include "app/scenario/handlers.h"

namespace scenario {
namespace {

constexpr std::string_view kEndpoint = "a node n1 to n9, a client c1.. or *";
constexpr std::string_view kArrow = "a directed link, such as n1->n2 (or c1, or *)";

// nX->nY is one direction, nX nY both.
template <class CutOrMend>
What parse_cut_or_mend(Cursor& c) {
  CutOrMend command;
  if (c.next_is(TokenKind::kWord) && to_link(c.peek()->text)) {
    const DirectedLink link = c.link(kArrow);
    command.from = link.from;
    command.to = link.to;
  } else {
    command.from = c.endpoint("a directed link such as n1->n2, or the first of two nodes,");
    command.to = c.endpoint(kEndpoint);
    command.both = true;
  }
  c.finish();
  return sim::Command(command);
}

// A message: mK, or TYPE FROM->TO. The option nth=K is read by take_nth().
sim::MessageSelector parse_selector(Cursor& c) {
  sim::MessageSelector selector;
  const Token* token = c.peek();
  const bool bare = token && token->kind == TokenKind::kWord;
  if (const auto id = bare ? to_numbered('m', token->text) : std::nullopt) {
    selector.id = *id;
    c.take_any();
    return selector;
  }
  if (!bare || !is_message_type(token->text)) {
    c.fail_here("a message such as m12, or one of " + message_type_list());
    return selector;
  }
  selector.type = c.take_any()->text;
  const DirectedLink link = c.link(kArrow);
  selector.from = link.from;
  selector.to = link.to;
  return selector;
}

void take_nth(Cursor& c, sim::MessageSelector& selector) {
  const auto option = selector.id == 0 ? c.option() : std::nullopt;
  if (option) {
    const auto nth = option->name == "nth" ? to_number(option->value) : std::nullopt;
    if (!nth || *nth == 0) c.fail_at(option->column, "expected nth=K with K from 1");
    selector.nth = nth.value_or(1);
  }
  c.finish();
}

sim::MessageSelector parse_whole_selector(Cursor& c) {
  sim::MessageSelector selector = parse_selector(c);
  take_nth(c, selector);
  return selector;
}

template <class Command>
What parse_node_command(Cursor& c, std::string_view what) {
  Command command;
  command.node = c.node(what);
  c.finish();
  return sim::Command(command);
}

template <class Command>
What parse_link_command(Cursor& c) {
  const DirectedLink link = c.link(kArrow);
  c.finish();
  return sim::Command(Command{link.from, link.to});
}

void parse_link_option(Cursor& c, sim::SetLink& command, const Option& option) {
  if (option.name == "delay") {
    command.delay = to_range(option.value);
    if (!command.delay) {
      c.fail_at(option.value_column, "expected a delay in ticks, such as delay=0.2..0.8");
    }
    return;
  }
  if (option.name != "loss" && option.name != "dup") {
    c.fail_at(option.column, "expected delay=A..B, loss=N/M or dup=N/M");
    return;
  }
  const auto ratio = to_ratio(option.value);
  if (!ratio || ratio->numerator > ratio->denominator) {
    c.fail_at(option.value_column,
              "expected a ratio from 0 to 1, such as " + option.name + "=1/10");
  }
  (option.name == "loss" ? command.loss : command.duplicate) = ratio;
}

void parse_crash_point(Cursor& c, sim::Crash& crash, const Option& option) {
  const std::string_view at = option.value;
  if (at == "now") {
    crash.at = sim::CrashPoint::kNow;
  } else if (at == "before-sync") {
    crash.at = sim::CrashPoint::kBeforeSync;
  } else if (at == "after-sync") {
    crash.at = sim::CrashPoint::kAfterSync;
  } else if (at == "mid-apply") {
    crash.at = sim::CrashPoint::kMidApply;
  } else if (at.substr(0, 3) == "io:") {
    const auto nth = to_number(at.substr(3));
    if (!nth || *nth == 0) {
      c.fail_at(option.value_column, "expected io:N, the N-th write to the disk, N from 1");
    }
    crash.at = sim::CrashPoint::kIo;
    crash.nth = nth.value_or(1);
  } else if (at.substr(0, 15) == "snapshot-chunk:") {
    const auto chunk = to_number(at.substr(15));
    if (!chunk || *chunk == 0) {
      c.fail_at(option.value_column, "expected snapshot-chunk:K, the K-th chunk, K from 1");
    }
    crash.at = sim::CrashPoint::kSnapshotChunk;
    crash.nth = chunk.value_or(1);
  } else {
    c.fail_at(option.value_column,
              "expected now, before-sync, after-sync, mid-apply, snapshot-chunk:K or io:N");
  }
}

constexpr std::string_view kSigns = "+-~";
constexpr std::array kSignTypes = {raft::ConfChangeType::kAddNode,
                                   raft::ConfChangeType::kRemoveNode,
                                   raft::ConfChangeType::kAddLearner};

// joint=… of a change.
void parse_transition(Cursor& c, raft::ConfChange& change, const Option& option) {
  if (option.name != "joint") return c.fail_at(option.column, "expected joint=…, or the end");
  if (option.value == "auto") {
    change.transition = raft::ConfTransition::kAuto;
  } else if (option.value == "implicit") {
    change.transition = raft::ConfTransition::kImplicit;
  } else if (option.value == "explicit") {
    change.transition = raft::ConfTransition::kExplicit;
  } else {
    c.fail_at(option.value_column, "expected auto, implicit or explicit");
  }
}

// [after=N] [once|always], in any order, each at most once.
void take_failing_calls(Cursor& c, sim::DiskFault& fault) {
  bool after_given = false;
  bool often_given = false;
  while (!c.at_end()) {
    if (!often_given && (c.next_is("once") || c.next_is("always"))) {
      often_given = true;
      fault.always = c.next_is("always");
      c.take_any();
      continue;
    }
    const bool named = !after_given && c.next_is(TokenKind::kWord);
    const auto option = named ? c.option() : std::nullopt;
    const auto after = option && option->name == "after" ? to_number(option->value) : std::nullopt;
    if (after) {
      after_given = true;
      fault.after = *after;
    } else if (option) {
      c.fail_at(option->column, "expected after=N: so many calls still succeed");
    } else {
      c.fail_here("after=N, once, always or the end");
    }
  }
}

// log I, vote, kv K
void parse_rot(Cursor& c, sim::DiskFault& fault) {
  if (c.take("log")) {
    fault.kind = sim::DiskFaultKind::kRotLog;
    fault.index = c.number("the index of a log entry", 1, UINT64_MAX);
  } else if (c.take("vote")) {
    fault.kind = sim::DiskFaultKind::kRotVote;
  } else if (c.take("kv")) {
    fault.kind = sim::DiskFaultKind::kRotKv;
    fault.key = c.value("a key");
  } else {
    c.fail_here("log I, vote or kv K");
  }
}

}  // namespace

// change +n6 -n1 ~n5 joint=explicit, change add n6, change leave
What parse_change(Cursor& c) {
  constexpr std::string_view kChange =
      "a change such as +n6 (voter), -n1 (out) or ~n5 (learner), or add, remove, learner, leave,";
  using raft::ConfChangeType;
  sim::Change command;
  const auto first_version = [&](ConfChangeType type) {
    command.first_version = true;
    command.change.changes.push_back({type, c.node("the node that it is about")});
    c.finish();
    return sim::Command(command);
  };
  if (c.take("add")) return first_version(ConfChangeType::kAddNode);
  if (c.take("remove")) return first_version(ConfChangeType::kRemoveNode);
  if (c.take("learner")) return first_version(ConfChangeType::kAddLearner);
  if (c.take("leave")) {
    c.finish();
    return sim::Command(command);
  }
  while (!c.at_end()) {
    if (const auto option = c.option()) {
      if (command.change.changes.empty()) c.fail_at(option->column, "expected a change before it");
      parse_transition(c, command.change, *option);
      c.finish();
      return sim::Command(command);
    }
    const Token* token = c.peek();
    const std::string_view text =
        token->kind == TokenKind::kWord ? std::string_view(token->text) : "";
    const auto node = text.size() > 1 ? to_node(text.substr(1)) : std::nullopt;
    const std::size_t sign = text.empty() ? std::string_view::npos : kSigns.find(text[0]);
    if (!node || sign == std::string_view::npos) {
      c.fail_here(kChange);
      break;
    }
    for (const raft::ConfChangeSingle& single : command.change.changes) {
      if (single.node == *node) {
        c.fail_at(c.column(), "n" + std::to_string(node->value) + " stands in two places");
      }
    }
    command.change.changes.push_back({kSignTypes[sign], *node});
    c.take_any();
  }
  if (!c.failed() && command.change.changes.empty()) c.fail_here(kChange);
  return sim::Command(command);
}

// compact n1, compact n1 to 12
What parse_compact(Cursor& c) {
  sim::Compact command;
  command.node = c.node("the node that proposes it");
  if (c.take("to")) command.to = c.number("the last index that is compacted,", 1, UINT64_MAX);
  c.finish();
  return sim::Command(command);
}

// campaign n3
What parse_campaign(Cursor& c) {
  return parse_node_command<sim::Campaign>(c, "the node that shall campaign");
}

// transfer n2
What parse_transfer(Cursor& c) {
  return parse_node_command<sim::Transfer>(c, "the node that shall lead");
}

// forget-leader n3
What parse_forget_leader(Cursor& c) {
  return parse_node_command<sim::ForgetLeader>(c, "the node that shall forget its leader");
}

// crash n1 lose=nothing, crash n1 at=before-sync
What parse_crash(Cursor& c) {
  sim::Crash crash;
  crash.node = c.node("the node to crash");
  while (!c.at_end()) {
    const auto option = c.option();
    if (!option) {
      c.fail_here("at=… or lose=… or the end");
    } else if (option->name == "lose") {
      if (option->value == "unsynced") {
        crash.lose = sim::Lose::kUnsynced;
      } else if (option->value == "nothing") {
        crash.lose = sim::Lose::kNothing;
      } else if (option->value == "disk") {
        crash.lose = sim::Lose::kDisk;
      } else {
        c.fail_at(option->value_column, "expected unsynced, nothing or disk");
      }
    } else if (option->name == "at") {
      parse_crash_point(c, crash, *option);
    } else {
      c.fail_at(option->column, "expected at=… or lose=unsynced|nothing|disk");
    }
  }
  return sim::Command(crash);
}

// disk n2 full, disk n2 full-at 65536, disk n2 write-error after=3 always, disk n2 ok
What parse_disk(Cursor& c) {
  constexpr std::string_view kFaults =
      "full, full-at BYTES, write-error, sync-error, read-error, misdirect, lie, rot or ok";
  sim::DiskFault fault;
  fault.node = c.node("the node whose disk it is");
  const std::uint64_t column = c.column();
  if (c.take("full")) {
    fault.kind = sim::DiskFaultKind::kFull;
  } else if (c.take("full-at")) {
    fault.kind = sim::DiskFaultKind::kFullAt;
    fault.bytes = c.number("a number of bytes", 0, UINT64_MAX);
  } else if (c.take("write-error")) {
    fault.kind = sim::DiskFaultKind::kWriteError;
    take_failing_calls(c, fault);
  } else if (c.take("sync-error")) {
    fault.kind = sim::DiskFaultKind::kSyncError;
    take_failing_calls(c, fault);
  } else if (c.take("ok")) {
    fault.kind = sim::DiskFaultKind::kOk;
  } else if (c.take("read-error")) {
    fault.kind = sim::DiskFaultKind::kReadError;
    take_failing_calls(c, fault);
    if (fault.after != 0) c.fail_at(column, "reads are not counted: read-error takes no after=");
  } else if (c.take("misdirect")) {
    fault.kind = sim::DiskFaultKind::kMisdirect;
    take_failing_calls(c, fault);
  } else if (c.take("lie")) {
    fault.kind = sim::DiskFaultKind::kLie;
  } else if (c.take("rot")) {
    parse_rot(c, fault);
  } else {
    c.fail_here(kFaults);
  }
  c.finish();
  return sim::Command(fault);
}

// restart n1
What parse_restart(Cursor& c) { return parse_node_command<sim::Restart>(c, "the node to restart"); }

// pause n1
What parse_pause(Cursor& c) { return parse_node_command<sim::Pause>(c, "the node to pause"); }

// resume n1
What parse_resume(Cursor& c) { return parse_node_command<sim::Resume>(c, "the node to resume"); }

// clock n2 3/2
What parse_clock(Cursor& c) {
  sim::SetClock command;
  command.node = c.node("the node whose clock changes");
  const auto rate = c.next_is(TokenKind::kWord) ? to_ratio(c.peek()->text) : std::nullopt;
  if (!rate || rate->numerator == 0) c.fail_here("a rate above 0, N or N/M,");
  c.take_any();
  command.rate = rate.value_or(sim::Ratio{1, 1});
  c.finish();
  return sim::Command(command);
}

// timer n3 4
What parse_timer(Cursor& c) {
  sim::SetTimer command;
  command.node = c.node("the node whose election timer is set");
  command.ticks = c.number("a number of its own ticks", 0, 1'000'000'000);
  c.finish();
  return sim::Command(command);
}

// partition {n1 n2} {n3 n4 n5}
What parse_partition(Cursor& c) {
  sim::Partition command;
  std::vector<raft::NodeId> seen;
  do {
    c.expect(TokenKind::kOpenBrace, "a group of nodes, such as {n1 n2}");
    std::vector<raft::NodeId> group;
    do {
      const std::uint64_t column = c.column();
      const raft::NodeId node = c.node("a node of the group");
      if (std::find(seen.begin(), seen.end(), node) != seen.end()) {
        c.fail_at(column, "n" + std::to_string(node.value) + " stands in two places");
      }
      seen.push_back(node);
      group.push_back(node);
    } while (!c.failed() && !c.take(TokenKind::kCloseBrace));
    command.groups.push_back(std::move(group));
  } while (!c.at_end());
  return sim::Command(std::move(command));
}

// links only n1-n2 n2-n3
What parse_links(Cursor& c) {
  sim::LinksOnly command;
  c.expect("only", "the word only");
  do {
    const Token* token = c.peek();
    const std::string_view text =
        token && token->kind == TokenKind::kWord ? std::string_view(token->text) : "";
    const std::size_t dash = text.find('-');
    const bool split = dash != std::string_view::npos;
    const auto first = split ? to_node(text.substr(0, dash)) : std::nullopt;
    const auto second = split ? to_node(text.substr(dash + 1)) : std::nullopt;
    if (!first || !second || *first == *second) {
      c.fail_here("a pair of nodes, such as n1-n2,");
    } else {
      command.links.emplace_back(*first, *second);
      c.take_any();
    }
  } while (!c.at_end());
  return sim::Command(std::move(command));
}

// cut n1->n2 (one direction), cut n1 n2 (both)
What parse_cut(Cursor& c) { return parse_cut_or_mend<sim::Cut>(c); }

// mend n1 n2
What parse_mend(Cursor& c) { return parse_cut_or_mend<sim::Mend>(c); }

// heal
What parse_heal(Cursor& c) {
  c.finish();
  return sim::Command(sim::Heal{});
}

// link n1->* delay=1..3 loss=1/10 dup=1/20
What parse_link(Cursor& c) {
  sim::SetLink command;
  const DirectedLink link = c.link(kArrow);
  command.from = link.from;
  command.to = link.to;
  do {
    const auto option = c.option();
    if (!option) {
      c.fail_here("delay=A..B, loss=N/M or dup=N/M");
    } else {
      parse_link_option(c, command, *option);
    }
  } while (!c.at_end());
  return sim::Command(command);
}

// hold n1->n3
What parse_hold(Cursor& c) { return parse_link_command<sim::Hold>(c); }

// release n1->n3
What parse_release(Cursor& c) { return parse_link_command<sim::Release>(c); }

// network wan
What parse_network(Cursor& c) {
  const std::uint64_t column = c.column();
  sim::SetNetwork command{c.word("perfect, lan, wan, lossy or adversarial")};
  if (!sim::network_preset(command.preset)) {
    c.fail_at(column, "expected perfect, lan, wan, lossy or adversarial here, found '" +
                          command.preset + "'");
  }
  c.finish();
  return sim::Command(std::move(command));
}

// deliver m12, deliver append n1->n3 nth=2
What parse_deliver(Cursor& c) { return sim::Command(sim::Deliver{parse_whole_selector(c)}); }

// drop vote n1->n2
What parse_drop(Cursor& c) { return sim::Command(sim::Drop{parse_whole_selector(c)}); }

// dup append n1->n2
What parse_dup(Cursor& c) { return sim::Command(sim::Duplicate{parse_whole_selector(c)}); }

// delay m12 5, delay append n1->n3 5 nth=2
What parse_delay(Cursor& c) {
  sim::DelayBy command;
  command.message = parse_selector(c);
  command.by = c.duration("a time");
  take_nth(c, command.message);
  return sim::Command(std::move(command));
}

// mistake vote-twice on, mistake ack-before-sync off n2
What parse_mistake(Cursor& c) {
  sim::SetMistake command;
  const std::uint64_t column = c.column();
  const std::string name = c.word("the name of a mistake, such as vote-twice,");
  const auto mistake = raft::mistake_of(name);
  if (!mistake) {
    std::vector<std::string_view> names;
    for (std::uint8_t i = 0; i < raft::kMistakes; ++i) {
      names.push_back(raft::mistake_name(static_cast<raft::Mistake>(i)));
    }
    const std::string_view near = nearest_word(name, names);
    c.fail_at(column, near.empty() ? "expected the name of a mistake, such as vote-twice"
                                   : "expected the name of a mistake; did you mean " +
                                         std::string(near) + "?");
  } else {
    command.mistake = *mistake;
  }
  command.on = !c.take("off");
  if (command.on) c.expect("on", "on or off");
  if (!c.at_end()) command.node = c.node("a node, or the end");
  c.finish();
  return sim::Command(command);
}

// set sync-latency 5, set n3 election-tick 20
What parse_set(Cursor& c) {
  sim::SetOption command;
  if (c.next_is(TokenKind::kWord) && to_node(c.peek()->text)) command.node = c.node("a node");
  command.key = c.word("the name of an option");
  command.value = c.word("the option's value");
  c.finish();
  return sim::Command(std::move(command));
}

}  // namespace scenario
