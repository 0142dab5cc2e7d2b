#include "app/ui/rasteriser.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "app/ui/window.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

bool near(const std::uint8_t* pixel, scene::Color c) {
  return std::abs(pixel[0] - c.r) < 12 && std::abs(pixel[1] - c.g) < 12 &&
         std::abs(pixel[2] - c.b) < 12;
}

TEST(Rasteriser, NodesHaveTheColourOfTheirTerm) {
  for (const scene::Theme* theme :
       {&scene::dark_theme(), &scene::light_theme(), &scene::projector_theme()}) {
    Harness h(with_leader(), 1280, 800);
    h.state().theme = theme;
    h.frame(2);
    const std::string name = "node:n" + std::to_string(h.view().leader.value);
    const auto place = h.app().gui().widgets.find(name);
    ASSERT_TRUE(place);
    const int x = static_cast<int>((place->min.x + place->max.x) / 2),
              y = static_cast<int>((place->min.y + place->max.y) / 2);
    const Image image = h.picture();
    const float k = h.app().gui().k;
    int colored = 0, all = 0;
    for (int dy = -static_cast<int>(20 * k); dy <= static_cast<int>(20 * k); ++dy) {
      for (int dx = -static_cast<int>(20 * k); dx <= static_cast<int>(20 * k); ++dx) {
        ++all;
        colored += near(image.at(x + dx, y + dy), theme->term(h.view().term));
      }
    }
    EXPECT_GT(colored, all / 2) << theme->name;
    EXPECT_TRUE(near(image.at(static_cast<int>(70 * k), static_cast<int>(120 * k)), theme->canvas))
        << theme->name;
  }
}

TEST(Rasteriser, TwoPicturesOfTheSameMomentAreEqual) {
  Harness a(with_leader(), 800, 600), b(with_leader(), 800, 600);
  ImGui::GetIO().MousePos = {-1, -1};
  const Image one = a.picture(), two = b.picture();
  EXPECT_EQ(one.rgba, two.rgba);
}

TEST(Shot, WritesAPngAndRefusesWhatItCannot) {
  session::Session session = with_leader();
  const sim::Digest digest = session.cluster().digest();
  const std::string path = testing::TempDir() + "raftarium_shot.png";
  EXPECT_TRUE(render_window_png(session, {.width = 640, .height = 480}, path));
  EXPECT_GT(std::filesystem::file_size(path), 5000u);
  EXPECT_EQ(session.cluster().digest(), digest);
  EXPECT_FALSE(render_window_png(session, {.theme = "pink"}, path));
  EXPECT_FALSE(render_window_png(session, {.width = 3}, path));
  EXPECT_FALSE(render_window_png(session, {.scale = 9}, path));
  EXPECT_FALSE(render_window_png(session, {.language = "xx"}, path));
  EXPECT_FALSE(render_window_png(session, {.width = 640, .height = 480}, "/nowhere/shot.png"));
}

}  // namespace
}  // namespace ui
