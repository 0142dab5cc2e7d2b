// A busy session with a journal, made to be killed: kill_test.py starts it.
// usage: journal_driver FOLDER SEED     prints after each command how many are kept, and on the
// same line why the last ones are not
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <iostream>

#include "app/session/journal.h"
#include "tests/session/jumps.h"

namespace {

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::size_t commands(const session::Session& session) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < session.branches(); ++i) count += session.branch(i).commands.size();
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 1;
  auto journal = session::Journal::create(argv[1], seconds);
  if (!journal) {
    std::cerr << journal.error().message << "\n";
    return 2;
  }
  sim::ClusterConfig config;
  config.seed = std::strtoull(argv[2], nullptr, 10);
  auto session = session::Session::start(config);
  if (!session) return 1;
  session->set_journal(journal->get());
  raft::Rng rng(config.seed, 5);
  for (std::uint64_t i = 0;; ++i) {
    session::act_at_random(*session, rng);
    // Told only when it is on the disk.
    std::cout << commands(*session) << ' ' << (*journal)->problem() << std::endl;
    session->tick({rng.below(2000)});
    session->pulse();
    (*journal)->pulse();
    if (rng.below(12) == 0) session->bookmark("b" + std::to_string(i));
    if (rng.below(15) == 0) (void)session->undo();
    if (rng.below(15) == 0)
      (void)session->seek(session::AtEvent{rng.below(session->tip().events + 1)});
    if (rng.below(40) == 0 && session->branches() > 2) {
      const std::size_t last = session->branches() - 1;
      (void)session->rename_branch(last, "named " + std::to_string(i));
    }
  }
}
