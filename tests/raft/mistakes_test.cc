// Mistakes that need a schedule which a cluster hardly ever has, on bare cores. All others are
// shown by tests/scenarios/mistakes.
#include "raft/mistakes.h"

#include <set>

#include "tests/raft/harness.h"

namespace raft::test {
namespace {

TEST(Mistakes, EachHasANameOfItsOwn) {
  std::set<std::string_view> names;
  MistakeSet all;
  for (std::uint8_t i = 0; i < kMistakes; ++i) {
    const auto mistake = static_cast<Mistake>(i);
    EXPECT_TRUE(names.insert(mistake_name(mistake)).second) << mistake_name(mistake);
    EXPECT_EQ(mistake_of(mistake_name(mistake)), mistake);
    EXPECT_FALSE(mistake_rule(mistake).empty());
    EXPECT_FALSE(all.has(mistake));
    all.set(mistake, true);
    EXPECT_TRUE(all.has(mistake));
  }
  EXPECT_EQ(all.list().size(), kMistakes);
  EXPECT_EQ(mistake_of("vote-thrice"), std::nullopt);
}

// An empty append vouches for the entry before it only. Entry 2 of the follower is its own.
TEST(Mistakes, CommitByOwnLastCommitsWhatTheLeaderNeverHad) {
  for (const bool wrong : {true, false}) {
    CoreOptions options{.voters = ids(3), .log = {1, 1}};
    options.more = [wrong](Config& config) {
      config.mistakes.set(Mistake::kCommitByOwnLast, wrong);
    };
    Core core(2, options);
    ASSERT_TRUE(core.step({.type = MessageType::kAppend,
                           .from = {1},
                           .term = {2},
                           .log_term = {1},
                           .index = {1},
                           .commit = {2}}));
    EXPECT_EQ(core->log().committed().value, wrong ? 2u : 1u);
  }
}

// "ABA": the report of a write comes when another leader has replaced what was written.
TEST(Mistakes, StableWithoutTermCountsWhatIsStillOnItsWay) {
  for (const bool wrong : {true, false}) {
    const auto storage = MemoryStorage::with_voters(ids(3));
    Config config;
    config.mistakes.set(Mistake::kStableWithoutTerm, wrong);
    RawNode node = make_node(2, storage, nullptr, config);
    const auto append = [](std::uint64_t from, std::uint64_t term, std::uint64_t commit) {
      return Message{.type = MessageType::kAppend,
                     .to = {2},
                     .from = {from},
                     .term = {term},
                     .commit = {commit},
                     .entries = {make_entry(term, 1)}};
    };
    ASSERT_TRUE(node.step(append(1, 1, 0)));
    const Ready write = node.ready();
    ASSERT_TRUE(node.step(append(3, 2, 1)));
    const Ready overwrite = node.ready();
    EXPECT_EQ(overwrite.entries.front()->term, Term{2});
    EXPECT_TRUE(overwrite.committed_entries.empty());
    node.persisted(write.id);
    EXPECT_EQ(node.status().durable.value, wrong ? 1u : 0u);
    EXPECT_EQ(node.has_ready() && !node.ready().committed_entries.empty(), wrong)
        << "entry 1 of term 2 is handed out for applying before it is on the disk";
  }
}

}  // namespace
}  // namespace raft::test
