#include "app/scenario/print.h"

#include "app/scenario/text.h"

namespace scenario {
namespace {

std::string number(std::uint64_t n) { return std::to_string(n); }
std::string name(raft::NodeId node) { return "n" + number(node.value); }
std::string ratio(const sim::Ratio& r) { return number(r.numerator) + "/" + number(r.denominator); }

std::string link(const sim::Endpoint& from, const sim::Endpoint& to) {
  return print(from) + "->" + print(to);
}

std::string cut_or_mend(std::string_view word, const sim::Endpoint& from, const sim::Endpoint& to,
                        bool both) {
  return std::string(word) + " " + (both ? print(from) + " " + print(to) : link(from, to));
}

std::string selector(const sim::MessageSelector& s) {
  return s.id != 0 ? "m" + number(s.id) : s.type + " " + link(s.from, s.to);
}

// Behind everything else, as options stand.
std::string nth(const sim::MessageSelector& s) {
  return s.id != 0 || s.nth == 1 ? "" : " nth=" + number(s.nth);
}

std::string_view read_text(sim::ReadMode mode) {
  switch (mode) {
    case sim::ReadMode::kDefault:
      return "";
    case sim::ReadMode::kIndex:
      return " read=index";
    case sim::ReadMode::kLog:
      return " read=log";
    case sim::ReadMode::kLease:
      return " read=lease";
    case sim::ReadMode::kLocal:
      return " read=local";
  }
  return "";
}

std::string operation_text(const sim::Request& r) {
  const std::string key = printed_value(r.key);
  switch (r.operation) {
    case sim::Operation::kPut:
      return "put " + key + " " + printed_value(r.value);
    case sim::Operation::kGet:
      return "get " + key;
    case sim::Operation::kDelete:
      return "delete " + key;
    case sim::Operation::kCas:
      return "cas " + key + " " + (r.expect ? printed_value(*r.expect) : "absent") + " " +
             printed_value(r.value);
    case sim::Operation::kAppend:
      return "append " + key + " " + printed_value(r.value);
    case sim::Operation::kReadIndex:
      return "read-index " + name(r.via);
    case sim::Operation::kScan:
      return "scan " + key + " " + printed_value(r.value);
  }
  return "";
}

std::string crash_point(const sim::Crash& c) {
  switch (c.at) {
    case sim::CrashPoint::kNow:
      return "";
    case sim::CrashPoint::kBeforeSync:
      return " at=before-sync";
    case sim::CrashPoint::kAfterSync:
      return " at=after-sync";
    case sim::CrashPoint::kMidApply:
      return " at=mid-apply";
    case sim::CrashPoint::kSnapshotChunk:
      return " at=snapshot-chunk:" + number(c.nth);
    case sim::CrashPoint::kIo:
      return " at=io:" + number(c.nth);
  }
  return "";
}

std::string_view lost(sim::Lose lose) {
  switch (lose) {
    case sim::Lose::kUnsynced:
      return "";
    case sim::Lose::kNothing:
      return " lose=nothing";
    case sim::Lose::kDisk:
      return " lose=disk";
  }
  return "";
}

std::string disk_fault(const sim::DiskFault& c) {
  const std::string calls =
      (c.after == 0 ? "" : " after=" + number(c.after)) + std::string(c.always ? " always" : "");
  switch (c.kind) {
    case sim::DiskFaultKind::kFull:
      return "full";
    case sim::DiskFaultKind::kFullAt:
      return "full-at " + number(c.bytes);
    case sim::DiskFaultKind::kWriteError:
      return "write-error" + calls;
    case sim::DiskFaultKind::kSyncError:
      return "sync-error" + calls;
    case sim::DiskFaultKind::kReadError:
      return "read-error" + calls;
    case sim::DiskFaultKind::kMisdirect:
      return "misdirect" + calls;
    case sim::DiskFaultKind::kLie:
      return "lie";
    case sim::DiskFaultKind::kRotLog:
      return "rot log " + number(c.index);
    case sim::DiskFaultKind::kRotVote:
      return "rot vote";
    case sim::DiskFaultKind::kRotKv:
      return "rot kv " + printed_value(c.key);
    case sim::DiskFaultKind::kOk:
      return "ok";
  }
  return "";
}

std::string_view operation_name(sim::Operation operation) {
  switch (operation) {
    case sim::Operation::kPut:
      return "put";
    case sim::Operation::kGet:
      return "get";
    case sim::Operation::kDelete:
      return "delete";
    case sim::Operation::kCas:
      return "cas";
    case sim::Operation::kAppend:
      return "append";
    case sim::Operation::kScan:
      return "scan";
    case sim::Operation::kReadIndex:
      return "read-index";
  }
  return "";
}

// All of them: a recording says what it did even if a default changes.
std::string workload(const sim::WorkloadOptions& o) {
  std::string out = " reads=" + ratio(o.reads) + " keys=" + number(o.keys) +
                    " think=" + sim::short_text(o.think.low) + ".." +
                    sim::short_text(o.think.high) + " ops=";
  for (const sim::Operation operation : o.operations) {
    if (out.back() != '=') out += ",";
    out += operation_name(operation);
  }
  return out + std::string(read_text(o.read));
}

std::string change(const sim::Change& c) {
  using raft::ConfChangeType;
  if (c.change.leaves_joint()) return "leave";
  std::string out;
  for (const raft::ConfChangeSingle& single : c.change.changes) {
    const bool adds = single.type == ConfChangeType::kAddNode;
    const bool removes = single.type == ConfChangeType::kRemoveNode;
    if (c.first_version) {
      return std::string(adds ? "add " : removes ? "remove " : "learner ") + name(single.node);
    }
    out += (out.empty() ? "" : " ") +
           std::string(adds      ? "+"
                       : removes ? "-"
                                 : "~") +
           name(single.node);
  }
  switch (c.change.transition) {
    case raft::ConfTransition::kAuto:
      break;
    case raft::ConfTransition::kImplicit:
      return out + " joint=implicit";
    case raft::ConfTransition::kExplicit:
      return out + " joint=explicit";
  }
  return out;
}

struct CommandPrinter {
  std::string operator()(const sim::Request& r) const {
    std::string out = operation_text(r);
    out += read_text(r.read);
    if (r.via != raft::kNoNode && r.operation != sim::Operation::kReadIndex)
      out += " via " + name(r.via);
    if (r.client != 0) out += " as c" + number(r.client);
    if (r.term) out += " term=" + number(*r.term);
    if (r.conf_version) out += " conf-ver=" + number(*r.conf_version);
    if (r.store) out += " store=" + name(*r.store);
    return out;
  }
  std::string operator()(const sim::Campaign& c) const { return "campaign " + name(c.node); }
  std::string operator()(const sim::Transfer& c) const { return "transfer " + name(c.node); }
  std::string operator()(const sim::ForgetLeader& c) const {
    return "forget-leader " + name(c.node);
  }
  std::string operator()(const sim::Change& c) const { return "change " + change(c); }
  std::string operator()(const sim::Compact& c) const {
    return "compact " + name(c.node) + (c.to == 0 ? "" : " to " + number(c.to));
  }
  std::string operator()(const sim::Crash& c) const {
    return "crash " + name(c.node) + crash_point(c) + std::string(lost(c.lose));
  }
  std::string operator()(const sim::Restart& c) const { return "restart " + name(c.node); }
  std::string operator()(const sim::Pause& c) const { return "pause " + name(c.node); }
  std::string operator()(const sim::Resume& c) const { return "resume " + name(c.node); }
  std::string operator()(const sim::SetClock& c) const {
    return "clock " + name(c.node) + " " + ratio(c.rate);
  }
  std::string operator()(const sim::SetTimer& c) const {
    return "timer " + name(c.node) + " " + number(c.ticks);
  }
  std::string operator()(const sim::Partition& c) const {
    std::string out = "partition";
    for (const std::vector<raft::NodeId>& group : c.groups) {
      std::string nodes;
      for (const raft::NodeId node : group) nodes += (nodes.empty() ? "" : " ") + name(node);
      out += " {" + nodes + "}";
    }
    return out;
  }
  std::string operator()(const sim::LinksOnly& c) const {
    std::string out = "links only";
    for (const auto& [first, second] : c.links) out += " " + name(first) + "-" + name(second);
    return out;
  }
  std::string operator()(const sim::Cut& c) const {
    return cut_or_mend("cut", c.from, c.to, c.both);
  }
  std::string operator()(const sim::Mend& c) const {
    return cut_or_mend("mend", c.from, c.to, c.both);
  }
  std::string operator()(const sim::Heal&) const { return "heal"; }
  std::string operator()(const sim::SetNetwork& c) const { return "network " + c.preset; }
  std::string operator()(const sim::SetLink& c) const {
    std::string out = "link " + link(c.from, c.to);
    if (c.delay) {
      out += " delay=" + sim::short_text(c.delay->low);
      if (c.delay->high != c.delay->low) out += ".." + sim::short_text(c.delay->high);
    }
    if (c.loss) out += " loss=" + ratio(*c.loss);
    if (c.duplicate) out += " dup=" + ratio(*c.duplicate);
    return out;
  }
  std::string operator()(const sim::Hold& c) const { return "hold " + link(c.from, c.to); }
  std::string operator()(const sim::Release& c) const { return "release " + link(c.from, c.to); }
  std::string operator()(const sim::Deliver& c) const {
    return "deliver " + selector(c.message) + nth(c.message);
  }
  std::string operator()(const sim::Drop& c) const {
    return "drop " + selector(c.message) + nth(c.message);
  }
  std::string operator()(const sim::Duplicate& c) const {
    return "dup " + selector(c.message) + nth(c.message);
  }
  std::string operator()(const sim::DelayBy& c) const {
    return "delay " + selector(c.message) + " " + sim::short_text(c.by) + nth(c.message);
  }
  std::string operator()(const sim::DiskFault& c) const {
    return "disk " + name(c.node) + " " + disk_fault(c);
  }
  std::string operator()(const sim::Workload& c) const {
    return "clients " + number(c.clients) + (c.clients == 0 ? "" : workload(c.options));
  }
  std::string operator()(const sim::SetMistake& c) const {
    return "mistake " + std::string(raft::mistake_name(c.mistake)) + (c.on ? " on" : " off") +
           (c.node == raft::kNoNode ? "" : " " + name(c.node));
  }
  std::string operator()(const sim::SetOption& c) const {
    return "set " + (c.node == raft::kNoNode ? "" : name(c.node) + " ") + c.key + " " + c.value;
  }
};

struct StatementPrinter {
  std::string operator()(const sim::Command& c) const { return print(c); }
  std::string operator()(const Tick& s) const { return "tick " + sim::short_text(s.by); }
  std::string operator()(const Step& s) const { return "step " + number(s.items); }
  std::string operator()(const Never& s) const {
    return "never " + print(s.predicate) + " for " + sim::short_text(s.lasting);
  }
  std::string operator()(const Until& s) const {
    return "until " + print(s.predicate) + " within " + sim::short_text(s.within);
  }
  std::string operator()(const Expect& s) const { return "expect " + print(s.predicate); }
  std::string operator()(const ExpectNoViolations&) const { return "expect no violations"; }
  std::string operator()(const ExpectLinearizable&) const { return "expect linearizable"; }
  std::string operator()(const ExpectViolation& s) const {
    return std::string(s.first ? "expect first violation " : "expect violation ") +
           std::string(check::property_name(s.property));
  }
  std::string operator()(const Bookmark& s) const { return "bookmark " + quoted(s.text); }
  std::string operator()(const Say& s) const { return "say " + quoted(s.text); }
  std::string operator()(const Seed& s) const { return "seed " + number(s.seed); }
  std::string operator()(const Nodes& s) const { return "nodes " + number(s.nodes); }
  std::string operator()(const DiskImages& s) const {
    return "disk-images " + printed_value(s.folder);
  }
};

}  // namespace

std::string print(const sim::Endpoint& endpoint) {
  if (endpoint.client != 0) return "c" + number(endpoint.client);
  return endpoint.node == raft::kNoNode ? "*" : name(endpoint.node);
}

std::string print(const sim::Command& command) { return std::visit(CommandPrinter{}, command); }

std::string print(const Statement& statement) {
  return std::visit(StatementPrinter{}, statement.what);
}

}  // namespace scenario
