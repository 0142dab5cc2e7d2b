#include <gtest/gtest.h>

#include "app/export/options.h"

#include "app/export/film.h"

namespace exporter {
namespace {

std::string error_of(const Options& options) {
  const Status status = check(options);
  return status ? "" : status.error().message;
}

TEST(ExportOptions, AMomentAndAPartExcludeEachOther) {
  Options options;
  options.format = Format::kPng;
  options.from = session::AtTick{{1000}};
  EXPECT_NE(error_of(options).find("--png shows one moment"), std::string::npos);
  options.view = View::kSequence;
  EXPECT_EQ(error_of(options), "");
  options.at = session::AtEnd{};
  EXPECT_NE(error_of(options).find("give one of them"), std::string::npos);
  options.format = Format::kHtml;  // a page stands at a moment of its part
  EXPECT_EQ(error_of(options), "");
  options.from.reset();
  options.format = Format::kMp4;
  EXPECT_NE(error_of(options).find("--from and --to"), std::string::npos);
}

TEST(ExportOptions, SizesAndSpeedsHaveLimits) {
  Options options;
  options.format = Format::kGif;
  options.fps = 51;
  EXPECT_NE(error_of(options).find("at most 50"), std::string::npos);
  options.fps = 50;
  EXPECT_EQ(error_of(options), "");
  options.width = 63;
  options.height = 100;
  EXPECT_NE(error_of(options).find("64 to 16384"), std::string::npos);
  options.width = 5000;
  EXPECT_NE(error_of(options).find("4096"), std::string::npos);
  options.width = 640;
  options.millis_per_second = 1;
  EXPECT_NE(error_of(options).find("--speed"), std::string::npos);
}

TEST(Film, HasAPictureAtEachEndAndASecondToLookAtTheLast) {
  Options options;
  options.fps = 10;
  options.millis_per_second = 2000;
  const Range range{{{1000}, 0}, {{4000}, 0}, {}};
  // 3 ticks at 2 a second: 15 steps, 16 pictures, and ten more.
  EXPECT_EQ(film_frames(options, range), 26u);
  const Range none{{{1000}, 0}, {{1000}, 0}, {}};
  EXPECT_EQ(film_frames(options, none), 11u);
}

}  // namespace
}  // namespace exporter
