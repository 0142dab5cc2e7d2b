#include "app/lesson/text_play.h"

#include <utility>

#include "app/lesson/lines.h"
#include "app/lesson/play.h"
#include "app/lesson/walkthrough.h"
#include "app/lesson/wrap.h"
#include "app/scenario/parser.h"
#include "app/scenario/print.h"
#include "app/scenario/text.h"
#include "app/session/narration.h"

namespace lesson {
namespace {

// {1}, {2}, … stand for what is put in.
struct Words {
  std::string_view title, heading, goal, reached, choose, right, right_is, go_on, task, hint,
      no_hint, shown, strayed, hidden, score, over;
};

constexpr Words kEnglish = {
    "{1} ({2} minutes)",
    "== Step {1} of {2}: {3}",
    "Goal: {1}",
    "Goal reached: {1}",
    "Your prediction, a letter; Enter alone goes on without one:",
    "Right.",
    "Right is {1}) {2}.",
    "Enter goes on.",
    "Type commands until the goal is reached. Enter alone shows how, `hint` helps.",
    "Hint:",
    "There is no hint here.",
    "This is how:",
    "Your run went another way than the lesson's, so the lesson goes on with its own.",
    "Hidden so far was:",
    "Predicted right: {1} of {2}",
    "That was the lesson."};

constexpr Words kChinese = {"{1}（{2} 分钟）",
                            "== 第 {1} 步，共 {2} 步：{3}",
                            "目标：{1}",
                            "目标已达成：{1}",
                            "你的预测，输入字母；只按回车则跳过：",
                            "正确。",
                            "正确的是 {1}) {2}。",
                            "按回车继续。",
                            "输入命令，直到达成目标。只按回车会演示做法，输入 `hint` 看提示。",
                            "提示：",
                            "这里没有提示。",
                            "做法如下：",
                            "你的运行与课程的不同，课程接下来用它自己的运行。",
                            "之前隐藏的是：",
                            "预测正确：{2} 题中 {1} 题",
                            "课程到此结束。"};

std::string filled(std::string_view pattern, const std::vector<std::string>& values) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool place = pattern[i] == '{' && i + 2 < pattern.size() && pattern[i + 2] == '}';
    if (!place) {
      out += pattern[i];
      continue;
    }
    out += values[static_cast<std::size_t>(pattern[i + 1] - '1')];
    i += 2;
  }
  return out;
}

// What a hidden block does is told, its lines are not.
class Teller : public session::Listener {
 public:
  explicit Teller(const std::function<void(std::string_view)>& out) : narrator_(out) {}

  void on_fact(const sim::Fact& fact) override { narrator_.on_fact(fact); }
  void on_begin(const scenario::Statement& statement, const sim::Position& at) override {
    if (!hidden) narrator_.on_begin(statement, at);
  }
  void on_done(const scenario::Statement& statement, const sim::Position& at, bool done) override {
    if (!hidden) narrator_.on_done(statement, at, done);
  }
  void on_violation(const check::Violation& violation) override {
    narrator_.on_violation(violation);
  }

  bool hidden = false;

 private:
  session::Narrator narrator_;
};

class TextPlayer {
 public:
  TextPlayer(const Lesson& lesson, session::Session session, std::istream& in,
             const std::function<void(std::string_view)>& out, const TextOptions& options)
      : words_(options.language == "zh" ? kChinese : kEnglish),
        walk_(lesson),
        session_(std::move(session)),
        in_(in),
        out_(out),
        width_(options.width),
        teller_([this](std::string_view line) { out_(line); }) {
    session_.set_listener(&teller_);
    walk_.on_block = [this](const Commands* block) {
      teller_.hidden = block && block->doing == Doing::kHidden;
    };
  }

  Status run() {
    const Lesson& lesson = walk_.lesson();
    prose(filled(words_.title, {lesson.title, std::to_string(lesson.minutes)}));
    prose(lesson.goal);
    heading(0);
    RAFT_TRY(moved(walk_.begin(session_)));
    while (true) {
      RAFT_TRY(play_step());
      if (walk_.finished()) break;
      prose(words_.go_on);
      (void)ask();
      told_ = 0;
      heading(walk_.step() + 1);
      RAFT_TRY(moved(walk_.next(session_)));
    }
    summary();
    return ok();
  }

 private:
  void line(std::string_view text) { out_(scenario::printable(text)); }
  void lines(const std::vector<std::string>& all) {
    for (const std::string& text : all) line(text);
  }
  void prose(std::string_view text) {
    line("");
    lines(wrapped(text, width_));
  }

  // nullopt: there is no more input.
  std::optional<std::string> ask() {
    std::string text;
    if (!std::getline(in_, text)) return std::nullopt;
    return std::string(trimmed(text));
  }

  // A block that fails after the learner's own doing is no fault of the lesson.
  Status moved(const Status& status) {
    if (status) return ok();
    if (!own_doing_) return status;
    prose(words_.strayed);
    own_doing_ = false;
    return walk_.start_over(session_);
  }

  // Before what the step's blocks do is told.
  void heading(std::size_t step) {
    const std::vector<Step>& steps = walk_.lesson().steps;
    prose(filled(words_.heading,
                 {std::to_string(step + 1), std::to_string(steps.size()), steps[step].title}));
  }

  Status play_step() {
    const Step& step = walk_.shown_step();
    while (true) {
      tell_parts();
      if (walk_.waits() == Waits::kNothing) return ok();
      if (walk_.waits() == Waits::kAnswer) {
        RAFT_TRY(predict(*walk_.asked()));
      } else {
        RAFT_TRY(task(step));
        prose(filled(words_.reached, {scenario::print(step.goal()->predicate)}));
      }
    }
  }

  // Prose of the parts that have come since.
  void tell_parts() {
    const Step& step = walk_.shown_step();
    for (; told_ < walk_.shown_parts(); ++told_) {
      if (const auto* blocks = std::get_if<Prose>(&step.parts[told_])) {
        line("");
        lines(for_terminal(blocks->blocks, width_));
      }
    }
  }

  static std::string letter(std::size_t choice) {
    return std::string(1, static_cast<char>('A' + choice % 26));
  }

  static std::optional<std::size_t> choice_of(std::string_view text, std::size_t choices) {
    if (text.size() != 1) return std::nullopt;
    const char c = text.front();
    std::size_t choice = choices;
    if (c >= 'a' && c <= 'z') choice = static_cast<std::size_t>(c - 'a');
    if (c >= 'A' && c <= 'Z') choice = static_cast<std::size_t>(c - 'A');
    if (c >= '1' && c <= '9') choice = static_cast<std::size_t>(c - '1');
    if (choice >= choices) return std::nullopt;
    return choice;
  }

  Status predict(const Predict& predict) {
    prose("? " + for_terminal(predict.question));
    for (std::size_t i = 0; i < predict.choices.size(); ++i) {
      line("  " + letter(i) + ") " + for_terminal(predict.choices[i].text));
    }
    std::optional<std::size_t> choice;
    while (!choice) {
      line(words_.choose);
      const auto text = ask();
      if (!text) break;
      if (text->empty()) break;
      choice = choice_of(*text, predict.choices.size());
    }
    std::size_t right = 0;
    while (!predict.choices[right].right) ++right;
    if (choice && predict.choices[*choice].right) {
      comment(std::string(words_.right), predict.choices[*choice]);
      return moved(walk_.answer(session_, *choice));
    }
    if (choice) comment("", predict.choices[*choice]);
    comment(filled(words_.right_is, {letter(right), for_terminal(predict.choices[right].text)}),
            predict.choices[right]);
    return moved(choice ? walk_.answer(session_, *choice) : walk_.pass(session_));
  }

  void comment(const std::string& verdict, const Choice& choice) {
    const std::string text = for_terminal(choice.comment);
    prose(verdict.empty() ? text : verdict + (text.empty() ? "" : " " + text));
  }

  // Until the goal is reached.
  Status task(const Step& step) {
    prose(filled(words_.goal, {scenario::print(step.goal()->predicate)}));
    line(words_.task);
    while (true) {
      const auto text = ask();
      if (!text || text->empty()) break;
      if (*text == "hint") {
        hints(step);
        continue;
      }
      const auto statement = scenario::parse_statement(*text);
      const Status done =
          statement ? execute_up_to(session_, *statement, *step.goal()) : Status(statement.error());
      own_doing_ = true;
      if (!done) line(done.error().message);
      RAFT_TRY(moved(walk_.look(session_)));
      if (walk_.waits() != Waits::kGoal) return ok();
    }
    if (step.by_hand()) {
      prose(words_.shown);
    }
    return moved(walk_.show(session_));
  }

  void hints(const Step& step) {
    bool any = false;
    for (const Part& part : step.parts) {
      const auto* hint = std::get_if<Hint>(&part);
      if (!hint) continue;
      any = true;
      line("");
      line(words_.hint);
      lines(for_terminal(hint->blocks, width_));
    }
    if (!any) line(words_.no_hint);
  }

  void summary() {
    bool headed = false;
    for (const Step& step : walk_.lesson().steps) {
      for (const Part& part : step.parts) {
        const auto* commands = std::get_if<Commands>(&part);
        if (!commands || commands->doing != Doing::kHidden) continue;
        if (!std::exchange(headed, true)) prose(words_.hidden);
        for (const std::string_view text : lines_of(commands->source))
          line("    " + std::string(text));
      }
    }
    prose(words_.over);
    const Score score = walk_.score();
    if (score.asked == 0) return;
    line(filled(words_.score, {std::to_string(score.right), std::to_string(score.asked)}));
  }

  const Words& words_;
  Walkthrough walk_;
  session::Session session_;
  std::istream& in_;
  const std::function<void(std::string_view)>& out_;
  std::size_t width_;
  Teller teller_;
  std::size_t told_ = 0;    // parts of the step
  bool own_doing_ = false;  // the learner did something by hand
};

}  // namespace

Status play_as_text(const Lesson& lesson, std::istream& in,
                    const std::function<void(std::string_view line)>& out,
                    const TextOptions& options) {
  RAFT_TRY_ASSIGN(session::Session session, boot(lesson));
  return TextPlayer(lesson, std::move(session), in, out, options).run();
}

}  // namespace lesson
