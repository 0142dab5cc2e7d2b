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
  kLessonFollowing,
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
  kTimer,
  kForgetLeader,
  kReadIndex,
  kCrashBeforeSync,
  kCrashAfterSync,
  kCrashMidApply,
  kCrashLoseDisk,
  kDiskFull,
  kDiskWriteError,
  kDiskSyncError,
  kDiskReadError,
  kDiskMisdirect,
  kDiskLie,
  kDiskRotEntry,
  kDiskRotVote,
  kDiskRotKey,
  kDiskOk,
  kMakeVoter,
  kMakeLearner,
  kRemoveMember,
  kAddNode,
  kCompare,
  kFirstDifference,
  kInbox,
  kNextMessage,
  kPreviousMessage,
  kDeliver,
  kDrop,
  kDuplicate,
  kDelay,
  kHoldLink,
  kRing,
  kSequence,
  kBoth,
  kHistory,
  kFold,
  kCause,
  kDemo,
  kFaults,
  kInspector,
  kHeartbeatReplies,
  kDark,
  kLight,
  kProjector,
  kEnglish,
  kChinese,
  kLarger,
  kSmaller,
  kNaturalSize,
  kSettings,
  kTour,
  kPalette,
  kWelcome,
  kKeys,
  kEscape,
};

enum class Menu : std::uint8_t { kFile, kSession, kView, kLesson, kHelp, kNone };

// Where an action on a node stands in its context menu.
enum class NodePage : std::uint8_t { kNone, kFirst, kCrash, kDisk, kMembers };

// Key codes are GLFW's, which are ASCII for letters and digits.
namespace key {
inline constexpr int kSpace = 32, kSlash = 47, k0 = 48, k1 = 49, k9 = 57, kMinus = 45, kEqual = 61;
inline constexpr int kEscape = 256, kEnter = 257, kTab = 258, kBackspace = 259, kDelete = 261;
inline constexpr int kRight = 262, kLeft = 263, kDown = 264, kUp = 265, kPageUp = 266,
                     kPageDown = 267;
inline constexpr int kHome = 268, kEnd = 269, kF1 = 290, kF2 = 291, kF3 = 292, kF4 = 293, kF6 = 295,
                     kF11 = 300;
inline constexpr int kKeypadAdd = 334, kKeypadSubtract = 333, kKeypadEnter = 335;
inline constexpr int kFirstModifier = 340, kLastModifier = 347;
}  // namespace key

// When a key means an action: some keys mean something else while a message is chosen, in the inbox
// view, or while two branches are compared.
enum class KeyScope : std::uint8_t { kAlways, kMessage, kInbox, kCompare };

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
  NodePage page = NodePage::kNone;
  std::string_view brief = {};  // in the menu of a node: "Let its timer fire"
  KeyScope scope = KeyScope::kAlways;
};

std::span<const ActionInfo> action_table();
const ActionInfo& info(Action action);
// What is the case when a key goes down.
struct KeyScopes {
  bool message = false, inbox = false, compare = false;
  bool has(KeyScope scope) const {
    switch (scope) {
      case KeyScope::kAlways:
        return true;
      case KeyScope::kMessage:
        return message;
      case KeyScope::kInbox:
        return inbox;
      case KeyScope::kCompare:
        return compare;
    }
    return false;
  }
};
// The action of a key; nullopt: none.
std::optional<Action> action_of_key(int code, bool control, const KeyScopes& scopes = {});

}  // namespace ui
