// A learner's way through a lesson: answers, tasks, going back, wandering off.
#include "app/lesson/walkthrough.h"

#include <gtest/gtest.h>

#include <sstream>

#include "app/lesson/play.h"
#include "app/lesson/text_play.h"
#include "app/scenario/parser.h"

namespace lesson {
namespace {

Lesson tiny() {
  const std::string path = RAFTARIUM_TINY_LESSONS "/01-tiny.md";
  const auto text = session::read_file(path, 1 << 20);
  return *parse_lesson(*text, "01-tiny.md").lesson;
}

class WalkthroughTest : public testing::Test {
 protected:
  WalkthroughTest() : session_(*boot(tiny())), walk_(tiny()) {}

  void type(const std::string& line) {
    ASSERT_TRUE(session_.execute(*scenario::parse_statement(line))) << line;
  }
  // To where the leader is to be made.
  void to_the_task() {
    ASSERT_TRUE(walk_.begin(session_));
    ASSERT_TRUE(walk_.next(session_));
    ASSERT_TRUE(walk_.next(session_));
    ASSERT_EQ(walk_.waits(), Waits::kAnswer);
    ASSERT_TRUE(walk_.answer(session_, 1));
    ASSERT_EQ(walk_.waits(), Waits::kGoal);
  }

  session::Session session_;
  Walkthrough walk_;
};

TEST_F(WalkthroughTest, PlaysStepByStep) {
  ASSERT_TRUE(walk_.begin(session_));
  EXPECT_EQ(walk_.waits(), Waits::kNothing);
  EXPECT_EQ(session_.position().events, 0u);
  ASSERT_TRUE(walk_.next(session_));
  EXPECT_EQ(session_.position().at.millis, 1000u);
  EXPECT_EQ(walk_.focus()->items.size(), 4u);
  ASSERT_TRUE(walk_.next(session_));
  ASSERT_TRUE(walk_.asked());
  EXPECT_EQ(walk_.shown_parts(), 1u) << "what follows a question is not seen yet";
  ASSERT_TRUE(walk_.answer(session_, 0));
  EXPECT_EQ(walk_.answer_to(std::get<Predict>(walk_.shown_step().parts[0])), 0u);
  EXPECT_EQ(walk_.waits(), Waits::kGoal);
  EXPECT_EQ(walk_.shown_parts(), 5u);
  ASSERT_TRUE(walk_.show(session_));
  EXPECT_TRUE(walk_.goal_reached());
  EXPECT_TRUE(walk_.goal_shown());
  EXPECT_EQ(walk_.shown_parts(), 6u);
  ASSERT_TRUE(walk_.next(session_));
  EXPECT_TRUE(walk_.finished());
  EXPECT_EQ(walk_.score().right, 0u);
  EXPECT_EQ(walk_.score().asked, 1u);
}

TEST_F(WalkthroughTest, AnyWayReachesTheGoal) {
  to_the_task();
  type("timer n3 1");
  ASSERT_TRUE(walk_.look(session_));
  EXPECT_EQ(walk_.waits(), Waits::kGoal);
  type("until leader n3");
  ASSERT_TRUE(walk_.look(session_));
  EXPECT_EQ(walk_.waits(), Waits::kNothing);
  EXPECT_TRUE(walk_.goal_reached());
  EXPECT_FALSE(walk_.goal_shown());
}

TEST_F(WalkthroughTest, TheModelAnswerBeginsWhereTheTaskDid) {
  to_the_task();
  const Moment begin = walk_.here();
  type("crash n3");
  ASSERT_TRUE(walk_.show(session_));
  EXPECT_TRUE(walk_.goal_reached());
  EXPECT_NE(walk_.here().branch, begin.branch) << "the crash stays, in its own future";
}

TEST_F(WalkthroughTest, GoingBackIsASeek) {
  to_the_task();
  ASSERT_TRUE(walk_.show(session_));
  const Moment led = moment_of(session_);
  ASSERT_TRUE(walk_.back(session_));
  EXPECT_EQ(session_.position().at.millis, 1000u);
  EXPECT_EQ(walk_.waits(), Waits::kNothing);
  ASSERT_TRUE(walk_.next(session_));
  EXPECT_EQ(moment_of(session_), led);
  EXPECT_EQ(walk_.step(), 2u);
}

TEST_F(WalkthroughTest, WhoWandersOffComesBack) {
  ASSERT_TRUE(walk_.begin(session_));
  ASSERT_TRUE(walk_.next(session_));
  EXPECT_FALSE(walk_.strayed(session_));
  type("crash n1");
  type("tick 5");
  EXPECT_TRUE(walk_.strayed(session_));
  ASSERT_TRUE(walk_.return_to(session_));
  EXPECT_FALSE(walk_.strayed(session_));
  EXPECT_EQ(session_.view().nodes[0].state, sim::NodeState::kUp);
  // And so does the next step by itself.
  type("crash n1");
  ASSERT_TRUE(walk_.next(session_));
  EXPECT_EQ(session_.view().nodes[0].state, sim::NodeState::kUp);
}

TEST_F(WalkthroughTest, ALessonGoesOnWithItsOwnRun) {
  to_the_task();
  type("campaign n3");
  type("until leader n3");
  type("crash n1");
  ASSERT_TRUE(walk_.look(session_));
  EXPECT_FALSE(walk_.next(session_)) << "n1 cannot have the value: it is down";
  ASSERT_TRUE(walk_.start_over(session_));
  EXPECT_TRUE(walk_.finished());
  EXPECT_EQ(session_.view().nodes[0].state, sim::NodeState::kUp);
}

std::vector<std::string> played(const std::string& input, const std::string& language = "en") {
  std::istringstream in(input);
  std::vector<std::string> lines;
  const Status status = play_as_text(
      tiny(), in, [&lines](std::string_view line) { lines.emplace_back(line); }, {language, 60});
  EXPECT_TRUE(status) << status.error().message;
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

TEST(LessonText, PlaysWithoutAnyInput) {
  const std::string text = joined(played(""));
  EXPECT_NE(text.find("Right is B) One."), std::string::npos) << text;
  EXPECT_NE(text.find("n3 leads term 1"), std::string::npos) << text;
  EXPECT_NE(text.find("Predicted right: 0 of 1"), std::string::npos) << text;
}

TEST(LessonText, TakesAnswersHintsAndCommands) {
  const std::string text =
      joined(played("\n\nz\nb\nhint\nnonsense\ncampaign n3\nuntil leader n3\n\n"));
  EXPECT_NE(text.find("Right. With its own vote"), std::string::npos) << text;
  EXPECT_NE(text.find("Type `campaign n3`."), std::string::npos) << text;
  EXPECT_NE(text.find("console:1:1: expected a command"), std::string::npos) << text;
  EXPECT_NE(text.find("Goal reached: leader n3"), std::string::npos) << text;
  EXPECT_EQ(text.find("This is how"), std::string::npos) << text;
  EXPECT_NE(text.find("Predicted right: 1 of 1"), std::string::npos) << text;
}

TEST(LessonText, HidesWhatIsHiddenUntilTheEnd) {
  const std::vector<std::string> lines = played("");
  const std::string text = joined(lines);
  const std::size_t told = text.find("mistake vote-twice on");
  ASSERT_NE(told, std::string::npos) << text;
  EXPECT_GT(told, text.find("The write is on every disk."));
  EXPECT_NE(text.find("> put x 1"), std::string::npos);
}

TEST(LessonText, ARunThatWentAnotherWayIsLeft) {
  // Crashing n1 once n3 leads makes the last step impossible.
  const std::string text = joined(played("\n\nb\ntimer n3 1\ncrash n1\nuntil leader n3\n\n"));
  EXPECT_NE(text.find("went another way"), std::string::npos) << text;
  EXPECT_NE(text.find("That was the lesson."), std::string::npos) << text;
}

TEST(LessonText, SpeaksChinese) {
  EXPECT_NE(joined(played("", "zh")).find("预测正确"), std::string::npos);
}

TEST_F(WalkthroughTest, ATickStopsAtTheGoal) {
  to_the_task();
  type("campaign n3");
  const sim::Instant before = session_.position().at;
  const Goal& goal = *walk_.shown_step().goal();
  ASSERT_TRUE(execute_up_to(session_, *scenario::parse_statement("tick 500"), goal));
  EXPECT_TRUE(session_.holds(goal.predicate));
  EXPECT_LT(session_.position().at.millis, before.millis + 100000);
  // Where it holds already time passes as it is told.
  const sim::Instant there = session_.position().at;
  ASSERT_TRUE(execute_up_to(session_, *scenario::parse_statement("tick 5"), goal));
  EXPECT_EQ(session_.position().at.millis, there.millis + 5000);
  EXPECT_TRUE(session_.breakpoints().empty());
}

TEST_F(WalkthroughTest, ASkippedQuestionIsOpenAgainOnTheWayBackOnly) {
  ASSERT_TRUE(walk_.begin(session_));
  ASSERT_TRUE(walk_.next(session_));
  ASSERT_TRUE(walk_.next(session_));
  const Predict& question = *walk_.asked();
  ASSERT_TRUE(walk_.pass(session_));
  EXPECT_EQ(walk_.open_again(), nullptr);
  ASSERT_TRUE(walk_.back(session_));
  ASSERT_TRUE(walk_.next(session_));
  EXPECT_EQ(walk_.open_again(), &question);
  walk_.answer_again(0);
  EXPECT_EQ(walk_.answer_to(question), 0u);
  EXPECT_EQ(walk_.open_again(), nullptr);
  ASSERT_TRUE(walk_.back(session_));
  ASSERT_TRUE(walk_.next(session_));
  EXPECT_EQ(walk_.open_again(), nullptr) << "an answer stands";
}

TEST_F(WalkthroughTest, ATranslationGoesOnWhereItWas) {
  to_the_task();
  Lesson other = tiny();
  other.title = "Another";
  other.steps[0].line += 5;
  for (Part& part : other.steps[2].parts) {
    if (auto* predict = std::get_if<Predict>(&part)) predict->line += 7;
  }
  ASSERT_TRUE(walk_.retell(other));
  EXPECT_EQ(walk_.lesson().title, "Another");
  EXPECT_EQ(walk_.waits(), Waits::kGoal);
  EXPECT_EQ(walk_.score().answered, 1u);
  other.steps.pop_back();
  EXPECT_FALSE(walk_.retell(other)) << "it has a step less";
  EXPECT_EQ(walk_.lesson().steps.size(), tiny().steps.size());
}

}  // namespace
}  // namespace lesson
