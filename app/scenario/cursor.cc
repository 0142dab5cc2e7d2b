#include "app/scenario/cursor.h"

#include <algorithm>
#include <array>

#include "app/scenario/text.h"

namespace scenario {
namespace {

constexpr std::uint64_t kMaxTicks = 1'000'000'000;

constexpr std::array<std::string_view, 17> kMessageTypes = {"append",
                                                            "append-reply",
                                                            "vote",
                                                            "vote-reply",
                                                            "pre-vote",
                                                            "pre-vote-reply",
                                                            "heartbeat",
                                                            "heartbeat-reply",
                                                            "snapshot",
                                                            "snapshot-chunk",
                                                            "snapshot-chunk-reply",
                                                            "timeout-now",
                                                            "read-index",
                                                            "read-index-reply",
                                                            "transfer",
                                                            "request",
                                                            "reply"};

// Long values would push the end of the message off the screen.
std::string shortened(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  if (text.size() <= kLongest) return std::string(text);
  std::size_t end = 0;
  while (end < kLongest) end += std::max<std::size_t>(utf8_length(text, end), 1);
  return std::string(text.substr(0, std::min(end, text.size()))) + "…";
}

std::string described(const Token& token) {
  if (token.kind == TokenKind::kQuoted) return quoted(shortened(token.text));
  return "'" + shortened(token.text) + "'";
}

}  // namespace

std::uint64_t Cursor::column() const {
  return at_ < line_.tokens.size() ? line_.tokens[at_].column : line_.end_column;
}

const Token* Cursor::peek() const { return at_end() ? nullptr : &line_.tokens[at_]; }

const Token* Cursor::take_any() {
  const Token* token = peek();
  if (token) ++at_;
  return token;
}

bool Cursor::next_is(std::string_view word) const {
  const Token* token = peek();
  return token && token->kind == TokenKind::kWord && token->text == word;
}

bool Cursor::take(std::string_view word) {
  if (!next_is(word)) return false;
  ++at_;
  return true;
}

bool Cursor::take(std::string_view first, std::string_view second) {
  if (!next_is(first)) return false;
  ++at_;
  if (take(second)) return true;
  --at_;
  return false;
}

bool Cursor::next_is(TokenKind kind) const {
  const Token* token = peek();
  return token && token->kind == kind;
}

bool Cursor::take(TokenKind kind) {
  if (!next_is(kind)) return false;
  ++at_;
  return true;
}

void Cursor::fail_at(std::uint64_t column, std::string message) {
  if (!error_) error_ = SyntaxError{column, std::move(message)};
}

void Cursor::fail_here(std::string_view what) {
  if (failed()) return;
  const Token* token = peek();
  fail_at(column(), "expected " + std::string(what) +
                        (token ? " here, found " + described(*token) : " here, the line ends"));
}

void Cursor::finish() {
  if (!at_end()) fail_here("the end of the line");
}

std::string Cursor::word(std::string_view what) {
  if (!next_is(TokenKind::kWord)) {
    fail_here(what);
    return {};
  }
  return take_any()->text;
}

std::string Cursor::value(std::string_view what) {
  if (!next_is(TokenKind::kWord) && !next_is(TokenKind::kQuoted)) {
    fail_here(what);
    return {};
  }
  return take_any()->text;
}

std::string Cursor::quoted(std::string_view what) {
  if (!next_is(TokenKind::kQuoted)) {
    fail_here(what);
    return {};
  }
  return take_any()->text;
}

std::uint64_t Cursor::number(std::string_view what, std::uint64_t low, std::uint64_t high) {
  const auto number = next_is(TokenKind::kWord) ? to_number(peek()->text) : std::nullopt;
  if (!number || *number < low || *number > high) {
    fail_here(what);
    return low;
  }
  ++at_;
  return *number;
}

sim::Duration Cursor::duration(std::string_view what) {
  const auto duration = next_is(TokenKind::kWord) ? to_duration(peek()->text) : std::nullopt;
  if (!duration) {
    fail_here(std::string(what) + " in ticks with at most three decimals, such as 0.35");
    return {};
  }
  ++at_;
  return *duration;
}

raft::NodeId Cursor::node(std::string_view what) {
  const auto node = next_is(TokenKind::kWord) ? to_node(peek()->text) : std::nullopt;
  if (!node) {
    fail_here(std::string(what) + ", n1 to n9,");
    return {};
  }
  ++at_;
  return *node;
}

sim::Endpoint Cursor::endpoint(std::string_view what) {
  const auto endpoint = next_is(TokenKind::kWord) ? to_endpoint(peek()->text) : std::nullopt;
  if (!endpoint) {
    fail_here(what);
    return {};
  }
  ++at_;
  return *endpoint;
}

DirectedLink Cursor::link(std::string_view what) {
  const auto link = next_is(TokenKind::kWord) ? to_link(peek()->text) : std::nullopt;
  if (!link) {
    fail_here(what);
    return {};
  }
  ++at_;
  return *link;
}

void Cursor::expect(TokenKind kind, std::string_view what) {
  if (!take(kind)) fail_here(what);
}

void Cursor::expect(std::string_view keyword, std::string_view what) {
  if (!take(keyword)) fail_here(what);
}

std::optional<Option> Cursor::option() {
  if (!next_is(TokenKind::kWord)) return std::nullopt;
  const Token& token = *peek();
  const std::size_t equals = token.text.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  ++at_;
  // Names of options are ASCII, so that their characters are their bytes.
  return Option{token.text.substr(0, equals), token.text.substr(equals + 1), token.column,
                token.column + equals + 1};
}

std::optional<std::uint64_t> to_number(std::string_view text) {
  if (text.empty() || text.size() > 20) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (number > (UINT64_MAX - digit) / 10) return std::nullopt;
    number = number * 10 + digit;
  }
  return number;
}

std::optional<sim::Duration> to_duration(std::string_view text) {
  const std::size_t dot = text.find('.');
  const auto whole = to_number(text.substr(0, dot));
  if (!whole || *whole > kMaxTicks) return std::nullopt;
  if (dot == std::string_view::npos) return sim::ticks(*whole);
  std::string decimals(text.substr(dot + 1));
  if (decimals.empty() || decimals.size() > 3) return std::nullopt;
  decimals.append(3 - decimals.size(), '0');
  const auto thousandths = to_number(decimals);
  if (!thousandths) return std::nullopt;
  return sim::Duration{*whole * 1000 + *thousandths};
}

std::optional<raft::NodeId> to_node(std::string_view text) {
  if (text.size() != 2 || text[0] != 'n' || text[1] < '1' || text[1] > '9') return std::nullopt;
  return raft::NodeId{static_cast<std::uint64_t>(text[1] - '0')};
}

std::optional<std::uint64_t> to_numbered(char letter, std::string_view text) {
  if (text.size() < 2 || text[0] != letter || text[1] == '0') return std::nullopt;
  return to_number(text.substr(1));
}

std::optional<sim::Endpoint> to_endpoint(std::string_view text) {
  if (text == "*") return sim::Endpoint{};
  if (const auto node = to_node(text)) return sim::Endpoint{*node, 0};
  if (const auto client = to_numbered('c', text)) return sim::Endpoint{{}, *client};
  return std::nullopt;
}

std::optional<DirectedLink> to_link(std::string_view text) {
  const std::size_t arrow = text.find("->");
  if (arrow == std::string_view::npos) return std::nullopt;
  const auto from = to_endpoint(text.substr(0, arrow));
  const auto to = to_endpoint(text.substr(arrow + 2));
  if (!from || !to) return std::nullopt;
  return DirectedLink{*from, *to};
}

std::optional<sim::Ratio> to_ratio(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto numerator = to_number(text.substr(0, slash));
  if (!numerator || *numerator > kMaxTicks) return std::nullopt;
  if (slash == std::string_view::npos) return sim::Ratio{*numerator, 1};
  const auto denominator = to_number(text.substr(slash + 1));
  if (!denominator || *denominator == 0 || *denominator > kMaxTicks) return std::nullopt;
  return sim::Ratio{*numerator, *denominator};
}

std::optional<sim::DelayRange> to_range(std::string_view text) {
  const std::size_t dots = text.find("..");
  const auto low = to_duration(text.substr(0, dots));
  if (!low) return std::nullopt;
  if (dots == std::string_view::npos) return sim::DelayRange{*low, *low};
  const auto high = to_duration(text.substr(dots + 2));
  if (!high || *high < *low) return std::nullopt;
  return sim::DelayRange{*low, *high};
}

bool is_message_type(std::string_view word) {
  return std::find(kMessageTypes.begin(), kMessageTypes.end(), word) != kMessageTypes.end();
}

std::string message_type_list() {
  std::string list;
  for (const std::string_view type : kMessageTypes) {
    if (!list.empty()) list += ", ";
    list += type;
  }
  return list;
}

std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& words) {
  constexpr std::size_t kLongest = 32;
  if (word.size() > kLongest) return {};
  std::string_view best;
  std::size_t best_distance = 3;  // more than two changes: another word was meant
  for (const std::string_view candidate : words) {
    // Levenshtein's distance, one row at a time.
    std::vector<std::size_t> row(candidate.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j < row.size(); ++j) {
        const std::size_t change = diagonal + (word[i - 1] == candidate[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
      }
    }
    if (row.back() < best_distance && row.back() < word.size()) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

}  // namespace scenario
