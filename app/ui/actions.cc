#include "app/ui/actions.h"

#include <array>

namespace ui {
namespace {

// clang-format off
constexpr auto kTable = std::to_array<ActionInfo>({
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
    {Action::kCompare, Menu::kSession, "session.compare", "Compare with another branch", "V", 'V', false, "This branch and another side by side, at the same tick", "Again: the next branch; Esc ends it."},
    {Action::kFirstDifference, Menu::kNone, "compare.first", "Go to the first difference", "N", 'N', false, "While two branches are compared: to where they part", "", false, NodePage::kNone, "", KeyScope::kCompare},
    {Action::kSlower, Menu::kSession, "session.slower", "Slower", "−", key::kMinus, false, "Half the speed", ""},
    {Action::kFaster, Menu::kSession, "session.faster", "Faster", "+", key::kEqual, false, "Twice the speed", ""},
    {Action::kPropose, Menu::kSession, "session.propose", "Write a key…", "/", key::kSlash, false, "To the console: put x 1 writes a key", "A client sends it to the leader.", true},
    {Action::kHeal, Menu::kSession, "session.heal", "Heal all links", "H", 'H', false, "Mend every cut and let held messages go on", ""},
    {Action::kCrashOrRestart, Menu::kSession, "session.crash", "Crash or restart the chosen node", "C", 'C', false, "Crash the chosen node, or restart it from its disk", "A crash loses what the disk has not synced.", true, NodePage::kFirst, "Crash it"},
    {Action::kPauseOrResume, Menu::kSession, "session.pause", "Pause or resume the chosen node", "P", 'P', false, "Stop the chosen node without losing its memory, or let it run on", "", false, NodePage::kFirst, "Pause it"},
    {Action::kCampaign, Menu::kSession, "session.campaign", "Let the chosen node campaign", "E", 'E', false, "The chosen node starts an election now", "As if its election timer had fired.", false, NodePage::kFirst, "Let it campaign"},
    {Action::kTransfer, Menu::kSession, "session.transfer", "Hand leadership to the chosen node", "L", 'L', false, "The leader hands leadership to the chosen node", "It brings the node up to date, then tells it to campaign.", false, NodePage::kFirst, "Hand leadership to it"},
    {Action::kCutOff, Menu::kSession, "session.cut_off", "Cut off the chosen node", "X", 'X', false, "Part the chosen node from all others", "", false, NodePage::kFirst, "Cut it off"},
    {Action::kTimer, Menu::kNone, "node.timer", "Let the timer of the chosen node fire", "F", 'F', false, "The election timer of the chosen node fires at its next tick", "It campaigns then, if it may.", false, NodePage::kFirst, "Let its timer fire"},
    {Action::kForgetLeader, Menu::kNone, "node.forget_leader", "Let the chosen node forget its leader", "", 0, false, "The chosen node no longer knows whom it follows", "With check-quorum it may vote sooner then.", false, NodePage::kFirst, "Let it forget its leader"},
    {Action::kReadIndex, Menu::kNone, "node.read_index", "Ask the chosen node for a read index", "", 0, false, "Ask from which index on a read would be right", "A follower asks its leader.", true, NodePage::kFirst, "Ask it for a read index"},
    {Action::kCrashBeforeSync, Menu::kNone, "node.crash_before_sync", "Crash the chosen node before its next sync", "", 0, false, "It crashes when its next write is not yet durable", "What it wrote is lost.", false, NodePage::kCrash, "Crash it before its next sync"},
    {Action::kCrashAfterSync, Menu::kNone, "node.crash_after_sync", "Crash the chosen node after its next sync", "", 0, false, "It crashes when its next write is durable, before anybody hears of it", "", false, NodePage::kCrash, "Crash it after its next sync"},
    {Action::kCrashMidApply, Menu::kNone, "node.crash_mid_apply", "Crash the chosen node while it applies", "", 0, false, "It crashes when its next apply is written and not durable", "", false, NodePage::kCrash, "Crash it while it applies"},
    {Action::kCrashLoseDisk, Menu::kNone, "node.crash_lose_disk", "Crash the chosen node and lose its disk", "", 0, false, "It crashes, and its disk is empty then", "Raft does not allow that under the same name.", true, NodePage::kCrash, "Crash it and lose its disk"},
    {Action::kDiskFull, Menu::kNone, "node.disk_full", "Fill the disk of the chosen node", "", 0, false, "Nothing more can be written", "", false, NodePage::kDisk, "Fill its disk"},
    {Action::kDiskWriteError, Menu::kNone, "node.disk_write_error", "Let the disk of the chosen node fail a write", "", 0, false, "The next write fails", "", false, NodePage::kDisk, "Let its disk fail a write"},
    {Action::kDiskSyncError, Menu::kNone, "node.disk_sync_error", "Let the disk of the chosen node fail a sync", "", 0, false, "The next sync fails", "What was to be synced may be on the disk or not.", false, NodePage::kDisk, "Let its disk fail a sync"},
    {Action::kDiskReadError, Menu::kNone, "node.disk_read_error", "Let the disk of the chosen node fail reads", "", 0, false, "The next read fails", "", false, NodePage::kDisk, "Let its disk fail a read"},
    {Action::kDiskMisdirect, Menu::kNone, "node.disk_misdirect", "Let the disk of the chosen node write to a wrong place", "", 0, false, "The next write goes to a wrong place", "", false, NodePage::kDisk, "Let its disk write to a wrong place"},
    {Action::kDiskLie, Menu::kNone, "node.disk_lie", "Let the disk of the chosen node lie about syncs", "", 0, false, "It says that data is durable before it is", "A crash shows it.", false, NodePage::kDisk, "Let its disk lie about syncs"},
    {Action::kDiskRotEntry, Menu::kNone, "node.rot_entry", "Rot the newest entry on the disk of the chosen node", "", 0, false, "The newest durable entry rots", "Nobody sees it until it is read.", true, NodePage::kDisk, "Rot its newest entry"},
    {Action::kDiskRotVote, Menu::kNone, "node.rot_vote", "Rot term and vote on the disk of the chosen node", "", 0, false, "Term and vote rot", "Nobody sees it until they are read.", false, NodePage::kDisk, "Rot its term and vote"},
    {Action::kDiskRotKey, Menu::kNone, "node.rot_key", "Rot a key on the disk of the chosen node", "", 0, false, "The first key of its store rots", "Nobody sees it until it is read.", false, NodePage::kDisk, "Rot a key of its store"},
    {Action::kDiskOk, Menu::kNone, "node.disk_ok", "Mend the disk of the chosen node", "", 0, false, "Its disk works again", "What has rotted stays so.", true, NodePage::kDisk, "Mend its disk"},
    {Action::kMakeVoter, Menu::kNone, "node.make_voter", "Make the chosen node a voter", "", 0, false, "The leader proposes that the chosen node votes", "", false, NodePage::kMembers, "Make it a voter"},
    {Action::kMakeLearner, Menu::kNone, "node.make_learner", "Make the chosen node a learner", "", 0, false, "The leader proposes that the chosen node learns and does not vote", "", false, NodePage::kMembers, "Make it a learner"},
    {Action::kRemoveMember, Menu::kNone, "node.remove_member", "Remove the chosen node from the cluster", "", 0, false, "The leader proposes that the chosen node is no member any more", "", false, NodePage::kMembers, "Remove it from the cluster"},
    {Action::kAddNode, Menu::kNone, "node.add_node", "Add a node to the cluster", "", 0, false, "A new node with an empty log; the leader proposes it as a voter", "", true, NodePage::kMembers, "Add another node"},
    {Action::kRing, Menu::kView, "view.ring", "Ring", "R", 'R', false, "The nodes in a ring, messages flying between them", ""},
    {Action::kSequence, Menu::kView, "view.sequence", "Sequence", "S", 'S', false, "A line per node, time to the right, an arrow per message", "The wheel zooms, dragging moves."},
    {Action::kBoth, Menu::kView, "view.both", "Ring and sequence", "B", 'B', false, "The ring and the sequence side by side", ""},
    {Action::kHistory, Menu::kView, "view.history", "History and charts", "Y", 'Y', false, "What clients asked, as bars; latency, messages, lag and log length", ""},
    {Action::kInbox, Menu::kView, "view.inbox", "Inbox", "I", 'I', false, "While time stands, messages wait beside their receivers", "Enter delivers the chosen one, Del drops it, Up and Down choose.", true},
    {Action::kNextMessage, Menu::kNone, "message.next", "Choose the next message", "Down", key::kDown, false, "In the inbox: the message that is due next", "", false, NodePage::kNone, "", KeyScope::kInbox},
    {Action::kPreviousMessage, Menu::kNone, "message.previous", "Choose the message before", "Up", key::kUp, false, "In the inbox: the message that is due before", "", false, NodePage::kNone, "", KeyScope::kInbox},
    {Action::kDeliver, Menu::kNone, "message.deliver", "Deliver the chosen message", "Enter", key::kEnter, false, "The chosen message arrives now", "", false, NodePage::kNone, "", KeyScope::kMessage},
    {Action::kDrop, Menu::kNone, "message.drop", "Drop the chosen message", "Del", key::kDelete, false, "The chosen message is lost", "", false, NodePage::kNone, "", KeyScope::kMessage},
    {Action::kDuplicate, Menu::kNone, "message.duplicate", "Duplicate the chosen message", "D", 'D', false, "A copy of the chosen message, due at the same instant", "", false, NodePage::kNone, "", KeyScope::kMessage},
    {Action::kDelay, Menu::kNone, "message.delay", "Delay the chosen message by 5 ticks", "L", 'L', false, "The chosen message is due 5 ticks later", "", false, NodePage::kNone, "", KeyScope::kMessage},
    {Action::kHoldLink, Menu::kNone, "message.hold", "Hold or release the link of the chosen message", "K", 'K', false, "Messages from its sender to its receiver wait, or go on", "", false, NodePage::kNone, "", KeyScope::kMessage},
    {Action::kFold, Menu::kView, "view.fold", "Fold quiet spans", "", 0, false, "Where nothing but heartbeats goes on the sequence is folded", ""},
    {Action::kCause, Menu::kView, "view.cause", "Choose the cause", "W", 'W', false, "Walk back from the chosen fact to what caused it", "", true},
    {Action::kDemo, Menu::kView, "view.demo", "Demo mode", "F11", key::kF11, false, "The ring alone in large type, with captions", "Page Up goes back to the last bookmark, Page Down on; Esc ends it."},
    {Action::kFaults, Menu::kView, "view.faults", "Faults", "F3", key::kF3, false, "Faults: links, network, nodes", "", true},
    {Action::kInspector, Menu::kView, "view.inspector", "Inspector", "F4", key::kF4, false, "The pane at the right", ""},
    {Action::kHeartbeatReplies, Menu::kView, "view.heartbeat_replies", "Heartbeat answers", "", 0, false, "Show the answers to heartbeats", ""},
    {Action::kDark, Menu::kView, "view.dark", "Dark", "", 0, false, "Dark theme", "", true},
    {Action::kLight, Menu::kView, "view.light", "Light", "", 0, false, "Light theme", ""},
    {Action::kProjector, Menu::kView, "view.projector", "Projector", "", 0, false, "Projector theme: larger, stronger lines", ""},
    {Action::kEnglish, Menu::kView, "view.english", "English", "", 0, false, "English words", "", true},
    {Action::kChinese, Menu::kView, "view.chinese", "中文", "", 0, false, "Chinese words", ""},
    {Action::kLarger, Menu::kView, "view.larger", "Larger", "Ctrl++", key::kEqual, true, "Larger text and shapes, up to 300 %", "", true},
    {Action::kSmaller, Menu::kView, "view.smaller", "Smaller", "Ctrl+−", key::kMinus, true, "Smaller text and shapes, down to 75 %", ""},
    {Action::kNaturalSize, Menu::kView, "view.natural", "Natural size", "Ctrl+0", key::k0, true, "Back to 100 %", ""},
    {Action::kSettings, Menu::kView, "view.settings", "Settings…", "Ctrl+,", ',', true, "Theme, size, language, motion", "They are kept for the next start.", true},
    {Action::kLessons, Menu::kLesson, "lesson.list", "Lessons…", "F2", key::kF2, false, "The lessons that come with the program", ""},
    {Action::kLessonNext, Menu::kLesson, "lesson.menu_next", "Next step", "Page Down", 0, false, "On in the lesson", "A prediction is skipped, an open task is shown.", true},
    {Action::kLessonFollowing, Menu::kLesson, "lesson.menu_following", "Next lesson", "", 0, false, "Open the lesson that follows", ""},
    {Action::kLessonBack, Menu::kLesson, "lesson.menu_back", "Step before", "Page Up", 0, false, "Back to the step before, and to its moment", ""},
    {Action::kLessonHint, Menu::kLesson, "lesson.menu_hint", "Hint", "", 0, false, "Show the hint of this step, or hide it", ""},
    {Action::kLessonReturn, Menu::kLesson, "lesson.menu_return", "Back to the lesson", "", 0, false, "To where the lesson stands", "What you did stays, as a branch."},
    {Action::kLessonOwnRun, Menu::kLesson, "lesson.menu_own_run", "The lesson's own run", "", 0, false, "Play the lesson up to here with its own answers", "Your run stays, as a branch."},
    {Action::kLessonClose, Menu::kLesson, "lesson.menu_close", "Close the lesson", "", 0, false, "Close the lesson; the run stays", "", true},
    {Action::kPalette, Menu::kHelp, "help.palette", "Find a command…", "Ctrl+P", 'P', true, "Everything that can be done, found by typing", ""},
    {Action::kWelcome, Menu::kHelp, "help.welcome", "Welcome", "F1", key::kF1, false, "The card of the first start", ""},
    {Action::kTour, Menu::kHelp, "help.tour", "Tour of the window", "", 0, false, "What is where, in seven steps", ""},
    {Action::kKeys, Menu::kHelp, "help.keys", "Keys", "", 0, false, "Every key", ""},
    {Action::kEscape, Menu::kNone, "escape", "Close, or choose nothing", "Esc", key::kEscape, false, "", ""},
});
// clang-format on

}  // namespace

std::span<const ActionInfo> action_table() { return kTable; }

const ActionInfo& info(Action action) {
  for (const ActionInfo& row : kTable) {
    if (row.action == action) return row;
  }
  return kTable.back();
}

std::optional<Action> action_of_key(int code, bool control, const KeyScopes& scopes) {
  std::optional<Action> found;
  KeyScope best = KeyScope::kAlways;
  for (const ActionInfo& row : kTable) {
    if (row.code == 0 || row.code != code || row.control != control || !scopes.has(row.scope))
      continue;
    if (found && row.scope <= best) continue;
    found = row.action;
    best = row.scope;
  }
  return found;
}

}  // namespace ui
