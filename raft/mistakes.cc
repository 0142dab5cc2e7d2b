#include "raft/mistakes.h"

#include <array>

namespace raft {
namespace {

struct Row {
  std::string_view name;
  std::string_view rule;
};

constexpr std::array<Row, kMistakes> kRows = {{
    {"commit-old-term-by-count", "the leader commits an entry of an older term by counting copies"},
    {"vote-not-durable", "a vote is told before it is on the disk"},
    {"own-vote-not-durable", "a candidate counts its own vote before it is on its disk"},
    {"term-and-vote-in-two-writes", "the vote is written first and its term after it"},
    {"any-message-resets-timer", "every message starts the election timer anew"},
    {"append-always-truncates", "an append cuts the log behind its last entry"},
    {"apply-on-append", "a follower applies entries when it appends them"},
    {"local-read", "a leader answers reads without asking whether it still leads"},
    {"vote-without-log-check", "a vote is granted without comparing the logs"},
    {"match-from-own-last", "an acknowledgement counts for all that the leader holds by then"},
    {"snapshot-replaces-log", "a snapshot replaces the log even if the log has all of it"},
    {"snapshot-keeps-conflict", "a snapshot leaves a conflicting entry at its last index"},
    {"ack-before-sync", "entries are acknowledged before they are on the disk"},
    {"leader-counts-unsynced", "a leader counts its own entry before it is on its disk"},
    {"commit-by-own-last", "a follower commits up to its own last entry"},
    {"commit-without-floor", "a follower takes over a lower commit index"},
    {"stale-vote-counts", "a vote of an earlier term counts"},
    {"stale-append-reply-counts", "an acknowledgement of an earlier term counts"},
    {"match-may-fall", "a late acknowledgement lowers the match index"},
    {"vote-twice", "a vote is granted without a look at the one that was given"},
    {"no-dedupe", "a request that was tried again takes effect again"},
    {"term-lost-on-restart", "a node comes back in term 0, without its vote"},
    {"snapshot-sets-term", "a snapshot sets the node's term to its own"},
    {"vote-cleared-on-step-down", "stepping down within a term clears the vote"},
    {"pre-vote-counts", "a granted pre-vote counts as a vote"},
    {"stable-without-term", "a finished write counts for the entries that stand there by now"},
    {"page-limit-skips", "what does not fit into a batch of committed entries is never applied"},
    {"read-before-own-commit", "a read index is taken before an entry of the own term"},
    {"read-context-reused", "old heartbeat answers count for a new read"},
    {"lease-from-reply", "the lease is measured from the answer instead of the question"},
    {"change-before-own-commit", "members change before an entry of the own term"},
    {"several-changes-pending", "a change of members does not wait for the one before it"},
    {"rollback-to-commit", "on a conflict the log is cut back to the commit index"},
    {"rot-truncates", "a damaged entry is taken for the end of the log"},
    {"snapshot-unchecked", "a snapshot is made without looking at the checksums of its rows"},
    {"sync-error-ignored", "a write whose sync failed counts as durable"},
}};

const Row& row(Mistake mistake) { return kRows[static_cast<std::uint8_t>(mistake)]; }

}  // namespace

std::string_view mistake_name(Mistake mistake) { return row(mistake).name; }
std::string_view mistake_rule(Mistake mistake) { return row(mistake).rule; }

std::optional<Mistake> mistake_of(std::string_view name) {
  for (std::uint8_t i = 0; i < kMistakes; ++i) {
    if (kRows[i].name == name) return static_cast<Mistake>(i);
  }
  return std::nullopt;
}

std::vector<Mistake> MistakeSet::list() const {
  std::vector<Mistake> out;
  for (std::uint8_t i = 0; i < kMistakes; ++i) {
    if (has(static_cast<Mistake>(i))) out.push_back(static_cast<Mistake>(i));
  }
  return out;
}

}  // namespace raft
