// An export in a process of its own, so that a window goes on drawing meanwhile.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "app/export/options.h"

namespace exporter {

class Job {
 public:
  // Begins to write `path`. Errors: kIo if no process can be made.
  static Result<Job> start(const session::Recording& recording, const Options& options,
                           const std::string& path);
  Job(Job&& other) noexcept;
  Job& operator=(Job&& other) noexcept;
  // Ends it if it still runs; then there is no file.
  ~Job();

  // Takes over what it has told. True while it runs.
  bool poll();
  std::uint64_t permille() const { return permille_; }
  // REQUIRES: !poll(). Errors: those of write_export().
  const Status& result() const { return result_; }
  const std::string& path() const { return path_; }

 private:
  Job() = default;
  void end();

  pid_t child_ = -1;
  int told_ = -1;  // what it says, line by line
  std::string heard_;
  std::uint64_t permille_ = 0;
  Status result_ = ok();
  std::string path_;
};

}  // namespace exporter
