// What the key-value server asks of its node's disk; storage/node_store.h implements it over
// SQLite. It is also the raft::Storage that the core reads. Each write is one transaction.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "raft/message.h"
#include "raft/result.h"
#include "raft/storage.h"

namespace kv {

// A row of the state machine. `index` is the log entry that wrote it.
struct Row {
  std::string value;
  raft::Index index;
  bool operator==(const Row&) const = default;
};
using Rows = std::map<std::string, Row>;

// A client's last request that took effect (thesis 6.3).
struct Session {
  std::uint64_t sequence = 0;
  std::string result;  // encoded (kv/command.h)
  raft::Index index;   // of the entry, for expiry by log order
  bool operator==(const Session&) const = default;
};
using Sessions = std::map<std::uint64_t, Session>;  // by client id

// The persistent part of one Ready: one transaction.
struct LogWrite {
  std::optional<raft::HardState> hard_state;
  std::vector<raft::EntryPtr> entries;  // replaces what is stored from the first one's index on
};

// What applying entries up to `applied` changed: one transaction.
struct ApplyWrite {
  raft::Index applied;
  raft::Term applied_term;
  std::vector<std::pair<std::string, std::optional<Row>>> rows;  // nullopt: deleted
  std::vector<std::pair<std::uint64_t, std::optional<Session>>> sessions;
  std::optional<raft::ConfState> config;
};

// Errors of writes: kIo (the node must halt: after a failed sync nothing is known), kUnavailable
// (the disk is full; nothing was changed).
class Store : public raft::Storage {
 public:
  virtual raft::Index applied() const = 0;
  // The state machine as stored, read once when the server opens.
  virtual Result<Rows> load_rows() const = 0;
  virtual Result<Sessions> load_sessions() const = 0;
  virtual Status write_log(const LogWrite& write) = 0;
  virtual Status write_apply(const ApplyWrite& write) = 0;
};

}  // namespace kv
