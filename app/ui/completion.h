// What the console offers while one types: how the command goes on, and words that fit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ui {

struct Completion {
  std::string usage;                    // of the command that is being typed; empty: none such
  std::string what;                     // what it does
  std::size_t start = 0;                // where the word begins that is being typed
  std::vector<std::string> candidates;  // words that fit there, in the order of the language
};

// `text`: the line up to the caret. `nodes`: how many there are.
Completion complete(std::string_view text, std::size_t nodes);
// The longest text that all candidates begin with.
std::string common_prefix(const std::vector<std::string>& candidates);

}  // namespace ui
