#include "app/ui/pictures.h"

#include <stb/stb_image.h>

#include <utility>

#include "app/session/recording.h"
#include "app/ui/window.h"

namespace ui {

Result<Image> read_picture(const std::string& path) {
  RAFT_TRY_ASSIGN(const std::string bytes, session::read_file(path, kMaxPictureBytes));
  const auto* data = reinterpret_cast<const stbi_uc*>(bytes.data());
  const int size = static_cast<int>(bytes.size());
  Image image;
  int channels = 0;
  // The head first: what is too large is not unpacked.
  if (stbi_info_from_memory(data, size, &image.width, &image.height, &channels) == 0) {
    return Error{Code::kCorruption, path + ": is no picture that can be read (PNG or JPEG)"};
  }
  if (image.width > kMaxPictureSide || image.height > kMaxPictureSide) {
    return Error{Code::kInvalidArgument, path + ": has " + std::to_string(image.width) + "x" +
                                             std::to_string(image.height) +
                                             " pixels; a picture may have " +
                                             std::to_string(kMaxPictureSide) + " each way"};
  }
  stbi_uc* pixels = stbi_load_from_memory(data, size, &image.width, &image.height, &channels, 4);
  if (pixels == nullptr) return Error{Code::kCorruption, path + ": the picture is damaged"};
  image.rgba.assign(pixels, pixels + 4 * static_cast<std::size_t>(image.width) *
                                         static_cast<std::size_t>(image.height));
  stbi_image_free(pixels);
  return image;
}

Status check_picture(const std::string& path) {
  const auto picture = read_picture(path);
  return picture ? ok() : Status(picture.error());
}

const Pictures::Shown& Pictures::find(const std::string& path) {
  std::error_code none;
  const auto written = std::filesystem::last_write_time(path, none);
  Entry& entry = entries_[path];
  const bool known = entry.shown.image != nullptr || !entry.shown.problem.empty();
  if (known && entry.written == written) return entry.shown;
  entry.written = written;
  auto image = read_picture(path);
  if (image) {
    images_.push_back(std::make_unique<const Image>(*std::move(image)));
    entry.shown = {images_.back().get(), ""};
  } else {
    entry.shown = {nullptr, image.error().message};
  }
  return entry.shown;
}

}  // namespace ui
