// Prose for a terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/lesson/markdown.h"

namespace lesson {

// Columns that the text takes: two for the wide letters of East Asia.
std::size_t columns_of(std::string_view text);

// Whether a line may end between the two.
bool breaks_between(std::string_view before, std::string_view after);
// What must not be torn apart, each with the blank behind it: words, and single letters of Chinese
// with the punctuation that follows.
std::vector<std::string> pieces_of(std::string_view text);

// Lines of at most `width` columns; blanks separate words, and Chinese breaks anywhere but before
// its punctuation. A word that is too long stands alone.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

// With backticks around code, and where a link leads.
std::string for_terminal(const Text& text);

// Lines for all blocks, a blank line between those that are not items of one list.
std::vector<std::string> for_terminal(const std::vector<Block>& blocks, std::size_t width);

}  // namespace lesson
