#include "app/session/walk.h"
#include "app/session/position_text.h"

#include "app/scenario/parser.h"
#include "app/scenario/print.h"

namespace session {

Walk::Walk(RecordLog& log, Line line, std::unique_ptr<World> world)
    : log_(&log), line_(std::move(line)), world_(std::move(world)) {
  find_place();
}

void Walk::find_place() {
  command_ = line_.commands_before(position().events);
  digest_ = line_.digests_up_to(position());
  // A digest instant comes before the items that are due at it, however time is moved.
  constexpr std::uint64_t kInterval = kDigestIntervalTicks * 1000;
  digest_due_ = {(position().at.millis / kInterval + 1) * kInterval};
}

void Walk::change_line(Line line) {
  line_ = std::move(line);
  find_place();
}

bool Walk::at_tip() const { return !is_before(position(), line_.end()); }

const RecordedCommand* Walk::next_command() const {
  return command_ < line_.commands() ? &line_.command(command_) : nullptr;
}

void Walk::differs(std::string_view how) {
  if (!difference_.empty()) return;
  difference_ = "the replay differs at " + position_text(position()) + ": " + std::string(how);
}

std::optional<sim::Instant> Walk::next_instant() const {
  const RecordedCommand* command = next_command();
  if (command && command->at.events == position().events) return command->at.at;
  if (!cluster().has_next()) return std::nullopt;
  return cluster().next_instant();
}

bool Walk::step() {
  repeated_.reset();
  if (!difference_.empty()) return false;
  if (!at_tip()) {
    const RecordedCommand* command = next_command();
    const sim::Position to = command ? command->at : line_.end();
    const bool there = to.events == position().events;
    const bool late = to.at < position().at || to.events < position().events;
    const bool due = cluster().has_next() && cluster().next_instant() < to.at;
    if (late || (there && due)) {
      differs("recorded were fewer events up to " + position_text(to));
      return false;
    }
    if (there && command) {
      move_clock(to.at);
      if (difference_.empty()) repeat(*command);
      return difference_.empty();
    }
    if (!there && (!cluster().has_next() || cluster().next_instant() > to.at)) {
      differs("recorded were more events up to " + position_text(to));
      return false;
    }
  }
  if (!cluster().has_next()) return false;
  move_clock(cluster().next_instant());
  if (!difference_.empty()) return false;
  world_->step();
  check_end();
  return difference_.empty();
}

void Walk::repeat(const RecordedCommand& recorded) {
  const auto command = scenario::parse_command(recorded.line);
  const Status done = command ? world_->execute(*command) : Status(command.error());
  if (!done) {
    return differs("the command '" + recorded.line + "' cannot be done: " + done.error().message);
  }
  repeated_.emplace(*command, recorded);
  ++command_;
  note_digest();
  check_end();
}

Status Walk::act(const sim::Command& command, const std::string& line) {
  const sim::Position at = position();
  RAFT_TRY(world_->execute(command));
  log_->add(line_.branch(), RecordedCommand{at, line});
  ++command_;
  note_digest();
  return ok();
}

void Walk::run_until(sim::Instant at) {
  while (difference_.empty()) {
    const auto next = next_instant();
    if (!next || *next >= at || !step()) break;
  }
  if (difference_.empty()) move_clock(at);
}

void Walk::move_clock(sim::Instant at) {
  if (at <= position().at) return;
  // The end of what is recorded may lie between two events.
  // A forged recording may ask for it.
  if (at < position().at || (cluster().has_next() && cluster().next_instant() < at)) {
    return differs("recorded was nothing up to tick " + sim::short_text({at.millis}));
  }
  const sim::Position end = line_.end();
  if (end.events == position().events && position().at < end.at && end.at < at) {
    pass_digest_instants(end.at);
    world_->advance_clock(end.at);
    check_end();
  }
  pass_digest_instants(at);
  world_->advance_clock(at);
  check_end();
}

void Walk::pass_digest_instants(sim::Instant at) {
  while (digest_due_ <= at) {
    world_->advance_clock(digest_due_);
    digest_due_ = digest_due_ + sim::ticks(kDigestIntervalTicks);
    note_digest();
  }
}

void Walk::note_digest() {
  const sim::Fingerprint now = cluster().fingerprint();
  if (digest_ >= line_.digests()) {
    // New: at the tip, or where a file lacks it.
    log_->add(line_.branch(), DigestMark{position(), now.digest, now.parts});
    digest_ = line_.digests();
    return;
  }
  const DigestMark& recorded = line_.digest(digest_++);
  if (recorded.at == position() && recorded.digest == now.digest) {
    agreed_ = position();
    return;
  }
  const std::string part = sim::fingerprint_difference(now.parts, recorded.parts);
  differs("digest " + now.digest.text() + ", recorded was " + recorded.digest.text() + " at " +
          position_text(recorded.at) +
          (part.empty() ? "" : "; the first difference is in " + part));
}

void Walk::check_end() {
  if (!difference_.empty()) return;
  const auto& end = log_->get().branch(line_.branch()).end;
  if (!end || !(end->at == position())) return;
  const sim::Fingerprint now = cluster().fingerprint();
  if (end->digest == now.digest) {
    agreed_ = position();
    return;
  }
  const std::string part = sim::fingerprint_difference(now.parts, end->parts);
  differs("digest " + now.digest.text() + ", recorded was " + end->digest.text() + " at the end" +
          (part.empty() ? "" : "; the first difference is in " + part));
}

}  // namespace session
