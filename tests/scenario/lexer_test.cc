#include "app/scenario/lexer.h"

#include <gtest/gtest.h>

#include "app/scenario/text.h"

namespace scenario {
namespace {

// Tokens as "word|"quoted"|{", to be read at a glance.
std::string shown(std::string_view line) {
  const LexedLine lexed = lex(line);
  if (lexed.error) {
    return std::to_string(lexed.error->column) + ": " + lexed.error->message;
  }
  std::string out;
  for (const Token& token : lexed.tokens) {
    if (!out.empty()) out += "|";
    out += token.kind == TokenKind::kQuoted ? scenario::quoted(token.text) : token.text;
  }
  return out;
}

std::uint64_t error_column(std::string_view line) {
  const LexedLine lexed = lex(line);
  return lexed.error ? lexed.error->column : 0;
}

TEST(Lexer, SplitsAtBlanks) {
  EXPECT_EQ(shown("  put\tx   1 "), "put|x|1");
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown(" \t "), "");
}

TEST(Lexer, TakesOneTrailingCarriageReturnAsLineEnd) {
  EXPECT_EQ(shown("tick 5\r"), "tick|5");
  EXPECT_EQ(error_column("tick\r5"), 5u);
}

TEST(Lexer, CommentsBeginAtLineStartOrBehindABlank) {
  EXPECT_EQ(shown("# all"), "");
  EXPECT_EQ(shown("tick # rest \"unclosed"), "tick");
  EXPECT_EQ(shown("put a#b 1"), "put|a#b|1");
  EXPECT_EQ(shown("say \"# no comment\""), "say|\"# no comment\"");
}

TEST(Lexer, BracketsAreTokensOfTheirOwn) {
  EXPECT_EQ(shown("{n1 n2}{n3}"), "{|n1|n2|}|{|n3|}");
  EXPECT_EQ(shown("not(leader any)"), "not|(|leader|any|)");
  EXPECT_EQ(shown("\"{\" \")\""), "\"{\"|\")\"");
  EXPECT_EQ(shown("(\"v\")"), "(|\"v\"|)");
}

TEST(Lexer, ReadsEscapes) {
  const LexedLine lexed = lex(R"(put "\"\\\n\t\x00\xfF" "")");
  ASSERT_EQ(lexed.tokens.size(), 3u);
  EXPECT_EQ(lexed.tokens[1].text, std::string("\"\\\n\t\0\xFF", 6));
  EXPECT_EQ(lexed.tokens[2].text, "");
  EXPECT_EQ(lexed.tokens[2].kind, TokenKind::kQuoted);
}

TEST(Lexer, CountsColumnsInCharacters) {
  const LexedLine lexed = lex("put \"日本語\" x");
  ASSERT_EQ(lexed.tokens.size(), 3u);
  EXPECT_EQ(lexed.tokens[1].column, 5u);
  EXPECT_EQ(lexed.tokens[2].column, 11u);
  EXPECT_EQ(lexed.end_column, 12u);
  EXPECT_EQ(error_column("put 日本\"x"), 7u);
}

TEST(Lexer, NamesTheErrorsAndTheirPlaces) {
  struct Case {
    std::string_view line;
    std::string_view error;
  };
  for (const Case& c : {
           Case{"put a\"b 1", "6: a quote inside a bare word; quote the whole word: \"…\""},
           Case{"put a\\b 1", "6: a backslash inside a bare word; quote the whole word: \"…\""},
           Case{"put \\x41 1", "5: a backslash inside a bare word; quote the whole word: \"…\""},
           Case{"put \"a\"b 1", "8: expected a blank behind the closing quote"},
           Case{"put \"a\"\"b\" 1", "8: expected a blank behind the closing quote"},
           Case{"say \"a\"# c", "8: expected a blank before the comment"},
           Case{"partition {n1}# c", "15: expected a blank before the comment"},
           Case{"expect (up n1)# c", "15: expected a blank before the comment"},
           Case{"say \"a", "5: this quote is not closed on its line"},
           Case{"say \"a\\\"", "5: this quote is not closed on its line"},
           Case{"say \"\\q\"", "6: expected \\\", \\\\, \\n, \\t or \\xHH"},
           Case{"say \"\\x4\"", "6: expected two hexadecimal digits behind \\x"},
           Case{"put \xFF 1", "5: this byte is not UTF-8; write it as \\xHH inside quotes"},
           Case{"say \"\xC0\x80\"", "6: this byte is not UTF-8; write it as \\xHH inside quotes"},
       }) {
    EXPECT_EQ(shown(c.line), c.error) << c.line;
  }
}

TEST(Text, Utf8LengthRefusesWhatIsNone) {
  EXPECT_EQ(utf8_length("a", 0), 1u);
  EXPECT_EQ(utf8_length("é", 0), 2u);
  EXPECT_EQ(utf8_length("語", 0), 3u);
  EXPECT_EQ(utf8_length("😀", 0), 4u);
  EXPECT_EQ(utf8_length("\x80", 0), 0u);              // a continuation alone
  EXPECT_EQ(utf8_length("\xE2\x82", 0), 0u);          // cut short
  EXPECT_EQ(utf8_length("\xED\xA0\x80", 0), 0u);      // a surrogate
  EXPECT_EQ(utf8_length("\xF4\x90\x80\x80", 0), 0u);  // above U+10FFFF
  EXPECT_EQ(utf8_length("\xE0\x80\xAF", 0), 0u);      // overlong
}

// Whatever bytes: what is printed reads back, as one token.
TEST(Text, PrintedValuesReadBack) {
  std::vector<std::string> texts = {"", "a", "absent", "#a", "a#", "a b", "}", "é", "\xC3", "true"};
  for (int byte = 0; byte < 256; ++byte) {
    texts.push_back(std::string(1, static_cast<char>(byte)));
    texts.push_back("x" + std::string(1, static_cast<char>(byte)) + "é");
  }
  for (const std::string& text : texts) {
    const LexedLine lexed = lex("put " + printed_value(text));
    ASSERT_FALSE(lexed.error) << printed_value(text);
    ASSERT_EQ(lexed.tokens.size(), 2u) << printed_value(text);
    EXPECT_EQ(lexed.tokens[1].text, text);
  }
  EXPECT_EQ(printed_value("absent"), "\"absent\"");
}

}  // namespace
}  // namespace scenario
