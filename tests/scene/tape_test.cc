#include <gtest/gtest.h>

#include <algorithm>

#include "app/scene/tape.h"

namespace scene {
namespace {

TEST(Tape, TimeAndPlaceAreInverse) {
  TapeInput input;
  input.box = {24, 0, 1872, 72};
  for (const std::uint64_t now : {0ull, 500ull, 39000ull, 12345678ull}) {
    input.now = {now};
    const TapeScale scale = tape_scale(input);
    for (std::uint64_t at = 0; at <= now; at += now / 7 + 1) {
      const auto back = scale.instant_at(scale.x_of({at})).millis;
      const auto off = back > at ? back - at : at - back;
      EXPECT_LE(off, scale.span / 1000) << at;
    }
    EXPECT_LE(scale.x_of(input.now), scale.x1);
  }
}

TEST(Tape, ManyBandsAndMarksStayCheap) {
  TapeInput input;
  input.box = {24, 0, 1872, 72};
  for (std::uint64_t i = 0; i < 100000; ++i) {
    input.bands.push_back({{i * 1000}, {i * 1000 + 900}, {i + 1}, {1 + i % 5}});
    input.events.push_back({{i * 1000}, TapeMark::kWrite});
    input.events.push_back({{i * 1000}, TapeMark::kCrash});
  }
  input.now = {100000000};
  const RoughMeasure measure;
  DisplayList list(measure);
  build_tape(input, dark_theme(), list);
  EXPECT_LT(list.shapes().size(), 12000u);
}

TEST(Tape, NamesTheLeaderOfATerm) {
  TapeInput input;
  input.box = {24, 0, 1872, 72};
  input.bands.push_back({{10000}, {35000}, {3}, {2}});
  input.now = {35000};
  const RoughMeasure measure;
  DisplayList list(measure);
  build_tape(input, dark_theme(), list);
  bool named = false;
  for (const Shape& shape : list.shapes())
    named |= shape.kind == ShapeKind::kText && list.text_of(shape) == "term 3 · n2";
  EXPECT_TRUE(named);
}

TEST(Tape, OnlyWhatNobodyLedIsHatched) {
  TapeInput input;
  input.box = {24, 0, 1872, 72};
  input.bands.push_back({{10000}, {35000}, {3}, {2}});
  input.bands.push_back({{50000}, {80000}, {4}, {1}});
  input.now = {90000};
  const RoughMeasure measure;
  DisplayList list(measure);
  build_tape(input, dark_theme(), list);
  const TapeScale scale = tape_scale(input);
  std::vector<Box> hatched;
  for (const Shape& shape : list.shapes()) {
    if (shape.kind == ShapeKind::kClip) hatched.push_back(shape.box);
  }
  const auto covers = [&](std::uint64_t at) {
    const float x = scale.x_of({at});
    return std::any_of(hatched.begin(), hatched.end(),
                       [&](const Box& box) { return box.x <= x && x < box.right(); });
  };
  for (const std::uint64_t at : {100u, 9000u, 40000u, 49000u, 82000u, 89000u})
    EXPECT_TRUE(covers(at)) << at;
  for (const std::uint64_t at : {12000u, 30000u, 52000u, 78000u, 95000u}) EXPECT_FALSE(covers(at));
}

}  // namespace
}  // namespace scene
