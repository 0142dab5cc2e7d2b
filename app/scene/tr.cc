#include "app/scene/tr.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

namespace scene {

// Made from zh.txt by the build.
extern const std::string_view kChineseTable;

namespace {

Language chosen = Language::kEnglish;

// A pattern in parts: fixed text, and places between them.
struct Pattern {
  struct Part {
    std::string_view fixed;  // before the place
    char place = 0;          // '1'..'9'; 0: none, this is the end
    bool translated = false;
  };
  std::vector<Part> parts;
  std::string_view chinese;
};

struct Table {
  std::vector<TrEntry> entries;
  std::unordered_map<std::string_view, std::string_view> texts;
  std::vector<Pattern> patterns;
};

bool is_place(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && (text[at] == '{' || text[at] == '[') && text[at + 1] >= '1' &&
         text[at + 1] <= '9' && text[at + 2] == (text[at] == '{' ? '}' : ']');
}

Pattern parse_pattern(std::string_view english, std::string_view chinese) {
  Pattern pattern;
  pattern.chinese = chinese;
  std::size_t from = 0;
  for (std::size_t at = 0; at < english.size(); ++at) {
    if (!is_place(english, at)) continue;
    pattern.parts.push_back({english.substr(from, at - from), english[at + 1], english[at] == '['});
    at += 2;
    from = at + 1;
  }
  pattern.parts.push_back({english.substr(from), 0, false});
  return pattern;
}

// Two lines an entry: English at the margin, Chinese behind a tab.
Table read_table(std::string_view file) {
  Table table;
  std::string_view english;
  for (std::size_t start = 0; start < file.size();) {
    const std::size_t end = std::min(file.find('\n', start), file.size());
    const std::string_view line = file.substr(start, end - start);
    start = end + 1;
    if (line.empty() || line.front() == '#') continue;
    if (line.front() != '\t') {
      english = line;
      continue;
    }
    const std::string_view chinese = line.substr(1);
    table.entries.push_back({english, chinese});
    table.texts.emplace(english, chinese);
    Pattern pattern = parse_pattern(english, chinese);
    if (pattern.parts.size() > 1) table.patterns.push_back(std::move(pattern));
  }
  // What has more fixed text is tried first: it is the more special one.
  const auto fixed = [](const Pattern& pattern) {
    std::size_t sum = 0;
    for (const Pattern::Part& part : pattern.parts) sum += part.fixed.size();
    return sum;
  };
  std::stable_sort(table.patterns.begin(), table.patterns.end(),
                   [&](const Pattern& a, const Pattern& b) { return fixed(a) > fixed(b); });
  return table;
}

const Table& table() {
  static const Table kTable = read_table(kChineseTable);
  return kTable;
}

std::string filled(std::string_view text, const std::array<std::string, 9>& arguments) {
  std::string out;
  out.reserve(text.size() + 16);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_place(text, i)) {
      out += arguments[static_cast<std::size_t>(text[i + 1] - '1')];
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<std::string> sentence(std::string_view english, int depth);

// Each place takes as little as it can; the last one what is left.
std::optional<std::string> match(const Pattern& pattern, std::string_view text, int depth) {
  std::array<std::string_view, 9> found;
  std::array<bool, 9> translated{};
  if (text.substr(0, pattern.parts[0].fixed.size()) != pattern.parts[0].fixed) return std::nullopt;
  std::size_t at = pattern.parts[0].fixed.size();
  for (std::size_t i = 0; i + 1 < pattern.parts.size(); ++i) {
    const std::string_view behind = pattern.parts[i + 1].fixed;
    const bool last = i + 2 == pattern.parts.size();
    std::size_t end = text.size();
    if (last) {
      if (text.size() < at + behind.size() || text.substr(text.size() - behind.size()) != behind)
        return std::nullopt;
      end = text.size() - behind.size();
    } else {
      end = text.find(behind, at);
      if (end == std::string_view::npos) return std::nullopt;
    }
    if (end == at) return std::nullopt;
    const auto place = static_cast<std::size_t>(pattern.parts[i].place - '1');
    found[place] = text.substr(at, end - at);
    translated[place] = pattern.parts[i].translated;
    // A word as it is has no blank: names, figures, ids.
    if (!translated[place] && found[place].find(' ') != std::string_view::npos) return std::nullopt;
    at = end + behind.size();
  }
  std::array<std::string, 9> arguments;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!translated[i]) {
      arguments[i] = found[i];
      continue;
    }
    const auto part = sentence(found[i], depth + 1);
    arguments[i] = part ? *part : std::string(found[i]);
  }
  return filled(pattern.chinese, arguments);
}

std::optional<std::string> sentence(std::string_view english, int depth) {
  constexpr int kDeepest = 6;
  if (depth > kDeepest) return std::nullopt;
  const auto whole = table().texts.find(english);
  if (whole != table().texts.end()) return std::string(whole->second);
  for (const Pattern& pattern : table().patterns) {
    if (auto found = match(pattern, english, depth)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Language> find_language(std::string_view name) {
  if (name == "en") return Language::kEnglish;
  if (name == "zh") return Language::kChinese;
  return std::nullopt;
}

std::string_view language_name(Language which) {
  switch (which) {
    case Language::kEnglish:
      return "en";
    case Language::kChinese:
      return "zh";
  }
  return "en";
}

Language language() { return chosen; }
void use_language(Language wanted) { chosen = wanted; }

std::string tr(std::string_view english) {
  if (chosen == Language::kEnglish) return std::string(english);
  const auto found = table().texts.find(english);
  return std::string(found == table().texts.end() ? english : found->second);
}

std::string tr_filled(std::string_view english, std::initializer_list<TrArgument> arguments) {
  std::array<std::string, 9> values;
  std::size_t i = 0;
  for (const TrArgument& argument : arguments) {
    if (i < values.size()) values[i++] = argument.text;
  }
  return filled(tr(english), values);
}

std::string tr_sentence(std::string_view english) {
  if (chosen == Language::kEnglish) return std::string(english);
  const auto found = sentence(english, 0);
  return found ? *found : std::string(english);
}

bool knows_sentence(std::string_view english) { return sentence(english, 0).has_value(); }

const std::vector<TrEntry>& tr_table() { return table().entries; }

}  // namespace scene
