#include "app/lesson/library.h"

#include <algorithm>
#include <filesystem>

#include "app/scenario/cursor.h"
#include "app/session/recording.h"

namespace lesson {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTranslations = "zh";

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_lesson_file(const fs::path& path) {
  return path.extension() == ".md" && path.filename() != "README.md";
}

}  // namespace

std::string lessons_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  std::vector<fs::path> places;
  if (!error) {
    // build/PRESET/raftarium of a source tree, known by what else lies there.
    for (fs::path up = program; up != up.root_path(); up = up.parent_path()) {
      if (is_folder(up / "lessons") && fs::exists(up / "CMakePresets.json", error)) {
        places.push_back(up / "lessons");
      }
    }
    places.push_back(program.parent_path() / "share" / "raftarium" / "lessons");
  }
  places.emplace_back(RAFTARIUM_LESSONS_INSTALLED);
  for (const fs::path& place : places) {
    if (is_folder(place)) return place.string();
  }
  return "";
}

std::string name_of(const std::string& path) { return fs::path(path).stem().string(); }

std::optional<std::uint64_t> number_of(const std::string& path) {
  const std::string name = name_of(path);
  return scenario::to_number(name.substr(0, name.find('-')));
}

Result<std::vector<std::string>> lessons_in(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_regular_file(error) && is_lesson_file(entry->path())) {
      out.push_back(entry->path().string());
    }
  }
  if (error) return Error{Code::kNotFound, folder + ": cannot be read: " + error.message()};
  if (out.empty()) {
    return Error{Code::kNotFound, folder + ": there is no lesson in it, no NN-name.md"};
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string translation_path(const std::string& path) {
  const fs::path file(path);
  return (file.parent_path() / kTranslations / file.filename()).string();
}

std::string original_path(const std::string& path) {
  const fs::path file(path);
  return (file.parent_path().parent_path() / file.filename()).string();
}

bool is_translation(const std::string& path) {
  return fs::path(path).parent_path().filename() == kTranslations;
}

Result<std::string> picture_path(const std::string& lesson, const std::string& picture) {
  const fs::path file = fs::path(picture).lexically_normal();
  if (picture.empty() || file.is_absolute() || *file.begin() == "..") {
    return Error{Code::kInvalidArgument,
                 "a picture lies beside the lesson, not at '" + picture + "'"};
  }
  const fs::path beside = fs::path(lesson).parent_path() / file;
  std::error_code ignored;
  if (fs::is_regular_file(beside, ignored)) return beside.string();
  if (is_translation(lesson)) {
    const fs::path original = fs::path(original_path(lesson)).parent_path() / file;
    if (fs::is_regular_file(original, ignored)) return original.string();
  }
  return Error{Code::kNotFound, "there is no picture " + beside.string()};
}

Result<std::string> find_lesson(const std::string& name, const std::string& folder) {
  std::error_code ignored;
  if (fs::exists(name, ignored)) return name;
  if (name.find('/') != std::string::npos || fs::path(name).extension() == ".md") {
    return Error{Code::kIo, name + ": there is no such file"};
  }
  if (folder.empty()) {
    return Error{Code::kNotFound, "the program's lessons are not found; name a lesson by its path"};
  }
  RAFT_TRY_ASSIGN(const std::vector<std::string> all, lessons_in(folder));
  const auto number = scenario::to_number(name);
  std::vector<std::string> names;
  for (const std::string& path : all) {
    if (is_translation(path)) continue;
    if (name_of(path) == name || (number && number_of(path) == number)) return path;
    names.push_back(name_of(path));
  }
  std::string what = "there is no lesson '" + name + "'";
  const std::string_view near = scenario::nearest_word(name, {names.begin(), names.end()});
  what += near.empty() ? "; raftarium lesson list shows them"
                       : "; did you mean " + std::string(near) + "?";
  return Error{Code::kNotFound, what};
}

Loaded load_lesson(const std::string& path) {
  // One byte more than is taken, so that what is too large is told as such.
  const auto text = session::read_file(path, 16 * kMaxLessonBytes);
  if (!text) return {{}, text.error()};
  return {parse_lesson(*text, path), std::nullopt};
}

}  // namespace lesson
