// What survives the program: each running session is written to a file of its own in the user's
// state folder while it goes on. The file is a recording without its end (docs/formats.md), locked
// as long as its program lives, removed when the session is closed in order.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/session/record_log.h"
#include "raft/result.h"

namespace session {

// $XDG_STATE_HOME/raftarium/sessions, else ~/.local/state/raftarium/sessions; empty: no home.
std::string journal_folder();

class Journal : public JournalSink {
 public:
  // Makes the folder if it is not there, and a file of its own in it. `seconds`: a clock that goes
  // on evenly. Errors: kIo, a sentence that names the folder or file; the program can run without.
  static Result<std::unique_ptr<Journal>> create(const std::string& folder,
                                                 std::function<double()> seconds);
  // Closes the file and keeps it.
  ~Journal() override;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // What somebody did is on the disk when this returns; the rest within a second of the next call.
  void append(std::string_view records, bool urgent) override;
  // All or nothing, as any saved file.
  bool rewrite(const Recording& recording) override;
  // Tries again what could not be written, and syncs what is due.
  void pulse();
  // The session was closed in order: nothing is left to recover.
  void remove();

  const std::string& path() const { return path_; }
  // Why something is not on the disk now; empty: all is.
  const std::string& problem() const { return problem_; }

 private:
  Journal(std::string path, int file, std::function<double()> seconds);
  void flush(bool sync);

  std::string path_;
  int file_ = -1;
  std::function<double()> seconds_;
  std::uint64_t written_ = 0;  // bytes of the file that hold
  std::string waiting_;        // not written yet
  double synced_at_ = 0;
  bool unsynced_ = false;
  bool stale_ = false;  // the last rewrite failed
  std::string problem_;
};

// A session that its program left behind.
struct LeftBehind {
  std::string path;
  std::uint64_t commands = 0;
  sim::Position at;
  std::size_t branches = 1;
  std::string title;
  std::string problem;  // not empty: it cannot be read, and why
};

// Those of the folder whose program no longer runs, the newest first. Removes what is empty.
std::vector<LeftBehind> left_behind(const std::string& folder);

}  // namespace session
