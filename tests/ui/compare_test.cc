// Two branches side by side, and the student's way: record, rewind, let another timer fire,
// compare, save, open it again at the bookmark.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "app/scenario/parser.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

bool found(Harness& h) {
  return h.frames_until(
      600, [&] { return h.app().comparison() != nullptr && h.app().comparison()->looked(); });
}

TEST(Differences, NameTheNodeAndWhatIsThereInEach) {
  session::Session a = with_leader(), b = with_leader();
  EXPECT_TRUE(differences(a.view(), b.view()).fields.empty());
  EXPECT_GT(differences(a.view(), b.view()).equal, 30u);
  ASSERT_TRUE(b.act(sim::Crash{{3}}));
  const Differences all = differences(a.view(), b.view());
  ASSERT_FALSE(all.fields.empty());
  EXPECT_TRUE(all.at({3}));
  EXPECT_FALSE(all.at({1}));
  EXPECT_EQ(all.fields.front().what, "n3 role");
  EXPECT_EQ(all.fields.front().b, "down");
}

TEST(Differences, TellOfTimersButMarkNoNodeForThem) {
  session::Session a = with_leader(), b = with_leader();
  const raft::NodeId follower{a.view().leader.value == 1 ? 2u : 1u};
  ASSERT_TRUE(b.act(sim::SetTimer{follower, 3}));
  const Differences all = differences(a.view(), b.view());
  ASSERT_EQ(all.fields.size(), 1u);
  EXPECT_EQ(all.fields.front().what, scene::node_name(follower) + " timer");
  EXPECT_NE(all.fields.front().a, all.fields.front().b);
  EXPECT_FALSE(all.at(follower));
}

TEST(Differences, FindTheEntryThatOnlyOneHolds) {
  session::Session a = with_leader(), b = with_leader();
  ASSERT_TRUE(b.execute(*scenario::parse_statement("put x 1", "test")));
  for (session::Session* session : {&a, &b}) session->tick(sim::ticks(6));
  const Differences all = differences(a.view(), b.view());
  ASSERT_FALSE(all.entries.empty());
  EXPECT_EQ(all.entries.front().index, 2u);
}

TEST(Compare, ShowsBothAtTheSameTickAndWhereTheyPart) {
  Harness h(two_futures());
  h.key('V');
  ASSERT_TRUE(found(h));
  ASSERT_TRUE(h.app().comparison()->first());
  const Comparison::First& first = *h.app().comparison()->first();
  EXPECT_EQ(first.a, "crash n2");  // the open branch is the one with the crash
  EXPECT_EQ(first.node, raft::NodeId{2});
  EXPECT_EQ(first.in_a, "down");
  EXPECT_TRUE(h.has("compare.stage.A"));
  EXPECT_TRUE(h.has("compare.stage.B"));
  // N goes there; B follows.
  h.key('N');
  ASSERT_TRUE(h.frames_until(400, [&] { return !h.session().seeking(); }));
  h.frame(5);
  EXPECT_EQ(h.session().position(), first.at);
  // Nothing can be done meanwhile.
  const std::size_t before = h.session().commands().size();
  h.key('H');
  h.key('1');
  h.key('C');
  EXPECT_EQ(h.session().commands().size(), before);
  h.key(key::kEscape);
  h.key(key::kEscape);
  h.frame(2);
  EXPECT_EQ(h.app().comparison(), nullptr);
  EXPECT_TRUE(h.has("stage"));
}

TEST(Compare, ByMouse) {
  Harness h(two_futures());
  h.frame(2);
  ASSERT_TRUE(h.click("branch.0.compare"));
  ASSERT_TRUE(found(h));
  h.frame(2);
  ASSERT_TRUE(h.click("compare.first"));
  ASSERT_TRUE(h.frames_until(400, [&] { return !h.session().seeking(); }));
  h.frame(2);
  ASSERT_TRUE(h.click("compare.open"));
  ASSERT_TRUE(h.frames_until(400, [&] { return !h.session().seeking(); }));
  EXPECT_EQ(h.session().active_branch(), 0u);
  EXPECT_EQ(h.app().comparison(), nullptr);
}

TEST(Compare, FitsASmallWindow) {
  Harness h(two_futures(), 1024, 768);
  h.key('V');
  ASSERT_TRUE(found(h));
  h.frame(2);
  EXPECT_TRUE(h.has("compare.close"));
  EXPECT_TRUE(h.has("compare.stage.A"));
  EXPECT_TRUE(h.has("compare.stage.B"));
}

TEST(Compare, BFollowsForwardAndBack) {
  Harness h(two_futures());
  h.key('V');
  ASSERT_TRUE(found(h));
  const auto together = [&] {
    h.frame(10);
    const sim::Instant a = h.session().position().at;
    const std::uint64_t b = h.app().comparison()->view().position.at.millis;
    return b == a.millis + 1 || b == a.millis;
  };
  h.key(key::kHome);
  ASSERT_TRUE(h.frames_until(400, [&] { return !h.session().seeking(); }));
  EXPECT_TRUE(together());
  for (int i = 0; i < 5; ++i) h.key('T');
  EXPECT_TRUE(together());
}

// Issue of the lesson "split vote": two nodes campaign at once; what if another had been first?
TEST(StudentsWay, ByKeyboard) {
  Harness h(started(1, 4));
  for (const char node : {'1', '2'}) {
    h.key(node);
    h.key('F');
  }
  h.key('T');
  h.key('T');
  EXPECT_GT(h.view().term.value, 0u);
  h.key('T');
  h.key(key::kHome);
  ASSERT_TRUE(h.frames_until(400, [&] { return !h.session().seeking(); }));
  h.key('M');
  h.key('3');
  h.key('F');
  EXPECT_EQ(h.session().branches(), 2u);
  for (int i = 0; i < 3; ++i) h.key('T');
  h.key('V');
  ASSERT_TRUE(found(h));
  ASSERT_TRUE(h.app().comparison()->first());
  EXPECT_NE(h.app().comparison()->first()->a, h.app().comparison()->first()->b);
  h.key(key::kEscape);
  h.key(key::kEscape);
  const std::string path =
      std::filesystem::path(testing::TempDir()) / "raftarium_students_way.raftrec";
  std::filesystem::remove(path);
  h.key('S', true);
  h.frame(2);
  h.replace(path);
  h.key(key::kEnter);
  h.frame(2);
  ASSERT_TRUE(std::filesystem::exists(path)) << h.state().dialog.error;
  const auto opened = session::Session::open(path, session::AtBookmark{"tick 0"});
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->position().at.millis, 0u);
  EXPECT_EQ(opened->branches(), 2u);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace ui
