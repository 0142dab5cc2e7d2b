#include "app/ui/actions.h"

#include <array>

namespace ui {
namespace {

// clang-format off
constexpr std::array<ActionInfo, 58> kTable = {{
    {Action::kNewRun, Menu::kFile, "file.new", "New run…", "Ctrl+N", 'N', true, "Start again at tick 0", "Same seed and same actions: the same run."},
    {Action::kOpen, Menu::kFile, "file.open", "Open…", "Ctrl+O", 'O', true, "Open a recording or a scenario", "It is played again, and stands at its end.", true},
    {Action::kSave, Menu::kFile, "file.save", "Save recording", "Ctrl+S", 'S', true, "Save this run as a recording", "Seed, settings and every action with its time."},
    {Action::kSaveAs, Menu::kFile, "file.save_as", "Save recording as…", "", 0, false, "Save this run under another name", ""},
    {Action::kExport, Menu::kFile, "file.export", "Export…", "Ctrl+E", 'E', true, "Write a page that plays this run, a picture, a film or data", "For those who do not have the program."},
    {Action::kSaveLesson, Menu::kFile, "file.save_lesson", "Save as lesson…", "", 0, false, "Save this run as the beginning of a lesson", "A step per command, bookmarks and notes as prose; to be gone on with in an editor."},
    {Action::kQuit, Menu::kFile, "file.quit", "Quit", "Ctrl+Q", 'Q', true, "Close the window", "", true},
    {Action::kPlayPause, Menu::kSession, "session.play", "Play or pause", "Space", key::kSpace, false, "Let time pass, or stop it", "Nothing moves while time stands."},
    {Action::kOneEvent, Menu::kSession, "session.event", "One event", "Right", key::kRight, false, "One event: the next delivery, tick or disk sync", "Stops time if it was passing."},
    {Action::kOneTick, Menu::kSession, "session.tick", "One tick", "T", 'T', false, "One tick: everything within one unit of Raft's clock", "Stops time if it was passing."},
    {Action::kEventBack, Menu::kSession, "session.event_back", "One event back", "Left", key::kLeft, false, "One event back", "What lies ahead stays; acting here makes a branch."},
    {Action::kTickBack, Menu::kSession, "session.tick_back", "One tick back", "Down", key::kDown, false, "Back to the whole tick before", ""},
    {Action::kToStart, Menu::kSession, "session.start", "To the beginning", "Home", key::kHome, false, "Back to tick 0", ""},
    {Action::kToTip, Menu::kSession, "session.tip", "To the tip", "End", key::kEnd, false, "To the end of this branch, where time goes on", ""},
    {Action::kPreviousBookmark, Menu::kSession, "session.bookmark_before", "Previous bookmark", "Page Up", key::kPageUp, false, "To the bookmark before", ""},
    {Action::kNextBookmark, Menu::kSession, "session.bookmark_behind", "Next bookmark", "Page Down", key::kPageDown, false, "To the next bookmark", ""},
    {Action::kPreviousElection, Menu::kSession, "session.election_before", "Previous election", "", 0, false, "To the election before", ""},
    {Action::kNextElection, Menu::kSession, "session.election_behind", "Next election", "", 0, false, "To the next election, as far as the tip", ""},
    {Action::kBookmark, Menu::kSession, "session.bookmark", "Bookmark here", "M", 'M', false, "Mark this moment", "Page Up and Page Down go from mark to mark."},
    {Action::kUndo, Menu::kSession, "session.undo", "Undo the last command", "Ctrl+Z", 'Z', true, "Back to before the last command", "A branch without it begins there; the other one stays."},
    {Action::kRedo, Menu::kSession, "session.redo", "Redo", "Ctrl+Y", 'Y', true, "Back to where undo began", ""},
    {Action::kNextBranch, Menu::kSession, "session.next_branch", "Next branch", "N", 'N', false, "Open the next branch of this run", "Each is a future that was tried."},
    {Action::kBranches, Menu::kSession, "session.branches", "Branches…", "Ctrl+B", 'B', true, "All futures of this run: open, name, delete", ""},
    {Action::kStops, Menu::kSession, "session.stops", "Stop when…", "U", 'U', false, "Let time run until something comes true", "Breakpoints: predicates of the scenario language."},
    {Action::kSlower, Menu::kSession, "session.slower", "Slower", "−", key::kMinus, false, "Half the speed", ""},
    {Action::kFaster, Menu::kSession, "session.faster", "Faster", "+", key::kEqual, false, "Twice the speed", ""},
    {Action::kPropose, Menu::kSession, "session.propose", "Write a key…", "/", key::kSlash, false, "Write a key: the console, begun with put", "A client sends it to the leader.", true},
    {Action::kHeal, Menu::kSession, "session.heal", "Heal all links", "H", 'H', false, "Mend every cut and let held messages go on", ""},
    {Action::kCrashOrRestart, Menu::kSession, "session.crash", "Crash or restart the chosen node", "C", 'C', false, "Crash the chosen node, or restart it from its disk", "A crash loses what the disk has not synced.", true},
    {Action::kPauseOrResume, Menu::kSession, "session.pause_node", "Pause or resume the chosen node", "P", 'P', false, "Stop the chosen node without losing its memory, or let it run on", ""},
    {Action::kCampaign, Menu::kSession, "session.campaign", "Let the chosen node campaign", "E", 'E', false, "The chosen node starts an election now", "As if its election timer had fired."},
    {Action::kTransfer, Menu::kSession, "session.transfer", "Hand leadership to the chosen node", "L", 'L', false, "The leader hands leadership to the chosen node", "It brings the node up to date, then tells it to campaign."},
    {Action::kCutOff, Menu::kSession, "session.cut_off", "Cut off the chosen node", "X", 'X', false, "Part the chosen node from all others", ""},
    {Action::kRing, Menu::kView, "view.ring", "Ring", "R", 'R', false, "The nodes in a ring, messages flying between them", ""},
    {Action::kSequence, Menu::kView, "view.sequence", "Sequence", "S", 'S', false, "A line per node, time to the right, an arrow per message", "The wheel zooms, dragging moves."},
    {Action::kBoth, Menu::kView, "view.both", "Ring and sequence", "B", 'B', false, "The ring and the sequence side by side", ""},
    {Action::kFold, Menu::kView, "view.fold", "Fold quiet spans", "", 0, false, "Where nothing but heartbeats goes on the sequence is folded", ""},
    {Action::kCause, Menu::kView, "view.cause", "Choose the cause", "W", 'W', false, "Walk back from the chosen fact to what caused it", "", true},
    {Action::kFaults, Menu::kView, "view.faults", "Faults", "F3", key::kF3, false, "Faults: links, network, nodes", "", true},
    {Action::kInspector, Menu::kView, "view.inspector", "Inspector", "F4", key::kF4, false, "The pane at the right", ""},
    {Action::kHeartbeatReplies, Menu::kView, "view.heartbeat_replies", "Heartbeat answers", "", 0, false, "Show the answers to heartbeats", ""},
    {Action::kDark, Menu::kView, "view.dark", "Dark", "", 0, false, "Dark theme", "", true},
    {Action::kLight, Menu::kView, "view.light", "Light", "", 0, false, "Light theme", ""},
    {Action::kProjector, Menu::kView, "view.projector", "Projector", "", 0, false, "Projector theme: larger, stronger lines", ""},
    {Action::kLarger, Menu::kView, "view.larger", "Larger", "Ctrl++", key::kEqual, true, "Larger text and shapes, up to 300 %", "", true},
    {Action::kSmaller, Menu::kView, "view.smaller", "Smaller", "Ctrl+−", key::kMinus, true, "Smaller text and shapes, down to 75 %", ""},
    {Action::kNaturalSize, Menu::kView, "view.natural", "Natural size", "Ctrl+0", key::k0, true, "Back to 100 %", ""},
    {Action::kLessons, Menu::kLesson, "lesson.list", "Lessons…", "F2", key::kF2, false, "The lessons that come with the program", ""},
    {Action::kLessonNext, Menu::kLesson, "lesson.menu_next", "Next step", "Page Down", 0, false, "On in the lesson", "A prediction is skipped, an open task is shown.", true},
    {Action::kLessonBack, Menu::kLesson, "lesson.menu_back", "Step before", "Page Up", 0, false, "Back to the step before, and to its moment", ""},
    {Action::kLessonHint, Menu::kLesson, "lesson.menu_hint", "Hint", "", 0, false, "Show the hint of this step, or hide it", ""},
    {Action::kLessonReturn, Menu::kLesson, "lesson.menu_return", "Back to the lesson", "", 0, false, "To where the lesson stands", "What you did stays, as a branch."},
    {Action::kLessonOwnRun, Menu::kLesson, "lesson.menu_own_run", "The lesson's own run", "", 0, false, "Play the lesson up to here with its own answers", "Your run stays, as a branch."},
    {Action::kLessonClose, Menu::kLesson, "lesson.menu_close", "Close the lesson", "", 0, false, "Close the lesson; the run stays", "", true},
    {Action::kPalette, Menu::kHelp, "help.palette", "Find a command…", "Ctrl+P", 'P', true, "Everything that can be done, found by typing", ""},
    {Action::kWelcome, Menu::kHelp, "help.welcome", "Welcome", "F1", key::kF1, false, "The card of the first start", ""},
    {Action::kKeys, Menu::kHelp, "help.keys", "Keys", "", 0, false, "Every key", ""},
    {Action::kEscape, Menu::kNone, "escape", "Close, or choose nothing", "Esc", key::kEscape, false, "", ""},
}};
// clang-format on

}  // namespace

std::span<const ActionInfo> action_table() { return kTable; }

const ActionInfo& info(Action action) {
  for (const ActionInfo& row : kTable) {
    if (row.action == action) return row;
  }
  return kTable.back();
}

std::optional<Action> action_of_key(int code, bool control) {
  for (const ActionInfo& row : kTable) {
    if (row.code != 0 && row.code == code && row.control == control) return row.action;
  }
  return std::nullopt;
}

}  // namespace ui
