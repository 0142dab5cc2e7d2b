// Jumps about in random runs and compares each place with a straight run there.
// usage: session_jumps FIRST_SEED LAST_SEED JUMPS
#include <cstdlib>
#include <iostream>

#include "tests/session/jumps.h"

int main(int argc, char** argv) {
  if (argc != 4) return 1;
  const std::uint64_t first = std::strtoull(argv[1], nullptr, 10);
  const std::uint64_t last = std::strtoull(argv[2], nullptr, 10);
  const std::uint64_t jumps = std::strtoull(argv[3], nullptr, 10);
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const std::string wrong = session::jump_about(seed, jumps);
    if (wrong.empty()) continue;
    std::cerr << wrong << "\n";
    return 3;
  }
  std::cout << (last - first + 1) * jumps << " jumps in " << last - first + 1
            << " runs, all as a straight run\n";
  return 0;
}
