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

void MilestoneFinder::insert(Milestone milestone) {
  auto place = list_.end();
  while (place != list_.begin() && is_before(milestone.at, std::prev(place)->at)) --place;
  list_.insert(place, std::move(milestone));
}

void MilestoneFinder::note_leader(const Milestone& milestone) {
  switch (milestone.kind) {
    case MilestoneKind::kLeader:
      leaders_.insert(milestone.node);
      return;
    case MilestoneKind::kStepDown:
    case MilestoneKind::kCrash:
    case MilestoneKind::kHalt:
      leaders_.erase(milestone.node);
      return;
    default:
      return;
  }
}

void MilestoneFinder::add(MilestoneKind kind, const sim::Fact& fact) {
  const Milestone milestone{kind, {fact.at, fact.event}, fact.node, fact.term, fact.text};
  note_leader(milestone);
  insert(milestone);
}

void MilestoneFinder::see(const sim::Fact& fact) {
  if (fact.event <= seen_) return;
  switch (fact.kind) {
    case sim::FactKind::kTerm:
      if (fact.term <= highest_term_) return;
      highest_term_ = fact.term;
      return add(MilestoneKind::kTerm, fact);
    case sim::FactKind::kRole:
      if (fact.role == raft::Role::kCandidate) return add(MilestoneKind::kElection, fact);
      if (fact.role == raft::Role::kLeader) return add(MilestoneKind::kLeader, fact);
      if (leaders_.count(fact.node) > 0) return add(MilestoneKind::kStepDown, fact);
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
    case sim::FactKind::kCommit:
      if (commits_.empty() || fact.commit > commits_.back().index) {
        commits_.push_back({{fact.at, fact.event}, fact.commit});
      }
      return;
    case sim::FactKind::kStart:
    case sim::FactKind::kVote:
    case sim::FactKind::kAppend:
    case sim::FactKind::kApply:
    case sim::FactKind::kTruncate:
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
  if (at.events < seen_) return;
  const auto kind = kind_of(command);
  if (kind) insert({*kind, at, raft::kNoNode, highest_term_, line});
}

void MilestoneFinder::see(const check::Violation& violation) {
  for (const Milestone& milestone : list_) {
    const bool told = milestone.kind == MilestoneKind::kViolation &&
                      milestone.at.events == violation.event &&
                      milestone.text == check::property_name(violation.property);
    if (told) return;
  }
  insert({MilestoneKind::kViolation,
          {violation.at, violation.event},
          violation.nodes.empty() ? raft::kNoNode : violation.nodes.front(),
          highest_term_,
          std::string(check::property_name(violation.property))});
}

void MilestoneFinder::add_bookmark(const sim::Position& at, const std::string& text) {
  insert({MilestoneKind::kBookmark, at, raft::kNoNode, highest_term_, text});
}

MilestoneFinder MilestoneFinder::up_to(const sim::Position& at) const {
  MilestoneFinder out;
  out.seen_ = std::min(seen_, at.events);
  for (const Milestone& milestone : list_) {
    // What a command did stands at the position before it.
    const bool command = milestone.kind == MilestoneKind::kWrite ||
                         milestone.kind == MilestoneKind::kCut ||
                         milestone.kind == MilestoneKind::kHeal;
    const bool later = command ? milestone.at.events >= at.events : is_before(at, milestone.at);
    if (later) continue;
    out.list_.push_back(milestone);
    out.note_leader(milestone);
    out.highest_term_ = std::max(out.highest_term_, milestone.term);
  }
  for (const Commit& commit : commits_) {
    if (commit.at.events <= at.events) out.commits_.push_back(commit);
  }
  return out;
}

void MilestoneFinder::without_bookmarks() {
  std::erase_if(
      list_, [](const Milestone& milestone) { return milestone.kind == MilestoneKind::kBookmark; });
}

}  // namespace session
