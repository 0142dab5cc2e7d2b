// The sequence view in the window.
#include <gtest/gtest.h>

#include <algorithm>

#include "app/scene/fact_sign.h"
#include "app/ui/causes.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

const sim::Fact* election(const std::deque<sim::Fact>& facts) {
  for (auto fact = facts.rbegin(); fact != facts.rend(); ++fact) {
    if (fact->kind == sim::FactKind::kRole && fact->core.role == raft::Role::kLeader) return &*fact;
  }
  return nullptr;
}

TEST(SequenceView, SwitchesByClickAndByKey) {
  Harness h(with_leader());
  ASSERT_TRUE(h.click("view:Sequence"));
  EXPECT_EQ(h.state().stage_view, StageView::kSequence);
  EXPECT_FALSE(h.has("stage"));
  ASSERT_TRUE(h.has("sequence"));
  h.key('B');
  EXPECT_TRUE(h.has("stage") && h.has("sequence"));
  h.key('R');
  EXPECT_TRUE(h.has("stage"));
  EXPECT_FALSE(h.has("sequence"));
}

TEST(SequenceView, AClickChoosesAFactAndLightsWhatLedToIt) {
  Harness h(with_leader());
  h.key('S');
  const sim::Fact won = *election(h.session().facts());
  ASSERT_TRUE(h.click("fact:" + std::to_string(won.id)));
  EXPECT_EQ(h.state().selected.kind, scene::Target::Kind::kFact);
  EXPECT_EQ(h.state().selected.fact, won.id);
  h.frame(2);
  const std::vector<std::uint64_t>& lit = h.state().sequence.lit;
  EXPECT_TRUE(std::is_sorted(lit.begin(), lit.end()));
  // A majority: votes of at least two others are among the causes.
  std::size_t votes = 0;
  for (const std::uint64_t id : lit) {
    const sim::Fact* fact = scene::find_fact(h.session().facts(), id);
    ASSERT_NE(fact, nullptr);
    votes += fact->kind == sim::FactKind::kReceive && fact->message_type == "vote-reply";
  }
  EXPECT_GE(votes, 2u);
  // W walks back along the causes.
  h.key('W');
  EXPECT_EQ(h.state().selected.fact, won.cause);
  h.key(key::kEscape);
  h.frame();
  EXPECT_TRUE(h.state().sequence.lit.empty());
}

TEST(SequenceView, ZoomsAboutTheMouseAndMovesByDragging) {
  Harness h(with_leader());
  h.session().tick(sim::ticks(40));
  h.key('S');
  const float zoom = h.state().sequence.zoom;
  EXPECT_TRUE(h.state().sequence.follow);
  h.wheel("sequence", 2);
  EXPECT_GT(h.state().sequence.zoom, zoom);
  EXPECT_FALSE(h.state().sequence.follow);
  const double left = h.state().sequence.left;
  const auto place = h.app().gui().widgets.find("sequence");
  ASSERT_TRUE(place);
  const float y = place->max.y - 60;
  h.drag({place->min.x + 400, y}, {place->min.x + 600, y});
  h.frame();
  EXPECT_LT(h.state().sequence.left, left);
  ASSERT_TRUE(h.click("sequence.now"));
  EXPECT_TRUE(h.state().sequence.follow);
}

TEST(SequenceView, AFactChosenElsewhereComesIntoSight) {
  Harness h(with_leader());
  const sim::Fact won = *election(h.session().facts());
  sim::Request put;
  put.key = "x";
  for (int i = 0; i < 12; ++i) {
    put.value = std::to_string(i);
    ASSERT_TRUE(h.session().act(put));
    h.session().tick(sim::ticks(4));
  }
  h.key('S');
  EXPECT_FALSE(h.has("fact:" + std::to_string(won.id)));
  h.state().selected = target_of(won);
  h.frame(2);
  EXPECT_TRUE(h.has("fact:" + std::to_string(won.id)));
}

}  // namespace
}  // namespace ui
