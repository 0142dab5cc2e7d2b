// The lab's tests of RawNode (2AC), by their names there (TinyKV, rawnode_test.go), and the
// contract of Ready: what is handed out, once, in which order, and what counts only when it is
// durable.
#include "raft/raw_node.h"

#include "tests/raft/harness.h"

namespace raft::test {
namespace {

using M = MessageType;

Config config_of(std::uint64_t id) {
  Config config;
  config.id = {id};
  config.rng = Rng(1, 2, id);
  return config;
}

// Does all that is asked for; returns what was committed.
std::vector<EntryPtr> drain(RawNode& node, MemoryStorage& storage) {
  std::vector<EntryPtr> committed;
  while (node.has_ready()) {
    const Ready ready = node.ready();
    write(storage, ready);
    node.persisted(ready.id);
    for (const EntryPtr& entry : ready.committed_entries) {
      committed.push_back(entry);
      node.applied(entry->index);
    }
  }
  return committed;
}

// The lab has the proposal and its commit in one Ready. Here an entry is committed only when the
// disk has it, and handed out then, so both are summed over the Readies.
TEST(RawNodeTest, TestRawNodeStart2AC) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(1));
  RawNode node = make_node(1, storage);
  EXPECT_FALSE(node.has_ready());
  EXPECT_TRUE(node.campaign());
  drain(node, storage);
  EXPECT_EQ(node.role(), Role::kLeader);

  EXPECT_TRUE(node.propose("foo"));
  std::vector<EntryPtr> entries;
  std::vector<EntryPtr> committed;
  while (node.has_ready()) {
    const Ready ready = node.ready();
    write(storage, ready);
    node.persisted(ready.id);
    entries.insert(entries.end(), ready.entries.begin(), ready.entries.end());
    committed.insert(committed.end(), ready.committed_entries.begin(),
                     ready.committed_entries.end());
    if (!ready.committed_entries.empty()) node.applied(ready.committed_entries.back()->index);
  }
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0]->data, "foo");
  EXPECT_EQ(committed, entries);
  EXPECT_FALSE(node.has_ready());
}

TEST(RawNodeTest, TestRawNodeRestart2AC) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(1));
  const std::vector<EntryPtr> entries{make_entry(1, 1), make_entry(1, 2, "foo")};
  EXPECT_TRUE(storage.append(entries));
  storage.set_hard_state({{1}, {0}, {1}});
  RawNode node = make_node(1, storage);
  ASSERT_TRUE(node.has_ready());
  const Ready ready = node.ready();
  EXPECT_TRUE(ready.entries.empty());
  EXPECT_EQ(ready.committed_entries, std::vector<EntryPtr>{entries[0]});
  EXPECT_FALSE(ready.soft_state.has_value());
  EXPECT_FALSE(ready.hard_state.has_value());
  EXPECT_TRUE(ready.messages.empty());
  EXPECT_TRUE(ready.messages_after_sync.empty());
  EXPECT_FALSE(ready.must_sync);
  node.persisted(ready.id);
  node.applied({1});
  EXPECT_FALSE(node.has_ready());
}

TEST(RawNodeTest, ANewNodeHasNothingToDo) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  RawNode node = make_node(1, storage);
  EXPECT_FALSE(node.has_ready());
  EXPECT_EQ(node.role(), Role::kFollower);
  EXPECT_EQ(node.term(), Term{0});
}

TEST(RawNodeTest, RefusesWhatCannotComeFromAnotherMember) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  RawNode node = make_node(1, storage);
  for (const M type : {M::kHup, M::kBeat, M::kUnreachable, M::kStorageAppendReply}) {
    EXPECT_EQ(node.step({.type = type, .from = {2}, .term = {1}}).error().code,
              Code::kInvalidArgument);
  }
  // A reply of somebody who is no member; a request of such a one is heard (it may be a new
  // member).
  const Status reply = node.step({.type = M::kAppendReply, .from = {9}, .term = {1}});
  EXPECT_EQ(reply.error().code, Code::kNotFound);
  EXPECT_NE(reply.error().message.find("node 9"), std::string::npos);
  EXPECT_TRUE(node.step({.type = M::kVote, .from = {9}, .term = {1}}));
  // Entries that are no stretch of a log, a message without a term, a snapshot without one.
  EXPECT_FALSE(
      node.step({.type = M::kAppend, .from = {2}, .term = {1}, .entries = {make_entry(1, 2)}}));
  EXPECT_FALSE(
      node.step({.type = M::kAppend, .from = {2}, .term = {1}, .entries = {make_entry(2, 1)}}));
  EXPECT_FALSE(node.step({.type = M::kHeartbeat, .from = {2}}));
  EXPECT_FALSE(node.step({.type = M::kSnapshot, .from = {2}, .term = {1}}));
  EXPECT_EQ(node.last_index(), Index{0});
  EXPECT_EQ(node.status().halted, nullptr);
}

TEST(RawNodeTest, RefusesConfigsThatCannotBe) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(1));
  const auto code_of = [&](void (*change)(Config&)) {
    Config config = config_of(1);
    change(config);
    const Result<RawNode> node = RawNode::create(config, storage, nullptr);
    return node ? std::optional<Code>() : std::optional<Code>(node.error().code);
  };
  EXPECT_EQ(code_of([](Config&) {}), std::nullopt);
  EXPECT_EQ(code_of([](Config& c) { c.id = kNoNode; }), Code::kInvalidArgument);
  EXPECT_EQ(code_of([](Config& c) { c.heartbeat_tick = 0; }), Code::kInvalidArgument);
  EXPECT_EQ(code_of([](Config& c) { c.election_tick = 1; }), Code::kInvalidArgument);
  EXPECT_EQ(code_of([](Config& c) { c.max_inflight_messages = 0; }), Code::kInvalidArgument);
}

TEST(RawNodeTest, RefusesStorageThatContradictsItself) {
  const auto code_of = [](const std::vector<std::uint64_t>& terms, HardState hard_state,
                          std::uint64_t applied) {
    MemoryStorage storage = MemoryStorage::with_voters(ids(1));
    EXPECT_TRUE(storage.append(make_log(terms)));
    storage.set_hard_state(hard_state);
    Config config = config_of(1);
    config.applied = {applied};
    const Result<RawNode> node = RawNode::create(config, storage, nullptr);
    return node ? std::optional<Code>() : std::optional<Code>(node.error().code);
  };
  EXPECT_EQ(code_of({1, 1}, {{1}, {0}, {2}}, 2), std::nullopt);
  // The commit index, or what is applied, is beyond the log.
  EXPECT_EQ(code_of({1, 1}, {{1}, {0}, {3}}, 0), Code::kCorruption);
  EXPECT_EQ(code_of({1, 1}, {{1}, {0}, {2}}, 3), Code::kCorruption);
  // An entry of a term after the stored one; terms that fall.
  EXPECT_EQ(code_of({1, 2}, {{1}, {0}, {0}}, 0), Code::kCorruption);
  EXPECT_EQ(code_of({2, 1}, {{2}, {0}, {0}}, 0), Code::kCorruption);
}

// A commit index alone costs no transaction, so the stored one may be behind what was applied.
TEST(RawNodeTest, WhatWasAppliedIsCommittedAfterARestart) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  EXPECT_TRUE(storage.append(make_log({1, 1, 1})));
  storage.set_hard_state({{1}, {0}, {1}});
  Config config;
  config.applied = {2};
  RawNode node = make_node(1, storage, nullptr, config);
  EXPECT_EQ(node.commit(), Index{2});
  EXPECT_FALSE(node.has_ready());
}

TEST(RawNodeTest, ACloneGoesTheSameWay) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  RawNode node = make_node(1, storage);
  EXPECT_TRUE(node.campaign());
  const Ready outstanding = node.ready();
  write(storage, outstanding);
  node.tick();
  EXPECT_TRUE(node.step({.type = M::kVoteReply, .from = {2}, .term = {1}}));

  MemoryStorage other_storage = storage;
  RawNode other = node.clone(other_storage, nullptr);
  const auto run = [&](RawNode& one, MemoryStorage& disk) {
    std::vector<Message> sent;
    one.persisted(outstanding.id);
    Rng rng(5);
    for (int i = 0; i < 300; ++i) {
      const std::uint64_t action = rng.below(6);
      if (action < 2) {
        one.tick();
      } else if (action == 2) {
        (void)one.propose("p" + std::to_string(i));
      } else if (action == 3) {
        (void)one.step(
            {.type = M::kAppendReply, .from = {2}, .term = one.term(), .index = one.last_index()});
      } else if (action == 4 && rng.chance(1, 20)) {
        (void)one.step({.type = M::kVote, .from = {3}, .term = {one.term().value + 1}});
      }
      while (one.has_ready()) {
        Ready ready = one.ready();
        write(disk, ready);
        one.persisted(ready.id);
        if (!ready.committed_entries.empty()) one.applied(ready.committed_entries.back()->index);
        for (Message& message : ready.messages) {
          message.entries.clear();  // compared below, as stored
          sent.push_back(std::move(message));
        }
      }
    }
    return sent;
  };
  const std::vector<Message> sent = run(node, storage);
  EXPECT_GT(sent.size(), 50u);
  EXPECT_EQ(run(other, other_storage), sent);
  EXPECT_EQ(other.rng_state(), node.rng_state());
  EXPECT_EQ(other.commit(), node.commit());
  EXPECT_EQ(other.status().timer.elapsed, node.status().timer.elapsed);
  EXPECT_EQ(other_storage.log(), storage.log());
}

TEST(RawNodeTest, SetTimerFiresAfterSoManyTicks) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  RawNode node = make_node(1, storage);
  for (int i = 0; i < 3; ++i) node.tick();
  node.set_timer(4);
  for (int i = 0; i < 3; ++i) {
    node.tick();
    EXPECT_EQ(node.role(), Role::kFollower);
  }
  node.tick();
  EXPECT_EQ(node.role(), Role::kCandidate);
  EXPECT_GE(node.status().timer.limit, 10u);  // drawn anew
}

TEST(RawNodeTest, ANodeOutsideItsConfigurationDoesNotCampaign) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  RawNode node = make_node(4, storage);
  for (int i = 0; i < 50; ++i) node.tick();
  EXPECT_EQ(node.role(), Role::kFollower);
  EXPECT_EQ(node.term(), Term{0});
  EXPECT_FALSE(node.campaign());
}

}  // namespace
}  // namespace raft::test
