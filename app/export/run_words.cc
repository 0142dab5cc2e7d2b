#include "app/export/run_words.h"

#include <algorithm>

#include "app/scene/fact_sign.h"
#include "app/sim/refusal.h"

namespace exporter {
namespace {

// How much a fact deserves the sentence below the stage; 0: not at all.
int weight(const sim::Fact& fact) {
  using sim::FactKind;
  switch (fact.kind) {
    case FactKind::kHalt:
      return 10;
    case FactKind::kCrash:
    case FactKind::kRestart:
    case FactKind::kPause:
    case FactKind::kResume:
      return 9;
    case FactKind::kRole:
      return fact.core.role == raft::Role::kLeader     ? 8
             : fact.core.role == raft::Role::kFollower ? 3
                                                       : 7;
    case FactKind::kTruncate:
    case FactKind::kSnapshot:
      return 7;
    case FactKind::kCommand:
      return 6;
    case FactKind::kVote:
      return 6;
    case FactKind::kCommit:
      return 5;
    case FactKind::kAppend:
      return 5;
    case FactKind::kDrop:
      return fact.message_type == "heartbeat" || fact.message_type == "heartbeat-reply" ? 0 : 4;
    case FactKind::kApply:
      return 2;
    case FactKind::kTerm:
      return 2;
    case FactKind::kConfig:
      return 1;
    case FactKind::kNote:
      // What somebody asked for and did not get.
      if (sim::is_refusal(fact)) return 8;
      if (!fact.has_core) return 0;
      switch (fact.core.kind) {
        case raft::EventKind::kTransferStarted:
        case raft::EventKind::kTransferAborted:
          return 7;
        case raft::EventKind::kAppendRefused:
        case raft::EventKind::kCommitHeld:
        case raft::EventKind::kProposalDropped:
          return 5;
        default:
          return 0;
      }
    case FactKind::kRequest:
      return 3;
    case FactKind::kStart:
    case FactKind::kDurable:
    case FactKind::kSend:
    case FactKind::kReceive:
    case FactKind::kDuplicate:
      return 0;
  }
  return 0;
}

}  // namespace

scene::Told narration(const std::deque<sim::Fact>& facts, const Words& words_of) {
  // Of the newest event that has something to tell, the weightiest fact.
  const sim::Fact* best = nullptr;
  for (auto fact = facts.rbegin(); fact != facts.rend(); ++fact) {
    if (best != nullptr && fact->event != best->event) break;
    const int now = weight(*fact);
    if (now > 0 && (best == nullptr || now > weight(*best))) best = &*fact;
  }
  if (best == nullptr) return {};
  const sim::Narration words = words_of(*best);
  return {best->event, words.what, words.reason};
}

std::vector<Reasoned> why_list(const std::deque<sim::Fact>& facts, raft::NodeId node,
                               std::size_t most, const Words& words_of) {
  std::vector<Reasoned> out;
  std::size_t looked = 0;
  const std::string name = scene::node_name(node) + " ";
  for (auto fact = facts.rbegin(); fact != facts.rend() && out.size() < most && looked < 6000;
       ++fact, ++looked) {
    if (fact->node != node) continue;
    using sim::FactKind;
    if (fact->kind == FactKind::kSend || fact->kind == FactKind::kReceive ||
        fact->kind == FactKind::kDurable)
      continue;
    if (fact->kind == FactKind::kNote && fact->core.kind == raft::EventKind::kProgressChanged)
      continue;
    if (fact->kind == FactKind::kNote && fact->core.kind == raft::EventKind::kReadConfirmed)
      continue;
    // Answers that tell nothing new are most of what a leader hears.
    if (fact->kind == FactKind::kNote && fact->core.reason == raft::Reason::kStaleReply) continue;
    const sim::Narration words = words_of(*fact);
    // The list stands below the node's name; it need not be said again.
    std::string what = words.what;
    if (what.rfind(name, 0) == 0 && what.size() > name.size()) {
      what = what.substr(name.size());
      if (what[0] >= 'a' && what[0] <= 'z') what[0] = static_cast<char>(what[0] - 'a' + 'A');
    }
    out.push_back({fact->at, what, words.reason, words.rule});
  }
  return out;
}

std::vector<scene::LostMessage> lost_messages(const std::deque<sim::Fact>& facts,
                                              sim::Instant now) {
  std::vector<scene::LostMessage> out;
  for (auto fact = facts.rbegin(); fact != facts.rend() && out.size() < 12; ++fact) {
    if (fact->at.millis + 1000 < now.millis) break;
    if (fact->kind != sim::FactKind::kDrop || fact->message_type == "heartbeat-reply") continue;
    scene::LostMessage lost;
    lost.id = fact->message;
    lost.type = std::string(fact->message_type);
    lost.from = fact->from;
    lost.to = fact->to;
    lost.why = fact->text;
    lost.at_cut = fact->text == "the link is cut";
    lost.at_receiver =
        fact->text == "the link was cut meanwhile" || fact->text.rfind("its receiver", 0) == 0;
    if (const sim::Fact* sent = scene::find_fact(facts, fact->cause)) lost.term = sent->term;
    out.push_back(std::move(lost));
  }
  return out;
}

void TapeBuilder::update(const std::vector<session::Milestone>& milestones, sim::Instant now,
                         sim::Instant tip, std::optional<sim::Instant> known) {
  if (milestones.size() < seen_) {
    seen_ = 0;
    open_ = false;
    input = {};
  }
  using session::MilestoneKind;
  const auto close = [&](sim::Instant at) {
    if (open_) input.bands.back().to = at;
    open_ = false;
  };
  const auto mark = [&](const session::Milestone& milestone, scene::TapeMark kind) {
    input.events.push_back({milestone.at.at, kind});
  };
  for (; seen_ < milestones.size(); ++seen_) {
    const session::Milestone& milestone = milestones[seen_];
    switch (milestone.kind) {
      case MilestoneKind::kTerm:
      case MilestoneKind::kElection:
        break;
      case MilestoneKind::kLeader:
        // Until now the leader of the term before led on, unless it had stepped down.
        close(milestone.at.at);
        input.bands.push_back({milestone.at.at, milestone.at.at, milestone.term, milestone.node});
        open_ = true;
        break;
      case MilestoneKind::kStepDown:
        if (open_ && input.bands.back().leader == milestone.node) close(milestone.at.at);
        break;
      case MilestoneKind::kCrash:
      case MilestoneKind::kHalt:
        if (open_ && input.bands.back().leader == milestone.node) close(milestone.at.at);
        mark(milestone, milestone.kind == MilestoneKind::kCrash ? scene::TapeMark::kCrash
                                                                : scene::TapeMark::kHalt);
        break;
      case MilestoneKind::kRestart:
        mark(milestone, scene::TapeMark::kRestart);
        break;
      case MilestoneKind::kPause:
        mark(milestone, scene::TapeMark::kPause);
        break;
      case MilestoneKind::kResume:
        mark(milestone, scene::TapeMark::kResume);
        break;
      case MilestoneKind::kCut:
        mark(milestone, scene::TapeMark::kCut);
        break;
      case MilestoneKind::kHeal:
        mark(milestone, scene::TapeMark::kHeal);
        break;
      case MilestoneKind::kWrite:
        mark(milestone, scene::TapeMark::kWrite);
        break;
      case MilestoneKind::kBookmark:
        mark(milestone, scene::TapeMark::kBookmark);
        break;
      case MilestoneKind::kViolation:
        mark(milestone, scene::TapeMark::kViolation);
        break;
    }
  }
  input.now = now;
  input.tip = std::max(now, tip);
  input.known = known ? std::max(now, std::min(*known, input.tip)) : input.tip;
  if (open_) input.bands.back().to = input.known;
}

}  // namespace exporter
