// The lesson that is open in the window: how far the learner is, and what the pane remembers.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/lesson/walkthrough.h"
#include "app/ui/ui_state.h"

namespace ui {

// A lesson that can be opened.
struct LessonEntry {
  std::string path, name, number, title, goal;
  std::uint64_t minutes = 0;
};
// Those that come with the program, in the language if there is a translation.
std::vector<LessonEntry> lesson_entries(scene::Language language);

// "disk", as a focus names it; nullopt: it names no page.
std::optional<Page> page_named(std::string_view panel);

class LessonRun {
 public:
  // Reads the lesson and boots its cluster; the first step is begun by begin().
  struct Opened;
  static Result<Opened> open(const std::string& path);

  lesson::Walkthrough& walk() { return walk_; }
  const lesson::Walkthrough& walk() const { return walk_; }
  const std::string& path() const { return path_; }
  // "Lesson 3" if the file has a number.
  std::string number() const;
  // The next one in the folder; empty: there is none.
  const std::string& next_path() const { return next_path_; }

  // The lesson in another language, if it is there; the run stays as it is. False: it is not.
  bool speak(scene::Language language);

  // To be told about what is played on `session`, which must outlive it.
  void watch_blocks(session::Session& session);
  // The last page that the focus of the shown step names.
  std::optional<Page> focused_page() const;
  // Whether the event is part of a block that is hidden until the lesson ends.
  bool hides(std::uint64_t event) const;
  bool hides_mistakes() const;

  // The file has changed since it was read.
  bool changed_on_disk() const;
  void read_again_later();  // it is being written: what is there now was looked at

  // --- What the pane remembers.
  std::string error;         // a block that failed; empty: none
  bool own_run = false;      // it failed in the lesson's own run: the file is at fault
  bool hint_shown = false;   // in this step
  bool lines_shown = false;  // all lines of the blocks
  bool to_top = true;        // scroll there in the next frame
  int to_end = 0;            // frames in which to scroll to what came last
  std::size_t new_from = 0;  // the first part that came last, or whose prediction was answered
  bool fresh = true;         // no frame has shown it yet
  std::size_t shown_step = 0, shown_parts = 0;  // in the last frame
  const lesson::Predict* shown_asked = nullptr;
  std::optional<std::size_t> focus_line;  // that the pages were turned to
  float spare = 0;                        // of the pane's height; below 0 it scrolls
  bool away = false;                      // the session is not where the lesson is
  // Heights in the frame before, of boxes that are drawn below what they hold.
  float hint_height = 0;
  std::map<std::size_t, float> card_height;                            // by the predict's line
  std::map<std::pair<std::size_t, std::size_t>, float> choice_height;  // and choice

 private:
  LessonRun(std::string path, lesson::Lesson lesson);
  std::string path_;
  std::string next_path_;
  lesson::Walkthrough walk_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> hidden_;  // events, first and last
  bool hiding_ = false;                                          // such a block is being played
  std::filesystem::file_time_type written_;
};

struct LessonRun::Opened {
  std::unique_ptr<LessonRun> run;
  session::Session session;
};

}  // namespace ui
