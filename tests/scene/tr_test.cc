#include "app/scene/tr.h"

#include <gtest/gtest.h>

namespace scene {
namespace {

TEST(Tr, EnglishIsItself) {
  EXPECT_EQ(tr("Logs"), "Logs");
  EXPECT_EQ(tr("term {1}, {2}", 4, "n2"), "term 4, n2");
  EXPECT_EQ(tr_sentence("n1 leads term 3"), "n1 leads term 3");
}

TEST(Tr, ChineseOrdersAsItLikes) {
  const LanguageScope chinese(Language::kChinese);
  EXPECT_EQ(tr("Logs"), "日志");
  EXPECT_EQ(tr("{1}, {2} of term {3}", "n2", "领导者", 4), "n2，任期 4 的领导者");
  EXPECT_EQ(tr("not in the table"), "not in the table");
}

TEST(Tr, WhatIsPutInStaysAsItIs) {
  // A key of somebody's that looks like a place, or like a word of the table.
  EXPECT_EQ(tr("saved {1}", "{1}{2}"), "saved {1}{2}");
  const LanguageScope chinese(Language::kChinese);
  EXPECT_EQ(tr("saved {1}", "Logs"), "已保存 Logs");
}

TEST(Tr, SentencesAreKnownByTheirPattern) {
  const LanguageScope chinese(Language::kChinese);
  EXPECT_EQ(tr_sentence("n1 leads term 3"), "n1 领导任期 3");
  EXPECT_EQ(tr_sentence("append m12 from n1 to n3 is lost"), "n1 到 n3 的 append m12 丢失");
  // A part that is a sentence itself.
  EXPECT_EQ(tr_sentence("its last entry (term 2, index 5) is older than mine (none, my log is "
                        "empty)"),
            "它的末条（任期 2，索引 5）比我的（无，我的日志为空）旧");
  EXPECT_EQ(tr_sentence("n1 leads"), "n1 leads");
  EXPECT_EQ(tr_sentence("n1 and n2 leads term 3"), "n1 and n2 leads term 3");
}

TEST(Tr, TheScopeGivesBackWhatWas) {
  {
    const LanguageScope chinese(Language::kChinese);
    EXPECT_EQ(language(), Language::kChinese);
  }
  EXPECT_EQ(language(), Language::kEnglish);
  EXPECT_EQ(find_language("zh"), Language::kChinese);
  EXPECT_EQ(find_language("de"), std::nullopt);
  EXPECT_EQ(language_name(*find_language("en")), "en");
}

}  // namespace
}  // namespace scene
