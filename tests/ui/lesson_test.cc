// A lesson in the window: its steps, predictions, tasks, the way back, and what it hides.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "app/lesson/library.h"
#include "app/ui/lesson_run.h"
#include "app/ui/png.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

const std::string kTiny = RAFTARIUM_TINY_LESSONS "/01-tiny.md";

class LessonPaneTest : public testing::Test {
 protected:
  explicit LessonPaneTest(float width = 1920, float height = 1080) : h(started(), width, height) {
    h.frame();
    const Status opened = h.app().open_file(kTiny);
    EXPECT_TRUE(opened) << opened.error().message;
    h.frame(3);
  }

  LessonRun& run() { return *h.app().lesson(); }
  const lesson::Walkthrough& walk() { return run().walk(); }
  void next() {
    ASSERT_TRUE(h.click("lesson.next"));
    h.frame(3);
  }
  // To the step where n3 is to be made leader.
  void to_the_question() {
    next();
    next();
    ASSERT_NE(walk().asked(), nullptr);
  }

  Harness h;
};

TEST_F(LessonPaneTest, GoesFromStepToStepAndBack) {
  EXPECT_EQ(walk().step(), 0u);
  EXPECT_FALSE(h.enabled("lesson.back"));
  next();
  EXPECT_EQ(h.session().position().at.millis, 1000u);
  h.key(key::kPageDown);
  h.frame(3);
  EXPECT_EQ(walk().step(), 2u);
  h.key(key::kPageUp);
  h.frame(3);
  EXPECT_EQ(walk().step(), 1u);
  EXPECT_EQ(h.session().position().at.millis, 1000u);
  EXPECT_TRUE(h.enabled("lesson.step:3"));
  EXPECT_FALSE(h.enabled("lesson.step:4"));
  ASSERT_TRUE(h.click("lesson.step:1"));
  h.frame(3);
  EXPECT_EQ(walk().step(), 0u);
  EXPECT_EQ(h.session().position().events, 0u);
}

TEST_F(LessonPaneTest, WhatItPointsAtComesIntoSight) {
  next();
  EXPECT_FALSE(h.state().logs.show);  // done
  EXPECT_NE(h.state().lower_page, Page::kLogs);
  h.state().logs.follow = false;
  h.state().logs.first = 30;
  ASSERT_TRUE(h.click("lesson.back"));
  h.frame(2);
  h.state().logs.show = 1;
  h.frame(2);
  EXPECT_EQ(h.state().logs.first, 1);
}

TEST_F(LessonPaneTest, APredictionIsAButton) {
  to_the_question();
  EXPECT_EQ(walk().shown_parts(), 1u);
  ASSERT_TRUE(h.click("lesson.choice:1"));
  h.frame(3);
  EXPECT_EQ(walk().score().answered, 1u);
  EXPECT_EQ(walk().score().right, 0u);
  EXPECT_FALSE(h.has("lesson.choice:2")) << "an answer stands";
  EXPECT_EQ(walk().waits(), lesson::Waits::kGoal);
}

TEST_F(LessonPaneTest, AGoalIsReachedByHandInAnyWay) {
  to_the_question();
  ASSERT_TRUE(h.click("lesson.choice:2"));
  h.frame(3);
  ASSERT_TRUE(h.click("lesson.hint"));
  h.frame(3);
  EXPECT_TRUE(run().hint_shown);
  EXPECT_FALSE(h.has("lesson.return"));
  h.key('3');
  h.key('E');  // campaign n3
  h.frame(3);
  EXPECT_TRUE(h.has("lesson.return")) << "the task can be begun again";
  h.state().speed = 7;
  h.key(key::kSpace);
  ASSERT_TRUE(h.frames_until(600, [&] { return walk().goal_reached(); }));
  EXPECT_FALSE(h.state().playing) << "time stops at the goal";
  EXPECT_EQ(h.view().leader.value, 3u);
  EXPECT_FALSE(walk().goal_shown());
  h.frame(3);
  EXPECT_FALSE(h.has("lesson.return"));
}

TEST_F(LessonPaneTest, TheModelAnswerCanBeShown) {
  to_the_question();
  next();  // without an answer
  EXPECT_EQ(walk().score().answered, 0u);
  ASSERT_EQ(walk().waits(), lesson::Waits::kGoal);
  next();  // show me
  EXPECT_TRUE(walk().goal_shown());
  EXPECT_EQ(h.view().leader.value, 3u);
}

TEST_F(LessonPaneTest, WhoWandersOffComesBackByAButton) {
  next();
  h.frame(3);
  EXPECT_FALSE(h.has("lesson.return"));
  h.key('1');
  h.key('C');
  h.frame(3);
  ASSERT_TRUE(h.has("lesson.return"));
  EXPECT_EQ(h.view().node({1})->state, sim::NodeState::kDown);
  ASSERT_TRUE(h.click("lesson.return"));
  h.frame(3);
  EXPECT_EQ(h.view().node({1})->state, sim::NodeState::kUp);
  EXPECT_FALSE(h.has("lesson.return"));
}

TEST_F(LessonPaneTest, ARunThatWentAnotherWayGivesWayToTheLessons) {
  to_the_question();
  ASSERT_TRUE(h.click("lesson.choice:2"));
  h.frame(3);
  // n3 leads with n2 alone; n1, which the next step asks for, is down.
  ASSERT_TRUE(h.session().act(sim::Campaign{{3}}));
  h.session().tick(sim::ticks(3));
  ASSERT_TRUE(h.session().act(sim::Crash{{1}}));
  h.frame(3);
  ASSERT_TRUE(walk().goal_reached());
  next();
  EXPECT_FALSE(walk().finished());
  EXPECT_NE(run().error.find("01-tiny.md:63:1: until failed"), std::string::npos) << run().error;
  ASSERT_TRUE(h.click("lesson.own_run"));
  h.frame(3);
  EXPECT_EQ(run().error, "");
  EXPECT_TRUE(walk().finished());
  EXPECT_GT(h.session().branches(), 1u);
}

TEST_F(LessonPaneTest, AHiddenMistakeIsHiddenUntilTheEnd) {
  const std::string path = testing::TempDir() + "/hidden.md";
  std::ofstream(path) << "---\ntitle: T\ngoal: G\nminutes: 1\n---\n## One\n"
                         "```raft hidden\ntick\nmistake vote-twice on\ndisk n2 lie\n```\n"
                         "## Two\n```raft\ncrash n1\n```\n";
  ASSERT_TRUE(h.app().open_file(path));
  h.frame(3);
  ASSERT_FALSE(h.view().node({1})->mistakes.list().empty());
  EXPECT_FALSE(h.has("mistakes"));
  const auto words_of_commands = [&] {
    std::string all;
    const ShownRun shown{h.session().facts(), h.session().milestones(), {}, nullptr, nullptr,
                         h.app().lesson()};
    for (const sim::Fact& fact : h.session().facts()) {
      if (fact.kind == sim::FactKind::kCommand) all += shown.words(fact).what + "\n";
    }
    return all;
  };
  EXPECT_EQ(words_of_commands().find("lie"), std::string::npos) << words_of_commands();
  next();
  ASSERT_TRUE(walk().finished());
  EXPECT_TRUE(h.has("mistakes"));
  EXPECT_NE(words_of_commands().find("lie"), std::string::npos) << words_of_commands();
}

TEST_F(LessonPaneTest, OpensFromTheListAndCloses) {
  h.key(key::kF2);
  h.frame(3);
  EXPECT_TRUE(h.state().lessons_open);
  EXPECT_FALSE(h.has("lesson.next"));
  h.key(key::kF2);
  h.frame(3);
  EXPECT_TRUE(h.has("lesson.next"));
  h.app().perform(Action::kLessonClose);
  h.frame(3);
  EXPECT_EQ(h.app().lesson(), nullptr);
  EXPECT_FALSE(h.has("lesson.next"));
  EXPECT_EQ(h.app().why_off(Action::kLessonNext), "No lesson is open");
}

TEST_F(LessonPaneTest, WhatIsNoLessonChangesNothing) {
  const std::string path = testing::TempDir() + "/no_lesson.md";
  std::ofstream(path) << "# nothing\n";
  const Status opened = h.app().open_file(path);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("no_lesson.md:1: "), std::string::npos);
  h.frame(2);
  EXPECT_TRUE(h.has("lesson.next"));
}

TEST_F(LessonPaneTest, IsReadAgainWhenItsAuthorChangesIt) {
  const std::string path = testing::TempDir() + "/written.md";
  const auto write = [&](const std::string& text) {
    const auto before = std::filesystem::exists(path) ? std::filesystem::last_write_time(path)
                                                      : std::filesystem::file_time_type{};
    std::ofstream(path) << "---\ntitle: T\ngoal: G\nminutes: 1\n---\n## One\n"
                           "```raft\ntick\n```\n## Two\n" +
                               text;
    std::filesystem::last_write_time(path, before + std::chrono::seconds(2));
  };
  write("```raft\ntick 2\n```\n");
  ASSERT_TRUE(h.app().open_file(path));
  h.frame(2);
  next();
  EXPECT_EQ(h.session().position().at.millis, 3000u);
  EXPECT_FALSE(h.app().reload_lesson());
  write("```raft\ntick 5\n```\n");
  EXPECT_TRUE(h.app().reload_lesson());
  h.frame(2);
  EXPECT_EQ(walk().step(), 1u);
  EXPECT_EQ(h.session().position().at.millis, 6000u);
  // What is wrong is told, and the lesson stays.
  write("```raft\ntock 5\n```\n");
  EXPECT_TRUE(h.app().reload_lesson());
  EXPECT_NE(h.state().notice.find("written.md:12:1: "), std::string::npos) << h.state().notice;
  EXPECT_FALSE(h.app().reload_lesson());
  h.frame(2);
  EXPECT_EQ(walk().step(), 1u);
  EXPECT_EQ(h.session().position().at.millis, 6000u);
}

TEST_F(LessonPaneTest, ARunIsSavedAsALesson) {
  const std::string path = testing::TempDir() + "/saved.md";
  std::filesystem::remove(path);
  next();
  h.app().perform(Action::kSaveLesson);
  h.frame(2);
  h.replace(path);
  ASSERT_TRUE(h.click("dialog.yes"));
  h.frame(2);
  EXPECT_EQ(h.state().dialog.error, "");
  ASSERT_TRUE(std::filesystem::exists(path));
  ASSERT_TRUE(h.app().open_file(path));
  h.frame(2);
  EXPECT_EQ(walk().lesson().title, "A run");
}

TEST_F(LessonPaneTest, ThePageKeyStaysOnTheSummary) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "two-lessons";
  std::filesystem::create_directories(folder);
  for (const char* name : {"01-one.md", "02-two.md"}) {
    std::ofstream(folder / name) << "---\ntitle: " << name
                                 << "\ngoal: G\nminutes: 1\n---\n## Only\n\nText.\n";
  }
  ASSERT_TRUE(h.app().open_file((folder / "01-one.md").string()));
  h.frame(3);
  ASSERT_TRUE(walk().finished());
  h.key(key::kPageDown);
  h.frame(3);
  EXPECT_EQ(walk().lesson().title, "01-one.md");
  EXPECT_NE(h.state().notice, "");
  ASSERT_TRUE(h.click("lesson.next"));
  h.frame(3);
  EXPECT_EQ(walk().lesson().title, "02-two.md");
}

TEST_F(LessonPaneTest, APictureLiesInTheTextAndAMissingOneSaysSo) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "pictured";
  std::filesystem::create_directories(folder / "zh");
  Image green{80, 40, {}};
  for (int i = 0; i < 80 * 40; ++i) green.rgba.insert(green.rgba.end(), {10, 250, 20, 255});
  ASSERT_TRUE(write_png(green, (folder / "green.png").string()));
  const auto greens = [&](const std::string& file, const std::string& picture) {
    std::ofstream(folder / file) << "---\ntitle: T\ngoal: G\nminutes: 1\n---\n## Only\n\n![what it "
                                    "shows]("
                                 << picture << ")\n\nText.\n";
    EXPECT_TRUE(h.app().open_file((folder / file).string()));
    h.frame(3);
    const Image drawn = h.picture();
    int count = 0;
    for (std::size_t i = 0; i < drawn.rgba.size(); i += 4) {
      count += drawn.rgba[i] == 10 && drawn.rgba[i + 1] == 250 && drawn.rgba[i + 2] == 20 ? 1 : 0;
    }
    return count;
  };
  EXPECT_NEAR(greens("01-there.md", "green.png"), 40 * 20, 60);
  EXPECT_NEAR(greens("zh/01-there.md", "green.png"), 40 * 20, 60);
  EXPECT_EQ(greens("02-missing.md", "red.png"), 0);
  EXPECT_EQ(greens("03-outside.md", "../pictured/green.png"), 0);
}

TEST_F(LessonPaneTest, AHintBehindItsGoalIsShownBeforeTheGoalIsReached) {
  const std::string path = testing::TempDir() + "/hint-behind.md";
  std::ofstream(path) << "---\ntitle: T\ngoal: G\nminutes: 1\n---\n## Only\n\n"
                         "```predict\nQ: ?\n- [x] A | a\n- [ ] B | b\n```\n\n"
                         "```raft do\ncampaign n3\n```\n\n```goal\nleader n3\n```\n\n"
                         "```hint\nbehindthegoal\n```\n";
  const Status opened = h.app().open_file(path);
  ASSERT_TRUE(opened) << opened.error().message;
  h.frame(3);
  EXPECT_FALSE(h.has("lesson.hint")) << "the question comes first";
  ASSERT_TRUE(h.click("lesson.choice:1"));
  h.frame(3);
  ASSERT_EQ(walk().waits(), lesson::Waits::kGoal);
  const auto shown = [&] {
    std::vector<Fonts::Drawn> drawn;
    h.app().gui().fonts->watch(&drawn);
    h.frame();
    h.app().gui().fonts->watch(nullptr);
    return std::any_of(drawn.begin(), drawn.end(), [](const Fonts::Drawn& text) {
      return text.text.find("behindthegoal") != std::string::npos;
    });
  };
  EXPECT_FALSE(shown());
  ASSERT_TRUE(h.click("lesson.hint"));
  h.frame(2);
  EXPECT_TRUE(shown());
}

TEST_F(LessonPaneTest, AnOddLessonIsDrawn) {
  std::string text =
      "---\ntitle: " + std::string(3000, 'W') + "\ngoal: G\nminutes: 1\n---\n## One\n" +
      std::string(5000, 'x') + "\n\n##id ###a %s %n\n\n> - 1. deep\n\n    code\n\n---\n" +
      "```focus\nnode n9, link n8->n9, log 99999, panel disk\n```\n```\n" + std::string(3000, 'y') +
      "\n```\n```predict\nQ: " + std::string(900, 'q') + "\n";
  for (int i = 0; i < 40; ++i) text += "- [x] ### %s " + std::to_string(i) + "\n";
  text += "```\n";
  for (int i = 0; i < 400; ++i) text += "## 步骤\n";
  const std::string path = testing::TempDir() + "/odd.md";
  std::ofstream(path) << text;
  const Status opened = h.app().open_file(path);
  ASSERT_TRUE(opened) << opened.error().message;
  h.frame(3);
  ASSERT_NE(walk().asked(), nullptr);
  EXPECT_TRUE(h.has("lesson.choice:1"));
  next();
  next();
  EXPECT_EQ(walk().step(), 1u);
  EXPECT_FALSE(h.has("lesson.step:1"));
}

TEST(LessonLanguages, EachTranslationCanBeSwitchedTo) {
  const auto paths = lesson::lessons_in(RAFTARIUM_LESSONS);
  ASSERT_TRUE(paths);
  std::size_t switched = 0;
  for (const std::string& path : *paths) {
    if (!lesson::is_translation(path)) continue;
    lesson::Loaded original = lesson::load_lesson(lesson::original_path(path));
    lesson::Loaded translation = lesson::load_lesson(path);
    ASSERT_TRUE(original.parsed.lesson && translation.parsed.lesson) << path;
    lesson::Walkthrough walk(*std::move(original.parsed.lesson));
    EXPECT_TRUE(walk.retell(*std::move(translation.parsed.lesson))) << path;
    ++switched;
  }
  EXPECT_GT(switched, 20u);
}

class SmallLessonPaneTest : public LessonPaneTest {
 protected:
  SmallLessonPaneTest() : LessonPaneTest(1024, 768) {}
};

TEST_F(SmallLessonPaneTest, ComesBackBeforeItGoesOnAndWhenTheGoalIsReached) {
  h.key('1');
  h.frame(3);
  ASSERT_FALSE(h.has("lesson.next"));
  h.key(key::kPageDown);
  h.frame(3);
  EXPECT_TRUE(h.has("lesson.next"));
  EXPECT_EQ(walk().step(), 0u);
  to_the_question();
  ASSERT_TRUE(h.click("lesson.choice:1"));
  h.frame(3);
  ASSERT_EQ(walk().waits(), lesson::Waits::kGoal);
  h.key('3');
  h.frame(3);
  ASSERT_FALSE(h.has("lesson.next"));
  ASSERT_TRUE(h.session().act(sim::Campaign{{3}}));
  h.session().tick(sim::ticks(4));
  h.frame(4);
  EXPECT_TRUE(walk().goal_reached());
  EXPECT_TRUE(h.has("lesson.next"));
}

TEST_F(SmallLessonPaneTest, SharesItsPlaceWithTheInspector) {
  EXPECT_TRUE(h.has("lesson.next"));
  h.key('1');
  h.frame(3);
  EXPECT_FALSE(h.has("lesson.next"));
  ASSERT_TRUE(h.click("lesson.bar"));
  h.frame(3);
  EXPECT_TRUE(h.has("lesson.next"));
}

TEST_F(LessonPaneTest, SpeaksTheWindowsLanguageAndTheRunStays) {
  if (!Fonts::find_han()) GTEST_SKIP() << Fonts::find_han().error().message;
  to_the_question();
  ASSERT_TRUE(h.click("lesson.choice:1"));
  h.frame(3);
  h.key('3');
  h.key('E');
  h.frame(3);
  const std::size_t commands = h.session().commands().size();
  const sim::Position at = h.session().position();
  h.app().perform(Action::kChinese);
  h.frame(3);
  EXPECT_EQ(walk().lesson().title, "手动选出领导者");
  EXPECT_EQ(walk().step(), 2u);
  EXPECT_EQ(walk().score().answered, 1u);
  EXPECT_EQ(walk().waits(), lesson::Waits::kGoal);
  EXPECT_EQ(h.session().position(), at);
  EXPECT_EQ(h.session().commands().size(), commands);
  h.app().perform(Action::kEnglish);
  h.frame(3);
  EXPECT_EQ(walk().lesson().title, "A leader, by hand");
  EXPECT_EQ(run().path(), kTiny);
  EXPECT_EQ(walk().score().answered, 1u);
}

TEST_F(LessonPaneTest, AQuestionThatWasSkippedCanBeAnsweredOnTheWayBack) {
  to_the_question();
  next();  // without an answer
  EXPECT_FALSE(h.has("lesson.choice:1"));
  EXPECT_TRUE(h.draws("not answered"));
  next();  // show me
  ASSERT_EQ(walk().waits(), lesson::Waits::kNothing);
  next();
  ASSERT_TRUE(h.click("lesson.back"));
  h.frame(3);
  ASSERT_TRUE(h.has("lesson.choice:2"));
  EXPECT_FALSE(h.draws("not answered"));
  const sim::Position at = h.session().position();
  ASSERT_TRUE(h.click("lesson.choice:2"));
  h.frame(3);
  EXPECT_EQ(walk().score().right, 1u);
  EXPECT_FALSE(h.has("lesson.choice:2")) << "an answer stands";
  EXPECT_EQ(h.session().position(), at);
  next();
  EXPECT_TRUE(walk().finished());
}

TEST_F(LessonPaneTest, ABlockThatFailsInItsOwnRunIsTheFilesFault) {
  const std::string path = testing::TempDir() + "/at_fault.md";
  const auto write = [&](const std::string& line) {
    const auto before = std::filesystem::exists(path) ? std::filesystem::last_write_time(path)
                                                      : std::filesystem::file_time_type{};
    std::ofstream(path) << "---\ntitle: T\ngoal: G\nminutes: 1\n---\n## One\n```raft\ntick\n" +
                               line + "\n```\n";
    std::filesystem::last_write_time(path, before + std::chrono::seconds(2));
  };
  write("tick");
  ASSERT_TRUE(h.app().open_file(path));
  h.frame(3);
  write("expect leader n3");
  ASSERT_TRUE(h.app().reload_lesson());
  h.frame(3);
  EXPECT_NE(run().error.find("at_fault.md:9:1: "), std::string::npos) << run().error;
  std::string all;
  for (const Fonts::Drawn& text : h.drawn()) all += text.text + " ";
  EXPECT_NE(all.find("The file of this lesson is at fault"), std::string::npos) << all;
  EXPECT_EQ(all.find("your run"), std::string::npos) << all;
  EXPECT_FALSE(h.has("lesson.own_run"));
  write("tick 2");
  ASSERT_TRUE(h.app().reload_lesson());
  h.frame(3);
  EXPECT_EQ(run().error, "");
  EXPECT_TRUE(walk().finished());
}

TEST_F(LessonPaneTest, AlsoTicksOfTheConsoleStopAtTheGoal) {
  to_the_question();
  ASSERT_TRUE(h.click("lesson.choice:2"));
  h.frame(3);
  for (const char* line : {"campaign n3", "tick 500"}) {
    h.key(key::kSlash);
    h.frame(3);
    h.type(line);
    h.key(key::kEnter);
    h.frame(3);
  }
  EXPECT_TRUE(walk().goal_reached());
  EXPECT_LT(h.session().position().at.millis, 100000u);
}

}  // namespace
}  // namespace ui
