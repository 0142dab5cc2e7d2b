// What is to be exported, and how.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/scene/theme.h"
#include "app/session/session.h"

namespace exporter {

enum class Format : std::uint8_t { kHtml, kSvg, kPng, kPdf, kGif, kMp4, kJson, kTrace };
inline constexpr Format kFormats[] = {Format::kHtml, Format::kSvg, Format::kPng,  Format::kPdf,
                                      Format::kGif,  Format::kMp4, Format::kJson, Format::kTrace};
// "html", "svg", …: the option without its dashes.
std::string_view format_name(Format format);
// What its files are called behind the dot.
std::string_view format_ending(Format format);
bool is_still(Format format);  // one moment as a picture
bool is_film(Format format);

enum class View : std::uint8_t { kRing, kSequence, kLogs };
std::string_view view_name(View view);
std::optional<View> find_view(std::string_view name);

struct Options {
  Format format = Format::kHtml;
  View view = View::kRing;
  // The moment of a picture, or where a page stands when it is opened; else the end.
  std::optional<session::Target> at;
  // The part of a run that the others show; else all of it.
  std::optional<session::Target> from, to;
  int width = 0, height = 0;               // pixels; 0: as the format likes it
  const scene::Theme* theme = nullptr;     // null: as the format likes it
  std::uint64_t fps = 25;                  // of films
  std::uint64_t millis_per_second = 1000;  // of a tick, in a second of film or page
};

// What does not fit together. Errors: kInvalidArgument, a sentence that names the option.
Status check(const Options& options);

// The positions that options speak of.
struct Range {
  sim::Position from, to, at;
};
// The session stands at `to` then. Errors: those of Session::seek(); kInvalidArgument if `from`
// lies behind `to`.
Result<Range> find_range(session::Session& session, const Options& options,
                         const session::Progress& progress);

}  // namespace exporter
