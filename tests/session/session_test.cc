#include "app/session/session.h"

#include "tests/session/session_test.h"

namespace session {
namespace {

std::string failure(Session& session, std::string_view line) {
  const Status status = session.execute(statement(line));
  return status ? "" : status.error().message;
}

bool has_milestone(const Session& session, MilestoneKind kind) {
  for (const Milestone& milestone : session.milestones()) {
    if (milestone.kind == kind) return true;
  }
  return false;
}

TEST(Session, TickLetsHappenWhatIsBeforeItsEnd) {
  auto session = Session::start({});
  ASSERT_TRUE(session.has_value());
  session->tick({2500});
  EXPECT_EQ(session->position().at, sim::Instant{2500});
  EXPECT_GE(session->cluster().next_instant(), sim::Instant{2500});
  const std::uint64_t events = session->position().events;
  EXPECT_GT(events, 0u);
  session->tick({0});
  EXPECT_EQ(session->position().events, events);
  EXPECT_EQ(session->view().position.at, sim::Instant{2500});
}

// Items that are due exactly at the end of a tick wait for the next one.
TEST(Session, ItemsAtTheEndOfATickWait) {
  sim::ClusterConfig config;
  ASSERT_TRUE(sim::set_option(config, raft::kNoNode, "tick-phase", "aligned").has_value());
  auto session = Session::start(config);
  ASSERT_TRUE(session.has_value());
  session->tick({1000});
  EXPECT_EQ(session->cluster().next_instant(), sim::Instant{1000});
  // until and never run exactly as far.
  EXPECT_NE(failure(*session, "until leader any within 1"), "");
  EXPECT_EQ(session->cluster().next_instant(), sim::Instant{2000});
  EXPECT_EQ(failure(*session, "never leader any for 1"), "");
  EXPECT_EQ(session->cluster().next_instant(), sim::Instant{3000});
}

TEST(Session, UntilStopsRightBehindTheFirstEventThatMakesItTrue) {
  auto session = Session::start({});
  ASSERT_TRUE(session.has_value());
  EXPECT_EQ(failure(*session, "until leader any within 60"), "");
  const sim::Position at = session->position();
  // Tested at once: nothing more happens.
  EXPECT_EQ(failure(*session, "until leader any"), "");
  EXPECT_EQ(session->position(), at);
  // The event before had no leader.
  auto again = Session::start({});
  const scenario::Predicate leader = *scenario::parse_predicate("leader any");
  while (again->position().events + 1 < at.events) again->step_event();
  EXPECT_FALSE(again->holds(leader));
  again->step_event();
  EXPECT_TRUE(again->holds(leader));
  EXPECT_EQ(again->position(), at);
}

TEST(Session, FailuresSayWhatStoodInstead) {
  auto session = Session::start({});
  ASSERT_TRUE(session.has_value());
  EXPECT_EQ(failure(*session, "expect leader any"),
            "test:1:1: expect failed at tick 0: leader any; but there is no leader");
  EXPECT_EQ(failure(*session, "until commit n1 = 9 within 3"),
            "test:1:1: until failed: 3 ticks passed, up to tick 3, without commit n1 = 9; commit "
            "of n1 is 0");
  EXPECT_EQ(session->position().at, sim::Instant{3000});
  EXPECT_EQ(failure(*session, "never up n1 for 3"), "test:1:1: never failed at tick 3: up n1");
  EXPECT_EQ(failure(*session, "never leader n1 and leader n2 for 3"), "");
  EXPECT_EQ(session->position().at, sim::Instant{6000});
  EXPECT_NE(failure(*session, "restart n1"), "");
  EXPECT_TRUE(session->commands().empty());
}

// A trap waits for 50 ticks; whichever statement moves time then stops right there.
TEST(Session, ATrapThatIsNotSprungIsAFailure) {
  for (const std::string_view line :
       {"tick 80", "step 100000", "never leader n9 for 80", "until leader n9 within 80"}) {
    auto session = Session::start({});
    ASSERT_TRUE(session.has_value());
    // Nobody writes, so that nothing is applied.
    EXPECT_EQ(failure(*session, "until leader any within 60"), "");
    EXPECT_EQ(failure(*session, "tick 5"), "");
    const sim::Instant armed = session->position().at;
    EXPECT_EQ(failure(*session, "crash n2 at=mid-apply lose=nothing"), "");
    EXPECT_EQ(failure(*session, "tick 49.999"), "");
    EXPECT_EQ(failure(*session, line),
              "test:1:1: the trap of n2 (crash at=mid-apply lose=nothing) was not sprung within 50 "
              "ticks")
        << line;
    EXPECT_EQ(session->position().at, armed + sim::Duration{50001}) << line;
    // It is told once.
    EXPECT_EQ(failure(*session, "tick 5"), "");
  }
}

TEST(Session, ATrapThatIsSprungIsNone) {
  auto session = Session::start({});
  ASSERT_TRUE(session.has_value());
  EXPECT_EQ(failure(*session, "crash n2 at=before-sync"), "");
  EXPECT_EQ(failure(*session, "until not up n2 within 49"), "");
  EXPECT_EQ(failure(*session, "tick 80"), "");
  EXPECT_TRUE(session->cluster().traps().empty());
}

TEST(Session, KeepsCommandsMarksAndMilestones) {
  const Session session = finished_run();
  std::string lines;
  for (const RecordedCommand& command : session.commands()) lines += command.line + "\n";
  EXPECT_EQ(lines,
            "put x 1\npause n3\nput \"\\xff\" \"two words\" as c2\nresume n3\n"
            "partition {n1} {n2 n3}\nheal\n");
  ASSERT_EQ(session.marks().size(), 2u);
  EXPECT_EQ(session.marks()[1].text, "n3 is back");
  for (const MilestoneKind kind :
       {MilestoneKind::kTerm, MilestoneKind::kElection, MilestoneKind::kLeader,
        MilestoneKind::kPause, MilestoneKind::kResume, MilestoneKind::kCut, MilestoneKind::kHeal,
        MilestoneKind::kWrite, MilestoneKind::kBookmark}) {
    EXPECT_TRUE(has_milestone(session, kind)) << static_cast<int>(kind);
  }
  EXPECT_FALSE(has_milestone(session, MilestoneKind::kCrash));
}

TEST(Session, ARequestIsShownWhereItsClientSentIt) {
  RunOutcome outcome = run_scenario_text(
      "seed 7\nnodes 3\ncampaign n1\nuntil leader n1 within 20\npartition {n1} {n2 n3}\ncampaign "
      "n2\n"
      "until leader n2 within 20\nput x 1 via n1\ntick 3\n",
      "test", {});
  ASSERT_EQ(outcome.exit, Exit::kOk) << outcome.message;
  const sim::ClusterView& view = outcome.session->view();
  ASSERT_EQ(view.requests.size(), 1u);
  EXPECT_EQ(view.leader.value, 2u);
  EXPECT_EQ(view.requests[0].asked.value, 1u);
}

TEST(Session, KeepsWhenALeaderStepsDown) {
  const RunOutcome outcome = run_scenario_text(
      "seed 7\nnodes 3\ncampaign n1\nuntil leader n1 within 20\npartition {n1} {n2 n3}\ncampaign "
      "n2\n"
      "until leader n2 within 20\nheal\nuntil role n1 = follower within 40\ncrash n2\nrestart "
      "n2\ntick 5\n",
      "test", {});
  ASSERT_EQ(outcome.exit, Exit::kOk) << outcome.message;
  std::vector<raft::NodeId> stepped_down;
  for (const Milestone& milestone : outcome.session->milestones()) {
    if (milestone.kind == MilestoneKind::kStepDown) stepped_down.push_back(milestone.node);
  }
  // n2 lost its lead with its memory: that is a crash.
  EXPECT_EQ(stepped_down, std::vector<raft::NodeId>{{1}});
}

TEST(Session, KeepsAWindowOfFacts) {
  Session session = finished_run();
  session.tick(sim::ticks(3000));
  EXPECT_EQ(session.facts().size(), kFactWindow);
  for (std::size_t i = 1; i < session.facts().size(); ++i) {
    ASSERT_EQ(session.facts()[i].id, session.facts()[i - 1].id + 1);
  }
}

TEST(Session, DigestsFollowCommandsAndEveryThousandTicks) {
  const Session session = finished_run();
  const Branch branch = session.recording().main;
  ASSERT_EQ(branch.digests.size(), branch.commands.size() + 1);
  std::size_t at_thousand = 0;
  for (const DigestMark& mark : branch.digests) at_thousand += mark.at.at == sim::Instant{1000000};
  EXPECT_EQ(at_thousand, 1u);
}

// Stepping over a thousandth tick gives the digest that a long tick gives.
TEST(Session, StepsAndTicksGiveTheSameDigests) {
  auto ticked = Session::start({});
  ticked->tick(sim::ticks(2001));
  auto stepped = Session::start({});
  while (stepped->cluster().next_instant() < sim::Instant{2001000}) stepped->step_event();
  stepped->run_until(sim::Instant{2001000});
  EXPECT_EQ(ticked->recording(), stepped->recording());
  EXPECT_EQ(ticked->recording().main.digests.size(), 2u);
}

TEST(Session, ParsesPositions) {
  EXPECT_EQ(std::get<AtTick>(*parse_target("tick:12.5")).at, sim::Instant{12500});
  EXPECT_EQ(std::get<AtEvent>(*parse_target("event:3")).event, 3u);
  EXPECT_EQ(std::get<AtBookmark>(*parse_target("bookmark:a: b")).text, "a: b");
  EXPECT_TRUE(std::holds_alternative<AtEnd>(*parse_target("end")));
  for (const std::string_view bad : {"", "tick", "tick:", "tick:x", "event:-1", "bookmark:", "5"}) {
    EXPECT_FALSE(parse_target(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace session
