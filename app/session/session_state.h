// What a Session holds, and the work on it; only session.cc and replay.cc see this.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/check/checker_set.h"
#include "app/session/milestones.h"
#include "app/session/session.h"

namespace session {

struct Session::State : sim::FactSink {
  explicit State(sim::Cluster booted) : cluster(std::move(booted)) {
    recording.config = cluster.config();
    cluster.set_fact_sink(this);
  }

  void on_fact(const sim::Fact& fact) override;
  // Runs the checkers over the event that was just done.
  void check_event();
  void expect(const scenario::ExpectViolation& expectation);

  // Handles the next queue item. REQUIRES: there is one.
  void step();
  void run_until(sim::Instant at);
  // Digests that are due while time moves to `at`. REQUIRES: no item is due before the last of
  // them.
  void pass_digest_instants(sim::Instant at);
  void add_digest();
  Status act(const sim::Command& command);
  Status fail(const scenario::Statement& statement, std::string_view what) const;

  sim::Cluster cluster;
  check::CheckerSet checkers;
  std::size_t violations_told = 0;
  Recording recording;  // `end` is set when it is handed out
  sim::Instant next_digest{kDigestIntervalTicks * 1000};
  std::optional<sim::ClusterView> view;  // of the present state, once somebody asked
  std::deque<sim::Fact> facts;
  MilestoneFinder milestones;
  Listener* listener = nullptr;
  // While replaying: what the digests must be, and the first that was not.
  const Branch* expected = nullptr;
  std::string difference;
};

}  // namespace session
