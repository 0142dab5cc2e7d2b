// What an observer is told. Event list, sequence diagram, narration, checkers and traces read the
// same facts. Kinds are those of the trace format (docs/formats.md).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/sim/command.h"
#include "app/sim/time.h"
#include "raft/message.h"
#include "raft/observer.h"

namespace sim {

enum class FactKind : std::uint8_t {
  kStart,
  kCrash,
  kRestart,
  kPause,
  kResume,
  kHalt,
  kTerm,
  kRole,
  kVote,
  kAppend,
  kApply,
  kTruncate,
  kCommit,
  kDurable,
  kSnapshot,
  kSend,
  kReceive,
  kDrop,
  kDuplicate,
  kConfig,
  kCommand,  // somebody acted: `text` is the scenario line
  kRequest,  // a client called or got an answer: `text`
  kNote,     // a decision of the core without a kind of its own: `core`
};

// "vote", "send", …: the trace's word.
std::string_view fact_kind_name(FactKind kind);

struct Fact {
  std::uint64_t id = 0;     // from 1
  std::uint64_t cause = 0;  // id of the fact that led to this one; 0: none
  std::uint64_t event = 0;  // world event in which it happened
  Instant at;
  NodeId node;               // where; 0: at a client or the network
  std::uint64_t client = 0;  // kRequest, and sends and receives of clients
  FactKind kind = FactKind::kNote;
  raft::Event core;  // what the core said; kind kHalted… see raft/observer.h
  bool has_core = false;
  // kAppend: what was appended; kApply: what was applied; kDurable: those of the write; kStart and
  // kRestart: the whole log as read from the disk.
  std::vector<raft::EntryPtr> entries;
  std::uint64_t message = 0;                     // kSend, kReceive, kDrop, kDuplicate: id
  std::string_view message_type;                 // their scenario name (static storage)
  std::shared_ptr<const raft::Message> content;  // what it says; null for client traffic
  Endpoint from, to;                             // of the message
  std::uint64_t chunk = 0;                       // it is or answers this chunk of a snapshot
  std::uint64_t chunks = 0;                      // of so many; 0: an answer does not say
  std::string text;                              // kCommand, kRequest, kDrop (why), kHalt (why)
  // kDurable: what the node's disk now holds for sure, besides entries up to core.index.
  raft::Term durable_term;
  raft::NodeId durable_vote;
  raft::Index durable_applied;
  // kStart, kRestart: the last entry before the log that was read back: 0, or what a compaction or
  // a snapshot has left.
  raft::Index base;
  raft::Term base_term;
  raft::ConfState config;  // kStart, kRestart, kConfig: who its members are now
  // The node after the fact.
  raft::Term term;
  raft::Role role = raft::Role::kFollower;
  raft::NodeId vote;
  raft::Index commit, applied, last;
};

// One sentence: "n4 granted n3 its vote". `reason`: why, may be empty; `rule`: "§5.4.1", may be
// empty.
struct Narration {
  std::string what;
  std::string reason;
  std::string rule;
};
Narration narrate(const Fact& fact);

}  // namespace sim
