#include "app/scene/chart.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace scene {
namespace {

std::size_t count(const ChartInput& input, ShapeKind kind) {
  const RoughMeasure measure;
  DisplayList list(measure);
  build_chart(input, dark_theme(), list);
  return static_cast<std::size_t>(
      std::count_if(list.shapes().begin(), list.shapes().end(),
                    [&](const Shape& shape) { return shape.kind == kind; }));
}

ChartInput sample(ChartKind kind) {
  ChartInput input;
  input.box = {0, 0, 400, 200};
  input.kind = kind;
  input.title = "Commit latency";
  input.from = 0;
  input.to = 100;
  input.now = 100;
  ChartRow row{"n1", "3", false, {}};
  for (int i = 0; i < 20; ++i) row.points.push_back({i * 5.0, static_cast<double>(i % 4), {1}});
  input.rows.push_back(row);
  return input;
}

TEST(Chart, TheMedianIsOfWhatIsShown) {
  const std::vector<ChartDot> points = {{1, 5, {}}, {2, 1, {}}, {3, 9, {}}, {50, 100, {}}};
  EXPECT_EQ(median_of(points, 0, 10), 5);
  EXPECT_EQ(median_of(points, 40, 60), 100);
  EXPECT_EQ(median_of(points, 4, 5), std::nullopt);
  EXPECT_EQ(median_of({}, 0, 10), std::nullopt);
}

TEST(Chart, ADotForEachValueOutsideOfTheSpanNone) {
  ChartInput input = sample(ChartKind::kDots);
  EXPECT_EQ(count(input, ShapeKind::kCircle), 20u);
  input.from = 50;
  EXPECT_EQ(count(input, ShapeKind::kCircle), 10u);
}

TEST(Chart, ManyValuesInAColumnBecomeOneBar) {
  ChartInput input = sample(ChartKind::kDots);
  input.rows[0].points.clear();
  for (int i = 0; i < 5000; ++i)
    input.rows[0].points.push_back({50 + i * 1e-6, static_cast<double>(i % 7), {2}});
  EXPECT_EQ(count(input, ShapeKind::kCircle), 0u);
}

TEST(Chart, StepsAndBarsStayInTheirRows) {
  for (const ChartKind kind : {ChartKind::kBars, ChartKind::kSteps}) {
    ChartInput input = sample(kind);
    input.rows.push_back(input.rows[0]);
    const RoughMeasure measure;
    DisplayList list(measure);
    build_chart(input, light_theme(), list);
    for (const Shape& shape : list.shapes()) {
      if (shape.kind != ShapeKind::kRect) continue;
      EXPECT_GE(shape.box.y, input.box.y);
      EXPECT_LE(shape.box.bottom(), input.box.bottom());
      EXPECT_GE(shape.box.x, input.box.x);
      EXPECT_LE(shape.box.right(), input.box.right() + 0.5f);
    }
  }
}

TEST(Chart, BandsLieAboveTheRowsInTheirColour) {
  ChartInput input = sample(ChartKind::kSteps);
  input.banded = true;
  input.bands = {{10, 40, {2}, "n3"}, {60, 90, {3}, "n1"}, {200, 300, {4}, "n5"}};
  const RoughMeasure measure;
  DisplayList list(measure);
  build_chart(input, dark_theme(), list);
  std::vector<Box> bands;
  std::string names;
  float highest = 1e9f;
  for (const Shape& shape : list.shapes()) {
    if (shape.kind == ShapeKind::kText) names += std::string(list.text_of(shape)) + " ";
    if (shape.kind != ShapeKind::kRect) continue;
    if (shape.paint.fill == dark_theme().term({2}) || shape.paint.fill == dark_theme().term({3})) {
      bands.push_back(shape.box);
    } else {
      highest = std::min(highest, shape.box.y);
    }
  }
  ASSERT_EQ(bands.size(), 2u);  // the third lies beyond the span
  EXPECT_LT(bands[0].right(), bands[1].x);
  EXPECT_NEAR(bands[0].w, bands[1].w, 0.01f);
  for (const Box& band : bands) EXPECT_LT(band.bottom(), highest);
  EXPECT_NE(names.find("n3"), std::string::npos);
  EXPECT_NE(names.find("n1 "), std::string::npos);
  EXPECT_EQ(names.find("n5"), std::string::npos);
}

TEST(Chart, AnEmptyOneSaysSo) {
  ChartInput input = sample(ChartKind::kDots);
  const std::size_t texts = count(input, ShapeKind::kText);
  input.rows[0].points.clear();
  input.empty = "nothing";
  EXPECT_GT(count(input, ShapeKind::kText), 0u);
  EXPECT_LT(count(input, ShapeKind::kText), texts);
}

TEST(Chart, TheFigureOfALoneRowStandsWhereItsLineEnds) {
  ChartInput input = sample(ChartKind::kSteps);
  input.rows[0].points = {{0, 1, {1}}, {50, 10, {2}}};
  const auto base_of = [](const ChartInput& chart, const std::string& text) {
    const RoughMeasure measure;
    DisplayList list(measure);
    build_chart(chart, dark_theme(), list);
    for (const Shape& shape : list.shapes()) {
      if (shape.kind == ShapeKind::kText && list.text_of(shape) == text) return shape.box.y;
    }
    return -1.0f;
  };
  EXPECT_LT(base_of(input, "3"), input.box.y + 60);  // the highest there is
  input.rows[0].points = {{0, 10, {1}}, {50, 5, {2}}};
  EXPECT_GT(base_of(input, "3"), input.box.y + 60);
  // Among others each stands in its own row.
  input.rows.push_back(input.rows[0]);
  input.rows[1].now = "4";
  EXPECT_GT(base_of(input, "3"), input.box.y + 60);
  EXPECT_GT(base_of(input, "4"), base_of(input, "3") + 40);
}

}  // namespace
}  // namespace scene
