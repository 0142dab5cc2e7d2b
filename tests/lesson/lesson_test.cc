// Lessons as files: what is read, what is refused and where, what is found to be untrue.
#include <gtest/gtest.h>

#include "app/lesson/library.h"
#include "app/lesson/play.h"
#include "app/lesson/skeleton.h"
#include "app/lesson/wrap.h"
#include "app/scenario/parser.h"
#include "app/session/session.h"

namespace lesson {
namespace {

std::string read(const std::string& name) {
  const auto text = session::read_file(std::string(RAFTARIUM_TINY_LESSONS) + "/" + name, 1 << 20);
  return text ? *text : text.error().message;
}

std::string tiny() { return read("01-tiny.md"); }

// The text with one piece of it exchanged.
std::string with(std::string text, const std::string& piece, const std::string& other) {
  const std::size_t at = text.find(piece);
  EXPECT_NE(at, std::string::npos) << piece;
  if (at != std::string::npos) text.replace(at, piece.size(), other);
  return text;
}

// A lesson of one step.
std::string small(const std::string& body) {
  return "---\ntitle: T\ngoal: G\nminutes: 1\nneeds: [1, 02]\n---\n## Step\n" + body;
}

std::string first_error(const std::string& text) {
  const Parsed parsed = parse_lesson(text, "f.md");
  return parsed.errors.empty() ? "" : parsed.errors.front();
}

// What playing it finds wrong.
std::vector<std::string> untrue(const std::string& text) {
  const Parsed parsed = parse_lesson(text, "f.md");
  if (!parsed.lesson) return {"syntax: " + parsed.errors.front()};
  return check_run(*parsed.lesson).errors;
}

std::string compared(const std::string& original, const std::string& translation) {
  const Parsed a = parse_lesson(original, "f.md");
  const Parsed b = parse_lesson(translation, "zh/f.md");
  if (!a.lesson || !b.lesson) return "syntax";
  const auto found = differences(*a.lesson, *b.lesson);
  return found.empty() ? "" : found.front();
}

TEST(Lesson, IsReadWithAllItsParts) {
  const Parsed parsed = parse_lesson(tiny(), "f.md");
  ASSERT_TRUE(parsed.lesson) << parsed.errors.front();
  const Lesson& read = *parsed.lesson;
  EXPECT_EQ(read.title, "A leader, by hand");
  EXPECT_EQ(read.minutes, 2u);
  EXPECT_EQ(read.config.seed, 7u);
  EXPECT_EQ(read.config.nodes, 3u);
  ASSERT_EQ(read.steps.size(), 4u);
  EXPECT_EQ(read.steps[0].title, read.title) << "what stands before the first heading is a step";
  EXPECT_EQ(read.steps[1].line, 12u);
  const Step& step = read.steps[2];
  ASSERT_EQ(step.parts.size(), 6u);
  const auto& predict = std::get<Predict>(step.parts[0]);
  EXPECT_EQ(plain(predict.question), "How many granted replies must arrive?");
  ASSERT_EQ(predict.choices.size(), 2u);
  EXPECT_FALSE(predict.choices[0].right);
  EXPECT_TRUE(predict.choices[1].right);
  EXPECT_EQ(plain(predict.choices[1].comment), "With its own vote that makes two of three.");
  EXPECT_EQ(predict.choices[0].place.text(), "f.md:34:52");
  ASSERT_TRUE(step.by_hand());
  EXPECT_EQ(step.by_hand()->source, "campaign n3\n");
  ASSERT_TRUE(step.goal());
  EXPECT_EQ(step.goal()->place.text(), "f.md:50:1");
  const auto& focus = std::get<Focus>(read.steps[1].parts.back());
  ASSERT_EQ(focus.items.size(), 4u);
  EXPECT_EQ(focus.items[1].to.value, 1u);
  EXPECT_EQ(focus.items[3].panel, "logs");
  const auto& prose = std::get<Prose>(read.steps[1].parts[0]);
  ASSERT_EQ(prose.blocks.size(), 3u) << "of a tight list, too, items are blocks";
  EXPECT_EQ(prose.blocks[0].text[1].link, "https://raft.github.io/raft.pdf");
  EXPECT_EQ(prose.blocks[1].kind, BlockKind::kItem);
  EXPECT_TRUE(prose.blocks[1].text[1].code);
}

TEST(Lesson, ErrorsNameFileAndLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "f.md:1: expected ---"},
      {"---\ntitle: x\n", "f.md:1: no second ---"},
      {"---\ntitle: x\ngoal: y\n---\n## S\n", "f.md:1: minutes is missing"},
      {"---\ntitle: x\ngoal: y\nminutes: 0\n---\n## S\n", "f.md:4: minutes expects"},
      {"---\ntitel: x\ntitle: x\ngoal: y\nminutes: 1\n---\n## S\n",
       "f.md:2: there is no key 'titel'"},
      {"---\ntitle: x\ngoal: y\ngoal: y\nminutes: 1\n---\n## S\n", "f.md:4: goal was given before"},
      {"---\ntitle: x\ngoal: y\nminutes: 1\nneeds: 3\n---\n## S\n", "f.md:5: needs expects"},
      {"---\ntitle: x\ngoal: y\nminutes: 1\n---\nprose\n", "f.md:1: a lesson has steps"},
      {small("```raft later\ntick\n```\n"),
       "f.md:8: expected nothing, do or hidden behind raft, found 'later'"},
      {small("```raft do hidden\ntick\n```\n"), "f.md:8: expected nothing, do or hidden"},
      {small("```raft\ntick\n\ncrush n1\n```\n"),
       "f.md:11:1: expected a command; did you mean crash?"},
      {small("```raft\ntick\n"), "f.md:8: no fence ends the block"},
      {small("```raft\ntick\n```\n```raft\nnodes 3\n```\n"), "f.md:12:1: nodes is a header line"},
      {small("```raft do\nseed 3\ntick\n```\n```goal\nup n1\n```\n"),
       "f.md:9:1: seed is a header line"},
      {small("```raft\nset n1 pre-vote perhaps\n```\n"), "f.md:9:"},
      {small("- ```raft\n  tick\n  ```\n"), "f.md:8: a block `raft` stands by itself"},
      {small("```goal\nleader\n```\n"), "f.md:9:7: expected"},
      {small("```goal\n  leader n1 n2\n```\n"), "f.md:9:13: "},
      {small("```goal\nviolation vote-once\n```\n"), "f.md:9:1: expected a predicate"},
      {small("```goal\n\n```\n"), "f.md:8: expected a predicate in the goal"},
      {small("```goal\nup n1\nup n2\n```\n"), "f.md:10: a goal is one predicate"},
      {small("```goal now\nup n1\n```\n"), "f.md:8: nothing stands behind goal"},
      {small("```goal\nup n1\n```\n```goal\nup n1\n```\n"), "f.md:11: the step has a goal already"},
      {small("```raft do\ntick\n```\n"), "f.md:8: `raft do` needs a block `goal`"},
      {small("```raft do\n# nothing\n```\n```goal\nup n1\n```\n"),
       "f.md:8: the model answer has no command"},
      {small("```predict\n- [x] a\n- [ ] b\n```\n"), "f.md:8: a predict begins with its question"},
      {small("```predict\nQ: q\n- [x] a\n```\n"), "f.md:8: a predict has two options"},
      {small("```predict\nQ: q\n- [ ] a\n- [ ] b\n```\n"),
       "f.md:8: no option of this predict is right"},
      {small("```predict\nQ: q\n- a\n- [x] b\n- [ ] c\n```\n"), "f.md:10: expected an option"},
      {small("```predict\nQ: q\n- [ ] a | b | c\n- [x] b\n```\n"),
       "f.md:10: expected TEXT | COMMENT"},
      {small("```predict\nQ: q\n- [x] ä | ö | holds: lead n1\n- [ ] b\n```\n```raft\ntick\n```\n"),
       "f.md:10:22: "},
      {small("```predict\nQ: q\n- [x] a | holds: up n1\n- [ ] b\n```\n"),
       "f.md:10: holds: is tested behind"},
      {small("```focus\nnode n3, lnk n1\n```\n"), "f.md:9: expected node nX"},
      {small("```focus\npanel rings\n```\n"), "f.md:9: there is no panel 'rings'"},
      {small("```focus\nlink n3->n3\n```\n"), "f.md:9: link expects two nodes"},
      {small("```hint\n```\n"), "f.md:8: the hint says nothing"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(first_error(text).substr(0, expected.size()), expected) << text;
  }
}

TEST(Lesson, ReadsWhatItShould) {
  for (const std::string& body : {
           std::string("```python\nraft\n```\n"),                 // unknown fences are code
           std::string("~~~raft\ntick\n~~~\n"),                   // the other fence
           std::string("```raft\nset pre-vote on\ntick\n```\n"),  // header lines
           std::string(
               "```raft\ntick\n```\n```raft\nset pre-vote on\n```\n"),  // a command later on
           std::string("<!-- for authors -->\n\ntext\n"),
           std::string("```predict\nQ: a \\| b?\n- [x] a \\| b | c\n- [X] b\n```\n"),
           std::string("```\n\n\nraft\n```\n\n```raft\n\n\n```\n"),
       }) {
    EXPECT_EQ(first_error(small(body)), "") << body;
    EXPECT_EQ(first_error(with(small(body), "---\n", "\xEF\xBB\xBF---\r\n")), "") << body;
  }
}

TEST(Lesson, HostileFilesAreRefusedOrRead) {
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += std::string(static_cast<std::size_t>(2 * i), ' ') + "- x\n";
  EXPECT_NE(first_error(small(deep)).find("f.md:27: lists and quotes lie in one another"),
            std::string::npos)
      << first_error(small(deep));
  EXPECT_NE(first_error(small(std::string(100'000, '>'))).find("more than 20 deep"),
            std::string::npos);
  EXPECT_EQ(first_error(small(std::string("a\nb\0c", 5))),
            "f.md:9: a control character, which is no text: byte 0");
  EXPECT_EQ(first_error(small("a\n\xFF\n")), "f.md:9: a byte that is not UTF-8");
  EXPECT_EQ(first_error(small(std::string(kMaxLessonBytes, 'x'))).substr(0, 19),
            "f.md:1: is larger t");
  for (const char* const piece :
       {"[", "![", "*a ", "`", "<", "&", "_**", "[a](", "\\", "| ", "\t"}) {
    std::string text;
    while (text.size() < 50'000) text += piece;
    EXPECT_TRUE(parse_lesson(small(text), "f.md").lesson) << piece;
  }
}

TEST(LessonCheck, TheTinyLessonIsTrueInBothLanguages) {
  EXPECT_EQ(untrue(tiny()), std::vector<std::string>());
  EXPECT_EQ(untrue(read("zh/01-tiny.md")), std::vector<std::string>());
  EXPECT_EQ(compared(tiny(), read("zh/01-tiny.md")), "");
}

TEST(LessonCheck, FindsWhatIsNotTrueOfTheRun) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      // A right option that is false, a wrong one that is true.
      {with(tiny(), "role n3 = leader", "role n3 = follower"),
       "f.md:36:22: the option 'One' is marked right, but role n3 = follower is false"},
      {with(tiny(), "term n3 = 2", "term n3 = 1"),
       "f.md:34:52: the option 'Two' is marked wrong, but term n3 = 1 is true"},
      {with(tiny(), "```goal\nleader n3", "```goal\nleader n3 and leader n2"),
       "f.md:50:1: the goal was not reached within 200 ticks"},
      {with(tiny(), "expect no leader", "expect leader n2"), "f.md:23:1: expect failed"},
      {with(tiny(), "expect leader n3", "deliver m900"), "f.md:64:1: "},
  };
  for (const auto& [text, expected] : cases) {
    const auto found = untrue(text);
    ASSERT_FALSE(found.empty()) << expected;
    EXPECT_EQ(found.front().substr(0, expected.size()), expected);
  }
}

TEST(LessonCheck, GoalsWaitTwoHundredTicks) {
  const auto lesson_of = [](const std::string& commands) {
    return small("```raft\nnodes 1\n```\n```raft do\npause n1\n" + commands +
                 "```\n```goal\nleader n1\n```\n");
  };
  EXPECT_FALSE(untrue(lesson_of("tick 300\n")).empty());
  EXPECT_TRUE(untrue(lesson_of("tick 300\nresume n1\n")).empty());
}

TEST(LessonCheck, FindsBlocksThatDifferBetweenLanguages) {
  const std::string zh = read("zh/01-tiny.md");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {with(zh, "put x 1", "put x 2"),
       "zh/f.md:62: the block `raft` differs: 'put x 2', where f.md:62 has 'put x 1'"},
      {with(zh, "campaign n3\n```\n\n", "campaign n3 \n```\n\n"),
       "zh/f.md:46: the block `raft do` differs"},
      {with(zh, "```goal\nleader n3", "```goal\nleader  n3"),
       "zh/f.md:50: the block `goal` differs"},
      {with(zh, "node n3, ", "node n2, "), "zh/f.md:28: the block `focus` differs"},
      {with(zh, "raft hidden", "raft"),
       "zh/f.md:57: the block `raft` stands where f.md:57 has `raft hidden`"},
      {with(zh, "- [ ] 两张", "- [x] 两张"),
       "zh/f.md:35: this option is right, that of f.md:34 is wrong"},
      {with(zh, " | holds: term n3 = 2", ""), "zh/f.md:35: this option has no holds:"},
      {with(zh, "- [x] 一张", "- [ ] 三张\n- [x] 一张"), "zh/f.md:33: this predict has 3 options"},
      {with(zh, "```focus\nnode n3, link n3->n1, log 1, panel logs\n```\n", ""),
       "zh/f.md:30: the block `predict` stands where f.md:26 has `focus`"},
      {with(zh, "## 一次写入\n", ""), "zh/f.md:56: the block `raft hidden` is in step 3"},
      {zh + "\n## 又一步\n", "zh/f.md:69: has 5 steps, f.md has 4"},
      {zh + "\n```raft\ntick\n```\n", "zh/f.md:69: the block `raft` is not in f.md"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(compared(tiny(), text).substr(0, expected.size()), expected);
  }
}

// A run with all that a skeleton has to carry.
session::Session run_of(const std::vector<std::string>& lines) {
  sim::ClusterConfig config;
  config.seed = 5;
  config.nodes = 3;
  session::Session session = *session::Session::start(config);
  for (const std::string& line : lines) {
    const auto statement = scenario::parse_statement(line);
    EXPECT_TRUE(statement && session.execute(*statement)) << line;
  }
  return session;
}

TEST(LessonSkeleton, PassesTheCheck) {
  session::Session session = run_of(
      {"set pre-vote on", "tick 2.5", "campaign n2", "until leader n2", "bookmark \"n2 leads\"",
       "put x \"a `b` # c\"", "tick 3", "mistake vote-twice on", "crash n1", "tick 7"});
  session.note("1. not a list\n# not a heading\n```raft\n*not* `code`");
  const auto text = skeleton(session.recording(), "");
  ASSERT_TRUE(text) << text.error().message;
  const Parsed parsed = parse_lesson(*text, "f.md");
  ASSERT_TRUE(parsed.lesson) << parsed.errors.front() << "\n" << *text;
  const Checked checked = check_run(*parsed.lesson);
  EXPECT_TRUE(checked.errors.empty()) << checked.errors.front() << "\n" << *text;
  EXPECT_EQ(parsed.lesson->title, "A run");
  // The cluster, five commands, and what came of them.
  ASSERT_EQ(parsed.lesson->steps.size(), 7u) << *text;
  EXPECT_EQ(parsed.lesson->steps[2].title, "campaign n2");
  EXPECT_EQ(parsed.lesson->steps[3].title, "put x \"a 'b' # c\"");
  const auto& prose = std::get<Prose>(parsed.lesson->steps[6].parts[1]);
  ASSERT_EQ(prose.blocks.size(), 1u) << *text;
  EXPECT_EQ(plain(prose.blocks[0].text), "1. not a list # not a heading ```raft *not* `code`");
  EXPECT_NE(text->find("**n2 leads**"), std::string::npos);
  // And it is the same run.
  session::Session again = *boot(*parsed.lesson);
  for (const Step& step : parsed.lesson->steps) {
    for (const Part& part : step.parts) {
      if (const auto* commands = std::get_if<Commands>(&part)) {
        ASSERT_TRUE(play(again, *commands));
      }
    }
  }
  EXPECT_EQ(again.cluster().digest(), session.cluster().digest());
}

TEST(LessonSkeleton, ARunWithoutCommands) {
  session::Session session = run_of({"tick 3"});
  const auto text = skeleton(session.recording(), "");
  ASSERT_TRUE(text);
  const Parsed parsed = parse_lesson(*text, "f.md");
  ASSERT_TRUE(parsed.lesson) << parsed.errors.front() << "\n" << *text;
  EXPECT_TRUE(check_run(*parsed.lesson).errors.empty());
}

TEST(LessonText, WrapsWordsAndChinese) {
  EXPECT_EQ(wrapped("one two three", 8), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrapped("incomprehensibilities", 8), std::vector<std::string>{"incomprehensibilities"});
  EXPECT_EQ(wrapped("三个节点，还没有", 8), (std::vector<std::string>{"三个节", "点，还没", "有"}));
  // Neither before a mark nor behind an opening one.
  EXPECT_EQ(wrapped("三个（节点", 6), (std::vector<std::string>{"三个", "（节点"}));
  EXPECT_EQ(wrapped("三个（n1 等", 6), (std::vector<std::string>{"三个", "（n1", "等"}));
  EXPECT_EQ(columns_of("n3 参选"), 7u);
}

}  // namespace
}  // namespace lesson
