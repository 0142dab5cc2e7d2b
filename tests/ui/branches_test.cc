// Branches as lanes below the tape and in their dialog, breakpoints, and the page of a node's disk.
#include <gtest/gtest.h>

#include <vector>

#include "tests/ui/harness.h"

namespace ui {
namespace {

TEST(BranchLanes, AClickOpensTheBranch) {
  Harness h(two_futures());
  h.frame(2);
  EXPECT_EQ(h.session().active_branch(), 1u);
  ASSERT_TRUE(h.has("branch.0"));
  EXPECT_FALSE(h.has("branch.1"));
  ASSERT_TRUE(h.click("branch.0"));
  ASSERT_TRUE(h.frames_until(200, [&] { return !h.session().seeking(); }));
  EXPECT_EQ(h.session().active_branch(), 0u);
  EXPECT_EQ(h.view().node({2})->state, sim::NodeState::kUp);
  h.frame(2);
  EXPECT_TRUE(h.has("branch.1"));
  EXPECT_FALSE(h.has("branch.0"));
}

TEST(BranchLanes, SoDoesAClickOnItsName) {
  Harness h(two_futures());
  h.frame(2);
  ASSERT_TRUE(h.click("branch.0.name"));
  ASSERT_TRUE(h.frames_until(200, [&] { return !h.session().seeking(); }));
  EXPECT_EQ(h.session().active_branch(), 0u);
}

TEST(BranchLanes, TheSignSaysWhatIsComparedWithWhat) {
  Harness h(two_futures());
  h.frame(2);
  ASSERT_TRUE(h.hover("branch.0.compare"));
  ASSERT_TRUE(h.app().gui().tip);
  const std::string open = h.session().branch(1).name;
  EXPECT_EQ(h.app().gui().tip->what, "Compare " + open + ", which is open, with main");
  ASSERT_TRUE(h.hover("branch.0"));
  ASSERT_TRUE(h.app().gui().tip);
  EXPECT_NE(h.app().gui().tip->more.find("N goes"), std::string::npos);
  // There N goes to the first difference.
  ASSERT_TRUE(h.click("branch.0.compare"));
  h.frame(2);
  ASSERT_TRUE(h.hover("branch.0"));
  ASSERT_TRUE(h.app().gui().tip);
  EXPECT_EQ(h.app().gui().tip->more.find("N goes"), std::string::npos);
}

TEST(BranchLanes, NGoesFromBranchToBranch) {
  Harness h(two_futures());
  h.key('N');
  ASSERT_TRUE(h.frames_until(200, [&] { return !h.session().seeking(); }));
  EXPECT_EQ(h.session().active_branch(), 0u);
  h.key('N');
  ASSERT_TRUE(h.frames_until(200, [&] { return !h.session().seeking(); }));
  EXPECT_EQ(h.session().active_branch(), 1u);
  EXPECT_EQ(h.view().node({2})->state, sim::NodeState::kDown);
}

TEST(BranchLanes, OneBranchHasNone) {
  Harness h(with_leader());
  h.frame(2);
  EXPECT_FALSE(h.has("branch.0"));
  h.key('N');
  EXPECT_EQ(h.session().active_branch(), 0u);
}

TEST(BranchDialog, NamesOpensAndDeletes) {
  Harness h(two_futures());
  h.frame(2);
  h.key('B', true);
  ASSERT_EQ(h.state().dialog.open, Dialog::kBranches);
  h.frame();
  EXPECT_EQ(h.state().dialog.path, h.session().branch(1).name);
  ASSERT_TRUE(h.click("dialog.name"));
  h.replace("crashed");
  ASSERT_TRUE(h.click("dialog.rename"));
  EXPECT_EQ(h.session().branch(1).name, "crashed");
  // The open one stays, and it is said why.
  ASSERT_TRUE(h.click("dialog.delete"));
  EXPECT_EQ(h.session().branches(), 2u);
  EXPECT_NE(h.state().dialog.error.find("open another one first"), std::string::npos);
  ASSERT_TRUE(h.click("dialog.branch0"));
  ASSERT_TRUE(h.click("dialog.yes"));
  ASSERT_TRUE(h.frames_until(200, [&] { return !h.session().seeking(); }));
  EXPECT_EQ(h.session().active_branch(), 0u);
  h.key('B', true);
  ASSERT_TRUE(h.click("dialog.branch1"));
  ASSERT_TRUE(h.click("dialog.delete"));
  EXPECT_EQ(h.session().branches(), 1u);
  h.frame(2);  // the row that was chosen is gone
  EXPECT_EQ(h.state().dialog.chosen, 0);
}

TEST(StopDialog, TimeStopsWhereItComesTrue) {
  Harness h(with_leader());
  h.frame();
  h.key('U');
  ASSERT_EQ(h.state().dialog.open, Dialog::kStops);
  h.type("leder any");
  ASSERT_TRUE(h.click("dialog.yes"));
  EXPECT_NE(h.state().dialog.error, "");
  EXPECT_EQ(h.state().dialog.open, Dialog::kStops);
  ASSERT_TRUE(h.session().act(sim::Crash{h.view().leader}).has_value());
  ASSERT_TRUE(h.click("dialog.path"));
  h.replace("leader any");
  h.state().speed = 7;
  ASSERT_TRUE(h.click("dialog.yes"));
  EXPECT_EQ(h.state().dialog.open, Dialog::kNone);
  EXPECT_TRUE(h.state().playing);
  EXPECT_EQ(h.view().leader, raft::kNoNode);
  ASSERT_TRUE(h.frames_until(1000, [&] { return !h.state().playing; }));
  // The event behind which it holds is the last one.
  EXPECT_NE(h.view().leader, raft::kNoNode);
  EXPECT_NE(h.state().notice.find("stopped: leader any"), std::string::npos) << h.state().notice;
  ASSERT_TRUE(h.session().back().has_value());
  EXPECT_EQ(h.view().leader, raft::kNoNode);
  h.key('U');
  h.frame(2);
  ASSERT_TRUE(h.click("dialog.forget0"));
  EXPECT_TRUE(h.session().breakpoints().empty());
}

TEST(DiskPage, ShowsTheDiskOfTheChosenNode) {
  Harness h(with_leader());
  ASSERT_TRUE(h.click("tab:Disk"));
  EXPECT_EQ(h.state().lower_page, Page::kDisk);
  h.frame(2);
  // Of the page alone: the stage shows the fault, too.
  const auto page = [&] {
    const Image image = h.picture();
    std::vector<std::uint8_t> pixels;
    for (int y = 700; y < 930; ++y) {
      for (int x = 1480; x < 1900; ++x) {
        for (int part = 0; part < 3; ++part) pixels.push_back(image.at(x, y)[part]);
      }
    }
    return pixels;
  };
  const std::vector<std::uint8_t> before = page();
  ASSERT_TRUE(h.session().act(sim::DiskFault{h.view().leader, sim::DiskFaultKind::kFull}));
  h.frame(2);
  EXPECT_NE(page(), before);
}

}  // namespace
}  // namespace ui
