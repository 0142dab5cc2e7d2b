#include "app/scenario/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace scenario {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

// Words that mean something where a value may stand: after `cas K`, after `=`, or behind a
// predicate.
bool is_reserved(std::string_view text) {
  static constexpr std::array<std::string_view, 9> kReserved = {
      "absent", "and", "as", "false", "for", "or", "true", "via", "within"};
  return std::find(kReserved.begin(), kReserved.end(), text) != kReserved.end();
}

bool reads_back_bare(std::string_view text) {
  if (text.empty() || text.front() == '#' || is_reserved(text)) return false;
  for (std::size_t at = 0; at < text.size();) {
    if (is_control(text[at])) return false;
    if (std::string_view(" \"\\{}()").find(text[at]) != std::string_view::npos) return false;
    const std::size_t length = utf8_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

void append_byte_escape(std::string& out, char c) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out += "\\x";
  out += kDigits[byte >> 4];
  out += kDigits[byte & 0xF];
}

}  // namespace

std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  std::uint32_t number = 0;
  std::uint32_t lowest = 0;
  if ((lead & 0xE0) == 0xC0) {
    length = 2, number = lead & 0x1F, lowest = 0x80;
  } else if ((lead & 0xF0) == 0xE0) {
    length = 3, number = lead & 0x0F, lowest = 0x800;
  } else if ((lead & 0xF8) == 0xF0) {
    length = 4, number = lead & 0x07, lowest = 0x10000;
  } else {
    return 0;
  }
  if (text.size() - at < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    number = (number << 6) | (byte(i) & 0x3Fu);
  }
  const bool surrogate = number >= 0xD800 && number <= 0xDFFF;
  if (number < lowest || number > 0x10FFFF || surrogate) return 0;
  return length;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const std::size_t length = utf8_length(text, at);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (length == 0 || is_control(c)) {
      append_byte_escape(out, c);
    } else {
      out += text.substr(at, length);
    }
    at += std::max<std::size_t>(length, 1);
  }
  out += '"';
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    if (length == 0 || is_control(text[at])) {
      append_byte_escape(out, text[at]);
    } else {
      out += text.substr(at, length);
    }
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

std::string printed_value(std::string_view text) {
  return reads_back_bare(text) ? std::string(text) : quoted(text);
}

}  // namespace scenario
