#include "app/lesson/wrap.h"

#include <algorithm>
#include <utility>

#include "app/lesson/lines.h"
#include "app/scenario/text.h"

namespace lesson {
namespace {

std::uint32_t code_point(std::string_view letter) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(letter[i]); };
  switch (letter.size()) {
    case 2:
      return (byte(0) & 0x1Fu) << 6 | (byte(1) & 0x3Fu);
    case 3:
      return (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    case 4:
      return (byte(0) & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 |
             (byte(3) & 0x3Fu);
    default:
      return byte(0);
  }
}

bool is_wide(std::uint32_t code) {
  return (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
         (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
         (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
         (code >= 0xFFE0 && code <= 0xFFE6) || (code >= 0x20000 && code <= 0x3FFFD);
}

// Not at the head of a line.
bool closes(std::uint32_t code) {
  constexpr std::u32string_view kClosing = U"、。，．！？）：；」』】》〉…”’";
  return kClosing.find(static_cast<char32_t>(code)) != std::u32string_view::npos;
}

// Not at the end of one.
bool opens(std::uint32_t code) {
  constexpr std::u32string_view kOpening = U"（「『【《〈“‘";
  return kOpening.find(static_cast<char32_t>(code)) != std::u32string_view::npos;
}

std::string_view first_letter(std::string_view text) {
  return text.substr(0, std::max<std::size_t>(scenario::utf8_length(text, 0), 1));
}

std::string without_end(std::string text) {
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

void wrap_line(std::string_view text, std::size_t width, std::vector<std::string>& out) {
  std::string line;
  std::size_t columns = 0;
  for (const std::string& piece : pieces_of(text)) {
    const std::size_t more = columns_of(without_end(piece));
    if (columns != 0 && columns + more > width) {
      out.push_back(without_end(std::exchange(line, "")));
      columns = 0;
    }
    line += piece;
    columns += columns_of(piece);
  }
  out.push_back(without_end(line));
}

void append_block(const Block& block, std::size_t width, std::vector<std::string>& out) {
  const std::size_t depth = block.depth - (block.marker.empty() ? 0 : 1);
  std::string indent(2 * depth, ' ');
  if (block.quote) indent += "| ";
  std::string first = indent;
  if (!block.marker.empty()) {
    first += block.marker + " ";
    indent += std::string(columns_of(block.marker) + 1, ' ');
  }
  const std::size_t room = std::max<std::size_t>(width - std::min(width, columns_of(indent)), 20);
  std::vector<std::string> lines;
  switch (block.kind) {
    case BlockKind::kParagraph:
    case BlockKind::kItem:
    case BlockKind::kHeading:
      lines = wrapped(for_terminal(block.text), room);
      break;
    case BlockKind::kPicture:
      lines = wrapped("[" + plain(block.text) + ": " + block.code + "]", room);
      break;
    case BlockKind::kCode:
      for (const std::string_view line : lines_of(block.code))
        lines.push_back("    " + std::string(line));
      break;
    case BlockKind::kRule:
      lines.emplace_back("---");
      break;
  }
  for (std::size_t i = 0; i < lines.size(); ++i)
    out.push_back((i == 0 ? first : indent) + lines[i]);
}

}  // namespace

bool breaks_between(std::string_view before, std::string_view after) {
  if (before.empty() || after.empty() || before.back() == ' ') return true;
  const std::uint32_t next = code_point(first_letter(after));
  if (closes(next)) return false;
  std::size_t last = before.size() - 1;
  while (last > 0 && (static_cast<unsigned char>(before[last]) & 0xC0) == 0x80) --last;
  const std::uint32_t previous = code_point(before.substr(last));
  if (opens(previous)) return false;
  return is_wide(next) || is_wide(previous);
}

std::vector<std::string> pieces_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::string_view letter = first_letter(text);
    const bool blank = letter == " " || letter == "\t" || letter == "\n";
    if (blank && !out.empty()) {
      out.back() += ' ';
    } else if (!blank && (out.empty() || breaks_between(out.back(), letter))) {
      out.emplace_back(letter);
    } else if (!blank) {
      out.back() += letter;
    }
    text.remove_prefix(letter.size());
  }
  return out;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const std::string_view letter = first_letter(text);
    columns += is_wide(code_point(letter)) ? 2 : 1;
    text.remove_prefix(letter.size());
  }
  return columns;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> out;
  for (const std::string_view line : lines_of(text)) wrap_line(line, width, out);
  return out;
}

std::string for_terminal(const Text& text) {
  std::string out;
  for (const Span& span : text) {
    out += span.code ? "`" + span.text + "`" : span.text;
    if (!span.link.empty() && span.link != span.text) out += " <" + span.link + ">";
  }
  return out;
}

std::vector<std::string> for_terminal(const std::vector<Block>& blocks, std::size_t width) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const bool in_list = i != 0 && blocks[i].kind == BlockKind::kItem && blocks[i - 1].depth != 0;
    if (i != 0 && !in_list) out.emplace_back();
    append_block(blocks[i], width, out);
  }
  return out;
}

}  // namespace lesson
