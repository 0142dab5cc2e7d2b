// The page of a node's disk, and the crash that is chosen there.
#include <gtest/gtest.h>

#include <algorithm>

#include "app/scenario/parser.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

struct DiskOfANode : testing::Test {
  DiskOfANode() : h(with_leader()) {
    h.state().lower_page = Page::kDisk;
    h.state().inspector_folded = true;
    h.state().selected.kind = scene::Target::Kind::kNode;
    h.state().selected.node = h.view().leader;
  }
  void play(const std::string& line) {
    ASSERT_TRUE(h.session().execute(*scenario::parse_statement(line, "t"))) << line;
  }
  std::vector<std::string> texts() {
    std::vector<Fonts::Drawn> drawn;
    h.frame(2);
    h.app().gui().fonts->watch(&drawn);
    h.frame();
    h.app().gui().fonts->watch(nullptr);
    std::vector<std::string> out;
    for (const Fonts::Drawn& text : drawn) {
      if (text.pane.find("disk") != std::string::npos) out.push_back(text.text);
    }
    return out;
  }
  bool has(const std::vector<std::string>& all, const std::string& text) {
    return std::find(all.begin(), all.end(), text) != all.end();
  }
  Harness h;
};

TEST_F(DiskOfANode, TellsTheRowsAndWhatIsDurable) {
  play("put apple red");
  play("tick 10");
  const auto all = texts();
  EXPECT_TRUE(has(all, "all durable"));
  EXPECT_TRUE(has(all, "apple red"));
  EXPECT_TRUE(has(all, "put"));
  EXPECT_TRUE(has(all, "noop"));
  EXPECT_TRUE(has(all, "apple"));
  EXPECT_FALSE(has(all, "may lose"));
}

TEST_F(DiskOfANode, TellsWhatACrashNowMayLose) {
  play("set sync-latency 3");
  play("put x 1");
  for (int i = 0; i < 400; ++i) {
    const sim::NodeView* node = h.view().node(h.view().leader);
    if (node != nullptr && node->durable < node->last) break;
    ASSERT_TRUE(h.session().step_event());
  }
  const auto all = texts();
  EXPECT_TRUE(has(all, "may lose"));
  EXPECT_FALSE(has(all, "all durable"));
}

TEST_F(DiskOfANode, TheCrashIsChosenByItsMoment) {
  const raft::NodeId leader = h.view().leader;
  h.frame(2);
  ASSERT_TRUE(h.click("disk.crash"));
  ASSERT_TRUE(h.has("crash.mid_apply"));
  ASSERT_TRUE(h.click("crash.disk"));
  EXPECT_EQ(h.view().node(leader)->state, sim::NodeState::kDown);
  EXPECT_EQ(h.session().commands().back().line,
            "crash n" + std::to_string(leader.value) + " lose=disk");
  h.state().selected.kind = scene::Target::Kind::kNode;
  h.state().selected.node = leader;
  h.frame(2);
  EXPECT_FALSE(h.enabled("disk.crash"));
}

}  // namespace
}  // namespace ui
