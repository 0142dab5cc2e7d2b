// A lesson and its translation.
#include "app/lesson/lesson.h"
#include "app/lesson/lines.h"
#include "app/scenario/predicate.h"

namespace lesson {
namespace {

// A block that both must have.
struct Shared {
  std::string name;  // as its fence says
  std::size_t line = 1;
  std::size_t step = 1;
  std::string_view source;
  const Predict* predict = nullptr;
};

std::string name_of(Doing doing) {
  switch (doing) {
    case Doing::kShown:
      return "raft";
    case Doing::kByHand:
      return "raft do";
    case Doing::kHidden:
      return "raft hidden";
  }
  return "raft";
}

std::vector<Shared> shared_blocks(const Lesson& lesson) {
  std::vector<Shared> out;
  for (std::size_t i = 0; i < lesson.steps.size(); ++i) {
    for (const Part& part : lesson.steps[i].parts) {
      if (const auto* commands = std::get_if<Commands>(&part)) {
        out.push_back({name_of(commands->doing), commands->line, i, commands->source, nullptr});
      } else if (const auto* goal = std::get_if<Goal>(&part)) {
        out.push_back({"goal", goal->line, i, goal->source, nullptr});
      } else if (const auto* focus = std::get_if<Focus>(&part)) {
        out.push_back({"focus", focus->line, i, focus->source, nullptr});
      } else if (const auto* predict = std::get_if<Predict>(&part)) {
        out.push_back({"predict", predict->line, i, {}, predict});
      }
    }
  }
  return out;
}

class Comparison {
 public:
  Comparison(const Lesson& original, const Lesson& translation)
      : original_(original), translation_(translation) {}

  std::vector<std::string> run() && {
    const std::vector<Shared> ours = shared_blocks(translation_);
    const std::vector<Shared> theirs = shared_blocks(original_);
    for (std::size_t i = 0; i < ours.size() && i < theirs.size(); ++i) {
      // Where blocks have moved, all that follow differ, which says nothing more.
      if (!compare(theirs[i], ours[i])) return std::move(errors_);
    }
    if (ours.size() > theirs.size()) {
      const Shared& extra = ours[theirs.size()];
      complain(extra.line, "the block `" + extra.name + "` is not in " + original_.file);
    } else if (theirs.size() > ours.size()) {
      const Shared& missing = theirs[ours.size()];
      complain(
          ours.empty() ? 1 : ours.back().line,
          "behind this the block `" + missing.name + "` of " + place(missing.line) + " is missing");
    }
    if (errors_.empty() && original_.steps.size() != translation_.steps.size()) {
      complain(translation_.steps.back().line, "has " + std::to_string(translation_.steps.size()) +
                                                   " steps, " + original_.file + " has " +
                                                   std::to_string(original_.steps.size()));
    }
    return std::move(errors_);
  }

 private:
  std::string place(std::size_t line) const { return original_.file + ":" + std::to_string(line); }

  void complain(std::size_t line, const std::string& what) {
    errors_.push_back(translation_.file + ":" + std::to_string(line) + ": " + what);
  }

  // False: they are not the same block at all.
  bool compare(const Shared& theirs, const Shared& ours) {
    if (theirs.name != ours.name) {
      complain(ours.line, "the block `" + ours.name + "` stands where " + place(theirs.line) +
                              " has `" + theirs.name + "`");
      return false;
    }
    if (theirs.step != ours.step) {
      complain(ours.line, "the block `" + ours.name + "` is in step " +
                              std::to_string(ours.step + 1) + ", that of " + place(theirs.line) +
                              " in step " + std::to_string(theirs.step + 1));
      return false;
    }
    if (theirs.predict) {
      compare(*theirs.predict, *ours.predict);
    } else if (theirs.source != ours.source) {
      complain_source(theirs, ours);
    }
    return true;
  }

  void complain_source(const Shared& theirs, const Shared& ours) {
    const auto a = lines_of(theirs.source);
    const auto b = lines_of(ours.source);
    std::size_t i = 0;
    while (i < a.size() && i < b.size() && a[i] == b[i]) ++i;
    const auto text = [i](const std::vector<std::string_view>& lines) {
      return i < lines.size() ? "'" + std::string(lines[i]) + "'" : std::string("nothing more");
    };
    complain(ours.line + 1 + i, "the block `" + ours.name + "` differs: " + text(b) + ", where " +
                                    place(theirs.line + 1 + i) + " has " + text(a));
  }

  void compare(const Predict& theirs, const Predict& ours) {
    if (theirs.choices.size() != ours.choices.size()) {
      complain(ours.line, "this predict has " + std::to_string(ours.choices.size()) +
                              " options, that of " + place(theirs.line) + " has " +
                              std::to_string(theirs.choices.size()));
      return;
    }
    for (std::size_t i = 0; i < ours.choices.size(); ++i) {
      const Choice& a = theirs.choices[i];
      const Choice& b = ours.choices[i];
      if (a.right != b.right) {
        complain(b.line, std::string("this option is ") + (b.right ? "right" : "wrong") +
                             ", that of " + place(a.line) + " is " + (a.right ? "right" : "wrong"));
      }
      const std::string a_holds = a.holds ? scenario::print(*a.holds) : "";
      const std::string b_holds = b.holds ? scenario::print(*b.holds) : "";
      if (a_holds != b_holds) {
        complain(b.line, "this option has " + (b.holds ? "holds: " + b_holds : "no holds:") +
                             ", that of " + place(a.line) + " has " +
                             (a.holds ? "holds: " + a_holds : "none"));
      }
    }
  }

  const Lesson& original_;
  const Lesson& translation_;
  std::vector<std::string> errors_;
};

}  // namespace

std::vector<std::string> differences(const Lesson& original, const Lesson& translation) {
  return Comparison(original, translation).run();
}

}  // namespace lesson
