// Along a range of a run, event by event, with the facts of each.
#pragma once

#include <algorithm>
#include <functional>

#include "app/export/options.h"

namespace exporter {

// Facts with an id above `last`, oldest first; `last` moves on. REQUIRES: it is called so often
// that none has left session::kFactWindow meanwhile.
void new_facts(const session::Session& session, std::uint64_t& last,
               const std::function<void(const sim::Fact&)>& each);

// To `at`, over what lies some way before it, so that its facts are there: a picture of a moment is
// the same whichever way one has come. Errors: those of Session::seek().
Status approach(session::Session& session, const sim::Position& at, sim::Instant since);
inline Status approach(session::Session& session, const sim::Position& at) {
  constexpr std::uint64_t kBefore = 100000;  // thousandths of a tick
  return approach(session, at, {at.at.millis - std::min(at.at.millis, kBefore)});
}

// Calls `each` at `from` and right behind every further event, then lets time pass up to `to`.
// Errors: those of Session::seek(); kCorruption if the run differs from what was recorded;
// kUnavailable if `progress` says no.
Status walk(session::Session& session, const sim::Position& from, const sim::Position& to,
            const session::Progress& progress, const std::function<void()>& each);

}  // namespace exporter
