// Ctrl+C, and the wish of the system to end, held back while something is done that leaves a result
// when it is given up.
#pragma once

#include <csignal>

namespace cli {

class Interrupt {
 public:
  Interrupt() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals_, &before_);
  }
  // A signal that was held back strikes now, unless it was forgotten.
  ~Interrupt() { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool came() const {
    sigset_t pending;
    sigpending(&pending);
    return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1;
  }
  // The program goes on to its own end.
  void forget() {
    while (came()) {
      int which = 0;
      sigwait(&signals_, &which);
    }
  }

 private:
  sigset_t signals_;
  sigset_t before_;
};

}  // namespace cli
