// The lesson beside the ring: the step's text, what is asked, the goal, and the way on.
#include <algorithm>
#include <utility>

#include "app/lesson/lines.h"
#include "app/scenario/print.h"
#include "app/ui/lesson_run.h"
#include "app/ui/panels/panels.h"
#include "app/ui/rich_text.h"

namespace ui {
namespace {

using lesson::Waits;
using scene::Anchor;
using scene::Face;

constexpr float kFooter = 64;

class LessonPane {
 public:
  LessonPane(PanelContext& c, LessonRun& run, Surface& s)
      : c_(c),
        run_(run),
        walk_(run.walk()),
        s_(s),
        t_(s.t()),
        x_(c.layout.tabbed || c.layout.small ? 20.0f : 32.0f),
        w_(s.w() - 2 * x_),
        look_{c.layout.small ? 15.0f : 16.0f, c.layout.small ? 22.0f : 24.0f, t_.ink, run.path()} {}

  float draw() {
    float y = draw_head();
    const lesson::Step& step = walk_.shown_step();
    for (std::size_t i = 0; i < walk_.shown_parts(); ++i) {
      if (i == run_.new_from) new_top_ = y;
      // Room below a prediction's frame.
      const bool framed = i > 0 && std::holds_alternative<lesson::Predict>(step.parts[i - 1]);
      if (framed && std::holds_alternative<lesson::Prose>(step.parts[i])) y += 10;
      y = draw_part(step.parts[i], i, y);
    }
    // A hint may stand behind the goal that it helps to reach.
    const std::size_t end = walk_.asked() == nullptr ? step.parts.size() : 0;
    for (std::size_t i = walk_.shown_parts(); i < end; ++i) {
      if (const auto* hint = std::get_if<lesson::Hint>(&step.parts[i])) y = draw_hint(*hint, y);
    }
    if (!run_.error.empty()) y = draw_error(y);
    if (walk_.finished()) y = draw_summary(y);
    return y;
  }
  // Of what came last.
  float new_top() const { return new_top_; }

 private:
  float draw_head() {
    const std::string of = tr("step {1} of {2}", walk_.step() + 1, walk_.lesson().steps.size());
    const scene::Style small{.size = 13, .color = t_.ink2};
    s_.list().text(x_, 40, run_.number(), small);
    scene::Style right = small;
    right.anchor = Anchor::kEnd;
    s_.list().text(x_ + w_, 40, of, right);
    float y = paragraph(s_, x_, 70, walk_.lesson().title, w_,
                        {.size = 22, .color = t_.ink, .weight = 600}, 28);
    y = draw_progress(y - 12);
    const std::string& title = walk_.shown_step().title;
    if (title != walk_.lesson().title) {
      y = paragraph(s_, x_, y + 30, title, w_, {.size = 17, .color = t_.ink, .weight = 600}, 23) -
          23;
    }
    return y + 16;
  }

  // A bar per step; those that were reached can be gone to.
  float draw_progress(float y) {
    const std::size_t count = walk_.lesson().steps.size();
    const float gap = count > 20 ? 2.0f : 6.0f;
    const float each = (w_ - gap * static_cast<float>(count - 1)) / static_cast<float>(count);
    if (each < 3) {
      // Too many to tell apart.
      const float done = static_cast<float>(walk_.step() + 1) / static_cast<float>(count);
      s_.list().rect({x_, y, w_, 4}, 2, {.fill = t_.divider});
      s_.list().rect({x_, y, w_ * done, 4}, 2, {.fill = t_.accent});
      return y + 6;
    }
    for (std::size_t i = 0; i < count; ++i) {
      const float x = x_ + (each + gap) * static_cast<float>(i);
      const bool reached = i <= walk_.reached_step();
      const std::string name = "lesson.step:" + std::to_string(i + 1);
      const Touch touch = s_.touch(name, {x, y - 8, each, 20}, reached, false);
      s_.tip(name, touch,
             {walk_.lesson().steps[i].title, reached ? "" : tr("not reached yet"), ""});
      const bool here = i == walk_.step();
      const float h = here || (touch.hovered && reached) ? 6.0f : 4.0f;
      s_.list().rect({x, y + 2 - h / 2, each, h}, h / 2,
                     {.fill = i <= walk_.step() ? t_.accent
                              : reached         ? t_.control
                                                : t_.divider});
      if (touch.clicked && !here) c_.out.lesson_step = i;
    }
    return y + 6;
  }

  float draw_part(const lesson::Part& part, std::size_t number, float y) {
    if (const auto* prose = std::get_if<lesson::Prose>(&part)) {
      return draw_blocks(s_, x_, y + look_.lead * 0.75f, prose->blocks, w_, look_) - look_.lead +
             look_.lead * 0.6f;
    }
    if (const auto* commands = std::get_if<lesson::Commands>(&part)) {
      return draw_commands(*commands, number, y);
    }
    if (const auto* goal = std::get_if<lesson::Goal>(&part)) return draw_goal(*goal, y);
    if (const auto* hint = std::get_if<lesson::Hint>(&part)) return draw_hint(*hint, y);
    if (const auto* predict = std::get_if<lesson::Predict>(&part)) return draw_predict(*predict, y);
    return y;
  }

  // What the lesson did: its first line; a click shows all.
  float draw_commands(const lesson::Commands& commands, std::size_t number, float y) {
    const bool hidden = commands.doing == lesson::Doing::kHidden && !walk_.finished();
    const bool not_played = commands.doing == lesson::Doing::kByHand && !walk_.goal_shown();
    if (hidden || not_played) return y;
    std::vector<std::string_view> lines;
    for (const std::string_view line : lesson::lines_of(commands.source)) {
      const std::string_view text = lesson::trimmed(line);
      if (!text.empty() && text.front() != '#') lines.push_back(text);
    }
    if (lines.empty()) return y;
    const scene::Style mono{.size = 13, .color = t_.ink3, .face = Face::kMono};
    const std::size_t shown = run_.lines_shown ? lines.size() : 1;
    const std::string more =
        shown < lines.size() ? "+" + std::to_string(lines.size() - shown) : std::string();
    const float height = 18 * static_cast<float>(shown);
    const std::string name = "lesson.lines:" + std::to_string(number);
    const Touch touch = s_.touch(name, {x_ - 6, y + 4, w_ + 12, height + 8}, true, false);
    s_.tip(
        name, touch,
        {tr("What the lesson did to the cluster"),
         run_.lines_shown ? tr("Click to see one line only") : tr("Click to see every line"), ""});
    if (touch.hovered) s_.list().rect({x_ - 6, y + 4, w_ + 12, height + 8}, 5, {.fill = t_.select});
    if (touch.clicked) run_.lines_shown = !run_.lines_shown;
    for (std::size_t i = 0; i < shown; ++i) {
      s_.list().text_within(x_, y + 20 + 18 * static_cast<float>(i), "> " + std::string(lines[i]),
                            w_ - 34, mono);
    }
    scene::Style count = mono;
    count.anchor = Anchor::kEnd;
    s_.list().text(x_ + w_, y + 20, more, count);
    return y + height + 16;
  }

  float draw_goal(const lesson::Goal& goal, float y) {
    const bool reached = walk_.goal_reached();
    const float top = y + 12;
    const std::string text = scenario::print(goal.predicate);
    const scene::Style mono{.size = 14, .color = t_.ink, .face = Face::kMono};
    const std::string mark =
        reached ? (walk_.goal_shown() ? tr("shown") : tr("reached")) : tr("not yet");
    const float mark_w = s_.list().width(mark, {.size = 13}) + (reached ? 24.0f : 0.0f);
    const auto lines = wrapped(s_.list().measure(), text, w_ - 62 - mark_w - 10, mono);
    s_.list().text(x_, top + 15, tr("Goal"), {.size = 14, .color = t_.ink, .weight = 600});
    float at = top + 15;
    for (const std::string& line : lines) {
      s_.list().text(x_ + 52, at, line, mono);
      at += 20;
    }
    s_.list().text(x_ + w_, top + 15, mark,
                   {.size = 13, .color = reached ? t_.ink : t_.ink2, .anchor = Anchor::kEnd});
    if (reached) {
      scene::draw_icon(s_.pen(), scene::Icon::kCheck, x_ + w_ - mark_w + 10, top + 10, t_.ink);
    }
    return at - 4;
  }

  float draw_hint(const lesson::Hint& hint, float y) {
    if (!run_.hint_shown) return y;
    const float top = y + 10;
    const ProseLook look{look_.size - 1, look_.lead - 1, t_.ink2, look_.lesson};
    // The box is drawn below its text, so its height must be known: it is that of the frame before.
    const float height = hint_height_of(hint);
    s_.list().rect({x_ - 8, top, w_ + 16, height}, 7, {.fill = t_.sunken});
    s_.list().text(x_ + 4, top + 22, tr("Hint"), {.size = 13, .color = t_.ink3, .weight = 600});
    const float end = draw_blocks(s_, x_ + 4, top + 44, hint.blocks, w_ - 8, look);
    run_.hint_height = end - look.lead + 14 - top;
    return top + run_.hint_height;
  }
  float hint_height_of(const lesson::Hint&) const { return std::max(40.0f, run_.hint_height); }

  float draw_predict(const lesson::Predict& predict, float y) {
    const bool answerable = walk_.asked() == &predict || walk_.open_again() == &predict;
    const bool asked = answerable || walk_.is_open_again(predict);  // the right one is not told yet
    const auto answer = walk_.answer_to(predict);
    const float pad = 14, top = y + 12, x = x_ - 8, w = w_ + 16;
    float& height = run_.card_height[predict.line];
    s_.list().rect({x, top, w, std::max(60.0f, height)}, 8,
                   {.fill = t_.canvas, .stroke = asked ? t_.control : t_.divider, .width = 1});
    s_.list().text(x + pad, top + 24, tr("Predict"), {.size = 13, .color = t_.ink2, .weight = 500});
    const bool right = answer && predict.choices[*answer].right;
    if (!asked) {
      const std::string told = !answer ? tr("not answered")
                               : right ? tr("answered, right")
                                       : tr("answered, not so");
      const scene::Style style{.size = 13, .color = t_.ink2, .anchor = Anchor::kEnd};
      s_.list().text(x + w - pad, top + 24, told, style);
      const float at = x + w - pad - s_.list().width(told, style) - 14;
      if (answer) {
        scene::draw_icon(s_.pen(), right ? scene::Icon::kCheck : scene::Icon::kCross, at, top + 19,
                         t_.ink2);
      }
    }
    lesson::Text question = predict.question;
    for (lesson::Span& span : question) span.strong = true;
    ProseLook look{look_.size, look_.lead - 1, t_.ink};
    float at = draw_text(s_, x + pad, top + 52, question, w - 2 * pad, look) - 10;
    for (std::size_t i = 0; i < predict.choices.size(); ++i) {
      at = draw_choice(predict, i, answer, {asked, answerable}, x + pad - 4, w - 2 * pad + 8, at);
    }
    if (!asked) at = draw_comment(predict, answer, x + pad, w - 2 * pad, at);
    height = at - top + 6;
    return top + height;
  }

  struct Asking {
    bool asked = false;  // which is right is not told yet
    bool open = false;   // a click answers
  };
  float draw_choice(const lesson::Predict& predict, std::size_t i,
                    std::optional<std::size_t> answer, Asking asking, float x, float w, float y) {
    const auto [asked, open] = asking;
    const lesson::Choice& choice = predict.choices[i];
    const bool chosen = answer == i;
    const bool mark = !asked && choice.right;
    const ProseLook look{look_.size - 1, look_.lead - 3, chosen || asked ? t_.ink : t_.ink2};
    const float room = w - 44 - (chosen ? 92.0f : mark ? 30.0f : 8.0f);
    float& height = run_.choice_height[{predict.line, i}];
    const scene::Box box{x, y, w, std::max(32.0f, height)};
    const std::string name = "lesson.choice:" + std::to_string(i + 1);
    Touch touch;
    // No tip: it would lie over the answers below.
    if (open) touch = s_.touch(name, box);
    if (chosen || (open && touch.hovered)) {
      s_.list().rect(box, 7,
                     {.fill = t_.select,
                      .stroke = chosen ? t_.accent : scene::Color{},
                      .width = 1.5f * t_.line});
    }
    const float middle = y + 16;
    // Not a letter: it would look like a key.
    s_.list().circle(x + 18, middle, 7,
                     {.stroke = chosen ? t_.accent : t_.control, .width = 1.5f * t_.line});
    if (chosen) s_.list().circle(x + 18, middle, 3.5f, {.fill = t_.accent});
    const float end = draw_text(s_, x + 40, middle + 5, choice.text, room, look);
    if (chosen) {
      s_.list().text(x + w - 10, middle + 4.5f, tr("your answer"),
                     {.size = 12, .color = t_.ink2, .anchor = Anchor::kEnd});
    } else if (mark) {
      scene::draw_icon(s_.pen(), scene::Icon::kCheck, x + w - 18, middle, t_.ink);
    }
    height = std::max(32.0f, end - look.lead - y + 11);
    if (open && touch.clicked) c_.out.lesson_answer = i;
    return y + height + 2;
  }

  float draw_comment(const lesson::Predict& predict, std::optional<std::size_t> answer, float x,
                     float w, float y) {
    std::size_t which = 0;
    while (!answer && !predict.choices[which].right) ++which;
    const lesson::Text& comment = predict.choices[answer.value_or(which)].comment;
    if (comment.empty()) return y;
    s_.list().line({x, y + 8}, {x + w, y + 8}, {.stroke = t_.divider, .width = 1});
    const ProseLook look{look_.size - 1, look_.lead - 2, t_.ink2};
    return draw_text(s_, x, y + 32, comment, w, look) - look.lead + 10;
  }

  float draw_error(float y) {
    if (run_.own_run) {
      // The message begins with file and line.
      y = paragraph(s_, x_, y + 32, tr("The file of this lesson is at fault: {1}", run_.error), w_,
                    {.size = 14, .color = t_.danger}, 20);
      return paragraph(s_, x_, y + 4, tr("It is read again as soon as it is changed."), w_,
                       {.size = 14, .color = t_.ink2}, 20);
    }
    y = paragraph(s_, x_, y + 32, tr("The lesson cannot go on from your run: {1}", run_.error), w_,
                  {.size = 14, .color = t_.danger}, 20);
    const std::string label = tr("Go on with the lesson's own run");
    if (button(s_, "lesson.own_run", {x_, y, button_width(s_, label, ""), 32},
               {.label = label,
                .tip = {tr("Play the lesson up to here with its own answers"),
                        tr("Your run stays, as a branch."), ""}})) {
      c_.out.actions.push_back(Action::kLessonOwnRun);
    }
    return y + 40;
  }

  float draw_summary(float y) {
    const lesson::Score score = walk_.score();
    y += 22;
    draw_rule(s_, x_, y, w_);
    y += 28;
    s_.list().text(x_, y, tr("That was the lesson"), {.size = 16, .color = t_.ink, .weight = 600});
    y += 26;
    if (score.asked > 0) {
      y = paragraph(s_, x_, y, tr("Predicted right: {1} of {2}", score.right, score.asked), w_,
                    {.size = 15, .color = t_.ink}, 22);
      for (const lesson::Step& step : walk_.lesson().steps) {
        for (const lesson::Part& part : step.parts) {
          if (const auto* predict = std::get_if<lesson::Predict>(&part))
            y = draw_score(*predict, y);
        }
      }
    }
    return draw_hidden(y);
  }

  float draw_score(const lesson::Predict& predict, float y) {
    const auto answer = walk_.answer_to(predict);
    const bool right = answer && predict.choices[*answer].right;
    if (answer) {
      scene::draw_icon(s_.pen(), right ? scene::Icon::kCheck : scene::Icon::kCross, x_ + 8, y - 5,
                       right ? t_.ink : t_.ink2, 0.9f);
    } else {
      s_.list().text(x_ + 4, y, "–", {.size = 14, .color = t_.ink3});
    }
    return draw_text(s_, x_ + 26, y, predict.question, w_ - 26, {14, 20, t_.ink2});
  }

  // What was hidden so far.
  float draw_hidden(float y) {
    std::string all;
    for (const lesson::Step& step : walk_.lesson().steps) {
      for (const lesson::Part& part : step.parts) {
        const auto* commands = std::get_if<lesson::Commands>(&part);
        if (commands && commands->doing == lesson::Doing::kHidden) all += commands->source;
      }
    }
    if (all.empty()) return y;
    y = paragraph(s_, x_, y + 8, tr("Hidden so far was"), w_, {.size = 14, .color = t_.ink2}, 20);
    for (const std::string_view line : lesson::lines_of(all)) {
      s_.list().text_within(x_, y, line, w_, {.size = 13, .color = t_.ink, .face = Face::kMono});
      y += 18;
    }
    return y;
  }

  PanelContext& c_;
  LessonRun& run_;
  const lesson::Walkthrough& walk_;
  Surface& s_;
  const scene::Theme& t_;
  float x_, w_;
  ProseLook look_;
  float new_top_ = 0;
};

// A small window has no room for the lesson and the page that it speaks of.
void draw_page_bar(PanelContext& c, Page page, const scene::Box& box) {
  Pane s(c.gui, "###lesson_page", box, c.gui.theme->sunken);
  const scene::Theme& t = s.t();
  const float x = c.layout.small ? 20 : 32;
  const std::string label = tr(page_name(page));
  const float w = button_width(s, label, "");
  s.list().text_within(x, s.h() / 2 + 5, tr("This step looks at"), s.w() - 2 * x - w - 8,
                       {.size = 14, .color = t.ink});
  if (button(s, "lesson.page", {s.w() - x - w, s.h() / 2 - 15, w, 30},
             {.label = label,
              .tip = {tr("Show it in the lesson's place"), tr("Page Down brings the lesson back."),
                      ""}})) {
    c.state.page = page;
    c.state.pane_open = true;
  }
}

// Where the learner is, if not where the lesson is.
void draw_way_back(PanelContext& c, const LessonRun& run, const scene::Box& box) {
  Pane s(c.gui, "###lesson_back", box, c.gui.theme->select);
  const scene::Theme& t = s.t();
  const bool task = run.walk().waits() == Waits::kGoal;
  const float x = c.layout.small ? 20 : 32;
  const std::string label = task ? tr("Begin the task again") : tr("Back to the lesson");
  const float w = button_width(s, label, "");
  s.list().text_within(x, s.h() / 2 + 5, task ? tr("Not there yet") : tr("You are on your own way"),
                       s.w() - 2 * x - w - 8, {.size = 14, .color = t.ink});
  if (button(s, "lesson.return", {s.w() - x - w, s.h() / 2 - 15, w, 30},
             {.label = label,
              .tip = {task ? tr("To where the task began") : tr("To where the lesson stands"),
                      tr("What you did stays, as a branch."), ""}})) {
    c.out.actions.push_back(Action::kLessonReturn);
  }
}

struct Primary {
  std::string label;
  bool quiet = false;
  Action action = Action::kLessonNext;
  Tip tip;
};

Primary primary_of(const LessonRun& run) {
  const lesson::Walkthrough& walk = run.walk();
  if (walk.waits() == Waits::kAnswer) {
    return {tr("Skip"),
            true,
            Action::kLessonNext,
            {tr("Go on without a prediction"), tr("The right one is shown."), ""}};
  }
  if (walk.waits() == Waits::kStuck) {
    return {tr("Go on"),
            true,
            Action::kLessonOwnRun,
            {tr("Play the lesson up to here with its own answers"),
             tr("Your run stays, as a branch."), ""}};
  }
  if (walk.waits() == Waits::kGoal) {
    return {tr("Show me"),
            true,
            Action::kLessonNext,
            {tr("Play the model answer"),
             tr("From where the task began; what you did stays, as a branch."), ""}};
  }
  if (!walk.at_last_step()) {
    return {
        tr("Next"),
        false,
        Action::kLessonNext,
        {tr("To the next step"), tr("From where the lesson stands, wherever you are now."), ""}};
  }
  if (!run.next_path().empty()) {
    return {tr("Next lesson"),
            false,
            Action::kLessonFollowing,
            {tr("Open the lesson that follows"), "", ""}};
  }
  return {
      tr("Close"), false, Action::kLessonClose, {tr("Close the lesson; the run stays"), "", ""}};
}

void draw_footer(PanelContext& c, LessonRun& run, const scene::Box& box) {
  Pane s(c.gui, "###lesson_footer", box, c.gui.theme->panel);
  const scene::Theme& t = s.t();
  s.list().line({0, 0.5f}, {s.w(), 0.5f}, {.stroke = t.divider, .width = 1});
  const float x = c.layout.small ? 20 : 32, y = 14, h = 36;
  const lesson::Walkthrough& walk = run.walk();
  const float back_w = 64;
  if (button(s, "lesson.back", {x - 8, y, back_w, h},
             {.label = tr("Back"),
              .kind = ButtonKind::kQuiet,
              .enabled = walk.step() > 0,
              .tip = {walk.step() > 0 ? tr("To the step before [Page Up]")
                                      : tr("This is the first step"),
                      walk.step() > 0 ? tr("Time goes back with it.") : "", ""}})) {
    c.out.actions.push_back(Action::kLessonBack);
  }
  const auto& parts = walk.shown_step().parts;
  const bool hint = std::any_of(parts.begin(), parts.end(), [](const lesson::Part& part) {
    return std::holds_alternative<lesson::Hint>(part);
  });
  // A question is answered first.
  if (hint && walk.asked() == nullptr) {
    if (button(s, "lesson.hint", {x + back_w + 4, y, 64, h},
               {.label = tr("Hint"),
                .kind = run.hint_shown ? ButtonKind::kChosen : ButtonKind::kPlain,
                .tip = {run.hint_shown ? tr("Hide the hint") : tr("Show the hint"), "", ""}})) {
      c.out.actions.push_back(Action::kLessonHint);
    }
  }
  const Primary primary = primary_of(run);
  Tip tip = primary.tip;
  if (primary.action == Action::kLessonNext) tip.what += " [Page Down]";
  const float w = std::max(primary.quiet ? 96.0f : 120.0f, button_width(s, primary.label, ""));
  if (button(s, "lesson.next", {s.w() - x - w, y, w, h},
             {.label = primary.label,
              .kind = primary.quiet ? ButtonKind::kPlain : ButtonKind::kPrimary,
              .tip = tip})) {
    c.out.actions.push_back(primary.action);
  }
}

}  // namespace

void draw_lesson(PanelContext& c, LessonRun& run) {
  scene::Box box = c.layout.lesson;
  const scene::Box footer{box.x, box.bottom() - kFooter, box.w, kFooter};
  box.h = std::max(1.0f, box.h - kFooter);
  const bool away = run.away;
  if (away) {
    constexpr float kBar = 46;
    box.h = std::max(1.0f, box.h - kBar);
    draw_way_back(c, run, {box.x, box.bottom(), box.w, kBar});
  }
  const std::optional<Page> page = run.focused_page();
  if (page && !away && !c.layout.has_pane) {
    constexpr float kBar = 46;
    box.h = std::max(1.0f, box.h - kBar);
    draw_page_bar(c, *page, {box.x, box.bottom(), box.w, kBar});
  }
  {
    Pane s(c.gui, "###lesson", box, c.gui.theme->panel, true);
    if (std::exchange(run.to_top, false)) ImGui::SetScrollY(0);
    LessonPane pane(c, run, s);
    const float height = pane.draw();
    s.content(height + 24);
    run.spare = s.h() - (height + 24);
    s.flush();
    // Between it and the stage.
    const float edge = c.layout.lesson.x > 0 ? 0.5f : s.w() - 0.5f;
    s.list().line({edge, 0}, {edge, std::max(s.h(), height + 24)},
                  {.stroke = s.t().divider, .width = 1});
    if (run.to_end > 0) {
      // What has come is below: all of it, or as much as there is room for. Heights take a few
      // frames to come to rest.
      const float end = height + 24 - s.h();
      ImGui::SetScrollY(std::max(0.0f, std::min(end, pane.new_top() - 12)) * c.gui.k);
      --run.to_end;
    }
  }
  draw_footer(c, run, footer);
}

}  // namespace ui
