// PNG files, by the packaged stb.
#pragma once

#include <string>

#include "app/ui/rasteriser.h"
#include "raft/result.h"

namespace ui {

// All or nothing. Errors: kIo names the path.
Status write_png(const Image& image, const std::string& path);

}  // namespace ui
