#include "app/ui/lesson_run.h"

#include <algorithm>

#include "app/lesson/library.h"
#include "app/lesson/play.h"
#include "app/scene/tr.h"

namespace ui {
namespace {

std::filesystem::file_time_type time_of(const std::string& path) {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(path, error);
  return error ? std::filesystem::file_time_type{} : time;
}

std::string next_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const auto all = lesson::lessons_in(folder.empty() ? "." : folder.string());
  if (!all) return "";
  const std::string name = std::filesystem::path(path).filename().string();
  for (const std::string& other : *all) {
    const std::filesystem::path file(other);
    if (file.parent_path().filename() != folder.filename() && !folder.empty()) continue;
    if (file.filename().string() > name) return other;
  }
  return "";
}

}  // namespace

std::optional<Page> page_named(std::string_view panel) {
  constexpr std::pair<std::string_view, Page> kPages[] = {
      {"inspector", Page::kInspector}, {"disk", Page::kDisk},     {"store", Page::kStore},
      {"clients", Page::kClients},     {"checks", Page::kChecks}, {"events", Page::kEvents}};
  for (const auto& [name, page] : kPages) {
    if (panel == name) return page;
  }
  return std::nullopt;
}

std::optional<Page> LessonRun::focused_page() const {
  std::optional<Page> page;
  const lesson::Focus* focus = walk_.focus();
  if (focus == nullptr) return page;
  for (const lesson::FocusItem& item : focus->items) {
    if (item.kind != lesson::FocusKind::kPanel) continue;
    if (const auto named = page_named(item.panel)) page = named;
  }
  return page;
}

std::vector<LessonEntry> lesson_entries(scene::Language language) {
  std::vector<LessonEntry> out;
  const auto paths = lesson::lessons_in(lesson::lessons_folder());
  if (!paths) return out;
  for (const std::string& original : *paths) {
    if (lesson::is_translation(original)) continue;
    const std::string translated = lesson::translation_path(original);
    const bool chinese =
        language == scene::Language::kChinese && std::filesystem::exists(translated);
    const std::string& path = chinese ? translated : original;
    lesson::Loaded loaded = lesson::load_lesson(path);
    // What is broken is told by whoever opens it.
    lesson::Lesson read =
        loaded.parsed.lesson ? *std::move(loaded.parsed.lesson) : lesson::Lesson{};
    const auto number = lesson::number_of(path);
    out.push_back({path, lesson::name_of(path), number ? std::to_string(*number) : "",
                   read.title.empty() ? lesson::name_of(path) : read.title, read.goal,
                   read.minutes});
  }
  return out;
}

LessonRun::LessonRun(std::string path, lesson::Lesson lesson)
    : path_(std::move(path)),
      next_path_(next_of(path_)),
      walk_(std::move(lesson)),
      written_(time_of(path_)) {}

Result<LessonRun::Opened> LessonRun::open(const std::string& path) {
  lesson::Loaded loaded = lesson::load_lesson(path);
  if (loaded.error) return *loaded.error;
  if (!loaded.parsed.lesson) return Error{Code::kInvalidArgument, loaded.parsed.errors.front()};
  RAFT_TRY_ASSIGN(session::Session session, lesson::boot(*loaded.parsed.lesson));
  return Opened{std::unique_ptr<LessonRun>(new LessonRun(path, *std::move(loaded.parsed.lesson))),
                std::move(session)};
}

std::string LessonRun::number() const {
  const auto number = lesson::number_of(path_);
  return number ? scene::tr("Lesson {1}", *number) : scene::tr("Lesson");
}

bool LessonRun::speak(scene::Language language) {
  const bool chinese = language == scene::Language::kChinese;
  if (lesson::is_translation(path_) == chinese) return true;
  const std::string twin = chinese ? lesson::translation_path(path_) : lesson::original_path(path_);
  lesson::Loaded loaded = lesson::load_lesson(twin);
  if (!loaded.parsed.lesson || !walk_.retell(*std::move(loaded.parsed.lesson))) return false;
  path_ = twin;
  next_path_ = next_of(path_);
  written_ = time_of(path_);
  card_height.clear();
  choice_height.clear();
  const lesson::Focus* focus = walk_.focus();
  focus_line = focus ? std::optional<std::size_t>(focus->line) : std::nullopt;
  return true;
}

void LessonRun::watch_blocks(session::Session& session) {
  walk_.on_block = [this, &session](const lesson::Commands* block) {
    const std::uint64_t event = session.position().events;
    if (block != nullptr && block->doing == lesson::Doing::kHidden) {
      hidden_.emplace_back(event + 1, event);
      hiding_ = true;
    } else if (std::exchange(hiding_, false)) {
      hidden_.back().second = event;
    }
  };
}

bool LessonRun::hides(std::uint64_t event) const {
  if (walk_.finished()) return false;
  return std::any_of(hidden_.begin(), hidden_.end(), [event](const auto& range) {
    return event >= range.first && event <= range.second;
  });
}

bool LessonRun::hides_mistakes() const { return !hidden_.empty() && !walk_.finished(); }

bool LessonRun::changed_on_disk() const {
  const auto now = time_of(path_);
  return now != std::filesystem::file_time_type{} && now != written_;
}

void LessonRun::read_again_later() { written_ = time_of(path_); }

}  // namespace ui
