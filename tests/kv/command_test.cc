#include "kv/command.h"

#include <gtest/gtest.h>

#include "raft/rng.h"

namespace {

using kv::Command;
using kv::Op;

TEST(CommandCodec, EveryKindComesBack) {
  const Command commands[] = {
      {Op::kPut, "x", "1", std::nullopt, 7, 3},
      {Op::kDelete, "", "", std::nullopt, 0, 0},
      {Op::kCas, "key", "new", std::string("old"), UINT64_MAX, UINT64_MAX},
      {Op::kCas, "key", "new", std::nullopt, 1, 1},
      {Op::kAppend, std::string("\0\xff", 2), std::string(300, 'v'), std::nullopt, 1, 128},
      {Op::kRead, "x", "", std::nullopt, 1, 1},
      {Op::kScan, "a", "b", std::nullopt, 1, 1, 1000},
      {Op::kBatch, "", "", std::nullopt, 1, 2, 10, {{Op::kPut, "x", "1"}, {Op::kDelete, "y"}}},
      {Op::kCompact, "", "", std::nullopt, 0, 0, 0, {}, {77}},
  };
  for (const Command& command : commands) {
    const auto back = kv::decode(kv::encode(command));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, command);
  }
}

TEST(CommandCodec, EveryCutIsRefused) {
  const std::string whole = kv::encode({Op::kCas, "key", "new", std::string("old"), 5, 300});
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(kv::decode(whole.substr(0, length))) << length;
  }
  const auto longer = kv::decode(whole + "x");
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().code, Code::kCorruption);
}

TEST(CommandCodec, ArbitraryBytesNeverBreakIt) {
  raft::Rng rng(1);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes;
    const std::uint64_t length = rng.below(40);
    for (std::uint64_t i = 0; i < length; ++i) bytes.push_back(static_cast<char>(rng.below(256)));
    if (const auto command = kv::decode(bytes)) {
      EXPECT_LE(command->key.size(), kv::kMaxKeyBytes);
    }
  }
}

TEST(CommandCodec, OutputsComeBack) {
  for (const kv::Output& output :
       {kv::Output{}, kv::Output{true, std::nullopt}, kv::Output{true, ""},
        kv::Output{true, "value"}, kv::Output{false, std::nullopt, {{"a", "1"}, {"b", ""}}},
        kv::Output{false, std::nullopt, {}, {{}, {true, "x"}}}}) {
    const auto back = kv::decode_output(kv::encode(output));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, output);
  }
}

}  // namespace
