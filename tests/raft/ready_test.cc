// The contract of Ready: what is handed out, once, in which order, and what counts only when it is
// durable.
#include "raft/raw_node.h"
#include "tests/raft/harness.h"

namespace raft::test {
namespace {

using M = MessageType;

TEST(ReadyTest, ACandidateCountsItsOwnVoteOnlyWhenItIsDurable) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  RawNode node = make_node(1, storage);
  EXPECT_TRUE(node.campaign());
  const Ready ready = node.ready();
  ASSERT_TRUE(ready.hard_state.has_value());
  EXPECT_EQ(*ready.hard_state, (HardState{{1}, {1}, {0}}));
  EXPECT_TRUE(ready.must_sync);
  EXPECT_EQ(ready.messages.size(), 2u);
  EXPECT_TRUE(ready.messages_after_sync.empty());  // none to others
  // One vote of another is not a majority of three as long as its own is not on disk.
  EXPECT_TRUE(node.step({.type = M::kVoteReply, .from = {2}, .term = {1}}));
  EXPECT_EQ(node.role(), Role::kCandidate);
  EXPECT_TRUE(node.status().votes.granted == std::vector<NodeId>{{2}});
  write(storage, ready);
  node.persisted(ready.id);
  EXPECT_EQ(node.role(), Role::kLeader);
}

TEST(ReadyTest, AVoteOfAnEarlierTermThatBecomesDurableLateDoesNotCount) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  RawNode node = make_node(1, storage);
  EXPECT_TRUE(node.campaign());
  const Ready first = node.ready();
  EXPECT_TRUE(node.step({.type = M::kVote, .from = {2}, .term = {2}}));
  EXPECT_TRUE(node.campaign());
  ASSERT_EQ(node.term(), Term{3});
  node.persisted(first.id);
  EXPECT_TRUE(node.status().votes.granted.empty());
  EXPECT_TRUE(node.step({.type = M::kVoteReply, .from = {2}, .term = {3}}));
  EXPECT_EQ(node.role(), Role::kCandidate);
}

TEST(ReadyTest, ALeaderCountsItsOwnEntryOnlyWhenItIsDurable) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  RawNode node = make_node(1, storage);
  EXPECT_TRUE(node.campaign());
  const Ready vote = node.ready();
  write(storage, vote);
  node.persisted(vote.id);
  EXPECT_TRUE(node.step({.type = M::kVoteReply, .from = {2}, .term = {1}}));
  ASSERT_EQ(node.role(), Role::kLeader);
  const Ready ready = node.ready();
  ASSERT_EQ(ready.entries.size(), 1u);
  EXPECT_EQ(ready.messages.size(), 2u);  // its appends may leave before its own write
  EXPECT_TRUE(node.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {1}}));
  EXPECT_EQ(node.commit(), Index{0});
  write(storage, ready);
  node.persisted(ready.id);
  EXPECT_EQ(node.commit(), Index{1});
}

// Two others make a majority of three without the leader; what is committed so is still not handed
// out before its own disk has it.
TEST(ReadyTest, CommittedEntriesAreHandedOutOnlyWhenDurable) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  RawNode node = make_node(1, storage);
  EXPECT_TRUE(node.campaign());
  const Ready vote = node.ready();
  write(storage, vote);
  node.persisted(vote.id);
  EXPECT_TRUE(node.step({.type = M::kVoteReply, .from = {2}, .term = {1}}));
  const Ready noop = node.ready();
  for (const std::uint64_t from : {2u, 3u}) {
    EXPECT_TRUE(node.step({.type = M::kAppendReply, .from = {from}, .term = {1}, .index = {1}}));
  }
  EXPECT_EQ(node.commit(), Index{1});
  while (node.has_ready()) EXPECT_TRUE(node.ready().committed_entries.empty());
  write(storage, noop);
  node.persisted(noop.id);
  ASSERT_TRUE(node.has_ready());
  EXPECT_EQ(node.ready().committed_entries, noop.entries);
}

TEST(ReadyTest, FollowersDoNotApplyUnstableEntriesEither) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  RawNode node = make_node(2, storage);
  EXPECT_TRUE(node.step({.type = M::kAppend,
                         .from = {1},
                         .term = {1},
                         .commit = {1},
                         .entries = {make_entry(1, 1)}}));
  EXPECT_EQ(node.commit(), Index{1});
  const Ready ready = node.ready();
  EXPECT_EQ(ready.entries.size(), 1u);
  EXPECT_TRUE(ready.committed_entries.empty());
  // The acknowledgement waits for the disk.
  EXPECT_TRUE(ready.messages.empty());
  ASSERT_EQ(ready.messages_after_sync.size(), 1u);
  EXPECT_EQ(ready.messages_after_sync[0].type, M::kAppendReply);
  EXPECT_FALSE(node.has_ready());
  node.persisted(ready.id);
  EXPECT_EQ(node.ready().committed_entries, ready.entries);
}

TEST(ReadyTest, TheSynchronousSwitchHandsOutWhatIsBeingWritten) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  Config config;
  config.apply_unstable = true;
  RawNode node = make_node(2, storage, nullptr, config);
  EXPECT_TRUE(node.step({.type = M::kAppend,
                         .from = {1},
                         .term = {1},
                         .commit = {1},
                         .entries = {make_entry(1, 1)}}));
  const Ready ready = node.ready();
  EXPECT_EQ(ready.committed_entries, ready.entries);
}

TEST(ReadyTest, NothingIsHandedOutTwice) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  RawNode node = make_node(2, storage);
  EXPECT_TRUE(node.step({.type = M::kAppend,
                         .from = {1},
                         .term = {1},
                         .commit = {1},
                         .entries = {make_entry(1, 1)}}));
  const Ready first = node.ready();
  EXPECT_TRUE(first.soft_state.has_value());
  EXPECT_TRUE(first.hard_state.has_value());
  EXPECT_TRUE(node.step({.type = M::kAppend,
                         .from = {1},
                         .term = {1},
                         .log_term = {1},
                         .index = {1},
                         .commit = {1},
                         .entries = {make_entry(1, 2)}}));
  const Ready second = node.ready();
  ASSERT_EQ(second.entries.size(), 1u);
  EXPECT_EQ(second.entries[0]->index, Index{2});
  EXPECT_FALSE(second.soft_state.has_value());
  EXPECT_FALSE(second.hard_state.has_value());
  EXPECT_EQ(second.id.number, first.id.number + 1);
  // The last report speaks for both writes.
  write(storage, first);
  write(storage, second);
  node.persisted(second.id);
  ASSERT_TRUE(node.has_ready());
  const Ready third = node.ready();
  ASSERT_EQ(third.committed_entries.size(), 1u);
  EXPECT_EQ(third.committed_entries[0]->index, Index{1});
  EXPECT_FALSE(node.has_ready());
}

TEST(ReadyTest, AVoteAloneNeedsASync) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  storage.set_hard_state({{1}, {0}, {0}});
  RawNode node = make_node(2, storage);
  EXPECT_TRUE(node.step({.type = M::kVote, .from = {1}, .term = {1}}));
  const Ready ready = node.ready();
  ASSERT_TRUE(ready.hard_state.has_value());
  EXPECT_EQ(*ready.hard_state, (HardState{{1}, {1}, {0}}));
  EXPECT_TRUE(ready.must_sync);
}

TEST(ReadyTest, ACommitIndexAloneNeedsNoSync) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  EXPECT_TRUE(storage.append(make_log({1})));
  storage.set_hard_state({{1}, {0}, {0}});
  RawNode node = make_node(2, storage);
  EXPECT_TRUE(node.step({.type = M::kHeartbeat, .from = {1}, .term = {1}, .commit = {1}}));
  const Ready ready = node.ready();
  ASSERT_TRUE(ready.hard_state.has_value());
  EXPECT_EQ(ready.hard_state->commit, Index{1});
  EXPECT_FALSE(ready.must_sync);
}

Message append(std::uint64_t from, std::uint64_t term, std::uint64_t index, std::uint64_t log_term,
               std::vector<EntryPtr> entries, std::uint64_t commit = 0) {
  return {.type = M::kAppend,
          .from = {from},
          .term = {term},
          .log_term = {log_term},
          .index = {index},
          .commit = {commit},
          .entries = std::move(entries)};
}

// "ABA": entry 2 is written in term 2 (A), overwritten in term 3 (B), and then a leader of term 4
// brings the first one back (A). When the first write is reported, entry 2 of term 2 is in the log
// again, but the write of B is still to come and will replace it on disk. So the report must not
// count.
TEST(ReadyTest, AReportOfAnEarlierTermDoesNotMakeEntriesDurable) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  EXPECT_TRUE(storage.append(make_log({1})));
  storage.set_hard_state({{1}, {0}, {0}});
  Recorder recorder;
  RawNode node = make_node(1, storage, &recorder);
  EXPECT_TRUE(node.step(append(2, 2, 1, 1, {make_entry(2, 2, "A")})));
  const Ready a = node.ready();
  EXPECT_TRUE(node.step(append(3, 3, 1, 1, {make_entry(3, 2, "B")})));
  const Ready b = node.ready();
  EXPECT_TRUE(node.step(append(2, 4, 1, 1, {make_entry(2, 2, "A")})));
  const Ready again = node.ready();
  ASSERT_EQ(again.entries.size(), 1u);
  ASSERT_EQ(node.last_index(), Index{2});

  node.persisted(a.id);
  EXPECT_EQ(node.status().durable, Index{1});
  node.persisted(b.id);
  EXPECT_EQ(node.status().durable, Index{1});
  // Committed now, and still not handed out.
  EXPECT_TRUE(node.step({.type = M::kHeartbeat, .from = {2}, .term = {4}, .commit = {2}}));
  while (node.has_ready()) {
    for (const EntryPtr& entry : node.ready().committed_entries) EXPECT_LE(entry->index, Index{1});
  }
  node.persisted(again.id);
  EXPECT_EQ(node.status().durable, Index{2});
  EXPECT_EQ(recorder.count(EventKind::kDurable), 1u);
  const std::vector<EntryPtr> committed = node.ready().committed_entries;
  ASSERT_FALSE(committed.empty());
  EXPECT_EQ(committed.back()->data, "A");
}

// A Ready of the present term that speaks for an entry of an older one: the term's leader replaces
// the entry before the report comes.
TEST(ReadyTest, AReportOfAnEntryThatWasReplacedSinceDoesNotCount) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  RawNode node = make_node(1, storage);
  EXPECT_TRUE(node.step(append(2, 1, 0, 0, {make_entry(1, 1, "old")})));
  (void)node.ready();
  EXPECT_TRUE(
      node.step({.type = M::kVote, .from = {3}, .term = {2}, .log_term = {1}, .index = {1}}));
  const Ready vote = node.ready();
  ASSERT_EQ(vote.id.term, Term{2});
  ASSERT_EQ(vote.id.last_term, Term{1});
  EXPECT_TRUE(node.step(append(3, 2, 0, 0, {make_entry(2, 1, "new")})));
  const Ready replaced = node.ready();
  ASSERT_EQ(replaced.entries.size(), 1u);
  node.persisted(vote.id);
  EXPECT_EQ(node.status().durable, Index{0});
  node.persisted(replaced.id);
  EXPECT_EQ(node.status().durable, Index{1});
}

// The report of a write from before the term changed is void, but then the next Ready speaks for
// it.
TEST(ReadyTest, AChangeOfTermDoesNotLeaveEntriesUnstableForEver) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  RawNode node = make_node(1, storage);
  EXPECT_TRUE(node.step(append(2, 1, 0, 0, {make_entry(1, 1)})));
  const Ready first = node.ready();
  EXPECT_TRUE(node.step({.type = M::kHeartbeat, .from = {3}, .term = {2}}));
  ASSERT_TRUE(node.has_ready());
  const Ready second = node.ready();
  EXPECT_TRUE(second.entries.empty());
  EXPECT_EQ(second.id.last_index, Index{1});
  node.persisted(first.id);
  EXPECT_EQ(node.status().durable, Index{0});
  node.persisted(second.id);
  EXPECT_EQ(node.status().durable, Index{1});
}

TEST(ReadyTest, TruncatedEntriesAreNoLongerDurable) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  EXPECT_TRUE(storage.append(make_log({1, 1, 1})));
  storage.set_hard_state({{1}, {0}, {0}});
  RawNode node = make_node(1, storage);
  EXPECT_EQ(node.status().durable, Index{3});
  EXPECT_TRUE(node.step(append(2, 2, 1, 1, {make_entry(2, 2)})));
  EXPECT_EQ(node.status().durable, Index{1});
}

// What is proposed between two Readies travels in one append per follower, with the commit index.
TEST(ReadyTest, AppendsAreCoalesced) {
  for (const bool coalesce : {true, false}) {
    MemoryStorage storage = MemoryStorage::with_voters(ids(3));
    Config config;
    config.coalesce_appends = coalesce;
    RawNode node = make_node(1, storage, nullptr, config);
    EXPECT_TRUE(node.campaign());
    Ready ready = node.ready();
    node.persisted(ready.id);
    EXPECT_TRUE(node.step({.type = M::kVoteReply, .from = {2}, .term = {1}}));
    ready = node.ready();
    node.persisted(ready.id);
    for (const std::uint64_t from : {2u, 3u}) {
      EXPECT_TRUE(node.step({.type = M::kAppendReply, .from = {from}, .term = {1}, .index = {1}}));
    }
    ready = node.ready();
    node.persisted(ready.id);
    ASSERT_FALSE(node.has_ready());
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(node.propose("x"));
    ready = node.ready();
    ASSERT_EQ(ready.messages.size(), coalesce ? 2u : 10u);
    EXPECT_EQ(ready.messages[0].entries.size(), coalesce ? 5u : 1u);
    EXPECT_EQ(ready.messages[0].commit, Index{1});
    EXPECT_EQ(ready.entries.size(), 5u);
    // An acknowledgement that leaves nothing to say makes no Ready.
    EXPECT_TRUE(node.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {3}}));
    EXPECT_FALSE(node.has_ready());
  }
}

}  // namespace
}  // namespace raft::test
