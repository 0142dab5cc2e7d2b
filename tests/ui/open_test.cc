// The dialog that opens files: what lies in a folder, and going there by mouse and keyboard.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "app/ui/folder.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

namespace fs = std::filesystem;

class OpenFile : public testing::Test {
 protected:
  OpenFile() : folder_(testing::TempDir() + "raftarium_open/") {
    fs::remove_all(folder_);
    fs::create_directories(folder_ + "deeper");
    fs::create_directories(folder_ + ".hidden");
    std::ofstream(folder_ + "b.scenario") << "tick\n";
    std::ofstream(folder_ + "A.raftrec") << "x";
    std::ofstream(folder_ + "t.jsonl") << "{}\n";
    std::ofstream(folder_ + "01-l.md") << "---\ntitle: T\n";
    std::ofstream(folder_ + "README.md") << "# T\n";
    std::ofstream(folder_ + "notes.txt") << "x";
    std::ofstream(folder_ + "deeper/run.scenario") << "tick 3\n";
  }
  std::string folder_;
};

TEST_F(OpenFile, ListsFoldersAndThenWhatCanBeOpened) {
  using Entries = std::vector<FolderEntry>;
  const Entries all = openable_in(folder_);
  EXPECT_EQ(all, (Entries{{"deeper", FileKind::kFolder},
                          {"01-l.md", FileKind::kLesson},
                          {"A.raftrec", FileKind::kRecording},
                          {"b.scenario", FileKind::kScenario},
                          {"t.jsonl", FileKind::kTrace}}));
  EXPECT_EQ(that_go_on(all, "a"), (Entries{{"A.raftrec", FileKind::kRecording}}));
  EXPECT_EQ(that_go_on(all, "b.scenario"), all) << "it is one of them";
  EXPECT_TRUE(openable_in(folder_ + "nowhere").empty());
  EXPECT_EQ(folder_above(folder_ + "deeper/"), folder_);
  EXPECT_EQ(folder_above("/"), "");
  EXPECT_EQ(split_path("a/b").folder, "a/");
  EXPECT_EQ(split_path("b").rest, "b");
}

TEST_F(OpenFile, ByKeyboard) {
  Harness h(with_leader());
  h.key('O', true);
  h.replace(folder_);
  h.frame(2);
  h.key(key::kDown);  // ..
  h.key(key::kDown);  // deeper/
  h.key(key::kEnter);
  h.frame(4);
  EXPECT_EQ(h.state().dialog.path, folder_ + "deeper/");
  EXPECT_EQ(h.state().dialog.open, Dialog::kOpen);
  // The field has the keyboard, and goes on behind the folder.
  h.type("ru");
  EXPECT_EQ(h.state().dialog.path, folder_ + "deeper/ru");
  h.key(key::kDown);
  h.key(key::kDown);
  h.key(key::kEnter);
  h.frame(2);
  EXPECT_EQ(h.state().dialog.open, Dialog::kNone) << h.state().dialog.error;
  EXPECT_EQ(h.session().position().at.millis, 3000u);
}

TEST_F(OpenFile, ByMouse) {
  Harness h(with_leader());
  h.key('O', true);
  h.replace(folder_ + "deeper/");
  h.frame(2);
  ASSERT_TRUE(h.click("dialog.file:0"));  // ..
  h.frame(4);
  EXPECT_EQ(h.state().dialog.path, folder_);
  ASSERT_TRUE(h.click("dialog.file:4"));  // b.scenario
  h.frame(2);
  EXPECT_EQ(h.state().dialog.open, Dialog::kNone) << h.state().dialog.error;
  EXPECT_EQ(h.session().position().at.millis, 1000u);
}

TEST_F(OpenFile, WhatFailsSaysSoAndStaysOpen) {
  Harness h(with_leader(), 1024, 768);
  h.key('O', true);
  h.replace(folder_);
  h.frame(2);
  EXPECT_EQ(h.words_over_words("###dialog"), std::vector<std::string>{});
  ASSERT_TRUE(h.click("dialog.file:3"));  // A.raftrec
  h.frame(2);
  EXPECT_EQ(h.state().dialog.open, Dialog::kOpen);
  EXPECT_NE(h.state().dialog.error.find("A.raftrec"), std::string::npos);
  EXPECT_EQ(h.words_over_words("###dialog"), std::vector<std::string>{});
}

}  // namespace
}  // namespace ui
