// The wire form: there and back, exact sizes, and bytes that nobody wrote.
#include "raft/wire.h"

#include "raft/quorum.h"
#include "raft/reason.h"
#include "tests/raft/harness.h"

namespace raft::test {
namespace {

// Small and large numbers, since the sizes of both count.
std::uint64_t number(Rng& rng) {
  switch (rng.below(4)) {
    case 0:
      return 0;
    case 1:
      return rng.below(200);
    case 2:
      return rng.below(1u << 20);
    default:
      return rng.next();
  }
}

std::string bytes(Rng& rng) {
  std::string data(rng.below(3) == 0 ? 0 : rng.below(300), ' ');
  for (char& c : data) c = static_cast<char>(rng.below(256));
  return data;
}

std::vector<NodeId> some_ids(Rng& rng) {
  std::vector<NodeId> nodes;
  std::uint64_t id = 0;
  const std::uint64_t count = rng.below(4);
  for (std::uint64_t i = 0; i < count; ++i) {
    id += 1 + rng.below(300);
    nodes.push_back({id});
  }
  return nodes;
}

Entry random_entry(Rng& rng) {
  Entry entry;
  entry.term = {number(rng)};
  entry.index = {number(rng)};
  entry.type = static_cast<EntryType>(rng.below(3));
  entry.data = bytes(rng);
  return entry;
}

ConfState random_config(Rng& rng) {
  ConfState config;
  config.voters = some_ids(rng);
  config.outgoing = some_ids(rng);
  config.learners = some_ids(rng);
  config.learners_next = some_ids(rng);
  config.auto_leave = rng.chance(1, 2);
  return config;
}

Message random_message(Rng& rng) {
  Message message;
  message.type = static_cast<MessageType>(rng.below(24));
  message.to = {number(rng)};
  message.from = {number(rng)};
  message.term = {number(rng)};
  message.log_term = {number(rng)};
  message.index = {number(rng)};
  message.commit = {number(rng)};
  message.reject = rng.chance(1, 2);
  message.reject_hint = {number(rng)};
  message.context = bytes(rng);
  const std::uint64_t count = rng.below(4);
  for (std::uint64_t i = 0; i < count; ++i) {
    message.entries.push_back(std::make_shared<const Entry>(random_entry(rng)));
  }
  if (rng.chance(1, 3)) {
    Snapshot snapshot;
    snapshot.index = {number(rng)};
    snapshot.term = {number(rng)};
    snapshot.config = random_config(rng);
    snapshot.data = bytes(rng);
    message.snapshot = std::make_shared<const Snapshot>(std::move(snapshot));
  }
  return message;
}

void expect_equal(const Message& a, const Message& b) {
  Message left = a;
  Message right = b;
  ASSERT_EQ(left.entries.size(), right.entries.size());
  for (std::size_t i = 0; i < left.entries.size(); ++i) {
    EXPECT_EQ(*left.entries[i], *right.entries[i]);
  }
  left.entries = right.entries;
  ASSERT_EQ(left.snapshot == nullptr, right.snapshot == nullptr);
  if (left.snapshot != nullptr) {
    EXPECT_EQ(*left.snapshot, *right.snapshot);
  }
  left.snapshot = right.snapshot;
  EXPECT_TRUE(left == right);
}

TEST(WireTest, ThereAndBackWithTheSizeForetold) {
  Rng rng(11);
  for (int i = 0; i < 2000; ++i) {
    const Message message = random_message(rng);
    const std::string encoded = encode(message);
    EXPECT_EQ(encoded.size(), encoded_size(message));
    const Result<Message> decoded = decode_message(encoded);
    ASSERT_TRUE(decoded) << decoded.error().message;
    expect_equal(message, *decoded);
    EXPECT_EQ(encode(*decoded), encoded);

    const Entry entry = random_entry(rng);
    EXPECT_EQ(encode(entry).size(), encoded_size(entry));
    EXPECT_EQ(*decode_entry(encode(entry)), entry);
    const HardState hard_state{{number(rng)}, {number(rng)}, {number(rng)}};
    EXPECT_EQ(*decode_hard_state(encode(hard_state)), hard_state);
    const ConfState config = random_config(rng);
    EXPECT_EQ(*decode_conf_state(encode(config)), config);
  }
}

TEST(WireTest, BrokenBytesGiveErrorsAndNeverMore) {
  Rng rng(12);
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string encoded = encode(random_message(rng));
    if (encoded.empty()) continue;
    const std::uint64_t place = rng.below(encoded.size());
    if (rng.chance(1, 2)) {
      encoded.resize(place);
    } else {
      encoded[place] = static_cast<char>(rng.below(256));
    }
    const Result<Message> decoded = decode_message(encoded);
    if (decoded) continue;
    ++refused;
    EXPECT_EQ(decoded.error().code, Code::kCorruption);
    EXPECT_FALSE(decoded.error().message.empty());
  }
  EXPECT_GT(refused, 200);
}

TEST(WireTest, ImpossibleValuesAreNamed) {
  // entry_type = 7; msg_type = 99; voters 2, 1.
  EXPECT_NE(decode_entry("\x08\x07").error().message.find("entry_type 7"), std::string::npos);
  EXPECT_NE(decode_message("\x08\x63").error().message.find("msg_type 99"), std::string::npos);
  EXPECT_NE(decode_conf_state("\x0a\x02\x02\x01").error().message.find("voters"),
            std::string::npos);
}

TEST(MessageTest, EachTypeHasItsNames) {
  for (int i = 0; i < 24; ++i) {
    const auto type = static_cast<MessageType>(i);
    EXPECT_EQ(core_name(type).substr(0, 3), "Msg");
    if (!is_local(type)) {
      EXPECT_FALSE(scenario_name(type).empty()) << i;
    }
  }
  EXPECT_EQ(core_name(MessageType::kAppendReply), "MsgAppResp");
  EXPECT_EQ(scenario_name(MessageType::kPreVoteReply), "pre-vote-reply");
  EXPECT_TRUE(is_reply(MessageType::kHeartbeatReply));
  EXPECT_FALSE(is_reply(MessageType::kAppend));
}

TEST(ReasonTest, SpeaksOfBothLogs) {
  const Event refused{.kind = EventKind::kVoteRefused,
                      .reason = Reason::kLogOlder,
                      .peer = {3},
                      .term = {2},
                      .index = {5},
                      .other_term = {2},
                      .other_index = {7}};
  EXPECT_EQ(describe(refused),
            "its last entry (term 2, index 5) is older than mine (term 2, index 7)");
  EXPECT_EQ(rule(refused), "§5.4.1");
}

TEST(ReasonTest, NoReasonIsWithoutWords) {
  for (int i = 1; i <= static_cast<int>(Reason::kInconsistent); ++i) {
    Event event{.kind = EventKind::kMessageIgnored, .reason = static_cast<Reason>(i), .peer = {2}};
    EXPECT_FALSE(describe(event).empty()) << i;
    event.kind = EventKind::kHalted;
    event.text = "the disk lies";
    EXPECT_FALSE(describe(event).empty()) << i;
  }
}

TEST(QuorumTest, TheCommittedIndexIsHeldByAMajorityAndTheNextIsNot) {
  Rng rng(3);
  for (int round = 0; round < 2000; ++round) {
    const std::uint64_t count = 1 + rng.below(20);
    ProgressMap progress;
    for (const NodeId id : ids(count)) {
      Progress peer;
      peer.match = {rng.below(6)};
      progress.emplace_back(id, peer);
    }
    const auto held_by = [&](const std::vector<NodeId>& voters, Index index) {
      return std::count_if(voters.begin(), voters.end(),
                           [&](NodeId id) { return find_progress(progress, id)->match >= index; });
    };
    const auto majority_holds = [&](const std::vector<NodeId>& voters, Index index) {
      return 2 * held_by(voters, index) > static_cast<std::ptrdiff_t>(voters.size());
    };
    ConfState config;
    for (const NodeId id : ids(count)) {
      if (rng.chance(2, 3)) config.voters.push_back(id);
      if (rng.chance(1, 3)) config.outgoing.push_back(id);
    }
    if (config.voters.empty()) continue;
    const Index committed = committed_index(config, progress);
    const auto both_hold = [&](Index index) {
      return majority_holds(config.voters, index) &&
             (config.outgoing.empty() || majority_holds(config.outgoing, index));
    };
    EXPECT_TRUE(both_hold(committed));
    EXPECT_FALSE(both_hold(next_index(committed)));
  }
}

TEST(QuorumTest, VotesOfBothHalvesAreNeeded) {
  ConfState config;
  config.voters = ids(3);
  EXPECT_EQ(vote_result(config, {{{1}, true}}), VoteResult::kPending);
  EXPECT_EQ(vote_result(config, {{{1}, true}, {{3}, true}}), VoteResult::kWon);
  EXPECT_EQ(vote_result(config, {{{1}, false}, {{3}, false}}), VoteResult::kLost);
  config.outgoing = {{3}, {4}, {5}};
  EXPECT_EQ(vote_result(config, {{{1}, true}, {{3}, true}}), VoteResult::kPending);
  EXPECT_EQ(vote_result(config, {{{1}, true}, {{3}, true}, {{4}, true}}), VoteResult::kWon);
  EXPECT_EQ(vote_result(config, {{{1}, true}, {{3}, true}, {{4}, false}, {{5}, false}}),
            VoteResult::kLost);
  // Who is no voter has no vote.
  EXPECT_EQ(vote_result({.voters = ids(3), .outgoing = {}, .learners = {}, .learners_next = {}},
                        {{{1}, true}, {{9}, true}}),
            VoteResult::kPending);
}

}  // namespace
}  // namespace raft::test
