// Bare cores that hear what no correct member says: arbitrary messages, and those under way with a
// field or two changed; and disks that have lost the end of a log. Whatever comes, a core answers
// with an error, or halts with its reason, or goes on; what is committed stays as it is.
#include <memory>
#include <string>

#include "tests/fuzz/targets.h"
#include "tests/raft/random_cluster.h"

namespace fuzz {
namespace {

using raft::Index;
using raft::Message;
using raft::MessageType;
using raft::RawNode;
using raft::test::RandomCluster;

constexpr int kMostEvents = 600;

// Near what the node is at, or anything.
std::uint64_t near(Input& input, std::uint64_t value) {
  const std::uint64_t number = input.number();
  return number < 0xF8 ? value + number % 8 - 3 : number;
}

raft::EntryPtr some_entry(Input& input, const Message& message) {
  if (input.byte() % 16 == 0) return nullptr;
  raft::Entry entry;
  entry.index = {message.index.value + 1 + message.entries.size()};
  if (input.byte() % 8 == 0) entry.index = {input.number()};
  entry.term = {near(input, message.term.value)};
  entry.type = static_cast<raft::EntryType>(input.byte() % 3);
  entry.data = input.text(40);
  return std::make_shared<const raft::Entry>(std::move(entry));
}

raft::SnapshotPtr some_snapshot(Input& input, const RawNode& node) {
  raft::Snapshot snapshot;
  snapshot.index = {near(input, node.last_index().value)};
  snapshot.term = {near(input, node.term().value)};
  for (std::uint64_t id = 1; id <= 5; ++id) {
    if (input.byte() % 4 != 0) snapshot.config.voters.push_back({id});
  }
  if (input.byte() % 4 == 0) snapshot.config.outgoing.push_back({input.number()});
  if (input.byte() % 4 == 0) snapshot.config.learners.push_back({input.number()});
  snapshot.config.auto_leave = input.byte() % 2 == 0;
  snapshot.data = std::to_string(input.number());
  return std::make_shared<const raft::Snapshot>(std::move(snapshot));
}

void edit(Message& message, Input& input, const RawNode& node) {
  switch (input.byte() % 13) {
    case 0:
      message.type = static_cast<MessageType>(input.byte() % 32);
      return;
    case 1:
      message.from = {input.number()};
      return;
    case 2:
      message.term = {near(input, node.term().value)};
      return;
    case 3:
      message.log_term = {near(input, node.term().value)};
      return;
    case 4:
      message.index = {near(input, node.last_index().value)};
      return;
    case 5:
      message.commit = {near(input, node.commit().value)};
      return;
    case 6:
      message.reject = !message.reject;
      return;
    case 7:
      message.reject_hint = {near(input, node.commit().value)};
      return;
    case 8:
      message.context = input.byte() % 2 == 0 ? raft::kCampaignTransfer : input.text(10);
      return;
    case 9:
    case 10:
      message.entries.push_back(some_entry(input, message));
      return;
    case 11:
      if (!message.entries.empty()) message.entries.erase(message.entries.begin());
      return;
    case 12:
      message.snapshot = some_snapshot(input, node);
      return;
  }
}

Message some_message(Input& input, const RandomCluster& cluster, const RawNode& node) {
  Message message;
  const std::uint64_t which = input.number();
  if (which % 3 != 0 && !cluster.messages().empty()) {
    message = cluster.messages()[which % cluster.messages().size()];
  } else {
    message.type = static_cast<MessageType>(input.byte() % 32);
    message.from = {1 + input.byte() % 6U};
    message.term = node.term();
    message.log_term = node.term();
    message.index = node.last_index();
  }
  for (int edits = input.byte() % 5; edits > 0; --edits) edit(message, input, node);
  return message;
}

// Entries from `first` to `last`, as far as they are there.
std::string log_of(const RawNode& node, Index first, Index last) {
  std::string text;
  for (Index i = std::max(first, node.first_index()); i <= std::min(last, node.last_index());
       i = raft::next_index(i)) {
    const raft::EntryPtr entry = node.entry(i);
    text += std::to_string(entry->term.value) + ' ' + entry->data + '\n';
  }
  return text;
}

void say(RandomCluster& cluster, Input& input) {
  const std::uint64_t to = 1 + input.byte() % cluster.nodes();
  const RawNode* node = cluster.core(to);
  if (node == nullptr) return;
  const Message message = some_message(input, cluster, *node);
  const Index commit = node->commit();
  const Index last = node->last_index();
  const raft::Term term = node->term();
  const std::string committed = log_of(*node, {1}, commit);
  const std::string log = log_of(*node, {1}, last);
  const Status done = cluster.step(to, message);
  if (!done) require(!done.error().message.empty(), "an error says something");
  const bool halted = node->status().halted != nullptr;
  if (halted) require(*node->status().halted != '\0', "a halted node says why");
  if (!done) {
    require(node->last_index() == last && log_of(*node, {1}, last) == log,
            "what is refused changes no log");
  }
  if (!done && done.error().code == Code::kInvalidArgument && !halted) {
    require(node->term() == term && node->commit() == commit, "what is invalid changes nothing");
  }
  require(node->commit() >= commit, "the commit index never falls");
  // A snapshot may have replaced it all.
  if (node->first_index() <= raft::Index{1} || node->last_index() >= commit) {
    const std::string now = log_of(*node, {1}, commit);
    const bool replaced = now.size() < committed.size();
    require(now == committed || (replaced && committed.ends_with(now)),
            "what is committed stays as it is");
  }
}

}  // namespace

void core_messages(std::string_view bytes) {
  Input input(bytes);
  RandomCluster::Options options;
  const std::uint8_t switches = input.byte();
  options.voters = 1 + switches % 4;
  options.nodes = 4;
  options.pre_vote = (switches & 16) != 0;
  options.check_quorum = (switches & 32) != 0;
  options.coalesce = (switches & 64) != 0;
  options.small_limits = (switches & 128) != 0;
  RandomCluster cluster(options);
  for (int event = 0; event < kMostEvents && !input.empty(); ++event) {
    const std::uint8_t kind = input.byte();
    if (kind < 160) {
      const std::uint32_t high = input.byte();
      cluster.act(kind + 100 * (high << 8 | input.byte()));
    } else if (kind < 250) {
      say(cluster, input);
    } else {
      cluster.lose_entries(1 + input.byte() % cluster.nodes(), input.byte());
    }
  }
}

}  // namespace fuzz
