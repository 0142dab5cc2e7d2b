#include "app/export/export.h"

#include "app/export/film.h"
#include "app/export/page.h"
#include "app/export/run_json.h"
#include "app/export/still.h"

namespace exporter {
namespace {

Result<std::string> bytes_of(session::Session& session, const Options& options, const Range& range,
                             const session::Progress& progress) {
  switch (options.format) {
    case Format::kSvg:
    case Format::kPng:
    case Format::kPdf: {
      auto bytes = still(session, options, range);
      // A font that is not there is no position that is not there.
      if (!bytes) return Error{Code::kIo, bytes.error().message};
      return bytes;
    }
    case Format::kJson:
      return run_json(session, range, progress);
    case Format::kTrace:
      return run_trace(session, range, progress);
    case Format::kHtml: {
      auto bytes = page(session, options, range, progress);
      if (!bytes && bytes.error().code == Code::kNotFound)
        return Error{Code::kIo, bytes.error().message};
      return bytes;
    }
    case Format::kGif:
    case Format::kMp4:
      break;
  }
  return Error{Code::kInvalidArgument, "films are written elsewhere"};
}

}  // namespace

Status write_export(session::Session& session, const Options& options, const std::string& path,
                    const session::Progress& progress) {
  RAFT_TRY_ASSIGN(const Range range, find_range(session, options, progress));
  if (is_film(options.format)) return write_film(session, options, range, path, progress);
  RAFT_TRY_ASSIGN(const std::string bytes, bytes_of(session, options, range, progress));
  const Status written = session::write_file(path, bytes);
  if (!written) return Error{Code::kIo, written.error().message};
  return ok();
}

}  // namespace exporter
