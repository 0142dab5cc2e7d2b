// Plays a recording again, compares digests on the way, and stops where it is told.
#include "app/session/position_text.h"
#include "app/session/session_state.h"

namespace session {
namespace {

// The run of the active branch up to a position, as one line without branches.
Recording cut_off(const Recording& recording, const sim::Position& at) {
  Recording out;
  out.config = recording.config;
  out.disk_images = recording.disk_images;
  out.title = recording.title;
  out.author = recording.author;
  const Line line(recording, recording.active);
  for (std::size_t i = 0; i < line.commands_before(at.events); ++i) {
    out.main.commands.push_back(line.command(i));
  }
  for (std::size_t i = 0; i < line.digests_up_to(at); ++i) {
    out.main.digests.push_back(line.digest(i));
  }
  for (const Mark& mark : line.marks()) {
    if (!is_before(at, mark.at)) out.main.marks.push_back(mark);
  }
  out.main.reached = at;
  return out;
}

// The active branch if it has the bookmark, else the first that has; the active one if none has.
std::size_t branch_with(const Recording& recording, const std::string& text) {
  const auto has = [&](std::size_t branch) {
    for (const Mark& mark : Line(recording, branch).marks()) {
      if (mark.kind == MarkKind::kBookmark && mark.text == text) return true;
    }
    return false;
  };
  if (has(recording.active)) return recording.active;
  for (std::size_t i = 0; i < recording.branches(); ++i) {
    if (has(i)) return i;
  }
  return recording.active;
}

Error newer(const Recording& recording) {
  return {Code::kVersion, "was recorded with model version " +
                              std::to_string(recording.model_version) + "; this is version " +
                              std::to_string(sim::kModelVersion) + ", which would not repeat it"};
}

}  // namespace

Result<Session> Session::replay(const Recording& recording, const Target& target,
                                const Progress& progress) {
  if (recording.model_version > sim::kModelVersion) return newer(recording);
  auto booted = start(recording.config, recording.disk_images);
  // What cannot boot is a bad file, and no difference.
  if (!booted) return Error{Code::kIo, booted.error().message};
  Session session = *std::move(booted);
  State& state = *session.state_;
  Recording& log = state.log.edit();
  log = recording;
  if (const auto* bookmark = std::get_if<AtBookmark>(&target)) {
    log.active = branch_with(recording, bookmark->text);
  }
  state.finders.clear();
  state.walk->change_line(state.line(log.active));
  state.finder_of(state.walk->line());
  const Status played = session.seek(target, progress);
  if (played) return session;
  const bool other_model = recording.model_version != sim::kModelVersion;
  if (other_model && played.error().code == Code::kCorruption) {
    return Error{Code::kCorruption, "was recorded with model version " +
                                        std::to_string(recording.model_version) +
                                        ", this is version " + std::to_string(sim::kModelVersion) +
                                        ": " + played.error().message};
  }
  return played.error();
}

Result<Opened> Session::replay_what_agrees(const Recording& recording, const Target& target,
                                           const Progress& progress) {
  auto whole = replay(recording, target, progress);
  if (whole) return Opened{*std::move(whole), ""};
  const Error error = whole.error();
  const bool differs = error.code == Code::kCorruption;
  if (!differs || recording.model_version > sim::kModelVersion) return error;
  // Once more, this time as a run of its own beside the recording, up to where they part.
  RAFT_TRY_ASSIGN(Session probe, start(recording.config, recording.disk_images));
  RecordLog copy;
  copy.edit() = recording;
  Walk walk(copy, Line(copy.get(), recording.active), probe.state_->walk->world().clone());
  while (!walk.at_tip() && walk.step()) {
  }
  const sim::Position agreed = walk.agreed().value_or(sim::Position{});
  RAFT_TRY_ASSIGN(Session session, replay(cut_off(recording, agreed), AtEnd{}, progress));
  return Opened{std::move(session),
                error.message + "; what lies before is open, up to " + position_text(agreed)};
}

Result<Session> Session::open(const std::string& path, const Target& target,
                              const Progress& progress) {
  RAFT_TRY_ASSIGN(const LoadedRecording loaded, read_recording(path));
  auto session = replay(loaded.recording, target, progress);
  if (!session) return Error{session.error().code, path + ": " + session.error().message};
  return session;
}

}  // namespace session
