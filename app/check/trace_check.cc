// A trace as facts, so that the same checks run over it; what it does not tell is filled in from
// what it told before.
#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "app/check/checker_set.h"
#include "app/check/trace.h"

namespace check {
namespace {

using sim::FactKind;

// Which kinds and fields there are at all.
struct Seen {
  bool leader = false, append = false, commit = false, leader_commit = false, apply = false;
  bool vote = false, durable = false, vote_reply = false, append_reply = false;
  bool config = false;
};

bool sends(const TraceRecord& record, std::string_view type) {
  return record.known == FactKind::kSend && record.type == type && record.to.has_value();
}

Seen look(const std::vector<TraceRecord>& trace) {
  Seen seen;
  for (const TraceRecord& record : trace) {
    const bool leads = record.role == "leader";
    seen.leader = seen.leader || (record.known == FactKind::kRole && leads);
    seen.append = seen.append || (record.known == FactKind::kAppend && !record.entries.empty());
    seen.apply = seen.apply || (record.known == FactKind::kApply && !record.entries.empty());
    seen.commit = seen.commit || record.commit.has_value();
    seen.vote = seen.vote ||
                (record.known == FactKind::kVote && record.candidate &&
                 record.granted.has_value() && record.pre_vote != true) ||
                record.vote.has_value();
    seen.durable = seen.durable || record.known == FactKind::kDurable;
    seen.vote_reply = seen.vote_reply || sends(record, "vote-reply");
    seen.append_reply = seen.append_reply || (sends(record, "append-reply") && record.index);
    seen.config = seen.config || record.config.has_value();
    seen.leader_commit =
        seen.leader_commit || (record.known == FactKind::kCommit && record.commit.has_value());
  }
  return seen;
}

// An entry that changes members says so in the first word of its content.
bool changes_members(const std::string& text) { return text.rfind("conf-change", 0) == 0; }

std::optional<Role> role_of(const std::string& word) {
  if (word == "pre-candidate") return Role::kPreCandidate;
  if (word == "candidate") return Role::kCandidate;
  if (word == "leader") return Role::kLeader;
  if (word == "follower" || word == "learner" || word == "none") return Role::kFollower;
  return std::nullopt;
}

class Adapter {
 public:
  Adapter(const Seen& seen, TraceReport& report) : seen_(seen), report_(report) {
    checkers_.without_replay();
  }

  void take(const TraceRecord& record) {
    if (!record.known || record.node == raft::kNoNode) return;
    sim::Fact fact = base(record);
    switch (*record.known) {
      case FactKind::kCrash:
        // The vote in memory dies with the node.
        nodes_[record.node].vote = nodes_[record.node].stored_vote;
        break;
      case FactKind::kApply:
        if (!record.applied && !fact.entries.empty()) fact.applied = fact.entries.back()->index;
        begin_applying(fact);
        break;
      case FactKind::kAppend:
        if (!check_gap(record, fact)) return;
        break;
      case FactKind::kTruncate:
        if (!record.from_index) return remark(record, "a truncate line without 'from'");
        fact.core.index = *record.from_index;
        if (fact.core.index.value > 0) {
          logs_[record.node] = std::min(logs_[record.node], raft::previous_index(fact.core.index));
        }
        break;
      case FactKind::kSnapshot:
        if (!record.index) return remark(record, "a snapshot line without 'index'");
        fact.core.index = *record.index;
        fact.core.term = record.entry_term.value_or(Term{});
        // Who says where it stands is believed: log and state machine may take it in one after the
        // other, ours do.
        if (!record.commit) fact.commit = std::max(fact.commit, *record.index);
        if (!record.applied) fact.applied = std::max(fact.applied, *record.index);
        nodes_[record.node].snapshot = *record.index;
        logs_[record.node] = std::max(logs_[record.node], *record.index);
        break;
      case FactKind::kDurable:
        make_durable(record, fact);
        break;
      case FactKind::kSend:
        fact.content = message(record, fact);
        break;
      case FactKind::kNote:
        if (!record.counted) break;
        fact.has_core = true;
        fact.core.kind = raft::EventKind::kVoteCounted;
        fact.core.granted = true;
        fact.core.peer = *record.counted;
        if (*record.counted == record.node && !(seen_.durable && seen_.vote)) {
          nodes_[record.node].vote = fact.vote = record.node;
          suppose_stored(fact);
        }
        break;
      default:
        break;
    }
    hand_over(fact);
    // Whoever does not say when things are stored is taken to store them at once.
    const bool changes = fact.kind == FactKind::kVote || fact.kind == FactKind::kTerm ||
                         fact.kind == FactKind::kRole || fact.kind == FactKind::kAppend ||
                         fact.kind == FactKind::kTruncate || fact.kind == FactKind::kSnapshot;
    if (!seen_.durable && changes) suppose_stored(fact);
  }

  const std::vector<Violation>& violations() const { return checkers_.violations(); }

 private:
  struct Node {
    Term term;
    Role role = Role::kFollower;
    NodeId vote, stored_vote;
    Index commit, applied, stored_last;
    Index snapshot;  // that took the place of its log
    bool applies = false;
    bool known = false;
  };

  void remark(const TraceRecord& record, const std::string& text) {
    if (report_.remarks.size() < 100) {
      report_.remarks.push_back("line " + std::to_string(record.line) + ": " + text);
    }
  }

  static sim::Fact kind_only(const TraceRecord& record) {
    sim::Fact fact;
    fact.node = record.node;
    fact.kind = *record.known;
    return fact;
  }

  void take_state(const TraceRecord& record, Node& node) {
    if (record.term != node.term && !record.vote) node.vote = raft::kNoNode;
    if (record.known == FactKind::kVote && record.candidate && record.granted == true &&
        record.pre_vote != true) {
      node.vote = *record.candidate;
    }
    if (record.role) {
      if (const auto role = role_of(*record.role)) {
        node.role = *role;
      } else {
        remark(record, "'" + record.role->substr(0, 40) + "' is no role");
      }
    }
    node.term = record.term;
    node.vote = record.vote.value_or(node.vote);
    node.commit = record.commit.value_or(node.commit);
    node.applied = record.applied.value_or(node.applied);
  }

  sim::Fact base(const TraceRecord& record) {
    Node& node = nodes_[record.node];
    const bool starts = record.known == FactKind::kStart || record.known == FactKind::kRestart;
    if (starts) {
      node.role = Role::kFollower;
      node.vote = node.stored_vote;
      node.commit = {};
      node.applied = {};
      node.applies = false;
      node.snapshot = {};
      if (seen_.durable) logs_[record.node] = node.stored_last;
    }
    if (tells_state(kind_only(record))) take_state(record, node);

    sim::Fact fact;
    fact.id = record.id.value_or(record.line);
    fact.cause = record.cause.value_or(0);
    fact.event = record.event.value_or(record.line);
    fact.at = record.at;
    fact.node = record.node;
    fact.kind = *record.known;
    fact.term = node.term;
    fact.role = node.role;
    fact.core.role = node.role;
    fact.core.term = node.term;
    fact.core.granted = record.granted.value_or(false);
    fact.core.peer = record.candidate.value_or(raft::kNoNode);
    fact.vote = node.vote;
    fact.commit = node.commit;
    fact.applied = node.applied;
    if (record.config) fact.config = *record.config;
    fact.core.members = record.holders;
    // A restart that does not say where its log ends has kept what was stored.
    fact.last = record.last.value_or(Index{UINT64_MAX / 2});
    for (const TraceEntry& entry : record.entries) {
      raft::Entry made;
      made.index = entry.index;
      made.term = entry.term;
      made.data = entry.text;
      if (changes_members(entry.text)) made.type = raft::EntryType::kConfChangeV2;
      fact.entries.push_back(std::make_shared<const raft::Entry>(std::move(made)));
    }
    if (!fact.entries.empty()) {
      fact.core.index = fact.entries.front()->index;
      fact.core.other_index = fact.entries.back()->index;
    }
    if (starts && !fact.entries.empty()) logs_[record.node] = fact.entries.back()->index;
    if (starts && record.last) logs_[record.node] = std::min(logs_[record.node], *record.last);
    fact.message = record.message.value_or(0);
    if (record.from) fact.from = *record.from;
    if (record.to) fact.to = *record.to;
    return fact;
  }

  // All that the node has is on its disk.
  void suppose_stored(const sim::Fact& fact) {
    sim::Fact stored = fact;
    stored.kind = FactKind::kDurable;
    stored.entries.clear();
    stored.has_core = false;
    stored.core = {};
    stored.core.index = seen_.durable ? nodes_[fact.node].stored_last : logs_[fact.node];
    stored.durable_term = fact.term;
    stored.durable_vote = fact.vote;
    nodes_[fact.node].stored_vote = fact.vote;
    hand_over(stored);
  }

  // A trace may begin in the middle: the first entry that a node applies says where. And what comes
  // right behind a snapshot says that this is in the state machine, too.
  void begin_applying(const sim::Fact& fact) {
    Node& node = nodes_[fact.node];
    if (fact.entries.empty()) return;
    const bool behind_snapshot =
        node.snapshot.value > 0 && fact.entries.front()->index == raft::next_index(node.snapshot);
    if (node.applies && !behind_snapshot) return;
    node.applies = true;
    sim::Fact before = fact;
    before.kind = FactKind::kNote;
    before.entries.clear();
    before.applied = raft::previous_index(fact.entries.front()->index);
    if (node.known && checkers_applied_[fact.node] >= before.applied) return;
    hand_over(before);
  }

  bool check_gap(const TraceRecord& record, const sim::Fact& fact) {
    if (fact.entries.empty()) return true;
    Index& last = logs_[record.node];
    const Index first = fact.entries.front()->index;
    if (last.value > 0 && first > raft::next_index(last)) {
      remark(record, "n" + std::to_string(record.node.value) + " appends entry " +
                         std::to_string(first.value) + ", but its log ended at " +
                         std::to_string(last.value) + "; the line is left out");
      return false;
    }
    last = fact.entries.back()->index;
    return true;
  }

  void make_durable(const TraceRecord& record, sim::Fact& fact) {
    Node& node = nodes_[record.node];
    fact.core.index = record.last.value_or(Index{});
    fact.durable_term = record.stored_term.value_or(fact.term);
    fact.durable_vote = record.stored_vote.value_or(fact.vote);
    if (record.stored_term && *record.stored_term != fact.term && !record.stored_vote) {
      fact.durable_vote = raft::kNoNode;
    }
    node.stored_vote = fact.durable_vote;
    node.stored_last = fact.core.index;
  }

  std::shared_ptr<const raft::Message> message(const TraceRecord& record, const sim::Fact& fact) {
    const bool vote = sends(record, "vote-reply");
    if (!vote && !(sends(record, "append-reply") && record.index)) return nullptr;
    raft::Message reply;
    reply.type = vote ? raft::MessageType::kVoteReply : raft::MessageType::kAppendReply;
    reply.from = record.node;
    reply.to = record.to->node;
    reply.term = record.message_term.value_or(fact.term);
    reply.index = record.index.value_or(Index{});
    // A vote reply that does not say what it says grants if the node's vote is its receiver's.
    const bool grants = fact.vote == reply.to && reply.term == fact.term;
    reply.reject = record.reject.value_or(vote && !grants);
    return std::make_shared<const raft::Message>(std::move(reply));
  }

  void hand_over(const sim::Fact& fact) {
    Node& node = nodes_[fact.node];
    node.known = true;
    node.applied = fact.applied;
    node.commit = fact.commit;
    checkers_applied_[fact.node] = fact.applied;
    checkers_.on_fact(fact);
  }

  const Seen& seen_;
  TraceReport& report_;
  CheckerSet checkers_;
  std::map<NodeId, Node> nodes_;
  std::map<NodeId, Index> logs_;  // where each log ends
  std::map<NodeId, Index> checkers_applied_;
};

void say_what_was_checked(const Seen& seen, TraceReport& report) {
  const auto add = [&](Property property, bool checked, const char* why) {
    if (checked) {
      report.checked.push_back(property);
    } else {
      report.not_checked.push_back({property, why});
    }
  };
  add(Property::kElectionSafety, seen.leader, "no line of kind role says that a node leads");
  add(Property::kLeaderAppendOnly, seen.leader && seen.append,
      "it needs role lines and append lines with entries");
  add(Property::kLogMatching, seen.append, "it needs append lines with entries");
  add(Property::kLeaderCompleteness, seen.leader && seen.append && seen.leader_commit,
      "it needs role lines, append lines with entries, and commit lines with 'commit'");
  add(Property::kStateMachineSafety, seen.apply, "it needs apply lines with entries");
  add(Property::kMonotonic, true, "");
  add(Property::kVoteOnce, seen.vote,
      "it needs vote lines with 'candidate' and 'granted', or the field 'vote'");
  add(Property::kDurableBeforeAck, seen.durable && (seen.append_reply || seen.vote_reply),
      "it needs durable lines, and send lines of vote-reply, or of append-reply with 'index'");
  const char* rows = "the rows of the state machines are not in a trace";
  add(Property::kDiskLogMatching, false, "the disks are not in a trace");
  add(Property::kAppliedEqualsLog, false, rows);
  add(Property::kOneOutcome, false, "requests are not in a trace");
  add(Property::kMembership, seen.config,
      "no line of kind start, restart or config says who the voters are");
  add(Property::kLinearizability, false, "it is checked on a history (raftarium check)");
  add(Property::kLiveness, false, "links and delays are not in a trace");
}

}  // namespace

TraceReport check_trace(const std::vector<TraceRecord>& trace) {
  TraceReport report;
  const Seen seen = look(trace);
  say_what_was_checked(seen, report);
  Adapter adapter(seen, report);
  for (const TraceRecord& record : trace) adapter.take(record);
  report.violations = adapter.violations();
  if (seen.commit) return report;
  report.remarks.push_back("no line has 'commit': of monotonic, terms alone were checked");
  return report;
}

}  // namespace check
