// Reads the tokens of one line from left to right for the parsers. The first error sticks: every
// later take returns a default and does nothing, so that parsers read straight on and look once at
// the end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/scenario/lexer.h"
#include "app/sim/command.h"

namespace scenario {

// name=value, split at the first '='.
struct Option {
  std::string name;
  std::string value;
  std::uint64_t column = 1;        // of the name
  std::uint64_t value_column = 1;  // of the value
};

struct DirectedLink {
  sim::Endpoint from;
  sim::Endpoint to;
};

class Cursor {
 public:
  explicit Cursor(const LexedLine& line) : line_(line) {}

  bool at_end() const { return failed() || at_ >= line_.tokens.size(); }
  bool failed() const { return error_.has_value(); }
  const std::optional<SyntaxError>& error() const { return error_; }
  // Column of the next token, or right behind the last.
  std::uint64_t column() const;

  // The next token is the bare word `word`; next_is() leaves it there, take() takes it if so.
  bool next_is(std::string_view word) const;
  bool take(std::string_view word);
  // Two bare words in a row, both or none.
  bool take(std::string_view first, std::string_view second);
  bool next_is(TokenKind kind) const;
  bool take(TokenKind kind);

  // Each takes one token or fails with "expected WHAT here, found …".
  std::string word(std::string_view what);    // bare
  std::string value(std::string_view what);   // bare or quoted: a key, a value
  std::string quoted(std::string_view what);  // quoted only
  std::uint64_t number(std::string_view what, std::uint64_t low, std::uint64_t high);
  sim::Duration duration(std::string_view what);
  raft::NodeId node(std::string_view what);
  sim::Endpoint endpoint(std::string_view what);  // node, client or *
  DirectedLink link(std::string_view what);       // X->Y
  void expect(TokenKind kind, std::string_view what);
  void expect(std::string_view keyword, std::string_view what);

  // The next token if it is a bare name=value; nullopt: it is something else.
  std::optional<Option> option();

  // The next token as it is, without taking it; null at the end.
  const Token* peek() const;
  const Token* take_any();

  // Fails at the next token, resp. at a column. The first failure stays.
  void fail_here(std::string_view what);  // "expected WHAT here, found …"
  void fail_at(std::uint64_t column, std::string message);
  void finish();  // fails if tokens are left

 private:
  const LexedLine& line_;
  std::size_t at_ = 0;
  std::optional<SyntaxError> error_;
};

// Texts of single tokens; nullopt if they are something else.
std::optional<std::uint64_t> to_number(std::string_view text);
std::optional<sim::Duration> to_duration(std::string_view text);
std::optional<raft::NodeId> to_node(std::string_view text);  // n1 to n9
std::optional<sim::Endpoint> to_endpoint(std::string_view text);
std::optional<DirectedLink> to_link(std::string_view text);
std::optional<sim::Ratio> to_ratio(std::string_view text);                     // N/M or N
std::optional<sim::DelayRange> to_range(std::string_view text);                // A..B or A
std::optional<std::uint64_t> to_numbered(char letter, std::string_view text);  // r12, m3: from 1

// Names of messages, as scenarios and JSON write them.
bool is_message_type(std::string_view word);
std::string message_type_list();

// The word of `words` nearest to `word` if it is near enough to be meant, else empty.
std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& words);

}  // namespace scenario
