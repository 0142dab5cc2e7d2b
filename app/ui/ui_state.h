// What the window itself remembers: choices, open panes, typed text. Nothing of the cluster.
#pragma once

#include <imgui.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/scene/logs.h"
#include "app/scene/ring.h"
#include "app/scene/theme.h"
#include "app/scene/tr.h"
#include "app/ui/actions.h"
#include "app/ui/checks.h"
#include "app/ui/event_log.h"
#include "app/ui/export_state.h"
#include "app/ui/folder.h"

namespace ui {

// How many steps the tour of the window has.
std::size_t tour_steps();

// Pages of the right pane; in a wide window the inspector stands above the others.
enum class Page : std::uint8_t {
  kLogs,
  kInspector,
  kStore,
  kDisk,
  kClients,
  kChecks,
  kEvents,
  kFaults
};

enum class Dialog : std::uint8_t {
  kNone,
  kNew,
  kOpen,
  kSave,
  kOverwrite,
  kExport,
  kKeys,
  kPalette,
  kSettings,
  kStops,
  kBranches
};

// Speeds of play, relative to ten ticks a second.
struct Speed {
  const char* label;
  double factor;
};
inline constexpr std::array<Speed, 15> kSpeeds = {{{"1/200", 0.005},
                                                   {"1/100", 0.01},
                                                   {"1/50", 0.02},
                                                   {"1/20", 0.05},
                                                   {"1/10", 0.1},
                                                   {"1/5", 0.2},
                                                   {"1/2", 0.5},
                                                   {"1", 1},
                                                   {"2", 2},
                                                   {"5", 5},
                                                   {"10", 10},
                                                   {"20", 20},
                                                   {"50", 50},
                                                   {"100", 100},
                                                   {"1000", 1000}}};
inline constexpr double kTicksPerSecond = 10;

struct ConsoleState {
  std::string text;
  std::string error;  // of the last line
  std::string echo;   // the scenario line of the last action
  std::vector<std::string> history;
  std::size_t recalled = 0;             // history.size(): the line being typed
  bool focus = false;                   // take the keyboard in the next frame
  bool awaited = false;                 // it was asked for, and is not there yet
  std::optional<std::size_t> caret_to;  // where it stands in the next frame, nothing selected
  std::size_t caret = 0;
  std::size_t nodes = 0;           // of the cluster, for completion
  std::optional<std::string> put;  // what the field is to hold in the next frame
  bool active = false;
};

struct LogsState {
  bool follow = true;                 // the tail stays in sight
  double first = 1;                   // leftmost index while not following
  std::optional<std::uint64_t> show;  // to be brought into sight by the next frame
  bool wanted = false;                // to the front, where they are a page
  std::optional<std::uint64_t> hovered;
  bool dragging_bar = false;
};

enum class StageView : std::uint8_t { kRing, kSequence, kBoth, kHistory };

struct SequenceState {
  float zoom = 84;     // units a tick
  double left = 0;     // place on the axis at the left edge
  bool follow = true;  // the present stays in sight
  bool fold = true;    // quiet spans are folded
  bool dragged = false;
  std::uint64_t shown = 0;         // the chosen fact, once it was brought into sight
  std::vector<std::uint64_t> lit;  // it and its causes, ascending
};

// Lanes and charts share one span of time.
struct HistoryState {
  double left = 0, ticks = 24;
  bool follow = true;     // the present stays in sight
  bool charts = false;    // where there is room for one of them
  bool terms = false;     // of the charts that of the terms, which has the room to itself
  std::size_t chart = 0;  // the first that is shown, where there is no room for all
  bool dragged = false;
  std::string key;
  std::uint64_t selected = 0, hovered = 0;  // requests
};

struct DialogState {
  Dialog open = Dialog::kNone;
  bool fresh = false;  // opened in this frame
  std::string path;    // or what is looked for in the palette
  int chosen = 0;      // in the palette, or a branch
  std::string seed = "1", nodes = "5";
  std::string error;
  // What lies in the folder of the path.
  bool listed = false;
  std::string folder;
  std::vector<FolderEntry> entries;
  int first = 0;              // row that is shown
  bool caret_to_end = false;  // of the path, in the next frame
};

inline constexpr double kLargestScale = 3;

struct UiState {
  const scene::Theme* theme = &scene::dark_theme();
  double scale = 1;             // as chosen
  double room = kLargestScale;  // the largest that the window has room for
  scene::Language language = scene::Language::kEnglish;
  scene::Target selected, hovered;
  scene::Target menu_target;  // what the open context menu is about
  bool keyboard_focus = false;
  bool playing = false;
  int speed = 3;
  bool reduced_motion = false;
  float pane_width = 0, logs_height = 0;  // as dragged, in units; 0: as the layout has it
  std::optional<std::size_t> tour;        // the step of the tour that is shown
  bool slowed = false;                    // simulation cannot keep pace
  bool faults_open = false;
  bool pane_open = true;
  bool welcome_open = false;
  bool lessons_open = false;  // the list of lessons, in the lesson's place
  bool heartbeat_replies = false;
  struct Demo {
    bool on = false;
    std::string title;              // the last bookmark
    std::size_t place = 0, of = 0;  // it is the place-th of so many
    std::string note;               // what was said since the last event that is told
  };
  Demo demo;
  bool inbox = false;              // while time stands, messages wait beside their receivers
  Page page = Page::kInspector;    // narrow windows
  Page lower_page = Page::kStore;  // wide ones
  ImVec2 menu_at{0, 0};
  NodePage menu_page = NodePage::kFirst;  // of a node's menu
  bool menu_turns = false;                // to another page of itself
  bool context_asked = false;
  ConsoleState console;
  LogsState logs;
  StageView stage_view = StageView::kRing;
  SequenceState sequence;
  HistoryState history;
  DialogState dialog;
  ExportState exporting;
  check::Property check_chosen = check::Property::kElectionSafety;
  bool checks_all = false;          // those that hold are listed below those that broke
  std::size_t unexpected_seen = 0;  // violations that the window has drawn attention to
  double alarm = 0;                 // seconds that the frame still pulses
  bool inspector_folded = false;    // wide windows: only its title, for the checks' sake
  std::optional<HistoryCheck> history_check;
  EventFilter event_filter;
  bool events_follow = true;
  std::string file;    // where the run was saved or opened from; empty: nowhere
  scene::Told told;    // the sentence below the stage; kept while nothing newer is worth one
  std::string notice;  // something for the person to know, in the console's line
  bool quit = false;
};

}  // namespace ui
