#include "app/scenario/lexer.h"

#include <utility>

#include "app/scenario/text.h"

namespace scenario {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// The kind of a character that is a token of its own.
std::optional<TokenKind> bracket_kind(char c) {
  switch (c) {
    case '{':
      return TokenKind::kOpenBrace;
    case '}':
      return TokenKind::kCloseBrace;
    case '(':
      return TokenKind::kOpenParen;
    case ')':
      return TokenKind::kCloseParen;
    default:
      return std::nullopt;
  }
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

class Lexer {
 public:
  explicit Lexer(std::string_view line) : line_(line) {}

  LexedLine run() {
    while (!out_.error) {
      while (!done() && is_blank(here())) advance();
      if (done() || here() == '#') break;
      read_tokens_until_blank();
      out_.end_column = column_;
    }
    return std::move(out_);
  }

 private:
  bool done() const { return at_ >= line_.size(); }
  char here() const { return line_[at_]; }

  // Steps over one character. Errors are set once: what is not UTF-8, and control characters, may
  // not stand anywhere in a line, since no reader could see them.
  void advance() {
    const std::size_t length = utf8_length(line_, at_);
    const auto byte = static_cast<unsigned char>(here());
    if (length == 0) {
      fail(column_, "this byte is not UTF-8; write it as \\xHH inside quotes");
    } else if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
      fail(column_, "a control character may not stand here; write it as \\xHH inside quotes");
    }
    at_ += length == 0 ? 1 : length;
    ++column_;
  }

  void fail(std::uint64_t column, std::string message) {
    if (!out_.error) out_.error = SyntaxError{column, std::move(message)};
  }

  void read_tokens_until_blank() {
    while (!out_.error && !done() && !is_blank(here())) {
      if (const auto kind = bracket_kind(here())) {
        read_bracket(*kind);
      } else if (here() == '"') {
        read_quoted();
      } else {
        read_word();
      }
    }
  }

  void read_bracket(TokenKind kind) {
    out_.tokens.push_back({kind, std::string(1, here()), column_});
    advance();
    const bool closing = kind == TokenKind::kCloseBrace || kind == TokenKind::kCloseParen;
    if (closing && !done() && here() == '#') {
      fail(column_, "expected a blank before the comment");
    }
  }

  void read_word() {
    Token token{TokenKind::kWord, "", column_};
    while (!done() && !is_blank(here()) && !bracket_kind(here())) {
      if (here() == '"') {
        return fail(column_, "a quote inside a bare word; quote the whole word: \"…\"");
      }
      if (here() == '\\') {
        return fail(column_, "a backslash inside a bare word; quote the whole word: \"…\"");
      }
      const std::size_t begin = at_;
      advance();
      if (out_.error) return;
      token.text += line_.substr(begin, at_ - begin);
    }
    out_.tokens.push_back(std::move(token));
  }

  void read_quoted() {
    Token token{TokenKind::kQuoted, "", column_};
    advance();
    while (!done() && here() != '"') {
      if (here() == '\\') {
        read_escape(token.text);
      } else {
        const std::size_t begin = at_;
        advance();
        token.text += line_.substr(begin, at_ - begin);
      }
      if (out_.error) return;
    }
    if (done()) return fail(token.column, "this quote is not closed on its line");
    advance();
    if (!done() && here() == '#') return fail(column_, "expected a blank before the comment");
    if (!done() && !is_blank(here()) && !bracket_kind(here())) {
      return fail(column_, "expected a blank behind the closing quote");
    }
    out_.tokens.push_back(std::move(token));
  }

  void read_escape(std::string& text) {
    const std::uint64_t column = column_;
    advance();
    const char escape = done() ? '\0' : here();
    switch (escape) {
      case '"':
      case '\\':
        text += escape;
        break;
      case 'n':
        text += '\n';
        break;
      case 't':
        text += '\t';
        break;
      case 'x':
        return read_hex_escape(text, column);
      default:
        return fail(column, "expected \\\", \\\\, \\n, \\t or \\xHH");
    }
    advance();
  }

  void read_hex_escape(std::string& text, std::uint64_t column) {
    advance();
    int number = 0;
    for (int i = 0; i < 2; ++i) {
      const auto digit = done() ? std::nullopt : hex_digit(here());
      if (!digit) return fail(column, "expected two hexadecimal digits behind \\x");
      number = number * 16 + *digit;
      advance();
    }
    text += static_cast<char>(static_cast<unsigned char>(number));
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::uint64_t column_ = 1;
  LexedLine out_;
};

}  // namespace

LexedLine lex(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return Lexer(line).run();
}

}  // namespace scenario
