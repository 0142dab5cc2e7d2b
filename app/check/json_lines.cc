#include "app/check/json_lines.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace check {
namespace {

constexpr std::uint64_t kMaxDepth = 8;

// Builds values from the parser's events, so that numbers keep their digits and depth has a limit.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  JsonValue root;
  std::string problem;

  bool null() override { return put({JsonValue::Kind::kNull, {}, {}, {}}); }
  bool boolean(bool value) override {
    return put({value ? JsonValue::Kind::kTrue : JsonValue::Kind::kFalse, {}, {}, {}});
  }
  bool number_integer(number_integer_t value) override {
    return put({JsonValue::Kind::kNumber, std::to_string(value), {}, {}});
  }
  bool number_unsigned(number_unsigned_t value) override {
    return put({JsonValue::Kind::kNumber, std::to_string(value), {}, {}});
  }
  bool number_float(number_float_t, const string_t& digits) override {
    return put({JsonValue::Kind::kNumber, digits, {}, {}});
  }
  bool string(string_t& value) override {
    return put({JsonValue::Kind::kText, std::move(value), {}, {}});
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(JsonValue::Kind::kObject); }
  bool key(string_t& value) override {
    keys_.back() = std::move(value);
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(JsonValue::Kind::kList); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    if (problem.empty()) problem = "is no JSON near its byte " + std::to_string(position);
    return false;
  }

 private:
  bool open(JsonValue::Kind kind) {
    if (stack_.size() >= kMaxDepth) {
      problem = "is nested too deeply";
      return false;
    }
    stack_.push_back({kind, {}, {}, {}});
    keys_.emplace_back();
    return true;
  }

  bool close() {
    JsonValue done = std::move(stack_.back());
    stack_.pop_back();
    keys_.pop_back();
    return put(std::move(done));
  }

  bool put(JsonValue value) {
    if (stack_.empty()) {
      root = std::move(value);
    } else if (stack_.back().is(JsonValue::Kind::kList)) {
      stack_.back().items.push_back(std::move(value));
    } else {
      stack_.back().names.push_back(std::move(keys_.back()));
      stack_.back().items.push_back(std::move(value));
    }
    return true;
  }

  std::vector<JsonValue> stack_;
  std::vector<std::string> keys_;
};

// Length of the UTF-8 character at `at`, 0 if there is none (overlong forms and surrogates are
// none).
std::uint64_t utf8_length(std::string_view s, std::uint64_t at) {
  const auto byte = [&](std::uint64_t i) {
    return i < s.size() ? static_cast<unsigned char>(s[i]) : static_cast<unsigned char>(0);
  };
  const unsigned char first = byte(at);
  if (first < 0x80) return 1;
  const std::uint64_t length = first >= 0xC2 && first <= 0xDF   ? 2
                               : first >= 0xE0 && first <= 0xEF ? 3
                               : first >= 0xF0 && first <= 0xF4 ? 4
                                                                : 0;
  for (std::uint64_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = byte(at + 1);
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
      (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) {
    return 0;
  }
  return length;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error wrong(std::string_view what, std::string_view right) {
  return {Code::kCorruption, "'" + std::string(what) + "' must be " + std::string(right)};
}

// Digits as a number, at most `limit`.
Result<std::uint64_t> whole(std::string_view digits, std::uint64_t limit, const Error& error) {
  if (digits.empty()) return error;
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return error;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (limit - digit) / 10) return error;
    value = value * 10 + digit;
  }
  return value;
}

}  // namespace

const JsonValue& JsonValue::operator[](std::string_view name) const {
  static const JsonValue kNone;
  for (std::uint64_t i = names.size(); i > 0; --i) {
    if (names[i - 1] == name) return items[i - 1];
  }
  return kNone;
}

Result<std::uint64_t> JsonValue::number(std::string_view what) const {
  const Error error = wrong(what, "a whole number from 0 on");
  if (kind != Kind::kNumber) return error;
  // Half of the range, so that nobody's arithmetic on it overflows.
  return whole(text, std::numeric_limits<std::uint64_t>::max() / 2, error);
}

Result<sim::Instant> JsonValue::instant(std::string_view what) const {
  const Error error = wrong(what, "a number of ticks such as 12.5");
  if (kind != Kind::kNumber) return error;
  const std::string_view all = text;
  const auto dot = all.find('.');
  constexpr std::uint64_t kMost = 1000000000000000;
  RAFT_TRY_ASSIGN(const std::uint64_t ticks, whole(all.substr(0, dot), kMost, error));
  if (dot == std::string_view::npos) return sim::Instant{ticks * 1000};
  const std::string_view fraction = all.substr(dot + 1);
  if (fraction.find_first_not_of("0123456789") != std::string_view::npos) return error;
  const std::string thousandths = (std::string(fraction) + "000").substr(0, 3);
  RAFT_TRY_ASSIGN(const std::uint64_t millis, whole(thousandths, 999, error));
  return sim::Instant{ticks * 1000 + millis};
}

Result<std::string> JsonValue::bytes(std::string_view what) const {
  if (kind != Kind::kText) return wrong(what, "a text");
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
    } else if (i + 1 < text.size() && text[i + 1] == '\\') {
      out += '\\';
      ++i;
    } else if (i + 3 < text.size() && text[i + 1] == 'x' && hex_digit(text[i + 2]) >= 0 &&
               hex_digit(text[i + 3]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 2]) * 16 + hex_digit(text[i + 3]));
      i += 3;
    } else {
      return wrong(what, "a text in which a backslash is followed by another one or by xHH");
    }
  }
  return out;
}

Result<JsonValue> parse_json_object(std::string_view line) {
  Builder builder;
  const bool parsed = nlohmann::json::sax_parse(line.begin(), line.end(), &builder);
  if (!parsed) {
    return Error{Code::kCorruption, builder.problem.empty() ? "is no JSON" : builder.problem};
  }
  if (!builder.root.is(JsonValue::Kind::kObject)) {
    return Error{Code::kCorruption, "is no JSON object"};
  }
  return std::move(builder.root);
}

Status for_each_line(std::string_view file,
                     const std::function<Status(std::uint64_t, std::string_view)>& each) {
  if (file.size() > kMaxFileBytes) {
    return Error{Code::kInvalidArgument, "the file has " + std::to_string(file.size()) +
                                             " bytes, at most " + std::to_string(kMaxFileBytes) +
                                             " are read"};
  }
  std::uint64_t number = 0;
  while (!file.empty()) {
    const auto end = file.find('\n');
    std::string_view line = file.substr(0, end);
    file.remove_prefix(end == std::string_view::npos ? file.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    ++number;
    const std::string where = "line " + std::to_string(number) + ": ";
    if (number > kMaxLines) {
      return Error{Code::kInvalidArgument,
                   where + "a file has at most " + std::to_string(kMaxLines) + " lines"};
    }
    if (line.size() > kMaxLineBytes) {
      return Error{Code::kInvalidArgument, where + "has " + std::to_string(line.size()) +
                                               " bytes, at most " + std::to_string(kMaxLineBytes) +
                                               " are read"};
    }
    if (line.find_first_not_of(" \t") == std::string_view::npos || line.front() == '#') continue;
    const Status done = each(number, line);
    if (!done) return Error{done.error().code, where + done.error().message};
  }
  return ok();
}

std::string json_text(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "\"";
  for (std::uint64_t at = 0; at < bytes.size();) {
    const std::uint64_t length = utf8_length(bytes, at);
    const auto byte = static_cast<unsigned char>(bytes[at]);
    if (length == 0) {
      out += "\\\\x";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 0xF];
    } else if (byte == '\\') {
      out += "\\\\\\\\";
    } else if (byte == '"') {
      out += "\\\"";
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 0xF];
    } else {
      out += bytes.substr(at, length);
    }
    at += std::max<std::uint64_t>(length, 1);
  }
  return out + '"';
}

}  // namespace check
