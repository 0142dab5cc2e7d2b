#include "app/ui/completion.h"

#include <algorithm>
#include <cctype>

#include "app/scenario/parser.h"

namespace ui {
namespace {

bool begins(std::string_view text, std::string_view head) {
  return text.substr(0, head.size()) == head;
}

// The words of a usage line that can be typed as they stand: "crash nX [lose=unsynced|nothing]"
// gives n1, n2, …, lose=unsynced, lose=nothing.
void add_words(std::string_view usage, std::size_t nodes, std::vector<std::string>& out) {
  std::string token;
  const auto take = [&] {
    const std::size_t equal = token.find('=');
    const std::string head = equal == std::string::npos ? "" : token.substr(0, equal + 1);
    std::string rest = equal == std::string::npos ? token : token.substr(equal + 1);
    token.clear();
    for (std::size_t start = 0; start <= rest.size();) {
      const std::size_t end = std::min(rest.find('|', start), rest.size());
      const std::string word = rest.substr(start, end - start);
      start = end + 1;
      if (word == "nX" || word == "nY") {
        for (std::size_t n = 1; n <= nodes; ++n) out.push_back(head + "n" + std::to_string(n));
        continue;
      }
      const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || c == '-';
      });
      if (plain) {
        out.push_back(head + word);
      } else if (!head.empty() && std::find(out.begin(), out.end(), head) == out.end()) {
        out.push_back(head);
      }
    }
  };
  for (const char c : usage) {
    const bool ends = c == ' ' || c == '[' || c == ']' || c == '(' || c == ')' || c == ',';
    if (!ends) {
      token += c;
    } else if (!token.empty()) {
      take();
    }
  }
  if (!token.empty()) take();
}

}  // namespace

Completion complete(std::string_view text, std::size_t nodes) {
  Completion out;
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  const std::size_t blank = text.find_last_of(" \t{");
  out.start = blank == std::string_view::npos ? 0 : blank + 1;
  const std::string_view typed = text.substr(out.start);
  std::vector<std::string> words;
  if (out.start <= first) {
    for (const scenario::CommandHelp& row : scenario::command_help()) {
      words.emplace_back(row.word);
    }
  } else {
    const std::string_view word =
        text.substr(first, std::min(text.find_first_of(" \t", first), text.size()) - first);
    for (const scenario::CommandHelp& row : scenario::command_help()) {
      if (row.word != word) continue;
      out.usage = std::string(row.usage);
      out.what = std::string(row.what);
      add_words(row.usage.substr(std::min(row.word.size(), row.usage.size())), nodes, words);
    }
    // Predicates and groups name nodes wherever they stand.
    for (std::size_t n = 1; n <= nodes; ++n) words.push_back("n" + std::to_string(n));
  }
  for (std::string& word : words) {
    const bool there =
        std::find(out.candidates.begin(), out.candidates.end(), word) != out.candidates.end();
    if (!there && begins(word, typed) && word != typed) out.candidates.push_back(std::move(word));
  }
  // The usage of a command as soon as only one is meant.
  if (out.usage.empty() && !typed.empty()) {
    for (const scenario::CommandHelp& row : scenario::command_help()) {
      const bool only = out.candidates.size() == 1 && row.word == out.candidates[0];
      if (row.word != typed && !only) continue;
      out.usage = std::string(row.usage);
      out.what = std::string(row.what);
    }
  }
  return out;
}

std::string common_prefix(const std::vector<std::string>& candidates) {
  if (candidates.empty()) return "";
  std::string prefix = candidates.front();
  for (const std::string& word : candidates) {
    std::size_t same = 0;
    while (same < prefix.size() && same < word.size() && prefix[same] == word[same]) ++same;
    prefix.resize(same);
  }
  return prefix;
}

}  // namespace ui
