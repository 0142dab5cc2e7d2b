// ffmpeg as a child process that reads pictures from a pipe and writes a film.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "raft/result.h"

namespace exporter {

class Encoder {
 public:
  struct Film {
    int width = 0, height = 0;
    std::uint64_t fps = 25;
    bool gif = false;
  };
  // Starts it; it writes `path` itself. Errors: kIo, also if it is not installed.
  static Result<Encoder> start(const Film& film, const std::string& path);
  Encoder(Encoder&& other) noexcept;
  Encoder& operator=(Encoder&&) = delete;
  // Ends it if it still runs.
  ~Encoder();

  // A picture: rows of blue, green, red and a byte that does not count.
  Status write(const unsigned char* pixels, std::size_t size);
  // No more pictures: waits until the film is written.
  Status finish();

 private:
  Encoder() = default;
  Error failed() const;
  void stop();

  pid_t child_ = -1;
  int pipe_ = -1;      // to write to
  int messages_ = -1;  // what it complains about
};

}  // namespace exporter
