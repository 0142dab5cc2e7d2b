#include "app/ui/rich_text.h"

#include <algorithm>

#include "app/lesson/library.h"
#include "app/lesson/wrap.h"
#include "app/ui/pictures.h"

namespace ui {
namespace {

using scene::Style;

// What stays together in a line: pieces of one or several styles.
struct Glued {
  std::vector<std::pair<std::string, Style>> pieces;
  float width = 0;       // without the blank at its end
  float width_full = 0;  // with it
  bool ends_line = false;
};

std::string without_blank(const std::string& text) {
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

Style style_of(const lesson::Span& span, const scene::Theme& t, const ProseLook& look) {
  Style style{.size = look.size, .color = look.color};
  if (span.strong) style.weight = 600;
  if (span.emphasis && !span.strong) style.weight = 500;
  if (span.strong || span.emphasis || span.code) style.color = t.ink;
  if (span.code) {
    style.face = scene::Face::kMono;
    style.size = look.size * 0.94f;
  }
  return style;
}

std::vector<Glued> glued(Surface& s, const lesson::Text& text, const ProseLook& look) {
  std::vector<Glued> out;
  std::string before;
  const auto add = [&](const std::string& piece, const Style& style) {
    if (out.empty() || out.back().ends_line || lesson::breaks_between(before, piece)) {
      out.emplace_back();
    }
    Glued& to = out.back();
    to.width = to.width_full + s.list().width(without_blank(piece), style);
    to.width_full += s.list().width(piece, style);
    to.pieces.emplace_back(piece, style);
    before = piece;
  };
  for (const lesson::Span& span : text) {
    const Style style = style_of(span, s.t(), look);
    std::string_view rest = span.text;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      const std::string_view line = rest.substr(0, end);
      const bool blank_first = !line.empty() && line.front() == ' ' && !out.empty();
      if (blank_first && !before.empty() && before.back() != ' ') {
        // The blank belongs to the word before it.
        Glued& last = out.back();
        last.pieces.back().first += ' ';
        last.width_full += s.list().width(" ", last.pieces.back().second);
        before += ' ';
      }
      for (const std::string& piece : lesson::pieces_of(line)) add(piece, style);
      if (end == std::string_view::npos) break;
      if (!out.empty()) out.back().ends_line = true;
      before.clear();
      rest.remove_prefix(end + 1);
    }
  }
  return out;
}

}  // namespace

float draw_text(Surface& s, float x, float y, const lesson::Text& text, float room,
                const ProseLook& look) {
  float at = 0;
  bool fresh = true;
  for (const Glued& word : glued(s, text, look)) {
    if (!fresh && at + word.width > room) {
      y += look.lead;
      at = 0;
    }
    for (const auto& [piece, style] : word.pieces) {
      // Far out of sight nothing is drawn.
      if (s.visible({x, y - look.lead, room, 2 * look.lead}))
        s.list().text(x + at, y, piece, style);
      at += s.list().width(piece, style);
    }
    fresh = false;
    if (word.ends_line) {
      y += look.lead;
      at = 0;
      fresh = true;
    }
  }
  return y + look.lead;
}

namespace {

// A pixel of the file is half a unit, so that it is sharp at 200 %; no wider than the text.
float draw_picture(Surface& s, float x, float y, const lesson::Block& block, float room,
                   const ProseLook& look) {
  ProseLook aside = look;
  aside.size = look.size - 2;
  aside.lead = look.lead - 4;
  aside.color = s.t().ink3;
  const auto path = lesson::picture_path(look.lesson, block.code);
  const Pictures::Shown shown =
      path ? s.gui().pictures->find(*path) : Pictures::Shown{nullptr, path.error().message};
  if (shown.image == nullptr) {
    const std::string words = lesson::plain(block.text) + ": " + shown.problem;
    return draw_text(s, x, y, {{"[" + words + "]", false, false, false, ""}}, room, aside);
  }
  const auto pixels_w = static_cast<float>(shown.image->width),
             pixels_h = static_cast<float>(shown.image->height);
  const float w = std::min(room, pixels_w / 2), h = w * pixels_h / pixels_w;
  const scene::Box box{x, y - look.size, w, h};
  if (s.visible(box)) s.image(box, *shown.image);
  y = box.bottom() + aside.lead;
  return block.text.empty() ? y : draw_text(s, x, y, block.text, room, aside);
}

}  // namespace

float draw_blocks(Surface& s, float x, float y, const std::vector<lesson::Block>& blocks,
                  float room, const ProseLook& look) {
  const scene::Theme& t = s.t();
  constexpr float kIndent = 18;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const lesson::Block& block = blocks[i];
    const bool item = block.kind == lesson::BlockKind::kItem;
    const bool in_list = item && i != 0 && blocks[i - 1].depth != 0;
    if (i != 0) y += in_list ? look.lead * 0.14f : look.lead * 0.45f;
    const float indent = kIndent * static_cast<float>(block.depth);
    const float left = x + indent, width = std::max(40.0f, room - indent);
    const float top = y;
    switch (block.kind) {
      case lesson::BlockKind::kHeading: {
        ProseLook heading = look;
        heading.size = look.size + (block.level <= 2 ? 2.0f : 1.0f);
        heading.color = t.ink;
        lesson::Text text = block.text;
        for (lesson::Span& span : text) span.strong = true;
        y = draw_text(s, left, y, text, width, heading);
        break;
      }
      case lesson::BlockKind::kItem: {
        // A number is wider than a bullet.
        const Style mark{.size = look.size, .color = t.ink3};
        const bool numbered = block.marker.size() != std::string_view("•").size();
        const float begin = left - kIndent + (numbered ? 0.0f : 3.0f);
        const float text = std::max(left, begin + s.list().width(block.marker, mark) + 6);
        s.list().text(begin, y, block.marker, mark);
        y = draw_text(s, text, y, block.text, width - (text - left), look);
        break;
      }
      case lesson::BlockKind::kParagraph:
        y = draw_text(s, left, y, block.text, width, look);
        break;
      case lesson::BlockKind::kPicture: {
        y = draw_picture(s, left, y, block, width, look);
        break;
      }
      case lesson::BlockKind::kCode: {
        const float lead = look.size + 4;
        const auto lines =
            static_cast<float>(std::count(block.code.begin(), block.code.end(), '\n'));
        s.list().rect({left, y - look.size, width, lines * lead + 12}, 6, {.fill = t.sunken});
        y += 6;
        std::string_view rest = block.code;
        while (!rest.empty()) {
          const std::size_t end = std::min(rest.find('\n'), rest.size());
          s.list().text_within(left + 10, y, rest.substr(0, end), width - 20,
                               {.size = look.size - 1, .color = t.ink, .face = scene::Face::kMono});
          y += lead;
          rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        y += look.lead - look.size + 8;
        break;
      }
      case lesson::BlockKind::kRule:
        s.list().line({left, y - look.size / 2}, {left + width, y - look.size / 2},
                      {.stroke = t.divider, .width = 1});
        y += look.lead * 0.5f;
        break;
    }
    if (block.quote) {
      s.list().line({x + 4, top - look.size}, {x + 4, y - look.lead + 4},
                    {.stroke = t.control, .width = 2});
    }
  }
  return y;
}

}  // namespace ui
