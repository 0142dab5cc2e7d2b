// What holds for all inputs, with small counterexamples where it does not. The seed is fixed, so
// that a failure is one everywhere; RC_PARAMS="seed=7 max_success=5000" looks further.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <set>

#include "raft/quorum.h"
#include "raft/raft_log.h"
#include "raft/wire.h"
#include "tests/raft/harness.h"

namespace raft::test {
namespace {

// Before the first property reads it.
[[maybe_unused]] const int kSeeded = setenv("RC_PARAMS", "seed=20", 0);

// Uniform whatever the size: rapidcheck begins with small ones.
rc::Gen<std::uint64_t> below(std::uint64_t end) {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint64_t>(0, end));
}

rc::Gen<std::vector<NodeId>> some_nodes(std::uint64_t most) {
  return rc::gen::map(rc::gen::container<std::vector<bool>>(most, rc::gen::arbitrary<bool>()),
                      [](const std::vector<bool>& in) {
                        std::vector<NodeId> nodes;
                        for (std::size_t i = 0; i < in.size(); ++i) {
                          if (in[i]) nodes.push_back({i + 1});
                        }
                        return nodes;
                      });
}

ConfState some_config() {
  ConfState config;
  config.voters = *rc::gen::nonEmpty(some_nodes(7));
  config.outgoing = *some_nodes(7);
  return config;
}

RC_GTEST_PROP(Properties, TheCommittedIndexIsThatOfTheNaiveCount, ()) {
  const ConfState config = some_config();
  const auto matches =
      *rc::gen::container<std::vector<std::uint64_t>>(8, rc::gen::inRange<std::uint64_t>(0, 6));
  ProgressMap progress;
  for (std::size_t i = 0; i < 7; ++i) {
    Progress peer;
    peer.match = {matches[i]};
    if (matches[7] == i) continue;  // a voter that the book does not know holds nothing
    progress.emplace_back(NodeId{i + 1}, peer);
  }
  const auto held = [&](const std::vector<NodeId>& voters, std::uint64_t index) {
    std::size_t count = 0;
    for (const NodeId id : voters) {
      const Progress* peer = find_progress(progress, id);
      if ((peer == nullptr ? 0 : peer->match.value) >= index) ++count;
    }
    return 2 * count > voters.size();
  };
  std::uint64_t naive = 0;
  for (std::uint64_t index = 0; index < 6; ++index) {
    if (held(config.voters, index) && (config.outgoing.empty() || held(config.outgoing, index))) {
      naive = index;
    }
  }
  RC_ASSERT(committed_index(config, progress).value == naive);
}

// A vote is won if it is won however the missing ones vote, lost if it cannot be won any more.
RC_GTEST_PROP(Properties, AVoteIsDecidedOnceTheMissingOnesCannotChangeIt, ()) {
  const ConfState config = some_config();
  const auto cast = *rc::gen::container<std::vector<int>>(7, rc::gen::inRange(0, 3));
  const auto wins = [&](bool missing_say_yes) {
    const auto half = [&](const std::vector<NodeId>& voters) {
      std::size_t yes = 0;
      for (const NodeId id : voters) {
        const int vote = cast[id.value - 1];  // 0: missing, 1: yes, 2: no
        if (vote == 1 || (vote == 0 && missing_say_yes)) ++yes;
      }
      return voters.empty() || 2 * yes > voters.size();
    };
    return half(config.voters) && half(config.outgoing);
  };
  Votes votes;
  for (std::size_t i = 0; i < cast.size(); ++i) {
    if (cast[i] != 0) votes.emplace_back(NodeId{i + 1}, cast[i] == 1);
  }
  const VoteResult expected = wins(false)  ? VoteResult::kWon
                              : wins(true) ? VoteResult::kPending
                                           : VoteResult::kLost;
  RC_ASSERT(vote_result(config, votes) == expected);
}

// Two majorities of one configuration, or of it and a joint one with it, share a member.
RC_GTEST_PROP(Properties, QuorumsMeet, ()) {
  const ConfState joint = some_config();
  ConfState old;
  old.voters = joint.outgoing.empty() ? joint.voters : joint.outgoing;
  const auto wins = [](const ConfState& config, const std::vector<NodeId>& yes) {
    Votes votes;
    for (const NodeId id : yes) votes.emplace_back(id, true);
    return vote_result(config, votes) == VoteResult::kWon;
  };
  const auto first = *some_nodes(7);
  std::vector<NodeId> others;
  for (const NodeId id : ids(7)) {
    if (std::find(first.begin(), first.end(), id) == first.end()) others.push_back(id);
  }
  RC_ASSERT(!(wins(joint, first) && wins(joint, others)));
  RC_ASSERT(!(wins(joint, first) && wins(old, others)));
}

// A log with terms that never fall, beginning behind a truncated part.
struct SomeLog {
  MemoryStorage storage = MemoryStorage::with_voters(ids(3));
  std::vector<std::uint64_t> terms;  // of entries 1, 2, …
  std::uint64_t compacted = 0;
};

SomeLog some_log() {
  SomeLog log;
  std::uint64_t term = 1;
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 4));
  for (const int step : steps) {
    if (step == 3) ++term;
    log.terms.push_back(term);
  }
  RC_ASSERT(log.storage.append(make_log(log.terms)).has_value());
  log.storage.set_hard_state({{term}, {}, {}});
  log.compacted = *below(log.terms.size() + 1);
  if (log.compacted > 0) RC_ASSERT(log.storage.compact({log.compacted}).has_value());
  return log;
}

RC_GTEST_PROP(Properties, TheConflictSearchFindsWhatANaiveOneFinds, ()) {
  const SomeLog made = some_log();
  const Result<RaftLog> log =
      RaftLog::load(made.storage, {{UINT64_MAX}, {}, {made.compacted}}, {made.compacted});
  RC_ASSERT(log.has_value());
  const std::uint64_t last = made.terms.size();
  const std::uint64_t from = *below(last + 1);
  const std::uint64_t term = *below(8);
  // The highest place at or below `from` whose term is at most `term`; what is truncated might be.
  std::uint64_t naive = from;
  std::uint64_t naive_term = 0;
  while (naive > 0 && naive >= made.compacted) {
    naive_term = made.terms[naive - 1];
    if (naive_term <= term) break;
    naive_term = 0;
    --naive;
  }
  const auto [index, found] = log->find_conflict_by_term({from}, {term});
  RC_ASSERT(index.value == naive);
  RC_ASSERT(found.value == naive_term);
}

RC_GTEST_PROP(Properties, TermsOfTheLogAreThoseOfItsEntries, ()) {
  const SomeLog made = some_log();
  const Result<RaftLog> log =
      RaftLog::load(made.storage, {{UINT64_MAX}, {}, {made.compacted}}, {made.compacted});
  RC_ASSERT(log.has_value());
  for (std::uint64_t i = 0; i <= made.terms.size() + 1; ++i) {
    const bool known = i >= made.compacted && i <= made.terms.size();
    const std::uint64_t term = known && i > 0 ? made.terms[i - 1] : 0;
    RC_ASSERT(log->knows_term({i}) == known);
    RC_ASSERT(log->term_or_zero({i}).value == term);
    RC_ASSERT(log->matches({i}, {term}) == known);
  }
}

// Two logs as they come about: alike at first, then each with terms that the other has no entry of.
// The follower's probes end, and its log is the leader's.
RC_GTEST_PROP(Properties, AnyFollowersLogBecomesTheLeaders, ()) {
  const bool fast = *rc::gen::arbitrary<bool>();
  const auto more = [fast](Config& config) { config.fast_backtracking = fast; };
  const std::vector<std::uint64_t> common = some_log().terms;
  const auto continued = [&](std::uint64_t parity) {
    std::vector<std::uint64_t> terms = common;
    const std::uint64_t before = common.empty() ? 0 : common.back();
    for (const std::uint64_t term : some_log().terms) terms.push_back(before + 2 * term + parity);
    return terms;
  };
  const std::vector<std::uint64_t> leaders = continued(0);
  const std::vector<std::uint64_t> followers = continued(1);
  Core leader(1, {.voters = ids(2), .log = leaders, .hard_state = {{400}, {}, {}}, .more = more});
  Core follower(2,
                {.voters = ids(2), .log = followers, .hard_state = {{400}, {}, {}}, .more = more});
  leader.make_leader();
  leader->mutable_progress({2})->paused = false;
  RC_ASSERT(leader.propose("x").has_value());
  std::size_t rounds = 0;
  for (bool busy = true; busy; ++rounds) {
    RC_ASSERT(rounds < 400);
    busy = false;
    for (const Message& message : leader.take_messages()) {
      busy = true;
      RC_ASSERT(follower.step(message).has_value());
    }
    for (const Message& message : follower.take_messages()) {
      busy = true;
      RC_ASSERT(leader.step(message).has_value());
    }
  }
  RC_ASSERT(follower.log_terms() == leader.log_terms());
  RC_ASSERT(follower.committed() == leader.last_index());
}

// The log as a value: whatever was done to a copy, the original is what it was.
RC_GTEST_PROP(Properties, ACopiedListOfEntriesIsAValue, ()) {
  EntryList list;
  std::vector<EntryPtr> naive;  // entry i + 1 at i; null: compacted
  EntryList copy;
  std::vector<EntryPtr> naive_copy;
  Index copy_first{1};
  const auto steps = *rc::gen::container<std::vector<std::uint64_t>>(below(10'000));
  for (const std::uint64_t step : steps) {
    switch (step % 8) {
      case 0:
        if (list.first_index() < list.end_index()) {
          const Index at{list.first_index().value + step / 8 % list.size()};
          list.truncate_from(at);
          naive.resize(at.value - 1);
        }
        break;
      case 1:
        if (!list.empty()) {
          const Index at{list.first_index().value + step / 8 % list.size()};
          list.compact_through(at);
        }
        break;
      case 2:
        copy = list;
        naive_copy = naive;
        copy_first = list.first_index();
        break;
      default:
        for (std::uint64_t i = 0; i < step / 8 % 200; ++i) {
          naive.push_back(make_entry(1, list.end_index().value, std::to_string(step)));
          list.push_back(naive.back());
        }
        break;
    }
  }
  const auto same = [](const EntryList& entries, Index first,
                       const std::vector<EntryPtr>& expected) {
    RC_ASSERT(entries.first_index() == first);
    RC_ASSERT(entries.last_index().value == expected.size());
    for (Index i = first; i < entries.end_index(); i = next_index(i)) {
      RC_ASSERT(entries.at(i) == expected[i.value - 1]);
    }
  };
  same(list, list.first_index(), naive);
  same(copy, copy_first, naive_copy);
}

Message some_message() {
  const auto number = [] { return *rc::gen::oneOf(below(3), below(300), below(UINT64_MAX)); };
  Message message;
  message.type =
      static_cast<MessageType>(*below(static_cast<std::uint64_t>(MessageType::kForgetLeader) + 1));
  message.to = {number()};
  message.from = {number()};
  message.term = {number()};
  message.log_term = {number()};
  message.index = {number()};
  message.commit = {number()};
  message.reject = *rc::gen::arbitrary<bool>();
  message.reject_hint = {number()};
  message.context = *rc::gen::arbitrary<std::string>();
  const std::uint64_t count = *below(4);
  for (std::uint64_t i = 0; i < count; ++i) {
    message.entries.push_back(
        std::make_shared<const Entry>(Entry{{number()},
                                            {number()},
                                            static_cast<EntryType>(*below(3)),
                                            *rc::gen::arbitrary<std::string>()}));
  }
  if (*rc::gen::arbitrary<bool>()) {
    message.snapshot = std::make_shared<const Snapshot>(
        Snapshot{{number()}, {number()}, some_config(), *rc::gen::arbitrary<std::string>()});
  }
  return message;
}

RC_GTEST_PROP(Properties, AMessageReadsBackAsItWas, ()) {
  const Message message = some_message();
  const std::string bytes = encode(message);
  RC_ASSERT(bytes.size() == encoded_size(message));
  const Result<Message> read = decode_message(bytes);
  RC_ASSERT(read.has_value());
  RC_ASSERT(encode(*read) == bytes);
  RC_ASSERT(read->entries.size() == message.entries.size());
  for (std::size_t i = 0; i < message.entries.size(); ++i) {
    RC_ASSERT(*read->entries[i] == *message.entries[i]);
  }
  RC_ASSERT((read->snapshot == nullptr) == (message.snapshot == nullptr));
  if (message.snapshot != nullptr) RC_ASSERT(*read->snapshot == *message.snapshot);
  Message plain = *read;
  plain.entries = message.entries;
  plain.snapshot = message.snapshot;
  RC_ASSERT(plain == message);
}

}  // namespace
}  // namespace raft::test
