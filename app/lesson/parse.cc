// A lesson's file from front matter to its last block.
#include <algorithm>

#include "app/lesson/blocks.h"
#include "app/lesson/lines.h"
#include "app/scenario/parser.h"
#include "app/scenario/text.h"

namespace lesson {
namespace {

// Line ends as '\n', without a byte order mark.
std::string normalised(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, 3) == kByteOrderMark) text.remove_prefix(3);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out += text[i];
  }
  return out;
}

std::size_t line_at(std::string_view text, std::size_t offset) {
  return 1 + static_cast<std::size_t>(std::count(
                 text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

// What no text for people holds: NUL and other control characters, bytes outside UTF-8.
std::optional<Complaint> not_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) {
      return Complaint{line_at(text, i),
                       "a control character, which is no text: byte " + std::to_string(byte)};
    }
    const std::size_t length = scenario::utf8_length(text, i);
    if (length == 0) return Complaint{line_at(text, i), "a byte that is not UTF-8"};
    i += length;
  }
  return std::nullopt;
}

// The lines of all blocks of commands in their places, so that the language is read as one script.
// Behind the first block stands a line that ends its header.
constexpr std::string_view kEndOfHeader = "say \".\"";

class LessonReader {
 public:
  LessonReader(std::string text, const std::string& file) : text_(std::move(text)), file_(file) {
    lesson_.file = file;
  }

  Parsed read() && {
    read_structure();
    if (complaints_.empty() && script_errors_.empty()) read_script();
    if (complaints_.empty() && script_errors_.empty()) check_steps();
    Parsed out;
    std::stable_sort(complaints_.begin(), complaints_.end(),
                     [](const Complaint& a, const Complaint& b) { return a.first < b.first; });
    for (const auto& [line, what] : complaints_) {
      const bool column = !what.empty() && what[0] >= '0' && what[0] <= '9';
      out.errors.push_back(file_ + ":" + std::to_string(line) + (column ? ":" : ": ") + what);
    }
    for (std::string& error : script_errors_) out.errors.push_back(std::move(error));
    if (out.errors.empty()) out.lesson = std::move(lesson_);
    return out;
  }

 private:
  void complain(std::size_t line, std::string what) {
    complaints_.emplace_back(line, std::move(what));
  }

  void read_structure() {
    if (text_.size() > kMaxLessonBytes) {
      complain(1, "is larger than " + std::to_string(kMaxLessonBytes >> 10) +
                      " KiB, which no lesson is");
      return;
    }
    if (const auto wrong = not_text(text_)) {
      complaints_.push_back(*wrong);
      return;
    }
    FrontMatter front = read_front_matter(text_, complaints_);
    lesson_.title = std::move(front.title);
    lesson_.goal = std::move(front.goal);
    lesson_.minutes = front.minutes;
    lesson_.needs = std::move(front.needs);
    std::string_view body = text_;
    for (std::size_t i = 0; i < front.lines; ++i) {
      const std::size_t end = body.find('\n');
      body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    }
    auto blocks = parse_markdown(body, file_, front.lines + 1);
    if (!blocks) {
      script_errors_.push_back(blocks.error().message);
      return;
    }
    for (Block& block : *blocks) take(std::move(block));
    if (!headed_)
      complain(1, "a lesson has steps: headings of level 2, such as ## Look at the ring");
  }

  Step& step(std::size_t line) {
    // What stands before the first heading is a step with the lesson's title.
    if (lesson_.steps.empty()) lesson_.steps.push_back({line, lesson_.title, {}});
    return lesson_.steps.back();
  }

  void take(Block block) {
    const bool heading = block.kind == BlockKind::kHeading && block.depth == 0;
    if (heading && block.level == 2) {
      headed_ = true;
      lesson_.steps.push_back({block.line, plain(block.text), {}});
      if (lesson_.steps.back().title.empty())
        complain(block.line, "the heading of a step says nothing");
      return;
    }
    // The title again, for those who read the file as a page.
    if (heading && block.level == 1 && lesson_.steps.empty()) return;
    if (block.kind == BlockKind::kCode && block.fenced && take_code(block)) return;
    std::vector<Part>& parts = step(block.line).parts;
    if (parts.empty() || !std::holds_alternative<Prose>(parts.back())) parts.emplace_back(Prose{});
    std::get<Prose>(parts.back()).blocks.push_back(std::move(block));
  }

  // False: it is plain code.
  bool take_code(const Block& block) {
    if (!block.closed) {
      complain(block.line, "no fence ends the block that begins here");
      return true;
    }
    std::string_view info = trimmed(block.info);
    const std::size_t blank = std::min(info.find_first_of(" \t"), info.size());
    const std::string_view word = info.substr(0, blank);
    const std::string_view rest = trimmed(info.substr(blank));
    if (!is_special(word)) return false;
    if (block.depth != 0) {
      complain(block.line,
               "a block `" + std::string(word) + "` stands by itself, not in a list or quote");
      return true;
    }
    Step& to = step(block.line);
    if (word == "raft") {
      take_commands(block, rest, to);
    } else if (!rest.empty()) {
      complain(block.line, "nothing stands behind " + std::string(word) + ", found '" +
                               std::string(rest.substr(0, 40)) + "'");
    } else if (word == "goal") {
      if (to.goal()) complain(block.line, "the step has a goal already; begin another step");
      to.parts.emplace_back(read_goal(block, file_, complaints_));
    } else if (word == "hint") {
      to.parts.emplace_back(read_hint(block, file_, complaints_));
    } else if (word == "predict") {
      to.parts.emplace_back(read_predict(block, file_, complaints_));
    } else {
      to.parts.emplace_back(read_focus(block, complaints_));
    }
    return true;
  }

  void take_commands(const Block& block, std::string_view how, Step& to) {
    Commands commands;
    commands.line = block.line;
    commands.source = block.code;
    if (how == "do") {
      commands.doing = Doing::kByHand;
    } else if (how == "hidden") {
      commands.doing = Doing::kHidden;
    } else if (!how.empty()) {
      complain(block.line, "expected nothing, do or hidden behind raft, found '" +
                               std::string(how.substr(0, 40)) + "'");
      return;
    }
    const bool by_hand = commands.doing == Doing::kByHand;
    if (by_hand && to.by_hand()) {
      complain(block.line, "the step has a block `raft do` already; begin another step");
      return;
    }
    const std::vector<std::string_view> lines = lines_of(block.code);
    script_.resize(std::max(script_.size(), block.line + lines.size() + 1));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      script_[block.line + i] = lines[i];  // lines count from 1, and the fence is one
      const auto parsed = scenario::parse_line(lines[i]);
      if (parsed.error) {
        complain(block.line + 1 + i,
                 std::to_string(parsed.error->column) + ": " + parsed.error->message);
      }
    }
    if (end_of_header_ == 0) {
      end_of_header_ = by_hand ? block.line : block.line + lines.size() + 1;
      script_[end_of_header_ - 1] = kEndOfHeader;
    }
    to.parts.emplace_back(std::move(commands));
  }

  void read_script() {
    std::string script;
    for (const std::string& line : script_) {
      script += line;
      script += '\n';
    }
    auto parsed = scenario::parse_script(script, file_);
    if (!parsed) {
      script_errors_.push_back(parsed.error().message);
      return;
    }
    lesson_.config = parsed->config;
    lesson_.nodes_given = parsed->nodes_given;
    lesson_.disk_images = parsed->disk_images;
    auto next = parsed->statements.begin();
    for (Step& to : lesson_.steps) {
      for (Part& part : to.parts) {
        auto* commands = std::get_if<Commands>(&part);
        if (!commands) continue;
        const std::size_t end = commands->line + 1 + lines_of(commands->source).size();
        for (; next != parsed->statements.end() && next->place.line <= end; ++next) {
          if (next->place.line != end_of_header_) commands->statements.push_back(std::move(*next));
        }
      }
    }
  }

  void check_steps() {
    const Predict* open = nullptr;  // the first that nothing has followed so far
    for (const Step& step : lesson_.steps) {
      for (const Part& part : step.parts) {
        if (const auto* predict = std::get_if<Predict>(&part); predict && !open) open = predict;
        if (std::holds_alternative<Commands>(part)) open = nullptr;
      }
      const Commands* answer = step.by_hand();
      if (!answer) continue;
      if (!step.goal()) {
        complain(answer->line,
                 "`raft do` needs a block `goal` in its step: when has the learner done it?");
      }
      if (answer->statements.empty()) {
        complain(answer->line, "the model answer has no command");
      }
    }
    if (!open) return;
    for (const Choice& choice : open->choices) {
      if (!choice.holds) continue;
      complain(choice.line, "holds: is tested behind the next block of commands, and none follows");
      return;
    }
  }

  const std::string text_;
  const std::string& file_;
  Lesson lesson_;
  std::vector<Complaint> complaints_;
  std::vector<std::string> script_errors_;
  std::vector<std::string> script_;  // [i] is line i + 1
  std::size_t end_of_header_ = 0;    // its line; 0: no commands so far
  bool headed_ = false;
};

}  // namespace

const Goal* Step::goal() const {
  for (const Part& part : parts) {
    if (const auto* goal = std::get_if<Goal>(&part)) return goal;
  }
  return nullptr;
}

const Commands* Step::by_hand() const {
  for (const Part& part : parts) {
    const auto* commands = std::get_if<Commands>(&part);
    if (commands && commands->doing == Doing::kByHand) return commands;
  }
  return nullptr;
}

Parsed parse_lesson(std::string_view text, const std::string& file) {
  return LessonReader(normalised(text), file).read();
}

}  // namespace lesson
