// Text as it is drawn, against what it is drawn on: WCAG AA, in each theme.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "app/scenario/parser.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

double luminance(int r, int g, int b) {
  const auto linear = [](int v) {
    const double x = v / 255.0;
    return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

class DrawnText : public testing::TestWithParam<const scene::Theme*> {};

TEST_P(DrawnText, StandsOutFromWhatItIsDrawnOn) {
  Harness h(with_leader());
  h.state().theme = GetParam();
  for (const char* line : {"put x 1", "tick 3", "put y 2", "partition {n1 n2}", "tick 1"})
    ASSERT_TRUE(h.session().execute(*scenario::parse_statement(line, "t"))) << line;
  h.state().faults_open = true;
  h.key('0' + static_cast<int>(h.view().leader.value));
  std::set<std::string> told;
  std::size_t looked = 0;
  for (const Page page :
       {Page::kStore, Page::kDisk, Page::kClients, Page::kChecks, Page::kEvents}) {
    h.state().lower_page = page;
    h.frame(2);
    std::vector<Fonts::Drawn> drawn;
    h.app().gui().fonts->watch(&drawn);
    h.frame();
    h.app().gui().fonts->watch(nullptr);
    const Image picture =
        rasterise(*ImGui::GetDrawData(), *ImGui::GetIO().Fonts, im_color(h.state().theme->canvas));
    for (const Fonts::Drawn& text : drawn) {
      if ((text.color >> IM_COL32_A_SHIFT & 0xFF) != 0xFF) continue;  // what is off is paler
      const auto part = [&](int shift) { return static_cast<int>(text.color >> shift & 0xFF); };
      const double a =
          luminance(part(IM_COL32_R_SHIFT), part(IM_COL32_G_SHIFT), part(IM_COL32_B_SHIFT));
      // Beside it and above its middle; a neighbour may stand at some of these places.
      double contrast = 0;
      const float middle = (text.top + text.bottom) / 2;
      for (const ImVec2 place : {ImVec2{text.left - 2, middle}, ImVec2{text.right + 2, middle},
                                 ImVec2{(text.left + text.right) / 2, text.top + 1}}) {
        const int x = static_cast<int>(place.x), y = static_cast<int>(place.y);
        if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) continue;
        const std::uint8_t* behind = picture.at(x, y);
        const double b = luminance(behind[0], behind[1], behind[2]);
        contrast = std::max(contrast, (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05));
      }
      ++looked;
      if (contrast < 4.5 && told.insert(text.text).second)
        ADD_FAILURE() << "'" << text.text << "' in " << text.pane << ": " << contrast;
    }
  }
  EXPECT_GT(looked, 300u);
}

INSTANTIATE_TEST_SUITE_P(Themes, DrawnText,
                         testing::Values(&scene::dark_theme(), &scene::light_theme(),
                                         &scene::projector_theme()),
                         [](const auto& one) { return std::string(one.param->name); });

}  // namespace
}  // namespace ui
