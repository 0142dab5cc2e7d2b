// File > Export: what to write, of which part, and where.
#include <cmath>

#include "app/ui/panels/panels.h"

namespace ui {
namespace {

using exporter::Format;
using exporter::View;
using scene::Box;

struct FormatWords {
  Format format;
  const char* label;
  const char* what;
};
constexpr FormatWords kFormatWords[] = {
    {Format::kHtml, tr_later("Page"),
     tr_later("One file that plays the run in any browser, without the network")},
    {Format::kPng, "PNG", tr_later("A picture of this moment")},
    {Format::kSvg, "SVG", tr_later("A drawing of this moment, sharp at any size")},
    {Format::kPdf, "PDF", tr_later("This moment on a page to print")},
    {Format::kGif, "GIF", tr_later("A film that plays everywhere; keep it short (needs ffmpeg)")},
    {Format::kMp4, "MP4", tr_later("A film with captions (needs ffmpeg)")},
    {Format::kJson, "JSON", tr_later("Commands, facts and the state as data")},
    {Format::kTrace, tr_later("Trace"), tr_later("Every fact with its vector clock, a line each")},
};

std::size_t place_of(Format format) {
  std::size_t i = 0;
  while (i + 1 < std::size(kFormatWords) && kFormatWords[i].format != format) ++i;
  return i;
}

void choose_format(ExportState& state, Format format) {
  const std::string before = "." + std::string(exporter::format_ending(state.format));
  const std::string after = "." + std::string(exporter::format_ending(format));
  std::string& path = state.path;
  if (path.size() >= before.size() && path.substr(path.size() - before.size()) == before)
    path.replace(path.size() - before.size(), before.size(), after);
  state.format = format;
}

void draw_progress(PanelContext& c, Surface& s, const Box& box) {
  const ExportState& state = c.state.exporting;
  const scene::Theme& t = s.t();
  const float x = box.x + 24, w = box.w - 48;
  s.list().text_within(x, box.y + 96, tr("Writing {1}", state.path), w,
                       {.size = 14, .color = t.ink});
  const Box bar{x, box.y + 116, w, 8};
  s.list().rect(bar, 4, {.fill = t.sunken, .stroke = t.divider});
  const float share = static_cast<float>(state.permille) / 1000;
  if (share > 0)
    s.list().rect({bar.x, bar.y, std::max(8.0f, bar.w * share), bar.h}, 4, {.fill = t.accent});
  s.list().text(x, box.y + 150, std::to_string(state.permille / 10) + " %",
                {.size = 13, .color = t.ink2, .face = scene::Face::kMono});
  const std::string no = tr("Cancel");
  const float cancel = button_width(s, no, "Esc");
  if (button(s, "dialog.no", {box.right() - 24 - cancel, box.bottom() - 50, cancel, 30},
             {.label = no, .key = "Esc"}))
    c.out.actions.push_back(Action::kEscape);
}

void draw_written(PanelContext& c, Surface& s, const Box& box) {
  const scene::Theme& t = s.t();
  scene::draw_icon(s.pen(), scene::Icon::kCheck, box.x + 34, box.y + 92, t.ink);
  s.list().text(box.x + 54, box.y + 97, tr("Written"), {.size = 16, .color = t.ink, .weight = 600});
  paragraph(s, box.x + 24, box.y + 130, c.state.exporting.written, box.w - 48,
            {.size = 14, .color = t.ink, .face = scene::Face::kMono}, 20);
  if (!c.state.dialog.error.empty())
    paragraph(s, box.x + 24, box.bottom() - 100, c.state.dialog.error, box.w - 48,
              {.size = 13, .color = t.danger}, 18);
  const std::string yes = tr("Open it"), no = tr("Close");
  const float open = button_width(s, yes, ""), close = button_width(s, no, "Esc");
  const float foot = box.bottom() - 50;
  if (button(s, "export.open", {box.right() - 24 - open, foot, open, 30},
             {.label = yes, .kind = ButtonKind::kPrimary}))
    c.out.open_written = true;
  if (button(s, "dialog.no", {box.right() - 34 - open - close, foot, close, 30},
             {.label = no, .key = "Esc"}))
    c.out.actions.push_back(Action::kEscape);
}

}  // namespace

void draw_export(PanelContext& c, Surface& s, const Box& box) {
  ExportState& state = c.state.exporting;
  DialogState& dialog = c.state.dialog;
  if (state.running) return draw_progress(c, s, box);
  if (!state.written.empty()) return draw_written(c, s, box);
  const scene::Theme& t = s.t();
  const float x = box.x + 24, w = box.w - 48;
  const scene::Style small{.size = 13, .color = t.ink2};

  std::vector<std::string> formats;
  for (const FormatWords& words : kFormatWords) formats.push_back(tr(words.label));
  const auto chosen = static_cast<int>(place_of(state.format));
  const int format = segmented(s, "export.format", x, box.y + 62, formats, chosen, 30);
  if (format != chosen) choose_format(state, kFormatWords[format].format);
  const FormatWords& words = kFormatWords[place_of(state.format)];
  s.list().text_within(x, box.y + 116, tr(words.what), w, small);

  float y = box.y + 144;
  const bool data = state.format == Format::kJson || state.format == Format::kTrace;
  if (!data) {
    std::vector<std::string> views = {tr("Ring"), tr("Sequence"), tr("Logs")};
    // A page has them all but the sequence.
    if (state.format == Format::kHtml) views = {tr("Ring and logs"), tr("Logs")};
    int at = state.view == View::kRing ? 0 : state.view == View::kSequence ? 1 : 2;
    if (state.format == Format::kHtml) at = state.view == View::kLogs ? 1 : 0;
    const int view = segmented(s, "export.view", x, y, views, at, 30);
    if (view != at) {
      state.view = view == 0                       ? View::kRing
                   : state.format == Format::kHtml ? View::kLogs
                   : view == 1                     ? View::kSequence
                                                   : View::kLogs;
    }
    y += 46;
  }
  if (exporter::is_still(state.format)) {
    s.list().text(x, y + 16,
                  tr("At tick {1}, where time stands", sim::screen_text(c.view.position.at)),
                  small);
    y += 42;
  } else {
    const float half = (w - 12) / 2;
    s.list().text(x, y + 12, tr("From"), small);
    s.list().text(x + half + 12, y + 12, tr("To"), small);
    input(s, "export.from", {x, y + 20, half, 32}, state.from, {.hint = "tick:0"});
    input(s, "export.to", {x + half + 12, y + 20, half, 32}, state.to, {.hint = "end"});
    y += 72;
  }
  s.list().text(x, y + 4, tr("File to write"), small);
  const std::string before = state.path;
  const bool entered = input(s, "export.path", {x, y + 12, w, 32}, state.path,
                             {.hint = tr("path"), .focus = dialog.fresh});
  if (state.path != before) state.overwrite.clear();
  if (!dialog.error.empty()) {
    const auto lines = wrapped(s.list().measure(), dialog.error, w, {.size = 13});
    for (std::size_t i = 0; i < lines.size() && i < 3; ++i)
      s.list().text(x, y + 66 + 18 * static_cast<float>(i), lines[i],
                    {.size = 13, .color = t.danger});
  }
  const bool over = !state.overwrite.empty() && state.overwrite == state.path;
  const std::string yes = tr(over ? "Overwrite" : "Export"), no = tr("Cancel");
  const float yes_w = button_width(s, yes, over ? "" : "Enter"), no_w = button_width(s, no, "Esc");
  const float foot = box.bottom() - 50;
  const bool pressed = button(s, "dialog.yes", {box.right() - 24 - yes_w, foot, yes_w, 30},
                              {.label = yes,
                               .key = over ? "" : "Enter",
                               .kind = over ? ButtonKind::kDanger : ButtonKind::kPrimary});
  if (button(s, "dialog.no", {box.right() - 34 - yes_w - no_w, foot, no_w, 30},
             {.label = no, .key = "Esc"}))
    c.out.actions.push_back(Action::kEscape);
  // Enter confirms nothing that loses a file.
  if (pressed || (entered && !over)) c.out.start_export = true;
}

}  // namespace ui
