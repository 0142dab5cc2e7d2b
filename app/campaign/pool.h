// Work in child processes, at most so many at a time, with results in the order of the work. A
// child that dies takes nobody with it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "raft/result.h"

namespace campaign {

struct ChildResult {
  std::string bytes;  // what the work returned
  int signal = 0;     // not 0: the child died of it, and `bytes` may be cut off
};

struct PoolWork {
  std::uint64_t count = 0;                         // pieces 0 to count - 1
  std::uint64_t processes = 1;                     // at least 1
  std::function<std::string(std::uint64_t)> work;  // in a child; it must write nowhere else
  // In the parent, in the order of the pieces; false: the rest is not wanted.
  std::function<bool(std::uint64_t, ChildResult)> take;
  std::function<bool()> more;  // asked some times a second; false: stop
};

// Until all is done, or take or more say no; then children that are still at work are ended.
// Errors: kIo, no process can be started.
Status run_pool(const PoolWork& pool);

}  // namespace campaign
