// A lesson as it is read from its file: steps with prose, commands, goals, predictions. Plain
// values; docs/lessons.md describes the file.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/lesson/markdown.h"
#include "app/scenario/statement.h"
#include "app/sim/config.h"
#include "raft/result.h"

namespace lesson {

// A goal is reached at the latest so long after the model answer.
inline constexpr sim::Duration kGoalPatience{200'000};

struct Prose {
  std::vector<Block> blocks;
};

enum class Doing : std::uint8_t {
  kShown,   // `raft`
  kByHand,  // `raft do`: by the learner; what stands there is the model answer
  kHidden,  // `raft hidden`
};

struct Commands {
  Doing doing = Doing::kShown;
  std::size_t line = 1;  // of the fence
  std::string source;    // as written, for the eye and for comparison
  std::vector<scenario::Statement> statements;
};

struct Goal {
  std::size_t line = 1;
  std::string source;
  scenario::Predicate predicate;
  scenario::Place place;  // of the predicate
};

struct Hint {
  std::size_t line = 1;
  std::vector<Block> blocks;
};

struct Choice {
  std::size_t line = 1;
  bool right = false;
  Text text;
  Text comment;  // shown once it was chosen; may be empty
  std::optional<scenario::Predicate> holds;
  scenario::Place place;  // of the predicate
};

struct Predict {
  std::size_t line = 1;
  std::string source;
  Text question;
  std::vector<Choice> choices;  // two or more, one or more of them right
};

enum class FocusKind : std::uint8_t { kNode, kLink, kLog, kPanel };
struct FocusItem {
  FocusKind kind = FocusKind::kNode;
  sim::NodeId node;         // kNode; kLink: from
  sim::NodeId to;           // kLink
  std::uint64_t index = 0;  // kLog
  std::string panel;        // kPanel, one of panel_names()
  bool operator==(const FocusItem&) const = default;
};
struct Focus {
  std::size_t line = 1;
  std::string source;
  std::vector<FocusItem> items;
};

using Part = std::variant<Prose, Commands, Goal, Hint, Predict, Focus>;

struct Step {
  std::size_t line = 1;
  std::string title;
  std::vector<Part> parts;

  const Goal* goal() const;
  // The model answer; null: the learner has nothing to do.
  const Commands* by_hand() const;
};

struct Lesson {
  std::string file;  // as errors name it
  std::string title;
  std::string goal;
  std::uint64_t minutes = 1;
  std::vector<std::uint64_t> needs;
  std::vector<Step> steps;  // one or more

  // What the first block's header says.
  sim::ClusterConfig config;
  bool nodes_given = false;
  std::optional<std::string> disk_images;  // the folder, relative to the lesson's
};

// What may be highlighted: ring, sequence, logs, …
std::span<const std::string_view> panel_names();

struct Parsed {
  std::optional<Lesson> lesson;     // none if there are errors
  std::vector<std::string> errors;  // "FILE:LINE: …" or "FILE:LINE:COL: …", in the order of lines
};

Parsed parse_lesson(std::string_view text, const std::string& file);

// What must be the same in a lesson and its translation and is not; errors name `translation`'s
// file and line.
std::vector<std::string> differences(const Lesson& original, const Lesson& translation);

}  // namespace lesson
