#include "app/lesson/blocks.h"

#include <algorithm>
#include <array>
#include <utility>

#include "app/lesson/lines.h"
#include "app/scenario/cursor.h"
#include "app/scenario/parser.h"

namespace lesson {
namespace {

constexpr std::array<std::string_view, 13> kPanels = {
    "ring",   "sequence", "logs",    "inspector", "disk",   "store", "clients",
    "checks", "events",   "console", "tape",      "faults", "lesson"};

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// A predicate that stands in a line, `column` characters from its head.
std::optional<scenario::Predicate> read_predicate(std::string_view text, std::size_t line,
                                                  std::size_t column,
                                                  std::vector<Complaint>& complaints) {
  constexpr std::string_view kWord = "expect ";
  scenario::ParsedLine parsed = scenario::parse_line(std::string(kWord) + std::string(text));
  if (parsed.error) {
    const std::size_t at = parsed.error->column + column;
    complaints.emplace_back(line, std::to_string(at > kWord.size() ? at - kWord.size() : 1) + ": " +
                                      parsed.error->message);
    return std::nullopt;
  }
  if (parsed.statement) {
    if (auto* expect = std::get_if<scenario::Expect>(&parsed.statement->what)) {
      return std::move(expect->predicate);
    }
  }
  complaints.emplace_back(line, std::to_string(column + 1) +
                                    ": expected a predicate, such as leader n1 or commit n3 >= 2");
  return std::nullopt;
}

// Predicts

struct Piece {
  std::string text;
  std::size_t begin = 0;  // where in the line
};

// At each '|' that no backslash stands before.
std::vector<Piece> split_at_bars(std::string_view line) {
  std::vector<Piece> out(1);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      out.back().text += '|';
      ++i;
    } else if (line[i] == '|') {
      out.push_back({"", i + 1});
    } else {
      out.back().text += line[i];
    }
  }
  return out;
}

constexpr std::string_view kHolds = "holds:";

class PredictReader {
 public:
  PredictReader(const Block& block, const std::string& file, std::vector<Complaint>& complaints)
      : file_(file), complaints_(complaints) {
    out_.line = block.line;
    out_.source = block.code;
  }

  Predict read() && {
    std::size_t number = out_.line;
    for (const std::string_view line : lines_of(out_.source)) take(++number, line);
    finish_choice();
    if (question_.empty()) complain(out_.line, "a predict begins with its question: Q: …");
    out_.question = styled(question_, question_line_);
    if (out_.choices.size() < 2) {
      complain(out_.line,
               "a predict has two options or more, each a line such as - [ ] One | why not");
    }
    const bool right = std::any_of(out_.choices.begin(), out_.choices.end(),
                                   [](const Choice& choice) { return choice.right; });
    if (!out_.choices.empty() && !right) {
      complain(out_.line, "no option of this predict is right: mark it with [x]");
    }
    return std::move(out_);
  }

 private:
  void complain(std::size_t line, std::string what) {
    complaints_.emplace_back(line, std::move(what));
  }

  Text styled(std::string_view text, std::size_t line) {
    auto parsed = parse_inline(trimmed(text), file_, line);
    if (parsed) return *std::move(parsed);
    complain(line, "lists and quotes do not belong here");
    return {};
  }

  void take(std::size_t number, std::string_view line) {
    const std::string_view text = trimmed(line);
    if (text.empty()) return;
    const bool item = text.substr(0, 2) == "- " || text == "-";
    if (!in_choice_ && !item) {
      const bool begins = text.substr(0, 2) == "Q:";
      if (question_.empty() != begins) {
        complain(number, begins ? "a predict asks one question"
                                : "expected the question, Q: …, before this");
        return;
      }
      if (begins) question_line_ = number;
      join(question_, begins ? trimmed(text.substr(2)) : text);
      if (question_.empty()) complain(number, "the question says nothing");
      return;
    }
    if (!item) {
      // A long option goes on in the next line.
      join(choice_, line.substr(0, line.find_last_not_of(" \t\r") + 1));
      return;
    }
    finish_choice();
    const bool right = text.substr(0, 5) == "- [x]" || text.substr(0, 5) == "- [X]";
    if (!right && text.substr(0, 5) != "- [ ]") {
      complain(number, "expected an option: - [ ] or, if it is right, - [x]");
      return;
    }
    in_choice_ = true;
    current_ = Choice{};
    current_.right = right;
    current_.line = number;
    // Columns count from the head of the line.
    choice_ = std::string(line.substr(0, static_cast<std::size_t>(text.data() - line.data()) + 5));
    prefix_ = choice_.size();
    choice_ += text.substr(5);
  }

  static void join(std::string& to, std::string_view more) {
    if (!to.empty() && !more.empty()) to += '\n';
    to += more;
  }

  void finish_choice() {
    if (!std::exchange(in_choice_, false)) return;
    std::vector<Piece> pieces = split_at_bars(choice_);
    pieces.front().text.erase(0, prefix_);
    current_.text = styled(pieces.front().text, current_.line);
    if (current_.text.empty()) complain(current_.line, "an option says nothing");
    bool holds_given = false;
    bool comment_given = false;
    for (std::size_t i = 1; i < pieces.size(); ++i) {
      const std::string_view text = trimmed(pieces[i].text);
      if (text.substr(0, kHolds.size()) == kHolds) {
        if (std::exchange(holds_given, true)) complain(current_.line, "holds: was given before");
        take_holds(pieces[i]);
      } else if (holds_given || std::exchange(comment_given, true)) {
        complain(current_.line,
                 "expected TEXT | COMMENT | holds: PREDICATE; a bar in a text is written \\|");
      } else {
        current_.comment = styled(text, current_.line);
      }
    }
    out_.choices.push_back(std::move(current_));
  }

  void take_holds(const Piece& piece) {
    std::string text = piece.text;
    std::replace(text.begin(), text.end(), '\n', ' ');
    const std::size_t begin = text.find(kHolds) + kHolds.size();
    std::size_t first = text.find_first_not_of(" \t", begin);
    if (first == std::string::npos) first = text.size();
    // A long option goes on in further lines: the place is that of the predicate.
    const std::string_view before = std::string_view(choice_).substr(0, piece.begin + first);
    const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    const std::size_t line = current_.line + lines;
    const std::size_t column = characters(before.substr(before.rfind('\n') + 1));
    current_.place = {file_, line, column + 1};
    current_.holds =
        read_predicate(std::string_view(text).substr(first), line, column, complaints_);
  }

  const std::string& file_;
  std::vector<Complaint>& complaints_;
  Predict out_;
  std::string question_;
  std::size_t question_line_ = 1;
  bool in_choice_ = false;
  Choice current_;
  std::string choice_;
  std::size_t prefix_ = 0;
};

// Focus

std::optional<FocusItem> read_focus_item(std::string_view text, std::string& wrong) {
  const std::size_t blank = text.find_first_of(" \t");
  const std::string_view word = text.substr(0, blank);
  const std::string_view rest =
      blank == std::string_view::npos ? std::string_view() : trimmed(text.substr(blank));
  FocusItem item;
  const auto node_of = [](std::string_view name) {
    return scenario::to_node(name).value_or(sim::NodeId{});
  };
  if (word == "node") {
    item.node = node_of(rest);
    if (item.node.value != 0) return item;
    wrong = "node expects a node, such as n3";
  } else if (word == "link") {
    item.kind = FocusKind::kLink;
    const std::size_t arrow = rest.find("->");
    if (arrow != std::string_view::npos) {
      item.node = node_of(rest.substr(0, arrow));
      item.to = node_of(rest.substr(arrow + 2));
    }
    if (item.node.value != 0 && item.to.value != 0 && item.node != item.to) return item;
    wrong = "link expects two nodes, such as n3->n1";
  } else if (word == "log") {
    item.kind = FocusKind::kLog;
    if (const auto index = scenario::to_number(rest); index && *index != 0) {
      item.index = *index;
      return item;
    }
    wrong = "log expects an index, such as 4";
  } else if (word == "panel") {
    item.kind = FocusKind::kPanel;
    item.panel = std::string(rest);
    if (std::find(kPanels.begin(), kPanels.end(), rest) != kPanels.end()) return item;
    wrong = "there is no panel '" + std::string(rest.substr(0, 40)) + "'; there is";
    for (const std::string_view panel : kPanels) wrong += " " + std::string(panel);
  } else {
    wrong = "expected node nX, link nX->nY, log INDEX or panel NAME, found '" +
            std::string(text.substr(0, 40)) + "'";
  }
  return std::nullopt;
}

}  // namespace

std::span<const std::string_view> panel_names() { return kPanels; }

bool is_special(std::string_view word) {
  return word == "raft" || word == "goal" || word == "hint" || word == "predict" || word == "focus";
}

Goal read_goal(const Block& block, const std::string& file, std::vector<Complaint>& complaints) {
  Goal goal;
  goal.line = block.line;
  goal.source = block.code;
  bool found = false;
  std::size_t number = block.line;
  for (const std::string_view line : lines_of(goal.source)) {
    ++number;
    const std::string_view text = trimmed(line);
    if (text.empty() || text.front() == '#') continue;
    if (std::exchange(found, true)) {
      complaints.emplace_back(number, "a goal is one predicate in one line; use and, or");
      break;
    }
    const std::size_t column =
        characters(line.substr(0, static_cast<std::size_t>(text.data() - line.data())));
    goal.place = {file, number, column + 1};
    if (auto predicate = read_predicate(text, number, column, complaints)) {
      goal.predicate = *std::move(predicate);
    }
  }
  if (!found) {
    complaints.emplace_back(block.line, "expected a predicate in the goal, such as leader n1");
  }
  return goal;
}

Predict read_predict(const Block& block, const std::string& file,
                     std::vector<Complaint>& complaints) {
  return PredictReader(block, file, complaints).read();
}

Focus read_focus(const Block& block, std::vector<Complaint>& complaints) {
  Focus focus;
  focus.line = block.line;
  focus.source = block.code;
  std::size_t number = block.line;
  for (std::string_view line : lines_of(focus.source)) {
    ++number;
    while (true) {
      const std::size_t comma = line.find(',');
      if (const std::string_view text = trimmed(line.substr(0, comma)); !text.empty()) {
        std::string wrong;
        if (auto item = read_focus_item(text, wrong)) {
          focus.items.push_back(*std::move(item));
        } else {
          complaints.emplace_back(number, wrong);
        }
      }
      if (comma == std::string_view::npos) break;
      line.remove_prefix(comma + 1);
    }
  }
  if (focus.source.find_first_not_of(" \t\n,") == std::string::npos) {
    complaints.emplace_back(
        block.line, "a focus says what to look at: node n3, link n3->n1, log 4, panel inspector");
  }
  return focus;
}

Hint read_hint(const Block& block, const std::string& file, std::vector<Complaint>& complaints) {
  Hint hint;
  hint.line = block.line;
  auto blocks = parse_markdown(block.code, file, block.line + 1);
  if (blocks) {
    hint.blocks = *std::move(blocks);
  } else {
    complaints.emplace_back(block.line, "lists and quotes lie too deep in this hint");
  }
  if (hint.blocks.empty()) complaints.emplace_back(block.line, "the hint says nothing");
  return hint;
}

}  // namespace lesson
