#include "app/export/still.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>

#include "app/export/cairo_back_end.h"
#include "app/export/markup.h"
#include "app/export/picture.h"
#include "app/export/walk.h"
#include "app/session/position_text.h"

namespace exporter {
namespace {

cairo_status_t append(void* closure, const unsigned char* data, unsigned length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

Status finish(cairo_t* to, cairo_surface_t* surface) {
  cairo_status_t status = cairo_status(to);
  cairo_destroy(to);
  cairo_surface_finish(surface);
  if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_status(surface);
  if (status == CAIRO_STATUS_SUCCESS) return ok();
  return Error{Code::kIo,
               std::string("the picture cannot be drawn: ") + cairo_status_to_string(status)};
}

struct Surface {
  explicit Surface(cairo_surface_t* made) : it(made) {}
  ~Surface() { cairo_surface_destroy(it); }
  Surface(const Surface&) = delete;
  Surface& operator=(const Surface&) = delete;
  cairo_surface_t* it;
};

// What the picture shows, for readers that do not see it.
std::string description(session::Session& session, const Options& options) {
  const sim::ClusterView& view = session.view();
  std::string out = "The " + std::string(view_name(options.view)) + " at " +
                    session::position_text(session.position()) + ".";
  for (const sim::NodeView& node : view.nodes) {
    out += " n" + std::to_string(node.id.value) + ": ";
    out += node.state == sim::NodeState::kUp ? sim::role_name(node.role)
                                             : sim::node_state_name(node.state);
    out += ", term " + std::to_string(node.term.value) + ", commit " +
           std::to_string(node.commit.value) + ", last " + std::to_string(node.last.value) + ".";
  }
  return out;
}

// Cairo draws letters as shapes; title and description make up for it.
std::string with_words(std::string svg, const std::string& title, const std::string& words) {
  const std::size_t open = svg.find("<svg ");
  const std::size_t end = open == std::string::npos ? open : svg.find('>', open);
  if (end == std::string::npos) return svg;
  svg.insert(end + 1,
             "\n<title>" + escaped(title) + "</title>\n<desc>" + escaped(words) + "</desc>");
  return svg.insert(end, " role=\"img\"");
}

}  // namespace

Result<std::string> still(session::Session& session, const Options& options, const Range& range) {
  RAFT_TRY_ASSIGN(const std::unique_ptr<FontSet> fonts, FontSet::load());
  RAFT_TRY(options.from ? approach(session, range.to, range.from.at) : approach(session, range.to));
  const session::Recording recording = session.recording();
  PictureOptions picture;
  picture.view = options.view;
  // A4 across, at 96 pixels an inch.
  const bool page = options.format == Format::kPdf;
  picture.width = options.width != 0 ? options.width : page ? 1123 : 1600;
  picture.height = options.width != 0 ? options.height : page ? 794 : 1000;
  picture.theme = options.theme != nullptr ? options.theme
                  : page                   ? &scene::light_theme()
                                           : &scene::dark_theme();
  picture.title = recording.title;
  picture.notes = notes_of(recording);
  if (options.from) picture.from = range.from;
  Picture maker(*fonts, picture);
  const scene::DisplayList& list = maker.build(session);
  const std::string title = recording.title.empty() ? "Raftarium" : recording.title;

  std::string bytes;
  const double w = picture.width, h = picture.height;
  switch (options.format) {
    case Format::kPng: {
      Surface surface(
          cairo_image_surface_create(CAIRO_FORMAT_RGB24, picture.width, picture.height));
      cairo_t* to = cairo_create(surface.it);
      draw(list, to, *fonts, maker.scale(), true);
      cairo_surface_flush(surface.it);
      if (cairo_surface_write_to_png_stream(surface.it, append, &bytes) != CAIRO_STATUS_SUCCESS) {
        cairo_destroy(to);
        return Error{Code::kIo, "the picture cannot be drawn"};
      }
      RAFT_TRY(finish(to, surface.it));
      return bytes;
    }
    case Format::kPdf: {
      constexpr double kPoints = 72.0 / 96;
      Surface surface(
          cairo_pdf_surface_create_for_stream(append, &bytes, w * kPoints, h * kPoints));
      const auto about = [&](cairo_pdf_metadata_t key, const std::string& text) {
        cairo_pdf_surface_set_metadata(surface.it, key, scene::printable(text).c_str());
      };
      about(CAIRO_PDF_METADATA_TITLE, title);
      if (!recording.author.empty()) about(CAIRO_PDF_METADATA_AUTHOR, recording.author);
      about(CAIRO_PDF_METADATA_SUBJECT, description(session, options));
      about(CAIRO_PDF_METADATA_CREATOR, "Raftarium");
      cairo_t* to = cairo_create(surface.it);
      draw(list, to, *fonts, maker.scale() * kPoints, false);
      cairo_show_page(to);
      RAFT_TRY(finish(to, surface.it));
      return bytes;
    }
    default: {
      Surface surface(cairo_svg_surface_create_for_stream(append, &bytes, w, h));
      cairo_svg_surface_set_document_unit(surface.it, CAIRO_SVG_UNIT_PX);
      cairo_t* to = cairo_create(surface.it);
      draw(list, to, *fonts, maker.scale(), false);
      RAFT_TRY(finish(to, surface.it));
      return with_words(std::move(bytes), title, description(session, options));
    }
  }
}

}  // namespace exporter
