#include "raft/read_index.h"

#include <algorithm>
#include <utility>

namespace raft {

std::uint64_t ReadQueue::add(Message request, Index index, NodeId leader) {
  const std::uint64_t number = next_number_++;
  reads_.push_back({number, std::move(request), index, {{leader, true}}});
  return number;
}

std::vector<ReadQueue::Read> ReadQueue::acknowledge(const ConfState& config, std::uint64_t number,
                                                    NodeId from) {
  const auto read = std::find_if(reads_.begin(), reads_.end(),
                                 [number](const Read& r) { return r.number == number; });
  if (read == reads_.end()) return {};
  const bool known = std::any_of(read->acks.begin(), read->acks.end(),
                                 [from](const auto& ack) { return ack.first == from; });
  if (!known) read->acks.emplace_back(from, true);
  // Learners may be among the acknowledgements; only voters count, of both halves while joint.
  if (vote_result(config, read->acks) != VoteResult::kWon) return {};
  const auto end = read + 1;
  std::vector<Read> confirmed(std::make_move_iterator(reads_.begin()),
                              std::make_move_iterator(end));
  reads_.erase(reads_.begin(), end);
  return confirmed;
}

void Lease::sent(std::uint64_t number, std::uint64_t now, std::uint64_t election_tick) {
  std::erase_if(rounds_, [&](const Round& round) { return round.tick + election_tick <= now; });
  rounds_.push_back({number, now});
}

void Lease::answered(std::uint64_t number, NodeId from) {
  const auto round = std::find_if(rounds_.begin(), rounds_.end(),
                                  [number](const Round& r) { return r.number == number; });
  if (round != rounds_.end()) renewed(from, round->tick);
}

void Lease::renewed(NodeId from, std::uint64_t tick) {
  for (auto& [member, newest] : answers_) {
    if (member != from) continue;
    newest = std::max(newest, tick);
    return;
  }
  answers_.emplace_back(from, tick);
}

bool Lease::holds(const ConfState& config, NodeId self, std::uint64_t now,
                  std::uint64_t election_tick) const {
  Votes fresh{{self, true}};
  for (const auto& [member, tick] : answers_) {
    if (member != self && now < tick + election_tick) fresh.emplace_back(member, true);
  }
  return vote_result(config, fresh) == VoteResult::kWon;
}

void Lease::clear() {
  rounds_.clear();
  answers_.clear();
}

Context read_context(std::uint64_t number) {
  if (number == 0) return {};
  std::string bytes;
  for (unsigned shift = 0; shift < 64; shift += 8) {
    bytes.push_back(static_cast<char>(number >> shift));
  }
  return bytes;
}

std::uint64_t read_number(std::string_view context) {
  if (context.size() != 8) return 0;
  std::uint64_t number = 0;
  for (unsigned i = 0; i < 8; ++i) {
    number |= static_cast<std::uint64_t>(static_cast<unsigned char>(context[i])) << (8 * i);
  }
  return number;
}

}  // namespace raft
