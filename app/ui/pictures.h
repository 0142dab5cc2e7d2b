// Pictures beside a lesson: PNG or JPEG files, drawn as textures.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/ui/rasteriser.h"
#include "raft/result.h"

namespace ui {

inline constexpr std::size_t kMaxPictureBytes = 8u << 20;
inline constexpr int kMaxPictureSide = 4096;  // pixels

// Errors name the file: it is not there, no picture, too large.
Result<Image> read_picture(const std::string& path);

// Read once, and again when the file has changed. What was handed out stays: whoever draws it names
// its texture by where it lies.
class Pictures {
 public:
  struct Shown {
    const Image* image = nullptr;  // null: `problem` says why
    std::string problem;
  };
  const Shown& find(const std::string& path);

 private:
  struct Entry {
    std::filesystem::file_time_type written{};
    Shown shown;
  };
  std::map<std::string, Entry> entries_;  // by path
  std::vector<std::unique_ptr<const Image>> images_;
};

// How an image is named to ImGui; whatever is not the font atlas is one.
inline ImTextureID texture_of(const Image& image) { return const_cast<Image*>(&image); }

}  // namespace ui
