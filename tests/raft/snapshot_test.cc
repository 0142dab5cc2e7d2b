// TinyKV's snapshot tests (2C) by name, and those of RawNode that need snapshots or membership
// changes (2C, 3A).
#include "raft/raw_node.h"
#include "tests/raft/harness.h"

namespace raft::test {
namespace {

using M = MessageType;

SnapshotPtr snapshot_at(std::uint64_t index, std::uint64_t term, std::vector<NodeId> voters) {
  return std::make_shared<const Snapshot>(
      Snapshot{{index}, {term}, {std::move(voters), {}, {}, {}, false}, "state"});
}

Message message_with(SnapshotPtr snapshot, std::uint64_t term) {
  return {.type = M::kSnapshot, .from = {1}, .term = {term}, .snapshot = std::move(snapshot)};
}

TEST(TinyKvSnapshotTest, TestRestoreSnapshot2C) {
  Core core(1, {.voters = ids(2)});
  EXPECT_TRUE(core.step(
      {.type = M::kSnapshot, .from = {2}, .term = {11}, .snapshot = snapshot_at(11, 11, ids(3))}));
  EXPECT_EQ(core.last_index(), 11u);
  EXPECT_EQ(core->log().term_or_zero({11}), Term{11});
  EXPECT_EQ(core->members().voters, ids(3));
}

TEST(TinyKvSnapshotTest, TestRestoreIgnoreSnapshot2C) {
  Core core(1, {.voters = ids(2), .log = {1, 1, 1}, .hard_state = {{1}, {}, {3}}});
  EXPECT_TRUE(core.step(
      {.type = M::kSnapshot, .from = {2}, .term = {1}, .snapshot = snapshot_at(1, 1, ids(2))}));
  EXPECT_EQ(core.committed(), 3u);
  EXPECT_EQ(core.last_index(), 3u);
}

// TinyKV sends a snapshot to anybody; etcd only to who was heard from lately, so the peer is marked
// here.
TEST(TinyKvSnapshotTest, TestProvideSnap2C) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(2));
  EXPECT_TRUE(storage.apply_snapshot(snapshot_at(11, 11, ids(2))));
  storage.set_hard_state({{11}, {}, {11}});
  Core core(1, {.voters = ids(2)}, storage);
  core.make_leader();
  Progress* peer = core->mutable_progress({2});
  peer->next = {10};
  peer->paused = false;
  peer->recently_active = true;
  EXPECT_TRUE(core.propose("somedata"));
  const std::vector<Message> sent = core.take_messages();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].type, M::kSnapshot);
}

TEST(TinyKvSnapshotTest, TestRestoreFromSnapMsg2C) {
  Core core(2, {.voters = ids(2)});
  EXPECT_TRUE(core.step(message_with(snapshot_at(11, 2, ids(2)), 2)));
  EXPECT_EQ(core->leader(), NodeId{1});
}

TEST(TinyKvSnapshotTest, TestRestoreFromSnapWithOverlapingPeersMsg2C) {
  Core core(2, {.voters = ids(3)});
  EXPECT_TRUE(core.step(message_with(snapshot_at(11, 2, {{2}, {3}, {4}}), 2)));
  EXPECT_EQ(core->leader(), NodeId{1});
  std::vector<NodeId> members;
  for (const auto& [id, peer] : core->progress()) members.push_back(id);
  EXPECT_EQ(members, (std::vector<NodeId>{{2}, {3}, {4}}));
}

TEST(TinyKvSnapshotTest, TestSlowNodeRestore2C) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  network.isolate(3);
  for (int i = 0; i <= 100; ++i) EXPECT_TRUE(network.propose(1, "x"));
  MemoryStorage& storage = network[1].storage();
  EXPECT_TRUE(storage.create_snapshot(network[1]->log().applied(), network[1]->members(), "s"));
  EXPECT_TRUE(storage.compact(network[1]->log().applied()));
  network.recover();
  network.beat(1);
  EXPECT_TRUE(network.propose(1, "y"));
  EXPECT_TRUE(network.propose(1, "z"));
  EXPECT_EQ(network[3].committed(), network[1].committed());
  EXPECT_EQ(network[3]->log().first_index(), Index{103});
}

// A snapshot carries the whole configuration; who is not in it does not take it.
TEST(TinyKvSnapshotTest, CarriesJointConfigurationAndLearners) {
  Core core(3, {.voters = ids(3)});
  auto joint = std::make_shared<const Snapshot>(
      Snapshot{{5}, {1}, {{{1}, {2}}, ids(3), {}, {{3}}, true}, "s"});
  EXPECT_TRUE(core.step(message_with(joint, 1)));
  EXPECT_EQ(core->members(), joint->config);
  Core stranger(9, {.voters = ids(3)});
  EXPECT_TRUE(stranger.step(message_with(joint, 1)));
  EXPECT_EQ(stranger.last_index(), 0u);
}

// The raft library of etcd once waited for the snapshot's own index ("pending snapshot").
TEST(TinyKvSnapshotTest, AnAcknowledgementThatJoinsTheLogEndsTheWait) {
  Core core(1, {.voters = ids(3), .log = {1, 1, 1, 1}, .hard_state = {{1}, {}, {4}}});
  core.make_leader();
  Progress* peer = core->mutable_progress({2});
  peer->become_snapshot({4});
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {2}, .index = {2}}));
  EXPECT_EQ(peer->state, ProgressState::kReplicate);
  EXPECT_EQ(peer->match, Index{2});
}

Ready take(RawNode& node, MemoryStorage& storage) {
  Ready ready = node.ready();
  write(storage, ready);
  node.persisted(ready.id);
  return ready;
}

void apply(RawNode& node, const Ready& ready) {
  for (const EntryPtr& entry : ready.committed_entries) {
    if (entry->type == EntryType::kNormal) continue;
    const auto change = decode_conf_change(entry->type, entry->data);
    ASSERT_TRUE(change);
    EXPECT_TRUE(node.apply_conf_change(*change));
  }
  if (!ready.committed_entries.empty()) node.applied(ready.committed_entries.back()->index);
}

// TinyKV hands a committed entry out with the Ready that appends it; here it comes one later.
TEST(TinyKvRawNodeTest, TestRawNodeProposeAndConfChange3A) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(1));
  RawNode node = make_node(1, storage);
  EXPECT_FALSE(node.has_ready());
  EXPECT_TRUE(node.campaign());
  while (node.role() != Role::kLeader) apply(node, take(node, storage));
  EXPECT_EQ(node.leader(), NodeId{1});
  const ConfChange change{{}, {{ConfChangeType::kAddNode, {2}}}, ""};
  EXPECT_TRUE(node.propose("somedata"));
  EXPECT_TRUE(node.propose_conf_change(change, true));
  while (node.has_ready()) apply(node, take(node, storage));
  const EntryList& log = storage.log();
  ASSERT_EQ(log.size(), 3u);
  EXPECT_EQ(log.at({2})->data, "somedata");
  EXPECT_EQ(log.at({3})->type, EntryType::kConfChange);
  EXPECT_EQ(log.at({3})->data, encode_conf_change_v1(change));
  EXPECT_EQ(node.status().config.voters, ids(2));
}

TEST(TinyKvRawNodeTest, TestRawNodeProposeAddDuplicateNode3A) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(1));
  RawNode node = make_node(1, storage);
  EXPECT_TRUE(node.campaign());
  while (node.has_ready()) apply(node, take(node, storage));
  std::vector<std::string> proposed;
  for (const std::uint64_t id : {1u, 1u, 2u}) {
    const ConfChange change{{}, {{ConfChangeType::kAddNode, {id}}}, ""};
    proposed.push_back(encode_conf_change_v1(change));
    EXPECT_TRUE(node.propose_conf_change(change, true));
    while (node.has_ready()) apply(node, take(node, storage));
  }
  for (std::uint64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(storage.log().at({2 + i})->type, EntryType::kConfChange);
    EXPECT_EQ(storage.log().at({2 + i})->data, proposed[i]);
  }
  EXPECT_EQ(node.status().config.voters, ids(2));
}

TEST(TinyKvRawNodeTest, TestRawNodeRestartFromSnapshot2C) {
  MemoryStorage storage;
  EXPECT_TRUE(storage.apply_snapshot(snapshot_at(2, 1, ids(2))));
  EXPECT_TRUE(storage.append({make_entry(1, 3, "foo")}));
  storage.set_hard_state({{1}, {}, {3}});
  RawNode node = make_node(1, storage);
  ASSERT_TRUE(node.has_ready());
  const Ready ready = node.ready();
  EXPECT_FALSE(ready.soft_state);
  EXPECT_FALSE(ready.hard_state);
  EXPECT_TRUE(ready.entries.empty());
  EXPECT_TRUE(ready.messages.empty());
  ASSERT_EQ(ready.committed_entries.size(), 1u);
  EXPECT_EQ(ready.committed_entries[0]->index, Index{3});
  node.persisted(ready.id);
  node.applied({3});
  EXPECT_FALSE(node.has_ready());
}

}  // namespace
}  // namespace raft::test
