#include "app/ui/png.h"

#include <stb/stb_image_write.h>

#include "app/session/recording.h"

namespace ui {

Status write_png(const Image& image, const std::string& path) {
  std::string bytes;
  const auto append = [](void* context, void* data, int size) {
    static_cast<std::string*>(context)->append(static_cast<const char*>(data),
                                               static_cast<std::size_t>(size));
  };
  if (stbi_write_png_to_func(append, &bytes, image.width, image.height, 4, image.rgba.data(),
                             image.width * 4) == 0) {
    return Error{Code::kIo, path + ": the picture could not be encoded"};
  }
  return session::write_file(path, bytes);
}

}  // namespace ui
