#include "app/interact/file.h"

#include <utility>

namespace interact {
namespace {

constexpr std::string_view kSeparator = "----";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

Error bad(std::size_t line, const std::string& what) {
  return Error{Code::kInvalidArgument, "line " + std::to_string(line) + ": " + what};
}

// The items of a list in parentheses, split at commas that stand in no inner parentheses.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  std::string item;
  int depth = 0;
  const auto finish = [&] { items.emplace_back(trimmed(std::exchange(item, {}))); };
  for (const char c : text) {
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c == ',' && depth == 0) {
      finish();
    } else {
      item += c;
    }
  }
  if (!items.empty() || !trimmed(item).empty()) finish();
  return items;
}

// `name arg key=value key=(v1, v2)`.
Status parse_command(std::string_view text, Directive& out) {
  text = trimmed(text);
  std::size_t at = 0;
  bool first_argument = true;
  while (at < text.size()) {
    if (is_blank(text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    int depth = 0;
    while (at < text.size() && (depth > 0 || !is_blank(text[at]))) {
      // Only a value is a list: `key=(…)`.
      if (text[at] == '(' && (depth > 0 || (at > begin && text[at - 1] == '='))) ++depth;
      if (text[at] == ')' && depth > 0) --depth;
      ++at;
    }
    if (depth > 0) return bad(out.line, "a list is not closed by ')'");
    const std::string_view token = text.substr(begin, at - begin);
    if (out.command.empty()) {
      out.command = token;
      continue;
    }
    if (first_argument) out.rest = trimmed(text.substr(at));
    first_argument = false;
    const std::size_t equals = token.find('=');
    Argument argument{std::string(token.substr(0, equals)), {}};
    if (equals != std::string_view::npos) {
      const std::string_view value = token.substr(equals + 1);
      if (value.size() >= 2 && value.front() == '(' && value.back() == ')') {
        argument.values = split_list(value.substr(1, value.size() - 2));
      } else {
        argument.values.emplace_back(value);
      }
    }
    out.arguments.push_back(std::move(argument));
  }
  return ok();
}

// Skips the expected output whose separator stood in the line before `at`.
void skip_output(const std::vector<std::string_view>& lines, std::size_t& at) {
  if (at < lines.size() && lines[at] == kSeparator) {
    ++at;
    while (at < lines.size()) {
      if (lines[at] == kSeparator && at + 1 < lines.size() && lines[at + 1] == kSeparator) {
        at += 2;
        break;
      }
      ++at;
    }
  } else {
    while (at < lines.size() && !trimmed(lines[at]).empty()) ++at;
  }
  if (at < lines.size() && trimmed(lines[at]).empty()) ++at;
}

}  // namespace

Result<File> parse_file(std::string_view text) {
  const std::vector<std::string_view> lines = lines_of(text);
  File file;
  std::string lead;
  std::size_t at = 0;
  const auto keep = [&](std::string& out) { out.append(lines[at++]).push_back('\n'); };
  while (at < lines.size()) {
    const std::string_view line = trimmed(lines[at]);
    if (line.empty() || line.front() == '#') {
      keep(lead);
      continue;
    }
    Directive directive;
    directive.line = at + 1;
    directive.lead = std::exchange(lead, {});
    std::string command(line);
    keep(directive.head);
    while (command.back() == '\\') {
      command.pop_back();
      if (at >= lines.size()) break;
      command += " " + std::string(trimmed(lines[at]));
      keep(directive.head);
      if (command.empty()) break;
    }
    RAFT_TRY(parse_command(command, directive));
    if (directive.command == "subtest") {
      file.directives.push_back(std::move(directive));
      continue;
    }
    while (at < lines.size() && lines[at] != kSeparator) {
      directive.input.append(lines[at]).push_back('\n');
      keep(directive.head);
    }
    if (at >= lines.size()) {
      return bad(directive.line, "no line '----' behind the command '" + directive.command + "'");
    }
    ++at;
    skip_output(lines, at);
    file.directives.push_back(std::move(directive));
  }
  file.tail = std::move(lead);
  return file;
}

std::string fill_in(const Directive& directive, std::string_view output, bool last) {
  std::string out = directive.lead + directive.head;
  if (directive.command == "subtest") return out;
  std::string body(output);
  if (body.empty() || body.back() != '\n') body.push_back('\n');
  const bool doubled = body.front() == '\n' || body.find("\n\n") != std::string::npos;
  const std::string separator = doubled ? "----\n----\n" : "----\n";
  out += separator + body;
  if (doubled) out += separator;
  if (!last) out += "\n";
  return out;
}

}  // namespace interact
