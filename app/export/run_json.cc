#include "app/export/run_json.h"

#include <utility>

#include "app/check/trace.h"
#include "app/export/vector_clocks.h"
#include "app/export/walk.h"
#include "app/session/line.h"
#include "app/session/state_json.h"
#include "app/session/world.h"

namespace exporter {
namespace {

using session::json_string;

std::string position_json(const sim::Position& at) {
  return "\"tick\":" + sim::short_text({at.at.millis}) + ",\"event\":" + std::to_string(at.events);
}

// "what: why (rule)".
std::string sentence(const sim::Fact& fact) {
  const sim::Narration told = sim::narrate(fact);
  std::string text = told.what;
  if (!told.reason.empty()) text += ": " + told.reason;
  if (!told.rule.empty()) text += " (" + told.rule + ")";
  return text;
}

// The line of a trace with more fields behind its own.
std::string with_fields(const sim::Fact& fact, std::string_view more) {
  std::string line = check::write_trace(fact);
  line.pop_back();
  return line + std::string(more) + "}";
}

std::string_view mark_word(session::MarkKind kind) {
  switch (kind) {
    case session::MarkKind::kBookmark:
      return "bookmark";
    case session::MarkKind::kNote:
      return "note";
    case session::MarkKind::kExpectation:
      return "expectation";
  }
  return "";
}

std::string_view milestone_word(session::MilestoneKind kind) {
  using session::MilestoneKind;
  switch (kind) {
    case MilestoneKind::kTerm:
      return "term";
    case MilestoneKind::kElection:
      return "election";
    case MilestoneKind::kLeader:
      return "leader";
    case MilestoneKind::kStepDown:
      return "step-down";
    case MilestoneKind::kCrash:
      return "crash";
    case MilestoneKind::kRestart:
      return "restart";
    case MilestoneKind::kPause:
      return "pause";
    case MilestoneKind::kResume:
      return "resume";
    case MilestoneKind::kHalt:
      return "halt";
    case MilestoneKind::kCut:
      return "cut";
    case MilestoneKind::kHeal:
      return "heal";
    case MilestoneKind::kWrite:
      return "write";
    case MilestoneKind::kBookmark:
      return "bookmark";
    case MilestoneKind::kViolation:
      return "violation";
  }
  return "";
}

class List {
 public:
  void add(std::string_view item) {
    out_ += out_.empty() ? "" : ",\n";
    out_ += item;
  }
  std::string text() const { return "[\n" + out_ + "]"; }

 private:
  std::string out_;
};

bool inside(const sim::Position& at, const Range& range) {
  return !session::is_before(at, range.from) && !session::is_before(range.to, at);
}

}  // namespace

Result<std::string> run_json(session::Session& session, const Range& range,
                             const session::Progress& progress) {
  const session::Recording recording = session.recording();
  const session::Line line(recording, recording.active);
  std::string out =
      "{\"raftarium\":\"run\",\"version\":1,\"model\":" + std::to_string(sim::kModelVersion) +
      ",\"seed\":" + std::to_string(recording.config.seed) +
      ",\"nodes\":" + std::to_string(recording.config.nodes) +
      ",\"title\":" + json_string(recording.title) +
      ",\"author\":" + json_string(recording.author) +
      ",\"branch\":" + json_string(recording.branch(recording.active).name) + ",\n\"from\":{" +
      position_json(range.from) + "},\"to\":{" + position_json(range.to) + "}";
  List commands, marks, milestones, facts;
  for (std::size_t i = 0; i < line.commands(); ++i) {
    const session::RecordedCommand& command = line.command(i);
    if (!inside(command.at, range)) continue;
    commands.add("{" + position_json(command.at) + ",\"command\":" + json_string(command.line) +
                 "}");
  }
  for (const session::Mark& mark : line.marks()) {
    if (!inside(mark.at, range)) continue;
    marks.add("{" + position_json(mark.at) + ",\"kind\":\"" + std::string(mark_word(mark.kind)) +
              "\",\"text\":" + json_string(mark.text) + "}");
  }
  std::uint64_t last = 0;
  bool first = true;
  RAFT_TRY(walk(session, range.from, range.to, progress, [&] {
    // What lies before the range is not told, except for the boot.
    const bool tell = !first || range.from.events == 0;
    first = false;
    new_facts(session, last, [&](const sim::Fact& fact) {
      if (tell) facts.add(with_fields(fact, ",\"text\":" + json_string(sentence(fact))));
    });
  }));
  for (const session::Milestone& milestone : session.milestones()) {
    if (!inside(milestone.at, range)) continue;
    milestones.add("{" + position_json(milestone.at) + ",\"kind\":\"" +
                   std::string(milestone_word(milestone.kind)) +
                   "\",\"node\":" + std::to_string(milestone.node.value) +
                   ",\"term\":" + std::to_string(milestone.term.value) +
                   ",\"text\":" + json_string(milestone.text) + "}");
  }
  out += ",\n\"commands\":" + commands.text() + ",\n\"marks\":" + marks.text() +
         ",\n\"milestones\":" + milestones.text() + ",\n\"facts\":" + facts.text() +
         ",\n\"state\":" + session::state_json(session, {}) + "}\n";
  return out;
}

Result<std::string> run_trace(session::Session& session, const Range& range,
                              const session::Progress& progress) {
  std::string out;
  VectorClocks clocks;
  std::uint64_t last = 0;
  bool first = true;
  RAFT_TRY(walk(session, range.from, range.to, progress, [&] {
    const bool tell = !first || range.from.events == 0;
    const auto write = [&](const sim::Fact& fact) {
      const std::string clock = clocks.count(fact);
      std::string more;
      // In this order: the expression for ShiViz relies on it (docs/formats.md).
      if (!clock.empty())
        more = ",\"host\":\"" + VectorClocks::host(fact) + "\",\"clock\":" + clock;
      out += with_fields(fact, more + ",\"text\":" + json_string(sentence(fact))) + "\n";
    };
    if (std::exchange(first, false) && tell) {
      for (const sim::Fact& fact : session::start_facts(session.cluster())) write(fact);
    }
    new_facts(session, last, [&](const sim::Fact& fact) {
      if (tell) write(fact);
    });
  }));
  return out;
}

}  // namespace exporter
