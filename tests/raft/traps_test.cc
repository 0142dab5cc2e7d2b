// Traps of etcd's raft library that no interaction file sees; docs/testing.md lists them all.
#include "raft/raw_node.h"
#include "raft/status_json.h"
#include "tests/raft/harness.h"

namespace raft::test {
namespace {

using M = MessageType;

// A leader of term 1 whose empty entry n2 has acknowledged.
Core led_by_one(std::function<void(Config&)> more = {}) {
  Core core(1, {.voters = ids(3), .more = std::move(more)});
  core.make_leader();
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {1}}));
  core.take_messages();
  return core;
}

TEST(TrapsTest, AByteWindowBelowTheMessageLimitIsRefused) {
  const MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  Config config;
  config.id = {1};
  config.max_size_per_message = 11;
  config.max_inflight_bytes = 10;
  const Result<RawNode> refused = RawNode::create(config, storage, nullptr);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
  EXPECT_NE(refused.error().message.find("max_inflight_bytes"), std::string::npos);
  config.max_inflight_bytes = 11;
  EXPECT_TRUE(RawNode::create(config, storage, nullptr));
  config.max_inflight_bytes = 0;  // none
  EXPECT_TRUE(RawNode::create(config, storage, nullptr));
}

// A leader that was left behind must hear of the term; with pre-vote no vote request tells it.
TEST(TrapsTest, AnAppendOfALowerTermIsAnsweredOnlyWithPreVoteOrCheckQuorum) {
  for (const bool pre_vote : {false, true}) {
    for (const bool check_quorum : {false, true}) {
      for (const M type : {M::kAppend, M::kHeartbeat}) {
        Core core(2, {.voters = ids(3), .hard_state = {{3}, {}, {}}, .more = [&](Config& config) {
                        config.pre_vote = pre_vote;
                        config.check_quorum = check_quorum;
                      }});
        EXPECT_TRUE(core.step({.type = type, .from = {1}, .term = {2}}));
        const std::vector<Message> sent = core.take_messages();
        ASSERT_EQ(sent.size(), pre_vote || check_quorum ? 1u : 0u);
        if (!sent.empty()) {
          EXPECT_EQ(sent[0].type, M::kAppendReply);
          EXPECT_EQ(sent[0].to, NodeId{1});
          EXPECT_EQ(sent[0].term, Term{3});
        }
        EXPECT_EQ(core->leader(), kNoNode);
      }
    }
  }
}

// Only in a joint phase must a demoted voter wait.
TEST(TrapsTest, ASimpleChangeDemotesAVoterDirectly) {
  Core core = led_by_one();
  const Result<ConfState> config =
      core->apply_conf_change({{}, {{ConfChangeType::kAddLearner, {3}}}, ""});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->voters, ids(2));
  EXPECT_EQ(config->learners, std::vector<NodeId>{{3}});
  EXPECT_TRUE(config->learners_next.empty());
  EXPECT_TRUE(config->outgoing.empty());
  EXPECT_TRUE(core->mutable_progress({3})->is_learner);
}

// While probing only the entry before next is under way: a refusal of another answers an older
// message.
TEST(TrapsTest, ALateRefusalDoesNotMoveAProbe) {
  Core core(1, {.voters = ids(3), .log = {1, 1, 1, 1}});
  core.make_leader();
  const Message refusal{.type = M::kAppendReply,
                        .from = {2},
                        .term = {2},
                        .index = {4},
                        .reject = true,
                        .reject_hint = {2}};
  EXPECT_TRUE(core.step(refusal));
  Progress& peer = *core->mutable_progress({2});
  ASSERT_EQ(peer.state, ProgressState::kProbe);
  ASSERT_EQ(peer.next, Index{3});
  const Progress before = peer;
  core.take_messages();
  EXPECT_TRUE(core.step(refusal));  // a duplicate of it
  EXPECT_EQ(peer.next, before.next);
  EXPECT_EQ(peer.paused, before.paused);
  EXPECT_TRUE(core.take_messages().empty());
  EXPECT_EQ(core.recorder().last(EventKind::kMessageIgnored)->reason, Reason::kStaleReply);
}

TEST(TrapsTest, ASnapshotThatIsNotReadyLeavesTheProgressAsItIs) {
  Core core = led_by_one();
  EXPECT_TRUE(core.propose("x"));
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {2}}));
  EXPECT_TRUE(core.storage().compact({2}));  // and there is no snapshot yet
  const Message sign{.type = M::kHeartbeatReply, .from = {3}, .term = {1}};
  EXPECT_TRUE(core.step(sign));
  core.take_messages();
  const Progress before = *core->mutable_progress({3});
  ASSERT_EQ(before.state, ProgressState::kProbe);
  EXPECT_TRUE(core.step(sign));
  EXPECT_TRUE(core.take_messages().empty());
  EXPECT_EQ(*core->mutable_progress({3}), before);
  EXPECT_EQ(core->halted(), nullptr);
  // It is asked for again with the next answer.
  EXPECT_TRUE(core.storage().create_snapshot({2}, core->members(), "state"));
  EXPECT_TRUE(core.step(sign));
  const std::vector<Message> sent = core.take_messages();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].type, M::kSnapshot);
}

TEST(TrapsTest, ATransferEndsWhenItsTargetBecomesALearner) {
  Core core = led_by_one();
  EXPECT_TRUE(core->transfer_leader({3}));
  ASSERT_EQ(core->transferee(), NodeId{3});
  EXPECT_TRUE(core->apply_conf_change({{}, {{ConfChangeType::kAddLearner, {3}}}, ""}));
  EXPECT_EQ(core->transferee(), kNoNode);
  core.take_messages();
  // What it lacked makes it no leader now.
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {3}, .term = {1}, .index = {1}}));
  for (const Message& message : core.take_messages()) EXPECT_NE(message.type, M::kTimeoutNow);
  EXPECT_TRUE(core.propose("taken again"));
}

TEST(TrapsTest, ADemotedLeaderStepsDownOrLeadsOn) {
  for (const bool step_down : {true, false}) {
    Core core = led_by_one([&](Config& config) { config.step_down_on_removal = step_down; });
    EXPECT_TRUE(core->apply_conf_change({{}, {{ConfChangeType::kAddLearner, {1}}}, ""}));
    EXPECT_EQ(core->role(), step_down ? Role::kFollower : Role::kLeader);
    EXPECT_EQ(core->leader(), step_down ? kNoNode : NodeId{1});
    EXPECT_EQ(core->term(), Term{1});
    if (step_down) continue;
    // It does not count itself.
    EXPECT_TRUE(core.propose("x"));
    EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {2}}));
    EXPECT_EQ(core.committed(), 1u);
    EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {3}, .term = {1}, .index = {2}}));
    EXPECT_EQ(core.committed(), 2u);
  }
}

TEST(TrapsTest, ALearnerForgetsItsLeaderToo) {
  Core core(3, {.voters = ids(2)});
  EXPECT_TRUE(core->apply_conf_change({{}, {{ConfChangeType::kAddLearner, {3}}}, ""}));
  core.make_follower(1, 1);
  ASSERT_TRUE(core->status().is_learner);
  EXPECT_TRUE(core->forget_leader());
  EXPECT_EQ(core->leader(), kNoNode);
  EXPECT_EQ(core->term(), Term{1});
  EXPECT_TRUE(core.step({.type = M::kHeartbeat, .from = {1}, .term = {1}}));
  EXPECT_EQ(core->leader(), NodeId{1});
}

// A report of an earlier term is void for entries, which another leader may have replaced; a
// snapshot that is installed stays so.
TEST(TrapsTest, AReportOfAnEarlierTermStillCountsForItsSnapshot) {
  Core core(2, {.voters = ids(3)});
  const SnapshotPtr snapshot = send_snapshot_and_entry(core);
  const Ready ready = core->ready();
  ASSERT_EQ(ready.snapshot, snapshot);
  EXPECT_TRUE(core->step({.type = M::kHeartbeat, .from = {3}, .term = {3}}));
  write(core.storage(), ready);
  core->persisted(ready.id);
  EXPECT_EQ(core->log().pending_snapshot(), nullptr);
  EXPECT_EQ(core->log().applied(), Index{11});
  EXPECT_EQ(core->log().durable(), Index{11});  // and not the entry
}

// A refusal speaks for a term that must be known after a crash, too.
TEST(TrapsTest, RefusalsWaitForTheDisk) {
  const auto refused = [](const Message& request, M expected) {
    Core core(2, {.voters = ids(3), .log = {1, 4}, .hard_state = {{4}, {}, {1}}});
    EXPECT_TRUE(core->step(request));
    const Ready ready = core->ready();
    EXPECT_TRUE(ready.messages.empty());
    ASSERT_EQ(ready.messages_after_sync.size(), 1u);
    EXPECT_EQ(ready.messages_after_sync[0].type, expected);
    EXPECT_TRUE(ready.messages_after_sync[0].reject);
  };
  refused({.type = M::kAppend, .from = {1}, .term = {5}, .log_term = {5}, .index = {9}},
          M::kAppendReply);
  refused({.type = M::kVote, .from = {1}, .term = {5}, .log_term = {1}, .index = {1}},
          M::kVoteReply);
  refused({.type = M::kPreVote, .from = {1}, .term = {5}, .log_term = {1}, .index = {1}},
          M::kPreVoteReply);
}

TEST(StatusTest, ProgressIsACopyAndOnlyOfALeader) {
  Core core = led_by_one();
  NodeStatus status = core->status();
  ASSERT_EQ(status.progress.size(), 3u);
  status.progress[1].second.match = {99};
  status.config.voters.clear();
  EXPECT_EQ(core->mutable_progress({2})->match, Index{1});
  EXPECT_EQ(core->members().voters, ids(3));
  const NodeStatus before = core->status();
  core.make_follower(2, 2);
  EXPECT_TRUE(core->status().progress.empty());
  EXPECT_EQ(before.progress.size(), 3u);  // what was taken stays as it was
}

TEST(StatusTest, IsPrintedAsEtcdDoes) {
  Core core = led_by_one();
  EXPECT_TRUE(core->transfer_leader({3}));
  EXPECT_EQ(status_json(core->status()),
            "{\"id\":\"1\",\"term\":1,\"vote\":\"1\",\"commit\":1,\"lead\":\"1\","
            "\"raftState\":\"StateLeader\",\"applied\":1,\"progress\":{"
            "\"1\":{\"match\":1,\"next\":2,\"state\":\"StateReplicate\"},"
            "\"2\":{\"match\":1,\"next\":2,\"state\":\"StateReplicate\"},"
            "\"3\":{\"match\":0,\"next\":1,\"state\":\"StateProbe\"}},"
            "\"leadtransferee\":\"3\"}");
  Core large(0xAB12, {.voters = {{0xAB12}}});
  EXPECT_EQ(status_json(large->status()),
            "{\"id\":\"ab12\",\"term\":0,\"vote\":\"0\",\"commit\":0,\"lead\":\"0\","
            "\"raftState\":\"StateFollower\",\"applied\":0,\"progress\":{},"
            "\"leadtransferee\":\"0\"}");
}

}  // namespace
}  // namespace raft::test
