#include "app/lesson/front_matter.h"

#include <set>

#include "app/lesson/lines.h"
#include "app/scenario/cursor.h"

namespace lesson {
namespace {

constexpr std::uint64_t kMostMinutes = 600;

std::string unquoted(std::string_view text) {
  const bool quotes = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
                      text.front() == text.back();
  if (quotes) text = text.substr(1, text.size() - 2);
  return std::string(text);
}

struct Reader {
  std::vector<Complaint>& complaints;
  FrontMatter out;
  std::set<std::string, std::less<>> seen;

  void complain(std::size_t line, std::string what) {
    complaints.emplace_back(line, std::move(what));
  }

  void needs(std::size_t line, std::string_view value) {
    const std::string_view expected = "needs expects numbers of lessons, such as [01, 03], or []";
    if (value.size() < 2 || value.front() != '[' || value.back() != ']') {
      complain(line, std::string(expected));
      return;
    }
    value = value.substr(1, value.size() - 2);
    if (trimmed(value).empty()) return;
    while (true) {
      const std::size_t comma = value.find(',');
      const auto number = scenario::to_number(trimmed(value.substr(0, comma)));
      if (!number) {
        complain(line, std::string(expected));
        return;
      }
      out.needs.push_back(*number);
      if (comma == std::string_view::npos) return;
      value.remove_prefix(comma + 1);
    }
  }

  void line(std::size_t number, std::string_view text) {
    text = trimmed(text);
    if (text.empty() || text.front() == '#') return;
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      complain(number, "expected KEY: VALUE with the key title, goal, minutes or needs");
      return;
    }
    const std::string key(trimmed(text.substr(0, colon)));
    const std::string value = unquoted(trimmed(text.substr(colon + 1)));
    if (!seen.insert(key).second) {
      complain(number, key + " was given before");
    } else if (key == "title") {
      out.title = value;
    } else if (key == "goal") {
      out.goal = value;
    } else if (key == "minutes") {
      const auto minutes = scenario::to_number(value);
      if (!minutes || *minutes == 0 || *minutes > kMostMinutes) {
        complain(number, "minutes expects a number from 1 to " + std::to_string(kMostMinutes) +
                             ", found '" + value.substr(0, 40) + "'");
        return;
      }
      out.minutes = *minutes;
    } else if (key == "needs") {
      needs(number, value);
    } else {
      std::string what =
          "there is no key '" + key.substr(0, 40) + "'; there is title, goal, minutes, needs";
      const std::string_view near =
          scenario::nearest_word(key, {"title", "goal", "minutes", "needs"});
      if (!near.empty()) what += "; did you mean " + std::string(near) + "?";
      complain(number, what);
      return;
    }
    if (value.empty()) complain(number, key + " says nothing");
  }
};

}  // namespace

FrontMatter read_front_matter(std::string_view text, std::vector<Complaint>& complaints) {
  Reader reader{complaints, {}, {}};
  const std::vector<std::string_view> lines = lines_of(text);
  if (lines.empty() || trimmed(lines[0]) != "---") {
    reader.complain(1, "expected --- and then title, goal, minutes and needs: a lesson begins so");
    return reader.out;
  }
  std::size_t end = 1;
  while (end < lines.size() && trimmed(lines[end]) != "---") ++end;
  if (end == lines.size()) {
    reader.complain(1, "no second --- ends what begins here");
    return reader.out;
  }
  reader.out.lines = end + 1;
  for (std::size_t i = 1; i < end; ++i) reader.line(i + 1, lines[i]);
  for (const std::string_view key : {"title", "goal", "minutes"}) {
    if (!reader.seen.contains(key)) reader.complain(1, std::string(key) + " is missing");
  }
  return reader.out;
}

}  // namespace lesson
