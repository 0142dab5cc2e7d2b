#include "app/session/record_log.h"

#include <utility>

namespace session {

void RecordLog::write(std::size_t branch, std::string_view record, bool urgent) {
  if (!journal_) return;
  if (stale_) {
    rewrite();
    return;
  }
  if (journal_branch_ != branch) {
    journal_->append(encode_branch_begin(recording_, branch), false);
    journal_branch_ = branch;
  }
  journal_->append(record, urgent);
}

void RecordLog::add(std::size_t branch, RecordedCommand command) {
  const std::string record = journal_ ? encode(command) : "";
  recording_.branch(branch).commands.push_back(std::move(command));
  write(branch, record, true);
}

void RecordLog::add(std::size_t branch, DigestMark digest) {
  const std::string record = journal_ ? encode(digest) : "";
  recording_.branch(branch).digests.push_back(std::move(digest));
  write(branch, record, false);
}

void RecordLog::add(std::size_t branch, Mark mark) {
  std::vector<Mark>& marks = recording_.branch(branch).marks;
  const bool last = marks.empty() || !is_before(mark.at, marks.back().at);
  const bool at_tip = last && !is_before(mark.at, end_position(recording_.branch(branch)));
  if (at_tip) {
    const std::string record = journal_ ? encode(mark) : "";
    marks.push_back(std::move(mark));
    write(branch, record, true);
    return;
  }
  auto place = marks.end();
  while (place != marks.begin() && is_before(mark.at, std::prev(place)->at)) --place;
  marks.insert(place, std::move(mark));
  rewrite();  // a file has its records in the order of time
}

void RecordLog::add_branch(Branch branch) {
  recording_.forks.push_back(std::move(branch));
  recording_.active = recording_.branches() - 1;
}

void RecordLog::reached(const sim::Position& at) {
  if (journal_) write(recording_.active, encode_reached(at), false);
}

void RecordLog::rewrite() {
  if (!journal_) return;
  stale_ = !journal_->rewrite(recording_);
  journal_branch_.reset();
}

void RecordLog::set_journal(JournalSink* journal) {
  journal_ = journal;
  rewrite();
}

}  // namespace session
