// What the back end makes of shapes, measured on the pixels: as much is covered as there should be.
#include "app/ui/imgui_back_end.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "app/ui/fonts.h"
#include "app/ui/rasteriser.h"

namespace ui {
namespace {

constexpr scene::Color kWhite{255, 255, 255, 255}, kRed{255, 0, 0, 255};
constexpr float kPi = 3.14159265f;

// A list drawn in white or red on black, at one pixel a unit.
class Sheet {
 public:
  Sheet() : context_(ImGui::CreateContext()) {
    ImGui::SetCurrentContext(context_);
    ImGui::GetIO().DisplaySize = {120, 120};
    ImGui::GetIO().DeltaTime = 1.0f / 60;
    ImGui::GetIO().IniFilename = nullptr;
    ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    auto fonts = Fonts::load(*ImGui::GetIO().Fonts, 1);
    if (!fonts) std::abort();
    fonts_ = std::make_unique<Fonts>(std::move(*fonts));
    list = std::make_unique<scene::DisplayList>(*fonts_);
  }
  ~Sheet() { ImGui::DestroyContext(context_); }
  Sheet(const Sheet&) = delete;
  Sheet& operator=(const Sheet&) = delete;

  void draw() {
    draw_imgui([&](ImDrawList& out) { ui::draw(*list, out, {0, 0}, *fonts_); });
    list->clear();
  }
  template <class Drawer>
  void draw_imgui(Drawer drawer) {
    ImGui::NewFrame();
    drawer(*ImGui::GetBackgroundDrawList());
    ImGui::Render();
    corners = ImGui::GetDrawData()->TotalVtxCount;
    image = rasterise(*ImGui::GetDrawData(), *ImGui::GetIO().Fonts, IM_COL32(0, 0, 0, 255));
  }
  const Fonts& fonts() const { return *fonts_; }
  // In pixels, of one channel: 0 red, 1 green.
  float covered(std::size_t channel = 0) const {
    float sum = 0;
    for (std::size_t i = channel; i < image.rgba.size(); i += 4) sum += image.rgba[i] / 255.0f;
    return sum;
  }
  int at(int x, int y, std::size_t channel = 0) const { return image.at(x, y)[channel]; }

  std::unique_ptr<scene::DisplayList> list;
  Image image;
  int corners = 0;

 private:
  ImGuiContext* context_;
  std::unique_ptr<Fonts> fonts_;
};

TEST(BackEnd, DiscsHaveTheirSizeWhereverTheyLie) {
  Sheet sheet;
  for (const float r : {1.2f, 2.6f, 3.6f, 5.0f, 8.1f, 13.0f, 19.7f, 30.0f}) {
    for (const float shift : {0.0f, 0.3f, 0.5f}) {
      sheet.list->circle(60 + shift, 60 + 2 * shift, r, {.fill = kWhite});
      sheet.draw();
      EXPECT_NEAR(sheet.covered(), kPi * r * r, std::max(0.5f, 0.035f * kPi * r * r)) << r;
      EXPECT_GT(sheet.at(60, 60), 200) << r;
      EXPECT_LT(sheet.at(60 + static_cast<int>(std::ceil(r)) + 3, 60), 5) << r;
    }
  }
}

TEST(BackEnd, AStrokeLiesAroundItsFill) {
  Sheet sheet;
  for (const float r : {3.6f, 9.0f, 14.0f}) {
    sheet.list->circle(60.5f, 60.5f, r, {.fill = kRed, .stroke = kWhite, .width = 2});
    sheet.draw();
    // Centred half a pixel within the edge.
    const float in = r - 1.5f, out = r + 0.5f;
    EXPECT_NEAR(sheet.covered(0), kPi * out * out, 0.05f * kPi * out * out) << r;
    EXPECT_NEAR(sheet.covered(1), kPi * (out * out - in * in), 0.08f * kPi * out * out) << r;
    EXPECT_EQ(sheet.at(60, 60, 1), 0) << r;
    EXPECT_LE(sheet.corners, 8);
  }
  // What is not opaque keeps its fill out of its stroke.
  sheet.list->circle(60.5f, 60.5f, 10, {.fill = {255, 0, 0, 80}, .stroke = kWhite, .width = 2});
  sheet.draw();
  EXPECT_NEAR(sheet.at(60, 60, 0), 80, 2);
  EXPECT_EQ(sheet.at(60, 60, 1), 0);
}

TEST(BackEnd, SidesOfRectanglesAreSharp) {
  Sheet sheet;
  for (const float radius : {0.0f, 2.0f, 2.7f, 4.0f, 6.0f, 12.0f}) {
    sheet.list->rect({20, 30, 40, 24}, radius, {.fill = kWhite});
    sheet.draw();
    EXPECT_GE(sheet.at(40, 30), 250) << radius;
    EXPECT_LE(sheet.at(40, 29), 4) << radius;
    EXPECT_GE(sheet.at(40, 53), 250) << radius;
    EXPECT_LE(sheet.at(40, 54), 4) << radius;
    EXPECT_GE(sheet.at(20, 42), 250) << radius;
    EXPECT_LE(sheet.at(19, 42), 4) << radius;
    EXPECT_GE(sheet.at(59, 42), 250) << radius;
    EXPECT_LE(sheet.at(60, 42), 4) << radius;
    const float expected = 40 * 24 - (4 - kPi) * radius * radius;
    EXPECT_NEAR(sheet.covered(), expected, 6) << radius;
    if (radius > 1) {
      EXPECT_LT(sheet.at(20, 30), 180) << radius;
    }
  }
}

TEST(BackEnd, AFrameIsAsWideAsItSays) {
  Sheet sheet;
  sheet.list->rect({20, 30, 40, 24}, 4, {.fill = kRed, .stroke = kWhite, .width = 1});
  sheet.draw();
  EXPECT_GE(sheet.at(40, 30, 1), 250);
  EXPECT_LE(sheet.at(40, 31, 1), 5);
  EXPECT_GE(sheet.at(40, 31, 0), 250);
  EXPECT_LE(sheet.at(40, 29, 0), 3);
  EXPECT_GE(sheet.at(59, 42, 1), 250);
  sheet.list->rect({20, 30, 40, 24}, 4, {.fill = kRed, .stroke = kWhite, .width = 3});
  sheet.draw();
  EXPECT_GE(sheet.at(40, 29, 1), 250);
  EXPECT_GE(sheet.at(40, 31, 1), 250);
  EXPECT_LE(sheet.at(40, 32, 1), 5);
}

TEST(BackEnd, LinesAreAsLongAndWideAsTheySay) {
  Sheet sheet;
  for (const float width : {1.0f, 1.4f, 2.4f, 3.0f, 6.0f}) {
    for (const float degrees : {20.0f, 45.0f, 71.0f}) {
      const float x = 60 * std::cos(degrees * kPi / 180), y = 60 * std::sin(degrees * kPi / 180);
      sheet.list->line({20, 20}, {20 + x, 20 + y}, {.stroke = kWhite, .width = width});
      sheet.draw();
      EXPECT_NEAR(sheet.covered(), 60 * width, 0.05f * 60 * width + 8) << width << " " << degrees;
      EXPECT_EQ(sheet.corners, 4);
    }
  }
}

TEST(BackEnd, DashesAndDotsKeepTheirRhythm) {
  Sheet sheet;
  // 60 long: ten of 4 and 2.
  sheet.list->line({20, 20.5f}, {80, 26},
                   {.stroke = kWhite, .width = 2, .dash_on = 4, .dash_off = 2});
  sheet.draw();
  EXPECT_NEAR(sheet.covered(), 40 * 2, 6);
  // As those of a path with corners, which goes another way through the code.
  Sheet bent;
  bent.list->path({{20, 20.5f}, {50, 23.25f}, {80, 26}}, false,
                  {.stroke = kWhite, .width = 2, .dash_on = 4, .dash_off = 2});
  bent.draw();
  double apart = 0;
  for (std::size_t i = 0; i < sheet.image.rgba.size(); i += 4)
    apart += std::abs(sheet.image.rgba[i] - bent.image.rgba[i]) / 255.0;
  EXPECT_LT(apart, 12);
  scene::Paint dots{.stroke = kWhite, .width = 4, .dash_on = 0.01f, .dash_off = 10, .round = true};
  sheet.list->line({20, 60}, {100, 62}, dots);
  sheet.draw();
  EXPECT_NEAR(sheet.covered(), 8 * kPi * 4, 10);
  // Too many for one reservation, and none at all.
  sheet.list->line({0, 3}, {100000, 9},
                   {.stroke = kWhite, .width = 2, .dash_on = 4, .dash_off = 2});
  sheet.list->line({5, 5}, {5, 5}, {.stroke = kWhite, .dash_on = 4, .dash_off = 2});
  sheet.draw();
}

TEST(BackEnd, PlainTextIsWrittenAsImGuiWritesIt) {
  Sheet sheet;
  const char* const words[] = {"leader of term 12", "~!@#$%^&*()_+{}|", "i l W M", " "};
  for (const scene::Face face : {scene::Face::kSans, scene::Face::kMono}) {
    for (const float size : {11.0f, 13.0f, 14.0f, 17.3f, 20.0f}) {
      for (const char* const word : words) {
        const scene::Style style{.size = size, .color = kWhite, .face = face};
        sheet.list->text(8.4f, 40.6f, word, style);
        sheet.draw();
        const Image ours = sheet.image;
        const Fonts::Picked picked = sheet.fonts().pick(face, 400, size);
        const ImVec2 corner{8, std::round(40.6f - picked.ascent)};
        sheet.draw_imgui([&](ImDrawList& out) {
          out.AddText(picked.font, picked.pixels, corner, IM_COL32_WHITE, word);
        });
        EXPECT_EQ(ours.rgba, sheet.image.rgba) << word << " at " << size;
        EXPECT_EQ(sheet.fonts().width(word, size, face, 400),
                  picked.font->CalcTextSizeA(picked.pixels, 1e9f, 0, word).x)
            << word << " at " << size;
      }
    }
  }
}

// ImGui strokes what there is no picture for: it lies above what came before and below what comes
// after.
TEST(BackEnd, ShapesLieInTheOrderInWhichTheyAreDrawn) {
  Sheet sheet;
  sheet.list->rect({20, 20, 60, 60}, 0, {.fill = kWhite});
  sheet.list->path({{30, 30}, {70, 30}, {70, 70}, {30, 70}}, true, {.fill = kRed});
  sheet.list->rect({45, 45, 10, 10}, 0, {.fill = kWhite});
  sheet.draw();
  EXPECT_EQ(sheet.at(25, 25, 1), 255);
  EXPECT_EQ(sheet.at(40, 40, 1), 0);
  EXPECT_EQ(sheet.at(50, 50, 1), 255);
}

// More than one reservation, and more corners than sixteen bits can count.
TEST(BackEnd, AnyNumberOfShapesIsDrawn) {
  Sheet sheet;
  for (int i = 0; i < 30000; ++i)
    sheet.list->rect({static_cast<float>(i % 100), static_cast<float>(i % 97), 1, 1}, 0,
                     {.fill = kRed});
  sheet.list->rect({110, 110, 5, 5}, 0, {.fill = kWhite});
  sheet.draw();
  EXPECT_EQ(sheet.corners, 4 * 30001);
  EXPECT_EQ(sheet.at(112, 112, 1), 255);
  EXPECT_EQ(sheet.at(50, 50), 255);
}

}  // namespace
}  // namespace ui
