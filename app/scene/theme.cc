#include "app/scene/theme.h"

namespace scene {
namespace {

constexpr Color hex(std::uint32_t rgb) {
  return {static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8),
          static_cast<std::uint8_t>(rgb), 255};
}

constexpr Color kNight = hex(0x0B0F15);
constexpr Color kWhite = hex(0xFFFFFF);

// The term colours were found by a search that maximised their smallest distance under normal
// vision and the three kinds of colour blindness, neighbours in the cycle weighing more.
constexpr std::array<Color, 8> kDarkTerms = {hex(0x3FC3FE), hex(0xB761C0), hex(0xFD9565),
                                             hex(0x93D9DD), hex(0x5196FF), hex(0xC792A5),
                                             hex(0xDDD698), hex(0x549507)};
constexpr std::array<Color, 8> kLightTerms = {hex(0x1888B5), hex(0x7E3587), hex(0xED640A),
                                              hex(0x5E9EA1), hex(0x0052B9), hex(0x8C0452),
                                              hex(0x979162), hex(0x596E4B)};
constexpr std::array<Color, 8> kOnDark = {kNight, kNight, kNight, kNight,
                                          kNight, kNight, kNight, kNight};
constexpr std::array<Color, 8> kOnLight = {kNight, kWhite, kNight, kNight,
                                           kWhite, kWhite, kNight, kWhite};

}  // namespace

const Theme& dark_theme() {
  static constexpr Theme theme{.name = "dark",
                               .canvas = hex(0x0D1117),
                               .panel = hex(0x141A23),
                               .raised = hex(0x1D2531),
                               .sunken = hex(0x090C11),
                               .select = hex(0x243247),
                               .divider = hex(0x2A3441),
                               .mesh = hex(0x333F4E),
                               .control = hex(0x65758B),
                               .ink = hex(0xDDE4ED),
                               .ink2 = hex(0xA9B5C4),
                               .ink3 = hex(0x8794A6),
                               .accent = hex(0xF7FBFF),
                               .on_accent = hex(0x0D1117),
                               .danger = hex(0xFF5A52),
                               .warn = hex(0xFFC21A),
                               .on_status = kNight,
                               .floor = {0x14, 0x1A, 0x23, 204},
                               .terms = kDarkTerms,
                               .on_terms = kOnDark};
  return theme;
}

const Theme& light_theme() {
  static constexpr Theme theme{.name = "light",
                               .outlined = true,
                               .canvas = hex(0xF7F8FA),
                               .panel = kWhite,
                               .raised = kWhite,
                               .sunken = hex(0xEAEDF1),
                               .select = hex(0xDCE6F5),
                               .divider = hex(0xD3D9E1),
                               .mesh = hex(0xC3CBD6),
                               .control = hex(0x7A8798),
                               .ink = hex(0x26303D),
                               .ink2 = hex(0x4A5666),
                               .ink3 = hex(0x5F6B7B),
                               .accent = hex(0x0B1F3F),
                               .on_accent = kWhite,
                               .danger = hex(0xAA0018),
                               .warn = hex(0x926815),
                               .on_status = kWhite,
                               .floor = {0xFF, 0xFF, 0xFF, 204},
                               .terms = kLightTerms,
                               .on_terms = kOnLight};
  return theme;
}

const Theme& projector_theme() {
  static constexpr Theme theme{.name = "projector",
                               .line = 1.6f,
                               .zoom = 1.375f,
                               .outlined = true,
                               .canvas = kWhite,
                               .panel = kWhite,
                               .raised = hex(0xF2F4F7),
                               .sunken = hex(0xE9EDF2),
                               .select = hex(0xCFE0FA),
                               .divider = hex(0x9AA5B3),
                               .mesh = hex(0xAEB7C3),
                               .control = hex(0x4A5666),
                               .ink = hex(0x000000),
                               .ink2 = hex(0x1F2937),
                               .ink3 = hex(0x3B4655),
                               .accent = hex(0x00132E),
                               .on_accent = kWhite,
                               .danger = hex(0xAA0018),
                               .warn = hex(0x926815),
                               .on_status = kWhite,
                               .floor = {0xF2, 0xF4, 0xF7, 204},
                               .terms = kLightTerms,
                               .on_terms = kOnLight};
  return theme;
}

const Theme* find_theme(std::string_view name) {
  for (const Theme* theme : {&dark_theme(), &light_theme(), &projector_theme()}) {
    if (theme->name == name) return theme;
  }
  return nullptr;
}

}  // namespace scene
