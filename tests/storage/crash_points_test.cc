// A crash at every mutating disk call of twelve scenarios, with every number of durable epochs and
// several ways to tear the next one; a second crash at every call of the recovery; every error at
// every call of all twelve. scripts/crash-points runs all of it and prints the counts; here a share
// is tried, chosen anew by nothing: always the same one.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/node_store.h"
#include "tests/storage/staged.h"

namespace storage {
namespace {

using raft::Index;
using raft::Term;

// One of so many points is tried; 1: all.
std::uint64_t share() {
  const char* text = std::getenv("RAFTARIUM_CRASH_SHARE");
  const std::uint64_t given = text != nullptr ? std::strtoull(text, nullptr, 10) : 0;
  return given == 0 ? 16 : given;
}

raft::EntryPtr entry(std::uint64_t index, std::uint64_t term, std::string data) {
  return std::make_shared<const raft::Entry>(
      raft::Entry{{term}, {index}, raft::EntryType::kNormal, std::move(data)});
}

std::vector<raft::EntryPtr> entries(std::uint64_t first, std::uint64_t count, std::uint64_t term,
                                    std::uint64_t bytes = 40) {
  std::vector<raft::EntryPtr> out;
  for (std::uint64_t i = first; i < first + count; ++i) {
    out.push_back(entry(i, term, std::to_string(i) + std::string(bytes, 'd')));
  }
  return out;
}

// Everything a store holds, as one can compare it.
struct Content {
  std::vector<std::string> log;
  Index first, applied;
  Term applied_term;
  raft::HardState hard_state;
  raft::ConfState config;
  kv::Rows rows;
  kv::Sessions sessions;
  std::string staged;
  bool operator==(const Content&) const = default;
};

Content content_of(const NodeStore& store) {
  Content c;
  c.first = store.first_index();
  for (Index i = c.first; i <= store.last_index(); i = raft::next_index(i)) {
    c.log.push_back(std::to_string(store.log().at(i)->term.value) + ":" + store.log().at(i)->data);
  }
  c.applied = store.applied();
  c.applied_term = store.applied_term();
  c.hard_state = store.hard_state();
  c.config = store.config();
  if (auto rows = store.load_rows()) c.rows = *std::move(rows);
  if (auto sessions = store.load_sessions()) c.sessions = *std::move(sessions);
  if (store.staged()) {
    c.staged = std::to_string(store.staged()->id.index.value) + ":";
    for (const std::uint64_t number : store.staged()->numbers) c.staged += std::to_string(number);
  }
  return c;
}

using Step = std::function<Status(NodeStore&)>;

Step log_step(kv::LogWrite write) {
  return [write = std::move(write)](NodeStore& store) { return store.write_log(write); };
}
Step append(std::vector<raft::EntryPtr> list) {
  return log_step({.hard_state = {}, .entries = std::move(list)});
}
Step vote(std::uint64_t term, std::uint64_t node) {
  return log_step({.hard_state = raft::HardState{{term}, {node}, {}}, .entries = {}});
}
Step apply(std::uint64_t index, std::uint64_t rows, bool remove = false, std::uint64_t bytes = 60,
           std::uint64_t compact_to = 0) {
  return [=](NodeStore& store) {
    kv::ApplyWrite write;
    write.applied = {index};
    write.applied_term = *store.term({index});
    for (std::uint64_t i = 0; i < rows; ++i) {
      const std::string key = "key" + std::to_string(i);
      if (remove) {
        write.rows.emplace_back(key, std::nullopt);
        write.sessions.emplace_back(i, std::nullopt);
      } else {
        const std::string value = std::to_string(index) + std::string(bytes, 'v');
        write.rows.emplace_back(key, kv::Row{value, {index}});
        write.sessions.emplace_back(i, kv::Session{index, "ok", {index}});
      }
    }
    write.compact_to = {compact_to};
    return store.write_apply(write);
  };
}
Step chunk(std::uint64_t index, std::uint64_t number) {
  return [=](NodeStore& store) {
    return store.stage_chunk({{index}, {4}, 4}, number, std::string(9000, 'c'));
  };
}
StagedState snapshot(std::uint64_t index, std::uint64_t rows) {
  kv::Rows state;
  for (std::uint64_t i = 0; i < rows; ++i) {
    state["new" + std::to_string(i)] = kv::Row{std::string(200, 's'), {index}};
  }
  StagedState staged(state, {{9, kv::Session{3, "ok", {index}}}}, 5000);
  staged.write.index = {index};
  staged.write.term = {4};
  staged.write.config = {{{1}, {2}}, {}, {{3}}, {}, false};
  return staged;
}
Step arrival(std::uint64_t index, std::uint64_t rows) {
  return [=](NodeStore& store) { return snapshot(index, rows).stage(store); };
}
Step install(std::uint64_t index, std::uint64_t rows) {
  return [=](NodeStore& store) {
    kv::LogWrite write = snapshot(index, rows).install();
    write.hard_state = raft::HardState{{5}, {2}, {index}};
    write.entries = entries(index + 1, 2, 5);
    return store.write_log(write);
  };
}

struct Scenario {
  const char* name;
  std::vector<Step> before;  // durable when the crashes begin
  std::vector<Step> steps;
  std::function<void(SimDisk&)> damage = {};  // between the two
};

std::vector<Scenario> scenarios() {
  const std::vector<Step> filled = {append(entries(1, 12, 1)), apply(8, 6)};
  std::vector<Scenario> all = {
      {"appends of one entry", {}, {}},
      {"an append of 64 entries", filled, {append(entries(13, 64, 1)), append(entries(77, 1, 1))}},
      {"entries of 70 KB", filled, {append(entries(13, 2, 1, 70000)), append(entries(15, 1, 1))}},
      {"a conflicting tail", filled, {append(entries(10, 2, 2)), append(entries(9, 6, 3))}},
      {"votes", filled, {vote(2, 1), vote(3, 2), vote(3, 3), vote(9, 0)}},
      {"applying", filled, {apply(9, 20), apply(10, 1), apply(12, 3, false, 9000)}},
      {"deleting rows", filled, {apply(9, 3, true), apply(10, 6, true), apply(11, 6)}},
      {"appending and applying",
       filled,
       {append(entries(13, 1, 1)), apply(13, 2), append(entries(14, 3, 2)), vote(3, 1),
        apply(16, 2)}},
      {"compaction",
       {append(entries(1, 60, 1)), apply(50, 4)},
       {apply(51, 1, false, 60, 40), [](NodeStore& store) { return store.delete_compacted(15); },
        [](NodeStore& store) { return store.delete_compacted(50); }, apply(60, 1, false, 60, 60),
        append(entries(61, 1, 2))}},
      {"chunks of a snapshot",
       filled,
       {chunk(40, 1), chunk(40, 3), chunk(50, 2),
        [](NodeStore& store) { return store.discard_staged(); }}},
      {"installing a snapshot",
       {append(entries(1, 12, 1)), apply(8, 6), arrival(40, 60)},
       {install(40, 60), append(entries(43, 1, 5))}},
      {"refilling a damaged log",
       {append(entries(1, 12, 1)), apply(8, 6)},
       {append(entries(3, 1, 1)), vote(2, 1), append(entries(4, 4, 1)), append(entries(8, 6, 1))},
       [](SimDisk& disk) {
         ASSERT_TRUE(disk.rot({RotKind::kLog, 3, {}}));
         ASSERT_TRUE(disk.rot({RotKind::kLog, 9, {}}));
       }},
  };
  for (std::uint64_t i = 1; i <= 6; ++i) all[0].steps.push_back(append(entries(i, 1, 1)));
  return all;
}

// All states in the scenario's order, without faults: what a step that was cut short may have left.
std::vector<Content> course(const Scenario& scenario) {
  std::vector<Content> all;
  SimDisk disk({.seed = 4, .node = 1});
  auto store = *NodeStore::create(disk, {{{1}, {2}, {3}}, {}, {}, {}, false}, {});
  for (const Step& step : scenario.before) EXPECT_TRUE(step(*store));
  disk.complete_all();
  if (scenario.damage) {
    scenario.damage(disk);
    store.reset();
  }
  // What a new process finds: a log that is being refilled reads further than the one that does it.
  const auto look = [&] {
    SimDisk copy = disk;
    copy.complete_all();
    return content_of(**NodeStore::open(copy, {}));
  };
  if (store == nullptr) store = *NodeStore::open(disk, {});
  all.push_back(look());
  for (const Step& step : scenario.steps) {
    EXPECT_TRUE(step(*store)) << scenario.name;
    all.push_back(look());
  }
  return all;
}

class Tried {
 public:
  bool next() { return count_++ % share() == 0; }

 private:
  std::uint64_t count_ = 0;
};

// True if `found` is one of the states from `least` to `most` of the course. (Several may be equal:
// rows of compacted entries are no state.)
bool is_one_of(const std::vector<Content>& course, std::size_t least, std::size_t most,
               const Content& found) {
  for (std::size_t i = least; i <= most && i < course.size(); ++i) {
    if (course[i] == found) return true;
  }
  return false;
}

// Runs the scenario until the power goes off before call `call`. `done`: steps that were
// acknowledged if all pending epochs are durable; returns the disk, or nullopt if all was done.
struct Cut {
  SimDisk disk;
  std::size_t done = 0;          // steps that returned
  std::uint64_t old_epochs = 0;  // pending epochs of steps that returned
};
std::optional<Cut> cut(const Scenario& scenario, std::uint64_t call, bool previous_pending) {
  Cut out;
  out.disk = SimDisk({.seed = 4, .node = 1});
  auto store = *NodeStore::create(out.disk, {{{1}, {2}, {3}}, {}, {}, {}, false}, {});
  for (const Step& step : scenario.before) EXPECT_TRUE(step(*store));
  out.disk.complete_all();
  if (scenario.damage) {
    scenario.damage(out.disk);
    store.reset();
    store = *NodeStore::open(out.disk, {});
  }
  out.disk.set_faults({.power_off_at_call = out.disk.mutating_calls() + call});
  for (const Step& step : scenario.steps) {
    while (out.disk.pending_epochs() > (previous_pending ? out.disk.transaction_epochs() : 0)) {
      out.disk.complete_epoch();
    }
    out.old_epochs = out.disk.pending_epochs();
    if (!step(*store)) {
      EXPECT_TRUE(out.disk.powered_off()) << scenario.name;
      store.reset();
      return out;
    }
    ++out.done;
  }
  return std::nullopt;
}

TEST(CrashPoints, EveryDiskCallOfTwelveScenariosCanBeTheLast) {
  std::uint64_t points = 0;
  std::uint64_t recoveries = 0;
  Tried tried;
  for (const Scenario& scenario : scenarios()) {
    const std::vector<Content> states = course(scenario);
    std::uint64_t calls = 0;
    for (std::uint64_t call = 1;; ++call) {
      bool more = true;
      for (const bool previous_pending : {false, true}) {
        if (!tried.next() && call % 64 != 0) continue;
        const std::optional<Cut> at = cut(scenario, call, previous_pending);
        if (!at) {
          more = false;
          break;
        }
        ++points;
        for (std::uint64_t durable = 0; durable <= at->disk.pending_epochs(); ++durable) {
          for (std::uint64_t tear = 0; tear < 3; ++tear) {
            SimDisk disk = at->disk;
            for (std::uint64_t i = 0; i < durable; ++i) disk.complete_epoch();
            disk.crash(raft::Rng(call, durable, tear), Lose::kUnsynced);
            auto store = NodeStore::open(disk, {});
            ASSERT_TRUE(store) << scenario.name << ", call " << call << ": "
                               << store.error().message;
            // The step that was cut short may have come to its end, the one before it may be lost
            // where its epochs were not durable. Nothing else.
            const std::size_t least = at->done - (durable < at->old_epochs ? 1 : 0);
            ASSERT_TRUE(is_one_of(states, least, at->done + 1, content_of(**store)))
                << scenario.name << ", call " << call << ", " << durable
                << " epochs durable: found what was not the state after " << least << " to "
                << at->done + 1 << " steps";
            if (!(*store)->damage()) {
              const auto problems = (*store)->problems();
              ASSERT_TRUE(problems.empty()) << scenario.name << ": " << problems.front();
            }
            ++recoveries;
          }
        }
      }
      if (!more) break;
      calls = call;
      ASSERT_LT(call, 5000u) << scenario.name;
    }
    if (share() == 1) {
      std::printf("  %-28s %5llu calls\n", scenario.name, static_cast<unsigned long long>(calls));
    }
  }
  std::printf("crashes: %llu points in 12 scenarios, %llu recoveries, all right\n",
              static_cast<unsigned long long>(points), static_cast<unsigned long long>(recoveries));
  EXPECT_GT(recoveries, 200u);
}

// What recovery read is not yet durable: the power goes off again, at each call of the recovery.
TEST(CrashPoints, ASecondCrashDuringTheRecoveryLosesNothing) {
  std::uint64_t seconds = 0;
  Tried tried;
  const std::vector<Scenario> all = scenarios();
  for (const std::size_t chosen : {3U, 7U, 10U}) {
    const Scenario& scenario = all[chosen];
    const std::vector<Content> states = course(scenario);
    for (std::uint64_t call = 1;; ++call) {
      if (!tried.next() && call % 64 != 0) continue;
      const std::optional<Cut> at = cut(scenario, call, false);
      if (!at) break;
      for (std::uint64_t durable = 0; durable <= at->disk.pending_epochs(); ++durable) {
        SimDisk first = at->disk;
        for (std::uint64_t i = 0; i < durable; ++i) first.complete_epoch();
        first.crash(raft::Rng(call, durable), Lose::kUnsynced);
        for (std::uint64_t second = 1;; ++second) {
          SimDisk disk = first;
          disk.set_faults({.power_off_at_call = disk.mutating_calls() + second});
          (void)NodeStore::open(disk, {}).has_value();
          const bool off = disk.powered_off();
          for (std::uint64_t kept = 0; kept <= disk.pending_epochs(); ++kept) {
            SimDisk again = disk;
            for (std::uint64_t i = 0; i < kept; ++i) again.complete_epoch();
            again.crash(raft::Rng(call, second, kept), Lose::kUnsynced);
            auto store = NodeStore::open(again, {});
            ASSERT_TRUE(store) << scenario.name << ", call " << call << ", then " << second << ": "
                               << store.error().message;
            ASSERT_TRUE(is_one_of(states, at->done, at->done + 1, content_of(**store)))
                << scenario.name << ", call " << call << ", then " << second;
            ++seconds;
          }
          if (!off) break;
        }
      }
    }
  }
  std::printf("second crashes during recovery: %llu in 3 scenarios, all right\n",
              static_cast<unsigned long long>(seconds));
  EXPECT_GT(seconds, 20u);
}

// The formatting of a new node: a whole database or none, and then it is formatted again.
TEST(CrashPoints, FormattingIsDoneOrNotBegun) {
  std::uint64_t formatted = 0;
  for (std::uint64_t call = 1;; ++call) {
    SimDisk disk({.seed = 4, .node = 1});
    disk.set_faults({.power_off_at_call = call});
    const bool created = NodeStore::create(disk, {{{1}}, {}, {}, {}, false}, {}).has_value();
    if (created) {
      EXPECT_GT(call, 8u);
      break;
    }
    disk.crash(raft::Rng(call), Lose::kUnsynced);
    auto store = NodeStore::open(disk, {});
    if (!store) {
      ASSERT_EQ(store.error().code, Code::kNotFound) << call << ": " << store.error().message;
      store = NodeStore::create(disk, {{{1}}, {}, {}, {}, false}, {});
      ASSERT_TRUE(store) << call << ": " << store.error().message;
      ++formatted;
    }
    EXPECT_TRUE((*store)->problems().empty()) << call;
  }
  EXPECT_GT(formatted, 5u);
}

enum class Fault : std::uint8_t { kWrite, kSync, kRead, kFull };

DiskFaults faults_of(Fault fault, std::uint64_t skip, std::uint64_t times, const SimDisk& disk) {
  DiskFaults faults;
  if (fault == Fault::kWrite) faults.writes = FailCalls{skip, times};
  if (fault == Fault::kSync) faults.syncs = FailCalls{skip, times};
  if (fault == Fault::kRead) faults.reads = FailCalls{skip, times};
  if (fault == Fault::kFull) faults.capacity_bytes = disk.bytes_used() + skip * 512;
  return faults;
}

// Plays the scenario on a disk with the fault, then on what a crash leaves of it. `failed`: the
// fault was met.
void meet_fault(const Scenario& scenario, const std::vector<Content>& states, Fault fault,
                std::uint64_t skip, std::uint64_t times, bool& failed) {
  SimDisk disk({.seed = 4, .node = 1});
  auto store = *NodeStore::create(disk, {{{1}, {2}, {3}}, {}, {}, {}, false}, {});
  for (const Step& step : scenario.before) ASSERT_TRUE(step(*store));
  disk.complete_all();
  if (scenario.damage) {
    scenario.damage(disk);
    store.reset();
    store = *NodeStore::open(disk, {});
  }
  disk.set_faults(faults_of(fault, skip, times, disk));
  std::size_t done = 0;
  bool halted = false;
  for (const Step& step : scenario.steps) {
    const Content before = content_of(*store);
    Status status = step(*store);
    if (!status && status.error().code == Code::kUnavailable) {
      // Nothing has changed; there is room again, and it goes on.
      failed = true;
      EXPECT_TRUE(content_of(*store) == before) << "with " << skip * 512 << " bytes of room";
      disk.set_faults({});
      status = step(*store);
      ASSERT_TRUE(status) << status.error().message;
    }
    if (!status) {
      failed = halted = true;
      // A read may fail before anything is written; then the next write may succeed.
      if (fault != Fault::kRead) {
        EXPECT_FALSE(vote(99, 1)(*store)) << "a store that failed writes no more";
      }
      break;
    }
    ++done;
  }
  EXPECT_FALSE(fault == Fault::kFull && halted);
  disk.complete_all();
  store.reset();
  disk.set_faults({});
  disk.crash(raft::Rng(skip, times), Lose::kUnsynced);
  auto again = NodeStore::open(disk, {});
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_TRUE(is_one_of(states, done, done + 1, content_of(**again)))
      << "found what was not the state after " << done << " or " << done + 1 << " steps";
  if (!(*again)->damage()) {
    EXPECT_TRUE((*again)->problems().empty());
  }
}

// Every error at every call of the twelve scenarios, once and for good: what the store says it has
// written is there, and nothing else that never was.
TEST(CrashPoints, EveryErrorAtEveryCallIsSurvived) {
  std::uint64_t errors = 0;
  Tried tried;
  for (const Scenario& scenario : scenarios()) {
    const std::vector<Content> states = course(scenario);
    std::uint64_t met = 0;
    for (const Fault fault : {Fault::kWrite, Fault::kSync, Fault::kRead, Fault::kFull}) {
      for (const std::uint64_t times : {std::uint64_t{1}, FailCalls::kForGood}) {
        bool failed = true;
        for (std::uint64_t skip = 0; failed; ++skip) {
          if (!tried.next()) continue;
          failed = false;
          SCOPED_TRACE(std::string(scenario.name) + ", fault " +
                       std::to_string(static_cast<int>(fault)) + " after " + std::to_string(skip));
          meet_fault(scenario, states, fault, skip, times, failed);
          if (HasFatalFailure()) return;
          if (failed) ++met;
        }
      }
    }
    if (share() == 1) {
      std::printf("  %-28s %5llu errors\n", scenario.name, static_cast<unsigned long long>(met));
    }
    errors += met;
  }
  std::printf("errors: %llu writes, syncs, reads and full disks in 12 scenarios, all survived\n",
              static_cast<unsigned long long>(errors));
  EXPECT_GT(errors, 100u);
}

}  // namespace
}  // namespace storage
