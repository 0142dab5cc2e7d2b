#include "app/ui/folder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

namespace ui {
namespace {

namespace fs = std::filesystem;

bool begins_like_a_lesson(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  char head[3] = {};
  return in.read(head, sizeof head) && std::string_view(head, sizeof head) == "---";
}

std::optional<FileKind> kind_of(const fs::directory_entry& entry) {
  std::error_code error;
  if (entry.is_directory(error)) return FileKind::kFolder;
  // A pipe would keep whoever looks into it waiting.
  if (!entry.is_regular_file(error)) return std::nullopt;
  const fs::path ending = entry.path().extension();
  if (ending == ".raftrec") return FileKind::kRecording;
  if (ending == ".scenario") return FileKind::kScenario;
  if (ending == ".jsonl") return FileKind::kTrace;
  if (ending == ".md" && begins_like_a_lesson(entry.path())) return FileKind::kLesson;
  return std::nullopt;
}

bool begins_with(const std::string& name, const std::string& head) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return name.size() >= head.size() &&
         std::equal(head.begin(), head.end(), name.begin(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

TypedPath split_path(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {"", path};
  return {path.substr(0, slash + 1), path.substr(slash + 1)};
}

std::vector<FolderEntry> openable_in(const std::string& folder) {
  std::vector<FolderEntry> out;
  std::error_code error;
  fs::directory_iterator entry(folder.empty() ? "." : folder, error);
  for (; !error && entry != fs::directory_iterator() && out.size() < kMostEntries;
       entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (name.empty() || name.front() == '.') continue;
    if (const auto kind = kind_of(*entry)) out.push_back({std::move(name), *kind});
  }
  std::sort(out.begin(), out.end(), [](const FolderEntry& a, const FolderEntry& b) {
    const bool folder_a = a.kind == FileKind::kFolder, folder_b = b.kind == FileKind::kFolder;
    return folder_a != folder_b ? folder_a : a.name < b.name;
  });
  return out;
}

std::vector<FolderEntry> that_go_on(const std::vector<FolderEntry>& all, const std::string& rest) {
  const bool whole = std::any_of(all.begin(), all.end(),
                                 [&](const FolderEntry& entry) { return entry.name == rest; });
  if (whole) return all;
  std::vector<FolderEntry> out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out),
               [&](const FolderEntry& entry) { return begins_with(entry.name, rest); });
  return out;
}

std::string folder_above(const std::string& folder) {
  std::error_code error;
  const fs::path here = fs::absolute(folder.empty() ? "." : folder, error).lexically_normal();
  if (error) return "";
  // With a slash at its end a path is its own parent.
  const fs::path bare = here.has_filename() ? here : here.parent_path();
  if (!bare.has_relative_path()) return "";
  const std::string above = bare.parent_path().string();
  return above == "/" ? above : above + "/";
}

}  // namespace ui
