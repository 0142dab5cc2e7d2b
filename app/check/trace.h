// Traces: what happened in a run of any Raft, one JSON object a line (docs/checks.md). Ours are
// written from facts; others' are read, shown and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/check/violation.h"
#include "app/sim/fact.h"
#include "raft/result.h"

namespace check {

// An entry as a trace tells it; `text` is its content, or a hash of it.
struct TraceEntry {
  raft::Index index;
  raft::Term term;
  std::string text;
  bool operator==(const TraceEntry&) const = default;
};

// One line. Only line, at, node, kind and term are always there.
struct TraceRecord {
  std::uint64_t line = 0;
  sim::Instant at;
  sim::NodeId node;  // 0: a client, or the network
  std::string kind;
  std::optional<sim::FactKind> known;  // nullopt: a kind of somebody's own, shown and not checked
  raft::Term term;
  std::optional<std::uint64_t> id, cause, event;
  std::string reason;
  // The node after it.
  std::optional<std::string> role;  // a word of the scenario language
  std::optional<raft::NodeId> vote;
  std::optional<raft::Index> commit, applied, last;
  // Of single kinds.
  std::optional<raft::NodeId> candidate;  // vote
  std::optional<bool> granted, pre_vote;  // of it
  std::vector<TraceEntry> entries;        // append, apply; restart: what was read back
  std::optional<raft::Index> from_index;  // truncate
  std::optional<raft::Index> index;       // snapshot; send of an append-reply: what it acknowledges
  std::optional<raft::Term> entry_term;   // snapshot
  std::optional<std::uint64_t> message;   // send, receive, drop, duplicate
  std::string type;
  std::optional<sim::Endpoint> from, to;
  std::optional<bool> reject;              // of replies
  std::optional<raft::Term> message_term;  // of replies; else the node's term
  std::optional<raft::Term> stored_term;   // durable: what the disk holds; else the node's
  std::optional<raft::NodeId> stored_vote;
  std::optional<raft::ConfState> config;  // start, restart, config: the node's members from now on
  std::vector<raft::NodeId> holders;      // a leader's commit: who holds the entry
  std::optional<raft::NodeId> counted;    // note: whose granted vote a candidate has counted
  std::string json;                       // the line as it stands
};

// One line, without the line's end.
std::string write_trace(const sim::Fact& fact);
// Errors: kCorruption or kInvalidArgument, "line N: …".
Result<std::vector<TraceRecord>> read_trace(std::string_view file);

struct NotChecked {
  Property property = Property::kElectionSafety;
  std::string why;  // one sentence: which kinds or fields are missing
};

struct TraceReport {
  std::vector<Violation> violations;
  std::vector<Property> checked;  // as far as the trace tells
  std::vector<NotChecked> not_checked;
  std::vector<std::string> remarks;  // lines that contradict those before, "line N: …"
};

// Runs the properties over the trace, in the order of its lines. What an implementation does not
// tell is taken as harmless: without `durable` lines everything counts as stored at once.
TraceReport check_trace(const std::vector<TraceRecord>& trace);

}  // namespace check
