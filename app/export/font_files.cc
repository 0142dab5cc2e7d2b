#include "app/export/font_files.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <vector>

namespace exporter {
namespace {

std::vector<std::filesystem::path> font_folders() {
  std::vector<std::filesystem::path> folders;
  const char* home = std::getenv("HOME");
  const char* data_home = std::getenv("XDG_DATA_HOME");
  if (data_home != nullptr && *data_home != '\0') {
    folders.emplace_back(std::filesystem::path(data_home) / "fonts");
  } else if (home != nullptr && *home != '\0') {
    folders.emplace_back(std::filesystem::path(home) / ".local/share/fonts");
  }
  const char* data_dirs = std::getenv("XDG_DATA_DIRS");
  std::string list =
      data_dirs != nullptr && *data_dirs != '\0' ? data_dirs : "/usr/local/share:/usr/share";
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t end = std::min(list.find(':', start), list.size());
    if (end > start)
      folders.emplace_back(std::filesystem::path(list.substr(start, end - start)) / "fonts");
    start = end + 1;
  }
  const std::filesystem::path system = "/usr/share/fonts";
  if (std::find(folders.begin(), folders.end(), system) == folders.end()) folders.push_back(system);
  return folders;
}

}  // namespace

Result<std::string> find_font(std::string_view file, std::string_view folder,
                              std::string_view package) {
  std::string searched;
  for (const std::filesystem::path& root : font_folders()) {
    for (const std::filesystem::path& place : {root / folder / file, root / file}) {
      std::error_code error;
      if (std::filesystem::is_regular_file(place, error)) return place.string();
    }
    searched += (searched.empty() ? "" : ", ") + root.string();
  }
  return Error{Code::kNotFound, "font " + std::string(file) + " not found in " + searched +
                                    "; install the package " + std::string(package)};
}

}  // namespace exporter
