// The recording of a session while it grows; what is added goes to the journal as well.
#pragma once

#include <optional>
#include <string_view>

#include "app/session/recording.h"

namespace session {

// Where a session leaves what must survive the program (journal.h).
class JournalSink {
 public:
  virtual ~JournalSink() = default;
  // Goes behind what is there. `urgent`: somebody acted.
  virtual void append(std::string_view records, bool urgent) = 0;
  // Replaces all. False: it could not; what is there is of an earlier time, and nothing may go
  // behind it.
  virtual bool rewrite(const Recording& recording) = 0;
};

class RecordLog {
 public:
  const Recording& get() const { return recording_; }
  // For changes that the journal does not see: those behind which rewrite() is called, and ends.
  Recording& edit() { return recording_; }

  void add(std::size_t branch, RecordedCommand command);
  void add(std::size_t branch, DigestMark digest);
  void add(std::size_t branch, Mark mark);  // where it belongs in time
  // A new branch, which becomes the active one.
  void add_branch(Branch branch);
  // How far the active branch has come.
  void reached(const sim::Position& at);
  void rewrite();

  void set_journal(JournalSink* journal);

 private:
  // A record that is in the recording by now.
  void write(std::size_t branch, std::string_view record, bool urgent);

  Recording recording_;
  JournalSink* journal_ = nullptr;             // not owned
  std::optional<std::size_t> journal_branch_;  // that the last record belongs to
  bool stale_ = false;                         // the journal could not be rewritten
};

}  // namespace session
