// Crashes at random moments of random transactions, and what the next open finds. The same routine
// must lose nothing with the settings that NodeStore uses and something with journal_mode=DELETE,
// which shows that it would notice.
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/node_store.h"

namespace storage {
namespace {

using raft::Index;

// Everything a store holds.
struct State {
  std::vector<raft::EntryPtr> log;
  raft::HardState hard_state;
  Index applied;
  raft::Term applied_term;
  raft::ConfState config;
  kv::Rows rows;
  kv::Sessions sessions;

  bool operator==(const State& other) const {
    return std::equal(log.begin(), log.end(), other.log.begin(), other.log.end(),
                      [](const auto& a, const auto& b) { return *a == *b; }) &&
           hard_state == other.hard_state && applied == other.applied &&
           applied_term == other.applied_term && config == other.config && rows == other.rows &&
           sessions == other.sessions;
  }
};

State state_of(const NodeStore& store) {
  State state;
  state.log = *store.entries({1}, raft::next_index(store.last_index()), UINT64_MAX);
  state.hard_state = store.hard_state();
  state.applied = store.applied();
  state.applied_term = store.applied_term();
  state.config = store.config();
  if (auto rows = store.load_rows()) state.rows = *std::move(rows);
  if (auto sessions = store.load_sessions()) state.sessions = *std::move(sessions);
  return state;
}

raft::ConfState three_voters(std::uint64_t third) {
  return {{{1}, {2}, {third}}, {}, {}, {}, false};
}

struct Tally {
  std::uint64_t crashes = 0;
  std::uint64_t transactions = 0;
  std::uint64_t lost = 0;     // something acknowledged is not there
  std::uint64_t damaged = 0;  // unreadable, or a state that never was
  std::uint64_t survived_unacknowledged = 0;
  std::string first_problem;
  std::uint64_t hash = 0;  // of all disks after all crashes
};

std::string random_data(raft::Rng& rng) {
  const std::uint64_t length = rng.chance(1, 12) ? 6000 : rng.between(20, 320);
  std::string data(length, '\0');
  for (char& c : data) c = static_cast<char>('a' + rng.below(26));
  return data;
}

// A write that may follow `state`, and what it makes of it.
kv::LogWrite random_log_write(raft::Rng& rng, State& state) {
  kv::LogWrite write;
  raft::HardState& hard_state = state.hard_state;
  if (rng.chance(1, 4)) {
    hard_state.term.value += 1;
    hard_state.vote = {rng.below(6)};
  }
  hard_state.commit = {
      rng.between(state.applied.value, std::max<std::uint64_t>(state.log.size(), 1))};
  if (rng.chance(3, 4)) write.hard_state = hard_state;
  const std::uint64_t last = state.log.size();
  std::uint64_t count = rng.between(1, 3);
  std::uint64_t first = last + 1;
  if (last > state.applied.value && rng.chance(1, 5)) {
    first = rng.between(state.applied.value + 1, last);  // a conflicting tail
  } else if (write.hard_state && rng.chance(1, 6)) {
    count = 0;  // term and vote alone
  }
  if (count > 0) state.log.resize(first - 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto entry = std::make_shared<const raft::Entry>(
        raft::Entry{hard_state.term, {first + i}, raft::EntryType::kNormal, random_data(rng)});
    write.entries.push_back(entry);
    state.log.push_back(entry);
  }
  return write;
}

kv::ApplyWrite random_apply_write(raft::Rng& rng, State& state) {
  kv::ApplyWrite write;
  const std::uint64_t applied = rng.between(state.applied.value, state.log.size());
  write.applied = {applied};
  write.applied_term = applied == 0 ? raft::Term{} : state.log[applied - 1]->term;
  for (std::uint64_t i = rng.below(4); i > 0; --i) {
    const std::string key = "key" + std::to_string(rng.below(30));
    if (rng.chance(1, 4)) {
      write.rows.emplace_back(key, std::nullopt);
      state.rows.erase(key);
    } else {
      const kv::Row row{random_data(rng), write.applied};
      write.rows.emplace_back(key, row);
      state.rows[key] = row;
    }
  }
  if (rng.chance(1, 2)) {
    const std::uint64_t client = rng.below(5);
    const kv::Session session{rng.below(100), random_data(rng), write.applied};
    write.sessions.emplace_back(client, session);
    state.sessions[client] = session;
  }
  if (rng.chance(1, 8)) {
    write.config = three_voters(3 + rng.below(4));
    state.config = *write.config;
  }
  state.applied = write.applied;
  state.applied_term = write.applied_term;
  return write;
}

// One node's life: transactions, a crash, an open, a check; again and again.
class CrashRun {
 public:
  CrashRun(std::uint64_t seed, NodeStore::Options options, bool power_safe, Tally& tally)
      : seed_(seed),
        options_(options),
        rng_(seed, 1),
        tally_(tally),
        disk_({.seed = seed, .node = 1, .power_safe_overwrite = power_safe}) {
    auto created = NodeStore::create(disk_, three_voters(3), options_);
    EXPECT_TRUE(created) << created.error().message;
    store_ = *std::move(created);
    states_.push_back(state_of(*store_));
  }

  // False: the disk cannot be used any further.
  bool live_and_crash() {
    const std::uint64_t transactions = rng_.between(1, 10);
    for (std::uint64_t i = 0; i < transactions; ++i) {
      const bool dies_here = i + 1 == transactions && rng_.chance(1, 2);
      if (dies_here) {
        disk_.set_faults({.power_off_at_call = disk_.mutating_calls() + rng_.between(1, 20)});
      }
      const bool written = write();
      if (written || dies_here) advance_disk();
      if (!written) {
        if (!dies_here) problem("a write failed");
        break;
      }
    }
    crash();
    return reopen();
  }

 private:
  // The transactions whose epochs are under way: epochs still to complete until each is durable.
  struct Pending {
    std::size_t state = 0;  // position in states_, counted from the beginning of the run
    std::uint64_t last_epoch = 0;
  };

  bool write() {
    State next = states_.back();
    Status status = ok();
    if (rng_.chance(2, 5)) {
      status = store_->write_apply(random_apply_write(rng_, next));
    } else {
      const kv::LogWrite write = random_log_write(rng_, next);
      if (!write.hard_state) next.hard_state = states_.back().hard_state;
      status = store_->write_log(write);
    }
    ++tally_.transactions;
    states_.push_back(std::move(next));
    closed_ += disk_.transaction_epochs();
    if (!status) return false;
    pending_.push_back({first_state_ + states_.size() - 1, closed_});
    return true;
  }

  // Some of the pending epochs become durable; a transaction all of whose epochs are is
  // acknowledged.
  void advance_disk() {
    for (std::uint64_t n = rng_.below(disk_.pending_epochs() + 1); n > 0; --n) {
      disk_.complete_epoch();
      ++completed_;
    }
    while (!pending_.empty() && pending_.front().last_epoch <= completed_) {
      acknowledged_ = pending_.front().state;
      pending_.pop_front();
    }
    while (first_state_ < acknowledged_) {
      states_.pop_front();
      ++first_state_;
    }
  }

  void crash() {
    disk_.crash(raft::Rng(seed_, 2, ++crashes_), Lose::kUnsynced);
    ++tally_.crashes;
    store_.reset();  // behind the crash: closing must not touch the disk
    tally_.hash = tally_.hash * 31 + disk_.content_hash();
    closed_ = 0;
    completed_ = 0;
    pending_.clear();
  }

  bool reopen() {
    auto opened = NodeStore::open(disk_, options_);
    if (!opened) return problem(opened.error().message);
    const State found = state_of(**opened);
    const auto problems = (*opened)->problems();
    if (!problems.empty()) return problem(problems.front());
    // From the newest: a write that changed nothing leaves equal states.
    std::size_t at = states_.size();
    while (at > 0 && !(states_[at - 1] == found)) --at;
    if (at == 0) {
      ++tally_.lost;
      if (tally_.first_problem.empty()) {
        tally_.first_problem = "seed " + std::to_string(seed_) + " crash " +
                               std::to_string(crashes_) +
                               ": none of the states since the last acknowledged one";
      }
      store_ = nullptr;
      return false;
    }
    if (at > 1) ++tally_.survived_unacknowledged;
    // A second crash, while recovery itself is under way, must find the very same state.
    if (rng_.chance(3, 10)) {
      for (std::uint64_t n = rng_.below(disk_.pending_epochs() + 1); n > 0; --n)
        disk_.complete_epoch();
      (*opened).reset();
      disk_.crash(raft::Rng(seed_, 3, crashes_), Lose::kUnsynced);
      ++tally_.crashes;
      opened = NodeStore::open(disk_, options_);
      if (!opened) return problem(opened.error().message);
      if (!(state_of(**opened) == found)) return problem("recovery after recovery differs");
    }
    disk_.complete_all();
    store_ = *std::move(opened);
    states_.assign(1, found);
    first_state_ = 0;
    acknowledged_ = 0;
    return true;
  }

  bool problem(const std::string& what) {
    ++tally_.damaged;
    if (tally_.first_problem.empty()) {
      tally_.first_problem =
          "seed " + std::to_string(seed_) + " crash " + std::to_string(crashes_) + ": " + what;
    }
    return false;
  }

  std::uint64_t seed_;
  NodeStore::Options options_;
  raft::Rng rng_;
  Tally& tally_;
  SimDisk disk_;
  std::unique_ptr<NodeStore> store_;
  std::deque<State> states_;  // from the last acknowledged one to the last written
  std::size_t first_state_ = 0;
  std::size_t acknowledged_ = 0;
  std::deque<Pending> pending_;
  std::uint64_t closed_ = 0;
  std::uint64_t completed_ = 0;
  std::uint64_t crashes_ = 0;
};

Tally run_crashes(std::uint64_t crashes, std::uint64_t first_seed, NodeStore::Options options,
                  bool power_safe = false) {
  constexpr int kCrashesPerDisk = 10;
  Tally tally;
  for (std::uint64_t seed = first_seed; tally.crashes < crashes; ++seed) {
    CrashRun run(seed, options, power_safe, tally);
    for (int i = 0; i < kCrashesPerDisk && tally.crashes < crashes; ++i) {
      if (!run.live_and_crash()) break;
    }
  }
  return tally;
}

TEST(Crash, AThousandCrashesLoseNothingAcknowledged) {
  const Tally tally = run_crashes(1000, 1, {});
  EXPECT_EQ(tally.lost, 0U) << tally.first_problem;
  EXPECT_EQ(tally.damaged, 0U) << tally.first_problem;
  EXPECT_GE(tally.crashes, 1000U);
  EXPECT_GT(tally.survived_unacknowledged, 50U)
      << "some writes must survive by luck, or the crashes are too tame";
}

TEST(Crash, NothingIsLostOnADiskWithPowerSafeOverwrite) {
  const Tally tally = run_crashes(300, 10'000, {}, true);
  EXPECT_EQ(tally.lost, 0U) << tally.first_problem;
  EXPECT_EQ(tally.damaged, 0U) << tally.first_problem;
}

TEST(Crash, NothingIsLostWithAPersistentJournal) {
  const Tally tally = run_crashes(300, 20'000, {.journal_mode = NodeStore::JournalMode::kPersist});
  EXPECT_EQ(tally.lost, 0U) << tally.first_problem;
  EXPECT_EQ(tally.damaged, 0U) << tally.first_problem;
}

// The commit is the journal's deletion, and with synchronous=FULL nothing makes the directory
// durable afterwards: the journal comes back and undoes what was acknowledged.
TEST(Crash, TheSameRoutineSeesThatADeletedJournalLosesAcknowledgedWrites) {
  const Tally tally = run_crashes(300, 1, {.journal_mode = NodeStore::JournalMode::kDelete});
  EXPECT_GT(tally.lost, 20U);
  EXPECT_EQ(tally.damaged, 0U) << tally.first_problem;
}

// Not by chance but at each call in turn: the power goes off before it, with none, some or all of
// the epochs closed until then durable.
TEST(Crash, EveryDiskCallOfAScenarioCanBeTheLast) {
  constexpr std::uint64_t kTransactions = 12;
  constexpr std::uint64_t kOutcomes = 5;
  struct Life {
    SimDisk disk{{.seed = 4, .node = 1}};
    std::vector<State> states;
    std::vector<std::uint64_t> epochs;  // closed up to and including each state
  };
  const auto live = [](std::uint64_t power_off_at_call) {
    Life life;
    auto store = *NodeStore::create(life.disk, three_voters(3), {});
    life.disk.set_faults({.power_off_at_call = life.disk.mutating_calls() + power_off_at_call});
    life.states.push_back(state_of(*store));
    life.epochs.push_back(0);
    raft::Rng rng(4);
    while (life.states.size() <= kTransactions && !life.disk.powered_off()) {
      State next = life.states.back();
      const bool apply = life.states.size() % 3 == 0;
      Status status = ok();
      if (apply) {
        status = store->write_apply(random_apply_write(rng, next));
      } else {
        const kv::LogWrite write = random_log_write(rng, next);
        if (!write.hard_state) next.hard_state = life.states.back().hard_state;
        status = store->write_log(write);
      }
      EXPECT_TRUE(status || life.disk.powered_off());
      life.states.push_back(std::move(next));
      life.epochs.push_back(life.disk.pending_epochs());
    }
    store.reset();
    return life;
  };
  std::uint64_t recoveries = 0;
  for (std::uint64_t call = 1;; ++call) {
    const Life life = live(call);
    if (!life.disk.powered_off()) {
      EXPECT_GT(call, 10 * kTransactions) << "a transaction makes more than ten calls";
      break;
    }
    for (std::uint64_t outcome = 0; outcome < kOutcomes; ++outcome) {
      SimDisk disk = life.disk;
      raft::Rng rng(call, outcome);
      // All of them first: then the crash tears the writes that no sync has closed yet.
      const std::uint64_t pending = disk.pending_epochs();
      const std::uint64_t durable = outcome == 0 ? pending : rng.below(pending + 1);
      for (std::uint64_t i = 0; i < durable; ++i) disk.complete_epoch();
      disk.crash(raft::Rng(call, outcome, 1), Lose::kUnsynced);
      auto store = NodeStore::open(disk, {});
      ASSERT_TRUE(store) << "call " << call << " outcome " << outcome << ": "
                         << store.error().message;
      const auto problems = (*store)->problems();
      EXPECT_TRUE(problems.empty()) << "call " << call << ": " << problems.front();
      // The last transaction is the one that was cut short: never acknowledged.
      std::size_t acknowledged = 0;
      for (std::size_t i = 0; i + 1 < life.states.size(); ++i) {
        if (life.epochs[i] <= durable) acknowledged = i;
      }
      const State found = state_of(**store);
      bool legal = false;
      for (std::size_t i = acknowledged; i < life.states.size(); ++i) {
        legal = legal || life.states[i] == found;
      }
      EXPECT_TRUE(legal) << "call " << call << " outcome " << outcome;
      ++recoveries;
    }
  }
  EXPECT_GT(recoveries, 500U);
}

TEST(Crash, TheSameSeedsLeaveTheSameDisks) {
  const Tally first = run_crashes(60, 77, {});
  const Tally second = run_crashes(60, 77, {});
  EXPECT_EQ(first.hash, second.hash);
  EXPECT_NE(first.hash, run_crashes(60, 78, {}).hash);
}

}  // namespace
}  // namespace storage
