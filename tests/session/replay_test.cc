#include "tests/session/session_test.h"

namespace session {
namespace {

TEST(Replay, GivesTheSameRun) {
  const Session original = finished_run();
  const Recording recording = original.recording();
  const auto again = Session::replay(recording);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->recording(), recording);
  EXPECT_EQ(again->cluster().digest(), original.cluster().digest());
}

TEST(Replay, StopsWhereItIsTold) {
  const Recording recording = finished_run().recording();
  const sim::Position put = recording.main.commands[0].at;

  const auto at_tick = Session::replay(recording, AtTick{put.at});
  ASSERT_TRUE(at_tick.has_value());
  EXPECT_EQ(at_tick->position().at, put.at);
  EXPECT_TRUE(at_tick->commands().empty());  // no command at it

  const auto at_event = Session::replay(recording, AtEvent{put.events + 1});
  ASSERT_TRUE(at_event.has_value());
  EXPECT_EQ(at_event->position().events, put.events + 1);
  EXPECT_EQ(at_event->commands().size(), 1u);

  const auto at_bookmark = Session::replay(recording, AtBookmark{"n3 is back"});
  ASSERT_TRUE(at_bookmark.has_value());
  EXPECT_EQ(at_bookmark->position(), recording.main.marks[1].at);
  EXPECT_EQ(at_bookmark->commands().size(), 4u);

  const auto at_start = Session::replay(recording, AtEvent{0});
  ASSERT_TRUE(at_start.has_value());
  EXPECT_EQ(at_start->position(), sim::Position{});
}

TEST(Replay, RefusesPositionsThatAreNotThere) {
  const Recording recording = finished_run().recording();
  EXPECT_EQ(Session::replay(recording, AtTick{{99999000}}).error().code, Code::kNotFound);
  EXPECT_EQ(Session::replay(recording, AtEvent{99999999}).error().code, Code::kNotFound);
  const auto bookmark = Session::replay(recording, AtBookmark{"no"});
  EXPECT_EQ(bookmark.error().message,
            "there is no bookmark \"no\"; the recording has \"a leader\", \"n3 is back\"");
}

TEST(Replay, NamesTheBranchThatHasABookmark) {
  Session session = *Session::start(sim::ClusterConfig{});
  session.tick(sim::ticks(5));
  session.bookmark("here");
  session.tick(sim::ticks(5));
  session.bookmark("late");
  ASSERT_TRUE(session.seek(AtTick{{7000}}));
  ASSERT_TRUE(session.act(sim::Heal{}));
  ASSERT_EQ(session.active_branch(), 1u);
  const std::string other = session.branch(1).name;
  const Status late = session.seek(AtBookmark{"late"});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().message,
            "there is no bookmark \"late\" on branch " + other + "; there is one on main");
  const Status no = session.seek(AtBookmark{"no"});
  ASSERT_FALSE(no);
  EXPECT_EQ(no.error().message,
            "there is no bookmark \"no\"; the recording has \"here\", \"late\" (branch main)");
  EXPECT_TRUE(session.seek(AtBookmark{"here"}));
}

TEST(Replay, NamesTheFirstDifference) {
  const Recording good = finished_run().recording();
  const auto error = [](const Recording& recording) {
    const auto session = Session::replay(recording);
    EXPECT_FALSE(session.has_value());
    return session ? Error{Code::kIo, ""} : session.error();
  };
  Recording bad = good;
  bad.main.digests[2].digest.low ^= 1;
  EXPECT_EQ(error(bad).code, Code::kCorruption);
  EXPECT_NE(error(bad).message.find("event " + std::to_string(good.main.digests[2].at.events)),
            std::string::npos)
      << error(bad).message;
  bad = good;
  bad.main.end->digest.high ^= 1;
  EXPECT_EQ(error(bad).code, Code::kCorruption);
  bad = good;
  bad.config.seed = 43;
  EXPECT_EQ(error(bad).code, Code::kCorruption);
  bad = good;
  bad.main.commands[0].line = "put x 2";
  EXPECT_EQ(error(bad).code, Code::kCorruption);
  bad = good;
  bad.main.commands[1].line = "restart n3";
  EXPECT_NE(error(bad).message.find("cannot be done"), std::string::npos);
  bad = good;
  ++bad.main.commands[2].at.events;
  EXPECT_EQ(error(bad).code, Code::kCorruption);
  bad = good;
  bad.main.commands[2].at.at.millis += 5000;
  EXPECT_EQ(error(bad).code, Code::kCorruption);
  bad = good;
  bad.model_version += 1;
  EXPECT_EQ(error(bad).code, Code::kVersion);
}

TEST(Replay, CanBeCancelled) {
  const Recording recording = finished_run().recording();
  std::uint64_t calls = 0;
  const auto session =
      Session::replay(recording, AtEnd{}, [&](std::uint64_t) { return ++calls < 2; });
  ASSERT_FALSE(session.has_value());
  EXPECT_EQ(session.error().code, Code::kUnavailable);
  EXPECT_EQ(calls, 2u);
}

}  // namespace
}  // namespace session
