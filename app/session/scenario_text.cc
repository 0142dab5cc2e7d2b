#include "app/session/scenario_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/scenario/parser.h"
#include "app/scenario/print.h"
#include "app/session/line.h"

namespace session {
namespace {

std::string line_of(scenario::Statement statement) { return scenario::print(statement) + "\n"; }

// Only what is not the default: what holds for nodes that are still to come holds for all, then
// where one node differs.
std::string settings(const sim::ClusterConfig& config) {
  const raft::NodeId last{sim::kMaxNodes};
  const auto defaults = sim::option_values(sim::ClusterConfig{}, raft::kNoNode);
  const auto of_all = sim::option_values(config, raft::kNoNode);
  const auto of_last = sim::option_values(config, last);
  std::string out;
  for (std::size_t i = 0; i < defaults.size(); ++i) {
    // Those that hold for the cluster as a whole stand behind those of nodes.
    const bool of_nodes = i < of_last.size();
    const std::string& value = of_nodes ? of_last[i].value : of_all[i].value;
    if (value == defaults[i].value) continue;
    out += scenario::print(sim::SetOption{{}, defaults[i].key, value}) + "\n";
  }
  for (std::uint64_t node = 1; node <= config.nodes; ++node) {
    const auto values = sim::option_values(config, {node});
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i].value == of_last[i].value) continue;
      out += scenario::print(sim::SetOption{{node}, values[i].key, values[i].value}) + "\n";
    }
  }
  return out;
}

// Plays along, to know how many events lie between an instant and a position.
class Writer {
 public:
  explicit Writer(Session session) : session_(std::move(session)) {}

  void go_to(const sim::Position& to) {
    const sim::Position from = session_.position();
    if (from.at < to.at) {
      session_.run_until(to.at);
      text_ += line_of({scenario::Tick{to.at - from.at}, {}});
    }
    const std::uint64_t done = session_.position().events;
    if (done >= to.events) return;
    for (std::uint64_t i = done; i < to.events; ++i) session_.step_event();
    text_ += line_of({scenario::Step{to.events - done}, {}});
  }
  Status act(const RecordedCommand& command) {
    go_to(command.at);
    RAFT_TRY_ASSIGN(const sim::Command parsed, scenario::parse_command(command.line));
    RAFT_TRY(session_.act(parsed));
    text_ += command.line + "\n";
    return ok();
  }
  void mark(const Mark& mark) {
    go_to(mark.at);
    switch (mark.kind) {
      case MarkKind::kBookmark:
        text_ += line_of({scenario::Bookmark{mark.text}, {}});
        return;
      case MarkKind::kNote:
        text_ += line_of({scenario::Say{mark.text}, {}});
        return;
      case MarkKind::kExpectation:
        expectations_ += mark.text + "\n";
        return;
    }
  }
  std::string text() const { return text_ + expectations_; }

 private:
  Session session_;
  std::string text_;
  // What is expected may lie behind the mark, so that it is said at the end.
  std::string expectations_;
};

}  // namespace

Result<std::string> scenario_text(const Recording& recording, const std::string& images_folder,
                                  const Progress& progress) {
  std::string head;
  if (!recording.title.empty()) head += "# " + recording.title + "\n";
  head += line_of({scenario::Seed{recording.config.seed}, {}});
  head += line_of({scenario::Nodes{recording.config.nodes}, {}});
  if (!recording.disk_images.empty()) head += line_of({scenario::DiskImages{images_folder}, {}});
  head += settings(recording.config);

  RAFT_TRY_ASSIGN(Session booted, Session::start(recording.config, recording.disk_images));
  Writer writer(std::move(booted));
  const Line line(recording, recording.active);
  const std::vector<Mark> marks = line.marks();
  // A `set` that comes first would be one of the header, and no event.
  if (line.commands() > 0 && line.command(0).line.starts_with("set ")) {
    const sim::Position at = line.command(0).at;
    const bool begun = std::any_of(marks.begin(), marks.end(), [&](const Mark& mark) {
      return mark.kind != MarkKind::kExpectation && !is_before(at, mark.at);
    });
    if (!begun) head += line_of({scenario::Say{"what follows was set while it ran"}, {}});
  }
  std::size_t mark = 0;
  for (std::size_t i = 0; i < line.commands(); ++i) {
    const RecordedCommand& command = line.command(i);
    // Marks set before a command come first.
    while (mark < marks.size() && !is_before(command.at, marks[mark].at)) {
      writer.mark(marks[mark++]);
    }
    if (const Status done = writer.act(command); !done) {
      return Error{Code::kCorruption,
                   "the command '" + command.line + "' cannot be done: " + done.error().message};
    }
    if (progress && !progress(i * 1000 / line.commands())) {
      return Error{Code::kUnavailable, "cancelled"};
    }
  }
  while (mark < marks.size()) writer.mark(marks[mark++]);
  writer.go_to(line.end());
  return head + writer.text();
}

}  // namespace session
