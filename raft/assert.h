// A check for what cannot happen unless the code is wrong. On in every build.
#pragma once

#include <cstdio>
#include <cstdlib>

#define RAFT_ASSERT(condition)                                                               \
  do {                                                                                       \
    if (!(condition)) {                                                                      \
      std::fprintf(stderr, "%s:%d: assertion failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
