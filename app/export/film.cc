#include "app/export/film.h"

#include <cairo.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "app/export/cairo_back_end.h"
#include "app/export/encoder.h"
#include "app/export/picture.h"
#include "app/export/walk.h"

namespace exporter {
namespace {

// A file that is there only if it was finished.
class Unfinished {
 public:
  explicit Unfinished(const std::string& path)
      : path_(path), temporary_(path + ".tmp" + std::to_string(::getpid())) {}
  ~Unfinished() {
    if (!done_) ::unlink(temporary_.c_str());
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

  const std::string& temporary() const { return temporary_; }
  // Errors of the place are told before anything is drawn.
  Status begin() const {
    struct stat status {};
    if (::stat(path_.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
      return Error{Code::kIo, path_ + ": is not a regular file; nothing was written"};
    const int fd = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return error("cannot be written");
    ::close(fd);
    return ok();
  }
  Status finish() {
    const int fd = ::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = fd >= 0 && ::fsync(fd) == 0;
    if (fd >= 0) ::close(fd);
    if (!synced || ::rename(temporary_.c_str(), path_.c_str()) != 0)
      return error("cannot be written, nothing was changed");
    done_ = true;
    return ok();
  }

 private:
  Error error(std::string_view what) const {
    return {Code::kIo, path_ + ": " + std::string(what) + ": " + std::strerror(errno)};
  }

  std::string path_, temporary_;
  bool done_ = false;
};

struct Canvas {
  Canvas(int width, int height)
      : surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)),
        to(cairo_create(surface)) {}
  ~Canvas() {
    cairo_destroy(to);
    cairo_surface_destroy(surface);
  }
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;
  cairo_surface_t* surface;
  cairo_t* to;
};

std::uint64_t moving_frames(const Options& options, const Range& range) {
  const std::uint64_t span = (range.to.at - range.from.at).millis;
  // Rounded up: the last one stands at the end.
  return (span * options.fps + options.millis_per_second - 1) / options.millis_per_second;
}

}  // namespace

std::uint64_t film_frames(const Options& options, const Range& range) {
  return moving_frames(options, range) + 1 + options.fps;
}

Status write_film(session::Session& session, const Options& options, const Range& range,
                  const std::string& path, const session::Progress& progress) {
  auto fonts = FontSet::load();
  if (!fonts) return Error{Code::kIo, fonts.error().message};
  const session::Recording recording = session.recording();
  PictureOptions picture;
  picture.view = options.view;
  picture.width = options.width != 0 ? options.width : 1280;
  picture.height = options.width != 0 ? options.height : 720;
  picture.theme = options.theme != nullptr ? options.theme : &scene::dark_theme();
  picture.title = recording.title;
  picture.notes = notes_of(recording);
  picture.steady = true;
  Picture maker(**fonts, picture);

  Unfinished file(path);
  RAFT_TRY(file.begin());
  RAFT_TRY_ASSIGN(Encoder encoder, Encoder::start({picture.width, picture.height, options.fps,
                                                   options.format == Format::kGif},
                                                  file.temporary()));
  Canvas canvas(picture.width, picture.height);
  const auto size = static_cast<std::size_t>(cairo_image_surface_get_stride(canvas.surface)) *
                    static_cast<std::size_t>(picture.height);
  const auto write = [&]() -> Status {
    return encoder.write(cairo_image_surface_get_data(canvas.surface), size);
  };
  RAFT_TRY(approach(session, range.from));
  const std::uint64_t moving = moving_frames(options, range), all = film_frames(options, range);
  for (std::uint64_t i = 0; i <= moving; ++i) {
    const sim::Instant at =
        i == moving ? range.to.at
                    : range.from.at + sim::Duration{i * options.millis_per_second / options.fps};
    while (session.position().events < range.to.events) {
      const auto next = session.next_instant();
      if (i < moving && (i == 0 || !next || *next >= at)) break;
      if (!session.step_event()) break;
    }
    if (session.position().at < at) session.run_until(at);
    if (!session.difference().empty()) return Error{Code::kCorruption, session.difference()};
    draw(maker.build(session), canvas.to, **fonts, maker.scale(), true);
    cairo_surface_flush(canvas.surface);
    RAFT_TRY(write());
    if (progress && !progress(i * 1000 / all)) return Error{Code::kUnavailable, "cancelled"};
  }
  for (std::uint64_t i = moving + 1; i < all; ++i) RAFT_TRY(write());
  RAFT_TRY(encoder.finish());
  return file.finish();
}

}  // namespace exporter
