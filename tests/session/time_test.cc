// Going through time: seeks, steps back, branches, undo, searches, and comparisons of runs.
#include <set>

#include "app/session/difference.h"
#include "app/session/position_text.h"
#include "app/session/timeline.h"
#include "tests/session/jumps.h"
#include "tests/session/session_test.h"

namespace session {
namespace {

// Digest by number of events, of a run straight through.
std::vector<std::string> digests_of(const Recording& recording) {
  auto session = Session::replay(recording, AtEvent{0});
  EXPECT_TRUE(session.has_value());
  std::vector<std::string> out{session->cluster().digest().text()};
  while (session->in_past() && session->step_event()) {
    out.push_back(session->cluster().digest().text());
  }
  EXPECT_EQ(session->difference(), "");
  return out;
}

TEST(Time, EveryEventIsReachedFromBehind) {
  Session session = finished_run();
  ASSERT_TRUE(session.seek(AtTick{{120000}}).has_value());
  const std::vector<std::string> digests = digests_of(session.recording());
  while (session.position().events > 0) {
    ASSERT_TRUE(session.back().has_value());
    ASSERT_EQ(session.cluster().digest().text(), digests[session.position().events]);
  }
  EXPECT_FALSE(session.back().has_value());
  EXPECT_TRUE(session.in_past());
}

// The nodes as they are seen are kept between events and brought up to date where they were
// touched.
TEST(Time, WhatIsKeptOfTheNodesIsWhatAFreshLookShows) {
  const auto expect_fresh = [](const sim::Cluster& cluster) {
    sim::ClusterView kept = cluster.nodes_view();
    const sim::Cluster copy = cluster.clone();
    sim::ClusterView fresh = copy.nodes_view();
    for (sim::ClusterView* view : {&kept, &fresh}) {
      for (sim::NodeView& node : view->nodes) {
        node.log = nullptr;
        ASSERT_NE(node.rows, nullptr);
      }
    }
    ASSERT_EQ(kept.nodes.size(), fresh.nodes.size());
    for (std::size_t i = 0; i < kept.nodes.size(); ++i) {
      EXPECT_EQ(*kept.nodes[i].rows, *fresh.nodes[i].rows);
      kept.nodes[i].rows = fresh.nodes[i].rows = nullptr;
      EXPECT_EQ(kept.nodes[i], fresh.nodes[i])
          << position_text(cluster.position()) << " node " << i + 1;
    }
    EXPECT_EQ(kept.leader, fresh.leader);
    EXPECT_EQ(kept.term, fresh.term);
    EXPECT_EQ(kept.commit, fresh.commit);
    EXPECT_EQ(kept.position, fresh.position);
  };
  for (std::uint64_t seed = 1; seed <= 4 && !HasFailure(); ++seed) {
    sim::ClusterConfig config;
    config.seed = seed;
    auto session = Session::start(config);
    ASSERT_TRUE(session.has_value());
    raft::Rng rng(seed, 12);
    for (int i = 0; i < 40 && !HasFailure(); ++i) {
      act_at_random(*session, rng);
      expect_fresh(session->cluster());
      for (int event = 0; event < 60 && session->step_event() && !HasFailure(); ++event) {
        expect_fresh(session->cluster());
      }
    }
  }
}

// Far from its goal a seek keeps no facts: what it has at the end must have no gap for it.
TEST(Time, TheFactsAfterALongWayFollowOnOneAnother) {
  for (const bool quiet : {false, true}) {
    auto session = Session::start({});
    ASSERT_TRUE(session.has_value());
    session->set_checkpoint_budget(0);  // a long way from anywhere
    session->tick(sim::ticks(20));
    // A node alone ticks much and tells little.
    if (quiet) {
      for (const char* line : {"crash n2", "crash n3", "crash n4", "crash n5"})
        ASSERT_TRUE(session->execute(statement(line)).has_value());
    }
    session->tick(sim::ticks(quiet ? 30000 : 4500));
    const std::uint64_t end = session->position().events;
    ASSERT_GT(end, kFactWindow + 5000);
    for (const std::uint64_t event : {std::uint64_t{300}, std::uint64_t{700}, end - 5000, end / 2,
                                      end / 2 - 1, end / 2 + 40, end}) {
      ASSERT_TRUE(session->seek(AtEvent{event}).has_value());
      ASSERT_FALSE(session->facts().empty());
      std::uint64_t next = session->facts().front().id;
      for (const sim::Fact& fact : session->facts()) ASSERT_EQ(fact.id, next++) << event;
      EXPECT_LE(session->facts().back().event, event);
    }
  }
}

// Where the memory is used up, stepping back must not cost what makes seeking quick.
TEST(Time, DenseCheckpointsTakeNothingFromThoseAlongTheRun) {
  auto cluster = sim::Cluster::boot({});
  ASSERT_TRUE(cluster.has_value());
  World world(std::move(*cluster));
  const Recording recording;
  const Line line(recording, 0);
  Timeline timeline;
  const auto add = [&](std::uint64_t count, std::uint64_t events, bool dense) {
    for (std::uint64_t i = 0; i < count; ++i) {
      for (std::uint64_t event = 0; event < events; ++event) world.step();
      timeline.add(line, world.clone(), dense);
    }
  };
  constexpr std::uint64_t kAlongTheRun = 30;
  add(kAlongTheRun, timeline.spacing(), false);
  const std::uint64_t spacing = timeline.spacing();
  timeline.set_budget(timeline.bytes() + 1);
  add(200, 1, true);
  EXPECT_EQ(timeline.spacing(), spacing);
  EXPECT_GT(timeline.size(), kAlongTheRun);
  EXPECT_LE(timeline.size(), kAlongTheRun + 64);
  add(2, 1, false);
  EXPECT_EQ(timeline.spacing(), 2 * spacing);
}

TEST(Time, PlayingThroughThePastRepeatsItAndGoesOn) {
  Session session = finished_run();
  const Recording before = session.recording();
  const sim::Position tip = session.tip();
  ASSERT_TRUE(session.seek(AtTick{{1000}}).has_value());
  EXPECT_TRUE(session.commands().empty());
  EXPECT_EQ(session.tip(), tip);
  session.run_until(tip.at + sim::ticks(7));
  EXPECT_EQ(session.difference(), "");
  EXPECT_FALSE(session.in_past());
  EXPECT_EQ(session.commands().size(), before.main.commands.size());
  EXPECT_EQ(session.branches(), 1u);
  Session straight = finished_run();
  straight.run_until(tip.at + sim::ticks(7));
  EXPECT_EQ(session.recording(), straight.recording());
}

TEST(Time, ActingInThePastMakesABranch) {
  Session session = finished_run();
  const Recording before = session.recording();
  ASSERT_TRUE(session.seek(AtTick{{200000}}).has_value());
  ASSERT_TRUE(session.execute(statement("crash n2")).has_value());
  ASSERT_EQ(session.branches(), 2u);
  EXPECT_EQ(session.active_branch(), 1u);
  EXPECT_FALSE(session.in_past());
  EXPECT_EQ(session.branch(1).commands.size(), 1u);
  EXPECT_EQ(session.branch(1).fork->at.at, sim::Instant{200000});
  session.tick(sim::ticks(40));
  // What was the future stays as it was.
  EXPECT_EQ(session.recording().main, before.main);
  ASSERT_TRUE(session.open_branch(0).has_value());
  EXPECT_EQ(session.position(), before.main.end->at);
  EXPECT_EQ(session.recording().main, before.main);
  EXPECT_EQ(session.cluster().digest(), before.main.end->digest);
  ASSERT_TRUE(session.open_branch(1).has_value());
  EXPECT_EQ(session.position().at, sim::Instant{240000});
  // A command that cannot be done makes none.
  ASSERT_TRUE(session.seek(AtTick{{210000}}).has_value());
  EXPECT_FALSE(session.execute(statement("crash n2")).has_value());
  EXPECT_EQ(session.branches(), 2u);
  EXPECT_EQ(compare_with_straight_run(session), "");
}

TEST(Time, MarksInThePastForkNothing) {
  Session session = finished_run();
  ASSERT_TRUE(session.seek(AtTick{{100000}}).has_value());
  session.bookmark("back here");
  session.note("look at n3");
  EXPECT_EQ(session.branches(), 1u);
  ASSERT_TRUE(session.seek(AtEnd{}).has_value());
  ASSERT_TRUE(session.seek(AtBookmark{"back here"}).has_value());
  EXPECT_EQ(session.position().at, sim::Instant{100000});
  const Recording recording = session.recording();
  const auto loaded = decode_recording(encode_recording(recording), "f");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->recording, recording);
}

TEST(Time, UndoIsTheBranchWithoutTheCommandAndRedoGoesBack) {
  Session session = finished_run();
  const sim::Position tip = session.position();
  const auto digest = session.cluster().digest();
  const std::size_t commands = session.commands().size();
  ASSERT_TRUE(session.undo().has_value());
  EXPECT_EQ(session.commands().size(), commands - 1);
  EXPECT_FALSE(session.in_past());
  ASSERT_TRUE(session.undo().has_value());
  EXPECT_EQ(session.commands().size(), commands - 2);
  // The branch of the first undo is gone: nobody did anything on it.
  EXPECT_EQ(session.branches(), 2u);
  ASSERT_TRUE(session.can_redo());
  while (session.can_redo()) ASSERT_TRUE(session.redo().has_value());
  EXPECT_EQ(session.position(), tip);
  EXPECT_EQ(session.cluster().digest(), digest);
  EXPECT_EQ(session.branches(), 1u);
  // What is done behind an undo ends redoing.
  ASSERT_TRUE(session.undo().has_value());
  ASSERT_TRUE(session.execute(statement("put x 9")).has_value());
  EXPECT_FALSE(session.can_redo());
  EXPECT_EQ(session.branches(), 2u);
}

TEST(Time, BranchesAreNamedAndDeleted) {
  Session session = finished_run();
  ASSERT_TRUE(session.seek(AtTick{{100000}}).has_value());
  ASSERT_TRUE(session.fork("what if").has_value());
  session.tick(sim::ticks(5));
  EXPECT_FALSE(session.fork("what if").has_value());
  EXPECT_FALSE(session.rename_branch(1, "main").has_value());
  EXPECT_FALSE(session.rename_branch(1, std::string("a\nb")).has_value());
  EXPECT_FALSE(session.rename_branch(0, "x").has_value());
  ASSERT_TRUE(session.rename_branch(1, "quiet").has_value());
  EXPECT_FALSE(session.delete_branch(1).has_value());  // it is open
  EXPECT_FALSE(session.delete_branch(0).has_value());
  ASSERT_TRUE(session.fork("child").has_value());
  ASSERT_TRUE(session.open_branch(0).has_value());
  EXPECT_FALSE(session.delete_branch(1).has_value());  // another comes from it
  ASSERT_TRUE(session.delete_branch(2).has_value());
  ASSERT_TRUE(session.delete_branch(1).has_value());
  EXPECT_EQ(session.branches(), 1u);
  EXPECT_EQ(compare_with_straight_run(session), "");
}

TEST(Time, LandmarksAreFoundOnBothSides) {
  Session session = finished_run();
  const auto leader = session.previous(Landmark::kElection);
  ASSERT_TRUE(leader.has_value());
  ASSERT_TRUE(session.seek(AtPosition{*leader}).has_value());
  EXPECT_FALSE(session.next(Landmark::kElection).has_value() &&
               *session.next(Landmark::kElection) == *leader);
  ASSERT_TRUE(session.seek(AtEvent{0}).has_value());
  EXPECT_FALSE(session.previous(Landmark::kCommit).has_value());
  std::set<std::uint64_t> commits;
  while (const auto next = session.next(Landmark::kCommit)) {
    ASSERT_TRUE(session.seek(AtPosition{*next}).has_value());
    EXPECT_TRUE(commits.insert(next->events).second);
  }
  // A no-op of the leader and two writes at least.
  EXPECT_GE(commits.size(), 3u);
  const auto bookmark = session.previous(Landmark::kBookmark);
  ASSERT_TRUE(bookmark.has_value());
  const auto command = session.previous(Landmark::kCommand);
  ASSERT_TRUE(command.has_value());
}

TEST(Time, FindsWhereAPredicateFirstHolds) {
  Session session = finished_run();
  const auto leader = *scenario::parse_predicate("leader any");
  ASSERT_TRUE(session.find(leader).has_value());
  const std::uint64_t at = session.position().events;
  ASSERT_TRUE(session.back().has_value());
  EXPECT_FALSE(session.holds(leader));
  ASSERT_TRUE(session.seek(AtEvent{at}).has_value());
  EXPECT_TRUE(session.holds(leader));
  EXPECT_EQ(session.find(*scenario::parse_predicate("term n1 > 90")).error().code, Code::kNotFound);
  EXPECT_FALSE(session.in_past());
}

TEST(Time, ABreakpointStopsWhereItBecomesTrue) {
  auto session = Session::start({});
  session->breakpoints().push_back(*scenario::parse_predicate("leader any"));
  EXPECT_EQ(session->run({60000}), 0u);
  EXPECT_TRUE(session->holds(session->breakpoints()[0]));
  const sim::Position at = session->position();
  ASSERT_TRUE(session->back().has_value());
  EXPECT_FALSE(session->holds(session->breakpoints()[0]));
  EXPECT_EQ(session->run({60000}), 0u);
  EXPECT_EQ(session->position(), at);
  // It holds already.
  EXPECT_EQ(session->run({at.at.millis + 5000}), std::nullopt);
}

TEST(Time, ASeekInPiecesCanBeGivenUp) {
  Session session = finished_run();
  const auto digest = session.cluster().digest();
  ASSERT_TRUE(session.begin_seek(AtTick{{1400000}}).has_value());
  EXPECT_EQ(*session.continue_seek([] { return false; }), false);
  EXPECT_TRUE(session.seeking());
  EXPECT_EQ(session.cluster().digest(), digest);
  session.cancel_seek();
  EXPECT_FALSE(session.seeking());
  EXPECT_EQ(session.cluster().digest(), digest);
  ASSERT_TRUE(session.begin_seek(AtTick{{1400000}}).has_value());
  std::uint64_t pieces = 0;
  while (!*session.continue_seek([&] { return ++pieces % 4 != 0; })) {
  }
  EXPECT_GT(pieces, 4u);
  EXPECT_EQ(session.position().at, sim::Instant{1400000});
  EXPECT_EQ(compare_with_straight_run(session), "");
}

// However little memory there is, every place is reached; more is not used.
TEST(Time, CheckpointsKeepToTheirBudget) {
  auto session = Session::start({});
  session->set_checkpoint_budget(4 << 20);
  ASSERT_TRUE(session->execute(statement("clients 3")).has_value());
  session->tick(sim::ticks(3000));
  EXPECT_LE(session->checkpoint_bytes(), 5u << 20);
  EXPECT_GT(session->checkpoints(), 2u);
  const std::size_t few = session->checkpoints();
  session->tick(sim::ticks(3000));
  EXPECT_LE(session->checkpoints(), 2 * few + 8);
  ASSERT_TRUE(session->seek(AtTick{{1234567}}).has_value());
  EXPECT_EQ(compare_with_straight_run(*session), "");
}

TEST(Time, ExpectationsBelongToTheirBranch) {
  Session session = finished_run();
  ASSERT_TRUE(session.seek(AtTick{{100000}}).has_value());
  ASSERT_TRUE(session.fork("expects").has_value());
  scenario::ExpectViolation expectation;
  expectation.property = check::Property::kLiveness;
  session.expect_violation(expectation);
  ASSERT_TRUE(session.open_branch(0).has_value());
  EXPECT_TRUE(session.branch(0).marks.size() == 2);
  EXPECT_EQ(session.branch(1).marks.size(), 1u);
}

TEST(Time, RandomJumpsEndWhereAStraightRunEnds) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) EXPECT_EQ(jump_about(seed, 5), "");
}

// --- Recordings with branches

Session branched_run() {
  Session session = finished_run();
  EXPECT_TRUE(session.seek(AtTick{{300000}}).has_value());
  EXPECT_TRUE(session.execute(statement("crash n2")).has_value());
  session.tick(sim::ticks(30));
  session.set_about("What if n2 dies", "N. N.");
  EXPECT_TRUE(session.seek(AtTick{{310000}}).has_value());
  EXPECT_TRUE(session.execute(statement("restart n2")).has_value());
  session.tick(sim::ticks(9));
  return session;
}

TEST(Branches, AFileHoldsThemAll) {
  const Session session = branched_run();
  const Recording recording = session.recording();
  ASSERT_EQ(recording.branches(), 3u);
  const auto loaded = decode_recording(encode_recording(recording), "f");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  EXPECT_EQ(loaded->recording, recording);
  auto again = Session::replay(loaded->recording);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->active_branch(), 2u);
  EXPECT_EQ(again->recording(), recording);
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(again->open_branch(i).has_value());
    EXPECT_EQ(again->cluster().digest(), recording.branch(i).end->digest);
    EXPECT_EQ(compare_with_straight_run(*again), "");
  }
}

TEST(Branches, ImpossibleOnesAreRefused) {
  const Recording good = branched_run().recording();
  const auto error = [](const Recording& recording) {
    const auto loaded = decode_recording(encode_recording(recording), "f");
    EXPECT_FALSE(loaded.has_value());
    return loaded ? "" : loaded.error().message;
  };
  Recording bad = good;
  bad.forks[0].fork->at.events = 99999999;
  EXPECT_NE(error(bad).find("damaged at byte"), std::string::npos);
  bad = good;
  bad.forks[1].name = "a\nb";
  EXPECT_NE(error(bad).find("impossible name"), std::string::npos);
  bad = good;
  bad.forks[1].fork->at = {};
  EXPECT_NE(error(bad).find("begins before its parent"), std::string::npos);
  bad = good;
  bad.forks[0].commands[0].at.events -= 1;
  EXPECT_NE(error(bad).find("lies before"), std::string::npos);
  bad = good;
  bad.title = std::string(5000, 'x');
  EXPECT_NE(error(bad).find("too long"), std::string::npos);
}

// A branch that is played again differs where its own digests do.
TEST(Branches, ADifferenceNamesPositionAndPart) {
  Recording bad = branched_run().recording();
  bad.active = 0;
  bad.forks.clear();
  DigestMark& mark = bad.main.digests[2];
  mark.digest.low ^= 1;
  mark.parts[0] = static_cast<char>(mark.parts[0] ^ 1);
  const auto session = Session::replay(bad);
  ASSERT_FALSE(session.has_value());
  EXPECT_NE(session.error().message.find(position_text(mark.at)), std::string::npos);
  EXPECT_NE(session.error().message.find("the first difference is in time"), std::string::npos)
      << session.error().message;
  // What agrees can be opened.
  const auto opened = Session::replay_what_agrees(bad);
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  EXPECT_EQ(opened->session.position(), bad.main.digests[1].at);
  EXPECT_NE(opened->note.find("the first difference is in"), std::string::npos);
}

TEST(Branches, AnOlderModelIsPlayedAsFarAsItAgrees) {
  Recording old = finished_run().recording();
  old.model_version = sim::kModelVersion - 1;
  EXPECT_TRUE(Session::replay(old).has_value());
  old.main.digests.back().digest.high ^= 1;
  const auto session = Session::replay(old);
  ASSERT_FALSE(session.has_value());
  EXPECT_NE(session.error().message.find("model version"), std::string::npos);
  const auto opened = Session::replay_what_agrees(old);
  EXPECT_TRUE(opened.has_value()) << opened.error().message;
}

// --- Differences of runs

TEST(Difference, OfBranchesIsBehindTheFork) {
  const Recording recording = branched_run().recording();
  const auto found = first_difference(recording, 0, recording, 1);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_FALSE(found->equal);
  EXPECT_EQ(found->at.events, recording.branch(1).fork->at.events + 1);
  EXPECT_EQ(found->field.substr(0, 8), "nodes/1/") << found->field;
}

}  // namespace
}  // namespace session
