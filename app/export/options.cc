#include "app/export/options.h"

#include "app/session/position_text.h"

namespace exporter {

std::string_view format_name(Format format) {
  switch (format) {
    case Format::kHtml:
      return "html";
    case Format::kSvg:
      return "svg";
    case Format::kPng:
      return "png";
    case Format::kPdf:
      return "pdf";
    case Format::kGif:
      return "gif";
    case Format::kMp4:
      return "mp4";
    case Format::kJson:
      return "json";
    case Format::kTrace:
      return "trace";
  }
  return "";
}

std::string_view format_ending(Format format) {
  return format == Format::kTrace ? "jsonl" : format_name(format);
}

bool is_still(Format format) {
  return format == Format::kSvg || format == Format::kPng || format == Format::kPdf;
}

bool is_film(Format format) { return format == Format::kGif || format == Format::kMp4; }

std::string_view view_name(View view) {
  switch (view) {
    case View::kRing:
      return "ring";
    case View::kSequence:
      return "sequence";
    case View::kLogs:
      return "logs";
  }
  return "";
}

std::optional<View> find_view(std::string_view name) {
  for (const View view : {View::kRing, View::kSequence, View::kLogs}) {
    if (view_name(view) == name) return view;
  }
  return std::nullopt;
}

Status check(const Options& options) {
  const auto wrong = [](std::string text) {
    return Error{Code::kInvalidArgument, std::move(text)};
  };
  const std::string format = "--" + std::string(format_name(options.format));
  const bool ranged = options.from || options.to;
  if (is_still(options.format) && ranged && options.view != View::kSequence) {
    return wrong(format +
                 " shows one moment: give it with --at; --from and --to are for "
                 "--view sequence, pages and films");
  }
  if (ranged && options.at && options.format != Format::kHtml)
    return wrong("--at names one moment, --from and --to a part of the run: give one of them");
  if (is_film(options.format) && options.at)
    return wrong(format + " shows a part of the run: give it with --from and --to, not with --at");
  if (options.width != 0 && (options.width < 64 || options.height < 64 || options.width > 16384 ||
                             options.height > 16384)) {
    return wrong("the picture must be 64 to 16384 pixels wide and high");
  }
  if (is_film(options.format) && (options.width > 4096 || options.height > 4096))
    return wrong("a film must be at most 4096 pixels wide and high");
  if (options.fps < 1 || options.fps > 60) return wrong("--fps expects 1 to 60 pictures a second");
  if (options.format == Format::kGif && options.fps > 50)
    return wrong("--gif shows at most 50 pictures a second: give --fps 50 or less");
  if (options.millis_per_second < 10 || options.millis_per_second > 1'000'000)
    return wrong("--speed expects 0.01 to 1000 ticks a second");
  return ok();
}

Result<Range> find_range(session::Session& session, const Options& options,
                         const session::Progress& progress) {
  const auto place = [&](const session::Target& target) -> Result<sim::Position> {
    RAFT_TRY(session.seek(target, progress));
    return session.position();
  };
  Range out;
  if (options.from) {
    RAFT_TRY_ASSIGN(out.from, place(*options.from));
  }
  const session::Target end = session::AtEnd{};
  const bool page = options.format == Format::kHtml;
  if (page && options.at) {
    RAFT_TRY_ASSIGN(out.at, place(*options.at));
  }
  RAFT_TRY_ASSIGN(out.to, place(options.to            ? *options.to
                                : options.at && !page ? *options.at
                                                      : end));
  if (!page || !options.at) out.at = page ? out.from : out.to;
  if (session::is_before(out.to, out.from)) {
    return Error{Code::kInvalidArgument, "--from, " + session::position_text(out.from) +
                                             ", lies behind --to, " +
                                             session::position_text(out.to)};
  }
  if (session::is_before(out.at, out.from) || session::is_before(out.to, out.at)) {
    return Error{Code::kInvalidArgument, "--at, " + session::position_text(out.at) +
                                             ", does not lie between --from and --to"};
  }
  return out;
}

}  // namespace exporter
