#include "app/scene/history.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace scene {
namespace {

sim::Instant at(std::uint64_t millis) { return {millis}; }

HistoryInput sample() {
  HistoryInput input;
  input.box = {0, 0, 1000, 400};
  input.from = 10;
  input.to = 30;
  input.now = at(29000);
  input.key = "x";
  HistoryLane one, two;
  one.client = 1;
  one.bars.push_back(
      {1, "put 1", at(11000), at(13000), BarLook::kDone, false, false, at(12000), {2}});
  one.bars.push_back({3, "put 2", at(20000), at(29000), BarLook::kUnknown});
  two.client = 2;
  two.bars.push_back({2, "get = 1", at(14000), at(15000), BarLook::kNoPlace, true});
  two.bars.push_back({4, "put 3", at(16000), at(17000), BarLook::kRefused});
  two.bars.push_back({5, "put 9", at(2000), at(3000)});
  input.lanes = {one, two};
  input.values = {{at(0), std::nullopt}, {at(12000), "1"}};
  return input;
}

struct Built {
  explicit Built(const HistoryInput& input) : list(measure) {
    build_history(input, light_theme(), list, hits);
  }
  std::size_t count(const std::string& text) const {
    return static_cast<std::size_t>(
        std::count_if(list.shapes().begin(), list.shapes().end(), [&](const Shape& shape) {
          return shape.kind == ShapeKind::kText && list.text_of(shape) == text;
        }));
  }
  const HistoryHit* hit(std::uint64_t request) const {
    for (const HistoryHit& one : hits) {
      if (one.request == request) return &one;
    }
    return nullptr;
  }
  RoughMeasure measure;
  DisplayList list;
  std::vector<HistoryHit> hits;
};

TEST(History, TimeToPlaceAndBack) {
  const HistoryLayout g = layout_history(sample());
  for (const std::uint64_t millis : {10000u, 12345u, 29999u})
    EXPECT_NEAR(g.tick_at(g.x_of(at(millis))), static_cast<double>(millis) / 1000, 0.01);
  EXPECT_LT(g.x_of(at(11000)), g.x_of(at(11001)));
}

TEST(History, BarsLieFromCallToReturn) {
  const HistoryInput input = sample();
  const HistoryLayout g = layout_history(input);
  const Built built(input);
  const HistoryHit* bar = built.hit(1);
  ASSERT_NE(bar, nullptr);
  EXPECT_NEAR(bar->box.x + 2, g.x_of(at(11000)), 1);
  EXPECT_NEAR(bar->box.right() - 2, g.x_of(at(13000)), 1);
  // What nobody knows is open up to now.
  EXPECT_NEAR(built.hit(3)->box.right() - 2, g.x_of(at(29000)), 1);
  // Out of sight.
  EXPECT_EQ(built.hit(5), nullptr);
}

TEST(History, ClientsHaveTheirRowsAndTheKeyItsValues) {
  const Built built(sample());
  EXPECT_EQ(built.count("c1"), 1u);
  EXPECT_EQ(built.count("c2"), 1u);
  EXPECT_EQ(built.count("value of x"), 1u);
  EXPECT_EQ(built.count("absent"), 1u);
  EXPECT_EQ(built.count("1"), 1u);
  EXPECT_LT(built.hit(1)->box.y, built.hit(2)->box.y);
}

TEST(History, MoreClientsThanRoomAreCounted) {
  HistoryInput input = sample();
  for (std::uint64_t client = 3; client < 40; ++client) {
    input.lanes.push_back(input.lanes.front());
    input.lanes.back().client = client;
  }
  const HistoryLayout g = layout_history(input);
  EXPECT_LT(g.lanes, input.lanes.size());
  EXPECT_LE(g.value_y + 20, input.box.bottom() + 1);
  EXPECT_EQ(Built(input).count("and " + std::to_string(input.lanes.size() - g.lanes) + " more"),
            1u);
}

TEST(History, HostileNamesAndAnEmptySpanDraw) {
  HistoryInput input = sample();
  input.key.assign(1000, '\n');
  input.key.push_back('\xff');
  input.lanes.front().bars.front().label = std::string(100000, '%');
  input.to = input.from;
  const Built built(input);
  EXPECT_GT(built.list.shapes().size(), 5u);
}

}  // namespace
}  // namespace scene
