#include "app/export/job.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <utility>

#include "app/export/export.h"

namespace exporter {
namespace {

volatile std::sig_atomic_t asked_to_end = 0;

void say(int to, const std::string& line) {
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t count = ::write(to, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return;  // nobody listens any more
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

// In the child; ends it without a look at what belongs to the parent.
[[noreturn]] void work(const session::Recording& recording, const Options& options,
                       const std::string& path, int to) {
  struct sigaction end {};
  end.sa_handler = [](int) { asked_to_end = 1; };
  ::sigaction(SIGTERM, &end, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  const auto progress = [&](std::uint64_t permille) {
    say(to, std::to_string(permille) + "\n");
    return asked_to_end == 0;
  };
  auto session = session::Session::replay(recording, session::AtEnd{},
                                          [](std::uint64_t) { return asked_to_end == 0; });
  const Status done =
      session ? write_export(*session, options, path, progress) : Status(session.error());
  say(to, done ? "done\n" : "failed " + done.error().message + "\n");
  ::_exit(done ? 0 : 1);
}

}  // namespace

Job::Job(Job&& other) noexcept
    : child_(std::exchange(other.child_, -1)),
      told_(std::exchange(other.told_, -1)),
      heard_(std::move(other.heard_)),
      permille_(other.permille_),
      result_(std::move(other.result_)),
      path_(std::move(other.path_)) {}

Job& Job::operator=(Job&& other) noexcept {
  std::swap(child_, other.child_);
  std::swap(told_, other.told_);
  std::swap(heard_, other.heard_);
  std::swap(permille_, other.permille_);
  std::swap(result_, other.result_);
  std::swap(path_, other.path_);
  return *this;
}

Job::~Job() {
  if (child_ > 0) ::kill(child_, SIGTERM);
  end();
}

void Job::end() {
  int status = 0;
  while (child_ > 0 && ::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
  }
  child_ = -1;
  if (told_ >= 0) ::close(told_);
  told_ = -1;
}

Result<Job> Job::start(const session::Recording& recording, const Options& options,
                       const std::string& path) {
  Job job;
  job.path_ = path;
  // What the child would have to say at once.
  RAFT_TRY(check(options));
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return Error{Code::kIo, std::string("a pipe cannot be made: ") + std::strerror(errno)};
  job.child_ = ::fork();
  if (job.child_ == 0) {
    ::close(ends[0]);
    work(recording, options, path, ends[1]);
  }
  const int failed = errno;
  ::close(ends[1]);
  job.told_ = ends[0];
  if (job.child_ < 0)
    return Error{Code::kIo, std::string("the export cannot be started: ") + std::strerror(failed)};
  ::fcntl(job.told_, F_SETFL, O_NONBLOCK);
  job.result_ = Error{Code::kIo, "the export ended without a word; there may be too little memory"};
  return job;
}

bool Job::poll() {
  if (told_ < 0) return false;
  char buffer[4096];
  while (true) {
    const ssize_t count = ::read(told_, buffer, sizeof buffer);
    if (count > 0) {
      heard_.append(buffer, static_cast<std::size_t>(count));
      continue;
    }
    const bool more = count < 0 && (errno == EAGAIN || errno == EINTR);
    if (count < 0 && errno == EINTR) continue;
    for (std::size_t line = heard_.find('\n'); line != std::string::npos;
         line = heard_.find('\n')) {
      constexpr std::string_view kFailed = "failed ";
      const std::string text = heard_.substr(0, line);
      heard_.erase(0, line + 1);
      if (text == "done") {
        result_ = ok();
      } else if (text.rfind(kFailed, 0) == 0) {
        result_ = Error{Code::kIo, text.substr(kFailed.size())};
      } else {
        std::from_chars(text.data(), text.data() + text.size(), permille_);
      }
    }
    if (more) return true;
    end();
    return false;
  }
}

}  // namespace exporter
