#include "app/export/encoder.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>
#include <vector>

extern char** environ;

namespace exporter {
namespace {

// A reader that is gone is an error of write(), not the end of the program.
class WithoutPipeSignal {
 public:
  WithoutPipeSignal() {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before_);
  }
  ~WithoutPipeSignal() { ::sigaction(SIGPIPE, &before_, nullptr); }
  WithoutPipeSignal(const WithoutPipeSignal&) = delete;
  WithoutPipeSignal& operator=(const WithoutPipeSignal&) = delete;

 private:
  struct sigaction before_ {};
};

Error system_error(std::string_view what, int number) {
  return {Code::kIo, std::string(what) + ": " + std::strerror(number)};
}

std::vector<std::string> words_of(const Encoder::Film& film, const std::string& path) {
  const std::string size = std::to_string(film.width) + "x" + std::to_string(film.height);
  std::vector<std::string> words = {"ffmpeg",
                                    "-hide_banner",
                                    "-loglevel",
                                    "error",
                                    "-y",
                                    "-f",
                                    "rawvideo",
                                    "-pix_fmt",
                                    "bgr0",
                                    "-s",
                                    size,
                                    "-r",
                                    std::to_string(film.fps),
                                    "-i",
                                    "pipe:0"};
  const auto add = [&](std::initializer_list<const char*> more) {
    words.insert(words.end(), more.begin(), more.end());
  };
  if (film.gif) {
    // A palette for each picture: one for all would hold the whole film in memory.
    add({"-vf", "split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=new=1:dither=none",
         "-f", "gif"});
  } else {
    add({"-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", "libx264", "-preset", "veryfast", "-crf",
         "20", "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4"});
  }
  // With the protocol, so that no name is taken for an option or an address.
  words.push_back("file:" + path);
  return words;
}

}  // namespace

Encoder::Encoder(Encoder&& other) noexcept
    : child_(std::exchange(other.child_, -1)),
      pipe_(std::exchange(other.pipe_, -1)),
      messages_(std::exchange(other.messages_, -1)) {}

Encoder::~Encoder() { stop(); }

void Encoder::stop() {
  if (pipe_ >= 0) ::close(pipe_);
  pipe_ = -1;
  if (child_ > 0) {
    ::kill(child_, SIGKILL);
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  child_ = -1;
  if (messages_ >= 0) ::close(messages_);
  messages_ = -1;
}

Result<Encoder> Encoder::start(const Film& film, const std::string& path) {
  Encoder out;
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error("a pipe cannot be made", errno);
  out.pipe_ = ends[1];
  out.messages_ = ::memfd_create("ffmpeg", MFD_CLOEXEC);
  const int nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC);

  posix_spawn_file_actions_t files;
  posix_spawnattr_t how;
  posix_spawn_file_actions_init(&files);
  posix_spawnattr_init(&how);
  posix_spawn_file_actions_adddup2(&files, ends[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, nothing, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, out.messages_, STDERR_FILENO);
  // In a group of its own: Ctrl+C is for us, who then end it and leave no file.
  sigset_t usual;
  sigemptyset(&usual);
  posix_spawnattr_setsigmask(&how, &usual);
  sigaddset(&usual, SIGPIPE);
  sigaddset(&usual, SIGINT);
  sigaddset(&usual, SIGTERM);
  posix_spawnattr_setsigdefault(&how, &usual);
  posix_spawnattr_setpgroup(&how, 0);
  posix_spawnattr_setflags(&how,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

  std::vector<std::string> words = words_of(film, path);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const int failed = ::posix_spawnp(&out.child_, "ffmpeg", &files, &how, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&how);
  ::close(ends[0]);
  if (nothing >= 0) ::close(nothing);
  if (failed == 0) return out;
  out.child_ = -1;
  if (failed == ENOENT)
    return Error{Code::kIo,
                 "films are made by ffmpeg, which is not installed; install the package ffmpeg"};
  return system_error("ffmpeg cannot be started", failed);
}

Error Encoder::failed() const {
  std::string text(400, '\0');
  const ssize_t count = messages_ < 0 ? 0 : ::pread(messages_, text.data(), text.size(), 0);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  text = text.substr(0, text.find('\n'));
  return {Code::kIo, "ffmpeg failed" + (text.empty() ? "" : ": " + text)};
}

Status Encoder::write(const unsigned char* pixels, std::size_t size) {
  const WithoutPipeSignal quiet;
  while (size > 0) {
    const ssize_t count = ::write(pipe_, pixels, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      int status = 0;  // what it has to say is complete once it is gone
      if (::waitpid(child_, &status, 0) == child_) child_ = -1;
      return failed();
    }
    pixels += count;
    size -= static_cast<std::size_t>(count);
  }
  return ok();
}

Status Encoder::finish() {
  ::close(pipe_);
  pipe_ = -1;
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(child_, &status, 0)) < 0 && errno == EINTR) {
  }
  child_ = -1;
  if (ended < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return failed();
  return ok();
}

}  // namespace exporter
