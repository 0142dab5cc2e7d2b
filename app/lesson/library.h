// Where lessons lie, and what they are called.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/lesson/lesson.h"

namespace lesson {

// The folder of the lessons that come with the program: beside the source tree of a build, else
// share/raftarium/lessons of where it is installed. Empty: there is none.
std::string lessons_folder();

// "01-first-election" of lessons/01-first-election.md; its number, if it begins with one.
std::string name_of(const std::string& path);
std::optional<std::uint64_t> number_of(const std::string& path);

// The lessons in a folder and in those below it, by name; a README.md is none. Errors: kNotFound.
Result<std::vector<std::string>> lessons_in(const std::string& folder);

// lessons/zh/NN-name.md for lessons/NN-name.md, and the other way round; whether or not it is
// there.
std::string translation_path(const std::string& path);
std::string original_path(const std::string& path);
bool is_translation(const std::string& path);
// Where a picture of this lesson lies: beside it, or else beside its original. Errors: it is
// nowhere there, or is meant to lie elsewhere.
Result<std::string> picture_path(const std::string& lesson, const std::string& picture);

// A path, a number, or a name of `folder`'s lessons, as a path. Errors: kNotFound.
Result<std::string> find_lesson(const std::string& name, const std::string& folder);

// A file read and parsed. `error`: it cannot be read.
struct Loaded {
  Parsed parsed;
  std::optional<Error> error;
};
Loaded load_lesson(const std::string& path);

}  // namespace lesson
