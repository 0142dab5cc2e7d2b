// What a person chose is there at the next start, and nothing that stands in a file does harm.
#include "app/ui/settings.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/scenario/parser.h"
#include "app/ui/lesson_run.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

Settings unusual() {
  Settings settings;
  settings.theme = "projector";
  settings.scale = 150;
  settings.language = "zh";
  settings.reduced_motion = true;
  settings.width = 1280;
  settings.height = 800;
  settings.pane_width = 500;
  settings.logs_height = 333;
  settings.welcomed = true;
  return settings;
}

TEST(Settings, ReadBackAsTheyWereWritten) {
  std::vector<std::string> remarks;
  EXPECT_EQ(parse_settings(print_settings(unusual()), {}, remarks), unusual());
  EXPECT_EQ(parse_settings(print_settings({}), unusual(), remarks), Settings{});
  EXPECT_TRUE(remarks.empty());
}

TEST(Settings, WhatCannotBeUsedStaysAsItWasAndIsNamed) {
  for (const char* line :
       {"[looks]\ntheme = pink", "[looks]\nscale = 74", "[looks]\nscale = 301",
        "[looks]\nscale = -1", "[looks]\nscale = 99999999999999999999", "[looks]\nlanguage = xx",
        "[looks]\nreduced-motion = 1", "[window]\nwidth = 1e9",
        "[window]\nheight = ", "[panes]\nright = 1", "[panes]\nlogs = 1.5"}) {
    std::vector<std::string> remarks;
    EXPECT_EQ(parse_settings(line, unusual(), remarks), unusual()) << line;
    ASSERT_EQ(remarks.size(), 1u) << line;
    EXPECT_EQ(remarks[0].substr(0, 3), "2: ") << remarks[0];
  }
}

TEST(Settings, BlanksCommentsAndWhatANewerVersionHasAreNoFault) {
  std::vector<std::string> remarks;
  const Settings settings = parse_settings(
      "\r\n# a note\n; another\n  [ looks ]  \r\n\ttheme=light\r\nglow = much\n[future]\nx = 1\n",
      {}, remarks);
  EXPECT_EQ(settings.theme, "light");
  EXPECT_TRUE(remarks.empty());
  parse_settings("theme", {}, remarks);
  EXPECT_EQ(remarks.size(), 1u);
  remarks.clear();
  parse_settings(std::string(100000, '\n') + std::string(50, 'x') + "\n", {}, remarks);
  EXPECT_EQ(remarks.size(), 1u);
}

class InAFolder : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "raftarium_settings_" +
              testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    ::setenv("XDG_CONFIG_HOME", (folder_ + "/own").c_str(), 1);
    ::setenv("XDG_CONFIG_DIRS", (folder_ + "/a:" + folder_ + "/b").c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("XDG_CONFIG_HOME");
    ::unsetenv("XDG_CONFIG_DIRS");
  }
  void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(folder_ + path).parent_path());
    std::ofstream(folder_ + path) << text;
  }
  std::string folder_;
};

TEST_F(InAFolder, SavedAndLoaded) {
  EXPECT_EQ(settings_path(), folder_ + "/own/raftarium/settings.ini");
  EXPECT_EQ(load_settings().settings, Settings{});
  const Status saved = save_settings(unusual(), settings_path());
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_EQ(load_settings().settings, unusual());
  // Nothing else is left there.
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder_ + "/own/raftarium"))
    files += file.is_regular_file();
  EXPECT_EQ(files, 1u);
}

TEST_F(InAFolder, TheUsersFileCountsMoreThanTheSystems) {
  write("/a/raftarium/settings.ini", "[looks]\ntheme = light\n");
  write("/b/raftarium/settings.ini", "[looks]\ntheme = projector\nscale = 200\n");
  EXPECT_EQ(load_settings().settings.theme, "light");  // the first folder named
  EXPECT_EQ(load_settings().settings.scale, 200);
  write("/own/raftarium/settings.ini", "[looks]\ntheme = dark\n");
  EXPECT_EQ(load_settings().settings.theme, "dark");
  EXPECT_EQ(load_settings().settings.scale, 200);
}

TEST_F(InAFolder, APathThatIsNotAbsoluteIsIgnored) {
  ::setenv("XDG_CONFIG_HOME", "own", 1);
  ::setenv("HOME", folder_.c_str(), 1);
  EXPECT_EQ(settings_path(), folder_ + "/.config/raftarium/settings.ini");
}

TEST_F(InAFolder, AFileThatCannotBeReadIsAsIfItWereNotThereAndNamed) {
  std::filesystem::create_directories(folder_ + "/own/raftarium/settings.ini");
  LoadedSettings loaded = load_settings();
  EXPECT_EQ(loaded.settings, Settings{});
  ASSERT_EQ(loaded.remarks.size(), 1u);
  EXPECT_NE(loaded.remarks[0].find("settings.ini"), std::string::npos);
  const Status saved = save_settings({}, settings_path());
  EXPECT_FALSE(saved);  // and nothing is put in its place
  EXPECT_TRUE(std::filesystem::is_directory(folder_ + "/own/raftarium/settings.ini"));
  std::filesystem::remove_all(folder_ + "/own");
  write("/own/raftarium/settings.ini", std::string(70000, '#'));
  loaded = load_settings();
  EXPECT_EQ(loaded.remarks.size(), 1u);
}

TEST(SettingsOfTheWindow, AdoptedAndGivenBack) {
  Harness h(with_leader());
  Settings settings = unusual();
  if (!Fonts::find_han()) settings.language = "en";
  h.app().adopt(settings);
  h.frame(2);
  EXPECT_EQ(h.app().settings(), settings);
  EXPECT_EQ(h.state().theme->name, "projector");
  EXPECT_NEAR(h.state().scale, 1.5, 0.001);
  h.state().language = scene::Language::kEnglish;
  h.frame();
}

TEST(SettingsOfTheWindow, TheScaleOfTheScreenIsNoChoice) {
  Harness h(started());
  h.app().set_natural_scale(200);
  h.state().scale = 2;
  EXPECT_EQ(h.app().settings().scale, 0);
  h.app().perform(Action::kSmaller);
  EXPECT_EQ(h.app().settings().scale, 175);
}

TEST(SettingsOfTheWindow, AWindowIsNotLargerThanItHasRoomFor) {
  Harness h(with_leader(), 1024, 768);
  for (int i = 0; i < 5; ++i) {
    h.app().perform(Action::kLarger);
    h.frame();
  }
  EXPECT_NEAR(h.app().gui().k, 1.28f, 0.001f);
  EXPECT_NE(h.state().notice.find("shown at 128 %"), std::string::npos) << h.state().notice;
  // Once more says it again; the first step back is seen.
  h.state().notice.clear();
  h.app().perform(Action::kLarger);
  h.frame();
  EXPECT_NE(h.state().notice.find("128 %"), std::string::npos);
  h.app().perform(Action::kSmaller);
  h.frame();
  EXPECT_NEAR(h.app().gui().k, 1.25f, 0.001f);
  h.state().notice.clear();
  h.frame(3);
  EXPECT_EQ(h.state().notice, "");
  // A choice that was made elsewhere holds again where there is room.
  h.state().scale = 3;
  h.frame();
  EXPECT_NEAR(h.app().gui().k, 1.28f, 0.001f);
  EXPECT_EQ(h.app().settings().scale, 300);
  ImGui::GetIO().DisplaySize = {3840, 2160};
  h.frame();
  EXPECT_NEAR(h.app().gui().k, 3, 0.001f);
  // A small window is what it is at 100 %, and may be less.
  ImGui::GetIO().DisplaySize = {640, 480};
  h.frame();
  EXPECT_NEAR(h.app().gui().k, 1, 0.001f);
  h.state().scale = 0.75;
  h.frame();
  EXPECT_NEAR(h.app().gui().k, 0.75f, 0.001f);
}

TEST(SettingsOfTheWindow, AtEachSizeTheWordsKeepApart) {
  const struct {
    float w, h;
    double scale;
  } cases[] = {{1024, 768, 1.5}, {1024, 768, 2},  {1024, 768, 3},
               {800, 600, 1},    {800, 600, 1.5}, {800, 600, 2}};
  for (const auto& one : cases) {
    session::Session session = with_leader();
    for (const char* line : {"put x 1", "tick 2"}) {
      const auto statement = scenario::parse_statement(line, "t");
      ASSERT_TRUE(statement && session.execute(*statement));
    }
    Harness h(std::move(session), one.w, one.h);
    h.state().scale = one.scale;
    h.frame(2);
    for (const std::string& words : h.words_over_words())
      ADD_FAILURE() << one.w << "x" << one.h << " at " << one.scale << ": " << words;
  }
}

TEST(SettingsOfTheWindow, EachStepOfTheSizeIsSeenAndTheDialogShowsWhatIs) {
  for (const char* theme : {"dark", "projector"}) {
    Harness h(with_leader(), 1920, 1080);
    h.state().theme = scene::find_theme(theme);
    h.frame(2);
    float before = h.app().gui().k;
    int steps = 0;
    for (; before < h.state().room - 0.3; ++steps) {
      h.app().perform(Action::kLarger);
      h.frame();
      EXPECT_GT(h.app().gui().k, before + 0.004f) << theme << " step " << steps;
      before = h.app().gui().k;
    }
    EXPECT_GT(steps, 1);
    for (int i = 0; i < steps; ++i) {
      h.app().perform(Action::kSmaller);
      h.frame();
      EXPECT_LT(h.app().gui().k, before - 0.004f) << theme << " step " << i;
      before = h.app().gui().k;
    }
  }
  Harness h(with_leader(), 1024, 768);
  h.state().scale = 2;
  h.key(',', true);
  h.frame(2);
  EXPECT_TRUE(h.draws("128 %"));
  EXPECT_TRUE(h.draws("200 % was chosen; this window has room for 128 %"));
  EXPECT_FALSE(h.enabled("settings.larger"));
  ASSERT_TRUE(h.click("settings.smaller"));
  EXPECT_TRUE(h.draws("125 %"));
  EXPECT_TRUE(h.enabled("settings.larger"));
}

TEST(SettingsOfTheWindow, TheDialogChangesThem) {
  Harness h(with_leader());
  h.key(',', true);
  ASSERT_EQ(h.state().dialog.open, Dialog::kSettings);
  ASSERT_TRUE(h.click("settings.theme:Light"));
  EXPECT_EQ(h.state().theme->name, "light");
  ASSERT_TRUE(h.click("settings.motion"));
  EXPECT_TRUE(h.state().reduced_motion);
  ASSERT_TRUE(h.click("settings.larger"));
  EXPECT_GT(h.state().scale, 1);
  ASSERT_TRUE(h.click("dialog.no"));
  EXPECT_EQ(h.state().dialog.open, Dialog::kNone);
}

TEST(SettingsOfTheWindow, BordersAreDraggedAndADoubleClickGivesTheSizeBack) {
  Harness h(with_leader());
  h.frame(2);
  const auto pane = h.app().gui().widgets.find("split.pane");
  ASSERT_TRUE(pane);
  const ImVec2 from{(pane->min.x + pane->max.x) / 2, (pane->min.y + pane->max.y) / 2};
  h.drag(from, {from.x - 100, from.y});
  EXPECT_NEAR(h.state().pane_width, 1920 - from.x + 100, 4);
  const auto moved = h.app().gui().widgets.find("split.pane");
  ASSERT_TRUE(moved);
  EXPECT_NEAR(moved->min.x, pane->min.x - 100, 4);
  const auto logs = h.app().gui().widgets.find("split.logs");
  ASSERT_TRUE(logs);
  const ImVec2 low{(logs->min.x + logs->max.x) / 2, (logs->min.y + logs->max.y) / 2};
  h.drag(low, {low.x, low.y - 60});
  EXPECT_GT(h.state().logs_height, 276);
  // As far as it likes: the stage keeps what it needs.
  h.drag({moved->min.x + 3, from.y}, {10, from.y});
  const Layout l = layout_window(1920, 1080, {.pane_width = h.state().pane_width});
  EXPECT_GE(l.stage.w, 400);
}

TEST(ReducedMotion, NothingPulsesAndMessagesGoInSteps) {
  Harness h(with_leader());
  h.state().reduced_motion = true;
  const auto statement = scenario::parse_statement("put x 1", "t");
  ASSERT_TRUE(h.session().execute(*statement));
  h.session().tick({1200});
  h.frame(3);
  EXPECT_EQ(h.state().alarm, 0);
  scene::RoughMeasure measure;
  const auto picture = [&](bool jumps) {
    scene::DisplayList list(measure);
    std::vector<scene::HitRegion> hits;
    scene::RingInput input;
    input.stage = {0, 0, 1000, 700};
    input.jumps = jumps;
    scene::build_ring(h.view(), input, scene::dark_theme(), list, hits);
    std::vector<scene::Point> places;
    for (const scene::HitRegion& hit : hits) {
      if (hit.target.kind == scene::Target::Kind::kMessage) places.push_back(hit.a);
    }
    return places;
  };
  ASSERT_FALSE(h.view().messages.empty());
  // A little later messages have moved, in steps they mostly stand where they stood.
  const auto before = picture(true), smooth_before = picture(false);
  h.session().tick({1});
  const auto after = picture(true), smooth_after = picture(false);
  ASSERT_EQ(before.size(), after.size());
  std::size_t stood = 0, flowed = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    stood += before[i].x == after[i].x && before[i].y == after[i].y;
    flowed += smooth_before[i].x != smooth_after[i].x || smooth_before[i].y != smooth_after[i].y;
  }
  EXPECT_GT(stood, 0u);
  EXPECT_GT(flowed, 0u);
}

TEST(Tour, GoesForwardAndBackAndEnds) {
  Harness h(started());
  h.app().begin_first_start();
  h.frame(2);
  ASSERT_TRUE(h.has("welcome.tour"));
  h.key(key::kEnter);
  ASSERT_TRUE(h.state().tour);
  EXPECT_FALSE(h.state().welcome_open);
  EXPECT_EQ(*h.state().tour, 0u);
  h.key(key::kRight);
  ASSERT_TRUE(h.click("tour.next"));
  EXPECT_EQ(*h.state().tour, 2u);
  ASSERT_TRUE(h.click("tour.back"));
  EXPECT_EQ(*h.state().tour, 1u);
  // Keys of the window do nothing to the cluster meanwhile.
  const auto commands = h.session().commands().size();
  h.key('1');
  h.key('C');
  EXPECT_EQ(h.session().commands().size(), commands);
  h.key(key::kEscape);
  EXPECT_FALSE(h.state().tour);
  h.app().perform(Action::kTour);
  for (std::size_t i = 0; i < tour_steps(); ++i) {
    ASSERT_TRUE(h.state().tour);
    h.key(key::kEnter);
  }
  EXPECT_FALSE(h.state().tour);
}

TEST(Tour, EveryStepDrawsInEveryWindow) {
  for (const auto& [width, height] :
       {std::pair{800.0f, 600.0f}, std::pair{1024.0f, 768.0f}, std::pair{1920.0f, 1080.0f}}) {
    Harness h(with_leader(), width, height);
    h.app().perform(Action::kTour);
    for (std::size_t i = 0; i < tour_steps(); ++i) {
      h.frame(2);
      const auto next = h.app().gui().widgets.find("tour.next");
      ASSERT_TRUE(next) << width << " step " << i;
      EXPECT_LE(next->max.x, width);
      EXPECT_LE(next->max.y, height);
      h.key(key::kEnter);
    }
  }
}

TEST(Welcome, HasFourWaysAndTheLooks) {
  for (const auto& [width, height] : {std::pair{1024.0f, 768.0f}, std::pair{1920.0f, 1080.0f}}) {
    Harness h(started(), width, height);
    h.app().begin_first_start();
    h.frame(2);
    for (const char* name : {"welcome.tour", "welcome.lesson", "welcome.play", "welcome.open",
                             "welcome.theme:Light", "welcome.language:English"})
      EXPECT_TRUE(h.has(name)) << name;
    EXPECT_EQ(h.words_over_words(), std::vector<std::string>{});
    ASSERT_TRUE(h.click("welcome.play"));
    EXPECT_FALSE(h.state().welcome_open);
  }
}

TEST(Welcome, BeginsTheFirstLesson) {
  Harness h(started());
  h.app().begin_first_start();
  h.frame(2);
  ASSERT_TRUE(h.click("welcome.lesson"));
  ASSERT_NE(h.app().lesson(), nullptr);
  EXPECT_EQ(h.app().lesson()->number(), "Lesson 1");
  EXPECT_FALSE(h.state().welcome_open);
}

TEST(Welcome, IsShownOnceAndTheElectionAlways) {
  Harness h(started());
  Settings settings;
  settings.welcomed = true;
  h.app().adopt(settings);
  h.app().begin_first_start();
  EXPECT_FALSE(h.state().welcome_open);
  EXPECT_TRUE(h.state().playing);
  h.app().perform(Action::kWelcome);
  EXPECT_TRUE(h.state().welcome_open);
}

}  // namespace
}  // namespace ui
