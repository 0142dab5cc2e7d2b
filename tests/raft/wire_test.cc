// The wire form: there and back, exact sizes, and bytes that nobody wrote.
#include "raft/wire.h"

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

}  // namespace
}  // namespace raft::test
