// What a node's log has made of it: rows and sessions in memory. Deterministic: the same commands
// at the same indexes give the same state on every node. The store behind it gets each change in
// the transaction that moves the applied index.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "kv/command.h"
#include "kv/store.h"

namespace kv {

class StateMachine {
 public:
  StateMachine() = default;
  StateMachine(Rows rows, Sessions sessions);

  // Carries out the command of entry `index` and adds what it changed to `write`. A retry of the
  // client's last request changes nothing and gives the first answer again (thesis 6.3), unless
  // `dedupe` is false.
  Output apply(const Command& command, raft::Index index, bool dedupe, ApplyWrite& write);
  // Answers a get or a scan. REQUIRES: is_read(command.op).
  Output read(const Command& command) const;

  const Rows& rows() const { return rows_; }
  const Sessions& sessions() const { return sessions_; }

 private:
  Output execute(const Command& command, raft::Index index, ApplyWrite& write);
  void expire_sessions(std::uint64_t limit, ApplyWrite& write);

  Rows rows_;
  Sessions sessions_;
  std::map<raft::Index, std::uint64_t> by_age_;  // sessions: index of the last entry, client
};

}  // namespace kv
