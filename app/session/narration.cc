#include "app/session/narration.h"

#include "app/scenario/print.h"
#include "app/scenario/text.h"
#include "app/sim/refusal.h"

namespace session {
namespace {

// What one would tell somebody: elections, failures, commits and answers, not each message.
bool is_told(const sim::Fact& fact) {
  switch (fact.kind) {
    case sim::FactKind::kCrash:
    case sim::FactKind::kRestart:
    case sim::FactKind::kPause:
    case sim::FactKind::kResume:
    case sim::FactKind::kHalt:
    case sim::FactKind::kTruncate:
    case sim::FactKind::kSnapshot:
    case sim::FactKind::kConfig:
    case sim::FactKind::kRequest:
      return true;
    case sim::FactKind::kRole:
      return fact.role != raft::Role::kFollower ||
             fact.core.reason == raft::Reason::kHigherTermSeen ||
             fact.core.reason == raft::Reason::kQuorumLost;
    case sim::FactKind::kCommit:
      return fact.role == raft::Role::kLeader;
    case sim::FactKind::kStart:
    case sim::FactKind::kTerm:
    case sim::FactKind::kVote:
    case sim::FactKind::kAppend:
    case sim::FactKind::kApply:
    case sim::FactKind::kDurable:
    case sim::FactKind::kSend:
    case sim::FactKind::kReceive:
    case sim::FactKind::kDrop:
    case sim::FactKind::kDuplicate:
      return false;
    case sim::FactKind::kCommand:
      return fact.node.value != 0;  // of a disk
    case sim::FactKind::kNote:
      return sim::is_refusal(fact);
  }
  return false;
}

std::string padded_time(sim::Instant at) {
  constexpr std::size_t kWidth = 10;
  const std::string text = sim::screen_text(at);
  return std::string(text.size() < kWidth ? kWidth - text.size() : 0, ' ') + text;
}

}  // namespace

void Narrator::line(sim::Instant at, std::string_view mark, std::string_view text) {
  std::string out = padded_time(at) + "  " + std::string(mark);
  out += scenario::printable(text);
  out_(out);
}

void Narrator::on_fact(const sim::Fact& fact) {
  if (!is_told(fact)) return;
  const sim::Narration told = sim::narrate(fact);
  std::string text = told.what;
  if (!told.reason.empty()) text += ": " + told.reason;
  if (!told.rule.empty()) text += " (" + told.rule + ")";
  line(fact.at, "  ", text);
}

void Narrator::on_begin(const scenario::Statement& statement, const sim::Position& at) {
  if (const auto* say = std::get_if<scenario::Say>(&statement.what)) {
    out_("");
    out_(scenario::printable(say->text));
  } else if (const auto* bookmark = std::get_if<scenario::Bookmark>(&statement.what)) {
    line(at.at, "= ", "bookmark: " + bookmark->text);
  } else if (std::holds_alternative<sim::Command>(statement.what)) {
    line(at.at, "> ", scenario::print(statement));
  }
}

void Narrator::on_violation(const check::Violation& violation) {
  line(violation.at, "!! ", "violated: " + violation_text(violation));
}

void Narrator::on_done(const scenario::Statement& statement, const sim::Position& at, bool done) {
  const bool expectation = std::holds_alternative<scenario::Expect>(statement.what) ||
                           std::holds_alternative<scenario::ExpectNoViolations>(statement.what) ||
                           std::holds_alternative<scenario::ExpectLinearizable>(statement.what) ||
                           std::holds_alternative<scenario::ExpectViolation>(statement.what) ||
                           std::holds_alternative<scenario::Until>(statement.what) ||
                           std::holds_alternative<scenario::Never>(statement.what);
  if (done && expectation) line(at.at, "ok ", scenario::print(statement));
  if (!done) line(at.at, "FAILED ", scenario::print(statement));
}

}  // namespace session
