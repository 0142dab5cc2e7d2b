// How keys, values and sentences are written in the scenario language: bare where they can be, else
// in quotes. Bytes outside UTF-8 and control characters stand as \xHH.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scenario {

// Bytes of the UTF-8 character that begins at `at`, 1 to 4; 0 if there is none (overlong forms,
// surrogates and numbers above U+10FFFF are none). REQUIRES: at < text.size().
std::size_t utf8_length(std::string_view text, std::size_t at);

// `text` between quotes, with the escapes of the language. Always UTF-8.
std::string quoted(std::string_view text);

// For terminals: control characters and bytes outside UTF-8 as \xHH, everything else as it is.
std::string printable(std::string_view text);

// As a key or value is printed: bare if that reads back as the same text in every place where a key
// or a value may stand, else quoted. Words with a meaning of their own ("absent", "and") are
// quoted.
std::string printed_value(std::string_view text);

}  // namespace scenario
