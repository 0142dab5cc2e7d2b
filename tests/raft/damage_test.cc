// A log that rot has damaged (protocol-aware recovery, FAST'18): the member stays, holds what is
// before the damage, neither leads nor helps a member whose log is older than its own was, and gets
// the lost entries again from its leader.
#include <algorithm>

#include "raft/raw_node.h"
#include "tests/raft/harness.h"

namespace raft::test {
namespace {

using M = MessageType;

EntryPtr entry_of(std::uint64_t index, std::uint64_t term) {
  return std::make_shared<const Entry>(
      Entry{{term}, {index}, EntryType::kNormal, "e" + std::to_string(index)});
}

std::vector<EntryPtr> entries_of(std::uint64_t first, const std::vector<std::uint64_t>& terms) {
  std::vector<EntryPtr> out;
  for (const std::uint64_t term : terms) out.push_back(entry_of(first++, term));
  return out;
}

// A log of which only the beginning is left.
class DamagedStorage : public MemoryStorage {
 public:
  explicit DamagedStorage(MemoryStorage intact) : MemoryStorage(std::move(intact)) {}
  Result<InitialState> initial_state() const override {
    RAFT_TRY_ASSIGN(InitialState state, MemoryStorage::initial_state());
    state.lost_end = lost_end;
    return state;
  }
  std::optional<LogEnd> lost_end;
};

// Member 1 of three. Its log was 1:1 2:1 3:2 4:2 5:2 with 1 to 4 committed; 3 to 5 are lost.
class Damage : public testing::Test {
 protected:
  Damage() : storage_(MemoryStorage::with_voters(ids(3))) {
    storage_.lost_end = LogEnd{{5}, {2}};
    EXPECT_TRUE(storage_.append(entries_of(1, {1, 1})));
    storage_.set_hard_state({{2}, {}, {4}});
    Config config;
    config.id = {1};
    config.applied = {4};
    config.rng = Rng(1, 2, 3);
    auto node = RawNode::create(config, storage_, nullptr);
    EXPECT_TRUE(node) << node.error().message;
    node_ = std::make_unique<RawNode>(*std::move(node));
  }

  // What the member sends once its writes are durable.
  std::vector<Message> step(Message message) {
    EXPECT_TRUE(node_->step(std::move(message)));
    return drain();
  }
  std::vector<Message> drain() {
    std::vector<Message> sent;
    while (node_->has_ready()) {
      const Ready ready = node_->ready();
      write(storage_, ready);
      node_->persisted(ready.id);
      EXPECT_TRUE(ready.committed_entries.empty() ||
                  ready.committed_entries.front()->index > Index{4})
          << "applied twice";
      if (!ready.committed_entries.empty()) node_->applied(ready.committed_entries.back()->index);
      sent.insert(sent.end(), ready.messages.begin(), ready.messages.end());
      sent.insert(sent.end(), ready.messages_after_sync.begin(), ready.messages_after_sync.end());
    }
    return sent;
  }
  Message append(std::uint64_t previous, std::uint64_t previous_term, std::vector<EntryPtr> entries,
                 std::uint64_t commit) {
    return {.type = M::kAppend,
            .to = {1},
            .from = {2},
            .term = {3},
            .log_term = {previous_term},
            .index = {previous},
            .commit = {commit},
            .entries = std::move(entries)};
  }
  Message vote(std::uint64_t term, std::uint64_t index, std::uint64_t log_term) {
    return {.type = M::kVote,
            .to = {1},
            .from = {3},
            .term = {term},
            .log_term = {log_term},
            .index = {index}};
  }

  DamagedStorage storage_;
  std::unique_ptr<RawNode> node_;
};

TEST_F(Damage, ItNeverCampaigns) {
  for (int i = 0; i < 100; ++i) node_->tick();
  EXPECT_EQ(node_->role(), Role::kFollower);
  EXPECT_EQ(node_->term(), Term{2});
  EXPECT_FALSE(node_->campaign());
}

TEST_F(Damage, ItVotesAsIfItsLogWereWhole) {
  EXPECT_TRUE(step(vote(3, 2, 1)).at(0).reject);  // all that it still holds
  EXPECT_TRUE(step(vote(4, 4, 2)).at(0).reject);  // one short of what it held
  EXPECT_FALSE(step(vote(5, 5, 2)).at(0).reject);
  EXPECT_FALSE(step(vote(6, 3, 3)).at(0).reject);
}

TEST_F(Damage, ALeaderThatCountsOnLostEntriesIsToldSo) {
  Message heartbeat{.type = M::kHeartbeat, .to = {1}, .from = {2}, .term = {3}, .commit = {4}};
  std::vector<Message> sent = step(heartbeat);
  const auto refusal = std::find_if(sent.begin(), sent.end(), [](const Message& m) {
    return m.type == M::kAppendReply && m.reject;
  });
  ASSERT_NE(refusal, sent.end());
  EXPECT_EQ(refusal->context, kLostEntries);
  EXPECT_EQ(refusal->reject_hint, Index{2});
  EXPECT_EQ(node_->status().halted, nullptr);
  sent = step(append(5, 2, entries_of(6, {3}), 4));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_TRUE(sent[0].reject);
  EXPECT_EQ(sent[0].context, kLostEntries);
}

TEST_F(Damage, WhatItIsSentItAcknowledgesAndThenItIsWhole) {
  std::vector<Message> sent = step(append(2, 1, entries_of(3, {2}), 3));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_FALSE(sent[0].reject);
  EXPECT_EQ(sent[0].index, Index{3});
  EXPECT_TRUE(step(vote(3, 4, 2)).at(0).reject);  // 5 is still lost
  EXPECT_FALSE(node_->campaign());

  sent = step(append(3, 2, entries_of(4, {2, 2, 3}), 6));
  EXPECT_EQ(sent.at(0).index, Index{6});
  EXPECT_EQ(node_->commit(), Index{6});
  EXPECT_EQ(node_->status().applied, Index{6});
  EXPECT_TRUE(node_->campaign());
}

// Entries of a later term say that the lost tail was replaced.
TEST_F(Damage, ANewerLogTakesThePlaceOfTheLostTail) {
  step(append(2, 1, entries_of(3, {2, 2}), 4));
  EXPECT_FALSE(node_->campaign());
  Message newer = append(4, 2, entries_of(5, {3}), 4);
  step(newer);
  EXPECT_TRUE(node_->campaign());
}

TEST_F(Damage, CommittedEntriesThatItHoldsAreNeverReplaced) {
  const std::vector<Message> sent = step(append(1, 1, entries_of(2, {3}), 1));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_FALSE(sent[0].reject);
  EXPECT_EQ(sent[0].index, Index{2}) << "4 is committed, but not held";
  EXPECT_EQ(*node_->term_at({2}), Term{1});
}

// What a leader has compacted comes as a snapshot, which may end where the commit index is known to
// be. The state machine does not go back for it.
TEST_F(Damage, ASnapshotBringsWhatIsCommittedAndLost) {
  const auto snapshot = [](std::uint64_t index) {
    auto data = std::make_shared<Snapshot>();
    data->index = {index};
    data->term = {2};
    data->config.voters = ids(3);
    return Message{
        .type = M::kSnapshot, .to = {1}, .from = {2}, .term = {3}, .snapshot = std::move(data)};
  };
  std::vector<Message> sent = step(snapshot(3));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].index, Index{2}) << "4 is applied: it does not go back, nor vouch for more";
  sent = step(snapshot(4));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].index, Index{4});
  EXPECT_EQ(node_->last_index(), Index{4});
  EXPECT_EQ(node_->commit(), Index{4});
  EXPECT_FALSE(node_->campaign()) << "5 is still lost";
  step(append(4, 2, entries_of(5, {2}), 5));
  EXPECT_EQ(node_->commit(), Index{5});
  EXPECT_TRUE(node_->campaign());
}

// Without the reply's mark the leader would take the refusal for a late one and never send them.
TEST(DamageLeader, SendsAgainWhatWasAcknowledgedAndLost) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(2));
  RawNode leader = make_node(1, storage);
  const auto drain = [&] {
    std::vector<Message> sent;
    while (leader.has_ready()) {
      const Ready ready = leader.ready();
      write(storage, ready);
      leader.persisted(ready.id);
      if (!ready.committed_entries.empty()) leader.applied(ready.committed_entries.back()->index);
      sent.insert(sent.end(), ready.messages.begin(), ready.messages.end());
    }
    return sent;
  };
  EXPECT_TRUE(leader.campaign());
  drain();
  EXPECT_TRUE(leader.step({.type = M::kVoteReply, .to = {1}, .from = {2}, .term = leader.term()}));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(leader.propose("x"));
  drain();
  EXPECT_TRUE(leader.step(
      {.type = M::kAppendReply, .to = {1}, .from = {2}, .term = leader.term(), .index = {4}}));
  drain();
  ASSERT_EQ(leader.commit(), Index{4});

  EXPECT_TRUE(leader.step({.type = M::kAppendReply,
                           .to = {1},
                           .from = {2},
                           .term = leader.term(),
                           .index = {4},
                           .reject = true,
                           .reject_hint = {2},
                           .context = std::string(kLostEntries)}));
  const std::vector<Message> sent = drain();
  const auto again =
      std::find_if(sent.begin(), sent.end(), [](const Message& m) { return m.type == M::kAppend; });
  ASSERT_NE(again, sent.end());
  EXPECT_EQ(again->index, Index{2});
  ASSERT_FALSE(again->entries.empty());
  EXPECT_EQ(again->entries.front()->index, Index{3});
  EXPECT_EQ(leader.commit(), Index{4});
}

TEST(MayLead, AMemberThatMayNotLeadStepsDownAndStaysFollower) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(1));
  RawNode node = make_node(1, storage);
  EXPECT_TRUE(node.campaign());
  while (node.has_ready()) {
    const Ready ready = node.ready();
    write(storage, ready);
    node.persisted(ready.id);
  }
  ASSERT_EQ(node.role(), Role::kLeader);
  const Term term = node.term();
  node.set_may_lead(false, Reason::kDiskFull);
  EXPECT_EQ(node.role(), Role::kFollower);
  for (int i = 0; i < 100; ++i) node.tick();
  EXPECT_FALSE(node.campaign());
  EXPECT_EQ(node.term(), term);
  node.set_may_lead(true, Reason::kDiskFull);
  EXPECT_TRUE(node.campaign());
}

}  // namespace
}  // namespace raft::test
