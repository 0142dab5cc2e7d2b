// The palettes by computation: text and marks stand out, and terms keep apart for every kind of
// colour vision. Distances are of OKLab; dichromacies after Machado 2009 (protanopia,
// deuteranopia) and Brettel 1997 (tritanopia), full severity.
#include "app/scene/theme.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace scene {
namespace {

using Rgb = std::array<double, 3>;  // linear light

Rgb linear(Color c) {
  const auto one = [](std::uint8_t v) {
    const double x = v / 255.0;
    return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
  };
  return {one(c.r), one(c.g), one(c.b)};
}

double contrast(Color a, Color b) {
  const auto luminance = [](Color c) {
    const Rgb l = linear(c);
    return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
  };
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

enum class Vision { kNormal, kProtanopia, kDeuteranopia, kTritanopia };

Rgb product(const std::array<double, 9>& m, const Rgb& v) {
  Rgb out{};
  for (std::size_t i = 0; i < 3; ++i)
    out[i] = std::clamp(m[3 * i] * v[0] + m[3 * i + 1] * v[1] + m[3 * i + 2] * v[2], 0.0, 1.0);
  return out;
}

Rgb seen(const Rgb& c, Vision vision) {
  switch (vision) {
    case Vision::kNormal:
      return c;
    case Vision::kProtanopia:
      return product({0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882,
                      -0.048116, 1.051998},
                     c);
    case Vision::kDeuteranopia:
      return product({0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820,
                      0.042940, 0.968881},
                     c);
    case Vision::kTritanopia: {
      const double side = 0.03901 * c[0] - 0.02788 * c[1] - 0.01113 * c[2];
      return side >= 0 ? product({1.01277, 0.13548, -0.14826, -0.01243, 0.86812, 0.14431, 0.07589,
                                  0.80500, 0.11911},
                                 c)
                       : product({0.93678, 0.18979, -0.12657, 0.06154, 0.81526, 0.12320, -0.37562,
                                  1.12767, 0.24796},
                                 c);
    }
  }
  return c;
}

std::array<double, 3> oklab(const Rgb& c) {
  const double l = std::cbrt(0.4122214708 * c[0] + 0.5363325363 * c[1] + 0.0514459929 * c[2]);
  const double m = std::cbrt(0.2119034982 * c[0] + 0.6806995451 * c[1] + 0.1073969566 * c[2]);
  const double s = std::cbrt(0.0883024619 * c[0] + 0.2817188376 * c[1] + 0.6299787005 * c[2]);
  return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
          1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
          0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

double distance(Color a, Color b, Vision vision) {
  const auto x = oklab(seen(linear(a), vision)), y = oklab(seen(linear(b), vision));
  return std::hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

class Palette : public testing::TestWithParam<const Theme*> {};

TEST_P(Palette, TextHasTheContrastOfWcagAa) {
  const Theme& t = *GetParam();
  for (const Color surface : {t.canvas, t.panel, t.raised, t.sunken}) {
    for (const Color ink : {t.ink, t.ink2, t.ink3, t.accent, t.danger})
      EXPECT_GE(contrast(ink, surface), 4.5);
  }
  EXPECT_GE(contrast(t.warn, t.panel), 4.5);
  // A chosen row, and what stands on a filled accent or status.
  for (const Color ink : {t.ink, t.ink2, t.accent}) EXPECT_GE(contrast(ink, t.select), 4.5);
  EXPECT_GE(contrast(t.on_accent, t.accent), 4.5);
  EXPECT_GE(contrast(t.on_status, t.danger), 4.5);
  for (std::size_t i = 0; i < t.terms.size(); ++i)
    EXPECT_GE(contrast(t.on_terms[i], t.terms[i]), 4.5) << "term " << i + 1;
}

TEST_P(Palette, MarksHaveThreeToOne) {
  const Theme& t = *GetParam();
  for (const Color surface : {t.canvas, t.panel}) {
    EXPECT_GE(contrast(t.control, surface), 3);
    EXPECT_GE(contrast(t.danger, surface), 3);
    EXPECT_GE(contrast(t.warn, surface), 3);
    for (std::size_t i = 0; i < t.terms.size(); ++i) {
      // Light themes draw an edge of ink round what is filled.
      const double edge = t.outlined ? contrast(t.ink, surface) : 0;
      EXPECT_GE(std::max(edge, contrast(t.terms[i], surface)), 3) << "term " << i + 1;
    }
  }
}

TEST_P(Palette, TermsKeepApartForEveryKindOfVision) {
  const Theme& t = *GetParam();
  const std::size_t n = t.terms.size();
  for (const Vision vision :
       {Vision::kNormal, Vision::kProtanopia, Vision::kDeuteranopia, Vision::kTritanopia}) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < i; ++j)
        EXPECT_GE(distance(t.terms[i], t.terms[j], vision), 0.08) << i + 1 << " and " << j + 1;
      // Neighbours in the cycle stand side by side.
      EXPECT_GE(distance(t.terms[i], t.terms[(i + 1) % n], vision), 0.115) << i + 1;
      for (const Color fixed : {t.accent, t.danger, t.warn})
        EXPECT_GE(distance(t.terms[i], fixed, vision), 0.058) << i + 1;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Themes, Palette,
                         testing::Values(&dark_theme(), &light_theme(), &projector_theme()),
                         [](const auto& one) { return std::string(one.param->name); });

}  // namespace
}  // namespace scene
