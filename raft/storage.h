// Where the core reads what was stored. The server writes it (kv/server.h); the core only reads.
#pragma once

#include <compare>
#include <optional>
#include <utility>
#include <vector>

#include "raft/message.h"
#include "raft/result.h"

namespace raft {

// Where a log ends.
struct LogEnd {
  Index index;
  Term term;
  // The order of paper section 5.4.1: the more up-to-date log is the greater one.
  friend auto operator<=>(const LogEnd& a, const LogEnd& b) {
    return std::pair(a.term, a.index) <=> std::pair(b.term, b.index);
  }
  bool operator==(const LogEnd&) const = default;
};

struct InitialState {
  HardState hard_state;  // commit: max(stored commit, applied, snapshot index)
  ConfState config;
  // Set if rot has taken entries from the stored log: it ended here, and only what is before the
  // first damaged entry is offered. Commit and applied index may be beyond that then.
  std::optional<LogEnd> lost_end = {};
};

// Entries [first_index, last_index] are there; the term of first_index - 1 is known too (it is the
// snapshot's). Reads after a failure of the disk may return kCorruption or kIo: the core then
// halts.
class Storage {
 public:
  virtual ~Storage() = default;
  virtual Result<InitialState> initial_state() const = 0;
  // Entries in [first, end), cut after the first entry that makes the sum of encoded sizes exceed
  // `max_bytes` (always at least one). Errors: kNotFound if first was compacted, kUnavailable if
  // end > last_index + 1.
  virtual Result<std::vector<EntryPtr>> entries(Index first, Index end,
                                                std::uint64_t max_bytes) const = 0;
  // Errors as above.
  virtual Result<Term> term(Index index) const = 0;
  virtual Index first_index() const = 0;
  virtual Index last_index() const = 0;  // first_index() - 1 if there is no entry
  // kUnavailable: not ready yet, ask again (SnapshotTemporarilyUnavailable).
  virtual Result<SnapshotPtr> snapshot() const = 0;
};

}  // namespace raft
