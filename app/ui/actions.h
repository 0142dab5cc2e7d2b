// The one table of what can be done: menus, keys, tooltips and help all read it. Application
// commands (Open) and time commands (one event) are no sim::Command; what is done to the cluster
// is.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ui {

enum class Action : std::uint8_t {
  kNewRun,
  kOpen,
  kSave,
  kSaveAs,
  kSaveLesson,
  kExport,
  kQuit,
  kPlayPause,
  kOneEvent,
  kOneTick,
  kEventBack,
  kTickBack,
  kToStart,
  kToTip,
  kPreviousBookmark,
  kNextBookmark,
  kPreviousElection,
  kNextElection,
  kBookmark,
  kUndo,
  kRedo,
  kNextBranch,
  kBranches,
  kStops,
  kLessons,
  kLessonNext,
  kLessonBack,
  kLessonHint,
  kLessonReturn,
  kLessonOwnRun,
  kLessonClose,
  kSlower,
  kFaster,
  kPropose,
  kHeal,
  kCrashOrRestart,
  kPauseOrResume,
  kCampaign,
  kTransfer,
  kCutOff,
  kRing,
  kSequence,
  kBoth,
  kFold,
  kCause,
  kFaults,
  kInspector,
  kHeartbeatReplies,
  kDark,
  kLight,
  kProjector,
  kLarger,
  kSmaller,
  kNaturalSize,
  kPalette,
  kWelcome,
  kKeys,
  kEscape,
};

enum class Menu : std::uint8_t { kFile, kSession, kView, kLesson, kHelp, kNone };

// Key codes are GLFW's, which are ASCII for letters and digits.
namespace key {
inline constexpr int kSpace = 32, kSlash = 47, k0 = 48, k1 = 49, k9 = 57, kMinus = 45, kEqual = 61;
inline constexpr int kEscape = 256, kEnter = 257, kTab = 258, kBackspace = 259, kDelete = 261;
inline constexpr int kRight = 262, kLeft = 263, kDown = 264, kUp = 265, kPageUp = 266,
                     kPageDown = 267;
inline constexpr int kHome = 268, kEnd = 269, kF1 = 290, kF2 = 291, kF3 = 292, kF4 = 293;
inline constexpr int kKeypadAdd = 334, kKeypadSubtract = 333, kKeypadEnter = 335;
}  // namespace key

struct ActionInfo {
  Action action;
  Menu menu;
  std::string_view name;  // of its widgets: "session.play"
  std::string_view label;
  std::string_view keys;  // as shown; empty: none
  int code = 0;           // key code; 0: none
  bool control = false;
  std::string_view what;  // tooltip: what it is
  std::string_view more;  // tooltip: what follows
  bool separator_before = false;
};

std::span<const ActionInfo> action_table();
const ActionInfo& info(Action action);
// The action of a key; nullopt: none.
std::optional<Action> action_of_key(int code, bool control);

}  // namespace ui
