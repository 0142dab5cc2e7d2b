// Decisions in words.
#include "raft/reason.h"

#include <gtest/gtest.h>

namespace raft::test {
namespace {

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

}  // namespace
}  // namespace raft::test
