// Flow control: what the leader sends when (Probe, Replicate, Snapshot), limits, backtracking,
// snapshots.
#include "tests/raft/harness.h"

namespace raft::test {
namespace {

using M = MessageType;

// A leader of term 1 with its empty entry acknowledged by all, so that all are in Replicate.
std::unique_ptr<Core> make_leader(std::uint64_t count, std::function<void(Config&)> more = {}) {
  auto core = std::make_unique<Core>(1, CoreOptions{.voters = ids(count), .more = std::move(more)});
  core->make_leader();
  for (std::uint64_t id = 2; id <= count; ++id) {
    EXPECT_TRUE(core->step({.type = M::kAppendReply, .from = {id}, .term = {1}, .index = {1}}));
  }
  core->take_messages();
  core->take_committed();
  return core;
}

std::vector<Message> appends(Core& core, std::uint64_t to) {
  std::vector<Message> found;
  for (Message& message : core.take_messages()) {
    if (message.type == M::kAppend && message.to.value == to) found.push_back(std::move(message));
  }
  return found;
}

TEST(ReplicationTest, AProbeSendsOneMessageUntilAnswered) {
  Core core(1, {.voters = ids(3)});
  core.make_leader();
  EXPECT_TRUE(core.propose("a"));
  EXPECT_TRUE(core.propose("b"));
  EXPECT_TRUE(appends(core, 2).empty());
  // A heartbeat's answer allows one more.
  EXPECT_TRUE(core.step({.type = M::kHeartbeatReply, .from = {2}, .term = {1}}));
  EXPECT_EQ(appends(core, 2).size(), 1u);
  EXPECT_TRUE(core.propose("c"));
  EXPECT_TRUE(appends(core, 2).empty());
  // The acknowledgement opens the pipeline.
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {1}}));
  EXPECT_EQ(core->mutable_progress({2})->state, ProgressState::kReplicate);
  const std::vector<Message> sent = appends(core, 2);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].index, Index{1});
  EXPECT_EQ(sent[0].entries.size(), 3u);
  EXPECT_EQ(core->mutable_progress({2})->next, Index{5});
}

TEST(ReplicationTest, AFullWindowPausesAndAnAcknowledgementFreesAllBeforeIt) {
  auto core = make_leader(3, [](Config& config) { config.max_inflight_messages = 3; });
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(core->propose("x"));  // settles after each
  EXPECT_EQ(appends(*core, 2).size(), 3u);
  EXPECT_EQ((*core)->mutable_progress({2})->inflights.count(), 3u);
  // An answer to the second frees two places; what waited goes out in one message.
  EXPECT_TRUE(core->step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {3}}));
  const std::vector<Message> sent = appends(*core, 2);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].index, Index{4});
  EXPECT_EQ(sent[0].entries.size(), 2u);
  EXPECT_EQ((*core)->mutable_progress({2})->inflights.count(), 2u);
}

TEST(ReplicationTest, AFullWindowLetsOneEmptyAppendOutPerHeartbeatReply) {
  auto core = make_leader(3, [](Config& config) { config.max_inflight_messages = 1; });
  EXPECT_TRUE(core->propose("x"));
  EXPECT_TRUE(core->propose("x"));
  EXPECT_EQ(appends(*core, 2).size(), 1u);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(core->step({.type = M::kHeartbeatReply, .from = {2}, .term = {1}}));
    const std::vector<Message> sent = appends(*core, 2);
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_TRUE(sent[0].entries.empty());
  }
}

TEST(ReplicationTest, SizeLimitsCutMessages) {
  for (const std::uint64_t limit : {std::uint64_t{0}, std::uint64_t{50}}) {
    auto core = make_leader(3, [limit](Config& config) { config.max_size_per_message = limit; });
    for (int i = 0; i < 6; ++i) {
      EXPECT_TRUE((*core)->propose(EntryType::kNormal, std::string(10, 'x')));
    }
    const std::uint64_t each = encoded_size(*(*core)->log().entry({2}));
    const std::uint64_t fit = std::max<std::uint64_t>(1, limit / each);
    const std::vector<Message> sent = appends(*core, 2);
    EXPECT_EQ(sent.size(), (6 + fit - 1) / fit);
    std::uint64_t expected = 1;
    for (const Message& message : sent) {
      EXPECT_EQ(message.index.value, expected);
      expected += message.entries.size();
    }
    EXPECT_EQ(expected, 7u);
  }
}

TEST(ReplicationTest, ALimitOfCommittedEntriesStillHandsOutAll) {
  Core core(1, {.voters = ids(1),
                .log = {1, 1, 1, 1, 1},
                .hard_state = {{1}, {0}, {5}},
                .more = [](Config& config) { config.max_committed_size_per_ready = 1; }});
  std::vector<std::uint64_t> handed_out;
  while (core->has_ready()) {
    const Ready ready = core->ready();
    ASSERT_LE(ready.committed_entries.size(), 1u);
    core->persisted(ready.id);
    for (const EntryPtr& entry : ready.committed_entries) {
      handed_out.push_back(entry->index.value);
      core->applied(entry->index);
    }
  }
  EXPECT_EQ(handed_out, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
}

// The limit counts what is handed out and not yet applied.
TEST(ReplicationTest, ALimitOfCommittedEntriesWaitsForTheirApplication) {
  Core core(1, {.voters = ids(1),
                .log = {1, 1, 1},
                .hard_state = {{1}, {0}, {3}},
                .more = [](Config& config) { config.max_committed_size_per_ready = 1; }});
  const Ready ready = core->ready();
  EXPECT_EQ(ready.committed_entries.size(), 1u);
  core->persisted(ready.id);
  EXPECT_FALSE(core->has_ready());
  core->applied({1});
  EXPECT_TRUE(core->has_ready());
}

TEST(ReplicationTest, StaleAnswersChangeNothing) {
  auto core = make_leader(3);
  EXPECT_TRUE(core->propose("x"));
  EXPECT_TRUE(core->step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {2}}));
  core->take_messages();
  const Progress before = *(*core)->mutable_progress({2});
  ASSERT_EQ(before.match, Index{2});
  // An older acknowledgement, and a refusal of what is acknowledged since.
  EXPECT_TRUE(core->step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {1}}));
  EXPECT_TRUE(core->step(
      {.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {1}, .reject = true}));
  EXPECT_EQ(*(*core)->mutable_progress({2}), before);
  EXPECT_TRUE(core->take_messages().empty());
  EXPECT_EQ(core->recorder().last(EventKind::kMessageIgnored)->reason, Reason::kStaleReply);
  EXPECT_EQ(core->recorder().count(EventKind::kProgressLowered), 0u);
}

TEST(ReplicationTest, AnAcknowledgementBeyondTheLogIsRefused) {
  auto core = make_leader(3);
  EXPECT_FALSE(core->step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {99}}));
  EXPECT_EQ((*core)->mutable_progress({2})->match, Index{1});
}

// How many appends it takes until the logs agree.
std::size_t probes(const std::vector<std::uint64_t>& leader_log,
                   const std::vector<std::uint64_t>& follower_log, bool fast) {
  const auto more = [fast](Config& config) { config.fast_backtracking = fast; };
  Core leader(1,
              {.voters = ids(2), .log = leader_log, .hard_state = {{9}, {0}, {0}}, .more = more});
  Core follower(
      2, {.voters = ids(2), .log = follower_log, .hard_state = {{9}, {0}, {0}}, .more = more});
  EXPECT_TRUE(leader.campaign());
  leader.take_messages();
  EXPECT_TRUE(leader.step({.type = M::kVoteReply, .from = {2}, .term = {10}}));
  std::size_t count = 0;
  for (int round = 0; round < 100; ++round) {
    for (const Message& message : appends(leader, 2)) {
      ++count;
      EXPECT_TRUE(follower.step(message));
    }
    bool refused = false;
    for (const Message& message : follower.take_messages()) {
      refused = refused || message.reject;
      EXPECT_TRUE(leader.step(message));
    }
    if (!refused) break;
  }
  EXPECT_EQ(follower.log_terms(), leader.log_terms());
  return count;
}

TEST(ReplicationTest, FastBacktrackingNeedsAProbePerTermNotPerEntry) {
  // The follower has a long tail of an old term; then the leader has a long one of a newer term.
  const std::vector<std::uint64_t> long_tail_there{1, 1, 2, 2, 2, 2, 2, 2, 2, 2};
  const std::vector<std::uint64_t> leader_short{1, 1, 3, 3, 3, 3, 3, 3, 3, 3};
  EXPECT_LE(probes(leader_short, long_tail_there, true), 2u);
  EXPECT_GE(probes(leader_short, long_tail_there, false), 9u);
  // Here the follower's hint alone is not enough: the leader jumps over its own entries of term 4.
  const std::vector<std::uint64_t> leader_long{1, 4, 4, 4, 4, 4, 4, 5};
  const std::vector<std::uint64_t> follower{1, 2, 2, 2, 3, 3, 3, 3};
  EXPECT_LE(probes(leader_long, follower, true), 3u);
  EXPECT_GE(probes(leader_long, follower, false), 7u);
  // A follower that merely lacks the end.
  EXPECT_EQ(probes({1, 1, 1, 1, 1, 1}, {1, 1}, true), 2u);
}

TEST(ReplicationTest, ALaggardLearnsTheCommitIndex) {
  auto core = make_leader(5);
  EXPECT_TRUE(core->propose("x"));
  core->take_messages();
  EXPECT_TRUE(core->step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {2}}));
  EXPECT_TRUE(core->step({.type = M::kAppendReply, .from = {3}, .term = {1}, .index = {2}}));
  std::vector<Message> sent = core->take_messages();
  ASSERT_EQ(sent.size(), 4u);
  for (const Message& message : sent) EXPECT_EQ(message.commit, Index{2});
  // It was told already, so its late acknowledgement needs no answer.
  EXPECT_TRUE(core->step({.type = M::kAppendReply, .from = {5}, .term = {1}, .index = {2}}));
  EXPECT_TRUE(core->take_messages().empty());
}

TEST(ReplicationTest, HeartbeatsNeverNameWhatTheFollowerMayLack) {
  auto core = make_leader(3);
  EXPECT_TRUE(core->propose("x"));
  EXPECT_TRUE(core->step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {2}}));
  ASSERT_EQ(core->committed(), 2u);
  core->take_messages();
  core->tick();
  for (const Message& message : core->take_messages()) {
    EXPECT_EQ(message.type, M::kHeartbeat);
    EXPECT_EQ(message.commit, message.to == NodeId{2} ? Index{2} : Index{1});
  }
}

TEST(ReplicationTest, AFollowerForwardsProposals) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  EXPECT_TRUE(network.propose(2, "forwarded"));
  EXPECT_EQ(network[1].log_data().back(), "forwarded");
  EXPECT_EQ(network[3].committed(), 2u);
  Network strict(3, [](Config& config) { config.disable_proposal_forwarding = true; });
  EXPECT_TRUE(strict.campaign(1));
  EXPECT_EQ(strict.propose(2, "x").error().code, Code::kUnavailable);
  EXPECT_EQ(strict[2].recorder().last(EventKind::kProposalDropped)->reason,
            Reason::kForwardingDisabled);
}

TEST(SnapshotTest, AFollowerBehindTheCompactedLogGetsASnapshot) {
  Network network(3);
  EXPECT_TRUE(network.campaign(1));
  network.isolate(3);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(network.propose(1, "x"));
  ConfState config;
  config.voters = ids(3);
  EXPECT_TRUE(network[1].storage().create_snapshot({15}, config, "state at 15"));
  EXPECT_TRUE(network[1].storage().compact({15}));
  network.recover();
  network.beat(1);
  network.beat(1);
  EXPECT_EQ(network[3].committed(), 21u);
  EXPECT_EQ(network[3]->log().first_index(), Index{16});
  EXPECT_EQ(network[3].last_index(), 21u);
  EXPECT_EQ((*network[3].storage().snapshot())->data, "state at 15");
  EXPECT_EQ(network[3].recorder().count(EventKind::kSnapshotRestored), 1u);
  EXPECT_EQ(network[1]->mutable_progress({3})->state, ProgressState::kReplicate);
  // What came with the snapshot is not handed out entry by entry.
  const std::vector<EntryPtr> committed = network[3].take_committed();
  ASSERT_FALSE(committed.empty());
  EXPECT_EQ(committed.back()->index, Index{21});
  EXPECT_TRUE(std::any_of(committed.begin(), committed.end(),
                          [](const EntryPtr& e) { return e->index == Index{16}; }));
  EXPECT_FALSE(std::any_of(committed.begin(), committed.end(), [](const EntryPtr& e) {
    return e->index > Index{1} && e->index <= Index{15};
  }));
}

TEST(SnapshotTest, CommittedEntriesWaitUntilTheSnapshotIsDurable) {
  Core core(2, {.voters = ids(3)});
  const SnapshotPtr snapshot = send_snapshot_and_entry(core, {12});
  const Ready ready = core->ready();
  EXPECT_EQ(ready.snapshot, snapshot);
  EXPECT_EQ(ready.entries.size(), 1u);
  EXPECT_TRUE(ready.committed_entries.empty());
  EXPECT_TRUE(ready.must_sync);
  EXPECT_FALSE(core->has_ready());
  EXPECT_FALSE(core->campaign());  // its log is not all there
  EXPECT_TRUE(core.storage().apply_snapshot(ready.snapshot));
  EXPECT_TRUE(core.storage().append(ready.entries));
  core->persisted(ready.id);
  const Ready next = core->ready();
  ASSERT_EQ(next.committed_entries.size(), 1u);
  EXPECT_EQ(next.committed_entries[0]->index, Index{12});
  EXPECT_EQ(core->log().applied(), Index{11});
}

TEST(SnapshotTest, OldOrForeignOrUnneededSnapshotsAreNotTaken) {
  ConfState config;
  config.voters = ids(3);
  const auto offer = [&](Core& core, std::uint64_t index, std::uint64_t term, ConfState members) {
    EXPECT_TRUE(core.step({.type = M::kSnapshot,
                           .from = {1},
                           .term = {3},
                           .snapshot = std::make_shared<const Snapshot>(
                               Snapshot{{index}, {term}, std::move(members), ""})}));
    return core.take_messages().at(0).index.value;
  };
  Core core(2, {.voters = ids(3), .log = {1, 1, 1, 2}, .hard_state = {{2}, {0}, {2}}});
  EXPECT_EQ(offer(core, 1, 1, config), 2u);  // old: answered with the commit index
  ConfState others;
  others.voters = {{1}, {3}, {4}};
  EXPECT_EQ(offer(core, 9, 2, others), 2u);  // this node is no member there
  EXPECT_EQ(offer(core, 3, 1, config), 3u);  // the log has all of it
  EXPECT_EQ(core.last_index(), 4u);
  EXPECT_EQ(core.committed(), 3u);
  EXPECT_EQ(core.recorder().count(EventKind::kSnapshotRestored), 0u);
}

TEST(SnapshotTest, AReportEndsTheWait) {
  auto core = make_leader(3);
  ConfState config;
  config.voters = ids(3);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(core->propose("x"));
  EXPECT_TRUE(core->step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {6}}));
  EXPECT_TRUE(core->storage().create_snapshot({6}, config, "s"));
  EXPECT_TRUE(core->storage().compact({6}));
  for (const bool delivered : {false, true}) {
    Progress& peer = *(*core)->mutable_progress({3});
    peer = {};
    peer.recently_active = true;
    core->take_messages();
    EXPECT_TRUE(core->step({.type = M::kHeartbeatReply, .from = {3}, .term = {1}}));
    ASSERT_EQ(core->take_messages().at(0).type, M::kSnapshot);
    ASSERT_EQ(peer.state, ProgressState::kSnapshot);
    EXPECT_TRUE(core->propose("y"));
    for (const Message& message : core->take_messages()) EXPECT_NE(message.to, NodeId{3});
    (*core)->report_snapshot({3}, delivered);
    EXPECT_EQ(peer.state, ProgressState::kProbe);
    EXPECT_EQ(peer.next, delivered ? Index{7} : Index{1});
    EXPECT_TRUE(peer.paused);
  }
}

TEST(SnapshotTest, NoneGoesToASilentFollower) {
  auto core = make_leader(3);
  EXPECT_TRUE(core->propose("x"));
  EXPECT_TRUE(core->step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {2}}));
  ConfState config;
  config.voters = ids(3);
  EXPECT_TRUE(core->storage().create_snapshot({2}, config, "s"));
  EXPECT_TRUE(core->storage().compact({2}));
  *(*core)->mutable_progress({3}) = Progress{};
  core->tick();  // notices the compaction
  core->take_messages();
  EXPECT_TRUE(core->propose("y"));
  for (const Message& message : core->take_messages()) EXPECT_EQ(message.to, NodeId{2});
  EXPECT_TRUE(core->step({.type = M::kHeartbeatReply, .from = {3}, .term = {1}}));
  EXPECT_EQ(core->take_messages().at(0).type, M::kSnapshot);
}

TEST(ReplicationTest, AnUnreachableFollowerIsProbed) {
  auto core = make_leader(3);
  EXPECT_TRUE(core->propose("x"));
  ASSERT_EQ((*core)->mutable_progress({2})->next, Index{3});
  (*core)->report_unreachable({2});
  EXPECT_EQ((*core)->mutable_progress({2})->state, ProgressState::kProbe);
  EXPECT_EQ((*core)->mutable_progress({2})->next, Index{2});
}

}  // namespace
}  // namespace raft::test
