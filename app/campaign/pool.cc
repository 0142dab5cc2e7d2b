#include "app/campaign/pool.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <vector>

namespace campaign {
namespace {

constexpr int kLookMilliseconds = 100;
// How far ahead of the slowest piece others are begun.
constexpr std::uint64_t kAhead = 16;

struct Child {
  std::uint64_t piece = 0;
  pid_t process = 0;
  int pipe = -1;
  ChildResult result;
};

[[noreturn]] void be_child(const PoolWork& pool, std::uint64_t piece, int pipe) {
  // What the parent holds back is not for the child: Ctrl+C ends it.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const std::string bytes = pool.work(piece);
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t count = ::write(pipe, bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) ::_exit(1);
    written += static_cast<std::size_t>(count);
  }
  ::_exit(0);
}

class Pool {
 public:
  explicit Pool(const PoolWork& pool) : pool_(pool) {}
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() {
    for (Child& child : children_) {
      ::kill(child.process, SIGKILL);
      finish(child);
    }
  }

  Status run() {
    while (taken_ < pool_.count) {
      while (begun_ < pool_.count && children_.size() < pool_.processes &&
             begun_ < taken_ + pool_.processes * kAhead) {
        RAFT_TRY(begin(begun_));
        ++begun_;
      }
      wait();
      for (auto done = done_.find(taken_); done != done_.end(); done = done_.find(taken_)) {
        ChildResult result = std::move(done->second);
        done_.erase(done);
        if (!pool_.take(taken_++, std::move(result))) return ok();
      }
      if (!pool_.more()) return ok();
    }
    return ok();
  }

 private:
  Status begin(std::uint64_t piece) {
    int ends[2];
    if (::pipe(ends) != 0) {
      return Error{Code::kIo, "no pipe can be made: " + std::string(std::strerror(errno))};
    }
    const pid_t process = ::fork();
    if (process < 0) {
      const int failed = errno;
      ::close(ends[0]);
      ::close(ends[1]);
      return Error{Code::kIo, "no process can be started: " + std::string(std::strerror(failed))};
    }
    if (process == 0) {
      ::close(ends[0]);
      for (const Child& other : children_) ::close(other.pipe);
      be_child(pool_, piece, ends[1]);
    }
    ::close(ends[1]);
    ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    children_.push_back({piece, process, ends[0], {}});
    return ok();
  }

  // Reads what has come; a child that has closed its pipe is done.
  void wait() {
    std::vector<pollfd> pipes;
    for (const Child& child : children_) pipes.push_back({child.pipe, POLLIN, 0});
    if (::poll(pipes.data(), static_cast<nfds_t>(pipes.size()), kLookMilliseconds) <= 0) return;
    for (std::size_t i = pipes.size(); i > 0; --i) {
      if (pipes[i - 1].revents == 0) continue;
      Child& child = children_[i - 1];
      char buffer[65536];
      const ssize_t count = ::read(child.pipe, buffer, sizeof buffer);
      if (count < 0 && errno == EINTR) continue;
      if (count > 0) {
        child.result.bytes.append(buffer, static_cast<std::size_t>(count));
        continue;
      }
      finish(child);
      done_.emplace(child.piece, std::move(child.result));
      children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(i - 1));
    }
  }

  static void finish(Child& child) {
    ::close(child.pipe);
    int status = 0;
    while (::waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status)) child.result.signal = WTERMSIG(status);
  }

  const PoolWork& pool_;
  std::uint64_t begun_ = 0;
  std::uint64_t taken_ = 0;
  std::vector<Child> children_;
  std::map<std::uint64_t, ChildResult> done_;  // and not taken yet
};

}  // namespace

Status run_pool(const PoolWork& pool) { return Pool(pool).run(); }

}  // namespace campaign
