#include "storage/sim_disk.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace storage {
namespace {

std::string fill(char c, std::size_t length) { return std::string(length, c); }

SimDisk::Handle opened(SimDisk& disk, const std::string& name) {
  SimDisk::Handle handle;
  EXPECT_EQ(disk.open(name, true, handle), DiskStatus::kOk);
  return handle;
}

void write(SimDisk& disk, const SimDisk::Handle& handle, std::uint64_t at, std::string_view bytes) {
  ASSERT_EQ(disk.write(handle, at, bytes), DiskStatus::kOk);
}

// A disk with one durable file of `bytes`.
SimDisk disk_with(const std::string& bytes, bool power_safe = false) {
  SimDisk disk({.seed = 1, .node = 1, .power_safe_overwrite = power_safe});
  disk.put_file("f", bytes);
  return disk;
}

TEST(CowFile, ReadsWhatWasWrittenAcrossChunksAndGroups) {
  CowFile file;
  std::string model;
  raft::Rng rng(7);
  for (int round = 0; round < 400; ++round) {
    if (rng.chance(1, 8)) {
      const std::uint64_t size = rng.below(600'000);
      file.resize(size);
      model.resize(size, '\0');
    } else {
      const std::uint64_t at = rng.below(600'000);
      const std::string bytes = fill(static_cast<char>('a' + round % 26), rng.below(9000));
      file.write(at, bytes);
      if (!bytes.empty() && model.size() < at + bytes.size()) model.resize(at + bytes.size(), '\0');
      if (bytes.empty() && model.size() < at) model.resize(at, '\0');
      model.replace(at, bytes.size(), bytes);
    }
    ASSERT_EQ(file.size(), model.size());
  }
  EXPECT_EQ(file.bytes(), model);
}

TEST(CowFile, CopiesAreIndependent) {
  CowFile a;
  a.write(0, fill('a', 300'000));
  const CowFile b = a;
  a.write(5000, "changed");
  a.resize(10'000);
  EXPECT_EQ(b.bytes(), fill('a', 300'000));
  EXPECT_FALSE(a == b);
}

TEST(CowFile, WhatWasCutReadsZeroWhenTheFileGrowsAgain) {
  CowFile file;
  file.write(0, fill('x', 6000));
  file.resize(100);
  file.resize(6000);
  EXPECT_EQ(file.bytes(), fill('x', 100) + fill('\0', 5900));
}

TEST(CowFile, EqualBytesAreEqualWhateverTheChunks) {
  CowFile a;
  CowFile b;
  a.resize(9000);
  b.write(0, fill('\0', 9000));
  EXPECT_TRUE(a == b);
  EXPECT_EQ(a.hash(1), b.hash(1));
  b.write(8999, "1");
  EXPECT_NE(a.hash(1), b.hash(1));
}

TEST(SimDisk, AWriteIsReadAtOnceAndDurableOnlyWithItsEpoch) {
  SimDisk disk = disk_with("old");
  const SimDisk::Handle f = opened(disk, "f");
  disk.begin_transaction();
  write(disk, f, 0, "new");
  EXPECT_EQ(disk.contents("f"), "new");
  EXPECT_EQ(disk.read_image().contents("f"), "old");
  ASSERT_EQ(disk.sync(f), DiskStatus::kOk);
  EXPECT_EQ(disk.transaction_epochs(), 1U);
  EXPECT_EQ(disk.pending_epochs(), 1U);
  EXPECT_EQ(disk.read_image().contents("f"), "old");
  disk.complete_epoch();
  EXPECT_EQ(disk.pending_epochs(), 0U);
  EXPECT_EQ(disk.read_image().contents("f"), "new");
}

TEST(SimDisk, AnEpochHoldsTheWritesOfAllFiles) {
  SimDisk disk = disk_with("old");
  const SimDisk::Handle f = opened(disk, "f");
  const SimDisk::Handle g = opened(disk, "g");
  write(disk, f, 0, "new");
  write(disk, g, 0, "here");
  ASSERT_EQ(disk.sync(g), DiskStatus::kOk);
  disk.complete_epoch();
  EXPECT_EQ(disk.read_image().contents("f"), "new");
  EXPECT_EQ(disk.read_image().contents("g"), "here");
}

TEST(SimDisk, EpochsBecomeDurableInTheirOrder) {
  SimDisk disk = disk_with("0");
  const SimDisk::Handle f = opened(disk, "f");
  for (const char* content : {"1", "2", "3"}) {
    write(disk, f, 0, content);
    ASSERT_EQ(disk.sync(f), DiskStatus::kOk);
  }
  disk.begin_transaction();
  EXPECT_EQ(disk.transaction_epochs(), 0U);
  EXPECT_EQ(disk.pending_epochs(), 3U);
  disk.complete_epoch();
  EXPECT_EQ(disk.read_image().contents("f"), "1");
  disk.complete_epoch();
  EXPECT_EQ(disk.read_image().contents("f"), "2");
  disk.complete_all();
  EXPECT_EQ(disk.read_image().contents("f"), "3");
}

TEST(SimDisk, ACrashKeepsWhatIsDurableAndLosesTheSecondEpochWhole) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SimDisk disk = disk_with("0");
    const SimDisk::Handle f = opened(disk, "f");
    const SimDisk::Handle g = opened(disk, "g");
    write(disk, f, 0, "1");
    ASSERT_EQ(disk.sync(f), DiskStatus::kOk);
    disk.complete_epoch();
    write(disk, f, 1, "2");
    ASSERT_EQ(disk.sync(f), DiskStatus::kOk);
    write(disk, g, 0, "later");
    ASSERT_EQ(disk.sync(g), DiskStatus::kOk);
    disk.crash(raft::Rng(seed), Lose::kUnsynced);
    EXPECT_EQ(disk.contents("g"), "") << "the file was durable, its content came later";
    EXPECT_EQ(disk.pending_epochs(), 0U);
    EXPECT_EQ(disk.content_hash(), disk.durable_hash());
  }
}

TEST(SimDisk, EachChunkOfTheTornEpochIsOldNewMixedOrGarbage) {
  std::set<std::string> kinds;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SimDisk disk = disk_with(fill('o', 3 * kChunkBytes));
    const SimDisk::Handle f = opened(disk, "f");
    write(disk, f, kChunkBytes, fill('n', kChunkBytes));  // the middle one
    ASSERT_EQ(disk.sync(f), DiskStatus::kOk);
    disk.crash(raft::Rng(seed), Lose::kUnsynced);
    const std::string all = *disk.contents("f");
    ASSERT_EQ(all.size(), 3 * kChunkBytes);
    EXPECT_EQ(all.substr(0, kChunkBytes), fill('o', kChunkBytes)) << "nobody wrote there";
    EXPECT_EQ(all.substr(2 * kChunkBytes), fill('o', kChunkBytes));
    const std::string chunk = all.substr(kChunkBytes, kChunkBytes);
    bool pieces = true;
    for (std::uint64_t at = 0; at < kChunkBytes; at += kTearBytes) {
      const std::string piece = chunk.substr(at, kTearBytes);
      pieces = pieces && (piece == fill('o', kTearBytes) || piece == fill('n', kTearBytes));
    }
    if (chunk == fill('o', kChunkBytes)) {
      kinds.insert("old");
    } else if (chunk == fill('n', kChunkBytes)) {
      kinds.insert("new");
    } else {
      kinds.insert(pieces ? "mixed" : "garbage");
    }
  }
  EXPECT_EQ(kinds, (std::set<std::string>{"old", "new", "mixed", "garbage"}));
}

TEST(SimDisk, PowerSafeOverwriteLeavesNoGarbage) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SimDisk disk = disk_with(fill('o', kChunkBytes), true);
    const SimDisk::Handle f = opened(disk, "f");
    write(disk, f, 0, fill('n', kChunkBytes));
    disk.crash(raft::Rng(seed), Lose::kUnsynced);
    EXPECT_EQ(disk.contents("f")->find_first_not_of("on"), std::string::npos);
  }
}

TEST(SimDisk, AnUndoneTruncationBringsTheOldContentBack) {
  const std::string old = fill('o', 2 * kChunkBytes + 1000);
  std::set<std::string> outcomes;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SimDisk disk = disk_with(old);
    const SimDisk::Handle f = opened(disk, "f");
    ASSERT_EQ(disk.truncate(f, 0), DiskStatus::kOk);
    ASSERT_EQ(disk.sync(f), DiskStatus::kOk);
    disk.crash(raft::Rng(seed), Lose::kUnsynced);
    outcomes.insert(*disk.contents("f"));
  }
  EXPECT_EQ(outcomes, (std::set<std::string>{"", old}));
}

TEST(SimDisk, ACutInsideAChunkKeepsTheRestOfItIfTheSizeIsOld) {
  const std::string old = fill('o', 2 * kChunkBytes);
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SimDisk disk = disk_with(old);
    const SimDisk::Handle f = opened(disk, "f");
    ASSERT_EQ(disk.truncate(f, 100), DiskStatus::kOk);
    disk.crash(raft::Rng(seed), Lose::kUnsynced);
    const std::string all = *disk.contents("f");
    if (all.size() == old.size()) {
      EXPECT_EQ(all.substr(100), old.substr(100));
    } else {
      EXPECT_EQ(all.size(), 100U);
    }
  }
}

TEST(SimDisk, CreationAndDeletionSurviveOnlyWhenDurable) {
  std::set<bool> created;
  std::set<bool> deleted;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SimDisk disk = disk_with("old");
    opened(disk, "g");
    ASSERT_EQ(disk.remove("f", false), DiskStatus::kOk);
    EXPECT_FALSE(disk.exists("f"));
    EXPECT_EQ(disk.pending_epochs(), 0U);
    SimDisk synced = disk;
    disk.crash(raft::Rng(seed), Lose::kUnsynced);
    created.insert(disk.exists("g"));
    deleted.insert(!disk.exists("f"));
    if (disk.exists("f")) {
      EXPECT_EQ(disk.contents("f"), "old");
    }

    opened(synced, "h");
    ASSERT_EQ(synced.remove("g", true), DiskStatus::kOk);
    EXPECT_EQ(synced.pending_epochs(), 1U) << "removing with the directory's sync closes an epoch";
    synced.complete_epoch();
    synced.crash(raft::Rng(seed), Lose::kUnsynced);
    EXPECT_TRUE(synced.exists("h"));
    EXPECT_FALSE(synced.exists("f"));
    EXPECT_FALSE(synced.exists("g"));
  }
  EXPECT_EQ(created, (std::set<bool>{false, true}));
  EXPECT_EQ(deleted, (std::set<bool>{false, true}));
}

TEST(SimDisk, ARecreatedFileIsNotMixedWithTheOneBefore) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SimDisk disk = disk_with(fill('o', 2 * kChunkBytes), true);
    ASSERT_EQ(disk.remove("f", false), DiskStatus::kOk);
    const SimDisk::Handle f = opened(disk, "f");
    write(disk, f, 0, fill('n', 2 * kChunkBytes));
    disk.crash(raft::Rng(seed), Lose::kUnsynced);
    if (!disk.exists("f")) continue;
    const std::string all = *disk.contents("f");
    const bool has_old = all.find('o') != std::string::npos;
    const bool has_new = all.find('n') != std::string::npos;
    EXPECT_FALSE(has_old && has_new);
  }
}

TEST(SimDisk, LosingNothingKeepsEvenUnsyncedWritesAndLosingTheDiskEverything) {
  SimDisk disk = disk_with("old");
  const SimDisk::Handle f = opened(disk, "f");
  write(disk, f, 0, "new");
  SimDisk gone = disk;
  disk.crash(raft::Rng(1), Lose::kNothing);
  EXPECT_EQ(disk.contents("f"), "new");
  EXPECT_EQ(disk.read_image().contents("f"), "new");
  gone.crash(raft::Rng(1), Lose::kDisk);
  EXPECT_FALSE(gone.exists("f"));
  EXPECT_EQ(gone.bytes_used(), 0U);
}

TEST(SimDisk, ACrashMakesOldHandlesVoid) {
  SimDisk disk = disk_with("old");
  const SimDisk::Handle f = opened(disk, "f");
  const std::uint64_t generation = disk.generation();
  disk.crash(raft::Rng(1), Lose::kNothing);
  EXPECT_GT(disk.generation(), generation);
  char byte = 0;
  std::uint64_t count = 0;
  EXPECT_EQ(disk.read(f, 0, &byte, 1, count), DiskStatus::kError);
  EXPECT_EQ(disk.write(f, 0, "x"), DiskStatus::kError);
  EXPECT_EQ(disk.truncate(f, 0), DiskStatus::kError);
  EXPECT_EQ(disk.sync(f), DiskStatus::kError);
  EXPECT_EQ(disk.file_size(f, count), DiskStatus::kError);
  EXPECT_EQ(disk.contents("f"), "old");
  const SimDisk::Handle again = opened(disk, "f");
  write(disk, again, 0, "x");
  EXPECT_EQ(disk.contents("f"), "xld");
}

TEST(SimDisk, AHandleOfADeletedFileDoesNotReachItsSuccessor) {
  SimDisk disk = disk_with("old");
  const SimDisk::Handle f = opened(disk, "f");
  ASSERT_EQ(disk.remove("f", false), DiskStatus::kOk);
  EXPECT_EQ(disk.write(f, 0, "x"), DiskStatus::kError);
  opened(disk, "f");
  EXPECT_EQ(disk.write(f, 0, "x"), DiskStatus::kError);
  EXPECT_EQ(disk.contents("f"), "");
}

TEST(SimDisk, CopiesAreIndependentAndComparable) {
  SimDisk a = disk_with("old");
  const SimDisk::Handle f = opened(a, "f");
  write(a, f, 0, "1");
  ASSERT_EQ(a.sync(f), DiskStatus::kOk);
  SimDisk b = a;
  EXPECT_TRUE(a == b);
  write(a, f, 0, "2");
  EXPECT_FALSE(a == b);
  EXPECT_NE(a.content_hash(), b.content_hash());
  EXPECT_EQ(a.durable_hash(), b.durable_hash());
  EXPECT_EQ(b.contents("f"), "1ld");
  b.complete_epoch();
  EXPECT_EQ(a.pending_epochs(), 1U);
  EXPECT_EQ(a.read_image().contents("f"), "old");
  EXPECT_EQ(b.read_image().contents("f"), "1ld");
}

TEST(SimDisk, TheSameStreamDrawsTheSameCrash) {
  const auto crashed = [](std::uint64_t seed) {
    SimDisk disk = disk_with(fill('o', 40 * kChunkBytes));
    const SimDisk::Handle f = opened(disk, "f");
    write(disk, f, 0, fill('n', 40 * kChunkBytes));
    disk.crash(raft::Rng(seed), Lose::kUnsynced);
    return disk.content_hash();
  };
  EXPECT_EQ(crashed(3), crashed(3));
  EXPECT_NE(crashed(3), crashed(4));
}

TEST(SimDisk, CountsWhatChangesTheDiskAndNothingElse) {
  SimDisk disk = disk_with("old");
  const SimDisk::Handle f = opened(disk, "f");
  char byte = 0;
  std::uint64_t count = 0;
  ASSERT_EQ(disk.read(f, 0, &byte, 1, count), DiskStatus::kOk);
  EXPECT_EQ(disk.mutating_calls(), 0U) << "opening what exists and reading are not counted";
  opened(disk, "g");
  write(disk, f, 0, "x");
  write(disk, f, 0, "y");
  ASSERT_EQ(disk.truncate(f, 1), DiskStatus::kOk);
  ASSERT_EQ(disk.sync(f), DiskStatus::kOk);
  ASSERT_EQ(disk.remove("g", true), DiskStatus::kOk);
  EXPECT_EQ(disk.calls(DiskCall::kCreate), 1U);
  EXPECT_EQ(disk.calls(DiskCall::kWrite), 2U);
  EXPECT_EQ(disk.calls(DiskCall::kTruncate), 1U);
  EXPECT_EQ(disk.calls(DiskCall::kSync), 2U);
  EXPECT_EQ(disk.calls(DiskCall::kDelete), 1U);
  EXPECT_EQ(disk.mutating_calls(), 7U);
}

TEST(SimDiskFaults, TheNthWriteFailsOnceOrForGood) {
  SimDisk disk = disk_with("old");
  const SimDisk::Handle f = opened(disk, "f");
  disk.set_faults({.writes = FailCalls{.skip = 1, .times = 1}});
  EXPECT_EQ(disk.write(f, 0, "1"), DiskStatus::kOk);
  EXPECT_EQ(disk.write(f, 0, "2"), DiskStatus::kError);
  EXPECT_EQ(disk.contents("f"), "1ld") << "a write that fails changes nothing";
  EXPECT_EQ(disk.write(f, 0, "3"), DiskStatus::kOk);
  disk.set_faults({.writes = FailCalls{}});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(disk.write(f, 0, "4"), DiskStatus::kError);
  disk.set_faults({});
  EXPECT_EQ(disk.write(f, 0, "5"), DiskStatus::kOk);
}

TEST(SimDiskFaults, AFailedSyncForgetsWhatItShouldHaveStored) {
  SimDisk disk = disk_with("....");
  const SimDisk::Handle f = opened(disk, "f");
  disk.set_faults({.syncs = FailCalls{.times = 1}});
  write(disk, f, 0, "1");
  EXPECT_EQ(disk.sync(f), DiskStatus::kError);
  EXPECT_EQ(disk.contents("f"), "1...") << "programs still read it";
  write(disk, f, 1, "2");
  EXPECT_EQ(disk.sync(f), DiskStatus::kOk);
  disk.complete_all();
  EXPECT_EQ(disk.contents("f"), "12..");
  EXPECT_EQ(disk.read_image().contents("f"), ".2..");
  disk.crash(raft::Rng(1), Lose::kUnsynced);
  EXPECT_EQ(disk.contents("f"), ".2..") << "no later sync brings it to the disk";
}

TEST(SimDiskFaults, AFullDiskRefusesGrowthAndNothingElse) {
  SimDisk disk = disk_with("12345");
  const SimDisk::Handle f = opened(disk, "f");
  disk.set_faults({.capacity_bytes = 6});
  EXPECT_EQ(disk.write(f, 4, "abc"), DiskStatus::kFull);
  EXPECT_EQ(disk.contents("f"), "12345");
  EXPECT_EQ(disk.write(f, 4, "ab"), DiskStatus::kOk);
  EXPECT_EQ(disk.truncate(f, 7), DiskStatus::kFull);
  EXPECT_EQ(disk.truncate(f, 2), DiskStatus::kOk);
  EXPECT_EQ(disk.write(f, 2, "zzzz"), DiskStatus::kOk);
}

TEST(SimDiskFaults, ThePowerGoesOffBeforeTheCallThatWasNamed) {
  SimDisk disk = disk_with("old");
  const SimDisk::Handle f = opened(disk, "f");
  disk.set_faults({.power_off_at_call = disk.mutating_calls() + 2});
  EXPECT_EQ(disk.write(f, 0, "1"), DiskStatus::kOk);
  EXPECT_FALSE(disk.powered_off());
  EXPECT_EQ(disk.write(f, 1, "2"), DiskStatus::kError);
  EXPECT_TRUE(disk.powered_off());
  char byte = 0;
  std::uint64_t count = 0;
  EXPECT_EQ(disk.read(f, 0, &byte, 1, count), DiskStatus::kError);
  disk.crash(raft::Rng(1), Lose::kNothing);
  EXPECT_EQ(disk.contents("f"), "1ld");
  EXPECT_FALSE(disk.powered_off());
  const SimDisk::Handle again = opened(disk, "f");
  EXPECT_EQ(disk.write(again, 0, "3"), DiskStatus::kOk) << "the trap springs once";
}

TEST(SimDisk, RotReachesEveryImage) {
  SimDisk disk = disk_with("old");
  const SimDisk::Handle f = opened(disk, "f");
  write(disk, f, 1, "L");
  ASSERT_EQ(disk.sync(f), DiskStatus::kOk);
  disk.flip("f", 0, 1);
  EXPECT_EQ(disk.contents("f"), "nLd");
  EXPECT_EQ(disk.read_image().contents("f"), "nld");
  disk.complete_epoch();
  EXPECT_EQ(disk.read_image().contents("f"), "nLd");
}

TEST(SimDiskFaults, ALyingSyncStoresNothing) {
  SimDisk disk;
  SimDisk::Handle handle;
  ASSERT_EQ(disk.open("f", true, handle), DiskStatus::kOk);
  ASSERT_EQ(disk.write(handle, 0, "old"), DiskStatus::kOk);
  ASSERT_EQ(disk.sync(handle), DiskStatus::kOk);
  disk.complete_all();
  disk.set_faults({.lie = true});
  ASSERT_EQ(disk.write(handle, 0, "new"), DiskStatus::kOk);
  ASSERT_EQ(disk.sync(handle), DiskStatus::kOk);
  ASSERT_EQ(disk.write(handle, 5000, "far"), DiskStatus::kOk);
  ASSERT_EQ(disk.sync(handle), DiskStatus::kOk);
  EXPECT_EQ(disk.pending_epochs(), 2u);
  disk.complete_all();
  EXPECT_EQ(disk.pending_epochs(), 0u);
  EXPECT_EQ(disk.read_image().contents("f"), "old");

  SimDisk honest = disk;
  honest.set_faults({});
  ASSERT_EQ(honest.open("f", false, handle), DiskStatus::kOk);
  ASSERT_EQ(honest.sync(handle), DiskStatus::kOk);
  honest.complete_all();
  honest.crash(raft::Rng(1), Lose::kUnsynced);
  EXPECT_EQ(honest.contents("f")->substr(0, 3), "new");
  EXPECT_EQ(honest.contents("f")->size(), 5003u);

  // Of the first claimed epoch a crash leaves something or nothing; the second is lost.
  bool old_seen = false;
  bool new_seen = false;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SimDisk crashed = disk;
    crashed.crash(raft::Rng(seed), Lose::kUnsynced);
    EXPECT_LT(crashed.contents("f")->size(), 5000u);
    old_seen = old_seen || crashed.contents("f")->substr(0, 3) == "old";
    new_seen = new_seen || crashed.contents("f")->substr(0, 3) == "new";
  }
  EXPECT_TRUE(old_seen);
  EXPECT_TRUE(new_seen);
}

TEST(SimDiskFaults, AMisdirectedWriteLandsInTheNextChunk) {
  SimDisk disk;
  SimDisk::Handle handle;
  ASSERT_EQ(disk.open("f", true, handle), DiskStatus::kOk);
  ASSERT_EQ(disk.write(handle, 0, std::string(3 * kChunkBytes, '.')), DiskStatus::kOk);
  disk.set_faults({.misdirects = FailCalls{.skip = 1, .times = 2}});
  ASSERT_EQ(disk.write(handle, 7, "a"), DiskStatus::kOk);
  ASSERT_EQ(disk.write(handle, 8, "b"), DiskStatus::kOk);
  ASSERT_EQ(disk.write(handle, 2 * kChunkBytes + 9, "c"), DiskStatus::kOk);
  ASSERT_EQ(disk.write(handle, 10, "d"), DiskStatus::kOk);
  std::string expected(3 * kChunkBytes, '.');
  expected[7] = 'a';
  expected[kChunkBytes + 8] = 'b';
  expected[9] = 'c';
  expected[10] = 'd';
  EXPECT_EQ(disk.contents("f"), expected);
}

TEST(SimDiskFaults, AReadFailsOnceOrForGood) {
  SimDisk disk;
  SimDisk::Handle handle;
  ASSERT_EQ(disk.open("f", true, handle), DiskStatus::kOk);
  ASSERT_EQ(disk.write(handle, 0, "abc"), DiskStatus::kOk);
  char out[3];
  std::uint64_t inside = 0;
  disk.set_faults({.reads = FailCalls{.skip = 0, .times = 1}});
  const std::uint64_t calls = disk.mutating_calls();
  EXPECT_EQ(disk.read(handle, 0, out, 3, inside), DiskStatus::kError);
  EXPECT_EQ(disk.read(handle, 0, out, 3, inside), DiskStatus::kOk);
  disk.set_faults({.reads = FailCalls{}});
  EXPECT_EQ(disk.read(handle, 0, out, 3, inside), DiskStatus::kError);
  EXPECT_EQ(disk.read(handle, 0, out, 3, inside), DiskStatus::kError);
  EXPECT_EQ(disk.mutating_calls(), calls) << "reads are never counted";
}

}  // namespace
}  // namespace storage
