// Each step of each lesson, played to its end, stands in its pane without scrolling.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "app/session/recording.h"
#include "app/ui/lesson_run.h"
#include "tests/ui/harness.h"

namespace ui {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> lessons_in(const std::string& folder) {
  std::vector<std::string> out;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() == ".md" && std::isdigit(static_cast<unsigned char>(name[0])))
      out.push_back(entry.path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

class LessonFits : public testing::TestWithParam<scene::Language> {};

TEST_P(LessonFits, EachStepWithoutScrollingAt1920x1080) {
  const bool chinese = GetParam() == scene::Language::kChinese;
  if (chinese && !Fonts::find_han()) GTEST_SKIP() << Fonts::find_han().error().message;
  const auto lessons = lessons_in(std::string(RAFTARIUM_LESSONS) + (chinese ? "/zh" : ""));
  ASSERT_GE(lessons.size(), 33u);
  Harness h(started(), 1920, 1080);
  h.state().language = GetParam();
  // All characters at once: the atlas is made anew for those that are missing.
  for (const std::string& path : lessons) {
    const auto text = session::read_file(path, 1u << 20);
    ASSERT_TRUE(text.has_value());
    h.app().gui().fonts->note_drawn(*text);
  }
  for (const std::string& path : lessons) {
    const Status opened = h.app().open_lesson(path);
    ASSERT_TRUE(opened) << opened.error().message;
    lesson::Walkthrough& walk = h.app().lesson()->walk();
    while (true) {
      h.frame(2);
      const LessonRun& run = *h.app().lesson();
      ASSERT_EQ(run.error, "") << path;
      EXPECT_GE(run.spare, 0) << path << ":" << walk.shown_step().line << ": the step '"
                              << walk.shown_step().title << "' is too high for its pane by "
                              << -run.spare;
      if (walk.finished()) break;
      if (const lesson::Predict* asked = walk.asked()) {
        const auto right = std::find_if(asked->choices.begin(), asked->choices.end(),
                                        [](const lesson::Choice& choice) { return choice.right; });
        ASSERT_TRUE(
            walk.answer(h.session(), static_cast<std::size_t>(right - asked->choices.begin())));
      } else {
        h.app().perform(Action::kLessonNext);
      }
    }
  }
  h.state().language = scene::Language::kEnglish;
  h.frame();
}

INSTANTIATE_TEST_SUITE_P(Languages, LessonFits,
                         testing::Values(scene::Language::kEnglish, scene::Language::kChinese),
                         [](const auto& each) {
                           return each.param == scene::Language::kChinese ? "zh" : "en";
                         });

}  // namespace
}  // namespace ui
