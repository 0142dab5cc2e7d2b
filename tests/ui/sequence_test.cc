// The sequence view in the window.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

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

// A run with more in it than the view holds.
session::Session long_run() {
  session::Session session = with_leader();
  sim::Request put;
  put.key = "x";
  for (int i = 0; i < 12; ++i) {
    put.value = std::to_string(i);
    EXPECT_TRUE(session.act(put));
    session.tick(sim::ticks(4));
  }
  return session;
}

TEST(SequenceView, ZoomsAboutTheMouseAndMovesByDragging) {
  Harness h(long_run());
  h.key('S');
  const SequenceState& view = h.state().sequence;
  EXPECT_TRUE(view.follow);
  const auto place = h.app().gui().widgets.find("sequence");
  ASSERT_TRUE(place);
  const float middle = (place->min.x + place->max.x) / 2;
  const float zoom = view.zoom;
  const double left = view.left;
  h.wheel("sequence", 2);
  EXPECT_GT(view.zoom, zoom);
  EXPECT_FALSE(view.follow);
  EXPECT_GT(view.left, left);
  h.wheel("sequence", -2);
  EXPECT_NEAR(view.zoom, zoom, 1e-3);
  EXPECT_NEAR(view.left, left, 1e-3);
  // What is under the mouse stays there.
  std::string fact;
  for (const sim::Fact& other : h.session().facts()) {
    const std::string name = "fact:" + std::to_string(other.id);
    const auto found = h.app().gui().widgets.find(name);
    if (found && std::abs(found->min.x - middle) < 300) fact = name;
  }
  ASSERT_NE(fact, "");
  const float x = h.app().gui().widgets.find(fact)->min.x;
  h.wheel(fact, 2);
  h.frame();
  EXPECT_NEAR(h.app().gui().widgets.find(fact)->min.x, x, 1);
  h.wheel(fact, -2);
  h.frame();
  EXPECT_NEAR(view.zoom, zoom, 1e-3);
  const double pixel = 1 / static_cast<double>(zoom);  // the mouse moves by whole ones
  EXPECT_NEAR(view.left, left, pixel);
  // To the right goes back in time, by as much as the mouse moved.
  const double here = view.left;
  const float y = place->max.y - 60;
  h.drag({middle - 100, y}, {middle + 100, y});
  EXPECT_NEAR(view.left, here - static_cast<double>(200 / h.app().gui().k / view.zoom), pixel);
  EXPECT_FALSE(view.follow);
  // Not beyond the first moment.
  for (int i = 0; i < 20; ++i) h.drag({middle - 300, y}, {middle + 300, y});
  const double first = view.left;
  h.drag({middle - 300, y}, {middle + 300, y});
  EXPECT_EQ(view.left, first);
  ASSERT_TRUE(h.click("sequence.now"));
  EXPECT_TRUE(view.follow);
  EXPECT_NEAR(view.left, left, 1e-3);
  h.frame();
  EXPECT_FALSE(h.has("sequence.now"));
}

TEST(SequenceView, WhoeverZoomsWhileTimePassesGoesOnWatchingThePresent) {
  Harness h(long_run());
  h.key('S');
  const SequenceState& view = h.state().sequence;
  h.key(key::kSpace);
  ASSERT_TRUE(h.state().playing);
  h.wheel("sequence", -3);
  EXPECT_TRUE(view.follow);
  h.frame();
  const double before = view.left;
  h.frame(30);
  EXPECT_GT(view.left, before);
  h.key(key::kSpace);
  h.wheel("sequence", 2);
  EXPECT_FALSE(view.follow);
  h.key(key::kEnd);
  EXPECT_TRUE(view.follow);
}

TEST(SequenceView, AFactChosenElsewhereComesIntoSight) {
  Harness h(long_run());
  const sim::Fact won = *election(h.session().facts());
  h.key('S');
  EXPECT_FALSE(h.has("fact:" + std::to_string(won.id)));
  h.state().selected = target_of(won);
  h.frame(2);
  EXPECT_TRUE(h.has("fact:" + std::to_string(won.id)));
}

}  // namespace
}  // namespace ui
