// What lies in a folder that the window can open.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ui {

enum class FileKind : std::uint8_t { kFolder, kRecording, kScenario, kTrace, kLesson };

struct FolderEntry {
  std::string name;
  FileKind kind = FileKind::kFolder;
  bool operator==(const FolderEntry&) const = default;
};

// A path that is being typed: the folder, with its slash, and what is behind it. No folder: the
// current one.
struct TypedPath {
  std::string folder, rest;
};
TypedPath split_path(const std::string& path);

// Folders, then files, each by name, without hidden ones; at most kMostEntries. Nothing: it cannot
// be read, or there is nothing to open. A Markdown file is a lesson if it begins like one.
inline constexpr std::size_t kMostEntries = 5000;
std::vector<FolderEntry> openable_in(const std::string& folder);

// Those that go on as `rest` does, whatever its case; all of them if it is the name of one.
std::vector<FolderEntry> that_go_on(const std::vector<FolderEntry>& all, const std::string& rest);

// The folder around this one; empty: there is none.
std::string folder_above(const std::string& folder);

}  // namespace ui
