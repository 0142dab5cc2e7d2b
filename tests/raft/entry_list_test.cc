// EntryList against the obvious thing, a vector, under random operations, and what copies share.
#include "raft/entry_list.h"

#include <utility>
#include <vector>

#include "raft/rng.h"
#include "tests/raft/harness.h"

namespace raft::test {
namespace {

// The same list with a vector and nothing shared.
struct Naive {
  std::uint64_t first = 1;
  std::vector<EntryPtr> entries;

  std::uint64_t end() const { return first + entries.size(); }
  void truncate_from(std::uint64_t index) {
    if (index < end()) entries.resize(index - first);
  }
  void compact_through(std::uint64_t index) {
    if (index < first) return;
    entries.erase(entries.begin(),
                  entries.begin() + static_cast<std::ptrdiff_t>(index + 1 - first));
    first = index + 1;
  }
};

void expect_same(const EntryList& list, const Naive& naive) {
  ASSERT_EQ(list.first_index().value, naive.first);
  ASSERT_EQ(list.end_index().value, naive.end());
  ASSERT_EQ(list.size(), naive.entries.size());
  for (std::uint64_t i = naive.first; i < naive.end(); ++i) {
    ASSERT_EQ(list.at({i}), naive.entries[i - naive.first]) << i;
  }
}

TEST(EntryListTest, BehavesLikeAVectorAndCopiesStayApart) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Rng rng(seed);
    // Two of each, so that chunks are shared and written by either.
    std::pair<EntryList, Naive> pairs[2];
    std::uint64_t term = 1;
    for (int step = 0; step < 400; ++step) {
      const std::uint64_t which = rng.below(2);
      auto& [list, naive] = pairs[which];
      const std::uint64_t action = rng.below(10);
      if (action < 5) {
        const std::uint64_t count = rng.below(200);
        for (std::uint64_t i = 0; i < count; ++i) {
          EntryPtr entry = make_entry(term, naive.end());
          naive.entries.push_back(entry);
          list.push_back(std::move(entry));
        }
      } else if (action < 7) {
        const std::uint64_t index = naive.first + rng.below(naive.entries.size() + 2);
        naive.truncate_from(index);
        list.truncate_from({index});
        ++term;
      } else if (action < 8) {
        if (naive.entries.empty()) continue;
        const std::uint64_t index = naive.first - 1 + rng.below(naive.entries.size() + 1);
        naive.compact_through(index);
        list.compact_through({index});
      } else if (action < 9) {
        pairs[1 - which] = pairs[which];
      } else if (rng.chance(1, 10)) {
        const std::uint64_t first = 1 + rng.below(1000);
        naive = {first, {}};
        list.reset({first});
      }
      expect_same(pairs[0].first, pairs[0].second);
      expect_same(pairs[1].first, pairs[1].second);
      if (HasFatalFailure()) FAIL() << "seed " << seed << ", step " << step;
    }
  }
}

TEST(EntryListTest, ACopySeesNothingOfLaterWrites) {
  EntryList list;
  for (std::uint64_t i = 1; i <= 300; ++i) list.push_back(make_entry(1, i));
  const EntryList copy = list;
  list.truncate_from({290});
  list.push_back(make_entry(2, 290));
  EXPECT_EQ(copy.last_index(), Index{300});
  EXPECT_EQ(copy.at({290})->term, Term{1});
  EXPECT_EQ(list.at({290})->term, Term{2});
  EXPECT_EQ(list.last_index(), Index{290});
}

TEST(EntryListTest, EqualIsEqualContentWhateverWasShared) {
  EntryList a;
  EntryList b;
  for (std::uint64_t i = 1; i <= 600; ++i) {
    a.push_back(make_entry(1, i, "x"));
    b.push_back(make_entry(1, i, "x"));
  }
  EXPECT_EQ(a, b);
  b.compact_through({10});
  EXPECT_NE(a, b);
  a.compact_through({10});
  EXPECT_EQ(a, b);
  a.truncate_from({600});
  a.push_back(make_entry(1, 600, "y"));
  EXPECT_NE(a, b);
}

TEST(EntryListTest, RangeStopsBeforeTheLimitButGivesOne) {
  EntryList list;
  for (std::uint64_t i = 1; i <= 4; ++i) list.push_back(make_entry(1, i, "0123456789"));
  const std::uint64_t each = encoded_size(*list.at({1}));
  EXPECT_EQ(list.range({1}, {5}, 0).size(), 1u);
  EXPECT_EQ(list.range({1}, {5}, 2 * each).size(), 2u);
  EXPECT_EQ(list.range({1}, {5}, 3 * each - 1).size(), 2u);
  EXPECT_EQ(list.range({1}, {5}).size(), 4u);
  EXPECT_EQ(list.range({3}, {3}).size(), 0u);
}

TEST(MemoryStorageTest, AppendReplacesTheTailAndRefusesGaps) {
  MemoryStorage storage;
  EXPECT_TRUE(storage.append(make_log({1, 1, 1})));
  EXPECT_TRUE(storage.append({make_entry(2, 2)}));
  EXPECT_EQ(storage.last_index(), Index{2});
  EXPECT_EQ(*storage.term({2}), Term{2});
  EXPECT_FALSE(storage.append({make_entry(2, 4)}));
  EXPECT_EQ(storage.term({3}).error().code, Code::kUnavailable);
}

TEST(MemoryStorageTest, CompactionKeepsTheTermBeforeTheFirstEntry) {
  MemoryStorage storage;
  EXPECT_TRUE(storage.append(make_log({1, 2, 3, 3})));
  EXPECT_TRUE(storage.compact({2}));
  EXPECT_EQ(storage.first_index(), Index{3});
  EXPECT_EQ(*storage.term({2}), Term{2});
  EXPECT_EQ(storage.term({1}).error().code, Code::kNotFound);
  EXPECT_EQ(storage.entries({2}, {4}, kNoLimit).error().code, Code::kNotFound);
  EXPECT_FALSE(storage.compact({1}));
  // Entries at or below the truncated one are skipped.
  EXPECT_TRUE(storage.append({make_entry(2, 2), make_entry(3, 3)}));
  EXPECT_EQ(storage.last_index(), Index{3});
}

TEST(MemoryStorageTest, ASnapshotReplacesTheLog) {
  MemoryStorage storage;
  EXPECT_TRUE(storage.append(make_log({1, 1})));
  EXPECT_EQ(storage.snapshot().error().code, Code::kUnavailable);
  ConfState config;
  config.voters = ids(3);
  EXPECT_TRUE(storage.apply_snapshot(
      std::make_shared<const Snapshot>(Snapshot{{9}, {4}, config, "state"})));
  EXPECT_EQ(storage.first_index(), Index{10});
  EXPECT_EQ(storage.last_index(), Index{9});
  EXPECT_EQ(*storage.term({9}), Term{4});
  EXPECT_EQ(storage.initial_state()->config, config);
  EXPECT_FALSE(storage.apply_snapshot(
      std::make_shared<const Snapshot>(Snapshot{{9}, {4}, config, "state"})));
}

}  // namespace
}  // namespace raft::test
