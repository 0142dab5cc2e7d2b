#include "app/lesson/skeleton.h"

#include <filesystem>
#include <vector>

#include "app/lesson/lesson.h"
#include "app/lesson/lines.h"
#include "app/scenario/parser.h"
#include "app/scenario/text.h"
#include "app/session/scenario_text.h"

namespace lesson {
namespace {

// Text of a person as prose: nothing in it is Markdown.
std::string as_prose(std::string_view text) {
  constexpr std::string_view kSpecial = "\\`*_[]<>&#~|";
  std::string out;
  for (const std::string_view line : lines_of(text)) {
    const std::string clean = scenario::printable(trimmed(line));
    if (clean.empty()) {
      if (!out.empty()) out += "\n\n";
      continue;
    }
    if (!out.empty() && out.back() != '\n') out += '\n';
    // At the head of a line more than that begins a list, a rule or a heading.
    const std::size_t digits = clean.find_first_not_of("0123456789");
    for (std::size_t i = 0; i < clean.size(); ++i) {
      const bool head = (i == 0 && (clean[i] == '-' || clean[i] == '+' || clean[i] == '=')) ||
                        (i == digits && i != 0 && (clean[i] == '.' || clean[i] == ')'));
      if (head || kSpecial.find(clean[i]) != std::string_view::npos) out += '\\';
      out += clean[i];
    }
  }
  return out;
}

// One line for front matter; quotes that are its own stay.
std::string as_value(std::string_view text, std::string_view instead) {
  std::string out;
  for (const char c : trimmed(text)) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    out += control ? ' ' : c;
  }
  out = scenario::printable(trimmed(out));
  if (out.empty()) out = std::string(instead);
  return "\"" + out + "\"";
}

// A command as a heading: no backtick may end its code.
std::string as_heading(std::string line) {
  constexpr std::size_t kMost = 60;
  for (char& c : line) {
    if (c == '`') c = '\'';
  }
  if (line.size() > kMost) {
    std::size_t end = kMost;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
    line = line.substr(0, end) + "…";
  }
  return "`" + line + "`";
}

class SkeletonWriter {
 public:
  Status take(std::string_view line) {
    if (trimmed(line).empty() || line.front() == '#') return ok();
    RAFT_TRY_ASSIGN(const scenario::Statement statement, scenario::parse_statement(line, "run"));
    const bool command = std::holds_alternative<sim::Command>(statement.what);
    const bool header =
        std::holds_alternative<scenario::Seed>(statement.what) ||
        std::holds_alternative<scenario::Nodes>(statement.what) ||
        std::holds_alternative<scenario::DiskImages>(statement.what) ||
        (command && in_header_ &&
         std::holds_alternative<sim::SetOption>(std::get<sim::Command>(statement.what)));
    if (header) {
      block_ += std::string(line) + "\n";
      return ok();
    }
    if (in_header_) {
      in_header_ = false;
      out_ += "\n## The cluster\n";
      end_block();
      out_ += "\nSay here what is to be seen.\n";
    }
    if (const auto* bookmark = std::get_if<scenario::Bookmark>(&statement.what)) {
      if (const std::string text = as_prose(bookmark->text); !text.empty()) {
        prose_ += "\n**" + text + "**\n";
      }
      block_ += std::string(line) + "\n";
    } else if (const auto* say = std::get_if<scenario::Say>(&statement.what)) {
      prose_ += "\n" + as_prose(say->text) + "\n";
    } else {
      block_ += std::string(line) + "\n";
      if (command) end_step(as_heading(std::string(line)));
    }
    return ok();
  }

  std::string finish() {
    if (in_header_) out_ += "\n## The cluster\n";
    if (in_header_) {
      end_block();
    } else if (!block_.empty() || !prose_.empty()) {
      end_step("What came of it");
    }
    return out_;
  }

 private:
  void end_step(const std::string& heading) {
    out_ += "\n## " + heading + "\n";
    end_block();
    out_ += prose_;
    prose_.clear();
  }
  void end_block() {
    if (block_.empty()) return;
    out_ += "\n```raft\n" + block_ + "```\n";
    block_.clear();
  }

  bool in_header_ = true;
  std::string out_;
  std::string block_;
  std::string prose_;
};

}  // namespace

Result<std::string> skeleton(const session::Recording& recording,
                             const std::string& images_folder) {
  RAFT_TRY_ASSIGN(const std::string run, session::scenario_text(recording, images_folder));
  std::string text = "---\ntitle: " + as_value(recording.title, "A run") +
                     "\ngoal: \"What one understands after it\"\nminutes: 5\nneeds: []\n---\n";
  SkeletonWriter writer;
  for (const std::string_view line : lines_of(run)) RAFT_TRY(writer.take(line));
  text += writer.finish();
  if (text.size() <= kMaxLessonBytes) return text;
  return Error{Code::kInvalidArgument, "the run is too long for a lesson: it would have " +
                                           std::to_string(text.size() >> 10) +
                                           " KiB, at most are " +
                                           std::to_string(kMaxLessonBytes >> 10)};
}

Status save_skeleton(const session::Recording& recording, const std::string& path) {
  const std::filesystem::path file(path);
  const std::string folder = file.stem().string() + "-disks";
  RAFT_TRY_ASSIGN(const std::string text, skeleton(recording, folder));
  for (std::size_t i = 0; i < recording.disk_images.size(); ++i) {
    const std::filesystem::path images = file.parent_path() / folder;
    std::error_code failed;
    std::filesystem::create_directories(images, failed);
    if (failed) return Error{Code::kIo, images.string() + ": " + failed.message()};
    const auto image = images / ("n" + std::to_string(i + 1) + ".sqlite");
    RAFT_TRY(session::write_file(image.string(), recording.disk_images[i]));
  }
  return session::write_file(path, text);
}

}  // namespace lesson
