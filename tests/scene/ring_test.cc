#include <gtest/gtest.h>

#include "app/scene/ring.h"

#include <cmath>

#include "tests/scene/sample_view.h"

namespace scene {
namespace {

constexpr Box kStage{0, 0, 1412, 620};

struct Drawn {
  explicit Drawn(const sim::ClusterView& view, RingInput input = {}) {
    if (input.stage.w == 0) input.stage = kStage;
    build_ring(view, input, dark_theme(), list, hits);
  }
  bool says(std::string_view words) const {
    for (const Shape& shape : list.shapes()) {
      if (shape.kind == ShapeKind::kText &&
          list.text_of(shape).find(words) != std::string_view::npos)
        return true;
    }
    return false;
  }
  std::optional<Point> place_of(const Target& target) const {
    for (const HitRegion& region : hits) {
      if (region.target == target) return region.a;
    }
    return std::nullopt;
  }
  std::size_t circles(Color fill) const {
    std::size_t count = 0;
    for (const Shape& shape : list.shapes())
      count += shape.kind == ShapeKind::kCircle && shape.paint.fill == fill;
    return count;
  }
  RoughMeasure measure;
  DisplayList list{measure};
  std::vector<HitRegion> hits;
};

Target node_target(std::uint64_t id) {
  Target target;
  target.kind = Target::Kind::kNode;
  target.node = {id};
  return target;
}

Target message_target(std::uint64_t id) {
  Target target;
  target.kind = Target::Kind::kMessage;
  target.message = id;
  return target;
}

TEST(Ring, ColoursNodesByTheTermTheyBelieveIn) {
  Sample sample;
  sample.view.nodes[4].term = {2};
  const Drawn drawn(sample.view);
  EXPECT_EQ(drawn.circles(dark_theme().term({4})), 4u);
  EXPECT_EQ(drawn.circles(dark_theme().term({2})), 1u);
}

TEST(Ring, NodesAnswerToTheMouseAtTheirPlaces) {
  const Sample sample;
  const Drawn drawn(sample.view);
  const RingLayout layout = layout_ring(sample.view, kStage, false);
  for (const auto& [node, place] : layout.places) {
    EXPECT_EQ(hit(drawn.hits, place), node_target(node.value));
    EXPECT_TRUE(kStage.contains(place));
  }
  EXPECT_EQ(hit(drawn.hits, {3, 3}).kind, Target::Kind::kNone);
}

TEST(Ring, MessageFliesWithTime) {
  Sample sample;
  const RingLayout layout = layout_ring(sample.view, kStage, false);
  const Point goal = layout.places.at({3});
  float before = 1e9f;
  for (const std::uint64_t now : {342000ull, 342350ull, 342700ull, 343000ull}) {
    sample.view.position.at = {now};
    const Drawn drawn(sample.view);
    const auto at = drawn.place_of(message_target(7));
    ASSERT_TRUE(at);
    const float distance = std::hypot(at->x - goal.x, at->y - goal.y);
    EXPECT_LT(distance, before);
    before = distance;
  }
}

TEST(Ring, LostMessageBreaksHalfWay) {
  Sample sample;
  sample.view.position.at = {343000};
  const Drawn whole(sample.view);
  sample.view.messages[0].fate = sim::Fate::kLostOnWay;
  const Drawn lost(sample.view);
  const RingLayout layout = layout_ring(sample.view, kStage, false);
  const Point p = layout.places.at({2}), q = layout.places.at({3});
  const auto at = lost.place_of(message_target(7));
  ASSERT_TRUE(at);
  EXPECT_NEAR(at->x, (p.x + q.x) / 2, 8);
  EXPECT_NEAR(at->y, (p.y + q.y) / 2, 8);
  EXPECT_NE(whole.place_of(message_target(7))->x, at->x);
}

TEST(Ring, TwoLanesPerLink) {
  const Lane there = lane({0, 0}, {100, 0}, 10, 6), back = lane({100, 0}, {0, 0}, 10, 6);
  EXPECT_FLOAT_EQ(there.from.y, 6);  // to the right of its direction, seen from the sender
  EXPECT_FLOAT_EQ(back.from.y, -6);
  EXPECT_FLOAT_EQ(there.from.x, 10);
  EXPECT_FLOAT_EQ(there.to.x, 90);
}

TEST(Ring, HiddenHeartbeatAnswersCanBeShown) {
  Sample sample;
  sample.view.messages[0].type = "heartbeat-reply";
  EXPECT_FALSE(Drawn(sample.view).place_of(message_target(7)));
  RingInput input;
  input.stage = kStage;
  input.show_heartbeat_replies = true;
  EXPECT_TRUE(Drawn(sample.view, input).place_of(message_target(7)));
}

TEST(Ring, SaysWhatADownNodesDiskKeeps) {
  Sample sample;
  sample.view.nodes[4].state = sim::NodeState::kDown;
  EXPECT_TRUE(Drawn(sample.view).says("disk keeps term 4, 6 entries"));
}

TEST(Ring, NamesThePartition) {
  Sample sample;
  sample.view.partition = {{{1}, {2}}, {{3}, {4}, {5}}};
  EXPECT_TRUE(Drawn(sample.view).says("partition {n1 n2} {n3 n4 n5}"));
}

TEST(Ring, EverySizeOfClusterAndStageFits) {
  for (std::size_t nodes = 1; nodes <= 5; ++nodes) {
    Sample sample;
    sample.view.nodes.resize(nodes);
    for (const Box stage :
         {Box{0, 0, 684, 376}, kStage, Box{0, 0, 300, 200}, Box{0, 0, 3600, 1700}}) {
      RingInput input;
      input.stage = stage;
      input.small = stage.w < 1000;
      const Drawn drawn(sample.view, input);
      for (const auto& [node, place] : layout_ring(sample.view, stage, input.small).places)
        EXPECT_TRUE(stage.contains(place));
    }
  }
}

TEST(Text, HostileTextBecomesPrintable) {
  EXPECT_EQ(printable("a\x01\nb"), "a\\x01\\x0Ab");
  EXPECT_EQ(printable("\xff\xc3"), "\\xFF\\xC3");
  EXPECT_EQ(printable("é–§"), "é–§");
  const RoughMeasure measure;
  const std::string cut = shortened(measure, std::string(100000, 'x'), 100, {.size = 10});
  EXPECT_LE(measure.width(cut, 10, Face::kSans, 400), 100);
  EXPECT_EQ(cut.substr(cut.size() - 3), "…");
}

}  // namespace
}  // namespace scene
