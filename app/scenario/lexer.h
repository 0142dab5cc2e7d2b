// One line of the scenario language as tokens (docs/scenario.md, "Lines and tokens").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scenario {

enum class TokenKind : std::uint8_t {
  kWord,    // bare: a keyword, number, name=value, nX->nY, key or value
  kQuoted,  // never a keyword; `text` is without quotes and escapes, any bytes
  kOpenBrace,
  kCloseBrace,
  kOpenParen,
  kCloseParen,
};

struct Token {
  TokenKind kind = TokenKind::kWord;
  std::string text;
  std::uint64_t column = 1;  // in characters, from 1
  bool operator==(const Token&) const = default;
};

// What is wrong in a line, and where.
struct SyntaxError {
  std::uint64_t column = 1;
  std::string message;  // lower case, no period
};

struct LexedLine {
  std::vector<Token> tokens;     // empty for a blank line or a comment
  std::uint64_t end_column = 1;  // right behind the last token: where a missing one is missed
  std::optional<SyntaxError> error;
};

// `line` without its line end; a trailing CR is part of the line end.
LexedLine lex(std::string_view line);

}  // namespace scenario
