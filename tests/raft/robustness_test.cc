// What no correct member sends, and storage that contradicts itself: an error value, or the node
// halts with a reason; the log is never changed by it, and nothing aborts.
#include "raft/raw_node.h"
#include "raft/rng.h"
#include "tests/raft/harness.h"

namespace raft::test {
namespace {

using M = MessageType;

TEST(RobustnessTest, UnknownTypesAreRefused) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  RawNode node = make_node(1, storage);
  const Status status = node.step({.type = static_cast<M>(77), .from = {2}, .term = {5}});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  EXPECT_EQ(node.term(), Term{0});
}

TEST(RobustnessTest, ReadsWithoutAContextAreRefused) {
  MemoryStorage storage = MemoryStorage::with_voters(ids(1));
  RawNode node = make_node(1, storage);
  EXPECT_FALSE(node.step({.type = M::kReadIndex, .from = {2}}));
  EXPECT_FALSE(node.step({.type = M::kPropose, .from = {2}}));
  EXPECT_FALSE(node.step({.type = M::kPropose, .from = {2}, .entries = {nullptr}}));
}

// Behind the last number stands 0: whoever counts on from there has a log that begins anew.
TEST(RobustnessTest, NumbersThatNoLogReachesAreRefused) {
  constexpr std::uint64_t kLast = UINT64_MAX;
  ConfState config;
  config.voters = ids(3);
  const auto snapshot = [&](std::uint64_t index, std::uint64_t term) {
    return std::make_shared<const Snapshot>(Snapshot{{index}, {term}, config, "state"});
  };
  const Message bad[] = {
      {.type = M::kSnapshot, .from = {1}, .term = {2}, .snapshot = snapshot(kLast, 1)},
      {.type = M::kSnapshot, .from = {1}, .term = {2}, .snapshot = snapshot(5, kLast)},
      {.type = M::kHeartbeat, .from = {1}, .term = {kLast}},
      {.type = M::kHeartbeat, .from = {1}, .term = {2}, .commit = {kLast}},
      {.type = M::kAppend, .from = {1}, .term = {2}, .log_term = {1}, .index = {kLast}},
      {.type = M::kVote, .from = {1}, .term = {2}, .log_term = {kLast}, .index = {1}},
      {.type = M::kAppendReply, .from = {1}, .term = {2}, .reject = true, .reject_hint = {kLast}},
  };
  Core core(2, {.voters = ids(3), .log = {1}});
  for (const Message& message : bad) {
    const Status status = core->step(message);
    ASSERT_FALSE(status) << core_name(message.type);
    EXPECT_EQ(status.error().code, Code::kInvalidArgument);
    EXPECT_EQ(core.last_index(), 1u);
    EXPECT_EQ(core->term(), Term{1});
    EXPECT_EQ(core->halted(), nullptr);
  }
}

// A storage that lost entries: the leader counts on them, so this member cannot go on.
TEST(RobustnessTest, AMemberWhoseEntriesAreGoneHalts) {
  Core core(2, {.voters = ids(3), .log = {1}, .hard_state = {{1}, {}, {1}}});
  EXPECT_FALSE(core.step({.type = M::kHeartbeat, .from = {1}, .term = {1}, .commit = {5}}));
  ASSERT_NE(core->halted(), nullptr);
  EXPECT_EQ(core.last_index(), 1u);
  EXPECT_FALSE(core.step({.type = M::kHeartbeat, .from = {1}, .term = {1}}));
  EXPECT_FALSE(core.campaign());
  EXPECT_FALSE(core->read_index("r"));
  EXPECT_FALSE(core->transfer_leader({1}));
}

TEST(LimitTest, UncommittedCommandsAreBoundedOnTheLeader) {
  Core core(1,
            {.voters = ids(3), .more = [](Config& config) { config.max_uncommitted_size = 10; }});
  core.make_leader();
  EXPECT_TRUE(core.propose("longer than the limit"));  // nothing else waits
  EXPECT_FALSE(core.propose("x"));
  EXPECT_TRUE(core.propose(""));  // an empty command always fits
  EXPECT_EQ(core.last_index(), 3u);
  // The count falls when entries are applied.
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {3}}));
  EXPECT_TRUE(core.propose("12345"));
  EXPECT_TRUE(core.propose("67890"));
  EXPECT_FALSE(core.propose("x"));
  // A new term begins at nothing.
  core.make_follower(2, 2);
  core.make_leader();
  EXPECT_TRUE(core.propose("x"));
}

TEST(LimitTest, TheWindowIsBoundedByBytes) {
  Core core(1, {.voters = ids(2), .more = [](Config& config) {
                  config.max_size_per_message = 8;
                  config.max_inflight_bytes = 12;
                }});
  core.make_leader();
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {1}}));
  core.take_messages();
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(core.propose("12345678"));
  // The append that crosses the limit is still sent.
  EXPECT_EQ(core.take_messages().size(), 2u);
  EXPECT_EQ(core->mutable_progress({2})->inflights.bytes, 16u);
  EXPECT_TRUE(core.step({.type = M::kAppendReply, .from = {2}, .term = {1}, .index = {2}}));
  const std::vector<Message> sent = core.take_messages();
  EXPECT_EQ(
      std::count_if(sent.begin(), sent.end(), [](const Message& m) { return !m.entries.empty(); }),
      1);
  EXPECT_EQ(core->mutable_progress({2})->inflights.bytes, 16u);
}

TEST(LimitTest, AFollowerToldSoDoesNotForward) {
  Core core(2, {.voters = ids(3),
                .more = [](Config& config) { config.disable_proposal_forwarding = true; }});
  core.make_follower(1, 1);
  EXPECT_FALSE(core.propose("x"));
  EXPECT_TRUE(core.take_messages().empty());
}

}  // namespace

// Thousands of messages with arbitrary fields, to members in all roles: no abort, and nothing that
// was committed changes.
TEST(RobustnessTest, ArbitraryMessagesNeverChangeWhatIsCommitted) {
  Rng rng(7);
  for (int round = 0; round < 300; ++round) {
    Core core(1, {.voters = ids(3),
                  .log = {1, 1, 2, 2},
                  .hard_state = {{2}, {}, {3}},
                  .more = [round](Config& config) {
                    config.check_quorum = round % 2 == 0;
                    config.pre_vote = round % 3 == 0;
                  }});
    if (round % 4 == 1) core.make_candidate();
    if (round % 4 == 2) core.make_leader();
    for (int i = 0; i < 40; ++i) {
      Message message;
      message.type = static_cast<M>(rng.below(26));
      message.from = {rng.below(6)};
      message.term = {rng.below(6)};
      message.log_term = {rng.below(5)};
      message.index = {rng.chance(1, 10) ? rng.next() : rng.below(8)};
      message.commit = {rng.chance(1, 10) ? rng.next() : rng.below(8)};
      message.reject = rng.chance(1, 3);
      message.reject_hint = {rng.chance(1, 10) ? rng.next() : rng.below(8)};
      if (rng.chance(1, 4)) message.context = kCampaignTransfer;
      const std::uint64_t count = rng.below(3);
      for (std::uint64_t e = 0; e < count; ++e) {
        const std::uint64_t index = message.index.value + 1 + e;
        message.entries.push_back(rng.chance(1, 20) ? nullptr
                                                    : make_entry(1 + rng.below(4), index, "d"));
      }
      if (rng.chance(1, 4)) {
        message.snapshot = std::make_shared<const Snapshot>(
            Snapshot{{rng.below(9)}, {rng.below(5)}, {ids(3), {}, {}, {}, false}, "s"});
      }
      (void)core.step(message);
      if (rng.chance(1, 5)) core.tick();
      if (core->halted() != nullptr) break;
    }
    if (core->log().first_index() == Index{1}) {
      const std::vector<std::uint64_t> terms = core.log_terms();
      ASSERT_GE(terms.size(), 3u);
      EXPECT_EQ(std::vector<std::uint64_t>(terms.begin(), terms.begin() + 3),
                (std::vector<std::uint64_t>{1, 1, 2}));
    }
    EXPECT_GE(core.committed(), 3u);
  }
}

}  // namespace raft::test
