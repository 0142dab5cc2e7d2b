// raftarium lesson: list, check and play lessons.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>

#include "app/cli/arguments.h"
#include "app/cli/output.h"
#include "app/lesson/library.h"
#include "app/lesson/play.h"
#include "app/lesson/text_play.h"
#include "app/lesson/wrap.h"
#include "app/session/state_json.h"
#ifdef RAFTARIUM_HAS_PICTURES
#include "app/ui/window.h"
#endif

namespace cli {
namespace {

namespace fs = std::filesystem;

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// en or zh. Error: something else.
Result<std::string> language_of(const Arguments& arguments, std::string usual) {
  const std::string language = arguments.value("--lang").value_or(std::move(usual));
  if (language == "en" || language == "zh") return language;
  return Error{Code::kInvalidArgument, "--lang expects en or zh, found '" + language + "'"};
}

Result<std::string> program_lessons() {
  const std::string folder = lesson::lessons_folder();
  if (!folder.empty()) return folder;
  return Error{Code::kNotFound,
               "the lessons of the program are not found, neither beside its source nor in "
               "share/raftarium/lessons; name a file or a folder"};
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t columns = lesson::columns_of(text);
  if (columns < width) text.append(width - columns, ' ');
  return text;
}

std::string json_line(const std::string& path, const lesson::Lesson& read) {
  std::string needs;
  for (const std::uint64_t need : read.needs) {
    needs += (needs.empty() ? "" : ",") + std::to_string(need);
  }
  return "{\"lesson\":" + session::json_string(lesson::name_of(path)) +
         ",\"title\":" + session::json_string(read.title) +
         ",\"goal\":" + session::json_string(read.goal) +
         ",\"minutes\":" + std::to_string(read.minutes) + ",\"needs\":[" + needs +
         "],\"file\":" + session::json_string(path) + "}";
}

// What was found out about one file.
struct Verdict {
  std::string path;
  bool readable = true;
  bool syntax = true;
  std::optional<lesson::Lesson> read;
  std::vector<std::string> errors;
  std::vector<std::string> notes;
};

Verdict examine(const std::string& path) {
  lesson::Loaded loaded = lesson::load_lesson(path);
  Verdict out;
  out.path = path;
  if (loaded.error) {
    out.readable = false;
    out.errors.push_back(loaded.error->message);
    return out;
  }
  out.errors = std::move(loaded.parsed.errors);
  out.syntax = out.errors.empty();
  if (!out.syntax) return out;
  out.read = std::move(loaded.parsed.lesson);
  lesson::Checked run = lesson::check_run(*out.read);
  out.errors = std::move(run.errors);
  out.notes = std::move(run.notes);
  return out;
}

// A lesson that is needed lies beside it.
void look_for_needs(const std::string& path, Verdict& verdict) {
  const std::string folder = fs::path(path).parent_path().string();
  const auto beside = lesson::lessons_in(folder.empty() ? "." : folder);
  if (!beside) return;
  for (const std::uint64_t need : verdict.read->needs) {
    const bool found = std::any_of(beside->begin(), beside->end(), [&](const std::string& other) {
      return lesson::number_of(other) == need;
    });
    if (!found) {
      verdict.notes.push_back(path + ": needs lesson " + std::to_string(need) +
                              ", which does not lie beside it");
    }
  }
}

// Pictures lie beside the lesson and can be drawn.
void look_for_pictures(const std::string& path, Verdict& verdict) {
  const auto look = [&](const std::vector<lesson::Block>& blocks) {
    for (const lesson::Block& block : blocks) {
      if (block.kind != lesson::BlockKind::kPicture) continue;
      const auto file = lesson::picture_path(path, block.code);
      Status fine = file ? ok() : Status(file.error());
#ifdef RAFTARIUM_HAS_PICTURES
      if (file) fine = ui::check_picture(*file);
#endif
      if (!fine) {
        verdict.errors.push_back(path + ":" + std::to_string(block.line) + ": " +
                                 fine.error().message);
      }
    }
  };
  for (const lesson::Step& step : verdict.read->steps) {
    for (const lesson::Part& part : step.parts) {
      if (const auto* prose = std::get_if<lesson::Prose>(&part)) look(prose->blocks);
      if (const auto* hint = std::get_if<lesson::Hint>(&part)) look(hint->blocks);
    }
  }
}

// With its original or, if that is not among what is checked, its translation.
void compare(Verdict& verdict, const std::set<std::string>& among) {
  const bool translation = lesson::is_translation(verdict.path);
  const std::string other =
      translation ? lesson::original_path(verdict.path) : lesson::translation_path(verdict.path);
  if (!exists(other)) {
    if (translation) verdict.notes.push_back(verdict.path + ": there is no " + other);
    const std::string folder = fs::path(other).parent_path().string();
    if (!translation && exists(folder)) {
      verdict.notes.push_back(verdict.path + ": there is no translation " + other);
    }
    return;
  }
  if (!translation && among.contains(other)) return;
  const lesson::Loaded loaded = lesson::load_lesson(other);
  if (!loaded.parsed.lesson) {
    if (!among.contains(other)) verdict.notes.push_back(other + ": cannot be compared; check it");
    return;
  }
  const lesson::Lesson& twin = *loaded.parsed.lesson;
  for (std::string& error : translation ? lesson::differences(twin, *verdict.read)
                                        : lesson::differences(*verdict.read, twin)) {
    verdict.errors.push_back(std::move(error));
  }
}

Result<std::vector<std::string>> files_of(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  std::vector<std::string> places = words;
  if (places.empty()) {
    RAFT_TRY_ASSIGN(std::string folder, program_lessons());
    places.push_back(std::move(folder));
  }
  for (const std::string& place : places) {
    std::error_code ignored;
    if (!fs::is_directory(place, ignored)) {
      out.push_back(place);
      continue;
    }
    RAFT_TRY_ASSIGN(const std::vector<std::string> found, lesson::lessons_in(place));
    out.insert(out.end(), found.begin(), found.end());
  }
  std::set<std::string> seen;
  std::erase_if(out, [&seen](const std::string& path) { return !seen.insert(path).second; });
  return out;
}

void print_verdict(const Verdict& verdict, bool json) {
  if (json) {
    std::string errors;
    for (const std::string& error : verdict.errors) {
      errors += (errors.empty() ? "" : ",") + session::json_string(error);
    }
    print_line_now("{\"lesson\":" + session::json_string(verdict.path) + ",\"ok\":" +
                   (verdict.errors.empty() ? "true" : "false") + ",\"errors\":[" + errors + "]}");
  } else if (verdict.errors.empty()) {
    print_line_now("true   " + verdict.path);
  } else {
    print_line_now("FALSE  " + verdict.path);
  }
  for (const std::string& error : verdict.errors) message(error);
  for (const std::string& note : verdict.notes) message("note: " + note);
}

}  // namespace

Exit lesson_list_command(const Arguments& arguments) {
  const auto language = language_of(arguments, "en");
  if (!language) return fail(Exit::kUsage, language.error());
  const auto folder = program_lessons();
  if (!folder) return fail(Exit::kFile, folder.error());
  const auto paths = lesson::lessons_in(*folder);
  if (!paths) return fail(Exit::kFile, paths.error());
  for (const std::string& path : *paths) {
    if (lesson::is_translation(path) != (*language == "zh")) continue;
    const lesson::Loaded loaded = lesson::load_lesson(path);
    if (!loaded.parsed.lesson) {
      message(loaded.error ? loaded.error->message : loaded.parsed.errors.front());
      continue;
    }
    const lesson::Lesson& read = *loaded.parsed.lesson;
    if (arguments.has("--json")) {
      print_line(json_line(path, read));
    } else {
      print_line(padded(lesson::name_of(path), 28) + " " +
                 padded(std::to_string(read.minutes) + " min", 8) + read.title);
    }
  }
  return Exit::kOk;
}

Exit lesson_check_command(const Arguments& arguments) {
  const auto files = files_of(arguments.rest());
  if (!files) return fail(Exit::kFile, files.error());
  const std::set<std::string> among(files->begin(), files->end());
  const bool json = arguments.has("--json");
  Exit exit = Exit::kOk;
  std::size_t wrong = 0;
  for (const std::string& path : *files) {
    Verdict verdict = examine(path);
    if (verdict.read) {
      look_for_needs(path, verdict);
      look_for_pictures(path, verdict);
      compare(verdict, among);
    }
    print_verdict(verdict, json);
    if (verdict.errors.empty()) continue;
    ++wrong;
    // Of several kinds: what cannot be read at all, then syntax, then what is not true.
    const Exit kind = !verdict.readable ? Exit::kFile
                      : !verdict.syntax ? Exit::kUsage
                                        : Exit::kFailed;
    if (exit == Exit::kOk || exit == Exit::kFailed || kind == Exit::kFile) exit = kind;
  }
  if (!json && files->size() > 1) {
    print_line(std::to_string(files->size() - wrong) + " of " + std::to_string(files->size()) +
               " lessons are true");
  }
  return exit;
}

Exit lesson_play_command(const Arguments& arguments) {
  const auto found = lesson::find_lesson(arguments.rest().front(), lesson::lessons_folder());
  if (!found) {
    return fail(found.error().code == Code::kNotFound ? Exit::kUsage : Exit::kFile, found.error());
  }
  std::string path = *found;
  const auto language = language_of(arguments, lesson::is_translation(path) ? "zh" : "en");
  if (!language) return fail(Exit::kUsage, language.error());
  if (*language == "zh" && !lesson::is_translation(path)) {
    path = lesson::translation_path(path);
    if (!exists(path)) return fail(Exit::kFile, path + ": the lesson is not translated");
  }
  if (*language == "en" && lesson::is_translation(path)) path = lesson::original_path(path);
  const lesson::Loaded loaded = lesson::load_lesson(path);
  if (loaded.error) return fail(Exit::kFile, *loaded.error);
  if (!loaded.parsed.lesson) {
    for (const std::string& error : loaded.parsed.errors) message(error);
    return Exit::kUsage;
  }
  if (!arguments.has("--text")) return lesson_window(path, arguments.value("--lang"));
  const Status played =
      lesson::play_as_text(*loaded.parsed.lesson, std::cin,
                           [](std::string_view line) { print_line_now(line); }, {*language, 78});
  return played ? Exit::kOk : fail(Exit::kFailed, played.error());
}

}  // namespace cli
