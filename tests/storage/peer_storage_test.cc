// What the TinyKV lab asks of its PeerStorage, test by test under the lab's names, and what came to
// it here: compaction in bounded steps, chunks of a snapshot that is being received, the install.
// The lab starts at index 5, term 5; a cluster here starts at 0.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/node_store.h"
#include "tests/storage/staged.h"

namespace storage {
namespace {

using raft::Index;
using raft::Term;

raft::EntryPtr entry(std::uint64_t index, std::uint64_t term, std::string data = "x") {
  return std::make_shared<const raft::Entry>(
      raft::Entry{{term}, {index}, raft::EntryType::kNormal, std::move(data)});
}

void expect_ok(const Status& status) { EXPECT_TRUE(status) << status.error().message; }

class PeerStorage : public testing::Test {
 protected:
  // Entries 1.. with these terms; those up to `truncated` are applied and compacted.
  void start(const std::vector<std::uint64_t>& terms, std::uint64_t truncated) {
    disk_ = SimDisk();
    auto created = NodeStore::create(disk_, {{{1}, {2}, {3}}, {}, {}, {}, false}, {});
    ASSERT_TRUE(created) << created.error().message;
    store_ = *std::move(created);
    std::vector<raft::EntryPtr> entries;
    for (std::uint64_t i = 0; i < terms.size(); ++i) entries.push_back(entry(i + 1, terms[i]));
    expect_ok(store_->write_log({.hard_state = raft::HardState{{9}, {}, {}}, .entries = entries}));
    compact(truncated);
  }

  void compact(std::uint64_t index) {
    kv::ApplyWrite apply;
    apply.applied = {std::max(index, store_->applied().value)};
    apply.applied_term = *store_->term(apply.applied);
    apply.compact_to = {index};
    expect_ok(store_->write_apply(apply));
  }

  void reopen() {
    store_.reset();
    disk_.complete_all();
    disk_.crash(raft::Rng(1), Lose::kUnsynced);
    auto opened = NodeStore::open(disk_, {});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = *std::move(opened);
  }

  std::string entries(std::uint64_t first, std::uint64_t end) const {
    auto range = store_->entries({first}, {end}, UINT64_MAX);
    if (!range) return range.error().code == Code::kNotFound ? "compacted" : "unavailable";
    std::string out;
    for (const auto& e : *range) {
      out += std::to_string(e->index.value) + ":" + std::to_string(e->term.value) + " ";
    }
    return out;
  }
  std::string all() const {
    return entries(store_->first_index().value, raft::next_index(store_->last_index()).value);
  }

  SimDisk disk_;
  std::unique_ptr<NodeStore> store_;
};

TEST_F(PeerStorage, Term) {
  start({1, 2, 3, 4, 5}, 3);
  for (int process = 0; process < 2; ++process) {
    EXPECT_EQ(store_->term({2}).error().code, Code::kNotFound);  // ErrCompacted
    EXPECT_EQ(*store_->term({3}), Term{3});                      // the truncated one
    EXPECT_EQ(*store_->term({4}), Term{4});
    EXPECT_EQ(*store_->term({5}), Term{5});
    EXPECT_EQ(store_->term({6}).error().code, Code::kUnavailable);
    reopen();
  }
}

TEST_F(PeerStorage, Entries) {
  start({1, 2, 3, 4, 5, 6}, 3);
  for (int process = 0; process < 2; ++process) {
    EXPECT_EQ(entries(2, 6), "compacted");
    EXPECT_EQ(entries(3, 4), "compacted");
    EXPECT_EQ(entries(4, 5), "4:4 ");
    EXPECT_EQ(entries(4, 7), "4:4 5:5 6:6 ");
    EXPECT_EQ(entries(4, 8), "unavailable");
    EXPECT_EQ(entries(6, 5), "unavailable");
    reopen();
  }
}

// Overwrite, delete the old tail, update the end. What is compacted the core never appends again
// (raft-log tests), so that the store refuses it.
TEST_F(PeerStorage, Append) {
  const auto append = [&](std::vector<raft::EntryPtr> list) {
    start({1, 2, 3, 4, 5}, 3);
    const bool written =
        store_->write_log({.hard_state = {}, .entries = std::move(list)}).has_value();
    reopen();
    return written ? all() : "refused, " + all();
  };
  EXPECT_EQ(append({entry(4, 4), entry(5, 5)}), "4:4 5:5 ");
  EXPECT_EQ(append({entry(4, 6), entry(5, 6)}), "4:6 5:6 ");
  EXPECT_EQ(append({entry(4, 4), entry(5, 5), entry(6, 5)}), "4:4 5:5 6:5 ");
  EXPECT_EQ(append({entry(4, 5)}), "4:5 ");
  EXPECT_EQ(append({entry(6, 5)}), "4:4 5:5 6:5 ");
  EXPECT_EQ(append({entry(3, 3), entry(4, 5)}), "refused, 4:4 5:5 ");
  EXPECT_EQ(append({entry(7, 5)}), "refused, 4:4 5:5 ");
}

// TestPeerStorageClearMeta and TestSnapFile: what was there is gone, and what the snapshot brings
// is there, in one transaction.
TEST_F(PeerStorage, ClearMetaAndApplyTheSnapshot) {
  start({1, 1, 1, 4, 5, 6}, 3);
  kv::ApplyWrite apply;
  apply.applied = {4};
  apply.applied_term = {4};
  apply.rows = {{"old", kv::Row{"1", {4}}}, {"both", kv::Row{"1", {4}}}};
  apply.sessions = {{1, kv::Session{1, "ok", {4}}}};
  expect_ok(store_->write_apply(apply));

  const kv::Rows rows = {{"both", kv::Row{"2", {40}}}, {"new", kv::Row{"", {41}}}};
  const kv::Sessions sessions = {{2, kv::Session{5, "true", {42}}}};
  StagedState snapshot(rows, sessions, 7);  // records go over the ends of chunks
  snapshot.write.index = {50};
  snapshot.write.term = {8};
  snapshot.write.config = {{{1}, {2}, {7}}, {}, {{3}}, {}, false};
  snapshot.write.stream.conf_version = 4;
  expect_ok(snapshot.stage(*store_));
  const std::uint64_t transactions = disk_.transactions();
  kv::LogWrite write = snapshot.install();
  write.hard_state = raft::HardState{{9}, {2}, {50}};
  write.entries = {entry(51, 8), entry(52, 9)};
  expect_ok(store_->write_log(write));
  EXPECT_EQ(disk_.transactions(), transactions + 1);
  for (int process = 0; process < 2; ++process) {
    EXPECT_EQ(store_->applied(), Index{50});
    EXPECT_EQ(store_->applied_term(), Term{8});
    EXPECT_EQ(store_->truncated_index(), Index{50});
    EXPECT_EQ(*store_->term({50}), Term{8});
    EXPECT_EQ(all(), "51:8 52:9 ");
    EXPECT_EQ(store_->config(), snapshot.write.config);
    EXPECT_EQ(store_->conf_version(), 4u);
    EXPECT_EQ(store_->hard_state(), (raft::HardState{{9}, {2}, {50}}));
    EXPECT_EQ(*store_->load_rows(), rows);
    EXPECT_EQ(*store_->load_sessions(), sessions);
    EXPECT_FALSE(store_->staged());
    EXPECT_TRUE(store_->problems().empty());
    reopen();
  }
  // The rows of before wait like those of any compacted entry.
  while (store_->compacted_rows() > 0) expect_ok(store_->delete_compacted(2));
  reopen();
  EXPECT_EQ(all(), "51:8 52:9 ");
}

TEST_F(PeerStorage, ASnapshotOfNothingEmptiesTheStore) {
  start({1, 2}, 2);
  StagedState snapshot({}, {}, 100);
  snapshot.write.index = {9};
  snapshot.write.term = {3};
  snapshot.write.config = {{{1}, {2}, {3}}, {}, {}, {}, false};
  expect_ok(snapshot.stage(*store_));
  expect_ok(store_->write_log(snapshot.install()));
  reopen();
  EXPECT_TRUE(store_->load_rows()->empty());
  EXPECT_EQ(store_->first_index(), Index{10});
  EXPECT_EQ(store_->last_index(), Index{9});
  EXPECT_EQ(store_->initial_state()->hard_state.commit, Index{9});
}

TEST_F(PeerStorage, ASnapshotOlderThanWhatIsAppliedIsRefused) {
  start({1, 2, 3}, 3);
  StagedState snapshot({}, {}, 100);
  snapshot.write.index = {2};
  snapshot.write.term = {2};
  expect_ok(snapshot.stage(*store_));
  const Status written = store_->write_log(snapshot.install());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::kInvalidArgument);
  EXPECT_EQ(store_->applied(), Index{3});
}

// What is not whole, not the one that is staged, or not a state is not installed. A stream that was
// not looked at before ends as a failed write, and even that leaves the old state.
TEST_F(PeerStorage, OnlyWhatIsStagedIsInstalled) {
  const kv::Rows rows = {{"a", kv::Row{std::string(300, '1'), {4}}}, {"b", kv::Row{"2", {5}}}};
  const auto installed = [&](const auto& change) {
    start({1, 2, 3}, 3);
    StagedState snapshot(rows, {}, 100);
    snapshot.write.index = {50};
    snapshot.write.term = {8};
    snapshot.write.config = {{{1}}, {}, {}, {}, false};
    change(snapshot);
    const Status written = store_->write_log(snapshot.install());
    reopen();
    EXPECT_TRUE(store_->problems().empty());
    EXPECT_EQ(store_->applied(), written ? Index{50} : Index{3});
    EXPECT_EQ(store_->load_rows()->size(), written ? 2u : 0u);
    EXPECT_EQ(store_->staged().has_value(), !written);
    return written ? std::string("yes") : written.error().message;
  };
  EXPECT_EQ(installed([&](StagedState& s) { expect_ok(s.stage(*store_)); }), "yes");
  EXPECT_EQ(installed([&](StagedState& s) {
              expect_ok(s.stage(*store_, 1));
              expect_ok(s.stage(*store_, 3));
            }),
            "not all chunks of the snapshot up to 50 are there");
  EXPECT_EQ(installed([&](StagedState& s) {
              expect_ok(s.stage(*store_));
              s.write.term = {9};
            }),
            "not all chunks of the snapshot up to 50 are there");
  const auto failed = [](const std::string& what) {
    return "node database, writing the log: the snapshot is damaged: " + what;
  };
  EXPECT_EQ(installed([&](StagedState& s) {
              s.write.stream.checksum ^= 1;
              expect_ok(s.stage(*store_));
            }),
            failed("its checksum is wrong"));
  EXPECT_EQ(installed([&](StagedState& s) {
              s.stream.append(s.stream);
              s.write.stream.bytes = s.stream.size();
              expect_ok(s.stage(*store_));
            }),
            failed("its rows are not in their order"));
}

// A crash in between leaves the old state or the new one. At each mutating call of the install.
TEST_F(PeerStorage, ACrashDuringAnInstallLeavesAllOrNothing) {
  kv::Rows new_rows;
  for (int i = 0; i < 40; ++i) {
    new_rows["k" + std::to_string(i)] = kv::Row{std::string(900, 'v'), {40}};
  }
  StagedState snapshot(new_rows, {}, 10'000);
  snapshot.write.index = {50};
  snapshot.write.term = {8};
  snapshot.write.config = {{{1}, {2}, {7}}, {}, {}, {}, false};
  std::uint64_t old_states = 0;
  std::uint64_t new_states = 0;
  for (std::uint64_t call = 1;; ++call) {
    start({1, 2, 3, 4, 5, 6}, 3);
    expect_ok(snapshot.stage(*store_));
    disk_.complete_all();
    disk_.set_faults({.power_off_at_call = disk_.mutating_calls() + call});
    const bool written = store_->write_log(snapshot.install()).has_value();
    store_.reset();
    if (written) disk_.complete_all();
    disk_.crash(raft::Rng(call), Lose::kUnsynced);
    auto opened = NodeStore::open(disk_, {});
    ASSERT_TRUE(opened) << call << ": " << opened.error().message;
    ASSERT_TRUE((*opened)->problems().empty()) << call;
    const std::uint64_t rows = (*opened)->load_rows()->size();
    if ((*opened)->applied() == Index{3}) {
      ++old_states;
      EXPECT_EQ(rows, 0u);
      EXPECT_EQ((*opened)->last_index(), Index{6});
      ASSERT_TRUE((*opened)->staged());
      EXPECT_TRUE((*opened)->staged()->complete());
    } else {
      ++new_states;
      EXPECT_EQ((*opened)->applied(), Index{50});
      EXPECT_EQ(rows, 40u);
      EXPECT_EQ((*opened)->last_index(), Index{50});
      EXPECT_FALSE((*opened)->staged());
    }
    if (written) break;
  }
  EXPECT_GT(old_states, 10u);
  EXPECT_GT(new_states, 0u);
}

// Rows of compacted entries go in bounded transactions; start 0 means "find the first row".
TEST_F(PeerStorage, GcRaftLog) {
  start(std::vector<std::uint64_t>(100, 1), 0);
  const auto rows = [&] { return store_->compacted_rows(); };
  EXPECT_EQ(rows(), 0u);
  compact(10);
  EXPECT_EQ(rows(), 10u);
  EXPECT_EQ(store_->first_index(), Index{11});
  expect_ok(store_->delete_compacted(100));
  EXPECT_EQ(rows(), 0u);
  compact(50);
  EXPECT_EQ(rows(), 40u);
  expect_ok(store_->delete_compacted(15));
  EXPECT_EQ(rows(), 25u);
  reopen();
  EXPECT_EQ(rows(), 25u);
  EXPECT_EQ(store_->first_index(), Index{51});
  expect_ok(store_->delete_compacted(15));
  expect_ok(store_->delete_compacted(15));
  EXPECT_EQ(rows(), 0u);
  const std::uint64_t transactions = disk_.transactions();
  expect_ok(store_->delete_compacted(15));
  EXPECT_EQ(disk_.transactions(), transactions);  // nothing to do, nothing written
  compact(50);                                    // compacted already: no change
  compact(60);
  EXPECT_EQ(rows(), 10u);
  reopen();
  EXPECT_EQ(store_->last_index(), Index{100});
  EXPECT_TRUE(store_->problems().empty());
}

TEST_F(PeerStorage, CompactionStopsAtWhatIsApplied) {
  start({1, 1, 1, 1}, 2);
  kv::ApplyWrite apply;
  apply.applied = {3};
  apply.applied_term = {1};
  apply.compact_to = {4};
  const Status written = store_->write_apply(apply);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::kInvalidArgument);
}

// The chain goes on from the last compacted row, so that the rest of the log is still checked.
TEST_F(PeerStorage, TheWholeLogCanBeCompactedAndGoesOn) {
  start({1, 2, 3}, 3);
  EXPECT_EQ(store_->first_index(), Index{4});
  EXPECT_EQ(store_->last_index(), Index{3});
  expect_ok(store_->delete_compacted(100));
  reopen();
  expect_ok(store_->write_log({.hard_state = {}, .entries = {entry(4, 9)}}));
  reopen();
  EXPECT_EQ(all(), "4:9 ");
}

TEST_F(PeerStorage, ChunksOfASnapshotStayOverACrash) {
  start({1}, 0);
  const kv::SnapshotId id{{50}, {8}, 3};
  EXPECT_FALSE(store_->staged());
  expect_ok(store_->stage_chunk(id, 3, "cc"));
  expect_ok(store_->stage_chunk(id, 1, std::string("a\0", 2)));
  expect_ok(store_->stage_chunk(id, 1, std::string("a\0", 2)));  // twice is once
  reopen();
  ASSERT_TRUE(store_->staged());
  EXPECT_EQ(store_->staged()->id, id);
  EXPECT_EQ(store_->staged()->numbers, (std::vector<std::uint64_t>{1, 3}));
  std::string read;
  const auto take = [&](std::string_view chunk) {
    read += "[" + std::string(chunk) + "]";
    return ok();
  };
  EXPECT_EQ(store_->read_staged(take).error().code, Code::kNotFound);
  expect_ok(store_->stage_chunk(id, 2, ""));
  EXPECT_TRUE(store_->staged()->complete());
  expect_ok(store_->read_staged(take));
  EXPECT_EQ(read, std::string("[a\0][][cc]", 10));
  EXPECT_EQ(store_->stage_chunk(id, 4, "d").error().code, Code::kInvalidArgument);
  EXPECT_EQ(store_->stage_chunk(id, 0, "d").error().code, Code::kInvalidArgument);

  // Another snapshot takes the place of the first.
  expect_ok(store_->stage_chunk({{60}, {8}, 3}, 2, "b"));
  reopen();
  EXPECT_EQ(store_->staged()->id.index, Index{60});
  EXPECT_EQ(store_->staged()->numbers, std::vector<std::uint64_t>{2});
  expect_ok(store_->discard_staged());
  reopen();
  EXPECT_FALSE(store_->staged());
}

TEST_F(PeerStorage, ASnapshotIsGivenOnceItIsOffered) {
  start({1}, 0);
  EXPECT_FALSE(store_->take_snapshot_wanted());
  EXPECT_EQ(store_->snapshot().error().code, Code::kUnavailable);
  EXPECT_TRUE(store_->take_snapshot_wanted());
  EXPECT_FALSE(store_->take_snapshot_wanted());
  const auto snapshot = std::make_shared<const raft::Snapshot>();
  store_->offer_snapshot(snapshot);
  EXPECT_EQ(*store_->snapshot(), snapshot);
  EXPECT_FALSE(store_->take_snapshot_wanted());
}

}  // namespace
}  // namespace storage
