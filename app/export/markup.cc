#include "app/export/markup.h"

#include "app/scene/display_list.h"

namespace exporter {

namespace {

// Halves of pairs, and the two last characters of a plane: XML has no place for them.
bool is_no_character(std::string_view text) {
  if (text.size() < 3) return false;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  return (byte(0) == 0xED && byte(1) >= 0xA0) ||
         (byte(0) == 0xEF && byte(1) == 0xBF && byte(2) >= 0xBE);
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  const std::string clean = scene::printable(text);
  for (std::size_t i = 0; i < clean.size(); ++i) {
    if (is_no_character(std::string_view(clean).substr(i, 3))) {
      out += "\xEF\xBF\xBD";
      i += 2;
      continue;
    }
    switch (clean[i]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += clean[i];
    }
  }
  return out;
}

}  // namespace exporter
