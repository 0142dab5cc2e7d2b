#include <gtest/gtest.h>

#include "app/export/markup.h"
#include "app/export/picture.h"

namespace exporter {
namespace {

TEST(Markup, LeavesNothingThatMeansSomething) {
  EXPECT_EQ(escaped("a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c&#39;");
  EXPECT_EQ(escaped(std::string_view("x\0y\n", 4)), "x\\x00y\\x0A");
  EXPECT_EQ(escaped("\xff"), "\\xFF");
  // Half a pair, and what is no character: XML has no place for them.
  EXPECT_EQ(escaped("\xED\xA0\x80!"), "\xEF\xBF\xBD!");
  EXPECT_EQ(escaped("\xEF\xBF\xBF"), "\xEF\xBF\xBD");
  EXPECT_EQ(escaped("n→m"), "n→m");
}

TEST(Wrapped, FillsLinesAndPutsTheRestIntoTheLast) {
  const scene::RoughMeasure measure;
  const scene::Style style{.size = 10};  // 5.5 units a letter
  EXPECT_EQ(wrapped(measure, "one two three", 45, 3, style),
            (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrapped(measure, "one two three four", 45, 2, style),
            (std::vector<std::string>{"one two", "three four"}));
  EXPECT_EQ(wrapped(measure, "one", 45, 2, style), (std::vector<std::string>{"one"}));
  EXPECT_TRUE(wrapped(measure, "", 45, 2, style).empty());
}

TEST(Notes, TheNewestUpToAMomentCounts) {
  const std::vector<session::Mark> notes = {
      {session::MarkKind::kNote, {{1000}, 10}, "one"},
      {session::MarkKind::kNote, {{2000}, 20}, "two"},
  };
  EXPECT_EQ(note_at(notes, {{500}, 5}), "");
  EXPECT_EQ(note_at(notes, {{1000}, 10}), "one");
  EXPECT_EQ(note_at(notes, {{1999}, 19}), "one");
  EXPECT_EQ(note_at(notes, {{9000}, 90}), "two");
}

}  // namespace
}  // namespace exporter
