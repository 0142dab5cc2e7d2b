// Reads that make no entry (thesis section 6.4): the core says from which index on the answer is
// right, the state machine answers once it has applied that much.
#include <utility>

#include "kv/server.h"

namespace kv {

void Server::read_index(Ticket ticket, const Header& header) {
  Answer answer;
  answer.ticket = ticket;
  if (header.store && *header.store != node_.id()) {
    answer.error = ErrorKind::kStoreNotMatch;
  } else if (node_.leader() == raft::kNoNode) {
    answer.error = ErrorKind::kNotLeader;
  } else {
    return ask_for_index(ticket, {}, std::nullopt);
  }
  answers_.push_back(std::move(answer));
}

void Server::ask_for_index(Ticket ticket, Read read, std::optional<raft::ReadMode> mode) {
  read.term = node_.term();
  read.leader = node_.leader();
  reads_.emplace(ticket, std::move(read));
  // It fails only on a core that is halted, and then nobody is answered any more.
  (void)node_.read_index(std::to_string(ticket), mode);
}

void Server::take_read_states(const std::vector<raft::ReadState>& states) {
  for (const raft::ReadState& state : states) {
    for (auto& [ticket, read] : reads_) {
      if (!read.index && std::to_string(ticket) == state.context) read.index = state.index;
    }
  }
}

// Each read is answered once: from the state, or refused when whoever was asked leads no more. A
// read has no effect, so that its client may ask again.
void Server::answer_reads() {
  for (auto at = reads_.begin(); at != reads_.end();) {
    const Read& read = at->second;
    Answer answer;
    answer.ticket = at->first;
    if (read.index) {
      if (read.command && applied_ < *read.index) {
        ++at;
        continue;
      }
      answer.index = *read.index;
      answer.output = read.command ? machine_.read(*read.command)
                                   : Output{true, std::to_string(read.index->value), {}, {}};
    } else if (read.term == node_.term() && read.leader == node_.leader()) {
      ++at;
      continue;
    } else {
      answer.error = ErrorKind::kNotLeader;
      answer.hint = node_.leader();
    }
    answers_.push_back(std::move(answer));
    at = reads_.erase(at);
  }
}

}  // namespace kv
