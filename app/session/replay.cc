// Plays a recording again, compares digests on the way, and stops where it is told.
#include <algorithm>

#include "app/scenario/parser.h"
#include "app/scenario/text.h"
#include "app/session/position_text.h"
#include "app/session/session_state.h"

namespace session {
namespace {

// A command or a mark; marks set before a command come first.
struct Item {
  const RecordedCommand* command = nullptr;
  const Mark* mark = nullptr;
  const sim::Position& at() const { return command ? command->at : mark->at; }
};

std::vector<Item> merged_items(const Branch& branch) {
  std::vector<Item> items;
  auto mark = branch.marks.begin();
  for (const RecordedCommand& command : branch.commands) {
    while (mark != branch.marks.end() && mark->at.events <= command.at.events) {
      items.push_back({nullptr, &*mark++});
    }
    items.push_back({&command, nullptr});
  }
  for (; mark != branch.marks.end(); ++mark) items.push_back({nullptr, &*mark});
  return items;
}

const Mark* find_bookmark(const Branch& branch, std::string_view text) {
  for (const Mark& mark : branch.marks) {
    if (mark.kind == MarkKind::kBookmark && mark.text == text) return &mark;
  }
  return nullptr;
}

Error no_bookmark(const Branch& branch, const std::string& text) {
  std::string known;
  for (const Mark& mark : branch.marks) {
    if (mark.kind != MarkKind::kBookmark) continue;
    known += (known.empty() ? "" : ", ") + scenario::quoted(mark.text);
  }
  return {Code::kNotFound,
          "there is no bookmark " + scenario::quoted(text) +
              (known.empty() ? "; the recording has none" : "; the recording has " + known)};
}

Status check_target(const Branch& branch, const Target& target) {
  const sim::Position end = end_position(branch);
  const auto past_end = [&end](const std::string& what) {
    return Error{Code::kNotFound, what + " lies past the end, " + position_text(end)};
  };
  if (const auto* tick = std::get_if<AtTick>(&target)) {
    if (end.at < tick->at) return past_end("tick " + sim::short_text({tick->at.millis}));
  } else if (const auto* event = std::get_if<AtEvent>(&target)) {
    if (end.events < event->event) return past_end("event " + std::to_string(event->event));
  } else if (const auto* bookmark = std::get_if<AtBookmark>(&target)) {
    if (!find_bookmark(branch, bookmark->text)) return no_bookmark(branch, bookmark->text);
  }
  return ok();
}

// Whether the replay stops before `item`.
bool stops_before(const Item& item, const Branch& branch, const Target& target) {
  if (const auto* tick = std::get_if<AtTick>(&target)) return item.at().at >= tick->at;
  if (const auto* event = std::get_if<AtEvent>(&target)) return item.at().events >= event->event;
  if (const auto* bookmark = std::get_if<AtBookmark>(&target)) {
    const sim::Position& stop = find_bookmark(branch, bookmark->text)->at;
    if (item.command) return item.at().events >= stop.events;
    return item.at().events > stop.events || item.at().at > stop.at;
  }
  return false;
}

}  // namespace

// Works on the session that it makes; its errors are those of Session::replay().
class Replayer {
 public:
  Replayer(Session& session, Session::State& state, const Branch& branch, const Progress& progress)
      : session_(session),
        state_(state),
        branch_(branch),
        end_(end_position(branch)),
        progress_(progress) {}

  Status run(const Target& target) {
    state_.expected = &branch_;
    // They hold for what was violated before them, too.
    for (const Mark& mark : branch_.marks) {
      const auto expectation =
          mark.kind == MarkKind::kExpectation ? parse_expectation(mark.text) : std::nullopt;
      if (expectation) state_.expect(*expectation);
    }
    const Status status = run_to(target);
    state_.expected = nullptr;
    return status;
  }

 private:
  Status run_to(const Target& target) {
    for (const Item& item : merged_items(branch_)) {
      if (stops_before(item, branch_, target)) break;
      RAFT_TRY(drive_to(item.at()));
      RAFT_TRY(repeat(item));
    }
    if (const auto* tick = std::get_if<AtTick>(&target)) return drive_to_tick(tick->at);
    if (const auto* event = std::get_if<AtEvent>(&target)) return drive_to_event(event->event);
    if (const auto* bookmark = std::get_if<AtBookmark>(&target)) {
      return drive_to(find_bookmark(branch_, bookmark->text)->at);
    }
    RAFT_TRY(drive_to(end_));
    return check_end();
  }

  Status repeat(const Item& item) {
    if (item.mark) {
      return repeat(*item.mark);
    }
    RAFT_TRY_ASSIGN(const sim::Command command, scenario::parse_command(item.command->line));
    const Status status = state_.act(command);
    if (!status) {
      return differs("the command '" + item.command->line +
                     "' cannot be done: " + status.error().message);
    }
    return check_digests();
  }

  // To a position, item by item: at its instant some items may be done and others not.
  Status drive_to(const sim::Position& to) {
    while (session_.position().events < to.events) {
      if (!state_.cluster.has_next() || state_.cluster.next_instant() > to.at) {
        return differs("recorded were more events up to " + position_text(to));
      }
      RAFT_TRY(step());
    }
    const bool due = state_.cluster.has_next() && state_.cluster.next_instant() < to.at;
    if (due || session_.position().events != to.events || session_.position().at > to.at) {
      return differs("recorded were fewer events up to " + position_text(to));
    }
    session_.run_until(to.at);
    return check_digests();
  }

  Status drive_to_tick(sim::Instant to) {
    while (state_.cluster.has_next() && state_.cluster.next_instant() < to) RAFT_TRY(step());
    session_.run_until(to);
    return check_digests();
  }

  Status drive_to_event(std::uint64_t event) {
    while (session_.position().events < event) {
      if (!state_.cluster.has_next()) return differs("recorded were more events");
      RAFT_TRY(step());
    }
    return check_digests();
  }

  Status step() {
    state_.step();
    if (progress_ && session_.position().events % 1024 == 0) {
      const std::uint64_t whole = std::max<std::uint64_t>(end_.events, 1);
      if (!progress_(std::min<std::uint64_t>(session_.position().events * 1000 / whole, 1000))) {
        return Error{Code::kUnavailable, "the replay was cancelled"};
      }
    }
    return check_digests();
  }

  Status check_digests() const {
    if (state_.difference.empty()) return ok();
    return Error{Code::kCorruption, state_.difference};
  }

  Status check_end() const {
    if (!branch_.end || branch_.end->digest == state_.cluster.digest()) return ok();
    return differs("digest " + state_.cluster.digest().text() + ", recorded was " +
                   branch_.end->digest.text() + " at the end");
  }

  Status repeat(const Mark& mark) {
    switch (mark.kind) {
      case MarkKind::kBookmark:
        session_.bookmark(mark.text);
        break;
      case MarkKind::kNote:
        session_.note(mark.text);
        break;
      case MarkKind::kExpectation:
        if (const auto expectation = parse_expectation(mark.text)) {
          session_.expect_violation(*expectation);
        }
        break;
    }
    return ok();
  }

  Error differs(std::string_view how) const {
    return {Code::kCorruption, "the replay differs at " + position_text(session_.position()) +
                                   ": " + std::string(how)};
  }

  Session& session_;
  Session::State& state_;
  const Branch& branch_;
  sim::Position end_;
  const Progress& progress_;
};

Result<Session> Session::replay(const Recording& recording, const Target& target,
                                const Progress& progress) {
  if (recording.model_version != sim::kModelVersion) {
    return Error{Code::kVersion, "was recorded with model version " +
                                     std::to_string(recording.model_version) +
                                     "; this is version " + std::to_string(sim::kModelVersion) +
                                     ", which would not repeat it"};
  }
  RAFT_TRY(check_target(recording.main, target));
  auto session = start(recording.config, recording.disk_images);
  // What cannot boot is a bad file, and no difference.
  if (!session) return Error{Code::kIo, session.error().message};
  RAFT_TRY(Replayer(*session, *session->state_, recording.main, progress).run(target));
  return session;
}

Result<Session> Session::open(const std::string& path, const Target& target,
                              const Progress& progress) {
  RAFT_TRY_ASSIGN(const LoadedRecording loaded, read_recording(path));
  auto session = replay(loaded.recording, target, progress);
  if (!session) return Error{session.error().code, path + ": " + session.error().message};
  return session;
}

}  // namespace session
