// Classic wrong rules, each a switch (`mistake NAME on` in a scenario): what goes wrong when a rule
// of Raft is left out, shown by the very code that has it right. A wrong rule is one branch beside
// the right line; the set is empty unless somebody asks, and a test of it is a test of one bit.
// docs/mistakes.md tells what each breaks. What a mistake can cause never asserts: it is a
// violation of a property, or it halts the node with a reason.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace raft {

// In the order of the documentation. Values are kept nowhere but in memory: recordings have names.
enum class Mistake : std::uint8_t {
  kCommitOldTermByCount,
  kVoteNotDurable,
  kOwnVoteNotDurable,
  kTermAndVoteInTwoWrites,
  kAnyMessageResetsTimer,
  kAppendAlwaysTruncates,
  kApplyOnAppend,
  kLocalRead,
  kVoteWithoutLogCheck,
  kMatchFromOwnLast,
  kSnapshotReplacesLog,
  kSnapshotKeepsConflict,
  kAckBeforeSync,
  kLeaderCountsUnsynced,
  kCommitByOwnLast,
  kCommitWithoutFloor,
  kStaleVoteCounts,
  kStaleAppendReplyCounts,
  kMatchMayFall,
  kVoteTwice,
  kNoDedupe,
  kTermLostOnRestart,
  kSnapshotSetsTerm,
  kVoteClearedOnStepDown,
  kPreVoteCounts,
  kStableWithoutTerm,
  kPageLimitSkips,
  kReadBeforeOwnCommit,
  kReadContextReused,
  kLeaseFromReply,
  kChangeBeforeOwnCommit,
  kSeveralChangesPending,
  kRollbackToCommit,
  kRotTruncates,
  kSnapshotUnchecked,
  kSyncErrorIgnored,
};
inline constexpr std::uint64_t kMistakes = 36;

// "vote-twice", as in scenarios and JSON.
std::string_view mistake_name(Mistake mistake);
std::optional<Mistake> mistake_of(std::string_view name);
// One sentence: the rule that is broken.
std::string_view mistake_rule(Mistake mistake);

class MistakeSet {
 public:
  bool has(Mistake mistake) const { return (bits_ & bit(mistake)) != 0; }
  bool empty() const { return bits_ == 0; }
  void set(Mistake mistake, bool on) { bits_ = on ? bits_ | bit(mistake) : bits_ & ~bit(mistake); }
  // In the order of the documentation.
  std::vector<Mistake> list() const;
  bool operator==(const MistakeSet&) const = default;

 private:
  static constexpr std::uint64_t bit(Mistake mistake) {
    return std::uint64_t{1} << static_cast<std::uint8_t>(mistake);
  }
  std::uint64_t bits_ = 0;
};

}  // namespace raft
