#include "app/lesson/markdown.h"

#include <md4c.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace lesson {
namespace {

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

// "&amp;", "&#8212;", "&#x2014;"; what is not known stays as it is.
std::string entity(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kNames = {
      {{"&amp;", "&"},
       {"&lt;", "<"},
       {"&gt;", ">"},
       {"&quot;", "\""},
       {"&apos;", "'"},
       {"&nbsp;", "\u00A0"},
       {"&rarr;", "→"},
       {"&larr;", "←"},
       {"&ndash;", "–"},
       {"&mdash;", "—"}}};
  for (const auto& [name, meaning] : kNames) {
    if (text == name) return std::string(meaning);
  }
  if (text.size() < 4 || text[1] != '#') return std::string(text);
  const bool hex = text[2] == 'x' || text[2] == 'X';
  std::uint32_t code = 0;
  for (const char c : text.substr(hex ? 3 : 2, text.size() - (hex ? 4 : 3))) {
    const bool digit = c >= '0' && c <= '9';
    const auto value = static_cast<std::uint32_t>(
        digit ? c - '0' : (static_cast<unsigned char>(c) | 0x20) - 'a' + 10);
    code = std::min<std::uint32_t>(code * (hex ? 16 : 10) + value, 0x110000);
  }
  std::string out;
  append_utf8(out, code);
  return out;
}

std::string attribute(const MD_ATTRIBUTE& text) {
  std::string out;
  for (std::size_t i = 0; text.size != 0 && text.substr_offsets[i] < text.size; ++i) {
    const MD_OFFSET begin = text.substr_offsets[i];
    const std::string_view part(text.text + begin, text.substr_offsets[i + 1] - begin);
    out += text.substr_types[i] == MD_TEXT_ENTITY ? entity(part) : std::string(part);
  }
  return out;
}

std::size_t line_ends(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

struct List {
  bool ordered = false;
  std::uint64_t next = 1;
  char delimiter = '.';
};

// Takes what md4c tells. md4c knows no lines: they are found from where in the source its texts
// lie.
class Reader {
 public:
  Reader(std::string_view source, std::size_t first_line) : source_(source), line_(first_line) {}

  int enter(MD_BLOCKTYPE type, void* detail) {
    finish_implied();
    switch (type) {
      case MD_BLOCK_UL:
        lists_.push_back({});
        return deeper();
      case MD_BLOCK_OL: {
        const auto* list = static_cast<const MD_BLOCK_OL_DETAIL*>(detail);
        lists_.push_back({true, list->start, list->mark_delimiter});
        return deeper();
      }
      case MD_BLOCK_LI: {
        List& list = lists_.back();
        marker_ = list.ordered ? std::to_string(list.next++) + list.delimiter : "•";
        return 0;
      }
      case MD_BLOCK_QUOTE:
        ++quotes_;
        return deeper();
      case MD_BLOCK_HR:
        begin(BlockKind::kRule);
        finish();
        return 0;
      case MD_BLOCK_H:
        begin(BlockKind::kHeading);
        block_.level = static_cast<const MD_BLOCK_H_DETAIL*>(detail)->level;
        return 0;
      case MD_BLOCK_CODE: {
        begin(BlockKind::kCode);
        const auto* code = static_cast<const MD_BLOCK_CODE_DETAIL*>(detail);
        block_.info = attribute(code->info);
        block_.fenced = code->fence_char != 0;
        fence_ = code->fence_char;
        if (code->info.size != 0) found_at(code->info.text);
        return 0;
      }
      case MD_BLOCK_P:
        begin(BlockKind::kParagraph);
        return 0;
      case MD_BLOCK_HTML:
        html_.clear();
        begin(BlockKind::kParagraph);
        return 0;
      case MD_BLOCK_DOC:
      case MD_BLOCK_TABLE:
      case MD_BLOCK_THEAD:
      case MD_BLOCK_TBODY:
      case MD_BLOCK_TR:
      case MD_BLOCK_TH:
      case MD_BLOCK_TD:
        return 0;
    }
    return 0;
  }

  int leave(MD_BLOCKTYPE type) {
    switch (type) {
      case MD_BLOCK_UL:
      case MD_BLOCK_OL:
        lists_.pop_back();
        --depth_;
        return 0;
      case MD_BLOCK_LI:
        finish_implied();
        // An item that has nothing.
        if (!marker_.empty()) {
          begin(BlockKind::kParagraph);
          finish();
        }
        return 0;
      case MD_BLOCK_QUOTE:
        --quotes_;
        --depth_;
        return 0;
      case MD_BLOCK_HTML:
        // Comments are the author's own.
        if (html_.rfind("<!--", 0) == 0) {
          open_ = false;
        } else {
          add(html_);
          finish();
        }
        return 0;
      case MD_BLOCK_H:
      case MD_BLOCK_CODE:
      case MD_BLOCK_P:
        finish();
        return 0;
      case MD_BLOCK_DOC:
      case MD_BLOCK_HR:
      case MD_BLOCK_TABLE:
      case MD_BLOCK_THEAD:
      case MD_BLOCK_TBODY:
      case MD_BLOCK_TR:
      case MD_BLOCK_TH:
      case MD_BLOCK_TD:
        return 0;
    }
    return 0;
  }

  int span(MD_SPANTYPE type, void* detail, bool enters) {
    switch (type) {
      case MD_SPAN_EM:
        emphasis_ += enters ? 1 : -1;
        break;
      case MD_SPAN_STRONG:
        strong_ += enters ? 1 : -1;
        break;
      case MD_SPAN_CODE:
        code_ += enters ? 1 : -1;
        break;
      case MD_SPAN_A:
        link_ = enters ? attribute(static_cast<const MD_SPAN_A_DETAIL*>(detail)->href) : "";
        break;
      case MD_SPAN_IMG:
        // A paragraph that is a picture; one among words is told by its text.
        begin_implied();
        if (enters) picture_ = attribute(static_cast<const MD_SPAN_IMG_DETAIL*>(detail)->src);
        in_picture_ += enters ? 1 : -1;
        break;
      case MD_SPAN_DEL:
      case MD_SPAN_LATEXMATH:
      case MD_SPAN_LATEXMATH_DISPLAY:
      case MD_SPAN_WIKILINK:
      case MD_SPAN_U:
        break;
    }
    return 0;
  }

  int text(MD_TEXTTYPE type, std::string_view text) {
    begin_implied();
    found_at(text.data());
    switch (type) {
      case MD_TEXT_NULLCHAR:
        add("\uFFFD");
        break;
      case MD_TEXT_BR:
        add("\n");
        break;
      case MD_TEXT_SOFTBR:
        add_soft_break();
        break;
      case MD_TEXT_ENTITY:
        add(entity(text));
        break;
      case MD_TEXT_HTML:
        html_ += text;
        if (block_is_html_span()) add(text);
        break;
      case MD_TEXT_CODE:
        if (block_.kind == BlockKind::kCode) {
          block_.code += text;
        } else {
          add(text);
        }
        break;
      case MD_TEXT_NORMAL:
      case MD_TEXT_LATEXMATH:
        add(text);
        break;
    }
    return 0;
  }

  std::vector<Block> take() { return std::move(blocks_); }
  std::size_t line() const { return line_; }

  bool html_block = false;

 private:
  // md4c stops at a negative answer.
  int deeper() { return ++depth_ > kMaxDepth ? -1 : 0; }

  // Texts that md4c makes itself, such as line ends, lie elsewhere.
  void found_at(const char* at) {
    const std::less<const char*> before{};
    const char* const begin = source_.data();
    if (before(at, begin + counted_) || !before(at, begin + source_.size())) return;
    const auto offset = static_cast<std::size_t>(at - begin);
    line_ += line_ends(source_.substr(counted_, offset - counted_));
    counted_ = offset;
    if (open_ && !placed_) {
      block_.line = line_;
      placed_ = true;
      if (block_.kind == BlockKind::kCode && block_.fenced && block_.info.empty()) {
        // Found in its first line that is not blank; blank ones lie nowhere.
        block_.line -= 1 + line_ends(block_.code);
      }
    }
  }

  bool block_is_html_span() const { return !html_block; }

  // The paragraph of an item of a tight list is not told by itself.
  void begin_implied() {
    if (open_) return;
    begin(BlockKind::kParagraph);
    implied_ = true;
  }
  void finish_implied() {
    if (std::exchange(implied_, false) && open_) finish();
  }

  void begin(BlockKind kind) {
    block_ = {};
    block_.kind = kind;
    block_.line = line_;
    block_.depth = depth_;
    block_.quote = quotes_ != 0;
    picture_.clear();
    pending_break_ = false;
    words_ = false;
    placed_ = false;
    open_ = true;
    if (kind == BlockKind::kParagraph && !marker_.empty()) {
      block_.kind = BlockKind::kItem;
      block_.marker = std::move(marker_);
    }
    marker_.clear();
  }

  void finish() {
    open_ = false;
    if (block_.kind == BlockKind::kParagraph && !picture_.empty() && !words_) {
      block_.kind = BlockKind::kPicture;
      block_.code = picture_;
    }
    if (block_.kind == BlockKind::kCode && block_.fenced) close_fence();
    blocks_.push_back(std::move(block_));
    block_ = {};
  }

  // Behind its lines a fenced block has a fence, or the text ends without it.
  void close_fence() {
    std::size_t at = counted_;
    const auto skip_line = [&] {
      at = source_.find('\n', at);
      if (at != std::string_view::npos) ++at;
      return at != std::string_view::npos;
    };
    // `counted_` is in the line of the last text that lies in the source; blank lines have none.
    if (!placed_) return;
    const std::size_t end = block_.line + line_ends(block_.code) + 1;
    for (std::size_t line = line_; line < end; ++line) {
      if (!skip_line()) {
        block_.closed = false;
        return;
      }
    }
    const std::string_view line = source_.substr(at, source_.find('\n', at) - at);
    const std::size_t first = line.find_first_not_of(" \t>");
    block_.closed = first != std::string_view::npos && line[first] == fence_;
  }

  void add_soft_break() {
    // A line break between two characters that take no blanks, as in Chinese, is none.
    Text& text = block_.text;
    if (!text.empty() && !text.back().text.empty() &&
        static_cast<unsigned char>(text.back().text.back()) >= 0x80) {
      pending_break_ = true;
      return;
    }
    add(" ");
  }

  void add(std::string_view piece) {
    if (piece.empty()) return;
    words_ = words_ || (in_picture_ == 0 && piece != " ");
    if (std::exchange(pending_break_, false) && static_cast<unsigned char>(piece[0]) < 0x80)
      add(" ");
    Span span{std::string(piece), emphasis_ > 0, strong_ > 0, code_ > 0, link_};
    Text& text = block_.text;
    if (!text.empty()) {
      Span& last = text.back();
      const bool same = last.emphasis == span.emphasis && last.strong == span.strong &&
                        last.code == span.code && last.link == span.link;
      if (same) {
        last.text += span.text;
        return;
      }
    }
    text.push_back(std::move(span));
  }

  std::string_view source_;
  std::size_t line_;
  std::size_t counted_ = 0;  // bytes of the source up to which lines are counted
  std::vector<Block> blocks_;
  Block block_;
  bool open_ = false;
  bool placed_ = false;
  bool implied_ = false;  // the open block
  bool pending_break_ = false;
  std::vector<List> lists_;
  std::string marker_;
  std::string html_;
  std::string picture_;
  std::string link_;
  char fence_ = 0;
  std::size_t depth_ = 0;
  bool words_ = false;  // the paragraph holds more than a picture
  int in_picture_ = 0;
  int quotes_ = 0;
  int emphasis_ = 0;
  int strong_ = 0;
  int code_ = 0;
};

}  // namespace

std::string plain(const Text& text) {
  std::string out;
  for (const Span& span : text) out += span.text;
  return out;
}

Result<std::vector<Block>> parse_markdown(std::string_view text, std::string_view file,
                                          std::size_t first_line) {
  MD_PARSER parser = {};
  parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* reader) {
    auto& self = *static_cast<Reader*>(reader);
    self.html_block = type == MD_BLOCK_HTML;
    return self.enter(type, detail);
  };
  parser.leave_block = [](MD_BLOCKTYPE type, void*, void* reader) {
    auto& self = *static_cast<Reader*>(reader);
    const int result = self.leave(type);
    self.html_block = false;
    return result;
  };
  parser.enter_span = [](MD_SPANTYPE type, void* detail, void* reader) {
    return static_cast<Reader*>(reader)->span(type, detail, true);
  };
  parser.leave_span = [](MD_SPANTYPE type, void* detail, void* reader) {
    return static_cast<Reader*>(reader)->span(type, detail, false);
  };
  parser.text = [](MD_TEXTTYPE type, const MD_CHAR* at, MD_SIZE size, void* reader) {
    return static_cast<Reader*>(reader)->text(type, {at, size});
  };
  Reader reader(text, first_line);
  if (md_parse(text.data(), static_cast<MD_SIZE>(text.size()), &parser, &reader) != 0) {
    return Error{Code::kInvalidArgument, std::string(file) + ":" + std::to_string(reader.line()) +
                                             ": lists and quotes lie in one another more than " +
                                             std::to_string(kMaxDepth) + " deep"};
  }
  return reader.take();
}

Result<Text> parse_inline(std::string_view text, std::string_view file, std::size_t line) {
  RAFT_TRY_ASSIGN(const std::vector<Block> blocks, parse_markdown(text, file, line));
  Text out;
  for (const Block& block : blocks) {
    if (!out.empty()) out.push_back({" ", false, false, false, ""});
    if (!block.marker.empty() && block.marker != "•") {
      out.push_back({block.marker + " ", false, false, false, ""});
    }
    out.insert(out.end(), block.text.begin(), block.text.end());
    if (block.kind == BlockKind::kCode) out.push_back({block.code, false, false, true, ""});
  }
  return out;
}

}  // namespace lesson
