#include "app/export/walk.h"

namespace exporter {

void new_facts(const session::Session& session, std::uint64_t& last,
               const std::function<void(const sim::Fact&)>& each) {
  const std::deque<sim::Fact>& facts = session.facts();
  auto fact = facts.end();
  while (fact != facts.begin() && std::prev(fact)->id > last) --fact;
  for (; fact != facts.end(); ++fact) {
    last = fact->id;
    each(*fact);
  }
}

namespace {

Status same_run(const session::Session& session) {
  if (session.difference().empty()) return ok();
  return Error{Code::kCorruption, session.difference()};
}

}  // namespace

Status approach(session::Session& session, const sim::Position& at, sim::Instant since) {
  RAFT_TRY(session.seek(session::AtTick{std::min(since, at.at)}));
  // A command at that very instant may lie before the moment, or behind it.
  if (session::is_before(at, session.position())) RAFT_TRY(session.seek(session::AtPosition{at}));
  while (session.position().events < at.events && session.step_event()) {
  }
  if (session.position().at < at.at) session.run_until(at.at);
  return same_run(session);
}

Status walk(session::Session& session, const sim::Position& from, const sim::Position& to,
            const session::Progress& progress, const std::function<void()>& each) {
  RAFT_TRY(session.seek(session::AtPosition{from}));
  each();
  const std::uint64_t all = std::max<std::uint64_t>(1, to.events - from.events);
  for (std::uint64_t done = 0; session.position().events < to.events; ++done) {
    if (!session.step_event()) break;
    RAFT_TRY(same_run(session));
    each();
    if (done % 64 == 0 && progress && !progress(done * 1000 / all))
      return Error{Code::kUnavailable, "cancelled"};
  }
  if (session.position().at < to.at) session.run_until(to.at);
  return same_run(session);
}

}  // namespace exporter
