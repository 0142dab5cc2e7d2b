#include <gtest/gtest.h>

#include "app/export/page_shapes.h"

namespace exporter {
namespace {

using scene::DisplayList;

const scene::RoughMeasure kMeasure;

TEST(ShapeBook, KeepsAShapeOnceAndAPaintForEachTheme) {
  ShapeBook book(kMeasure, {&scene::dark_theme(), &scene::light_theme()});
  const Build build = [](const scene::Theme& theme, DisplayList& list) {
    list.circle(1, 2, 3, {.fill = theme.ink});
    list.circle(1, 2, 3, {.fill = theme.ink});
    list.text(5, 6, "<b>", {.size = 14, .color = theme.ink2});
  };
  EXPECT_EQ(book.ids(build), (Ids{0, 0, 1}));
  const std::string json = book.json();
  EXPECT_NE(json.find("\"geoms\":[[1,10,20,30],[3,0,140,400,50,60,"), std::string::npos) << json;
  EXPECT_NE(json.find("\"paints\":[[[0],[1]],[[2],[3]]]"), std::string::npos) << json;
  EXPECT_NE(json.find("\"texts\":[\"<b>\"]"), std::string::npos) << json;
}

TEST(Layer, TellsOnlyWhatDiffers) {
  ShapeBook book(kMeasure, {&scene::dark_theme()});
  Layer layer(book, "ring", 100, 50);
  const auto circles = [](std::vector<float> at) {
    return [at](const scene::Theme& theme, DisplayList& list) {
      for (const float x : at) list.circle(x, 0, 1, {.fill = theme.ink});
    };
  };
  layer.add(0, circles({1, 2, 3}));
  layer.add(1, circles({1, 2, 3}));     // nothing
  layer.add(2, circles({1, 7, 3}));     // a slot
  layer.add(5, circles({1, 7, 8, 3}));  // one more
  layer.add(6, circles({3}));           // two head, none tail
  EXPECT_EQ(layer.json(),
            "{\"name\":\"ring\",\"w\":1000,\"h\":500,\"changes\":[[0,1,0,0,0,1,2],[2,0,1,3],"
            "[3,1,2,1,4],[1,1,0,1]]}");
}

}  // namespace
}  // namespace exporter
