// Markdown as a flat list of blocks with their lines, parsed by md4c. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "raft/result.h"

namespace lesson {

// Nothing that a person writes is longer or deeper.
inline constexpr std::size_t kMaxLessonBytes = 256u << 10;
inline constexpr std::size_t kMaxDepth = 20;

// A piece of a paragraph in one style.
struct Span {
  std::string text;
  bool emphasis = false;
  bool strong = false;
  bool code = false;
  std::string link;  // where it leads; empty: it is no link
  bool operator==(const Span&) const = default;
};
using Text = std::vector<Span>;

// Without styles.
std::string plain(const Text& text);

enum class BlockKind : std::uint8_t {
  kParagraph,
  kHeading,  // `level`
  kItem,     // of a list: `marker` and its first paragraph
  kCode,     // `code`, with `info` behind the fence
  kPicture,  // `code` is the file, `text` what it shows
  kRule,     // a line across
};

struct Block {
  BlockKind kind = BlockKind::kParagraph;
  std::size_t line = 1;   // where it begins; of a fenced block the fence's
  std::size_t depth = 0;  // lists and quotes around it; an item's own list counts
  bool quote = false;     // inside a quote
  unsigned level = 0;
  std::string marker;  // "•", "3."
  Text text;
  std::string info;
  std::string code;     // lines, each with its '\n'
  bool fenced = false;  // kCode: by a fence, not by indentation
  bool closed = true;   // kCode: the fence is
  bool operator==(const Block&) const = default;
};

// `text` begins at `first_line` of `file`. Errors: kInvalidArgument, "FILE:LINE: …", for what is
// too deep.
Result<std::vector<Block>> parse_markdown(std::string_view text, std::string_view file,
                                          std::size_t first_line = 1);
// One paragraph, whatever it looks like.
Result<Text> parse_inline(std::string_view text, std::string_view file, std::size_t line);

}  // namespace lesson
