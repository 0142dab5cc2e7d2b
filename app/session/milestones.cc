#include "app/session/milestones.h"

namespace session {
namespace {

// What a command does to the picture on the tape; nothing: its facts tell.
std::optional<MilestoneKind> kind_of(const sim::Command& command) {
  if (const auto* request = std::get_if<sim::Request>(&command)) {
    const bool reads =
        sim::is_read(request->operation) || request->operation == sim::Operation::kReadIndex;
    if (reads) return std::nullopt;
    return MilestoneKind::kWrite;
  }
  const bool cuts = std::holds_alternative<sim::Partition>(command) ||
                    std::holds_alternative<sim::LinksOnly>(command) ||
                    std::holds_alternative<sim::Cut>(command);
  if (cuts) return MilestoneKind::kCut;
  const bool heals =
      std::holds_alternative<sim::Heal>(command) || std::holds_alternative<sim::Mend>(command);
  if (heals) return MilestoneKind::kHeal;
  return std::nullopt;
}

}  // namespace

void MilestoneFinder::add(MilestoneKind kind, const sim::Fact& fact) {
  list_.push_back({kind, {fact.at, fact.event}, fact.node, fact.term, fact.text});
}

void MilestoneFinder::see(const sim::Fact& fact) {
  switch (fact.kind) {
    case sim::FactKind::kTerm:
      if (fact.term <= highest_term_) return;
      highest_term_ = fact.term;
      return add(MilestoneKind::kTerm, fact);
    case sim::FactKind::kRole:
      if (fact.role == raft::Role::kCandidate) return add(MilestoneKind::kElection, fact);
      if (fact.role == raft::Role::kLeader) return add(MilestoneKind::kLeader, fact);
      return;
    case sim::FactKind::kCrash:
      return add(MilestoneKind::kCrash, fact);
    case sim::FactKind::kRestart:
      return add(MilestoneKind::kRestart, fact);
    case sim::FactKind::kPause:
      return add(MilestoneKind::kPause, fact);
    case sim::FactKind::kResume:
      return add(MilestoneKind::kResume, fact);
    case sim::FactKind::kHalt:
      return add(MilestoneKind::kHalt, fact);
    case sim::FactKind::kStart:
    case sim::FactKind::kVote:
    case sim::FactKind::kAppend:
    case sim::FactKind::kApply:
    case sim::FactKind::kTruncate:
    case sim::FactKind::kCommit:
    case sim::FactKind::kDurable:
    case sim::FactKind::kSnapshot:
    case sim::FactKind::kSend:
    case sim::FactKind::kReceive:
    case sim::FactKind::kDrop:
    case sim::FactKind::kDuplicate:
    case sim::FactKind::kConfig:
    case sim::FactKind::kCommand:
    case sim::FactKind::kRequest:
    case sim::FactKind::kNote:
      return;
  }
}

void MilestoneFinder::see(const sim::Command& command, const sim::Position& at,
                          const std::string& line) {
  const auto kind = kind_of(command);
  if (kind) list_.push_back({*kind, at, raft::kNoNode, highest_term_, line});
}

void MilestoneFinder::add_bookmark(const sim::Position& at, const std::string& text) {
  list_.push_back({MilestoneKind::kBookmark, at, raft::kNoNode, highest_term_, text});
}

}  // namespace session
