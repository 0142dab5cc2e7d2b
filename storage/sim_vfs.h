// SQLite's view of a SimDisk: a VFS of version 1 (no shared memory, no memory mapping).
//
// It is registered as the default VFS, because that one is asked for the seed of SQLite's random
// generator, and the generator feeds journal headers: bytes on the simulated disk. Plain files are
// opened under the name of the operating system's VFS, "unix".
#pragma once

#include "storage/sim_disk.h"

namespace storage {

inline constexpr const char* kSimVfsName = "raftarium-sim";
inline constexpr const char* kSystemVfsName = "unix";

// Registers the VFS; later calls do nothing. False: SQLite could not start.
bool register_sim_vfs();

// While it lives, the VFS serves this disk. Around each call of SQLite on a simulated disk; nests.
// The disk behind it is the one global of the program: SQLite's interface leaves no other way.
class DiskGuard {
 public:
  explicit DiskGuard(SimDisk& disk) : DiskGuard(&disk) {}
  explicit DiskGuard(SimDisk* disk);  // null: what follows works on plain files
  ~DiskGuard();
  DiskGuard(const DiskGuard&) = delete;
  DiskGuard& operator=(const DiskGuard&) = delete;

 private:
  SimDisk* previous_;
};

// Makes SQLite's random numbers start anew from the guarded disk's, so that what other connections
// drew leaves no trace on this one.
void reset_sqlite_random();

}  // namespace storage
